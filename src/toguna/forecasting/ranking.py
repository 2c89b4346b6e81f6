"""How well forecasts tell where: what would have been reached by who can be in k units only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toguna.core.errors import AskError, DataError

Floats = npt.NDArray[np.float64]


def average_precision(chance: npt.ArrayLike, outcome: npt.ArrayLike) -> float:
    """Return the average precision over all rows: mean precision at each gain of recall, equal chances taken together.

    Parameters
    ----------
    chance : what rows are ranked by, any shape
    outcome : deaths, events or whether any, same shape; above 0 is positive, rows of NaN are left out

    NaN where nothing is positive. As scikit-learn's `average_precision_score`.

    Examples
    --------
    >>> round(average_precision([0.9, 0.8, 0.1], [3, 0, 1]), 4)
    0.8333
    """
    ranked, seen = _pair(chance, outcome)
    known = ~np.isnan(seen)
    ranked, positive = ranked[known], seen[known] > 0
    if not positive.any():
        return float("nan")
    order = np.argsort(-ranked, kind="stable")
    ranked, hits = ranked[order], np.cumsum(positive[order])
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    gained = np.diff(hits[ends], prepend=0) / hits[-1]
    return float(np.sum(gained * hits[ends] / (ends + 1)))


def recall_at(chance: npt.ArrayLike, outcome: npt.ArrayLike, k: int) -> Floats:
    """Return by month the share of all events that lie in the k units ranked highest, shape (months,).

    Parameters
    ----------
    chance : what units are ranked by, shape (months, units)
    outcome : events or deaths, same shape, or whether there were any: the share is then one of positive units.
        Units of NaN are left out
    k : units that can be reached in a month

    Units of equal chance at the border share the places left, as if drawn by lot. Months without an event are NaN:
    take the mean with `numpy.nanmean`.

    Examples
    --------
    >>> recall_at([[0.9, 0.5, 0.5, 0.1]], [[2, 4, 0, 2]], 2).tolist()
    [0.5]
    """
    taken, seen = _taken(chance, outcome, k)
    total = seen.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((taken * seen).sum(axis=1) / np.where(total > 0, total, np.nan))


def precision_at(chance: npt.ArrayLike, outcome: npt.ArrayLike, k: int) -> Floats:
    """Return by month the share of positive units among the k ranked highest, shape (months,).

    Parameters are those of `recall_at`. A month without a positive unit gives 0, one in which nothing is known NaN.

    Examples
    --------
    >>> precision_at([[0.9, 0.5, 0.5, 0.1]], [[2, 4, 0, 2]], 2).tolist()
    [0.75]
    """
    taken, seen = _taken(chance, outcome, k)
    places = taken.sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray((taken * (seen > 0)).sum(axis=1) / np.where(places > 0, places, np.nan))


def _taken(chance: npt.ArrayLike, outcome: npt.ArrayLike, k: int) -> tuple[Floats, Floats]:
    """Return the chance that each unit is among the k ranked highest, and outcomes with 0 for those not known."""
    ranked, seen = _pair(chance, outcome)
    if ranked.ndim != 2:
        raise DataError(f"Chances have the shape {ranked.shape}. Give months x units.")
    if not 1 <= k <= ranked.shape[1]:
        raise AskError(f"k is {k} and there are {ranked.shape[1]} units. Give a number from 1 to the units there are.")
    known = ~np.isnan(seen)
    ranked = np.where(known, ranked, -np.inf)
    border = np.partition(ranked, -k, axis=1)[:, -k, None]
    above, tied = ranked > border, ranked == border
    left = k - above.sum(axis=1, keepdims=True)
    share = above + tied * (left / tied.sum(axis=1, keepdims=True))
    return np.where(known, share, 0.0), np.where(known, seen, 0.0)


def _pair(chance: npt.ArrayLike, outcome: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return chances and outcomes as numbers, or say why they cannot be ranked."""
    ranked, seen = np.asarray(chance, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if ranked.shape != seen.shape:
        raise DataError(f"Chances have the shape {ranked.shape}, outcomes {seen.shape}. Give one outcome a chance.")
    wrong = np.argwhere(~np.isfinite(ranked))
    if len(wrong):
        at = tuple(int(part) for part in wrong[0])
        raise DataError(f"The chance at {at} is {ranked[at]}. Give a finite number, or leave the unit out.")
    wrong = np.argwhere((seen < 0) | np.isinf(seen))
    if len(wrong):
        at = tuple(int(part) for part in wrong[0])
        raise DataError(f"The outcome at {at} is {seen[at]}. Give a finite number of at least 0, or NaN.")
    return ranked, seen
