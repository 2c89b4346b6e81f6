"""Codes a ledger may use, each with labels and source, and the words no code may hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from toguna.accounts.book.coded import Coded
from toguna.core.frozen import Frozen

TextStatus = Literal["verified", "unverified"]


class Code(Frozen):
    """A code and what it means."""

    code: str = Field(pattern=r"^[a-z0-9_+-]+$", description="As kept in a record")
    en: str = Field(min_length=1, description="Label in English")
    fr: str = Field(min_length=1, description="Label in French")
    source: str = Field(min_length=1, description="Standard or treaty article it follows; Toguna where it is our own")
    text_status: TextStatus = Field(description="Whether that text was read for this file or is cited from memory")


class ActCode(Code):
    """A kind of act."""

    deadly: bool = Field(default=False, description="The victim dies of it")
    child: str = Field(default="", description="Which of the six grave violations it is when done to a child")
    child_always: bool = Field(default=False, description="It is one whoever the victims are")
    grave: bool = Field(description="Counts as a grave violation under the due diligence policy")


class PerpetratorCode(Code):
    """A kind of force, on one scale for all."""

    side: Literal["state", "intervening", "armed_group", "company", "unknown"] = Field(description="Coarser kind")
    policy: bool = Field(description="The due diligence policy covers support to it")


class AgeCode(Code):
    """A bracket of ages at the time of the act."""

    low: int = Field(ge=0, description="Youngest, years")
    high: int = Field(ge=0, description="Oldest, years")


class SourceCode(Code):
    """A kind of source."""

    first_hand: bool = Field(description="Saw or lived it, or shows it")
    own: bool = Field(default=False, description="Seen by the monitor")


class ReliabilityCode(Code):
    """How a source is judged."""

    counts: bool = Field(description="May count towards corroboration")


_KINDS: dict[str, type[Code]] = {
    "acts": ActCode,
    "perpetrators": PerpetratorCode,
    "ages": AgeCode,
    "sources": SourceCode,
    "reliabilities": ReliabilityCode,
}


def read_codes(package: str, kinds: Mapping[str, type[Code]]) -> dict[str, dict[str, Any]]:
    """Return the vocabularies of a package's ``vocabularies.yaml``: by name, then by code.

    Parameters
    ----------
    package : that holds the file
    kinds : what a code of a vocabulary is; `Code` where it is not named
    """
    said = yaml.safe_load(files(package).joinpath("vocabularies.yaml").read_text(encoding="utf-8"))
    return {
        name: {row["code"]: kinds.get(name, Code).model_validate(row) for row in rows}
        for name, rows in said.items()
        if not name.startswith("protected_")
    }


@cache
def vocabularies() -> dict[str, dict[str, Any]]:
    """Return the vocabularies of the rights ledger: by name, then by code."""
    return read_codes("toguna.accounts.rights", _KINDS)


def acts() -> dict[str, ActCode]:
    """Return kinds of acts by code."""
    return vocabularies()["acts"]


def perpetrators() -> dict[str, PerpetratorCode]:
    """Return kinds of forces by code."""
    return vocabularies()["perpetrators"]


def code_of(vocabulary: str, read: Callable[[], Mapping[str, Mapping[str, Code]]] = vocabularies) -> Coded:
    """Return the check that a text is a code of a vocabulary."""
    return Coded(lambda: labels(read()[vocabulary]), f"is no code of {vocabulary}; write one of {{codes}}")


def labels(codes: Mapping[str, Code]) -> dict[str, dict[str, str]]:
    """Return labels of codes by language."""
    return {code: {"en": one.en, "fr": one.fr} for code, one in codes.items()}


def names_people(text: str) -> bool:
    """Return whether a text names what people believe or descend from.

    Examples
    --------
    >>> names_people("religious_group"), names_people("MLI-ARMY-3"), names_people("Appartenance Éthnique")
    (True, False, True)
    """
    stems, whole = _protected()
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).casefold()
    return any(word in whole or word.startswith(stems) for word in re.split(r"[^a-z]+", bare))


def _no_people(text: str | None) -> str | None:
    if text is not None and names_people(text):
        raise PydanticCustomError("protected", "names belief or descent; name the force by its own unit code instead")
    return text


NO_PEOPLE = AfterValidator(_no_people)


@cache
def _protected() -> tuple[tuple[str, ...], frozenset[str]]:
    text = files("toguna.accounts.rights").joinpath("vocabularies.yaml").read_text(encoding="utf-8")
    said = yaml.safe_load(text)
    return tuple(said["protected_stems"]), frozenset(said["protected_words"])
