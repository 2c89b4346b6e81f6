"""Civilians: trust lost and regained, flight and return, need, what help reaches them, and deaths where none does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.state import Areas

DAYS = 30.44  # of a month
RATION_T = 0.555e-3 * DAYS  # t of food a person and month
_MOST_FLEE = 0.1  # of an area's people in a month
_QUIET = 0.5  # civilians killed per 100,000 people and month at which half as many return


@njit(cache=True, nogil=True, inline="always")
def aid_incidents(p: Any, e: Effort, t: int, strength: float, aid: Floats) -> None:
    """Set the ratio of incidents with aid in a held corridor, over aid unprotected as it is at the start: 1 without."""
    turn = np.log(p.incidents_aid_in_corridor / p.incidents_aid_unprotected)
    for a in range(len(aid)):
        aid[a] = np.exp(turn * min(e.escorted[a, t] * strength, 1.0))


@njit(cache=True, nogil=True, inline="always")
def live(p: Any, g: Ground, s: Areas, n: Any) -> None:
    """Livelihoods, trust and the smoothed number of killings, after a month's violence."""
    dry = max(n.drought, 0.0)
    for a in range(len(g.people)):
        people = max(g.people[a], 1.0)
        killed = s.by_groups[a] + s.by_state[a] + s.by_force[a]
        s.recent[a] += (killed - s.recent[a]) / 3
        lost = p.livelihood_per_drought * dry + p.livelihood_per_violence * s.recent[a] * 10_000 / people
        s.livelihoods[a] = max(1 - lost, 0.0)
        harm = (s.by_state[a] + s.by_force[a]) * 100_000 / people
        trust = s.cooperation[a] * np.exp(-p.alienation_per_harm * harm)
        # What people would tell comes back with time, and goes beyond the start where somebody they trust is there.
        best = n.cooperation_start + 0.5 * s.presence[a] * (1 - n.cooperation_start)
        s.cooperation[a] = trust + p.cooperation_recovery * max(best - trust, 0.0)


@njit(cache=True, nogil=True, inline="always")
def flee_and_return(p: Any, g: Ground, s: Areas) -> None:
    """People flee from killings and return where it is quiet; nobody is lost on the way."""
    for a in range(len(g.people)):
        people = max(g.people[a], 1.0)
        killed = s.by_groups[a] + s.by_state[a] + s.by_force[a]
        home = max(people - s.inside[a] - s.abroad[a], 0.0)
        fled = min(p.flight_per_death * killed, _MOST_FLEE * home)
        calm = 1 / (1 + s.recent[a] * 100_000 / people / _QUIET)
        back = p.return_monthly * calm
        goes = min(p.abroad_share * g.leaving[a], 0.95)
        s.inside[a] += fled * (1 - goes) - s.inside[a] * back
        s.abroad[a] += fled * goes - s.abroad[a] * back


@njit(cache=True, nogil=True, inline="always")
def help_and_hunger(p: Any, g: Ground, e: Effort, s: Areas, n: Any, t: int) -> tuple[float, float, float]:
    """Return people in need whom help reaches this month, all in need, and deaths for want of it.

    Help is the lesser of what can get there (corridors, aircraft) and what is paid for. Deaths are those beyond the
    mortality of normal times, of the displaced alone: those in need by drought are taken to die no more than usual.
    In a draw in which help would kill, it does nothing.
    """
    inside, abroad, by_drought, open_to = 0.0, 0.0, 0.0, 0.0
    dry = max(n.drought, 0.0)
    for a in range(len(g.people)):
        held = min(e.escorted[a, t] * n.strength, 1.0)
        access = held * p.reach_with_escort + (1 - held) * p.reach_without_escort
        hungry = p.need_in_drought * dry * max(g.people[a] - s.inside[a] - s.abroad[a], 0.0)
        inside += s.inside[a]
        abroad += s.abroad[a]
        by_drought += hungry
        open_to += (s.inside[a] + hungry) * access
    need = inside + abroad + by_drought
    if need <= 0:
        return 0.0, 0.0, 0.0
    flown = e.lift[t] * DAYS * p.lift_for_relief / RATION_T
    can = min(open_to + flown, inside + by_drought) + abroad * p.reach_with_escort
    paid = need * p.funded_share + e.relief[t] / p.aid_cost_per_person
    reached = min(can, paid, need)
    displaced = inside + abroad
    helped = displaced * reached / need
    usual = p.baseline_mortality
    dead = max(p.mortality_cut_off - usual, 0.0) * (displaced - helped)
    dead += max(min(p.mortality_access_held, p.mortality_cut_off) - usual, 0.0) * helped
    return reached, need, dead * DAYS / 10_000
