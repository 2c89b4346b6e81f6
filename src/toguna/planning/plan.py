"""`plan`: who should be where, month by month, best first by the five principles in order, with proof and reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.core.progress import Progress, silent
from toguna.core.provenance import MadeFrom
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast, forecast
from toguna.planning.gate import Register, read_flags
from toguna.planning.mandate import Mandate
from toguna.planning.posture import Floats, Ints, Posture, value_of
from toguna.planning.posture_run import CLOSE, Work
from toguna.planning.posture_solve import Solved, Tier, solve
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import Contribution, read_contribution, total
from toguna.planning.situation import Situation, situation

DEFAULT_OFFERS = ("ecowas-afisma", "un-minusma-2013")
_ALONE_SECONDS = 10.0  # for the value a tier would have without those before it


@dataclass(frozen=True, eq=False)
class Plan:
    """What to do with what there is, and why.

    Attributes
    ----------
    postings : one row a base, kind and span of months: number, what it serves and averts, and what leaving it out costs
    tiers : one row a principle: achieved, proved bound, gap, kept at the end, and what priority to earlier ones cost it
    demands : one row a demand: how much of it is served
    unprotected : places by expected deaths that no posting averts, most first
    situation, solved : the problem and its answer
    mandate : what the force must and may do
    contributions : what was on offer
    """

    postings: pd.DataFrame = field(repr=False)
    tiers: pd.DataFrame = field(repr=False)
    demands: pd.DataFrame = field(repr=False)
    unprotected: pd.DataFrame = field(repr=False)
    situation: Situation = field(repr=False)
    solved: Solved = field(repr=False)
    mandate: Mandate = field(repr=False)
    contributions: tuple[Contribution, ...] = field(repr=False)
    made_from: MadeFrom
    remarks: tuple[str, ...] = ()

    @property
    def averted(self) -> Floats:
        """Deaths averted in each draw, if the mandate's effects hold."""
        found = value_of(self.situation.problem, self.solved.units, self.situation.draws)["by_draw"]
        return np.asarray(found, float)

    def __str__(self) -> str:
        """Return the plan in a few lines."""
        averted = self.averted
        low, high = np.quantile(averted, (0.05, 0.95))
        expected = self.situation.draws.sum(axis=(0, 1)).mean()
        months = self.situation.months
        worst = max((one.gap for one in self.solved.tiers), default=0.0)
        return (
            f"{self.mandate.title}, {months[0]} to {months[-1]}: {len(self.postings)} postings at "
            f"{self.postings['base'].nunique()} bases\n"
            f"  {averted.mean():,.1f} of {expected:,.1f} deaths averted if the mandate's effects hold "
            f"(90 %: {low:,.1f} to {high:,.1f}); no plan does better in any principle by more than {worst:.1%}"
        )


def plan(
    country: Country,
    risk: Forecast | None = None,
    mandate: Mandate | str | Path = "protect-first",
    contributions: Sequence[Contribution | str | Path] = DEFAULT_OFFERS,
    *,
    due_diligence: Register | str | Path | None = None,
    months: int = 3,
    time_limit: float = 60.0,
    seed: int = 1,
    workers: int = 1,
    close: float = CLOSE,
    work: Work | None = None,
    price_of_priority: bool = True,
    progress: Progress = silent,
    told: Callable[[Tier], None] | None = None,
) -> Plan:
    """Return who should be where in the months after the one a country is looked at from.

    Parameters
    ----------
    risk : forecast by admin 2 area; made here where it is left out
    mandate, contributions : shipped ones by name, YAML files, or the values themselves
    due_diligence : register of forces at bases under flag, or its file; nobody is posted beside a flagged one
    months : months planned, where no forecast is given
    time_limit : seconds for solving; the best plan so far is kept
    close : gap of a principle at which no better plan is sought, as a share of what is achieved
    work : counts what is done, in place of the time limit, so that the plan is the same on any machine
    price_of_priority : whether to reckon what each principle would have had alone, which takes as long again
    told : called with each tier as it is settled

    Raises
    ------
    PlanError
        Nothing is on offer in these months, or limits contradict each other.

    Examples
    --------
    >>> import toguna as tg
    >>> found = tg.plan(tg.read_country("ouadji", as_of="2013-06"), months=1)
    >>> bool(found.tiers["gap"].max() < 0.01)
    True
    """
    rules = mandate if isinstance(mandate, Mandate) else read_mandate(mandate)
    offers = [one if isinstance(one, Contribution) else read_contribution(one) for one in contributions]
    if risk is None:
        risk = forecast(country, months, grain="admin2", seed=seed, workers=workers, progress=progress)
    register = read_flags(due_diligence) if isinstance(due_diligence, str | Path) else due_diligence
    now = situation(country, risk, rules, total(offers), register)
    solved = solve(now.problem, time_limit=time_limit, close=close, work=work, seed=seed, progress=progress, told=told)
    made = country.made_from
    asked = {**made.parameters, "mandate": rules.name, "contributions": [one.name for one in offers],
             "months": len(now.months), "risk": risk.made_from.run_id,
             "due_diligence": register.file if register is not None else None}  # fmt: skip
    return Plan(
        _postings(now, rules, solved.units),
        _tiers(now.problem, solved, reckon_alone=price_of_priority),
        _demands(now, solved.units),
        _unprotected(now, solved.units),
        now,
        solved,
        rules,
        tuple(offers),
        MadeFrom(made.pack, made.pack_hash, asked, seed),
        now.remarks,
    )


def _postings(now: Situation, rules: Mandate, units: Ints) -> pd.DataFrame:
    """Return one row a kind and base, with what it does and what would be lost without it."""
    problem = now.problem
    whole = value_of(problem, units)
    rows = []
    for kind, base in zip(*np.nonzero(units.any(axis=2)), strict=True):
        without = units.copy()
        without[kind, base] = 0
        left = value_of(problem, without)
        lost = [a - b for a, b in zip(whole["demands"], left["demands"], strict=True)]
        serves = [f"{one.name.replace('_', ' ')} ({loss:,.{0 if one.unit == 'people' else 2}f} {one.unit})"
                  for one, loss in zip(problem.demands, lost, strict=True) if loss > 1e-9]  # fmt: skip
        deaths = float(whole["averted"].sum() - left["averted"].sum())
        there = np.flatnonzero(units[kind, base])
        rows.append(
            {
                "base": now.bases["name"].iloc[base],
                "kind": now.kinds[kind].title,
                "number": int(units[kind, base].max()),
                "from": str(now.months[there[0]]),
                "to": str(now.months[there[-1]]),
                "tasks": ", ".join(task.words for task in rules.ordered if task in now.kinds[kind].tasks),
                "lost_without": "; ".join(serves) or "nothing another posting does not do",
                "deaths_lost_without": deaths,
            }
        )
    columns = ["base", "kind", "number", "from", "to", "tasks", "lost_without", "deaths_lost_without"]
    return pd.DataFrame(rows, columns=columns).sort_values(["base", "kind"], ignore_index=True)


def _tiers(problem: Posture, solved: Solved, *, reckon_alone: bool) -> pd.DataFrame:
    """Return what each principle achieved, and would have without those before it: nan where not reckoned."""
    rows = []
    for one in solved.tiers:
        alone = _alone(problem, one) if reckon_alone else float("nan")
        rows.append(
            {
                "principle": one.tier,
                "achieved": one.value,
                "bound": one.bound,
                "gap": one.gap,
                "kept": one.kept,
                "alone": alone,
                "price_of_priority": alone - min(one.kept, alone),
            }
        )
    return pd.DataFrame(rows)


def _alone(problem: Posture, one: Tier) -> float:
    """Return what a tier would achieve were it the only one."""
    only = replace(
        problem,
        demands=tuple(demand for demand in problem.demands if demand.tier == one.tier),
        options=problem.options if one.tier == 4 else (),
    )
    found = solve(only, time_limit=_ALONE_SECONDS)
    return found.tiers[0].value if found.tiers else 0.0


def _demands(now: Situation, units: Ints) -> pd.DataFrame:
    served = value_of(now.problem, units)["demands"]
    rows = [
        {"principle": one.tier, "demand": one.name.replace("_", " "), "unit": one.unit, "served": done,
         "asked": float(one.weight.sum()), "share": done / max(float(one.weight.sum()), 1e-12)}
        for one, done in zip(now.problem.demands, served, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["principle", "demand", "unit", "served", "asked", "share"])


def _unprotected(now: Situation, units: Ints) -> pd.DataFrame:
    """Return places by the deaths expected there that nothing averts."""
    found = value_of(now.problem, units)
    left = (now.problem.harm - found["averted"]).sum(axis=1)
    table = now.places[["place_id", "name", "admin2_pcode", "population"]].assign(
        expected=now.problem.harm.sum(axis=1), averted=found["averted"].sum(axis=1), left=left
    )
    return table.sort_values("left", ascending=False, ignore_index=True)
