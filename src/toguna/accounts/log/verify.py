"""Verification: is every entry there, as it was written, in its order, and is nothing else.

A quick pass hashes all entries once and compares chain, tree and signed head. Only if something does not fit, a second
pass finds out which entries it is.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from toguna.accounts.log import beside, merkle, store
from toguna.accounts.log.journal import HEAD_KEPT, MERGED, SIGNER
from toguna.accounts.log.keys import Keys
from toguna.accounts.log.leaf import CARRIED, RECORD, SEALED, Leaf, innermost, is_sealed, read_leaf
from toguna.accounts.log.locate import REMOVED, Fault, locate
from toguna.accounts.log.merged import order_of
from toguna.accounts.log.signing import FIRST_LINK, Head, read_head
from toguna.accounts.log.unused import Copy
from toguna.core.errors import AccountError

Chunks = Callable[[], Iterator[Sequence[Sequence[Any]]]]


@dataclass(frozen=True)
class Report:
    """What verification found.

    Attributes
    ----------
    entries : how many were read
    head : signed head of the log, if it can be read
    faults : all that is wrong; none if the log is whole
    remarks : what could not be checked, and why
    seconds : how long it took
    """

    entries: int
    head: Head | None
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.faults

    def damaged(self) -> tuple[int, ...]:
        """Return the numbers of all entries named."""
        return tuple(sorted({number for fault in self.faults for number in fault.entries}))

    def summary(self) -> str:
        """Return the findings as lines to print."""
        speed = f"{self.entries} entries verified in {self.seconds:.1f} s"
        found = [f"  - {fault}" for fault in self.faults[:50]]
        if len(self.faults) > 50:
            found.append(f"  - and {len(self.faults) - 50} faults more")
        verdict = "Nothing is wrong." if self.is_whole else f"{len(self.faults)} faults:"
        return "\n".join([f"{speed}. {verdict}", *found, *self.remarks])


@dataclass
class _Pass:
    """What the quick pass gathers: hashes and links of all entries, and the few rows that are not plain entries."""

    link: bytes
    peaks: merkle.Peaks = field(default_factory=merkle.Peaks)
    hashes: list[bytes] = field(default_factory=list)
    special: dict[int, bytes] = field(default_factory=dict)
    links: dict[int, bytes] = field(default_factory=dict)
    wanted: frozenset[int] = frozenset()

    def take(self, rows: Sequence[Sequence[Any]]) -> bool:
        """Take the next entries; tell whether numbers, index, links fit."""
        start = len(self.hashes)
        if [row[0] for row in rows] != list(range(start + 1, start + 1 + len(rows))):
            return False
        hash_of, sealed, at = sha256, SEALED, RECORD
        hashes = [hash_of(b"\x00" + row[2]).digest() for row in rows]
        link = self.link
        for (number, record, leaf, kept), hashed in zip(rows, hashes, strict=True):
            before, link = link, hash_of(link + hashed).digest()
            if link != kept or leaf[at] != record:
                return False
            if leaf[0] != sealed:
                self.special[number] = leaf
                self.links[number - 1] = before
        for number in self.wanted:
            if start < number <= start + len(rows):
                self.links[number] = rows[number - start - 1][3]
        self.link = link
        self.hashes += hashes
        self.peaks.add_full(hashes)
        return True


def verify(url: str, keys: Keys | None = None, signers: Iterable[bytes] = (), against: Iterable[Head] = ()) -> Report:
    """Return what is wrong with the log in a database, entry by entry.

    Parameters
    ----------
    url : as for `Log.open`
    keys : the account's keys; without them seals are not checked and the signer is taken from `signers`
    signers : public keys (32 bytes) to trust besides those signed in with the account's keys
    against : heads kept elsewhere, as printed on reports; the log must have grown from each of them

    Raises
    ------
    AccountError
        There is no log there, or the database cannot be reached.
    """
    engine, began = store.connect(url), time.perf_counter()
    copy = _copied(Path(engine.url.database or "")) if engine.dialect.name == "sqlite" else None
    try:
        heads, faults = _heads(keys, against)
        with ThreadPoolExecutor(1) as other:
            looked_over = other.submit(copy.look_over) if copy is not None else None  # while we hash
            try:
                with store.reading(engine) as connection:
                    row = connection.execute(store.HEAD.select()).first()
                    raw, peaks = (None, None) if row is None else (store.as_bytes(row[1]), store.as_bytes(row[2]))
                    faults += _about_database(connection)
                    found = check(lambda: _safe(connection), raw, peaks, keys=keys, signers=signers, against=heads)
            except AccountError:
                found = _salvage(engine, keys, signers, heads)
            faults += found.faults
            remarks = found.remarks
            if copy is not None and looked_over is not None:
                looked_over.result()
                remarks += (*copy.remarks, *copy.where({number for one in faults for number in one.entries}))
                faults[:0] = copy.faults
        if found.head is not None and not faults and keys is not None:
            keys.witness.remember(found.head)
        return Report(found.entries, found.head, tuple(faults), remarks, time.perf_counter() - began)
    finally:
        engine.dispose()
        if copy is not None:
            copy.close()


def _copied(path: Path) -> Copy:
    """Return a copy of a SQLite file, which another process looks over if it is large."""
    is_large = path.is_file() and path.stat().st_size >= beside.LARGE
    return (beside.CopyBeside if is_large else Copy).take(path)


def _heads(keys: Keys | None, against: Iterable[Head]) -> tuple[list[Head], list[Fault]]:
    """Return the heads the log must have grown from."""
    heads, faults = list(against), []
    if keys is not None:
        try:
            heads += keys.witness.seen().values()
        except AccountError as wrong:
            faults.append(Fault("keys", (), f"the heads kept beside the keys were changed ({keys.witness.path.name})"))
            del wrong
    return heads, faults


def check(
    chunks: Chunks,
    raw: bytes | None,
    peaks: bytes | None,
    keys: Keys | None = None,
    signers: Iterable[bytes] = (),
    against: Iterable[Head] = (),
) -> Report:
    """Return what is wrong with entries from anywhere, given their signed head.

    Parameters
    ----------
    chunks : gives all rows (number, record, leaf, link) from the beginning, many at a time; may be called twice
    raw, peaks : the head as kept, and the full subtrees as kept (None: not kept)
    keys, signers, against : as in `verify`
    """
    began, faults, remarks = time.perf_counter(), [], []
    head = _readable(raw)
    if head is None:
        faults.append(Fault("head", (), "the signed head is missing or was changed"))
    log = head.log if head is not None else b""
    sightings = [one for one in against if one.log == log]
    gathered = _Pass(FIRST_LINK, wanted=frozenset(one.size for one in sightings))
    key = None if keys is None else keys.seal_key
    fits = head is not None and _run(gathered, chunks)
    if head is not None and fits:
        fits = gathered.link == head.link and gathered.peaks.size == head.size and gathered.peaks.root() == head.root
    if not fits:
        found = locate((row for rows in chunks() for row in rows), head, key)
        if not found and head is not None:
            found = [Fault("head", (), "the entries are not those the head was signed over")]
        return Report(
            len(gathered.hashes), head, (*faults, *found, *_cut(head, sightings)), (), time.perf_counter() - began
        )
    assert head is not None
    notes = {number: read_leaf(innermost(leaf)) for number, leaf in gathered.special.items()}
    trusted = _trusted(gathered.special, keys, signers)
    if not trusted:
        remarks.append(f"The signer was not checked. Compare it with one you know: {head.signer.hex()}")
    elif head.signer not in trusted:
        faults.append(Fault("head", (), "the head is signed by nobody of this account"))
    if peaks is not None and peaks != b"".join(gathered.peaks.hashes):
        faults.append(Fault("head", (), "the subtrees kept beside the head were changed"))
    faults += _kept(gathered, notes, trusted)
    faults += _merged(gathered, trusted)
    faults += _grown(gathered, head, sightings)
    return Report(head.size, head, tuple(faults), tuple(remarks), time.perf_counter() - began)


def _readable(raw: bytes | None) -> Head | None:
    """Return the head if it is one and is signed."""
    try:
        head = read_head(raw or b"")
    except AccountError:
        return None
    return head if head.is_signed() else None


def _run(gathered: _Pass, chunks: Chunks) -> bool:
    """Take all entries; tell whether they fit."""
    try:
        return all(map(gathered.take, chunks()))
    except (TypeError, IndexError, ValueError):
        return False  # a value of another type or too short: the second pass names it


def _trusted(special: dict[int, bytes], keys: Keys | None, signers: Iterable[bytes]) -> set[bytes]:
    """Return the public keys to trust."""
    trusted = set(signers)
    if keys is not None:
        trusted.add(keys.signer)
        for leaf in special.values():
            raw = innermost(leaf)
            note = read_leaf(raw)
            if note.kind == SIGNER and is_sealed(raw, keys.seal_key):
                trusted.add(note.parts["key"])
    return trusted


def _kept(gathered: _Pass, notes: dict[int, Leaf], trusted: set[bytes]) -> list[Fault]:
    """Return heads kept in the log that it did not grow from."""
    faults = []
    for number, note in notes.items():
        if note.kind != HEAD_KEPT or gathered.special[number][0] == CARRIED:
            continue
        head = _readable(note.parts["head"])
        is_ours = head is not None and (not trusted or head.signer in trusted)
        if head is None or not is_ours or head.size != number - 1 or head.link != gathered.links[number - 1]:
            faults.append(Fault("head", (number,), f"the head kept in entry {number} is not of the entries before it"))
    return faults


def _merged(gathered: _Pass, trusted: set[bytes]) -> list[Fault]:
    """Return heads of other logs whose entries are not all here as they were signed."""
    inner: dict[int, bytes] = {}
    faults = []
    for number, leaf in gathered.special.items():
        taken = read_leaf(leaf)
        if taken.form == CARRIED:
            inner[number] = merkle.leaf_hash(taken.inner())
        elif taken.kind == MERGED:
            head = _readable(taken.parts["head"])
            hashes = order_of(taken.parts["order"], gathered.hashes, inner)
            is_ours = head is not None and (not trusted or head.signer in trusted)
            if head is None or not is_ours or len(hashes) != head.size or merkle.root(hashes) != head.root:
                faults.append(
                    Fault("merge", (number,), f"the other log's head in entry {number} is not of the entries merged")
                )
    return faults


def _grown(gathered: _Pass, head: Head, sightings: list[Head]) -> list[Fault]:
    """Return heads kept elsewhere that this log did not grow from."""
    faults = _cut(head, sightings)
    for one in sightings:
        if not one.is_signed():
            faults.append(Fault("head", (), f"a head of {one.size} entries kept elsewhere does not fit its signature"))
        elif 0 < one.size <= head.size and gathered.links[one.size] != one.link:
            faults.append(Fault("head", (), f"the first {one.size} entries were rewritten since a head kept elsewhere"))
    return faults


def _cut(head: Head | None, sightings: list[Head]) -> list[Fault]:
    """Return entries that a head kept elsewhere counted and this log no longer has."""
    latest = max((one.size for one in sightings if one.is_signed()), default=0)
    if head is None or latest <= head.size:
        return []
    gone = tuple(range(head.size + 1, latest + 1))
    return [Fault(REMOVED, gone, f"entries {gone[0]} to {gone[-1]} are missing: the log was cut back")]


def _about_database(connection: Connection) -> list[Fault]:
    """Return what is wrong with the database around the entries: tables and guards."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
        is_guarded = {row[0]: " ".join(row[1].split()) for row in rows} == store.sqlite_schema(connection)
    else:
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal "
            "AND c.oid IN ('entries'::regclass, 'head'::regclass) AND t.tgenabled = 'O'"
        )
        is_guarded = set(connection.execute(text(query)).scalars()) == set(store.guards(connection))
    problem = "the tables, or the triggers that keep them append-only, were changed"
    return [] if is_guarded else [Fault("guards", (), problem)]


def _safe(connection: Connection) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield all rows; on SQLite as bytes whatever their declared type became."""
    if connection.dialect.name != "sqlite":
        yield from store.chunks(connection)
        return
    file: Any = connection.connection.driver_connection
    file.text_factory = bytes
    try:
        yield from store.chunks(connection)
    finally:
        file.text_factory = str


def _salvage(engine: Engine, keys: Keys | None, signers: Iterable[bytes], against: Iterable[Head]) -> Report:
    """Return what is wrong with a database that cannot be read through: what can be read is, entry by entry."""
    faults = [Fault("file", (), "the database is damaged and cannot be read through")]
    if engine.dialect.name == "sqlite":
        rows, raw = _row_by_row(engine.url.database or "")
    else:
        rows, raw = _row_by_row_of_server(engine)
    found = check(lambda: iter([rows]), raw, None, keys, signers, against)
    return Report(len(rows), found.head, (*faults, *found.faults), found.remarks, found.seconds)


def _row_by_row(path: str) -> tuple[list[tuple[Any, ...]], bytes | None]:
    """Return the rows of a damaged file that can be read, and the head."""
    raw, rows = None, []
    file = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        file.text_factory = bytes
        kept = _one(file, "SELECT raw FROM head WHERE id = 1")
        raw = kept[0] if kept and isinstance(kept[0], bytes) else None
        head = _readable(raw)
        last = head.size if head is not None else 0
        for number in range(1, last + 1):
            row = _one(file, f"SELECT number, record, leaf, link FROM entries WHERE number = {number}")
            if row is not None:
                rows.append(row)
    finally:
        file.close()
    return rows, raw


def _row_by_row_of_server(engine: Engine) -> tuple[list[tuple[Any, ...]], bytes | None]:
    """Return the rows PostgreSQL still gives, and the head; pages that fail their checksum it refuses."""
    raw, rows = None, []
    with store.plainly(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with suppress(DBAPIError):
            raw = connection.execute(text("SELECT raw FROM head WHERE id = 1")).scalar()
        head = _readable(raw)
        for number in range(1, (head.size if head is not None else 0) + 1):
            query = f"SELECT number, record, leaf, link FROM entries WHERE number = {number}"
            with suppress(DBAPIError):
                rows += [tuple(row) for row in connection.execute(text(query))]
    return rows, raw


def _one(file: sqlite3.Connection, query: str) -> tuple[Any, ...] | None:
    try:
        row: tuple[Any, ...] | None = file.execute(query).fetchone()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return None
    return row
