"""Routes of what a plan is made from: mandates and offers as shipped. Changed ones are checked where a job is asked."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import annotated_types
from fastapi import APIRouter, Request

from toguna.planning.mandate import Mandate, Task
from toguna.planning.plan import DEFAULT_OFFERS
from toguna.planning.read_mandate import mandate_names, read_mandate
from toguna.planning.resources import Contribution, Line, read_contribution
from toguna.planning.units import read_kinds
from toguna.web.words import Words, language_of

router = APIRouter(prefix="/api/v1", tags=["plans"])
SETTINGS = ("escorts", "border_teams", "equity_floor", "cvar_weight", "harm_on_routes")  # that a form offers to change


@router.get("/mandates")
def show_mandates(request: Request) -> dict[str, Any]:
    """Return the shipped mandates, and for a form: the tasks by principle and the settings with their bounds."""
    say = Words(language_of(request))
    tasks = [{"task": str(one), "words": say(one.words), "principle": one.principle} for one in Task]
    return {
        "data": [_mandate(read_mandate(name), say) for name in mandate_names()],
        "meta": {"tasks": tasks, "settings": [_setting(name, say) for name in SETTINGS]},
    }


@router.get("/offers")
def show_offers(request: Request) -> dict[str, Any]:
    """Return the shipped contributions by month and kind of unit, and the kinds there are."""
    say = Words(language_of(request))
    kinds = [
        {"kind": one.name, "title": say(one.title), "people": one.people, "tasks": [str(task) for task in one.tasks]}
        for one in read_kinds().values()
    ]
    offers = [_offer(one, say) for one in contributions()]
    return {"data": offers, "meta": {"kinds": kinds, "default": list(DEFAULT_OFFERS)}}


@cache
def contributions() -> tuple[Contribution, ...]:
    """Return the shipped contributions."""
    shelf = files("toguna.planning").joinpath("contributions")
    names = sorted(one.name.removesuffix(".yaml") for one in shelf.iterdir() if one.name.endswith(".yaml"))
    return tuple(read_contribution(name) for name in names)


def _mandate(one: Mandate, say: Words) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": say(one.title),
        "summary": say(one.summary),
        "tasks": {str(task): place for task, place in one.tasks.items()},
        "settings": {name: getattr(one, name) for name in SETTINGS},
        "ceilings": one.ceilings,
        "rules": [{"rule": name, "says": say(rule.says), "binds": rule.binds} for name, rule in one.rules.items()],
    }


def _setting(name: str, say: Words) -> dict[str, Any]:
    field = Mandate.model_fields[name]
    least = next((one.ge for one in field.metadata if isinstance(one, annotated_types.Ge)), None)
    most = next((one.le for one in field.metadata if isinstance(one, annotated_types.Le)), None)
    is_whole = field.annotation is int
    return {"name": name, "says": say(field.description or name), "least": least, "most": most, "whole": is_whole}


def _offer(one: Contribution, say: Words) -> dict[str, Any]:
    lines = [_line(line, kind, number) for line in one.units for kind, number in line.units.items()]
    lines += [_line(line, line.kind, line.number) for line in one.airlift]
    return {
        "name": one.name,
        "contributor": say(one.contributor),
        "summary": say(one.summary),
        "first": min((line["from"] for line in lines), default=None),
        "last": max((line["to"] for line in lines), default=None),
        "units": lines,
        "left_out": [say(it.why) for it in one.left_out],
    }


def _line(line: Line, kind: str, number: int) -> dict[str, Any]:
    when = {"from": line.first, "to": line.last}
    cited = {"status": line.status, "basis": str(line.basis), "source": line.cited.source}
    return {"kind": kind, "number": number, **when, **cited}
