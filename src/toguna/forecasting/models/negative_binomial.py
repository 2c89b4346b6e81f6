"""Negative binomial around an exponentially weighted mean of the own past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import special

from toguna.forecasting.models.model import Draws, by_quantile, empty, world
from toguna.forecasting.panel import Floats, Panel
from toguna.forecasting.parameters import ForecastParams

_HALF_LIVES = (1.5, 3.0, 6.0, 12.0, 24.0)  # months
_DISPERSIONS = tuple(np.geomspace(0.02, 5, 16))
_LONG = (0.0, 0.1, 0.3)  # weight of the own long-run mean
_AHEAD = 3  # steps ahead the fit is judged at
_LOOK_BACK = 120


@dataclass(frozen=True)
class NegativeBinomial:
    """Counts ~ NB(mean m, variance m + m^2 / r), m an exponentially weighted mean of the own counts.

    Attributes
    ----------
    half_life : months after which a count weighs half; None before fitting
    dispersion : r
    long_run : weight of the own mean over all months
    floor : share of the mean of all units mixed in, so that a quiet unit is not sold as safe
    """

    name: str = "negative_binomial"
    half_life: float | None = None
    dispersion: float = 0.5
    long_run: float = 0.1
    floor: float = 0.01

    def fit(self, panel: Panel) -> Self:
        """Return the model with the parameters that make the panel's last ten years most likely, 3 months ahead."""
        counts = panel.counts[:, -_LOOK_BACK - 60 :]
        if counts.shape[1] < 24 or not counts.any():
            return replace(self, half_life=6.0)
        after = np.rint(counts[:, 12 + _AHEAD :])
        best, found = -np.inf, self
        for half_life in _HALF_LIVES:
            recent = _ewma_path(counts, half_life)
            long = np.cumsum(counts, axis=1) / np.arange(1, counts.shape[1] + 1)
            for long_run in _LONG:
                mean = self._mean(recent, long, long_run)[:, 12 : counts.shape[1] - _AHEAD]
                for dispersion in _DISPERSIONS:
                    likely = _log_likelihood(after, mean, dispersion)
                    if likely > best:
                        best = likely
                        found = replace(self, half_life=half_life, dispersion=float(dispersion), long_run=long_run)
        return found

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws; the mean is the same for all steps."""
        if self.half_life is None:
            return self.fit(panel)(panel, params)
        recent = _ewma_path(panel.counts[:, -_LOOK_BACK:], self.half_life)[:, -1]
        mean = self._mean(recent, panel.counts.mean(axis=1), self.long_run)
        found = empty(panel, params)
        rng = np.random.default_rng([params.seed, 21])
        for units, u in world(panel, params).parts():
            shape = self.dispersion
            drawn = rng.poisson(rng.gamma(shape, mean[units, None] / shape, (u.shape[0], params.draws)))
            found[units] = by_quantile(np.sort(drawn, axis=1), u)
        return found

    def _mean(self, recent: Floats, long: Floats, long_run: float) -> Floats:
        own = (1 - long_run) * recent + long_run * long
        return np.asarray(np.maximum((1 - self.floor) * own + self.floor * own.mean(axis=0), 1e-6))


def _ewma_path(counts: Floats, half_life: float) -> Floats:
    """Return the exponentially weighted mean up to each month; units x months."""
    keep = 0.5 ** (1 / half_life)
    path = np.empty_like(counts)
    total, weight = np.zeros(len(counts)), 0.0
    for month in range(counts.shape[1]):
        total = keep * total + counts[:, month]
        weight = keep * weight + 1
        path[:, month] = total / weight
    return path


def _log_likelihood(counts: Floats, mean: Floats, r: float) -> float:
    found = (
        special.gammaln(counts + r)
        - special.gammaln(r)
        + r * np.log(r / (r + mean))
        + counts * np.log(mean / (r + mean))
    )
    return float(found.mean())


NEGATIVE_BINOMIAL = NegativeBinomial()
