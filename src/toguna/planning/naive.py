"""Postings by simple rules, within the same limits: what a plan must beat to be worth its trouble."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toguna.core.errors import PlanError
from toguna.country.country import Country
from toguna.planning.posture import TIERS, Bools, Cover, Demand, Floats, Ints, Posture, merged
from toguna.planning.scoring import deaths_on_record, shared_out
from toguna.planning.situation import Situation

_SAME = 1e-9  # share of the largest gain within which gains are equal


def keeps_limits(problem: Posture, units: Ints) -> list[str]:
    """Return the limits a posting breaks, a sentence each; none where it keeps them all.

    Parameters
    ----------
    units : kinds x bases x months
    """
    if units.shape != (*problem.barred.shape, problem.available.shape[1]):
        return [f"The posting is {units.shape}, not kinds x bases x months of the problem."]
    if not np.issubdtype(units.dtype, np.integer) or (units < 0).any():
        return ["Units are whole and none is negative."]
    housed = np.einsum("kjt,k->jt", units, problem.people)
    flown = np.einsum("kjt,k,j->t", units, problem.supply, problem.by_air.astype(float))
    came = np.maximum(np.diff(units, axis=2), 0).sum(axis=(0, 1))
    broken = {
        "More units of a kind are posted than there are.": (units.sum(axis=1) > problem.available).any(),
        "A base houses more people than it has beds.": (housed > problem.beds[:, None]).any(),
        "More bases are held than allowed.": units.any(axis=(0, 2)).sum() > problem.bases_most,
        "A unit is posted where its kind is barred.": units[problem.barred].any(),
        "More supplies must be flown in than can be.": (flown > problem.lift + 1e-6).any(),
        "More units move in a month than may.": (came > _arrivals(problem)[1:]).any(),
    }
    return [sentence for sentence, is_broken in broken.items() if is_broken]


def random_postings(problem: Posture, seed: int) -> Ints:
    """Return each unit at a base drawn at random among those with room, where it stays; kinds x bases x months."""
    return _stay(problem, np.ones(problem.barred.shape), np.random.default_rng(seed))


def by_population(now: Situation) -> Ints:
    """Return units spread over bases in proportion to the people they reach, where they stay; kinds x bases x months.

    A kind that averts no harm at places is spread by the people of the towns.
    """
    people = now.places["population"].fillna(0.0).to_numpy(float)
    towns = now.bases["population"].fillna(0.0).to_numpy(float)
    return _stay(now.problem, _in_reach(now.problem, people, towns), None)


def reactive(now: Situation, country: Country, *, last: int = 1, heard_at_once: bool = False) -> Ints:
    """Return units sent each month to where deaths were last on record, in proportion to them; kinds x bases x months.

    Each month knows what was public at the end of the month before it and no more. Where no death is on record units
    go by people.

    Parameters
    ----------
    country : the whole pack; seen as of the month the plan was made in it learns nothing later
    last : so many months of the record up to the last one with a death
    heard_at_once : take every death as known at the end of its month, as a mission's own reports may have it, instead
        of when the source was published
    """
    if last < 1:
        raise PlanError(f"{last} months of the record were asked for. Ask for at least 1.")
    problem = now.problem
    people = _in_reach(
        problem,
        now.places["population"].fillna(0.0).to_numpy(float),
        now.bases["population"].fillna(0.0).to_numpy(float),
    )
    weight = np.zeros((*problem.barred.shape, problem.available.shape[1]))
    for at, month in enumerate(now.months):
        before = month.back(1)
        seen = country if country.as_of is not None and country.as_of < before else None
        record = deaths_on_record(seen or country.seen_from(before, hindsight=heard_at_once))
        weight[:, :, at] = _towards_deaths(now, record, last, people)
    return follow(problem, weight)


def _towards_deaths(now: Situation, record: pd.DataFrame, last: int, people: Floats) -> Floats:
    with_deaths = np.flatnonzero(record.sum(axis=0).to_numpy() > 0)
    if not with_deaths.size:
        return people
    until = int(with_deaths[-1]) + 1
    summed = record.iloc[:, max(until - last, 0) : until].sum(axis=1)
    at_places = shared_out(now, summed.to_frame())[:, 0]
    in_area = now.bases["admin2_pcode"].map(summed).fillna(0.0).to_numpy(float)
    found = _in_reach(now.problem, at_places, in_area)
    # A kind none of whose bases is near a death keeps to people.
    return np.asarray(np.where(found.sum(axis=1, keepdims=True) > 0, found, people))


def _in_reach(problem: Posture, at_places: Floats, at_bases: Floats) -> Floats:
    """Return what lies within reach of each kind at each base; of kinds that reach no place, what is at the base."""
    found = np.zeros(problem.barred.shape)
    for kind in range(len(found)):
        blocks = [cover.near for option in problem.options for cover in option.covers if cover.kind == kind]
        near = sum(blocks[1:], blocks[0]) if blocks else None
        found[kind] = (near > 0.5).astype(float).T @ at_places if near is not None else at_bases
    return found


def follow(problem: Posture, weight: Floats) -> Ints:
    """Return units spread anew each month in proportion to a weight, as far as they may move.

    Parameters
    ----------
    weight : kinds x bases x months
    """
    units = np.zeros(weight.shape, np.int64)
    held = np.zeros(weight.shape[1], bool)
    arrivals = _arrivals(problem)
    for month in range(weight.shape[2]):
        wanted = _filled(problem, np.zeros_like(units[:, :, 0]), weight[:, :, month], month, held)
        if month:
            before = units[:, :, month - 1]
            if np.maximum(wanted - before, 0).sum() > arrivals[month]:
                wanted = _nearer(problem, before, wanted, month, held, int(arrivals[month]))
        units[:, :, month] = wanted
        held |= wanted.any(axis=0)
    return units


def _stay(problem: Posture, weight: Floats, rng: np.random.Generator | None) -> Ints:
    """Return units placed once; later months only place those that are new."""
    months = problem.available.shape[1]
    units = np.zeros((*weight.shape, months), np.int64)
    held = np.zeros(weight.shape[1], bool)
    arrivals = _arrivals(problem)
    for month in range(months):
        before = units[:, :, month - 1] if month else np.zeros_like(units[:, :, 0])
        start = _trimmed(problem, before, weight, month)
        most = int(arrivals[month]) - int(np.maximum(start - before, 0).sum())
        units[:, :, month] = _filled(problem, start, weight, month, held, rng=rng, most=most)
        held |= units[:, :, month].any(axis=0)
    return units


def _arrivals(problem: Posture) -> Ints:
    """Return how many units may come to a base they were not at the month before; by month, the first without limit."""
    new = np.maximum(np.diff(problem.available, axis=1), 0).sum(axis=0)
    return np.concatenate([[problem.available[:, 0].sum()], problem.moves + new]).astype(np.int64)


def _fits(problem: Posture, now: Ints, kind: int, month: int, held: Bools) -> Bools:
    """Return at which bases one more unit of a kind keeps all limits but those on moves; `now` is kinds x bases."""
    used = held | now.any(axis=0)
    fits = ~problem.barred[kind] & (problem.people @ now + problem.people[kind] <= problem.beds)
    if used.sum() >= problem.bases_most:
        fits &= used
    flown = float(problem.supply @ now @ problem.by_air)
    if flown + problem.supply[kind] > problem.lift[month] + 1e-9:
        fits &= ~problem.by_air
    return np.asarray(fits)


def _filled(
    problem: Posture,
    start: Ints,
    weight: Floats,
    month: int,
    held: Bools,
    *,
    rng: np.random.Generator | None = None,
    most: int = 1_000_000_000,
) -> Ints:
    """Return a month with units added one by one: at random, or where weight over units there is highest.

    Dividing by 1, 3, 5 ... is the method of Sainte-Laguë (1910): in the end numbers are in proportion to the weights.
    """
    now = start.copy()
    for kind in range(len(now)):
        while now[kind].sum() < problem.available[kind, month] and most > 0:
            fits = _fits(problem, now, kind, month, held) & (weight[kind] > 0)
            if not fits.any():
                break
            claim = np.where(fits, weight[kind] / (2 * now[kind] + 1), -1.0)
            now[kind, int(rng.choice(np.flatnonzero(fits))) if rng else int(claim.argmax())] += 1
            most -= 1
    return now


def _trimmed(problem: Posture, before: Ints, weight: Floats, month: int) -> Ints:
    """Return what of last month's posting is still there and can still be supplied."""
    now = before.copy()
    for kind in range(len(now)):
        while now[kind].sum() > problem.available[kind, month]:
            now[kind, int((now[kind] / np.maximum(weight[kind], 1e-12)).argmax())] -= 1
    while float(problem.supply @ now @ problem.by_air) > problem.lift[month] + 1e-9:
        flown = now * problem.supply[:, None] * problem.by_air[None]
        now[np.unravel_index(int(flown.argmax()), now.shape)] -= 1
    return now


def _nearer(problem: Posture, before: Ints, wanted: Ints, month: int, held: Bools, most: int) -> Ints:
    """Return last month's posting moved towards the one wanted, by so many units at most."""
    now = _trimmed(problem, before, np.maximum(wanted, 1e-3), month)
    for kind, base in zip(*np.nonzero(wanted > now), strict=True):
        while wanted[kind, base] > now[kind, base] and np.maximum(now - before, 0).sum() < most:
            trial = now.copy()
            if trial[kind].sum() >= problem.available[kind, month]:
                trial[kind, int((now[kind] - wanted[kind]).argmax())] -= 1
            if not _fits(problem, trial, int(kind), month, held)[base]:
                break
            trial[kind, base] += 1
            now = trial
    return now


def greedy(problem: Posture) -> Ints:
    """Return units posted one by one where each adds most, for as long as it is there; kinds x bases x months.

    More for an earlier principle always comes first. Expected values count, neither floors nor worst draws. A unit
    that would add nothing anywhere is kept back.
    """
    kinds, months = problem.available.shape
    units = np.zeros((*problem.barred.shape, months), np.int64)
    gains = _Gains(problem)
    open_kinds = [kind for kind in range(kinds) if problem.available[kind].any()]
    while open_kinds:
        candidates = []
        for kind in open_kinds:
            there = units[kind].sum(axis=0) < problem.available[kind]
            fits = _fits_always(problem, units, kind, there)
            candidates.append(np.where(fits, gains.of(kind, there), 0.0))
        best = _first(np.stack(candidates, axis=1))
        if best is None:
            break
        kind, base = open_kinds[best[0]], best[1]
        there = units[kind].sum(axis=0) < problem.available[kind]
        units[kind, base, there] += 1
        gains.add(kind, base, there)
        open_kinds = [one for one in open_kinds if (units[one].sum(axis=0) < problem.available[one]).any()]
    return units


def _fits_always(problem: Posture, units: Ints, kind: int, there: Bools) -> Bools:
    """Return at which bases one more unit keeps the limits in all months it is there.

    It stays where it comes to, so that it never counts as moved.
    """
    held = np.asarray(units.any(axis=(0, 2)))
    months = np.flatnonzero(there)
    every = [_fits(problem, units[:, :, month], kind, int(month), held) for month in months]
    return np.asarray(np.logical_and.reduce(every))


def _first(gain: Floats) -> tuple[int, int] | None:
    """Return the best of kinds x bases, later tiers deciding among equals; gain is tiers x kinds x bases."""
    best = np.ones(gain.shape[1:], bool)
    for tier in gain:
        top = tier[best].max()
        if top > 0:
            best &= tier >= top * (1 - _SAME)
    if not (gain[:, best] > 0).any():
        return None
    kind, base = np.argwhere(best)[0]
    return int(kind), int(base)


class _Gains:
    """What one more unit would add, tier by tier, to the units added so far."""

    def __init__(self, problem: Posture) -> None:
        months, bases = problem.available.shape[1], len(problem.beds)
        self._demands = [(one, _near(one.covers, bases)) for one in problem.demands]
        self._served = [np.zeros(one.weight.shape, bool) for one in problem.demands]
        self._harm, _, covers, _ = merged(problem)
        self._packages = problem.packages
        groups = len(self._harm)
        self._options = [
            _near([Cover(cover.kind, near) for cover, near in zip(option.covers, blocks, strict=True)], bases)
            for option, blocks in zip(problem.options, covers, strict=False)
        ]
        self._reached = np.zeros((len(self._options), groups, months), bool)
        self._bases = bases

    def of(self, kind: int, there: Bools) -> Floats:
        """Return what a unit of a kind adds at each base in the months it is there; tiers x bases."""
        found = np.zeros((len(TIERS), self._bases))
        for (demand, near), served in zip(self._demands, self._served, strict=True):
            if kind in near:
                found[demand.tier - 1] += _more_served(demand, served, near[kind], there)
        if any(kind in near for near in self._options):
            reached = self._reached[:, :, None, there]
            more = [
                reached[at] | near[kind][:, :, None] if kind in near else reached[at]
                for at, near in enumerate(self._options)
            ]
            share = self._share(more) - self._share(list(reached))
            found[3] += np.einsum("gjt,gt->j", share, self._harm[:, there])
        return found

    def add(self, kind: int, base: int, there: Bools) -> None:
        """Count a unit as posted."""
        for (_, near), served in zip(self._demands, self._served, strict=True):
            if kind in near:
                served[np.ix_(near[kind][:, base], there)] = True
        for near, reached in zip(self._options, self._reached, strict=True):
            if kind in near:
                reached[np.ix_(near[kind][:, base], there)] = True

    def _share(self, reached: list[Bools]) -> Floats:
        share = np.zeros(1)
        for parts, effect in self._packages:
            together = np.logical_and.reduce(np.broadcast_arrays(*(reached[part] for part in parts)))
            share = np.maximum(share, together * effect)
        return share


def _near(covers: Sequence[Cover], bases: int) -> dict[int, Bools]:
    """Return by kind which sites a unit at each base serves; sites x bases."""
    found: dict[int, Bools] = {}
    for cover in covers:
        near = cover.near.toarray() > 0.5
        found[cover.kind] = found.get(cover.kind, np.zeros((len(near), bases), bool)) | near
    return found


def _more_served(demand: Demand, served: Bools, near: Bools, there: Bools) -> Floats:
    """Return the weight a unit at each base adds; where only so many sites count, the best of them."""
    if demand.most is None:
        left = np.where(served, 0.0, demand.weight)[:, there].sum(axis=1)
        return np.asarray(near.T.astype(float) @ left)
    found = np.zeros(near.shape[1])
    for month in np.flatnonzero(there):
        weight, now = demand.weight[:, month, None], served[:, month, None]
        for sign, done in ((1.0, now | near), (-1.0, now)):
            found += sign * np.sort(np.where(done, weight, 0.0), axis=0)[::-1][: demand.most].sum(axis=0)
    return found
