"""How many, once it happens: sizes of the own past and of all units, the tail tempered."""

from __future__ import annotations

import numpy as np

from toguna.forecasting.models.model import weighted_quantile
from toguna.forecasting.panel import Floats, Panel

_POINTS = 199  # quantiles kept of each distribution
_OWN_HALF_LIFE = 24.0  # months
_POOL_EVENTS = 6.0  # the pool weighs as much as so many own months with events
CAP = 3.0  # no draw above so many times the highest count of any unit so far


def sizes_of(panel: Panel) -> Floats:
    """Return quantiles of the positive counts of each unit, shrunk to those of all; units x 199, ascending.

    The own positive months weigh 2^(-age / 24); the pool of all units' weighs as much as six of them.
    """
    counts = panel.counts
    at = (np.arange(_POINTS) + 0.5) / _POINTS
    positive = np.sort(counts[counts > 0])
    if len(positive) == 0:
        return np.ones((len(counts), _POINTS))
    pool = positive[(at * len(positive)).astype(int)]
    found = np.tile(pool, (len(counts), 1))
    ages = np.arange(counts.shape[1])[::-1]
    for unit in np.flatnonzero((counts > 0).any(axis=1)):
        hit = counts[unit] > 0
        values = np.concatenate([counts[unit, hit], pool])
        weights = np.concatenate([0.5 ** (ages[hit] / _OWN_HALF_LIFE), np.full(_POINTS, _POOL_EVENTS / _POINTS)])
        found[unit] = weighted_quantile(values, weights, at)
    return found


def cap_of(panel: Panel) -> float:
    """Return the highest count a draw may take: three times the highest of any unit so far."""
    return float(max(panel.counts.max() * CAP, 1.0))
