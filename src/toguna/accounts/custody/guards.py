"""Rules every step keeps: times that can be, people told and seen, children and women apart, access recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from toguna.accounts.book.ledger import Said
from toguna.accounts.book.record import Record
from toguna.accounts.custody.deadlines import SEPARATION, must_be_separate
from toguna.accounts.custody.order import disorder
from toguna.accounts.custody.times import moment, month_of


def as_json(said: Said) -> dict[str, Any]:
    """Return what is said as a record holds it; what was not said is left out."""
    return said.model_dump(mode="json", exclude_none=True)


def would_be(record: Record, said: Said, collects: str = "") -> Mapping[str, Any]:
    """Return what a record would hold after a step."""
    if collects:
        return {**record.values, collects: [*record.values.get(collects, ()), as_json(said)]}
    return {**record.values, **as_json(said)}


def not_in_future(record: Record, said: Said, today: date) -> str | None:  # noqa: ARG001
    """Refuse times after today."""
    later = [key for key, value in said if isinstance(value, datetime) and value.date() > today]
    return f"{', '.join(later)}: after today. Enter what happened, when it has." if later else None


def in_order(collects: str = "") -> Any:
    """Return the rule that times stand in the order things can happen; for steps that collect, under that name."""

    def in_order(record: Record, said: Said, today: date) -> str | None:  # noqa: ARG001
        wrong = list(disorder(would_be(record, said, collects)))
        if not wrong:
            return None
        pairs = "; ".join(f"{later} is before {earlier}" for earlier, later in wrong)
        return f"Impossible order: {pairs}. Look at both and their offsets from UTC, and correct the wrong one."

    return in_order


def month_fits(record: Record, said: Said, today: date) -> str | None:  # noqa: ARG001
    """Refuse a month that is not the one the person was taken in."""
    values = would_be(record, said)
    if values["month"] == month_of(moment(values["apprehended_at"]), values["time_zone"]):
        return None
    return "month is not the month of apprehended_at in time_zone. Say the month where it happened, and then."


def told(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse to register somebody who does not know why they are held."""
    if said.told_reasons and said.language_understood:
        return None
    return (
        "The person was not told the reasons in a language they understand. Find an interpreter, tell them, "
        "then register (ICCPR, article 9(2), unverified)."
    )


def seen_or_why_not(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Ask for the reason where no doctor saw the person or nobody outside was told."""
    missing = []
    if said.medical_check == "not_done" and not said.no_medical_reason:
        missing.append("no_medical_reason")
    if said.notified == "not_yet" and not said.no_notice_reason:
        missing.append("no_notice_reason")
    if not missing:
        return None
    return (
        f"{' and '.join(missing)} must be said where it was not done "
        "(Body of Principles on Detention, principles 16 and 24, unverified)."
    )


def told_somebody(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse a notice to nobody."""
    if said.notified != "not_yet":
        return None
    return "notified must say who was told, or that the person declined. Enter the step once somebody was."


def apart(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse to hold a child with adults or a woman with men."""
    if said.separation != "not_separate" or not must_be_separate(record.values):
        return None
    return (
        "A child is held apart from adults and a woman apart from men, or with their own family. Hold the person "
        f"apart, hand over or release; what was not kept so far is entered as 'breached' ({SEPARATION})."
    )


def female_staff(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse to hold a woman or girl without female staff."""
    if record.values.get("sex") != "female" or said.female_staff:
        return None
    return (
        "Women and girls are searched and watched by female staff. Bring female staff, hand over or release; what was "
        "not kept so far is entered as 'breached' (Mandela Rules, rule 81, unverified)."
    )


def held_later(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse a renewed decision dated before the last one."""
    before = record.values.get("held_at")
    if before is None or said.held_at >= moment(before):
        return None
    return "held_at is before the last decision to hold. Enter decisions in their order."


def access_explained(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Ask why access was not full and who decided."""
    if said.access == "full" or (said.access_reason and said.access_decided_by):
        return None
    return "Access was not full: access_reason and access_decided_by must be said."


def action_said(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Ask what was done where a visit after a hand-over found something wrong."""
    if said.follow_up in {"well", "at_liberty"} or said.action_taken:
        return None
    return (
        "action_taken must be said where a visit did not find the person well (Convention against Torture, unverified)."
    )


def independent(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse an inquiry by those who held the person."""
    if said.independent:
        return None
    return (
        "An inquiry into a death in custody is independent of the unit that held the person. Name others "
        "(Minnesota Protocol, unverified)."
    )


def inquiry_open(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse the conclusion of an inquiry that never began."""
    if "inquiry_opened_at" in record.values:
        return None
    return "No inquiry was opened. Enter 'inquiry_opened' first."
