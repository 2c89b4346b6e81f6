"""`toguna explain`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from toguna.cli.terminal import AsOf, Hindsight, console, read, say_made, working

CountryOption = Annotated[str, typer.Option("--country", "-c", help="Country pack or a pack's folder.")]


def explain(
    number: Annotated[str, typer.Argument(help="Number as printed beside a figure, e.g. 1.1-MRT or 2.1-MLI@2013.")],
    country: CountryOption = "mali",
    as_of: AsOf = None,
    hindsight: Hindsight = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Walk a printed number back to its rows, source and formula."""
    with working("Assessing"):
        import toguna

        found = toguna.explain(toguna.assess(read(country, as_of, hindsight)), number)
    if as_json:
        import json

        rows = {
            name: json.loads(frame.to_json(orient="records", date_format="iso")) for name, frame in found.rows.items()
        }
        sources = json.loads(found.sources.to_json(orient="records"))
        number_row = json.loads(found.row.to_json())
        about = {
            "number": number,
            **number_row,
            "formula": found.indicator.words,
            "reference": found.indicator.reference,
        }
        typer.echo(json.dumps({**about, "rows": rows, "sources": sources}, ensure_ascii=False, indent=2))
    else:
        _print_explanation(found)


def _print_explanation(found: Any) -> None:
    from rich.table import Table

    screen = console()
    row = found.row
    value = "no data" if row["is_missing"] else f"{row['value']:,.10g} {row['unit']}"
    screen.print(f"[bold]{found.number_id}[/]  {row['label']}: {row['subject_name']}", highlight=False)
    screen.print(f"  value       {value}  ({row['period'] or 'no period'})", highlight=False)
    screen.print(f"  formula     {found.indicator.words}", highlight=False)
    screen.print(f"  serves      {found.indicator.reference}", highlight=False)
    screen.print(f"  confidence  {row['confidence'] or '-'}: {row['reason']}", highlight=False)
    for name, frame in found.rows.items():
        shown = frame.head(12)
        columns = [
            key for key in shown.columns if key != "geometry" and (shown[key].astype(str).str.strip() != "").any()
        ]
        table = Table(title=f"{name}: {len(frame)} rows" + (" (first 12)" * (len(frame) > 12)), title_justify="left")
        table.add_column("row")
        for key in columns:
            table.add_column(key, overflow="fold")
        for index, line in shown[columns].astype(str).iterrows():
            table.add_row(str(index), *line)
        screen.print(table)
    for line in found.sources.to_dict("records"):
        screen.print(
            f"  source      {line['title']}, {line['version']}. {line['owner']}. {line['licence']}.", highlight=False
        )
        screen.print(f"              {line['citation']} {line['url']}", highlight=False)
    say_made(found.made_from)
