"""`toguna account steps | template | xlsform`: what can be entered, and blank files to enter it with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from toguna.cli.account_folder import LedgerName, ledger_of, write_bytes
from toguna.cli.terminal import console, say_next
from toguna.core.errors import AskError

if TYPE_CHECKING:
    from toguna.accounts.book.ledger import Ledger

StepName = Annotated[str, typer.Argument(metavar="STEP", help="Step of the ledger.")]
_HELD = {0: "open", 1: "closed", 2: "identity"}


def forms(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("steps", epilog="Example: toguna account steps arms seized")(steps)
    app.command("template", epilog="Example: toguna account template arms seized --to seized.xlsx")(template)
    app.command("xlsform", epilog="Example: toguna account xlsform custody visited --to visited.xlsx")(xlsform)


def steps(
    ledger: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads this form)
        typer.Argument(metavar="LEDGER", help="rights, custody, arms, ddr ...; left out: all ledgers."),
    ] = None,
    step: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="STEP", help="One step: its fields."),
    ] = None,
    after: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--after", metavar="STATE", help="Only what can follow a state; new: a new record."),
    ] = None,
) -> None:
    """Show the steps of a ledger: what each means, what it follows, and what must be said."""
    from rich.table import Table

    from toguna.accounts.ledgers import LEDGERS

    if ledger is None:
        for each in LEDGERS:
            typer.echo(f"{each.name:15} {len(each.steps)} steps, found by {', '.join(each.found_by) or 'number only'}")
        say_next("toguna account steps arms")
        return
    kept = ledger_of(ledger)
    if step is not None:
        _fields(kept, step)
        return
    known = {state or "new" for state in kept.states()}
    if after is not None and after not in known:
        raise AskError(f"No record of the {ledger} ledger is ever {after!r}. States: {', '.join(sorted(known))}.")
    table = Table(box=None, pad_edge=False)
    for head in ("Step", "Means", "Follows", "Leads to"):
        table.add_column(head, overflow="fold")
    for one in kept:
        follows = sorted(state or "new" for state in one.after)
        if after is None or after in follows:
            every = len(follows) > 6
            table.add_row(
                one.name,
                one.means + " Two people." * one.two_person,
                f"{len(follows)} states" if every and after is None else after or ", ".join(follows),
                one.to or "same",
            )
    console().print(table)
    say_next(f"toguna account steps {ledger} {next(iter(kept.steps))}")


def _fields(ledger: Ledger, name: str) -> None:
    from rich.table import Table

    from toguna.accounts.intake import field_kinds
    from toguna.accounts.intake.kinds import step_of

    step = step_of(ledger, name)
    typer.echo(f"{ledger.name}, {name}: {step.means}{' One proposes, another confirms.' * step.two_person}")
    typer.echo(f"Follows: {', '.join(sorted(state or 'new' for state in step.after))}. Leads to: {step.to or 'same'}.")
    table = Table(box=None, pad_edge=False)
    for head in ("Field", "Must", "Held", "Write", "Means"):
        table.add_column(head, overflow="fold")
    for one in field_kinds(ledger, name).values():
        write = " | ".join(one.choices) or ("yes | no" if one.kind == "yes_no" else one.kind)
        many = "; parted by ;" * (one.is_many and one.kind != "object")
        table.add_row(
            one.name, "yes" * one.is_required, _HELD[one.level], write + many, one.description.replace("[", r"\[")
        )
    console().print(table)
    typer.echo("Held: open may be counted; closed is for those whose work it is; identity is shown by two people only.")


def template(
    ledger: LedgerName, step: StepName, to: Annotated[Path, typer.Option("--to", help="File: .xlsx or .csv.")]
) -> None:
    """Write an empty table for a step, with what each column means and may hold."""
    from toguna.accounts.intake import template as blank

    form = to.suffix.lower()
    if form not in {".xlsx", ".csv"}:
        raise AskError(f"A template cannot be written as {to.name!r}. Use .xlsx or .csv.")
    write_bytes(to, blank(ledger_of(ledger), step, "csv" if form == ".csv" else "xlsx"))
    say_next(f"toguna account import {to} --ledger {ledger} --step {step}")


def xlsform(
    ledger: LedgerName,
    step: StepName,
    to: Annotated[Path, typer.Option("--to", help="File: .xlsx.")],
    version: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--version", metavar="NUMBER", help="Of the form; default: today, YYYYMMDD01."),
    ] = None,
) -> None:
    """Write a form for phones (XLSForm), to be loaded into ODK Central or KoboToolbox."""
    from toguna.accounts.intake import xlsform as form

    if to.suffix.lower() != ".xlsx":
        raise AskError(f"A form cannot be written as {to.name!r}. Use .xlsx.")
    number = version or f"{datetime.now(UTC):%Y%m%d}01"
    write_bytes(to, form(ledger_of(ledger), step, version=number))
    say_next(f"toguna account import submissions.json --form {to} --ledger {ledger} --step {step}")
