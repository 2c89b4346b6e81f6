"""`toguna compare`: what mandates would mean for each principle, side by side."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.compare_tables import ON_SCREEN, TABLES, Asked, pair_of, table_of
from toguna.cli.forecast import ClusterOption
from toguna.cli.plan import DueDiligence
from toguna.cli.terminal import AsOf, Pack, console, read, say_made, say_next, working
from toguna.cli.terminal_tables import FORMS, print_table, write_table
from toguna.core.errors import AskError

_SHOWN = 40  # rows of a table asked for by name
EXAMPLE = (
    "Example: toguna compare mali --as-of 2013-02 --mandates protect-first,search-and-destroy --contributions "
    "canada-2013 --table contributions"
)


class Form(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


Mandates = Annotated[
    Optional[list[str]],  # noqa: UP045  (Typer reads this form)
    typer.Option("--mandates", help="Shipped mandates or YAML files, commas between. Default: all shipped."),
]
Contributions = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--contributions", "-c", help="Offers whose addition is measured, alone and together."),
]
Offers = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--offers", help="What is there under every mandate. Default: ecowas-afisma, un-minusma-2013."),
]
Assumptions = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--assumptions", help="YAML file that changes some of the shipped distributions."),
]
TableName = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--table", "-t", metavar="NAME", help=f"Show or write one of: {', '.join(TABLES)}."),
]
Between = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--between", metavar="A,B", help="For break-even, decides, futures: is A worse than B?"),
]
To = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--to", help="File for the table: .csv, .json or .parquet."),
]
Ema = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--ema", metavar="DIR", help="Folder for the comparison as a model for the EMA Workbench."),
]


def compare(
    country: Pack,
    mandates: Mandates = None,
    contributions: Contributions = None,
    offers: Offers = None,
    as_of: AsOf = None,
    years: Annotated[float, typer.Option("--years", "-y", help="Simulated after that month, up to 10.")] = 3,
    draws: Annotated[int, typer.Option("--draws", "-d", help="Of all assumptions; the same for all mandates.")] = 2_000,
    assumptions: Assumptions = None,
    due_diligence: DueDiligence = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")] = 1,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes on this machine; same result.")] = 1,
    cluster: ClusterOption = None,
    table: TableName = None,
    between: Between = None,
    measure: Annotated[
        str, typer.Option("--measure", help="What A and B are set against each other in.")
    ] = "civilians_killed",
    samples: Annotated[int, typer.Option("--samples", help="For decides: draws in a block, a power of 2.")] = 256,
    form: Annotated[Form, typer.Option("--format", "-f", help="How a table is printed.")] = Form.TABLE,
    to: To = None,
    ema: Ema = None,
) -> None:
    """Compare mandates by the five principles in order: what follows from stated assumptions, and how sure it is.

    Doing nothing always stands beside them. It explores; it does not predict.

    For instance: toguna compare mali --as-of 2013-02 --mandates protect-first,as-is
    """
    name = table or "ranking"
    _check(name, to, samples)
    with working("Reading the pack") as say:
        from toguna.comparison.compare import compare as verb
        from toguna.comparison.measures import NAMES
        from toguna.planning.plan import DEFAULT_OFFERS
        from toguna.planning.read_mandate import mandate_names, read_mandate

        def told(done: int, total: int, what: str) -> None:
            say(f"{what}: {done} of {total}")

        rules = [read_mandate(one) for one in _listed(mandates) or mandate_names()]
        names = [one.name for one in rules]
        if twice := [one for at, one in enumerate(names) if one in names[:at]]:
            raise AskError(f"--mandates: {twice[0]!r} stands twice. Give each mandate once, under a name of its own.")
        if measure not in NAMES:
            raise AskError(f"There is no measure {measure!r}. Choose one of {', '.join(NAMES)}.")
        asked = Asked(pair_of(between, names), measure, samples, seed, told)
        here = read(country, as_of, False)
        found = verb(
            here, rules, _listed(contributions), offers=_listed(offers) or DEFAULT_OFFERS,
            due_diligence=due_diligence, assumptions=assumptions, years=years, draws=draws, seed=seed, workers=workers,
            cluster=cluster, progress=told,
        )  # fmt: skip
        is_one = table is not None or to is not None or form is not Form.TABLE
        frame, words = table_of(name, found, asked) if is_one else (None, "")
    if to is not None:
        write_table(frame, to)
    elif is_one:
        _print_one(frame, words, name, form)
    else:
        _print(found, here.profile.label("en"))
        same = "".join([f" --as-of {as_of}" if as_of else "", *(f" --mandates {one}" for one in mandates or ())])
        say_next(f"toguna compare {country}{same} --table break-even")
    if ema is not None:
        from toguna.comparison.ema import export_ema

        for one in export_ema(found, ema):
            typer.echo(f"Wrote {one}", err=form is not Form.TABLE)
    say_made(found.made_from)


def _check(name: str, to: Path | None, samples: int) -> None:
    """Raise AskError for what would only be found out after minutes of work."""
    if name not in TABLES:
        raise AskError(f"There is no table {name!r}. Choose one of {', '.join(TABLES)}.")
    if samples < 4 or samples & (samples - 1):
        raise AskError(f"--samples is {samples}. Give a power of 2, such as 256.")
    if to is not None and to.suffix.lower() not in FORMS[:3]:
        raise AskError(f"A table cannot be written as {to.name!r}. Use one of {', '.join(FORMS[:3])}.")


def _listed(given: list[str] | None) -> list[str]:
    """Return names given with commas between them, or one by one."""
    return [part.strip() for one in given or () for part in one.split(",") if part.strip()]


def _print_one(frame: Any, words: str, name: str, form: Form) -> None:
    """Print a table that was asked for by name: what is read on a screen; a file and other forms hold all columns."""
    if words:
        typer.echo(words, err=form is not Form.TABLE)
    if form is Form.CSV:
        typer.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
    elif form is Form.JSON:
        typer.echo(frame.to_json(orient="records", force_ascii=False, indent=1))
    elif len(frame):
        shown = frame[list(ON_SCREEN.get(name, frame.columns))]
        numbers = [one for one in shown if shown[one].dtype.kind == "f"]
        columns = [(one, one.replace("_", " ").capitalize(), ">" if one in numbers else "") for one in shown]
        print_table(_readable(shown, numbers), name.replace("-", " ").capitalize(), columns, most=_SHOWN)


def _readable(frame: Any, numbers: list[str]) -> Any:
    """Return a table with some columns in words: three digits that count and no exponent, nothing where unknown."""
    from math import isnan

    from toguna.comparison.boxes_words import number

    words = {one: [None if isnan(value) else number(value) for value in frame[one]] for one in numbers}
    return frame.astype(dict.fromkeys(numbers, object)).assign(**words)


def _print(found: Any, country: str) -> None:
    from toguna.comparison.authority import FLAG
    from toguna.comparison.ranking import sentences

    outcome = found.outcome
    typer.echo(
        f"{country}: {len(outcome.mandates)} mandates, {outcome.months[0]} to {outcome.months[-1]}, "
        f"{len(outcome.parameters):,} draws"
    )
    for row in found.authority[found.authority["kind"] == FLAG].to_dict("records"):
        typer.echo(f"{row['mandate']}: {FLAG}: {row['says']}")
    for one in sentences(found.ranking):
        typer.echo(f"- {one}")
    _ladder(found)
    for row in found.authority[found.authority["kind"] != FLAG].to_dict("records"):
        typer.echo(f"{row['mandate']}: {row['kind']}: {row['says']}")
    for one in dict.fromkeys(found.remarks):
        typer.echo(f"Note: {one}")


def _ladder(found: Any) -> None:
    """Print mandates in order, by principle the measure that decides: median, 90 % range, chance of being best."""
    from rich.table import Table

    from toguna.comparison.measures import DECIDING

    screen = console()
    screen.print("[bold]By principle: median, 90 % range, chance of being best[/]", highlight=False)
    table = Table(box=None, pad_edge=False)
    for head in ("Mandate", *(f"{one.principle} {one.name.replace('_', ' ')}" for one in DECIDING), "First"):
        table.add_column(head, overflow="fold", justify="left" if head == "Mandate" else "right")
    rows = found.spread.set_index(["mandate", "measure"])
    for row in found.ranking.order.to_dict("records"):
        name = row["mandate"]
        cells = [_cell(rows.loc[name, one.name], one.unit) for one in DECIDING]
        table.add_row(f"{row['place']} {name}", *cells, f"{found.ranking.places.loc[name, 1]:.2f}")
    screen.print(table)
    for one in DECIDING:
        way = "more" if one.more_is_better else "less"
        unit = "%" if one.unit.startswith("share") else one.unit
        screen.print(f"{one.principle} {one.words}, {unit}; {way} is better", highlight=False, style="dim")


def _cell(row: Any, unit: str) -> str:
    from toguna.comparison.boxes_words import number

    times = 100 if unit.startswith("share") else 1
    median, low, high = (number(times * row[key]) for key in ("median", "q05", "q95"))
    return f"{median}\n{low} to {high}\nbest {row['probability_best']:.2f}"
