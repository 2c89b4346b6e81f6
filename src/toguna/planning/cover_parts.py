"""The parts of a search for coverage, on plain arrays: merge places, drop sites, choose greedily, exchange sites."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toguna.planning.cover_bound import Bools, Floats, Ints
from toguna.planning.cover_search import (
    BARRED,
    CHOSEN,
    FREE,
    STAYS,
    dominated_sites,
    greedy_sites,
    group_equal,
    row_keys,
    swap_sites,
)

CHUNK = 20_000_000  # entries looked at between looks at the clock, about a quarter of a second


@dataclass(frozen=True, eq=False)
class Merged:
    """Places put together where the same sites cover them; places nobody covers are left out.

    Attributes
    ----------
    weights : sum of the weights of each group
    covers : CSR, groups x sites
    group : for each place the number of its group, -1 where nobody covers it
    """

    weights: Floats
    covers: Any = field(repr=False)
    group: Ints = field(repr=False)


def merged(weights: Floats, covers: Any) -> Merged:
    """Return places covered by the same sites as one each; whatever sites are chosen, the weight covered is the same.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> merged(np.array([1.0, 2.0, 4.0]), csr_matrix([[1, 0], [0, 0], [1, 0]], dtype=bool)).weights.tolist()
    [5.0]
    """
    keys = np.random.default_rng(0).integers(1, 2**63, covers.shape[1], dtype=np.uint64)
    key = row_keys(covers.indptr, covers.indices, keys)
    group, count = group_equal(covers.indptr, covers.indices, key, np.argsort(key, kind="stable"))
    there = np.flatnonzero(group >= 0)
    first = np.zeros(count, dtype=np.int64)
    first[group[there][::-1]] = there[::-1]
    sums = np.bincount(group[there], weights[there], minlength=count).astype(float)
    return Merged(sums, covers[first], group)


def undominated(covers: Any) -> Ints:
    """Return the sites that cover something no single other site covers as well; of equals the first.

    Any choice can do without the others: each can give way to a site that covers all it covers.
    """
    columns = columns_of(covers)
    return np.flatnonzero(~dominated_sites(covers.indptr, covers.indices, *columns))


def greedy(weights: Floats, covers: Any, p: int, *, start: Sequence[int] | Ints = ()) -> Ints:
    """Return up to `p` sites beside those of `start`, each adding most to those before it, in order of choice.

    At least 63 % of the best possible (Nemhauser, Wolsey and Fisher 1978, Mathematical Programming 14).
    """
    may = np.ones(covers.shape[1], dtype=bool)
    may[np.asarray(start, dtype=int)] = False
    found: Ints = greedy_sites(*columns_of(covers), weights, covered_by(covers, start), may, p)
    return found


def swap(
    weights: Floats,
    covers: Any,
    sites: Sequence[int] | Ints,
    *,
    stay: Sequence[int] | Ints = (),
    barred: Sequence[int] | Ints = (),
    kicks: int = 0,
    rng: np.random.Generator | None = None,
    until: float = float("inf"),
) -> Ints:
    """Return a choice of as many sites, ascending, that no exchange of one site for another improves.

    Teitz and Bart (1968), Operations Research 16(5). Each kick then forces in two to four sites near each other and
    is kept where the exchanges that follow make it no worse.

    Parameters
    ----------
    weights, covers : as for `max_cover`; covers CSR with ascending entries
    sites : the choice to begin with
    stay, barred : chosen sites that may not leave, and others that may not come
    kicks : how many kicks
    rng : what draws them; seeded with 0 where none is given
    until : value of `time.perf_counter` at which it stops
    """
    held = np.full(covers.shape[1], FREE, dtype=np.int8)
    for state, these in ((CHOSEN, sites), (STAYS, stay), (BARRED, barred)):
        held[np.asarray(these, dtype=int)] = state
    rows, columns = (covers.indptr, covers.indices), columns_of(covers)
    left, rng, budget = kicks if len(sites) else 0, rng or np.random.default_rng(0), CHUNK + 20 * covers.nnz
    while True:
        held, left = swap_sites(rows, columns, weights, held, left, rng, budget)
        if left < 0 or time.perf_counter() > until:
            return np.flatnonzero((held == CHOSEN) | (held == STAYS))


def columns_of(covers: Any) -> tuple[Any, Any]:
    """Return start and entries of the transpose, ascending."""
    columns = covers.tocsc()
    columns.sort_indices()
    return columns.indptr, columns.indices


def covered_by(covers: Any, sites: Sequence[int] | Ints) -> Bools:
    """Return for each place whether one of the sites covers it."""
    chosen = np.zeros(covers.shape[1], dtype=np.int64)
    chosen[np.asarray(sites, dtype=int)] = 1
    return np.asarray(covers.astype(np.int64) @ chosen) > 0
