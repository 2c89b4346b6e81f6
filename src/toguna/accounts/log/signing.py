"""The signed head of a log: what is printed on a report, and what a later log must have grown from.

A head says how many entries a log holds and gives the Merkle root and the last link of the hash chain over them. It is
signed by Ed25519 (RFC 8032). Anybody who kept a printed head can show that the log was cut or rewritten since.
"""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from toguna.core.errors import AccountError

VERSION = 1
FIRST_LINK = sha256(
    b"toguna log"
).digest()  # before the first entry; the same everywhere, so copies share their beginning
_BODY = struct.Struct(">B16sQ32s32sQ32s")
RAW_BYTES = _BODY.size + 64


@dataclass(frozen=True)
class Head:
    """The state of a log at one moment, signed.

    Attributes
    ----------
    log : id of the log, 16 bytes
    size : number of entries
    root : Merkle root over them (RFC 6962), 32 bytes
    link : last link of the SHA-256 chain over them, 32 bytes
    time : when it was signed, microseconds since 1970, UTC
    signer : public key, 32 bytes
    signature : Ed25519 over all of the above, 64 bytes
    """

    log: bytes
    size: int
    root: bytes
    link: bytes
    time: int
    signer: bytes
    signature: bytes

    def body(self) -> bytes:
        """Return the bytes that are signed."""
        return _BODY.pack(VERSION, self.log, self.size, self.root, self.link, self.time, self.signer)

    def raw(self) -> bytes:
        """Return head and signature as 217 bytes."""
        return self.body() + self.signature

    def is_signed(self) -> bool:
        """Tell whether the signature is that of the signer named."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signer).verify(self.signature, self.body())
        except (InvalidSignature, ValueError, struct.error):
            return False
        return True

    def printed(self) -> str:
        """Return the head as lines for the foot of a report; `read_printed` reads them back."""
        code = base64.b32encode(self.raw()).decode().rstrip("=")
        groups = [code[at : at + 8] for at in range(0, len(code), 8)]
        lines = [" ".join(groups[at : at + 9]) for at in range(0, len(groups), 9)]
        when = datetime.fromtimestamp(self.time // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return "\n".join([f"Log {self.log.hex()}, {self.size} entries, {when}", *lines])


def sign(log: bytes, size: int, root: bytes, link: bytes, time: int, key: Ed25519PrivateKey) -> Head:
    """Return a signed head."""
    signer = key.public_key().public_bytes_raw()
    body = _BODY.pack(VERSION, log, size, root, link, time, signer)
    return Head(log, size, root, link, time, signer, key.sign(body))


def read_head(raw: bytes) -> Head:
    """Return a head from its bytes.

    Raises
    ------
    AccountError
        They are not the bytes of a head.
    """
    if len(raw) != RAW_BYTES or raw[0] != VERSION:
        raise AccountError("These bytes are not the signed head of a log. Give a head this version of Toguna wrote.")
    _, log, size, root, link, time, signer = _BODY.unpack_from(raw)
    return Head(log, size, root, link, time, signer, raw[_BODY.size :])


def read_printed(text: str) -> Head:
    """Return a head from the lines printed on a report, typed or copied; blanks and case do not matter.

    Raises
    ------
    AccountError
        The lines are not those of a head, a letter is wrong, or the signature does not fit.
    """
    lines = [line for line in text.strip().splitlines() if not line.lstrip().startswith("Log ")]
    code = re.sub(r"\s", "", "".join(lines)).upper()
    try:
        head = read_head(base64.b32decode(code + "=" * (-len(code) % 8)))
    except ValueError:
        raise AccountError(
            "The printed head holds letters that are none of its own. Compare it with the report."
        ) from None
    if not head.is_signed():
        raise AccountError("The printed head does not fit its signature. Compare it with the report, letter by letter.")
    return head
