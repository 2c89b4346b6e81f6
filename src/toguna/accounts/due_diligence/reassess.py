"""`reassess`: units whose verified acts ask for a new look. It proposes; a person decides, and nothing is entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from toguna.accounts.book.record import Record
from toguna.accounts.rights.parts import ESTABLISHED, live
from toguna.accounts.rights.vocabularies import acts, perpetrators

_COLUMNS = ["unit", "state", "verified_acts", "grave_acts", "new_acts", "last_month", "proposal"]
_LOOKED = ("cleared", "cleared_with_mitigation", "flagged", "suspended", "lifted", "reviewed")
_PROPOSALS = {
    "": "Open a record: nobody has looked at this unit.",
    "unchecked": "Begin a risk assessment.",
    "under_assessment": "Take these acts into the assessment under way.",
    "cleared": "Begin a new risk assessment, or flag.",
    "cleared_with_mitigation": "Begin a new risk assessment, or flag.",
    "flagged": "Take these acts into the next review.",
    "suspended": "Take these acts into the next review.",
    "lifted": "Begin a new risk assessment, or flag.",
}
_GRAVEST = ("flagged", "suspended", "lifted", "unchecked", "under_assessment", "cleared_with_mitigation", "cleared")


def reassess(rights: Iterable[Record], due_diligence: Iterable[Record]) -> pd.DataFrame:
    """Return units of which acts were verified since due diligence last looked at them.

    Only forces the policy covers are listed, by the code of their unit. It names nobody, and is for those who keep both
    ledgers: unit codes are closed fields.

    Parameters
    ----------
    rights : records of the rights ledger; those verified count, passed on and followed up among them
    due_diligence : records of the due diligence ledger

    Returns
    -------
    pandas.DataFrame
        One row a unit, most new acts first: unit, state ("" where there is no record), verified_acts, grave_acts,
        new_acts (acts; new: verified since the last decision or review), last_month (YYYY-MM), proposal.
    """
    by_unit: dict[str, list[Record]] = defaultdict(list)
    for record in due_diligence:
        by_unit[str(record.values.get("unit", ""))].append(record)
    found: dict[str, list[tuple[datetime, str, bool]]] = defaultdict(list)
    for record in rights:
        verified = record.when("verified")
        if record.state not in ESTABLISHED or verified is None:
            continue
        for unit, kind in _acts_by_unit(record):
            found[unit].append((verified, str(record.values.get("month", "")), acts()[kind].grave))
    rows = []
    for unit, these in sorted(found.items()):
        looked, state = _looked(by_unit.get(unit, [])), _state(by_unit.get(unit, []))
        new = sum(looked is None or verified > looked for verified, _, _ in these)
        grave = sum(is_grave for _, _, is_grave in these)
        if new:
            last = max(month for _, month, _ in these)
            rows.append([unit, state, len(these), grave, new, last, _PROPOSALS[state]])
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.sort_values("new_acts", ascending=False, kind="stable", ignore_index=True)


def _acts_by_unit(record: Record) -> list[tuple[str, str]]:
    """Return unit and kind of act, once for each act and unit of a record."""
    kinds = {one["ref"]: one["kind"] for one in live(record, "acts")}
    pairs = {
        (one["unit"], one["act"])
        for one in live(record, "involvements")
        if one.get("unit") and perpetrators()[one["perpetrator"]].policy and one["act"] in kinds
    }
    return [(unit, kinds[act]) for unit, act in sorted(pairs)]


def _looked(records: list[Record]) -> datetime | None:
    """Return when due diligence last looked at a unit; of several records the one looked at longest ago counts."""
    last = [max((when for step in _LOOKED if (when := one.when(step)) is not None), default=None) for one in records]
    known = [one for one in last if one is not None]
    return min(known) if known and len(known) == len(last) else None


def _state(records: list[Record]) -> str:
    states = {one.state for one in records}
    return next((one for one in _GRAVEST if one in states), "")
