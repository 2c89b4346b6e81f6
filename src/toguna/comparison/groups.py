"""Armed groups by area, aggregate: who is killed or captured, who joins, leaves and moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from toguna.comparison.ground import Effort, Ground
from toguna.comparison.state import Areas

_FEW = 50.0  # fighters in an area at which half of the searches find somebody
_MOST = 0.003  # of the people of an area, at which nobody is left to join: judgement, no group of the region came near
_RAIDERS_AT_LEADERS = 2_000.0  # soldiers on raids at which leaders are lost at the rate studied


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def join_and_leave(p: Any, g: Ground, s: Areas, n: Any, abuse: float) -> float:
    """Recruit, let go and bury; return how many left by themselves.

    abuse : killings by state forces this month over those at the start

    Notes
    -----
    joined = fighters x recruitment_base x exp(livelihood (1 - L) + grievance (C0 - C)) x (1 - abused + abused x abuse)
    + revenge for fighters killed in raids + recruits per civilian killed by the intervening force.
    """
    leaders = min(s.raiders.sum() / _RAIDERS_AT_LEADERS, 1.0)
    collapse = leaders * p.collapse_after_leader_loss / 12
    set_off = 1 - p.recruits_from_abuse + p.recruits_from_abuse * min(abuse, 5.0)
    left = 0.0
    for a in range(len(s.fighters)):
        push = p.recruitment_by_livelihood * (1 - s.livelihoods[a])
        push += p.recruitment_by_grievance * (n.cooperation_start - s.cooperation[a])
        room = max(1 - s.fighters[a] / (_MOST * max(g.people[a], 1.0)), 0.0)
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


@njit(cache=True, nogil=True)
def move(p: Any, g: Ground, s: Areas, n: Any, spill: float) -> None:
    """Move fighters to neighbouring areas, fewer to where the force is; some come from abroad and some go there."""
    areas = len(s.fighters)
    for a in range(areas):
        s.moved[a] = 0.0
    for a in range(areas):
        begin, end = g.first[a], g.first[a + 1]
        leaving = s.fighters[a] * p.movement_monthly
        summed = 0.0
        for at in range(begin, end):
            summed += np.exp(-p.pull_of_weak * s.presence[g.next_to[at]])
        if summed > 0:
            for at in range(begin, end):
                b = g.next_to[at]
                s.moved[b] += leaving * np.exp(-p.pull_of_weak * s.presence[b]) / summed
            s.moved[a] -= leaving
        near = s.fighters[a] if g.border[a] > 0 else 0.0
        came, went = near * p.spill_in * spill, near * p.movement_monthly * 0.1
        s.moved[a] += came - went
        n.joined += came
        n.went += went
    for a in range(areas):
        s.fighters[a] += s.moved[a]
