"""`toguna brief`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from toguna.cli.terminal import AsOf, Hindsight, LanguageOption, Pack, read, say_made, say_next, working


def brief(
    country: Pack,
    to: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(
            "--to", help="File to write, .pdf, .html or .docx; may be given again. Default: a PDF and an HTML here."
        ),
    ] = None,
    as_of: AsOf = None,
    hindsight: Hindsight = False,
    language: LanguageOption = "en",
    ahead: Annotated[
        int, typer.Option("--ahead", min=0, max=24, help="Months of flight to forecast, in a section of its own.")
    ] = 0,
) -> None:
    """Write a brief of at most four pages on a country, by the five principles in order."""
    with working("Reading the pack") as say:
        import toguna

        found = read(country, as_of, hindsight)
        say("Assessing by the five principles")
        picture = toguna.assess(found)
        flight = None
        if ahead:
            say("Forecasting flight")
            flight = toguna.displace(found, months=ahead, runs=100)
        say("Writing")
        stem = f"{found.pack}-{found.month}-{language}"
        written = toguna.brief(
            found, picture, flight, to=to or [Path(f"{stem}.pdf"), Path(f"{stem}.html")], language=language
        )
    for path in written:
        typer.echo(f"Wrote {path} ({path.stat().st_size / 1000:,.0f} kB)")
    say_made(picture.made_from)
    say_next(f"toguna explain 1.1-ALL --country {country}")
