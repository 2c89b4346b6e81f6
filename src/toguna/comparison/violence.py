"""Violence against civilians: by armed groups, by state forces, by those sent; in towns and on routes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from toguna.comparison.climate import conflict_ratio
from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.groups import RAIDERS_AT_LEADERS
from toguna.comparison.state import Areas, crowd, total

MOST_TROOPS, MOST_POLICE = 8_000.0, 200.0  # as far as published predictions go: beyond them, no further effect


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
def together(country: float, local: float) -> float:
    """Return the ratio where two studies saw the same presence: the stronger where both agree, both where they do not.

    So presence is not counted twice, and an area with it is never worse off for a strong effect on the whole country.
    """
    if country <= 1 and local <= 1:
        return min(country, local)
    if country >= 1 and local >= 1:
        return max(country, local)
    return country * local


@njit(nogil=True, inline="always")  # not kept on disk: it calls code of other files
def kill_civilians(
    p: Any, g: Ground, e: Effort, s: Areas, n: Any, t: int, tempo: float, aid: Floats, noise: Floats
) -> None:
    """Civilians killed this month by each side.

    Elsewhere works the ratio of the country's troops and police; where presence is, that and the local studies' ratio.
    A share of what it prevents beyond elsewhere moves next door: studies of whole countries have such moves within.
    Deaths by each side do not exceed a thousandth of an area's people a month.

    Parameters
    ----------
    aid : by area, ratio of incidents that aid brings
    noise : by area, lognormal around 1, the same under every mandate
    """
    areas = len(s.fighters)
    soldiers, raiders, police = total(s.soldiers), total(s.raiders), total(s.police)
    troops = min(soldiers + raiders, MOST_TROOPS) / 1000
    officers = min(police, MOST_POLICE) / 100
    country = np.exp(p.rebel_killings_per_1000_troops * troops + p.rebel_killings_per_100_police * officers)
    state = np.exp(p.state_killings_per_1000_troops * troops + p.state_killings_per_100_police * officers)
    in_town = together(country, p.rebel_killings_near_base * p.episode_length)
    on_road = together(country, p.rebel_killings_near_base)
    leaders = min(raiders / RAIDERS_AT_LEADERS, 1.0)
    every = n.lethality * conflict_ratio(p, n) * (1 + n.flare) * p.killings_after_leader_loss**leaders
    force = np.log(after_force(p))
    restraint = 1 - p.abuse_cut * min(e.monitored[t] * n.strength, 1.0)
    every *= p.conflict_with_refugees ** (crowd(g, s) - n.crowd_start)
    abusive = n.state_rate * tempo * np.exp(p.state_abuse_growth * (tempo - 1)) * state * restraint
    for a in range(areas):
        armed = s.arms[a] / max(s.fighters[a] * p.arms_per_fighter, 1e-9)
        plain = every * s.fighters[a] * noise[a] * aid[a]
        plain *= np.exp(p.violence_by_arms * np.log(min(max(armed, 0.05), 5.0)) + force * s.memory[a])
        in_towns = s.presence[a] * in_town + (1 - s.presence[a]) * country
        patrolled = min(e.patrolled[a, t] * n.strength, 1.0)
        on_routes = patrolled * on_road + (1 - patrolled) * country
        s.on_routes[a] = plain * g.on_routes * on_routes
        s.by_groups[a] = plain * (1 - g.on_routes) * in_towns + s.on_routes[a]
        s.moved[a] = max(plain * country - s.by_groups[a], 0.0) * p.violence_displaced
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
