"""What makes an entry unreadable without its key: encryption field by field, and a commitment to the content.

Each entry has a data key of its own, used once and wrapped (RFC 3394) by the key of whom or what the entry is about.
Each field is encrypted by AES-256-GCM with ledger, record and field as associated data, so that a field cannot be
moved to another record or name. The commitment is HMAC-SHA-256 over the canonical bytes of the entry, under a key
derived from the data key: whoever destroys the one key of a person destroys both the words and any means to test a
guess at them.
"""

from __future__ import annotations

import hmac
import json
import os
import struct
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from toguna.accounts.log.leaf import canonical
from toguna.core.errors import AccountError

KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 16
_WRAPPED, _KEY_ID, _COMMITMENT, _ABOUT = "data key", "key id", "commitment", "about"
_FIELD = ":"  # before the names of fields


def derive(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose out of another key: HMAC-SHA-256 as the only round of HKDF-Expand (RFC 5869)."""
    return hmac.digest(key, b"toguna " + purpose.encode() + b"\x01", "sha256")


def pseudonym(key: bytes, *words: str) -> bytes:
    """Return 16 bytes that stand for words and cannot be guessed at without the key."""
    body = b"".join(struct.pack(">I", len(raw)) + raw for raw in (word.encode() for word in words))
    return hmac.digest(key, body, "sha256")[:ID_BYTES]


def encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Return a fresh nonce and the ciphertext, bound to the associated data."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """Return what was encrypted.

    Raises
    ------
    AccountError
        The key is another, or the bytes or what they are bound to were changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise AccountError(
            "A sealed field does not open: its key is another, or its bytes were changed. Verify the log."
        ) from None


def wrap(outer: bytes, key: bytes) -> bytes:
    """Return a key wrapped by another."""
    return aes_key_wrap(outer, key)


def unwrap(outer: bytes, wrapped: bytes) -> bytes:
    """Return a wrapped key.

    Raises
    ------
    AccountError
        It was wrapped by another key, or its bytes were changed.
    """
    try:
        return aes_key_unwrap(outer, wrapped)
    except (InvalidUnwrap, ValueError):
        raise AccountError(
            "A wrapped key does not open with the key given. Check that log and keys are a pair."
        ) from None


def seal(ledger: str, record_id: str, fields: Mapping[str, Any], subject: tuple[bytes, bytes]) -> dict[str, bytes]:
    """Return the parts of an entry that only the key of its subject opens.

    Parameters
    ----------
    ledger, record_id : where the entry belongs; the record is written into each field's associated data, never in clear
    fields : what the entry says, readable while the subject's key lives
    subject : id (16 bytes) and key (32 bytes) of whom or what the entry is about

    Raises
    ------
    AccountError
        A value cannot be kept.
    """
    key_id, outer = subject
    key = os.urandom(KEY_BYTES)
    content = {name: canonical(value) for name, value in fields.items()}
    parts = {
        _KEY_ID: key_id,
        _WRAPPED: wrap(outer, key),
        _COMMITMENT: commitment(key, ledger, record_id, content),
    }
    cipher = AESGCM(key)
    for place, (name, plain) in enumerate(content.items()):
        parts[_FIELD + name] = cipher.encrypt(_nonce(place), plain, _bound(ledger, record_id, name))
    return parts


def _nonce(place: int) -> bytes:
    """Return the nonce of a field by its place in the entry.

    The data key encrypts one entry and no more, so a count is a nonce never used twice under it (NIST SP 800-38D,
    section 8.2.1).
    """
    return place.to_bytes(NONCE_BYTES, "big")


def commitment(key: bytes, ledger: str, record_id: str, content: Mapping[str, bytes]) -> bytes:
    """Return the commitment to an entry's content under a key derived from its data key, 32 bytes."""
    body = canonical([ledger, record_id, {name: plain.decode() for name, plain in content.items()}])
    return hmac.digest(derive(key, "commitment"), body, "sha256")


def data_key(parts: Mapping[str, bytes], subject: bytes) -> bytes:
    """Return the data key of an entry from the key of its subject."""
    return unwrap(subject, parts[_WRAPPED])


def open_fields(parts: Mapping[str, bytes], ledger: str, record_id: str, key: bytes) -> dict[str, Any]:
    """Return what an entry says, with its data key; the commitment is checked.

    Raises
    ------
    AccountError
        A field or the commitment does not fit.
    """
    sealed = {name.removeprefix(_FIELD): part for name, part in parts.items() if name.startswith(_FIELD)}
    content = {
        name: decrypt(key, _nonce(place) + part, _bound(ledger, record_id, name))
        for place, (name, part) in enumerate(sealed.items())
    }
    if not hmac.compare_digest(commitment(key, ledger, record_id, content), parts[_COMMITMENT]):
        raise AccountError("An entry's content is not what it committed to. Verify the log.")
    return {name: json.loads(plain) for name, plain in content.items()}


def seal_about(about: Mapping[str, Any], ledger: str, record: bytes, account: bytes) -> dict[str, bytes]:
    """Return who wrote an entry and why as a part that the account's key opens and no erasure takes away.

    Parameters
    ----------
    about : named values
    ledger, record : where the entry belongs; the record as pseudonym, 16 bytes
    account : the account's key, 32 bytes
    """
    return {_ABOUT: encrypt(account, canonical(dict(about)), _bound(ledger, record.hex(), _ABOUT))}


def open_about(parts: Mapping[str, bytes], ledger: str, record: bytes, account: bytes) -> dict[str, Any]:
    """Return who wrote an entry and why."""
    found: dict[str, Any] = json.loads(decrypt(account, parts[_ABOUT], _bound(ledger, record.hex(), _ABOUT)))
    return found


def key_id(parts: Mapping[str, bytes]) -> bytes | None:
    """Return the id of the key an entry's content hangs on, 16 bytes; None where it has no content."""
    return parts.get(_KEY_ID)


def _bound(ledger: str, record_id: str, name: str) -> bytes:
    """Return associated data that no two places share."""
    return canonical([ledger, record_id, name])
