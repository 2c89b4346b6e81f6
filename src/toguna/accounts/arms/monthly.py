"""What the register may show: weapons and lots by area, month, kind and event, and the year's stock and flow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from toguna.accounts.arms.chain import taken
from toguna.accounts.book.record import Record

COLUMNS = ["area", "month", "kind", "event", "count"]
CAME = ("imported", "reimported", "manufactured", "visitor_entered", "seized", "found", "collected", "recovered")
WENT = ("exported", "visitor_left", "destroyed", "lost", "stolen")


def monthly(records: Iterable[Record]) -> pd.DataFrame:
    """Return how many weapons had each step in each area and month; open fields only.

    Parameters
    ----------
    records : of the arms ledger; steps whose content was erased are not counted

    Returns
    -------
    DataFrame
        `area` (p-code), `month` (YYYY-MM), `kind` (of weapon), `event` (step), `count` (weapons), sorted. Small cells
        are for the reader of this table to suppress.
    """
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for record in records:
        kind = record.values.get("kind", "other")
        counted.update((one.fields["area"], one.fields["month"], kind, one.step) for one in taken(record) if one.fields)
    return pd.DataFrame([[*key, number] for key, number in sorted(counted.items())], columns=COLUMNS)


def annual(records: Iterable[Record], year: int) -> pd.DataFrame:
    """Return a year's stock and flow by kind for the report to ECOWAS (Convention, articles 9 and 10).

    Parameters
    ----------
    records : of the arms ledger
    year : calendar year

    Returns
    -------
    DataFrame
        One row a kind: `kind`, `opening` (weapons on the register on 1 January), what came (`imported` ...), what went
        (`exported` ...), `closing` (on 31 December). opening + what came - what went = closing.
    """
    rows: dict[str, Counter[str]] = {}
    for record in records:
        row = rows.setdefault(record.values.get("kind", "other"), Counter())
        for one in taken(record):
            sign = (one.step in CAME) - (one.step in WENT)
            happened = int((one.fields or {})["month"][:4])
            if sign and happened < year:
                row["opening"] += sign
            if sign and happened == year:
                row[one.step] += 1
            if sign and happened <= year:
                row["closing"] += sign
    columns = ["opening", *CAME, *WENT, "closing"]
    return pd.DataFrame(
        [[kind, *(rows[kind][name] for name in columns)] for kind in sorted(rows)], columns=["kind", *columns]
    )
