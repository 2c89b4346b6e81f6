"""Hours and kilometres between points, all to all: the way that takes least time, and how long that way is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from toguna.network.attach import DETOUR, Attached, attach, off_road_kmh, part_of
from toguna.network.roads import Floats, Ints, Roads

_AT_ONCE = 64  # sources searched together, to keep memory small on large networks


@dataclass(frozen=True, eq=False)
class Travel:
    """Ways between points.

    Attributes
    ----------
    hours : origins x destinations; inf where there is no way
    km : length of these ways; nan where there is none
    """

    hours: Floats = field(repr=False)
    km: Floats = field(repr=False)


def travel(
    roads: Roads, origins: pd.DataFrame, destinations: pd.DataFrame, crs: str, *, straight_across: bool
) -> Travel:
    """Return ways from points to points (longitude, latitude): by road, or straight across where that is quicker.

    The hours are those of `hours_between` from each origin alone.
    """
    here, there = attach(roads, origins, crs), attach(roads, destinations, crs)
    ends = np.unique(np.concatenate([_ends(roads, here).ravel(), _ends(roads, there).ravel()]))
    node_h, node_km = _between_nodes(roads, ends)
    hours = np.full((len(origins), len(destinations)), np.inf)
    km = np.full(hours.shape, np.nan)
    first, last = np.searchsorted(ends, _ends(roads, here)), np.searchsorted(ends, _ends(roads, there))
    first_h, first_km = _to_ends(roads, here)
    last_h, last_km = _to_ends(roads, there)
    for a in range(2):
        for b in range(2):
            pair = np.ix_(first[a], last[b])
            found = first_h[a][:, None] + node_h[pair] + last_h[b]
            quicker = found < hours
            hours = np.where(quicker, found, hours)
            km = np.where(quicker, first_km[a][:, None] + node_km[pair] + last_km[b], km)
    if straight_across:
        far = np.hypot(*(here.xy[:, None, axis] - there.xy[None, :, axis] for axis in (0, 1))) / 1000 * DETOUR
        across = far / off_road_kmh(roads)
        km = np.where(across < hours, far, km)
        hours = np.minimum(across, hours)
    same = (here.xy[:, None] == there.xy[None]).all(axis=2)
    return Travel(np.where(same, 0.0, hours), np.where(same, 0.0, km))


def _ends(roads: Roads, points: Attached) -> Ints:
    return np.stack([roads.start[points.link], roads.end[points.link]])


def _to_ends(roads: Roads, points: Attached) -> tuple[Floats, Floats]:
    """Return hours and km from points to the start and the end of their link; 2 x points each."""
    shares = np.stack([points.along, 1 - points.along])
    whole = roads.hours[points.link]
    hours = np.stack([points.off_road_h + part_of(whole, share) for share in shares])
    return hours, points.off_road_km * DETOUR + shares * roads.length_km[points.link]


def _between_nodes(roads: Roads, nodes: Ints) -> tuple[Floats, Floats]:
    """Return hours and km of the quickest ways between nodes, all to all."""
    matrix = roads.matrix()
    keys, lengths = _quickest_links(roads)
    hours, km = np.empty((len(nodes), len(nodes))), np.empty((len(nodes), len(nodes)))
    for at in range(0, len(nodes), _AT_ONCE):
        some = nodes[at : at + _AT_ONCE]
        far, before = dijkstra(matrix, indices=some, return_predecessors=True)
        hours[at : at + _AT_ONCE] = far[:, nodes]
        km[at : at + _AT_ONCE] = _lengths(before.astype(np.int64), keys, lengths)[:, nodes]
    return hours, np.where(np.isfinite(hours), km, np.nan)


def _quickest_links(roads: Roads) -> tuple[Ints, Floats]:
    """Return pairs of neighbours as sorted keys, and the length of the quickest link of each pair."""
    size = len(roads.node_id)
    keys = np.concatenate([roads.start * size + roads.end, roads.end * size + roads.start])
    order = np.lexsort((np.tile(roads.hours, 2), keys))
    pairs, first = np.unique(keys[order], return_index=True)
    return pairs, np.tile(roads.length_km, 2)[order][first]


def _lengths(before: Ints, keys: Ints, lengths: Floats) -> Floats:
    """Return km to every node along trees of predecessors, doubling the steps taken until all are at their root."""
    size = before.shape[1]
    is_root = before < 0
    parent = np.where(is_root, np.arange(size), before)
    slot = np.minimum(np.searchsorted(keys, parent * size + np.arange(size)), len(keys) - 1)
    total: npt.NDArray[np.float64] = np.where(is_root, 0.0, lengths[slot])
    while True:
        above = np.take_along_axis(parent, parent, axis=1)
        if np.array_equal(above, parent):
            return total
        total = total + np.take_along_axis(total, parent, axis=1)
        parent = above
