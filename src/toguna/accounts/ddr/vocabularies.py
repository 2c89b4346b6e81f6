"""The codes of the ledger, with labels in English and French, and the rules it applies, as data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator


class Label(BaseModel):
    """What people read, by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str = Field(min_length=1, description="English")
    fr: str = Field(min_length=1, description="French")


class Vocabulary(BaseModel):
    """A list of codes and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, description="Where the list comes from")
    codes: dict[str, Label] = Field(description="Labels by code")


class Rule(BaseModel):
    """A rule the ledger applies, in our own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, description="Standard and part")
    text: str = Field(min_length=1, description="What it asks for, in our words")
    text_status: Literal["verified", "unverified"] = Field(description="Whether the standard was read for it")
    read_in: str = Field(description="Where it was read; empty where it was not")

    @model_validator(mode="after")
    def _says_where_it_was_read(self) -> Rule:
        if (self.text_status == "verified") != bool(self.read_in):
            raise ValueError("a verified rule says where it was read, an unverified one does not: set `read_in`")
        return self


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Return the vocabularies by name.

    Examples
    --------
    >>> vocabularies()["category"].codes["child"].fr
    'Enfant'
    """
    return {name: Vocabulary.model_validate(one) for name, one in _read("vocabularies.yaml").items()}


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by name."""
    return {name: Rule.model_validate(one) for name, one in _read("rules.yaml")["rules"].items()}


def cited(name: str) -> str:
    """Return where a rule comes from, and that its text was not read where it was not."""
    rule = rules()[name]
    return rule.source + ("" if rule.text_status == "verified" else "; text not verified")


def _read(name: str) -> Any:
    return yaml.safe_load(files("toguna.accounts.ddr").joinpath(name).read_text(encoding="utf-8"))
