"""`toguna account reconcile | distances | tracing-request | retention | erase`: the arms register, and what may go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.account_enter import is_erasure
from toguna.cli.account_folder import Account, EntryAsked, LedgerName, RecordId, Why, on_account, say_asked, write_bytes
from toguna.cli.terminal import say_next, working
from toguna.cli.terminal_tables import print_table, write_table
from toguna.core.errors import AccountError, AskError

_REGISTERS = ("arms", "ammunition", "operation-arms")  # ledgers the shipped retention rules are of
erasing = typer.Typer(no_args_is_help=True, help="Erase what a record says: one asks, a second person grants.")
Rules = Annotated[
    Optional[Path],  # noqa: UP045  (Typer reads this form)
    typer.Option("--rules", help="Retention rules of the State, .yaml; default: those shipped, for arms."),
]
ToTable = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--to", help="File: .csv, .json or .parquet."),
]


def arms(app: typer.Typer) -> None:
    """Register the commands."""
    on_account(app, "reconcile", "toguna account reconcile --store 'Gao 1' --count gao.csv --why count")(reconcile)
    on_account(app, "distances", "toguna account distances --store 'Gao 1' --coefficients k.yaml")(distances)
    on_account(app, "tracing-request", "toguna account tracing-request W-17 --to trace.md")(tracing)
    on_account(app, "retention", "toguna account retention arms W-17 --why 'yearly check'")(retention)
    on_account(erasing, "ask", "toguna account erase ask ddr D-4 --why 'the person asked'")(ask)
    on_account(erasing, "grant", "toguna account erase grant 91 ddr D-4 --why 'agreed'")(grant)
    app.add_typer(erasing, name="erase")


def reconcile(
    account: Account,
    store: Annotated[str, typer.Option("--store", help="Store that was counted, as the register names it.")],
    count: Annotated[Path, typer.Option("--count", help="CSV: make, model, serial, country_of_manufacture.")],
    why: Why,
    to: ToTable = None,
) -> None:
    """Hold a count of a store against the arms register; only what does not agree is opened, and logged.

    A weapon without a readable serial is given by its unique_mark, in a column of that name. Exit code 1 where count
    and register do not agree.
    """
    from toguna.accounts.store_count import count_store, read_count

    counted = read_count(count.name, count.read_bytes())
    with working("Comparing"):
        found = count_store(account.book, store, counted, account.person, why)
    typer.echo(str(found))
    if to is not None:
        write_table(found.rows, to)
    elif len(found.rows):
        columns = [("finding", "Finding", ""), ("row", "Row", ""), ("record", "Record", ""), ("state", "State", "")]
        print_table(found.rows, store, [*columns, ("serial", "Serial", ""), ("remark", "Remark", "")], most=40)
    raise typer.Exit(0 if found.found.is_clean else 1)


def distances(
    account: Account,
    store: Annotated[str, typer.Option("--store", help="Store, as the register names it.")],
    coefficients: Annotated[Path, typer.Option("--coefficients", help="Your coefficients, each cited, .yaml.")],
    mixing: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--mixing", help="Which compatibility groups may lie together, cited, .yaml."),
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "distances of a store",
    to: ToTable = None,
) -> None:
    """Work out how far people must be from a store's explosives, with coefficients you bring; no siting licence."""
    from toguna.accounts.arms import balance, mixing_faults, net_explosive, read_coefficients, read_mixing
    from toguna.accounts.arms import distances as worked_out

    account.sees("ammunition")
    given = read_coefficients(coefficients)
    together = None if mixing is None else read_mixing(mixing)
    account.note("distances worked out", {}, why)
    lots = list(account.book.records(account.ledger("ammunition")))
    explosive = net_explosive(lots, store)
    if not explosive:
        raise AskError("The register has no explosives in that store. Write the store as the register does.")
    table = worked_out(explosive, given)
    if to is not None:
        write_table(table, to)
    else:
        columns = [("hazard_division", "HD", ""), ("site", "Site", ""), ("neq_kg", "kg", ",.1f")]
        columns += [("distance_m", "m", ",d"), ("distance_all_m", "m, all divisions together", ",d")]
        print_table(table, store, [*columns, ("citation", "From", "")], most=60)
    if together is not None:
        here = [one.values for one in lots if one.values.get("store") == store and balance(one).in_store]
        groups = [str(one["compatibility_group"]) for one in here if one.get("compatibility_group")]
        for fault in mixing_faults(groups, together):
            typer.echo(f"- {fault}")
        if len(groups) < len(here):
            typer.echo(f"{len(here) - len(groups)} lots say no compatibility group and were not looked at.")


def tracing(
    account: Account,
    record: RecordId,
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "tracing request",
    language: Annotated[str, typer.Option("--language", "-l", help="en or fr.")] = "en",
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File: .md."),
    ] = None,
) -> None:
    """Draft a request to trace a weapon; it names no holder, store, witness or file of a court."""
    from toguna.accounts.arms import tracing_request

    text = tracing_request(account.book.show("arms", record, account.person, why).record, language)
    if to is None:
        typer.echo(text)
    else:
        write_bytes(to, (text.rstrip() + "\n").encode("utf-8"))
    say_next(f"once it is sent: toguna account enter arms tracing_asked {record} --field direction=sent ...")


def retention(account: Account, ledger: LedgerName, record: RecordId, why: Why, rules: Rules = None) -> None:
    """Say until when a record must be kept, and by which article."""
    from toguna.accounts.arms import keep_until

    kept = account.ledger(ledger)
    shown = account.book.show(ledger, record, account.person, why).record
    among = _rules(kept.name, rules)
    if among is None:
        typer.echo(f"No rule is shipped for the {ledger} ledger. Give the State's with --rules.")
        return
    typer.echo(f"{ledger} {record}: {keep_until(shown, among)}")


def _rules(ledger: str, path: Path | None) -> Any:
    """Return the retention rules of a ledger; None where there are none."""
    from toguna.accounts.arms import read_retention, rules

    if path is not None:
        return read_retention(path)
    return rules() if ledger in _REGISTERS else None


def ask(account: Account, ledger: LedgerName, record: RecordId, why: Why, rules: Rules = None) -> None:
    """Ask to erase what a record says; refused while it must be kept or something is still due."""
    entry = account.book.ask_erasure(ledger, record, account.person, why, _keeps(rules))
    say_asked(entry.number, "erase", ledger, record)


def grant(
    account: Account,
    entry: EntryAsked,
    ledger: LedgerName,
    record: RecordId,
    why: Why,
    rules: Rules = None,
) -> None:
    """Destroy the keys of a record: nobody can read it from then on. That it stood there can still be proved.

    Other machines follow at the next merge. Backups with keys made before still hold it: destroy them.
    """
    if not is_erasure(account, entry, ledger, record):
        raise AccountError("Nobody asked for this. Give the entry in which somebody asked to erase the record.")
    account.book.confirm(entry, ledger, record, account.person, why, keeps=_keeps(rules))
    typer.echo(f"Erased {ledger} {record}: nobody can read it any more. Its entries stay, closed for ever.")
    typer.echo("Backups with keys made before still hold it. Destroy them, and make a new one.")


def _keeps(path: Path | None) -> Any:
    """Return a State's own rule on how long records are kept; None for the ledger's."""
    from functools import partial

    from toguna.accounts.arms import keeps, read_retention

    return None if path is None else partial(keeps, among=read_retention(path))
