"""What takes two people: steps proposed and confirmed, identities unmasked, conflicts set aside, records erased. Pure.

A proposal keeps what is said, and the mark of the last step that changed the record as the proposer saw it. If that is
no longer the last one, the proposal is overtaken. Marks name an entry by the log it was first written in, so that all
this holds on every machine the entries are carried to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from toguna.accounts.book.ledger import Ledger
from toguna.accounts.book.record import Happened, Record, fold
from toguna.accounts.log import Reading

PROPOSED, CONFIRMED, DECLINED = "proposed:", "confirmed:", "declined:"
SET_ASIDE, ERASURE = "conflict set aside:", "erasure"  # proposed as steps are; the conflict's mark follows
UNMASK, UNMASKED = "unmask asked", "unmasked"
UNMASKED_FOR = timedelta(hours=24)
SAID, AFTER = "said", "after"  # what a proposal keeps


def mark(one: Reading) -> str:
    """Return what names an entry in every log it is carried to."""
    return f"{one.log.hex()}-{one.own_number}"


def at(one: Reading) -> datetime:
    """Return when an entry was written, UTC."""
    return datetime.fromtimestamp(one.time / 1e6, UTC)


def happened(one: Reading) -> Happened:
    """Return the step an entry says was taken."""
    return Happened(one.kind, one.fields, one.actor, at(one), one.reason, one.number)


def folded(readings: Sequence[Reading], ledger: Ledger, record_id: str) -> Record:
    """Return the record that entries make; those of logs that met are in the order of their times.

    Steps that could not follow are its conflicts, without those that two people set aside.
    """
    steps = [one for one in readings if one.kind in ledger.steps]
    steps.sort(key=lambda one: (one.time, one.log, one.own_number))
    record = fold(ledger, record_id, map(happened, steps))
    if not record.conflicts:
        return record
    aside = {one.kind.removeprefix(SET_ASIDE) for one in readings if one.kind.startswith(SET_ASIDE)}
    gone = {one.number for one in steps if mark(one) in aside}
    return record.with_conflicts(one for one in record.conflicts if one.number not in gone)


def pending(readings: Iterable[Reading]) -> list[Reading]:
    """Return the proposals among a record's entries that wait for a second person."""
    made: dict[str, Reading] = {}
    ended: set[str] = set()
    for one in readings:
        if one.kind.startswith(PROPOSED):
            made[mark(one)] = one
        elif one.kind.startswith((CONFIRMED, DECLINED)):
            ended.add(one.kind.split(":", 1)[1])
    return [one for name, one in made.items() if name not in ended]


def proposed(one: Reading) -> Happened:
    """Return the step a proposal is of, with what it says; None where that was erased."""
    said = None if one.fields is None else one.fields[SAID]
    return Happened(one.kind.removeprefix(PROPOSED), said, one.actor, at(one), one.reason, one.number)


def last_change(record: Record, readings: Iterable[Reading], ledger: Ledger) -> str:
    """Return the mark of the last step that moved a record on or wrote over what it says; remarks do neither."""
    numbers = [
        one.number
        for one in record.history
        if ledger.steps[one.step].to is not None or not ledger.steps[one.step].collects
    ]
    return next((mark(one) for one in readings if numbers and one.number == numbers[-1]), "")


def is_overtaken(proposal: Reading, record: Record, readings: Iterable[Reading], ledger: Ledger) -> bool:
    """Tell whether a record changed since a step was proposed."""
    step = proposal.kind.removeprefix(PROPOSED)
    return step in ledger.steps and (proposal.fields or {}).get(AFTER) != last_change(record, readings, ledger)


def is_unmasked(readings: Iterable[Reading], reader: str, now: datetime) -> bool:
    """Tell whether a second person let a reader see the identities in a record within the last day."""
    return any(
        one.kind == UNMASKED
        and (one.fields or {}).get("reader") == reader
        and timedelta(0) <= now - at(one) < UNMASKED_FOR
        for one in readings
    )


def asked_to_unmask(readings: Sequence[Reading], number: int) -> Reading | None:
    """Return the entry in which somebody asked to unmask a record, None if there is none or it was granted."""
    granted = {(one.fields or {}).get("asked") for one in readings if one.kind == UNMASKED}
    return next(
        (one for one in readings if one.number == number and one.kind == UNMASK and mark(one) not in granted), None
    )


def subjects(ledger: Ledger, record_id: str, readings: Iterable[Reading]) -> set[str]:
    """Return whose keys seal what a record says and can still be read."""
    found = {record_id}
    if ledger.subject is not None:
        for one in readings:
            said: Mapping[str, Any] | None = one.fields
            if said is not None and one.kind.startswith(PROPOSED):
                said = said[SAID]
            if said is not None:
                found.add(ledger.subject(said, record_id))
    return found
