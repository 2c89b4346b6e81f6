"""Pseudonyms for analysis: the same for one person within one purpose, and unrelated from one purpose to the next."""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b32encode
from dataclasses import dataclass, field
from typing import overload

import pandas as pd

from toguna.core.errors import AccountError

KEY_BYTES, PSEUDONYM_BYTES = 32, 10


@dataclass(frozen=True)
class Pseudonyms:
    """Keyed pseudonyms for one purpose: HMAC-SHA-256 (RFC 2104), the first 10 bytes, in base 32 (RFC 4648).

    Two extracts made for two purposes cannot be joined by them without the key, and without the key no name can be
    tried. With it every name can: keep it apart from every extract, and destroy it when the purpose is served. Among a
    million people two share a pseudonym with a chance of less than one in a million million.

    Attributes
    ----------
    key : 32 bytes or more, by chance
    purpose : what the extract is for

    Raises
    ------
    AccountError
        The key is too short, or there is no purpose.

    Examples
    --------
    >>> Pseudonyms(bytes(32), "caseload study").of("case-17")
    '...'
    """

    key: bytes = field(repr=False)
    purpose: str

    def __post_init__(self) -> None:
        if len(self.key) < KEY_BYTES:
            raise AccountError(f"A key for pseudonyms has {KEY_BYTES} bytes or more. Make one by chance.")
        if not self.purpose.strip():
            raise AccountError("Pseudonyms are for a purpose. Say what the extract is for.")

    @overload
    def of(self, identity: str) -> str: ...
    @overload
    def of(self, identity: pd.Series) -> pd.Series: ...
    def of(self, identity: str | pd.Series) -> str | pd.Series:
        """Return the pseudonym of an identifier, 16 letters and digits; of a Series, each, missing ones missing.

        Raises
        ------
        AccountError
            An identifier is empty: all without one would become one person.
        """
        if isinstance(identity, pd.Series):
            return identity.map({one: self._one(str(one)) for one in identity.dropna().unique()})
        return self._one(identity)

    def _one(self, identity: str) -> str:
        said = unicodedata.normalize("NFC", identity).strip()
        if not said:
            raise AccountError("An identifier is empty. Leave the row out, or mark the identifier as missing.")
        own = hmac.digest(self.key, b"toguna pseudonyms\x00" + self.purpose.encode(), "sha256")
        return b32encode(hmac.digest(own, said.encode(), "sha256")[:PSEUDONYM_BYTES]).decode()
