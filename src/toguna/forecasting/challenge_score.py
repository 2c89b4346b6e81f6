"""Scores forecasts as the challenge does, several of them on the same units and months.

A folder is a submission in the challenge's layout; a .csv file is a table of quantiles, a row for each unit and month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError, DataError, Fault
from toguna.forecasting.challenge import Level, QuantileForecast, fault, level_of, month_id, same_units, window_names
from toguna.forecasting.challenge_file import read_actuals_folder, read_submission
from toguna.forecasting.scores import score_draws

Floats = npt.NDArray[np.float64]

INTERVAL = 0.9  # level of the interval score and of coverage
UNITS = ("country_id", "iso3", "priogrid_gid")
SCORES = ("crps", "ign", "mis", "pinball", "coverage")
_NAMES = ("benchmark", "model", "forecast")  # columns that name the forecast in a file of several
_ROWS = 8_192  # rows of draws scored at once


def pinball(quantiles: npt.ArrayLike, levels: npt.ArrayLike, outcome: npt.ArrayLike) -> Floats:
    """Return the pinball loss of each row, in deaths: twice the mean over its quantiles, which approximates the CRPS.

    With the median and central intervals it equals the weighted interval score (Bracher and others 2021, PLOS
    Computational Biology 17(2); Gneiting and Raftery 2007).

    Parameters
    ----------
    quantiles : deaths a month, shape (rows, quantiles)
    levels : of the quantiles, 0 to 1, shape (quantiles,)
    outcome : deaths a month, shape (rows,)

    Examples
    --------
    >>> pinball([[0.0, 4.0]], [0.25, 0.75], [6.0]).tolist()
    [3.0]
    """
    level = np.asarray(levels, dtype=np.float64)
    above = np.asarray(outcome, dtype=np.float64)[:, None] - np.asarray(quantiles, dtype=np.float64)
    loss: Floats = 2.0 * np.maximum(level * above, (level - 1.0) * above).mean(axis=1)
    return loss


def interval_score(lower: npt.ArrayLike, upper: npt.ArrayLike, outcome: npt.ArrayLike) -> Floats:
    """Return width plus 20 times the miss of 90 % intervals, in deaths, shape (rows,) (Gneiting and Raftery 2007).

    Examples
    --------
    >>> interval_score([0.0, 0.0], [5.0, 5.0], [4.0, 6.0]).round(6).tolist()
    [5.0, 25.0]
    """
    low, high, seen = (np.asarray(one, dtype=np.float64) for one in (lower, upper, outcome))
    missed = np.maximum(low - seen, 0.0) + np.maximum(seen - high, 0.0)
    score: Floats = high - low + 2.0 / (1.0 - INTERVAL) * missed
    return score


def score_submission(folder: str | Path, actuals: str | Path | pd.DataFrame, level: str | None = None) -> pd.DataFrame:
    """Return the scores of one submission in the challenge's layout; `compare` says what the columns are."""
    return compare([folder], actuals, level)


def compare(
    forecasts: Sequence[str | Path], actuals: str | Path | pd.DataFrame, level: str | None = None
) -> pd.DataFrame:
    """Return the mean scores of forecasts on the units and months that all of them and the actuals hold.

    Parameters
    ----------
    forecasts : folders in the challenge's layout, and tables of quantiles (.csv), each with one forecast or more
    actuals : a folder in the challenge's layout, a table (.csv), or what `read_actuals` returns
    level : `cm` or `pgm`; by default the one the first folder or table holds

    Returns
    -------
    A row for each forecast and window, and one for all windows together (`all`): unit_months scored, left_out (in this
    forecast, yet not in all others and in the actuals), not_forecast (in the actuals of its windows, yet not in this
    forecast), crps (deaths), ign (bits) and mis (deaths, 90 %), pinball (deaths, on the levels all tables of quantiles
    share) and coverage (share inside the 90 % interval). NaN is what a forecast does not tell.
    """
    given: list[Path | QuantileForecast] = []
    for path in map(Path, forecasts):
        given += [path] if path.is_dir() else read_quantiles(path)
    if not given:
        raise AskError("There is no forecast to score. Name a submission's folder or a table of quantiles (.csv).")
    tables = [one for one in given if isinstance(one, QuantileForecast)]
    folders = [one for one in given if isinstance(one, Path)]
    held = Level.PGM if tables and "priogrid_gid" in tables[0].keys else Level.CM
    chosen = level_of(folders[0], level) if folders else Level(level or held)
    seen = actuals if isinstance(actuals, pd.DataFrame) else read_actuals(actuals, chosen)
    seen, *keys = same_units([seen, *(one.keys for one in tables)], chosen.unit, is_fixed=bool(folders))
    truth = seen.loc[seen[chosen.unit] > 0].set_index([chosen.unit, "month_id"])["outcome"]
    shared = np.array(sorted(set.intersection(*(set(one.levels) for one in tables)) if tables else ()))
    rest = iter(keys)
    scored = [
        _of_draws(one, chosen, truth, shared) if isinstance(one, Path) else _of_table(one, next(rest), truth, shared)
        for one in given
    ]
    return _summary(_labels(given), scored, seen["month_id"])


def _labels(given: Sequence[Path | QuantileForecast]) -> list[str]:
    """Return a name for each forecast, a longer one where two have the same."""
    short = [one.name or str(one) for one in given]
    long = [str(one) if isinstance(one, Path) else f"{one.file}: {one.name}" for one in given]
    return [name if short.count(name) == 1 else more for name, more in zip(short, long, strict=True)]


def _of_draws(folder: Path, level: Level, truth: pd.Series, levels: Floats) -> pd.DataFrame:
    """Return the scores of each unit and month of a submission, NaN where the outcome is not known."""
    found = []
    for block in read_submission(folder, level):
        index = pd.MultiIndex.from_product([block.units, block.months], names=truth.index.names)
        outcome = truth.reindex(index).to_numpy(dtype=np.float64)
        draws = block.draws.reshape(len(outcome), -1)
        scores = score_draws(draws, outcome, level=INTERVAL)
        rows = pd.DataFrame({"outcome": outcome, "crps": scores.crps, "ign": scores.ign, "mis": scores.mis}, index)
        parts = [slice(start, start + _ROWS) for start in range(0, len(rows) if len(levels) else 0, _ROWS)]
        losses = [pinball(np.quantile(draws[one], levels, axis=1).T, levels, outcome[one]) for one in parts]
        rows["pinball"] = np.concatenate(losses) if losses else np.nan
        rows["coverage"] = ((scores.lower <= outcome) & (outcome <= scores.upper)).astype(float)
        found.append(rows)
        del block, draws  # the next block is read without this one in memory
    return pd.concat(found)


def _of_table(one: QuantileForecast, keys: pd.DataFrame, truth: pd.Series, levels: Floats) -> pd.DataFrame:
    """Return the scores of each unit and month of a table of quantiles, NaN where the outcome is not known."""
    rows = truth.reindex(pd.MultiIndex.from_frame(keys[truth.index.names])).to_frame()
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    rows[list(SCORES)] = np.nan
    if len(levels):
        rows["pinball"] = pinball(one.values[:, np.isin(one.levels, levels)], levels, outcome)
    ends = [np.flatnonzero(np.isclose(one.levels, (1 + side * INTERVAL) / 2)) for side in (-1, 1)]
    if all(len(end) for end in ends):
        low, high = (one.values[:, end[0]] for end in ends)
        rows["mis"] = interval_score(low, high, outcome)
        rows["coverage"] = ((low <= outcome) & (outcome <= high)).astype(float)
    return rows


def _summary(names: Sequence[str], scored: Sequence[pd.DataFrame], months: pd.Series) -> pd.DataFrame:
    """Return the table of `compare`; months are those of the rows of the actuals."""
    common = scored[0].index
    for one in scored:
        common = common.intersection(one.index[one["outcome"].notna()])
    if not len(common):
        raise DataError("No unit and month is in all forecasts and in the actuals. Compare their units and months.")
    rows = []
    known = window_names(months)
    for name, one in zip(names, scored, strict=True):
        kept = one.index.isin(common)
        window = window_names(one.index.get_level_values("month_id"))
        for which in (*sorted(set(window)), "all"):
            mine = (window == which) | (which == "all")
            there = np.isin(known, window[mine]).sum()
            counts = [(mine & kept).sum(), (mine & ~kept).sum(), there - one.loc[mine, "outcome"].notna().sum()]
            rows.append([name, which, *map(int, counts), *one.loc[mine & kept, list(SCORES)].mean()])
    return pd.DataFrame(rows, columns=["forecast", "window", "unit_months", "left_out", "not_forecast", *SCORES])


def read_quantiles(path: str | Path) -> list[QuantileForecast]:
    """Return the forecasts of a table of quantiles (.csv), one for each name in its column `benchmark`, if it has one.

    Its columns are month_id or month (YYYY-MM), country_id, iso3 or priogrid_gid, one for each quantile, named by its
    level (0.05), and, if known, mean.
    """
    file = Path(path)
    table, units = _table(file)
    levels = sorted((name for name in table.columns if re.fullmatch(r"0?\.\d+", name)), key=float)
    named = next((name for name in _NAMES if name in table), None)
    for name in [one for one in table if one not in {"month", "month_id", "mean", named, *units, *levels}]:
        raise fault(file, "this column is not known", "Leave it out, or name quantiles as 0.05.", value=name)
    if not levels:
        raise fault(file, "there is no column of quantiles", "Name each by its level, for example 0.05, 0.5 and 0.95.")
    for name in (*levels, *(["mean"] if "mean" in table else [])):
        _refuse_no_deaths(file, table, name)
    for low, high in pairwise(levels):
        remedy = "A higher quantile is never lower; sort the quantiles of the row."
        _refuse_rows(file, table, high, table[high] < table[low], f"this is below the quantile {low}", remedy)
    if named:
        _refuse_rows(file, table, named, table[named].isna(), "there is no name", "Name the forecast in every row.")
    found = []
    for name, rows in table.groupby(named, sort=False) if named else [(file.stem, table)]:
        _refuse_twice(file, rows, units)
        mean = rows["mean"].to_numpy(dtype=np.float64) if "mean" in rows else None
        values, which = rows[levels].to_numpy(dtype=np.float64), np.array([float(one) for one in levels])
        found.append(QuantileForecast(str(name), file, rows[["month_id", *units]], which, values, mean))
    return found


def read_actuals(path: str | Path, level: str) -> pd.DataFrame:
    """Return what came, a row for each unit and month: month_id, the units' columns, and outcome (deaths).

    From a folder in the challenge's layout, or a .csv with month_id or month, units, and outcome or ged_sb.
    """
    file = Path(path)
    table, units = (read_actuals_folder(file, level), [Level(level).unit]) if file.is_dir() else _table(file)
    table = table.rename(columns={"ged_sb": "outcome"})
    if "outcome" not in table:
        raise fault(file, "there is neither a column outcome nor ged_sb", "Name the column of deaths outcome.")
    _refuse_no_deaths(file, table, "outcome")
    _refuse_twice(file, table, units)
    return table[["month_id", *units, "outcome"]]


def _table(file: Path) -> tuple[pd.DataFrame, list[str]]:
    """Return a .csv with its months numbered, and its columns of units."""
    try:
        table = pd.read_csv(file, index_col=False)
        if "month_id" not in table and "month" in table:
            table["month_id"] = [month_id(str(one)) for one in table["month"]]
    except (ValueError, AskError) as error:
        raise fault(file, f"this cannot be read ({error})", "Give a .csv with a line of column names.") from error
    units = [name for name in UNITS if name in table]
    for name in ("month_id", *(units or ["country_id, iso3 or priogrid_gid"])):
        whole = name in table and (name == "iso3" or pd.api.types.is_integer_dtype(table[name]))
        if not whole or table[name].isna().any():
            raise fault(file, f"the column {name} is missing or not whole", "Give a number or code in every row.")
    return table, units


def _refuse_no_deaths(file: Path, table: pd.DataFrame, name: str) -> None:
    numbers = pd.to_numeric(table[name], errors="coerce")
    bad = ~((numbers >= 0) & (numbers < np.inf))
    _refuse_rows(file, table, name, bad, "this is no number of deaths", "Deaths are finite and never negative.")


def _refuse_rows(file: Path, table: pd.DataFrame, name: str, bad: pd.Series, problem: str, remedy: str) -> None:
    if bad.any():
        line = int(np.flatnonzero(bad)[0])
        raise DataError(str(Fault(file.name, line + 2, name, str(table[name].iloc[line]), problem, remedy)))


def _refuse_twice(file: Path, table: pd.DataFrame, units: Sequence[str]) -> None:
    twice = table[table.duplicated(["month_id", units[0]])]
    if len(twice):
        at = (units[0], twice[units[0]].iloc[0], int(twice["month_id"].iloc[0]))
        raise fault(file, "this unit and month stand there twice", "Keep one row.", at)
