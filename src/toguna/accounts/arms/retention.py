"""How long a record must be kept, and by which rule; the longest wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import Field

from toguna.accounts.arms.guards import years_after
from toguna.accounts.arms.rules import Ruled, read_rules
from toguna.accounts.book.record import Happened, Record
from toguna.core.errors import AccountError, AskError
from toguna.core.frozen import Frozen


class Rule(Ruled):
    """How long records are kept under one article."""

    id: str
    since: str = Field(description='Step the years run from; "last" for the last step of all')
    years: int | None = Field(ge=0, description="Years; none where records are kept for good")


class Rules(Frozen):
    """Rules that stand side by side."""

    rules: tuple[Rule, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Keep:
    """Until when a record is kept.

    Attributes
    ----------
    until : first day it may be erased; None where it is kept for good
    rule : that says so
    """

    until: date | None
    rule: Rule

    def __str__(self) -> str:
        """Return the day, the article, and whether its text was opened."""
        when = "kept for good" if self.until is None else f"kept until {self.until.isoformat()}"
        return f"{when} ({self.rule.cited}; text {self.rule.text_status})"


@cache
def rules() -> tuple[Rule, ...]:
    """Return the shipped rules."""
    text = files("toguna.accounts.arms").joinpath("retention.yaml").read_text(encoding="utf-8")
    return Rules.model_validate(yaml.safe_load(text)).rules


def read_retention(path: Path) -> tuple[Rule, ...]:
    """Return rules from a YAML file of the form of the shipped one; `DataError` where it has another."""
    return read_rules(path, Rules).rules


def keep_until(record: Record, among: Sequence[Rule]) -> Keep:
    """Return until when a record is kept by the longest of the rules that apply.

    Raises
    ------
    AskError
        No rule applies, or nothing has happened to the record.
    """
    found = []
    for rule in among:
        step = record.history[-1] if rule.since == "last" and record.history else record.last(rule.since)
        if step is not None:
            found.append(Keep(None if rule.years is None else years_after(_day(step), rule.years), rule))
    if not found:
        raise AskError("No rule says how long this record is kept. Add one that runs from its last step.")
    return max(found, key=lambda one: (one.until is None, one.until or date.max))


def refuse_early_erasure(record: Record, among: Sequence[Rule], today: date) -> None:
    """Refuse to erase a record that must still be kept.

    Raises
    ------
    AccountError
        It must be kept; the sentence names the article.
    """
    keep = keep_until(record, among)
    if keep.until is None or today < keep.until:
        raise AccountError(f"The record may not be erased: {keep}. Leave it; a correction can be added.")


def keeps(record: Record, today: date, among: Sequence[Rule] | None = None) -> str | None:
    """Return why a record may not be erased, by rules or by default the shipped ones; None where it may."""
    try:
        refuse_early_erasure(record, rules() if among is None else among, today)
    except (AccountError, AskError) as why:
        return str(why)
    return None


def _day(step: Happened) -> date:
    said = (step.fields or {}).get("on")
    return date.fromisoformat(said) if said else step.at.date()
