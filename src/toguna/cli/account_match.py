"""`toguna account match | review`: which records of lists may be of the same person; a person decides.

Lists are files of those who keep them. No name is shown, kept or written: only ids, and why a pair is alike.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from toguna.cli.account_folder import As, whole_file
from toguna.cli.terminal import say_next, working
from toguna.cli.terminal_tables import write_table
from toguna.core.errors import AskError, DataError

if TYPE_CHECKING:
    from toguna.accounts.linkage import Decision, Matched

_HEADS = ["list_left", "id_left", "list_right", "id_right", "says", "reviewer", "reason"]
_SAID = {"y": "match", "n": "no match", "u": "undecided"}
Lists = Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV lists; columns id, name, birth, date ...")]
Across = Annotated[bool, typer.Option("--across", help="Each list is rid of its duplicates already.")]
Decisions = Annotated[
    Optional[Path],  # noqa: UP045  (Typer reads this form)
    typer.Option("--decisions", help="CSV of what people decided; it goes before the model."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")]


def matches(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("match", epilog="Example: toguna account match ngo.csv church.csv --to pairs.csv")(match)
    app.command("review", epilog="Example: toguna account review ngo.csv church.csv --decisions d.csv")(review)


def match(
    files: Lists,
    across: Across = False,
    decisions: Decisions = None,
    seed: Seed = 1,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File for the pairs: .csv, .json or .parquet; ids only."),
    ] = None,
    lists: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--lists", help="CSV of who is on how many lists, for toguna estimate."),
    ] = None,
) -> None:
    """Find records of one list, or several, that may be of the same person: how probable, and why.

    Compared is what columns are called so: given, family or name, sex, age, birth, date, place, kind.
    """
    if lists is not None and len(files) < 2:
        raise AskError("--lists needs two lists or more. Give them, or leave it out.")
    found = _matched(files, across, decisions, seed)
    typer.echo(str(found))
    if to is not None:
        columns = [one for one in found.pairs.columns if not one.startswith("bits_")]
        write_table(found.pairs[columns], to)
    if lists is not None:
        from toguna.accounts.linkage import to_lists

        captures = to_lists(found)
        table = captures.table.rename(columns={"chosen": "count"})[["pattern", "count"]]
        for at, name in enumerate(captures.names):
            table.insert(at, name, table["pattern"].str[at].astype(int))
        write_table(table.drop(columns="pattern"), lists)
        typer.echo(str(captures))
        say_next(f"toguna estimate {lists}")
    elif len(found.queue):
        say_next(f"toguna account review {' '.join(map(str, files))} --decisions decisions.csv --as NAME")


def review(
    files: Lists,
    decisions: Annotated[Path, typer.Option("--decisions", help="CSV the answers are added to; begun if not there.")],
    as_: As = None,
    across: Across = False,
    seed: Seed = 1,
    most: Annotated[int, typer.Option("--most", min=1, help="Pairs asked about.")] = 20,
) -> None:
    """Decide pairs in doubt, those that settle most first: y, n, u (undecided) or q, and why.

    Look the two records up in the lists themselves; here stand only ids and what agrees. Each answer is kept at once.
    """
    if not as_:
        raise AskError("Nobody is named. Say who reviews, by a code: --as NAME, or set TOGUNA_PERSON.")
    from toguna.accounts.linkage import Decision

    found = _matched(files, across, decisions if decisions.exists() else None, seed)
    given = list(found.decisions)
    for _ in range(min(most, len(found.queue))):
        asked = [one for one in found.queue.to_dict("records") if one["decided"] != "undecided"]
        if not asked:
            break
        row = asked[0]
        typer.echo(f"{row['list_left']} {row['id_left']} and {row['list_right']} {row['id_right']}: "
                   f"p = {row['probability']:.3f}; {row['why']}")  # fmt: skip
        answer = typer.prompt("y, n, u or q", err=True).strip().lower()[:1]
        if answer not in _SAID:
            break
        reason = typer.prompt("Why, without names", err=True)
        left, right = ((row[f"list_{side}"], row[f"id_{side}"]) for side in ("left", "right"))
        one = Decision(left, right, _SAID[answer], as_, reason)  # type: ignore[arg-type]
        found = found.review([one])  # one that contradicts those before is refused
        given.append(one)
        _keep(decisions, given)
    typer.echo(str(found))
    if decisions.exists():
        typer.echo(f"{len(given)} decisions in {decisions}.")


def _matched(files: list[Path], across: bool, decisions: Path | None, seed: int) -> Matched:
    import pandas as pd

    from toguna.accounts.linkage import match as verb

    names = [one.stem for one in files]
    if len(set(names)) != len(names):
        raise AskError("Two lists have one name. Rename a file: a list is called as its file.")
    try:
        read = {
            one.stem: pd.read_csv(one, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
            for one in files
        }
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise DataError("A list is not CSV in UTF-8. Save it as such.") from None
    with working("Comparing"):
        found = verb(read, across=across, seed=seed)
    return found if decisions is None else found.review(_decided(decisions))


def _decided(path: Path) -> list[Decision]:
    from toguna.accounts.linkage import Decision

    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        if lines.fieldnames is None or not set(_HEADS) <= set(lines.fieldnames):
            raise DataError(f"{path.name} holds no decisions. Its heads must be {', '.join(_HEADS)}.")
        return [
            Decision(
                (one["list_left"], one["id_left"]),
                (one["list_right"], one["id_right"]),
                one["says"],  # type: ignore[arg-type]
                one["reviewer"],
                one["reason"],
            )
            for one in lines
        ]


def _keep(path: Path, decisions: list[Decision]) -> None:
    from toguna.accounts.intake.sheets import csv_bytes

    def named(side: Any) -> list[str]:
        return [str(part) for part in side]

    rows = [[*named(one.left), *named(one.right), one.says, one.reviewer, one.reason] for one in decisions]
    with whole_file(path) as fresh:
        fresh.write_bytes(csv_bytes([_HEADS, *rows]))
