"""The key store: a file apart from the log, with the account's secrets and one key for each person or thing.

Subjects stand in it under keyed pseudonyms, one for each ledger, so that neither a name nor a person who occurs in two
ledgers can be looked up. The keys are wrapped by a key that a passphrase opens (scrypt, RFC 7914); without a passphrase
only the file's mode 600 protects them. Destroying a key overwrites its row. What a disk, a snapshot or a backup of this
file still holds of it is beyond Toguna: keep backups of keys few, apart and short.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from toguna.accounts.log.sealing import ID_BYTES, KEY_BYTES, decrypt, derive, encrypt, pseudonym, unwrap, wrap
from toguna.accounts.log.witness import Witness
from toguna.core.errors import AccountError

SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 16, 8, 1  # 64 MiB, some 0.2 s
_TABLES = """
CREATE TABLE store (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE subject_keys (key_id BLOB PRIMARY KEY, subject BLOB NOT NULL, generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL) STRICT;
CREATE INDEX subject_keys_of ON subject_keys (subject);
CREATE TABLE erased (subject BLOB PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE TABLE ledgers (name TEXT PRIMARY KEY) STRICT;
"""


class SubjectKey(NamedTuple):
    """One key of a subject: its id, whose it is, how many erasures came before it, and the key."""

    key_id: bytes
    subject: bytes
    generation: int
    key: bytes


class Keys:
    """The keys of an account on one machine.

    Use `Keys.create` for a new account, `Keys.open` for one that is there, and `enrol` for a second machine.
    """

    def __init__(self, path: Path, file: sqlite3.Connection, root: bytes, signing: bytes) -> None:
        self.path = path
        self.witness = Witness(path.with_name(path.name + ".seen"))
        self.signing = Ed25519PrivateKey.from_private_bytes(signing)
        self.signer = self.signing.public_key().public_bytes_raw()
        self.seal_key, self.about_key = derive(root, "seal"), derive(root, "about")
        self._names, self._wrapping = derive(root, "names"), derive(root, "wrapping")
        self._root, self._file, self._lock = root, file, threading.RLock()

    @classmethod
    def create(cls, path: str | Path, passphrase: str | None = None) -> Self:
        """Return the keys of a new account, in a new file.

        Parameters
        ----------
        path : the file; it must not be there yet
        passphrase : opens the file; without one only its mode 600 protects it

        Raises
        ------
        AccountError
            The file is there already, or the passphrase is empty.
        """
        return cls._write(Path(path), passphrase, os.urandom(KEY_BYTES))

    @classmethod
    def open(cls, path: str | Path, passphrase: str | None = None) -> Self:
        """Return the keys in a file.

        Raises
        ------
        AccountError
            The file is not there, is no key store, can be read by others, or the passphrase is another.
        """
        path = Path(path)
        if not path.is_file():
            raise AccountError(f"{path}: there is no key store. Create one, or name the file it is in.")
        if path.stat().st_mode & 0o077:
            raise AccountError(f"{path}: others may read or write the key store. Set its mode to 600: chmod 600 {path}")
        file = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        try:
            _prepare(file)
            kept = {str(name): bytes(value) for name, value in file.execute("SELECT name, value FROM store")}
            salt, sealed = kept["salt"], kept["secrets"]
        except (sqlite3.Error, KeyError, TypeError):
            file.close()
            raise AccountError(
                f"{path}: this is not a key store, or it is damaged. Restore it from a backup."
            ) from None
        try:
            secrets = decrypt(_door(passphrase, salt), sealed, b"secrets")
        except AccountError:
            file.close()
            raise AccountError(
                f"{path}: the passphrase does not open the key store. Give the one it was made with."
            ) from None
        return cls(path, file, secrets[:KEY_BYTES], secrets[KEY_BYTES:])

    def enrol(self, path: str | Path, passphrase: str | None = None, *, with_subjects: bool = True) -> Keys:
        """Return a key store of the same account for a second machine, which signs with a key of its own.

        Parameters
        ----------
        path, passphrase : as in `create`
        with_subjects : hand over the keys of subjects as well, so that the second machine can read what is there
        """
        other = self._write(Path(path), passphrase, self._root)
        if with_subjects:
            other.take(self.give(), self.erasures(), self.ledgers())
        return other

    @classmethod
    def of_account(cls, path: str | Path, secret: bytes, passphrase: str | None = None) -> Self:
        """Return a new key store of an account whose secret a backup gave; it signs with a key of its own."""
        return cls._write(Path(path), passphrase, secret)

    @classmethod
    def _write(cls, path: Path, passphrase: str | None, root: bytes) -> Self:
        if passphrase == "":
            raise AccountError("The passphrase is empty. Give one, or none at all to rely on the file's mode.")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            raise AccountError(f"{path}: a file is there already. Open it, or name another for the new keys.") from None
        except OSError as wrong:
            raise AccountError(
                f"{path}: the key store cannot be written ({wrong.strerror}). Name another place."
            ) from None
        file = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        _prepare(file)
        signing = Ed25519PrivateKey.generate().private_bytes_raw()
        salt = os.urandom(ID_BYTES)
        file.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        with _transaction(file):
            sealed = encrypt(_door(passphrase, salt), root + signing, b"secrets")
            file.executemany("INSERT INTO store VALUES (?, ?)", [("salt", salt), ("secrets", sealed)])
        return cls(path, file, root, signing)

    def record(self, ledger: str, record_id: str) -> bytes:
        """Return the pseudonym of a record, 16 bytes."""
        return pseudonym(self._names, "record", ledger, record_id)

    def subject(self, ledger: str, subject: str) -> bytes:
        """Return the pseudonym of a person or thing in one ledger, 16 bytes."""
        return pseudonym(self._names, "subject", ledger, subject)

    def keys_for(self, wanted: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
        """Return id and key for each ledger and subject; made and safely on disk where there was none."""
        names = [self.subject(*one) for one in wanted]
        with self._lock:
            found = {name: self._living(name) for name in set(names)}
            if any(one is None for one in found.values()):
                with _transaction(self._file):
                    self._file.executemany(
                        "INSERT OR IGNORE INTO ledgers VALUES (?)", [(ledger,) for ledger in {one[0] for one in wanted}]
                    )
                    found = {name: self._living(name) or self._fresh(name) for name in found}
        return [key for key in (found[name] for name in names) if key is not None]

    def _living(self, subject: bytes) -> tuple[bytes, bytes] | None:
        row = self._file.execute(
            "SELECT key_id, wrapped FROM subject_keys WHERE subject = ? ORDER BY generation DESC, key_id LIMIT 1",
            (subject,),
        ).fetchone()
        return None if row is None else (row[0], unwrap(self._wrapping, row[1]))

    def _fresh(self, subject: bytes) -> tuple[bytes, bytes]:
        key_id, key = os.urandom(ID_BYTES), os.urandom(KEY_BYTES)
        row = (key_id, subject, self._erasures_of(subject), wrap(self._wrapping, key))
        self._file.execute("INSERT INTO subject_keys VALUES (?, ?, ?, ?)", row)
        return key_id, key

    def _erasures_of(self, subject: bytes) -> int:
        row = self._file.execute("SELECT generation FROM erased WHERE subject = ?", (subject,)).fetchone()
        return 0 if row is None else int(row[0])

    def key(self, key_id: bytes) -> bytes | None:
        """Return a subject's key by its id; None where it was destroyed or never came to this machine."""
        with self._lock:
            row = self._file.execute("SELECT wrapped FROM subject_keys WHERE key_id = ?", (key_id,)).fetchone()
        return None if row is None else unwrap(self._wrapping, row[0])

    def to_erase(self, subject: str, ledgers: Iterable[str] | None = None) -> list[tuple[str, bytes, int]]:
        """Return ledger, pseudonym and number of the coming erasure wherever a subject has a key."""
        with self._lock:
            known = [row[0] for row in self._file.execute("SELECT name FROM ledgers ORDER BY name")]
            named = [(ledger, self.subject(ledger, subject)) for ledger in (known if ledgers is None else ledgers)]
            return [(ledger, name, self._erasures_of(name) + 1) for ledger, name in named if self._living(name)]

    def destroy(self, erasures: Iterable[tuple[bytes, int]]) -> None:
        """Destroy the keys of subjects made before their erasure of that number; doing it twice changes nothing."""
        with self._lock:
            news = [(name, number) for name, number in erasures if self._erasures_of(name) < number]
            if not news:
                return
            with _transaction(self._file):
                for name, number in news:
                    self._file.execute("DELETE FROM subject_keys WHERE subject = ? AND generation < ?", (name, number))
                    self._file.execute("INSERT OR REPLACE INTO erased VALUES (?, ?)", (name, number))

    def give(self) -> list[SubjectKey]:
        """Return all living keys of subjects, unwrapped: for another key store of this account only."""
        with self._lock:
            rows = self._file.execute("SELECT key_id, subject, generation, wrapped FROM subject_keys").fetchall()
        return [SubjectKey(one, subject, number, unwrap(self._wrapping, key)) for one, subject, number, key in rows]

    def erasures(self) -> list[tuple[bytes, int]]:
        """Return the subjects erased and how often."""
        with self._lock:
            return self._file.execute("SELECT subject, generation FROM erased").fetchall()

    def ledgers(self) -> list[str]:
        """Return the ledgers that have keys here."""
        with self._lock:
            return [row[0] for row in self._file.execute("SELECT name FROM ledgers ORDER BY name")]

    def take(
        self, keys: Iterable[SubjectKey], erasures: Iterable[tuple[bytes, int]], ledgers: Iterable[str] = ()
    ) -> None:
        """Take over keys and erasures from another key store; a key of somebody erased is not taken."""
        self.destroy(erasures)
        with self._lock, _transaction(self._file):
            self._file.executemany("INSERT OR IGNORE INTO ledgers VALUES (?)", [(name,) for name in ledgers])
            for one in keys:
                if one.generation >= self._erasures_of(one.subject):
                    row = (one.key_id, one.subject, one.generation, wrap(self._wrapping, one.key))
                    self._file.execute("INSERT OR IGNORE INTO subject_keys VALUES (?, ?, ?, ?)", row)

    def box(self) -> bytes:
        """Return the account's key for what travels between its machines, 32 bytes."""
        return derive(self._root, "travel")

    def secret(self) -> bytes:
        """Return the account's secret, 32 bytes: for an encrypted backup and nothing else."""
        return self._root

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare(file: sqlite3.Connection) -> None:
    """Let deleted keys be overwritten, and no second file keep them."""
    file.execute("PRAGMA busy_timeout = 60000")
    file.execute("PRAGMA secure_delete = ON")
    file.execute("PRAGMA synchronous = EXTRA")


@contextmanager
def _transaction(file: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or nothing."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        file.execute("ROLLBACK")
        raise
    file.execute("COMMIT")


def _door(passphrase: str | None, salt: bytes) -> bytes:
    """Return the key that opens the account's secrets."""
    if passphrase is None:
        return derive(salt.ljust(KEY_BYTES, b"\0"), "no passphrase")
    return Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())
