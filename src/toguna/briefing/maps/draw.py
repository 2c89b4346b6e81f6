"""`draw_map`: the layers in order, then names, then legend, scale, date and disclaimer."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np
import shapely

from toguna.briefing.maps.furniture import (
    INK,
    LETTERS,
    RAMP,
    ROADS,
    SOFT,
    base,
    circle,
    key_width,
    legend,
    mark,
    north_arrow,
    radius,
    scale_bar,
    uncounted,
)
from toguna.briefing.maps.labels import Box, Label, Labels
from toguna.briefing.maps.projection import Page, path
from toguna.briefing.maps.spec import MapSpec

FOOT, STAMP = 26.0, 13.0


def draw_map(spec: MapSpec) -> str:
    """Return the map as one self-contained SVG, the same for the same spec."""
    page = Page(spec.crs, spec.bbox, spec.width_mm)
    names = Labels(page.width, page.height)
    left, top, right, bottom = box = _key_box(spec, page)
    names.block(box)
    names.block((page.width - 34, 4, page.width, 40))
    height = page.height + FOOT + (STAMP if spec.words.stamp else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {page.width:g} {height:.1f}" '
        f'font-family="Noto Sans, sans-serif" fill="{INK}">',
        f"<title>{escape(spec.words.title)}</title><desc>{escape(spec.words.alt)}</desc>",
        '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse">'
        '<rect width="5" height="5" fill="#fff"/><path d="M0 5L5 0" stroke="#8a9497" stroke-width="0.8"/>'
        "</pattern></defs>",
        f'<rect width="{page.width:g}" height="{page.height:.1f}" fill="#f7f5f0"/>',
        *_ground(spec, page),
        *_symbols(spec, page, names),
        *_marks(spec, page, names),
        _names(spec, page, names),
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="#fff" '
        f'stroke="{SOFT}" stroke-width="0.6"/>',
        legend(spec, left + 6, top + 2)[0],
        scale_bar(page, left + 8, bottom - 9),
        north_arrow(page.width - 16, 20),
        f'<rect width="{page.width:g}" height="{page.height:.1f}" fill="none" stroke="{SOFT}" stroke-width="1"/>',
        *_foot(spec, page),
        "</svg>",
    ]
    return "".join(parts)


def _key_box(spec: MapSpec, page: Page) -> Box:
    """Return the box of legend and scale: the corner that hides fewest named marks, then least country, then camps."""
    _, height = legend(spec, 0, 0)
    width, height = key_width(spec), height + 22
    right, bottom = page.width - width - 5, page.height - height - 5
    corners = ((5.0, bottom), (5.0, 5.0), (right, bottom), (right, 42.0))
    outline = page.shape(spec.outline)
    at = [page.point(camp.longitude, camp.latitude) for camp in spec.camps]
    camps = shapely.points(np.array(at, dtype=float).reshape(-1, 2))

    named = [page.point(one.longitude, one.latitude) for one in spec.marks if one.name]
    marks = shapely.points(np.array(named, dtype=float).reshape(-1, 2))

    def hidden(corner: tuple[float, float]) -> tuple[int, int, int]:
        box = shapely.box(*corner, corner[0] + width, corner[1] + height)
        share = shapely.area(shapely.intersection(outline, box)) / shapely.area(box)
        return int(shapely.intersects(marks, box).sum()), round(10 * share), int(shapely.intersects(camps, box).sum())

    x, y = min(corners, key=hidden)
    return x, y, x + width, y + height


def _ground(spec: MapSpec, page: Page) -> Iterator[str]:
    for shape in spec.neighbours:
        yield _path(page.shape(shape.geometry), fill="#ebe7de")
    for area in spec.areas:
        fill = "url(#hatch)" if area.klass is None else RAMP[area.klass]
        yield _path(page.shape(area.geometry), fill=fill, stroke="#ffffff", width=0.6)
    for lake in spec.lakes:
        yield _path(page.shape(lake), fill="#a9c7d6")
    for river in spec.rivers:
        yield _path(page.shape(river), stroke="#6f9db5", width=1.1)
    for line in spec.inner_borders:
        yield _path(page.shape(line), stroke="#51606a", width=0.8)
    for style in ROADS:
        for road in spec.roads:
            if road.style == style:
                color, width, dash = ROADS[style]
                yield _path(page.shape(road.geometry), stroke=color, width=width, dash=dash)
    for border in spec.borders:
        yield _path(page.shape(border), stroke="#6b7478", width=1.0, dash="5 2 1 2")
    yield _path(page.shape(spec.outline), stroke=INK, width=1.6)


def _path(geometry: object, *, fill: str = "none", stroke: str = "none", width: float = 0, dash: str = "") -> str:
    data = path(geometry)
    if not data:
        return ""
    line = f' stroke="{stroke}" stroke-width="{width:g}" stroke-linejoin="round"' if stroke != "none" else ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{data}" fill="{fill}"{line}{dashes}/>'


def _symbols(spec: MapSpec, page: Page, names: Labels) -> Iterator[str]:
    """Yield towns under camps under bases, and keep names off them."""
    for town in spec.towns:
        x, y = page.point(town.longitude, town.latitude)
        size = 2.6 if town.rank == 0 else 1.7
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="#fff" stroke="{INK}" stroke-width="1"/>'
        names.block((x - 2.5, y - 2.5, x + 2.5, y + 2.5))
    for camp in sorted(spec.camps, key=lambda one: -(one.people or 0)):
        x, y = page.point(camp.longitude, camp.latitude)
        if shapely.contains_xy(page.frame, x, y):
            size = 4.0 if camp.people is None else radius(camp.people)
            yield uncounted(x, y) if camp.people is None else circle(x, y, size)
            names.block((x - size, y - size, x + size, y + size))
    for one in spec.bases:
        x, y = page.point(one.longitude, one.latitude)
        if shapely.contains_xy(page.frame, x, y):
            yield base(x, y)
            names.block((x - 4, y - 4, x + 4, y + 4))


def _marks(spec: MapSpec, page: Page, names: Labels) -> Iterator[str]:
    for one in sorted(spec.marks, key=lambda it: -it.size):
        x, y = page.point(one.longitude, one.latitude)
        yield mark(x, y, one.label, one.size)
        room = one.size + 0.4
        names.block((x - room, y - room, x + room, y + room))


def _names(spec: MapSpec, page: Page, names: Labels) -> str:
    """Place names in order of importance: named marks, camps with most people, capital, towns, countries last."""
    for one in sorted(spec.marks, key=lambda it: -it.size):
        if one.name:
            names.place(Label(one.name, *page.point(one.longitude, one.latitude), 10, one.size + 1.5, bold=True))
    for camp in sorted(spec.camps, key=lambda one: -(one.people or 0)):
        x, y = page.point(camp.longitude, camp.latitude)
        if shapely.contains_xy(page.frame, x, y):
            gap = 5.0 if camp.people is None else radius(camp.people) + 1.5
            names.place(Label(camp.name, x, y, 9.5, gap))
    for town in sorted(spec.towns, key=lambda one: one.rank):
        x, y = page.point(town.longitude, town.latitude)
        names.place(Label(town.name, x, y, 11.5 if town.rank == 0 else 10, 5.5, bold=town.rank == 0))
    return _countries(spec, page, names) + names.svg()


def _countries(spec: MapSpec, page: Page, names: Labels) -> str:
    parts = []
    for shape in spec.neighbours:
        seen = page.shape(shape.geometry)
        if not shape.name or shapely.area(seen) < 0.008 * page.width * page.height:
            continue
        text = shape.name.upper()
        width = len(text) * 9.5 * 0.8
        point = shapely.point_on_surface(shapely.buffer(seen, -14)) if shapely.area(shapely.buffer(seen, -14)) else None
        if point is None or shapely.is_empty(point):
            continue
        x = min(max(point.x, width / 2 + 4), page.width - width / 2 - 4)
        box = (x - width / 2, point.y - 8, x + width / 2, point.y + 4)
        if any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in names.taken):
            continue
        names.block(box)
        parts.append(
            f'<text x="{x:.1f}" y="{point.y:.1f}" font-size="9.5" letter-spacing="1.6" fill="#7a7f80" '
            f'text-anchor="middle">{escape(text)}</text>'
        )
    return "".join(parts)


def _foot(spec: MapSpec, page: Page) -> Iterator[str]:
    words = spec.words
    style = f'font-size="8.5" fill="{SOFT}"'
    first = page.height + 10
    if words.stamp:
        yield f'<text x="0" y="{first + 1:.1f}" font-size="{LETTERS}" font-weight="700">{escape(words.stamp)}</text>'
        first += STAMP
    yield f'<text x="{page.width:g}" y="{first:.1f}" {style} text-anchor="end">{escape(words.date)}</text>'
    for number, line in enumerate(_wrapped(words.disclaimer, int(page.width / 4.9) - (16 if words.date else 0))[:2]):
        yield f'<text x="0" y="{first + 11 * number:.1f}" {style}>{escape(line)}</text>'


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)
