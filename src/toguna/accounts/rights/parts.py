"""Parts of a rights record as they stand: acts, victims, involvements, sources; without those withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from toguna.accounts.book.record import Record
from toguna.accounts.rights.vocabularies import acts as act_codes
from toguna.accounts.rights.vocabularies import vocabularies

Part = dict[str, Any]
ESTABLISHED = frozenset({"verified", "passed_on", "followed_up"})  # a record passed on stays verified


def live(record: Record, name: str) -> list[Part]:
    """Return the parts of a kind that were not withdrawn, as entered; a source with its latest judgement."""
    gone = {one["ref"] for one in record.values.get("withdrawn", [])}
    found: list[Part] = [one for one in record.values.get(name, []) if one["ref"] not in gone]
    if name == "sources":
        judged = {one["source"]: one["reliability"] for one in record.values.get("judgements", [])}
        found = [one | {"reliability": judged.get(one["ref"], one["reliability"])} for one in found]
    return found


def refs(record: Record) -> set[str]:
    """Return every number ever given in a record; none may be given twice."""
    names = ("acts", "victims", "involvements", "sources", "evidence")
    return {one["ref"] for name in names for one in record.values.get(name, [])}


def live_refs(record: Record, name: str) -> set[str]:
    """Return the numbers of the parts of a kind that stand."""
    return {one["ref"] for one in live(record, name)}


def acts_of(record: Record, victim: Part) -> list[Part]:
    """Return the acts a victim suffered that stand."""
    return [one for one in live(record, "acts") if one["ref"] in victim["acts"]]


def is_killed(record: Record, victim: Part) -> bool:
    """Return whether a victim died of an act of the record, to be counted here."""
    return not victim.get("counted_in") and any(act_codes()[one["kind"]].deadly for one in acts_of(record, victim))


def child_violation(record: Record, act: Part) -> str:
    """Return which of the six grave violations against children an act is, "" if none.

    It is one if all such acts are (an attack on a school), or if a victim of it was under 18. Of a group of unknown
    age it is not known, and not assumed.
    """
    code = act_codes()[act["kind"]]
    ages = vocabularies()["ages"]
    young = any(ages[one["age"]].high < 18 for one in live(record, "victims") if act["ref"] in one["acts"])
    return code.child if code.child_always or young else ""


def contradictions(record: Record) -> list[Part]:
    """Return the sources that contradict the account."""
    return [one for one in live(record, "sources") if one["says"] == "contradicts"]


def judged_at(record: Record) -> datetime | None:
    """Return when a record was last verified, refuted or reversed; None if never."""
    found = [when for step in ("verified", "refuted", "reversed") if (when := record.when(step)) is not None]
    return max(found, default=None)
