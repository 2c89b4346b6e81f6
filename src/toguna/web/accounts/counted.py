"""A count of a store, as a file, against the arms register: how many agree, and which rows of the file do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from toguna.accounts.arms.identity import exact_key, identity, mark_identity
from toguna.accounts.arms.reconcile import Counted, Reconciliation, pieces, reconcile
from toguna.accounts.book.record import Record
from toguna.accounts.estimation.files import Rows, read_rows
from toguna.core.errors import AccountError, AskError
from toguna.core.words import N_, Sentence

COLUMNS = ("make", "model", "serial", "country_of_manufacture")
MARK = "unique_mark"
FINDINGS = {
    "matched": N_("Counted, and registered in this store"),
    "missing": N_("Registered in this store, not counted"),
    "surplus": N_("Counted, not registered"),
    "elsewhere": N_("Counted, registered in another store"),
    "conflicts": N_("Counted, but by the register in no store: issued, lost, stolen, destroyed"),
    "duplicates": N_("Counted more than once"),
    "registered_twice": N_("Counted, registered more than once"),
    "misread": N_("Counted, not registered, and much like one that is: look at the weapon again"),
}


def against_register(path: Path, store: str, records: Iterable[Record]) -> pd.DataFrame:
    """Return what a count and the register say of each other; no serial, only rows of the reader's own file.

    Parameters
    ----------
    path : CSV or XLSX, a row a weapon: make, model, serial and country_of_manufacture, or unique_mark
    store : as the register names it
    records : of the arms ledger

    Returns
    -------
    pandas.DataFrame
        One row a finding: `finding`, `says`, `count`, `rows` (of the file, the head being 1)

    Raises
    ------
    AskError
        Columns are missing, or the register knows no such store.
    AccountError
        The reader may not see what weapons are told apart by.
    """
    read = read_rows(path)
    if read.faults:
        raise AskError(Sentence.joined(one.told for one in read.faults))
    weapons = _weapons(read)
    known = list(records)
    register = list(pieces(known))
    if known and not register:
        raise AccountError(
            N_(
                "You may count weapons but not see makes and serials, so no count can be held against them. "
                "Ask whoever keeps the register to do it."
            )
        )
    if store not in {one.store for one in register}:
        raise AskError(N_("The register knows no such store. Write its name as the register does."))
    found = reconcile(register, weapons, store)
    rows: defaultdict[Hashable, list[int]] = defaultdict(list)
    for one, number in zip(weapons, read.numbers, strict=True):
        rows[one.key].append(number)
    return _findings(found, rows)


def _weapons(read: Rows) -> list[Counted]:
    named = set(read.head)
    if MARK not in named and (lacking := [one for one in COLUMNS if one not in named]):
        raise AskError(
            N_(
                "{file} has no column {lacking!r}. Give {known}, or {mark} for weapons without a serial that "
                "can be read."
            ),
            file=read.file,
            lacking=lacking[0],
            known=", ".join(COLUMNS),
            mark=MARK,
        )
    found = []
    for row, number in zip(read.rows, read.numbers, strict=True):
        said = dict(zip(read.head, row, strict=True))
        parts = [said.get(one, "") for one in COLUMNS]
        if all(parts):
            key, reading = identity(*parts), said["serial"]
        elif mark := said.get(MARK, ""):
            key, reading = mark_identity(mark), mark
        else:
            raise AskError(
                N_("{file}, row {number}: neither a whole identity nor a unique mark. Fill one of them."),
                file=read.file,
                number=number,
            )
        model = (exact_key(said.get("make", "")), exact_key(said.get("model", "")))
        found.append(Counted(key, reading, model))
    return found


def _findings(found: Reconciliation, rows: defaultdict[Hashable, list[int]]) -> pd.DataFrame:
    keys: dict[str, Sequence[Hashable]] = {
        "matched": [one.key for one in found.matched],
        "missing": [one.key for one in found.missing],
        "surplus": [one.key for one in found.surplus],
        "elsewhere": [one.key for one in found.elsewhere],
        "conflicts": [one.key for one in found.conflicts],
        "duplicates": list(found.duplicates),
        "registered_twice": found.registered_twice,
        "misread": list(dict.fromkeys(one.counted.key for one in found.misread)),
    }
    lines = [(name, FINDINGS[name], len(some), _listed(name, some, rows)) for name, some in keys.items()]
    return pd.DataFrame(lines, columns=["finding", "says", "count", "rows"])


def _listed(finding: str, keys: Sequence[Hashable], rows: defaultdict[Hashable, list[int]]) -> str:
    """Return rows of the file; none for what agrees, nobody goes to look at that."""
    numbers = [] if finding == "matched" else sorted(number for key in keys for number in rows[key])
    return ", ".join(str(one) for one in numbers)
