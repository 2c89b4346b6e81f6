"""Draws stacked bars over time as SVG; patterns and luminance, not hue, tell the series apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from toguna.briefing.model import Bars

WIDTH, HEIGHT = 680.0, 170.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 6.0, 22.0, 18.0
INK, PALE, RULE = "#0b3c49", "#8fb3bb", "#d5dadc"


def draw_bars(bars: Bars) -> str:
    """Return a chart as one self-contained SVG; months without data are hatched, never zero."""
    top = _nice(max((_height(bars, place) for place in range(len(bars.positions))), default=1.0))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        'font-family="Noto Sans, sans-serif" font-size="8.5" fill="#333">',
        f"<title>{escape(bars.caption)}</title><desc>{escape(bars.alt)}</desc>",
        '<defs><pattern id="gap" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<path d="M0 4L4 0" stroke="#8a8f91" stroke-width="0.6"/></pattern></defs>',
        *_grid(bars, top),
        *_columns(bars, top),
        *_ticks(bars),
        *_legend(bars),
        "</svg>",
    ]
    return "".join(parts)


def _height(bars: Bars, place: int) -> float:
    return sum(series.values[place] or 0.0 for series in bars.series)


def _nice(value: float) -> float:
    """Return the round number at or above a value that the axis ends at."""
    power = 10.0 ** math.floor(math.log10(max(value, 1.0)))
    return next(step * power for step in (1, 2, 2.5, 4, 5, 8, 10) if step * power >= value)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _x(bars: Bars, place: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * place / max(len(bars.positions), 1)


def _grid(bars: Bars, top: float) -> Iterator[str]:
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        weight = 1 if step == 0 else 0.5
        yield f'<path d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}" stroke="{RULE}" stroke-width="{weight}"/>'
        yield f'<text x="{LEFT - 4:g}" y="{y + 3:.1f}" text-anchor="end">{value:g}</text>'
    yield f'<text x="{LEFT - 34:g}" y="9" font-size="8">{escape(bars.unit)}</text>'


def _columns(bars: Bars, top: float) -> Iterator[str]:
    width = max((WIDTH - LEFT - RIGHT) / max(len(bars.positions), 1) * 0.82, 0.5)
    fills = [INK, PALE, "#c9d6d9"]
    for place in range(len(bars.positions)):
        x, base = _x(bars, place + 0.09), 0.0
        if all(series.values[place] is None for series in bars.series):
            yield _rect(x, TOP, width, HEIGHT - TOP - BOTTOM, "url(#gap)")
            continue
        for series, fill in zip(bars.series, fills, strict=False):
            value = series.values[place] or 0.0
            if value > 0:
                y = _y(base + value, top)
                yield _rect(x, y, width, _y(base, top) - y, fill)
                base += value


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"/>'


def _ticks(bars: Bars) -> Iterator[str]:
    for place, label in bars.ticks.items():
        x = _x(bars, place)
        yield f'<path d="M{x:.1f} {HEIGHT - BOTTOM:g}v3" stroke="#333" stroke-width="0.6"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 12:g}" text-anchor="middle">{escape(label)}</text>'


def _legend(bars: Bars) -> Iterator[str]:
    gaps = any(all(s.values[place] is None for s in bars.series) for place in range(len(bars.positions)))
    items = list(zip((series.name for series in bars.series), [INK, PALE, "#c9d6d9"], strict=False))
    items += [(bars.missing_label, "url(#gap)")] if gaps else []
    widths = [13 + 4.3 * len(name) + 14 for name, _ in items]
    x = max(WIDTH - RIGHT - sum(widths), 96.0)
    for (name, fill), width in zip(items, widths, strict=True):
        yield f'<rect x="{x:g}" y="2" width="9" height="8" fill="{fill}" stroke="#5a6062" stroke-width="0.4"/>'
        yield f'<text x="{x + 13:g}" y="9.5">{escape(name)}</text>'
        x += width
