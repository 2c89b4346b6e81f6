"""`toguna account count | pack-tables | flags`: what may leave a ledger, counts with small cells withheld."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from toguna.cli.account_enter import today_of
from toguna.cli.account_folder import Account, LedgerName, Why, new_folder, on_account, whole_file
from toguna.cli.terminal import say_next, working
from toguna.cli.terminal_tables import write_table
from toguna.core.errors import AskError

UNKNOWN = "unknown"  # an area that was erased
LEAST = 5  # fewest people or weapons a cell may show; more may be asked for, never fewer
Threshold = Annotated[int, typer.Option("--threshold", min=LEAST, help="Fewest a cell may show.")]


def counts(app: typer.Typer) -> None:
    """Register the commands."""
    on_account(app, "count", "toguna account count ddr --by area,phase --why 'monthly report'")(count)
    on_account(app, "pack-tables", "toguna account pack-tables --to tables --owner 'DDR commission'")(pack)
    on_account(app, "flags", "toguna account flags --to register.csv --why 'plan for March'")(flags)


def count(
    account: Account,
    ledger: LedgerName,
    why: Why,
    by: Annotated[
        Optional[str],  # noqa: UP045  (Typer reads this form)
        typer.Option("--by", metavar="A,B", help="Up to 4 categories: area,month,kind ... Default: area,month."),
    ] = None,
    place: Annotated[str, typer.Option("--place", help="Finest area: country, admin1, admin2 or admin3.")] = "admin1",
    since: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--from", metavar="YYYY-MM", help="First month."),
    ] = None,
    until: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--until", metavar="YYYY-MM", help="Last month."),
    ] = None,
    threshold: Threshold = LEAST,
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--to", help="File: .csv, .json or .parquet."),
    ] = None,
) -> None:
    """Count a ledger by open categories; cells of fewer than 5, and those that would give them away, are withheld.

    Tables by other categories, laid side by side, may still say more than one. Publish one, and keep to it.
    """
    from toguna.accounts.disclosure import suppress
    from toguna.accounts.monthly import ALL, COUNT, MONTHLY

    kept = account.ledger(ledger)
    with working("Counting"):
        table = account.book.count(kept.name, MONTHLY[kept.name], account.person, why)
        known = [name for name in table.columns if name != COUNT]
        chosen = [one.strip() for one in by.split(",")] if by else ["area", "month"]
        unknown = [one for one in chosen if one not in known]
        if unknown or len(set(chosen)) != len(chosen) or len(chosen) > 4:
            categories = f"Choose up to 4 of {', '.join(known)}."
            raise AskError(f"The {ledger} ledger is not counted by {', '.join(chosen)}. {categories}")
        table = _between(table, since, until)
        if table.empty:
            typer.echo(f"The {ledger} ledger has nothing to count there.")
            return
        if "area" in chosen:
            table = table.assign(area=_coarse(table["area"], place))
        cells = table.groupby(chosen, sort=True)[COUNT].sum().reset_index()
        shown = suppress(cells, chosen, COUNT, threshold, total=ALL)
    if to is not None:
        write_table(shown.table, to)
    else:
        typer.echo(str(shown))


def _coarse(areas: Any, place: str) -> Any:
    """Return areas no finer than a level; `unknown` stays."""
    from toguna.accounts.disclosure import coarse_place

    level: Any = place
    return areas.where(areas == UNKNOWN, coarse_place(areas.mask(areas == UNKNOWN), level))


def _between(table: Any, since: str | None, until: str | None) -> Any:
    from toguna.core.months import Month

    first, last = (None if one is None else str(Month.parse(one)) for one in (since, until))
    inside = table["month"].between(first or "0000-00", last or "9999-99")
    return table[inside]


def pack(
    account: Account,
    to: Annotated[Path, typer.Option("--to", help="New folder for the tables.")],
    owner: Annotated[str, typer.Option("--owner", help="Who publishes them, for the row of sources.")],
    why: Annotated[str, typer.Option("--why", help="Reason, kept in the log.")] = "tables of a country pack",
    licence: Annotated[
        str, typer.Option("--licence", help="Licence they may be used under.")
    ] = "none given; ask owner",
    source: Annotated[str, typer.Option("--source", help="Key of the row of sources.")] = "account-ledgers",
    published: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--published", metavar="YYYY-MM-DD", help="Day they become public; default: today."),
    ] = None,
    threshold: Threshold = LEAST,
) -> None:
    """Write arms_monthly and ddr_monthly for a country pack, and their row of sources: whole or not at all."""
    from toguna.accounts.monthly import MONTHLY, OF_LEDGER, pack_tables

    day = today_of(published)
    with working("Counting"), new_folder(to) as fresh:
        counted = {
            name: account.book.count(ledger, MONTHLY[ledger], account.person, why)
            for name, ledger in OF_LEDGER.items()
            if account.book.roles.may_count(account.person, ledger)
        }
        if not counted:
            raise AskError("Your role counts neither the arms nor the DDR ledger. Ask an analyst.")
        made = pack_tables(counted, source, day, owner, licence, threshold)
        if not made:
            raise AskError("The ledgers have nothing to count yet. Nothing was written.")
        for name, frame in made.items():
            frame.to_csv(fresh / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
    typer.echo(f"Wrote {', '.join(f'{to / name}.csv ({len(frame)} rows)' for name, frame in made.items())}")
    say_next(f"copy them into a pack's tables folder, and the row of {to / 'sources.csv'} into the pack's own")


def flags(
    account: Account,
    to: Annotated[Path, typer.Option("--to", help="CSV.")],
    why: Why,
    as_of: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--as-of", metavar="YYYY-MM-DD", help="As known on a day; default: today."),
    ] = None,
) -> None:
    """Write the register of forces under due diligence that `toguna plan --due-diligence` reads. No persons."""
    from toguna.accounts.due_diligence import register

    if to.suffix.lower() != ".csv":
        raise AskError(f"A register cannot be written as {to.name!r}. Use .csv.")
    account.sees("due_diligence")
    day = today_of(as_of)
    account.note("flags written", {"as_of": day.isoformat()}, why)
    table = register(account.book.records(account.ledger("due_diligence")), day)
    with whole_file(to) as fresh:
        table.to_csv(fresh, index=False, encoding="utf-8", lineterminator="\n")
    typer.echo(f"Wrote {to} ({len(table)} rows)")
    say_next(f"toguna plan COUNTRY --mandate protect-first --due-diligence {to}")
