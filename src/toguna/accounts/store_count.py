"""`count_store`: a count of a store held against the arms register, of which only what does not agree is opened.

The register is compared by keyed tokens of its index, so no record of it is read. Records that do not agree are then
shown to whoever counts, as far as their role goes, and each such reading is logged.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pandas as pd

from toguna.accounts.arms import LEDGER, Counted, Piece, Reconciliation, reconcile
from toguna.accounts.arms.identity import exact_key, identity, mark_identity
from toguna.accounts.book.book import Book
from toguna.accounts.book.index import SAME, Index
from toguna.accounts.book.roles import Person
from toguna.core.errors import AccountError, DataError, Fault

MARKS = ("make", "model", "serial", "country_of_manufacture")
COLUMNS = ["finding", "row", "record", "state", "make", "model", "serial", "remark"]
_HERE, _ELSEWHERE = "here", "elsewhere"  # the register's stores but for the one counted are alike
_SHOWN = ("make", "model", "serial", "unique_mark")


@dataclass(frozen=True)
class Weapon:
    """A weapon as it was counted: row of the file, identity, marks as read."""

    row: int
    identity: str = field(repr=False)
    make: str = field(repr=False)
    model: str = field(repr=False)
    reading: str = field(repr=False)


@dataclass(frozen=True)
class StoreCount:
    """What a count of a store and the register say of each other.

    Attributes
    ----------
    found : numbers; prints no serial
    rows : one row a discrepancy: finding, row of the count, record, state, make, model, serial, remark
    opened : records that were shown, each logged
    """

    found: Reconciliation
    rows: pd.DataFrame = field(repr=False)
    opened: int

    def __str__(self) -> str:
        """Return the numbers."""
        return f"{self.found}. {self.opened:,} records opened."


def read_count(name: str, content: bytes) -> list[Weapon]:
    """Return the weapons of a count, from CSV with columns make, model, serial, country_of_manufacture or unique_mark.

    Parameters
    ----------
    name : of the file, for messages
    content : CSV in UTF-8; one row a weapon

    Raises
    ------
    DataError
        With every fault; no value is repeated.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except UnicodeDecodeError:
        raise DataError(f"{name} is not CSV in UTF-8. Save it as such.") from None
    if not lines:
        raise DataError(f"{name} holds no weapon. Give a row for each, under the heads {', '.join(MARKS)}.")
    if not (set(MARKS) <= set(lines[0]) or "unique_mark" in lines[0]):
        raise DataError(f"{name} lacks columns. It needs {', '.join(MARKS)}; or unique_mark where no serial is read.")
    weapons, faults = [], []
    for number, line in enumerate(lines, start=2):
        said = {key: (line.get(key) or "").strip() for key in (*MARKS, "unique_mark")}
        if said["unique_mark"]:
            marked = mark_identity(said["unique_mark"])
            weapons.append(Weapon(number, marked, said["make"], said["model"], said["unique_mark"]))
        elif all(said[key] for key in MARKS):
            whole = identity(*(said[key] for key in MARKS))
            weapons.append(Weapon(number, whole, said["make"], said["model"], said["serial"]))
        else:
            lacking = [key for key in MARKS if not said[key]]
            faults.append(Fault(name, number, lacking[0], "", "is empty, and there is no unique_mark", "Fill it."))
    if faults:
        raise DataError("\n".join([f"{name}: {len(faults)} faults.", *(f"  - {one}" for one in faults)]))
    return weapons


def count_store(book: Book, store: str, counted: list[Weapon], person: Person, reason: str) -> StoreCount:
    """Return what a count and the register say of each other; that it was counted, and each record opened, is logged.

    Parameters
    ----------
    store : as the register names it
    counted : as `read_count` gives it
    person, reason : who counts and why

    Raises
    ------
    AccountError
        The role does not count the register, or the register knows no such store.
    """
    book.count(LEDGER.name, lambda _: pd.DataFrame(), person, reason)  # logged before anything is opened
    keyed, register = _compared(book, store, counted)
    if not any(piece.store == _HERE for piece in register):
        raise AccountError("The register has nothing in that store. Write the store as the register does.")
    first = reconcile(register, (Counted(keyed[one.row]) for one in counted), _HERE)
    opening = _Opening(book, person, reason)
    missing = [opening.read(piece) for piece in first.missing]
    gone = {one.key for one in first.surplus}
    surplus = {keyed[one.row]: one for one in reversed(counted) if keyed[one.row] in gone}
    again = [Counted(key, one.reading, _model(one.make, one.model)) for key, one in surplus.items()]
    misread = reconcile(missing, again, _HERE).misread
    found = replace(first, store=store, misread=misread)
    twice = [piece for piece in register if piece.key in set(first.registered_twice)]
    rows = _rows(found, twice, counted, keyed, opening)
    return StoreCount(found, pd.DataFrame(rows, columns=COLUMNS), len(opening.seen))


def _compared(book: Book, store: str, counted: Iterable[Weapon]) -> tuple[dict[int, bytes], list[Piece]]:
    """Return the token of each weapon counted, by row, and the register's weapons of the store or counted.

    They are as the index has them: token, state, and for `model` the record's pseudonym; nothing in clear.
    """

    def look(index: Index) -> tuple[dict[int, bytes], list[Piece]]:
        keyed = {one.row: index.same(LEDGER, {"identity": one.identity}) for one in counted}
        standing = index.standing(LEDGER, SAME, ("store", store), keyed.values())
        places = {1: _HERE, 0: _ELSEWHERE}
        return keyed, [Piece(one.token, places[one.is_within], one.state, model=one.record) for one in standing]

    return book._look(look)  # noqa: SLF001 - tokens are for this room only, so the book does not hand them out


@dataclass
class _Opening:
    """Records shown to whoever counts; each once, and logged."""

    book: Book
    person: Person
    reason: str
    seen: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def record(self, piece: Piece) -> str:
        """Return the id of a record by its pseudonym, which stands for the model."""
        name = cast("bytes", piece.model)
        return self.book._look(lambda index: index.id_of(name))  # noqa: SLF001 - as `_compared`

    def marks(self, record: str) -> Mapping[str, Any]:
        """Return what a record says of its weapon; nothing where the role does not show it."""
        if record not in self.seen and record not in self.closed:
            try:
                self.seen[record] = self.book.show(LEDGER.name, record, self.person, self.reason).record.values
            except AccountError:
                self.closed.add(record)
        return self.seen.get(record, {})

    def read(self, piece: Piece) -> Piece:
        """Return a weapon with its serial in clear, to be held against misreadings."""
        said = self.marks(self.record(piece))
        reading = str(said.get("serial") or said.get("unique_mark") or "")
        return piece._replace(
            key=self.record(piece), reading=reading, model=_model(said.get("make"), said.get("model"))
        )

    def alike(self, reading: str) -> set[str]:
        """Return records anywhere whose serial reads like one, but for commonly confused signs; none is opened."""
        return {one.id for one in self.book.find(LEDGER.name, "serial", reading, self.person)}


def _model(make: object, model: object) -> tuple[str, str]:
    return exact_key(str(make or "")), exact_key(str(model or ""))


def _rows(
    found: Reconciliation,
    twice: Iterable[Piece],
    counted: Iterable[Weapon],
    keyed: Mapping[int, Hashable],
    opening: _Opening,
) -> list[list[object]]:
    """Return one row a discrepancy, as `StoreCount.rows`."""
    by_key: dict[Hashable, list[Weapon]] = {}
    for one in counted:
        by_key.setdefault(keyed[one.row], []).append(one)
    rows: list[list[object]] = []

    def of_register(finding: str, piece: Piece, remark: str = "") -> None:
        record = opening.record(piece)
        said = opening.marks(record)
        make, model, serial, mark = (str(said.get(name) or "") for name in _SHOWN)
        row = by_key[piece.key][0].row if piece.key in by_key else ""
        note = "not shown: your role or areas do not allow it" if record in opening.closed else remark
        rows.append([finding, row, record, piece.state, make, model, serial or mark, note])

    def of_count(finding: str, weapon: Weapon, remark: str) -> None:
        rows.append([finding, weapon.row, "", "", weapon.make, weapon.model, weapon.reading, remark])

    for piece in found.missing:
        of_register("missing", piece)
    for piece in found.elsewhere:
        of_register("of another store", piece)
    for piece in found.conflicts:
        of_register("should be in no store", piece)
    near: defaultdict[Hashable, set[str]] = defaultdict(set)
    for pair in found.misread:
        near[pair.counted.key].add(str(pair.piece.key))
    for gone in found.surplus:
        weapon = by_key[gone.key][0]
        alike = sorted(near[gone.key] | opening.alike(weapon.reading))
        of_count("not registered", weapon, f"reads much like {', '.join(alike)}" if alike else "")
    for key, times in found.duplicates.items():
        for one in by_key[key]:
            of_count("counted more than once", one, f"{times} times")
    for piece in twice:
        of_register("registered more than once", piece, "one weapon, or two of one serial: somebody looks")
    return rows
