"""`boxes`: in which futures something happens, as ranges of few assumptions (scenario discovery).

PRIM, the patient rule induction method, is that of Friedman and Fisher (1999, Statistics and Computing 9), used on
simulated futures as by Bryant and Lempert (2010, Technological Forecasting and Social Change 77). A small
classification tree (CART, Breiman et al. 1984) stands beside it as a second opinion.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from toguna.comparison.boxes_words import Bools, Box, percent, words
from toguna.core.errors import ComparisonError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PEEL = 0.05
_TRAJECTORY = ["step", "coverage", "density", "mass", "restricted"]
_SPLITS = ["depth", "parameter", "threshold", "draws", "cases"]


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes that were peeled, ever smaller and denser, and the one chosen among them.

    Attributes
    ----------
    chosen : the box chosen, its limits by rising quasi-p, counted on draws set aside; None where there is none
    why : how it was chosen, or why there is none; a sentence
    trajectory : one row a box peeled, from all futures on: step, coverage, density, mass, and how many parameters it
        restricts; counted on the draws searched
    steps : the boxes of the trajectory
    base : share of all draws that are cases
    """

    chosen: Box | None
    why: str
    trajectory: pd.DataFrame = field(repr=False)
    steps: tuple[Box, ...] = field(repr=False)
    base: float

    def says(
        self, titles: Mapping[str, str], units: Mapping[str, str] | None = None, *, what: str = "This happens"
    ) -> str:
        """Return the box chosen in a sentence, or why there is none; arguments as in `words`."""
        return self.why if self.chosen is None else words(self.chosen, titles, units, what=what)


def boxes(
    table: pd.DataFrame,
    cases: npt.ArrayLike,
    *,
    least_mass: float = 0.05,
    least_coverage: float = 0.3,
    peel: float = PEEL,
    max_p: float = 0.05,
    check: float = 0.5,
    seed: int = 0,
) -> Boxes:
    """Return ranges of few parameters inside which most cases lie and most futures are cases.

    From all futures, the box is peeled: of all parameters and both ends, the one twentieth is cut off whose loss
    raises the density most for what it costs, until the box holds less than `least_mass` or nothing but cases. Of the
    boxes passed, that one is chosen which takes in the most cases and the fewest others: the highest share of cases
    inside less the share of the others inside, among those that cover at least `least_coverage` of the cases. It is
    then widened wherever that does not lower its density.

    A search among many parameters always finds something. So half of the draws are set aside: limits are kept only
    where they raise the density on these by more than chance would, and the box is counted on these.

    Parameters
    ----------
    table : draws x parameters, finite numbers
    cases : by draw, whether what is asked about happens
    least_mass : share of draws that a box must hold
    least_coverage : share of the cases that the chosen box must hold
    peel : share of a box cut off at a time
    max_p : quasi-p up to which limits are kept, shared among the parameters the box restricts; `Box.quasi_p` tells it
    check : share of draws set aside; 0 searches and counts on all, and is too hopeful
    seed : same seed, same draws set aside

    Raises
    ------
    ComparisonError
        The table holds what is no finite number, cases do not fit it, or a share lies outside 0 to 1.

    Examples
    --------
    >>> table = pd.DataFrame(np.random.default_rng(1).random((4000, 3)), columns=["raids", "aid", "rain"])
    >>> found = boxes(table, (table["raids"] > 0.6) & (table["aid"] < 0.5))
    >>> sorted(found.chosen.limits), round(found.chosen.density, 1), round(found.chosen.coverage, 1)
    (['aid', 'raids'], 1.0, 1.0)
    """
    values, happens = _numbers(table, cases)
    shares = {"least_mass": least_mass, "least_coverage": least_coverage, "peel": peel, "max_p": max_p}
    if wrong := [name for name, share in shares.items() if not 0 < share < 1]:
        raise ComparisonError(f"{wrong[0]} is {shares[wrong[0]]:g}. Give a share between 0 and 1.")
    if not 0 <= check < 1:
        raise ComparisonError(f"check is {check:g}. Give a share from 0 to below 1.")
    base = float(happens.mean())
    if base in {0.0, 1.0}:
        many = f"{'none' if base == 0 else 'all'} of the {len(happens):,} futures"
        why = f"What is asked about happens in {many}: there is nothing to set apart."
        return Boxes(None, why, pd.DataFrame(columns=_TRAJECTORY), (), base)
    aside = np.zeros(len(values), bool)
    aside[np.random.default_rng(seed).permutation(len(values))[: round(check * len(values))]] = True
    search = _Counted(values[~aside], happens[~aside])
    if search.all_cases in {0, len(search.cases)}:
        why = f"What is asked about happens in {percent(base)} of futures: too few to search and to check."
        return Boxes(None, why, pd.DataFrame(columns=_TRAJECTORY), (), base)
    passed = _peeled(search, peel, least_mass)
    steps = tuple(search.box(one, table.columns) for one in passed)
    rows = [(at, one.coverage, one.density, one.mass, len(one.limits)) for at, one in enumerate(steps)]
    trajectory = pd.DataFrame(rows, columns=_TRAJECTORY)
    best = max(range(len(steps)), key=lambda at: _apart(steps[at]) if steps[at].coverage >= least_coverage else -1.0)
    limits = _pasted(search, passed[best], peel)
    told = _Counted(values[aside], happens[aside]) if aside.any() else search
    limits, quasi = _told(told, limits, max_p)
    if not limits.restricted.size:
        return Boxes(
            None, "No range of an assumption sets these futures apart from the others.", trajectory, steps, base
        )
    why = (
        f"Of {len(steps)} boxes, each peeled from the one before, the one that takes in the most cases and the fewest "
        f"others, with at least {percent(least_coverage)} of the cases."
    )
    return Boxes(told.box(limits, table.columns, quasi), why, trajectory, steps, base)


def _numbers(table: pd.DataFrame, cases: npt.ArrayLike) -> tuple[Floats, Bools]:
    """Return the table and the cases as arrays."""
    happens = np.asarray(cases)
    if happens.shape != (len(table),) or happens.dtype != bool or not len(table) or not len(table.columns):
        raise ComparisonError(
            f"The table has {len(table)} draws of {len(table.columns)} parameters, and cases have the shape "
            f"{happens.shape} and the type {happens.dtype}. Give parameters, and true or false for each draw."
        )
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise ComparisonError(f"Parameter {name!r} is no number. Leave the column out, or give numbers.")
    values = table.to_numpy(float)
    if len(bad := np.argwhere(~np.isfinite(values))):
        row, at = bad[0]
        raise ComparisonError(
            f"Parameter {table.columns[at]!r} is {values[row, at]} in draw {row}. Give finite numbers, or leave it out."
        )
    return values, happens


@dataclass(frozen=True, eq=False)
class _Limits:
    """From and to of every parameter; inf where open."""

    low: Floats
    high: Floats

    def moved(self, at: int, *, upper: bool, to: float) -> _Limits:
        low, high = self.low.copy(), self.high.copy()
        (high if upper else low)[at] = to
        return _Limits(low, high)

    def freed(self, at: int) -> _Limits:
        return self.moved(at, upper=True, to=math.inf).moved(at, upper=False, to=-math.inf)

    @property
    def restricted(self) -> Ints:
        return np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))


@dataclass(frozen=True, eq=False)
class _Counted:
    """Draws x parameters and which draws are cases."""

    values: Floats
    cases: Bools

    @property
    def all_cases(self) -> int:
        return int(self.cases.sum())

    def inside(self, limits: _Limits, but: int = -1) -> Bools:
        """Return which draws are inside, whatever their value of the parameter `but`."""
        found = np.ones(len(self.values), bool)
        for at in limits.restricted:
            if at != but:
                found &= (self.values[:, at] >= limits.low[at]) & (self.values[:, at] <= limits.high[at])
        return found

    def box(self, limits: _Limits, names: pd.Index, quasi: Mapping[int, float] | None = None) -> Box:
        order = list(limits.restricted) if quasi is None else sorted(quasi, key=lambda at: quasi[at])
        inside = self.inside(limits)
        return Box(
            {str(names[at]): (float(limits.low[at]), float(limits.high[at])) for at in order},
            int(inside.sum()), int(self.cases[inside].sum()), len(self.cases), self.all_cases,
            {} if quasi is None else {str(names[at]): quasi[at] for at in order},
        )  # fmt: skip


def _apart(box: Box) -> float:
    """Return the share of cases inside less the share of others inside."""
    return box.coverage - (box.draws - box.cases) / (box.all_draws - box.all_cases)


def _peeled(search: _Counted, peel: float, least_mass: float) -> list[_Limits]:
    """Return the limits passed, from open ones on."""
    by_parameter = np.ascontiguousarray(search.values.T)
    order = np.argsort(by_parameter, axis=1, kind="stable")  # draws inside, by rising value of each parameter
    each = np.arange(len(by_parameter))[:, None]
    limits = _Limits(np.full(len(by_parameter), -np.inf), np.full(len(by_parameter), np.inf))
    passed = [limits]
    while True:
        value, happens = by_parameter[each, order], search.cases[order]
        size, cases = value.shape[1], int(happens[0].sum())
        if cases == size:
            return passed
        cut = max(int(peel * size), 1)
        best: tuple[float, int, int, int, bool] | None = None
        for upper in (False, True):
            # Seen from above, the highest values are the first.
            ends = -value[:, ::-1] if upper else value
            loses = happens[:, ::-1] if upper else happens
            many = _cut(ends, cut)
            lost = np.concatenate([np.zeros((len(each), 1), int), np.cumsum(loses, axis=1)], axis=1)[each[:, 0], many]
            left = size - many
            fits = (many > 0) & (left >= max(least_mass * len(search.cases), 1))
            # Where values are tied more than a peel goes at once; what is won counts by draws lost.
            gain = np.where(fits, ((cases - lost) / np.maximum(left, 1) - cases / size) / np.maximum(many, 1), -np.inf)
            at = int(np.lexsort((many, -gain))[0])
            if np.isfinite(gain[at]) and (best is None or (gain[at], -many[at]) > (best[0], -best[1])):
                best = (float(gain[at]), int(many[at]), at, int(left[at]), upper)
        if best is None:
            return passed
        _, many_cut, at, stays, upper = best
        line = value[at]
        to = _upper(line[stays - 1], line[stays]) if upper else _lower(line[many_cut - 1], line[many_cut])
        limits = limits.moved(at, upper=upper, to=to)
        passed.append(limits)
        keep = np.zeros(len(search.cases), bool)
        keep[order[at, :stays] if upper else order[at, many_cut:]] = True
        order = order[keep[order]].reshape(len(each), stays)


def _cut(ends: Floats, many: int) -> Ints:
    """Return how many of the first values to cut off, by row: up to `many`, or all those tied as the first; 0: none."""
    found = (ends < ends[:, many, None]).sum(axis=1) if many < ends.shape[1] else np.zeros(len(ends), int)
    tied = (ends == ends[:, :1]).sum(axis=1)
    return np.where(found > 0, found, np.where(tied < ends.shape[1], tied, 0))


def _lower(out: float, kept: float) -> float:
    """Return a lower limit between a value cut off and the next one kept."""
    middle = out + (kept - out) / 2
    return float(middle if out < middle <= kept else kept)


def _upper(kept: float, out: float) -> float:
    """Return an upper limit between a value kept and the next one cut off."""
    middle = kept + (out - kept) / 2
    return float(middle if kept <= middle < out else kept)


def _pasted(search: _Counted, limits: _Limits, peel: float) -> _Limits:
    """Return limits widened, a share of the box at a time, as long as that does not lower the density."""
    while True:
        inside = search.inside(limits)
        size, cases = int(inside.sum()), int(search.cases[inside].sum())
        best: tuple[float, int, int, bool, float] | None = None
        for at in limits.restricted:
            others = search.inside(limits, but=at) & ~inside
            for upper, bound in ((False, limits.low[at]), (True, limits.high[at])):
                value = search.values[:, at]
                beyond = np.flatnonzero(others & ((value > bound) if upper else (value < bound)))
                if not np.isfinite(bound) or not len(beyond):
                    continue
                away = -value[beyond] if not upper else value[beyond]
                line = np.sort(away)
                last = line[min(max(int(peel * size), 1), len(line)) - 1]
                added = away <= last
                many, won = int(added.sum()), int(search.cases[beyond[added]].sum())
                density = (cases + won) / (size + many)
                further = line[line > last]
                ends = _upper(last, further[0]) if len(further) else math.inf
                if density >= cases / size and (best is None or (density, many) > best[:2]):
                    best = (density, many, int(at), upper, ends if upper else -ends)
        if best is None:
            return limits
        limits = limits.moved(best[2], upper=best[3], to=best[4])


def _told(told: _Counted, limits: _Limits, max_p: float) -> tuple[_Limits, dict[int, float]]:
    """Return limits without those that do no more than chance would, the least telling first, and the quasi-p."""
    most = max_p / max(limits.restricted.size, 1)
    while True:
        inside = told.inside(limits)
        size, cases = int(inside.sum()), int(told.cases[inside].sum())
        quasi: dict[int, float] = {}
        for at in limits.restricted:
            without = told.inside(limits, but=at)
            # An empty box tells nothing of its limits.
            share = told.cases[without].mean() if without.any() else 1.0
            quasi[int(at)] = float(binom.sf(cases - 1, size, share)) if size else 1.0
        if not quasi:
            return limits, quasi
        worst = max(quasi, key=lambda at: quasi[at])
        if quasi[worst] <= most:
            return limits, quasi
        limits = limits.freed(worst)


@dataclass(frozen=True, eq=False)
class Tree:
    """A classification tree, as boxes.

    Attributes
    ----------
    leaves : boxes that share out all draws, by falling density; limits in the order of the splits
    splits : one row a split, from the root on: `depth` from 0, `parameter`, `threshold`, `draws` and `cases` that met
        it; draws up to the threshold go one way, the others the other
    """

    leaves: tuple[Box, ...]
    splits: pd.DataFrame = field(repr=False)


def tree(table: pd.DataFrame, cases: npt.ArrayLike, *, depth: int = 3, least_mass: float = 0.05) -> Tree:
    """Return a classification tree: splits that lower the Gini impurity most, one after the other.

    Parameters
    ----------
    table : draws x parameters, finite numbers
    cases : by draw, whether what is asked about happens
    depth : splits in a row, at most
    least_mass : share of draws that a leaf must hold

    Raises
    ------
    ComparisonError
        The table holds what is no finite number, or cases do not fit it.

    Examples
    --------
    >>> table = pd.DataFrame({"raids": [1.0, 2.0, 3.0, 4.0]})
    >>> found = tree(table, np.array([False, False, True, True]))
    >>> [(leaf.limits, leaf.density) for leaf in found.leaves]
    [({'raids': (2.5, inf)}, 1.0), ({'raids': (-inf, 2.5)}, 0.0)]
    """
    values, happens = _numbers(table, cases)
    if depth < 0 or not 0 <= least_mass < 0.5:
        raise ComparisonError(
            f"depth is {depth} and least_mass {least_mass:g}. Give 0 or more splits in a row, and a share below a half."
        )
    least = max(math.ceil(least_mass * len(values)), 1)
    leaves: list[Box] = []
    splits: list[tuple[int, str, float, int, int]] = []

    def grow(rows: Ints, limits: dict[str, tuple[float, float]], level: int) -> None:
        inside = happens[rows]
        found = _split(values[rows], inside, least) if level < depth else None
        if found is None:
            leaves.append(Box(limits, len(rows), int(inside.sum()), len(happens), int(happens.sum())))
            return
        at, below, above = found
        name = str(table.columns[at])
        high, low = _upper(below, above), _lower(below, above)
        splits.append((level, name, high, len(rows), int(inside.sum())))
        start, end = limits.get(name, (-math.inf, math.inf))
        left = values[rows, at] <= below
        grow(rows[left], {**limits, name: (start, high)}, level + 1)
        grow(rows[~left], {**limits, name: (low, end)}, level + 1)

    grow(np.arange(len(values)), {}, 0)
    by_density = sorted(leaves, key=lambda leaf: -leaf.density)
    return Tree(tuple(by_density), pd.DataFrame(splits, columns=_SPLITS))


def _split(values: Floats, cases: Bools, least: int) -> tuple[int, float, float] | None:
    """Return the parameter to split by and the values on both sides of the cut; None where no split lowers impurity."""
    size, total = len(values), int(cases.sum())
    if size < 2 * least or total in {0, size}:
        return None
    order = np.argsort(values, axis=0, kind="stable")
    line = np.take_along_axis(values, order, axis=0)
    left = np.arange(1, size)[:, None]
    won = np.cumsum(cases[order], axis=0, dtype=np.int64)[:-1]

    def pure(many: Ints, those: Ints) -> Floats:
        return np.asarray((those**2 + (many - those) ** 2) / many)

    score = pure(left, won) + pure(size - left, total - won)
    fits = (line[1:] > line[:-1]) & (left >= least) & (size - left >= least)
    score = np.where(fits, score, -np.inf)
    row, at = np.unravel_index(int(np.argmax(score)), score.shape)
    if score[row, at] <= (total**2 + (size - total) ** 2) / size * (1 + 1e-12):
        return None
    return int(at), float(line[row, at]), float(line[row + 1, at])
