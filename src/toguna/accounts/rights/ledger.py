"""`LEDGER`: the life of a rights record, from reported to followed up."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from toguna.accounts.book.ledger import BEGIN, Deadline, Ledger, Step
from toguna.accounts.book.record import Record
from toguna.accounts.rights import guards_decision as judging
from toguna.accounts.rights import guards_parts as entering
from toguna.accounts.rights import said_decision as decision
from toguna.accounts.rights import said_event as event
from toguna.accounts.rights import said_source as source

_OPEN = frozenset({"reported", "corroborated"})
_PASSED = frozenset({"passed_on", "followed_up"})
_VERIFIED = frozenset({"verified"}) | _PASSED
_JUDGED = _VERIFIED | {"refuted"}
_LIVE = _OPEN | _JUDGED
_PAST = entering.days_are_past
_PART = (entering.ref_is_new, entering.parts_stand)


def _case_number(text: str) -> str:
    return "".join(text.split()).upper()


def _due(record: Record) -> tuple[Deadline, ...]:
    """Return when to ask what became of a record passed on, soonest first; the latest word of a recipient counts."""
    ask_by: dict[str, str | None] = {}
    for one in record.history:
        if one.fields is not None and one.step in {"passed_on", "followed_up"}:
            ask_by[one.fields["recipient"]] = one.fields.get("answer_by") or one.fields.get("ask_again_by")
    if record.state not in _PASSED:
        return ()
    found = [
        Deadline(
            "ask what became of the record passed on",
            datetime.combine(datetime.fromisoformat(day).date(), time.max, UTC),
            "day set when it was passed on or last followed up",
        )
        for day in ask_by.values()
        if day
    ]
    return tuple(sorted(found, key=lambda one: one.by))


def _step(name: str, after: frozenset[str], to: str | None, says: Any, means: str, **more: Any) -> Step:
    return Step(name, after, to, says, more.pop("guards", ()), means=means, **more)


# What changes the account puts it back to "reported": nothing new counts as corroborated before it is.
_ACCOUNT = (
    _step("reported", frozenset({BEGIN}), "reported", event.Reported, "An event is told of and a record opened.",
          guards=(_PAST, entering.time_fits, entering.place_is_named)),
    _step("corrected", _OPEN, "reported", event.Corrected, "Time, place or summary is corrected.",
          guards=(entering.something_is_corrected, _PAST, entering.time_fits, entering.place_is_named)),
    _step("act", _OPEN, "reported", event.Act, "An act is entered.", collects="acts", guards=(entering.ref_is_new,)),
    _step("victim", _OPEN, "reported", event.Victim, "A victim, or a number of victims, is entered.",
          collects="victims",
          guards=(*_PART, _PAST, entering.dies_once, entering.group_holds, entering.counted_elsewhere,
                  entering.age_agrees)),
    _step("involvement", _OPEN, "reported", event.Involvement, "A force's part in an act is entered.",
          collects="involvements", guards=(*_PART, entering.source_supports)),
    _step("withdrawn", _OPEN, "reported", event.Withdrawn, "A part entered wrongly no longer stands.",
          collects="withdrawn", guards=(entering.ref_stands,)),
)  # fmt: skip
_SOURCES = (
    _step("source", _LIVE, None, source.Source, "A source that supports or contradicts is entered.",
          collects="sources", guards=(*_PART, _PAST)),
    _step("judged", _OPEN, "reported", source.Judged, "A source is judged anew.", collects="judgements",
          guards=(entering.parts_stand,)),
    _step("consented", _LIVE, None, source.Consented, "A source consents to recipients of its account.",
          collects="consents", guards=(entering.parts_stand, _PAST, entering.child_has_guardian)),
    _step("consent_withdrawn", _LIVE, None, source.ConsentWithdrawn, "A source takes its consent back.",
          collects="consent_withdrawals", guards=(entering.parts_stand, _PAST)),
    _step("evidence", _LIVE, None, source.Evidence, "A file is registered as evidence.", collects="evidence",
          guards=(*_PART, _PAST)),
    _step("handed_on", _LIVE, None, source.HandedOn, "Evidence changes hands.", collects="custody",
          guards=(entering.parts_stand, _PAST, entering.holder_hands_on)),
    _step("copied", _LIVE, None, source.Copied, "A working copy of evidence is made.", collects="copies",
          guards=(entering.parts_stand, _PAST)),
    _step("intervention", _LIVE, None, source.Intervention, "Something is done for the people concerned.",
          collects="interventions", guards=(entering.parts_stand, _PAST)),
    _step("disputed", _LIVE, None, source.Disputed, "Somebody doubts or denies the account.", collects="disputes",
          guards=(entering.parts_stand, _PAST)),
)  # fmt: skip
_DECISIONS = (
    _step("corroborated", frozenset({"reported"}), "corroborated", decision.Corroborated,
          "Independent sources bear every act out.", collects="corroborations",
          guards=(_PAST, judging.acts_corroborated)),
    _step("verified", frozenset({"corroborated"}), "verified", decision.Verified,
          "The standard of proof is met for every act.", collects="verifications",
          guards=(_PAST, judging.acts_verified, judging.disputes_are_weighed)),
    _step("refuted", _OPEN, "refuted", decision.Refuted, "The account does not hold.", collects="refutations",
          guards=(_PAST, judging.sources_contradict)),
    _step("reversed", _VERIFIED, "refuted", decision.Refuted, "A verified account turns out not to hold.",
          collects="refutations", two_person=True,
          guards=(_PAST, judging.sources_contradict)),
    _step("reopened", _JUDGED, "reported", decision.Reopened, "New sources or evidence; it is judged afresh.",
          collects="reopenings", two_person=True, guards=(_PAST, judging.evidence_is_new)),
    _step("joined", _OPEN, "joined", decision.Joined, "Another record counts the event; this one does not.",
          collects="joinings", two_person=True, guards=(judging.joins_another,)),
    _step("parted", frozenset({"joined"}), "reported", decision.Parted, "It was another event after all.",
          collects="partings", two_person=True),
    _step("passed_on", _VERIFIED, "passed_on", decision.PassedOn, "The record goes to somebody who may act on it.",
          collects="passings",
          guards=(_PAST, judging.something_is_passed, judging.sources_consent, judging.asks_later)),
    _step("followed_up", _PASSED, "followed_up", decision.FollowedUp, "What became of it is entered.",
          collects="follow_ups", guards=(_PAST, judging.was_passed_to, judging.asks_later)),
)  # fmt: skip

LEDGER = Ledger(
    name="rights",
    steps={one.name: one for one in (*_ACCOUNT, *_SOURCES, *_DECISIONS)},
    area="area",
    month="month",
    found_by={"case_number": _case_number},
    same=("area", "place", "began"),
    due=_due,
)
