"""How many refugees go home in a year once violence ebbs, and the chance of a day that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from toguna.core.errors import AskError, DataError

Floats = npt.NDArray[np.float64]

DAYS = 365.0
LAST_RATE = "last rate"  # the form without coefficients: what was last year is this year


@dataclass(frozen=True, eq=False)
class ReturnsCoefficients:
    """Yearly return rates of refugees, and how each form did on countries and years it had not seen.

    Attributes
    ----------
    forms : by name: intercept, step for a quiet origin, slope on the square root of last year's rate (logit scale),
        and the precision of the beta spread
    skill : by kind of back-test and form: CRPS and MAE in share a year, share of outcomes within the 50 % and 90 %
        intervals, number judged
    """

    forms: Mapping[str, tuple[float, float, float, float]]
    skill: pd.DataFrame = field(repr=False)

    def served(self, *, last_known: bool) -> str:
        """Return the form with the lowest CRPS over the back-tests, of those that can be used."""
        scores = self.skill.groupby("form")["crps"].mean()
        return str(scores[[form for form in scores.index if last_known or LAST_RATE not in form]].idxmin())


@cache
def read_returns_coefficients() -> ReturnsCoefficients:
    """Return the coefficients that ship with Toguna.

    Examples
    --------
    >>> read_returns_coefficients().served(last_known=False)
    'constant rate'
    """
    text = resources.files("toguna.displacement").joinpath("arrivals.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)["returns"]
    forms = {}
    for form, (intercept, step, slope, precision) in found["forms"].items():
        forms[str(form)] = (float(intercept), float(step), float(slope), float(precision))
    return ReturnsCoefficients(forms, pd.DataFrame(found["skill"]["rows"], columns=found["skill"]["columns"]))


def sums_of_12(deaths: Floats) -> Floats:
    """Return deaths of every 12 months in a row, the first twelve first."""
    return np.asarray(np.convolve(deaths, np.ones(12), "valid"), dtype=np.float64)


def is_quiet(deaths: npt.ArrayLike) -> bool:
    """Return whether violence has ebbed: the last 12 months at most a quarter of the worst 12 of the ten years before.

    Parameters
    ----------
    deaths : of the origin by month, to the month before returns; 12 months or more

    Notes
    -----
    A worst year of fewer than 25 deaths counts as 25.

    Examples
    --------
    >>> is_quiet([10.0] * 12 + [2.0] * 12), is_quiet([10.0] * 12 + [3.0] * 12)
    (True, False)
    """
    known = np.asarray(deaths, dtype=np.float64)[-132:]
    if len(known) < 12 or not np.isfinite(known).all():
        raise DataError(f"{len(known)} months of deaths are given. Give 12 months or more, each with a number.")
    years = sums_of_12(known)
    return bool(years[-1] <= 0.25 * max(years.max(), 25.0))


def yearly_return_rate(
    quiet: npt.ArrayLike, rng: np.random.Generator, *, last_rate: npt.ArrayLike | None = None, draws: int = 200
) -> Floats:
    """Return draws of the share of refugees who go home in a year, shape (draws, ...) of `quiet`.

    See `daily_return_chance` for the parameters and for what is served.
    """
    if draws < 1:
        raise AskError(f"{draws} draws were asked for. Ask for 1 or more.")
    coefficients = read_returns_coefficients()
    form = coefficients.served(last_known=last_rate is not None)
    steps = np.asarray(quiet, dtype=bool)
    last = np.broadcast_to(np.asarray(0.0 if last_rate is None else last_rate, dtype=np.float64), steps.shape)
    if not np.isfinite(last).all() or (last < 0).any() or (last > 1).any():
        raise DataError("Last year's return rate must be a share from 0 to 1. Divide the returned by the stock.")
    if form == LAST_RATE:
        return np.repeat(last[None], draws, axis=0)
    mean = mean_rate(coefficients.forms[form], steps, last)
    precision = coefficients.forms[form][3]
    return np.asarray(rng.beta(mean * precision, (1.0 - mean) * precision, (draws, *steps.shape)), dtype=np.float64)


def mean_rate(form: tuple[float, float, float, float], quiet: npt.NDArray[np.bool_], last: Floats) -> Floats:
    """Return the mean share who go home in a year, of a form's coefficients, the quiet of origins and last rates."""
    intercept, step, slope, _ = form
    return np.asarray(1.0 / (1.0 + np.exp(-(intercept + step * quiet + slope * np.sqrt(last)))), dtype=np.float64)


def mean_daily_chance() -> float:
    """Return the mean chance in a day that a refugee goes home, by the form served where no earlier rate is known."""
    coefficients = read_returns_coefficients()
    form = coefficients.forms[coefficients.served(last_known=False)]
    rate = mean_rate(form, np.array([True]), np.zeros(1))[0]
    return float(1.0 - (1.0 - rate) ** (1.0 / DAYS))


def daily_return_chance(
    quiet: npt.ArrayLike, rng: np.random.Generator, *, last_rate: npt.ArrayLike | None = None, draws: int = 200
) -> Floats:
    """Return draws of the chance in a day that a refugee goes home, shape (draws, ...) of `quiet`.

    Meant for camps whose origin is quiet; whether to let people go home to a place that is not is for the caller.
    Each day alike, the chances of a year make its rate.

    Parameters
    ----------
    quiet : whether violence at the origin has ebbed, as `is_quiet` says
    rng : random generator
    last_rate : returned in the last year over refugees at its start, share from 0 to 1, where it is known
    draws : draws of the year

    Raises
    ------
    AskError
        Draws are fewer than 1.
    DataError
        A rate is no share.

    Notes
    -----
    Without last year's rate the quiet of the origin told nothing about cases not seen that a constant rate does not:
    the constant is served. Last year's own rate does tell something, and then a quiet origin adds to it.
    Rates are of returns that were counted. Many years count none, and people also go home uncounted.

    Examples
    --------
    >>> chance = daily_return_chance([False, True], np.random.default_rng(1))
    >>> chance.shape, bool((chance >= 0).all() and (chance.mean() < 0.001))
    ((200, 2), True)
    """
    rate = yearly_return_rate(quiet, rng, last_rate=last_rate, draws=draws)
    return np.asarray(1.0 - (1.0 - rate) ** (1.0 / DAYS), dtype=np.float64)
