"""Reads and writes forecasts and actuals in the challenge's files.

A submission is a folder `{cm|pgm}/window=Y2018/*.parquet` with the columns month_id, country_id or priogrid_gid, draw
and outcome: 157 million rows for the cells of one window. It is read twice, first to count, then some units at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toguna.core.errors import DataError
from toguna.forecasting.challenge import DRAWS, MONTHS, MOST_UNIT, Block, Draws, Ids, Level, Window, fault, windows_of

BLOCK_UNITS = 3_300  # units of a block, 158 MB of draws; two are in memory when the reader keeps the last one
_BATCH = 1 << 20  # rows decoded or written at once
_COUNT = f"Give each unit and month exactly {DRAWS} draws, numbered 0 to {DRAWS - 1} or 1 to {DRAWS}."
_DEATHS = "Deaths are finite and never negative; correct this value."
_Group = tuple[Path, int]  # file and row group


def read_submission(folder: str | Path, level: str, units_at_once: int = BLOCK_UNITS) -> Iterator[Block]:
    """Yield all forecasts of a submission, some units of a window at a time.

    Parameters
    ----------
    folder : with `cm` or `pgm` in it
    units_at_once : units of a block; each takes 48 kB

    Raises
    ------
    DataError
        A file is not what the challenge asks for; the sentence names file, unit, month and value.
    """
    unit = Level(level).unit
    for window, files in windows_of(folder, level).items():
        units, first, spans = _count(files, window, unit)
        for start in range(0, len(units), units_at_once):
            some = units[start : start + units_at_once]
            here = dict.fromkeys(group for group, low, high in spans if low <= some[-1] and high >= some[0])
            draws = [_fill(list(here), some, first, window, unit)]
            _refuse_holes(draws[0], some, first, window, unit, files)
            yield Block(window, some, draws.pop().reshape(len(some), MONTHS, DRAWS))


def read_actuals_folder(folder: str | Path, level: str) -> pd.DataFrame:
    """Return what came, from files in the challenge's layout: month_id, the level's unit, outcome (deaths)."""
    unit = Level(level).unit
    found = []
    for window, files in windows_of(folder, level).items():
        for path in files:
            for _, (month, units, outcome) in _batches(path, window, unit, ("outcome",), ("outcome",)):
                _refuse_values(outcome, path, window, unit, units, month)
                found.append(pd.DataFrame({"month_id": window.month_ids[month], unit: units, "outcome": outcome}))
    if not found:
        raise fault(Path(folder), "there are no rows in its files", "Write what came.")
    return pd.concat(found, ignore_index=True)


def write_submission(folder: str | Path, level: str, window: Window, units: Any, draws: Any) -> Path:
    """Write one window of a submission, whole or not at all, and return the file.

    Parameters
    ----------
    units : numbers of the countries or cells, shape (units,)
    draws : deaths a month, whole or not, shape (units, 12, 1000); draws are numbered from 0
    """
    numbers, cube = np.asarray(units, dtype=np.int32), np.asarray(draws)
    if cube.shape != (len(numbers), MONTHS, DRAWS):
        raise DataError(f"Draws have shape {cube.shape}; {window} needs ({len(numbers)}, {MONTHS}, {DRAWS}).")
    at_once = max(1, _BATCH // (MONTHS * DRAWS))
    tables = (
        _table(level, window, numbers[start : start + at_once], cube[start : start + at_once])
        for start in range(0, len(numbers), at_once)
    )
    return _write(Path(folder), level, window, numbers, tables)


def write_actuals(folder: str | Path, level: str, window: Window, units: Any, outcome: Any) -> Path:
    """Write what came in one window, deaths of shape (units, 12), whole or not at all, and return the file."""
    numbers, deaths = np.asarray(units, dtype=np.int32), np.asarray(outcome)
    if deaths.shape != (len(numbers), MONTHS):
        raise DataError(f"Outcomes have shape {deaths.shape}; {window} needs ({len(numbers)}, {MONTHS}).")
    tables = (_table(level, window, numbers, one[..., None]).drop_columns("draw") for one in (deaths,))
    return _write(Path(folder), level, window, numbers, tables)


def _table(level: str, window: Window, units: Ids, deaths: npt.NDArray[Any]) -> pa.Table:
    """Return rows in the order of unit, month and draw; deaths have shape (units, 12, draws)."""
    if not (deaths.min() >= 0 and deaths.max() < np.inf):
        one, month, draw = np.argwhere(~((deaths >= 0) & (deaths < np.inf)))[0]
        at = (Level(level).unit, units[one], int(window.month_ids[month]))
        raise fault(Path(f"window={window}"), "this is no number of deaths", _DEATHS, at, deaths[one, month, draw])
    size = deaths.shape[-1]
    kind = np.promote_types(deaths.dtype, np.float32 if deaths.dtype.kind == "f" else np.int32)
    columns = {
        "month_id": np.tile(np.repeat(window.month_ids, size), len(units)),
        Level(level).unit: np.repeat(units, MONTHS * size),
        "draw": np.tile(np.arange(size, dtype=np.int32), len(units) * MONTHS),
        "outcome": deaths.reshape(-1).astype(kind, copy=False),
    }
    return pa.table(columns)


def _write(folder: Path, level: str, window: Window, units: Ids, tables: Iterator[pa.Table]) -> Path:
    place = folder / Level(level) / f"window={window}"
    to = place / f"{Level(level)}_{window}.parquet"
    if not len(units) or len(np.unique(units)) != len(units) or units.min() < 1 or units.max() > MOST_UNIT:
        raise DataError(f"{to}: units are none, or twice there, or not 1 to {MOST_UNIT}. Give each unit once.")
    if place.is_dir() and any(one != to for one in place.glob("[!.]*.parquet")):
        raise DataError(f"{place} holds other files, which would be read with this one. Choose an empty folder.")
    place.mkdir(parents=True, exist_ok=True)
    fresh = to.with_name(f".{to.stem}-new")
    try:
        first = next(tables)
        with pq.ParquetWriter(fresh, first.schema, compression="zstd") as file:
            file.write_table(first)
            for table in tables:
                file.write_table(table)
        fresh.replace(to)
    finally:
        fresh.unlink(missing_ok=True)
    return to


def _count(files: Sequence[Path], window: Window, unit: str) -> tuple[Ids, int, list[tuple[_Group, int, int]]]:
    """Return the units of a window, the number of the first draw, and each row group's lowest and highest unit."""
    counts = np.zeros((MOST_UNIT + 1) * MONTHS, dtype=np.int64)
    spans: list[tuple[_Group, int, int]] = []
    first = DRAWS
    for path in files:
        for group, (month, units, draw) in _batches(path, window, unit, ("draw", "outcome"), ("draw",)):
            low, high = int(units.min()), int(units.max())
            seen = np.bincount((units - low) * MONTHS + month)
            counts[low * MONTHS : low * MONTHS + len(seen)] += seen
            first = min(first, int(draw.min()))
            spans.append(((path, group), low, high))
    if first not in {0, 1}:
        raise fault(files, "no draw is numbered 0 or 1", _COUNT, value="" if first == DRAWS else first)
    table = counts.reshape(-1, MONTHS)
    held = np.flatnonzero(table.any(axis=1)).astype(np.int32)
    wrong = np.argwhere(table[held] != DRAWS)
    if not len(wrong):
        return held, first, spans
    one, month = held[wrong[0, 0]], wrong[0, 1]
    problem, remedy = f"there are not {DRAWS} draws", _COUNT
    if not table[one, month]:
        other = window.month_ids[np.flatnonzero(table[one])[0]]
        problem = f"there is no forecast, though there is one for month {other}"
        remedy = "Forecast the same units in all twelve months."
    at = (unit, one, int(window.month_ids[month]))
    raise fault(files, problem, remedy, at, table[one, month] or "")


def _fill(groups: Sequence[_Group], some: Ids, first: int, window: Window, unit: str) -> Draws:
    """Return the draws of some units, shape (units x 12, 1000), NaN where no row gives one."""
    cube: Draws = np.full(len(some) * MONTHS * DRAWS, np.nan, dtype=np.float32)
    row_of = np.full(MOST_UNIT + 1, -1, dtype=np.int64)
    row_of[some] = np.arange(len(some))
    for path, group in groups:
        for _, columns in _batches(path, window, unit, ("draw", "outcome"), ("draw", "outcome"), group):
            at = row_of[columns[1]]
            mine = slice(None) if at.min() >= 0 else np.flatnonzero(at >= 0)
            month, units, draw, outcome = (one[mine] for one in columns)
            if not len(draw):
                continue
            _refuse_values(outcome, path, window, unit, units, month)
            if draw.min() < first or draw.max() >= first + DRAWS:
                one = int(np.argmax((draw < first) | (draw >= first + DRAWS)))
                at = (unit, units[one], int(window.month_ids[month[one]]))
                raise fault(path, f"draws begin at {first} and this is too high", _COUNT, at, draw[one])
            cube[(at[mine] * MONTHS + month) * DRAWS + draw - first] = outcome
    return cube.reshape(-1, DRAWS)


def _refuse_values(outcome: npt.NDArray[Any], path: Path, window: Window, unit: str, units: Ids, month: Ids) -> None:
    if outcome.min() >= 0 and outcome.max() < np.inf:  # NaN makes both NaN
        return
    one = int(np.argmax(~((outcome >= 0) & (outcome < np.inf))))
    at = (unit, units[one], int(window.month_ids[month[one]]))
    raise fault(path, "this is no number of deaths", _DEATHS, at, outcome[one])


def _refuse_holes(cube: Draws, some: Ids, first: int, window: Window, unit: str, files: Sequence[Path]) -> None:
    holes = np.flatnonzero(np.isnan(cube.min(axis=1)))
    if not len(holes):
        return
    missing = int(np.argmax(np.isnan(cube[holes[0]]))) + first
    row, month = divmod(int(holes[0]), MONTHS)
    at = (unit, some[row], int(window.month_ids[month]))
    raise fault(files, f"a draw stands there twice, and draw {missing} is missing", _COUNT, at)


def _batches(
    path: Path, window: Window, unit: str, known: Sequence[str], columns: Sequence[str], group: int | None = None
) -> Iterator[tuple[int, list[npt.NDArray[Any]]]]:
    """Yield row group, and month (0 to 11), unit and the columns asked for, a million rows at a time."""
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            _refuse_columns(path, file.schema_arrow.names, ("month_id", unit, *known))
            for one in range(file.num_row_groups) if group is None else [group]:
                names = ["month_id", unit, *columns]
                for batch in file.iter_batches(_BATCH, row_groups=[one], columns=names):
                    if batch.num_rows:
                        month, units, *rest = (_numbers(path, name, batch.column(name)) for name in names)
                        yield one, [_months(path, month, window, unit, units), units, *rest]
    except (pa.ArrowException, OSError) as error:
        remedy = "Write it again as parquet, numbers in every column."
        raise fault(path, f"this cannot be read ({error})", remedy) from error


def _refuse_columns(path: Path, found: Sequence[str], wanted: Sequence[str]) -> None:
    remedy = f"The columns are {', '.join(wanted)}; write no index."
    for name in found:
        if name not in wanted:
            raise fault(path, "this column is not known", remedy, value=name)
    for name in wanted:
        if name not in found:
            raise fault(path, f"the column {name} is missing", remedy)


def _numbers(path: Path, name: str, column: pa.Array) -> npt.NDArray[Any]:
    if name == "outcome":  # an empty outcome becomes NaN, which is refused with its unit and month
        return np.asarray(column.cast(pa.float32(), safe=False).to_numpy(zero_copy_only=False))
    if column.null_count:
        raise fault(path, f"the column {name} has empty rows", "Fill them or leave the rows out.")
    return np.asarray(column.cast(pa.int32()).to_numpy())


def _months(path: Path, month: Ids, window: Window, unit: str, units: Ids) -> Ids:
    """Return months counted from the first of the window, 0 to 11."""
    if units.min() < 1 or units.max() > MOST_UNIT:
        worst = units.min() if units.min() < 1 else units.max()
        raise fault(path, f"no {unit} has this number", f"Units are numbered 1 to {MOST_UNIT}.", value=worst)
    ids = window.month_ids
    if month.min() < ids[0] or month.max() > ids[-1]:
        one = int(np.argmax((month < ids[0]) | (month > ids[-1])))
        remedy = f"{window} holds months {ids[0]} to {ids[-1]}; month 1 is January 1980."
        raise fault(path, "this month is outside the window", remedy, (unit, units[one], None), month[one])
    counted: Ids = month - ids[0]
    return counted
