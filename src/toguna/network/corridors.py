"""`corridors`: the ways from one place to another, fast or safe, with their state, harm, delay and whom they serve."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.attach import attach, hours_between_nodes
from toguna.network.parameters import parameters
from toguna.network.pareto import Front, pareto_front
from toguna.network.risk import LinkRisk, link_risk
from toguna.network.roads import Floats, Roads, read_roads
from toguna.network.status import Reason, State, closed_links, link_reasons, worst
from toguna.network.vehicles import season_of

if TYPE_CHECKING:
    import geopandas


@dataclass(frozen=True, eq=False)
class Corridors:
    """Ways between two places in a month.

    Attributes
    ----------
    table : one row a way shown, the fastest first: way, via, km, hours, delay_h (against the fastest), harm
        (events a convoy expects to meet; missing where no series of events reaches near the month), chance (of
        meeting any), shared (largest part of the length shared
        with a way before), people_served, state, reason, ferries
    links : the links of the ways: way, order, link_id, from_name, to_name, km, hours, harm, surface, state
    front : the whole trade-off between hours and harm: every way that no other beats at both
    fastest_h : hours of the fastest way with all closures lifted, to see what closures cost
    """

    table: pd.DataFrame = field(repr=False)
    links: pd.DataFrame = field(repr=False)
    front: pd.DataFrame = field(repr=False)
    start: str
    end: str
    month: Month
    fastest_h: float
    roads: Roads = field(repr=False)
    made_from: MadeFrom

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """Return one row a link of a way, with its shape (EPSG:4326)."""
        import geopandas

        shapes = self.roads.table.set_index("link_id")["geometry"]
        return geopandas.GeoDataFrame(self.links, geometry=list(shapes.loc[self.links["link_id"]]), crs="EPSG:4326")

    def __str__(self) -> str:
        """Return the ways in words."""
        head = f"{self.start} to {self.end}, {self.month}, by {self.roads.vehicle}, {self.roads.season} season"
        if self.table.empty:
            if not np.isfinite(self.fastest_h):
                return f"{head}: there is no way in this season by this vehicle"
            return f"{head}: no way is open; without closures the fastest would take {self.fastest_h:.1f} h"
        rows = [
            f"  {row.way}  {row.km:,.0f} km  {row.hours:.1f} h  {_harm(row.harm)}  {row.state}  via {row.via}"
            for row in self.table.itertuples()
        ]
        return "\n".join([head, *rows])


def _harm(value: float) -> str:
    return f"harm {value:.3f}" if np.isfinite(value) else "harm unknown"


def corridors(
    country: Country,
    start: str,
    end: str,
    *,
    month: str | Month | None = None,
    by: str = "lorry",
    season: str | None = None,
    cap: float = np.inf,
    risk: LinkRisk | None = None,
) -> Corridors:
    """Return the ways between two places: the trade-off of time and harm, and alternatives that share little.

    Parameters
    ----------
    country : links, closures, events and political events are used as it shows them
    start, end : names of places on the road network
    month : YYYY-MM; by default the month the country is looked at from
    by : vehicle of `vehicles.yaml`
    season : dry or wet; by default the wet season is June to October, as in the Sahel
    cap : most events a convoy may expect to meet; a way beyond it is not shown
    risk : risk of each link to use instead of what is on record, for instance a forecast's

    Examples
    --------
    >>> from toguna.country import read_country
    >>> found = corridors(read_country("ouadji"), "Doumba", "Azgar", month="2013-02", by="light")
    >>> found.table["hours"].round(2).tolist()
    [8.95, 10.54, 13.38]
    """
    when = country.month if month is None else Month.parse(month)
    season = season or season_of(when)
    roads = read_roads(country, season, by)
    a, b = roads.node(start), roads.node(end)
    if a == b:
        raise AskError(N_("{start} and {end} are the same place. Name two."), start=start, end=end)
    if not cap > 0:
        raise AskError(N_("The cap on harm is a number above 0: events a convoy may expect to meet."))
    passable = roads.without(roads.is_synthetic)
    shut = passable.without(closed_links(country, roads, when))
    risk = risk or link_risk(country, roads, when)
    front = pareto_front(shut, a, b, risk.per_passage, cap)
    free = pareto_front(passable, a, b, np.zeros(len(roads.start)))
    reasons = link_reasons(country, roads, when)
    ways = _alternatives(shut, a, b, risk, front, cap)
    table = [_row(country, shut, number, way, ways, risk, reasons) for number, way in enumerate(ways, start=1)]
    made = country.made_from
    asked = {**made.parameters, "from": start, "to": end, "month": str(when), "by": by, "season": season, "cap": cap}
    frame = pd.DataFrame(table)
    if len(frame):
        frame["delay_h"] = frame["hours"] - frame["hours"].min()
    return Corridors(
        frame,
        _links(shut, ways, risk, reasons, a),
        _front(front, roads),
        str(roads.node_name[a]),
        str(roads.node_name[b]),
        when,
        float(free.hours[0]) if len(free.hours) else np.inf,
        shut,
        MadeFrom(made.pack, made.pack_hash, asked),
    )


def _alternatives(roads: Roads, a: int, b: int, risk: LinkRisk, front: Front, cap: float) -> list[tuple[int, ...]]:
    """Return the fastest way, then ways that share at most half with those before, from the front and beyond it.

    Links already used are made three times as slow until a way comes out that shares little enough.
    """
    choice = parameters().alternatives
    if not front.links:
        return []
    ways = [front.links[0]]
    candidates = list(front.links[1:])
    slowed = roads.hours.copy()
    for _ in range(4 * choice.shown):
        slowed[list(ways[-1])] *= 3.0
        again = pareto_front(_with_hours(roads, slowed), a, b, risk.per_passage, cap)
        candidates += again.links
    best = sum(roads.hours[list(ways[0])])
    for way in sorted(set(candidates), key=lambda one: roads.hours[list(one)].sum()):
        hours = roads.hours[list(way)].sum()
        shared = max(_shared(roads, way, other) for other in ways)
        if len(ways) < choice.shown and hours <= choice.longest * best and shared <= choice.most_shared:
            ways.append(way)
    return ways


def _with_hours(roads: Roads, hours: Floats) -> Roads:
    return replace(roads, hours=hours)


def _shared(roads: Roads, way: tuple[int, ...], other: tuple[int, ...]) -> float:
    both = list(set(way) & set(other))
    return float(roads.length_km[both].sum() / roads.length_km[list(way)].sum())


def _row(
    country: Country,
    roads: Roads,
    number: int,
    way: tuple[int, ...],
    ways: list[tuple[int, ...]],
    risk: LinkRisk,
    reasons: dict[int, list[Reason]],
) -> dict[str, object]:
    links = list(way)
    against = sorted((one for link in links for one in reasons.get(link, [])), key=lambda one: one.date)
    state = worst(against)
    harm = float(risk.per_passage[links].sum())
    return {
        "way": number,
        "via": ", ".join(_via(roads, way)),
        "km": float(roads.length_km[links].sum()),
        "hours": float(roads.hours[links].sum()),
        "delay_h": 0.0,
        "harm": harm if risk.is_known else np.nan,
        "chance": float(-np.expm1(-harm)) if risk.is_known else np.nan,
        "shared": max((_shared(roads, way, other) for other in ways[: number - 1]), default=0.0),
        "people_served": _served(country, roads, links),
        "state": str(state),
        "reason": _why(against, state),
        "ferries": int((roads.table["mode"].iloc[links] == "ferry").sum()),
    }


def _why(against: list[Reason], state: State) -> str:
    mine = list(dict.fromkeys(f"{one.date}: {one.text}" for one in against if one.state is state))
    more = f" (and {len(mine) - 3} more)" if len(mine) > 3 else ""
    return "; ".join(mine[-3:]) + more if mine else "nothing on record against it"


def _via(roads: Roads, way: tuple[int, ...]) -> list[str]:
    nodes = [n for link in way for n in (roads.start[link], roads.end[link])]
    names = [str(roads.node_name[n]) for n in dict.fromkeys(nodes) if roads.node_name[n]]
    # The two ends of the way are the nodes that only one of its links has.
    ends = {str(roads.node_name[n]) for n in set(nodes) if nodes.count(n) == 1}
    return [name for name in names if name not in ends][:8]


def _served(country: Country, roads: Roads, links: list[int]) -> float:
    """Return people within an hour of the corridor by road."""
    places = country.places
    home = places[(places["iso3"] == country.profile.iso3)].dropna(subset=["population"])
    at = attach(roads, home, country.profile.crs)
    nodes = np.unique(np.concatenate([roads.start[links], roads.end[links]]))
    hours = hours_between_nodes(roads, nodes, at)
    on_it = np.isin(at.link, links)
    near = np.where(on_it, at.off_road_h, hours) <= parameters().served.within_h
    return float(home["population"].to_numpy()[near].sum())


def _links(
    roads: Roads, ways: list[tuple[int, ...]], risk: LinkRisk, reasons: dict[int, list[Reason]], a: int
) -> pd.DataFrame:
    rows = []
    labels = roads.labels()
    for number, way in enumerate(ways, start=1):
        node = a
        for order, link in enumerate(way, start=1):
            far = int(roads.end[link] if roads.start[link] == node else roads.start[link])
            rows.append(
                {
                    "way": number,
                    "order": order,
                    "link_id": roads.table["link_id"].iloc[link],
                    "from_name": labels[node],
                    "to_name": labels[far],
                    "km": roads.length_km[link],
                    "hours": roads.hours[link],
                    "harm": risk.per_passage[link],
                    "surface": roads.table["surface"].iloc[link],
                    "state": str(worst(reasons.get(link, []))),
                }
            )
            node = far
    return pd.DataFrame(rows)


def _front(front: Front, roads: Roads) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "hours": front.hours,
            "harm": front.risk,
            "km": [float(roads.length_km[list(links)].sum()) for links in front.links],
        }
    )
