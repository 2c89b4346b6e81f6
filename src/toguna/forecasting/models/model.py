"""What a model is, and what those that know a distribution share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from toguna.core.registry import plugin, plugins
from toguna.forecasting.joint import Dependence, dependence_of, uniforms
from toguna.forecasting.panel import Floats, Panel
from toguna.forecasting.parameters import ForecastParams

Draws = npt.NDArray[np.float32]  # units x steps x draws
_KEPT = 20_000_000  # uniforms kept for the next model of the same panel; larger panels make them again


class Model(Protocol):
    """A forecaster: `(panel, params) -> draws`, from nothing but the panel it is handed."""

    @property
    def name(self) -> str:
        """Its name on the command line and beside every number it made."""

    def fit(self, panel: Panel) -> Self:
        """Return the model with its parameters fitted to a panel; a model without any returns itself."""

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws (units, steps, draws) of the months after the panel's last, fitting first if need be."""


def model(name: str) -> Model:
    """Return a registered model, or say which there are."""
    found: Model = plugin("models", name)
    return found


def models() -> Mapping[str, Model]:
    """Return all registered models by name."""
    return plugins("models")


@dataclass(frozen=True)
class World:
    """Uniforms for a panel and its steps, some units at a time."""

    panel: Panel
    params: ForecastParams
    dependence: Dependence

    def parts(self) -> Iterator[tuple[slice, npt.NDArray[np.float32]]]:
        """Yield units and their uniforms (units, steps, draws); treat them as read-only."""
        if len(self.panel.units) * len(self.params.steps) * self.params.draws > _KEPT:
            return uniforms(self.panel, self.params, self.dependence)
        return iter(_kept(self))


@lru_cache(maxsize=1)
def _kept(one: World) -> list[tuple[slice, npt.NDArray[np.float32]]]:
    return list(uniforms(one.panel, one.params, one.dependence))


def world(panel: Panel, params: ForecastParams) -> World:
    """Return the uniforms every model of a panel draws with."""
    return World(panel, params, dependence_of(panel))


def empty(panel: Panel, params: ForecastParams) -> Draws:
    """Return zero draws of the right shape."""
    return np.zeros((len(panel.units), len(params.steps), params.draws), np.float32)


def by_quantile(values: Floats, u: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the u-quantiles of the empirical distribution of each unit.

    Parameters
    ----------
    values : units x n, sorted along n
    u : units x steps x draws, in (0, 1)
    """
    at = np.minimum((u * values.shape[1]).astype(np.int32), values.shape[1] - 1)
    return np.take_along_axis(values[:, None, :], at, axis=-1)


def weighted_quantile(values: Floats, weights: Floats, u: npt.NDArray[Any]) -> Floats:
    """Return the u-quantiles of a distribution on `values` with `weights`, which need not sum to 1."""
    order = np.argsort(values, kind="stable")
    edges = np.cumsum(weights[order])
    at = np.searchsorted(edges, u * edges[-1], side="left").clip(0, len(values) - 1)
    found: Floats = values[order][at]
    return found
