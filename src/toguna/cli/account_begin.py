"""`toguna account new | enrol | roles | people`: an account begins, a second machine joins, who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from toguna.cli.account_folder import (
    HERE,
    PASSPHRASE,
    Account,
    Database,
    Where,
    new_folder,
    new_passphrase,
    on_account,
    url_of,
)
from toguna.cli.terminal import say_next
from toguna.core.errors import AccountError

if TYPE_CHECKING:
    from toguna.accounts.book.roles import Right

_PEOPLE = """\
# Who works with this account: a name or code as the log keeps it, roles of roles.yaml, p-codes of areas (none: all).
# `toguna account people` checks it.
# officer-7: {roles: [investigator], areas: [ML07]}
"""
Bare = Annotated[
    bool, typer.Option("--no-passphrase", help="Rely on the file's mode alone; for a disk that is encrypted.")
]


def begin(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("new", epilog="Example: toguna account new --folder account")(new)
    app.command("roles", epilog="Example: toguna account roles account/roles.yaml")(roles)
    app.command("people", epilog="Example: toguna account people")(people)
    on_account(app, "enrol", "toguna account enrol --to usb/gao --as officer-7")(enrol)


def new(folder: Where = HERE, database: Database = None, no_passphrase: Bare = False) -> None:
    """Begin an account: keys, an empty log, roles.yaml and people.yaml.

    The passphrase is asked for twice, or taken from TOGUNA_PASSPHRASE. Nobody can open the account without it.
    """
    from toguna.accounts.book.roles import OWN
    from toguna.accounts.log import Keys, Log

    with new_folder(folder) as fresh:
        own = None if no_passphrase else new_passphrase(PASSPHRASE, "New passphrase")
        (fresh / "roles.yaml").write_bytes(OWN.read_bytes())
        (fresh / "people.yaml").write_text(_PEOPLE, encoding="utf-8")
        with Keys.create(fresh / "keys", own) as keys, Log.open(url_of(fresh, database), keys) as log:
            head = log.head()
    kept = "a log in the database" if database else "log.db"
    typer.echo(f"Began an account in {folder}: keys, {kept}, roles.yaml, people.yaml.")
    typer.echo(f"Its log is {head.log.hex()}.")
    typer.echo("Back up the folder's keys before anything is entered; without them nothing can be read.")
    say_next(f"name who works in {folder / 'people.yaml'}, then: toguna account people --folder {folder}")


def roles(
    file: Annotated[
        Optional[Path],  # noqa: UP045  (Typer reads this form)
        typer.Argument(metavar="FILE", help="Roles to check; default: those of the account."),
    ] = None,
    folder: Where = HERE,
) -> None:
    """Check roles: every fault is listed, or what each role may do."""
    from toguna.cli.account_people import read_own_roles

    try:
        found = read_own_roles(file or folder / "roles.yaml")
    except AccountError as faults:
        typer.echo(str(faults))
        raise typer.Exit(1) from None
    for role, rights in found.table.items():
        typer.echo(role)
        for ledger, right in rights.items():
            enters = "all steps" if right.steps == "all" else f"{len(right.steps)} steps" if right.steps else "nothing"
            second = ", is second person" if right.confirms else ""
            typer.echo(f"  {ledger:15} enters {enters}, sees {right.sees}{second}")


def people(
    file: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(metavar="FILE", help="People to check; default: those of the account."),
    ] = None,
    folder: Where = HERE,
) -> None:
    """Check who works with the account: every fault is listed, or each with roles and areas."""
    from toguna.cli.account_people import read_own_roles, read_people

    try:
        found = read_people(file or folder / "people.yaml", read_own_roles(folder / "roles.yaml"))
    except AccountError as faults:
        typer.echo(str(faults))
        raise typer.Exit(1) from None
    for name, one in found.items():
        typer.echo(f"{name}: {', '.join(sorted(one.roles))}; {', '.join(sorted(one.areas)) or 'all areas'}")
    table = read_own_roles(folder / "roles.yaml").table
    seconds = [one for one in found.values() if _confirms(table, one.roles)]
    if len(found) < 2 or not seconds:
        typer.echo("Steps that take two people cannot be entered yet: name two, one with a role that confirms.")


def _confirms(table: Mapping[str, Mapping[str, Right]], names: frozenset[str]) -> bool:
    """Tell whether one of the roles named may be second person in any ledger."""
    return any(right.confirms for role in names for right in table[role].values())


def enrol(
    account: Account,
    to: Annotated[Path, typer.Option("--to", help="New folder for the second machine.")],
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "a second machine",
    no_passphrase: Bare = False,
) -> None:
    """Make the folder of a second machine: keys that sign on their own, and a copy of the log to go on with.

    What is entered there comes back with export and merge. A log in PostgreSQL is shared, and not copied. The new
    passphrase is asked for, or taken from TOGUNA_NEW_PASSPHRASE.
    """
    from toguna.accounts.log import carry

    with new_folder(to) as fresh:
        own = None if no_passphrase else new_passphrase("TOGUNA_NEW_PASSPHRASE", "Passphrase of the second machine")
        account.note("enrolled", {"keys": "with keys of subjects"}, why)
        for name in ("roles.yaml", "people.yaml"):
            (fresh / name).write_bytes((account.folder / name).read_bytes())
        with account.book.log.keys.enrol(fresh / "keys", own) as keys:
            if account.url.startswith("sqlite"):
                carried = fresh / "carried"
                carry.export(account.book.log, carried, with_keys=False)
                carry.restore(carried, url_of(fresh, None), keys, as_copy=True).close()
                carried.unlink()
            signer = keys.signer.hex()
    typer.echo(f"Wrote {to}, whose machine signs as {signer}.")
    typer.echo("Take it there by hand, and leave no copy on the way.")
    say_next(f"on the second machine: toguna account verify --folder {to}")
