"""How makes, models and serials are written before they are compared: strictly for identity, loosely for search.

Strict (`exact_key`): Unicode NFKC, upper case, digits of every script as 0-9, blanks, hyphens, dashes and invisible
characters left out. Nothing else: other signs and leading zeros stay, and O and 0 stay two characters, because two
weapons may differ by just that.

Loose (`loose_key`): on top of it accents and all signs are left out, Cyrillic and Greek letters that look like Latin
ones count as those, and what is misread in a stamp is one character: O Q 0, I L 1, Z 2, S 5, G 6, B 8. A loose key
finds candidates; it never says that two weapons are one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_ASCII = [chr(code) for code in range(128)]
_EXACT_ASCII = {ord(one): None for one in _ASCII if one in "- \x7f" or ord(one) < 33}
_MISREAD = str.maketrans("OQILZSGB", "00112568")
_LOOSE_ASCII = {ord(one): None for one in _ASCII if not one.isalnum()} | _MISREAD
_LOOSE_LINES = {code: sign for code, sign in _LOOSE_ASCII.items() if code != ord("\n")}
_LOOKS = str.maketrans("АВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧØ", "ABESIJKMHOPCTYXABEZHIKMNOPTYXO")
_DROPPED = {"Zs", "Zl", "Zp", "Pd", "Cf", "Cc"}


def exact_key(text: str) -> str:
    """Return a make, model or serial as identity compares it.

    Examples
    --------
    >>> exact_key("ak-47 "), exact_key("０12–O"), exact_key("٤٧")
    ('AK47', '012O', '47')
    """
    if text.isascii():
        return text.upper().translate(_EXACT_ASCII)
    before = None
    while text != before:  # upper case may bring forth what NFKC would write otherwise
        before, text = text, unicodedata.normalize("NFKC", "".join(map(_plain, unicodedata.normalize("NFKC", text))))
        text = text.upper()
    return text


def _plain(one: str) -> str:
    if unicodedata.category(one) in _DROPPED:
        return ""
    digit = unicodedata.decimal(one, None)
    return one if digit is None else str(digit)


def loose_key(text: str) -> str:
    """Return a mark as search compares it, with what is commonly misread made equal.

    Examples
    --------
    >>> loose_key("AB-10/5") == loose_key("a8 IOS")
    True
    """
    if text.isascii():
        return text.upper().translate(_LOOSE_ASCII)
    bare = unicodedata.normalize("NFKD", exact_key(text))
    kept = "".join(one for one in bare if one.isalnum())
    return kept.translate(_LOOKS).translate(_MISREAD)


def loose_keys(texts: Sequence[str]) -> list[str]:
    """Return the loose key of each text; many at once take a quarter of the time.

    Examples
    --------
    >>> loose_keys(["AB-1", "é 2"])
    ['A81', 'E2']
    """
    lines = "\n".join(texts)
    if lines.isascii() and lines.count("\n") == len(texts) - 1:
        return lines.upper().translate(_LOOSE_LINES).split("\n")
    return [loose_key(text) for text in texts]


def identity(make: str, model: str, serial: str, country: str) -> str:
    """Return what makes a weapon one: make, model, serial and country of manufacture, as `exact_key` writes them.

    Examples
    --------
    >>> identity("Zastava", "M-70", "123 456", "srb")
    'ZASTAVA|M70|123456|SRB'
    """
    return "|".join(exact_key(part).replace("|", "/") for part in (make, model, serial, country))


def mark_identity(unique_mark: str) -> str:
    """Return what makes a weapon without a readable serial one: the unique mark it was given."""
    return f"MARK|{exact_key(unique_mark)}"
