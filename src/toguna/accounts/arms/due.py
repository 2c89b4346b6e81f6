"""What must be done about a weapon by when: tracing to be answered, licences and certificates that run out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from toguna.accounts.arms.guards import open_requests
from toguna.accounts.arms.vocabularies import LICENSED
from toguna.accounts.book.ledger import Deadline

if TYPE_CHECKING:
    from toguna.accounts.book.record import Record

_WITH_HOLDER = frozenset({"issued", "transferred"})


def due(record: Record) -> tuple[Deadline, ...]:
    """Return what is due for a weapon, soonest first."""
    found = []
    for request in open_requests(record):
        what = "answer the tracing request" if request["direction"] == "received" else "ask after the tracing request"
        found.append(Deadline(what, end_of(request["answer_by"]), "ECOWAS Convention, article 19; ITI"))
    until = record.values.get("licence_until")
    if record.state in _WITH_HOLDER and record.values.get("holder_kind") in LICENSED and until:
        found.append(
            Deadline("renew the licence or take the weapon in", end_of(until), "ECOWAS Convention, article 14")
        )
    if record.state == "visiting":
        ends = end_of(record.values["certificate_until"])
        found.append(Deadline("see that the visitor's weapon leaves", ends, "ECOWAS Convention, article 15"))
    return tuple(sorted(found, key=lambda one: one.by))


def end_of(day: str) -> datetime:
    """Return the end of a day, UTC."""
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)
