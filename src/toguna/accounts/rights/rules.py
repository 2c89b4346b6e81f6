"""When an act counts as corroborated or verified: rules as data, from ``rules.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import Field

from toguna.accounts.rights.vocabularies import TextStatus
from toguna.core.frozen import Frozen


class Standard(Frozen):
    """The standard of proof a finding must meet."""

    text: str = Field(description="As it must be said when a record is verified")
    en: str = Field(description="Explained, English")
    fr: str = Field(description="Explained, French")
    source: str = Field(description="Where it comes from")
    article: str = Field(description="Part of the source")
    text_status: TextStatus = Field(description="Whether the source was read for this file")


class Threshold(Frozen):
    """What sources must support an act for a level to be reached."""

    id: str = Field(description="Name of the rule")
    level: Literal["corroborated", "verified"] = Field(description="State it opens")
    scope: Literal["any", "child"] = Field(description="Acts it is for; child: one of the six grave violations")
    independent: int = Field(ge=1, description="Credible sources that do not repeat one another, number")
    first_hand: int = Field(ge=0, description="Of these, first-hand, number")
    own_observation_suffices: bool = Field(description="The monitor's own observation is enough")
    trained_monitor: bool = Field(default=False, description="A monitor trained for it must have heard the source")
    task_force: bool = Field(default=False, description="The country task force must have validated it")
    source: str = Field(description="Where the rule comes from")
    article: str = Field(description="Part of the source")
    text: str = Field(description="The rule in a sentence, Toguna's words")
    text_status: TextStatus = Field(description="Whether the source was read for this file")


class Rules(Frozen):
    """The standard of proof and the tests."""

    standard_of_proof: Standard
    tests: tuple[Threshold, ...] = Field(min_length=1)

    def test(self, level: str, *, child: bool) -> Threshold:
        """Return the threshold of a level; that for children where there is one and the act is such a violation."""
        fit = [one for one in self.tests if one.level == level and (one.scope == "any" or child)]
        return max(fit, key=lambda one: one.scope == "child")


@cache
def rules() -> Rules:
    """Return the rules of the rights ledger."""
    text = files("toguna.accounts.rights").joinpath("rules.yaml").read_text(encoding="utf-8")
    return Rules.model_validate(yaml.safe_load(text))
