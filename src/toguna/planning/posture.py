"""`Posture`: who could be where, what that would do, and what limits it; numbers only, no names of countries.

Sets: places i, bases j, kinds of units k, months t, regions g, draws s. A unit of kind k at base j does what it can do
at all sites near enough. What is to be done stands in tiers, in the order of the five principles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from toguna.core.errors import PlanError
from toguna.core.words import N_

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
TIERS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, eq=False)
class Cover:
    """From which bases a kind of unit serves which sites.

    Attributes
    ----------
    kind : number of the kind
    near : sites x bases, stored where a unit of the kind at the base serves the site
    """

    kind: int
    near: sparse.csr_array = field(repr=False)


@dataclass(frozen=True, eq=False)
class Demand:
    """Something to be done at sites: done where one unit of any of its covers is near enough.

    Attributes
    ----------
    name : what it is, for readers
    tier : principle it serves, 1 to 5
    weight : sites x months, what doing it there is worth, in `unit`
    covers : which units do it from where
    unit : unit of the weights
    most : sites served in a month at most; None is no limit
    least : share of its weight that must be served, come what may
    """

    name: str
    tier: int
    weight: Floats = field(repr=False)
    covers: tuple[Cover, ...] = field(repr=False)
    unit: str = "people"
    most: int | None = None
    least: float = 0.0


@dataclass(frozen=True, eq=False)
class Option:
    """A way to avert harm at places.

    Attributes
    ----------
    name : the task, for readers
    effect : share of harm averted where it is done, 0 to 1
    covers : which units do it from where
    """

    name: str
    effect: float
    covers: tuple[Cover, ...] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Posture:
    """A posture problem.

    Attributes
    ----------
    available : kinds x months, units there are
    people : of a unit, by kind
    beds : of a base; inf where not limited
    bases_most : bases held at most
    demands : what is to be done at sites
    harm : places x months, harm expected without anybody there
    region : of each place, numbers from 0
    factors : regions x months x draws, harm of the draw over expected harm
    options : ways to avert harm, tier 4
    barred : kinds x bases, where a kind may not be posted: beside a force under flag, for instance
    supply : t a month a unit uses up, by kind
    by_air : bases no road leads to; what their units use up must be flown in
    lift : t that can be flown in, by month
    moves : units moved to another base in a month at most
    equity : share of the best floor that every region must get of its harm averted
    cvar_weight, cvar_share : weight of the worst draws against the mean, and the share of draws that are the worst
    eps : share of a tier's value that may go to later tiers, by tier
    """

    available: Ints = field(repr=False)
    people: Ints
    beds: Floats = field(repr=False)
    bases_most: int
    demands: tuple[Demand, ...]
    harm: Floats = field(repr=False)
    region: Ints = field(repr=False)
    factors: Floats = field(repr=False)
    options: tuple[Option, ...]
    barred: Bools = field(repr=False)
    supply: Floats
    by_air: Bools = field(repr=False)
    lift: Floats
    moves: int = 1_000_000
    equity: float = 0.0
    cvar_weight: float = 0.0
    cvar_share: float = 0.1
    eps: tuple[float, ...] = (0.02, 0.05, 0.05, 0.05, 0.05)

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be."""
        kinds, months = self.available.shape
        bases = len(self.beds)
        wrong = [one.name for one in self.options if not 0 <= one.effect <= 1]
        if wrong:
            raise PlanError(
                N_("The effect of {wrong} is not a share between 0 and 1. Correct it in the mandate."), wrong=wrong[0]
            )
        if self.barred.shape != (kinds, bases) or self.harm.shape[1] != months or len(self.lift) != months:
            raise PlanError(
                N_("The tables of kinds, bases and months do not fit each other. Give one number for each.")
            )
        if self.region.max(initial=-1) >= self.factors.shape[0] or self.factors.shape[1] != months:
            raise PlanError(N_("The draws need a row for each region and month. Number regions from 0 without gaps."))
        if (self.harm < 0).any() or not np.isfinite(self.harm).all():
            raise PlanError(
                N_("Harm must be known and 0 or more at every place and month. Leave out places without it.")
            )

    @property
    def packages(self) -> list[tuple[tuple[int, ...], float]]:
        """Options alone and in pairs with the share they avert together: what one leaves, the other works on."""
        single = [((at,), one.effect) for at, one in enumerate(self.options) if one.effect > 0]
        pairs = [
            ((a, b), 1 - (1 - self.options[a].effect) * (1 - self.options[b].effect))
            for (a,), (b,) in combinations([one for one, _ in single], 2)
        ]
        return [*single, *pairs]


def merged(posture: Posture) -> tuple[Floats, Ints, list[list[sparse.csr_array]], Ints]:
    """Return harm, region and covers of groups of places that the same units serve, and each place's group.

    Lossless: what is done at one place of a group is done at all. Places nobody can serve have the group -1.
    """
    blocks = [cover.near for option in posture.options for cover in option.covers]
    if not blocks or not posture.harm.size:
        return np.zeros((0, posture.harm.shape[1])), np.zeros(0, np.int64), [], np.full(len(posture.harm), -1)
    wide = sparse.hstack(blocks, format="csr")
    wide.sort_indices()
    keys = [
        (int(posture.region[row]), wide.indices[wide.indptr[row] : wide.indptr[row + 1]].tobytes())
        for row in range(wide.shape[0])
    ]
    number: dict[tuple[int, bytes], int] = {}
    group = np.array([-1 if key[1] == b"" else number.setdefault(key, len(number)) for key in keys], np.int64)
    harm = np.zeros((len(number), posture.harm.shape[1]))
    np.add.at(harm, group[group >= 0], posture.harm[group >= 0])
    first = np.array([np.flatnonzero(group == one)[0] for one in range(len(number))], np.int64)
    covers = [[cover.near[first] for cover in option.covers] for option in posture.options]
    return harm, posture.region[first], covers, group


def value_of(posture: Posture, units: Ints, draws: Floats | None = None) -> dict[str, Any]:
    """Return what postings achieve, reckoned apart from any solver.

    Parameters
    ----------
    units : kinds x bases x months
    draws : places x months x draws of harm; default: the expected harm

    Returns
    -------
    by demand its served weight (`demands`), harm averted by place and month (`averted`), and, with draws, averted harm
    of each draw (`by_draw`)
    """
    served = [
        float((done(one.covers, units) * one.weight).sum()) if one.most is None else _best(one, units)
        for one in posture.demands
    ]
    share = np.zeros(posture.harm.shape)
    reached = [done(option.covers, units) for option in posture.options]
    for parts, effect in posture.packages:
        together = np.logical_and.reduce([reached[part] for part in parts])
        share = np.maximum(share, together * effect)
    found: dict[str, Any] = {"demands": served, "averted": share * posture.harm, "share": share}
    if draws is not None:
        found["by_draw"] = np.einsum("it,its->s", share, draws)
    return found


def tier_value(posture: Posture, units: Ints, tier: int) -> float:
    """Return what postings achieve in a tier; in tier 4 harm averted, in the mean and the worst draws, and borders."""
    found = value_of(posture, units)
    value = sum((v for one, v in zip(posture.demands, found["demands"], strict=True) if one.tier == tier), 0.0)
    if tier != 4 or not posture.harm.size:
        return float(value)
    averted = found["averted"]
    value += (1 - posture.cvar_weight) * float(averted.sum())
    if posture.cvar_weight > 0:
        by_region = np.zeros((posture.factors.shape[0], averted.shape[1]))
        np.add.at(by_region, posture.region, averted)
        harm = np.sort(np.einsum("gt,gts->s", by_region, posture.factors))
        many = posture.cvar_share * len(harm)
        part = np.clip(many - np.arange(len(harm)), 0, 1)  # the worst draws whole, the last of them in part
        value += posture.cvar_weight * float(part @ harm) / many
    return float(value)


def worst_region(posture: Posture, units: Ints) -> float:
    """Return the lowest share of its harm that any region has averted; nan without harm."""
    regions = posture.factors.shape[0]
    averted, total = np.zeros(regions), np.zeros(regions)
    np.add.at(averted, posture.region, value_of(posture, units)["averted"].sum(axis=1))
    np.add.at(total, posture.region, posture.harm.sum(axis=1))
    return float((averted[total > 0] / total[total > 0]).min()) if (total > 0).any() else float("nan")


def done(covers: Sequence[Cover], units: Ints) -> Bools:
    """Return at which sites and months a unit of any cover is near enough; sites x months."""
    sites = covers[0].near.shape[0] if covers else 0
    near = np.zeros((sites, units.shape[2]))
    for cover in covers:
        near += cover.near @ units[cover.kind]
    return np.asarray(near > 0.5)


def _best(demand: Demand, units: Ints) -> float:
    """Return the weight of the best sites within reach where only so many can be served in a month."""
    worth = np.where(done(demand.covers, units), demand.weight, 0.0)
    return float(np.sort(worth, axis=0)[::-1][: demand.most].sum())
