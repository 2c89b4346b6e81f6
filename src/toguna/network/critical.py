"""`critical_links`: which links and river crossings people's access hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from toguna.core.errors import AskError
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.attach import Attached, attach, part_of, site_seeds, straight_hours
from toguna.network.closure_search import close_each, preorder
from toguna.network.reach import people_of
from toguna.network.roads import Bools, Floats, Ints, Roads, read_roads
from toguna.network.sites import sites
from toguna.network.travel import hours_from_seeds, widened
from toguna.network.vehicles import Season

PAIRS_AMONG = 50


@dataclass(frozen=True, eq=False)
class CriticalLinks:
    """Links by the people whose access hangs on them, most first.

    Attributes
    ----------
    table : one row a link: link_id, from_name, to_name, mode, surface, length_km, link_basis, lost_{H}h (people
        within H hours before and not after it closes), delay_person_h (person-hours added for those still reached),
        is_bridge (its closing parts the graph), detour_km (extra road between its ends; inf at a bridge)
    pairs : pairs of the 50 worst links: link_id, other_id, lost (at the first limit), more (than the two alone)
    kind, limits : to which sites, within what hours
    """

    table: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    kind: str
    limits: tuple[float, ...]
    made_from: MadeFrom


def critical_links(
    country: Country,
    kind: str = "hub",
    *,
    season: str = Season.DRY,
    by: str = "lorry",
    limits: Sequence[float] = (2.0, 4.0, 8.0),
    pairs: int = 10,
) -> CriticalLinks:
    """Return every link with what its closing would do to people's access to sites.

    Parameters
    ----------
    country : places, links and sites are used
    kind : health, market, airstrip, base, camp or hub
    limits : hours within which access counts; the first orders the pairs
    pairs : how many of the worst pairs among the 50 worst links to return; 0 for none

    Examples
    --------
    >>> from toguna.country import read_country
    >>> found = critical_links(read_country("ouadji"), "hub", by="light")
    >>> worst = found.table.iloc[0]
    >>> worst["from_name"], worst["to_name"], float(worst["lost_4h"])
    ('Doumba', 'Sirakoro', 30000.0)
    """
    limits = tuple(sorted(set(map(float, limits))))
    if not limits or limits[0] <= 0:
        raise AskError(N_("Limits are hours above 0, for example 2, 4 and 8."))
    roads = read_roads(country, season, by)
    people = people_of(country)
    crs = country.profile.crs
    served, at = attach(roads, sites(country, kind), crs), attach(roads, people, crs)
    count = people["people"].to_numpy(dtype=float)
    lost, delay = closures(roads, served, at, count, limits)
    table = roads.table[["link_id", "mode", "surface", "length_km", "link_basis"]].copy()
    labels = roads.labels()
    table.insert(1, "from_name", labels[roads.start])
    table.insert(2, "to_name", labels[roads.end])
    for number, limit in enumerate(limits):
        table[f"lost_{limit:g}h"] = lost[:, number]
    table["delay_person_h"] = delay
    table["detour_km"] = detours(roads)
    table["is_bridge"] = ~np.isfinite(table["detour_km"])
    order = np.lexsort((-delay, *(-lost[:, number] for number in reversed(range(len(limits))))))
    made = country.made_from
    asked = {**made.parameters, "sites": kind, "season": season, "by": by, "limits": list(limits)}
    return CriticalLinks(
        table.iloc[order].reset_index(drop=True),
        _pairs(roads, served, at, count, limits[0], lost[:, 0], order[:PAIRS_AMONG], pairs),
        kind,
        limits,
        MadeFrom(made.pack, made.pack_hash, asked),
    )


def closures(
    roads: Roads, served: Attached, at: Attached, people: Floats, limits: Sequence[float], closed: Ints | None = None
) -> tuple[Floats, Floats]:
    """Return people losing access within each limit (links, limits) and person-hours added (links), link by link.

    People go the way that was the shortest before, from the node it joins the network at; those who cross country
    straight to a site do not depend on any link.
    """
    closed = np.arange(len(roads.start)) if closed is None else closed
    wide = widened(roads, site_seeds(roads, served, nearer_end=True))
    time, before = dijkstra(wide, indices=len(roads.node_id), return_predecessors=True)
    time, parent = time[:-1], np.where(before[:-1] == len(roads.node_id), -1, before[:-1]).astype(np.int64)
    first, last, order = preorder(parent)
    node, offset, depends = _entry(roads, served, at, time)
    group = np.argsort(node[depends], kind="stable")
    starts = np.searchsorted(node[depends][group], np.arange(len(roads.node_id) + 1))
    pointer, columns, links = roads.order
    lost, delay = close_each(
        pointer,
        columns,
        links,
        roads.hours,
        time,
        first,
        last,
        order,
        _below(roads, time, parent),
        closed,
        people[depends][group],
        offset[depends][group],
        starts,
        np.asarray(limits, dtype=float),
    )
    return lost, delay


def _below(roads: Roads, time: Floats, parent: Ints) -> Ints:
    """Return for each link the node below it in the tree of shortest ways; -1 where it is in no such way."""
    below = np.full(len(roads.start), -1, dtype=np.int64)
    for above, under in ((roads.start, roads.end), (roads.end, roads.start)):
        with np.errstate(invalid="ignore"):
            on_tree = (parent[under] == above) & (np.abs(time[above] + roads.hours - time[under]) < 1e-9)
        below[on_tree] = under[on_tree]
    return below


def _entry(roads: Roads, served: Attached, at: Attached, time: Floats) -> tuple[Ints, Floats, Bools]:
    """Return the node each place joins the network at, its hours from it, and whether it goes by the network.

    Places, like sites, stand at the nearer end of their link, so that they can lose the link they stand on.
    """
    is_start = at.along <= 0.5
    node = np.where(is_start, roads.start[at.link], roads.end[at.link])
    offset = at.off_road_h + part_of(roads.hours[at.link], np.where(is_start, at.along, 1 - at.along))
    along = time[node] + offset
    depends = np.isfinite(along) & (along <= straight_hours(roads, served, at))
    return node, offset, depends


def detours(roads: Roads) -> Floats:
    """Return the extra km between the ends of each link by other roads; inf where there are none."""
    found = np.full(len(roads.start), np.inf)
    length = np.where(np.isfinite(roads.hours), roads.length_km, np.inf)
    for link in range(len(found)):
        if np.isfinite(length[link]):
            without = length.copy()
            without[link] = np.inf
            far = dijkstra(roads.matrix(without), indices=int(roads.start[link]))
            found[link] = max(far[roads.end[link]] - length[link], 0.0)
    return found


def _pairs(
    roads: Roads,
    served: Attached,
    at: Attached,
    people: Floats,
    limit: float,
    lost: Floats,
    among: Ints,
    wanted: int,
) -> pd.DataFrame:
    """Return the worst pairs: what both closing at once costs, and how much more than the two alone."""
    columns = ["link_id", "other_id", "lost", "more"]
    if not wanted:
        return pd.DataFrame(columns=columns)
    seeds = site_seeds(roads, served, nearer_end=True)
    node, offset, depends = _entry(roads, served, at, hours_from_seeds(roads, seeds))
    node, offset, people = node[depends], offset[depends], people[depends]
    before = hours_from_seeds(roads, seeds)[node] + offset <= limit
    rows = []
    for one, other in combinations([int(link) for link in among], 2):
        after = hours_from_seeds(roads.without([one, other]), seeds)[node] + offset <= limit
        both = float(people[before & ~after].sum())
        rows.append((roads.table["link_id"][one], roads.table["link_id"][other], both, both - lost[one] - lost[other]))
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["more", "lost"], ascending=False, kind="stable").head(wanted).reset_index(drop=True)
