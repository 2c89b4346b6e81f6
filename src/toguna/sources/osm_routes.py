"""Shortest paths over OpenStreetMap between places, as a routing service returned them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toguna.core.errors import DataError, Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.reading import Reading, text_of
from toguna.sources.source import About, Made, standing

_WHAT = "routes between places as GeoJSON, one feature a place with paths to all others"
_REMEDY = "Take this path from the owner's file again."


class OsmRoutes:
    """Reads `*_routes.geojson`. Coordinates are latitude, longitude; paths run straight between junctions."""

    about = About(
        key="osm-routes",
        title="Shortest paths over OpenStreetMap between towns and camps",
        owner="OpenStreetMap contributors; FabFlee project (paths)",
        version="not stated",
        licence="ODbL 1.0",
        licence_basis="stated",
        citation="OpenStreetMap contributors, openstreetmap.org/copyright; Suleimenova, Bell and Groen 2017",
        url="",
        rhythm="never",
        lag=standing(),
    )
    files: tuple[str, ...] = ("*_routes.geojson",)
    provides: tuple[str, ...] = ()

    def read(self, path: Path) -> Reading:
        """Return one row a segment (two ends in degrees), with the number of paths on it.

        Rows of the file are paths; a path with a point off the globe, or of one point, is refused.
        """
        features = _features(path)
        paths = [line for feature in features for line in _lines(feature)]
        sound = {number: line for number, line in enumerate(paths, start=1) if line is not None}
        faults = [
            Fault(
                path.name,
                number,
                "geometry",
                "",
                "the path has a point off the globe or fewer than two points",
                _REMEDY,
            )
            for number, line in enumerate(paths, start=1)
            if line is None
        ]
        if not sound:
            raise DataError(f"{path.name} holds no path; expected {_WHAT}. Download it again.")
        rows = pd.DataFrame({"path": list(sound.values())}, index=pd.Index(list(sound), name="line"))
        return Reading(path.name, rows, tuple(faults), len(paths))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the segments of paths that touch the country's surroundings, as the ingredient `_segments`."""
        west, south, east, north = profile.bbox
        frames = [segments(list(one.rows["path"])) for one in readings]
        found = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        if found.empty:
            return Made({})
        near = found["a_lon"].between(west - 4, east + 4) & found["a_lat"].between(south - 4, north + 4)
        return Made({"_segments": found[near].reset_index(drop=True)})


def segments(paths: Sequence[np.ndarray[Any, Any]]) -> pd.DataFrame:
    """Return each stretch between neighbouring points once, with the number of paths along it."""
    ends = np.concatenate([np.hstack([path[:-1], path[1:]]) for path in paths])
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    frame = pd.DataFrame(ends, columns=["a_lon", "a_lat", "b_lon", "b_lat"])
    frame = frame[(frame["a_lon"] != frame["b_lon"]) | (frame["a_lat"] != frame["b_lat"])]
    return frame.groupby(list(frame.columns)).size().rename("paths").reset_index()


def _features(path: Path) -> list[Any]:
    try:
        content = json.loads(text_of(path, _WHAT))
    except (ValueError, RecursionError) as error:
        cause = str(error).splitlines()[0]
        raise DataError(f"{path.name} is damaged or cut off ({cause}); expected {_WHAT}. Download it again.") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise DataError(f"{path.name} holds no features; expected {_WHAT}. Download it again.")
    return features


def _lines(feature: Any) -> list[np.ndarray[Any, Any] | None]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    lines = geometry.get("coordinates") if isinstance(geometry, dict) else None
    return [_line(one) for one in lines] if isinstance(lines, list) and lines else [None]


def _line(points: Any) -> np.ndarray[Any, Any] | None:
    """Return a path as longitude, latitude; None where it cannot be one."""
    try:
        found = np.asarray(points, dtype=float)
    except (TypeError, ValueError):
        return None
    if found.ndim != 2 or found.shape[1] < 2 or len(found) < 2 or not np.isfinite(found).all():
        return None
    found = found[:, [1, 0]]
    on_globe = (np.abs(found[:, 0]) <= 180).all() and (np.abs(found[:, 1]) <= 90).all()
    return found if on_globe else None
