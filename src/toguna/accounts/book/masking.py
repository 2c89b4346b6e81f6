"""What a reader is shown: a record without the fields that are held more closely than their role allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from toguna.accounts.book.ledger import Ledger, Level, levels
from toguna.accounts.book.record import Happened, Record
from toguna.core.errors import AccountError


@dataclass(frozen=True)
class Shown:
    """A record as a reader's role shows it.

    Attributes
    ----------
    record : with fields that are held too closely left out
    masked : names of those fields
    proposals : steps that wait for a second person, fields left out alike
    """

    record: Record
    masked: tuple[str, ...]
    proposals: tuple[Happened, ...] = ()


def closeness(ledger: Ledger) -> dict[str, Level]:
    """Return how closely each field of a ledger is held: as the step says that holds it most closely."""
    found: dict[str, Level] = {"at": Level.CLOSED}
    for step in ledger:
        for name, level in levels(step.says).items():
            found[name] = max(level, found.get(name, level))
    return found


def mask(ledger: Ledger, record: Record, level: Level, proposals: Iterable[Happened] = ()) -> Shown:
    """Return a record without the fields held more closely than a level; in lists, history and conflicts too."""
    held = closeness(ledger)
    lists = {step.collects for step in ledger if step.collects}
    masked: set[str] = set()

    def kept(fields: Mapping[str, Any]) -> dict[str, Any]:
        masked.update(name for name in fields if held.get(name, Level.IDENTITY) > level)
        return {name: value for name, value in fields.items() if held.get(name, Level.IDENTITY) <= level}

    def seen(steps: Iterable[Happened]) -> tuple[Happened, ...]:
        return tuple(one if one.fields is None else replace(one, fields=kept(one.fields)) for one in steps)

    values = kept({name: value for name, value in record.values.items() if name not in lists})
    for name in lists & record.values.keys():  # what is collected by steps; a field may have the same name
        is_field_seen = held.get(name, Level.IDENTITY) <= level
        entries = record.values[name]
        values[name] = [
            kept(one) if isinstance(one, Mapping) else one
            for one in entries
            if isinstance(one, Mapping) or is_field_seen
        ]
    shown = replace(
        record, values=values, history=seen(record.history), conflicts=seen(record.conflicts)
    )  # fmt: skip
    waiting = seen(proposals)
    return Shown(shown, tuple(sorted(masked)), waiting)


def check_no_names(ledger: Ledger, counted: pd.DataFrame) -> None:
    """Refuse a table of counts that has a column of a field that names people.

    Raises
    ------
    AccountError
        Naming the columns.
    """
    held = closeness(ledger)
    close = [str(name) for name in counted.columns if held.get(str(name)) is Level.IDENTITY]
    if close:
        raise AccountError(
            f"The {ledger.name} ledger is not counted by {', '.join(close)}, which names people. Count by open fields."
        )
