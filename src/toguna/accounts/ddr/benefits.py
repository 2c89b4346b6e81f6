"""Benefits: what is due to a participant and when, what was paid, and what is late."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from toguna.accounts.book.record import Record
from toguna.accounts.ddr.vocabularies import cited


class Benefit(BaseModel):
    """One benefit of the schedule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[a-z][a-z_]*$", description="Name used in the ledger")
    phase: Literal["demobilised", "reinserted", "cvr_enrolled"] = Field(description="State that begins it")
    first_month: int = Field(0, ge=0, le=36, description="Months after the phase began to the first payment")
    payments: int = Field(1, ge=1, le=36, description="Number of monthly payments")
    amount: float = Field(gt=0, description="Each payment, in the schedule's currency")

    @model_validator(mode="after")
    def _within_a_year(self) -> Self:
        if self.phase == "reinserted" and self.first_month + self.payments > 12:
            raise ValueError(f"reinsertion ends within 12 months ({cited('reinsertion')}): give fewer payments")
        return self


class Schedule(BaseModel):
    """Benefits of a programme."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")
    grace_days: int = Field(0, ge=0, le=31, description="Days after which a payment is late")
    benefits: tuple[Benefit, ...] = Field(min_length=1, description="What is given")

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        if len({one.code for one in self.benefits}) < len(self.benefits):
            raise ValueError("two benefits have the same code: give each its own")
        return self


@dataclass(frozen=True, order=True)
class Payment:
    """A payment of the schedule.

    Attributes
    ----------
    due_on : day
    benefit : code
    amount : in the schedule's currency
    """

    due_on: date
    benefit: str
    amount: float


@dataclass(frozen=True)
class Owed:
    """What stands with the payments of records.

    Attributes
    ----------
    due : payments due by the day, number
    paid, late : of these; whoever left is owed what fell due before
    amount_due, amount_paid, amount_late : in the schedule's currency
    """

    due: int
    paid: int
    late: int
    amount_due: float
    amount_paid: float
    amount_late: float


def payments(schedule: Schedule, began: Mapping[str, date]) -> tuple[Payment, ...]:
    """Return every payment of the schedule, by day.

    Parameters
    ----------
    schedule : of the programme
    began : day each phase began

    Examples
    --------
    >>> cash = Schedule(currency="USD", benefits=(Benefit(code="cash", phase="reinserted", payments=2, amount=75),))
    >>> [str(one.due_on) for one in payments(cash, {"reinserted": date(2026, 1, 31)})]
    ['2026-01-31', '2026-02-28']
    """
    made = [
        Payment(_months_on(began[one.phase], one.first_month + number), one.code, one.amount)
        for one in schedule.benefits
        if one.phase in began
        for number in range(one.payments)
    ]
    return tuple(sorted(made))


def owed(records: Iterable[Record], schedule: Schedule, today: date) -> Owed:
    """Return what is due, paid and late over records: a total, so that no one's money is read from it.

    A payment counts as paid where the ledger has one with the same benefit and due day.
    """
    due: list[Payment] = []
    paid: list[Payment] = []
    late: list[Payment] = []
    for record in records:
        left = _left_on(record)
        given = {(one["benefit"], str(one["due_on"])) for one in record.values.get("payments", ())}
        for one in payments(schedule, _phases(record)):
            if one.due_on > today or (left is not None and one.due_on > left):
                continue
            due.append(one)
            if (one.benefit, one.due_on.isoformat()) in given:
                paid.append(one)
            elif (today - one.due_on).days > schedule.grace_days:
                late.append(one)
    amounts = [sum(one.amount for one in some) for some in (due, paid, late)]
    return Owed(len(due), len(paid), len(late), *amounts)


def _phases(record: Record) -> dict[str, date]:
    return {
        one.step: _day(one.fields) or one.at.date()
        for one in record.history
        if one.step in {"demobilised", "reinserted", "cvr_enrolled"}
    }


def _left_on(record: Record) -> date | None:
    """The day a person left the track; None while on it, and after reintegration, when all stays owed."""
    if record.state not in {
        "withdrawn",
        "referred",
        "set_aside",
        "ineligible",
        "age_doubted",
        "moved",
        "cvr_completed",
    }:
        return None
    for one in reversed(record.history):
        if one.step not in {"disputed", "corrected", "rights_screened", "child_record_opened"}:
            return _day(one.fields) or one.at.date()
    return None


def _day(fields: Mapping[str, Any] | None) -> date | None:
    said = (fields or {}).get("on")
    return None if said is None else date.fromisoformat(str(said))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
