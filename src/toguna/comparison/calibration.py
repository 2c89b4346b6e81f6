"""`calibrate_country`: which assumptions let the simulation give a country's own record, checked on months held out.

A calibration looks back: it uses what was published later, and its posterior is for no plan made at the time. What is
fitted are the months before `fitted`; those after are never looked at until `check` compares them.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toguna.comparison.abc import Posterior, calibrate
from toguna.comparison.calibration_targets import EXTRAS, Target, Traces, cut, scaled, trace, values
from toguna.comparison.draws import Beta, Lognormal
from toguna.comparison.ground import Effort, Floats, Ground
from toguna.comparison.parameters import Parameter, from_uniform, read_parameters
from toguna.core.errors import ComparisonError
from toguna.core.progress import Progress, silent
from toguna.core.provenance import MadeFrom

_MORE = 1_000_003  # seeds of checks lie apart from those of the fit


@dataclass(frozen=True, eq=False)
class Calibration:
    """What is plausible for a country after its months fitted.

    Attributes
    ----------
    posterior : weighted particles, with how the fit went
    parameters : the shipped ones and those about the country itself
    ground, effort : what was simulated; the effort reaches over the months held out too
    targets : those fitted
    fitted : number of months fitted
    by_area : whether deaths were simulated by area
    """

    posterior: Posterior = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False)
    ground: Ground = field(repr=False)
    effort: Effort = field(repr=False)
    targets: tuple[Target, ...] = field(repr=False)
    fitted: int
    by_area: bool
    made_from: MadeFrom

    def learned(self) -> pd.DataFrame:
        """Return one row a calibrated parameter: median and 90 % range before and after, and what the fit took off.

        `narrowed` is 1 - the standard deviation of normal scores, which is 1 before: 0 where nothing was learned.
        `moved` is the mean score: by how many prior standard deviations it moved.
        """
        found, rows = self.posterior, []
        table, weights = found.from_uniform(found.particles), found.weights
        by_name = {one.name: one for one in self.parameters}
        for name in found.calibrated:
            one = by_name[name]
            score = ndtri(found.particles[:, list(found.names).index(name)])
            mean = float(weights @ score)
            sd = math.sqrt(float(weights @ (score - mean) ** 2))
            before = one.at(np.array([0.05, 0.5, 0.95]))
            after = quantiles(table[name].to_numpy(), weights, [0.05, 0.5, 0.95])
            rows.append((name, one.unit, *before, *after, mean, 1 - sd))
        columns = ["parameter", "unit", "low before", "before", "high before", "low after", "after", "high after",
                   "moved", "narrowed"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).set_index("parameter")

    def traces(self, draws: int, seed: int = 0, *, prior: bool = False, threads: int = 2) -> Traces:
        """Return months simulated anew from the posterior, or the prior, over all months of the effort."""
        table = self.posterior.table(draws, seed)
        if prior:
            chances = np.random.default_rng([seed, 2]).random((draws, len(self.parameters)))
            table = from_uniform(self.parameters, chances)
        return trace(self.ground, self.effort, table, seed + _MORE, by_area=self.by_area, threads=threads)

    def __str__(self) -> str:
        """Return how the fit went and what was learned."""
        return f"{self.posterior}\n{self.learned().round(3).to_string()}"


def calibrate_country(
    ground: Ground,
    effort: Effort,
    seen: Traces,
    targets: Sequence[Target],
    calibrated: Sequence[str],
    *,
    fitted: int,
    extras: Sequence[Parameter] = (),
    parameters: Sequence[Parameter] | None = None,
    by_area: bool = False,
    population: int = 400,
    rounds: int = 6,
    seed: int = 1,
    threads: int = 2,
    made_from: MadeFrom | None = None,
    progress: Progress = silent,
) -> Calibration:
    """Return which assumptions let the simulation give what was counted in the months fitted.

    Parameters
    ----------
    ground : the country before the first month, from records before it
    effort : who was there, month by month, over the months fitted and held out
    seen : what was counted
    targets : what is to be met; those that end after the months fitted are left for the check
    calibrated : names fitted, of the shipped parameters or the extras; the others are drawn from the prior
    fitted : months fitted, from the first; later ones are cut off before anything is computed
    extras : priors of what is particular to the country, named as `trace` knows them
    parameters : the shipped ones, unless given
    by_area : whether targets need deaths by area

    Raises
    ------
    ComparisonError
        An extra or a parameter is unknown, no target lies within the months fitted, or one was not observed.
    """
    if strange := [one.name for one in extras if one.name not in EXTRAS]:
        raise ComparisonError(f"The simulation knows no {strange[0]!r} of a country. Choose among {', '.join(EXTRAS)}.")
    if not 0 < fitted <= effort.soldiers.shape[1]:
        raise ComparisonError(
            f"{fitted} months are to be fitted and the effort has {effort.soldiers.shape[1]}. Fit one or more of them."
        )
    known = (*(read_parameters() if parameters is None else parameters), *extras)
    chosen = tuple(one for one in targets if one.last < fitted)
    if not chosen:
        raise ComparisonError(f"No target ends within the {fitted} months fitted. Give one, or fit more months.")
    observed = scaled(chosen, values(chosen, seen.before(fitted), ground))[0]
    early = cut(effort, fitted)

    def simulate(table: pd.DataFrame, at: int) -> Floats:
        return scaled(chosen, values(chosen, trace(ground, early, table, at, by_area=by_area, threads=threads), ground))

    posterior = calibrate(
        lambda u: from_uniform(known, u),
        [one.name for one in known],
        simulate,
        observed,
        [one.error for one in chosen],
        calibrated=calibrated,
        population=population,
        rounds=rounds,
        seed=seed,
        progress=progress,
    )
    made = made_from or MadeFrom("", "")
    asked = {**made.parameters, "calibrated": list(calibrated), "fitted": fitted, "population": population,
             "rounds": rounds}  # fmt: skip
    return Calibration(posterior, known, ground, effort, chosen, fitted, by_area,
                       MadeFrom(made.pack, made.pack_hash, asked, seed))  # fmt: skip


def again(seen: Traces, fitted: int, month: int, months: int, draws: int, block: int, seed: int) -> Traces:
    """Return the naive forecast: months of the last twelve fitted, drawn in blocks, and stocks as last counted.

    Blocks of 1 are conflictology, of 3 the last four quarters, of 12 the last year once more. Civilians killed by side
    are known by year: theirs are the months of the last whole year.

    Parameters
    ----------
    seen : what was counted; only the months fitted are looked at
    fitted : months fitted, twelve or more
    month : calendar month of the first, 1 to 12
    months : in all, fitted ones too; those are shown as if forecast as well
    block : months drawn together, a part of twelve

    Raises
    ------
    ComparisonError
        Fewer than twelve months were fitted, or the block does not go into twelve.
    """
    if fitted < 12 or 12 % block:
        raise ComparisonError(f"{fitted} months fitted, blocks of {block}: fit 12 or more, in blocks of 1, 3 or 12.")
    known = seen.before(fitted)
    # Blocks are counted from the first month after those fitted, so that a quarter held out is one quarter drawn.
    number, within = np.divmod(np.arange(months) - fitted, block)
    number -= number.min()
    starts = np.random.default_rng([seed, 3]).integers(0, 12 // block, (draws, number.max() + 1)) * block
    offsets = starts[:, number]
    whole = fitted - (month - 1 + fitted) % 12
    recent = fitted - 12 + offsets + within
    by_year = (whole - 12 if whole >= 12 else fitted - 12) + offsets + within

    def held(stock: Floats) -> Floats:
        counted = stock[0][np.isfinite(stock[0])]
        return np.full((draws, months), counted[-1] if len(counted) else np.nan)

    areas = None if known.by_area is None else known.by_area[0][:, recent].transpose(1, 0, 2)
    return Traces(
        known.deaths[0][recent], known.by_groups[0][by_year], known.by_state[0][by_year], held(known.abroad),
        held(known.inside), areas,
    )  # fmt: skip


def check(
    targets: Sequence[Target], seen: Traces, ground: Ground, forecasts: Mapping[str, Traces], fitted: int
) -> pd.DataFrame:
    """Return one row a target and forecast: what came, what was expected, and the score.

    Returns
    -------
    measure, first, last : of the target; held_out, whether it ends after the months fitted
    model, observed, low, median, high : with the central 90 % interval
    inside50, inside90 : whether what came lies within the central intervals
    crps : continuous ranked probability score in deaths, people or the pattern's unit; `log_crps` the same of
        log(1 + number), for patterns of the pattern itself
    """
    came = values(targets, seen, ground)[0]
    rows = []
    for model, traces in forecasts.items():
        numbers = values(targets, traces, ground)
        logs, came_log = scaled(targets, numbers), scaled(targets, came[None])[0]
        for at, one in enumerate(targets):
            if not np.isfinite(came[at]) or np.isnan(numbers[:, at]).any():
                continue
            low, lower, median, upper, high = np.quantile(numbers[:, at], [0.05, 0.25, 0.5, 0.75, 0.95])
            rows.append((
                one.measure, one.first, one.last, one.last >= fitted, model, came[at], low, median, high,
                lower <= came[at] <= upper, low <= came[at] <= high, crps(numbers[:, at], came[at]),
                crps(logs[:, at], came_log[at]),
            ))  # fmt: skip
    columns = ["measure", "first", "last", "held_out", "model", "observed", "low", "median", "high", "inside50",
               "inside90", "crps", "log_crps"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def summary(checked: pd.DataFrame) -> pd.DataFrame:
    """Return means of a check by measure, months held out or not, and model, with how many targets they are over."""
    grouped = checked.groupby(["held_out", "measure", "model"], sort=False)
    found = grouped[["inside50", "inside90", "crps", "log_crps"]].mean()
    found.insert(0, "targets", grouped.size())
    return found.reset_index()


def crps(draws: Floats, came: float) -> float:
    """Return the continuous ranked probability score of draws: mean |x - y| - 1/2 mean |x - x'|.

    Examples
    --------
    >>> crps(np.array([0.0, 2.0]), 1.0)
    0.5
    """
    ordered = np.sort(np.asarray(draws, float))
    many = len(ordered)
    apart = 2 * (ordered @ (2 * np.arange(1, many + 1) - many - 1)) / many**2
    return float(np.abs(ordered - came).mean() - apart / 2)


def quantiles(numbers: Floats, weights: Floats, at: Sequence[float]) -> Floats:
    """Return the smallest numbers at which the weights add up to the shares asked for.

    Examples
    --------
    >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3]), [0.4, 0.6, 0.9]).tolist()
    [1.0, 2.0, 3.0]
    """
    order = np.argsort(numbers, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return np.asarray(numbers[order][np.minimum(np.searchsorted(reached, at), len(numbers) - 1)])


def as_assumptions(found: Calibration, head: str, judgement: str, *, least: float = 0.1) -> str:
    """Return the posterior as a file of assumptions: shipped parameters the fit narrowed, in shapes like their own.

    A lognormal keeps median and 90 % range; a share becomes the beta of its mean and variance; all else a normal, cut
    off at the shipped bounds. What parameters have in common is lost: each is drawn by itself. Extras stay out.

    Parameters
    ----------
    head : comment on top, lines without the mark
    judgement : why the numbers are what they are
    least : how much the fit must have narrowed a parameter; with a hundred effective particles less is chance, and the
        shipped distribution stands
    """
    narrowed = found.learned()["narrowed"]
    table, weights = found.posterior.from_uniform(found.posterior.particles), found.posterior.weights
    by_name = {one.name: one for one in found.parameters if one.name not in EXTRAS}
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    for name in found.posterior.calibrated:
        if name not in by_name or narrowed[name] < least:
            continue
        lines += [
            f"{name}:",
            f"  draws: {_fit(by_name[name], table[name].to_numpy(), weights)}",
            "  confidence: low",
            "  judgement: >-",
            *textwrap.wrap(judgement, 116, initial_indent="    ", subsequent_indent="    "),
        ]
    return "\n".join(lines) + "\n"


def _fit(one: Parameter, numbers: Floats, weights: Floats) -> str:
    """Return a distribution like the parameter's own that is near the weighted numbers, as YAML."""
    mean = float(weights @ numbers)
    variance = max(float(weights @ (numbers - mean) ** 2), 1e-12)
    low, median, high = (float(x) for x in quantiles(numbers, weights, [0.05, 0.5, 0.95]))
    if isinstance(one.draws.shape, Lognormal) and low < median < high:
        return f"{{lognormal: {{median: {_plain(median)}, low: {_plain(low)}, high: {_plain(high)}}}}}"
    if isinstance(one.draws.shape, Beta):
        size = mean * (1 - mean) / variance - 1
        return f"{{beta: {{a: {_plain(mean * size)}, b: {_plain((1 - mean) * size)}}}}}"
    return f"{{normal: {{mean: {_plain(mean)}, sd: {_plain(math.sqrt(variance))}}}}}"


def _plain(number: float) -> str:
    """Return a number with three digits that count, without an exponent, which YAML may read as text."""
    return np.format_float_positional(number, precision=3, unique=False, fractional=False, trim="-")


def measure_words(measure: str) -> str:
    """Return a measure as people say it."""
    return _WORDS[measure]


_WORDS = {
    "deaths": "deaths",
    "by_groups": "civilians killed by armed groups",
    "by_state": "civilians killed by state forces",
    "abroad": "refugees",
    "inside": "people displaced inside",
    "neighbours_alike": "neighbouring areas alike (Moran's I)",
    "months_alike": "months in an area alike (correlation)",
    "areas_hit": "share of areas and months with deaths",
}
