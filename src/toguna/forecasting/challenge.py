"""The ViEWS Prediction Challenge 2023/24: its months, windows, levels, and forecasts as it takes them.

Source: Hegre and others 2025, "The 2023/24 VIEWS Prediction challenge: Predicting the number of fatalities in armed
conflict, with uncertainty", Journal of Peace Research. What is forecast: deaths in state-based conflict (UCDP GED
`ged_sb`, best estimate) by country and month or by PRIO-GRID cell and month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError, DataError, Fault
from toguna.core.months import Month

Floats = npt.NDArray[np.float64]
Draws = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]

DRAWS = 1000  # of each unit and month, no more and no fewer
MONTHS = 12  # of a window
MOST_UNIT = 259_200  # cells of PRIO-GRID, 360 rows of 720; countries have far smaller numbers
FIRST = Month(1980, 1)  # month 1
FIRST_LEAD = 3  # data end in October, forecasts begin in January
LAYOUT = "A submission is a folder {cm|pgm}/window=Y2018/*.parquet, a folder for each window."
_WINDOW = re.compile(r"Y([0-9]{4})")


class Level(StrEnum):
    """What a forecast is for: countries and months, or PRIO-GRID cells and months."""

    CM = "cm"
    PGM = "pgm"

    @classmethod
    def _missing_(cls, value: object) -> Level:
        raise AskError(f"There is no level {value!r}. Choose cm (countries) or pgm (PRIO-GRID cells).")

    @property
    def unit(self) -> str:
        """The column that names the unit."""
        return "country_id" if self is Level.CM else "priogrid_gid"


def month_id(month: str | Month) -> int:
    """Return the challenge's number of a month, 1 for January 1980.

    Examples
    --------
    >>> month_id("2018-01")
    457
    """
    return Month.parse(month).since(FIRST) + 1


def month_of(number: int) -> Month:
    """Return the month that has a number.

    Examples
    --------
    >>> str(month_of(528))
    '2023-12'
    """
    return FIRST + (int(number) - 1)


@dataclass(frozen=True, order=True)
class Window:
    """A year that is forecast from data up to October of the year before.

    Examples
    --------
    >>> one = Window(2018)
    >>> str(one), str(one.cut), one.leads[0], one.leads[-1], one.month_ids[[0, -1]].tolist()
    ('Y2018', '2017-10', 3, 14, [457, 468])
    """

    year: int

    @classmethod
    def parse(cls, text: str | Window) -> Window:
        """Return the window written as Y2018; a Window passes through."""
        if isinstance(text, Window):
            return text
        found = _WINDOW.fullmatch(str(text).strip())
        if found is None:
            raise AskError(f"{text!r} is not a window. Write it as Y and the year forecast, for example Y2018.")
        return cls(int(found[1]))

    @property
    def cut(self) -> Month:
        """The last month of data a forecast may know."""
        return self.months[0].back(FIRST_LEAD)

    @property
    def months(self) -> tuple[Month, ...]:
        """The months forecast, January to December."""
        return tuple(Month(self.year, 1) + one for one in range(MONTHS))

    @property
    def leads(self) -> tuple[int, ...]:
        """Months from the cut to each month forecast, 3 to 14."""
        return tuple(month.since(self.cut) for month in self.months)

    @property
    def month_ids(self) -> Ids:
        """The challenge's numbers of the months forecast, shape (12,)."""
        return np.array([month_id(month) for month in self.months], dtype=np.int32)

    def __str__(self) -> str:
        """Return the name, as Y2018."""
        return f"Y{self.year:04d}"


def window_names(months: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Return the name of the window that each month lies in, from the challenge's numbers of months."""
    numbers, which = np.unique(np.asarray(months), return_inverse=True)
    return np.array([str(Window(month_of(one).year)) for one in numbers])[which]


@dataclass(frozen=True, eq=False)
class Block:
    """Forecasts of some units in all months of a window.

    Attributes
    ----------
    window : the window
    units : numbers of the countries or cells, ascending, shape (units,)
    draws : deaths a month, shape (units, 12, 1000)
    """

    window: Window
    units: Ids
    draws: Draws = field(repr=False)

    @property
    def months(self) -> Ids:
        """The challenge's numbers of the months, shape (12,)."""
        return self.window.month_ids


@dataclass(frozen=True, eq=False)
class QuantileForecast:
    """A forecast given as quantiles.

    Attributes
    ----------
    name : of the forecast
    file : it was read from
    keys : `month_id` and one or more of `country_id`, `iso3`, `priogrid_gid`, a row for each unit and month
    levels : of the quantiles, ascending, 0 to 1, shape (quantiles,)
    values : deaths a month, shape (rows, quantiles)
    mean : deaths a month, shape (rows,); None where none is given
    """

    name: str
    file: Path
    keys: pd.DataFrame = field(repr=False)
    levels: Floats
    values: Floats = field(repr=False)
    mean: Floats | None = field(default=None, repr=False)


def fault(
    file: Path | Sequence[Path],
    problem: str,
    remedy: str,
    at: tuple[str, object, int | None] | None = None,
    value: object = "",
) -> DataError:
    """Return the error that names file, unit, month and value, and says what to do.

    Parameters
    ----------
    file : or files, of which the folder is named
    at : column of the unit, number of the unit, the challenge's number of the month
    """
    where = str(file if isinstance(file, Path) else file[0] if len(file) == 1 else file[0].parent)
    if at is not None:
        where += f", {at[0]} {at[1]}"
        where += "" if at[2] is None else f", month {at[2]} ({month_of(at[2])})"
    return DataError(str(Fault(where, None, "", str(value), problem, remedy)))


def level_of(folder: str | Path, level: str | None = None) -> Level:
    """Return the level a submission is for: the one asked for, or the only one its folder holds."""
    found = [one for one in Level if (Path(folder) / one).is_dir() and level in {None, one.value}]
    if len(found) == 1:
        return found[0]
    if found:
        raise AskError(f"{folder} holds both cm and pgm. Choose one with --level.")
    raise fault(Path(folder), f"there is no folder {level or 'cm or pgm'} in it", LAYOUT)


def windows_of(folder: str | Path, level: str) -> dict[Window, list[Path]]:
    """Return the files of each window in `{folder}/{cm|pgm}`, in order of time."""
    found: dict[Window, list[Path]] = {}
    home = Path(folder) / level_of(folder, level)
    for place in sorted(one for one in home.iterdir() if not one.name.startswith(".")):
        if place.suffix == ".parquet":
            raise fault(home, "a file lies beside the windows", LAYOUT, value=place.name)
        if not place.is_dir():
            continue
        kind, _, name = place.name.partition("=")
        if kind != "window" or not _WINDOW.fullmatch(name):
            raise fault(home, "this folder is no window", "Name it window=Y and the year.", value=place.name)
        files = [one for one in sorted(place.glob("*.parquet")) if not one.name.startswith(".")]
        if not files:
            raise fault(place, "there is no .parquet file in it", LAYOUT)
        found[Window.parse(name)] = files
    if not found:
        raise fault(home, "there is no window in it", LAYOUT)
    return found


def same_units(frames: Sequence[pd.DataFrame], unit: str, *, is_fixed: bool) -> list[pd.DataFrame]:
    """Return tables that all have the column `unit`, read from `iso3` where one of them tells which is which.

    Countries that no table tells of become 0. Where all tables have `iso3` and none numbers, countries are numbered in
    the order of their codes, unless numbers are fixed by a submission.
    """
    both = [one[["iso3", unit]] for one in frames if {"iso3", unit} <= set(one)]
    pairs = pd.concat(both).drop_duplicates() if both else pd.DataFrame({"iso3": [], unit: []})
    if not both and not is_fixed and all("iso3" in one for one in frames):
        codes = sorted(set().union(*(one["iso3"] for one in frames)))
        pairs = pd.DataFrame({"iso3": codes, unit: range(1, len(codes) + 1)})
    found = []
    for one in frames:
        if unit not in one and ("iso3" not in one or not len(pairs)):
            raise DataError(f"A table has no {unit}, and nothing tells its numbers. Add the column {unit}.")
        if unit not in one and pairs["iso3"].duplicated().any():
            code = pairs.loc[pairs["iso3"].duplicated(), "iso3"].iloc[0]
            raise DataError(f"{code} has more than one {unit}. Add the column {unit} to each table.")
        if unit in one:
            found.append(one)
        else:
            numbers = one["iso3"].map(pairs.set_index("iso3")[unit]).fillna(0).astype(np.int32)
            found.append(one.assign(**{unit: numbers}))
    return found
