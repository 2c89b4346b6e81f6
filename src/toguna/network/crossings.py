"""Where the roads cross the border, and which named crossing each such point belongs to."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.country import Country
from toguna.network.geodesy import great_circle_km
from toguna.network.roads import Roads

END_KM = 15.0  # a road that ends this near a crossing leads to it
NEAR_KM = 25.0  # a road that crosses the border this near a named crossing uses it


def border_points(country: Country, roads: Roads) -> pd.DataFrame:
    """Return one row a point where a link crosses the country's outline.

    Columns: link (number), longitude, latitude, crossing_id ("" where no named crossing is within 25 km), km (to it).
    A link that runs along the border and crosses it often counts once for each named crossing, and once for none.
    """
    crs = country.profile.crs
    outline = country.areas[country.areas["level"] == 0].to_crs(crs).geometry.iloc[0]
    lines = geopandas.GeoSeries(roads.table["geometry"], crs="EPSG:4326").to_crs(crs).to_numpy()
    border = shapely.boundary(outline)
    rows = []
    for link in np.flatnonzero(shapely.intersects(lines, border)).tolist():
        if roads.is_synthetic[link]:
            continue
        for part in shapely.get_parts(shapely.intersection(lines[link], border)):
            middle = shapely.line_interpolate_point(part, 0.5, normalized=True) if part.geom_type != "Point" else part
            rows.append((link, middle.x, middle.y))
    found = _named(country, pd.DataFrame(rows, columns=["link", "x", "y"]))
    ends = _road_ends(country, roads, set(found["crossing_id"]))
    return pd.concat([found, ends], ignore_index=True) if len(ends) else found


def _road_ends(country: Country, roads: Roads, have: set[str]) -> pd.DataFrame:
    """Return the links that end at a crossing no link goes over: the road is known up to the border only."""
    rows = []
    for row in country.crossings[~country.crossings["crossing_id"].isin(have)].itertuples():
        far = great_circle_km(row.longitude, row.latitude, roads.longitude, roads.latitude)
        node = int(far.argmin())
        if far[node] <= END_KM:
            links = np.flatnonzero((roads.start == node) | (roads.end == node)).tolist()
            at = (float(row.longitude), float(row.latitude), str(row.crossing_id), float(far[node]))
            rows += [(link, *at) for link in links if not roads.is_synthetic[link]]
    return pd.DataFrame(rows, columns=["link", "longitude", "latitude", "crossing_id", "km"])


def _named(country: Country, points: pd.DataFrame) -> pd.DataFrame:
    crs = country.profile.crs
    columns = ["link", "longitude", "latitude", "crossing_id", "km"]
    if points.empty:
        return pd.DataFrame(columns=columns)
    back = geopandas.GeoSeries(geopandas.points_from_xy(points["x"], points["y"], crs=crs)).to_crs("EPSG:4326")
    points = points.assign(longitude=back.x, latitude=back.y, crossing_id="", km=np.nan)
    known = country.crossings
    if len(known):
        at = geopandas.GeoSeries(
            geopandas.points_from_xy(known["longitude"], known["latitude"], crs="EPSG:4326")
        ).to_crs(crs)
        apart = np.hypot(
            points["x"].to_numpy()[:, None] - at.x.to_numpy(), points["y"].to_numpy()[:, None] - at.y.to_numpy()
        )
        nearest = apart.argmin(axis=1)
        km = apart.min(axis=1) / 1000
        points["crossing_id"] = np.where(km <= NEAR_KM, known["crossing_id"].to_numpy()[nearest], "")
        points["km"] = np.where(km <= NEAR_KM, km, np.nan)
    return points.drop_duplicates(["link", "crossing_id"])[columns].reset_index(drop=True)


def links_of(points: pd.DataFrame) -> dict[str, list[int]]:
    """Return the links of each named crossing; nameless border points are called `border-` and their link."""
    found: dict[str, list[int]] = {}
    for row in points.itertuples():
        found.setdefault(str(row.crossing_id) or f"border-{row.link}", []).append(int(row.link))
    return found
