"""`toguna assess`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from toguna.cli.terminal import AsOf, Hindsight, Pack, console, read, say_made, say_next, working

if TYPE_CHECKING:
    from toguna.core.provenance import MadeFrom


def assess(
    country: Pack,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
    principle: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--principle", "-p", min=0, max=5, help="Only this principle; 0 for human rights."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with pack, version and sources.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one row a figure.")] = False,
) -> None:
    """Print every indicator with value, change, confidence and age, in the order of the principles."""
    with working("Assessing"):
        import toguna

        picture = toguna.assess(read(country, as_of, hindsight))
    table = picture.table if principle is None else picture.table[picture.table["principle"] == principle]
    if as_json:
        typer.echo(_as_json(picture.made_from, table, picture.country.sources))
    elif as_csv:
        typer.echo(table.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        _print_assessment(picture, principle)
        say_next(f"toguna brief {country}")


def _as_json(made: MadeFrom, table: Any, known: Any) -> str:
    import json

    used = {key for keys in table["sources"] for key in keys.split(", ")}
    return json.dumps(
        {
            "made_from": {
                "pack": made.pack,
                "pack_hash": made.pack_hash,
                "parameters": dict(made.parameters),
                "version": made.version,
                "run_id": made.run_id,
            },
            "figures": json.loads(table.to_json(orient="records")),
            "sources": json.loads(known[known["source"].isin(used)].to_json(orient="records")),
        },
        ensure_ascii=False,
        indent=2,
    )


def _print_assessment(picture: Any, principle: int | None) -> None:
    from rich.table import Table

    from toguna.assessment.principles import HUMAN_RIGHTS, PRINCIPLES
    from toguna.briefing.language import Language
    from toguna.briefing.wording import Wording

    say = Wording(picture, Language("en"))
    for one in (*PRINCIPLES, HUMAN_RIGHTS):
        if principle not in (None, one.rank):
            continue
        table = Table(title=f"{one.rank or 'R'}  {one.name}", title_justify="left", box=None, pad_edge=False)
        for name, justify in (
            ("Number", "left"),
            ("Indicator", "left"),
            ("Value", "right"),
            ("12 months", "right"),
            ("Confidence", "left"),
        ):
            table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
        now = picture.table[(picture.table["principle"] == one.rank) & (picture.table["milestone"] == 0)]
        now = now[~now["code"].isin(["4.6", "4.7"])].groupby("code", sort=False).head(6)
        for row in now.to_dict("records"):
            label = f"{row['label']}: {say.subject(row)}" if not row["is_missing"] else row["label"]
            value = f"{say.value(row)} ({row['period']})" if row["period"] else say.value(row)
            change = f"{say.change(row)} {row['turn']}" if say.change(row) else ""
            table.add_row(row["number_id"], label, value, change, row["confidence"] or row["reason"])
        console().print(table)
        console().print()
    say_made(picture.made_from)
