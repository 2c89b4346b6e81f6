"""What is due for a person in custody and after, and which cases are late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from toguna.accounts.book.ledger import Deadline
from toguna.accounts.book.record import Record
from toguna.accounts.custody.limits import CHILDREN, Escalation, Limits, own_limits
from toguna.accounts.custody.times import moment

HELD = frozenset({"apprehended", "registered", "held"})  # states in which the clock runs
AWAY = frozenset({"handed_over", "transferred", "followed_up"})
SEEN = frozenset({"well", "concern", "ill_treated"})  # findings of a visit that took place
GONE = frozenset({"at_liberty", "died"})  # findings after which no visit is due


@dataclass(frozen=True)
class Watched:
    """Something due, and how late it is.

    Attributes
    ----------
    record_id : of which record
    deadline : what, by when, by which rule
    late : time past it; negative while there is time
    escalation : who is to be told by now; None where nobody yet, or the deadline is not the limit itself
    """

    record_id: str
    deadline: Deadline
    late: timedelta
    escalation: Escalation | None


def due(record: Record, limits: Limits | None = None) -> tuple[Deadline, ...]:
    """Return what must be done for a person, soonest first; nothing for a record whose content was erased."""
    limits = limits or own_limits()
    if "apprehended_at" not in record.values:
        return ()
    found: list[Deadline] = []
    if record.state in HELD:
        found.extend(_while_held(record, limits))
    elif record.state in AWAY:
        found.extend(_visit(record.values, limits))
    elif record.state == "died":
        found.extend(_inquiry(record.values, limits))
    return tuple(sorted(found, key=lambda one: (one.by, one.what)))


def watch(records: Iterable[Record], now: datetime, limits: Limits | None = None) -> list[Watched]:
    """Return everything due of many records, what is latest first.

    Parameters
    ----------
    now : aware of its zone
    limits : default: those Toguna comes with
    """
    limits = limits or own_limits()
    found = [
        Watched(record.id, one, now - one.by, escalation(record, now, limits) if one.what in _LIMIT else None)
        for record in records
        for one in due(record, limits)
    ]
    return sorted(found, key=lambda one: (-one.late, one.record_id, one.deadline.what))


def overdue(records: Iterable[Record], now: datetime, limits: Limits | None = None) -> list[Watched]:
    """Return what should have been done by now, the latest first."""
    return [one for one in watch(records, now, limits) if one.late > timedelta(0)]


def escalation(record: Record, now: datetime, limits: Limits | None = None) -> Escalation | None:
    """Return who is to be told by now that a person is still held; None where nobody yet."""
    limits = limits or own_limits()
    if record.state not in HELD or "apprehended_at" not in record.values:
        return None
    taken, until = moment(record.values["apprehended_at"]), limits.until(record.values)
    share = (now - taken) / (until - taken)
    return next((one for one in reversed(limits.escalation) if one.share <= share), None)


_ADULT = "hand over to police or judicial authority, or release"
_CHILD = "hand to child protection or release to family"
_LIMIT = frozenset({_ADULT, _CHILD})


def _while_held(record: Record, limits: Limits) -> Iterator[Deadline]:
    values, duties = record.values, limits.duties
    taken = moment(values["apprehended_at"])
    is_child = values.get("age_group") in CHILDREN
    yield Deadline(_CHILD if is_child else _ADULT, limits.until(values), limits.rule(values).cited())
    if record.state == "apprehended":
        by = taken + timedelta(hours=duties.registration.hours)
        yield Deadline("register, and tell the reasons", by, duties.registration.cited())
    if values.get("medical_check", "not_done") == "not_done" and not values.get("examinations"):
        yield Deadline("see a doctor", taken + timedelta(hours=duties.see_doctor.hours), duties.see_doctor.cited())
    if values.get("notified", "not_yet") == "not_yet":
        yield Deadline("tell family and ICRC", taken + timedelta(hours=duties.notify.hours), duties.notify.cited())
    if must_be_separate(values) and values.get("separation") == "not_separate":
        yield Deadline("hold apart", moment(values["held_at"]), SEPARATION)


def _visit(values: Mapping[str, Any], limits: Limits) -> Iterator[Deadline]:
    left = visits_left(values, limits)
    if left:
        yield Deadline("visit the person", left[0], limits.duties.follow_up.cited())


def visits_left(values: Mapping[str, Any], limits: Limits) -> list[datetime]:
    """Return when visits after a hand-over are still due, soonest first.

    A visit meets the first interval not met yet, unless it came before that interval began: two visits in the first
    week are one follow-up, not two.
    """
    visits = values.get("follow_ups", ())
    if any(one.get("follow_up") in GONE for one in visits):
        return []
    began = moment(values.get("handed_over_at") or values["transferred_at"])
    times = [began + timedelta(days=days) for days in limits.duties.follow_up.days]
    met = 0
    for at in sorted(moment(one["followed_up_at"]) for one in visits if one.get("follow_up") in SEEN):
        if met < len(times) and (met == 0 or at > times[met - 1]):
            met += 1
    return times[met:]


def _inquiry(values: Mapping[str, Any], limits: Limits) -> Iterator[Deadline]:
    duties, died = limits.duties, moment(values["died_at"])
    if "inquiry_opened_at" not in values:
        by = died + timedelta(hours=duties.open_inquiry.hours)
        yield Deadline("open an independent inquiry", by, duties.open_inquiry.cited())
    elif "inquiry_concluded_at" not in values:
        by = died + timedelta(hours=duties.conclude_inquiry.hours)
        yield Deadline("conclude the inquiry", by, duties.conclude_inquiry.cited())


SEPARATION = (
    "Convention on the Rights of the Child, article 37(c); Mandela Rules, rules 11 and 81 (unverified)"  # from memory
)


def must_be_separate(values: Mapping[str, Any]) -> bool:
    """Tell whether a person must be held apart: a child from adults, a woman from men."""
    return values.get("age_group") in CHILDREN or values.get("sex") == "female"
