"""PRIO-GRID: the half-degree cells conflict researchers share, their numbers, centres and neighbours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIDE = 0.5  # degrees
COLUMNS = 720
CELLS = 360 * COLUMNS


def gid_of(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> Ints:
    """Return the PRIO-GRID numbers (gid) of points; EPSG:4326, degrees.

    gid = floor((lat + 90) / .5) * 720 + floor((lon + 180) / .5) + 1 (Tollefsen, Strand and Buhaug 2012). Points on the
    eastern or northern edge of the world belong to the last column or row.

    Examples
    --------
    >>> gid_of([-0.86537, 0.30956], [14.22963, 13.97197]).tolist()
    [150119, 149401]
    """
    row = np.floor((np.asarray(latitude, float) + 90) / SIDE).clip(0, 359)
    column = np.floor((np.asarray(longitude, float) + 180) / SIDE).clip(0, COLUMNS - 1)
    found: Ints = (row * COLUMNS + column).astype(np.int64) + 1
    return found


def centre_of(gid: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude of the cells' centres, degrees.

    Examples
    --------
    >>> [float(part[0]) for part in centre_of([150119])]
    [-0.75, 14.25]
    """
    number = np.asarray(gid, np.float64) - 1
    longitude: Floats = (number % COLUMNS) * SIDE - 180.0 + SIDE / 2
    latitude: Floats = (number // COLUMNS) * SIDE - 90.0 + SIDE / 2
    return longitude, latitude


def cells_in(shape: shapely.Geometry) -> Ints:
    """Return the numbers of all cells that touch a shape (EPSG:4326) in more than a line, in ascending order."""
    west, south, east, north = shape.bounds
    longitudes = np.arange(np.floor(west / SIDE), np.ceil(east / SIDE)) * SIDE
    latitudes = np.arange(np.floor(south / SIDE), np.ceil(north / SIDE)) * SIDE
    lon, lat = (grid.ravel() for grid in np.meshgrid(longitudes, latitudes))
    boxes = shapely.box(lon, lat, lon + SIDE, lat + SIDE)
    shapely.prepare(shape)
    inside = shapely.intersects(shape, boxes) & ~shapely.touches(shape, boxes)
    return np.sort(gid_of(lon[inside] + SIDE / 2, lat[inside] + SIDE / 2))


def neighbours_of(gid: Ints) -> sparse.csr_array:
    """Return which of the given cells share a side or a corner: cells x cells, 1 where they do, else 0."""
    number = gid - 1
    row, column = number // COLUMNS, number % COLUMNS
    order = np.argsort(gid)
    starts, ends = [], []
    for up in (-1, 0, 1):
        for right in (-1, 0, 1):
            if up == right == 0:
                continue
            there = (row + up) * COLUMNS + (column + right) % COLUMNS + 1
            at = np.searchsorted(gid, there, sorter=order).clip(0, len(gid) - 1)
            hit = gid[order[at]] == there
            starts.append(np.flatnonzero(hit))
            ends.append(order[at[hit]])
    start, end = np.concatenate(starts), np.concatenate(ends)
    return sparse.csr_array((np.ones(len(start)), (start, end)), shape=(len(gid), len(gid)))
