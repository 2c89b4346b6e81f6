"""Dates known to a day, a month or a year, and births known by an age, as spans of days."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

import pandas as pd

from toguna.core.errors import AccountError

Span = tuple[str | None, str | None, int | None, int | None]  # as written, day and month swapped, first and last day
_UNKNOWN: Span = (None, None, None, None)
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_OLDEST = 120  # years


def span(value: Any) -> Span | None:
    """Return a date as written to the day, with day and month swapped, and its first and last day; None if it is none.

    A date that cannot be, such as one of month 13, is kept as written, and only its year is believed: records hold
    them, and the same slip on two lists is evidence.

    Examples
    --------
    >>> span("2012-02")
    (None, None, 734534, 734562)
    >>> span("2012-13-02")
    ('2012-13-02', '2012-02-13', 734503, 734868)
    """
    if is_missing(value):
        return _UNKNOWN
    found = _WRITTEN.fullmatch(str(value.date() if isinstance(value, pd.Timestamp) else value).strip())
    if not found or int(found[1]) < 1:
        return None
    year = int(found[1])
    written = swapped = None
    month, day = (int(one) if one else 0 for one in found.groups()[1:])
    if found[3]:
        written, swapped = f"{found[1]}-{found[2]}-{found[3]}", f"{found[1]}-{found[3]}-{found[2]}"
    if not 1 <= month <= 12 or day > calendar.monthrange(year, month)[1] or (found[3] and not day):
        return written, swapped, date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    first, last = (day, day) if day else (1, calendar.monthrange(year, month)[1])
    return written, swapped, date(year, month, first).toordinal(), date(year, month, last).toordinal()


def add_date(found: pd.DataFrame, name: str, column: str, values: pd.Series) -> None:
    """Add to records the date of the event: `date_text`, `date_swap`, `date_low`, `date_high` (days), `date_month`.

    Raises
    ------
    AccountError
        A date that is none; the value is not shown.
    """
    _set(found, "date", _spans(name, column, values))
    low = found["date_low"]
    known = low.notna() & (found["date_high"] - low <= 31)
    months = [date.fromordinal(int(at)).strftime("%Y-%m") if one else None for at, one in zip(low, known, strict=True)]
    found["date_month"] = pd.Series(months, dtype=object)


def add_birth(found: pd.DataFrame, name: str, column: str, values: pd.Series, of_age: str, ages: pd.Series) -> None:
    """Add to records the birth by its date or else the age at the event: as `add_date`, and `birth_year`.

    Someone of 34 years on a day was born in the year that ended 34 years before it.

    Raises
    ------
    AccountError
        A date or an age that is none; the value is not shown.
    """
    spans = _spans(name, column, values)
    if "date_low" in found:
        spans = [
            _from_age(name, row, of_age, ages.iloc[row], found["date_low"].iloc[row], found["date_high"].iloc[row])
            if one[2] is None
            else one
            for row, one in enumerate(spans)
        ]
    _set(found, "birth", spans)
    middle = (found["birth_low"] + found["birth_high"]) // 2
    years = [None if pd.isna(at) else date.fromordinal(int(at)).year for at in middle]
    found["birth_year"] = pd.array(years, dtype="Int64")


def _spans(name: str, column: str, values: pd.Series) -> list[Span]:
    spans = []
    for row, value in enumerate(values):
        one = span(value)
        if one is None:
            raise AccountError(
                f"List {name}, row {row + 1}, {column}: this is not a date. Write 2012, 2012-04 or 2012-04-17, as far "
                "as it is known, or leave it empty."
            )
        spans.append(one)
    return spans


def _from_age(name: str, row: int, column: str, age: Any, low: Any, high: Any) -> Span:
    if is_missing(age) or pd.isna(low):
        return _UNKNOWN
    try:
        years = int(float(age))
    except (TypeError, ValueError, OverflowError):
        years = -1
    if not 0 <= years <= _OLDEST:
        raise AccountError(
            f"List {name}, row {row + 1}, {column}: this is not an age. Write whole years, or leave it empty."
        )
    first = int(low) - int(365.25 * (years + 1)) + 1
    return None, None, max(first, 1), max(int(high) - int(365.25 * years), 1)


def _set(found: pd.DataFrame, field: str, spans: list[Span]) -> None:
    for number, part in enumerate(("text", "swap")):
        found[f"{field}_{part}"] = pd.Series([one[number] for one in spans], dtype=object)
    for number, part in enumerate(("low", "high"), start=2):
        found[f"{field}_{part}"] = pd.array([one[number] for one in spans], dtype="Int64")


def is_missing(value: Any) -> bool:
    """Return whether a cell says nothing: None, NaN, NaT, NA or blanks."""
    return bool(pd.isna(value)) or not str(value).strip()
