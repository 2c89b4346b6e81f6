"""What leaves the ledger: people by area, month, phase and category, and the pack's table made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import pandas as pd

from toguna.accounts.book.record import Happened, Record
from toguna.country.tables.ddr_monthly import PHASES, TOTAL, UNKNOWN, DdrMonthly

COLUMNS = ["area", "month", "phase", "category", "count"]
_CHILD_STATES = frozenset({"child_present", "released", "child_left"})
_COUNTED_ELSEWHERE = frozenset({"age_doubted", "moved", "found_adult"})  # in a record of their own, or about to be
_STEP_TO_PHASE = {
    "presented": "presented",
    "presented_again": "presented",
    "referred_at_once": "referred",
    "screened": "screened",
    "found_eligible": "eligible",
    "appeal_upheld": "eligible",
    "found_ineligible": "ineligible",
    "appeal_refused": "ineligible",
    "eligibility_reversed": "ineligible",
} | {name: name for name in PHASES[4:]}


def monthly(records: Iterable[Record]) -> pd.DataFrame:
    """Return how many people came into each phase, before small cells are withheld.

    A record counts once a phase and month. A second registration that was set aside counts only as set aside, and
    whoever was moved between the track of adults and that of children counts in the record that goes on. Children are
    counted in the month and area they were taken in, in no phase.

    Parameters
    ----------
    records : of the DDR ledger

    Returns
    -------
    pandas.DataFrame
        area (p-code), month (YYYY-MM), phase, category, count (people); sorted, no row with zero
    """
    counted = Counter(cell for record in records for cell in set(_cells(record)))
    rows = [(*cell, count) for cell, count in sorted(counted.items())]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"count": "int64"})


def ddr_monthly(frame: pd.DataFrame, source: str, published: date, basis: str = "dataset") -> pd.DataFrame:
    """Return the pack's table `ddr_monthly` of monthly counts, checked against its declaration.

    Parameters
    ----------
    frame : as `monthly` gives it, after small cells were withheld (count empty)
    source : key into the pack's table of sources
    published : day the figures became public
    basis : how they were obtained
    """
    table = frame.rename(columns={"count": "people"}).assign(
        source=source, published=pd.Timestamp(published), basis=basis
    )
    wanted = ["month", "area", "phase", "category", "people", "source", "published", "basis"]
    return pd.DataFrame(DdrMonthly.validate(table[wanted].astype({"people": "float64"}), lazy=True))


def _cells(record: Record) -> Iterator[tuple[str, str, str, str]]:
    area = str(record.values.get("area", UNKNOWN))
    if record.state in _COUNTED_ELSEWHERE:
        return
    if record.state in _CHILD_STATES:
        first = next((one for one in record.history if one.step == "child_presented"), None)
        if first is not None:
            yield (area, _month(first), TOTAL, "child")
        return
    category = str(record.values.get("category", UNKNOWN))
    for one in record.history:
        phase = _STEP_TO_PHASE.get(one.step)
        if phase is not None and (record.state != "set_aside" or phase == "set_aside"):
            yield (area, _month(one), phase, category)


def _month(one: Happened) -> str:
    said = None if one.fields is None else one.fields.get("on")
    return str(said)[:7] if said else one.at.strftime("%Y-%m")
