"""Violence against civilians: by armed groups, by state forces, by those sent; in towns and on routes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from toguna.comparison.climate import conflict_ratio
from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.state import Areas

MOST_TROOPS, MOST_POLICE = 8_000.0, 200.0  # as far as published predictions go: beyond them, no further effect
_RAIDERS_AT_LEADERS = 2_000.0


@njit(cache=True, nogil=True)
def after_force(p: Any) -> float:
    """Return attacks after heavy force as a ratio: risen, the same or fallen, as the draw picks.

    Where civilians are harmed the weight of the rising part is `attacks_after_harm_weight`, else a half.
    """
    rising = p.attacks_after_harm_weight if p.collateral_per_fighter_killed > 0.1 else 0.5
    side = p.attacks_after_force_side
    if side < rising:
        return float(p.attacks_after_force_rising)
    if side < rising + 0.4 * (1 - rising):
        return 1.0
    return float(p.attacks_after_force_falling)


@njit(cache=True, nogil=True)
def kill_civilians(
    p: Any, g: Ground, e: Effort, s: Areas, n: Any, t: int, tempo: float, aid: Floats, noise: Floats
) -> None:
    """Civilians killed this month by each side.

    Presence works where it is, with the local studies' ratio; elsewhere with that of the country's troops and police.
    A share of what presence prevents moves next door. Deaths do not exceed a thousandth of an area's people a month.

    Parameters
    ----------
    aid : by area, ratio of incidents that aid brings
    noise : by area, lognormal around 1, the same under every mandate
    """
    areas = len(s.fighters)
    soldiers, raiders, police = s.soldiers.sum(), s.raiders.sum(), s.police.sum()
    troops = min(soldiers + raiders, MOST_TROOPS) / 1000
    officers = min(police, MOST_POLICE) / 100
    country = np.exp(p.rebel_killings_per_1000_troops * troops + p.rebel_killings_per_100_police * officers)
    state = np.exp(p.state_killings_per_1000_troops * troops + p.state_killings_per_100_police * officers)
    local = p.rebel_killings_near_base * p.episode_length
    leaders = min(raiders / _RAIDERS_AT_LEADERS, 1.0)
    every = n.lethality * conflict_ratio(p, n) * (1 + n.flare) * p.killings_after_leader_loss**leaders
    force = after_force(p)
    restraint = 1 - p.abuse_cut * e.monitored[t]
    hosts = s.inside.sum() / max(g.people.sum(), 1.0)
    crowded = p.conflict_with_refugees ** min(hosts / 0.05, 1.0)
    abusive = n.state_rate * tempo * np.exp(p.state_abuse_growth * (tempo - 1)) * state * restraint
    for a in range(areas):
        armed = s.arms[a] / max(s.fighters[a] * p.arms_per_fighter, 1e-9)
        plain = every * s.fighters[a] * noise[a] * aid[a] * crowded
        plain *= min(max(armed, 0.05), 5.0) ** p.violence_by_arms * force ** s.memory[a]
        in_towns = s.presence[a] * local + (1 - s.presence[a]) * country
        patrolled = min(e.patrolled[a, t] * n.strength, 1.0)
        on_routes = patrolled * p.rebel_killings_near_base + (1 - patrolled) * country
        s.on_routes[a] = plain * g.on_routes * on_routes
        s.by_groups[a] = plain * (1 - g.on_routes) * in_towns + s.on_routes[a]
        s.moved[a] = max(plain - s.by_groups[a], 0.0) * p.violence_displaced
        s.by_state[a] = abusive * g.weight[a] * noise[a]
        s.by_force[a] = s.killed[a] * p.collateral_per_fighter_killed * e.heavy
        s.by_force[a] += s.captured[a] * p.collateral_per_capture
    for a in range(areas):
        begin, end = g.first[a], g.first[a + 1]
        for at in range(begin, end):
            s.by_groups[g.next_to[at]] += s.moved[a] / (end - begin)
    for a in range(areas):
        most = 0.001 * max(g.people[a], 0.0)
        s.by_groups[a] = min(max(s.by_groups[a], 0.0), most)
        s.on_routes[a] = min(s.on_routes[a], s.by_groups[a])
        s.by_state[a] = min(s.by_state[a], most)
        s.by_force[a] = min(s.by_force[a], most)
