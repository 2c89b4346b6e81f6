"""`toguna account verify | head | export | merge | backup | restore`: proof that the log is whole, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

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
    open_keys,
    url_of,
    write_bytes,
)
from toguna.cli.terminal import say_next, working
from toguna.core.errors import AccountError, AskError

BACKUP = "TOGUNA_BACKUP_PASSPHRASE"
Heads = Annotated[
    Optional[list[Path]],  # noqa: UP045  (Typer reads this form)
    typer.Option("--against", help="File with a head printed earlier; may be given again."),
]
Carried = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--file", help="An export or backup, instead of the log."),
]
Trust = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--trust", help="Certificates of the authority, .pem; lists stamps kept."),
]


def proof(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("verify", epilog="Example: toguna account verify --against report-head.txt")(verify)
    app.command("head", epilog="Example: toguna account head --to report-head.txt")(head)
    app.command("restore", epilog="Example: toguna account restore monday.backup --folder account-again")(restore)
    on_account(app, "export", "toguna account export --to gao.log --as officer-7")(export)
    on_account(app, "merge", "toguna account merge gao.log --as officer-7")(merge)
    on_account(app, "backup", "toguna account backup --to monday.backup --as officer-7")(backup)


def verify(folder: Where = HERE, database: Database = None, against: Heads = None, file: Carried = None) -> None:
    """Check that every entry is there, as written and in its order; each one that is not is named.

    Exit code 1 where something is wrong. A head printed on a report shows whether the log was cut back or rewritten
    since.
    """
    from toguna.accounts.log.carry import verify_file
    from toguna.accounts.log.signing import read_printed
    from toguna.accounts.log.verify import verify as check

    if file is not None and against:
        raise AskError("--against is for the log. Leave it out for a file, or merge the file and verify the log.")
    heads = [read_printed(one.read_text(encoding="utf-8")) for one in against or ()]
    with open_keys(folder) as keys:
        if file is None and database is None and not (folder / "log.db").is_file():
            raise AskError(f"There is no log in {folder}. Name its database with --database, or restore a backup.")
        with working("Verifying"):
            found = verify_file(file, keys) if file else check(url_of(folder, database), keys, against=heads)
    foreign = [one for one in heads if found.head is not None and one.log != found.head.log]
    read = "Verified" if found.faults else f"{found.entries} entries verified"
    typer.echo(f"{read} in {found.seconds:.1f} s.")
    for fault in found.faults:
        typer.echo(f"- {fault}")
    for remark in found.remarks:
        typer.echo(remark)
    for one in foreign:
        typer.echo(f"- head: the head of {one.size} entries is of another log, {one.log.hex()}.")
    faults = len(found.faults) + len(foreign)
    if not faults:
        typer.echo("Nothing is wrong.")
    else:
        typer.echo(f"{faults} {'fault' if faults == 1 else 'faults'}. Keep the log as it is; compare it with a backup.")
        raise typer.Exit(1)


def head(
    folder: Where = HERE,
    database: Database = None,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File for the head, as printed."),
    ] = None,
    request: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--request", help="File to send to a time-stamping authority, .tsq; needs --to."),
    ] = None,
    stamp: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--stamp", help="Answer of the authority, .tsr, to be kept; needs --of and --trust."),
    ] = None,
    of: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--of", help="The head that was stamped, as written by --to."),
    ] = None,
    trust: Trust = None,
) -> None:
    """Print the signed head of the log, to stand on reports: later it shows whether the log was changed.

    For a time stamp (RFC 3161): --request and --to write what to send and the head it is about; --stamp keeps the
    answer after checking it. No line is needed here.
    """
    if request is not None and to is None:
        raise AskError("--request needs --to: the answer is about the head of now, which must be kept beside it.")
    if stamp is not None and (of is None or trust is None):
        raise AskError("--stamp needs --of, the head that was stamped, and --trust, the authority's certificates.")
    from toguna.accounts.log import Log

    with open_keys(folder) as keys, Log.open(url_of(folder, database), keys) as log:
        if stamp is not None or trust is not None:
            _stamps(log, stamp, of, trust or Path())
            return
        found = log.head()
    typer.echo(found.printed())
    if to is not None:
        write_bytes(to, (found.printed() + "\n").encode())
    if request is not None and to is not None:
        from toguna.accounts.log.stamping import question

        write_bytes(request, question(found))
        say_next(f"send it to an authority, then: toguna account head --stamp answer.tsr --of {to} --trust ca.pem")


def _stamps(log: Any, stamp: Path | None, of: Path | None, trust: Path) -> None:
    """Keep an answer after checking it, and list all that are kept."""
    from toguna.accounts.log.signing import read_printed
    from toguna.accounts.log.stamping import certificates, stamped_at

    try:
        roots = certificates(trust.read_bytes())
    except ValueError:
        raise AskError(f"{trust} holds no certificates in PEM. Give those of the authority asked.") from None
    if stamp is not None and of is not None:
        about = read_printed(of.read_text(encoding="utf-8"))
        if about.log != log.id:
            raise AccountError("The head that was stamped is of another log. Give the head written with the request.")
        answer = stamp.read_bytes()
        stamped_at(answer, about, roots)
        log.stamp(answer, about)
    for one, answer in log.stamps():
        try:
            typer.echo(f"{one.size} entries stood by {stamped_at(answer, one, roots):%Y-%m-%dT%H:%M:%SZ}, as stamped.")
        except AccountError as wrong:
            typer.echo(f"{one.size} entries: {wrong}")


def export(
    account: Account,
    to: Annotated[Path, typer.Option("--to", help="New file.")],
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "to another machine",
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="The proof alone: what is said stays closed there.")
    ] = False,
) -> None:
    """Write the whole log to a file, for another machine of the account to merge."""
    from toguna.accounts.log import carry

    _is_new(to)
    account.note("exported", {"keys": not without_keys}, why)
    found = carry.export(account.book.log, to, with_keys=not without_keys)
    typer.echo(f"Wrote {to} ({found.size} entries). Only machines of this account can read it.")


def merge(
    account: Account,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Export of another machine.")],
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "from another machine",
) -> None:
    """Take in what another machine entered; twice adds nothing. A file that was changed is refused whole."""
    from toguna.accounts.log import carry

    found = carry.bring_in(account.book.log, file)
    account.book.catch_up()
    if found.taken:
        account.note("merged", {"taken": found.taken, "known": found.known}, why)
    typer.echo(f"{found.taken} entries taken in, {found.known} were here already.")
    apart = [
        f"{ledger.name} {place.id}"
        for ledger in account.book.ledgers.values()
        for place in _places(account, ledger.name)
        if place.conflicts
    ]
    if apart:
        typer.echo(f"Steps that cannot follow each other were entered apart in: {', '.join(apart)}. Look at them.")


def _places(account: Account, ledger: str) -> Any:
    return account.book.places(ledger, account.person)


def backup(
    account: Account,
    to: Annotated[Path, typer.Option("--to", help="New file.")],
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "backup",
) -> None:
    """Write log and keys to a file under a passphrase of its own, asked for or in TOGUNA_BACKUP_PASSPHRASE.

    Whoever has file and passphrase reads all of it, even who is erased later. Keep few, apart, and not for long.
    """
    from toguna.accounts.log import carry

    _is_new(to)
    passphrase = new_passphrase(BACKUP, "Passphrase of the backup")
    account.note("backed up", {}, why)
    found = carry.back_up(account.book.log, to, passphrase)
    typer.echo(f"Wrote {to} ({found.size} entries). roles.yaml and people.yaml are not in it.")
    say_next(f"toguna account verify --folder {account.folder} --file {to}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Backup.")],
    folder: Where = HERE,
    database: Database = None,
    as_copy: Annotated[
        bool, typer.Option("--as-copy", help="The first log lives on: go on beside it, and merge later.")
    ] = False,
    no_passphrase: Annotated[bool, typer.Option("--no-passphrase", help="Rely on the file's mode alone.")] = False,
) -> None:
    """Make the folder of an account from a backup, entry for entry the same; the file is verified first."""
    import os

    from toguna.accounts.book.roles import OWN
    from toguna.accounts.log import carry

    with new_folder(folder) as fresh:
        given = os.environ.get(BACKUP) or typer.prompt("Passphrase of the backup", hide_input=True, err=True)
        own = None if no_passphrase else new_passphrase(PASSPHRASE, "New passphrase of the keys")
        with carry.restore_keys(file, fresh / "keys", given, own) as keys:
            log = carry.restore(file, url_of(fresh, database), keys, as_copy=as_copy)
            size = log.head().size
            log.close()
        (fresh / "roles.yaml").write_bytes(OWN.read_bytes())
        (fresh / "people.yaml").write_text("# Copy people.yaml of the account here.\n", encoding="utf-8")
    typer.echo(f"Restored {size} entries to {folder}. Copy the account's own roles.yaml and people.yaml there.")
    say_next(f"toguna account verify --folder {folder}")


def _is_new(to: Path) -> None:
    """Refuse a file that is there, or a folder that is not, before anything is logged."""
    if to.exists():
        raise AskError(f"{to} is there already. Name another file.")
    if not to.parent.is_dir():
        raise AskError(f"There is no folder {to.parent} for {to.name}. Make it, or name another.")
