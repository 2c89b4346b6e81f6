"""`toguna pack` and `toguna sources`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from toguna.cli.terminal import AsOf, Hindsight, Pack, console, read, say_next, working

packs = typer.Typer(no_args_is_help=True, help="List, check, describe and build country packs.")


class Form(StrEnum):
    """How `pack export` writes tables."""

    PARQUET = "parquet"
    CSV = "csv"


def sources(country: Pack) -> None:
    """List the sources of a pack with version, licence and how late their figures are public."""
    from rich.table import Table

    found = read(country, None, False)
    table = Table(title=f"Sources of {found.profile.label('en')}", show_lines=False)
    for name in ("Source", "Title and owner", "Version", "Licence", "Public", "Until"):
        table.add_column(name, overflow="fold")
    for row in found.sources.itertuples():
        mark = " (to be confirmed)" if row.licence_basis == "memory" else ""
        table.add_row(row.source, f"{row.title}\n{row.owner}", row.version, row.licence + mark, row.lag, row.until)
    console().print(table)


@packs.command("list")
def pack_list() -> None:
    """List the shipped packs."""
    from toguna.country.packs import find_pack, pack_names
    from toguna.country.profile import read_profile

    for name in pack_names():
        profile = read_profile(find_pack(name) / "country.yaml")
        typer.echo(
            f"{name:10} {profile.name['en']} ({profile.iso3}), edition {profile.edition}"
            + (", made up" * profile.made_up)
        )


@packs.command("check", epilog="Example: toguna pack check ./my-country")
def pack_check(country: Pack) -> None:
    """List every fault of a pack: file, row, column, value and remedy."""
    with working("Checking"):
        import toguna

        faults = toguna.check(country)
    for fault in faults:
        typer.echo(f"- {fault}")
    typer.echo(f"{len(faults)} faults." if faults else "The pack is sound.")
    raise typer.Exit(1 if faults else 0)


@packs.command("describe")
def pack_describe(
    table: Annotated[Optional[str], typer.Argument(help="A table; all are listed where it is left out.")] = None,  # noqa: UP045
) -> None:
    """Show the tables of a pack, or the columns of one with unit and meaning."""
    from toguna.core.errors import AskError
    from toguna.country.tables import TABLES

    if table is None:
        for one in TABLES.values():
            typer.echo(f"{one.name:17} {one.title}")
    elif table not in TABLES:
        raise AskError(f"There is no table {table!r}. Tables: {', '.join(TABLES)}.")
    else:
        typer.echo(TABLES[table].title)
        for name, (unit, meaning) in TABLES[table].columns.items():
            typer.echo(f"  {name:22} {unit:22} {meaning}")


@packs.command("roads", epilog="Example: toguna pack roads mali --osm mali-latest.osm.pbf --to my-mali")
def pack_roads(
    country: Pack,
    osm: Annotated[Path, typer.Option("--osm", help="OpenStreetMap extract, .osm.pbf or .osm.")],
    to: Annotated[Path, typer.Option("--to", help="Folder of the new pack; a pack there is replaced.")],
) -> None:
    """Replace the road skeleton of a pack by the roads of an OpenStreetMap extract."""
    with working("Reading roads") as say:
        from toguna.sources.osm_pack import with_osm_roads

        made, report = with_osm_roads(read(country, None, False), osm)
        say("Writing")
        from toguna import write_country

        folder = write_country(made, to)
    typer.echo(report)
    typer.echo(f"Wrote {folder}")
    say_next(f"toguna reach {to}")


@packs.command("export", epilog="Example: toguna pack export mali --to mali-csv --form csv --as-of 2013-02")
def pack_export(
    country: Pack,
    to: Annotated[Path, typer.Option("--to", help="Folder to write; a pack there is replaced.")],
    form: Annotated[Form, typer.Option("--form", help="parquet, or csv for reading and editing.")] = Form.CSV,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
) -> None:
    """Write a pack's tables to a folder, all or as of a month."""
    with working("Writing"):
        import toguna

        folder = toguna.write_country(read(country, as_of, hindsight), to, form.value)
    typer.echo(f"Wrote {folder}")


@packs.command("build", epilog="Example: toguna pack build mali --from downloads")
def pack_build(
    country: Pack,
    from_: Annotated[Path, typer.Option("--from", help="Folder with the files as downloaded from their owners.")],
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="Folder of the pack; default: the pack itself, replaced whole or not at all."),
    ] = None,
) -> None:
    """Build a pack's tables from files as their owners publish them."""
    with working("Building") as say:
        import toguna

        report = toguna.build_pack(
            country, from_, to=to, progress=lambda done, total, what: say(f"{what} ({done}/{total})")
        )
    typer.echo(report.summary())
    say_next(f"toguna pack check {to or country}")
