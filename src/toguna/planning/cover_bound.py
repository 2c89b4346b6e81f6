"""What no plan of coverage can beat: prices of cover that prove a bound, sites they rule out, and the exact optimum."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from toguna.planning.cover_bound_search import LEAST_PACE, descend, join

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

STEPS = 6_000  # most steps of price descent; 1,500 to 2,500 are usual
REGION_PAIRS = 50_000  # pairs of place and site in a region that is solved by itself
LEAST_SECONDS = 1.0  # in which a solver can do something for a region
CHUNK = 40_000_000  # entries looked at between looks at the clock, about a quarter of a second
ROUNDING = 1e-9  # share of all weight by which a bound is widened, so that adding up in another order cannot break it


@dataclass(frozen=True, eq=False)
class Bound:
    """A value that no choice of `p` sites exceeds, and the prices that prove it.

    Attributes
    ----------
    value : the bound, in units of the weights
    prices : of cover at each place, between 0 and its weight
    worth : of each site, the sum of the prices of its places
    p : how many sites may be chosen
    """

    value: float
    prices: Floats = field(repr=False)
    worth: Floats = field(repr=False)
    p: int

    def ruled_out(self, value: float) -> Bools:
        """Return the sites that no choice worth more than `value` can hold, by their prices.

        A site outside the `p` worth most can only come in for the least of those; where the bound less the
        difference is below a value already reached, no better choice has it.
        """
        if self.p >= len(self.worth):
            return np.zeros(len(self.worth), dtype=bool)
        least = np.sort(self.worth)[-self.p] if self.p else np.inf
        return np.asarray(self.value - (least - self.worth) < value)


def bound(weights: Floats, covers: Any, p: int, *, reached: float = 0.0, seconds: float = 60.0) -> Bound:
    """Return a proved upper bound on the weight that any `p` sites cover, near that of the linear program.

    Places are relaxed by a price each (Lagrange), and the prices descend by deflected subgradients: Fisher (1981),
    "The Lagrangian Relaxation Method for Solving Integer Programming Problems", Management Science 27(1); for this
    problem Galvao and ReVelle (1996), "A Lagrangean heuristic for the maximal covering location problem", European
    Journal of Operational Research 88(1). Every price is a proof, so it may stop at any time.

    Parameters
    ----------
    weights : of each place, 0 or more
    covers : CSR, places x sites, stored where a site covers a place
    p : most sites that may be chosen
    reached : a value known to be reached; it sets the length of the steps
    seconds : after which it stops

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> covers = csr_matrix([[1, 0, 1], [1, 1, 0], [0, 1, 1]], dtype=bool)
    >>> round(bound(np.array([3.0, 2.0, 2.0]), covers, 1, reached=5.0).value, 3)
    5.0
    """
    until = time.perf_counter() + seconds
    sites, total = covers.shape[1], float(weights.sum())
    per_place = np.diff(covers.indptr)
    if p == 0 or p >= sites:  # no place can be covered, or all that any site covers
        return proof(weights, covers, p, weights * ((per_place == 0) | (p == 0)))
    price, pace = weights / np.maximum(per_place, 1), np.array([1.5, 0.0])
    best, least = price, np.inf
    chunk = int(np.clip(CHUNK // max(covers.nnz, 1), 50, 200))
    for _ in range(0, STEPS, chunk):
        kept, value, price = descend(covers.indptr, covers.indices, sites, weights, p, price, reached, pace, chunk)
        if value < least:
            best, least = kept, value
        if pace[0] < LEAST_PACE or least <= reached or time.perf_counter() > until:
            break
    return proof(weights, covers, p, best, total * ROUNDING)


def proof(weights: Floats, covers: Any, p: int, prices: Floats, slack: float = 0.0) -> Bound:
    """Return the bound that given prices prove, `slack` added against rounding."""
    worth = np.asarray(covers.T.astype(float) @ prices, dtype=float)
    top = np.sort(worth)[::-1][:p].sum()
    value = min(float((weights - prices).sum() + top + slack), float(weights.sum()))
    return Bound(value, prices, worth, p)


def exact(
    weights: Floats, covers: Any, p: int, start: Ints, *, seconds: float, cost: float = 0.0
) -> tuple[Ints, float]:
    """Return the best `p` sites HiGHS finds from a start and the bound it proves, inf where it had no time for one.

    The model of Church and ReVelle (1974), "The maximal covering location problem", Papers of the Regional Science
    Association 32: max sum w y, y_i <= sum of x_j that cover i, sum of x <= p, x in {0, 1}, y in [0, 1].

    Parameters
    ----------
    weights, covers, p : as for `bound`
    start : sites of a choice to begin with
    seconds : after which HiGHS stops
    cost : of each chosen site, in units of the weights
    """
    import highspy

    places, sites = covers.shape
    scale = 1e6 / (float(weights.sum()) or 1.0)  # tolerances of the solver are absolute
    solver = quiet_solver()
    for name, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-6), ("time_limit", max(seconds, 0.01))):
        solver.setOptionValue(name, value)
    matrix = sparse.vstack([_place_rows(covers), _count_row(places, sites)]).tocsr()
    upper = np.zeros(places + 1)
    upper[-1] = p
    solver.passModel(
        places + sites, places + 1, matrix.nnz,
        int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize), 0.0,
        scale * np.concatenate([np.full(sites, -cost), weights]), np.zeros(places + sites), np.ones(places + sites),
        np.full(places + 1, -highspy.kHighsInf), upper,
        matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.concatenate([np.ones(sites, np.int32), np.zeros(places, np.int32)]),
    )  # fmt: skip
    solver.setSolution(sites, np.arange(sites, dtype=np.int32), np.isin(np.arange(sites), start).astype(float))
    solver.run()
    found = np.asarray(solver.getSolution().col_value)[:sites]
    chosen = np.flatnonzero(found > 0.5) if len(found) == sites else start
    status = highspy.HighsModelStatus
    proved = solver.getModelStatus() in {status.kOptimal, status.kTimeLimit, status.kInterrupt}
    return chosen, float(solver.getInfo().mip_dual_bound) / scale if proved else np.inf


def quiet_solver() -> Any:
    """Return a solver that does not print its name when it is made, as that of the library does."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet()  # type: ignore[no-untyped-call]


def _place_rows(covers: Any) -> Any:
    """Return the rows y_i - sum of x_j <= 0 over columns x, y."""
    return sparse.hstack([-covers.astype(float), sparse.identity(covers.shape[0])])


def _count_row(places: int, sites: int) -> Any:
    """Return the row sum of x <= p over columns x, y."""
    return sparse.csr_matrix(np.concatenate([np.ones(sites), np.zeros(places)])[None, :])


def regional(
    weights: Floats, covers: Any, proved: Bound, start: Ints, *, seconds: float, pairs: int = REGION_PAIRS
) -> tuple[float, Ints]:
    """Return a bound at least as good as the one proved, and the sites it was reached with, roughly `p` of them.

    The sites are parted into regions. A place of one region keeps its weight there; one that several regions cover
    counts its price in each and the rest once and for all; a site costs what the `p`-th is worth. Each region is then
    solved by itself, so only what crosses regions is still relaxed.

    Parameters
    ----------
    weights, covers : as for `bound`
    proved : what `bound` returned for them
    start : a good choice
    seconds : after which regions not yet solved keep the bound they had
    pairs : of place and site in a region, about
    """
    until = time.perf_counter() + seconds
    label = regions(covers, proved.prices, max(covers.nnz // pairs, 1))
    count = int(label.max()) + 1
    cost = float(np.sort(proved.worth)[-proved.p]) if 0 < proved.p <= len(label) else 0.0
    member = sparse.csr_matrix((np.ones(len(label)), (np.arange(len(label)), label)), shape=(len(label), count))
    shared = np.diff((covers.astype(float) @ member).tocsr().indptr) > 1
    value = float((weights - proved.prices).sum() + proved.p * cost + np.maximum(proved.worth - cost, 0).sum())
    sites: list[Ints] = []
    for number in np.argsort(np.bincount(label, minlength=count)):  # the small ones leave their time to the others
        mine = np.flatnonzero(label == number)
        remaining = until - time.perf_counter()
        left = max(remaining / (count - len(sites)), LEAST_SECONDS)
        part = covers[:, mine]
        here = np.flatnonzero(np.diff(part.indptr))
        own = here[~shared[here]]
        was = float((weights - proved.prices)[own].sum() + np.maximum(proved.worth[mine] - cost, 0).sum())
        begin = np.flatnonzero(np.isin(mine, start))
        if left <= remaining:
            worth = np.where(shared, proved.prices, weights)[here]
            begin, limit = exact(worth, part[here], proved.p, begin, seconds=left, cost=cost)
            value -= max(was - limit, 0.0) if np.isfinite(limit) else 0.0
        sites.append(mine[begin])
    return min(value + ROUNDING * float(weights.sum()), proved.value), np.sort(np.concatenate(sites))


def regions(covers: Any, prices: Floats, count: int) -> Ints:
    """Return for each site the number of its region; sites that share much, by the prices, fall into one.

    The pair that shares most is joined first, as long as no region holds more than its share of the sites; then sites
    move to the region with which they share most, where it has room.
    """
    sites = covers.shape[1]
    most = -(-sites // count) * 5 // 4
    covering = covers.astype(float)
    both = (covering.T @ sparse.diags(prices) @ covering).tocsr()
    both = (both - sparse.diags(both.diagonal())).tocsr()
    pairs = sparse.triu(both, 1).tocoo()
    order = np.argsort(-pairs.data, kind="stable")
    label = np.unique(join(pairs.row[order], pairs.col[order], sites, most), return_inverse=True)[1]
    size = np.bincount(label)
    for site in list(range(sites)) * 3:
        near = slice(both.indptr[site], both.indptr[site + 1])
        shared = np.bincount(label[both.indices[near]], both.data[near], minlength=len(size))
        shared[(size >= most) & (np.arange(len(size)) != label[site])] = -1
        better = int(np.argmax(shared))
        if shared[better] > shared[label[site]]:
            size[label[site]] -= 1
            size[better] += 1
            label[site] = better
    return np.unique(label, return_inverse=True)[1].astype(np.int64)
