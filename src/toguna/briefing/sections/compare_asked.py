"""What the pages on a comparison answer: questions put to it by the verbs of its room, before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toguna.comparison.break_even import BreakEven
from toguna.comparison.compare import Comparison
from toguna.comparison.contributions import missing
from toguna.comparison.explore import TURNING, turning_points, what_decides
from toguna.comparison.parameters import adverse
from toguna.comparison.ranking import Ranking, rank
from toguna.comparison.spread import NOTHING
from toguna.core.errors import AskError
from toguna.core.progress import Progress, silent
from toguna.planning.mandate import Task
from toguna.planning.resources import Contribution, total
from toguna.planning.units import read_kinds

RECRUITS = {name: TURNING[name] for name in ("recruits_per_fighter_killed", "recruits_per_civilian_killed")}
HARM = "civilians_killed"
PROTECT = "protect-first"


@dataclass(frozen=True, eq=False)
class Decides:
    """Which assumptions the difference between two mandates in a measure hangs on."""

    one: str
    other: str
    measure: str
    table: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison, and the answers its pages show.

    Attributes
    ----------
    found : what was compared
    turns : by assumption, from where on a mandate with raids leaves more civilians killed than one without; empty where
        there are no two such mandates
    raiding, protecting : these two mandates; empty where there are none
    decides : what decides between the first two mandates, and between the raiding and the protecting one
    adverse : the ranking in the adverse set of assumptions
    lacks : by contribution, what is missing beside it under the mandate shown, in sentences
    unstated : by contribution, purposes it gives money to without a number
    """

    found: Comparison
    turns: Mapping[str, BreakEven]
    raiding: str
    protecting: str
    decides: tuple[Decides, ...]
    adverse: Ranking = field(repr=False)
    lacks: Mapping[str, tuple[str, ...]]
    unstated: Mapping[str, tuple[str, ...]]

    @property
    def shown(self) -> str:
        """The mandate under which contributions are shown: of those that come first, protect-first where it is one."""
        order = self.found.ranking.order
        sent = order[order["mandate"] != NOTHING]
        level = list(sent.loc[sent["place"] == sent["place"].min(), "mandate"])
        return PROTECT if PROTECT in level else str(level[0])


def ask(
    found: Comparison, contributions: Sequence[Contribution] = (), *, samples: int = 128, progress: Progress = silent
) -> Compared:
    """Return a comparison with the questions of its pages answered.

    Parameters
    ----------
    contributions : those whose addition was measured, to tell what is missing beside them
    samples : draws in a block for what decides, a power of 2
    progress : told before each question
    """
    sent = [one for one in found.outcome.mandates if one != NOTHING]
    if not sent:
        raise AskError("Nothing was compared with doing nothing. Compare at least one mandate.")
    raids = [one for one in sent if found.efforts[one].raids > 0]
    calm = sorted((one for one in sent if one not in raids), key=lambda one: one != PROTECT)
    raiding, protecting = (raids[0], calm[0]) if raids and calm else ("", "")
    progress(0, 3, "break-even")
    turns: Mapping[str, BreakEven] = {}
    if raiding:
        turns = turning_points(found, raiding, protecting, HARM, RECRUITS)
    progress(1, 3, "what decides")
    decides = tuple(
        Decides(*asked, what_decides(found, *asked, samples=samples)) for asked in _asked(
            found, raiding, protecting)
    )  # fmt: skip
    progress(2, 3, "adverse set")
    table = adverse(found.assumptions, found.outcome.parameters)
    other = rank(replace(found.outcome, values=found.run(table), parameters=table))
    unstated = {one.name: tuple(it.purpose for it in one.finance if it.usd is None) for one in contributions}
    made = Compared(found, turns, raiding, protecting, decides, other, {}, unstated)
    return replace(made, lacks={one.name: _lacks(found, made.shown, one) for one in contributions})


def _asked(found: Comparison, raiding: str, protecting: str) -> list[tuple[str, str, str]]:
    """Return between which mandates, and in which measure, what decides is asked."""
    asked = []
    if parted := next((one for one in found.ranking.decisions if one.principle), None):
        asked.append((parted.winner, parted.loser, parted.measure))
    if raiding and (raiding, protecting, HARM) not in asked:
        asked.append((raiding, protecting, HARM))
    return asked


def _lacks(found: Comparison, mandate: str, offer: Contribution) -> tuple[str, ...]:
    """Return what is missing under a mandate beside the aircraft, the money and the teams with a task of an offer."""
    effort, ordered = found.efforts[mandate], set(found.plans[mandate].mandate.ordered)
    whole, kinds = total([offer]), read_kinds()
    tasks = {task for units in whole.units.values() for kind, number in units.items() if number
             for task in kinds[kind].tasks if task in ordered}  # fmt: skip
    relief = sum(purposes.get("humanitarian", 0.0) for purposes in whole.finance_usd.values())
    effort = effort._replace(
        lift=effort.lift + sum(whole.lift_t_per_day.values()),
        relief=effort.relief + relief,
        ddr_teams=effort.ddr_teams + (Task.SUPPORT_DDR in tasks),
        police=effort.police + (Task.POLICE_TOWNS in tasks),
    )
    return missing(effort, float(np.nanmedian(found.outcome.of(mandate, "process"))))
