"""Whether one forecast is better than another, and not by luck of the months or of a few units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toguna.core.errors import AskError, DataError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A number and between which bounds it lies.

    Attributes
    ----------
    value : as seen
    low, high : bounds of the interval
    level : of the interval, 0 to 1
    """

    value: float
    low: float
    high: float
    level: float

    def __str__(self) -> str:
        """Return number and bounds, three digits each."""
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g}, {self.level:.0%})"


def compare(
    score: npt.ArrayLike,
    reference: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    ratio: bool = False,
    block: int = 12,
    resamples: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Return how much a model's mean score differs from a baseline's, with an interval from a moving-block bootstrap.

    Parameters
    ----------
    score, reference : of the same forecasts, shape (origins, ...), origins in the order of months; a forecast that
        either did not score (NaN) is left out of both
    ratio : return score / reference instead of score - reference; 1 minus it is skill
    block : months drawn together, since neighbouring months are alike (Künsch 1989); all units and horizons of an
        origin stay together
    resamples : times that months are drawn anew
    level : of the interval, between quantiles of the resamples

    Examples
    --------
    >>> monthly = np.arange(48.0) % 12
    >>> compare(monthly + 1, monthly, np.random.default_rng(1))
    Interval(value=1.0, low=1.0, high=1.0, level=0.95)
    """
    mine, other, count = _by_origin(score, reference)
    months = len(count)
    if not 1 <= block <= months // 2:
        raise AskError(
            f"There are {months} origins and a block is {block}. Score more origins, or draw shorter blocks: 1 to half "
            "the origins."
        )
    if not 0 < level < 1 or resamples < 1:
        raise AskError(f"The level is {level}, resamples {resamples}. Give a share between 0 and 1, and at least 1.")
    blocks = -(-months // block)
    starts = rng.integers(months - block + 1, size=(resamples, blocks))
    picked = (starts[:, :, None] + np.arange(block)).reshape(resamples, -1)[:, :months]
    over = other if ratio else count
    above = mine if ratio else mine - other
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = above[picked].sum(axis=1) / over[picked].sum(axis=1)
        value = above.sum() / over.sum()
        low, high = (
            np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2]) if np.isfinite(value) else (np.nan, np.nan)
        )
    return Interval(float(value), float(low), float(high), level)


def leave_out_worst(scores_by_unit: Mapping[str, npt.ArrayLike], *, reference: str, k: int = 5) -> dict[str, float]:
    """Return mean scores without the k units in which the baseline did worst: whether a few units decide.

    Parameters
    ----------
    scores_by_unit : scores by model, shape (..., units); NaN is left out
    reference : the baseline's name among them; its mean score picks the units, the same for all models
    k : units left out

    Examples
    --------
    >>> leave_out_worst({"zero": [1.0, 90.0, 2.0], "model": [1.0, 50.0, 1.0]}, reference="zero", k=1)
    {'zero': 1.5, 'model': 1.0}
    """
    if reference not in scores_by_unit:
        raise AskError(f"There are no scores of {reference!r}. Choose one of {', '.join(scores_by_unit)}.")
    parts = {name: np.asarray(part, dtype=np.float64) for name, part in scores_by_unit.items()}
    shape = parts[reference].shape
    strange = [name for name, part in parts.items() if part.shape != shape]
    if strange or not shape:
        raise DataError(
            f"Scores of {strange[0] if strange else reference!r} do not fit {shape}. Give ... x units to all."
        )
    units = shape[-1]
    if not 0 <= k < units:
        raise AskError(f"k is {k} and there are {units} units. Leave out fewer than there are.")
    known = ~np.any([np.isnan(part) for part in parts.values()], axis=0).reshape(-1, units)
    sums = {name: np.where(known, part.reshape(-1, units), 0.0).sum(axis=0) for name, part in parts.items()}
    count = known.sum(axis=0)
    mean = np.divide(sums[reference], count, out=np.full(units, -np.inf), where=count > 0)
    kept = np.argsort(-mean, kind="stable")[k:]
    total = count[kept].sum()
    return {name: float(part[kept].sum() / total) if total else float("nan") for name, part in sums.items()}


def _by_origin(score: npt.ArrayLike, reference: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return sums of both scores and how many there are, by origin."""
    mine, other = np.asarray(score, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    if mine.shape != other.shape or mine.ndim == 0:
        raise DataError(
            f"Scores have the shapes {mine.shape} and {other.shape}. Give both by origin, for the same rows."
        )
    mine, other = mine.reshape(len(mine), -1), other.reshape(len(other), -1)
    known = ~(np.isnan(mine) | np.isnan(other))
    sums = [np.where(known, part, 0.0).sum(axis=1) for part in (mine, other)]
    return sums[0], sums[1], known.sum(axis=1).astype(np.float64)
