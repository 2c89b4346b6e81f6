"""Isochrones: the ground from which a site is reached within a time."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.network.attach import DETOUR, off_road_kmh
from toguna.network.roads import Roads

_SMOOTH_M = 500.0  # tolerance of the drawn outline


def isochrones(places: pd.DataFrame, limits: Sequence[float], roads: Roads, crs: str) -> geopandas.GeoDataFrame:
    """Return one row a limit in hours, largest last: `hours` and the shape (EPSG:4326).

    Around each place reached in time, the ground that the time left allows to cross off the road; limits nest.
    """
    points = geopandas.GeoSeries(
        geopandas.points_from_xy(places["longitude"], places["latitude"], crs="EPSG:4326")
    ).to_crs(crs)
    speed = off_road_kmh(roads) / DETOUR * 1000  # metres an hour, straight line
    hours = places["hours"].to_numpy()
    shapes = []
    for limit in limits:
        inside = hours <= limit
        left = (limit - hours[inside]) * speed
        grown = shapely.buffer(points.to_numpy()[inside], np.maximum(left, _SMOOTH_M), quad_segs=4)
        shapes.append(shapely.simplify(shapely.union_all(grown), _SMOOTH_M))
    # A union simplified on its own may stick out of the larger one by a hair.
    for number in range(len(shapes) - 2, -1, -1):
        shapes[number] = shapely.intersection(shapes[number], shapes[number + 1])
    made = geopandas.GeoDataFrame({"hours": list(limits)}, geometry=shapes, crs=crs)
    return made.to_crs("EPSG:4326")
