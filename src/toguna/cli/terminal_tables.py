"""Tables to a terminal or to a file: the suffix says how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from toguna.cli.terminal import console
from toguna.core.errors import AskError

FORMS = (".csv", ".json", ".parquet", ".geojson", ".gpkg")


def write_table(frame: Any, to: Path) -> None:
    """Write a table, with its shapes for .geojson and .gpkg, whole or not at all."""
    if to.suffix.lower() not in FORMS:
        raise AskError(f"A table cannot be written as {to.name!r}. Use one of {', '.join(FORMS)}.")
    is_shaped = "geometry" in frame
    if to.suffix.lower() in {".geojson", ".gpkg"} and not is_shaped:
        raise AskError(f"This table has no shapes for {to.suffix}. Use .csv, .json or .parquet.")
    fresh = to.with_name(f".{to.stem}-new{to.suffix}")
    plain = frame.drop(columns="geometry") if is_shaped else frame
    try:
        if to.suffix.lower() == ".csv":
            plain.to_csv(fresh, index=False, lineterminator="\n")
        elif to.suffix.lower() == ".json":
            plain.to_json(fresh, orient="records", force_ascii=False, indent=1)
        elif to.suffix.lower() == ".parquet":
            frame.to_parquet(fresh, index=False)
        else:
            driver = "GeoJSON" if to.suffix.lower() == ".geojson" else "GPKG"
            frame.to_file(fresh, driver=driver, layer="".join(c if c.isalnum() else "_" for c in to.stem))
        fresh.replace(to)
    finally:
        fresh.unlink(missing_ok=True)
    typer.echo(f"Wrote {to} ({len(frame)} rows)")


def print_table(frame: Any, title: str, columns: Sequence[tuple[str, str, str]], most: int = 15) -> None:
    """Print the first rows of a table; columns are name in the table, head, and a format such as ",.0f" or ""."""
    from rich.table import Table

    console().print(f"[bold]{title}[/]", highlight=False)
    table = Table(box=None, pad_edge=False)
    for _, head, form in columns:
        table.add_column(head, justify="right" if form else "left", overflow="fold")
    for row in frame.head(most).to_dict("records"):
        table.add_row(*(_cell(row[name], form) for name, _, form in columns))
    console().print(table)
    if len(frame) > most:
        typer.echo(f"... and {len(frame) - most} more; --to FILE writes all.")


def _cell(value: Any, form: str) -> str:
    if value is None or value != value:  # noqa: PLR0124  (not a number)
        return "no data"
    return format(value, form) if form else str(value)
