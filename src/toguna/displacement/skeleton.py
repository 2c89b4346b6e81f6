"""The roads between chosen places and nothing else: few links, each the shortest way by road between neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from toguna.core.errors import AskError
from toguna.country import Country
from toguna.displacement.scenario import Closure, Floats, Ints
from toguna.network.attach import DETOUR, attach
from toguna.network.crossings import border_points, links_of
from toguna.network.roads import Roads
from toguna.network.travel import shortest_path

Flags = npt.NDArray[np.bool_]
OFF_ROAD_KM = 60.0  # a place farther than this from every road is joined to none; two days on foot
SLACK = 0.05  # a way at most this much longer through a place between is the way people take
_NEVER_ZERO = 1e-6  # a way of exactly 0 km is no way to a sparse matrix


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Links between chosen places.

    Attributes
    ----------
    ends : numbers of the two places of each link, shape (links, 2)
    km : length of each by road, with the way to the road, to 0.1 km
    uses : numbers of the road links that the shortest way of each link takes
    """

    ends: Ints
    km: Floats
    uses: tuple[frozenset[int], ...]


def skeleton(roads: Roads, points: pd.DataFrame, crs: str, is_camp: Flags) -> Skeleton:
    """Return the links between places: none where another place that is no camp lies on the way.

    All places that roads join stay joined. Nobody has to pass through a camp to reach the next place.

    Parameters
    ----------
    roads : the network; lengths count, not hours, and no link is closed
    points : longitude and latitude of each place, degrees
    crs : projected system for the ways to the roads
    is_camp : of each place
    """
    graph, used = _graph(roads, points, crs)
    nodes, places = len(roads.node_id), len(points)
    far, before = dijkstra(graph, directed=False, indices=nodes + np.arange(places), return_predecessors=True)
    apart = far[:, nodes:]
    kept = _neighbours(apart, ~is_camp)
    uses = tuple(frozenset(_used(before[a], nodes + a, nodes + b, used)) for a, b in kept)
    km = np.array([apart[a, b] for a, b in kept]).round(1)
    return Skeleton(np.array(kept, dtype=np.int64).reshape(-1, 2), km, uses)


def _graph(roads: Roads, points: pd.DataFrame, crs: str) -> tuple[sparse.csr_array, dict[tuple[int, int], int]]:
    """Return the roads with the places as further nodes, and the road link behind each pair of nodes."""
    nodes, length = len(roads.node_id), roads.length_km
    at = attach(roads, points, crs)
    near = np.flatnonzero(at.off_road_km <= OFF_ROAD_KM)
    link, along, off = at.link[near], at.along[near], DETOUR * at.off_road_km[near]
    pairs = [(roads.start, roads.end, length, np.arange(len(length)))]
    for ends, share in ((roads.start, along), (roads.end, 1 - along)):
        pairs.append((nodes + near, ends[link], off + share * length[link], link))
    for one in np.unique(link):
        i, j = np.triu_indices(int((link == one).sum()), 1)
        here = np.flatnonzero(link == one)
        between = np.abs(along[here[i]] - along[here[j]]) * length[one] + off[here[i]] + off[here[j]]
        pairs.append((nodes + near[here[i]], nodes + near[here[j]], between, np.full(len(i), one)))
    a, b, km, behind = (np.concatenate([pair[k] for pair in pairs]) for k in range(4))
    a, b, km = np.minimum(a, b), np.maximum(a, b), np.maximum(km, _NEVER_ZERO)
    order = np.lexsort((km, b, a))
    first = order[np.unique(np.stack([a[order], b[order]]), axis=1, return_index=True)[1]]  # the shortest of each pair
    size = nodes + len(points)
    graph = sparse.csr_array((km[first], (a[first], b[first])), shape=(size, size))
    used = {(int(a[k]), int(b[k])): int(behind[k]) for k in first}
    return graph, used


def _neighbours(apart: Floats, may_pass: Flags) -> list[tuple[int, int]]:
    """Return pairs of places with no third place on the way; both parts must be shorter, so that all stay joined.

    Only places that may be passed count as on the way, but between two that may not be (camps) every place does.
    """
    kept = []
    for a in range(len(apart)):
        whole = apart[a, a + 1 :, None]
        parts = apart[a][None, :], apart[a + 1 :]
        passed = (parts[0] + parts[1] <= (1 + SLACK) * whole) & (np.maximum(*parts) < whole)
        counts = may_pass[None, :] | ~(may_pass[a] | may_pass[a + 1 :])[:, None]
        own = np.isfinite(whole[:, 0]) & ~(passed & counts).any(axis=1)
        kept += [(a, int(b)) for b in a + 1 + np.flatnonzero(own)]
    return kept


def _used(before: Ints, start: int, end: int, used: dict[tuple[int, int], int]) -> set[int]:
    found = set()
    node = end
    while node != start:
        last = int(before[node])
        found.add(used[min(node, last), max(node, last)])
        node = last
    return found


def closures_on(
    country: Country,
    roads: Roads,
    links: Skeleton,
    names: tuple[str, ...],
    countries: tuple[str, ...],
    rows: pd.DataFrame,
) -> tuple[list[tuple[Closure, str]], list[str]]:
    """Return the links that rows of the table `closures` shut, each with its row's closure_id, and the rows on none.

    A closed crossing shuts the links between two countries whose shortest way uses it; a closed road all links whose
    shortest way uses it. The days of each Closure are 0; the caller knows the period.
    """
    crossings = links_of(border_points(country, roads)) if (rows["kind"] == "crossing").any() else {}
    found, without = [], []
    for row in rows.itertuples():
        is_crossing = row.kind == "crossing"
        shut = set(crossings.get(str(row.subject), [])) if is_crossing else _road(roads, str(row.subject))
        hit = []
        for (a, b), uses in zip(links.ends.tolist(), links.uses, strict=True):
            if uses & shut and not (is_crossing and countries[a] == countries[b]):
                hit.append((Closure("link", names[a], names[b], 0, 0), str(row.closure_id)))
        found += hit
        without += [] if hit else [str(row.closure_id)]
    return found, without


def _road(roads: Roads, subject: str) -> set[int]:
    """Return the links of the shortest road between the two places of `from place - to place`; none if not known."""
    try:
        first, last = (roads.node(name.strip()) for name in subject.split(" - "))
    except (AskError, ValueError):
        return set()
    return set(shortest_path(roads, first, last, roads.length_km)[1])
