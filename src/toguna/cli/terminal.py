"""What all commands share: the options, reading a pack, a spinner, and the lines printed after a result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from toguna.core.errors import AskError

if TYPE_CHECKING:
    from toguna.core.provenance import MadeFrom
    from toguna.country import Country

Pack = Annotated[str, typer.Argument(help="Country pack: a shipped one (mali, ouadji) or a pack's folder.")]
AsOf = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads this form)
    typer.Option("--as-of", metavar="YYYY-MM", help="Only what had been published by that month."),
]
Hindsight = Annotated[
    bool, typer.Option("--hindsight", help="With --as-of: what is known today about the time up to that month.")
]
LanguageOption = Annotated[str, typer.Option("--language", "-l", help="en or fr.")]


def read(country: str, as_of: str | None, hindsight: bool) -> Country:
    """Return the country asked for."""
    import toguna

    if hindsight and as_of is None:
        raise AskError("--hindsight needs --as-of: the month up to which to look back, for example --as-of 2013-02.")
    return toguna.read_country(country, as_of, hindsight=hindsight)


def console() -> Any:
    """Return the place tables are printed: the terminal's width, or 110 columns in a file."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 110)


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show a spinner on a terminal and yield a way to say what is going on."""
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield status.update


def say_made(made: MadeFrom) -> None:
    """Print what a result was made from."""
    typer.echo(f"Pack {made.pack} {made.pack_hash[:12]}, Toguna {made.version}, run {made.run_id}.", err=True)


def say_next(command: str) -> None:
    """Print the step that usually follows."""
    typer.echo(f"Next: {command}", err=True)
