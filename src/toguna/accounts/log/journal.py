"""The log: append, read, erase, prove. Each of them leaves an entry or shows one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Engine, insert, update

from toguna.accounts.log import merkle, store
from toguna.accounts.log.keys import Keys
from toguna.accounts.log.leaf import CARRIED, NOTE, SEALED, Leaf, innermost, is_sealed, read_leaf, write_leaf
from toguna.accounts.log.sealing import ID_BYTES, data_key, key_id, open_about, open_fields, seal, seal_about
from toguna.accounts.log.signing import FIRST_LINK, Head, read_head, sign
from toguna.core.errors import AccountError

OWN = "log"  # ledger of the log's notes about itself
READ, ERASED, SIGNER, HEAD_KEPT, STAMP, MERGED, CARRY = "read", "erased", "signer", "head", "stamp", "merged", "carried"
KEEP_EVERY = 4096  # entries between two heads kept in the log


class Draft(NamedTuple):
    """An entry to append.

    Attributes
    ----------
    ledger, record_id, kind : where it belongs and what happened; ledger and kind stand in clear
    fields : what it says, by name; names stand in clear
    actor, reason : who writes and why
    subject : person or thing whose erasure takes the content away; default: the record itself
    """

    ledger: str
    record_id: str
    kind: str
    fields: Mapping[str, Any]
    actor: str
    reason: str = ""
    subject: str | None = None


@dataclass(frozen=True)
class Entry:
    """An entry acknowledged: it is on disk, chained and under a signed head.

    Attributes
    ----------
    number : its place in the log, from 1
    log : id of the log, 16 bytes
    hash : its hash as a leaf of the tree, 32 bytes
    time : when it was written, microseconds since 1970, UTC
    ledger, kind : as given
    """

    number: int
    log: bytes
    hash: bytes
    time: int
    ledger: str
    kind: str


@dataclass(frozen=True)
class Reading:
    """What an entry says to somebody with the keys.

    Attributes
    ----------
    number : its place in this log
    log, own_number : log it was first written in, and its number there
    time : microseconds since 1970, UTC
    kind, actor, reason : what happened, who wrote it and why
    fields : what it says; None where the key was destroyed or is not on this machine
    """

    number: int
    log: bytes
    own_number: int
    time: int
    kind: str
    actor: str
    reason: str
    fields: dict[str, Any] | None


@dataclass(frozen=True)
class Inclusion:
    """Proof that an entry stands in the log a signed head is of.

    Attributes
    ----------
    number : place in the log, from 1
    hash : hash of the entry's leaf
    path : hashes beside its way to the root
    head : signed head
    """

    number: int
    hash: bytes
    path: tuple[bytes, ...]
    head: Head

    def holds(self) -> bool:
        """Tell whether the proof is right and the head signed; whether to trust the signer is for the reader to say."""
        included = merkle.is_included(self.hash, self.number - 1, self.head.size, self.path, self.head.root)
        return included and self.head.is_signed()


@dataclass
class Log:
    """An append-only log in a database, with the keys of its account.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from toguna.accounts.log import Keys, Log
    >>> with TemporaryDirectory() as folder, Keys.create(f"{folder}/keys") as keys:
    ...     with Log.open(f"sqlite:///{folder}/log.db", keys) as log:
    ...         entry = log.append("rights", "case-1", "reported", {"act": "pillage"}, actor="officer-7")
    ...         [said] = log.read("rights", "case-1", actor="officer-8", reason="review")
    ...         (entry.number, said.fields, log.head().size, log.prove(entry.number).holds())
    (2, {'act': 'pillage'}, 3, True)
    """

    engine: Engine
    keys: Keys
    id: bytes = b""
    _hashes: list[bytes] = field(default_factory=list, repr=False)
    _trusted: set[bytes] = field(default_factory=set, repr=False)

    @classmethod
    def open(cls, url: str, keys: Keys) -> Self:
        """Return the log in a database; begun if there is none.

        Parameters
        ----------
        url : path of a SQLite file, or "sqlite:///..." or "postgresql://..."
        keys : the account's keys

        Raises
        ------
        AccountError
            The database cannot be used, or the log in it belongs to another account.
        """
        log = cls(store.connect(url), keys)
        try:
            if not store.is_there(log.engine):
                with store.writing(log.engine) as connection:
                    store.create(connection)
            log._enter()
        except AccountError:
            log.close()
            raise
        return log

    def _enter(self) -> None:
        """Begin the log if it is empty, sign in this machine's key, and make up for erasures that were cut short."""
        record = self.keys.record(OWN, SIGNER)
        with store.reading(self.engine) as connection:
            known = self._notes(connection, SIGNER, record)
            erasures = self._notes(connection, ERASED, self.keys.record(OWN, ERASED))
            row = connection.execute(store.HEAD.select()).first()
        if row is not None:
            self.id = read_head(store.as_bytes(row[1])).log
        if row is not None and not known:
            raise AccountError(
                "The log was not begun with the keys of this account. Open it with the keys it was begun with."
            )
        self._trusted = {note.parts["key"] for note in known}
        if self.keys.signer not in self._trusted:
            with store.writing(self.engine) as connection:
                row = connection.execute(store.HEAD.select()).first()
                if row is None:
                    self._begin(connection)
                self._trusted |= {note.parts["key"] for note in self._notes(connection, SIGNER, record)}
                self._write(connection, [self._note(SIGNER, {"key": self.keys.signer})])
            self._trusted.add(self.keys.signer)
        self.apply(erasures)

    def _begin(self, connection: Connection) -> None:
        """Write the first head: of no entries, signed by this machine."""
        log = os.urandom(ID_BYTES)
        head = sign(log, 0, merkle.EMPTY, FIRST_LINK, _now(), self.keys.signing)
        connection.execute(insert(store.HEAD).values(id=1, raw=head.raw(), peaks=b""))

    def append(
        self,
        ledger: str,
        record_id: str,
        kind: str,
        fields: Mapping[str, Any],
        actor: str,
        reason: str = "",
        subject: str | None = None,
    ) -> Entry:
        """Return an entry once it is safely in the log; arguments as in `Draft`."""
        return self.append_many([Draft(ledger, record_id, kind, fields, actor, reason, subject)])[0]

    def append_many(self, drafts: Sequence[Draft], check: Callable[[Connection], None] | None = None) -> list[Entry]:
        """Return many entries once they are safely in the log, all or none: much quicker than one by one.

        Parameters
        ----------
        check : called when nobody else can write any more, before anything is; what it raises stops the writing

        Raises
        ------
        AccountError
            A draft cannot be kept, or the log was changed by another hand; then nothing is written.
        """
        if not drafts:
            return []
        if any(draft.ledger == OWN for draft in drafts):
            raise AccountError(
                f"A ledger cannot be called {OWN!r}: the log's notes about itself are. Name it otherwise."
            )
        subjects = self.keys.keys_for(
            [(one.ledger, one.record_id if one.subject is None else one.subject) for one in drafts]
        )
        unwritten = []
        for one, subject in zip(drafts, subjects, strict=True):
            record = self.keys.record(one.ledger, one.record_id)
            about = {"actor": one.actor, "reason": one.reason, "record": one.record_id}
            parts = seal(one.ledger, one.record_id, one.fields, subject)
            parts |= seal_about(about, one.ledger, record, self.keys.about_key)
            unwritten.append(Leaf(SEALED, b"", 0, 0, record, one.ledger, one.kind, parts))
        return self._commit(unwritten, check)

    def history(self, connection: Connection, ledger: str, record_id: str) -> list[Reading]:
        """Return what the entries of a record say, oldest first, seen within a transaction; it is not logged.

        For what keeps ledgers; people read with `read`.
        """
        rows = store.rows_of(connection, self.keys.record(ledger, record_id))
        return [self._open(row, ledger, record_id) for row in rows]

    def news(self, after: int = 0) -> Iterator[tuple[str, str, Reading]]:
        """Yield ledger, record and what is said of entries after a number, oldest first, without the log's own notes.

        For what keeps ledgers; it is not logged.
        """
        with store.reading(self.engine) as connection:
            for rows in store.chunks(connection, after):
                for number, record, leaf, link in rows:
                    read = read_leaf(innermost(bytes(leaf)))
                    if read.form != SEALED or read.kind == READ:
                        continue
                    about = open_about(read.parts, read.ledger, read.record, self.keys.about_key)
                    row = store.Row(number, bytes(record), bytes(leaf), bytes(link))
                    yield read.ledger, about["record"], self._open(row, read.ledger, about["record"])

    def read(self, ledger: str, record_id: str, actor: str, reason: str, *, with_reads: bool = False) -> list[Reading]:
        """Return what the entries of a record say, oldest first; that it was read is logged before anything is shown.

        Parameters
        ----------
        ledger, record_id : the record
        actor, reason : who reads and why; both are kept
        with_reads : show who read it as well

        Raises
        ------
        AccountError
            No reader or reason is named, or an entry was changed.
        """
        if not actor or not reason:
            raise AccountError("Nobody reads a record without a name and a reason. Give actor and reason.")
        record = self.keys.record(ledger, record_id)
        about = seal_about({"actor": actor, "reason": reason}, ledger, record, self.keys.about_key)
        self._commit([Leaf(SEALED, b"", 0, 0, record, ledger, READ, about)])
        with store.reading(self.engine) as connection:
            rows = store.rows_of(connection, record)
        readings = [self._open(row, ledger, record_id) for row in rows]
        return [one for one in readings if with_reads or one.kind != READ]

    def _open(self, row: store.Row, ledger: str, record_id: str) -> Reading:
        raw = innermost(row.leaf)
        if not is_sealed(raw, self.keys.seal_key):
            raise AccountError(f"Entry {row.number} of the log was changed. Verify the log; restore it from a backup.")
        leaf = read_leaf(raw)
        about = open_about(leaf.parts, ledger, leaf.record, self.keys.about_key)
        fields: dict[str, Any] | None = {}
        if (hangs_on := key_id(leaf.parts)) is not None:
            outer = self.keys.key(hangs_on)
            fields = None if outer is None else open_fields(leaf.parts, ledger, record_id, data_key(leaf.parts, outer))
        return Reading(row.number, leaf.log, leaf.number, leaf.time, leaf.kind, about["actor"], about["reason"], fields)

    def erase(self, subject: str, actor: str, reason: str, ledgers: Iterable[str] | None = None) -> list[Entry]:
        """Return the entries that say so, once the keys of a person or thing are destroyed.

        What was logged about them can be read by nobody from then on; that it was logged can still be proved. Other
        machines and backups follow when they next merge with, or are restored beside, this log.

        Parameters
        ----------
        subject : whom or what to erase, as named when appending
        actor, reason : who erases and why
        ledgers : in which ledgers; default: in all
        """
        named = self.keys.to_erase(subject, ledgers)
        record = self.keys.record(OWN, ERASED)
        drafts = []
        for ledger, name, number in named:
            parts = {"subject": name, "erasure": number.to_bytes(4, "big"), "ledger": ledger.encode()}
            parts |= seal_about({"actor": actor, "reason": reason}, OWN, record, self.keys.about_key)
            drafts.append(Leaf(NOTE, b"", 0, 0, record, OWN, ERASED, parts))
        entries = self._commit(drafts) if drafts else []
        self.keys.destroy((name, number) for _, name, number in named)
        return entries

    def apply(self, erasures: Iterable[Leaf]) -> None:
        """Destroy the keys that notes of erasure name, where they are still here."""
        self.keys.destroy((one.parts["subject"], int.from_bytes(one.parts["erasure"], "big")) for one in erasures)

    def head(self) -> Head:
        """Return the signed head of the log as it is now."""
        with store.reading(self.engine) as connection:
            row = connection.execute(store.HEAD.select()).first()
        if row is None:
            raise AccountError(store.CHANGED)
        head = read_head(store.as_bytes(row[1]))
        self.keys.witness.remember(head)
        return head

    def stamp(self, answer: bytes, head: Head) -> Entry:
        """Return the entry that keeps a time-stamping authority's answer about a head."""
        return self._commit([self._note(STAMP, {"head": head.raw(), "answer": answer})])[0]

    def stamps(self) -> list[tuple[Head, bytes]]:
        """Return the heads that were stamped, with the authorities' answers; `stamping.stamped_at` checks them."""
        with store.reading(self.engine) as connection:
            notes = self._notes(connection, STAMP, self.keys.record(OWN, STAMP))
        return [(read_head(note.parts["head"]), note.parts["answer"]) for note in notes]

    def prove(self, number: int, head: Head | None = None) -> Inclusion:
        """Return the proof that an entry stands in the log as of a head; default: as it is now.

        Raises
        ------
        AccountError
            There is no such entry, or the log is not what the head was signed over.
        """
        head = self.head() if head is None else head
        if not 1 <= number <= head.size:
            raise AccountError(f"The log has no entry {number} under this head; it goes from 1 to {head.size}.")
        hashes = self._leaves(head)
        return Inclusion(number, hashes[number - 1], tuple(merkle.inclusion(hashes, number - 1)), head)

    def consistent(self, old: Head, new: Head | None = None) -> tuple[bytes, ...]:
        """Return the proof that the log of one head grew into that of a later one; default: into the log as it is now.

        Raises
        ------
        AccountError
            It did not, or a head is of another log.
        """
        new = self.head() if new is None else new
        if old.log != new.log or new.log != self.id or not old.is_signed() or not new.is_signed():
            raise AccountError("The heads are not both signed heads of this log. Give heads printed from this log.")
        if old.size > new.size:
            raise AccountError(
                f"The older head has {old.size} entries, the newer {new.size}: entries are missing. Verify the log."
            )
        path = merkle.consistency(self._leaves(new), old.size) if old.size else []
        if old.size and not merkle.is_consistent(old.size, old.root, new.size, new.root, path):
            raise AccountError(
                "The log did not grow from the older head: it was rewritten. Verify it against that head."
            )
        return tuple(path)

    def _leaves(self, head: Head) -> list[bytes]:
        """Return the hashes of the entries under a head; entries hashed before are not read again."""
        if len(self._hashes) < head.size:
            with store.reading(self.engine) as connection:
                for rows in store.chunks(connection, len(self._hashes)):
                    self._hashes += [sha256(b"\x00" + row[2]).digest() for row in rows]
        hashes = self._hashes[: head.size]
        if merkle.root(hashes) != head.root:
            self._hashes.clear()
            raise AccountError(
                "The log is not what this head was signed over. Verify it to see which entries were changed."
            )
        return hashes

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note(self, kind: str, parts: dict[str, bytes]) -> Leaf:
        return Leaf(NOTE, b"", 0, 0, self.keys.record(OWN, kind), OWN, kind, parts)

    def _notes(self, connection: Connection, kind: str, record: bytes) -> list[Leaf]:
        """Return the log's genuine notes of a kind, own and carried."""
        raws = [innermost(row.leaf) for row in store.rows_of(connection, record)]
        leaves = [read_leaf(raw) for raw in raws if is_sealed(raw, self.keys.seal_key)]
        return [one for one in leaves if one.kind == kind and one.form == NOTE]

    def _commit(self, unwritten: list[Leaf], check: Callable[[Connection], None] | None = None) -> list[Entry]:
        """Return entries once their transaction is on disk."""
        with store.writing(self.engine) as connection:
            entries, head = self._write(connection, unwritten, check)
        self.keys.witness.remember(head)
        return entries

    def _write(
        self, connection: Connection, unwritten: Sequence[Leaf], check: Callable[[Connection], None] | None = None
    ) -> tuple[list[Entry], Head]:
        """Number, seal, hash and insert entries, and sign the head over them, in a transaction that writes."""
        locked = store.lock_head(connection)
        if locked is None:
            raise AccountError(store.CHANGED)
        head, peaks = locked
        self._check(connection, head)
        if check is not None:
            check(connection)
        kept = [self._note(HEAD_KEPT, {"head": head.raw()})] if is_due(head.size, len(unwritten)) else []
        link, when, rows, entries = head.link, max(_now(), head.time), [], []
        for number, one in enumerate([*kept, *unwritten], start=head.size + 1):
            stamped = Leaf(one.form, head.log, number, when, one.record, one.ledger, one.kind, one.parts)
            leaf = write_leaf(stamped, self.keys.seal_key)
            hashed = merkle.leaf_hash(leaf)
            link = sha256(link + hashed).digest()
            peaks.add(hashed)
            rows.append({"number": number, "record": one.record, "leaf": leaf, "link": link})
            entries.append(Entry(number, head.log, hashed, when, one.ledger, one.kind))
        connection.execute(insert(store.ENTRIES), rows)
        head = sign(head.log, peaks.size, peaks.root(), link, when, self.keys.signing)
        values = {"raw": head.raw(), "peaks": b"".join(peaks.hashes)}
        connection.execute(update(store.HEAD).where(store.HEAD.c.id == 1).values(**values))
        return entries[len(kept) :], head

    def _check(self, connection: Connection, head: Head) -> None:
        """Refuse to write on a head that nobody of this account signed, or that belongs to another log than before."""
        self.id = self.id or head.log
        if head.signer not in self._trusted:
            notes = self._notes(connection, SIGNER, self.keys.record(OWN, SIGNER))
            self._trusted |= {note.parts["key"] for note in notes}
        is_trusted = head.signer == self.keys.signer or head.signer in self._trusted
        if head.log != self.id or not head.is_signed() or not is_trusted:
            raise AccountError(store.CHANGED)

    def carry_in(self, connection: Connection, leaves: Sequence[bytes], merged: Mapping[str, bytes]) -> Head:
        """Append entries of another log as they are, and a note of the other log's head; for merging."""
        carried = [
            Leaf(CARRIED, b"", 0, 0, read_leaf(innermost(raw)).record, OWN, CARRY, {"leaf": raw}) for raw in leaves
        ]
        return self._write(connection, [*carried, self._note(MERGED, dict(merged))])[1]


def is_due(size: int, more: int) -> bool:
    """Tell whether so many more entries cross the line at which the head before them is kept in the log."""
    return size > 0 and size // KEEP_EVERY != (size + more) // KEEP_EVERY


def _now() -> int:
    return time.time_ns() // 1000
