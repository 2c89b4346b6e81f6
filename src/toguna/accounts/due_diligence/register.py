"""`register`: what due diligence says of each force and place by month, as planning reads it.

A plan bars bases of a flagged force, and of an unchecked one where its mandate is bound by the policy. So a clearance
holds until its review is due and no longer; a force under assessment, or whose flag was lifted, counts as unchecked;
where findings meet in a month the worst holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from toguna.accounts.book.record import Happened, Record, fold
from toguna.accounts.due_diligence.guards import CLEAR, WITHHELD
from toguna.accounts.due_diligence.ledger import LEDGER
from toguna.core.months import Month
from toguna.network.names import plain

COLUMNS = ["force", "area_pcode", "base", "status", "from", "to", "source", "basis"]
_WORST = {"cleared": 0, "unchecked": 1, "flagged": 2}
_Key = tuple[str, str, str]


@dataclass(frozen=True)
class _Held:
    """A finding from a day to a day, both in; `end` None while it holds."""

    status: str
    begin: date
    end: date | None
    source: str
    basis: str = "read"


@dataclass(frozen=True)
class _Station:
    """Where a force is, from a day to a day, both in; `end` None while it is there."""

    area: str
    base: str
    begin: date
    end: date | None = None


def register(records: Iterable[Record], as_of: date) -> pd.DataFrame:
    """Return findings on forces by place and months, as known on a day, in the columns planning reads.

    Parameters
    ----------
    records : of the due diligence ledger, with their history
    as_of : what was entered after this day is not known yet

    Returns
    -------
    pandas.DataFrame
        One row a force, place and span of months: force, area_pcode, base ("" for the whole area), status (cleared,
        unchecked, flagged), from, to (YYYY-MM; "" while it holds), source, basis. No person, no reason.
    """
    found: dict[_Key, list[tuple[Month, Month | None, _Held]]] = {}
    names: dict[_Key, tuple[str, str, str]] = {}
    for given in records:
        record = fold(LEDGER, given.id, [one for one in given.history if one.at.date() <= as_of])
        force = str(record.values.get("force", ""))
        if not force:
            continue
        for station in _stations(record):
            key = (plain(force) or force, station.area, plain(station.base) or station.base)
            names.setdefault(key, (force, station.area, station.base))
            for held in _held(record):
                if (span := _months(held, station)) is not None:
                    found.setdefault(key, []).append((*span, held))
    rows = [(*names[key], *span) for key, spans in sorted(found.items()) for span in _worst(spans)]
    return pd.DataFrame(rows, columns=COLUMNS)


def write_register(records: Iterable[Record], as_of: date, path: str | Path) -> Path:
    """Write the register as CSV for ``toguna plan --due-diligence``; return its path."""
    path = Path(path)
    register(records, as_of).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return path


def _day(one: Happened) -> date:
    """Return the day a step holds from; the day it was entered where what it said was erased."""
    return one.at.date() if one.fields is None else date.fromisoformat(one.fields["on"])


def _held(record: Record) -> list[_Held]:
    """Return the findings on a force one after the other; a decision ends the one before on the eve."""
    decisions: list[tuple[date, str, Happened]] = []
    state = ""
    for one in record.history:
        step = LEDGER.steps[one.step]
        if step.to is not None or one.step == "reviewed":
            state = step.to or state
            decisions.append((_day(one), state, one))
    found = []
    for number, (day, state, one) in enumerate(decisions):
        later = [other for other, _, _ in decisions[number + 1 :]]
        end = max(day, later[0] - timedelta(days=1)) if later else None
        said = f"due diligence record of {record.values.get('unit', 'a force')}: {state.replace('_', ' ')}, {day}"
        if state not in CLEAR:
            found.append(_Held("flagged" if state in WITHHELD else "unchecked", day, end, said))
            continue
        due = day if one.fields is None else date.fromisoformat(one.fields["review_by"])
        found.append(_Held("cleared", day, due if end is None else min(due, end), said))
        if end is None or end > due:
            lapsed = f"{said}; its review was due on {due}"
            found.append(_Held("unchecked", due + timedelta(days=1), end, lapsed, "judgement"))
    return found


def _stations(record: Record) -> list[_Station]:
    """Return where a force was and is; a correction mends the latest place."""
    found: list[_Station] = []
    for one in record.history:
        if one.fields is None or one.step not in {"identified", "corrected", "moved"}:
            continue
        said = {key: value for key, value in one.fields.items() if value is not None}
        if one.step == "corrected" and found:
            last = found.pop()
            day = date.fromisoformat(said["on"]) if "on" in said and not found else last.begin
            found.append(replace(last, area=said.get("area", last.area), base=said.get("base", last.base), begin=day))
        if one.step == "corrected":
            continue
        if found and not said.get("stays_behind"):
            found = [replace(old, end=old.end or _day(one)) for old in found]
        found.append(_Station(said["area"], said.get("base", ""), _day(one)))
    return found


def _months(held: _Held, station: _Station) -> tuple[Month, Month | None] | None:
    """Return the months a finding and a stay meet in, None where they do not."""
    begin = max(held.begin, station.begin)
    ends = [one for one in (held.end, station.end) if one is not None]
    if ends and min(ends) < begin:
        return None
    return Month.of(begin), Month.of(min(ends)) if ends else None


def _worst(spans: list[tuple[Month, Month | None, _Held]]) -> list[tuple[str, ...]]:
    """Return spans that do not meet: in each month the worst finding, months alike put together."""
    last = max(max(first, end or first) for first, end, _ in spans) + 1  # from here on nothing changes
    month, rows = min(first for first, _, _ in spans), list[tuple[_Held, Month, Month]]()
    while month <= last:
        here = [held for first, end, held in spans if first <= month and (end is None or month <= end)]
        if here:
            worst = max(here, key=lambda one: (_WORST[one.status], one.begin))
            if rows and rows[-1][0].status == worst.status and rows[-1][2] + 1 == month:
                rows[-1] = (worst, rows[-1][1], month)
            else:
                rows.append((worst, month, month))
        month += 1
    return [
        (held.status, str(first), "" if end == last else str(end), held.source, held.basis) for held, first, end in rows
    ]
