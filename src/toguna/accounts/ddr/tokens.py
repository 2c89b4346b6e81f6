"""Keyed tokens of agreed attributes, made on the device so that no attribute need be kept.

The same person gives the same token under a programme's key, so that a second registration opens a case for a person to
decide. Without the key a token says nothing; with it attributes could be guessed, so the key is kept apart from the
tokens and destroyed when registration ends. Nothing biometric is read or kept.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import combinations

from toguna.core.errors import AccountError

_KEY_BYTES = 32
# Spellings of one sound in names written by French, English or Arabic habit; longest first.
_SOUNDS = [
    ("tch", "s"), ("sch", "s"), ("ph", "f"), ("ch", "s"), ("sh", "s"), ("dj", "j"), ("dy", "j"), ("di", "j"),
    ("gn", "n"), ("ny", "n"), ("kh", "k"), ("gh", "g"), ("qu", "k"), ("ck", "k"), ("th", "t"),
    ("ou", "u"), ("oo", "u"), ("w", "u"), ("q", "k"), ("ce", "se"),
    ("ci", "si"), ("cy", "si"), ("c", "k"), ("z", "s"), ("y", "i"), ("h", ""),
]  # fmt: skip
ATTRIBUTES = ("name", "birth_year", "mother_initial", "birthplace")
NEAR = ATTRIBUTES[1:]  # may be left out; without the name, too many different people agree
WHOLE = "all"


@dataclass(frozen=True)
class Tokens:
    """Tokens of one registration: of all attributes, and of all but one (never without the name).

    Attributes
    ----------
    whole : of all attributes
    near : by the attribute left out; one of these wrong leaves exactly one of them equal
    """

    whole: str = field(repr=False)
    near: Mapping[str, str] = field(repr=False)


def tokens(name: str, birth_year: int, mother_initial: str, birthplace: str, key: bytes) -> Tokens:
    """Return the keyed tokens of agreed attributes; the attributes are not kept.

    Parameters
    ----------
    name : given name and family name, as said
    birth_year : year
    mother_initial : first letter of the mother's given name
    birthplace : p-code of the area of birth
    key : 32 secret bytes of the programme

    Raises
    ------
    AccountError
        The key is not 32 bytes, or an attribute is empty.

    Examples
    --------
    >>> one = tokens("Amadou Traoré", 1990, "F", "XX0101", bytes(32))
    >>> one.whole == tokens("Amadu  TRAORE", 1990, "f", "xx0101", bytes(32)).whole
    True
    """
    said = {
        "name": phonetic(name),
        "birth_year": f"{birth_year:04d}",
        "mother_initial": _plain(mother_initial)[:1],
        "birthplace": "".join(birthplace.split()).upper(),
    }
    missing = [one for one, value in said.items() if not value]
    if missing:
        raise AccountError(f"{', '.join(missing)}: is empty, so no token can be made. Ask again, or register without.")
    near = {
        left_out: _keyed(key, "t-", left_out, *(said[one] for one in ATTRIBUTES if one != left_out))
        for left_out in NEAR
    }
    return Tokens(_keyed(key, "t-", WHOLE, *said.values()), near)


def weapon_reference(arms_record: str, key: bytes) -> str:
    """Return the only thing DDR keeps of a weapon: a keyed reference to its record in the arms register.

    Parameters
    ----------
    arms_record : id of the record in the arms register; never a serial number
    key : 32 secret bytes kept by the register, not the key of tokens
    """
    return _keyed(key, "w-", "arms record", arms_record)


def phonetic(name: str) -> str:
    """Return a code of how a name sounds: accents, doubled letters, order of parts and later vowels fall away.

    Examples
    --------
    >>> phonetic("Coulibaly Mamadou") == phonetic("Mamadu Koulibali")
    True
    """
    return " ".join(sorted(filter(None, (_sound(part) for part in re.split(r"[\s-]+", name)))))


def doubles(registered: Mapping[str, Tokens], left_out: Iterable[str] = ()) -> list[tuple[str, str, str]]:
    """Return pairs of records a person must look at: record, record, and what agreed ("all", or what was left out).

    Parameters
    ----------
    registered : tokens by record id, adults only
    left_out : of `NEAR`, attributes any one of which may differ; none: only records that agree in all

    Raises
    ------
    AccountError
        An attribute that cannot be left out.
    """
    rules = (WHOLE, *left_out)
    if not set(rules[1:]) <= set(NEAR):
        raise AccountError(f"Only {', '.join(NEAR)} can be left out of a match. Choose among these.")
    found: dict[tuple[str, str], str] = {}
    for rule in rules:
        same: dict[str, list[str]] = defaultdict(list)
        for record, one in registered.items():
            same[one.whole if rule == WHOLE else one.near[rule]].append(record)
        for records in same.values():
            for a, b in combinations(sorted(records), 2):
                found.setdefault((a, b), rule)
    return [(a, b, rule) for (a, b), rule in sorted(found.items())]


def _sound(part: str) -> str:
    plain = _plain(part)
    for spelling, sound in _SOUNDS:
        plain = plain.replace(spelling, sound)
    plain = re.sub(r"(.)\1+", r"\1", plain)
    return plain[:1] + re.sub(r"[aeiou]", "", plain[1:])


def _plain(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in spread if one.isalpha() and one.isascii())


def _keyed(key: bytes, kind: str, *words: str) -> str:
    if len(key) != _KEY_BYTES:
        raise AccountError(f"A key has {_KEY_BYTES} bytes. Make one with secrets.token_bytes({_KEY_BYTES}).")
    text = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (word.encode() for word in words))
    return kind + hmac.new(key, text, sha256).hexdigest()[:32]
