"""What a model may look back on: windows, decays, neighbours, the season; never a month after the last known one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from toguna.forecasting.panel import Floats, Ints, Panel

OWN_WINDOWS = (1, 3, 6, 12, 36, 120)  # months summed
NEAR_WINDOWS = (3, 12)
BESIDE_WINDOWS = (3, 12)
STATIC = ("population", "km_to_border", "km_to_capital", "km_to_road", "longitude", "latitude")
_LONGEST_QUIET = 120


@dataclass(frozen=True, eq=False)
class Features:
    """Features of a panel, looked up by unit, last known month and step.

    Attributes
    ----------
    panel : the panel looked back on
    """

    panel: Panel = field(repr=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns of `rows`."""
        near = [f"{kind}_{window}" for kind in self.panel.near for window in NEAR_WINDOWS]
        beside = [f"{name}_{window}" for name in self.panel.beside for window in BESIDE_WINDOWS]
        all_units = ["all_3", "all_12"] if len(self.panel.units) > 1 else []
        own = [f"own_{window}" for window in OWN_WINDOWS]
        own += ["months_12", "months_60", "quiet_for", "mean_size"]
        return (*own, *near, *beside, *all_units, *self._static, *self.panel.levels, "step", "season_sin", "season_cos")

    def rows(self, unit: Ints, last: Ints, step: Ints) -> np.ndarray:
        """Return the features (rows, names) of forecasts `step` months past month `last` of `unit`, float32."""
        columns = [np.log1p(self._sum(self._sums, unit, last, window)) for window in OWN_WINDOWS]
        columns += [self._sum(self._hits, unit, last, window) for window in (12, 60)]
        columns += [self._quiet[unit, last], self._mean_size(unit, last)]
        for sums in self._near_sums.values():
            columns += [np.log1p(self._sum(sums, unit, last, window)) for window in NEAR_WINDOWS]
        for sums in self._beside_sums.values():
            columns += [np.log1p(self._sum(sums, unit, last, window)) for window in BESIDE_WINDOWS]
        if len(self.panel.units) > 1:
            columns += [np.log1p(self._sum(self._all_sums, np.zeros_like(unit), last, window)) for window in (3, 12)]
        columns += [self.panel.units[name].to_numpy(float)[unit] for name in self._static]
        columns += [level[unit, last] for level in self.panel.levels.values()]
        turn = 2 * np.pi * ((last + step + self.panel.first.month - 1) % 12) / 12
        columns += [step, np.sin(turn), np.cos(turn)]
        return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)

    @cached_property
    def _static(self) -> tuple[str, ...]:
        return tuple(name for name in STATIC if name in self.panel.units and self.panel.units[name].notna().any())

    @cached_property
    def _sums(self) -> Floats:
        return _running(self.panel.counts)

    @cached_property
    def _hits(self) -> Floats:
        return _running((self.panel.counts > 0).astype(float))

    @cached_property
    def _all_sums(self) -> Floats:
        return np.asarray(self._sums.sum(axis=0, keepdims=True))

    @cached_property
    def _near_sums(self) -> Mapping[str, Floats]:
        return {kind: matrix @ self._sums for kind, matrix in self.panel.near.items()}

    @cached_property
    def _beside_sums(self) -> Mapping[str, Floats]:
        return {name: _running(series) for name, series in self.panel.beside.items()}

    @cached_property
    def _quiet(self) -> Floats:
        """Months since the last count above zero, up to each month; 120 where there was none."""
        months = np.arange(self.panel.months)
        last = np.maximum.accumulate(np.where(self.panel.counts > 0, months, -_LONGEST_QUIET), axis=1)
        return np.minimum(months - last, _LONGEST_QUIET).astype(float)

    def _mean_size(self, unit: Ints, last: Ints) -> Floats:
        hits = self._hits[unit, last + 1]
        found: Floats = np.log1p(self._sums[unit, last + 1] / np.maximum(hits, 1))
        return found

    @staticmethod
    def _sum(sums: Floats, unit: Ints, last: Ints, window: int) -> Floats:
        found: Floats = sums[unit, last + 1] - sums[unit, np.maximum(last + 1 - window, 0)]
        return np.maximum(found, 0)


def _running(series: Floats) -> Floats:
    """Return running sums with a zero before the first month; units x (months + 1)."""
    found = np.zeros((series.shape[0], series.shape[1] + 1))
    np.cumsum(series, axis=1, out=found[:, 1:])
    return found
