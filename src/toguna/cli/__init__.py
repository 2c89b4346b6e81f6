"""The command line: thin over the verbs, one file a verb. Heavy imports happen inside the commands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from toguna.cli.account import account
from toguna.cli.assess import assess
from toguna.cli.brief import brief
from toguna.cli.compare import EXAMPLE as COMPARED
from toguna.cli.compare import compare
from toguna.cli.displace import displace
from toguna.cli.estimate import EXAMPLE as ESTIMATED
from toguna.cli.estimate import estimate
from toguna.cli.explain import explain
from toguna.cli.forecast import forecast
from toguna.cli.packs import packs, sources
from toguna.cli.plan import plan
from toguna.cli.roads import corridors, critical, reach, supply, trade
from toguna.cli.serve import EXAMPLE as SERVED
from toguna.cli.serve import serve
from toguna.core.errors import TogunaError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Decision support for peace operations that put civilians first. Five principles in order: humanitarian "
    "assistance, democracy, south-north peacebuilding, protection of civilians, small-arms control and DDR.",
    epilog="First time here? Try: toguna brief mali",
)
app.command(epilog="Example: toguna brief mali --as-of 2014-06 --language fr --to brief.pdf --to brief.html")(brief)
app.command(epilog="Example: toguna assess mali --as-of 2013-12 --principle 4 --csv > protection.csv")(assess)
app.command(epilog="Example: toguna explain 1.1-MRT@2012 --country mali")(explain)
app.command(epilog="Example: toguna reach mali --sites hub --season wet --vehicle lorry")(reach)
app.command(epilog="Example: toguna corridors mali --from Bamako --to Kidal --month 2013-02")(corridors)
app.command(epilog="Example: toguna critical mali --sites health --to links.csv")(critical)
app.command(epilog="Example: toguna supply mali --source Abala --target Kidal --seed 7")(supply)
app.command(epilog="Example: toguna trade mali --season wet")(trade)
app.command(epilog="Example: toguna plan mali --mandate protect-first --month 2013-07")(plan)
app.command(epilog=COMPARED)(compare)
app.command(epilog=ESTIMATED)(estimate)
app.command(epilog=SERVED)(serve)
app.command()(sources)
app.add_typer(account, name="account")
app.add_typer(displace, name="displace")
app.add_typer(forecast, name="forecast")
app.add_typer(packs, name="pack")


def _version(value: bool) -> None:
    if value:
        from toguna.core.version import __version__

        typer.echo(f"toguna {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; a user's mistake is a sentence and exit code 2, never a traceback."""
    try:
        app()
    except TogunaError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was left half-written.", err=True)
        sys.exit(130)
    except OSError as error:
        typer.secho(f"{error.filename or 'A file'} cannot be used: {error.strerror}.", fg=typer.colors.RED, err=True)
        sys.exit(2)
