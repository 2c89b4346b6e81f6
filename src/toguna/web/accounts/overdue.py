"""What is due for people in custody: how much of it is late, where; and for those whose work it is, which records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pandas as pd

from toguna.accounts.book.record import Record
from toguna.accounts.custody.deadlines import Watched, watch
from toguna.accounts.disclosure.cells import SHOWN, TOTAL, WITHHELD
from toguna.accounts.disclosure.coarse import coarse_place
from toguna.accounts.disclosure.suppress import suppress
from toguna.web.accounts.aggregates import FEWEST

BY = ["when", "area", "what"]
WHEN = ("overdue", "within_24_hours", "later")  # in the order they are shown
CASES = ["record", "area", "what", "by", "hours_late", "rule", "tell"]


def by_area(records: Iterable[Record], now: datetime) -> pd.DataFrame:
    """Return people by region and by what is latest of all that is due for them: overdue first; small cells withheld.

    Each person counts once, under one duty: five duties of one person are not five people.

    Parameters
    ----------
    records : of the custody ledger
    now : aware of its zone

    Returns
    -------
    pandas.DataFrame
        `when`, `area`, `what`, `count` (people; missing where withheld), `status`
    """
    areas, due = _watched(records, now)
    latest = {one.record_id: one for one in reversed(due)}  # the latest comes first, so it is put down last
    rows = [(_when(one), coarse_place(areas[name], "admin1"), one.deadline.what) for name, one in latest.items()]
    if not rows:
        return pd.DataFrame(columns=[*BY, "count", "status"])
    cells = pd.DataFrame(rows, columns=BY).value_counts(sort=False).rename("count").reset_index()
    shown = suppress(cells, BY, "count", FEWEST).table
    shown = shown[(shown["count"] != 0).fillna(True)]
    order = {name: at for at, name in enumerate(WHEN)}
    placed = shown["when"].map(order).fillna(len(order))
    return (
        shown.assign(placed=placed)
        .sort_values(["placed", "area", "what"])
        .drop(columns="placed")
        .reset_index(drop=True)
    )


def people_late(table: pd.DataFrame) -> dict[str, object]:
    """Return how many people wait for something that should have been done: a count, or that it is withheld."""
    late = table[(table["when"] == WHEN[0]) & (table[["area", "what"]] == TOTAL).all(axis=1)]
    if late.empty:
        return {"count": 0, "status": SHOWN}
    count, status = late["count"].iloc[0], late["status"].iloc[0]
    return {"count": None if status == WITHHELD else int(count), "status": status}


def cases(records: Iterable[Record], now: datetime) -> pd.DataFrame:
    """Return what is due record by record, the latest first; for those who work on single records. No person is named.

    Returns
    -------
    pandas.DataFrame
        `record`, `area` (as recorded), `what`, `by` (UTC), `hours_late` (below nought while there is time), `rule`,
        `tell` (who is to be told by now)
    """
    areas, due = _watched(records, now)
    rows = [
        (
            one.record_id, areas[one.record_id], one.deadline.what, one.deadline.by.isoformat(timespec="minutes"),
            round(one.late / timedelta(hours=1), 1), one.deadline.source, one.escalation.tell if one.escalation else "",
        )
        for one in due
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=CASES)


def _watched(records: Iterable[Record], now: datetime) -> tuple[dict[str, str], list[Watched]]:
    every = [one for one in records if "area" in one.values]
    return {one.id: str(one.values["area"]) for one in every}, watch(every, now)


def _when(one: Watched) -> str:
    if one.late > timedelta(0):
        return WHEN[0]
    return WHEN[1] if one.late > -timedelta(days=1) else WHEN[2]
