"""The map of a page: areas in five tones, hatched where nothing is known, circles and roads on them."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from toguna.briefing.language import Language
from toguna.web.lite.shapes import Frame, area_paths, frame_of, line_path, read

WIDTH = 720
# One hue from light to dark, told apart in grey; the darkest still bears a white border.
TONES = ("#e9f2f4", "#b7d7dd", "#7db5c0", "#3f8795", "#0b4f5c")
_BIGGEST = 18  # radius of the largest circle, on a map of this width
_NEAR = 3.0  # degrees around the country in which points widen the map


@dataclass(frozen=True)
class Painted:
    """An area as it is drawn: its path, its class or None where nothing is known, and what it says."""

    code: str
    path: str
    tone: int | None
    says: str


@dataclass(frozen=True)
class Circle:
    """A place as it is drawn."""

    x: int
    y: int
    r: float
    says: str


@dataclass(frozen=True)
class Line:
    """A road as it is drawn, with its state."""

    path: str
    state: str


@dataclass(frozen=True)
class Picture:
    """All that is on a map.

    Attributes
    ----------
    classes : text of each tone, lightest first
    """

    width: int
    height: int
    areas: tuple[Painted, ...]
    circles: tuple[Circle, ...]
    lines: tuple[Line, ...]
    classes: tuple[str, ...]
    tones: tuple[str, ...] = TONES

    @property
    def has_gaps(self) -> bool:
        """Whether some areas are hatched while others are painted."""
        return bool(self.classes) and any(one.tone is None for one in self.areas)


def ground(
    collection: Mapping[str, Any], points: Sequence[tuple[float, float]] = (), width: int = WIDTH
) -> tuple[Frame, dict[str, tuple[str, str]]]:
    """Return the frame of a country with the points around it, and its areas by P-code: name and path."""
    told, shapes = read(collection)
    boxes = np.array([one.bounds for one in shapes] or [(-1.0, -1.0, 1.0, 1.0)])
    west, south = (float(one) for one in boxes[:, :2].min(axis=0))
    east, north = (float(one) for one in boxes[:, 2:].max(axis=0))
    near = [one for one in points if west - _NEAR < one[0] < east + _NEAR and south - _NEAR < one[1] < north + _NEAR]
    lons, lats = [west, east, *(one[0] for one in near)], [south, north, *(one[1] for one in near)]
    frame = frame_of((min(lons), min(lats), max(lons), max(lats)), width)
    # A finer drawing is one to look into closely; it need not be as fine as its units.
    paths = area_paths(shapes, frame, max(1.0, (width / WIDTH) ** 0.5))
    return frame, {str(one["pcode"]): (str(one["name"]), path) for one, path in zip(told, paths, strict=True)}


def steps_of(values: Sequence[float]) -> list[float]:
    """Return the bounds between at most five classes that hold about as many areas each.

    Examples
    --------
    >>> steps_of([0, 1, 2, 3, 40, 500, 6000, 70000])
    [1.0, 3.0, 100.0, 4000.0]
    >>> steps_of([7.0, 7.0])
    []
    """
    if len(set(values)) < 2:
        return []
    cuts = np.quantile(np.asarray(values, float), (0.2, 0.4, 0.6, 0.8))
    rounded = [float(f"{one:.1g}") for one in cuts]
    return sorted({one for one in rounded if min(values) < one <= max(values)})


def draw(
    frame: Frame,
    areas: Mapping[str, tuple[str, str]],
    values: Mapping[str, float],
    say: Language,
    *,
    unit: str = "",
    points: Sequence[tuple[float, float, float, str]] = (),
    roads: Mapping[str, Any] | None = None,
) -> Picture:
    """Return the map: areas by their values, circles by theirs, roads by their state.

    Parameters
    ----------
    values : by P-code; an area without one is hatched, where any area has one
    unit : of the values, in the reader's language
    points : longitude, latitude, number (the area of the circle) and what it says
    """
    bounds = steps_of(list(values.values()))
    painted = tuple(
        Painted(code, path, _tone(values.get(code), bounds), _said(name, values.get(code), unit, say))
        for code, (name, path) in areas.items()
    )
    most = max((number for _, _, number, _ in points), default=0.0)
    scale = frame.width / WIDTH
    circles = tuple(
        Circle(
            *frame.at(longitude, latitude), round(scale * max(3.0, _BIGGEST * (number / (most or 1)) ** 0.5), 1), says
        )
        for longitude, latitude, number, says in sorted(points, key=lambda one: -one[2])
    )
    told, shapes = read(roads or {})
    lines = tuple(Line(line_path(one, frame), str(row.get("state", ""))) for row, one in zip(told, shapes, strict=True))
    return Picture(frame.width, frame.height, painted, circles, lines, _classes(bounds, values, say))


def _tone(value: float | None, bounds: list[float]) -> int | None:
    return None if value is None else bisect.bisect_right(bounds, value)


def _said(name: str, value: float | None, unit: str, say: Language) -> str:
    if value is None:
        return f"{name}: {say('no data')}"
    return f"{name}: {amount(value, say)} {unit}".strip()


def _classes(bounds: list[float], values: Mapping[str, float], say: Language) -> tuple[str, ...]:
    if not values:
        return ()
    ends = [min(values.values()), *bounds, max(values.values())]
    return tuple(f"{amount(low, say)}–{amount(high, say)}" for low, high in pairwise(ends))


def amount(value: float, say: Language) -> str:
    """Return a number with as many decimals as it needs to be told from its neighbours."""
    size = abs(value)
    return say.number(
        value, 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2 if size >= 0.1 else 4
    )
