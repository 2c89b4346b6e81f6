"""What every map needs besides the data: legend, scale bar, north arrow, words at the foot."""

from __future__ import annotations

import math
from html import escape

from toguna.briefing.maps.projection import Page
from toguna.briefing.maps.spec import MapSpec

RAMP = ("#eef3f4", "#c3d5d8", "#8db1b7", "#4f858e", "#0b4f5c")
INK, SOFT = "#1b2326", "#5b666a"
LETTERS = 9.0
# Color, width and dashes: state is told by dashes, so that print without colour keeps it.
ROADS = {
    "plain": ("#9a7b5a", 0.8, ""),
    "unknown": ("#3f4a4e", 2.0, ""),
    "open": ("#14532d", 2.4, ""),
    "contested": ("#b45309", 2.4, "6 3"),
    "closed": ("#991b1b", 2.4, "1.5 3"),
}


def radius(people: float) -> float:
    """Return the radius of a camp's circle in drawing units; its area is proportional to the people in it."""
    return max(math.sqrt(people) * 0.052, 1.6)


def scale_km(page: Page) -> int:
    """Return the round length of the scale bar: about a fifth of the map's width."""
    wanted = page.width * page.metres / 1000 / 5
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(step * power for step in (5, 2, 1) if step * power <= wanted))


def scale_bar(page: Page, x: float, y: float) -> str:
    """Return a scale bar in kilometres, true in the map's projection."""
    km = scale_km(page)
    length = km * 1000 / page.metres
    half = length / 2
    return (
        f'<g id="scale" data-length="{length:.3f}">'
        f'<rect x="{x:g}" y="{y:g}" width="{half:.2f}" height="3.5" fill="{INK}"/>'
        f'<rect x="{x + half:.2f}" y="{y:g}" width="{half:.2f}" height="3.5" fill="#fff" '
        f'stroke="{INK}" stroke-width="0.6"/>'
        f'<text x="{x + length + 4:.2f}" y="{y + 4:g}" font-size="9">{km} km</text></g>'
    )


def north_arrow(x: float, y: float) -> str:
    """Return a small north arrow."""
    return (
        f'<path d="M{x:g} {y:g}l5 14l-5 -3.5l-5 3.5Z" fill="{INK}"/>'
        f'<text x="{x:g}" y="{y - 3:g}" font-size="9" font-weight="700" text-anchor="middle">N</text>'
    )


def key_width(spec: MapSpec) -> float:
    """Return the width of the legend: its longest line, and what stands before it."""
    words = spec.words
    heads = [words.class_title, words.camps] if spec.camps else [words.class_title]
    lines = [*words.classes, *(text for _, text in words.roads)]
    lines += [words.bases] if spec.bases else []
    widths = [0.5 * LETTERS * len(one) + 14 for one in heads] + [0.5 * LETTERS * len(one) + 30 for one in lines]
    before = sum(2 * size + 4 for size, _ in words.mark_sizes) + 15
    widths += [0.5 * LETTERS * len(words.marks) + before] if spec.marks else []
    return max([110.0, *widths])


def legend(spec: MapSpec, x: float, y: float) -> tuple[str, float]:
    """Return the legend and its height; each entry shows the very symbol it explains."""
    words, parts, line = spec.words, [], y + 11
    parts.append(
        f'<text x="{x:g}" y="{line:g}" font-size="{LETTERS}" font-weight="700">{escape(words.class_title)}</text>'
    )
    entries = [*zip(RAMP, words.classes, strict=False)]
    if any(area.klass is None for area in spec.areas):
        entries.append(("url(#hatch)", words.no_data))
    for fill, text in entries:
        line += 13
        parts.append(
            f'<rect x="{x:g}" y="{line - 8.5:g}" width="15" height="9.5" fill="{fill}" '
            f'stroke="{SOFT}" stroke-width="0.6"/>'
            f'<text x="{x + 20:g}" y="{line:g}" font-size="{LETTERS}">{escape(text)}</text>'
        )
    if spec.camps:
        line += 17
        parts.append(
            f'<text x="{x:g}" y="{line:g}" font-size="{LETTERS}" font-weight="700">{escape(words.camps)}</text>'
        )
        line += 3
        for people, text in words.circle_labels:
            size = radius(people)
            line += max(2 * size, 11) + 2
            middle = line - max(size, 5.5)
            parts.append(
                circle(x + 12, middle, size)
                + f'<text x="{x + 30:g}" y="{middle + 3.5:.1f}" font-size="{LETTERS}">{escape(text)}</text>'
            )
    for style, text in words.roads:
        line += 13
        color, width, dash = ROADS[style]
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(
            f'<path d="M{x:g} {line - 3:g}h18" stroke="{color}" stroke-width="{width}"{dashes}/>'
            f'<text x="{x + 22:g}" y="{line:g}" font-size="{LETTERS}">{escape(text)}</text>'
        )
    if spec.marks:
        line += 15
        at, lines = x, []
        for size, label in words.mark_sizes:
            line += max(size - 5.6, 0) / max(len(words.mark_sizes), 1)
            lines.append((at + size + 1.4, size, label))
            at += 2 * size + 4
        text_at = max(at + 6.8, x + 22)
        parts += [mark(middle, line - 3.5, label, size) for middle, size, label in lines]
        parts.append(f'<text x="{text_at:g}" y="{line:g}" font-size="{LETTERS}">{escape(words.marks)}</text>')
        line += max(max(size for size, _ in words.mark_sizes) - 5.6, 0)
    if spec.bases:
        line += 17
        parts.append(
            base(x + 7, line - 3.5)
            + f'<text x="{x + 20:g}" y="{line:g}" font-size="{LETTERS}">{escape(words.bases)}</text>'
        )
    return "".join(parts), line - y + 5


def circle(x: float, y: float, size: float) -> str:
    """Return a camp's circle."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.2f}" fill="#d98324" fill-opacity="0.72" '
        'stroke="#6b3d05" stroke-width="0.9"/>'
    )


def uncounted(x: float, y: float) -> str:
    """Return the mark of a camp without a count: an open cross, no circle of any size."""
    return f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6" stroke="#6b3d05" stroke-width="1.3" fill="none"/>'


def mark(x: float, y: float, label: str, size: float = 5.6) -> str:
    """Return a numbered mark of a radius in drawing units."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" fill="#fff" stroke="{INK}" stroke-width="1.2"/>'
        f'<text x="{x:.1f}" y="{y + 3:.1f}" font-size="8.5" font-weight="700" text-anchor="middle">'
        f"{escape(label)}</text>"
    )


def base(x: float, y: float) -> str:
    """Return a base's square."""
    at = f'x="{x - 3.6:.1f}" y="{y - 3.6:.1f}"'
    return f'<rect {at} width="7.2" height="7.2" fill="{INK}" stroke="#fff" stroke-width="1"/>'
