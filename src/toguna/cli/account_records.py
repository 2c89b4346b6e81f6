"""`toguna account show | find | cases | due | unmask`: records, as far as a role shows them; every look is logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from toguna.cli.account_folder import Account, EntryAsked, LedgerName, RecordId, Why, on_account, say_asked
from toguna.cli.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toguna.accounts.book.index import Place
    from toguna.accounts.book.record import Record

_FIRST = "custody"  # people held come before all else
unmasking = typer.Typer(no_args_is_help=True, help="See identities in a record: one asks, a second person grants.")


def records(app: typer.Typer) -> None:
    """Register the commands."""
    on_account(app, "show", "toguna account show arms W-17 --why 'yearly check' --as officer-7")(show)
    on_account(app, "find", "toguna account find arms --by serial --why 'seized in Gao'")(find)
    on_account(app, "cases", "toguna account cases arms W-17")(cases)
    on_account(app, "due", "toguna account due --overdue")(due)
    on_account(unmasking, "ask", "toguna account unmask ask rights R-3 --why 'to warn the family'")(ask)
    on_account(unmasking, "grant", "toguna account unmask grant 88 rights R-3 --why 'agreed'")(grant)
    app.add_typer(unmasking, name="unmask")


def show(account: Account, ledger: LedgerName, record: RecordId, why: Why) -> None:
    """Show a record as far as your role goes; that you read it, and why, is logged first.

    Identities are left out unless a second person unmasked the record for you within a day.
    """
    kept = account.ledger(ledger)
    shown = account.book.show(ledger, record, account.person, why)
    found = shown.record
    closed = "; in part erased, or its key is not on this machine" * found.is_erased
    typer.echo(f"{ledger} {record}: {found.state or 'proposed only'}{closed}")
    _print(found)
    typer.echo("History:")
    for one in found.history:
        typer.echo(f"  {one.number:>5}  {one.at:%Y-%m-%d %H:%M}  {one.step}  by {one.actor}{_reason(one.reason)}")
    if shown.masked:
        typer.echo(f"Not shown: {', '.join(shown.masked)}.")
    for one in shown.proposals:
        typer.echo(f"Waits for a second person: entry {one.number}, {one.step}, by {one.actor}{_reason(one.reason)}")
    for one in found.conflicts:
        typer.echo(f"Could not follow, entered apart: entry {one.number}, {one.step}, by {one.actor}")
    whole = account.record(kept, record)
    for deadline in kept.due(whole) if kept.due and whole and not whole.is_erased else ():
        typer.echo(f"Due {deadline.by:%Y-%m-%d %H:%M} UTC: {deadline.what} ({deadline.source})")
    typer.echo(f"Can follow: {', '.join(step.name for step in kept.open_to(found.state)) or 'nothing'}.")


def _print(record: Record) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for name, value in record.values.items():
        table.add_row(name, Text(_words(value)))  # as it stands: no mark-up is read out of what somebody wrote
    console().print(table)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_words(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(one)}" for name, one in value.items() if one is not None)
    return str(value)


def _reason(reason: str) -> str:
    return f" ({reason})" if reason else ""


def find(
    account: Account,
    ledger: LedgerName,
    by: Annotated[str, typer.Option("--by", metavar="FIELD", help="serial, store, custody_number, card ...")],
    why: Why,
    said: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads this form)
        typer.Argument(metavar="VALUE", help="What it says; asked for where left out."),
    ] = None,
) -> None:
    """Find records of one ledger by a mark: never by a name, never across ledgers.

    Spelling does not matter, nor signs commonly misread. That it was looked for, and why, is logged.
    """
    value = said if said is not None else typer.prompt(by, err=True)
    account.note("looked up", {"ledger": ledger, "by": by}, why)
    _places(account.book.find(ledger, by, value, account.person), "No record that your role shows says so.")


def cases(
    account: Account,
    ledger: LedgerName,
    record: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="RECORD", help="Number of the record; left out: every case."),
    ] = None,
) -> None:
    """List records of what may be the same thing, for somebody to decide; nothing is ever joined by itself."""
    account.note("looked up", {"ledger": ledger, "by": "the same"}, record or "every case")
    if record is not None:
        _places(account.book.cases(ledger, record, account.person), "No other record may be the same.")
        return
    groups = account.book.all_cases(ledger, account.person)
    for group in groups:
        typer.echo(f"May be the same: {', '.join(one.id for one in group)}")
    typer.echo(f"{len(groups)} cases.")


def due(
    account: Account,
    ledger: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="LEDGER", help="One ledger; default: all, people held first."),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past its time.")] = False,
) -> None:
    """List what must be done by when: people held first, then the soonest."""
    from rich.table import Table

    now = datetime.now(UTC)
    names = [account.ledger(ledger).name] if ledger else sorted(account.book.ledgers, key=lambda one: one != _FIRST)
    table = Table(box=None, pad_edge=False)
    for head in ("", "By (UTC)", "Ledger", "Record", "Area", "What", "Rule"):
        table.add_column(head, overflow="fold")
    rows = 0
    for name in names:
        kept = account.book.ledgers[name]
        if overdue:
            places = account.book.overdue(name, account.person)
        else:
            places = [one for one in account.book.places(name, account.person) if one.due]
        for place in places:
            record = account.record(kept, place.id)
            for one in kept.due(record) if kept.due and record else ():
                if not overdue or one.by < now:
                    late = "[bold red]late[/]" if one.by < now else ""
                    table.add_row(late, f"{one.by:%Y-%m-%d %H:%M}", name, place.id, place.area, one.what, one.source)
                    rows += 1
    if rows:
        console().print(table)
    else:
        typer.echo("Nothing is overdue." if overdue else "Nothing is due.")


def _places(found: Iterable[Place], none: str) -> None:
    from rich.table import Table

    rows = list(found)
    if not rows:
        typer.echo(none)
        return
    table = Table(box=None, pad_edge=False)
    for head in ("Record", "State", "Area", "Month", "Due", "Waiting"):
        table.add_column(head, overflow="fold")
    for one in rows:
        table.add_row(
            one.id, one.state, one.area, one.month, (one.due or "")[:16].replace("T", " "), str(one.waiting or "")
        )
    console().print(table)


def ask(account: Account, ledger: LedgerName, record: RecordId, why: Why) -> None:
    """Ask to see the identities in a record."""
    entry = account.book.ask_unmask(ledger, record, account.person, why)
    say_asked(entry.number, "unmask", ledger, record)


def grant(
    account: Account,
    entry: EntryAsked,
    ledger: LedgerName,
    record: RecordId,
    why: Why,
) -> None:
    """Let the one who asked see the identities, for a day."""
    account.book.unmask(entry, ledger, record, account.person, why)
    typer.echo(f"Whoever asked in entry {entry} may see the identities in {ledger} {record} for 24 hours.")
