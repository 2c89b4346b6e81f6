"""Why a part of an account may not be entered: guards, whose sentences name no person and no value."""

from __future__ import annotations

from datetime import date
from typing import Any

from toguna.accounts.book.record import Record
from toguna.accounts.rights.parts import live, live_refs, refs
from toguna.accounts.rights.vocabularies import acts as act_codes
from toguna.accounts.rights.vocabularies import vocabularies

_ECS = "(Every Casualty Standards 1.01; HR/PUB/19/1: each casualty once; text unverified)"


def days_are_past(_record: Record, said: Any, today: date) -> str | None:
    """Refuse a day that has not come yet; days to come are those to ask by."""
    later = [
        name
        for name in ("began", "ended", "received_on", "heard_on", "on", "taken_on", "born", "task_force_on")
        if (day := getattr(said, name, None)) is not None and day > today
    ]
    return f"{', '.join(later)}: lies after today. Correct the day." if later else None


def time_fits(record: Record, said: Any, _today: date) -> str | None:
    """Refuse an event whose days, month and precision do not agree, corrections laid over what was said before."""
    began, ended = _date(record, said, "began"), _date(record, said, "ended")
    received = _date(record, said, "received_on")
    if began is None or ended is None:
        return None
    precision = _text(record, said, "date_precision")
    apart = {
        "day": began != ended,
        "month": (began.year, began.month) != (ended.year, ended.month),
        "year": began.year != ended.year,
    }
    if ended < began:
        return "ended lies before began. Put them in order."
    if received is not None and received < began:
        return "received_on lies before the event began. Correct one of them."
    if _text(record, said, "month") != f"{began:%Y-%m}":
        return "month is not that of began. Write the month of the first day."
    if apart.get(str(precision)):
        return f"date_precision is {precision}, yet began and ended do not lie in one. Write a coarser one, or days."
    return None


def place_is_named(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a place said to be known and not named."""
    if _text(record, said, "place_precision") in {"spot", "place"} and not _text(record, said, "place"):
        return "place_precision says the place is known, yet place is empty. Name it, or write the level of the area."
    return None


def something_is_corrected(_record: Record, said: Any, _today: date) -> str | None:
    """Refuse a correction that says nothing."""
    empty = all(one is None for one in said.model_dump().values())
    return "The correction says nothing. Write the fields that change." if empty else None


def ref_is_new(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a number given before, whatever for."""
    return "ref: this number stands in the record already. Take the next one." if said.ref in refs(record) else None


def parts_stand(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a reference to an act, victim, source, group or evidence the record does not have."""
    asked = {
        "acts": (*_many(said, "acts"), *_one(said, "act")),
        "victims": (*_many(said, "victims"), *_one(said, "part_of")),
        "sources": (*_many(said, "sources"), *_one(said, "source"), *_one(said, "repeats")),
        "evidence": _one(said, "evidence"),
    }
    for name, these in asked.items():
        if set(these) - live_refs(record, name):
            return f"It refers to {name} the record does not have, or which were withdrawn. Enter them first."
    return None


def ref_stands(record: Record, said: Any, _today: date) -> str | None:
    """Refuse to withdraw what is not there, or a source that others rest on."""
    if not any(said.ref in live_refs(record, name) for name in ("acts", "victims", "involvements", "sources")):
        return "ref: no act, victim, involvement or source that stands has this number. Correct it."
    rests = any(said.ref in one["sources"] for one in live(record, "involvements")) or any(
        said.ref == one.get("repeats") for one in live(record, "sources")
    )
    return "Involvements or sources rest on this source. Withdraw them first." if rests else None


def dies_once(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a victim who dies of two acts."""
    codes = {one["ref"]: one["kind"] for one in live(record, "acts")}
    if sum(act_codes()[codes[one]].deadly for one in set(said.acts) if one in codes) > 1:
        return f"A victim dies of one act. Name the deadly act that fits best, and others that are not deadly. {_ECS}"
    return None


def group_holds(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a person said to be part of a person, or of a group that suffered something else."""
    if said.part_of is None:
        return None
    group = next((one for one in live(record, "victims") if one["ref"] == said.part_of), None)
    if group is None:
        return None  # said by parts_stand
    if group["kind"] != "group":
        return f"part_of names a person, not a group. Name the group the person was counted in. {_ECS}"
    if set(said.acts) != set(group["acts"]):
        return f"part_of names a group that suffered other acts. Give the person the same acts. {_ECS}"
    named = sum(one.get("part_of") == said.part_of for one in live(record, "victims"))
    if named >= group["most"]:
        return f"More people are named than the group had at most. Withdraw the group and enter it anew. {_ECS}"
    return None


def counted_elsewhere(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a death said to be counted in the very record it is entered in."""
    if said.counted_in is not None and said.counted_in == record.id:
        return f"counted_in names this record. Leave it out: the death is counted here. {_ECS}"
    return None


def age_agrees(record: Record, said: Any, _today: date) -> str | None:
    """Refuse an age that the date of birth and the days of the event rule out."""
    began, ended = _date(record, None, "began"), _date(record, None, "ended")
    if said.born is None or began is None or ended is None:
        return None
    if said.born > ended:
        return "born lies after the event. Correct it, or leave it out."
    bracket = vocabularies()["ages"][said.age]
    if _years(said.born, ended) < bracket.low or _years(said.born, began) > bracket.high:
        return "age does not agree with born and the days of the event. Correct one of them."
    return None


def source_supports(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a force named by sources that contradict the account or do not speak of the act."""
    for one in live(record, "sources"):
        if one["ref"] in said.sources and (one["says"] != "supports" or (one["acts"] and said.act not in one["acts"])):
            return "A source named contradicts the account or does not speak of this act. Name one that does."
    return None


def holder_hands_on(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a break in the chain of custody."""
    item = next((one for one in record.values.get("evidence", []) if one["ref"] == said.evidence), None)
    if item is None:
        return None  # said by parts_stand
    links = [one for one in record.values.get("custody", []) if one["evidence"] == said.evidence]
    holder, since = (links[-1]["holder"], links[-1]["on"]) if links else (item["holder"], item["received_on"])
    if said.giver.casefold() != holder.casefold():
        return "giver is not who holds the evidence now. Enter the missing link first. (Berkeley Protocol)"
    if said.on.isoformat() < since:
        return "on lies before the holder had the evidence. Correct the day. (Berkeley Protocol)"
    return None


def child_has_guardian(record: Record, said: Any, _today: date) -> str | None:
    """Refuse a child's consent without a guardian's."""
    source = next((one for one in live(record, "sources") if one["ref"] == said.source), None)
    if source is not None and source["is_child"] and not said.guardian:
        return (
            "The source is a child: a guardian who acts in its interest must consent too. Say guardian. "
            "(OHCHR, Manual on Human Rights Monitoring; text unverified)"
        )
    return None


def _many(said: Any, name: str) -> tuple[str, ...]:
    found = getattr(said, name, ())
    return found if isinstance(found, tuple) else ()


def _one(said: Any, name: str) -> tuple[str, ...]:
    found = getattr(said, name, None)
    return () if found is None else (found,)


def _text(record: Record, said: Any, name: str) -> str | None:
    found = getattr(said, name, None)
    return record.values.get(name) if found is None else str(found)


def _date(record: Record, said: Any, name: str) -> date | None:
    found = _text(record, said, name)
    return None if found is None else date.fromisoformat(found)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
