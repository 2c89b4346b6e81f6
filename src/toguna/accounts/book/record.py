"""What a record is, step by step, and whether the next step may be taken. Pure: no clock, no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from toguna.accounts.book.ledger import BEGIN, Ledger, Said, Step
from toguna.core.errors import AccountError

_NAME_OF_FIELD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class StepRefusedError(AccountError):
    """A step that may not be taken; `reasons` has a sentence each. None holds what was said."""

    def __init__(self, step: str, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"{step!r} is not entered. " + " ".join(self.reasons))


@dataclass(frozen=True)
class Happened:
    """A step taken.

    Attributes
    ----------
    step : name
    fields : what was said, as JSON holds it (dates as ISO 8601); None where it was erased
    actor, reason : who entered it and why
    at : when it was entered, UTC
    number : entry of the log; 0 where it is in none
    """

    step: str
    fields: Mapping[str, Any] | None
    actor: str
    at: datetime
    reason: str = ""
    number: int = 0


@dataclass(frozen=True)
class Record:
    """A record as the steps so far left it.

    Attributes
    ----------
    ledger, id : which one
    state : as the ledger's standard names it
    values : what is said of it now, as JSON holds it; lists under the names steps collect by
    history : steps taken, oldest first
    conflicts : steps entered elsewhere that could not follow, as when two machines worked on one record apart
    is_erased : something said of it was erased
    """

    ledger: str
    id: str
    state: str = BEGIN
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    history: tuple[Happened, ...] = field(default=(), repr=False)
    conflicts: tuple[Happened, ...] = field(default=(), repr=False)
    is_erased: bool = False

    def last(self, step: str) -> Happened | None:
        """Return the last step of a name, None if it never happened."""
        return next((one for one in reversed(self.history) if one.step == step), None)

    def with_conflicts(self, conflicts: Iterable[Happened]) -> Record:
        """Return the record with other conflicts."""
        return replace(self, conflicts=tuple(conflicts))

    def when(self, step: str) -> datetime | None:
        """Return when a step was last entered."""
        last = self.last(step)
        return None if last is None else last.at


def decide(ledger: Ledger, record: Record, step: str, fields: Mapping[str, Any] | Said, today: date) -> Said:
    """Return what is said at a step, validated, if the step may be taken.

    Parameters
    ----------
    ledger, record : the record as it is; ``Record(ledger.name, id)`` for a new one
    step : name
    fields : what is said; a model of the step that was validated before is not validated again
    today : date the rules are read on

    Raises
    ------
    StepRefusedError
        With every reason: no such step, a state it cannot follow, fields missing, unknown or wrong, a rule against it.
    """
    taken = ledger.steps.get(step)
    if taken is None:
        known = ", ".join(ledger.steps)  # what was asked for is not said again: it may be anything
        raise StepRefusedError("step", [f"The {ledger.name} ledger has no such step. It has: {known}."])
    if record.state not in taken.after:
        raise StepRefusedError(step, [_out_of_turn(ledger, record, taken)])
    try:
        said = taken.says.model_validate(fields)
    except ValidationError as wrong:
        raise StepRefusedError(step, _said_wrong(taken.says, wrong)) from None
    reasons = [why for guard in taken.guards if (why := guard(record, said, today)) is not None]
    if reasons:
        raise StepRefusedError(step, reasons)
    return said


def take(ledger: Ledger, record: Record, happened: Happened) -> Record:
    """Return a record after one more step; one that cannot follow is kept as a conflict and changes nothing."""
    step = ledger.steps.get(happened.step)
    if step is None or record.state not in step.after:
        return replace(record, conflicts=(*record.conflicts, happened))
    values = dict(record.values)
    if happened.fields is not None:
        said = {key: value for key, value in happened.fields.items() if value is not None}
        if step.collects:
            values[step.collects] = [*values.get(step.collects, []), said | {"at": happened.at.isoformat()}]
        else:
            values |= said
    return replace(
        record,
        state=record.state if step.to is None else step.to,
        values=MappingProxyType(values),
        history=(*record.history, happened),
        is_erased=record.is_erased or happened.fields is None,
    )


def fold(ledger: Ledger, record_id: str, steps: Iterable[Happened]) -> Record:
    """Return the record that steps make, oldest first."""
    record = Record(ledger.name, record_id)
    for one in steps:
        record = take(ledger, record, one)
    return record


def _out_of_turn(ledger: Ledger, record: Record, step: Step) -> str:
    next_ones = ", ".join(sorted(one.name for one in ledger.open_to(record.state))) or "nothing"
    stands = f"The record is {record.state!r}" if record.state else "There is no such record yet"
    return f"{stands}; {step.name!r} cannot follow. What can: {next_ones}."


def _said_wrong(says: type[Said], wrong: ValidationError) -> list[str]:
    """Return a sentence a fault, without the value or what stands for a field's name: both may be a name."""
    return [
        f"{_where(says, one['loc'])}: {_plain(one['type'], one['msg'])}."
        for one in wrong.errors(include_url=False, include_input=False)
    ]


def _where(says: type[Said], places: tuple[int | str, ...]) -> str:
    if not places:
        return "The entry"
    first = str(places[0])
    if first not in says.model_fields and not _NAME_OF_FIELD.fullmatch(first):
        return "What is no name of a field"
    return ".".join([first, *(str(one) if isinstance(one, int) else "key" for one in places[1:])])


def _plain(kind: str, message: str) -> str:
    if kind == "missing":
        return "must be said"
    if kind == "extra_forbidden":
        return "is not a field of this step"
    return message[:1].lower() + message[1:].rstrip(".")
