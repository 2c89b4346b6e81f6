"""What a ledger is: steps, the states they lead to, what must be said at each, and how closely each field is held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

if TYPE_CHECKING:
    from toguna.accounts.book.record import Record

BEGIN = ""  # state of a record nothing has happened to


class Level(IntEnum):
    """How closely a field is held. Put it in the field's annotation: ``Annotated[str, Level.IDENTITY]``."""

    OPEN = 0  # may be counted and shown in aggregates: a category, a coarse place, a month
    CLOSED = 1  # a detail of the case; for those whose work it is. Fields that say nothing are held so
    IDENTITY = 2  # names a person or could: shown only unmasked, which takes two people


class Said(BaseModel):
    """What is said at a step; each ledger's steps have models of their own. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Keeps = Callable[["Record", date], str | None]  # record, today -> why it may not be erased, with the remedy
Guard = Callable[["Record", Any, date], str | None]  # record before, what is said, today -> why not, with the remedy


@dataclass(frozen=True)
class Step:
    """One thing that may happen to a record.

    Attributes
    ----------
    name : as the log keeps it, in the standard's word: "corroborated"
    after : states it may follow; `BEGIN` for the step that opens a record
    to : state it leads to; None where the state stays
    says : model of what must be said
    guards : each returns None, or a sentence that says why not and what to do; it names no person and no value
    collects : name under which what is said is added to a list of the record; default: it overwrites its values
    two_person : one proposes, another confirms
    means : one sentence for help and forms
    """

    name: str
    after: frozenset[str]
    to: str | None
    says: type[Said]
    guards: tuple[Guard, ...] = ()
    collects: str = ""
    two_person: bool = False
    means: str = ""


@dataclass(frozen=True)
class Deadline:
    """Something that must be done by a time.

    Attributes
    ----------
    what : must be done: "hand over to police or release"
    by : UTC
    source : rule it comes from
    """

    what: str
    by: datetime
    source: str


@dataclass(frozen=True)
class Ledger:
    """A kind of record and its life.

    Attributes
    ----------
    name : "rights", "custody", "arms", "ddr"
    steps : that exist, by name
    area, month : fields that place a record for aggregates and roles: p-code of an area, YYYY-MM
    found_by : fields a record may be looked up by, each with how it is written before it is keyed; no person's name
    same : fields that together must not occur twice; if they do, a case is opened
    due : what must be done by when, soonest first
    keeps : why a record may not be erased yet, by law or rule; default: nothing keeps it
    subject : whose erasure takes the record's content away; default: the record itself
    """

    name: str
    steps: Mapping[str, Step]
    area: str
    month: str
    found_by: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    due: Callable[[Record], tuple[Deadline, ...]] | None = None
    keeps: Keeps | None = None
    subject: Callable[[Mapping[str, Any], str], str] | None = None

    def states(self) -> frozenset[str]:
        """Return every state a record can be in."""
        return frozenset({BEGIN} | {one.to for one in self.steps.values() if one.to is not None})

    def open_to(self, state: str) -> list[Step]:
        """Return the steps that may follow a state, guards aside."""
        return [one for one in self.steps.values() if state in one.after]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps.values())


def levels(says: type[Said]) -> dict[str, Level]:
    """Return how closely each field of a step is held."""
    return {
        name: next((one for one in about.metadata if isinstance(one, Level)), Level.CLOSED)
        for name, about in says.model_fields.items()
    }


def partial(says: type[Said], name: str) -> type[Said]:
    """Return a model with the same fields, none of which need be said: for corrections."""
    fields: dict[str, Any] = {}
    for key, about in says.model_fields.items():
        held = [one for one in about.metadata if isinstance(one, Level)]
        checks = [one for one in about.metadata if not isinstance(one, Level)]
        inner: Any = Annotated[(about.annotation, *checks)] if checks else about.annotation
        wide: Any = inner | None  # what is not said is not checked
        fields[key] = (Annotated[(wide, *held)] if held else wide, Field(None, description=about.description))
    return create_model(name, __base__=Said, **fields)
