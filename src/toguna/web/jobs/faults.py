"""What is wrong with the arguments of a job, all of it, field by field."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from toguna.core.errors import TogunaError


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
    problem: str
    remedy: str


class ArgumentsError(TogunaError):
    """A job was asked for with arguments no verb takes; all faults are in `wrongs`."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        self.wrongs = tuple(wrongs)
        super().__init__("\n".join(f"{one.field}: {one.problem} {one.remedy}".strip() for one in wrongs))


def wrongs_of(error: ValidationError, known: Sequence[str]) -> list[Wrong]:
    """Return the faults pydantic found, in words with a remedy."""
    found: list[Wrong] = []
    for one in error.errors(include_url=False):
        found += _wrongs(one, known)
    return list(dict.fromkeys(found))


def _wrongs(one: Any, known: Sequence[str]) -> list[Wrong]:
    # A choice between a name and an object is told as one field, not as the two it could have been.
    at = ["arguments", *(str(part) for part in one["loc"] if not str(part).startswith(("dict[", "function-")))]
    if one["type"] == "extra_forbidden":
        near = difflib.get_close_matches(at[-1], known, n=1, cutoff=0.6)
        remedy = f"Did you mean {near[0]}?" if near else f"Take it out. Known: {', '.join(known)}."
        return [Wrong(".".join(at), "There is no such field.", remedy)]
    if one["type"] == "missing":
        return [Wrong(".".join(at), "The field is missing.", "Add it.")]
    said = str(one["msg"]).removeprefix("Value error, ")
    head, *lines = said.splitlines()
    # A mandate or contribution is read whole, and each line names one fault of it.
    return [_split(".".join(at), line.strip().removeprefix("- ")) for line in lines or [head]]


def _split(field: str, said: str) -> Wrong:
    problem, _, remedy = said.partition(". ")
    return Wrong(field, f"{problem.rstrip('.')}.", remedy or "Correct the value.")
