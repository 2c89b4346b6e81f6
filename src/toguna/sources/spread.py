"""How the people of an area spread over its settlements, where nobody has counted them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from toguna.sources.points import metric

SITE_M = 2_000.0  # a health site stands in the nearest settlement, if that is this near
NEAR_CELL = 1.15  # people of a cell live within its half diagonal and a little more of its centre
LEAST_M = 5_000.0  # but a field is walked to from this far, however fine the grid
REACH_M = 25_000.0  # people of a cell with no settlement near live in those this near, in equal parts


def expected(
    places: pd.DataFrame, chief: pd.Series, density: pd.DataFrame | None, services: pd.DataFrame | None, crs: str
) -> pd.Series:
    """Return the people the grid puts in each settlement: a pattern, to be rescaled to a known total.

    The people of a grid cell are shared among the settlements in and near it by weights from the rank-size rule: the
    settlement of rank r in its admin 2 area weighs 1/r. Chief towns rank first, then other towns, then
    villages with a health site (it is put into the main settlement of its surroundings), then all others;
    settlements that nothing tells apart share the mean of their ranks' weights. Nothing is fitted. Without a
    grid the weights alone are the pattern.

    Parameters
    ----------
    places : settlements with kind, longitude, latitude, admin2_pcode
    chief : whether a settlement is the chief town of its admin 2 area
    density : cells with longitude, latitude, width, height (degrees) and people
    services : table `services`; only health sites count
    crs : projected system, for distances
    """
    points = metric(places["longitude"], places["latitude"], crs)
    is_town = (places["kind"] != "village").to_numpy()
    order = np.select([chief.to_numpy(), is_town, _has_site(points, services, crs)], [0, 1, 2], default=3)
    weight = _rank_size(places["admin2_pcode"].to_numpy(), order)
    if density is None or density.empty:
        return pd.Series(weight, index=places.index)
    return pd.Series(_shared(points, weight, density, crs), index=places.index)


def whole_people(total: float, shares: Sequence[float]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return whole numbers in proportion to shares that sum to the total exactly (largest remainders).

    Examples
    --------
    >>> whole_people(10, [1, 1, 1]).tolist()
    [4, 3, 3]
    """
    weight = np.asarray(shares, dtype=float)
    if weight.sum() <= 0:
        weight = np.ones(len(weight))
    exact = round(total) * weight / weight.sum()
    whole = np.floor(exact).astype(np.int64)
    rest = round(total) - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return np.asarray(whole)


def _has_site(points: Any, services: pd.DataFrame | None, crs: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    found = np.zeros(len(points), dtype=bool)
    if services is None:
        return found
    sites = services[(services["kind"] == "health") & services["longitude"].notna()]
    if len(sites):
        # Each site stands in one settlement, the nearest.
        tree = shapely.STRtree(points)
        pairs = tree.query_nearest(metric(sites["longitude"], sites["latitude"], crs), SITE_M, all_matches=False)
        found[pairs[1]] = True
    return found


def _rank_size(area: Any, order: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return 1/rank of each settlement in its area, averaged over settlements of the same order."""
    frame = pd.DataFrame({"area": area, "order": order})
    first = frame.groupby("area")["order"].rank(method="min").to_numpy().astype(int)
    ties = frame.groupby(["area", "order"])["order"].transform("size").to_numpy()
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, len(frame) + 2))])
    return np.asarray((harmonic[first - 1 + ties] - harmonic[first - 1]) / ties)


def _shared(points: Any, weight: Any, density: pd.DataFrame, crs: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the people each settlement gets from the cells around it, by weight."""
    cells = density.reset_index(drop=True)
    centres = metric(cells["longitude"], cells["latitude"], crs)
    corner = metric(cells["longitude"] + cells["width"] / 2, cells["latitude"] + cells["height"] / 2, crs)
    reach = max(LEAST_M, NEAR_CELL * float(np.median(shapely.distance(centres, corner))))
    tree = shapely.STRtree(points)
    got = np.zeros(len(points))
    open_cells = np.arange(len(cells))
    for distance, weights in ((reach, weight), (REACH_M, np.ones(len(points)))):
        at, place = tree.query(centres[open_cells], predicate="dwithin", distance=distance)
        total = np.bincount(at, weights[place], minlength=len(open_cells))
        np.add.at(got, place, cells["people"].to_numpy()[open_cells[at]] * weights[place] / total[at])
        open_cells = open_cells[total == 0]
    return got
