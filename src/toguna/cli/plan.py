"""`toguna plan`: who should be where, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.plan_tables import (
    OF_ROUNDS,
    ON_SCREEN,
    ROUND_FORMS,
    TABLES,
    Asked,
    border_teams_of,
    hand_over_of,
    rounds_of,
    table_of,
)
from toguna.cli.terminal import Pack, read, say_made, say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AskError

_NO_TEAMS = "No border teams: the mandate has none, or the plan posts nobody who patrols borders."
_SHOWN = 40  # rows of a table asked for by name
MandateOption = Annotated[
    str, typer.Option("--mandate", help="Shipped mandate, or a YAML file: protect-first, as-is, border-first ...")
]
ContributionsOption = Annotated[
    Optional[list[str]],  # noqa: UP045  (Typer reads this form)
    typer.Option(
        "--contributions",
        "-c",
        help="Shipped contribution, or a YAML file; may be given again. Default: ecowas-afisma, un-minusma-2013.",
    ),
]
DueDiligence = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--due-diligence", help="Register of forces under flag, .csv or .yaml; none posted beside one."),
]
Capacity = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--capacity", help="Courts, places of detention and police by area, .csv; for the hand-over."),
]
SecretSeed = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--secret-seed", min=0, help="Seed of rounds, to be kept secret; drawn where none is given."),
]
TableName = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--table", "-t", metavar="NAME", help=f"Show or write one of: {', '.join(TABLES)}."),
]
To = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--to", help="File for the table: .csv, .json or .parquet; for rounds also .ics or .gpx."),
]


def plan(
    country: Pack,
    mandate: MandateOption = "protect-first",
    contributions: ContributionsOption = None,
    month: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--month", metavar="YYYY-MM", help="First month planned; only what was public before it is used."),
    ] = None,
    months: Annotated[int, typer.Option("--months", "-m", min=1, max=12, help="Months planned.")] = 3,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1, help="Seconds for solving; the best is kept.")
    ] = 60,
    due_diligence: DueDiligence = None,
    capacity: Capacity = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same forecast and plan.")] = 1,
    secret_seed: SecretSeed = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes for the forecast; same result.")] = 1,
    table: TableName = None,
    to: To = None,
) -> None:
    """Propose who does what where, best first by the five principles in order, with proof and reasons.

    For instance: toguna plan mali --month 2013-07 --table rounds --to rounds.ics
    """
    name = table or "postings"
    if name not in TABLES:
        raise AskError(f"There is no table {name!r}. Choose one of {', '.join(TABLES)}.")
    with working("Reading the pack") as say:
        from toguna.core.months import Month
        from toguna.forecasting.forecast import forecast
        from toguna.planning.plan import DEFAULT_OFFERS
        from toguna.planning.plan import plan as verb
        from toguna.planning.resources import read_contribution
        from toguna.planning.resources import total as all_of

        as_of = None if month is None else str(Month.parse(month).back(1))

        def told(done: int, total: int, what: str) -> None:
            say(f"{what}: {done} of {total}")

        here = read(country, as_of, False)
        offers = [read_contribution(one) for one in contributions or DEFAULT_OFFERS]
        risk = forecast(here, months, grain="admin2", seed=seed, workers=workers, progress=told)
        found = verb(
            here, risk, mandate, offers,
            due_diligence=due_diligence, time_limit=time_limit, seed=seed, progress=told,
        )  # fmt: skip
        asked = Asked(here, risk, all_of(offers), capacity, secret_seed, workers, told)
        is_schedule = to is not None and name in OF_ROUNDS and to.suffix.lower() in ROUND_FORMS
        frame, words = (None, "") if is_schedule or (table is None and to is None) else table_of(name, found, asked)
        borders = _borders(found, asked) if table is None and to is None else ""
    if is_schedule:
        from toguna.planning.rounds_files import write_rounds

        made = rounds_of(found, asked)
        write_rounds(made, to or Path())
        typer.echo(str(made))
        typer.echo(f"Wrote {to}")
    elif to is not None:
        write_table(frame, to)
    elif table is not None:
        _print_one(frame, words, name)
    else:
        _print(found)
        typer.echo(str(hand_over_of(found, asked)))
        typer.echo(borders)
        same = "".join([f" --month {month}" if month else "", *(f" -c {one}" for one in contributions or ())])
        say_next(f"toguna plan {country} --mandate {mandate}{same} --table rounds --to rounds.ics")
    say_made(found.made_from)


def _borders(found: Any, asked: Asked) -> str:
    """Return the border teams in words, or why there are none."""
    try:
        return str(border_teams_of(found, asked) or _NO_TEAMS)
    except AskError as error:
        return f"No border teams: {error}"


def _print_one(frame: Any, words: str, name: str) -> None:
    """Print a table that was asked for by name: what is read on a screen; a file holds all columns."""
    if words:
        typer.echo(words)
    shown = [column for column in ON_SCREEN.get(name, frame.columns) if column in frame]
    columns = [
        (column, column.replace("_", " ").capitalize(), ",.2f" if frame[column].dtype.kind == "f" else "")
        for column in shown
    ]
    print_table(frame, name.replace("-", " ").capitalize(), columns, most=_SHOWN)


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
