"""Places and roads as units: events within a few kilometres. Good for ranking; the counts hang on the radius."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.core.errors import DataError
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.forecasting.events_panel import Ground
from toguna.forecasting.panel import Floats, Ints
from toguna.forecasting.placing import UnitOf, shares_by_point

KM = 10.0
RANKING = "Places and roads within 10 km: read them as a ranking, the counts hang on the radius."
_PEOPLE = 5_000.0


def place_ground(country: Country, events: pd.DataFrame) -> Ground:
    """Return towns and camps of the country; an event counts for the nearest one within 10 km."""
    home = country.places[country.places["iso3"] == country.profile.iso3]
    home = home[(home["population"] >= _PEOPLE) | home["kind"].isin(["capital", "town", "camp"])]
    if home.empty:
        raise DataError(N_("The pack has no places to forecast for. Forecast by area or cell."))
    points = geopandas.GeoSeries(geopandas.points_from_xy(home["longitude"], home["latitude"]), crs="EPSG:4326")
    units = pd.DataFrame(
        {name: home[name].to_numpy() for name in ("name", "longitude", "latitude", "population")},
        index=home["place_id"].to_numpy(),
    )
    return Ground(units, shares_by_point(events, _nearest(points.to_crs(country.profile.crs)), len(units)))


def link_ground(country: Country, events: pd.DataFrame) -> tuple[Ground, geopandas.GeoSeries]:
    """Return the links of the road network and their lines; an event counts for the nearest link within 10 km."""
    links = country.links
    if links.empty:
        raise DataError(N_("The pack has no roads. Forecast by area or cell, or build it with roads."))
    lines = geopandas.GeoSeries(np.asarray(links["geometry"]), index=links["link_id"].to_numpy(), crs="EPSG:4326")
    middle = shapely.line_interpolate_point(lines.to_numpy(), 0.5, normalized=True)
    units = pd.DataFrame(
        {
            "name": [
                f"{a} - {b}" if a and b else code
                for a, b, code in zip(links["from_name"], links["to_name"], links["link_id"], strict=True)
            ],
            "longitude": shapely.get_x(middle),
            "latitude": shapely.get_y(middle),
        },
        index=lines.index,
    )
    return Ground(units, shares_by_point(events, _nearest(lines.to_crs(country.profile.crs)), len(units))), lines


def _nearest(shapes: geopandas.GeoSeries) -> UnitOf:
    tree = shapely.STRtree(shapes.to_numpy())
    crs = shapes.crs

    def unit_of(longitude: Floats, latitude: Floats) -> Ints:
        there = geopandas.GeoSeries(geopandas.points_from_xy(longitude, latitude), crs="EPSG:4326").to_crs(crs)
        found = np.full(len(longitude), -1, np.int64)
        point, unit = tree.query_nearest(there.to_numpy(), max_distance=KM * 1000, all_matches=False)
        found[point] = unit
        return found

    return unit_of
