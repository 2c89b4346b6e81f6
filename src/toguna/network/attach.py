"""Puts places and sites on the network: nearest link, where along it, and the way to it off the road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from toguna.network.roads import Floats, Ints, Roads
from toguna.network.speeds import access_speed
from toguna.network.travel import hours_from_seeds
from toguna.network.vehicles import Season, vehicle

DETOUR = 1.3  # cross-country way over straight line; a common planning figure, judgement


@dataclass(frozen=True, eq=False)
class Attached:
    """Points on the network.

    Attributes
    ----------
    link : nearest link of each point
    along : how far along the link, 0 at its start and 1 at its end
    off_road_km : straight line to the link, km
    off_road_h : hours of that way cross-country
    xy : the points in metres in the country's projected system
    """

    link: Ints
    along: Floats
    off_road_km: Floats
    off_road_h: Floats
    xy: Floats


def attach(roads: Roads, points: pd.DataFrame, crs: str) -> Attached:
    """Return where points (longitude, latitude) meet the network."""
    xy = _metres(geopandas.points_from_xy(points["longitude"], points["latitude"], crs="EPSG:4326"), crs)
    lines = geopandas.GeoSeries(roads.table["geometry"], crs="EPSG:4326").to_crs(crs).to_numpy()
    found = shapely.STRtree(lines).query_nearest(xy, all_matches=False)[1]
    nearest = lines[found]
    along = shapely.line_locate_point(nearest, xy) / np.maximum(shapely.length(nearest), 1e-9)
    far = shapely.distance(xy, nearest) / 1000
    hours = DETOUR * far / off_road_kmh(roads)
    return Attached(found.astype(np.int64), along, far, hours, np.column_stack([shapely.get_x(xy), shapely.get_y(xy)]))


def site_seeds(roads: Roads, sites: Attached, *, nearer_end: bool = False) -> Floats:
    """Return hours from the nearest site to each end of a link that a site stands on; inf elsewhere.

    With `nearer_end` a site stands at the nearer end of its link, so that it can lose the link it stands on.
    """
    seeds = np.full(len(roads.node_id), np.inf)
    whole = roads.hours[sites.link]
    for ends, share in ((roads.start, sites.along), (roads.end, 1 - sites.along)):
        hours = sites.off_road_h + part_of(whole, share)
        np.minimum.at(seeds, ends[sites.link], np.where(share <= 0.5, hours, np.inf) if nearer_end else hours)
    return seeds


def hours_between(roads: Roads, sites: Attached, places: Attached, *, straight_across: bool = True) -> Floats:
    """Return hours from each place to its nearest site: by road, or straight across country where that is quicker."""
    along = by_road(roads, hours_from_seeds(roads, site_seeds(roads, sites)), places)
    if not straight_across:
        return along
    return np.asarray(np.minimum(along, straight_hours(roads, sites, places)), dtype=np.float64)


def straight_hours(roads: Roads, sites: Attached, places: Attached) -> Floats:
    """Return hours from each place straight across country to its nearest site, off the roads."""
    far = cKDTree(sites.xy).query(places.xy)[0] / 1000
    return np.asarray(far * DETOUR / off_road_kmh(roads), dtype=np.float64)


def part_of(hours: Floats, share: Floats) -> Floats:
    """Return hours of a share of a link; 0 of a closed link takes no time."""
    return np.where(share > 0, hours * np.maximum(share, 1e-12), 0.0)


def _metres(points: object, crs: str) -> Any:
    return np.asarray(geopandas.GeoSeries(points).to_crs(crs).to_numpy())


def off_road_kmh(roads: Roads) -> float:
    """Return km/h off the road, for the season and vehicle of the roads."""
    dry, wet = access_speed()
    mover = vehicle(roads.vehicle)
    return min((dry if roads.season == Season.DRY else wet) * mover.factor, mover.cap)


def hours_between_nodes(roads: Roads, nodes: Ints, places: Attached) -> Floats:
    """Return hours by road from each place to the nearest of some nodes."""
    seeds = np.full(len(roads.node_id), np.inf)
    seeds[nodes] = 0.0
    return by_road(roads, hours_from_seeds(roads, seeds), places)


def by_road(roads: Roads, at_nodes: Floats, places: Attached) -> Floats:
    """Return hours of each place, off the road and along its link, where the hours of all nodes are known."""
    whole = roads.hours[places.link]
    to_start = at_nodes[roads.start[places.link]] + part_of(whole, places.along)
    to_end = at_nodes[roads.end[places.link]] + part_of(whole, 1 - places.along)
    return np.asarray(places.off_road_h + np.minimum(to_start, to_end), dtype=np.float64)
