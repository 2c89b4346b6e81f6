"""Travel times over the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from toguna.network.roads import Floats, Ints, Roads

_NEVER_ZERO = 1e-12  # a weight of exactly 0 is no edge to a sparse matrix


def hours_from(
    roads: Roads, nodes: Sequence[int] | Ints, weight: Floats | None = None, limit: float = np.inf
) -> Floats:
    """Return hours from each of some nodes to every node: shape (sources, nodes); inf where there is no way."""
    return np.asarray(dijkstra(roads.matrix(weight), indices=np.asarray(nodes), limit=limit))


def hours_to_nearest(
    roads: Roads, nodes: Sequence[int] | Ints, weight: Floats | None = None, limit: float = np.inf
) -> Floats:
    """Return hours from every node to the nearest of some nodes: shape (nodes,)."""
    found = dijkstra(roads.matrix(weight), indices=np.asarray(nodes), min_only=True, limit=limit)
    return np.asarray(found)


def hours_from_seeds(roads: Roads, seeds: Floats) -> Floats:
    """Return hours to every node from a source that reaches each node in `seeds` hours (inf where it does not)."""
    size = len(roads.node_id)
    if not np.isfinite(seeds).any():
        return np.full(size, np.inf)
    return np.asarray(dijkstra(widened(roads, seeds), indices=size))[:size]


def widened(roads: Roads, seeds: Floats) -> sparse.csr_array:
    """Return the graph with one node more, last, joined to the seeded ones by links of their hours."""
    matrix = roads.matrix()
    size = len(roads.node_id)
    reached = np.flatnonzero(np.isfinite(seeds))
    pointer = np.concatenate([matrix.indptr, [matrix.indptr[-1] + len(reached)]]).astype(np.int32)
    columns = np.concatenate([matrix.indices, reached]).astype(np.int32)
    data = np.concatenate([matrix.data, np.maximum(seeds[reached], _NEVER_ZERO)])
    wide = sparse.csr_array((size + 1, size + 1))
    wide.indptr, wide.indices, wide.data = pointer, columns, data
    return wide


def shortest_path(roads: Roads, a: int, b: int, weight: Floats | None = None) -> tuple[float, list[int]]:
    """Return cost and links of the cheapest way between two nodes; inf and none where there is no way."""
    cost = roads.hours if weight is None else weight
    far, before = dijkstra(roads.matrix(weight), indices=a, return_predecessors=True)
    if not np.isfinite(far[b]):
        return np.inf, []
    links: list[int] = []
    node = b
    while node != a:
        links.append(best_link(roads, int(before[node]), int(node), cost))
        node = before[node]
    return float(far[b]), links[::-1]


def best_link(roads: Roads, a: int, b: int, cost: Any) -> int:
    """Return the cheapest link between two neighbouring nodes."""
    both = np.flatnonzero(((roads.start == a) & (roads.end == b)) | ((roads.start == b) & (roads.end == a)))
    return int(both[np.argmin(cost[both])])
