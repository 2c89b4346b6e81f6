"""The state of one draw: by area, and of the nation; people, fighters and arms counted so that none is lost."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from toguna.comparison.ground import Floats, Ground

MOST_AWAY = 0.8  # of an area's people can be displaced at the start
# Of the nation, in one record. Pools of people who fought: held, tried, left (without help), in_ddr, reintegrated,
# dead; `joined` counts recruits and those who came from abroad, `went` those who went there.
NATION = np.dtype(
    [(name, np.float64) for name in (
        "lethality", "state_rate", "combat", "held", "tried", "left", "in_ddr", "reintegrated", "dead", "joined",
        "went", "order", "since_vote", "process", "flare", "strength", "regional", "drought", "leaked",
        "came_in", "worn", "seized", "collected", "fighters_start", "arms_start", "cooperation_start", "crowd_start",
    )]
)  # fmt: skip


class Areas(NamedTuple):
    """State by area, and what happens there in the month at hand.

    Attributes
    ----------
    fighters, arms : of armed groups
    cooperation : share of people who would tell the force what they know, 0 to 1
    memory : of raids, 0 to 1
    inside, abroad : displaced people from the area
    quiet : months in a row below the hand-over's threshold
    stocks : arms of the state
    livelihoods : 1 is normal
    recent : civilians killed a month, smoothed over three months
    soldiers, police, raiders : of the force, there this month
    presence : 0 to 1
    killed, captured, fought : fighters killed by raids, captured, and killed by the state this month
    by_groups, by_state, by_force, on_routes : civilians killed this month
    moved, carried, pull : work space
    """

    fighters: Floats
    arms: Floats
    cooperation: Floats
    memory: Floats
    inside: Floats
    abroad: Floats
    quiet: Floats
    stocks: Floats
    livelihoods: Floats
    recent: Floats
    soldiers: Floats
    police: Floats
    raiders: Floats
    presence: Floats
    killed: Floats
    captured: Floats
    fought: Floats
    by_groups: Floats
    by_state: Floats
    by_force: Floats
    on_routes: Floats
    moved: Floats
    carried: Floats
    pull: Floats


def new_areas(areas: int) -> Areas:
    """Return room for the state of areas."""
    return Areas(*(np.zeros(areas) for _ in Areas._fields))


def new_nation() -> npt.NDArray[Any]:
    """Return room for the state of the nation; one record."""
    return np.zeros(1, NATION)


@njit(cache=True, nogil=True, inline="always")
def total(values: Floats) -> float:
    """Return a sum over areas; a plain loop takes a tenth of the time of the array's own where areas are few."""
    found = 0.0
    for one in values:
        found += one
    return found


@njit(cache=True, nogil=True, inline="always")
def crowd(g: Ground, s: Areas) -> float:
    """Return how crowded the country is with people displaced inside it, 1 from a twentieth of its people on."""
    return float(min(total(s.inside) / max(total(g.people), 1.0) / 0.05, 1.0))


@njit(cache=True, nogil=True)
def place_displaced(p: Any, g: Ground, s: Areas) -> None:
    """Set displaced people by the area they are from, no more than `MOST_AWAY` of its people.

    Those beyond it come from the other areas, as room is left there; beyond that of all areas, they are not from here.
    """
    inside = g.inside if g.inside == g.inside else g.refugees * (1 - p.abroad_share) / p.abroad_share
    away = inside + g.refugees
    share = inside / away if away > 0 else 0.0
    placed, room = 0.0, 0.0
    for a in range(len(g.people)):
        s.moved[a] = min(away * g.from_area[a], MOST_AWAY * g.people[a])
        placed += s.moved[a]
        room += MOST_AWAY * g.people[a] - s.moved[a]
    more = min((away - placed) / room, 1.0) if room > 0 else 0.0
    for a in range(len(g.people)):
        from_here = s.moved[a] + more * (MOST_AWAY * g.people[a] - s.moved[a])
        s.inside[a] = from_here * share
        s.abroad[a] = from_here * (1 - share)


@njit(cache=True, nogil=True)
def begin(p: Any, g: Ground, s: Areas, n: Any, deaths: float) -> None:
    """Set the state before the first month.

    Fighters follow from deaths a month by `fighters_per_death`, and lie where violence does.
    Deaths are no fewer than the flight of the year before implies.
    """
    if g.civilians > 0 and p.flight_per_death > 0:
        deaths = max(deaths, g.fled / p.abroad_share / p.flight_per_death / 12 / g.civilians)
    fighters = deaths * p.fighters_per_death
    for name in range(len(s.fighters)):
        s.fighters[name] = fighters * g.weight[name]
        s.arms[name] = s.fighters[name] * p.arms_per_fighter
        s.cooperation[name] = p.cooperation_start
        s.memory[name] = 0.0
        s.quiet[name] = 0.0
        s.stocks[name] = p.stocks_per_1000 * g.people[name] / 1000
        s.livelihoods[name] = 1.0
        s.recent[name] = deaths * g.civilians * g.weight[name]
    place_displaced(p, g, s)
    n.crowd_start = crowd(g, s)
    civilians = deaths * g.civilians
    n.lethality = civilians * (1 - g.by_state) / fighters if fighters > 0 else 0.0
    n.state_rate = civilians * g.by_state
    # Of those who are no civilians, half are taken to be fighters and half soldiers of the state.
    n.combat = 0.5 * deaths * (1 - g.civilians) / fighters if fighters > 0 else 0.0
    n.held, n.tried, n.left, n.in_ddr, n.reintegrated, n.dead = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    n.joined, n.went, n.flare, n.drought = 0.0, 0.0, 0.0, 0.0
    n.leaked, n.came_in, n.worn, n.seized, n.collected = 0.0, 0.0, 0.0, 0.0, 0.0
    n.order, n.process, n.strength, n.regional = g.order, g.agreement, 1.0, 0.5
    n.since_vote = 1000.0
    n.fighters_start, n.arms_start = fighters, fighters * p.arms_per_fighter
    n.cooperation_start = p.cooperation_start
