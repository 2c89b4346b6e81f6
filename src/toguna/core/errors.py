"""The errors a user can meet. Each says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong at one place, with what would mend it.

    Attributes
    ----------
    file : file or table the fault is in
    row : 1-based line of a text file or row of a table; None when the whole file is meant
    column : column name, or "" when the whole row is meant
    value : the offending value as text
    problem : what is wrong
    remedy : what to do about it
    """

    file: str
    row: int | None
    column: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return the fault as one sentence a pack author can act on."""
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column:
            where += f", column {self.column}"
        found = f" (found {self.value!r})" if self.value else ""
        return f"{where}: {self.problem}{found}. {self.remedy}"


class TogunaError(Exception):
    """Any mistake Toguna can explain; the command line shows it without a traceback."""


class DataError(TogunaError):
    """A source file cannot be read as what it claims to be."""


class PackError(TogunaError):
    """A country pack is missing, broken or made for another Toguna."""

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *(f"  - {fault}" for fault in self.faults)]))


class AskError(TogunaError):
    """The user asked for something that does not exist: a month, a language, a number."""


class PlanError(TogunaError):
    """A plan was asked for with numbers that do not fit together."""


class ComparisonError(TogunaError):
    """Mandates cannot be compared as asked: assumptions without source or bounds, or draws that went astray."""


class AccountError(TogunaError):
    """An account cannot be kept or read as asked: a key is missing, a record was erased, or the log was changed."""
