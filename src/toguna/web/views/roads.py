"""Roads and crossings, the ways between two places, and who is cut off where a road closes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.network.attach import attach, hours_between
from toguna.network.corridors import corridors
from toguna.network.crossings import border_points, links_of
from toguna.network.reach import people_of
from toguna.network.roads import read_roads
from toguna.network.sites import KINDS, sites
from toguna.network.status import is_watched, link_reasons, worst
from toguna.network.vehicles import season_of
from toguna.web.field_faults import MONTH_PATTERN
from toguna.web.problems import Problem, invalid, unknown
from toguna.web.views.view import CAVEATS, Argument, Filter, View, in_area, points
from toguna.web.views.vocabulary import columns

Vehicle = Literal["light", "lorry", "convoy", "ambulance", "foot"]
Season = Literal["dry", "wet"]
_PLACE = Field(min_length=1, max_length=80, description="Place on the road network by name or code")
_STATE = N_("Open means that nothing is on record against it, where anything would have been recorded.")
_BY = Argument("by", Annotated[Vehicle, Field(description="Vehicle")], "lorry")
_SEASON = Argument("season", Annotated[Season | None, Field(description="Default: by the month")], None)


def _states(country: Country) -> dict[int, str]:
    """Return by link what is on record against it in the month looked from."""
    graph = read_roads(country, season_of(country.month), "light")
    found = {link: str(worst(reasons)) for link, reasons in link_reasons(country, graph, country.month).items()}
    default = "open" if is_watched(country) else "unknown"
    return {link: found.get(link, default) for link in range(len(graph.start))}


def _roads(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    if country.links.empty:
        return country.links.assign(state="")
    states = _states(country)
    return country.links.assign(state=[states[number] for number in range(len(country.links))])


def _crossings(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a crossing with the worst state of the roads through it."""
    if country.links.empty or country.crossings.empty:
        return points(country.crossings.assign(state="unknown"))
    states = _states(country)
    through = links_of(border_points(country, read_roads(country, season_of(country.month), "light")))
    order = ("closed", "contested", "unknown", "open")
    state = [
        next((one for one in order if one in {states[link] for link in through.get(str(code), [])}), "unknown")
        for code in country.crossings["crossing_id"]
    ]
    return points(country.crossings.assign(state=state))


def _corridors(country: Country, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a way, the fastest first, with the shape of its links."""
    import geopandas
    import shapely

    month = Month.parse(asked["month"]) if asked["month"] else country.month
    names = {"from": asked["from"], "to": asked["to"]}
    graph = read_roads(country, asked["season"] or season_of(month), asked["by"])
    for field, name in names.items():
        try:
            graph.node(name)
        except AskError:
            raise unknown("place", name, [str(one) for one in graph.node_name if one], field) from None
    if graph.node(names["from"]) == graph.node(names["to"]):
        raise invalid("to", N_("Both ends are the same place."), N_("Name two places."))
    cap = float("inf") if asked["cap"] is None else asked["cap"]
    found = corridors(country, names["from"], names["to"], month=month, by=asked["by"], season=asked["season"], cap=cap)
    table = found.table
    if table.empty:
        return _no_way()
    links = found.to_geopandas()
    shapes = [shapely.line_merge(shapely.multilinestrings(list(_lines(one)))) for _, one in links.groupby("way")]
    table = table.assign(from_name=found.start, to_name=found.end, month=str(month), fastest_h=found.fastest_h)
    return geopandas.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def _lines(links: Any) -> list[Any]:
    return [part for shape in links.geometry for part in getattr(shape, "geoms", [shape])]


def _no_way() -> pd.DataFrame:
    import geopandas

    empty = pd.DataFrame({one.name: pd.Series(dtype=object) for one in CORRIDORS.columns})
    return geopandas.GeoDataFrame(empty, geometry=geopandas.GeoSeries([], crs="EPSG:4326"))


def _cut_off(country: Country, asked: Mapping[str, Any]) -> pd.DataFrame:
    """Return by area the people within hours of a site before a link closes and not after it."""
    season = asked["season"] or season_of(country.month)
    graph = read_roads(country, season, asked["by"])
    known = [str(one) for one in graph.table["link_id"]]
    if asked["link"] not in known:
        raise unknown("road", asked["link"], known, "link")
    served = sites(country, asked["sites"])
    if served.empty:
        detail = N_("The pack lists no {sites} with a position in that month.")
        raise Problem(404, "no-sites", detail, [("sites", detail, N_("Choose other sites."))], sites=asked["sites"])
    people = people_of(country)
    crs = country.profile.crs
    shut = graph.without([known.index(asked["link"])])
    before, after = (
        hours_between(one, attach(graph, served, crs), attach(graph, people, crs)) for one in (graph, shut)
    )
    names = country.areas.set_index("pcode")["name"]
    made = []
    for limit in (2.0, 4.0, 8.0):
        within = people["people"].where(before <= limit, 0.0), people["people"].where(after <= limit, 0.0)
        sums = pd.DataFrame({"area": people["admin2_pcode"], "people_before": within[0], "people_after": within[1]})
        made.append(sums.groupby("area", as_index=False).sum().assign(within_h=limit))
    found = pd.concat(made, ignore_index=True)
    found["people_lost"] = np.maximum(found["people_before"] - found["people_after"], 0.0)
    found = found.assign(link_id=asked["link"], season=season, area_name=found["area"].map(names))
    order = found.sort_values(["within_h", "people_lost"], ascending=[True, False], kind="stable")
    return in_area(order, country, "area")


ROADS = View(
    "roads",
    N_("Roads, pistes and ferries, with what is on record against them"),
    _roads,
    columns(
        "link_id from_name to_name from_node to_node length_km length_basis road_class surface speed_dry speed_wet "
        "mode link_basis state note source"
    ),
    (
        Filter("state", "state", choices=("open", "contested", "closed", "unknown"), example="open"),
        Filter("mode", "mode", choices=("road", "piste", "ferry"), example="road"),
        Filter("surface", "surface", description="Surface", example="paved"),
        Filter("link_id", "link_id", description="Road by code", example="r01"),
    ),
    key="link_id",
    has_shapes=True,
    remarks=(_STATE, N_("A road skeleton is no survey of roads: ask before you send people along it.")),
)
CROSSINGS = View(
    "crossings",
    N_("Border crossings, with what is on record against them"),
    _crossings,
    columns(
        "crossing_id name iso3 home_place far_place longitude latitude road state confidence citation source"
    ),
    (
        Filter("state", "state", choices=("open", "contested", "closed", "unknown"), example="open"),
        Filter("iso3", "iso3", description="Country on the far side", example="XNA"),
    ),
    key="crossing_id",
    has_shapes=True,
    remarks=(_STATE,),
)  # fmt: skip
CORRIDORS = View(
    "corridors",
    N_("Ways between two places, the fastest first"),
    _corridors,
    columns(
        "way from_name to_name month via km hours delay_h fastest_h harm chance shared people_served state reason "
        "ferries"
    ),
    arguments=(
        Argument("from", Annotated[str, _PLACE], ...),
        Argument("to", Annotated[str, _PLACE], ...),
        Argument("month", Annotated[str | None, Field(pattern=MONTH_PATTERN, description="Month of travel")], None),
        _BY,
        _SEASON,
        Argument(
            "cap",
            Annotated[float | None, Field(gt=0, allow_inf_nan=False, description="Most deadly events expected")],
            None,
        ),
    ),
    key="way",
    has_shapes=True,
    remarks=(_STATE, CAVEATS),
)
CUT_OFF = View(
    "cut_off",
    N_("Who is cut off at once where a road closes"),
    _cut_off,
    columns(
        "link_id season within_h area area_name admin1_code admin2_code people_before people_after people_lost"
    ),
    arguments=(
        Argument("link", Annotated[str, Field(min_length=1, max_length=80, description="Road by code")], ...),
        Argument("sites", Annotated[Literal[KINDS], Field(description="Sites people reach")], "hub"),
        _BY,
        _SEASON,
    ),
    area="area",
    level=2,
    remarks=(N_("People of places with a known number of residents only."),),
)  # fmt: skip
