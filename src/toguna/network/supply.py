"""`supply_routes`: where armed supply could come in, as shares of plausible routes over crossings and links.

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
from toguna.country import Country
from toguna.network.crossings import border_points, links_of
from toguna.network.parameters import parameters
from toguna.network.roads import Floats, Roads, read_roads
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
    when = country.month if month is None else Month.parse(month)
    roads = read_roads(country, season, "light")
    starts = [roads.node(name) for name in (sources or country.profile.supply_sources)]
    ends = [roads.node(name) for name in (targets or _default_targets(country, roads))]
    if not starts or not ends:
        raise AskError("Name sources outside and targets inside, or give `supply_sources` in country.yaml.")
    if routes < 1:
        raise AskError("Draw at least one route.")
    cost = _cost(country, roads, when)
    each = max(routes // (len(starts) * len(ends)), 1)
    passed = np.zeros(len(roads.start))
    for end in ends:
        passed += _drawn(roads, cost, starts, end, each, rng)
    total = each * len(starts) * len(ends)
    made = country.made_from
    asked = {
        **made.parameters,
        "sources": [str(roads.node_name[n]) for n in starts],
        "month": str(when),
        "routes": total,
    }
    return SupplyRoutes(
        _crossings(country, roads, passed, total, when),
        _links(roads, passed, total),
        total,
        tuple(str(roads.node_name[n]) for n in starts),
        tuple(str(roads.node_name[n]) for n in ends),
        MadeFrom(made.pack, made.pack_hash, asked),
    )


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
    return _walks(a, b, link, weight * value[b], starts, end, each, rng, len(roads.start))


def _walks(
    a: object,
    b: object,
    link: object,
    weight: Floats,
    starts: Sequence[int],
    end: int,
    each: int,
    rng: np.random.Generator,
    links: int,
) -> Floats:
    from toguna.network.walk_search import walk

    a, b, link = (np.asarray(one, dtype=np.int64) for one in (a, b, link))
    order = np.argsort(a, kind="stable")
    pointer = np.searchsorted(a[order], np.arange(max(int(a.max()), int(b.max()), end) + 2))
    passed = np.zeros(links)
    for start in starts:
        draws = rng.random((each, _MOST_STEPS))
        passed += walk(pointer, b[order], link[order], weight[order], start, end, draws, links)
    return passed


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
