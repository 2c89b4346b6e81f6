"""A plan as the effort a simulation follows: who is where month by month, and what that reaches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from toguna.comparison.ground import Effort, Floats, Ints
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.planning.mandate import Engagement, HeavyWeapons, Task
from toguna.planning.plan import Plan
from toguna.planning.posture import Demand, done
from toguna.planning.resources import Resources, total

# How many times more civilians raids kill with the weapons allowed: judgement, no study found gives a ratio.
_HEAVY = {HeavyWeapons.NEVER: 1.0, HeavyWeapons.OUTSIDE_TOWNS: 1.25, HeavyWeapons.ANYWHERE: 2.0}
RENEWED = N_(
    "The posture of the last month planned is held to the end, as if those who offer renewed what they have there then."
)


def effort_from(plan: Plan, pcodes: list[str], months: int) -> Effort:
    """Return the effort of a plan over a number of months; those after the plan repeat its last.

    Parameters
    ----------
    pcodes : admin 2 areas of the ground, in its order
    """
    now, mandate = plan.situation, plan.mandate
    offered = total(plan.contributions)
    units = plan.solved.units.astype(float)
    planned = units.shape[2]
    at = np.minimum(np.arange(months), planned - 1)
    month_of = [now.months[place] for place in at]
    area = pd.Index(pcodes).get_indexer(now.bases["admin2_pcode"])
    people = np.array([kind.people for kind in now.kinds], float)

    def posted(wanted: Callable[[frozenset[Task]], bool]) -> Floats:
        chosen = np.array([wanted(frozenset(kind.tasks)) for kind in now.kinds])
        by_base = np.einsum("k,kbt->bt", people * chosen, units)
        found = np.zeros((len(pcodes), planned))
        np.add.at(found, area[area >= 0], by_base[area >= 0])
        return found[:, at]

    def is_police(tasks: frozenset[Task]) -> bool:
        return Task.POLICE_TOWNS in tasks

    def is_soldier(tasks: frozenset[Task]) -> bool:
        return not is_police(tasks) and bool(tasks & {Task.PROTECT_TOWNS, Task.REACT})

    soldiers, police = posted(is_soldier), posted(is_police)
    everyone = np.einsum("k,kbt->t", people, units)[at]
    ordered = set(mandate.ordered)
    region = _regions(plan, pcodes)
    kept = posted(lambda tasks: bool(tasks & {Task.SECURE_VOTES})) > 0
    watching = posted(lambda tasks: Task.MONITOR_RIGHTS in tasks) > 0
    by_payer = _payers(offered, month_of)
    return Effort(
        soldiers=soldiers,
        police=police,
        raids=float(Task.SEARCH_AND_DESTROY in ordered and mandate.engagement is Engagement.DESTROY),
        captures=float(Task.CONTAIN_AND_CAPTURE in ordered),
        heavy=_HEAVY[mandate.heavy_weapons],
        escorted=_served(plan, Task.ESCORT_AID, pcodes, region)[:, at],
        patrolled=_patrolled(plan, pcodes)[:, at],
        secured=_served(plan, Task.SECURE_STOCKPILES, pcodes, region)[:, at],
        voting=kept.astype(float) * float(Task.SECURE_VOTES in ordered),
        watched=_share(plan, Task.PATROL_BORDERS)[at],
        monitored=watching.mean(axis=0) * float(Task.MONITOR_RIGHTS in ordered),
        supports_army=(everyone > 0) * float(bool(mandate.support)),  # nobody sent, nobody supports it
        dialogue=_share(plan, Task.SUPPORT_DIALOGUE)[at],
        ddr_teams=_teams(plan, at) * float(Task.SUPPORT_DDR in ordered),
        relief=_money(offered, month_of, ("humanitarian",)),
        lift=np.array([offered.lift_t_per_day.get(str(one), 0.0) for one in month_of]),
        regional=(_money(offered, month_of, ("african_led_mission", "un_mission")) + by_payer["african"] > 0).astype(
            float
        ),
        un=everyone * by_payer["un"],
        african=everyone * by_payer["african"],
        national=everyone * by_payer["national"],
        police_first=float(mandate.tasks.get(Task.POLICE_TOWNS, 0) == 1),
        quiet_below=mandate.hand_over.harm_below,
        quiet_months=mandate.hand_over.months,
    )


def _regions(plan: Plan, pcodes: list[str]) -> pd.Series:
    """Return the region of each admin 2 area, as the plan's places have it."""
    places = plan.situation.places.drop_duplicates("admin2_pcode").set_index("admin2_pcode")["region"]
    return places.reindex(pcodes).fillna("")


def _demand(plan: Plan, task: Task) -> tuple[int, Demand] | None:
    every = enumerate(plan.situation.problem.demands)
    return next(((at, one) for at, one in every if one.name == task.value), None)


def _reached(demand: Demand, units: Ints) -> Floats:
    """Return sites x months: 1 where the demand is served, the worthiest first where only so many can be."""
    found = done(demand.covers, units).astype(float)
    if demand.most is not None:
        for t in range(found.shape[1]):
            order = np.argsort(-demand.weight[:, t] * found[:, t], kind="stable")
            found[order[demand.most :], t] = 0.0
    return found


def _served(plan: Plan, task: Task, pcodes: list[str], region: pd.Series) -> Floats:
    """Return areas x months: share of a demand's worth served, by the region an area lies in."""
    months = plan.solved.units.shape[2]
    asked = _demand(plan, task)
    if asked is None:
        return np.zeros((len(pcodes), months))
    at, demand = asked
    there = plan.situation.site_areas[at]
    home = pd.Index(pcodes).get_indexer(there)
    regions = np.where(home >= 0, region.to_numpy(object)[home], "")
    reached = _reached(demand, plan.solved.units)
    found = np.zeros((len(pcodes), months))
    for name in set(regions) - {""}:
        here = regions == name
        worth = demand.weight[here]
        whole = np.maximum(worth.sum(axis=0), 1e-12)
        found[region.to_numpy(object) == name] = (worth * reached[here]).sum(axis=0) / whole
    return found


def _share(plan: Plan, task: Task) -> Floats:
    """Return by month the share of a demand's worth that is served."""
    asked = _demand(plan, task)
    if asked is None:
        return np.zeros(plan.solved.units.shape[2])
    _, demand = asked
    whole = np.maximum(demand.weight.sum(axis=0), 1e-12)
    return np.asarray((demand.weight * _reached(demand, plan.solved.units)).sum(axis=0) / whole)


def _patrolled(plan: Plan, pcodes: list[str]) -> Floats:
    """Return areas x months: share of the harm on an area's roads that is within reach of patrols."""
    now = plan.situation
    option = next((one for one in now.problem.options if one.name == Task.PATROL_ROUTES.value), None)
    found = np.zeros((len(pcodes), plan.solved.units.shape[2]))
    roads = now.places["is_route"].to_numpy(bool)
    if option is None or not roads.any():
        return found
    reached = done(option.covers, plan.solved.units)[roads]
    harm = now.problem.harm[roads] + 1e-9
    home = pd.Index(pcodes).get_indexer(now.places["admin2_pcode"].to_numpy(object)[roads])
    whole = np.zeros_like(found)
    np.add.at(found, home[home >= 0], (harm * reached)[home >= 0])
    np.add.at(whole, home[home >= 0], harm[home >= 0])
    return np.divide(found, whole, out=np.zeros_like(found), where=whole > 0)


def _teams(plan: Plan, at: np.ndarray) -> Floats:
    chosen = np.array([Task.SUPPORT_DDR in kind.tasks for kind in plan.situation.kinds], float)
    return np.asarray(np.einsum("k,kbt->t", chosen, plan.solved.units.astype(float))[at])


def _money(offered: Resources, months: list[Month], purposes: tuple[str, ...]) -> Floats:
    """Return US$ a month for some purposes."""
    return np.array([sum(offered.finance_usd.get(str(one), {}).get(name, 0.0) for name in purposes) for one in months])


def _payers(offered: Resources, months: list[Month]) -> dict[str, Floats]:
    """Return by month the share of units on offer that each kind of payer sends."""
    found = {name: np.zeros(len(months)) for name in ("un", "african", "national")}
    for place, month in enumerate(months):
        for one in offered.contributions:
            there = [line for line in one.units if line.first <= str(month) <= line.last]
            found[one.paid_as][place] += sum(sum(line.units.values()) for line in there)
    whole = np.maximum(sum(found.values()), 1e-12)
    return {name: value / whole for name, value in found.items()}
