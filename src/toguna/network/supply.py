"""`supply_routes`: where armed supply could come in, as shares of plausible routes over crossings and links.

`sampled_routes` gives the routes these shares are counted from, for whoever has to know which links go together.

Aggregates over routes only: no convoy, group or person is located. Routes are drawn from a logit over all ways on
which every link comes nearer to the end (Dial 1971, Transportation Research 5): at each node the next link is chosen
with probability proportional to exp(-scale x cost) times the value of what follows, so that cheap routes are likely
and no list of routes has to be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import splu

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.crossings import border_points, links_of
from toguna.network.parameters import parameters
from toguna.network.roads import Bools, Floats, Ints, Roads, read_roads
from toguna.network.status import closed_links
from toguna.network.vehicles import Season

_MOST_STEPS = 400  # links of one route; a route longer than this is drawn anew


@dataclass(frozen=True, eq=False)
class SupplyRoutes:
    """Shares of sampled routes from outside sources to areas inside.

    Attributes
    ----------
    crossings : crossing_id, name, iso3, share (of all sampled routes), low, high (95 per cent, binomial), state
    links : link_id, from_name, to_name, share; most passed first
    routes : routes drawn
    sources, targets : names of the nodes routes start and end at
    """

    crossings: pd.DataFrame = field(repr=False)
    links: pd.DataFrame = field(repr=False)
    routes: int
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    made_from: MadeFrom


@dataclass(frozen=True, eq=False)
class SampledRoutes:
    """Routes drawn from the model, each as the links it passes: samples, never sightings.

    Attributes
    ----------
    roads : links and nodes the routes run on
    passed : routes x links, true where a route passes a link; a row is empty where a route begins at its own end, or
        was not finished in the most steps allowed
    source, target : number of the node each route begins and ends at
    cost : of each link to those who supply, hours and what they would give not to be seen in hours
    """

    roads: Roads = field(repr=False)
    passed: sparse.csr_array = field(repr=False)
    source: Ints = field(repr=False)
    target: Ints = field(repr=False)
    cost: Floats = field(repr=False)
    made_from: MadeFrom

    @property
    def is_way(self) -> Bools:
        """Whether each route passes a link at all."""
        return np.asarray(np.diff(self.passed.indptr) > 0)

    @property
    def through(self) -> sparse.coo_array:
        """Routes x nodes: links of a route that meet at a node it goes through, its beginning and end left out."""
        links = len(self.roads.start)
        ends = np.concatenate([self.roads.start, self.roads.end])
        size = (links, len(self.roads.node_id))
        touches = sparse.csr_array((np.ones(2 * links), (np.tile(np.arange(links), 2), ends)), shape=size)
        met = sparse.coo_array(self.passed.astype(float) @ touches)
        row, node = met.coords
        on = (node != self.source[row]) & (node != self.target[row])
        return sparse.coo_array((met.data[on], (row[on], node[on])), shape=met.shape)


def supply_routes(
    country: Country,
    rng: np.random.Generator,
    *,
    sources: Sequence[str] = (),
    targets: Sequence[str] = (),
    month: str | Month | None = None,
    season: str = Season.DRY,
    routes: int = 2000,
) -> SupplyRoutes:
    """Return the share of plausible supply routes that pass each crossing and link.

    Parameters
    ----------
    rng : generator the routes are drawn with; same state, same routes
    sources : nodes outside the country where supply comes from; by default those of `country.yaml`
    targets : nodes inside it goes to; by default the seats of the areas of the pack's region
    month : for which crossings are closed: a closed one is dearer, not impassable, to those who avoid it anyway
    routes : how many to draw, in equal parts for each source and target

    Examples
    --------
    >>> from toguna.country import read_country
    >>> found = supply_routes(read_country("ouadji"), np.random.default_rng(1), sources=["Nador"], targets=["Azgar"])
    >>> float(found.crossings.set_index("crossing_id").loc["tin-ager-nador", "share"])
    1.0
    """
    ask = _ask(country, sources, targets, month, season, routes)
    roads, total = ask.roads, ask.total
    passed = np.zeros(len(roads.start))
    for end in ask.ends:
        passed += _drawn(roads, ask.cost, ask.starts, end, ask.each, rng)
    return SupplyRoutes(
        _crossings(country, roads, passed, total, ask.when),
        _links(roads, passed, total),
        total,
        tuple(str(roads.node_name[n]) for n in ask.starts),
        tuple(str(roads.node_name[n]) for n in ask.ends),
        ask.made_from,
    )


def sampled_routes(
    country: Country,
    rng: np.random.Generator,
    *,
    sources: Sequence[str] = (),
    targets: Sequence[str] = (),
    month: str | Month | None = None,
    season: str = Season.DRY,
    routes: int = 2000,
) -> SampledRoutes:
    """Return the routes that `supply_routes` counts, for the same arguments and the same state of the generator.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> drawn = sampled_routes(
    ...     read_country("ouadji"), np.random.default_rng(1), sources=["Nador"], targets=["Azgar"], routes=20
    ... )
    >>> drawn.passed.shape, set(drawn.roads.node_name[drawn.source])
    ((20, 13), {'Nador'})
    """
    from toguna.network.walk_search import walk

    ask = _ask(country, sources, targets, month, season, routes)
    links = len(ask.roads.start)
    ways: list[Ints] = []
    for end in ask.ends:
        step = _steps(ask.roads, ask.cost, end)
        for start in ask.starts:
            draws = rng.random((ask.each, _MOST_STEPS))
            ways += [np.flatnonzero(walk(*step, start, end, one[None], links)) for one in draws]
    pointer = np.concatenate([[0], np.cumsum([len(way) for way in ways])])
    at = np.concatenate(ways).astype(np.int64)
    passed = sparse.csr_array((np.ones(len(at), dtype=bool), at, pointer), shape=(len(ways), links))
    source = np.tile(np.repeat(ask.starts, ask.each), len(ask.ends)).astype(np.int64)
    target = np.repeat(ask.ends, ask.each * len(ask.starts)).astype(np.int64)
    return SampledRoutes(ask.roads, passed, source, target, ask.cost, ask.made_from)


@dataclass(frozen=True, eq=False)
class _Ask:
    """What is asked for, as numbers: ends of routes, routes for each pair of them, and what links cost."""

    roads: Roads
    when: Month
    starts: list[int]
    ends: list[int]
    cost: Floats
    each: int
    made_from: MadeFrom

    @property
    def total(self) -> int:
        """Routes drawn in all."""
        return self.each * len(self.starts) * len(self.ends)


def _ask(
    country: Country,
    sources: Sequence[str],
    targets: Sequence[str],
    month: str | Month | None,
    season: str,
    routes: int,
) -> _Ask:
    when = country.month if month is None else Month.parse(month)
    roads = read_roads(country, season, "light")
    starts = [roads.node(name) for name in (sources or country.profile.supply_sources)]
    ends = [roads.node(name) for name in (targets or _default_targets(country, roads))]
    if not starts or not ends:
        raise AskError(N_("Name sources outside and targets inside, or give `supply_sources` in country.yaml."))
    if routes < 1:
        raise AskError(N_("Draw at least one route."))
    each = max(routes // (len(starts) * len(ends)), 1)
    made = country.made_from
    asked = {
        **made.parameters,
        "sources": [str(roads.node_name[n]) for n in starts],
        "month": str(when),
        "routes": each * len(starts) * len(ends),
    }
    cost = _cost(country, roads, when)
    return _Ask(roads, when, starts, ends, cost, each, MadeFrom(made.pack, made.pack_hash, asked))


def _default_targets(country: Country, roads: Roads) -> list[str]:
    """Return the network's places that are chief towns of the region the pack names."""
    region = country.profile.region
    if region is None:
        return []
    parent = country.areas.set_index("pcode")["parent"]
    places = country.places[country.places["kind"].isin(["capital", "town"])]
    inside = places[places["admin2_pcode"].map(parent).isin(region.pcodes)]
    on_roads = inside[inside["place_id"].isin(set(roads.node_id))]
    largest = on_roads.sort_values("population", ascending=False, kind="stable").drop_duplicates("admin2_pcode")
    return [str(one) for one in largest["place_id"]]


def _cost(country: Country, roads: Roads, when: Month) -> Floats:
    """Return the cost of each link to those who want not to be seen, in hours: time, watched roads, crossings."""
    choice = parameters().supply
    hours = np.where(np.isfinite(roads.hours), roads.hours, np.inf)
    paved = np.asarray(roads.table["surface"].isin(["paved", "degraded"]), dtype=float)
    cost = choice.hour_cost * hours + choice.paved_km_cost * paved * roads.length_km
    named = border_points(country, roads)
    cost[named.loc[named["crossing_id"] != "", "link"].unique()] += choice.crossing_cost
    cost[closed_links(country, roads, when)] += choice.crossing_cost
    return cost


def _drawn(roads: Roads, cost: Floats, starts: Sequence[int], end: int, each: int, rng: np.random.Generator) -> Floats:
    """Return how many routes to one end pass each link."""
    from toguna.network.walk_search import walk

    step = _steps(roads, cost, end)
    passed = np.zeros(len(roads.start))
    for start in starts:
        draws = rng.random((each, _MOST_STEPS))
        passed += walk(*step, start, end, draws, len(roads.start))
    return passed


def _steps(roads: Roads, cost: Floats, end: int) -> tuple[Ints, Ints, Ints, Floats]:
    """Return pointers by node to the next node, the link and the weight of each step that comes nearer to an end."""
    scale = parameters().supply.scale
    a = np.concatenate([roads.start, roads.end])
    b = np.concatenate([roads.end, roads.start])
    link = np.tile(np.arange(len(roads.start)), 2)
    least = np.asarray(dijkstra(roads.matrix(cost), indices=end))
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(cost[link]) & (least[b] < least[a])
    a, b, link = a[usable], b[usable], link[usable]
    # Costs are taken relative to the cheapest way, which keeps the exponentials near 1 and the values unchanged.
    weight = np.exp(-scale * (cost[link] + least[b] - least[a]))
    size = len(roads.node_id)
    step = sparse.csr_array((weight, (a, b)), shape=(size, size))
    goal = np.zeros(size)
    goal[end] = 1.0
    value = splu(sparse.csc_array(sparse.eye_array(size) - step)).solve(goal)
    order = np.argsort(a, kind="stable")
    pointer = np.searchsorted(a[order], np.arange(max(int(a.max()), int(b.max()), end) + 2))
    return pointer.astype(np.int64), b[order].astype(np.int64), link[order], (weight * value[b])[order]


def _crossings(country: Country, roads: Roads, passed: Floats, total: int, when: Month) -> pd.DataFrame:
    """Return the share of routes over each crossing, named or not; missing where the pack has no road to it."""
    shut = set(closed_links(country, roads, when))
    by_crossing = links_of(border_points(country, roads))
    labels = roads.labels()
    known = country.crossings.set_index("crossing_id")
    rows = []
    for key in dict.fromkeys([*known.index, *by_crossing]):
        links = by_crossing.get(key, [])
        name = (
            known.loc[key, "name"]
            if key in known.index
            else f"{labels[roads.start[links[0]]]}-{labels[roads.end[links[0]]]}"
        )
        iso3 = str(known.loc[key, "iso3"]) if key in known.index else ""
        share = min(float(passed[links].sum() / total), 1.0) if links else float("nan")
        spread = 1.96 * float(np.sqrt(share * (1 - share) / total)) if links else float("nan")
        state = "no road in the pack" if not links else "closed" if shut & set(links) else "open"
        rows.append((key, name, iso3, share, max(share - spread, 0.0), min(share + spread, 1.0), state))
    found = pd.DataFrame(rows, columns=["crossing_id", "name", "iso3", "share", "low", "high", "state"])
    return found.sort_values("share", ascending=False, na_position="last", kind="stable").reset_index(drop=True)


def _links(roads: Roads, passed: Floats, total: int) -> pd.DataFrame:
    labels = roads.labels()
    found = pd.DataFrame(
        {
            "link_id": roads.table["link_id"],
            "from_name": labels[roads.start],
            "to_name": labels[roads.end],
            "share": passed / total,
        }
    )
    return found.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)
