"""The index: where each record stands, and keyed tokens to find it by. Made from the log, and made anew at any time.

It is a file of this machine. It holds no word of what was said: record ids are sealed, marks are keyed tokens.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from toguna.accounts.book.ledger import Ledger
from toguna.accounts.book.record import Record
from toguna.accounts.log import Keys
from toguna.accounts.log.sealing import decrypt, derive, encrypt, pseudonym

SAME = "same"  # kind of the token over the fields that must not occur twice
_VERSION = 1
_TABLES = """
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER, log BLOB, entry INTEGER) STRICT;
CREATE TABLE records (record BLOB PRIMARY KEY, ledger TEXT NOT NULL, sealed BLOB NOT NULL, state TEXT NOT NULL,
    area TEXT NOT NULL, month TEXT NOT NULL, due TEXT, conflicts INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_ledger ON records (ledger, state, area, month);
CREATE INDEX records_by_due ON records (ledger, due) WHERE due IS NOT NULL;
CREATE TABLE tokens (token BLOB NOT NULL, record BLOB NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (token, record)) STRICT,
    WITHOUT ROWID;
CREATE INDEX tokens_by_record ON tokens (record);
"""


class Place(NamedTuple):
    """Where a record stands: its id, state, area, month, what is due first (ISO 8601, UTC) and how many conflicts."""

    id: str
    state: str
    area: str
    month: str
    due: str | None
    conflicts: int


class Index:
    """The index of one book on this machine."""

    def __init__(self, path: Path, keys: Keys, log: bytes) -> None:
        self.path, self._keys = path, keys
        self._names, self._seal = derive(keys.secret(), "index names"), derive(keys.secret(), "index")
        self._file = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 60000", "secure_delete = ON"):
            self._file.execute(f"PRAGMA {pragma}")
        if not self._fits(log):
            self._begin_anew(log)

    def _fits(self, log: bytes) -> bool:
        try:
            row = self._file.execute("SELECT version, log FROM seen").fetchone()
        except sqlite3.DatabaseError:
            return False
        return bool(row == (_VERSION, log))

    def _begin_anew(self, log: bytes) -> None:
        tables = [row[0] for row in self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        drops = "".join(f"DROP TABLE {name};" for name in tables)
        self._file.executescript(f"BEGIN IMMEDIATE; {drops} {_TABLES} COMMIT;")
        self._file.execute("INSERT INTO seen VALUES (1, ?, ?, 0)", (_VERSION, log))

    @property
    def entry(self) -> int:
        """Number of the last entry of the log the index has seen."""
        return int(self._file.execute("SELECT entry FROM seen").fetchone()[0])

    def take(self, changed: Iterable[tuple[Ledger, Record]], entry: int) -> None:
        """Bring records up to date, and note that the log was seen up to an entry: all or nothing."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            for ledger, record in changed:
                self._write(ledger, record)
            self._file.execute("UPDATE seen SET entry = max(entry, ?)", (entry,))
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

    def _write(self, ledger: Ledger, record: Record) -> None:
        name = self._keys.record(ledger.name, record.id)
        deadlines = ledger.due(record) if ledger.due is not None else ()
        due = min(deadlines, key=lambda one: one.by).by.isoformat() if deadlines else None
        area, month = (str(record.values.get(one) or "") for one in (ledger.area, ledger.month))
        sealed = encrypt(self._seal, record.id.encode(), name)
        row = (name, ledger.name, sealed, record.state, area, month, due, len(record.conflicts))
        self._file.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._file.execute("DELETE FROM tokens WHERE record = ?", (name,))
        tokens = [] if record.is_erased else list(self._tokens(ledger, record.values))
        self._file.executemany(
            "INSERT OR IGNORE INTO tokens VALUES (?, ?, ?)", [(token, name, kind) for kind, token in tokens]
        )

    def _tokens(self, ledger: Ledger, values: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
        for name, spelt in ledger.found_by.items():
            if values.get(name):
                yield name, self.token(ledger, name, spelt(str(values[name])))
        if ledger.same and all(values.get(one) for one in ledger.same):
            yield SAME, self.same(ledger, values)

    def token(self, ledger: Ledger, name: str, spelt: str) -> bytes:
        """Return the keyed token of a field as the ledger spells it, 16 bytes; it differs from ledger to ledger."""
        return pseudonym(self._names, ledger.name, name, spelt)

    def same(self, ledger: Ledger, values: Mapping[str, Any]) -> bytes:
        """Return the keyed token over the fields that must not occur twice."""
        return pseudonym(self._names, ledger.name, SAME, *(str(values[one]) for one in ledger.same))

    def found(self, ledger: Ledger, name: str, said: str) -> list[Place]:
        """Return the records whose field says so, however it is spelt."""
        return self._with(self.token(ledger, name, ledger.found_by[name](said)))

    def alike(self, ledger: Ledger, record: Record) -> list[Place]:
        """Return other records of the same thing."""
        if not ledger.same or record.is_erased or not all(record.values.get(one) for one in ledger.same):
            return []
        return [one for one in self._with(self.same(ledger, record.values)) if one.id != record.id]

    def _with(self, token: bytes) -> list[Place]:
        rows = self._file.execute(
            "SELECT r.record, sealed, state, area, month, due, conflicts FROM tokens t JOIN records r USING (record) "
            "WHERE token = ?",
            (token,),
        )
        return [self._place(*row) for row in rows]

    def places(self, ledger: Ledger, where: str = "", arguments: tuple[Any, ...] = ()) -> Iterator[Place]:
        """Yield the records of a ledger, soonest due first; where: more of the query, in SQL of this room only."""
        query = "SELECT record, sealed, state, area, month, due, conflicts FROM records WHERE ledger = ?"
        order = " ORDER BY due IS NULL, due, month, record"
        for row in self._file.execute(f"{query} {where} {order}", (ledger.name, *arguments)):
            yield self._place(*row)

    def standing(self, ledger: Ledger, kind: str) -> Iterator[tuple[bytes, bytes, str]]:
        """Yield the record's pseudonym, its token of a kind and its state, for every record that has one."""
        yield from self._file.execute(
            "SELECT r.record, token, state FROM records r JOIN tokens t USING (record) WHERE ledger = ? AND kind = ?",
            (ledger.name, kind),
        )

    def id_of(self, record: bytes) -> str:
        """Return the id of a record by its pseudonym."""
        sealed = self._file.execute("SELECT sealed FROM records WHERE record = ?", (record,)).fetchone()[0]
        return decrypt(self._seal, sealed, record).decode()

    def _place(
        self, record: bytes, sealed: bytes, state: str, area: str, month: str, due: str | None, conflicts: int
    ) -> Place:
        return Place(decrypt(self._seal, sealed, record).decode(), state, area, month, due, conflicts)

    def overdue(self, ledger: Ledger, now: datetime) -> list[Place]:
        """Return the records in which something is overdue, longest first."""
        return list(self.places(ledger, "AND due < ?", (now.isoformat(),)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
