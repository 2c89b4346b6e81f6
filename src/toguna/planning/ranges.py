"""`ranges`: over which effects and scales of harm a plan stays the best, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from toguna.core.errors import PlanError
from toguna.core.progress import Progress, silent
from toguna.core.workers import run_all
from toguna.planning.mandate import Mandate, Task
from toguna.planning.plan import Plan
from toguna.planning.posture import Floats, Ints, Posture, tier_value, value_of, worst_region
from toguna.planning.posture_solve import Solved, solve
from toguna.planning.situation import Situation

WITHIN = 0.01
HARM_FROM, HARM_TO = 0.25, 4.0
_RATIO = 1.5  # of neighbouring values, up to which proofs carry over between them
_POINTS = 21  # values on each side at which the plan is reckoned
_NEAR = 0.02  # of the whole span: the end of a range is told no more closely
_TIER = 4
_SLACK = 1e-4  # share of a value within which the solver counts plans as equal
_COLUMNS = [
    "parameter", "central", "low", "high", "stays_from", "stays_to", "better_below", "better_above", "at_low",
    "at_low_most", "at_high", "at_high_most", "says",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Parameter:
    """A number of the problem that is not known well.

    Attributes
    ----------
    name : for readers
    central, low, high : value of the plan, and the ends of the published range, cut at 0
    changed : the problem with another value
    harms : whether the published range goes below 0
    moves_floor : whether it changes the share of a region's harm averted
    moves_draws : whether it changes the harm averted in the draws
    """

    name: str
    central: float
    low: float
    high: float
    changed: Callable[[Posture, float], Posture] = field(repr=False)
    harms: bool = False
    moves_floor: bool = True
    moves_draws: bool = True


@dataclass(frozen=True, eq=False)
class Ranges:
    """Over which values a plan stays the best in protection, principle 4.

    Attributes
    ----------
    table : one row a parameter: `central` value, published `low` and `high`; the plan is within `within` of the best
        from `stays_from` to `stays_to` at least (NaN: not even at the central value); another plan is better by more
        for sure at or below `better_below` and at or above `better_above` (NaN: nowhere looked at); between these it
        cannot be told. `at_low` to `at_low_most` is what the plan falls short of the best at the low end, as a share,
        at least and at most; so for the high end. `says` all that in a sentence
    within : share the plan may fall short, on top of `given`
    given : share of protection the plan leaves to what comes after it, as its mandate allows
    remarks : what a reader must know
    """

    table: pd.DataFrame = field(repr=False)
    within: float
    given: float
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return a sentence a parameter."""
        return "\n".join([*self.table["says"], *self.remarks])


@dataclass(frozen=True, eq=False)
class _Point:
    """What is proved at a value: no plan averts more than `bound`; `units` is the best found.

    No plan averts more than `fixed` where the draws that count as worst are those worst for the plan asked about.
    """

    at: float
    bound: float
    fixed: float
    units: Ints = field(repr=False)


def ranges(
    now: Situation | Plan,
    solved: Solved | None = None,
    mandate: Mandate | None = None,
    *,
    within: float = WITHIN,
    parameters: Iterable[str] | None = None,
    steps: int = 2,
    time_limit: float = 10.0,
    seed: int = 1,
    workers: int = 1,
    progress: Progress = silent,
) -> Ranges:
    """Return over which values of each effect and of the harm of each region a plan stays the best.

    At each value tried the problem is solved anew up to protection; the mandate's floor for the region worst off is
    then a share of what can be reached there. Between values tried no plan exceeds the line between two bounds, of a
    problem in which the draws that count as worst are those worst for this plan.

    Parameters
    ----------
    now, solved, mandate : situation, its answer, and the mandate both were made by; a plan brings its own
    within : share the plan may fall short of the best, on top of what it leaves to later principles
    parameters : names of some parameters, as the table has them; default: all
    steps : values tried on each side of the central one besides the ends
    time_limit : seconds for each value tried
    workers : processes

    Raises
    ------
    PlanError
        The situation has no plan, or a parameter is not known.
    """
    here = now.situation if isinstance(now, Plan) else now
    answer = now.solved if solved is None and isinstance(now, Plan) else solved
    rules = now.mandate if mandate is None and isinstance(now, Plan) else mandate
    if answer is None or rules is None:
        raise PlanError("A situation alone has no plan. Give what solve found and the mandate, or give the plan.")
    if not 0 < within < 1 or steps < 0:
        raise PlanError(f"within is {within:g} and steps {steps}. Give a share between 0 and 1, and 0 or more steps.")
    tier = next((one for one in answer.tiers if one.tier == _TIER), None)
    if tier is None or tier.value <= 0:
        return Ranges(pd.DataFrame(columns=_COLUMNS), within, 0.0, ("The plan protects nobody: no range is told.",))
    every = uncertain(here, rules)
    names = [one.name for one in every]
    asked = names if parameters is None else list(parameters)
    if strange := [name for name in asked if name not in names]:
        raise PlanError(f"There is no parameter {strange[0]!r} in protection. Choose among {', '.join(names)}.")
    given = max(1 - tier.kept / tier.value, 0.0)
    problem = replace(here.problem, demands=tuple(one for one in here.problem.demands if one.tier <= _TIER))
    tasks = [_Task(problem, answer.units, one, within, given, steps, time_limit, seed)
             for one in every if one.name in asked]  # fmt: skip
    rows = []
    found = iter(run_all(_range, tasks, workers=workers))
    for at, task in enumerate(tasks):
        progress(at, len(tasks), f"range of {task.parameter.name}")
        rows.append(next(found))
    progress(len(tasks), len(tasks), "ranges")
    return Ranges(pd.DataFrame(rows, columns=_COLUMNS), within, given, _remarks(rules, every, given))


def uncertain(now: Situation, mandate: Mandate) -> tuple[Parameter, ...]:
    """Return the effects that protection rests on, and the scale of the harm of each region."""
    found = [_effect(mandate, option.name, _Effect(option.name)) for option in now.problem.options]
    border = [one for one in now.problem.demands if one.name == Task.PATROL_BORDERS and one.tier == _TIER]
    central = mandate.effects[Task.PATROL_BORDERS].central if border else 0.0
    if border and central > 0:
        teams = _effect(mandate, border[0].name, _Weight(border[0].name, central))
        found.append(replace(teams, moves_floor=False, moves_draws=False))
    harm, regions = now.problem.harm.sum(axis=1), now.places["region"].to_numpy()
    for number in np.unique(now.problem.region):
        inside = now.problem.region == number
        if harm[inside].sum() > 0 and not inside.all():
            name = f"harm in {regions[inside][0]}"
            found.append(Parameter(name, 1.0, HARM_FROM, HARM_TO, _Harm(int(number)), moves_floor=False))
    return tuple(found)


def _effect(mandate: Mandate, task: str, changed: Callable[[Posture, float], Posture]) -> Parameter:
    one = mandate.effects[Task(task)]
    name = f"effect of {Task(task).words}"
    return Parameter(name, max(one.central, 0.0), max(one.low, 0.0), max(one.high, 0.0), changed, harms=one.low < 0)


@dataclass(frozen=True)
class _Effect:
    """Sets the effect of an option."""

    name: str

    def __call__(self, problem: Posture, value: float) -> Posture:
        options = tuple(replace(one, effect=value) if one.name == self.name else one for one in problem.options)
        return replace(problem, options=options)


@dataclass(frozen=True)
class _Weight:
    """Sets the effect a demand's weights were made with."""

    name: str
    central: float

    def __call__(self, problem: Posture, value: float) -> Posture:
        scale = value / self.central
        demands = [replace(one, weight=one.weight * scale) if one.name == self.name else one for one in problem.demands]
        return replace(problem, demands=tuple(demands))


@dataclass(frozen=True)
class _Harm:
    """Scales the harm of a region at its places; the harm that border teams avert stays as it is."""

    region: int

    def __call__(self, problem: Posture, value: float) -> Posture:
        scale = np.where(problem.region == self.region, value, 1.0)
        return replace(problem, harm=problem.harm * scale[:, None])


@dataclass(frozen=True, eq=False)
class _Task:
    """All that one parameter's range needs."""

    problem: Posture
    units: Ints
    parameter: Parameter
    within: float
    given: float
    steps: int
    time_limit: float
    seed: int

    def value(self, units: Ints, at: Floats) -> Floats:
        """Return what postings achieve in protection at each value."""
        only = replace(self.problem, demands=tuple(one for one in self.problem.demands if one.tier == _TIER))
        return np.array([tier_value(self.parameter.changed(only, float(one)), units, _TIER) for one in at])

    def worst(self, units: Ints, at: Floats) -> Floats:
        """Return what they leave the region worst off, at each value."""
        return np.array([worst_region(self.parameter.changed(self.problem, float(one)), units) for one in at])

    @property
    def ratio(self) -> float:
        """Ratio of neighbouring values up to which a proof carries over; the region worst off limits it."""
        return _RATIO if self.parameter.moves_floor and self.problem.equity > 0 else np.inf

    def solved(self, at: float) -> _Point:
        """Return what is proved at a value.

        The floor of the region worst off is eased by the ratio: what keeps the floor at a value keeps the eased one at
        all values as near as that, since shares averted grow with an effect, but no faster than it.
        """
        ease = self.ratio if np.isfinite(self.ratio) else 1.0
        problem = replace(self.parameter.changed(self.problem, at), equity=self.problem.equity / ease)
        # Nothing is left to fewer bases, so that the plan found shows all that could be averted.
        problem = replace(problem, eps=(*problem.eps[:3], 0.0, problem.eps[4]))
        found = solve(problem, time_limit=self.time_limit, seed=self.seed)
        bound = fixed = _bound_of(found)
        if problem.cvar_weight > 0 and self.parameter.moves_draws:
            one_draw = replace(problem, factors=problem.factors @ self.worst_draws[:, None], cvar_share=1.0)
            fixed = _bound_of(solve(one_draw, time_limit=self.time_limit, seed=self.seed))
        return _Point(at, min(bound, fixed), fixed, found.units)

    @property
    def worst_draws(self) -> Floats:
        """Weight of each draw where the worst for the plan count, in the mean of the worst; adds up to 1."""
        problem = self.problem
        by_region = np.zeros((problem.factors.shape[0], problem.harm.shape[1]))
        np.add.at(by_region, problem.region, value_of(problem, self.units)["averted"])
        averted = np.einsum("gt,gts->s", by_region, problem.factors)
        many = problem.cvar_share * len(averted)
        weight = np.empty(len(averted))
        weight[np.argsort(averted, kind="stable")] = np.clip(many - np.arange(len(averted)), 0, 1) / many
        return weight


def _bound_of(found: Solved) -> float:
    return next((one.bound for one in found.tiers if one.tier == _TIER), 0.0)


@dataclass(frozen=True, eq=False)
class _Curve:
    """What the plan falls short of the best at each value of a grid, as a share: at least and at most."""

    at: Floats
    least: Floats
    most: Floats


def _range(task: _Task) -> dict[str, object]:
    """Return the row of a parameter."""
    one = task.parameter
    low, high = min(one.low, one.central), max(one.high, one.central)
    grid = np.unique(np.r_[np.linspace(low, one.central, _POINTS), np.linspace(one.central, high, _POINTS)])
    points = {at: task.solved(at) for at in sorted({low, one.central, high})}
    allowed = task.given + task.within
    for upwards in (False, True):
        for _ in range(task.steps):
            at = _next(task, _curve(task, points, grid), one.central, allowed, upwards=upwards)
            if at is None or min(abs(at - other) for other in points) < _NEAR * (high - low):
                break
            points[at] = task.solved(at)
            grid = np.unique(np.r_[grid, at])
    return _row(task, _curve(task, points, grid), allowed)


def _next(task: _Task, curve: _Curve, central: float, allowed: float, *, upwards: bool) -> float | None:
    """Return the value between where the plan stays the best and where it no longer does or the range ends."""
    stays = _stays(curve, central, allowed)
    if stays is None:
        return None
    side = curve.at >= central if upwards else curve.at <= central
    worse = curve.at[side & (curve.least > allowed)]
    inner = stays[1] if upwards else stays[0]
    outer = (worse.min() if upwards else worse.max()) if len(worse) else (curve.at.max() if upwards else curve.at.min())
    if inner == outer:
        return None
    limit = inner * task.ratio if upwards else inner / task.ratio
    middle = (inner + outer) / 2
    return float(min(middle, limit) if upwards else max(middle, limit))


def _curve(task: _Task, points: dict[float, _Point], grid: Floats) -> _Curve:
    """Return what is proved on the whole grid by the values tried."""
    plan, worst = task.value(task.units, grid), task.worst(task.units, grid)
    best = plan.copy()
    for one in {point.units.tobytes(): point.units for point in points.values()}.values():
        # Better for sure only where no region is left with less than the present plan leaves the one worst off.
        fits = (task.worst(one, grid) >= worst - 1e-12) | np.isnan(worst) if task.problem.equity > 0 else True
        best = np.where(fits, np.maximum(best, task.value(one, grid)), best)
    most = np.maximum(_bound(task, sorted(points.values(), key=lambda one: one.at), grid), best)
    return _Curve(grid, _short(plan, best), _short(plan, most))


def _short(plan: Floats, best: Floats) -> Floats:
    return np.where(best > plan, 1 - plan / np.where(best > 0, best, 1.0), 0.0)


def _bound(task: _Task, points: list[_Point], grid: Floats) -> Floats:
    """Return what no plan exceeds at each value of a grid; inf where nothing is proved.

    Of fixed postings, and of fixed weights of the draws, what is averted is linear in a parameter. So the best value
    under these weights is convex: between two values it lies below the line between its bounds. The mean of the worst
    draws is no more than the mean under any such weights, so no plan exceeds that line either. Nor does any plan avert
    less as the parameter grows.
    """
    found = np.full(len(grid), np.inf)
    for a, b in pairwise(points):
        inside = (grid > a.at) & (grid < b.at)
        if not inside.any() or (b.at > task.ratio * a.at and np.isfinite(task.ratio)):
            continue
        part = (grid[inside] - a.at) / (b.at - a.at)
        found[inside] = np.minimum((1 - part) * a.fixed + part * b.fixed, b.bound)
    for one in points:
        found[np.isclose(grid, one.at, rtol=0, atol=1e-15)] = one.bound
    return found


def _stays(curve: _Curve, central: float, allowed: float) -> tuple[float, float] | None:
    """Return from where to where the plan is surely the best, around the central value; None where not even there."""
    sure = curve.most <= allowed + _SLACK
    at = int(np.argmin(np.abs(curve.at - central)))
    if not sure[at]:
        return None
    first = last = at
    while first > 0 and sure[first - 1]:
        first -= 1
    while last < len(sure) - 1 and sure[last + 1]:
        last += 1
    return float(curve.at[first]), float(curve.at[last])


def _row(task: _Task, curve: _Curve, allowed: float) -> dict[str, object]:
    one = task.parameter
    stays = _stays(curve, one.central, allowed)
    worse = curve.at[curve.least > allowed + _SLACK]
    below, above = worse[worse <= one.central], worse[worse >= one.central]
    better_below = float(below.max()) if len(below) else float("nan")
    better_above = float(above.min()) if len(above) else float("nan")
    low, high = (int(np.argmin(np.abs(curve.at - end))) for end in (one.low, one.high))
    values = {
        "parameter": one.name, "central": one.central, "low": one.low, "high": one.high,
        "stays_from": stays[0] if stays else float("nan"), "stays_to": stays[1] if stays else float("nan"),
        "better_below": better_below, "better_above": better_above,
        "at_low": float(curve.least[low]), "at_low_most": float(curve.most[low]),
        "at_high": float(curve.least[high]), "at_high_most": float(curve.most[high]),
    }  # fmt: skip
    return {**values, "says": _says(task, stays, better_below, better_above)}


def _says(task: _Task, stays: tuple[float, float] | None, below: float, above: float) -> str:
    one, share = task.parameter, f"{100 * task.within:g} %"
    if task.given > _SLACK:
        share += f" (and the {100 * task.given:.1f} % left to what comes after)"
    low, high = min(one.low, one.central), max(one.high, one.central)
    if stays is None:
        says = [f"at {one.central:g} the plan is not proved to be within {share} of the best"]
    elif stays == (low, high):
        says = [f"the plan stays within {share} of the best over the whole range, {low:g} to {high:g}"]
    else:
        says = [f"the plan stays within {share} of the best from {stays[0]:.3g} to {stays[1]:.3g} at least"]
    if not np.isnan(below):
        says.append(f"at {below:.3g} and perhaps below another plan is better by more for sure")
    if not np.isnan(above):
        says.append(f"at {above:.3g} and perhaps above another plan is better by more for sure")
    if stays != (low, high):
        says.append(f"elsewhere from {low:g} to {high:g} it cannot be told")
    if one.harms:
        says.append("below 0 it does harm where it is done, which no plan here reckons with: a warning")
    return f"{one.name[0].upper()}{one.name[1:]}: {'; '.join(says)}."


def _remarks(mandate: Mandate, every: tuple[Parameter, ...], given: float) -> tuple[str, ...]:
    """Return what the table does not say."""
    used = {one.name for one in every}
    others = [task.words for task in mandate.ordered if f"effect of {task.words}" not in used]
    found = ["Harm higher or lower in all regions alike changes no plan."]
    if others:
        found.append(f"Effects that no part of protection rests on change no plan: {', '.join(others)}.")
    if given > _SLACK:
        found.append(
            f"The plan leaves {given:.1%} of protection to what comes after it, as its mandate allows; a range counts "
            "what is lost beyond that."
        )
    return tuple(found)
