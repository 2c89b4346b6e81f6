"""Coarse places and dates: how finely a ledger may say where and when something happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, overload

import pandas as pd
from pydantic import Field

from toguna.core.errors import AskError, DataError
from toguna.core.frozen import Frozen

PlaceLevel = Literal["country", "admin1", "admin2", "admin3"]
DateLevel = Literal["month", "quarter", "year"]
_LEVELS: tuple[PlaceLevel, ...] = ("country", "admin1", "admin2", "admin3")
_DATES = ("month", "quarter", "year")
_PCODE = re.compile(r"([A-Z]{2,3})(\d*)")


class Coarseness(Frozen):
    """How coarse places and dates are when they leave a ledger."""

    place: PlaceLevel = Field("admin1", description="Finest area named")
    date: DateLevel = Field("month", description="Finest time named")
    digits: tuple[int, ...] = Field(
        (2, 2, 2), description="Digits each level adds to a p-code, from admin 1 down", min_length=1, max_length=3
    )

    def apply(self, table: pd.DataFrame, *, place: str | None = None, day: str | None = None) -> pd.DataFrame:
        """Return a table with its column of area codes and its column of days made coarse."""
        coarse = table.copy()
        if place is not None:
            coarse[place] = coarse_place(coarse[place], self.place, digits=self.digits)
        if day is not None:
            coarse[day] = coarse_date(coarse[day], self.date)
        return coarse


@overload
def coarse_place(
    area_code: str, level: PlaceLevel = ..., *, digits: tuple[int, ...] = ..., parents: Mapping[str, str] | None = ...
) -> str: ...
@overload
def coarse_place(
    area_code: pd.Series, level: PlaceLevel = ..., *, digits: tuple[int, ...] = ...,
    parents: Mapping[str, str] | None = ...,
) -> pd.Series: ...  # fmt: skip
def coarse_place(
    area_code: Any,
    level: PlaceLevel = "admin1",
    *,
    digits: tuple[int, ...] = (2, 2, 2),
    parents: Mapping[str, str] | None = None,
) -> Any:
    """Return the area of a level that an area lies in; an area coarser than the level, or a missing one, stays.

    Parameters
    ----------
    area_code : OCHA p-code, or a Series of them
    level : "country", "admin1", "admin2" or "admin3"
    digits : digits each level adds to the code, from admin 1 down
    parents : area each area lies in, up to the country, where codes do not tell

    Raises
    ------
    AskError
        The level is none, or finer than `digits` go.
    DataError
        A code is no p-code of any level, or lies in itself.

    Examples
    --------
    >>> coarse_place("ML0703"), coarse_place("ML0703", "country"), coarse_place("ML07", "admin2")
    ('ML07', 'ML', 'ML07')
    """
    if level not in _LEVELS or _LEVELS.index(level) > len(digits):
        raise AskError(f"{level!r} is no level of areas here. Use one of {', '.join(_LEVELS[: len(digits) + 1])}.")
    depth = _LEVELS.index(level)
    if isinstance(area_code, pd.Series):
        codes = {code: _lifted(str(code), depth, digits, parents) for code in area_code.dropna().unique()}
        return area_code.map(codes)
    return _lifted(str(area_code), depth, digits, parents)


def _lifted(code: str, depth: int, digits: tuple[int, ...], parents: Mapping[str, str] | None) -> str:
    if parents is not None:
        return _climbed(code, depth, parents)
    found = _PCODE.fullmatch(code)
    ends = [sum(digits[:at]) for at in range(len(digits) + 1)]
    if found is None or len(found[2]) not in ends:
        raise DataError(
            "An area code is no p-code: letters of the country, then "
            f"{', '.join(map(str, ends[1:]))} digits. Correct it, or say by `parents` what lies in what."
        )
    return found[1] + found[2][: ends[depth]]


def _climbed(code: str, depth: int, parents: Mapping[str, str]) -> str:
    if code not in parents and code not in set(parents.values()):
        raise DataError("An area code is not among `parents`. Add it, or correct the code.")
    way = [code]
    while up := parents.get(way[-1], ""):
        if up in way:
            raise DataError("`parents` puts an area inside itself. Give each area the one it lies in.")
        way.append(up)
    return way[max(len(way) - 1 - depth, 0)]


@overload
def coarse_date(day: date | str, level: DateLevel = ...) -> str: ...
@overload
def coarse_date(day: pd.Series, level: DateLevel = ...) -> pd.Series: ...
def coarse_date(day: Any, level: DateLevel = "month") -> Any:
    """Return the month (2013-02), quarter (2013-Q1) or year (2013) of a day; missing ones in a Series stay missing.

    Parameters
    ----------
    day : date, text as YYYY-MM-DD, or a Series of either
    level : "month", "quarter" or "year"

    Raises
    ------
    AskError
        The level is none of these.
    DataError
        A day is no date; the value is not repeated.

    Examples
    --------
    >>> coarse_date("2013-02-17"), coarse_date("2013-02-17", "quarter"), coarse_date("2013-02-17", "year")
    ('2013-02', '2013-Q1', '2013')
    """
    if level not in _DATES:
        raise AskError(f"{level!r} is no coarseness of dates. Use one of {', '.join(_DATES)}.")
    if isinstance(day, pd.Series):
        return day.map({one: _period(one, level) for one in day.dropna().unique()}).astype("str")
    return _period(day, level)


def _period(day: Any, level: DateLevel) -> str:
    if isinstance(day, date):
        year, month = day.year, day.month
    else:
        try:
            read = date.fromisoformat(str(day)[:10])
        except ValueError:
            raise DataError("A date is not written as YYYY-MM-DD. Correct it, or leave it out.") from None
        year, month = read.year, read.month
    if level == "year":
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if level == "month" else f"{year:04d}-Q{(month + 2) // 3}"
