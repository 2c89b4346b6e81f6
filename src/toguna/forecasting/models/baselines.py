"""The baselines nothing may be sold above: zero, the last month again, and the own past as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import special

from toguna.forecasting.models.model import Draws, by_quantile, empty, weighted_quantile, world
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams


@dataclass(frozen=True)
class Zero:
    """Exactly zero, everywhere and always."""

    name: str = "zero"

    def fit(self, panel: Panel) -> Self:  # noqa: ARG002
        """Return itself: nothing is fitted."""
        return self

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return zeros."""
        return empty(panel, params)


@dataclass(frozen=True)
class LastObserved:
    """Poisson with the last known month's count as its mean (the challenge's `last`)."""

    name: str = "last_observed"

    def fit(self, panel: Panel) -> Self:  # noqa: ARG002
        """Return itself: nothing is fitted."""
        return self

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws of Poisson(last count) for every step."""
        found = empty(panel, params)
        mean = panel.counts[:, -1]
        for units, u in world(panel, params).parts():
            active = mean[units] > 0
            found[units][active] = poisson_quantile(u[active], mean[units][active][:, None, None])
        return found


def poisson_quantile(u: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the u-quantiles of Poisson(mean); means above 1,000 by the normal approximation."""
    small = special.pdtrik(np.asarray(u, float), np.minimum(mean, 1000.0))
    small = np.ceil(np.nan_to_num(small, nan=0.0))
    large = np.round(mean + np.sqrt(mean) * special.ndtri(u))
    return np.asarray(np.maximum(np.where(mean > 1000, large, small), 0))


@dataclass(frozen=True)
class Conflictology:
    """The own last months, each as likely as the others (the challenge's `conflictology`).

    Attributes
    ----------
    window : months looked back on
    with_near : whether the months of touching units count too, all alike
    """

    name: str
    window: int
    with_near: bool = False

    def fit(self, panel: Panel) -> Self:  # noqa: ARG002
        """Return itself: nothing is fitted."""
        return self

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws of past months."""
        found = empty(panel, params)
        past = panel.counts[:, -self.window :]
        near = panel.near.get("touching") if self.with_near else None
        ordered = np.sort(past, axis=1)
        for units, u in world(panel, params).parts():
            if near is None:
                active = past[units].any(axis=1)
                found[units][active] = by_quantile(ordered[units][active], u[active])
                continue
            for unit in range(units.start, units.stop):
                around = near.indices[near.indptr[unit] : near.indptr[unit + 1]]
                pool = np.sort(past[np.append(around, unit)].ravel())
                if pool[-1] > 0:
                    found[unit] = by_quantile(pool[None], u[unit - units.start][None])[0]
        return found


@dataclass(frozen=True)
class GlobalPool:
    """The own last months and, with a small weight, those of all units.

    Attributes
    ----------
    window : months looked back on
    weight : chance that a draw comes from the pool of all units
    """

    name: str = "global_pool"
    window: int = 18
    weight: float = 0.05

    def fit(self, panel: Panel) -> Self:  # noqa: ARG002
        """Return itself: nothing is fitted."""
        return self

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws of the mixture, by its quantile function."""
        found = empty(panel, params)
        past = panel.counts[:, -self.window :]
        pool = np.sort(past.ravel())
        # A thinned pool has the quantiles of the whole and keeps the mixture of each unit small.
        thin = pool[((np.arange(200) + 0.5) / 200 * len(pool)).astype(int)]
        weights = np.concatenate(
            [
                np.full(past.shape[1], (1 - self.weight) / past.shape[1]),
                np.full(len(thin), self.weight / len(thin)),
            ]
        )
        # Units with nothing in the window are alike; there the pool alone decides, above the share of zeros.
        quiet = np.logical_not((past > 0).any(axis=1))
        of_quiet = np.concatenate([np.zeros(past.shape[1]), thin])
        for units, u in world(panel, params).parts():
            alike = np.flatnonzero(quiet[units])
            found[units.start + alike] = weighted_quantile(of_quiet, weights, u[alike])
            for at in np.flatnonzero(~quiet[units]):
                values = np.concatenate([past[units.start + at], thin])
                found[units.start + at] = weighted_quantile(values, weights, u[at])
        return found


ZERO = Zero()
LAST_OBSERVED = LastObserved()
CONFLICTOLOGY3 = Conflictology("conflictology3", 3)
CONFLICTOLOGY6 = Conflictology("conflictology6", 6)
CONFLICTOLOGY12 = Conflictology("conflictology12", 12)
CONFLICTOLOGY24 = Conflictology("conflictology24", 24)
CONFLICTOLOGY12_NEAR = Conflictology("conflictology12_near", 12, with_near=True)
GLOBAL_POOL = GlobalPool()
