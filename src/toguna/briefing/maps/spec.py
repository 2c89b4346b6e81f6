"""What a map shows: shapes and points in EPSG:4326, and words already in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Geometry = Any  # a shapely geometry in EPSG:4326


@dataclass(frozen=True)
class Shape:
    """A shape with a name, drawn behind the data."""

    geometry: Geometry
    name: str = ""


@dataclass(frozen=True)
class Area:
    """An area of the choropleth; class 0 is the lightest, None has no data and is hatched."""

    geometry: Geometry
    klass: int | None


@dataclass(frozen=True)
class Road:
    """A road; `style` is "plain", "open", "contested" or "closed"."""

    geometry: Geometry
    style: str = "plain"


@dataclass(frozen=True)
class Mark:
    """A numbered point that a table beside the map explains; `size` is its radius in drawing units."""

    label: str
    longitude: float
    latitude: float
    name: str = ""
    size: float = 5.6


@dataclass(frozen=True)
class Town:
    """A town; rank 0 is the capital, then by importance."""

    name: str
    longitude: float
    latitude: float
    rank: int


@dataclass(frozen=True)
class Camp:
    """A camp with the people counted there, None where there is no count."""

    name: str
    longitude: float
    latitude: float
    people: float | None


@dataclass(frozen=True)
class Base:
    """A base of an international force."""

    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class MapWords:
    """The words on the map."""

    title: str
    alt: str
    class_title: str
    classes: tuple[str, ...]
    no_data: str
    camps: str
    bases: str
    disclaimer: str
    date: str
    circle_labels: tuple[tuple[float, str], ...] = ()
    roads: tuple[tuple[str, str], ...] = ()
    marks: str = ""
    mark_sizes: tuple[tuple[float, str], ...] = ((5.6, "1"),)
    stamp: str = ""


@dataclass(frozen=True)
class MapSpec:
    """All layers of a map, drawn in the order given here.

    Attributes
    ----------
    crs : projected system, in metres
    bbox : west, south, east, north in degrees that must be inside the frame
    width_mm : printed width, for which line widths and letters are chosen
    """

    crs: str
    bbox: tuple[float, float, float, float]
    outline: Geometry
    areas: tuple[Area, ...]
    neighbours: tuple[Shape, ...]
    borders: tuple[Geometry, ...]
    inner_borders: tuple[Geometry, ...]
    rivers: tuple[Geometry, ...]
    lakes: tuple[Geometry, ...]
    roads: tuple[Road, ...]
    towns: tuple[Town, ...]
    camps: tuple[Camp, ...]
    bases: tuple[Base, ...]
    words: MapWords
    marks: tuple[Mark, ...] = ()
    width_mm: float = 105.0
