"""How a plan is put into words: mandates, contributions, units, tasks, and deaths that are expected values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from toguna.briefing.sections.build import listed
from toguna.briefing.wording import Wording
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.planning.mandate import Task
from toguna.planning.plan import Plan

CONTRIBUTIONS = {
    "canada-2013": N_("Canada (2013)"),
    "canada-2018": N_("Canada (2018)"),
    "ecowas-afisma": N_("ECOWAS states and Chad (AFISMA)"),
    "france-serval": N_("France (Serval)"),
    "un-minusma-2013": N_("United Nations (MINUSMA)"),
}
UNITS = (N_("people"), N_("deaths averted"))
_LOST = re.compile(r"(?P<task>.+) \((?P<number>[\d.,]+) (?P<unit>[^()]+)\)")
_DEMANDS = {task.value.replace("_", " "): task for task in Task}


def task_words(say: Wording, name: str) -> str:
    """Return a task or demand in the reader's language; one the mandate's tasks do not hold stays."""
    task = _DEMANDS.get(name.replace("_", " "))
    return say.language(task.words if task else name)


def tasks_said(say: Wording, names: Iterable[str], lost: str) -> str:
    """Return tasks as one text, each once, with what of them is lost without a posting in brackets."""
    _ = say.language
    said = []
    missed = {found["task"]: found for one in lost.split("; ") if (found := _LOST.fullmatch(one))}
    for name in dict.fromkeys(one.replace("_", " ") for one in [*names, *missed]):
        task = task_words(say, name)
        if name in missed:
            unit = missed[name]["unit"]
            number = amount(say, float(missed[name]["number"].replace(",", "")), unit)
            task = _("{task} ({number} {unit})").format(task=task, number=number, unit=_(unit))
        said.append(task)
    return ", ".join(said)


def deaths(say: Wording, value: float) -> str:
    """Return an expected number of deaths, with decimals where it is small; little is not nothing."""
    _ = say.language
    if 0 < value < 0.005:
        return "<" + _.number(0.01, 2)
    return _.number(value, 0 if value >= 100 or value == 0 else 1 if value >= 1 else 2)


def amount(say: Wording, value: float, unit: str) -> str:
    """Return a number in a unit of a plan, without the unit."""
    return say.language.number(value) if unit == "people" else deaths(say, value)


def lost_tasks(lost: str) -> list[str]:
    """Return the demands in what is lost without a posting."""
    return [found["task"] for one in lost.split("; ") if (found := _LOST.fullmatch(one))]


def offers(say: Wording, plan: Plan) -> str:
    """Return who contributes."""
    names = [str(one) for one in plan.made_from.parameters["contributions"]]
    return listed([say.language(CONTRIBUTIONS.get(name, name)) for name in names], say.language)


def stay(say: Wording, plan: Plan, first: str, last: str) -> str:
    """Return the months of a posting, short."""
    _ = say.language
    months = plan.situation.months
    if (Month.parse(first), Month.parse(last)) == (months[0], months[-1]):
        return _("all")
    if first == last:
        return _.period(first)
    from babel.dates import format_interval

    begins, ends = Month.parse(first).first_day, Month.parse(last).first_day
    return str(format_interval(begins, ends, "yMMM", locale=_.locale))


def cited(say: Wording, plan: Plan) -> str:
    """Return what made the figures of a plan."""
    _ = say.language
    return _("Toguna plan, run {run}.").format(run=plan.made_from.run_id)
