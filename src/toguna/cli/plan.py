"""`toguna plan`: who should be where, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.terminal import Pack, read, say_made, say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AskError

TABLES = ("postings", "tiers", "demands", "unprotected")


def plan(
    country: Pack,
    mandate: Annotated[
        str, typer.Option("--mandate", help="Shipped mandate, or a YAML file: protect-first, as-is, border-first ...")
    ] = "protect-first",
    contributions: Annotated[
        Optional[list[str]],  # noqa: UP045  (Typer reads this form)
        typer.Option(
            "--contributions",
            "-c",
            help="Shipped contribution, or a YAML file; may be given again. Default: ecowas-afisma, un-minusma-2013.",
        ),
    ] = None,
    month: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--month", metavar="YYYY-MM", help="First month planned; only what was public before it is used."),
    ] = None,
    months: Annotated[int, typer.Option("--months", "-m", min=1, max=12, help="Months planned.")] = 3,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1, help="Seconds for solving; the best is kept.")
    ] = 60,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same forecast.")] = 1,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes for the forecast; same result.")] = 1,
    table: Annotated[str, typer.Option("--table", "-t", help=f"With --to: {', '.join(TABLES)}.")] = "postings",
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File for the table: .csv, .json or .parquet."),
    ] = None,
) -> None:
    """Propose who does what where, best first by the five principles in order, with proof and reasons."""
    if table not in TABLES:
        raise AskError(f"There is no table {table!r}. Choose one of {', '.join(TABLES)}.")
    with working("Reading the pack") as say:
        from toguna.core.months import Month
        from toguna.planning.plan import DEFAULT_OFFERS
        from toguna.planning.plan import plan as verb

        as_of = None if month is None else str(Month.parse(month).back(1))

        def told(done: int, total: int, what: str) -> None:
            say(f"{what}: {done} of {total}")

        found = verb(
            read(country, as_of, False), None, mandate, contributions or DEFAULT_OFFERS,
            months=months, time_limit=time_limit, seed=seed, workers=workers, progress=told,
        )  # fmt: skip
    if to is not None:
        write_table(getattr(found, table), to)
    else:
        _print(found)
        say_next(f"toguna plan {country} --mandate {mandate} --table postings --to plan.csv")
    say_made(found.made_from)


def _print(found: Any) -> None:
    typer.echo(str(found))
    columns = [("principle", "Principle", ",d"), ("achieved", "Achieved", ",.1f"), ("bound", "At most", ",.1f")]
    columns += [("gap", "Gap", ".2%"), ("kept", "Kept", ",.1f"), ("alone", "Alone", ",.1f")]
    columns += [("price_of_priority", "Price of priority", ",.1f")]
    print_table(found.tiers, "By principle, in order: each is kept while later ones are sought", columns)
    columns = [("principle", "Principle", ",d"), ("demand", "What", ""), ("served", "Served", ",.1f")]
    columns += [("asked", "Asked", ",.1f"), ("unit", "Unit", ""), ("share", "Share", ".0%")]
    print_table(found.demands, "What is to be done", columns)
    columns = [("base", "Base", ""), ("kind", "Kind", ""), ("number", "Number", ",d"), ("from", "From", "")]
    columns += [("to", "To", ""), ("deaths_lost_without", "Deaths lost without", ",.2f"), ("lost_without", "And", "")]
    print_table(found.postings, "Postings, and what would be lost without each", columns, most=60)
    columns = [("name", "Place", ""), ("expected", "Expected", ",.2f"), ("averted", "Averted", ",.2f")]
    columns += [("left", "Left", ",.2f")]
    print_table(found.unprotected, "Most deaths expected that nothing averts", columns, most=10)
    for remark in found.remarks:
        typer.echo(f"Note: {remark}")
