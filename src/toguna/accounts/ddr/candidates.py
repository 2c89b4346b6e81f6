"""Ways to forecast how many people will present: one that learns its memory, and naive baselines with a spread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Candidate = Callable[[Floats, int, int, np.random.Generator], Floats]  # counts, months, draws, rng -> draw x month

_ALPHAS = np.linspace(0.05, 1.0, 20)
_SPREAD_MAX = 1e6  # size of a negative binomial that is a Poisson for all purposes


def last_value(counts: Floats, months: int, draws: int, rng: np.random.Generator) -> Floats:
    """Draw around the last month, with the changes from month to month seen so far."""
    return _with_errors(counts[-1], np.diff(counts), months, draws, rng)


def mean_of_3(counts: Floats, months: int, draws: int, rng: np.random.Generator) -> Floats:
    """Draw around the mean of the last three months, with the errors it would have made so far."""
    before = np.convolve(counts, np.ones(3) / 3, mode="valid")
    return _with_errors(before[-1], counts[3:] - before[:-1], months, draws, rng)


def smoothing(counts: Floats, months: int, draws: int, rng: np.random.Generator) -> Floats:
    """Draw negative-binomial arrivals around a level smoothed exponentially; the level goes on with each draw.

    The memory alpha is that of the least squared errors one month ahead (the first three months set the level), the
    size by moments: the variance is level + level^2 / size.
    """
    fits = [(alpha, *_levels(counts, alpha)) for alpha in _ALPHAS]
    alpha, levels, errors = min(fits, key=lambda one: float(np.sum(one[2] ** 2)))
    size = _size(levels[:-1], errors)
    level = np.full(draws, levels[-1])
    made = np.empty((draws, months))
    for month in range(months):
        mean = np.maximum(level, 1e-9)
        made[:, month] = rng.poisson(rng.gamma(size, mean / size))
        level = level + alpha * (made[:, month] - level)
    return made


MODEL = "exponential smoothing"
CANDIDATES: dict[str, Candidate] = {MODEL: smoothing, "last value": last_value, "mean of last 3": mean_of_3}


def crps(draws: Floats, outcome: float) -> float:
    """Return the continuous ranked probability score of draws: mean |x - y| - 1/2 mean |x - x'|, in people.

    Examples
    --------
    >>> crps(np.array([1.0, 3.0]), 2.0), crps(np.array([5.0]), 2.0)
    (0.5, 3.0)
    """
    x, n = np.sort(draws), len(draws)
    pairs = 2.0 * float(np.sum(x * (2 * np.arange(1, n + 1) - n - 1))) / n**2  # mean |x - x'| over all pairs
    return float(np.mean(np.abs(x - outcome))) - pairs / 2


def _with_errors(middle: float, errors: Floats, months: int, draws: int, rng: np.random.Generator) -> Floats:
    known = np.concatenate([errors, -errors]) if len(errors) else np.zeros(1)  # both signs: errors seen are few
    return np.maximum(np.rint(middle + rng.choice(known, size=(draws, months))), 0.0)


def _levels(counts: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Levels from the third month on, and the errors each made one month ahead."""
    levels, errors = [float(counts[:3].mean())], []
    for count in counts[3:]:
        errors.append(float(count) - levels[-1])
        levels.append(levels[-1] + alpha * errors[-1])
    return np.array(levels), np.array(errors)


def _size(means: Floats, errors: Floats) -> float:
    over = float(np.sum(errors**2 - means))
    return float(np.clip(np.sum(means**2) / over, 0.05, _SPREAD_MAX)) if over > 0 else _SPREAD_MAX
