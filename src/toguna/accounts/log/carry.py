r"""Files that carry a log: backups, and exports from one machine to another.

A file holds the signed head, every entry with its link, the keys if asked for, and a SHA-256 over all before:

    "toguna log 1\n", head (217 bytes), entries (8 bytes), bytes of keys (4),
    the length of each entry (4 bytes each), the entries (length again, leaf, link), keys, digest (32 bytes)

Lengths stand twice, so that one changed byte is found in the one entry it is in. Content travels as it is kept: sealed.
In a backup the keys are encrypted by a passphrase; in an export by a key only the account's machines have.
"""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import insert

from toguna.accounts.log import store
from toguna.accounts.log.journal import Log
from toguna.accounts.log.keys import SCRYPT_N, SCRYPT_P, SCRYPT_R, Keys, SubjectKey
from toguna.accounts.log.leaf import RECORD, is_sealed
from toguna.accounts.log.locate import ALTERED, Fault
from toguna.accounts.log.merged import Merge, merge
from toguna.accounts.log.merkle import Peaks, leaf_hash
from toguna.accounts.log.sealing import ID_BYTES, KEY_BYTES, decrypt, encrypt
from toguna.accounts.log.signing import RAW_BYTES, Head, read_head, sign
from toguna.accounts.log.verify import Report, check
from toguna.core.errors import AccountError

_MAGIC = b"toguna log 1\n"
_SIZES = struct.Struct(">QI")
_LENGTH = struct.Struct(">I")
_FRONT = len(_MAGIC) + RAW_BYTES + _SIZES.size
_DIGEST = _LINK = 32


class _Carried(NamedTuple):
    """What a file holds, and what is wrong with the file itself."""

    raw: bytes
    rows: list[tuple[int, bytes, bytes, bytes]]
    keys: bytes
    faults: list[Fault]


def back_up(log: Log, path: str | Path, passphrase: str) -> Head:
    """Return the head of what was written: the whole log and its keys, encrypted by a passphrase.

    Whoever has such a file and its passphrase can read even who was erased after it was made: keep few, and not for
    long. What `restore_keys` gives is erased again as soon as it is opened with a log that says so.

    Parameters
    ----------
    log : the log
    path : a new file, mode 600
    passphrase : opens the keys in the file; not that of the key store
    """
    if not passphrase:
        raise AccountError("A backup with keys needs a passphrase. Give one, or export the log without keys.")
    salt = os.urandom(ID_BYTES)
    keys = salt + encrypt(_door(passphrase, salt), _spell(log.keys, secret=True), b"backup")
    return _write(log, Path(path), keys)


def export(log: Log, path: str | Path, *, with_keys: bool = True) -> Head:
    """Return the head of what was written: the whole log, for another machine of the account to merge.

    Parameters
    ----------
    log : the log
    path : a new file, mode 600
    with_keys : take the keys of subjects along, readable by the account's machines only
    """
    return _write(
        log, Path(path), encrypt(log.keys.box(), _spell(log.keys, secret=False), b"export") if with_keys else b""
    )


def verify_file(path: str | Path, keys: Keys | None = None) -> Report:
    """Return what is wrong with a backup or export, entry by entry.

    Parameters
    ----------
    path : the file
    keys : the account's keys; without them seals and signer are not checked
    """
    carried = _read(Path(path))
    found = check(lambda: _in_chunks(carried.rows), carried.raw, None, keys)
    faults = [*carried.faults, *found.faults]
    return Report(found.entries, found.head, tuple(faults), found.remarks, found.seconds)


def restore_keys(path: str | Path, to: str | Path, passphrase: str, own: str | None = None) -> Keys:
    """Return a key store made from a backup; it signs with a key of its own from now on.

    Parameters
    ----------
    path : the backup
    to : a new file for the keys
    passphrase : that of the backup
    own : passphrase for the new file; None: only its mode protects it

    Raises
    ------
    AccountError
        The file holds no keys, or the passphrase is another.
    """
    sealed = _read(Path(path)).keys
    if not sealed:
        raise AccountError(f"{path}: there are no keys in this file. Take a backup made with a passphrase.")
    salt = sealed[:ID_BYTES]
    try:
        spelt = json.loads(decrypt(_door(passphrase, salt), sealed[ID_BYTES:], b"backup"))
    except AccountError:
        raise AccountError(
            f"{path}: the passphrase does not open the keys in this backup. Give the one it was made with."
        ) from None
    keys = Keys.of_account(to, base64.b64decode(spelt["root"]), own)
    _take(keys, spelt)
    return keys


def restore(path: str | Path, url: str, keys: Keys, *, as_copy: bool = False) -> Log:
    """Return the log of a backup or export in an empty database, entry for entry the same.

    Parameters
    ----------
    path : the file; it is verified first
    url : an empty database, SQLite or PostgreSQL
    keys : the account's keys
    as_copy : let it go on as a second log beside the first, under an id of its own; they can be merged later

    Raises
    ------
    AccountError
        The file was changed, the database holds a log already, or the keys are another account's.
    """
    carried, head = _whole(path, keys)
    engine = store.connect(url)
    if store.is_there(engine):
        engine.dispose()
        raise AccountError("The database holds a log already. Give an empty one, or merge the file into that log.")
    peaks = Peaks()
    with store.writing(engine) as connection:
        store.create(connection)
        for rows in _in_chunks(carried.rows):
            peaks.add_full([leaf_hash(row[2]) for row in rows])
            values = [dict(zip(("number", "record", "leaf", "link"), row, strict=True)) for row in rows]
            connection.execute(insert(store.ENTRIES), values)
        if as_copy:
            head = sign(os.urandom(ID_BYTES), head.size, head.root, head.link, head.time, keys.signing)
        connection.execute(insert(store.HEAD).values(id=1, raw=head.raw(), peaks=b"".join(peaks.hashes)))
    engine.dispose()
    return Log.open(url, keys)


def bring_in(log: Log, path: str | Path) -> Merge:
    """Return what merging a file of another machine's log into this one did; doing it twice adds nothing.

    Parameters
    ----------
    log : the log that takes the entries
    path : an export or backup of another log of the account, or of a copy of this one; it is verified first

    Raises
    ------
    AccountError
        The file was changed, or comes from another account.
    """
    carried, head = _whole(path, log.keys)
    if carried.keys:
        with suppress(AccountError):  # keys of a backup open with its passphrase only
            _take(log.keys, json.loads(decrypt(log.keys.box(), carried.keys, b"export")))
    return merge(log, [row[2] for row in carried.rows], head)


def _whole(path: str | Path, keys: Keys) -> tuple[_Carried, Head]:
    """Return what a file holds, once nothing is wrong with it and all of it is this account's."""
    carried = _read(Path(path))
    found = check(lambda: _in_chunks(carried.rows), carried.raw, None, keys)
    faults = [*carried.faults, *found.faults]
    if not faults and not all(is_sealed(row[2], keys.seal_key) for row in carried.rows):
        faults.append(Fault("keys", (), "entries were sealed with the keys of another account"))
    if faults:
        raise AccountError(
            f"{path}: this file was changed or is another account's, so nothing was taken from it. First: {faults[0]}"
        )
    return carried, read_head(carried.raw)


def _write(log: Log, path: Path, keys: bytes) -> Head:
    """Write one state of the log and keys; on disk when this returns."""
    with store.reading(log.engine) as connection:
        row = connection.execute(store.HEAD.select()).first()
        if row is None:
            raise AccountError(store.CHANGED)
        head = read_head(store.as_bytes(row[1]))
        entries = [(bytes(one[2]), bytes(one[3])) for rows in store.chunks(connection) for one in rows]
    try:
        file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except FileExistsError:
        raise AccountError(f"{path}: a file is there already. Name another.") from None
    digest = sha256()
    with file:
        parts = [_MAGIC, head.raw(), _SIZES.pack(len(entries), len(keys))]
        parts += [_LENGTH.pack(len(leaf)) for leaf, _ in entries]
        for leaf, link in entries:
            parts += [_LENGTH.pack(len(leaf)), leaf, link]
        for part in [*parts, keys]:
            digest.update(part)
            file.write(part)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())
    return head


def _read(path: Path) -> _Carried:
    """Return what a file holds, as far as it can be read."""
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        raise AccountError(f"{path}: the file cannot be read ({wrong.strerror}). Name a backup or export.") from None
    if len(raw) < _FRONT + _DIGEST:
        raise AccountError(f"{path}: this is no backup or export of a log. Name one that Toguna wrote.")
    faults = []
    if raw[: len(_MAGIC)] != _MAGIC:
        faults.append(Fault("file", (), "the first line is not that of a log"))
    if sha256(raw[:-_DIGEST]).digest() != raw[-_DIGEST:]:
        faults.append(Fault("file", (), "the bytes do not add up to the digest at the end"))
    head = raw[len(_MAGIC) : len(_MAGIC) + RAW_BYTES]
    entries, keys = _SIZES.unpack_from(raw, _FRONT - _SIZES.size)
    room = len(raw) - _FRONT - _DIGEST
    if keys > room or entries > room // (2 * _LENGTH.size + _LINK):
        return _Carried(head, [], b"", [*faults, Fault("file", (), "the counts at the beginning were changed")])
    lengths = struct.unpack_from(f">{entries}I", raw, _FRONT)
    table = _LENGTH.size * entries
    is_true = table + sum(lengths) + entries * (_LENGTH.size + _LINK) + keys == room
    rows, more = _rows(raw, _FRONT + table, len(raw) - _DIGEST - keys, lengths, is_true=is_true)
    return _Carried(head, rows, raw[len(raw) - _DIGEST - keys : -_DIGEST], [*faults, *more])


def _rows(
    raw: bytes, at: int, stop: int, lengths: Sequence[int], *, is_true: bool
) -> tuple[list[tuple[int, bytes, bytes, bytes]], list[Fault]]:
    """Return the entries between two places, by the table of lengths if it adds up, else by the length before each."""
    rows: list[tuple[int, bytes, bytes, bytes]] = []
    faults = []
    for number, listed in enumerate(lengths, start=1):
        if at + _LENGTH.size > stop:
            break
        (length,) = _LENGTH.unpack_from(raw, at)
        if length != listed:
            faults.append(Fault(ALTERED, (number,), f"the length of entry {number} was changed"))
            length = listed if is_true else length
        at += _LENGTH.size
        leaf, link = raw[at : at + length], raw[at + length : at + length + _LINK]
        at += length + _LINK
        if at > stop:
            break
        rows.append((number, leaf[RECORD], leaf, link))
    return rows, faults


def _in_chunks(rows: list[tuple[int, bytes, bytes, bytes]]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(rows), store.CHUNK):
        yield rows[at : at + store.CHUNK]


def _spell(keys: Keys, *, secret: bool) -> bytes:
    """Return keys as text, to be encrypted at once."""
    said: dict[str, Any] = {
        "keys": [[_text(one.key_id), _text(one.subject), one.generation, _text(one.key)] for one in keys.give()],
        "erased": [[_text(subject), number] for subject, number in keys.erasures()],
        "ledgers": keys.ledgers(),
    }
    if secret:
        said["root"] = _text(keys.secret())
    return json.dumps(said).encode()


def _take(keys: Keys, spelt: dict[str, Any]) -> None:
    given = [SubjectKey(_raw(one), _raw(who), number, _raw(key)) for one, who, number, key in spelt["keys"]]
    keys.take(given, [(_raw(who), number) for who, number in spelt["erased"]], spelt["ledgers"])


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(spelt: str) -> bytes:
    return base64.b64decode(spelt)


def _door(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())
