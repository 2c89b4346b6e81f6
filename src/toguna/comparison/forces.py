"""Those sent: where they are, what they lose, when they tire or leave, and hand-over to police."""

from __future__ import annotations

from typing import Any

from numba import njit

from toguna.comparison.ground import Effort, Ground
from toguna.comparison.state import Areas, total

_GONE = 0.01  # strength below which a force counts as withdrawn


@njit(cache=True, nogil=True, inline="always")
def post_forces(p: Any, e: Effort, s: Areas, n: Any, t: int) -> None:
    """Post soldiers and police of the month; soldiers freed by police go where fighters are."""
    areas = len(s.fighters)
    raiding = p.raid_share * e.raids
    freed, elsewhere = 0.0, 0.0
    for a in range(areas):
        soldiers = e.soldiers[a, t] * n.strength
        is_handed_over = e.police_first > 0 and e.police[a, t] > 0 and s.quiet[a] >= e.quiet_months
        if is_handed_over:
            freed += soldiers
            soldiers = 0.0
        else:
            elsewhere += s.fighters[a]
        s.soldiers[a] = soldiers
        s.police[a] = e.police[a, t] * n.strength
        s.moved[a] = 0.0 if is_handed_over else s.fighters[a]
    for a in range(areas):
        if elsewhere > 0:
            s.soldiers[a] += freed * s.moved[a] / elsewhere
        s.raiders[a] = s.soldiers[a] * raiding
        s.soldiers[a] -= s.raiders[a]
        there = s.soldiers[a] + s.police[a]
        s.presence[a] = there / (there + p.presence_half)


@njit(cache=True, nogil=True, inline="always")
def lose(p: Any, e: Effort, s: Areas, n: Any, t: int, chance: float) -> float:
    """Return deaths of the force in the month; tire it, and withdraw it where its losses are too many.

    chance : uniform 0 to 1, the same under every mandate
    """
    soldiers, raiders, police = total(s.soldiers), total(s.raiders), total(s.police)
    people = soldiers + raiders + police
    if people <= 0 or n.fighters_start <= 0:
        return 0.0
    threat = (total(s.fighters) / n.fighters_start) ** 0.5
    per_month = p.deaths_static / 1000 / 12
    patrols = 0.0
    for a in range(len(s.fighters)):
        patrols += e.patrolled[a, t] / len(s.fighters)
    patrols = min(patrols, 1.0)
    on_patrol = 1 + (p.deaths_patrols_ratio - 1) * patrols
    lost = per_month * threat * (soldiers * on_patrol + police + raiders * p.deaths_raids_ratio)
    n.strength *= 1 - p.fatigue_monthly
    if chance < p.exhaustion_per_death * lost * 1000 / people:
        n.strength = 0.0
    if n.strength < _GONE:
        n.strength = 0.0
    return float(lost)


@njit(cache=True, nogil=True, inline="always")
def count_quiet(g: Ground, e: Effort, s: Areas) -> None:
    """Count months in a row in which few civilians are killed in an area."""
    for a in range(len(s.quiet)):
        killed = s.by_groups[a] + s.by_state[a] + s.by_force[a]
        is_quiet = killed * 100_000 < e.quiet_below * max(g.people[a], 1.0)
        s.quiet[a] = s.quiet[a] + 1 if is_quiet else 0.0
