"""`trade`: flows between markets loaded on the quickest roads, so that trade routes are a ranked list of links."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from toguna.core.errors import AskError
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.attach import attach, by_road
from toguna.network.parameters import parameters
from toguna.network.reach import people_of
from toguna.network.roads import Floats, Ints, Roads, read_roads
from toguna.network.sites import sites
from toguna.network.vehicles import Season


@dataclass(frozen=True, eq=False)
class Trade:
    """Links by the share of modelled trade that passes them, most first.

    Attributes
    ----------
    table : link_id, from_name, to_name, share (of all flow between markets), km
    markets : name, node, people (those nearest to it by road within the limit)
    """

    table: pd.DataFrame = field(repr=False)
    markets: pd.DataFrame = field(repr=False)
    made_from: MadeFrom


def trade(country: Country, *, season: str = Season.DRY, by: str = "lorry") -> Trade:
    """Return the trade routes of a country: a gravity model, not a count of lorries.

    The flow between two markets is (people at one)^p (people at the other)^p exp(-hours / decay), with p, decay and
    the radius of a market in `parameters.yaml` (judgement: no counts of traffic are in the pack). It takes the
    quickest road.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> found = trade(read_country("ouadji"))
    >>> bool(found.table["share"].between(0, 1).all())
    True
    """
    roads = read_roads(country, season, by)
    places = sites(country, "market")
    if len(places) < 2:
        raise AskError(N_("Trade needs at least two markets with a position in the pack."))
    at = attach(roads, places, country.profile.crs)
    nodes = np.where(at.along < 0.5, roads.start[at.link], roads.end[at.link])
    people = _people_at(country, roads, nodes)
    keep = people > 0
    nodes, people, places = nodes[keep], people[keep], places[keep.tolist()]
    loads = _loads(roads, nodes, people)
    labels = roads.labels()
    table = pd.DataFrame(
        {
            "link_id": roads.table["link_id"],
            "from_name": labels[roads.start],
            "to_name": labels[roads.end],
            "share": loads,
            "km": roads.length_km,
        }
    ).sort_values("share", ascending=False, kind="stable")
    made = country.made_from
    asked = {**made.parameters, "season": season, "by": by, **parameters().trade.model_dump()}
    markets = pd.DataFrame({"name": places["name"].to_numpy(), "node": roads.node_id[nodes], "people": people})
    return Trade(table.reset_index(drop=True), markets, MadeFrom(made.pack, made.pack_hash, asked))


def _people_at(country: Country, roads: Roads, nodes: Ints) -> Floats:
    """Return people nearest to each market by road within the limit; markets at one node share its people evenly."""
    home = people_of(country)
    at = attach(roads, home, country.profile.crs)
    distinct, market = np.unique(nodes, return_inverse=True)
    hours = np.asarray(dijkstra(roads.matrix(), indices=distinct))
    to_market = np.stack([by_road(roads, row, at) for row in hours])
    nearest = to_market.argmin(axis=0)
    inside = to_market.min(axis=0) <= parameters().trade.near_market_h
    people = np.bincount(nearest[inside], home["people"].to_numpy()[inside], minlength=len(distinct))
    return np.asarray(people[market] / np.bincount(market)[market], dtype=np.float64)


def _loads(roads: Roads, nodes: Ints, people: Floats) -> Floats:
    """Return the share of all flow that passes each link."""
    choice = parameters().trade
    size = people**choice.size_power
    load = np.zeros(len(roads.start))
    total = 0.0
    far, before = dijkstra(roads.matrix(), indices=nodes, return_predecessors=True)
    link_of = _link_between(roads)
    for number in range(len(nodes)):
        with np.errstate(under="ignore"):
            flow = size[number] * size * np.exp(-far[number][nodes] / choice.decay_h)
        flow[nodes == nodes[number]] = 0.0
        total += float(flow.sum())
        at_node = np.bincount(nodes, flow, minlength=len(roads.node_id))
        # From the farthest node inwards, each node's flow passes the link to the node before it.
        for node in np.argsort(-np.where(np.isfinite(far[number]), far[number], -1.0)):
            previous = before[number][node]
            if previous >= 0 and at_node[node] > 0:
                load[link_of[(int(previous), int(node))]] += at_node[node]
                at_node[previous] += at_node[node]
    return load / total if total > 0 else load


def _link_between(roads: Roads) -> dict[tuple[int, int], int]:
    """Return the quickest link between each pair of neighbouring nodes, both ways."""
    found: dict[tuple[int, int], int] = {}
    for link in np.argsort(-roads.hours, kind="stable"):
        a, b = int(roads.start[link]), int(roads.end[link])
        found[(a, b)] = found[(b, a)] = int(link)
    return found
