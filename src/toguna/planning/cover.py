"""`max_cover`: the sites from which most people can be reached, with a proof of how much better any plan could be.

The Lagrangean bound comes first: it is quick, and the sites it rules out leave the solver little to do.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from toguna.core.errors import PlanError
from toguna.core.progress import Progress, silent
from toguna.planning.cover_bound import Bools, Bound, Floats, Ints, bound, exact, regional
from toguna.planning.cover_parts import Merged, covered_by, greedy, merged, swap, undominated

EXACT_PLACES, EXACT_PAIRS = 8_000, 60_000  # beyond these the model is too large to be solved as a whole
FEW_KICKS, MANY_KICKS = 200, 4_000
SAME = 1e-6  # share of the value below which a bound and a value are one, the tolerance of the solver
STAGES = 5


@dataclass(frozen=True, eq=False)
class CoverPlan:
    """Sites to choose, what they cover, and what no choice can beat.

    Attributes
    ----------
    sites : numbers of the chosen sites, ascending; fewer than asked where no more would add anything
    covered : for each place, whether a chosen site covers it
    value : weight covered, in units of the weights
    bound : proved: no choice covers more than this
    is_optimal : the bound is reached, to a millionth
    seconds : it took
    """

    sites: Ints
    covered: Bools = field(repr=False)
    value: float
    bound: float
    is_optimal: bool
    seconds: float

    @property
    def gap(self) -> float:
        """Most that a better plan could add, as a share of the value; inf where nothing is reached but might be."""
        more = self.bound - self.value
        return 0.0 if more <= 0 else more / self.value if self.value > 0 else float("inf")

    def __str__(self) -> str:
        """Return the plan in a sentence."""
        proof = "no plan covers more" if self.is_optimal else f"no plan covers more than {self.bound:,.0f}"
        return f"{len(self.sites)} sites cover {self.value:,.0f}; {proof} (gap {self.gap:.2%}, {self.seconds:.1f} s)"


def max_cover(
    weights: Floats,
    covers: Any,
    p: int,
    *,
    time_limit: float = 60.0,
    seed: int = 0,
    must: Sequence[int] = (),
    never: Sequence[int] = (),
    progress: Progress = silent,
) -> CoverPlan:
    """Return at most `p` sites that cover as much weight as can be found in time, with a proved upper bound.

    The maximal covering location problem of Church and ReVelle (1974), Papers of the Regional Science Association 32.
    Small instances are solved to the optimum; large ones end with the best plan found and its gap. The same seed
    gives the same plan unless the time limit cuts the search short.

    Parameters
    ----------
    weights : of each place, 0 or more: people, or people x expected harm
    covers : sparse, places x sites, stored and true where a site covers a place
    p : most sites to choose, those of `must` among them
    time_limit : seconds, after which the best plan so far is returned; reading, merging and a first plan always run
    must, never : numbers of sites that are chosen, and that may not be
    progress : told of each of the stages

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> covers = csr_matrix([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    >>> plan = max_cover(np.array([50.0, 20.0, 30.0, 10.0]), covers, 2)
    >>> plan.sites.tolist(), plan.value, plan.is_optimal
    ([0, 2], 110.0, True)
    """
    began = time.perf_counter()
    weights, covers = _checked(weights, covers)
    forced, barred = _checked_sites(covers.shape[1], p, must, never)
    p = int(p)
    progress(0, STAGES, "merging places")
    kept, reduced = _reduced(weights, covers, forced, barred)
    secured = float(weights[covered_by(covers, forced)].sum())
    sites, proof, optimal = _solve(reduced, p - len(forced), began + time_limit, np.random.default_rng(seed), progress)
    chosen = np.sort(np.concatenate([forced, kept[sites]]))
    covered = covered_by(covers, chosen)
    value = float(weights[covered].sum())
    progress(STAGES, STAGES, "done")
    limit = value if optimal else max(secured + proof, value)
    return CoverPlan(chosen, covered, value, limit, optimal, time.perf_counter() - began)


def _solve(
    place: Merged, p: int, until: float, rng: np.random.Generator, progress: Progress
) -> tuple[Ints, float, bool]:
    """Return sites, a bound on what `p` of them cover, and whether they reach it."""
    weights, covers = place.weights, place.covers
    progress(1, STAGES, "a first plan")
    sites = greedy(weights, covers, p)
    if not _is_settled(weights.sum(), _value(place, sites)):
        sites = swap(weights, covers, sites, kicks=FEW_KICKS, rng=rng, until=until)
    progress(2, STAGES, "a bound")
    proof = bound(weights, covers, p, reached=_value(place, sites), seconds=until - time.perf_counter())
    if _is_settled(proof.value, _value(place, sites)):
        return sites, proof.value, True
    left, inside = _worthwhile(place, sites, proof)
    if _is_hard(inside) and time.perf_counter() < until:
        progress(3, STAGES, "exchanging sites")
        sites = swap(weights, covers, sites, kicks=MANY_KICKS, rng=rng, until=_halfway(until))
        left, inside = _worthwhile(place, sites, proof)
    progress(4, STAGES, "proving")
    if time.perf_counter() >= until:
        return sites, proof.value, False
    if _is_hard(inside):
        return _by_regions(place, sites, proof, until, rng)
    start = np.flatnonzero(np.isin(left, sites))
    found, limit = exact(inside.weights, inside.covers, p, start, seconds=until - time.perf_counter())
    sites = max(sites, left[found], key=lambda these: _value(place, these))
    value = _value(place, sites)
    limit = min(proof.value, max(limit, value))  # the sites ruled out cannot beat the plan they were judged by
    return sites, limit, _is_settled(limit, value)


def _by_regions(
    place: Merged, sites: Ints, proof: Bound, until: float, rng: np.random.Generator
) -> tuple[Ints, float, bool]:
    """Return what `_solve` does, where the whole is too large for the solver: a bound and a second plan by regions."""
    weights, covers = place.weights, place.covers
    seconds = 0.85 * (until - time.perf_counter())
    limit, union = regional(weights, covers, proof, sites, seconds=seconds)
    other = union[greedy(weights, covers[:, union], proof.p)]
    other = np.concatenate([other, greedy(weights, covers, proof.p - len(other), start=other)])
    other = swap(weights, covers, other, kicks=MANY_KICKS, rng=rng, until=until)
    sites = max(sites, other, key=lambda these: _value(place, these))
    return sites, limit, _is_settled(limit, _value(place, sites))


def _halfway(until: float) -> float:
    """Return the moment halfway between now and another."""
    now = time.perf_counter()
    return now + (until - now) / 2


def _is_hard(place: Merged) -> bool:
    """Return whether the model is too large to be solved as a whole."""
    return bool(place.covers.shape[0] > EXACT_PLACES or place.covers.nnz > EXACT_PAIRS)


def _worthwhile(place: Merged, sites: Ints, proof: Bound) -> tuple[Ints, Merged]:
    """Return the sites that a better plan may hold, with those of the plan, and the places merged for them."""
    out = proof.ruled_out(_value(place, sites))
    out[sites] = False
    left = np.flatnonzero(~out)
    return left, merged(place.weights, place.covers[:, left])


def _reduced(weights: Floats, covers: Any, forced: Ints, barred: Ints) -> tuple[Ints, Merged]:
    """Return the sites still to be chosen from, none dominated, and the places they cover beyond the forced ones."""
    kept = np.setdiff1d(np.arange(covers.shape[1]), np.concatenate([forced, barred]))
    open_places = np.flatnonzero(~covered_by(covers, forced) & (weights > 0))
    inside = merged(weights[open_places], covers[open_places][:, kept])
    better = undominated(inside.covers)
    return kept[better], merged(inside.weights, inside.covers[:, better])


def _checked(weights: Floats, covers: Any) -> tuple[Floats, Any]:
    """Return weights as floats and covers as a clean CSR, or say what does not fit."""
    weights = np.asarray(weights, dtype=float)
    if not sparse.issparse(covers):
        raise PlanError("Cover must be a sparse matrix of places x sites; wrap it in scipy.sparse.csr_matrix.")
    if weights.ndim != 1 or covers.ndim != 2 or covers.shape[0] != len(weights):
        raise PlanError(
            f"Weights {weights.shape} and cover {covers.shape} do not fit; give one weight a row of the cover matrix."
        )
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        raise PlanError(
            f"{wrong.sum()} of {len(weights)} weights are negative, infinite or missing, the first at place "
            f"{int(np.argmax(wrong))}; give 0 where nobody lives."
        )
    covers = sparse.csr_matrix(covers, dtype=bool, copy=True)
    covers.sum_duplicates()
    covers.eliminate_zeros()
    start, entries = covers.indptr.astype(np.int32), covers.indices.astype(np.int32)  # searches are compiled for these
    return weights, sparse.csr_matrix((covers.data, entries, start), shape=covers.shape)


def _checked_sites(sites: int, p: int, must: Sequence[int], never: Sequence[int]) -> tuple[Ints, Ints]:
    """Return forced and barred sites, ascending, or say what does not fit."""
    if not (p >= 0 and float(p).is_integer()):
        raise PlanError(f"{p} sites cannot be chosen; ask for a whole number, 0 or more.")
    forced, barred = (np.unique(np.asarray(list(these), dtype=np.int64)) for these in (must, never))
    for number in np.concatenate([forced, barred]):
        if not 0 <= number < sites:
            raise PlanError(f"There is no site {number}; sites are numbered 0 to {sites - 1}.")
    both = np.intersect1d(forced, barred)
    if len(both):
        raise PlanError(f"Site {both[0]} both must and may not be chosen; take it out of one of the two lists.")
    if len(forced) > p:
        raise PlanError(f"{len(forced)} sites must be chosen but only {p} may; raise p or force fewer sites.")
    return forced, barred


def _value(place: Merged, sites: Ints) -> float:
    """Return the weight that sites cover."""
    return float(place.weights[covered_by(place.covers, sites)].sum())


def _is_settled(limit: float, value: float) -> bool:
    """Return whether a bound and a value are one to the solver's tolerance."""
    return bool(limit - value <= SAME * value)
