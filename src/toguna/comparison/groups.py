"""Armed groups by area, aggregate: who is killed or captured, who joins, leaves and moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from toguna.comparison.ground import Effort, Ground
from toguna.comparison.state import Areas, total

_FEW = 50.0  # fighters in an area at which half of the searches find somebody
_MOST = 0.003  # of the country's people, at which nobody is left to join: judgement, no group of the region came near
_MOST_GROWTH = 2.0  # times as many as at the start, where that is more
_ABROAD = 0.1  # of those who move from an area at a border, go across it: judgement
RAIDERS_AT_LEADERS = 2_000.0  # soldiers on raids at which leaders are lost at the rate studied


@njit(cache=True, nogil=True, inline="always")
def fight(p: Any, e: Effort, s: Areas, n: Any, tempo: float) -> None:
    """Fighters killed by raids and by the state, and captured; what people tell makes both likelier."""
    keep = np.exp(-30.44 / 7 / p.after_effect_weeks)
    for a in range(len(s.fighters)):
        there = s.fighters[a] / (s.fighters[a] + _FEW)
        told = 0.5 + s.cooperation[a]
        by_raids = s.raiders[a] / 100 * p.kills_per_raid * told * there
        by_state = s.fighters[a] * n.combat * tempo
        seekers = s.soldiers[a] * p.capture_share * e.captures + s.police[a]
        captured = seekers / 100 * p.captures_per_patrol * s.cooperation[a] * there
        most = 0.5 * s.fighters[a]  # of an area's fighters in a month
        total = by_raids + by_state + captured
        cut = most / total if total > most else 1.0
        s.killed[a] = by_raids * cut
        s.captured[a] = captured * cut
        s.fought[a] = by_state * cut
        raided = s.raiders[a] / (s.raiders[a] + p.presence_half)
        s.memory[a] = s.memory[a] * keep + (1 - keep) * raided


@njit(cache=True, nogil=True, inline="always")
def join_and_leave(p: Any, g: Ground, s: Areas, n: Any, abuse: float) -> float:
    """Recruit, let go and bury; return how many left by themselves.

    abuse : killings by state forces this month over those at the start

    Notes
    -----
    joined = fighters x recruitment_base x exp(livelihood (1 - L) + grievance (C0 - C)) x (1 - abused + abused x abuse)
    + revenge for fighters killed in raids + recruits per civilian killed by the intervening force; all of it times the
    room left in the country, not in the area: groups recruit where people are and fight where they are few.
    """
    leaders = min(total(s.raiders) / RAIDERS_AT_LEADERS, 1.0)
    collapse = leaders * p.collapse_after_leader_loss / 12
    set_off = 1 - p.recruits_from_abuse + p.recruits_from_abuse * min(abuse, 5.0)
    most = max(_MOST * total(g.people), _MOST_GROWTH * n.fighters_start)
    room = max(1 - total(s.fighters) / most, 0.0) if most > 0 else 0.0
    left = 0.0
    for a in range(len(s.fighters)):
        push = p.recruitment_by_livelihood * (1 - s.livelihoods[a])
        push += p.recruitment_by_grievance * (n.cooperation_start - s.cooperation[a])
        joined = s.fighters[a] * p.recruitment_base * np.exp(push) * set_off
        joined += p.recruits_per_fighter_killed * s.killed[a] + p.recruits_per_civilian_killed * s.by_force[a]
        joined *= room
        if collapse < 0:
            joined -= collapse * s.fighters[a]
        gone = s.killed[a] + s.fought[a]
        leave = (s.fighters[a] - gone - s.captured[a]) * min(p.exit_monthly + max(collapse, 0.0), 1.0)
        s.fighters[a] += joined - gone - s.captured[a] - leave
        n.joined += joined
        n.dead += gone
        n.held += s.captured[a]
        left += leave
    return left


@njit(cache=True, nogil=True, inline="always")
def move(p: Any, g: Ground, s: Areas, n: Any, spill: float) -> None:
    """Move fighters and their arms to neighbouring areas, fewer to where the force is; some come from abroad or go.

    Arms do not cross borders here: those that come are in `inflow_monthly`, and those who go leave theirs.
    """
    areas = len(s.fighters)
    for a in range(areas):
        s.moved[a], s.carried[a] = 0.0, 0.0
        s.pull[a] = np.exp(-p.pull_of_weak * s.presence[a])
    for a in range(areas):
        begin, end = g.first[a], g.first[a + 1]
        leaving, taken = s.fighters[a] * p.movement_monthly, s.arms[a] * p.movement_monthly
        summed = 0.0
        for at in range(begin, end):
            summed += s.pull[g.next_to[at]]
        if summed > 0:
            for at in range(begin, end):
                b = g.next_to[at]
                s.moved[b] += leaving * s.pull[b] / summed
                s.carried[b] += taken * s.pull[b] / summed
            s.moved[a] -= leaving
            s.carried[a] -= taken
        near = s.fighters[a] if g.border[a] > 0 else 0.0
        came, went = near * p.spill_in * spill, near * p.movement_monthly * _ABROAD
        s.moved[a] += came - went
        n.joined += came
        n.went += went
    for a in range(areas):
        s.fighters[a] += s.moved[a]
        s.arms[a] += s.carried[a]
