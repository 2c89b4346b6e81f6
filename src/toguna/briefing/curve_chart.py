"""Draws a curve with its band as SVG: how a difference goes with one assumption, and where it turns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 336.0, 214.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 12.0, 34.0, 50.0
_HALO = 'stroke="#fff" stroke-width="2.4" paint-order="stroke"'  # so that words can be read upon a band
INK, PALE, RULE, SOFT = "#0b3c49", "#c9dde1", "#d5dadc", "#566166"


@dataclass(frozen=True)
class Held:
    """What is held plausible of the assumption: 90 % range and median, with its words."""

    low: float
    middle: float
    high: float
    words: str


@dataclass(frozen=True)
class Curve:
    """A difference by the value of an assumption.

    Attributes
    ----------
    x, middle, low, high : values tried, rising, and the difference there
    above, below : words for what a difference above 0 and below 0 means
    turns : where the middle of draws turns, with its words; none where it does not
    turns_low, turns_high : 90 % range of where draws turn
    claim : a value somebody claimed, with its words
    number : how figures at the axes are printed
    """

    title: str
    alt: str
    x_title: str
    y_title: str
    x: Sequence[float]
    middle: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    above: str
    below: str
    held: Held
    number: Callable[[float], str]
    turns: tuple[float, str] | None = None
    turns_low: float = math.nan
    turns_high: float = math.nan
    claim: tuple[float, str] | None = None


def draw_curve(curve: Curve) -> str:
    """Return the chart as one self-contained SVG."""
    ticks = ticks_of(min(0.0, *curve.low), max(0.0, *curve.high))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'font-family="Noto Sans, sans-serif" font-size="9" fill="#333">',
        f"<title>{escape(curve.title)}</title><desc>{escape(curve.alt)}</desc>",
        *_band(curve, ticks),
        *_axes(curve, ticks),
        *_marks(curve, ticks),
        "</svg>",
    ]
    return "".join(parts)


def ticks_of(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers from at or below one value to at or above another.

    Examples
    --------
    >>> ticks_of(-12.0, 43.0)
    [-20.0, 0.0, 20.0, 40.0, 60.0]
    >>> ticks_of(0.0, 0.0)
    [0.0, 1.0]
    """
    if not high > low:
        return [low, low + 1.0]
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(one * power for one in (0.1, 0.2, 0.25, 0.5, 1, 2, 5) if _count(low, high, one * power) <= most)
    first = math.floor(low / step)
    return [step * (first + at) for at in range(_count(low, high, step))]


def _count(low: float, high: float, step: float) -> int:
    return math.ceil(high / step) - math.floor(low / step) + 1


def _x(curve: Curve, value: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - curve.x[0]) / (curve.x[-1] - curve.x[0])


def _y(ticks: list[float], value: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (ticks[-1] - value) / (ticks[-1] - ticks[0])


def _points(curve: Curve, ticks: list[float], values: Sequence[float]) -> list[str]:
    return [f"{_x(curve, at):.1f} {_y(ticks, value):.1f}" for at, value in zip(curve.x, values, strict=True)]


def _band(curve: Curve, ticks: list[float]) -> Iterator[str]:
    around = [*_points(curve, ticks, curve.low), *reversed(_points(curve, ticks, curve.high))]
    yield f'<path d="M{"L".join(around)}Z" fill="{PALE}"/>'
    yield f'<path d="M{"L".join(_points(curve, ticks, curve.middle))}" fill="none" stroke="{INK}" stroke-width="1.8"/>'


def _axes(curve: Curve, ticks: list[float]) -> Iterator[str]:
    for value in ticks:
        y, weight = _y(ticks, value), 1.0 if value == 0 else 0.5
        stroke = "#333" if value == 0 else RULE
        yield f'<path d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}" stroke="{stroke}" stroke-width="{weight}"/>'
        yield f'<text x="{LEFT - 4:g}" y="{y + 3:.1f}" text-anchor="end">{escape(curve.number(value))}</text>'
    floor = HEIGHT - BOTTOM
    for value in ticks_of(curve.x[0], curve.x[-1], 6):
        x = _x(curve, value)
        yield f'<path d="M{x:.1f} {floor:g}v3" stroke="#333" stroke-width="0.6"/>'
        yield f'<text x="{x:.1f}" y="{floor + 12:g}" text-anchor="middle">{escape(curve.number(value))}</text>'
    yield f'<text x="0" y="9" font-size="8.4" fill="{SOFT}">{escape(curve.y_title)}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle:g}" y="{floor + 24:g}" text-anchor="middle">{escape(curve.x_title)}</text>'
    zero = _y(ticks, 0.0)
    yield f'<text x="{LEFT:g}" y="{TOP - 5:g}" font-size="8" font-style="italic">{escape(curve.above)}</text>'
    if zero < floor - 14:
        at = f'x="{LEFT + 4:g}" y="{floor - 4:g}"'
        yield f'<text {at} font-size="8" font-style="italic" {_HALO}>{escape(curve.below)}</text>'


def _marks(curve: Curve, ticks: list[float]) -> Iterator[str]:
    floor = HEIGHT - BOTTOM
    if curve.claim:
        value, words = curve.claim
        x = _x(curve, value)
        yield f'<path d="M{x:.1f} {TOP - 2:g}V{floor:g}" stroke="#333" stroke-width="1" stroke-dasharray="3 2.4"/>'
        yield f'<text x="{x:.1f}" y="{TOP - 5:g}" font-size="8" text-anchor="end" dx="6">{escape(words)}</text>'
    if curve.turns:
        value, words = curve.turns
        x, zero = _x(curve, value), _y(ticks, 0.0)
        if math.isfinite(curve.turns_low) and math.isfinite(curve.turns_high):
            low, high = _x(curve, curve.turns_low), _x(curve, curve.turns_high)
            yield f'<path d="M{low:.1f} {zero:.1f}H{high:.1f}" stroke="#333" stroke-width="3"/>'
        yield f'<circle cx="{x:.1f}" cy="{zero:.1f}" r="4" fill="#fff" stroke="#333" stroke-width="1.6"/>'
        anchor = "end" if x > WIDTH * 0.6 else "start"
        shift = -7 if anchor == "end" else 7
        yield (
            f'<text x="{x + shift:.1f}" y="{zero - 6:.1f}" font-weight="bold" text-anchor="{anchor}" {_HALO}>'
            f"{escape(words)}</text>"
        )
    base = floor + 34
    low, middle, high = (_x(curve, value) for value in (curve.held.low, curve.held.middle, curve.held.high))
    yield f'<rect x="{low:.1f}" y="{base:g}" width="{max(high - low, 1):.1f}" height="5" fill="#8fb3bb"/>'
    yield f'<path d="M{middle:.1f} {base - 2:g}v9" stroke="{INK}" stroke-width="2"/>'
    anchor, x = ("start", high + 5) if high < WIDTH * 0.55 else ("end", low - 5)
    yield f'<text x="{x:.1f}" y="{base + 5.5:g}" font-size="8" text-anchor="{anchor}">{escape(curve.held.words)}</text>'
