"""`Traces` and `Target`: what was counted month by month, what the simulation gives for it, and summaries of both.

Observed and simulated months go through the same summaries, so nothing is compared that was made in two ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from numba import njit

from toguna.comparison.from_country import (
    DEFAULT_BY_STATE,
    DEFAULT_CIVILIANS,
    EVEN,
    border_of,
    neighbours_of,
    people_of,
)
from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.measures import NAMES
from toguna.comparison.parameters import records
from toguna.comparison.simulate import BY_GROUPS, BY_STATE, MONTHLY, _draw, compiled_from, seed_of
from toguna.comparison.state import Areas, new_areas, new_nation
from toguna.core.errors import ComparisonError
from toguna.core.months import Month
from toguna.country.country import Country

FLOWS = ("deaths", "by_groups", "by_state")
STOCKS = ("abroad", "inside")
PATTERNS = ("neighbours_alike", "months_alike", "areas_hit")
EXTRAS = ("onset", "civilians", "by_state", "clumping")
_BLOCK = 64  # draws at a time
_DEATHS, _ABROAD, _DISPLACED = (MONTHLY.index(name) for name in ("deaths", "abroad", "displaced"))


@dataclass(frozen=True, eq=False)
class Traces:
    """Counts month by month: one row where they were observed, one a draw where they are simulated.

    Attributes
    ----------
    deaths : draws x months, deaths of all kinds
    by_groups, by_state : draws x months, civilians killed by armed groups and by state forces
    abroad, inside : draws x months, people displaced at the end of the month; nan where nobody counted
    by_area : draws x areas x months, deaths of all kinds; none where only the nation is looked at
    """

    deaths: Floats = field(repr=False)
    by_groups: Floats = field(repr=False)
    by_state: Floats = field(repr=False)
    abroad: Floats = field(repr=False)
    inside: Floats = field(repr=False)
    by_area: npt.NDArray[Any] | None = field(default=None, repr=False)

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.deaths.shape[1])

    def before(self, months: int) -> Traces:
        """Return the first months alone."""
        areas = None if self.by_area is None else self.by_area[:, :, :months]
        national = {name: getattr(self, name)[:, :months] for name in (*FLOWS, *STOCKS)}
        return Traces(**national, by_area=areas)


@dataclass(frozen=True)
class Target:
    """One number to be met.

    Attributes
    ----------
    measure : a flow, added up over the months; a stock, at the end of the last; or a pattern over areas and months:
        `neighbours_alike`, Moran's I of log(1 + deaths) by area, `months_alike`, correlation of log(1 + deaths) in an
        area with those a month later, `areas_hit`, share of areas and months with any deaths
    first, last : months from the first simulated, 0 or more; both count
    error : what counts as one unit of distance: of log(1 + number), for patterns of the pattern itself
    """

    measure: str
    first: int
    last: int
    error: float

    def __post_init__(self) -> None:
        """Refuse measures there are not, and months out of order."""
        if self.measure not in (known := (*FLOWS, *STOCKS, *PATTERNS)):
            raise ComparisonError(f"There is no measure {self.measure!r} to meet. Choose among {', '.join(known)}.")
        if not 0 <= self.first <= self.last:
            raise ComparisonError(f"{self.measure}: months {self.first} to {self.last} are out of order. Swap them.")


def values(targets: Sequence[Target], traces: Traces, ground: Ground) -> Floats:
    """Return the numbers the targets ask for, draws x targets, in deaths, people or the pattern's own unit.

    Raises
    ------
    ComparisonError
        A target lies after the months there are, or a pattern is asked for and nothing is known by area.
    """
    found = np.empty((len(traces.deaths), len(targets)))
    for at, one in enumerate(targets):
        if one.last >= traces.months:
            raise ComparisonError(
                f"{one.measure} is asked for up to month {one.last + 1} of {traces.months}. Ask for fewer months."
            )
        window = slice(one.first, one.last + 1)
        if one.measure in PATTERNS:
            if traces.by_area is None:
                raise ComparisonError(f"{one.measure} needs deaths by area. Simulate by area, or leave it out.")
            found[:, at] = _pattern(one.measure, traces.by_area[:, :, window].astype(float), ground)
        elif one.measure in STOCKS:
            found[:, at] = getattr(traces, one.measure)[:, one.last]
        else:
            found[:, at] = getattr(traces, one.measure)[:, window].sum(axis=1)
    return found


def scaled(targets: Sequence[Target], numbers: Floats) -> Floats:
    """Return numbers on the scale distances are measured on: log(1 + number), patterns as they are.

    Examples
    --------
    >>> scaled([Target("deaths", 0, 2, 0.5), Target("areas_hit", 0, 2, 0.1)], np.array([[0.0, 0.5]])).tolist()
    [[0.0, 0.5]]
    """
    is_count = np.array([one.measure not in PATTERNS for one in targets])
    return np.where(is_count, np.log1p(np.where(is_count, numbers, 0.0)), numbers)


def _pattern(measure: str, deaths: Floats, ground: Ground) -> Floats:
    """Return a pattern of deaths, draws x areas x months; 0 where all numbers are the same."""
    if measure == "areas_hit":
        return np.asarray((deaths > 0).mean(axis=(1, 2)))
    if measure == "months_alike":
        logs = np.log1p(deaths)
        return _correlation(logs[:, :, :-1].reshape(len(deaths), -1), logs[:, :, 1:].reshape(len(deaths), -1))
    return morans_i(np.log1p(deaths.sum(axis=2)), ground)


def morans_i(numbers: Floats, ground: Ground) -> Floats:
    """Return Moran's I of numbers, draws x areas, with every pair of neighbours counted alike: 1 alike, -1 unlike."""
    away = numbers - numbers.mean(axis=1, keepdims=True)
    home = np.repeat(np.arange(len(ground.people)), np.diff(ground.first))
    crossed = (away[:, home] * away[:, ground.next_to]).sum(axis=1)
    spread = (away**2).sum(axis=1)
    pairs = max(len(home), 1)
    found = np.divide(len(ground.people) * crossed, pairs * spread, out=np.zeros(len(numbers)), where=spread > 1e-12)
    return np.asarray(found)


def _correlation(one: Floats, other: Floats) -> Floats:
    a, b = one - one.mean(axis=1, keepdims=True), other - other.mean(axis=1, keepdims=True)
    spread = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.asarray(np.divide((a * b).sum(axis=1), spread, out=np.zeros(len(one)), where=spread > 1e-12))


def _compiled(version: int) -> Any:
    """Return the loop over draws, kept on disk under the version of all that is compiled into it, as in `simulate`."""

    @njit(cache=True, nogil=True)
    def block(
        table: Any, g: Ground, e: Effort, s: Areas, nation: Any, seed: int, start: int, deaths: Floats, out: Floats,
        by_month: Any, last_month: Floats,
    ) -> int:  # fmt: skip
        for d in range(len(table)):
            _draw(table[d], g, e, s, nation[0], deaths[d], seed_of(seed, start + d), out[d], by_month[d])
            for a in range(len(g.people)):
                civilians = s.by_groups[a] + s.by_state[a] + s.by_force[a]
                last_month[d, a] = civilians + 2 * s.fought[a] + s.killed[a]
        return version

    return block


_run = _compiled(compiled_from())


def trace(
    ground: Ground, effort: Effort, table: pd.DataFrame, seed: int, *, by_area: bool = False, threads: int = 2
) -> Traces:
    """Return what the simulation gives month by month for each draw.

    The simulation adds up over its months what is asked by side and area. So it is run up to the end of each calendar
    year, or of each month where areas are asked for; the same chances come again each time.

    Parameters
    ----------
    table : draws x parameters. Beside those of the shipped file it may hold what is known of a country rather than of
        the world: `onset`, how many times the deaths before the first month the start has; `civilians` and `by_state`,
        instead of the ground's; `clumping`, how much more counts vary than by chance alone: variance of a month's count
        = mean + clumping x mean squared. Without `clumping` counts are what the simulation expects
    seed : same seed, same counts
    by_area : whether deaths by area are kept, and clump area by area; those of the force are then left out

    Notes
    -----
    Civilians killed by side are spread evenly over the months of a calendar year unless areas are asked for.
    """
    draws, areas, months = len(table), len(ground.people), effort.soldiers.shape[1]
    known = np.resize(ground.deaths, draws)
    deaths = known * table["onset"].to_numpy() if "onset" in table else known
    own = [name for name in ("civilians", "by_state") if name in table]
    shares = table[own].to_numpy(float)
    drawn, block = records(table), 1 if own else _BLOCK
    step = 1 if by_area else 12
    ends = sorted({*range(1 if by_area else _to_january(ground.month), months, step), months})
    cuts = [cut(effort, end) for end in ends]
    out, by_month = np.zeros((len(ends), draws, len(NAMES))), np.zeros((draws, months, len(MONTHLY)), np.float32)
    areas_out = np.zeros((len(ends), draws, areas))

    def work(start: int) -> None:
        state, nation, spare = new_areas(areas), new_nation(), np.zeros((block, months, len(MONTHLY)), np.float32)
        for at in range(start, min(start + _BLOCK, draws), block):
            part = slice(at, min(at + block, draws))
            here = ground._replace(**dict(zip(own, shares[at], strict=True))) if own else ground
            for place, one in enumerate(cuts):
                kept = by_month[part] if place == len(cuts) - 1 else spare
                _run(drawn[part], here, one, state, nation, seed, at, deaths[part], out[place, part], kept,
                     areas_out[place, part])  # fmt: skip

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, draws, _BLOCK)))
    rng = np.random.default_rng([seed, 1])
    clumping = table["clumping"].to_numpy(float) if "clumping" in table else None
    counted = _counted(areas_out.transpose(1, 2, 0), clumping, rng) if by_area else None
    monthly = by_month.astype(float)
    every = _counted(monthly[:, :, _DEATHS], clumping, rng) if counted is None else counted.sum(axis=1)
    abroad = monthly[:, :, _ABROAD]
    groups, state = (_counted(_between(out[:, :, at], ends), clumping, rng) for at in (BY_GROUPS, BY_STATE))
    return Traces(every, groups, state, abroad, monthly[:, :, _DISPLACED] - abroad, counted)


def _to_january(month: int) -> int:
    """Return the months to the next January, 1 to 12."""
    return 13 - month


def _between(sums: Floats, ends: list[int]) -> Floats:
    """Return draws x months from sums up to ends, ends x draws, spread evenly between one end and the next."""
    each = np.diff(sums, axis=0, prepend=0.0) / np.diff(ends, prepend=0)[:, None]
    return np.asarray(np.repeat(each, np.diff(ends, prepend=0), axis=0).T)


def _counted(expected: Floats, clumping: Floats | None, rng: np.random.Generator) -> Floats:
    """Return counts around what is expected, draws first; more uneven than chance, for deaths come many at a time."""
    if clumping is None:
        return expected
    lumps = clumping.reshape(-1, *[1] * (expected.ndim - 1))
    # Beyond a billion no draw is of use, and the generator refuses it.
    fine = np.clip(np.where(np.isfinite(expected), expected, 0.0), 0.0, 1e9)
    found = rng.poisson(np.minimum(rng.gamma(1 / lumps, np.maximum(fine * lumps, 1e-12)), 1e12)).astype(float)
    return np.where(np.isfinite(expected), found, np.nan)


def cut(effort: Effort, months: int) -> Effort:
    """Return the first months of an effort."""
    series = {name: value for name, value in effort._asdict().items() if isinstance(value, np.ndarray)}
    short: dict[str, Any] = {name: np.ascontiguousarray(value[..., :months]) for name, value in series.items()}
    return effort._replace(**short)


def ground_before(country: Country, first: Month, on_routes: float, *, order: float = 1.0) -> Ground:
    """Return the ground of a country at a month, from records of the time before it alone.

    Violence lies where towns had killings of civilians within 30 km before; deaths are those of the twelve months
    before; shares by kind those of all years before; refugees those of the last count before.

    Parameters
    ----------
    country : with hindsight: what was published later about the time before counts
    on_routes : share of killings that happen on routes
    order : 1 with constitutional order at the start
    """
    pcodes = sorted(country.areas.loc[country.areas["level"] == 2, "pcode"])
    people = people_of(country, pcodes)
    neighbours = neighbours_of(country, pcodes)
    weight = _weight(country, first, pcodes, people)
    series = _monthly(country)
    year = [str(first + -back) for back in range(12, 0, -1)]
    civilians, by_state = _kinds(country, first)
    stock = _stock(country, "refugees")
    known = stock[stock.index < str(first)]
    grown = float(known.iloc[-1] - known.iloc[-2]) if len(known) > 1 else 0.0
    return Ground(
        people=people, first=neighbours[0], next_to=neighbours[1], border=border_of(country, pcodes), weight=weight,
        from_area=weight, deaths=np.array([series.reindex(year).fillna(0.0).mean()]), civilians=civilians,
        by_state=by_state, on_routes=on_routes, refugees=float(known.iloc[-1]) if len(known) else 0.0, inside=np.nan,
        leaving=np.ones(len(pcodes)), fled=max(grown, 0.0), order=order, agreement=0.0, month=int(str(first)[5:7]),
    )  # fmt: skip


def seen_of(country: Country, first: Month, months: int) -> Traces:
    """Return what was counted: deaths by month, civilians killed by year, refugees and people displaced inside by year.

    Civilians killed are spread evenly over the months of a year, so only whole years mean anything.
    """
    when = [str(first + at) for at in range(months)]
    yearly = country.violence_yearly
    yearly = yearly[(yearly["iso3"] == country.profile.iso3) & (yearly["type"] == "one_sided")]

    def side(who: str) -> Floats:
        by_year = yearly[yearly["perpetrator"] == who].groupby("year")["fatalities"].sum()
        return np.array([[by_year.get(int(one[:4]), np.nan) / 12 for one in when]])

    def stock(group: str) -> Floats:
        return np.asarray(_stock(country, group).reindex(when).to_numpy(float)[None])

    deaths = _monthly(country).reindex(when).to_numpy(float)[None]
    return Traces(deaths, side("non_state"), side("government"), stock("refugees"), stock("idps"))


def national_targets(seen: Traces, month: int, *, discrepancy: float = 0.5, registration: float = 0.3) -> list[Target]:
    """Return targets for what was counted: deaths by quarter, civilians killed by side and year, stocks when counted.

    The error of a count is that of chance on the scale of log(1 + number), 1 / (1 + count), and of what the simulation
    leaves out, added as variances; of stocks, how far registers are off.

    Parameters
    ----------
    month : calendar month of the first, 1 to 12
    discrepancy : share by which the simulation is expected to be off even with the right parameters; judgement
    registration : the same of counts of displaced people
    """

    def error(count: float) -> float:
        return float(np.sqrt(discrepancy**2 + 1 / (1 + count)))

    found = [
        Target("deaths", at, at + 2, error(float(seen.deaths[0, at : at + 3].sum())))
        for at in range(0, seen.months - 2, 3)
    ]
    for measure in ("by_groups", "by_state"):
        series = getattr(seen, measure)[0]
        for at in range((1 - month) % 12, seen.months - 11, 12):
            whole = float(series[at : at + 12].sum())
            found += [Target(measure, at, at + 11, error(whole))] if np.isfinite(whole) else []
    for measure in STOCKS:
        counted = np.flatnonzero(np.isfinite(getattr(seen, measure)[0]))
        found += [Target(measure, int(at), int(at), registration) for at in counted]
    return found


def _monthly(country: Country) -> pd.Series:
    table = country.violence_monthly
    home = table[(table["unit_kind"] == "country") & (table["unit"] == country.profile.iso3) & (table["type"] == "all")]
    return home.groupby(home["month"].astype(str))["fatalities"].sum()


def _stock(country: Country, group: str) -> pd.Series:
    """Return people of a group in all hosts together by month of the count; camps are parts of them and left out."""
    table = country.displacement
    own = table[
        (table["measure"] == "stock")
        & (table["group"] == group)
        & (table["origin"] == country.profile.iso3)
        & (table["place_id"].fillna("") == "")
    ]
    return own.groupby(own["date"].astype(str).str[:7])["people"].sum().sort_index()


def _kinds(country: Country, first: Month) -> tuple[float, float]:
    """Return the share of deaths that are civilians', and of those by the state, in the years before a month's."""
    yearly = country.violence_yearly
    home = yearly[(yearly["iso3"] == country.profile.iso3) & (yearly["year"] < int(str(first)[:4]))]
    summed = home.groupby(["type", "perpetrator"])["fatalities"].sum()
    every, civilians = float(summed.get(("all", "any"), 0.0)), float(summed.get(("one_sided", "any"), 0.0))
    state = float(summed.get(("one_sided", "government"), 0.0))
    if every <= 0 or civilians <= 0:
        return DEFAULT_CIVILIANS, DEFAULT_BY_STATE
    return min(civilians / every, 0.95), min(state / civilians, 1.0)


def _weight(country: Country, first: Month, pcodes: list[str], people: Floats) -> Floats:
    """Return each area's share of violence before, by the nearest area of towns with killings around them."""
    table = country.violence_monthly
    near = table[(table["unit_kind"] == "within_30km") & (table["month"].astype(str) < str(first))]
    near = near[near["fatalities"] > 0]
    lived = people / people.sum()
    if near.empty:
        return np.asarray(lived)
    shapes = country.areas.set_index("pcode")["geometry"].reindex(pcodes).to_numpy()
    home = shapely.STRtree(shapes).nearest(shapely.points(near[["longitude", "latitude"]].to_numpy(float)))
    killed = np.bincount(home, near["fatalities"].to_numpy(float), len(pcodes))
    return np.asarray((1 - EVEN) * killed / killed.sum() + EVEN * lived)
