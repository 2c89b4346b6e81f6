"""Distances on the ground."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EARTH_KM = 6371.0088  # mean radius, IUGG
Array = npt.NDArray[np.float64]


def great_circle_km(longitude: object, latitude: object, to_longitude: object, to_latitude: object) -> Array:
    """Return great-circle distances in km between points in degrees; shapes broadcast.

    Source: haversine formula on the mean sphere; within 0.5 per cent of the ellipsoid.

    Examples
    --------
    >>> float(great_circle_km(-8.0029, 12.6392, -0.0447, 16.2717).round())
    947.0
    """
    lon1, lat1, lon2, lat2 = (
        np.radians(np.asarray(x, dtype=float)) for x in (longitude, latitude, to_longitude, to_latitude)
    )
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(h), 1.0)), dtype=np.float64)
