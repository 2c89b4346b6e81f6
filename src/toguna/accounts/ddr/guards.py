"""Rules a step must keep. Each returns None, or a sentence with the remedy that names no person and no value."""
# ruff: noqa: ARG001 - every guard is asked the same three things

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from toguna.accounts.book.ledger import Guard
from toguna.accounts.book.record import Record
from toguna.accounts.ddr.criteria import WEAPON_FACTS, Criteria, Screening, in_force, screen
from toguna.accounts.ddr.vocabularies import cited

_CLEARED = {"nothing_known": True, "agreed": True, "not_agreed": False}
_DECIDING = ("screened", "found_eligible", "found_ineligible", "eligibility_reversed")


def not_ahead(record: Record, said: Any, today: date) -> str | None:
    """Nothing is entered before it happened."""
    return None if said.on <= today else "on: lies ahead. Enter the step on the day it happens, or put the date right."


def in_its_month(record: Record, said: Any, today: date) -> str | None:
    """The month shown in aggregates is that of the day."""
    return None if said.on.isoformat()[:7] == said.month else "month: is not that of `on`. Make them agree."


def no_weapon_test(record: Record, said: Any, today: date) -> str | None:
    """Only combatants are asked for a weapon."""
    if record.values.get("category") == "combatant" or not any(
        getattr(said, name) is not None for name in sorted(WEAPON_FACTS)
    ):
        return None
    return f"Only combatants are asked about weapons ({cited('women')}; {cited('cvr')}). Leave the weapon answers out."


def combatants_only(record: Record, said: Any, today: date) -> str | None:
    """Only combatants are disarmed."""
    if record.values.get("category") == "combatant":
        return None
    return (
        f"No weapon is part of this track ({cited('women')}; {cited('cvr')}). Go on to the next step; a weapon handed "
        "in freely goes into the arms register alone."
    )


def weapons_referred_to(record: Record, said: Any, today: date) -> str | None:
    """As many references as weapons brought when screened."""
    wanted = int(record.values.get("weapons_brought") or 0)
    if len(set(said.weapons)) == len(said.weapons) == wanted:
        return None
    return (
        "weapons: must be as many different references as weapons were counted at screening. Screen again where the "
        "count was wrong, or take the missing references from the arms register."
    )


def disarmed_before(record: Record, said: Any, today: date) -> str | None:
    """Combatants hand in weapons first; CVR has no demobilisation."""
    category = record.values.get("category")
    if category == "woman_associated" or (category == "combatant" and record.state == "disarmed"):
        return None
    if category == "cvr":
        return f"Community violence reduction has no demobilisation ({cited('cvr')}). Enter 'cvr_enrolled'."
    return "A combatant is disarmed before demobilisation (IDDRS 4.10, 4.20). Enter 'disarmed' first."


def cvr_only(record: Record, said: Any, today: date) -> str | None:
    """Only CVR participants enrol in CVR."""
    if record.values.get("category") == "cvr":
        return None
    return f"Only participants presented for it enrol ({cited('cvr')}). Correct the category before screening."


def category_stands(record: Record, said: Any, today: date) -> str | None:
    """A category changes only before screening, else tests would be passed on the wrong track."""
    if said.category is None or record.state == "presented":
        return None
    return "category: cannot change after screening. Set this record aside and present the person anew."


def another_person(record: Record, said: Any, today: date) -> str | None:
    """Whoever screened or decided does not decide the appeal."""
    before = {one.actor for one in record.history if one.step in _DECIDING}
    for one in record.history:
        if one.step in _DECIDING and one.fields is not None:
            before |= {one.fields[name] for name in ("screened_by", "decided_by") if one.fields.get(name)}
    if said.decided_by not in before:
        return None
    return f"decided_by: has screened or decided here before ({cited('appeal')}). Let another person decide."


def told_first(record: Record, said: Any, today: date) -> str | None:
    """A refusal is told with its reasons by the day it is entered."""
    if said.on <= said.explained_on <= today:
        return None
    return f"explained_on: reasons and appeal are explained once decided, before this is entered ({cited('appeal')})."


def one_appeal(record: Record, said: Any, today: date) -> str | None:
    """A decision is appealed once."""
    decided = [n for n, one in enumerate(record.history) if one.step in {"found_ineligible", "eligibility_reversed"}]
    if "appealed" not in {one.step for one in record.history[decided[-1] if decided else 0 :]}:
        return None
    return "This decision was appealed already. Enter a dispute, or refer the person to another programme."


def in_doubt(record: Record, said: Any, today: date) -> str | None:
    """Only an age in doubt is decided."""
    if record.values.get("age") == "in_doubt":
        return None
    return f"Age was not in doubt: a child stays a child here ({cited('age_in_doubt')}). Enter 'released'."


def not_before_presented(record: Record, said: Any, today: date) -> str | None:
    """Steps follow in time as well."""
    first = record.history[0].fields if record.history else None
    began = (first or {}).get("on")
    if began is None or said.on >= date.fromisoformat(str(began)):
        return None
    return "on: lies before the person presented. Put the date right."


def version_in_force(versions: tuple[Criteria, ...]) -> Guard:
    """Return the rule that the criteria published on the day are used."""

    def guard(record: Record, said: Any, today: date) -> str | None:
        if min(one.published_on for one in versions) > said.on:
            return f"No criteria were published by that day ({cited('criteria')}). Publish them before screening."
        if said.criteria_version == in_force(versions, said.on).version:
            return None
        return f"criteria_version: is not the one in force that day ({cited('criteria')}). Use the published one."

    return guard


def found_by_criteria(versions: tuple[Criteria, ...]) -> Guard:
    """Return the rule that eligibility follows from the criteria."""

    def guard(record: Record, said: Any, today: date) -> str | None:
        found = screened(record, versions)
        if found.result == "eligible":
            return None
        codes = ", ".join(one.criterion for one in found.decided)
        does = "are not met" if found.result == "ineligible" else "wait for an answer"
        return f"Criteria {found.version} {does}: {codes}. Screen again when more is known, or decide as they say."

    return guard


def reasons_by_criteria(versions: tuple[Criteria, ...]) -> Guard:
    """Return the rule that a refusal gives the published reasons, all of them and no other."""

    def guard(record: Record, said: Any, today: date) -> str | None:
        found = screened(record, versions)
        if found.result == "ineligible" and set(said.reasons) == {one.criterion for one in found.decided}:
            return None
        if found.result != "ineligible":
            why = cited("criteria")
            return f"No published criterion decides against the person ({why}). Screen again or find eligible."
        codes = ", ".join(one.criterion for one in found.decided)
        return f"reasons: must be exactly the criteria not met: {codes} ({cited('criteria')})."

    return guard


def reasons_published(versions: tuple[Criteria, ...]) -> Guard:
    """Return the rule that reasons are codes of the criteria the person was screened by."""

    def guard(record: Record, said: Any, today: date) -> str | None:
        used = _used(record, versions)
        asked = {one.code for one in used.criteria if record.values.get("category") in one.categories}
        if set(said.reasons) <= asked:
            return None
        return f"reasons: must be codes of criteria {used.version}: {', '.join(sorted(asked))} ({cited('criteria')})."

    return guard


def screened(record: Record, versions: tuple[Criteria, ...]) -> Screening:
    """Return what the criteria a record was screened by decide on what is known of it now."""
    answers: Mapping[str, Any] = record.values
    rights = answers.get("rights_screening") or [{}]
    return screen(
        {**answers, "cleared_by_rights_screening": _CLEARED.get(rights[-1].get("outcome"))}, _used(record, versions)
    )


def _used(record: Record, versions: tuple[Criteria, ...]) -> Criteria:
    wanted = record.values.get("criteria_version")
    return next((one for one in versions if one.version == wanted), versions[-1])
