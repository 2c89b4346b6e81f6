"""The codes of the arms register, with labels in English and French."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml

from toguna.accounts.book.coded import Coded
from toguna.core.errors import AskError
from toguna.core.frozen import Frozen

_BANNED = frozenset({"non_state_armed_group", "other_non_state"})
LICENSED = frozenset({"licensed_civilian", "licensed_dealer"})


class Label(Frozen):
    """What a code means, in two languages."""

    en: str
    fr: str


class Vocabulary(Frozen):
    """Codes of one field and where their division comes from."""

    source: str
    text_status: Literal["verified", "unverified"]
    codes: dict[str, Label]


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Return the codes by vocabulary."""
    text = files("toguna.accounts.arms").joinpath("vocabularies.yaml").read_text(encoding="utf-8")
    return {name: Vocabulary.model_validate(found) for name, found in yaml.safe_load(text).items()}


def label(vocabulary: str, code: str, language: str) -> str:
    """Return what a code means.

    Raises
    ------
    AskError
        No such code or language.

    Examples
    --------
    >>> label("kinds", "assault_rifle", "fr")
    'fusil d’assaut'
    """
    found = vocabularies()[vocabulary].codes.get(code)
    if found is None:
        raise AskError(f"There is no such code in {vocabulary}. Known: {', '.join(vocabularies()[vocabulary].codes)}.")
    if language not in {"en", "fr"}:
        raise AskError(f"There are no labels in {language!r}. Use en or fr.")
    return found.en if language == "en" else found.fr


def is_banned(holder_kind: str) -> bool:
    """Tell whether a holder may never be given a weapon (ECOWAS Convention, article 3)."""
    return holder_kind in _BANNED


def _one_of(vocabulary: str) -> Coded:
    def labels() -> dict[str, dict[str, str]]:
        return {code: label.model_dump() for code, label in vocabularies()[vocabulary].codes.items()}

    return Coded(labels)


Kind = Annotated[str, _one_of("kinds")]
LotKind = Annotated[str, _one_of("lot_kinds")]
HolderKind = Annotated[str, _one_of("holders")]
SerialState = Annotated[str, _one_of("serial_states")]
Purpose = Annotated[str, _one_of("purposes")]
Circumstance = Annotated[str, _one_of("circumstances")]
Method = Annotated[str, _one_of("destruction_methods")]
TracingResult = Annotated[str, _one_of("tracing_results")]
Outcome = Annotated[str, _one_of("outcomes")]
