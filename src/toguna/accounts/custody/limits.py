"""Time limits as data: who may be held how long, by which rule, and who is told as time runs out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from toguna.accounts.custody.times import moment
from toguna.core.errors import AccountError
from toguna.core.frozen import Frozen

CHILDREN = frozenset({"child", "disputed"})  # a person whose age is disputed is treated as a child
TextStatus = Literal["verified", "unverified"]


class Extension(Frozen):
    """Who may put a limit off, and by how many hours in all."""

    authorities: tuple[str, ...] = Field(min_length=1, description="codes of the vocabulary authority")
    most_hours: int = Field(gt=0, le=720, description="hours all extensions together may add")


class Rule(Frozen):
    """How long some may be held."""

    id: str
    source: str
    article: str
    text: str
    text_status: TextStatus
    forces: tuple[str, ...] = Field(default=(), description="forces it binds; none named: any")
    age_groups: tuple[str, ...] = Field(default=(), description="age groups it is for; none named: any")
    since: date | None = Field(default=None, description="first day it is in force")
    until: date | None = Field(default=None, description="last day it is in force")
    hours: int = Field(gt=0, le=720, description="hours from apprehension")
    extension: Extension | None = None

    def applies(self, force: str, age_group: str, day: date) -> bool:
        """Tell whether the rule is for a person taken by a force on a day."""
        return (
            (not self.forces or force in self.forces)
            and (not self.age_groups or age_group in self.age_groups)
            and (self.since is None or self.since <= day)
            and (self.until is None or day <= self.until)
        )

    def is_general(self) -> bool:
        """Tell whether the rule is for everybody at any time."""
        return not (self.forces or self.age_groups or self.since or self.until)

    def cited(self) -> str:
        """Return source, article and whether the text was verified."""
        return f"{self.source}, {self.article} ({self.text_status})"


class Duty(Frozen):
    """Something due some hours, or at some days, after something happened."""

    source: str
    text_status: TextStatus
    hours: int = Field(default=0, ge=0, le=24 * 365)
    days: tuple[int, ...] = ()

    def cited(self) -> str:
        """Return source and whether the text was verified."""
        return f"{self.source} ({self.text_status})"


class Duties(Frozen):
    """What is due besides hand-over or release."""

    registration: Duty
    see_doctor: Duty
    notify: Duty
    open_inquiry: Duty
    conclude_inquiry: Duty
    follow_up: Duty


class Escalation(Frozen):
    """Who is told once a share of the time allowed has passed."""

    share: float = Field(gt=0, le=1)
    name: str
    tell: str


class Limits(Frozen):
    """Every limit, duty and level of escalation."""

    rules: tuple[Rule, ...] = Field(min_length=1)
    duties: Duties
    assessment_days: int = Field(gt=0, le=365)
    escalation: tuple[Escalation, ...] = ()

    @model_validator(mode="after")
    def _orderly(self) -> Self:
        names = [rule.id for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have one id; give each its own")
        if not any(rule.is_general() for rule in self.rules):
            raise ValueError("no rule is for everybody; add one without forces, age_groups, since and until")
        shares = [one.share for one in self.escalation]
        if shares != sorted(shares):
            raise ValueError("escalation goes from the smallest share to the largest; put it in that order")
        days = self.duties.follow_up.days
        if list(days) != sorted(set(days)):
            raise ValueError("follow_up days go from the first to the last; put them in that order")
        return self

    def rule(self, values: Mapping[str, Any]) -> Rule:
        """Return the rule for a person: the one most to the point; of equals, the shorter.

        Parameters
        ----------
        values : of the record: force, age_group, apprehended_at
        """
        age_group = "child" if values.get("age_group") in CHILDREN else "adult"
        day = moment(values["apprehended_at"]).date()
        bound = [rule for rule in self.rules if rule.applies(values.get("force", ""), age_group, day)]
        return min(bound, key=lambda rule: (-bool(rule.forces) - 2 * bool(rule.age_groups), rule.hours))

    def extended(self, values: Mapping[str, Any]) -> int:
        """Return hours added by extensions, no more than the rule allows."""
        rule = self.rule(values)
        asked = sum(one["hours"] for one in values.get("extensions", ()))
        return 0 if rule.extension is None else min(asked, rule.extension.most_hours)

    def until(self, values: Mapping[str, Any]) -> datetime:
        """Return when a person must be handed over or released, UTC; the clock starts at apprehension."""
        return moment(values["apprehended_at"]) + timedelta(hours=self.rule(values).hours + self.extended(values))


def read_limits(path: Path) -> Limits:
    """Return limits of a file of one's own.

    Raises
    ------
    AccountError
        The file is missing, is not YAML, or says something that cannot be.
    """
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise AccountError(f"{path.name} cannot be read: {wrong.strerror}. Name a file of limits.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise AccountError(f"{path.name} is not YAML in UTF-8. Begin from limits.yaml of the custody ledger.") from None
    try:
        return Limits.model_validate(said)
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in wrong.errors()]
        raise AccountError(f"{path.name} is not a file of limits. " + "; ".join(faults) + ".") from None


@cache
def own_limits() -> Limits:
    """Return the limits Toguna comes with.

    Examples
    --------
    >>> taken = {"force": "un_mission", "age_group": "adult", "apprehended_at": "2013-02-03T10:00:00Z"}
    >>> own_limits().rule(taken).id, own_limits().until(taken).isoformat()
    ('un-2010', '2013-02-06T10:00:00+00:00')
    >>> own_limits().rule(taken | {"age_group": "disputed"}).id
    'child-48'
    """
    text = files("toguna.accounts.custody").joinpath("limits.yaml").read_text(encoding="utf-8")
    return Limits.model_validate(yaml.safe_load(text))
