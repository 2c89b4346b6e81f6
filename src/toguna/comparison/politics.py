"""Constitutional order, the agreement between south and north, the regional mission, and war that returns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from toguna.comparison.ground import Effort, Ground
from toguna.comparison.state import Areas, total

SAFE = 1.0  # civilians killed per 100,000 people and month, below which people can vote without guards
_FLARE = 0.5  # more violence in the month war returns
_CALMS = 0.85  # share of it left a month later


@njit(cache=True, nogil=True, inline="always")
def safe_to_vote(g: Ground, e: Effort, s: Areas, n: Any, t: int) -> float:
    """Return the share of people who can vote in safety: where few are killed, or polling sites are secured."""
    can, people = 0.0, 0.0
    for a in range(len(g.people)):
        is_safe = s.recent[a] * 100_000 < SAFE * max(g.people[a], 1.0)
        can += g.people[a] * (1.0 if is_safe else min(e.voting[a, t] * n.strength, 1.0))
        people += g.people[a]
    return can / people if people > 0 else 0.0


@njit(cache=True, nogil=True, inline="always")
def govern(
    p: Any, g: Ground, e: Effort, s: Areas, n: Any, t: int, safe: float, restore: float, breaks: float, war: float
) -> None:
    """Move politics on by a month.

    Parameters
    ----------
    safe : share of people who can vote in safety
    restore, breaks, war : uniform 0 to 1, the same under every mandate: order restored, order broken, war returning
    """
    chance = p.order_monthly * (safe + (1 - safe) * p.order_alone)
    n.since_vote += 1
    if n.order < 0.5:
        if restore < chance:
            n.order, n.since_vote = 1.0, 0.0
    elif breaks < p.order_broken_yearly / 12:
        n.order = 0.0
    helped = e.regional[t]
    n.regional += p.regional_growth * ((1 - n.regional) if helped > 0 else (0.5 - n.regional))
    talks = min(e.dialogue[t] * n.strength, 1.0)
    people = max(total(g.people), 1.0)
    killed = total(s.by_groups) + total(s.by_state) + total(s.by_force)
    pace = p.process_alone + (p.process_monthly - p.process_alone) * talks * 2 * n.regional
    pace *= (0.5 + 0.5 * n.order) * np.exp(-p.process_per_killing * killed * 1e5 / people)
    n.process = min(n.process + max(pace, 0.0), 1.0)
    n.flare *= _CALMS
    if n.process > 0.02:
        there = total(s.presence) / len(s.presence)
        hazard = p.war_relapse_yearly / 12 * p.relapse_per_implementation ** (10 * n.process)
        hazard *= p.relapse_with_peacekeepers ** min(2 * there, 1.0) * p.relapse_inclusion**talks
        if n.since_vote < 12:
            eased = e.ddr_teams[t] > 0 and there > 0.1
            hazard *= p.relapse_election_with_ddr if eased else p.relapse_election
        if war < hazard:
            n.process *= 0.5
            n.flare += _FLARE


@njit(cache=True, nogil=True, inline="always")
def spill(n: Any) -> float:
    """Return the spill-over from neighbours over that at the start: half where the regional mission achieves all."""
    return float(1.5 - n.regional)
