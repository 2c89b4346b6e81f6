"""The custody ledger: from apprehension to hand-over or release, and the visits after."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from toguna.accounts.book.ledger import BEGIN, Deadline, Ledger, Level, Said, Step, partial
from toguna.accounts.book.record import Record
from toguna.accounts.custody import guards, guards_leaving
from toguna.accounts.custody import said_ended as ended
from toguna.accounts.custody import said_taken as taken
from toguna.accounts.custody import said_watched as watched
from toguna.accounts.custody.deadlines import HELD, due
from toguna.accounts.custody.limits import Limits, own_limits
from toguna.accounts.custody.times import Moment

ENDED = frozenset({"handed_over", "transferred", "released", "escaped", "died", "followed_up"})
LIVE = HELD | ENDED
BEGUN = LIVE | {"closed"}
REGISTERED = HELD - {"apprehended"}


class _LeftAt(Said):
    """When a person left. The rest of a hand-over stands as signed: correcting the receiver would evade the rules."""

    handed_over_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")
    transferred_at: Annotated[Moment, Level.CLOSED] = Field(description="When, with its offset from UTC")


class _Correctable(
    taken.Apprehended, taken.Registered, taken.Held, taken.Moved, ended.Released, ended.Escaped, ended.Died, _LeftAt
):
    """What may be corrected."""


Corrected = partial(_Correctable, "Corrected")
SAID_AT: dict[str, type[Said]] = {
    "apprehended": taken.Apprehended,
    "registered": taken.Registered,
    "held": taken.Held,
    "moved": taken.Moved,
    "handed_over": _LeftAt,
    "handed_over_in_breach": _LeftAt,
    "transferred": _LeftAt,
    "released": ended.Released,
    "escaped": ended.Escaped,
    "died": ended.Died,
}


def was_said(record: Record, said: Any, today: date) -> str | None:  # noqa: ARG001
    """Refuse to correct nothing, or what no step so far asked for."""
    asked = {field for one in record.history for field in SAID_AT.get(one.step, Said).model_fields}
    fields = [key for key, value in said if value is not None]
    if not fields:
        return "A correction says at least one field anew. Say which."
    new = sorted(set(fields) - asked - ({"handed_over_at", "transferred_at"} & set(record.values)))
    return f"{', '.join(new)}: not said so far, so nothing to correct. Enter the step that says it." if new else None


def custody_number(text: str) -> str:
    """Return a number as it is looked up: capitals, no spaces.

    Examples
    --------
    >>> custody_number(" gao 12-b ")
    'GAO12-B'
    """
    return "".join(text.split()).upper()


def custody(limits: Limits) -> Ledger:
    """Return the ledger under limits of one's own; `LEDGER` is that under those Toguna comes with."""
    steps = (*_while_held(limits), *_leaving(limits), *_after(limits), *_beside())

    def due_here(record: Record) -> tuple[Deadline, ...]:
        return due(record, limits)

    return Ledger(
        name="custody",
        steps={one.name: one for one in steps},
        area="area",
        month="month",
        found_by={"custody_number": custody_number, "icrc_number": custody_number},
        same=("force", "custody_number"),
        due=due_here,
    )


def _step(
    name: str,
    after: frozenset[str],
    to: str | None,
    says: type[Said],
    *rules: Any,
    collects: str = "",
    two_person: bool = False,
) -> Step:
    means = (says.__doc__ or "").strip().split("\n")[0]
    checks = (guards.not_in_future, guards.in_order(collects), *rules)
    return Step(name, after, to, says, checks, collects, two_person, means)


def _while_held(limits: Limits) -> tuple[Step, ...]:
    return (
        _step("apprehended", frozenset({BEGIN}), "apprehended", taken.Apprehended, guards.month_fits),
        _step(
            "registered",
            frozenset({"apprehended"}),
            "registered",
            taken.Registered,
            guards.told,
            guards.seen_or_why_not,
        ),
        _step("held", REGISTERED, "held", taken.Held, guards.apart, guards.female_staff, guards.held_later),
        _step("moved", HELD, None, taken.Moved),
        _step("notified", REGISTERED, None, watched.Notified, guards.told_somebody),
        _step("examined", HELD, None, watched.Examined, collects="examinations"),
        _step("visited", HELD, None, watched.Visited, guards.access_explained, collects="visits"),
        _step(
            "extended",
            REGISTERED,
            None,
            watched.Extended,
            guards_leaving.may_extend(limits),
            collects="extensions",
            two_person=True,
        ),
        _step("risk_assessed", HELD, None, watched.RiskAssessed, two_person=True),
    )


def _leaving(limits: Limits) -> tuple[Step, ...]:
    accounted = guards_leaving.property_accounted
    safe = (guards_leaving.safe_receiver(limits), guards_leaving.assured)
    regular = (*safe, guards_leaving.right_receiver)
    return (
        _step("handed_over", REGISTERED, "handed_over", ended.HandedOver, *regular, accounted, two_person=True),
        _step(
            "handed_over_in_breach",
            HELD,
            "handed_over",
            ended.HandedOverInBreach,
            guards_leaving.in_breach(*regular),
            two_person=True,
        ),
        _step(
            "transferred",
            REGISTERED,
            "transferred",
            ended.Transferred,
            *safe,
            guards_leaving.adult_to_force,
            accounted,
            two_person=True,
        ),
        _step("released", HELD, "released", ended.Released, guards_leaving.child_released_to, accounted),
        _step("escaped", HELD, "escaped", ended.Escaped),
        _step("died", HELD, "died", ended.Died),
    )


def _after(limits: Limits) -> tuple[Step, ...]:
    died = frozenset({"died"})
    away = frozenset({"handed_over", "transferred", "followed_up"})
    return (
        _step("inquiry_opened", died, None, ended.InquiryOpened, guards.independent),
        _step("inquiry_concluded", died, None, ended.InquiryConcluded, guards.inquiry_open),
        _step("followed_up", away, "followed_up", ended.FollowedUp, guards.action_said, collects="follow_ups"),
        _step(
            "closed",
            frozenset({"released", "escaped", "died", "followed_up"}),
            "closed",
            ended.Closed,
            guards_leaving.nothing_due(limits),
        ),
    )


def _beside() -> tuple[Step, ...]:
    return (
        _step("breached", LIVE, None, watched.Breached, collects="breaches"),
        _step("disputed", BEGUN, None, watched.Disputed, collects="disputes"),
        Step(
            "corrected",
            BEGUN,
            None,
            Corrected,
            (guards.not_in_future, guards.in_order(), was_said, guards.month_fits),
            two_person=True,
            means="Something said was wrong; this is right. What was said first stays in the history.",
        ),
    )


LEDGER = custody(own_limits())
