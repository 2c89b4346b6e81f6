"""Why a step of due diligence may not be taken: guards, whose sentences name no value."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from toguna.accounts.book.record import Record
from toguna.accounts.due_diligence.rules import rules, vocabularies
from toguna.accounts.rights.vocabularies import acts

CLEAR = frozenset({"cleared", "cleared_with_mitigation"})
WITHHELD = frozenset({"flagged", "suspended"})
DECISIONS = ("begun", "cleared", "cleared_with_mitigation", "flagged", "suspended", "lifted", "reviewed", "moved")
_POLICY = "(A/67/775-S/2013/110; text unverified)"


def day_is_past(_record: Record, said: Any, today: date) -> str | None:
    """Refuse a day that has not come yet."""
    return "on lies after today. Correct the day." if said.on is not None and said.on > today else None


def month_fits(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a month that is not that of the day."""
    on = said.on.isoformat() if said.on is not None else record.values.get("on", "")
    month = said.month or record.values.get("month")
    return None if on[:7] == month else "month is not that of on. Write the month of the day."


def something_is_corrected(_record: Record, said: Any, _today: date) -> str | None:
    """Refuse a correction that says nothing."""
    empty = all(one is None for one in said.model_dump().values())
    return "The correction says nothing. Write the fields that change." if empty else None


def follows_in_time(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a decision dated before the last one: what held in a month would change behind it."""
    days = [one.fields["on"] for one in record.history if one.step in DECISIONS and one.fields is not None]
    if days and said.on.isoformat() < max(days):
        return "on lies before the last decision. Date it that day or later."
    return None


def review_in_time(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a review that is set too late, or before the day of the decision itself."""
    withheld = type(said).__name__ in {"Flagged", "Suspended"} or record.state in WITHHELD
    rule = rules().lift_review_within_days if withheld else rules().review_within_days
    if not said.on < said.review_by <= said.on + timedelta(days=rule.value):
        return f"review_by must lie after on and at most {rule.value} days later. {rule.cited}"
    return None


def all_assessed(record: Record, _said: Any, _today: date) -> str | None:
    """Refuse to clear before every element was looked at in this assessment."""
    lacks = set(vocabularies()["elements"]) - set(findings(record))
    return f"Not assessed yet: {', '.join(sorted(lacks))}. Assess them first. {_POLICY}" if lacks else None


def risk_is_low(record: Record, _said: Any, _today: date) -> str | None:
    """Refuse to clear without measures where a risk was found."""
    risky = sorted(key for key, one in findings(record).items() if one != "low")
    if risky:
        return f"A risk was found in {', '.join(risky)}. Agree measures and clear with mitigation, or flag. {_POLICY}"
    return None


def risk_is_mitigated(record: Record, _said: Any, _today: date) -> str | None:
    """Refuse to clear with mitigation while a risk has no measure, or where there is none to mitigate."""
    risky = {key for key, one in findings(record).items() if one != "low"}
    answered = {one["element"] for one in since_begun(record, "measures")}
    if not risky:
        return "No risk was found, so there is nothing to mitigate. Clear the force, or assess again."
    if risky - answered:
        return f"No measure answers the risk in {', '.join(sorted(risky - answered))}. Agree one, or flag. {_POLICY}"
    return None


def authorities_acted(record: Record, _said: Any, _today: date) -> str | None:
    """Refuse to lift before the authorities took effective measures and monitoring since shows no grave violation."""
    since = withheld_since(record)
    took = [one for one in _since(record, "interventions", since) if one["answer"] == "measures_taken"]
    watched = _since(record, "monitoring", since)
    if not took:
        return f"No intervention since support was withheld led to measures. Enter it, or keep the flag. {_POLICY}"
    if not watched or any(acts()[one].grave for one in watched[-1]["acts"]):
        return f"Monitoring since support was withheld must show no grave violation. Monitor first. {_POLICY}"
    return None


def findings(record: Record) -> dict[str, str]:
    """Return the latest finding on each element in the assessment under way."""
    return {one["element"]: one["finding"] for one in since_begun(record, "assessments")}


def since_begun(record: Record, name: str) -> list[dict[str, Any]]:
    """Return what was collected under a name since the last assessment began."""
    return _since(record, name, record.when("begun"))


def withheld_since(record: Record) -> datetime | None:
    """Return when support was last withheld after having been given or not decided."""
    lifted = record.when("lifted")
    found = [one.at for one in record.history if one.step in WITHHELD and (lifted is None or one.at > lifted)]
    return min(found, default=None)


def _since(record: Record, name: str, when: datetime | None) -> list[dict[str, Any]]:
    return [one for one in record.values.get(name, []) if when is None or datetime.fromisoformat(one["at"]) >= when]
