"""Whether sources support an act as the rules ask: number, independence, first hand, own observation."""

from __future__ import annotations

from toguna.accounts.book.record import Record
from toguna.accounts.rights.parts import Part, child_violation, live
from toguna.accounts.rights.rules import rules
from toguna.accounts.rights.vocabularies import vocabularies


def supporting(record: Record, act: str) -> list[Part]:
    """Return credible sources that support an act, by its number."""
    counts = vocabularies()["reliabilities"]
    return [
        one
        for one in live(record, "sources")
        if one["says"] == "supports" and counts[one["reliability"]].counts and (not one["acts"] or act in one["acts"])
    ]


def origins(record: Record, sources: list[Part]) -> set[str]:
    """Return the sources that sources go back to, each once: those that repeat one another have one origin."""
    repeats = {one["ref"]: one.get("repeats") for one in record.values.get("sources", [])}
    found = set()
    for one in sources:
        ref = one["ref"]
        while repeats.get(ref):
            ref = str(repeats[ref])
        found.add(ref)
    return found


def lacking(record: Record, act: Part, level: str, *, task_force: bool = False) -> str | None:
    """Return what an act lacks for a level, with the rule and the remedy; None if nothing."""
    rule = rules().test(level, child=bool(child_violation(record, act)))
    kinds = vocabularies()["sources"]
    found = supporting(record, act["ref"])
    first = [one for one in found if kinds[one["kind"]].first_hand and not one.get("repeats")]
    seen = rule.own_observation_suffices and any(kinds[one["kind"]].own for one in found)
    lacks = []
    if not seen and (number := len(origins(record, found))) < rule.independent:
        lacks.append(f"{rule.independent} credible sources that do not repeat one another (it has {number})")
    if not seen and len(first) < rule.first_hand:
        lacks.append(f"{rule.first_hand} first-hand source (it has {len(first)})")
    if rule.trained_monitor and not any(one["by_trained_monitor"] for one in first):
        lacks.append("a first-hand source heard by a monitor trained for violations against children")
    if rule.task_force and not task_force:
        lacks.append("the country task force's validation: say task_force_on")
    if not lacks:
        return None
    return f"Act {act['ref']} needs {'; '.join(lacks)}. ({rule.source}, {rule.article}; text {rule.text_status})"
