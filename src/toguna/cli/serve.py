"""`toguna serve`: the workbench in a browser, on this machine or for a team."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional
from urllib.parse import urlsplit

import typer

from toguna.core.errors import AskError

if TYPE_CHECKING:
    from toguna.web.accounts.book import BookLedgers
    from toguna.web.settings import Settings

EXAMPLE = "Examples: toguna serve mali; toguna serve --port 9000 --no-browser; toguna serve mali --team team.yaml"
_EXTRA = ("authlib", "duckdb", "fastapi", "httpx", "itsdangerous", "openpyxl", "uvicorn")
_TRIED = 20  # ports after one that is taken
_GRACE = 3  # seconds open answers have when the server stops
_KEY = "session.key"
_SECRET = "TOGUNA_OIDC_SECRET"


def serve(
    packs: Annotated[
        Optional[list[str]],  # noqa: UP045  (Typer reads this form)
        typer.Argument(metavar="PACK", help="Country packs, by name or folder. Default: all shipped."),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="A free one near it if it is taken.")] = 8347,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; another than this needs --team.")] = (
        "127.0.0.1"
    ),
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page in a browser.")] = False,
    folder: Annotated[
        Path, typer.Option("--folder", help="Workspace: jobs, results, log. One server at a time.")
    ] = Path("toguna-work"),
    account: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--account", metavar="DIR", help="Account whose ledgers are counted. Default: ./account, if any."),
    ] = None,
    database: Annotated[str, typer.Option("--database", help="URL of that account's log, if elsewhere.")] = "",
    as_: Annotated[
        str, typer.Option("--as", envvar="TOGUNA_PERSON", show_envvar=False, help="Who you are in its people.yaml.")
    ] = "",
    team: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--team", metavar="FILE", help="YAML file of a team's sign-in; people then sign in."),
    ] = None,
    proxy: Annotated[
        str, typer.Option("--proxy", help="With --team: address of the proxy in front, which tells who asks.")
    ] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--workers", min=1, max=16, help="Jobs done at one time.")] = 1,
    queued: Annotated[int, typer.Option("--queued", min=1, help="Jobs that may wait.")] = 20,
    room: Annotated[float, typer.Option("--room", min=0.01, help="GB for results; the longest unread go first.")] = 2,
) -> None:
    """Serve the workbench: maps, tables, forecasts, plans and comparisons in a browser.

    For one person it needs no account and answers to this machine alone. For a team, people sign in.
    """
    if team is None:
        _check_local(host)
    if missing := [one for one in _EXTRA if find_spec(one) is None]:
        raise AskError(
            f"The workbench needs more packages ({', '.join(missing)}). Install them with: pip install "
            "'toguna[server]'."
        )
    settings = _settings(packs or [], folder, team)
    ledgers = _ledgers(account, database, as_)
    import uvicorn

    from toguna.web.app import create_app
    from toguna.web.jobs.run import Jobs, Limits, check_free

    check_free(settings.folder)
    app = create_app(settings)
    app.state.jobs = Jobs(
        settings.folder, settings.packs, Limits(workers=workers, queued=queued, result_bytes=int(room * 1e9))
    )
    app.state.ledgers = ledgers
    listening = _listen(host, port)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_GRACE,
        proxy_headers=team is not None, forwarded_allow_ips=proxy,
    )  # fmt: skip
    address = settings.public_url or _address(host, listening.getsockname()[1])

    class Server(uvicorn.Server):
        """Says where it is once it answers."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                _say(address, settings, port, listening.getsockname()[1])
                if not no_browser and team is None:
                    typer.launch(address)

    try:
        Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # the usual way to stop it
        typer.echo("Stopped. Nothing was left half-written; jobs go on at the next start.", err=True)
    finally:
        _close(ledgers)


def _close(ledgers: BookLedgers | None) -> None:
    if ledgers is not None:
        ledgers.book.close()
        ledgers.book.log.keys.close()


def _ledgers(folder: Path | None, database: str, name: str) -> BookLedgers | None:
    """Return the ledgers of an account; none where no account is kept."""
    from toguna.cli.account_folder import HERE, check_named, open_book, open_keys, who_works

    where = folder or HERE
    if folder is None and not (where / "keys").is_file():
        if database:
            raise AskError("--database needs the keys of its account. Give their folder: --account DIR")
        return None
    from toguna.web.accounts.book import BookLedgers

    roles, people = who_works(where)
    if name:
        check_named(where, name, people)
    return BookLedgers(open_book(where, database or None, open_keys(where), roles), people, name)


def _check_local(host: str) -> None:
    """Refuse to open a workbench without accounts to the network."""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise AskError(
            f"--host {host} would open the workbench to others, and nobody signs in to it. Leave --host out, or give "
            "--team FILE so that people sign in."
        )


def _settings(packs: list[str], folder: Path, team: Path | None) -> Settings:
    """Return the settings of a local workbench, or of a team's."""
    from pydantic import ValidationError

    from toguna.planning.units import read_sheet
    from toguna.web.settings import Settings

    given: dict[str, Any] = {"folder": folder, **({"packs": tuple(packs)} if packs else {})}
    if team is not None:
        given |= {**read_sheet(team).values, "mode": "team"}
        if _SECRET in os.environ:
            given["oidc_client_secret"] = os.environ[_SECRET]
    folder.mkdir(parents=True, exist_ok=True)
    given.setdefault("secret", _kept_secret(folder / _KEY))
    try:
        found = Settings(**given)
    except ValidationError as error:
        said = [f"  - {'.'.join(map(str, one['loc']))}: {one['msg']}".replace(" - : ", " - ") for one in error.errors()]
        raise AskError("\n".join([f"{team.name if team else 'The command'} has faults:", *said])) from None
    if team is not None:
        _check_safe(found.public_url)
    return found


def _check_safe(url: str) -> None:
    """Refuse to send sessions over the network in the open."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise AskError(
            f"public_url is {url}: people's sessions would cross the network in the open. Put a proxy with TLS in "
            "front and give its https address; docs/serve.md shows how."
        )


def _kept_secret(file: Path) -> str:
    """Return the secret that seals sessions, drawn once, so that nobody signs in anew after a restart."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = file.read_text(encoding="utf-8").strip()
        if len(found) >= 32:
            return found
        handle = os.open(file, os.O_WRONLY | os.O_TRUNC)
    drawn = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(drawn)
    return drawn


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port, the next free one, or any."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for one in (*range(port, min(port + _TRIED, 65536)), 0):
        listening = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, one))
        except PermissionError:
            listening.close()
            raise AskError(f"Port {one} is kept for the system. Choose one from 1024 on.") from None
        except OSError as error:
            listening.close()
            if isinstance(error, socket.gaierror):
                raise AskError(f"There is no address {host!r} on this machine.") from None
            last = error
            continue
        listening.listen(128)
        return listening
    raise AskError(f"Nothing can listen on {host}: {last.strerror}.")


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _say(address: str, settings: Settings, asked: int, got: int) -> None:
    """Print where the workbench is, what it serves and how it is stopped."""
    from toguna.country.packs import find_pack
    from toguna.country.profile import read_profile

    typer.echo(f"Toguna is at {address}")
    if asked not in (0, got):
        typer.echo(f"Port {asked} was taken; this is {got}.")
    for pack in settings.packs:
        about = read_profile(find_pack(pack) / "country.yaml")
        made_up = "; made up, no figure is real" if about.made_up else ""
        typer.echo(f"  {about.label('en')} ({about.iso3}), pack {pack}, edition {about.edition}{made_up}")
    who = "People sign in" if settings.mode == "team" else "It answers to this machine alone"
    typer.echo(f"{who}. Jobs, results and the log are in {settings.folder}. Stop with Ctrl-C.")
