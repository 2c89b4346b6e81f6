"""Why a record may not be judged, passed on or taken up again. Sentences name no person and no value."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from toguna.accounts.book.record import Record
from toguna.accounts.rights.parts import contradictions, judged_at, live
from toguna.accounts.rights.proof import lacking

_CONSENT = "(OHCHR, Manual on Human Rights Monitoring: informed consent; text unverified)"


def acts_corroborated(record: Record, _said: Any, _today: date) -> str | None:
    """Refuse while an act lacks what corroboration asks."""
    return _lacking(record, "corroborated", task_force=False)


def acts_verified(record: Record, said: Any, _today: date) -> str | None:
    """Refuse while an act lacks what verification asks."""
    return _lacking(record, "verified", task_force=said.task_force_on is not None)


def disputes_are_weighed(record: Record, said: Any, _today: date) -> str | None:
    """Refuse to verify over a dispute in silence."""
    if (contradictions(record) or record.values.get("disputes")) and not said.disputes_weighed:
        return "Sources contradict the account or it is disputed. Say in disputes_weighed how that was weighed."
    return None


def sources_contradict(record: Record, said: Any, _today: date) -> str | None:
    """Refuse to refute without a source that contradicts."""
    if set(said.sources) - {one["ref"] for one in contradictions(record)}:
        return "sources names one that does not contradict the account. Name those that do, or enter them first."
    return None


def evidence_is_new(record: Record, said: Any, _today: date) -> str | None:
    """Refuse to reopen on what was known when the record was judged."""
    since = judged_at(record)
    known = [*live(record, "sources"), *record.values.get("evidence", [])]
    new = {one["ref"] for one in known if since is None or datetime.fromisoformat(one["at"]) > since}
    if set(said.new) - new:
        return "new names what was known when the record was judged, or is not there. Enter the new source or evidence."
    return None


def joins_another(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a record joined to itself."""
    return "into names this record. Name the other one." if said.into == record.id else None


def sources_consent(record: Record, said: Any, _today: date) -> str | None:
    """Refuse to pass on an account whose source has not consented to such a recipient, or no longer does."""
    gone = set(said.sources) - {one["ref"] for one in live(record, "sources")}
    if gone:
        return "sources names one the record does not have. Correct it."
    lacks = [ref for ref in said.sources if said.recipient not in consents(record, ref, said.on)]
    if lacks:
        return (
            f"{len(lacks)} of {len(said.sources)} sources have not consented to such a recipient on that day. Record "
            f"their informed consent, or leave them out. {_CONSENT}"
        )
    return None


def something_is_passed(_record: Record, said: Any, _today: date) -> str | None:
    """Refuse to pass a record on without any source: then nobody has consented to anything."""
    if not said.sources:
        return f"sources is empty. Name the sources whose account goes with the record. {_CONSENT}"
    return None


def was_passed_to(record: Record, said: Any, _today: date) -> str | None:
    """Refuse news from somebody the record was never passed on to, or from before that."""
    days = [one["on"] for one in record.values.get("passings", []) if one["recipient"] == said.recipient]
    if not days or said.on.isoformat() < min(days):
        return "The record had not been passed on to such a recipient by that day. Correct recipient or on."
    return None


def asks_later(_record: Record, said: Any, _today: date) -> str | None:
    """Refuse a day to ask by that lies before the step's own."""
    until = getattr(said, "answer_by", None) or getattr(said, "ask_again_by", None)
    return "The day to ask by lies before on. Correct it." if until is not None and until < said.on else None


def consents(record: Record, source: str, day: date) -> set[str]:
    """Return the kinds of recipients a source's account may go to on a day; withdrawal ends all given before."""
    ended = [one for one in record.history if one.step == "consent_withdrawn"]
    ended = [one for one in ended if one.fields is None or one.fields["source"] == source]  # erased: perhaps this one
    return {
        recipient
        for one in record.values.get("consents", [])
        if one["source"] == source
        and one["on"] <= day.isoformat()
        and all(datetime.fromisoformat(one["at"]) > end.at for end in ended)
        and all(one["on"] >= end.fields["on"] for end in ended if end.fields is not None)
        for recipient in one["to"]
    }


def _lacking(record: Record, level: str, *, task_force: bool) -> str | None:
    acts = live(record, "acts")
    if not acts:
        return "The record has no act. Enter what was done before it is judged."
    found = [why for act in acts if (why := lacking(record, act, level, task_force=task_force)) is not None]
    return " ".join(found) or None
