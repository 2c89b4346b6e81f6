"""The bytes of one entry: what is hashed into the log, the same on every machine and in every database.

A leaf begins with a head of fixed length and goes on with named parts:

    form      1 byte   1 sealed entry, 2 note in clear, 3 entry carried from another log
    log      16 bytes  the log the entry was first written in
    number    8 bytes  its number there, from 1
    time      8 bytes  microseconds since 1970, UTC
    record   16 bytes  keyed pseudonym of ledger and record
    ledger, kind, parts (a name and bytes each), all with their length before them
    seal     32 bytes  HMAC-SHA-256 over everything before it, under a key of the account

Number and time are big-endian. A carried entry holds the whole leaf of the other log as its only part.
"""

from __future__ import annotations

import hmac
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toguna.core.errors import AccountError

SEALED, NOTE, CARRIED = 1, 2, 3
HEAD = struct.Struct(">B16sQQ16s")
RECORD = slice(33, 49)  # of a leaf
SEAL_BYTES = 32
_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True)
class Leaf:
    """One entry, taken apart.

    Attributes
    ----------
    form : SEALED, NOTE or CARRIED
    log : log it was first written in, 16 bytes
    number : its number there, from 1
    time : microseconds since 1970, UTC
    record : pseudonym of ledger and record, 16 bytes
    ledger, kind : names of the ledger and of what happened, in clear
    parts : named bytes
    """

    form: int
    log: bytes
    number: int
    time: int
    record: bytes
    ledger: str
    kind: str
    parts: Mapping[str, bytes]

    def inner(self) -> bytes:
        """Return the leaf carried here."""
        return self.parts["leaf"]


def write_leaf(leaf: Leaf, key: bytes) -> bytes:
    """Return the bytes of an entry, sealed under a key of the account."""
    body = [HEAD.pack(leaf.form, leaf.log, leaf.number, leaf.time, leaf.record)]
    body += [_short(leaf.ledger), _short(leaf.kind), struct.pack(">H", len(leaf.parts))]
    for name, part in leaf.parts.items():
        body += [_short(name), struct.pack(">I", len(part)), part]
    joined = b"".join(body)
    return joined + hmac.digest(key, joined, "sha256")


def read_leaf(raw: bytes) -> Leaf:
    """Return an entry from its bytes.

    Raises
    ------
    AccountError
        The bytes are no entry.
    """
    try:
        form, log, number, time, record = HEAD.unpack_from(raw)
        at = HEAD.size
        ledger, at = _name(raw, at)
        kind, at = _name(raw, at)
        (count,) = struct.unpack_from(">H", raw, at)
        at += 2
        parts = {}
        for _ in range(count):
            name, at = _name(raw, at)
            (length,) = struct.unpack_from(">I", raw, at)
            at += 4
            parts[name] = raw[at : at + length]
            at += length
    except (struct.error, IndexError, UnicodeDecodeError):
        raise AccountError(_BROKEN) from None
    if at + SEAL_BYTES != len(raw) or form not in {SEALED, NOTE, CARRIED}:
        raise AccountError(_BROKEN)
    return Leaf(form, log, number, time, record, ledger, kind, parts)


_BROKEN = "These bytes are not an entry of a log. Verify the log to see which entries were changed."


def is_sealed(raw: bytes, key: bytes) -> bool:
    """Tell whether the seal of an entry was made with the account's key over just these bytes."""
    return hmac.compare_digest(raw[-SEAL_BYTES:], hmac.digest(key, raw[:-SEAL_BYTES], "sha256"))


def innermost(raw: bytes) -> bytes:
    """Return the entry as first written, out of all logs that carried it."""
    while raw[:1] == bytes([CARRIED]):
        raw = read_leaf(raw).inner()
    return raw


def canonical(value: Any) -> bytes:
    """Return the one spelling of a value as bytes: JSON with sorted keys, no blanks, UTF-8.

    Raises
    ------
    AccountError
        The value is not made of text, numbers, yes or no, nothing, lists and mappings with text as keys.
    """
    try:
        plain = _is_plain(value)
        spelt = _SPELLING.encode(value).encode() if plain else b""
    except UnicodeEncodeError:  # half a letter
        plain = False
    if not plain:
        raise AccountError(
            "A field holds something a log cannot keep. Give text, whole or finite numbers, true, false, null, lists "
            "or mappings with text as keys; write dates as ISO 8601."
        )
    return spelt


def _is_plain(value: Any) -> bool:
    """Tell whether JSON gives just this value back."""
    if value is None or isinstance(value, str | int):
        return True
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor not a number
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return isinstance(value, dict) and all(isinstance(k, str) and _is_plain(v) for k, v in value.items())


def _short(name: str) -> bytes:
    raw = name.encode()
    if len(raw) > 255:
        raise AccountError("A ledger, kind or field has a name of more than 255 bytes. Shorten it.")
    return bytes([len(raw)]) + raw


def _name(raw: bytes, at: int) -> tuple[str, int]:
    stop = at + 1 + raw[at]
    return raw[at + 1 : stop].decode(), stop
