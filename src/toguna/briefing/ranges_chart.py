"""Draws ranges as SVG: rows of the same subjects in several panels, each with its own scale, and figures beside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 680.0
NAMES, GAP, ROW, HEAD, FOOT = 112.0, 11.0, 25.0, 53.0, 3.0  # room for names, between panels, rows, head and foot
INK, PALE, RULE = "#0b3c49", "#8fb3bb", "#d5dadc"
_LETTERS = 24  # of a head in one line


@dataclass(frozen=True)
class Range:
    """The ends and the middle of what a subject may come to, and both as printed."""

    low: float
    middle: float
    high: float
    words: str
    span: str


@dataclass(frozen=True)
class Panel:
    """One quantity: its head, its unit, which way is better, and a range a row; None where there is none."""

    head: str
    unit: str
    better: str
    ranges: tuple[Range | None, ...]
    more_is_better: bool = False


@dataclass(frozen=True)
class Ranges:
    """All panels beside each other; `rows` are the names of the subjects."""

    title: str
    alt: str
    rows: tuple[str, ...]
    panels: tuple[Panel, ...]
    no_data: str


def draw_ranges(chart: Ranges) -> str:
    """Return a chart as one self-contained SVG; a bar is the range, the stroke across it the middle."""
    height = HEAD + ROW * len(chart.rows) + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        'font-family="Noto Sans, sans-serif" font-size="8.5" fill="#333">',
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.alt)}</desc>",
        *_names(chart.rows),
        *(part for at, panel in enumerate(chart.panels) for part in _panel(chart, at, panel)),
        "</svg>",
    ]
    return "".join(parts)


def wrapped(words: str, letters: int, lines: int) -> list[str]:
    """Return words in at most some lines; what does not fit ends in dots.

    Examples
    --------
    >>> wrapped("people in need whom no help reaches", 16, 2)
    ['people in need', 'whom no help…']
    """
    return textwrap.wrap(words, letters, max_lines=lines, placeholder="…", break_long_words=False)


def _names(rows: Sequence[str]) -> Iterator[str]:
    for at, name in enumerate(rows):
        y = HEAD + ROW * at
        yield f'<path d="M0 {y:g}H{WIDTH:g}" stroke="{RULE}" stroke-width="0.6"/>'
        lines = wrapped(name, _LETTERS, 2)
        for line, words in enumerate(lines):
            base = y + ROW / 2 + 3 + 9.5 * (line - (len(lines) - 1) / 2)
            yield f'<text x="0" y="{base:.1f}" font-weight="bold">{escape(words)}</text>'


def _panel(chart: Ranges, at: int, panel: Panel) -> Iterator[str]:
    width = (WIDTH - NAMES - GAP * (len(chart.panels) - 1)) / len(chart.panels)
    left = NAMES + at * (width + GAP)
    known = [one for one in panel.ranges if one]
    least = min((one.low for one in known), default=0.0)
    most = max((one.high for one in known), default=1.0)
    scale = (width - 2) / (most - least) if most > least else 0.0
    lines = [*wrapped(panel.head, _LETTERS, 3), panel.unit]
    for line, words in enumerate(lines):
        style = ' fill="#566166"' if line == len(lines) - 1 else f' font-weight="bold" fill="{INK}"'
        yield f'<text x="{left:g}" y="{8 + 9.5 * line:g}" font-size="7.6"{style}>{escape(words)}</text>'
    yield f'<text x="{left:g}" y="{HEAD - 3:g}" font-size="6.8" fill="#566166">{escape(panel.better)}</text>'
    for row, one in enumerate(panel.ranges):
        y = HEAD + ROW * row
        if one is None:
            yield f'<text x="{left:g}" y="{y + 15:g}" fill="#566166">{escape(chart.no_data)}</text>'
            continue
        low, middle, high = (left + 1 + scale * (value - least) for value in (one.low, one.middle, one.high))
        yield f'<path d="M{left:g} {y + 7:g}h{width:g}" stroke="{RULE}" stroke-width="0.6"/>'
        bar = max(high - low, 0.8)
        yield f'<rect x="{low:.2f}" y="{y + 4.2:.2f}" width="{bar:.2f}" height="5.6" fill="{PALE}"/>'
        yield f'<path d="M{middle:.2f} {y + 2.4:.2f}v9.2" stroke="{INK}" stroke-width="2"/>'
        yield (
            f'<text x="{left:g}" y="{y + 20.5:g}" font-size="7.6"><tspan font-weight="bold">{escape(one.words)}</tspan>'
            f'<tspan dx="3" fill="#566166">{escape(one.span)}</tspan></text>'
        )
