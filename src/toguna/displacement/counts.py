"""What was counted: camp series by day, with corrections of registration."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from toguna.core.errors import DataError
from toguna.displacement.rows import rows_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of camps by day.

    Attributes
    ----------
    camps : names of the camps with a series
    people : counted by day and camp, linear between counts, shape (days, camps); constant before the first count
        and after the last
    total : the series of all refugees by day
    ends : last day of each camp's series; later days are held constant and said so
    sorted : files whose dates were out of order and were put in order because that was asked for
    left_out : series of camps that are no place of the scenario; they count in no score, and that is said
    """

    camps: tuple[str, ...]
    people: Floats = field(repr=False)
    total: Floats = field(repr=False)
    ends: tuple[int, ...]
    left_out: tuple[str, ...] = ()
    sorted: tuple[str, ...] = ()

    @property
    def short(self) -> tuple[str, ...]:
        """Camps whose series ends before the scenario does."""
        return tuple(name for name, end in zip(self.camps, self.ends, strict=True) if end < len(self.people) - 1)


def read_counts(home: Path, start: date, days: int, names: set[str], *, sort_dates: bool = False) -> Counts:
    """Return the counts of a scenario's folder `source_data`, corrected by `registration_corrections.csv`.

    Dates of a camp that are out of order are an error, or put in order and named in `sorted` with `sort_dates`.
    """
    layout = home / "source_data" / "data_layout.csv"
    if not layout.is_file():
        raise DataError("source_data/data_layout.csv is missing. It names the series of each camp.")
    corrections = _corrections(home / "input_csv" / "registration_corrections.csv")
    camps: list[str] = []
    people: list[Floats] = []
    ends: list[int] = []
    left_out: list[str] = []
    disordered: list[str] = []
    total = np.zeros(days)
    for line, cells in rows_of(layout):
        is_total = cells[0] == "total"
        files = [layout.parent / name for name in cells[1:] if name]
        series = [_series(path, in_order=not (is_total or sort_dates)) for path in files]
        if not is_total and cells[0] in names:
            by_date = [sorted(one, key=lambda row: row[0]) for one in series]
            disordered += [path.name for path, one, right in zip(files, series, by_date, strict=True) if one != right]
        series = [sorted(one) for one in series]
        if not series:
            raise DataError(f"data_layout.csv, line {line}: {cells[0]} names no file. Give one, for example camp.csv.")
        for when in corrections.get(cells[0], []):
            series = [_corrected(one, when) for one in series]
        daily = sum((_daily(one, start, days) for one in series), np.zeros(days))
        if is_total:
            total = daily
            continue
        if cells[0] not in names:
            left_out.append(cells[0])
            continue
        camps.append(cells[0])
        people.append(daily)
        ends.append(min((one[-1][0] - start).days for one in series))
    if not camps:
        raise DataError("data_layout.csv names no camp. Restore it from the scenario's owner.")
    return Counts(tuple(camps), np.column_stack(people), total, tuple(ends), tuple(left_out), tuple(disordered))


_Series = list[tuple[date, float]]


def _series(path: Path, *, in_order: bool) -> _Series:
    """Return dates and counts as they stand; the total, only a check in most runs, may be out of order."""
    if not path.is_file():
        raise DataError(f"source_data/{path.name} is missing. Restore it, or take it out of data_layout.csv.")
    found: _Series = []
    for line, cells in rows_of(path):
        try:
            found.append((date.fromisoformat(cells[0]), float(cells[1])))
        except (ValueError, IndexError):
            if line == 1:
                continue  # a heading
            raise DataError(
                f"{path.name}, line {line}: {','.join(cells)!r} is no date and count. Write YYYY-MM-DD,people."
            ) from None
        if in_order and len(found) > 1 and found[-1][0] < found[-2][0]:
            out_of_order = f"{found[-1][0]} comes after {found[-2][0]}"
            raise DataError(
                f"{path.name}, line {line}: {out_of_order}. Put the dates in order, or let it be done (--sort-dates)."
            )
    if not found:
        raise DataError(f"{path.name} holds no count. Restore it from the scenario's owner.")
    return found


def _daily(series: _Series, start: date, days: int) -> Floats:
    at = np.array([(day - start).days for day, _ in series], dtype=float)
    return np.floor(np.interp(np.arange(days), at, [count for _, count in series]))


def _corrections(path: Path) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    if path.is_file():
        for line, cells in rows_of(path):
            try:
                found.setdefault(cells[0], []).append(date.fromisoformat(cells[1]))
            except (ValueError, IndexError) as error:
                raise DataError(f"{path.name}, line {line}: no date stands second. Write camp,YYYY-MM-DD.") from error
    return found


def _corrected(series: _Series, when: date) -> _Series:
    """Return a series whose counts before a new registration are scaled to meet it."""
    days = [day for day, _ in series]
    if when not in days or days.index(when) == 0:
        return series
    at = days.index(when)
    before = series[at - 1][1]
    factor = series[at][1] / before if before > 0 else 1.0
    return [(day, count * factor) for day, count in series[:at]] + series[at:]
