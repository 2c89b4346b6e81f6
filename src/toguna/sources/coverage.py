"""Areas that share borders: repaired, simplified and dissolved as one coverage, so that no sliver appears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

Shapes = Any  # array of shapely geometries


def polygons(shapes: Shapes) -> Shapes:
    """Return valid polygons: rings that cross themselves are repaired, lines and points left over are dropped."""
    made = np.array(shapely.make_valid(shapes), dtype=object)
    for at in np.flatnonzero(~np.isin(shapely.get_type_id(made), (3, 6))):
        parts = shapely.get_parts(shapely.get_parts(made[at]))
        made[at] = shapely.union_all(parts[shapely.get_type_id(parts) == 3])
    return made


def matched(shapes: Shapes) -> Shapes:
    """Return shapes whose shared borders run through the same points.

    Where a border differs from one neighbour to the other, the borders are noded together, each face is
    given to the first area it lies in, and a face in no area to the one it shares most border with.
    """
    if shapely.coverage_is_valid(shapes):
        return shapes
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(shapes))]))
    owner = np.full(len(faces), -1)
    inner = shapely.point_on_surface(faces)
    for_face, for_area = shapely.STRtree(shapes).query(inner, predicate="within")
    order = np.argsort(-for_area, kind="stable")
    owner[for_face[order]] = for_area[order]
    outer = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(shapely.union_all(shapes))))
    gap = (owner < 0) & shapely.is_valid(faces) & _is_sliver(faces, outer)
    for face in np.flatnonzero(gap):
        near = shapely.STRtree(shapes).query(faces[face], predicate="intersects")
        if len(near):
            shared = shapely.length(shapely.intersection(shapes[near], faces[face].boundary))
            owner[face] = near[int(np.argmax(shared))]
    owned = [faces[owner == area] for area in range(len(shapes))]
    # An area that another covers wholly (the same shape twice) is left with no face: an empty polygon.
    return np.array([shapely.union_all(own) if len(own) else shapely.Polygon() for own in owned], dtype=object)


def simplified(shapes: Shapes, tolerance: float) -> Shapes:
    """Return the coverage with fewer points, borders still shared; tolerance in the units of the shapes."""
    thin = shapely.coverage_simplify(shapes, tolerance)
    return np.where(shapely.is_empty(thin) | ~shapely.is_valid(thin), shapes, thin)


def dissolve(codes: Sequence[str], shapes: Shapes) -> tuple[list[str], Shapes]:
    """Return the codes in order, and the union of the shapes of each."""
    keys = sorted(set(codes))
    member = np.asarray(codes, dtype=object)
    return keys, np.array([polygons([shapely.union_all(shapes[member == key])])[0] for key in keys], dtype=object)


def _is_sliver(faces: Shapes, outer: Shapes) -> Any:
    """Return which faces are slips of drawing (thinner than about 300 m) and no lake or enclave."""
    width = 2 * shapely.area(faces) / np.maximum(shapely.length(faces), 1e-12)
    inside = shapely.within(shapely.point_on_surface(faces), shapely.union_all(outer))
    return (width < 0.003) & inside
