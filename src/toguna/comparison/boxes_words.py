"""Boxes of futures as tables and sentences: `Box`, and `words` for it in plain English."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import ComparisonError

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """Futures in which some parameters lie within limits.

    Attributes
    ----------
    limits : by restricted parameter, from and to, both included; -inf or inf where that side is open
    draws : futures inside
    cases : of them, futures in which what is asked about happens
    all_draws, all_cases : the same of all futures looked at
    quasi_p : by restricted parameter, how likely chance alone would bring so many cases into the box if the limits of
        this parameter did nothing (Bryant and Lempert 2010); empty where not reckoned. Limits were searched for, so
        it is too small as a p-value and serves to compare parameters
    """

    limits: Mapping[str, tuple[float, float]]
    draws: int
    cases: int
    all_draws: int
    all_cases: int
    quasi_p: Mapping[str, float] = field(default_factory=dict)

    @property
    def coverage(self) -> float:
        """Share of all cases that lie inside; NaN without cases."""
        return self.cases / self.all_cases if self.all_cases else math.nan

    @property
    def density(self) -> float:
        """Share of the futures inside that are cases; NaN where nothing is inside."""
        return self.cases / self.draws if self.draws else math.nan

    @property
    def mass(self) -> float:
        """Share of all futures that lie inside; NaN without futures."""
        return self.draws / self.all_draws if self.all_draws else math.nan

    def inside(self, table: pd.DataFrame) -> Bools:
        """Return which rows of a table of parameters lie inside.

        Raises
        ------
        ComparisonError
            The table lacks a restricted parameter.
        """
        if lost := [name for name in self.limits if name not in table.columns]:
            raise ComparisonError(f"The table of parameters has no column {lost[0]!r}, which the box limits. Add it.")
        found = np.ones(len(table), bool)
        for name, (low, high) in self.limits.items():
            value = table[name].to_numpy(float)
            found &= (value >= low) & (value <= high)
        return found

    def on(self, table: pd.DataFrame, cases: Bools) -> Box:
        """Return the same limits counted on other futures: what they are worth where they were not searched for."""
        inside = self.inside(table)
        many = np.asarray(cases, bool)
        return replace(
            self, draws=int(inside.sum()), cases=int(many[inside].sum()), all_draws=len(table),
            all_cases=int(many.sum()), quasi_p={},
        )  # fmt: skip


def number(value: float) -> str:
    """Return a number with three digits that count, without exponent.

    Examples
    --------
    >>> [number(one) for one in (1.2, 0.01234, 12345.6, -3.0, 0.0)]
    ['1.2', '0.0123', '12,300', '-3', '0']
    """
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    places = 2 - math.floor(math.log10(abs(value)))
    text = f"{round(value, places):,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(value: float, unit: str) -> str:
    """Return a number and its unit; shares and pure numbers have none.

    Examples
    --------
    >>> with_unit(12.0, "people"), with_unit(0.3, "share"), with_unit(2.0, "1")
    ('12 people', '0.3', '2')
    """
    return number(value) if unit in {"", "1"} or unit.split(maxsplit=1)[0] == "share" else f"{number(value)} {unit}"


def percent(share: float) -> str:
    """Return a share as people read it: whole per cent, and never 0 or 100 where it is not.

    Examples
    --------
    >>> [percent(one) for one in (0.834, 0.0, 0.001, 0.9999, 1.0)]
    ['83 %', '0 %', 'less than 1 %', 'more than 99 %', '100 %']
    """
    if 0 < share < 0.005:
        return "less than 1 %"
    return "more than 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def words(
    box: Box, titles: Mapping[str, str], units: Mapping[str, str] | None = None, *, what: str = "This happens"
) -> str:
    """Return a box in a sentence.

    Parameters
    ----------
    box : what to tell
    titles, units : of parameters, by name; a name without a title is told as it is
    what : what happens in the cases, a clause without full stop

    Examples
    --------
    >>> box = Box({"recruits": (1.2, np.inf), "aid": (-np.inf, 30.0)}, 60, 50, 200, 125)
    >>> words(box, {"recruits": "recruits per fighter killed"}, {"aid": "%"}, what="Raids do harm")
    'Raids do harm in 83 % of futures in which recruits per fighter killed is above 1.2 and aid is below 30 %; these
    are 40 % of all such futures.'
    """
    if not box.limits:
        return f"{what} in {percent(box.density)} of all futures; no range of an assumption sets them apart."
    if not box.draws:
        return f"In no future looked at is it so that {_limits(box, titles, units or {})}."
    inside = _limits(box, titles, units or {})
    if not box.cases:
        return f"{what} in none of the futures in which {inside}."
    return (
        f"{what} in {percent(box.density)} of futures in which {inside}; these are {percent(box.coverage)} of all such "
        "futures."
    )


def _limits(box: Box, titles: Mapping[str, str], units: Mapping[str, str]) -> str:
    says = []
    for name, (low, high) in box.limits.items():
        title, unit = titles.get(name, name), units.get(name, "")
        if np.isneginf(low):
            says.append(f"{title} is below {with_unit(high, unit)}")
        elif np.isposinf(high):
            says.append(f"{title} is above {with_unit(low, unit)}")
        else:
            says.append(f"{title} is between {number(low)} and {with_unit(high, unit)}")
    return says[0] if len(says) == 1 else f"{', '.join(says[:-1])} and {says[-1]}"
