"""How near a run comes to what was counted, beside baselines that know the total as well."""

from __future__ import annotations

import numpy as np

from toguna.displacement.scenario import Floats


def relative_difference(simulated: Floats, counted: Floats, *, rescaled: bool = False) -> Floats:
    """Return the averaged relative difference of each day: sum of camps' misses over all counted.

    Parameters
    ----------
    simulated, counted : people by day and camp, shape (days, camps)
    rescaled : first scale each day's simulated people to the counted total

    Half of it is the share of people put into the wrong camp.

    Examples
    --------
    >>> relative_difference(np.array([[60.0, 40.0]]), np.array([[50.0, 50.0]])).tolist()
    [0.2]
    """
    total = np.maximum(counted.sum(axis=1), 1.0)
    if rescaled:
        there = simulated.sum(axis=1)
        simulated = simulated * np.where(there > 0, total / np.maximum(there, 1.0), 0.0)[:, None]
    return np.asarray(np.abs(simulated - counted).sum(axis=1) / total)


def share_baseline(counted: Floats, day: int) -> Floats:
    """Return the naive forecast: each camp keeps its share of a day, of the total actually counted."""
    share = counted[day] / max(counted[day].sum(), 1.0)
    return np.asarray(counted.sum(axis=1)[:, None] * share)
