"""The index: where each record stands, and keyed tokens to find it by. Made from the log, and made anew at any time.

It is a file of this machine. It holds no word of what was said: record ids are sealed, marks are keyed tokens.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from toguna.accounts.book.ledger import Ledger
from toguna.accounts.book.record import Record
from toguna.accounts.log import Keys
from toguna.accounts.log.sealing import decrypt, derive, encrypt, pseudonym
from toguna.core.errors import AccountError

SAME = "same"  # kind of the token over the fields that must not occur twice
_VERSION = 2
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_IOERR}
_TABLES = (
    "CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER, log BLOB, entry INTEGER) STRICT",
    "CREATE TABLE records (record BLOB PRIMARY KEY, ledger TEXT NOT NULL, sealed BLOB NOT NULL, state TEXT NOT NULL, "
    "area TEXT NOT NULL, month TEXT NOT NULL, due TEXT, conflicts INTEGER NOT NULL, waiting INTEGER NOT NULL) "
    "STRICT, WITHOUT ROWID",
    "CREATE INDEX records_by_ledger ON records (ledger, state, area, month)",
    "CREATE INDEX records_by_due ON records (ledger, due) WHERE due IS NOT NULL",
    "CREATE TABLE tokens (token BLOB NOT NULL, record BLOB NOT NULL, kind TEXT NOT NULL, "
    "PRIMARY KEY (token, record, kind)) STRICT, WITHOUT ROWID",
    "CREATE INDEX tokens_by_record ON tokens (record)",
    "CREATE TABLE subjects (subject BLOB NOT NULL, record BLOB NOT NULL, PRIMARY KEY (subject, record)) "
    "STRICT, WITHOUT ROWID",
    "CREATE INDEX subjects_by_record ON subjects (record)",
    "CREATE TABLE erased (subject BLOB NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (subject, number)) "
    "STRICT, WITHOUT ROWID",
)
_PRAGMAS = (
    "busy_timeout = 60000",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "secure_delete = ON",
    "cache_size = -65536",  # KiB: tokens come in no order, so that a large index is written all over
)
_PLACE = "r.record, sealed, state, area, month, due, conflicts, waiting"


class DamagedIndexError(Exception):
    """The file is damaged; `Index.renew` makes it anew."""


class Place(NamedTuple):
    """Where a record stands.

    Attributes
    ----------
    id, state, area, month : of the record
    due : what is due first, ISO 8601, UTC
    conflicts : steps entered elsewhere that could not follow
    waiting : proposals that wait for a second person
    """

    id: str
    state: str
    area: str
    month: str
    due: str | None
    conflicts: int
    waiting: int


class Standing(NamedTuple):
    """How a record stands that is known by tokens only: its pseudonym, a token, state, area, whether it is within."""

    record: bytes
    token: bytes
    state: str
    area: str
    is_within: int


class Stands(NamedTuple):
    """A record to write into the index, how many proposals wait, and whose keys seal it (pseudonyms)."""

    ledger: Ledger
    record: Record
    waiting: int
    subjects: frozenset[bytes]


class Index:
    """The index of one book on this machine. Threads and processes may share it; writers take turns."""

    def __init__(self, path: Path, keys: Keys, log: bytes) -> None:
        self.path, self._keys, self._log = path, keys, log
        self._names, self._seal = derive(keys.secret(), "index names"), derive(keys.secret(), "index")
        self._lock = threading.RLock()
        try:
            self._open()
        except sqlite3.DatabaseError as wrong:
            if not _is_damage(wrong):
                raise _unusable(wrong) from None
            self.renew()

    def _open(self) -> None:
        self._file = sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            for pragma in _PRAGMAS:
                self._file.execute(f"PRAGMA {pragma}")
            self._file.execute("BEGIN IMMEDIATE")
            if not self._fits():
                self._begin_anew()
            self._file.execute("COMMIT")
        except sqlite3.DatabaseError:
            self._file.close()
            raise

    def _fits(self) -> bool:
        try:
            row = self._file.execute("SELECT version, log FROM seen").fetchone()
        except sqlite3.OperationalError:
            return False
        return bool(row == (_VERSION, self._log))

    def _begin_anew(self) -> None:
        made = self._file.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL AND type = 'table'")
        for kind, name in made.fetchall():
            self._file.execute(f'DROP {kind} "{name}"')
        for statement in _TABLES:
            self._file.execute(statement)
        self._file.execute("INSERT INTO seen VALUES (1, ?, ?, 0)", (_VERSION, self._log))

    def renew(self) -> None:
        """Begin the file anew, empty."""
        with self._lock:
            self._file.close()
            for ending in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            try:
                self._open()
            except sqlite3.Error as wrong:
                raise _unusable(wrong) from None

    @contextmanager
    def _sound(self) -> Iterator[sqlite3.Connection]:
        """Give the file to one thread at a time; tell damage from what a person must mend."""
        with self._lock:
            try:
                yield self._file
            except sqlite3.DatabaseError as wrong:
                if _is_damage(wrong):
                    raise DamagedIndexError from None
                raise _unusable(wrong) from None

    @contextmanager
    def turn(self) -> Iterator[int]:
        """Give the number of the last entry seen, and the only right to write until the end: all or nothing."""
        with self._sound() as file:
            file.execute("BEGIN IMMEDIATE")
            try:
                yield self.entry
            except BaseException:
                if file.in_transaction:
                    file.execute("ROLLBACK")
                raise
            file.execute("COMMIT")

    @property
    def entry(self) -> int:
        """Number of the last entry of the log the index has seen."""
        with self._sound() as file:
            row = file.execute("SELECT entry FROM seen").fetchone()
            if row is None:
                raise DamagedIndexError
            return int(row[0])

    def write(self, changed: Iterable[Stands], entry: int) -> None:
        """Bring records up to date, and note that the log was seen up to an entry; within a `turn`."""
        rows, names, tokens, whose = [], [], [], []
        for ledger, record, waiting, subjects in changed:
            name = self._keys.record(ledger.name, record.id)
            rows.append(self._row(name, ledger, record, waiting))
            names.append((name,))
            whose += [(one, name) for one in subjects]
            if not record.is_erased:
                tokens += [(token, name, kind) for kind, token in self._tokens(ledger, record.values)]
        self._file.executemany("DELETE FROM tokens WHERE record = ?", names)
        self._file.executemany("DELETE FROM subjects WHERE record = ?", names)
        self._file.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._file.executemany("INSERT OR IGNORE INTO tokens VALUES (?, ?, ?)", tokens)
        self._file.executemany("INSERT OR IGNORE INTO subjects VALUES (?, ?)", whose)
        self._file.execute("UPDATE seen SET entry = max(entry, ?)", (entry,))

    def _row(self, name: bytes, ledger: Ledger, record: Record, waiting: int) -> tuple[Any, ...]:
        # Nothing can be done any more about a record whose content is gone, so nothing is due.
        deadlines = ledger.due(record) if ledger.due is not None and not record.is_erased else ()
        due = min(deadlines, key=lambda one: one.by).by.isoformat() if deadlines else None
        area, month = (str(record.values.get(one) or "") for one in (ledger.area, ledger.month))
        sealed = encrypt(self._seal, record.id.encode(), name)
        return (name, ledger.name, sealed, record.state, area, month, due, len(record.conflicts), waiting)

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

    def has(self, ledger: str, record_id: str) -> bool:
        """Tell whether the index has a record."""
        with self._sound() as file:
            name = self._keys.record(ledger, record_id)
            return file.execute("SELECT 1 FROM records WHERE record = ?", (name,)).fetchone() is not None

    def unseen(self, erasures: Iterable[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
        """Return those erasures the index does not know of."""
        with self._sound() as file:
            known = set(file.execute("SELECT subject, number FROM erased").fetchall())
        return [one for one in erasures if one not in known]

    def of_subject(self, subject: bytes) -> list[tuple[str, str]]:
        """Return ledger and id of the records sealed by a subject's key."""
        with self._sound() as file:
            query = (
                "SELECT ledger, r.record, sealed FROM subjects s CROSS JOIN records r USING (record) WHERE subject = ?"
            )
            return [(ledger, self._id(name, sealed)) for ledger, name, sealed in file.execute(query, (subject,))]

    def note_erased(self, erasures: Iterable[tuple[bytes, int]]) -> None:
        """Note erasures as seen; within a `turn`."""
        self._file.executemany("INSERT OR IGNORE INTO erased VALUES (?, ?)", erasures)

    def found(self, ledger: Ledger, name: str, said: str) -> list[Place]:
        """Return the records whose field says so, however it is spelt."""
        return self._with(self.token(ledger, name, ledger.found_by[name](said)))

    def alike(self, ledger: Ledger, record: Record) -> list[Place]:
        """Return other records of the same thing."""
        if not ledger.same or record.is_erased or not all(record.values.get(one) for one in ledger.same):
            return []
        return [one for one in self._with(self.same(ledger, record.values)) if one.id != record.id]

    def _with(self, token: bytes) -> list[Place]:
        return self._places("tokens t CROSS JOIN records r USING (record) WHERE token = ? ORDER BY r.record", (token,))

    def twice(self, ledger: Ledger) -> list[list[Place]]:
        """Return groups of records of what may be the same thing."""
        with self._sound() as file:
            query = (
                "SELECT token FROM tokens t JOIN records r USING (record) WHERE ledger = ? AND kind = ? "
                "GROUP BY token HAVING count(*) > 1"
            )
            tokens = file.execute(query, (ledger.name, SAME)).fetchall()
        return [self._with(token) for (token,) in tokens]

    def places(self, ledger: Ledger) -> list[Place]:
        """Return the records of a ledger, soonest due first."""
        return self._places("records r WHERE ledger = ? ORDER BY due IS NULL, due, month, record", (ledger.name,))

    def overdue(self, ledger: Ledger, now: datetime) -> list[Place]:
        """Return the records in which something is overdue, longest first."""
        where = "records r WHERE ledger = ? AND due < ? ORDER BY due, month, record"
        return self._places(where, (ledger.name, now.isoformat()))

    def _places(self, rest: str, arguments: tuple[Any, ...]) -> list[Place]:
        with self._sound() as file:
            rows = file.execute(f"SELECT {_PLACE} FROM {rest}", arguments).fetchall()
        return [Place(self._id(name, sealed), *stands) for name, sealed, *stands in rows]

    def ids(self, ledger: Ledger) -> list[str]:
        """Return the ids of a ledger's records."""
        with self._sound() as file:
            rows = file.execute("SELECT record, sealed FROM records WHERE ledger = ?", (ledger.name,)).fetchall()
        return [self._id(*row) for row in rows]

    def standing(
        self, ledger: Ledger, kind: str, within: tuple[str, str] | None = None, tokens: Iterable[bytes] = ()
    ) -> list[Standing]:
        """Return how records stand by their tokens of a kind: what a count of a store is compared with.

        Parameters
        ----------
        kind : field the ledger is looked up by, or `SAME`
        within : only records in which a field says so, as ("store", "Depot 1"); default: all
        tokens : of further records wanted, wherever they are
        """
        columns = "SELECT r.record, t.token, state, area"
        every = f"{columns}, 1 FROM records r JOIN tokens t USING (record) WHERE ledger = ? AND kind = ?"
        # CROSS JOIN: begin with the tokens asked for, whatever SQLite expects of the rest.
        one_by_one = f"{columns}, 0 FROM tokens t CROSS JOIN records r USING (record) WHERE token = ? AND kind = ?"
        inside = f"{columns}, 1 FROM tokens w CROSS JOIN tokens t USING (record) CROSS JOIN records r USING (record)"
        with self._sound() as file:
            if within is None:
                rows = file.execute(every, (ledger.name, kind)).fetchall()
            else:
                name, said = within
                here = self.token(ledger, name, ledger.found_by[name](said))
                rows = file.execute(f"{inside} WHERE w.token = ? AND t.kind = ?", (here, kind)).fetchall()
            known = {row[0] for row in rows}
            for token in dict.fromkeys(tokens):
                rows += [row for row in file.execute(one_by_one, (token, kind)) if row[0] not in known]
        return [Standing(*row) for row in rows]

    def id_of(self, record: bytes) -> str:
        """Return the id of a record by its pseudonym."""
        with self._sound() as file:
            row = file.execute("SELECT sealed FROM records WHERE record = ?", (record,)).fetchone()
        if row is None:
            raise AccountError("The index has no such record. Count again: it may have changed meanwhile.")
        return self._id(record, row[0])

    def _id(self, record: bytes, sealed: bytes) -> str:
        try:
            return decrypt(self._seal, sealed, record).decode()
        except AccountError:
            raise DamagedIndexError from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _is_damage(wrong: sqlite3.Error) -> bool:
    return getattr(wrong, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _unusable(wrong: sqlite3.Error) -> AccountError:
    return AccountError(
        f"The index of this machine cannot be used ({type(wrong).__name__}). What was entered is safe in the log. "
        "Check that its disk has room and that this user may write beside the keys."
    )
