"""Small arms of armed groups: leaked from state stocks, brought in, worn out, seized, collected; all accounted for."""

from __future__ import annotations

from typing import Any

from numba import njit

from toguna.comparison.ground import Effort
from toguna.comparison.state import Areas


@njit(cache=True, nogil=True)
def arm(p: Any, e: Effort, s: Areas, n: Any, t: int, gone: float, handed_in: float) -> None:
    """Add and take a month's arms.

    Parameters
    ----------
    gone : share of the fighters of each area killed or captured this month, whose arms are seized
    handed_in : fighters who gave up through a programme; `collected_per_exit` of their arms are collected

    Notes
    -----
    Teams stop a share of what crosses where they are, and a part of it goes round by crossings without one.
    """
    watched = min(e.watched[t] * n.strength, 1.0)
    stopped = p.border_flow_stopped * watched * (1 - p.border_flow_rerouted * (1 - watched))
    passes = 1 - p.arms_across_borders * stopped
    fighters, arms = s.fighters.sum(), 0.0
    for a in range(len(s.arms)):
        secured = min(e.secured[a, t] * n.strength, 1.0)
        leaked = s.stocks[a] * p.leak_monthly * (1 - secured)
        came = s.fighters[a] * p.inflow_monthly * passes
        worn = s.arms[a] * p.wear_monthly
        seized = s.arms[a] * gone
        s.stocks[a] -= leaked
        s.arms[a] += leaked + came - worn - seized
        n.leaked += leaked
        n.came_in += came
        n.worn += worn
        n.seized += seized
        arms += s.arms[a]
    if fighters > 0 and arms > 0:
        collected = min(handed_in * p.collected_per_exit * arms / fighters, 0.5 * arms)
        for a in range(len(s.arms)):
            s.arms[a] *= 1 - collected / arms
        n.collected += collected
