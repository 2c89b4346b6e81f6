"""Caseload ahead: who will present, and who will be in the sites, by the better of model and baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.accounts.ddr.candidates import CANDIDATES, MODEL, Candidate, Floats, crps
from toguna.core.errors import AskError

FEWEST = 8  # months known before any forecast: three set a level, five more judge it
_FIRST_ORIGIN = 5  # months a candidate knows at least when it is judged


@dataclass(frozen=True, eq=False)
class Ahead:
    """People who will present, month by month.

    Attributes
    ----------
    draws : people, draw x month
    served : candidate the draws are of
    skill : one row a candidate: mean CRPS and mean absolute error of the median, in people, over every origin and
        month ahead of the back-test, the share of outcomes within 80% intervals, and the number of forecasts judged
    said : sentence on who won
    seed : of the draws
    """

    draws: Floats = field(repr=False)
    served: str
    skill: pd.DataFrame = field(repr=False)
    said: str
    seed: int

    def interval(self, level: float = 0.8) -> pd.DataFrame:
        """Return lower end, median and upper end by month ahead, people."""
        return _interval(self.draws, level)

    def __str__(self) -> str:
        """Return who won and the intervals."""
        return f"{self.said}\n{self.interval().to_string(float_format='{:,.0f}'.format)}"


@dataclass(frozen=True, eq=False)
class Occupancy:
    """People in the sites; in every draw those present are those before, plus arrivals, less those who left.

    Attributes
    ----------
    arrived, left, present : people a month (present: at its end), draw x month
    began : people present before the first month
    """

    arrived: Floats = field(repr=False)
    left: Floats = field(repr=False)
    present: Floats = field(repr=False)
    began: int

    def interval(self, level: float = 0.8) -> pd.DataFrame:
        """Return lower end, median and upper end of people present by month ahead."""
        return _interval(self.present, level)

    def chance_above(self, capacity: npt.ArrayLike) -> Floats:
        """Return the chance that more are present than there are places, by month."""
        return np.asarray((self.present > np.asarray(capacity, dtype=float)).mean(axis=0), dtype=float)


def arrivals(counts: Sequence[float], months: int = 6, *, seed: int, draws: int = 1000) -> Ahead:
    """Return how many people will present each month, from monthly counts of those who did.

    The model is served only where its CRPS beat every naive baseline over a back-test from rolling origins; else the
    best baseline is, and `said` says so. The baselines have a spread of their own, from their own past errors, so that
    the model does not win by a spread alone. No season is assumed: programmes are too short to show one.

    Parameters
    ----------
    counts : people who presented, a month each, oldest first
    months : to look ahead
    seed : same seed, same draws
    draws : number

    Raises
    ------
    AskError
        Fewer than eight months, or a month missing or below zero.
    """
    known = np.asarray(counts, dtype=float)
    if known.ndim != 1 or len(known) < FEWEST:
        raise AskError(f"Caseload ahead needs {FEWEST} months of counts at least. Plan by capacity until then.")
    if not np.isfinite(known).all() or known.min() < 0 or months < 1 or draws < 2:
        raise AskError(
            "Counts cannot be missing or below zero, months and draws not below one and two. Put them right."
        )
    skill = back_test(known, months, seed=seed, draws=min(draws, 400))
    baselines = skill["crps"].drop(MODEL)
    model, naive = float(skill["crps"][MODEL]), float(baselines.min())
    best = MODEL if model < naive else str(baselines.idxmin())
    if best == MODEL:
        said = f"{MODEL} is served: CRPS {model:,.1f} people against {naive:,.1f} of the best naive baseline."
    else:
        said = f"The baseline {best!r} is served: CRPS {naive:,.1f} people; {MODEL} had {model:,.1f} and did not win."
    made = CANDIDATES[best](known, months, draws, np.random.default_rng(seed))
    return Ahead(made, best, skill, said, seed)


def back_test(known: Floats, months: int, *, seed: int, draws: int) -> pd.DataFrame:
    """Return how each candidate did from every origin with five months or more known, up to `months` ahead."""
    rows = {name: _judged(one, known, months, seed, draws) for name, one in CANDIDATES.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["crps", "mae", "within_80", "n"])


def occupancy(
    arriving: Floats, stay: npt.ArrayLike, present: npt.ArrayLike = (), *, rng: np.random.Generator
) -> Occupancy:
    """Return how many people will be in the sites.

    Each month those present leave by chance, by the months they have been there; then new people arrive.

    Parameters
    ----------
    arriving : people, draw x month, as `arrivals` draws them
    stay : share who leave at the start of the 1st, 2nd ... month after arriving, summing to 1
    present : people there now who came this month, last month, ... ; as long as `stay` at most
    rng : of the chances

    Raises
    ------
    AskError
        A stay that does not sum to 1, or people present for longer than anybody stays.
    """
    leaves, now = np.asarray(stay, dtype=float), np.asarray(present, dtype=np.int64)
    if leaves.ndim != 1 or (leaves < 0).any() or not np.isclose(leaves.sum(), 1.0):
        raise AskError("A stay is a list of shares that sum to 1. Put them right.")
    if len(now) > len(leaves) or (now < 0).any():
        raise AskError(
            "People present cannot be below zero, nor there longer than the longest stay. Lengthen the stay."
        )
    remaining = np.cumsum(leaves[::-1])[::-1]  # share there before each month's leaving
    hazard = np.clip(np.divide(leaves, remaining, out=np.ones_like(leaves), where=remaining > 0), 0.0, 1.0)
    hazard[-1] = 1.0
    coming = np.rint(arriving).astype(np.int64)
    draws, months = coming.shape
    inside = np.zeros((draws, len(leaves)), dtype=np.int64)  # by full months since arriving
    inside[:, : len(now)] = now
    left, after = np.zeros((draws, months)), np.zeros((draws, months))
    for month in range(months):
        going = rng.binomial(inside, hazard)
        inside = np.roll(inside - going, 1, axis=1)  # the last column is empty: everybody there has left
        inside[:, 0] = coming[:, month]
        left[:, month], after[:, month] = going.sum(axis=1), inside.sum(axis=1)
    return Occupancy(coming.astype(float), left, after, int(now.sum()))


def _judged(candidate: Candidate, known: Floats, months: int, seed: int, draws: int) -> list[float]:
    scores, errors, within = [], [], []
    for origin in range(_FIRST_ORIGIN, len(known)):
        ahead = min(months, len(known) - origin)
        made = candidate(known[:origin], ahead, draws, np.random.default_rng([seed, origin]))
        low, middle, high = np.quantile(made, [0.1, 0.5, 0.9], axis=0)
        for month in range(ahead):
            outcome = float(known[origin + month])
            scores.append(crps(made[:, month], outcome))
            errors.append(abs(float(middle[month]) - outcome))
            within.append(bool(low[month] <= outcome <= high[month]))
    return [float(np.mean(scores)), float(np.mean(errors)), float(np.mean(within)), len(scores)]


def _interval(draws: Floats, level: float) -> pd.DataFrame:
    if not 0 < level < 1:
        raise AskError("A level lies between 0 and 1. Give one such as 0.8.")
    ends = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    months = pd.RangeIndex(1, draws.shape[1] + 1, name="month_ahead")
    return pd.DataFrame(ends.T, index=months, columns=["low", "median", "high"])
