"""Weapons of a peace operation: declared when they come in, declared when they leave, and the balance between.

One record a contingent (ECOWAS Convention, article 11; the text was not opened here).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from toguna.accounts.arms import guards as rule
from toguna.accounts.arms.due import end_of
from toguna.accounts.arms.retention import keeps
from toguna.accounts.arms.said_place import Country, Dated
from toguna.accounts.arms.vocabularies import Kind, LotKind, Outcome
from toguna.accounts.book.ledger import BEGIN, Deadline, Guard, Ledger, Level, Step
from toguna.accounts.book.record import Record

_ARTICLE = "ECOWAS Convention, article 11"
Counts = Annotated[int, Field(ge=1)]


class Items(Dated):
    """How many of each kind of weapon and of ammunition."""

    weapons: Annotated[dict[Kind, Counts], Field(description="Number by kind of weapon")] = {}  # noqa: RUF012 - pydantic copies it
    ammunition: Annotated[dict[LotKind, Counts], Field(description="Quantity by kind")] = {}  # noqa: RUF012 - pydantic copies it


class DeclaredIn(Items):
    """What a contingent brings."""

    operation: Annotated[str, Field(min_length=1, description="Operation and its mandate")]
    contributor: Annotated[Country, Field(description="Contributing country")]
    leaves_by: Annotated[date, Field(description="Day by which the contingent leaves")]


class Extended(Dated):
    """The contingent stays longer."""

    leaves_by: Annotated[date, Field(description="Day by which it leaves now")]


class Accounted(Items):
    """What will not leave, and why."""

    outcome: Annotated[Outcome, Level.OPEN, Field(description="What became of it")]
    document: Annotated[str, Field(min_length=1, description="Reference of the report or hand-over document")]


def items(said: Any) -> Counter[str]:
    """Return the quantities of a step, by "weapons kind" or "ammunition kind"; takes a model or its JSON."""
    held = said if isinstance(said, Mapping) else said.model_dump()
    return Counter(
        {f"{part} {kind}": n for part in ("weapons", "ammunition") for kind, n in held.get(part, {}).items()}
    )


def still_in(record: Record) -> dict[str, int]:
    """Return what came in and neither left nor is accounted for; only what is above zero.

    Returns
    -------
    dict
        Number by "weapons <kind>" or "ammunition <kind>".
    """
    left: Counter[str] = Counter()
    for one in record.history:
        sign = {"declared_in": 1, "added": 1, "accounted": -1, "declared_out": -1}.get(one.step, 0)
        for key, number in items(one.fields or {}).items():
            left[key] += sign * number
    return {key: number for key, number in sorted(left.items()) if number}


def came_in(record: Record, said: Any, _today: date) -> str | None:
    """Nothing leaves that was not declared."""
    there = still_in(record)
    if any(number > there.get(key, 0) for key, number in items(said).items()):
        return f"More is said to leave than came in ({_ARTICLE}). Declare what came in first, or check the count."
    return None


def something_said(_record: Record, said: Any, _today: date) -> str | None:
    """A declaration names something."""
    return None if items(said) else "Nothing is declared. Say numbers of weapons or ammunition by kind."


def all_gone(record: Record, _said: Any, _today: date) -> str | None:
    """A contingent's record is closed when nothing is left."""
    if still_in(record):
        return f"Something that came in has not left ({_ARTICLE}). Declare it out, or account for it with a document."
    return None


def stays_on(_record: Record, said: Any, _today: date) -> str | None:
    """It leaves after it comes."""
    return "The contingent would leave before that day. Check both days." if said.leaves_by < said.on else None


def due(record: Record) -> tuple[Deadline, ...]:
    """Return what is due: all that came in leaves, or is accounted for, by the day the contingent leaves.

    Once the contingent has said that it left, what remains is due from that day.
    """
    if not still_in(record) or record.state == "closed":
        return ()
    gone = next((one for one in reversed(record.history) if one.step == "left" and one.fields), None)
    by = record.values["leaves_by"] if gone is None or gone.fields is None else gone.fields["on"]
    return (Deadline("account for weapons and ammunition that did not leave", end_of(by), _ARTICLE),)


def _ledger() -> Ledger:
    time: tuple[Guard, ...] = (rule.not_ahead_of_time, rule.in_order)
    said: tuple[Guard, ...] = (*time, something_said)
    there, any_time = frozenset({"deployed"}), frozenset({"deployed", "left"})
    steps = [
        Step("declared_in", frozenset({BEGIN}), "deployed", DeclaredIn, (*said, stays_on), means="Comes with weapons."),
        Step("added", there, None, Items, said, collects="declarations", means="More weapons come."),
        Step("extended", there, None, Extended, (*time, stays_on), means="The contingent stays longer."),
        Step("accounted", any_time, None, Accounted, (*said, came_in), collects="accounts", means="Will not leave."),
        Step("declared_out", any_time, None, Items, (*said, came_in), collects="departures", means="Weapons leave."),
        Step("left", there, "left", Dated, time, means="The contingent has left."),
        Step("closed", frozenset({"left"}), "closed", Dated, (*time, all_gone), means="All is accounted for."),
    ]
    named = {one.name: one for one in steps}
    return Ledger(name="operation-arms", steps=named, area="area", month="month", due=due, keeps=keeps)


OPERATIONS = _ledger()
