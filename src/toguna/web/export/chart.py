"""Bars drawn from the rows of a table: months stand side by side, names one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toguna.briefing.language import Language
from toguna.web.lite.picture import amount

_MOST = 60  # bars


@dataclass(frozen=True)
class Bar:
    """A bar: its name, its length as a share of the longest, or None where it is not known, and its number in words."""

    name: str
    share: float | None
    number: str


@dataclass(frozen=True)
class Chart:
    """A bar chart; `is_upright` where the names are months in their order."""

    title: str
    bars: tuple[Bar, ...]
    is_upright: bool


def chart_of(title: str, rows: Sequence[dict[str, Any]], name: str, number: str, say: Language) -> Chart | None:
    """Return the chart of two columns, or None where no row has a number.

    Examples
    --------
    >>> rows = [{"month": "2013-02", "deaths": 4.0}, {"month": "2013-01", "deaths": None}]
    >>> chart = chart_of("Deaths", rows, "month", "deaths", Language("en"))
    >>> [(bar.name, bar.share, bar.number) for bar in chart.bars]
    [('Jan 2013', None, 'no data'), ('Feb 2013', 1.0, '4')]
    """
    known = [float(row[number]) for row in rows if row.get(number) is not None]
    if not known or max(known) <= 0:
        return None
    is_upright = name == "month"
    shown = list(rows)[:_MOST]
    if is_upright:
        shown = sorted(shown, key=lambda row: str(row[name]))
    bars = tuple(
        Bar(
            say.period(str(row[name])) if is_upright else say(str(row[name])),
            None if row.get(number) is None else max(0.0, float(row[number])) / max(known),
            say("no data") if row.get(number) is None else amount(float(row[number]), say),
        )
        for row in shown
    )
    return Chart(title, bars, is_upright)
