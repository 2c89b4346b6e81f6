"""`LEDGER`: the life of a due diligence record, from unchecked to cleared, or withheld and lifted."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from toguna.accounts.book.ledger import BEGIN, Deadline, Ledger, Step
from toguna.accounts.book.record import Record
from toguna.accounts.due_diligence import guards, said
from toguna.accounts.due_diligence.rules import rules

_ALL = frozenset(
    {"unchecked", "under_assessment", "cleared", "cleared_with_mitigation", "flagged", "suspended", "lifted"}
)
_DECIDED = (guards.day_is_past, guards.follows_in_time)
_REVIEWED = (*_DECIDED, guards.review_in_time)
_PAST = (guards.day_is_past,)


def _due(record: Record) -> tuple[Deadline, ...]:
    """Return when a clearance or flag is to be looked at anew, and when measures agreed must be in place."""
    found = []
    if record.state in guards.CLEAR | guards.WITHHELD:
        days = [one.fields["review_by"] for one in record.history if one.fields and one.fields.get("review_by")]
        rule = rules().review_within_days if record.state in guards.CLEAR else rules().lift_review_within_days
        found += [_by("look at the finding anew", day, rule.cited) for day in days[-1:]]
    if record.state == "cleared_with_mitigation":
        watched = [one["on"] for one in record.values.get("monitoring", []) if one["measures_kept"]]
        found += [
            _by("see that the measure is in place", one["until"], "day agreed with the measure")
            for one in guards.since_begun(record, "measures")
            if one.get("until") and not any(day >= one["until"] for day in watched)
        ]
    return tuple(sorted(found, key=lambda one: one.by))


def _by(what: str, day: str, source: str) -> Deadline:
    return Deadline(what, datetime.combine(datetime.fromisoformat(day).date(), time.max, UTC), source)


def _step(name: str, after: frozenset[str], to: str | None, says: Any, means: str, **more: Any) -> Step:
    return Step(name, after, to, says, more.pop("guards", ()), means=means, **more)


_STEPS = (
    _step("identified", frozenset({BEGIN}), "unchecked", said.Identified, "A force is, or would be, supported.",
          guards=(guards.day_is_past, guards.month_fits)),
    _step("corrected", _ALL, None, said.Corrected, "Name, kind or place is corrected.", two_person=True,
          guards=(guards.something_is_corrected, guards.day_is_past, guards.month_fits)),
    _step("moved", _ALL, None, said.Moved, "The force is stationed elsewhere.", two_person=True, collects="stations",
          guards=_DECIDED),
    _step("begun", frozenset({"unchecked", "lifted"}) | guards.CLEAR, "under_assessment", said.Begun,
          "A risk assessment begins.", collects="begun", guards=_DECIDED),
    _step("assessed", frozenset({"under_assessment"}), None, said.Assessed, "An element of the risk is assessed.",
          collects="assessments", guards=_PAST),
    _step("mitigated", frozenset({"under_assessment", "cleared_with_mitigation"}), None, said.Mitigated,
          "A measure that brings a risk down is agreed.", collects="measures", guards=_PAST),
    _step("cleared", frozenset({"under_assessment"}), "cleared", said.Cleared, "Every risk is low.",
          collects="clearances", guards=(*_REVIEWED, guards.all_assessed, guards.risk_is_low)),
    _step("cleared_with_mitigation", frozenset({"under_assessment"}), "cleared_with_mitigation", said.Cleared,
          "Every risk found has a measure.", collects="clearances",
          guards=(*_REVIEWED, guards.all_assessed, guards.risk_is_mitigated)),
    _step("flagged", _ALL - guards.WITHHELD, "flagged", said.Flagged,
          "Grave violations are to be feared: support is withheld. One person is enough.", collects="flags",
          guards=_REVIEWED),
    _step("suspended", guards.CLEAR | {"flagged"}, "suspended", said.Suspended, "Support that was given stops.",
          collects="suspensions", guards=_REVIEWED),
    _step("lifted", guards.WITHHELD, "lifted", said.Lifted, "Support is no longer withheld, but not cleared either.",
          collects="liftings", two_person=True, guards=(*_DECIDED, guards.authorities_acted)),
    _step("reviewed", guards.CLEAR | guards.WITHHELD, None, said.Reviewed, "A finding is looked at anew and stays.",
          collects="reviews", guards=_REVIEWED),
    _step("monitored", _ALL - {"unchecked"}, None, said.Monitored, "What watching the force showed.",
          collects="monitoring", guards=_PAST),
    _step("interceded", _ALL, None, said.Interceded, "Command or authorities were asked to act.",
          collects="interventions", guards=_PAST),
    _step("disputed", _ALL, None, said.Disputed, "A finding is disputed.", collects="disputes", guards=_PAST),
)  # fmt: skip

LEDGER = Ledger(
    name="due_diligence",
    steps={one.name: one for one in _STEPS},
    area="area",
    month="month",
    found_by={"unit": str.upper},
    same=("unit",),
    due=_due,
)
