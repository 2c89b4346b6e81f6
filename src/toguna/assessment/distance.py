"""Distances from many points to the nearest of others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely


def nearest_km(points: pd.DataFrame, sites: pd.DataFrame, crs: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the geodesic distance in km from each point to its nearest site.

    Parameters
    ----------
    points, sites : frames with `longitude` and `latitude` in degrees; at least one site
    crs : projected system in which the nearest site is sought; the distance itself is on the ellipsoid
    """
    from pyproj import Geod, Transformer

    project = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    here = shapely.points(*project(points["longitude"].to_numpy(), points["latitude"].to_numpy()))
    there = shapely.points(*project(sites["longitude"].to_numpy(), sites["latitude"].to_numpy()))
    found = shapely.STRtree(there).query_nearest(here, all_matches=False)
    order = np.empty(len(points), dtype=int)
    order[found[0]] = found[1]
    _, _, metres = Geod(ellps="WGS84").inv(
        points["longitude"].to_numpy(),
        points["latitude"].to_numpy(),
        sites["longitude"].to_numpy()[order],
        sites["latitude"].to_numpy()[order],
    )
    return np.asarray(metres, dtype=float) / 1000
