"""Custody in numbers: by force, area and month, never a person."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

import pandas as pd

from toguna.accounts.book.record import Record
from toguna.accounts.custody.deadlines import HELD
from toguna.accounts.custody.limits import Limits, own_limits
from toguna.accounts.custody.order import ENDS
from toguna.accounts.custody.times import moment

BY = ["area", "month", "force", "age_group", "sex"]
COUNTS = [
    "count", "held", "handed_over", "transferred", "released", "escaped", "died", "ended", "over_limit",
    "handed_over_in_breach", "breaches", "visits", "visits_refused", "follow_ups",
]  # fmt: skip
COLUMNS = [*BY, *COUNTS, "share_over_limit", "median_hours_to_hand_over"]
FEWEST = 5  # a median of fewer people says too much of each


def monthly(records: Iterable[Record], limits: Limits | None = None) -> pd.DataFrame:
    """Return custody by area, month of apprehension, force, age group and sex.

    Parameters
    ----------
    records : whose content was not erased; others are left out
    limits : default: those Toguna comes with

    Returns
    -------
    pandas.DataFrame
        `count` people apprehended; of them `held` still, and how custody of the others `ended`; `over_limit` of those
        it ended for; `breaches`, `visits`, `visits_refused`, `follow_ups` as entered; `share_over_limit` of `ended`,
        0 to 1; `median_hours_to_hand_over`, whole hours, missing where fewer than 5 people were handed over. Small
        cells are not suppressed here.
    """
    limits = limits or own_limits()
    rows = [_row(record, limits) for record in records if all(key in record.values for key in (*BY, "apprehended_at"))]
    if not rows:
        return pd.DataFrame({name: pd.Series(dtype=_kind(name)) for name in COLUMNS})
    groups = pd.DataFrame(rows).groupby(BY, sort=True)
    table = groups[COUNTS].sum().reset_index()
    hours = groups["hours"].apply(_median).reset_index(drop=True)
    table["share_over_limit"] = (table["over_limit"] / table["ended"]).where(table["ended"] > 0)
    table["median_hours_to_hand_over"] = hours
    return table.astype({name: _kind(name) for name in COLUMNS})[COLUMNS]


def _row(record: Record, limits: Limits) -> dict[str, Any]:
    values = record.values
    taken = moment(values["apprehended_at"])
    end = next((key for key in ENDS if key in values), None)
    left = moment(values[end]) if end else None
    visits = values.get("visits", ())
    counts = {key.removesuffix("_at"): int(key == end) for key in ENDS}
    return {
        **{key: values[key] for key in BY},
        **counts,
        "count": 1,
        "held": int(record.state in HELD),
        "ended": int(left is not None),
        "over_limit": int(left is not None and left > limits.until(values)),
        "handed_over_in_breach": int(record.last("handed_over_in_breach") is not None),
        "breaches": len(values.get("breaches", ())),
        "visits": sum(one.get("access") != "refused" for one in visits),
        "visits_refused": sum(one.get("access") == "refused" for one in visits),
        "follow_ups": len(values.get("follow_ups", ())),
        "hours": (left - taken).total_seconds() / 3600 if left and end == "handed_over_at" else float("nan"),
    }


def _median(hours: pd.Series[float]) -> float:
    known = hours.dropna()
    return float(round(median(known))) if len(known) >= FEWEST else float("nan")


def _kind(name: str) -> str:
    return "str" if name in BY else "int64" if name in COUNTS else "float64"
