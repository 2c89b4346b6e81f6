"""What is wrong with the arguments of a job, all of it, field by field."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from toguna.core.errors import Fault, TogunaError
from toguna.core.words import N_, Sentence
from toguna.web.field_faults import field_fault

_CORRECT = N_("Correct the value.")


@dataclass(frozen=True)
class Wrong:
    """One fault of what was asked for.

    Attributes
    ----------
    field : the field, dotted
    problem : what is wrong
    remedy : what to do about it
    """

    field: str
    problem: Sentence
    remedy: Sentence


class ArgumentsError(TogunaError):
    """A job was asked for with arguments no verb takes; all faults are in `wrongs`."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        self.wrongs = tuple(wrongs)
        super().__init__("\n".join(f"{one.field}: {one.problem} {one.remedy}".strip() for one in wrongs))


class RefusedError(ValueError):
    """A value that cannot be used: what is wrong, and what to do about it.

    Parameters
    ----------
    problem : sentence of the catalogue, with {names} for the values
    remedy : the same
    faults : those of a mandate or contribution that was read whole, in place of one problem
    """

    def __init__(self, problem: str, remedy: str = _CORRECT, /, faults: Sequence[Fault] = (), **values: object) -> None:
        self.problem, self.remedy, self.faults = Sentence(problem, **values), Sentence(remedy, **values), faults
        super().__init__(str(self.problem))


def wrongs_of(error: ValidationError, known: Sequence[str]) -> list[Wrong]:
    """Return the faults pydantic found, in words with a remedy."""
    found: list[Wrong] = []
    for one in error.errors(include_url=False):
        if one["type"] == "too_short" and one["input"]:
            continue  # entries that are wrong are told of already
        found += _wrongs(one, known)
    return list(dict.fromkeys(found))


def _wrongs(one: Any, known: Sequence[str]) -> list[Wrong]:
    # A choice between a name and an object is told as one field, not as the two it could have been.
    at = ["arguments", *(str(part) for part in one["loc"] if not str(part).startswith(("dict[", "function-")))]
    field = ".".join(at)
    refused = (one.get("ctx") or {}).get("error")
    if isinstance(refused, RefusedError):
        if refused.faults:
            return [_of_fault(field, fault) for fault in refused.faults]
        return [Wrong(field, refused.problem, refused.remedy)]
    if one["type"] == "extra_forbidden":
        near = difflib.get_close_matches(at[-1], known, n=1, cutoff=0.6)
        out = Sentence(N_("Take it out. Known: {known}."), known=", ".join(known))
        remedy = Sentence(N_("Did you mean {near}?"), near=near[0]) if near else out
        return [Wrong(field, Sentence(N_("There is no such field.")), remedy)]
    _, problem, remedy = field_fault({**one, "loc": at[1:]}, ", ".join(known))
    return [Wrong(field, problem, remedy)]


def _of_fault(field: str, fault: Fault) -> Wrong:
    """Return a fault of a mandate or contribution, without the file it passed through."""
    problem = Sentence("{problem}.", problem=Sentence(fault.problem))
    if fault.value:
        found = N_("{problem} (found {value!r}).")
        problem = Sentence(found, problem=Sentence(fault.problem), value=fault.value)
    return Wrong(f"{field}.{fault.column}".rstrip("."), problem, Sentence(fault.remedy))
