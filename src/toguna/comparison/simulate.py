"""`simulate`: a mandate's months in every draw, compiled; the same draw has the same chances under every mandate."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from toguna.comparison.arms import arm
from toguna.comparison.civilians import aid_incidents, flee_and_return, help_and_hunger, live
from toguna.comparison.climate import climate_month
from toguna.comparison.ddr import reintegrate, try_held
from toguna.comparison.forces import count_quiet, lose, post_forces
from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.groups import fight, join_and_leave, move
from toguna.comparison.measures import NAMES
from toguna.comparison.politics import govern, safe_to_vote, spill
from toguna.comparison.state import NATION, Areas, begin, new_areas, new_nation
from toguna.comparison.violence import kill_civilians

MONTHLY = ("not_reached", "civilians_killed", "displaced", "abroad", "fighters", "process", "deaths")
SPREAD = 0.5  # standard deviation of the log of chance from month to month in an area
_BLOCK = 64  # draws at a time
_UNIFORMS = 4
# Places of the measures, for compiled code; in the order of MEASURES.
(NOT_REACHED, REACHED, EXCESS_DEATHS, ORDER, VOTE, PROCESS, KILLED, BY_GROUPS, BY_STATE, BY_FORCE, ON_ROUTES, DISPLACED,
 TRIED, FORCE_DEATHS, ARMS, REINTEGRATED, FIGHTERS, COST) = range(len(NAMES))  # fmt: skip
_STEP, _WRAP = 1_000_003, 2**32  # seeds of draws apart from each other


@njit(cache=True, nogil=True)
def _draw(p: Any, g: Ground, e: Effort, s: Areas, n: Any, deaths: float, seed: int, out: Floats, by_month: Any) -> None:
    """Simulate one draw; out: measures, by_month: months x MONTHLY."""
    np.random.seed(seed)  # compiled code keeps a state of its own
    areas, months = e.soldiers.shape
    noise, aid, chance = np.ones(areas), np.ones(areas), np.zeros(_UNIFORMS)
    begin(p, g, s, n, deaths)
    out[:] = 0.0
    for t in range(months):
        shock = np.random.normal()
        for at in range(_UNIFORMS):
            chance[at] = np.random.random()
        for a in range(areas):
            noise[a] = np.exp(SPREAD * np.random.normal() - SPREAD * SPREAD / 2)
        climate_month(n, (g.month - 1 + t) % 12 + 1, shock, t)
        post_forces(p, e, s, n, t)
        tempo = 1 + (p.tempo_with_support - 1) * e.supports_army[t]
        fight(p, e, s, n, tempo)
        taken = s.killed.sum() + s.fought.sum() + s.captured.sum()
        before = s.fighters.sum()
        aid_incidents(p, e, t, n.strength, aid)
        kill_civilians(p, g, e, s, n, t, tempo, aid, noise)
        live(p, g, s, n)
        count_quiet(g, e, s)
        flee_and_return(p, g, s)
        reached, need, hunger = help_and_hunger(p, g, e, s, n, t)
        abuse = s.by_state.sum() / n.state_rate if n.state_rate > 0 else 1.0
        left = join_and_leave(p, g, s, n, abuse)
        came = reintegrate(p, e, s, n, t, left)
        tried = try_held(p, s, n)
        arm(p, e, s, n, t, taken / before if before > 0 else 0.0, came)
        move(p, g, s, n, spill(n))
        safe = safe_to_vote(g, e, s, n, t)
        lost = lose(p, e, s, n, t, chance[3])
        govern(p, g, e, s, n, t, safe, chance[0], chance[1], chance[2])
        _tally(p, e, s, n, t, reached, need, hunger, safe, tried, lost, came, out, by_month)
    out[PROCESS] = n.process
    out[ARMS] = s.arms.sum()
    out[REINTEGRATED] = n.reintegrated
    out[FIGHTERS] = s.fighters.sum()


@njit(cache=True, nogil=True)
def _tally(
    p: Any, e: Effort, s: Areas, n: Any, t: int, reached: float, need: float, hunger: float, safe: float, tried: float,
    lost: float, came: float, out: Floats, by_month: Any,
) -> None:  # fmt: skip
    """Add a month to the measures."""
    months = e.soldiers.shape[1]
    groups, state, force = s.by_groups.sum(), s.by_state.sum(), s.by_force.sum()
    inside, abroad = s.inside.sum(), s.abroad.sum()
    out[NOT_REACHED] += (need - reached) / months
    out[REACHED] += reached / months
    out[EXCESS_DEATHS] += hunger
    out[ORDER] += n.order / months
    out[VOTE] += safe / months
    out[KILLED] += groups + state + force
    out[BY_GROUPS] += groups
    out[BY_STATE] += state
    out[BY_FORCE] += force
    out[ON_ROUTES] += s.on_routes.sum()
    out[DISPLACED] += (inside + abroad) / months
    out[TRIED] += tried
    out[FORCE_DEATHS] += lost
    out[COST] += _cost(p, e, n, t, came)
    by_month[t, 0] = need - reached
    by_month[t, 1] = groups + state + force
    by_month[t, 2] = inside + abroad
    by_month[t, 3] = abroad
    by_month[t, 4] = s.fighters.sum()
    by_month[t, 5] = n.process
    by_month[t, 6] = groups + state + force + 2 * s.fought.sum() + s.killed.sum() + lost


@njit(cache=True, nogil=True)
def _cost(p: Any, e: Effort, n: Any, t: int, came: float) -> float:
    """Return US$ million a month: forces while they are there, programmes by head, aid as given."""
    heads = e.un[t] * p.cost_un + e.african[t] * p.cost_african + e.national[t] * p.cost_un * p.cost_national_ratio
    there = 1.0 if n.strength > 0 else 0.0
    return float((heads * there / 12 + came * p.cost_ddr + e.relief[t]) / 1e6)


@njit(cache=True, nogil=True)
def _block(
    table: Any, g: Ground, e: Effort, s: Areas, nation: Any, seed: int, first: int, out: Floats, by_month: Any,
    pools: Any,
) -> None:  # fmt: skip
    for d in range(len(table)):
        deaths = g.deaths[(first + d) % len(g.deaths)]
        _draw(table[d], g, e, s, nation[0], deaths, (seed * _STEP + first + d) % _WRAP, out[d], by_month[d])
        pools[d] = nation[0]


def simulate(
    ground: Ground, effort: Effort, table: Any, seed: int, *, threads: int = 2, first: int = 0
) -> tuple[Floats, npt.NDArray[np.float32], Any]:
    """Return what a mandate's effort brings in every draw.

    Parameters
    ----------
    table : structured array of parameters, one row a draw
    seed : of the chances; draw d has the same ones under every mandate and with any number of threads
    first : number of the first draw, where the table is a part of a longer one

    Returns
    -------
    values : draws x measures, in the order of MEASURES
    monthly : draws x months x MONTHLY, float32
    pools : structured array, the nation's record at the end of each draw; fighters and arms add up in it
    """
    draws, months = len(table), effort.soldiers.shape[1]
    values = np.zeros((draws, len(NAMES)))
    monthly = np.zeros((draws, months, len(MONTHLY)), np.float32)
    pools = np.zeros(draws, NATION)

    def work(start: int) -> None:
        part = slice(start, min(start + _BLOCK, draws))
        _block(
            table[part], ground, effort, new_areas(len(ground.people)), new_nation(), seed, first + start,
            values[part], monthly[part], pools[part],
        )  # fmt: skip

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, draws, _BLOCK)))
    return values, monthly, pools
