"""Small arms of armed groups: leaked from state stocks, brought in, worn out, seized, collected; all accounted for."""

from __future__ import annotations

from typing import Any

from numba import njit

from toguna.comparison.ground import Effort
from toguna.comparison.state import Areas


@njit(cache=True, nogil=True, inline="always")
def arm(p: Any, e: Effort, s: Areas, n: Any, t: int, gone: float, handed_in: float) -> None:
    """Add and take a month's arms.

    Parameters
    ----------
    gone : share of the country's fighters killed or captured this month, whose arms are seized
    handed_in : people taken into a programme, who bring `collected_per_exit` arms each

    Notes
    -----
    Teams stop a share of what crosses where they are, and a part of it goes round by crossings without one. What leaks
    from stocks is a part of the supply within the country, so only what is left of that comes beside it.
    """
    watched = min(e.watched[t] * n.strength, 1.0)
    stopped = p.border_flow_stopped * watched * (1 - p.border_flow_rerouted * (1 - watched))
    across = p.inflow_monthly * p.arms_across_borders * (1 - stopped)
    within = p.inflow_monthly * (1 - p.arms_across_borders)
    arms = 0.0
    for a in range(len(s.arms)):
        secured = min(e.secured[a, t] * n.strength, 1.0)
        loose = s.stocks[a] * p.leak_monthly
        leaked = loose * (1 - secured)
        came = s.fighters[a] * across + max(s.fighters[a] * within - loose, 0.0)
        worn = s.arms[a] * p.wear_monthly
        seized = s.arms[a] * gone
        s.stocks[a] -= leaked
        s.arms[a] += leaked + came - worn - seized
        n.leaked += leaked
        n.came_in += came
        n.worn += worn
        n.seized += seized
        arms += s.arms[a]
    if arms > 0:
        collected = min(handed_in * p.collected_per_exit, 0.5 * arms)
        for a in range(len(s.arms)):
            s.arms[a] *= 1 - collected / arms
        n.collected += collected
