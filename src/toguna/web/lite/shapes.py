"""Shapes of GeoJSON as short paths of a flat drawing: simplified, in whole units, each step told from the last."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

_MARGIN = 0.02  # of the width
_LEAST = 4.0  # square units; smaller islands and holes are left out


@dataclass(frozen=True)
class Frame:
    """Turns degrees into units of a drawing; true to scale in the middle of the map.

    Attributes
    ----------
    west, north : degrees of the upper left corner
    across, down : units to a degree
    width, height : of the drawing, in units
    """

    west: float
    north: float
    across: float
    down: float
    width: int
    height: int

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Return the place of a point."""
        return round((longitude - self.west) * self.across), round((self.north - latitude) * self.down)

    @property
    def degrees(self) -> float:
        """How many degrees a unit is."""
        return 1 / self.down


def frame_of(bounds: Iterable[float], width: int) -> Frame:
    """Return the frame that shows a box of degrees with a small margin.

    Examples
    --------
    >>> frame = frame_of((0, 0, 10, 10), 100)
    >>> frame.width, frame.height, frame.at(0, 10)
    (100, 100, (2, 2))
    """
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    across = width * (1 - 2 * _MARGIN) / ((east - west) or 1)
    down = across / squeeze
    edge = _MARGIN * width
    height = round((north - south) * down + 2 * edge)
    return Frame(west - edge / across, north + edge / down, across, down, width, height)


def read(collection: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[Any]]:
    """Return properties and shapes of the features that have one."""
    kept = [one for one in collection.get("features", ()) if one.get("geometry")]
    return [one["properties"] for one in kept], [shape(one["geometry"]) for one in kept]


def area_paths(shapes: list[Any], frame: Frame, rough: float = 1.0) -> list[str]:
    """Return a path an area; neighbours keep their common border.

    Parameters
    ----------
    rough : units by which a border may stray
    """
    if not shapes:
        return []
    whole = shapely.make_valid(np.array(shapes, dtype=object))
    # A border that is fine at sea level is below a hair's breadth on the map.
    return [_rings(one, frame) for one in shapely.coverage_simplify(whole, rough * 3 * frame.degrees)]


def line_path(line: Any, frame: Frame, rough: float = 1.0) -> str:
    """Return the path of a line."""
    parts = shapely.get_parts(shapely.simplify(line, rough * frame.degrees))
    return "".join(_steps(shapely.get_coordinates(part), frame) for part in parts)


def _rings(area: Any, frame: Frame) -> str:
    rings = [
        ring
        for part in shapely.get_parts(area)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    least = _LEAST * frame.degrees**2
    kept = [ring for ring in rings if shapely.area(shapely.polygons(ring)) >= least] or rings[:1]
    return "".join(_steps(shapely.get_coordinates(ring), frame) + "z" for ring in kept)


def _steps(points: np.ndarray, frame: Frame) -> str:
    spots: list[tuple[int, int]] = []
    for longitude, latitude in points:
        spot = frame.at(float(longitude), float(latitude))
        if not spots or spot != spots[-1]:
            spots.append(spot)
    if not spots:
        return ""
    steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(spots)]
    # A minus sign parts numbers as well as a blank does.
    return (f"M{spots[0][0]} {spots[0][1]}" + (f"l{' '.join(steps)}" if steps else "")).replace(" -", "-")
