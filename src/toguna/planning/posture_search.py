"""Local search over postings: adding, taking away and moving units, compiled; feasible at every step.

A unit posted or taken away changes counts at the sites it serves; objective and floors follow from sums kept up to
date, so that one move costs as many steps as it has sites.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


_STAYS, _GOES = -1, -2  # what becomes of a unit that is not moved
SHARP = 60.0  # regions whose shares differ by far more than 1 / SHARP do not count beside the worst


class Flat(NamedTuple):
    """A posture problem as arrays; groups of places first among items, then sites of demands."""

    start: Ints  # of each kind x base in `items`
    items: Ints  # what a unit there serves: option x group, then sites
    groups: int
    options: int
    share_of: Floats  # share averted, by set of options that are done (bits)
    harm: Floats  # groups x months
    region: Ints
    total: Floats  # harm of each region, all places
    factors: Floats  # regions x months x draws
    demand_of: Ints  # of each site
    weight: Floats  # sites x months
    first: Ints  # site each demand begins at, and the end
    most: Ints  # sites of a demand served in a month at most
    tier: Ints  # of each demand
    available: Ints
    people: Ints
    beds: Floats
    bases_most: int
    barred: npt.NDArray[np.bool_]
    supply: Floats
    by_air: npt.NDArray[np.bool_]
    lift: Floats
    moves: int
    cvar_weight: float
    cvar_share: float


class State(NamedTuple):
    """Postings and all that follows from them."""

    units: Ints  # kinds x bases x months, 0 or 1
    serving: Ints  # items x months, units that serve each
    done: Ints  # groups x months, options done (bits)
    averted: Floats  # regions x months
    served: Floats  # demands x months
    left: Ints  # kinds x months
    room: Floats  # bases x months
    air: Floats  # months
    at: Ints  # bases, postings at each over all months


@njit(cache=True, nogil=True)
def post(flat: Flat, state: State, kind: int, base: int, month: int, sign: int) -> None:
    """Post a unit (sign 1) or take it away (-1), and bring all sums up to date."""
    state.units[kind, base, month] += sign
    state.left[kind, month] -= sign
    state.room[base, month] -= sign * flat.people[kind]
    if flat.by_air[base]:
        state.air[month] -= sign * flat.supply[kind]
    state.at[base] += sign
    cell = kind * len(flat.beds) + base
    wide = flat.options * flat.groups
    for at in range(flat.start[cell], flat.start[cell + 1]):
        item = flat.items[at]
        before = state.serving[item, month]
        state.serving[item, month] = before + sign
        if before + sign != (1 if sign > 0 else 0):
            continue
        if item < wide:
            group, bit = item % flat.groups, 1 << (item // flat.groups)
            old = state.done[group, month]
            new = old | bit if sign > 0 else old & ~bit
            state.done[group, month] = new
            gain = flat.share_of[new] - flat.share_of[old]
            state.averted[flat.region[group], month] += gain * flat.harm[group, month]
        else:
            site = item - wide
            demand = flat.demand_of[site]
            if flat.most[demand] >= flat.first[demand + 1] - flat.first[demand]:
                state.served[demand, month] += sign * flat.weight[site, month]
            else:
                state.served[demand, month] = _best_sites(flat, state, demand, month)


@njit(cache=True, nogil=True)
def _best_sites(flat: Flat, state: State, demand: int, month: int) -> float:
    wide = flat.options * flat.groups
    first, end, most = flat.first[demand], flat.first[demand + 1], flat.most[demand]
    worth = np.zeros(end - first)
    for site in range(first, end):
        if state.serving[wide + site, month] > 0:
            worth[site - first] = flat.weight[site, month]
    worth.sort()
    return float(worth[len(worth) - most :].sum()) if most > 0 else 0.0


@njit(cache=True, nogil=True)
def objective(flat: Flat, state: State, stage: int) -> float:
    """Return the value of a stage: a tier from 1 to 5, or 0 for the share of the region worst off."""
    if stage == 0:
        worst = 1.0
        for region in range(len(flat.total)):
            if flat.total[region] > 0:
                worst = min(worst, state.averted[region].sum() / flat.total[region])
        return float(worst)
    value = 0.0
    for demand in range(len(flat.tier)):
        if flat.tier[demand] == stage:
            value += state.served[demand].sum()
    if stage == 4:
        value += (1 - flat.cvar_weight) * state.averted.sum()
        if flat.cvar_weight > 0:
            value += flat.cvar_weight * _worst_draws(flat, state)
    return value


@njit(cache=True, nogil=True)
def _soft_worst(flat: Flat, state: State) -> float:
    """Return about the share of the region worst off, such that a gain of the next worst is still seen."""
    many, summed = 0, 0.0
    for region in range(len(flat.total)):
        if flat.total[region] > 0:
            many += 1
            summed += np.exp(-SHARP * state.averted[region].sum() / flat.total[region])
    return -np.log(summed / many) / SHARP if many else 1.0


@njit(cache=True, nogil=True)
def _worst_draws(flat: Flat, state: State) -> float:
    """Return the mean of the worst draws, the last of them in part (Rockafellar and Uryasev 2000)."""
    regions, months, draws = flat.factors.shape
    harm = np.zeros(draws)
    for region in range(regions):
        for month in range(months):
            much = state.averted[region, month]
            if much > 0:
                for draw in range(draws):
                    harm[draw] += much * flat.factors[region, month, draw]
    harm.sort()
    many = flat.cvar_share * draws
    whole = int(many)
    value = harm[:whole].sum()
    if whole < draws:
        value += (many - whole) * harm[whole]
    return float(value / many)


@njit(cache=True, nogil=True)
def total_value(flat: Flat, state: State, stage: int, floors: Floats, worth: Floats, price: float) -> float:
    """Return the value of a stage less the price of what other stages fall short of, and of bases too many.

    floors and worth: by stage 0 to 5, the value it must keep (-inf: none) and the price of falling short by one.
    price: of each base held beyond the most.
    """
    value = objective(flat, state, stage) if stage > 0 else _soft_worst(flat, state)
    value -= price * max(held(flat, state) - flat.bases_most, 0)
    for other in range(6):
        if floors[other] > -np.inf:
            value -= worth[other] * shortfall(flat, state, other, floors[other])
    return value


@njit(cache=True, nogil=True)
def held(flat: Flat, state: State) -> int:
    """Return how many bases have somebody posted."""
    many = 0
    for base in range(len(flat.beds)):
        many += state.at[base] > 0
    return many


@njit(cache=True, nogil=True)
def shortfall(flat: Flat, state: State, stage: int, floor: float) -> float:
    """Return by how much a stage falls short of a value; stage 0: summed over all regions below it."""
    if stage > 0:
        return max(floor - objective(flat, state, stage), 0.0)
    short = 0.0
    for region in range(len(flat.total)):
        if flat.total[region] > 0:
            short += max(floor - state.averted[region].sum() / flat.total[region], 0.0)
    return short


@njit(cache=True, nogil=True)
def _fits(flat: Flat, state: State, kind: int, base: int, month: int) -> bool:
    if flat.barred[kind, base] or state.units[kind, base, month] > 0 or state.left[kind, month] <= 0:
        return False
    lifts = not flat.by_air[base] or state.air[month] >= flat.supply[kind]
    return bool(lifts and state.room[base, month] >= flat.people[kind])


@njit(cache=True, nogil=True)
def _keeps_moves(flat: Flat, state: State) -> bool:
    kinds, bases, months = state.units.shape
    for month in range(1, months):
        came, new = 0, 0
        for kind in range(kinds):
            new += max(flat.available[kind, month] - flat.available[kind, month - 1], 0)
            for base in range(bases):
                came += max(state.units[kind, base, month] - state.units[kind, base, month - 1], 0)
        if came > flat.moves + new:
            return False
    return True


@njit(cache=True, nogil=True)
def _add(flat: Flat, state: State, kind: int, base: int, first: int, end: int, did: Ints) -> int:
    """Post a unit in all months from first to end that allow it; did is filled with those months, their number back."""
    many = 0
    for month in range(first, end):
        if _fits(flat, state, kind, base, month):
            post(flat, state, kind, base, month, 1)
            did[many] = month
            many += 1
    return many


@njit(cache=True, nogil=True)
def _remove(flat: Flat, state: State, kind: int, base: int, first: int, end: int, did: Ints) -> int:
    many = 0
    for month in range(first, end):
        if state.units[kind, base, month] > 0:
            post(flat, state, kind, base, month, -1)
            did[many] = month
            many += 1
    return many


@njit(cache=True, nogil=True)
def _undo(flat: Flat, state: State, kind: int, base: int, did: Ints, many: int, sign: int) -> None:
    for at in range(many):
        post(flat, state, kind, base, did[at], sign)


@njit(cache=True, nogil=True)
def fill(flat: Flat, state: State, stage: int, floors: Floats, worth: Floats, price: float, useful: Ints) -> float:
    """Post unit after unit where it adds most, until none adds anything; useful: rows of kind, base."""
    months = state.units.shape[2]
    did = np.zeros(months, np.int64)
    value = total_value(flat, state, stage, floors, worth, price)
    while True:
        best, best_at = value, -1
        for at in range(len(useful)):
            kind, base = useful[at]
            many = _add(flat, state, kind, base, 0, months, did)
            if many == 0:
                continue
            if _keeps_moves(flat, state):
                now = total_value(flat, state, stage, floors, worth, price)
                if now > best + 1e-12 * abs(best):
                    best, best_at = now, at
            _undo(flat, state, kind, base, did, many, -1)
        if best_at < 0:
            return value
        _add(flat, state, useful[best_at, 0], useful[best_at, 1], 0, months, did)
        value = best


@njit(cache=True, nogil=True)
def improve(
    flat: Flat, state: State, stage: int, floors: Floats, worth: Floats, price: float, useful: Ints, order: Ints
) -> float:
    """Move units one by one to where they add more, for all months or from one month on, or home, while that helps."""
    kinds, bases, months = state.units.shape
    gone, came = np.zeros(months, np.int64), np.zeros(months, np.int64)
    value = total_value(flat, state, stage, floors, worth, price)
    better = True
    while better:
        better = False
        for kind in range(kinds):
            for base in range(bases):
                for first in range(months):
                    if state.units[kind, base, first] == 0 or (first > 0 and state.units[kind, base, 0] == 0):
                        continue
                    left = _remove(flat, state, kind, base, first, months, gone)
                    best, best_at = value, _STAYS
                    now = total_value(flat, state, stage, floors, worth, price)
                    if now > best + 1e-9 * abs(best):
                        best, best_at = now, _GOES
                    for at in order:
                        if useful[at, 0] != kind or useful[at, 1] == base:
                            continue
                        many = _add(flat, state, kind, useful[at, 1], first, months, came)
                        if many and _keeps_moves(flat, state):
                            now = total_value(flat, state, stage, floors, worth, price)
                            if now > best + 1e-9 * abs(best):
                                best, best_at = now, at
                        _undo(flat, state, kind, useful[at, 1], came, many, -1)
                    if best_at == _STAYS:
                        _undo(flat, state, kind, base, gone, left, 1)
                    else:
                        if best_at != _GOES:
                            _add(flat, state, kind, useful[best_at, 1], first, months, came)
                        value, better = best, True
    return value


@njit(cache=True, nogil=True)
def move_bases(flat: Flat, state: State, stage: int, floors: Floats, worth: Floats, price: float, order: Ints) -> float:
    """Move all units of a base to another one, where that helps; order: bases as they are tried."""
    value = total_value(flat, state, stage, floors, worth, price)
    better = True
    while better:
        better = False
        for base in order:
            if state.at[base] == 0:
                continue
            before = state.units[:, base].copy()
            _put(flat, state, base, before, -1)
            best, best_at = value, -1
            for other in order:
                if other == base or not _takes(flat, state, other, before):
                    continue
                _put(flat, state, other, before, 1)
                if _keeps_moves(flat, state):
                    now = total_value(flat, state, stage, floors, worth, price)
                    if now > best + 1e-9 * abs(best):
                        best, best_at = now, other
                _put(flat, state, other, before, -1)
            if best_at < 0:
                _put(flat, state, base, before, 1)
            else:
                _put(flat, state, best_at, before, 1)
                value, better = best, True
    return value


@njit(cache=True, nogil=True)
def _put(flat: Flat, state: State, base: int, units: Ints, sign: int) -> None:
    for kind in range(units.shape[0]):
        for month in range(units.shape[1]):
            if units[kind, month] > 0:
                post(flat, state, kind, base, month, sign)


@njit(cache=True, nogil=True)
def _takes(flat: Flat, state: State, base: int, units: Ints) -> bool:
    kinds, months = units.shape
    for month in range(months):
        people, air = 0.0, 0.0
        for kind in range(kinds):
            if units[kind, month] == 0:
                continue
            if flat.barred[kind, base] or state.units[kind, base, month] > 0:
                return False
            people += flat.people[kind]
            air += flat.supply[kind]
        if people > state.room[base, month] or (flat.by_air[base] and air > state.air[month]):
            return False
    return True


@njit(cache=True, nogil=True)
def shake(flat: Flat, state: State, base_of: Ints, bases: int) -> None:
    """Take away all units at some bases: the first `bases` of base_of that are held."""
    kinds, _, months = state.units.shape
    did = np.zeros(months, np.int64)
    taken = 0
    for base in base_of:
        if state.at[base] > 0:
            for kind in range(kinds):
                _remove(flat, state, kind, base, 0, months, did)
            taken += 1
            if taken >= bases:
                return
