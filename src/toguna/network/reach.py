"""`reach`: who can be reached from which sites in what time, by area; and who is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from toguna.core.errors import AskError
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_
from toguna.country import Country
from toguna.network.attach import Attached, attach, hours_between
from toguna.network.roads import Floats, Roads, read_roads
from toguna.network.sites import sites
from toguna.network.vehicles import Season, aircraft

if TYPE_CHECKING:
    import geopandas

HOURS = (1.0, 2.0, 4.0, 8.0)
AIRCRAFT = ("helicopter", "transport")


@dataclass(frozen=True, eq=False)
class Reach:
    """People by how far they are from the nearest site.

    Attributes
    ----------
    table : one row an admin 2 area, and first the country: pcode, name, people, a column a limit (`within_2h`),
        and cut_off (people beyond the last limit, or with no way at all)
    places : place_id, name, admin2_pcode, people and hours of every place with a known population
    limits : the limits in hours
    roads : the graph the hours were measured on
    kind, by : what sites, and how they are reached
    """

    table: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    limits: tuple[float, ...]
    roads: Roads = field(repr=False)
    kind: str
    by: str
    made_from: MadeFrom

    def isochrones(self, crs: str) -> geopandas.GeoDataFrame:
        """Return one shape a limit: the ground from which a site is reached within it (EPSG:4326)."""
        from toguna.network.isochrones import isochrones

        return isochrones(self.places, self.limits, self.roads, crs)

    def __str__(self) -> str:
        """Return the country's row in words."""
        row = self.table.iloc[0]
        parts = [f"within {limit:g} h {row[_column(limit)] / row['people']:.0%}" for limit in self.limits]
        season = "" if self.by in AIRCRAFT else f", {self.roads.season} season"
        return f"{row['name']}, to the nearest {self.kind} by {self.by}{season}: {', '.join(parts)} of people"


def reach(
    country: Country,
    kind: str = "health",
    *,
    season: str = Season.DRY,
    by: str = "light",
    limits: Sequence[float] = HOURS,
) -> Reach:
    """Return how many people of each area can be reached from the nearest site within each limit.

    Parameters
    ----------
    country : places, links and sites are used
    kind : health, market, airstrip, base, camp or hub
    season : dry or wet; roads only
    by : vehicle or aircraft of `vehicles.yaml`
    limits : hours

    Examples
    --------
    >>> from toguna.country import read_country
    >>> found = reach(read_country("ouadji"), "hub")
    >>> int(found.table.iloc[0]["within_2h"])
    235000
    """
    limits = tuple(sorted(set(map(float, limits))))
    if not limits or limits[0] <= 0:
        raise AskError(N_("Limits are hours above 0, for example 1, 2, 4 and 8."))
    on_air = by in AIRCRAFT
    roads = read_roads(country, season, "lorry" if on_air else by)
    people = people_of(country)
    from_sites = sites(country, kind)
    if from_sites.empty:
        raise AskError(
            N_("The pack lists no {kind} with a position as of {month}. Choose other sites."),
            kind=kind,
            month=country.month,
        )
    crs = country.profile.crs
    at = attach(roads, people, crs)
    if on_air:
        hours = _by_air(country, roads, attach(roads, from_sites, crs), at, by)
    else:
        hours = hours_between(roads, attach(roads, from_sites, crs), at)
    placed = people.assign(hours=hours)
    made = country.made_from
    asked = {**made.parameters, "sites": kind, "season": season, "by": by, "limits": list(limits)}
    return Reach(
        _by_area(country, placed, limits),
        placed[["place_id", "name", "admin2_pcode", "longitude", "latitude", "people", "hours"]],
        limits,
        roads,
        kind,
        by,
        MadeFrom(made.pack, made.pack_hash, asked),
    )


def people_of(country: Country) -> pd.DataFrame:
    """Return the places of the country with a known population, as `people`."""
    places = country.places
    home = places[(places["iso3"] == country.profile.iso3) & (places["admin2_pcode"] != "")]
    return home.dropna(subset=["population"]).rename(columns={"population": "people"})


def _by_air(country: Country, roads: Roads, bases: Attached, places: Attached, by: str) -> Floats:
    """Return hours by aircraft: straight to where it can land, and on by lorry where that is a strip."""
    craft = aircraft(by)
    if craft.runway_m == 0:
        far = cKDTree(bases.xy).query(places.xy)[0] / 1000
        return np.where(far <= craft.range_km, craft.ready_h + far / craft.cruise_kmh, np.inf)
    strips = sites(country, "airstrip")
    strips = strips[strips["runway_m"] >= craft.runway_m]
    if strips.empty:
        return np.full(len(places.link), np.inf)
    landed = attach(roads, strips, country.profile.crs)
    far = cKDTree(bases.xy).query(landed.xy)[0] / 1000
    flown = np.where(far <= craft.range_km, craft.ready_h + far / craft.cruise_kmh, np.inf)
    ready = Attached(landed.link, landed.along, landed.off_road_km, landed.off_road_h + flown, landed.xy)
    return hours_between(roads, ready, places, straight_across=False)


def _by_area(country: Country, placed: pd.DataFrame, limits: tuple[float, ...]) -> pd.DataFrame:
    names = country.areas.set_index("pcode")["name"]
    marked = placed[["admin2_pcode", "people"]].copy()
    for limit in limits:
        marked[_column(limit)] = np.where(placed["hours"] <= limit, placed["people"], 0.0)
    marked["cut_off"] = np.where(placed["hours"] <= limits[-1], 0.0, placed["people"])
    areas = marked.groupby("admin2_pcode", as_index=False).sum().rename(columns={"admin2_pcode": "pcode"})
    areas.insert(1, "name", areas["pcode"].map(names))
    whole = areas.drop(columns=["pcode", "name"]).sum().to_frame().T
    top = country.areas[country.areas["level"] == 0].iloc[0]
    whole.insert(0, "pcode", top["pcode"])
    whole.insert(1, "name", country.profile.label("en"))
    return pd.concat([whole, areas], ignore_index=True)


def _column(limit: float) -> str:
    return f"within_{limit:g}h"
