"""From degrees to points on the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

SCALE = 4.0  # drawing units a millimetre


class Page:
    """The frame of the map: projects, clips and simplifies to what print can show.

    Parameters
    ----------
    crs : projected system in metres
    bbox : west, south, east, north in degrees
    width_mm : printed width
    """

    def __init__(self, crs: str, bbox: tuple[float, float, float, float], width_mm: float) -> None:
        self._forward = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
        west, south, east, north = bbox
        edge = shapely.segmentize(shapely.box(west, south, east, north), 0.5)
        x0, y0, x1, y1 = shapely.bounds(self._project(edge))
        self.width = width_mm * SCALE
        self.metres = (x1 - x0) / self.width  # metres on the ground a drawing unit
        self.height = (y1 - y0) / self.metres
        self._x0, self._y1 = x0, y1
        self.frame = shapely.box(0, 0, self.width, self.height)

    def shape(self, geometry: Any) -> Any:
        """Return a geometry in drawing units, clipped to the frame and simplified to a tenth of a millimetre."""
        placed = shapely.transform(self._project(geometry), self._place)
        placed = shapely.simplify(placed, 0.1 * SCALE / 2, preserve_topology=True)
        if not shapely.is_valid(placed):
            placed = shapely.make_valid(placed)
        return shapely.intersection(placed, self.frame)

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return a point in drawing units."""
        x, y = self._forward(longitude, latitude)
        (found,) = self._place(np.array([[x, y]]))
        return float(found[0]), float(found[1])

    def _project(self, geometry: Any) -> Any:
        return shapely.transform(geometry, lambda xy: np.column_stack(self._forward(xy[:, 0], xy[:, 1])))

    def _place(self, xy: Any) -> Any:
        return np.column_stack([(xy[:, 0] - self._x0) / self.metres, (self._y1 - xy[:, 1]) / self.metres])


def path(geometry: Any) -> str:
    """Return the SVG path data of a geometry in drawing units; "" where it is empty."""
    parts = []
    for part in shapely.get_parts(geometry):
        kind = part.geom_type
        if kind == "Polygon":
            rings = [part.exterior, *part.interiors]
            parts += [_line(ring.coords) + "Z" for ring in rings]
        elif kind in {"LineString", "LinearRing"}:
            parts.append(_line(part.coords))
        elif kind.startswith(("Multi", "Geometry")):
            parts.append(path(part))
    return "".join(parts)


def _line(coordinates: Any) -> str:
    points = [(round(x, 1), round(y, 1)) for x, y in coordinates]
    kept = [point for n, point in enumerate(points) if n == 0 or point != points[n - 1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept)
