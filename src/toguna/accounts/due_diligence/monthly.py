"""`monthly`: how many forces stand where in due diligence, by open fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from toguna.accounts.book.record import Record


def monthly(records: Iterable[Record]) -> pd.DataFrame:
    """Return forces by area, month they were identified in, kind and state.

    Returns
    -------
    pandas.DataFrame
        One row a cell that occurs: area (p-code), month (YYYY-MM), kind, state, count (forces).
    """
    cells = Counter(
        (one.values["area"], one.values["month"], one.values["kind"], one.state)
        for one in records
        if {"area", "month", "kind"} <= set(one.values)
    )
    rows = [(*key, number) for key, number in sorted(cells.items())]
    return pd.DataFrame(rows, columns=["area", "month", "kind", "state", "count"])
