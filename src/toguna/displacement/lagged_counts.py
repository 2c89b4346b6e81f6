"""Counts that follow violence with a delay: lag weights, a hurdle model of people, and the spread on days."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from toguna.core.errors import AskError, DataError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LAGS = 6  # months of violence before a month that still count in it


@dataclass(frozen=True)
class Hurdle:
    """Coefficients of people counted in a period: none at all, or a log-normal number.

    Attributes
    ----------
    chance : of anybody fleeing, on the logit scale, one a column of the predictors
    size : log(1 + people) where anybody flees, one a column
    sigma : standard deviation of log(1 + people) about it
    ceiling : largest log(1 + people) a draw may reach
    """

    chance: tuple[float, ...]
    size: tuple[float, ...]
    sigma: float
    ceiling: float

    def people(self, predictors: Floats, deviates: Floats) -> Floats:
        """Return people, shape (...), of predictors (..., columns) and two standard normal deviates (..., 2)."""
        from scipy.special import expit, ndtr

        level = np.clip(predictors @ np.array(self.size) + self.sigma * deviates[..., 1], 0.0, self.ceiling)
        flees = ndtr(deviates[..., 0]) < expit(predictors @ np.array(self.chance))
        return np.asarray(np.where(flees, np.expm1(level), 0.0), dtype=np.float64)


def lag_weights(decay: float) -> Floats:
    """Return weights of the same month and the `LAGS` months before it, falling by a factor; they sum to 1.

    Examples
    --------
    >>> lag_weights(0.5)[:3].round(3).tolist()
    [0.504, 0.252, 0.126]
    """
    if not 0.0 <= decay <= 1.0:
        raise AskError(f"The decay of lag weights is {decay:g}. Give a factor from 0 to 1.")
    weights = decay ** np.arange(LAGS + 1, dtype=np.float64)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def lagged(values: Floats, decay: float) -> Floats:
    """Return the lag-weighted mean along the first axis; before the first month there is taken to be none.

    Examples
    --------
    >>> lagged(np.array([1.0, 0.0, 0.0]), 0.5).round(3).tolist()
    [0.504, 0.252, 0.126]
    """
    found = np.zeros(values.shape)
    for lag, weight in enumerate(lag_weights(decay)[: len(values)]):
        found[lag:] += weight * values[: len(values) - lag]
    return found


def normal_deviates(draws: int, periods: int, rho: float, rng: np.random.Generator) -> Floats:
    """Return standard normal deviates (draws, periods, 2), correlated by `rho` between the periods of a draw."""
    shared, own = rng.standard_normal((draws, 1, 2)), rng.standard_normal((draws, periods, 2))
    return np.asarray(np.sqrt(rho) * shared + np.sqrt(1.0 - rho) * own, dtype=np.float64)


def crps(draws: Floats, seen: Floats) -> Floats:
    """Return the continuous ranked probability score of draws (..., draws) by the outcome (...); lower is better.

    Gneiting and Raftery 2007, doi 10.1198/016214506000001437, equation 21.

    Examples
    --------
    >>> crps(np.array([[0.0, 2.0], [5.0, 5.0]]), np.array([1.0, 1.0])).tolist()
    [0.5, 4.0]
    """
    ordered = np.sort(draws, axis=-1)
    count = ordered.shape[-1]
    spread = ((2 * np.arange(1, count + 1) - count - 1) * ordered).sum(axis=-1) / count**2
    return np.asarray(np.abs(ordered - seen[..., None]).mean(axis=-1) - spread, dtype=np.float64)


def monthly_to_daily(people_by_month: npt.ArrayLike, first_day: date, days: int) -> Ints:
    """Return people by day, shape (..., days), from people by month (..., months), keeping every whole person.

    The first month is that of `first_day`. All people of a month fall on its days within the period, as evenly as
    whole persons can; nobody is added and nobody is lost, so that sums by month are the same before and after.

    Raises
    ------
    AskError
        The days do not touch exactly as many calendar months as are given.
    DataError
        Numbers are missing, negative or not whole.

    Examples
    --------
    >>> monthly_to_daily([3, 28], date(2013, 1, 30), 30)[:4].tolist()
    [1, 2, 1, 1]
    """
    people = np.asarray(people_by_month)
    if people.ndim == 0 or not np.isfinite(people).all() or (people < 0).any() or (people != np.floor(people)).any():
        raise DataError("People by month must be whole numbers of 0 or more. Round the draws first.")
    people = people.astype(np.int64)
    lengths = _days_by_month(first_day, days)
    if len(lengths) != people.shape[-1]:
        raise AskError(
            f"{days} days from {first_day} touch {len(lengths)} calendar months; people are given for "
            f"{people.shape[-1]}. Give one number for each."
        )
    parts = []
    for month, length in enumerate(lengths):
        so_far = people[..., month, None] * np.arange(length + 1) // length
        parts.append(np.diff(so_far, axis=-1))
    return np.concatenate(parts, axis=-1)


def _days_by_month(first_day: date, days: int) -> Sequence[int]:
    if days < 1:
        raise AskError(f"A period of {days} days was asked for. Give 1 day or more.")
    found: list[int] = []
    day, left = first_day, days
    while left:
        here = min(left, calendar.monthrange(day.year, day.month)[1] - day.day + 1)
        found.append(here)
        day, left = day + timedelta(days=here), left - here
    return found
