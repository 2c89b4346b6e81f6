"""`break_even`: from which value of an assumption on one mandate is worse than another, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.comparison.boxes_words import number, percent, with_unit
from toguna.comparison.measures import MEASURES
from toguna.core.errors import ComparisonError
from toguna.core.progress import Progress, silent

Floats = npt.NDArray[np.float64]
Run = Callable[[pd.DataFrame], Floats]

_CURVE = ["value", "median", "q05", "q95", "worse"]
SUMMARY = [
    "parameter", "median", "q05", "q95", "crosses", "never_worse", "always_worse", "rising", "several", "half",
    "half_rising", "above_half", "own_above", "worse_as_drawn",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class BreakEven:
    """At which value of a parameter mandate a is no longer better, or no longer worse, than mandate b.

    In each draw all but this parameter stays as drawn. Going up the values tried, the break-even is where a first
    changes between worse than b and not worse; between two values the difference is taken as a straight line. A draw
    in which it changes more than once is counted in `several`.

    Attributes
    ----------
    parameter : its name
    measure : column of the measure
    a, b : numbers of the mandates
    by_draw : break-even of each draw, in units of the parameter; NaN where a stays on one side throughout
    rises : by draw, whether a is worse above its break-even rather than below; False where there is none
    never_worse, always_worse : shares of draws without break-even, by the side a stays on
    several : share of draws in which a changes sides more than once
    curve : one row a value tried: `value`; `median`, `q05` and `q95` of a less b over draws, in units of the measure;
        `worse`, share of draws in which a is worse
    half : value at which a is worse in half of the draws, the first met going up; NaN where there is none
    half_rising : whether a is worse in more than half of the draws above it rather than below
    above_half : share of the values drawn for this parameter that lie above `half`; NaN without it
    own_above : share of all draws whose own value lies above their own break-even; a draw without counts as not above
    worse_as_drawn : share of draws in which a is worse at its own value, by straight lines between the values tried;
        beyond them, at the nearest
    """

    parameter: str
    measure: int
    a: int
    b: int
    by_draw: Floats = field(repr=False)
    rises: npt.NDArray[np.bool_] = field(repr=False)
    never_worse: float
    always_worse: float
    several: float
    curve: pd.DataFrame = field(repr=False)
    half: float
    half_rising: bool
    above_half: float
    own_above: float
    worse_as_drawn: float

    @property
    def crosses(self) -> float:
        """Share of draws that have a break-even."""
        return float(np.isfinite(self.by_draw).mean())

    @property
    def rising(self) -> float:
        """Of the draws that have one, share in which a is worse above it; NaN where no draw has one."""
        found = self.rises[np.isfinite(self.by_draw)]
        return float(found.mean()) if len(found) else math.nan

    def quantile(self, at: float) -> float:
        """Return a quantile of the break-even over the draws that have one; NaN where none has."""
        found = self.by_draw[np.isfinite(self.by_draw)]
        return float(np.quantile(found, at)) if len(found) else math.nan


def break_even(
    run: Run,
    table: pd.DataFrame,
    parameter: str,
    *,
    a: int,
    b: int,
    measure: int,
    values: npt.ArrayLike,
    bounds: tuple[float, float] | None = None,
    progress: Progress = silent,
) -> BreakEven:
    """Return from which value of a parameter on mandate a is worse than mandate b in a measure.

    The simulation is run once for each value with that value in all draws and all else as drawn, so that draws stay
    paired: where `run` gives draw d of every table the same noise, it does so here.

    Parameters
    ----------
    run : table of parameters to values, mandates x draws x measures
    table : draws x parameters
    parameter : column of the table
    a, b : numbers of the mandates compared
    measure : column of the measure; which way is better is told by MEASURES
    values : values of the parameter to try, rising, two or more
    bounds : outside which no value may lie, such as those of the parameter's distribution
    progress : told before each value

    Raises
    ------
    ComparisonError
        There is no such parameter, mandate or measure, values do not rise or lie outside the bounds, or the simulation
        gives no finite number.
    """
    tried = np.asarray(values, np.float64)
    _check(table, parameter, tried, bounds, measure)
    differences = np.empty((len(tried), len(table)))
    for at, value in enumerate(tried):
        progress(at, len(tried), f"{parameter} at {value:.3g}")
        found = run(table.assign(**{parameter: value}))
        if found.ndim != 3 or found.shape[1] != len(table) or not 0 <= max(a, b) < len(found) or min(a, b) < 0:
            raise ComparisonError(
                f"The simulation gave values of the shape {found.shape} for {len(table)} draws; mandates {a} and {b} "
                "were to be compared. Give numbers of mandates that were simulated."
            )
        differences[at] = found[a, :, measure] - found[b, :, measure]
        if len(bad := np.flatnonzero(~np.isfinite(differences[at]))):
            raise ComparisonError(
                f"With {parameter} at {value:g} the simulation gives {differences[at, bad[0]]:g} in draw {bad[0]}. "
                "Mend the simulation, or try values inside the parameter's bounds."
            )
    progress(len(tried), len(tried), parameter)
    return _found(parameter, table[parameter].to_numpy(float), tried, differences, (a, b), measure)


def break_evens(
    run: Run,
    table: pd.DataFrame,
    parameters: Mapping[str, npt.ArrayLike],
    *,
    a: int,
    b: int,
    measure: int,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    progress: Progress = silent,
) -> dict[str, BreakEven]:
    """Return the break-even of several parameters, each by itself with all others as drawn.

    Parameters
    ----------
    parameters : values to try, by name of the parameter
    bounds : by name of the parameter
    progress : told before each parameter

    All else is as in `break_even`.
    """
    found = {}
    for at, (name, values) in enumerate(parameters.items()):
        progress(at, len(parameters), f"break-even of {name}")
        limits = (bounds or {}).get(name)
        found[name] = break_even(run, table, name, a=a, b=b, measure=measure, values=values, bounds=limits)
    progress(len(parameters), len(parameters), "break-even")
    return found


def summary(found: Mapping[str, BreakEven]) -> pd.DataFrame:
    """Return one row a parameter, those first whose values tried move the share of draws in which a is worse most.

    `median`, `q05` and `q95` are of the draws that have a break-even; other columns are those of `BreakEven`.
    """
    rows, moves = [], []
    for one in found.values():
        ends = {"median": one.quantile(0.5), "q05": one.quantile(0.05), "q95": one.quantile(0.95)}
        rows.append({name: ends[name] if name in ends else getattr(one, name) for name in SUMMARY})
        moves.append(float(np.ptp(one.curve["worse"])))
    order = np.argsort(-np.array(moves), kind="stable")
    return pd.DataFrame(rows, columns=SUMMARY).iloc[order].reset_index(drop=True)


def sentence(found: BreakEven, *, title: str = "", unit: str = "", a: str = "", b: str = "") -> str:
    """Return a break-even in plain English.

    Parameters
    ----------
    found : what to tell
    title, unit : of the parameter
    a, b : of the mandates, as people say them, in the plural
    """
    first, other = a or f"mandate {found.a}", b or f"mandate {found.b}"
    what, share = title or found.parameter, found.curve["worse"]
    judged = f"{first[:1].upper()}{first[1:]} are worse than {other} in {MEASURES[found.measure].words}"
    tried = f"{number(found.curve['value'].iloc[0])} to {with_unit(found.curve['value'].iloc[-1], unit)}"
    if math.isnan(found.half):
        more = "more" if share.iloc[0] > 0.5 else "no more"
        says = [
            f"{judged} in {more} than half of the futures at every value of {what} tried, {tried} "
            f"({percent(share.min())} to {percent(share.max())} of futures)."
        ]
    else:
        side, beyond = ("above", found.above_half) if found.half_rising else ("below", 1 - found.above_half)
        says = [
            f"{judged} in more than half of the futures where {what} is {side} {with_unit(found.half, unit)}; "
            f"{percent(beyond)} of the values held plausible are."
        ]
        if int(((share > 0.5).astype(int).diff().abs()).sum()) > 1:
            says.append("At higher values this turns again.")
    if found.crosses:
        low, high = found.quantile(0.05), found.quantile(0.95)
        says.append(
            f"The break-even is {with_unit(found.quantile(0.5), unit)} in the middle future, and {number(low)} to "
            f"{with_unit(high, unit)} in nine of ten of those that have one."
        )
    if found.never_worse or found.always_worse:
        says.append(
            f"From {tried}, {first} are never worse in {percent(found.never_worse)} of futures and always in "
            f"{percent(found.always_worse)}."
        )
    if found.several:
        says.append(f"In {percent(found.several)} of futures they change sides more than once; the first is told.")
    return " ".join(says)


def _check(
    table: pd.DataFrame, parameter: str, tried: Floats, bounds: tuple[float, float] | None, measure: int
) -> None:
    if parameter not in table.columns:
        raise ComparisonError(
            f"There is no parameter {parameter!r}. Choose among {', '.join(map(str, table.columns))}."
        )
    if not 0 <= measure < len(MEASURES) or not len(table):
        raise ComparisonError(
            f"The measure is {measure} and there are {len(table)} draws. Give a column of MEASURES, 0 to "
            f"{len(MEASURES) - 1}, and at least one draw."
        )
    if tried.ndim != 1 or len(tried) < 2 or not np.isfinite(tried).all() or not (np.diff(tried) > 0).all():
        raise ComparisonError(f"The values of {parameter} to try do not rise. Give two or more, from low to high.")
    low, high = (-math.inf, math.inf) if bounds is None else bounds
    if tried[0] < low or tried[-1] > high:
        outside = tried[0] if tried[0] < low else tried[-1]
        raise ComparisonError(
            f"{parameter} was to be tried at {outside:g} and is bounded by {low:g} and {high:g}. Give values inside."
        )


def _found(
    parameter: str, own: Floats, tried: Floats, differences: Floats, mandates: tuple[int, int], measure: int
) -> BreakEven:
    """Return the break-even of differences a less b, values tried x draws."""
    harm = -differences if MEASURES[measure].more_is_better else differences
    worse = harm > 0
    by_draw, rises = _first_crossings(tried, harm)
    changes = (worse[1:] != worse[:-1]).sum(axis=0)
    share = worse.mean(axis=1)
    q05, median, q95 = np.quantile(differences, [0.05, 0.5, 0.95], axis=1)
    half, half_rising = _first_crossings(tried, share[:, None] - 0.5)
    above = float((own > half[0]).mean()) if np.isfinite(half[0]) else math.nan
    return BreakEven(
        parameter, measure, *mandates, by_draw, rises,
        never_worse=float((~worse.any(axis=0)).mean()), always_worse=float(worse.all(axis=0).mean()),
        several=float((changes > 1).mean()),
        curve=pd.DataFrame(dict(zip(_CURVE, (tried, median, q05, q95, share), strict=True))),
        half=float(half[0]), half_rising=bool(half_rising[0]), above_half=above,
        own_above=float((own > by_draw).mean()), worse_as_drawn=float((_at_own(tried, harm, own) > 0).mean()),
    )  # fmt: skip


def _first_crossings(tried: Floats, harm: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return where harm, values tried x draws, first changes between above 0 and not, NaN where never; and if it rises.

    Examples
    --------
    >>> at, rises = _first_crossings(np.array([0.0, 1.0, 2.0]), np.array([[-1.0, 1.0], [-1.0, 1.0], [3.0, 2.0]]))
    >>> at.tolist(), rises.tolist()
    ([1.25, nan], [True, False])
    """
    worse = harm > 0
    changed = worse[1:] != worse[:-1]
    crosses = changed.any(axis=0)
    each = np.arange(harm.shape[1])
    start = changed.argmax(axis=0)
    before, after = harm[start, each], harm[start + 1, each]
    step = np.where(crosses, after - before, 1.0)
    at = tried[start] + (tried[start + 1] - tried[start]) * np.clip(-before / step, 0, 1)
    return np.where(crosses, at, np.nan), crosses & ~worse[start, each]


def _at_own(tried: Floats, harm: Floats, own: Floats) -> Floats:
    """Return harm of each draw at its own value, by straight lines between the values tried."""
    value = np.clip(own, tried[0], tried[-1])
    start = np.clip(np.searchsorted(tried, value, side="right") - 1, 0, len(tried) - 2)
    part = (value - tried[start]) / (tried[start + 1] - tried[start])
    each = np.arange(len(own))
    return np.asarray((1 - part) * harm[start, each] + part * harm[start + 1, each])
