"""What the commands of `toguna account` share: the folder with keys and log, the person who works, options."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer
from typer.core import TyperGroup

from toguna.cli.terminal import say_next
from toguna.core.errors import AccountError, AskError

if TYPE_CHECKING:
    from toguna.accounts.book.book import Book
    from toguna.accounts.book.ledger import Ledger
    from toguna.accounts.book.record import Record
    from toguna.accounts.book.roles import Person, Roles
    from toguna.accounts.log import Keys

EXTRA = {"cryptography", "duckdb", "openpyxl", "psycopg", "rfc3161_client", "splink", "sqlalchemy"}
ACCOUNT = "account"  # ledger of the log that keeps what was done with the account as a whole
PASSPHRASE = "TOGUNA_PASSPHRASE"
Where = Annotated[
    Path, typer.Option("--folder", envvar="TOGUNA_ACCOUNT", show_envvar=False, help="Folder with keys and log.")
]
Database = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads this form)
    typer.Option(
        "--database",
        envvar="TOGUNA_DATABASE",
        show_envvar=False,
        metavar="URL",
        help="Log elsewhere: postgresql://... Or TOGUNA_DATABASE.",
    ),
]
As = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--as",
        envvar="TOGUNA_PERSON",
        show_envvar=False,
        metavar="NAME",
        help="Who works, as in people.yaml. Or TOGUNA_PERSON.",
    ),
]
Why = Annotated[str, typer.Option("--why", help="Reason, kept in the log; no names.")]
LedgerName = Annotated[str, typer.Argument(metavar="LEDGER", help="rights, custody, arms, ddr ...")]
RecordId = Annotated[str, typer.Argument(metavar="RECORD", help="Number of the record; never a name.")]
EntryAsked = Annotated[int, typer.Argument(metavar="ENTRY", min=1, help="Entry in which somebody asked.")]
HERE = Path("account")


class Accounts(TyperGroup):
    """The group of commands; where the extra is not installed, a sentence says which to install."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command asked for."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as missing:
            if (missing.name or "").split(".")[0] not in EXTRA:
                raise
            raise AskError(f"Accounts need {missing.name}, which is not installed. Install toguna[accounts].") from None


@dataclass(frozen=True)
class Account:
    """An account that is open, and who works with it.

    Attributes
    ----------
    folder : with keys, roles.yaml and people.yaml
    url : of the log's database
    book : its ledgers
    person : who works
    """

    folder: Path
    url: str
    book: Book
    person: Person

    def ledger(self, name: str) -> Ledger:
        """Return a ledger by name; `AskError` names those there are."""
        return ledger_of(name)

    def note(self, what: str, about: Mapping[str, Any], reason: str) -> None:
        """Log what was done with the account as a whole, or with many records at once."""
        self.book.log.append(ACCOUNT, what, what, about, self.person.name, reason)

    def record(self, ledger: Ledger, record_id: str) -> Record | None:
        """Return a record whole, None where there is none: for rules to be tried on, never to be shown."""
        from toguna.accounts.book.following import history
        from toguna.accounts.book.two_people import folded

        found = folded(history(self.book.log, ledger.name, record_id), ledger, record_id)
        return found if found.history or found.conflicts else None

    def sees(self, ledger: str) -> None:
        """Refuse what shows closed fields of a whole ledger to a role that does not see them everywhere."""
        from toguna.accounts.book.ledger import Level

        level = self.book.roles.sees(self.person, ledger, "")
        if level is None or level is Level.OPEN:
            raise AccountError(
                f"Your role does not show the whole {ledger} ledger. Ask somebody whose role does, for all areas."
            )


def ledger_of(name: str) -> Ledger:
    """Return a ledger by name.

    Raises
    ------
    AskError
        There is none of that name.
    """
    from toguna.accounts.ledgers import LEDGERS

    found = next((one for one in LEDGERS if one.name == name), None)
    if found is None:
        raise AskError(f"There is no ledger {name!r}. There are: {', '.join(one.name for one in LEDGERS)}.")
    return found


def open_keys(folder: Path) -> Keys:
    """Return the keys of an account; the passphrase is asked for where one is needed and the variable is not set."""
    from toguna.accounts.log import Keys

    path = folder / "keys"
    _check_there(folder)
    given = os.environ.get(PASSPHRASE)
    if given:
        return Keys.open(path, given)
    try:
        return Keys.open(path)
    except AccountError as locked:
        if "passphrase" not in str(locked):
            raise
    return Keys.open(path, typer.prompt("Passphrase", hide_input=True, err=True))


def new_passphrase(variable: str, what: str) -> str:
    """Return a new passphrase: from a variable of the environment, or asked for twice."""
    given = os.environ.get(variable)
    return given or str(typer.prompt(what, hide_input=True, confirmation_prompt=True, err=True))


def url_of(folder: Path, database: str | None) -> str:
    """Return where the log is kept."""
    return database or f"sqlite:///{folder / 'log.db'}"


@contextmanager
def opened(folder: Path, database: str | None, name: str | None) -> Iterator[Account]:
    """Open an account for a person, and close it whatever happens.

    Raises
    ------
    AskError
        There is no account, or nobody is named.
    AccountError
        The person is not in people.yaml, or the account cannot be opened.
    """
    roles, people = who_works(folder)
    if not name:
        raise AskError("Nobody is named. Say who works: --as NAME, or set TOGUNA_PERSON.")
    check_named(folder, name, people)
    with open_keys(folder) as keys, open_book(folder, database, keys, roles) as book:
        yield Account(folder, url_of(folder, database), book, people[name])


def who_works(folder: Path) -> tuple[Roles, dict[str, Person]]:
    """Return an account's roles, and its people by name."""
    from toguna.cli.account_people import read_own_roles, read_people

    _check_there(folder)
    roles = read_own_roles(folder / "roles.yaml")
    return roles, read_people(folder / "people.yaml", roles)


def check_named(folder: Path, name: str, people: Mapping[str, Person]) -> None:
    """Refuse somebody whom the account does not name."""
    if name not in people:
        raise AccountError(f"{folder / 'people.yaml'} does not name whoever works. Add the name and its roles there.")


def open_book(folder: Path, database: str | None, keys: Keys, roles: Roles) -> Book:
    """Return the book of an account."""
    from toguna.accounts.book.book import Book
    from toguna.accounts.ledgers import LEDGERS

    return Book.open(url_of(folder, database), keys, LEDGERS, roles)


def _check_there(folder: Path) -> None:
    if not (folder / "keys").is_file():
        raise AskError(f"There is no account in {folder}. Begin one with: toguna account new --folder {folder}")


def on_account(app: typer.Typer, name: str, example: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command that works on an open account; folder, database and person become options of it.

    Parameters
    ----------
    app : group it belongs to
    name : of the command
    example : shown below its help
    """

    def register(command: Callable[..., None]) -> Callable[..., None]:
        first, *asked = signature(command, eval_str=True).parameters.values()
        del first  # the account

        def run(**given: Any) -> None:
            with opened(given.pop("folder"), given.pop("database"), given.pop("as_")) as account:
                command(account, **given)

        common = {"as_": (As, None), "folder": (Where, HERE), "database": (Database, None)}
        shared = [
            Parameter(key, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=about)
            for key, (about, default) in common.items()
        ]
        run.__signature__ = Signature([*asked, *shared])  # type: ignore[attr-defined]
        run.__doc__, run.__name__ = command.__doc__, command.__name__
        app.command(name, epilog=f"Example: {example}")(run)
        return command

    return register


def say_asked(entry: int, what: str, ledger: str, record: str) -> None:
    """Tell who asked for something that takes two what a second person does next."""
    typer.echo(f"Asked (entry {entry}). A second person must agree.")
    say_next(f"toguna account {what} grant {entry} {ledger} {record} --why ... --as NAME")


@contextmanager
def new_folder(to: Path) -> Iterator[Path]:
    """Make a folder, mode 700, that appears under its name when all is in it, or not at all."""
    if to.exists():
        raise AskError(f"{to} is there already. Name another folder.")
    to.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{to.name}-new-", dir=to.parent))
    try:
        yield fresh
        fresh.rename(to)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def whole_file(to: Path) -> Iterator[Path]:
    """Write a file, mode 600, whole or not at all; one that is there is replaced."""
    if not to.parent.is_dir():
        raise AskError(f"There is no folder {to.parent} for {to.name}. Make it, or name another.")
    fresh = to.with_name(f".{to.stem}-new{to.suffix}")
    try:
        fresh.touch(mode=0o600)
        yield fresh
        fresh.replace(to)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def write_bytes(to: Path, content: bytes) -> None:
    """Write a file whole or not at all, and say so."""
    with whole_file(to) as fresh:
        fresh.write_bytes(content)
    typer.echo(f"Wrote {to}")
