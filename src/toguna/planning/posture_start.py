"""A good posture fast: greedy postings, then moves, then shaking some loose and mending, until the time is up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toguna.planning.posture import Bools, Floats, Ints, Posture, merged
from toguna.planning.posture_search import (
    Flat,
    State,
    fill,
    held,
    improve,
    move_bases,
    objective,
    post,
    shake,
    shortfall,
)

_RISES = 14  # rounds of rising prices before a search starts anew
_SHAKEN = 3  # bases cleared at a time, at most
_DEARER = 1.5  # prices from one round to the next
_FIRST_PRICE = 0.05  # of a whole floor or of all bases once broken, as a share of the stage's value: duals may be 0
_PATIENCE = 60  # shakes without anything better


def flat(posture: Posture) -> Flat:
    """Return a posture problem as arrays for the search."""
    harm, region, covers, _ = merged(posture)
    kinds, bases = posture.barred.shape
    groups, options = len(harm), len(posture.options)
    cell, item = [], []
    for number, option in enumerate(posture.options):
        for cover, near in zip(option.covers, covers[number] if covers else [], strict=False):
            one = near.tocoo()
            cell.append(cover.kind * bases + one.col)
            item.append(number * groups + one.row)
    first = np.cumsum([0, *(len(one.weight) for one in posture.demands)])
    for number, demand in enumerate(posture.demands):
        for cover in demand.covers:
            one = cover.near.tocoo()
            cell.append(cover.kind * bases + one.col)
            item.append(options * groups + first[number] + one.row)
    cells = np.concatenate([*cell, np.zeros(0, np.int64)]).astype(np.int64)
    items = np.concatenate([*item, np.zeros(0, np.int64)]).astype(np.int64)
    pairs = np.unique(np.stack([cells, items]), axis=1)
    start = np.searchsorted(pairs[0], np.arange(kinds * bases + 1))
    share_of = np.zeros(2**options)
    for parts, effect in posture.packages:
        mask = sum(1 << part for part in parts)
        for done in range(2**options):
            if done & mask == mask:
                share_of[done] = max(share_of[done], effect)
    total = np.zeros(len(posture.factors))
    np.add.at(total, posture.region, posture.harm.sum(axis=1))
    months = posture.harm.shape[1]
    sites = [demand.weight for demand in posture.demands]
    return Flat(
        start=start.astype(np.int64),
        items=np.ascontiguousarray(pairs[1]),
        groups=groups,
        options=options,
        share_of=share_of,
        harm=harm,
        region=region.astype(np.int64),
        total=total,
        factors=np.ascontiguousarray(posture.factors, float),
        demand_of=np.repeat(np.arange(len(sites)), [len(one) for one in sites]).astype(np.int64),
        weight=np.concatenate([*sites, np.zeros((0, months))]).astype(float),
        first=first.astype(np.int64),
        most=np.array([len(one.weight) if one.most is None else one.most for one in posture.demands], np.int64),
        tier=np.array([one.tier for one in posture.demands], np.int64),
        available=posture.available.astype(np.int64),
        people=posture.people.astype(np.int64),
        beds=np.minimum(posture.beds, 1e12),
        bases_most=int(posture.bases_most),
        barred=posture.barred,
        supply=posture.supply.astype(float),
        by_air=posture.by_air,
        lift=posture.lift.astype(float),
        moves=int(posture.moves),
        cvar_weight=float(posture.cvar_weight),
        cvar_share=float(posture.cvar_share),
    )


@dataclass(eq=False)
class Search:
    """Searches one stage after another from the best postings so far.

    Attributes
    ----------
    posture : the problem
    floors : value each stage must keep, -inf where none; stage 0 is the region worst off
    """

    posture: Posture
    floors: Floats = field(default_factory=lambda: np.full(6, -np.inf))

    def __post_init__(self) -> None:
        """Lay the problem out for the search."""
        self._flat = flat(self.posture)
        sites = np.diff(self._flat.start).reshape(self.posture.barred.shape)
        self._useful = np.argwhere((sites > 0) & ~self.posture.barred).astype(np.int64)

    def run(
        self,
        units: Ints,
        stage: int,
        worth: Floats,
        price: float,
        *,
        is_over: Callable[[int], bool],
        seed: int,
        most: float = np.inf,
    ) -> Ints:
        """Return the best postings found for a stage.

        Floors and the limit on bases may be broken on the way, at a price that rises until they are kept.

        Parameters
        ----------
        units : postings to begin with, which keep all floors; kinds x bases x months
        worth, price : what a unit of each stage's floor and one base more are worth, by the relaxation's duals
        is_over : tells after so many settlings whether to stop
        most : a bound at which to stop
        """
        rng = np.random.default_rng(seed)
        best, best_value = units, self.value(self._state(units), stage)
        if not len(self._useful):
            return best
        state, idle, settled = self._state(units), 0, 0
        while best_value < most:
            if self._settle(state, stage, worth, price, rng):
                value = self.value(state, stage)
                if value > best_value + 1e-9 * abs(best_value):
                    best, best_value, idle = state.units.copy(), value, 0
            idle, settled = idle + 1, settled + 1
            if is_over(settled) or idle > _PATIENCE:
                break
            if settled == 1:  # the first goes on from what there is, the second begins anew
                state = self._state(np.zeros_like(units))
                continue
            if idle % 2:
                state = self._state(best)
            shake(self._flat, state, rng.permutation(len(self._flat.beds)), int(rng.integers(1, _SHAKEN + 1)))
        return best

    def value(self, state: State, stage: int) -> float:
        """Return the value of a stage alone."""
        return float(objective(self._flat, state, stage))

    def _settle(self, state: State, stage: int, worth: Floats, price: float, rng: Any) -> bool:
        """Move units with rising prices until all floors and the limit on bases are kept; return whether they are."""
        ease = rng.uniform(0.7, 1.3)
        worth, price = worth * ease, price * ease
        fill(self._flat, state, stage, self.floors, worth, price, self._useful)
        for _ in range(_RISES):
            order = rng.permutation(len(self._useful))
            improve(self._flat, state, stage, self.floors, worth, price, self._useful, order)
            move_bases(self._flat, state, stage, self.floors, worth, price, rng.permutation(len(self._flat.beds)))
            short, over = self._short(state), held(self._flat, state) > self._flat.bases_most
            if not short.any() and not over:
                return True
            value = max(self.value(state, stage), 1e-9)
            least = _FIRST_PRICE * value / np.maximum(np.where(short, self.floors, np.inf), 1e-12)
            worth = np.where(short, np.maximum(worth * _DEARER, least), worth)
            price = max(price * _DEARER, _FIRST_PRICE * value / max(self._flat.bases_most, 1)) if over else price
        return False

    def _short(self, state: State) -> Bools:
        """Return which stages fall short of their floors."""
        return np.array([
            bool(np.isfinite(floor)) and shortfall(self._flat, state, stage, float(floor)) > 1e-9 * abs(floor)
            for stage, floor in enumerate(self.floors)
        ])  # fmt: skip

    def _state(self, units: Ints) -> State:
        problem = self._flat
        kinds, bases, months = units.shape
        state = State(
            np.zeros((kinds, bases, months), np.int64),
            np.zeros((problem.options * problem.groups + len(problem.demand_of), months), np.int64),
            np.zeros((problem.groups, months), np.int64),
            np.zeros((len(problem.factors), months)),
            np.zeros((len(problem.tier), months)),
            problem.available.copy(),
            np.repeat(problem.beds[:, None], months, axis=1),
            problem.lift.copy(),
            np.zeros(bases, np.int64),
        )
        for kind, base, month in np.argwhere(units > 0):
            post(problem, state, kind, base, month, 1)
        return state
