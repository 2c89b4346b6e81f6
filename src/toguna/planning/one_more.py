"""`one_more`: what one more unit of each kind would add, principle by principle, as far as it is proved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toguna.core.errors import PlanError
from toguna.core.progress import Progress, silent
from toguna.core.words import N_, Sentence
from toguna.core.workers import run_all
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast
from toguna.planning.gate import Register
from toguna.planning.mandate import Mandate, Task
from toguna.planning.plan import Plan
from toguna.planning.posture import Bools, Cover, Posture
from toguna.planning.posture_solve import Solved, Tier, solve
from toguna.planning.resources import Resources
from toguna.planning.situation import Situation, situation
from toguna.planning.units import UnitKind, read_kinds

SLACK = 1e-4  # share of a value within which the solver counts plans as equal
BETTER, WORSE, SAME = "better", "worse", "not distinguishable"
_DAYS = 30.0  # of a month, as in a situation
_NOTHING = Tier(0, 0.0, 0.0, 0.0)  # of a principle nobody can serve
_COLUMNS = [
    "kind",
    "on_offer",
    "principle",
    "unit",
    "low",
    "high",
    "says",
    "low_per_million_usd",
    "high_per_million_usd",
]


@dataclass(frozen=True, eq=False)
class OneMore:
    """What one more unit of a kind, there in every month planned, would add.

    Attributes
    ----------
    table : one row a kind and principle, principles in order: `kind`, whether it is `on_offer` now, `unit` of measure,
        `low` and `high` ends of the difference, what that `says`, and both ends for each million US$ the unit costs
        over the months planned (NaN where the cost is not known). The difference is that of the best plans, each
        keeping what it reached in the principles before: a later principle may lose where an earlier one took more
    first : by kind, the first principle the unit makes a difference to that can be told from none; None where there is
        no such principle
    months : number of months planned
    remarks : what a reader must know
    """

    table: pd.DataFrame = field(repr=False)
    first: dict[str, int | None]
    months: int
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return a line a kind: the first principle it makes a difference to."""
        lines = [f"One more unit in each of {self.months} months"]
        for kind, first in self.first.items():
            rows = self.table[self.table["kind"] == kind]
            if first is None:
                lines.append(f"  {kind}: {SAME} from none in any principle")
                continue
            row = rows[rows["principle"] == first].iloc[0]
            low, high = sorted(abs(row[end]) for end in ("low", "high"))
            lines.append(f"  {kind}: principle {first} {row['says']} by {low:,.4g} to {high:,.4g} ({row['unit']})")
        return "\n".join([*lines, *(f"  {one}" for one in self.remarks)])


def every_kind(
    country: Country, risk: Forecast, mandate: Mandate, resources: Resources, register: Register | None = None
) -> Situation:
    """Return a situation that also knows the kinds of units the mandate could use and nobody offers.

    Parameters are those of `situation`. Kinds not on offer have 0 units, so every plan of it is one of the situation.
    """
    wanted = set(mandate.ordered)
    useful = [kind.name for kind in read_kinds().values() if wanted & set(kind.tasks)]
    months = [str(month) for month in risk.months]
    units = {
        month: {**dict.fromkeys(useful, 1), **{kind: n for kind, n in resources.units.get(month, {}).items() if n}}
        for month in months
    }
    found = situation(country, risk, mandate, resources.model_copy(update={"units": units}), register)
    there = np.array([[resources.number(kind.name, month) for month in months] for kind in found.kinds])
    available = np.minimum(found.problem.available, there)
    remarks = tuple(one for one in found.remarks if not one.startswith("On offer are units of"))
    return replace(found, problem=replace(found.problem, available=available), remarks=remarks)


def one_more(
    now: Situation | Plan,
    solved: Solved | None = None,
    *,
    wider: Situation | None = None,
    kinds: Iterable[str] | None = None,
    time_limit: float = 10.0,
    seed: int = 1,
    workers: int = 1,
    progress: Progress = silent,
) -> OneMore:
    """Return what one more unit of each kind would add, re-optimising every principle.

    Of each principle the best value with the unit lies between what a plan reached (H) and what is proved to be out of
    reach (U), and so does that without it. The difference then lies in [H(N+1) - U(N), U(N+1) - H(N)], each end widened
    by the share within which the solver counts plans as equal. Both values are given what the principles before it keep
    in the same plan. In the first principle more units never do less, so there the low end is at least 0.

    Parameters
    ----------
    now, solved : the situation and its answer; a plan brings its own
    wider : the situation with kinds not on offer, from `every_kind`; without it only kinds on offer are looked at
    kinds : names of the kinds to look at; default: all known to the situation
    time_limit : seconds for each kind
    workers : processes

    Raises
    ------
    PlanError
        A kind is asked for that the situation does not know.
    """
    here = now.situation if isinstance(now, Plan) else now
    answer = now.solved if solved is None and isinstance(now, Plan) else solved
    if answer is None:
        raise PlanError("A situation has no plan yet. Give what solve found for it, or give the plan.")
    ceilings = now.mandate.ceilings if isinstance(now, Plan) else {}
    wide = here if wider is None else wider
    chosen, remarks = _chosen(wide, kinds, ceilings, given=wider is not None)
    offered: Bools = np.asarray(wide.problem.available.any(axis=1), bool)
    tasks = [(_with_one(wide, offered, number), time_limit, seed) for number in chosen]
    rows: list[dict[str, object]] = []
    first: dict[str, int | None] = {}
    results = iter(run_all(_answer, tasks, workers=workers))
    for at, (number, (problem, _, _)) in enumerate(zip(chosen, tasks, strict=True)):
        kind = wide.kinds[number]
        progress(at, len(chosen), f"one more: {kind.title}")
        found = next(results)
        if isinstance(found, str):
            remarks.append(
                Sentence(N_("{title}: no plan with one more. {found}"), title=Sentence(kind.title), found=found)
            )
            continue
        more = _differences(here.problem, answer, problem, found)
        first[kind.title] = next((row[0] for row in more if row[4] != SAME), None)
        rows += [_row(kind, bool(offered[number]), row, len(here.months)) for row in more]
    progress(len(chosen), len(chosen), "one more unit")
    return OneMore(pd.DataFrame(rows, columns=_COLUMNS), first, len(here.months), tuple(remarks))


def _chosen(
    wide: Situation, kinds: Iterable[str] | None, ceilings: dict[str, int], *, given: bool
) -> tuple[list[int], list[str]]:
    """Return numbers of the kinds to solve for, and what is said of the others."""
    names = [kind.name for kind in wide.kinds]
    asked = names if kinds is None else list(kinds)
    if strange := [name for name in asked if name not in names]:
        raise PlanError(
            f"The situation knows no kind {strange[0]!r}. Choose among {', '.join(names)}, or give a wider situation "
            "from every_kind, with a mandate that has a task for it."
        )
    found: list[int] = []
    remarks: list[str] = []
    for name in asked:
        number = names.index(name)
        kind, there = wide.kinds[number], int(wide.problem.available[number].max())
        if name in ceilings and there >= ceilings[name]:
            remarks.append(
                Sentence(
                    N_("{title}: the mandate allows no more than {most}."),
                    title=Sentence(kind.title),
                    most=ceilings[name],
                )
            )
        elif not (_uses(wide.problem, number) or _lifts(wide.problem, kind)):
            remarks.append(
                Sentence(
                    N_("{title}: serves nothing that a posture counts, so one more changes nothing in it."),
                    title=Sentence(kind.title),
                )
            )
        else:
            found.append(number)
    if not given and kinds is None:
        remarks.append(Sentence(N_("Kinds nobody offers were not looked at.")))
    return found, remarks


def _uses(problem: Posture, kind: int) -> bool:
    """Return whether any demand or option is served by a kind from a base it may be posted at."""
    served = [*(one.covers for one in problem.demands), *(one.covers for one in problem.options)]
    covers = [cover for every in served for cover in every if cover.kind == kind]
    return any((cover.near.sum(axis=0) > 0)[~problem.barred[kind]].any() for cover in covers)


def _lifts(problem: Posture, kind: UnitKind) -> bool:
    return Task.AIRLIFT_RELIEF in kind.tasks and kind.lift_t_per_day > 0 and bool(problem.by_air.any())


def _with_one(wide: Situation, offered: Bools, number: int) -> Posture:
    """Return the problem of the kinds on offer and one more unit, with the lift it brings."""
    problem, kind = wide.problem, wide.kinds[number]
    available = problem.available.copy()
    available[number] += 1
    keep = offered.copy()
    keep[number] = True
    more = replace(problem, available=available, lift=problem.lift + kind.lift_t_per_day * _DAYS)
    return of_kinds(more, np.flatnonzero(keep).tolist())


def of_kinds(problem: Posture, keep: Sequence[int]) -> Posture:
    """Return a problem of some of its kinds; what none of them serves is left out."""
    place = {kind: at for at, kind in enumerate(keep)}

    def covers(given: tuple[Cover, ...]) -> tuple[Cover, ...]:
        return tuple(replace(one, kind=place[one.kind]) for one in given if one.kind in place)

    demands = [replace(one, covers=covers(one.covers)) for one in problem.demands]
    options = [replace(one, covers=covers(one.covers)) for one in problem.options]
    at = list(keep)
    return replace(
        problem,
        available=problem.available[at],
        people=problem.people[at],
        supply=problem.supply[at],
        barred=problem.barred[at],
        demands=tuple(one for one in demands if one.covers),
        options=tuple(one for one in options if one.covers),
    )


def _answer(task: tuple[Posture, float, int]) -> Solved | str:
    """Return a posture, or why there is none."""
    problem, time_limit, seed = task
    try:
        return solve(problem, time_limit=time_limit, seed=seed)
    except PlanError as error:
        return error.told


def _differences(
    before: Posture, without: Solved, after: Posture, found: Solved
) -> list[tuple[int, str, float, float, str]]:
    """Return principle, unit of measure, both ends of the difference and what they say, principles in order."""
    old, new = ({one.tier: one for one in answer.tiers} for answer in (without, found))
    # A demand that must be met come what may, and that nobody could meet before, may shut out the plans there were.
    musts = [{one.name for one in problem.demands if one.least > 0} for problem in (before, after)]
    fits, rows = musts[1] <= musts[0], []
    for place, tier in enumerate(sorted({*old, *new})):
        a, b = old.get(tier, _NOTHING), new.get(tier, _NOTHING)
        if tier == 4 and after.equity > 0:
            # The region worst off comes before protection: the plan there is must leave it no less than the one found.
            fits = fits and without.floor >= found.floor
        is_first = place == 0 and fits and not (tier == 4 and after.equity > 0)
        reached_a, reached_b = max(a.value, a.kept), max(b.value, b.kept)
        most_a = min(a.bound, b.bound) if is_first else a.bound
        # The plan there is, with the new unit idle, may be better than the one found in the time there was.
        if fits:
            reached_b = max(reached_b, reached_a if is_first else a.kept)
        known = [one for one in (a.bound, b.bound) if np.isfinite(one)]  # the solver may have had no time for a bound
        slack = SLACK * max(reached_a, reached_b, *known)
        low, high = reached_b - most_a - slack, b.bound - reached_a + slack
        if is_first:
            low = max(low, 0.0)
        says = BETTER if low > 0 else WORSE if high < 0 else SAME
        rows.append((tier, _unit(after, before, tier), float(low), float(high), says))
        fits = fits and a.kept >= (1 - after.eps[tier - 1]) * b.value
    return rows


def _unit(after: Posture, before: Posture, tier: int) -> str:
    """Return in what a principle is measured."""
    if tier == 4:
        weighed = after.cvar_weight > 0 and bool(after.options)
        return "deaths averted, mean and worst draws weighed" if weighed else "deaths averted"
    units = dict.fromkeys(one.unit for one in (*after.demands, *before.demands) if one.tier == tier)
    return ", ".join(units)


def _row(kind: UnitKind, on_offer: object, one: tuple[int, str, float, float, str], months: int) -> dict[str, object]:
    tier, unit, low, high, says = one
    millions = kind.cost_usd_per_month * months / 1e6
    low_per, high_per = (end / millions if millions > 0 else float("nan") for end in (low, high))
    return dict(zip(_COLUMNS, (kind.title, on_offer, tier, unit, low, high, says, low_per, high_per), strict=True))
