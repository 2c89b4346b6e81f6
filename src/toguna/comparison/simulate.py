"""`simulate`: a mandate's months in every draw, compiled; the same draw has the same chances under every mandate."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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
from toguna.comparison.state import NATION, Areas, begin, new_areas, new_nation, total
from toguna.comparison.violence import kill_civilians

MONTHLY = ("not_reached", "civilians_killed", "displaced", "abroad", "fighters", "process", "deaths")
_BLOCK = 64  # draws at a time
_UNIFORMS = 4
# Places of the measures, for compiled code; in the order of MEASURES.
(NOT_REACHED, REACHED, EXCESS_DEATHS, ORDER, VOTE, PROCESS, KILLED, BY_GROUPS, BY_STATE, BY_FORCE, ON_ROUTES, DISPLACED,
 TRIED, FORCE_DEATHS, ARMS, REINTEGRATED, FIGHTERS, COST) = range(len(NAMES))  # fmt: skip
_STEP, _WRAP = 1_000_003, 2**32  # seeds of draws apart from each other


@njit(nogil=True, inline="always")
def seed_of(seed: int, draw: int) -> int:
    """Return the seed of a draw's chances: those of two seeds do not overlap."""
    return (seed * _STEP + draw) % _WRAP


# Components are put into it (inline): passing the state from one to the next takes longer than what they do.
@njit(nogil=True, inline="always")
def step(
    p: Any, g: Ground, e: Effort, s: Areas, n: Any, t: int, shock: float, chance: Floats, noise: Floats, aid: Floats
) -> tuple[float, float, float, float, float, float, float]:
    """Take one draw through a month, in the order in which things happen.

    Parameters
    ----------
    shock : of drought, standard normal
    chance : four uniforms: order restored, order broken, war returning, force withdrawn
    noise : by area, lognormal around 1
    aid : work space, by area

    Returns
    -------
    People reached and in need, deaths for want of help, share who can vote in safety, people tried, deaths of the
    force, people taken into a programme
    """
    climate_month(n, (g.month - 1 + t) % 12 + 1, shock, t)
    post_forces(p, e, s, n, t)
    tempo = 1 + (p.tempo_with_support - 1) * min(e.supports_army[t] * n.strength, 1.0)
    fight(p, e, s, n, tempo)
    gone = total(s.killed) + total(s.fought) + total(s.captured)
    before = total(s.fighters)
    aid_incidents(p, e, t, n.strength, aid)
    kill_civilians(p, g, e, s, n, t, tempo, aid, noise)
    live(p, g, s, n)
    count_quiet(g, e, s)
    flee_and_return(p, g, s)
    reached, need, hunger = help_and_hunger(p, g, e, s, n, t)
    abuse = total(s.by_state) / n.state_rate if n.state_rate > 0 else 1.0
    left = join_and_leave(p, g, s, n, abuse)
    taken = reintegrate(p, e, s, n, t, left)
    tried = try_held(p, s, n)
    arm(p, e, s, n, t, gone / before if before > 0 else 0.0, taken)
    move(p, g, s, n, spill(n))
    safe = safe_to_vote(g, e, s, n, t)
    lost = lose(p, e, s, n, t, chance[3])
    govern(p, g, e, s, n, t, safe, chance[0], chance[1], chance[2])
    return reached, need, hunger, safe, tried, lost, taken


@njit(nogil=True, error_model="numpy")
def _draw(p: Any, g: Ground, e: Effort, s: Areas, n: Any, deaths: float, seed: int, out: Floats, by_month: Any) -> None:
    """Simulate one draw; out: measures, by_month: months x MONTHLY."""
    np.random.seed(seed)  # compiled code keeps a state of its own
    areas, months = e.soldiers.shape
    noise, aid, chance, swing = np.ones(areas), np.ones(areas), np.zeros(_UNIFORMS), np.zeros(areas)
    kept = p.violence_persistence
    begin(p, g, s, n, deaths)
    out[:] = 0.0
    for t in range(months):
        shock = np.random.normal()
        for at in range(_UNIFORMS):
            chance[at] = np.random.random()
        for a in range(areas):
            # Violence comes in waves: the swing of an area lasts, in the first month as in all others.
            fresh = 1.0 if t == 0 else np.sqrt(1 - kept * kept)
            swing[a] = kept * swing[a] + fresh * np.random.normal()
            noise[a] = np.exp(p.violence_spread * (swing[a] - p.violence_spread / 2))
        found = step(p, g, e, s, n, t, shock, chance, noise, aid)
        _tally(p, e, s, n, t, found, out, by_month)
    out[PROCESS] = n.process
    out[ARMS] = total(s.arms)
    out[REINTEGRATED] = n.reintegrated
    out[FIGHTERS] = total(s.fighters)


@njit(nogil=True, inline="always")
def _tally(p: Any, e: Effort, s: Areas, n: Any, t: int, found: Any, out: Floats, by_month: Any) -> None:
    """Add a month to the measures; found: what `step` returns."""
    reached, need, hunger, safe, tried, lost, taken = found
    months = e.soldiers.shape[1]
    groups, state, force = total(s.by_groups), total(s.by_state), total(s.by_force)
    inside, abroad = total(s.inside), total(s.abroad)
    out[NOT_REACHED] += (need - reached) / months
    out[REACHED] += reached / months
    out[EXCESS_DEATHS] += hunger
    out[ORDER] += n.order / months
    out[VOTE] += safe / months
    out[KILLED] += groups + state + force
    out[BY_GROUPS] += groups
    out[BY_STATE] += state
    out[BY_FORCE] += force
    out[ON_ROUTES] += total(s.on_routes)
    out[DISPLACED] += (inside + abroad) / months
    out[TRIED] += tried
    out[FORCE_DEATHS] += lost
    out[COST] += _cost(p, e, n, t, taken)
    by_month[t, 0] = need - reached
    by_month[t, 1] = groups + state + force
    by_month[t, 2] = inside + abroad
    by_month[t, 3] = abroad
    by_month[t, 4] = total(s.fighters)
    by_month[t, 5] = n.process
    by_month[t, 6] = groups + state + force + 2 * total(s.fought) + total(s.killed) + lost


@njit(nogil=True, inline="always")
def _cost(p: Any, e: Effort, n: Any, t: int, taken: float) -> float:
    """Return US$ million a month: forces while they are there, programmes by head, aid as given."""
    heads = e.un[t] * p.cost_un + e.african[t] * p.cost_african + e.national[t] * p.cost_un * p.cost_national_ratio
    there = 1.0 if n.strength > 0 else 0.0
    return float((heads * there / 12 + taken * p.cost_ddr + e.relief[t]) / 1e6)


def _compiled(version: int) -> Any:
    """Return the compiled loop over draws, kept on disk under the version of all that is compiled into it.

    What is kept for a function is looked up by its own file alone: without the version, a component changed in another
    file would go on being run as it was.
    """

    @njit(cache=True, nogil=True)
    def block(
        table: Any, g: Ground, e: Effort, s: Areas, nation: Any, seed: int, first: int, out: Floats, by_month: Any,
        pools: Any,
    ) -> int:  # fmt: skip
        for d in range(len(table)):
            deaths = g.deaths[(first + d) % len(g.deaths)]
            _draw(table[d], g, e, s, nation[0], deaths, seed_of(seed, first + d), out[d], by_month[d])
            pools[d] = nation[0]
        return version

    return block


def compiled_from() -> int:
    """Return a number that changes with any file of this room whose code is compiled."""
    found = 0
    for one in sorted(Path(__file__).parent.glob("*.py")):
        text = one.read_bytes()
        found = zlib.crc32(text, found) if b"njit" in text else found
    return found


_block = _compiled(compiled_from())


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
