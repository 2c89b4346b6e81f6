"""Published eligibility criteria as data, and `screen`: what they decide and which criterion decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from toguna.accounts.ddr.vocabularies import Label
from toguna.core.errors import DataError

Fact = Literal[
    "in_listed_group",
    "confirmed_by_group_list",
    "confirmed_by_interview",
    "chosen_by_community",
    "weapons_brought",
    "group_weapons_per_person",
    "knows_weapon",
    "cleared_by_rights_screening",
]
Category = Literal["combatant", "woman_associated", "cvr"]
WEAPON_FACTS = frozenset({"weapons_brought", "group_weapons_per_person", "knows_weapon"})
_NUMBERS = frozenset({"weapons_brought", "group_weapons_per_person"})


class Condition(BaseModel):
    """One fact and what it must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: Fact = Field(description="Answer of the screening")
    is_: bool | None = Field(None, alias="is", description="What a yes-or-no answer must be")
    at_least: float | None = Field(None, ge=0, description="What a number must reach")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.at_least is not None) != (self.fact in _NUMBERS) or (self.is_ is None) == (self.at_least is None):
            raise ValueError(
                "a number needs `at_least`, a yes-or-no answer needs `is`: give the one that fits the fact"
            )
        return self

    def met(self, facts: Mapping[str, Any]) -> bool | None:
        """Return whether it is met; None while the answer is not known."""
        answer = facts.get(self.fact)
        if answer is None:
            return None
        return bool(answer >= self.at_least) if self.at_least is not None else bool(answer) == self.is_


class Criterion(BaseModel):
    """One criterion: met if any of its conditions is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z_]*$", description="Name told to whom it decides about")
    categories: tuple[Category, ...] = Field(min_length=1, description="Whom it is asked of")
    any_of: tuple[Condition, ...] = Field(min_length=1, description="One of them is enough")
    reason: Label = Field(description="What a person is told where it is not met")

    @model_validator(mode="after")
    def _weapons_of_combatants_only(self) -> Self:
        if {one.fact for one in self.any_of} & WEAPON_FACTS and set(self.categories) != {"combatant"}:
            raise ValueError(
                f"criterion {self.code!r} asks for a weapon: only combatants may be; keep `categories` to it"
            )
        return self


class Criteria(BaseModel):
    """One published version of the criteria."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(min_length=1, description="Name of the version")
    published_on: date = Field(description="Day from which it holds")
    published_in: str = Field(min_length=1, description="Where everybody can read it")
    source: str = Field(min_length=1, description="Standard or agreement it applies")
    text_status: Literal["verified", "unverified"] = Field(description="Whether the source was read for it")
    appeal_days: int = Field(ge=1, le=365, description="Days in which an appeal is decided")
    criteria: tuple[Criterion, ...] = Field(min_length=1, description="All of them must be met")

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        codes = [one.code for one in self.criteria]
        if len(set(codes)) < len(codes):
            raise ValueError("two criteria have the same code: give each its own, so that a reason names one")
        return self


@dataclass(frozen=True)
class Finding:
    """What one criterion found.

    Attributes
    ----------
    criterion : code
    met : None while no answer decides it
    by : facts that decided it, or that are still asked for
    """

    criterion: str
    met: bool | None
    by: tuple[str, ...]


@dataclass(frozen=True)
class Screening:
    """What the criteria decide.

    Attributes
    ----------
    version : of the criteria
    result : "eligible", "ineligible", or "undecided" while an answer is missing and none decides against
    findings : every criterion asked, in the published order
    """

    version: str
    result: Literal["eligible", "ineligible", "undecided"]
    findings: tuple[Finding, ...]

    @property
    def decided(self) -> tuple[Finding, ...]:
        """The findings that decided: those not met, or all where all are met, or those still open."""
        wanted = {"eligible": True, "ineligible": False, "undecided": None}[self.result]
        return tuple(one for one in self.findings if one.met is wanted)

    def __str__(self) -> str:
        """Return the result and every finding that decided it, in words."""
        words = {True: "is met by", False: "is not met by", None: "waits for"}
        lines = [f"{one.criterion} {words[one.met]} {', '.join(one.by)}" for one in self.decided]
        return f"{self.result} by criteria {self.version}: " + "; ".join(lines)


def screen(said: Mapping[str, Any], criteria: Criteria) -> Screening:
    """Return what published criteria decide, and which criterion decided it.

    All criteria of the category must be met, any condition of one is enough, and what is not known never counts against
    a person (three-valued logic of Kleene).

    Parameters
    ----------
    said : `category` and answers by name of the fact; None or absent: not known yet
    criteria : the version that holds

    Raises
    ------
    DataError
        No criterion is published for the category: nobody can be judged by nothing.

    Examples
    --------
    >>> found = {"in_listed_group": True, "confirmed_by_interview": True, "cleared_by_rights_screening": True}
    >>> print(screen({"category": "woman_associated"} | found, in_force(shipped(), date(2026, 1, 1))))
    eligible by criteria template-1: group is met by in_listed_group; membership is met by confirmed_by_interview;
    rights is met by cleared_by_rights_screening
    """
    asked = [one for one in criteria.criteria if said.get("category") in one.categories]
    if not asked:
        raise DataError(
            f"criteria {criteria.version}: none is published for this category. Publish one, or refer the person."
        )
    findings = tuple(_finding(one, said) for one in asked)
    met = [one.met for one in findings]
    result: Literal["eligible", "ineligible", "undecided"]
    result = "ineligible" if False in met else "undecided" if None in met else "eligible"
    return Screening(criteria.version, result, findings)


def _finding(criterion: Criterion, facts: Mapping[str, Any]) -> Finding:
    answers = [(one.fact, one.met(facts)) for one in criterion.any_of]
    met = True if any(a is True for _, a in answers) else None if any(a is None for _, a in answers) else False
    return Finding(criterion.code, met, tuple(fact for fact, answer in answers if answer is met))


def in_force(versions: tuple[Criteria, ...], on: date) -> Criteria:
    """Return the version that holds on a day.

    Raises
    ------
    DataError
        None was published by then.
    """
    published = [one for one in versions if one.published_on <= on]
    if not published:
        raise DataError(f"criteria: none was published by {on}. Publish criteria before anybody is screened.")
    return max(published, key=lambda one: one.published_on)


def read_criteria(path: str | Path) -> tuple[Criteria, ...]:
    """Return the versions of a programme's criteria file.

    Raises
    ------
    DataError
        Not YAML, or not criteria; names file, key and what is wrong.
    """
    try:
        return _versions(Path(path).read_text(encoding="utf-8"), str(path))
    except OSError as why:
        raise DataError(
            f"{path}: cannot be read ({why.strerror}). Give the file the criteria are published in."
        ) from why


@cache
def shipped() -> tuple[Criteria, ...]:
    """Return the template shipped with the product."""
    return _versions(
        files("toguna.accounts.ddr").joinpath("criteria.yaml").read_text(encoding="utf-8"), "criteria.yaml"
    )


def _versions(text: str, name: str) -> tuple[Criteria, ...]:
    try:
        found = yaml.safe_load(text)
        made = tuple(Criteria.model_validate(one) for one in found["versions"])
    except yaml.YAMLError as why:
        raise DataError(f"{name}: is not YAML. Mend it where the parser stopped: {why}") from why
    except (KeyError, TypeError) as why:
        raise DataError(f"{name}: has no list `versions`. Write the published versions under that key.") from why
    except ValidationError as wrong:
        one = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in one["loc"])
        raise DataError(f"{name}, key {where or 'versions'}: {one['msg']}. Mend it and read again.") from wrong
    if (
        not made
        or len({one.version for one in made}) < len(made)
        or len({one.published_on for one in made}) < len(made)
    ):
        raise DataError(f"{name}: versions must exist and differ in name and day. Give each its own.")
    return made
