"""What is known of a country's units beside their counts: people, distances, roads, how it is governed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from toguna.core.months import Month
from toguna.country.country import Country
from toguna.forecasting.panel import Floats, Ints, Panel, by_row

_POLYARCHY = "v2x_polyarchy"
_EVERY_M = 5_000.0  # points along a road


def with_surroundings(panel: Panel, country: Country) -> Panel:
    """Return the panel with people, distances, roads, bases and governance, as far as the pack holds them.

    Ground that stands (people, borders, roads) is taken as it is; what changes (bases, governance) by month, and only
    from the month it was public.
    """
    if panel.grain == "country":
        return replace(panel, levels={**panel.levels, **_governance(panel, country)})
    if "longitude" not in panel.units or panel.units["longitude"].isna().any():
        return panel
    crs = country.profile.crs
    points = geopandas.GeoSeries(
        geopandas.points_from_xy(panel.units["longitude"], panel.units["latitude"]), crs="EPSG:4326"
    ).to_crs(crs)
    units = panel.units.copy()
    whole = country.areas[country.areas["level"] == 0]
    if len(whole):
        border = geopandas.GeoSeries(whole["geometry"], crs="EPSG:4326").to_crs(crs).union_all().boundary
        units["km_to_border"] = points.distance(border).to_numpy() / 1000
    capital = country.places[country.places["kind"] == "capital"]
    if len(capital):
        units["km_to_capital"] = _nearest_km(points, capital, crs)
    if panel.grain == "admin2":
        people = country.places.groupby("admin2_pcode")["population"].sum(min_count=1)
        units["population"] = people.reindex(panel.units.index).to_numpy()
    near = dict(panel.near)
    if len(country.links):
        roads = geopandas.GeoSeries(country.links["geometry"], crs="EPSG:4326").to_crs(crs)
        units["km_to_road"] = points.distance(roads.union_all()).to_numpy() / 1000
        near["roads"] = by_row(_joined_by_road(points, roads))
    return replace(panel, units=units, near=near, levels={**panel.levels, **_bases(panel, country, points)})


def _nearest_km(points: geopandas.GeoSeries, places: pd.DataFrame, crs: str) -> Floats:
    there = geopandas.GeoSeries(
        geopandas.points_from_xy(places["longitude"], places["latitude"]), crs="EPSG:4326"
    ).to_crs(crs)
    tree = shapely.STRtree(there.to_numpy())
    _, far = tree.query_nearest(points.to_numpy(), return_distance=True, all_matches=False)
    return np.asarray(far) / 1000


def _joined_by_road(points: geopandas.GeoSeries, roads: geopandas.GeoSeries) -> sparse.csr_array:
    """Return which units follow each other along a road, by the unit nearest to each of its points."""
    tree = shapely.STRtree(points.to_numpy())
    found = sparse.lil_array((len(points), len(points)))
    for line in roads.to_numpy():
        many = max(int(shapely.length(line) // _EVERY_M), 1) + 1
        along = shapely.line_interpolate_point(line, np.linspace(0, 1, many), normalized=True)
        passed = tree.nearest(along)
        for one, two in pairwise(passed):
            if one != two:
                found[one, two] = found[two, one] = 1
    return found.tocsr()


def _bases(panel: Panel, country: Country, points: geopandas.GeoSeries) -> dict[str, Floats]:
    """Return km to the nearest base of a peace operation known by each month; NaN before any was."""
    rows = country.presence.dropna(subset=["longitude", "latitude"])
    if rows.empty:
        return {}
    found = np.full(panel.counts.shape, np.nan)
    public = _month_numbers(rows["published"], panel.first)
    for month in sorted(set(public.tolist())):
        known = rows[public <= month]
        standing = known[known["year"] == known["year"].max()]
        found[:, max(month, 0) :] = _nearest_km(points, standing, country.profile.crs)[:, None]
    return {"km_to_base": found}


def _governance(panel: Panel, country: Country) -> dict[str, Floats]:
    """Return the polyarchy index of each country known by each month; NaN where there is none."""
    rows = country.governance[country.governance["index"] == _POLYARCHY]
    found = np.full(panel.counts.shape, np.nan)
    public = _month_numbers(rows["published"], panel.first)
    at = {code: number for number, code in enumerate(panel.units.index)}
    for (_, row), month in sorted(zip(rows.iterrows(), public, strict=True), key=lambda pair: pair[0][1]["year"]):
        if row["iso3"] in at and month < panel.months:
            found[at[row["iso3"]], max(int(month), 0) :] = row["value"]
    return {"polyarchy": found} if np.isfinite(found).any() else {}


def _month_numbers(published: pd.Series, first: Month) -> Ints:
    when = pd.to_datetime(published)
    return np.asarray(when.dt.year * 12 + when.dt.month - 1 - first.year * 12 - first.month + 1, np.int64)
