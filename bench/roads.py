"""Times the road network beside plain scipy and networkx, on one made-up graph of 78,400 nodes and 200,000 edges.

    python -m bench.roads

Medians of several runs in one process, after a first that compiles; peers in the same run, with ratios.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from toguna.country import read_country
from toguna.network.attach import Attached
from toguna.network.critical import closures, critical_links
from toguna.network.pareto import pareto_front
from toguna.network.roads import Roads
from toguna.network.travel import hours_from, hours_to_nearest

SIDE, LINKS = 280, 100_000


def country_sized(rng: np.random.Generator) -> Roads:
    """Return a grid with a third of its links taken out at random, still in one piece."""
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    a = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    b = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    order = rng.permutation(len(a))
    a, b = a[order], b[order]
    tree = np.zeros(len(a), dtype=bool)
    parent = np.arange(SIDE * SIDE)

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for link, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        r, s = root(one), root(other)
        if r != s:
            parent[r], tree[link] = s, True
    spare = np.flatnonzero(~tree)[: LINKS - int(tree.sum())]
    kept = np.sort(np.concatenate([np.flatnonzero(tree), spare]))
    hours = rng.lognormal(-2.5, 0.5, len(kept))
    table = pd.DataFrame({"length_km": hours * 40, "link_basis": "osm"})
    names = np.array([f"n{n}" for n in range(SIDE * SIDE)], dtype=object)
    x, y = np.meshgrid(np.arange(SIDE) * 0.05, np.arange(SIDE) * 0.05)
    return Roads(names, names, x.ravel(), y.ravel(), a[kept], b[kept], hours, table)


def timed(what: str, run: Callable[[], Any], runs: int = 5, promised: str = "") -> float:
    """Print and return the median seconds of several runs after a first one."""
    run()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    median = statistics.median(found)
    print(f"{what:52} {median * 1000:10.1f} ms ({min(found) * 1000:.1f}-{max(found) * 1000:.1f}){promised}")
    return median


def main() -> None:
    """Print one line a measurement."""
    rng = np.random.default_rng(1)
    roads = country_sized(rng)
    print(f"graph: {len(roads.node_id):,} nodes, {2 * len(roads.start):,} directed edges")
    hubs = rng.choice(len(roads.node_id), 8, replace=False)
    timed("nearest of 8 hubs, all nodes", lambda: hours_to_nearest(roads, hubs), 15, "  promised 20 ms")
    _closures(roads, hubs, rng)
    _matrix(roads, rng)
    _front(roads, rng)
    mali = read_country("mali")
    timed(
        "Mali: every link closed, indicators, worst pairs",
        lambda: critical_links(mali, "hub"),
        5,
        "  promised 2,000 ms",
    )


def _closures(roads: Roads, hubs: np.ndarray, rng: np.random.Generator) -> None:
    sites = _on_nodes(roads, hubs)
    places = _on_nodes(roads, np.arange(len(roads.node_id)))
    places.xy[:] += 1e9
    people = rng.lognormal(5, 1, len(roads.node_id))
    closed = rng.choice(len(roads.start), 1000, replace=False)
    ours = timed(
        "1,000 single closures, people lost at 3 limits",
        lambda: closures(roads, sites, places, people, (2, 4, 8), closed),
        3,
        "  promised 20,000 ms",
    )
    some = closed[:20]
    plain = timed("  plain scipy, 20 of them", lambda: [hours_to_nearest(roads.without([c]), hubs) for c in some], 3)
    print(f"  plain scipy for 1,000 would take {plain * 50:.1f} s: {plain * 50 / ours:.0f} times ours")


def _on_nodes(roads: Roads, nodes: np.ndarray) -> Attached:
    first = np.full(len(roads.node_id), -1)
    first[roads.end[::-1]] = np.arange(len(roads.start))[::-1]
    first[roads.start[::-1]] = np.arange(len(roads.start))[::-1]
    links = first[nodes]
    along = np.where(roads.start[links] == nodes, 0.0, 1.0)
    return Attached(
        links, along, np.zeros(len(nodes)), np.zeros(len(nodes)), np.column_stack([nodes * 1e6, nodes * 0.0])
    )


def _matrix(roads: Roads, rng: np.random.Generator) -> None:
    ends = rng.choice(len(roads.node_id), 500, replace=False)
    ours = timed("500 x 500 hours", lambda: hours_from(roads, ends)[:, ends], 3)
    matrix = roads.matrix()
    plain = timed("  plain scipy", lambda: dijkstra(matrix, indices=ends)[:, ends], 3)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(roads.start.tolist(), roads.end.tolist(), roads.hours.tolist(), strict=True))
    some = ends[:5].tolist()
    peer = timed(
        "  networkx, 5 of the 500 sources", lambda: [nx.single_source_dijkstra_path_length(graph, n) for n in some], 1
    )
    print(
        f"  ours / plain scipy {ours / plain:.2f} (promised 1.1); networkx / ours {peer * 100 / ours:.0f} (promised 10)"
    )


def _front(roads: Roads, rng: np.random.Generator) -> None:
    risk = rng.gamma(0.3, 0.02, len(roads.start)) * roads.hours
    for far in (40, 120, 240):
        a, b = int(SIDE * 20 + 20), int(SIDE * 20 + 20 + far)
        cheapest = pareto_front(roads, a, b, np.zeros(len(risk)))
        cap = 0.6 * float(risk[list(cheapest.links[0])].sum())
        points = len(pareto_front(roads, a, b, risk, cap).hours)
        timed(
            f"Pareto front, {far} nodes apart, cap, {points} points",
            lambda a=a, b=b, cap=cap: pareto_front(roads, a, b, risk, cap),
            3,
            "  promised 1,000 ms",
        )


if __name__ == "__main__":
    main()
