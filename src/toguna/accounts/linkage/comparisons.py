"""How records are compared: each field by levels, best first, each said in words; missing is neutral."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd


@dataclass(frozen=True)
class Level:
    """One degree of agreement.

    Attributes
    ----------
    says : it in words, without any value
    sql : condition on two records; `{jw}` and `{dl}` are the Jaro-Winkler and Damerau-Levenshtein functions
        and `{shared}` the number of words shared
    m : chance among records of the same person before anything is learnt
    term : column whose frequent values weigh less and rare ones more; "" for none
    """

    says: str
    sql: str
    m: float
    term: str = ""


@dataclass(frozen=True)
class Comparison:
    """One field with its levels.

    Attributes
    ----------
    field : that is compared
    missing : condition under which nothing is known, which has no weight
    levels : best first; the last holds whatever is left
    """

    field: str
    missing: str
    levels: tuple[Level, ...]


def comparisons(table: pd.DataFrame, also: Iterable[str] = ()) -> list[Comparison]:
    """Return the comparisons for which prepared records have columns.

    Parameters
    ----------
    table : records as `prepared` gives them
    also : names of further columns, in words
    """
    there = set(table.columns)
    found = []
    if "name" in there:
        found.append(_whole_name())
    both = {"given", "family"} <= there
    found += [_part_of_name(one, both=both) for one in ("given", "family") if one in there]
    if "birth_low" in there:
        found.append(_birth())
    if "date_low" in there:
        found.append(_date())
    if "sex" in there:
        found.append(_category("sex", "sex"))
    found += _event(there)
    for number, name in enumerate(also):
        if f"also_{number}" in there:
            found.append(_text(f"also_{number}", name))
    return found


def _unknown(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _part_of_name(field: str, *, both: bool) -> Comparison:
    """Return given or family name; when the two are swapped the family name carries all the evidence."""
    says = f"{field} name"
    swapped = "given_l = family_r and family_l = given_r and given_l <> family_l"
    missing = _unknown(field)
    levels = [
        Level(f"same {says}", f"{field}_l = {field}_r", 0.8, field),
        Level(f"{says} nearly the same", f"{{jw}}({field}_l, {field}_r) >= 0.92", 0.1),
        Level(f"{says} alike", f"{{jw}}({field}_l, {field}_r) >= 0.84", 0.04),
        Level(f"{says} differs", "", 0.04),
    ]
    if both and field == "given":
        missing = f"{missing} or ({swapped})"
    elif both:
        levels.insert(1, Level("given and family name swapped", swapped, 0.02))
    return Comparison(field, missing, tuple(levels))


def _whole_name() -> Comparison:
    return Comparison(
        "name",
        _unknown("name"),
        (
            Level("same name", "name_l = name_r", 0.7, "name"),
            Level("name nearly the same", "{jw}(name_l, name_r) >= 0.95", 0.1),
            Level("two words of the name shared", "{shared} >= 2", 0.08),
            Level("name alike", "{jw}(name_l, name_r) >= 0.88", 0.05),
            Level("one word of the name shared", "{shared} >= 1", 0.05),
            Level("name differs", "", 0.02),
        ),
    )


def _meet(field: str) -> str:
    return f"{field}_low_l <= {field}_high_r and {field}_low_r <= {field}_high_l"


def _gap(field: str) -> str:
    return f"greatest({field}_low_l - {field}_high_r, {field}_low_r - {field}_high_l)"


_NEAR = f"{_gap('date')} <= 3"
_BEGINS = "(substr(place_l, 1, length(place_r)) = place_r or substr(place_r, 1, length(place_l)) = place_l)"


def _birth() -> Comparison:
    vague = "(birth_text_l is null or birth_text_r is null)"
    return Comparison(
        "birth",
        _unknown("birth_low"),
        (
            Level("same day of birth", "birth_text_l = birth_text_r", 0.6, "birth_text"),
            Level("day and month of birth swapped", "birth_text_l = birth_swap_r", 0.03),
            Level("one digit of the day of birth differs", "{dl}(birth_text_l, birth_text_r) <= 1", 0.1),
            Level("birth or age fits as far as known", f"{_meet('birth')} and {vague}", 0.12),
            Level("birth about a year apart", f"{_gap('birth')} <= 366", 0.05),
            Level("birth up to five years apart", f"{_gap('birth')} <= 1827", 0.05),
            Level("birth further apart", "", 0.05),
        ),
    )


def _date() -> Comparison:
    month = "date_high_l - date_low_l <= 31 and date_high_r - date_low_r <= 31"
    vague = "(date_text_l is null or date_text_r is null)"
    return Comparison(
        "date",
        _unknown("date_low"),
        (
            Level("same day of the event", "date_text_l = date_text_r", 0.6, "date_text"),
            Level("day and month of the event swapped", "date_text_l = date_swap_r", 0.03),
            Level("date of the event fits to the month", f"{_meet('date')} and {vague} and {month}", 0.1),
            Level("date of the event fits to the year", f"{_meet('date')} and {vague}", 0.1),
            Level("events within three days", f"{_gap('date')} <= 3", 0.07),
            Level("events within a month", f"{_gap('date')} <= 31", 0.05),
            Level("events further apart", "", 0.05),
        ),
    )


def _event(there: set[str]) -> list[Comparison]:
    """Return place and kind of the event, each once for events that may be one and once for others.

    Those who suffer one event share day, place and kind without being one person. Chances learnt on all pairs would
    count that three times over, so place is learnt apart for near dates, and kind for near dates and places; there the
    frequency of a place or kind among all records says nothing.
    """
    found = []
    if "place" in there:
        place = _place(sorted(one for one in there if one.startswith("place_")))
        found += _apart(place, _NEAR, "near dates") if "date_low" in there else [place]
    if "kind" in there:
        kind = _category("kind", "kind of event")
        near = [_NEAR] if "date_low" in there else []
        near += [_BEGINS] if "place" in there else []
        found += _apart(kind, " and ".join(near), "one event") if near else [kind]
    return found


def _apart(one: Comparison, near: str, says: str) -> list[Comparison]:
    """Return a comparison as two: where a condition holds, and where it does not or is not known."""
    return [
        Comparison(f"{one.field}_near", f"{one.missing} or not coalesce({near}, false)",
                   tuple(replace(level, says=f"{level.says} ({says})", term="") for level in one.levels)),
        replace(one, missing=f"{one.missing} or coalesce({near}, false)"),
    ]  # fmt: skip


def _place(areas: list[str]) -> Comparison:
    levels = [
        Level("same place", "place_l = place_r", 0.7, "place"),
        Level("one place within the other", _BEGINS, 0.12),
    ]
    for at in reversed(areas):
        size = "smaller" if at != areas[0] else "larger"
        levels.append(Level(f"same {size} area", f"{at}_l = {at}_r", 0.06))
    return Comparison("place", _unknown("place"), (*levels, Level("place differs", "", 0.06)))


def _category(field: str, says: str) -> Comparison:
    return Comparison(
        field,
        _unknown(field),
        (Level(f"same {says}", f"{field}_l = {field}_r", 0.93, field), Level(f"{says} differs", "", 0.07)),
    )


def _text(field: str, says: str) -> Comparison:
    return Comparison(
        field,
        _unknown(field),
        (
            Level(f"same {says}", f"{field}_l = {field}_r", 0.75, field),
            Level(f"{says} nearly the same", f"{{jw}}({field}_l, {field}_r) >= 0.92", 0.1),
            Level(f"{says} alike", f"{{jw}}({field}_l, {field}_r) >= 0.8", 0.05),
            Level(f"{says} differs", "", 0.1),
        ),
    )
