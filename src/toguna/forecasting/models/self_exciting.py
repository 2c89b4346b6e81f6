"""Violence that breeds violence: a discrete self-exciting process in time, across borders of units and along roads.

The chance that a unit sees anything in a month is 1 - exp(-rate), with
    rate = own quiet rate + fast and slow memory of the own months with violence + memory of the neighbours' + of those
           joined by road + of all units,
each memory an exponentially weighted share of months. (After Hawkes 1971 and Mohler et al. 2011, in months, not
seconds; the sizes come from `severity`.) Draws are whole futures: each simulated month excites the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from toguna.forecasting.joint import dependence_of
from toguna.forecasting.models.model import Draws, World, empty
from toguna.forecasting.models.severity import cap_of, sizes_of
from toguna.forecasting.panel import Floats, Panel
from toguna.forecasting.parameters import ForecastParams

Shares = npt.NDArray[np.floating[Any]]
_FAST, _SLOW, _LONG = 1.5, 9.0, 60.0  # half-lives, months
_LOOK_BACK = 180  # months fitted to
_QUIET_KEPT = 40_000  # quiet unit-months kept in a fit, weighted up


@dataclass(frozen=True)
class SelfExciting:
    """The self-exciting process.

    Attributes
    ----------
    rates : non-negative weights: quiet rate, then one for each memory in the order of `_memories`; None before fitting
    """

    name: str = "self_exciting"
    rates: tuple[float, ...] | None = None

    def fit(self, panel: Panel) -> Self:
        """Return the model with the rates that make the panel's last 15 years most likely."""
        hit = (panel.counts > 0).astype(float)
        if panel.months < 24 or not hit.any():
            return replace(self, rates=(1e-4, *[0.0] * 6))
        memory, near = _Memory.at_rest(len(hit)), _near(panel)
        rows, seen = [], []
        start = max(panel.months - _LOOK_BACK, 12)
        for month in range(panel.months):
            if month >= start:
                rows.append(memory.columns(near))
                seen.append(hit[:, month])
            memory = memory.after(hit[:, month])
        x, y = np.concatenate(rows), np.concatenate(seen)
        return replace(self, rates=tuple(_most_likely(*_thinned(x, y))))

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws of simulated futures."""
        if self.rates is None:
            return self.fit(panel)(panel, params)
        near, hit = _near(panel), (panel.counts > 0).astype(float)
        memory = _Memory.at_rest(len(hit))
        for month in range(panel.months):
            memory = memory.after(hit[:, month])
        every = params.model_copy(update={"steps": tuple(range(1, max(params.steps) + 1))})
        # The process has its own memory; the uniforms only make units alike within a month.
        world = World(panel, every, replace(dependence_of(panel), memory=0.0, shared_memory=0.0))
        u = np.concatenate([part for _, part in world.parts()])
        memory = memory.spread(params.draws)
        sizes, cap = sizes_of(panel).astype(np.float32), cap_of(panel)
        found = empty(panel, params)
        wanted = {step: at for at, step in enumerate(params.steps)}
        rates = np.array(self.rates)
        for step in every.steps:
            chance = 1 - np.exp(-memory.rate(near, rates))
            now = u[:, step - 1]
            happens = now > 1 - chance
            memory = memory.after(happens)
            if step in wanted:
                unit, draw = np.nonzero(happens)
                at = (now[unit, draw] - 1 + chance[unit, draw]) / chance[unit, draw]
                column = np.minimum((at * sizes.shape[1]).astype(int), sizes.shape[1] - 1)
                found[unit, wanted[step], draw] = np.minimum(sizes[unit, column], cap)
        return found


@dataclass(frozen=True)
class _Memory:
    """Exponentially weighted shares of months with violence; each units or units x draws."""

    fast: Shares
    slow: Shares
    long: Shares

    @classmethod
    def at_rest(cls, units: int) -> _Memory:
        return cls(np.zeros(units), np.zeros(units), np.zeros(units))

    def after(self, hit: np.ndarray) -> _Memory:
        kept = [0.5 ** (1 / half_life) for half_life in (_FAST, _SLOW, _LONG)]
        parts = (self.fast, self.slow, self.long)
        return _Memory(*((k * part + (1 - k) * hit for k, part in zip(kept, parts, strict=True))))

    def spread(self, draws: int) -> _Memory:
        parts = (self.fast, self.slow, self.long)
        return _Memory(*(np.repeat(part[:, None].astype(np.float32), draws, axis=1) for part in parts))

    def columns(self, near: tuple[sparse.csr_array | None, ...]) -> Floats:
        """Return 1, fast, slow, long, touching, roads, all; units x 7."""
        around = [np.zeros_like(self.slow) if matrix is None else matrix @ self.slow for matrix in near]
        everywhere = np.full_like(self.slow, self.slow.mean())
        return np.stack([np.ones_like(self.fast), self.fast, self.slow, self.long, *around, everywhere], axis=-1)

    def rate(self, near: tuple[sparse.csr_array | None, ...], rates: Floats) -> np.ndarray:
        """Return the rate of each unit and draw."""
        found = rates[0] + rates[1] * self.fast + rates[2] * self.slow + rates[3] * self.long
        for matrix, rate in zip(near, rates[4:6], strict=True):
            if matrix is not None and rate > 0:
                found = found + rate * (matrix @ self.slow)
        found = found + rates[6] * self.slow.mean(axis=0)
        return np.asarray(np.maximum(found, 1e-9))


def _near(panel: Panel) -> tuple[sparse.csr_array | None, ...]:
    return tuple(panel.near.get(kind) for kind in ("touching", "roads"))


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return rows, outcomes and weights; of the quiet rows every n-th is kept and weighted up."""
    quiet = np.flatnonzero(y == 0)
    every = max(1, len(quiet) // _QUIET_KEPT)
    kept = np.concatenate([np.flatnonzero(y > 0), quiet[::every]])
    return x[kept], y[kept], np.where(y[kept] > 0, 1.0, float(every))


def _most_likely(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the rates of highest likelihood, all 0 or more."""

    def loss(rates: Floats) -> tuple[float, Floats]:
        rate = np.maximum(x @ rates, 1e-9)
        none = np.exp(-rate)
        chance = np.maximum(1 - none, 1e-12)
        value = -(weight * np.where(y > 0, np.log(chance), -rate)).sum()
        slope = weight * np.where(y > 0, none / chance, -1.0)
        return value / weight.sum(), -(x.T @ slope) / weight.sum()

    share = float(np.average(y, weights=weight))
    first = np.array([share / 2, 0.3, 0.3, 0.3, *[0.05] * (x.shape[1] - 4)])
    bounds = [(1e-6, 5.0), *[(0.0, 5.0)] * (x.shape[1] - 1)]
    fitted = optimize.minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(fitted.x, float)


SELF_EXCITING = SelfExciting()
