"""The errors a user can meet. Each says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toguna.core.words import N_, Sentence

_FOUND = N_("{where}: {problem} (found {value!r}). {remedy}")
_WHERE = {
    (False, False): "{file}",
    (True, False): N_("{file}, row {row}"),
    (False, True): N_("{file}, column {column}"),
    (True, True): N_("{file}, row {row}, column {column}"),
}


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
        return str(self.told)

    @property
    def told(self) -> Sentence:
        """The fault as a sentence that can be said in another language, as far as its parts can."""
        text = _WHERE[self.row is not None, bool(self.column)]
        where = Sentence(text, file=self.file, row=self.row, column=self.column)
        parts = {"where": where, "problem": Sentence(self.problem), "remedy": Sentence(self.remedy)}
        if self.value:
            return Sentence(_FOUND, value=self.value, **parts)
        return Sentence("{where}: {problem}. {remedy}", **parts)


def listed(head: Sentence, faults: Iterable[Fault]) -> Sentence:
    """Return a sentence with faults below it, one a line."""
    return Sentence.joined([head, *(Sentence("  - {fault}", fault=one.told) for one in faults)], "\n")


class TogunaError(Exception):
    """Any mistake Toguna can explain; the command line shows it without a traceback.

    Parameters
    ----------
    text : what is wrong and what to do about it: a sentence of the catalogue, with {names} for the values

    Attributes
    ----------
    told : the same as a sentence that can be said in another language
    """

    def __init__(self, text: str, /, **values: object) -> None:
        self.told = Sentence(text, **values)
        super().__init__(str(self.told))


class DataError(TogunaError):
    """A source file cannot be read as what it claims to be."""


class PackError(TogunaError):
    """A country pack is missing, broken or made for another Toguna."""

    def __init__(self, message: str, faults: Sequence[Fault] = (), /, **values: object) -> None:
        self.faults = tuple(faults)
        super().__init__(listed(Sentence(message, **values), self.faults))


class AskError(TogunaError):
    """The user asked for something that does not exist: a month, a language, a number."""


class PlanError(TogunaError):
    """A plan was asked for with numbers that do not fit together; `faults` holds those of a file that was read."""

    faults: tuple[Fault, ...] = ()


class ComparisonError(TogunaError):
    """Mandates cannot be compared as asked: assumptions without source or bounds, or draws that went astray."""


class AccountError(TogunaError):
    """An account cannot be kept or read as asked: a key is missing, a record was erased, or the log was changed."""
