"""Rules of the due diligence ledger as data, from ``rules.yaml``, and its vocabularies."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import Field

from toguna.accounts.rights.vocabularies import TextStatus, read_codes
from toguna.core.frozen import Frozen

PACKAGE = "toguna.accounts.due_diligence"


class _Rule(Frozen):
    source: str = Field(description="Where the rule comes from; Toguna where it is our own")
    article: str = Field(description="Part of the source")
    text: str = Field(description="The rule in a sentence, Toguna's words")
    text_status: TextStatus = Field(description="Whether the source was read for this file")

    @property
    def cited(self) -> str:
        """The source, in brackets, for the end of a sentence."""
        return f"({', '.join(one for one in (self.source, self.article) if one)}; text {self.text_status})"


class DaysRule(_Rule):
    """A rule about a time."""

    value: int = Field(ge=1, description="Days")


class WordsRule(_Rule):
    """A rule about words."""

    value: str = Field(description="As they must be said")


class StepsRule(_Rule):
    """A rule about what must be done, in order."""

    value: tuple[str, ...] = Field(description="Steps")


class Rules(Frozen):
    """The rules."""

    review_within_days: DaysRule
    lift_review_within_days: DaysRule
    steps: StepsRule
    standard: WordsRule


@cache
def rules() -> Rules:
    """Return the rules of the due diligence ledger."""
    return Rules.model_validate(yaml.safe_load(files(PACKAGE).joinpath("rules.yaml").read_text(encoding="utf-8")))


@cache
def vocabularies() -> dict[str, dict[str, Any]]:
    """Return the vocabularies of the due diligence ledger: by name, then by code."""
    return read_codes(PACKAGE, {})
