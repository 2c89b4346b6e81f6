"""Roads, pistes and ferries of an OpenStreetMap extract as the table `links`, in place of a skeleton of main roads."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import geopandas
import numpy as np
import osmium
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from toguna.core.errors import DataError
from toguna.country.schema import STANDING
from toguna.country.tables.links import TABLE
from toguna.network.geodesy import EARTH_KM, great_circle_km
from toguna.network.speeds import road_speed

PLACE_KM = 2.0  # a place nearer to a junction than this stands on it
FERRY_KMH = (0.1, 60.0)  # a ferry slower or faster than this has a slip in its `duration`
MPH = 1.609344  # km/h

BBox = tuple[float, float, float, float]

_CLASS_OF = {
    "motorway": "trunk",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "tertiary",
    "road": "track",  # nobody has said yet what it is
    "track": "track",
}
_CLASS_OF |= {f"{name}_link": _CLASS_OF[name] for name in ("motorway", "trunk", "primary", "secondary", "tertiary")}

_SURFACES = {
    "paved": "paved asphalt concrete concrete:lanes concrete:plates paving_stones sett bricks chipseal metal",
    "degraded": "cobblestone unhewn_cobblestone",
    "gravel": "gravel fine_gravel compacted pebblestone",
    "earth": "unpaved earth dirt ground mud clay laterite grass soil rock stone",
    "sand": "sand",
}
_SURFACE_OF = {value: surface for surface, values in _SURFACES.items() for value in values.split()}
_GRADE_OF = {"grade1": "gravel", "grade2": "gravel", "grade3": "earth", "grade4": "earth", "grade5": "earth"}
_ROUGH = {"bad", "very_bad", "horrible", "very_horrible"}
_SHUTS = {"block", "bollard", "jersey_barrier", "log", "debris"}

_WHAT = "an OpenStreetMap extract with roads (.osm.pbf or .osm)"
_FAILURES = (RuntimeError, ValueError, OSError, OverflowError, MemoryError, osmium.InvalidLocationError)


class _Point(NamedTuple):
    """A node of a way: its number, and degrees east and north."""

    ref: int
    longitude: float
    latitude: float


class _Link(NamedTuple):
    """What differs from row to row of the table; units as there."""

    link_id: str
    from_node: str
    to_node: str
    length_km: float
    road_class: str
    surface: str
    speed_dry: float
    speed_wet: float
    mode: str
    note: str
    geometry: Any


@dataclass(frozen=True)
class _Joints:
    """Nodes of the kept ways: all, and those where links begin and end; shut ones and fords as they are read."""

    nodes: Any
    ends: set[int]
    shut: set[int] = field(default_factory=set)
    fords: set[int] = field(default_factory=set)


def links_from_osm(
    path: Path, *, bbox: BBox | None = None, place_points: pd.DataFrame | None = None
) -> geopandas.GeoDataFrame:
    """Return the table `links` of an OpenStreetMap extract: km along the shape, km/h dry and in the rains.

    1. Kept are motorway to tertiary, unclassified, road, track and ferry ways that motor vehicles may use;
       residential streets and paths are not.
    2. Ways are cut where kept ways meet and at barriers that shut the road; the two sides of such a barrier do not
       join. A piece that comes back to its own start is left out, for it leads nowhere.
    3. Speeds are those of the surface, capped by `maxspeed`; a ferry's follow from its `duration`, slower in the
       rains in the usual proportion. Roads marked as seasonal are closed in the rains, a ford halves the speed then.
    4. One-way roads are links both ways, as all links are.

    Parameters
    ----------
    path : extract with nodes before ways, as all publishers write it
    bbox : west, south, east, north in degrees; links that do not touch it are left out
    place_points : columns place_id, name, longitude, latitude (degrees); each place takes the nearest end of a link
        within 2 km that no nearer place has taken

    Raises
    ------
    DataError
        When the file is no such extract, is damaged or cut short, or holds no road.
    """
    _check_file(path)
    try:
        joints = _joints(path)
        found = pd.DataFrame(_links(path, joints, bbox), columns=list(_Link._fields))
    except _FAILURES as error:
        raise DataError(
            f"{path.name} is damaged, cut short or of another kind ({error}); expected {_WHAT}. Download it again."
        ) from error
    _check_links(path, found, joints, bbox)
    return _table(found, place_points)


def _check_file(path: Path) -> None:
    if not path.name.endswith((".osm.pbf", ".osm")):
        raise DataError(f"{path.name} ends in {path.suffix or 'nothing'!r}; expected {_WHAT}. Give such a file.")
    if not path.is_file():
        raise DataError(f"{path} is no file; expected {_WHAT}. Check the path.")
    if path.stat().st_size == 0:
        raise DataError(f"{path.name} is empty (0 bytes); expected {_WHAT}. Download it again.")


def _check_links(path: Path, found: pd.DataFrame, joints: _Joints, bbox: BBox | None) -> None:
    if not len(joints.nodes):
        raise DataError(
            f"{path.name} has no road, track or ferry that motor vehicles may use; expected {_WHAT}. "
            "Take an extract with all ways; if this one should have them, it was cut short: download it again."
        )
    if found.empty:
        inside = f"inside {bbox} " if bbox else ""
        raise DataError(
            f"{path.name} has roads, but none {inside}with two nodes whose position is known; expected {_WHAT}. "
            "Take an extract with nodes before ways that covers the area."
        )
    if (twice := found["link_id"].duplicated()).any():
        way = found.loc[twice, "link_id"].iloc[0].removeprefix("osm-").rpartition("-")[0]
        raise DataError(
            f"{path.name} has way {way} more than once; expected {_WHAT} of one day. Do not join overlapping extracts."
        )


def _joints(path: Path) -> _Joints:
    """Return the nodes of kept ways, and those used twice or at an end of a way."""
    used, ends = array("q"), set()
    ways = osmium.FileProcessor(path, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway", "route"))
    for way in ways:
        if isinstance(way, osmium.osm.Way) and _is_kept(way.tags):
            refs = _unrepeated(node.ref for node in way.nodes)
            if len(refs) > 1:
                used.extend(refs)
                ends |= {refs[0], refs[-1]}
    nodes, uses = np.unique(np.frombuffer(used, dtype=np.int64) if used else np.array([], int), return_counts=True)
    if len(nodes) and nodes[0] < 0:
        raise DataError(
            f"{path.name} has node {nodes[0]}, a drawing not yet uploaded; expected {_WHAT} as published. "
            "Upload it, or take a published extract."
        )
    return _Joints(nodes, ends | set(nodes[uses > 1].tolist()))


def _unrepeated(refs: Iterable[int]) -> list[int]:
    kept: list[int] = []
    for ref in refs:
        if not kept or kept[-1] != ref:
            kept.append(ref)
    return kept


def _links(path: Path, joints: _Joints, bbox: BBox | None) -> list[_Link]:
    """Return the links of the kept ways; positions are remembered for the nodes of kept ways only."""
    if not len(joints.nodes):
        return []
    placing = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    placing.ignore_errors()
    only = osmium.filter.IdFilter(joints.nodes.tolist())
    only.enable_for(osmium.osm.NODE)
    tagged = osmium.filter.KeyFilter("highway", "route", "barrier", "ford")
    items = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY)
    area = shapely.box(*bbox) if bbox else None
    links: list[_Link] = []
    for item in items.with_filter(only).with_filter(placing).with_filter(tagged):
        if isinstance(item, osmium.osm.Node):
            if _shuts(item.tags):
                joints.shut.add(item.id)
            if item.tags.get("ford", "no") != "no":
                joints.fords.add(item.id)
        elif isinstance(item, osmium.osm.Way) and _is_kept(item.tags):
            links += [link for link in _links_of(item, joints) if area is None or area.intersects(link.geometry)]
    return links


def _access(tags: Any) -> str:
    """Return what the tag nearest to motor vehicles says."""
    return next((str(tags.get(key)) for key in ("motor_vehicle", "vehicle", "access") if key in tags), "")


def _is_kept(tags: Any) -> bool:
    is_way = tags.get("route") == "ferry" or tags.get("highway") in _CLASS_OF
    is_open = _access(tags) != "no" and tags.get("smoothness") != "impassable" and tags.get("barrier") != "block"
    return bool(is_way and is_open and tags.get("area") != "yes")


def _shuts(tags: Any) -> bool:
    if (barrier := tags.get("barrier")) is None:
        return False
    access = _access(tags)
    return access in {"no", "private"} or (barrier in _SHUTS and access in {"", "no"})


def _links_of(way: osmium.osm.Way, joints: _Joints) -> Iterator[_Link]:
    """Yield the pieces of a way between junctions and barriers."""
    pieces, is_whole = _pieces(way, joints)
    lengths = [_length(piece) for piece in pieces]
    road_class, surface = _class_and_surface(way.tags)
    speeds = _speeds(way.tags, road_class, surface, sum(lengths) if is_whole else 0.0)
    notes = _notes(way.tags) + ([] if is_whole else ["part of this way is not in the extract"])
    mode = road_class if road_class in {"piste", "ferry"} else "piste" if road_class == "track" else "road"
    for number, (piece, km) in enumerate(zip(pieces, lengths, strict=True), start=1):
        if piece[0].ref == piece[-1].ref or km == 0:
            continue
        name = f"{way.id}-{number}"
        first, last = (f"osm{p.ref}-{name}" if p.ref in joints.shut else f"osm{p.ref}" for p in (piece[0], piece[-1]))
        is_ford = way.tags.get("ford", "no") != "no" or any(point.ref in joints.fords for point in piece)
        is_shut = piece[0].ref in joints.shut or piece[-1].ref in joints.shut
        said = [*notes, *(["ford"] if is_ford else []), *(["a barrier shuts one end"] if is_shut else [])]
        dry, wet = speeds[0], speeds[1] / 2 if is_ford else speeds[1]
        shape = shapely.linestrings([(point.longitude, point.latitude) for point in piece])
        yield _Link(f"osm-{name}", first, last, km, road_class, surface, dry, wet, mode, "; ".join(said), shape)


def _pieces(way: osmium.osm.Way, joints: _Joints) -> tuple[list[list[_Point]], bool]:
    """Return the way cut at junctions, barriers and nodes not in the extract, and whether all nodes were there."""
    runs: list[list[_Point]] = [[]]
    is_whole = True
    for node in way.nodes:
        if not node.location.valid():
            is_whole = False
            runs.append([])
            continue
        point = _Point(node.ref, node.lon, node.lat)
        if runs[-1] and runs[-1][-1].ref == point.ref:
            continue
        runs[-1].append(point)
        if point.ref in joints.ends or point.ref in joints.shut:
            runs.append([point])
    return [run for run in runs if len(run) > 1], is_whole


def _length(piece: list[_Point]) -> float:
    """Return km along a piece."""
    longitude, latitude = np.array([point[1:] for point in piece]).T
    return float(great_circle_km(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:]).sum())


def _class_and_surface(tags: Any) -> tuple[str, str]:
    """Return class and surface in the words of the table.

    Examples
    --------
    >>> _class_and_surface({"highway": "track", "surface": "sand"})
    ('piste', 'sand')
    >>> _class_and_surface({"highway": "trunk", "surface": "asphalt", "smoothness": "very_bad"})
    ('trunk', 'degraded')
    """
    if tags.get("route") == "ferry":
        return "ferry", "water"
    road_class = _CLASS_OF[tags.get("highway")]
    said = {value.strip().lower() for value in tags.get("surface", "").split(";")}
    known = {_SURFACE_OF[value] for value in said if value in _SURFACE_OF}
    surface = "mixed" if len(known) > 1 else known.pop() if known else _GRADE_OF.get(tags.get("tracktype"), "unknown")
    if surface == "paved" and tags.get("smoothness") in _ROUGH:
        surface = "degraded"
    is_desert = bool(said & {"sand", "ground"}) and tags.get("tracktype") not in {"grade1", "grade2"}
    return "piste" if tags.get("highway") == "track" and is_desert else road_class, surface


def _speeds(tags: Any, road_class: str, surface: str, km: float) -> tuple[float, float]:
    """Return km/h dry and in the rains; `km` is the length of a whole ferry way, 0 when not known."""
    dry, wet = road_speed(road_class, surface)
    if road_class == "ferry":
        hours = _hours(tags.get("duration", ""))
        if hours > 0 and FERRY_KMH[0] <= km / hours <= FERRY_KMH[1]:
            dry, wet = km / hours, km / hours * wet / dry
    else:
        top = _top_speed(tags.get("maxspeed", ""))
        dry, wet = min(dry, top), min(wet, top)
    return dry, 0.0 if _is_closed_in_rains(tags) else wet


def _is_closed_in_rains(tags: Any) -> bool:
    # A seasonal ferry may as well be one that runs at high water only.
    seasons = {"dry_season"} if tags.get("route") == "ferry" else {"dry_season", "yes"}
    is_ice = any(tags.get(key, "no") != "no" for key in ("ice_road", "winter_road"))
    return tags.get("seasonal") in seasons or tags.get("wet_season") == "no" or is_ice


def _notes(tags: Any) -> list[str]:
    """Return what a reader should know about all pieces of a way."""
    notes = ["bridge"] if tags.get("bridge", "no") != "no" else []
    if _access(tags) == "private":
        notes.append("private")
    if _is_closed_in_rains(tags):
        notes.append("closed in the rains")
    elif tags.get("seasonal", "no") != "no":
        notes.append(f"seasonal: {tags.get('seasonal')}")
    return notes


def _hours(duration: str) -> float:
    """Return hours of a `duration` tag, 0 when it cannot be read.

    Examples
    --------
    >>> _hours("01:30"), _hours("45"), _hours("PT2H"), _hours("an hour")
    (1.5, 0.75, 2.0, 0.0)
    """
    if iso := re.fullmatch(r"P(?:([0-9]{1,3})D)?T?(?:([0-9]{1,3})H)?(?:([0-9]{1,4})M)?(?:[0-9]+S)?", duration.strip()):
        days, hours, minutes = (int(part or 0) for part in iso.groups())
        return days * 24 + hours + minutes / 60
    if clock := re.fullmatch(r"(?:([0-9]{1,3}):)?([0-9]{1,4})(?::[0-9]{2})?", duration.strip()):
        return int(clock[1] or 0) + int(clock[2]) / 60
    return 0.0


def _top_speed(maxspeed: str) -> float:
    """Return km/h of a `maxspeed` tag; infinity when it states no number.

    Examples
    --------
    >>> _top_speed("40"), _top_speed("25 mph"), _top_speed("ML:urban")
    (40.0, 40.2336, inf)
    """
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*(mph|km/h|kmh)?", maxspeed.strip())
    speed = float(found[1]) * (MPH if found[2] == "mph" else 1.0) if found else 0.0
    return speed or float("inf")


def _table(found: pd.DataFrame, place_points: pd.DataFrame | None) -> geopandas.GeoDataFrame:
    """Return the links with what all rows share, and with places at their ends."""
    table = geopandas.GeoDataFrame(found, geometry="geometry", crs="EPSG:4326").assign(
        from_name="",
        to_name="",
        length_basis="measured",
        link_basis="osm",
        basis="dataset",
        source="osm-extract",
        published=pd.Timestamp(STANDING),
    )
    places = _places_at(table, place_points) if place_points is not None else {}
    for end in ("from", "to"):
        node = table[f"{end}_node"]
        table[f"{end}_name"] = [places[one][1] if one in places else "" for one in node]
        table[f"{end}_node"] = [places[one][0] if one in places else one for one in node]
    return table[[*TABLE.columns, "geometry"]]


def _places_at(table: geopandas.GeoDataFrame, place_points: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return place_id and name by node; nearest pairs first, one place a node and one node a place."""
    shapes = table["geometry"].to_numpy()
    nodes = pd.Series(
        np.concatenate([shapely.get_point(shapes, 0), shapely.get_point(shapes, -1)]),
        index=[*table["from_node"], *table["to_node"]],
    )
    nodes = nodes[~nodes.index.duplicated()]
    places = place_points.dropna(subset=["longitude", "latitude"])
    tree = cKDTree(_on_sphere(shapely.get_x(nodes.to_numpy()), shapely.get_y(nodes.to_numpy())))
    within = 2 * EARTH_KM * np.sin(PLACE_KM / EARTH_KM / 2)
    asked = _on_sphere(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float))
    apart, near = tree.query(asked, k=range(1, min(8, len(nodes)) + 1), distance_upper_bound=within)
    names = list(zip(places["place_id"].astype(str), places["name"].astype(str), strict=True))
    found: dict[str, tuple[str, str]] = {}
    settled: set[int] = set()
    for row, column in zip(*np.unravel_index(np.argsort(apart, axis=None, kind="stable"), apart.shape), strict=True):
        if np.isfinite(apart[row, column]):
            node = str(nodes.index[near[row, column]])
            if node not in found and row not in settled:
                found[node] = names[row]
                settled.add(row)
    return found


def _on_sphere(longitude: Any, latitude: Any) -> Any:
    """Return points in degrees as km from the centre of the Earth along three axes."""
    east, north = np.radians(longitude), np.radians(latitude)
    return EARTH_KM * np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
