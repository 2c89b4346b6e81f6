"""Which entries of a damaged log were altered, removed, reordered or inserted.

A genuine entry says its own number and proves by its seal that this account wrote just that. Entries that stand in the
right order among themselves (the longest such run) are taken as in place; the others have moved. Numbers nobody claims
are entries that are gone, rows without a true seal are strangers, and a stranger in a gap is an altered entry. Without
the account's key the seals cannot be checked; then the chain alone tells, which names the same single changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from toguna.accounts.log.leaf import HEAD, RECORD, is_sealed, read_leaf
from toguna.accounts.log.signing import FIRST_LINK, Head
from toguna.core.errors import AccountError

ALTERED, REMOVED, REORDERED, INSERTED = "altered", "removed", "reordered", "inserted"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a log.

    Attributes
    ----------
    kind : "altered", "removed", "reordered" or "inserted" for entries; for the rest "head", "guards", "file",
        "merge" or "keys"
    entries : numbers of the entries meant; none where the log as a whole is
    problem : what is wrong
    """

    kind: str
    entries: tuple[int, ...]
    problem: str

    def __str__(self) -> str:
        """Return the fault as a sentence."""
        return f"{self.kind}: {self.problem}."


class _Seen(NamedTuple):
    """A row as found: its number, the number its leaf claims, whether its seal is true, hash, link, index column."""

    number: int
    claim: int
    is_genuine: bool
    hash: bytes
    link: bytes
    is_indexed: bool


def locate(rows: Iterable[Sequence[Any]], head: Head | None, key: bytes | None) -> list[Fault]:
    """Return what is wrong with the entries.

    Parameters
    ----------
    rows : number, record, leaf and link of each row, by number; values may be of any type
    head : signed head, if there is one to believe
    key : the account's key for seals, 32 bytes; None: go by the chain
    """
    seen = [_look(row, key) for row in rows]
    if key is None:  # nothing vouches for a claim: one far out of range is a changed byte, not a log of that length
        most = len(seen) + (head.size if head is not None else len(seen))
        seen = [one if one.claim <= most else one._replace(claim=0, is_genuine=False) for one in seen]
    place = [at for at, one in enumerate(seen) if one.is_genuine and one.claim == one.number]
    longest = _in_order([one.claim if one.is_genuine else 0 for one in seen])
    if len(longest) > len(place):
        place = longest
    size = head.size if head is not None else max((one.claim for one in seen if one.is_genuine), default=0)
    faults = [*_moved(seen, place, size), *_gaps(seen, place, size)]
    faults += [
        Fault(ALTERED, (one.number,), f"entry {one.number} stands under another record than its own")
        for one in seen
        if one.is_genuine and not one.is_indexed
    ]
    faults += _links(seen, place, head, {number for fault in faults for number in fault.entries})
    if not faults:
        shifted = tuple(one.number for one in seen if one.number != one.claim)
        if shifted:
            faults.append(Fault(REORDERED, shifted, f"entries {_some(shifted)} bear other numbers than their own"))
    return faults


def _look(row: Sequence[Any], key: bytes | None) -> _Seen:
    number = row[0] if isinstance(row[0], int) else 0
    record, leaf, link = (bytes(one) if isinstance(one, bytes | memoryview) else b"" for one in row[1:4])
    try:
        claim = read_leaf(leaf).number if key is None else HEAD.unpack_from(leaf)[2] if is_sealed(leaf, key) else 0
    except (AccountError, ValueError):
        claim = 0
    return _Seen(number, claim, claim > 0, sha256(b"\x00" + leaf).digest(), link, leaf[RECORD] == record)


def _in_order(claims: list[int]) -> list[int]:
    """Return the places of the longest run of growing claims (claims of 0 count for nothing)."""
    tops: list[int] = []
    ends: list[int] = []
    before = [-1] * len(claims)
    for at, claim in enumerate(claims):
        if not claim:
            continue
        length = bisect_left(tops, claim)
        before[at] = ends[length - 1] if length else -1
        if length == len(tops):
            tops.append(claim)
            ends.append(at)
        else:
            tops[length], ends[length] = claim, at
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


def _moved(seen: list[_Seen], place: list[int], size: int) -> list[Fault]:
    """Return genuine entries out of their order, and copies and later entries that do not belong."""
    stays, claimed = set(place), {seen[at].claim for at in place}
    faults: dict[tuple[int, ...], Fault] = {}
    for at, one in enumerate(seen):
        if not one.is_genuine:
            continue
        if one.claim > size:
            faults[(one.number,)] = Fault(INSERTED, (one.number,), f"entry {one.number} stands beyond the signed head")
        elif at not in stays and one.claim in claimed:
            problem = f"entry {one.number} is a copy of entry {one.claim}"
            faults[(one.number,)] = Fault(INSERTED, (one.number,), problem)
        elif at not in stays:
            pair = tuple(sorted({one.claim, one.number}))
            faults[pair] = Fault(REORDERED, pair, f"entry {one.claim} stands in the place of entry {one.number}")
    return list(faults.values())


def _gaps(seen: list[_Seen], place: list[int], size: int) -> list[Fault]:
    """Return entries missing between those in place, and strangers there."""
    moved = {one.claim for one in seen if one.is_genuine}
    faults: list[Fault] = []
    ends = [*place, len(seen)]
    last_at, last_claim = -1, 0
    for at in ends:
        claim = seen[at].claim if at < len(seen) else size + 1
        missing = [number for number in range(last_claim + 1, claim) if number not in moved]
        strangers = [one for one in seen[last_at + 1 : at] if not one.is_genuine]
        faults += _matched(missing, strangers)
        last_at, last_claim = at, claim
    return faults


def _matched(missing: list[int], strangers: list[_Seen]) -> list[Fault]:
    """Return strangers as altered entries where an entry is missing, and what is left over of either."""
    numbers = {one.number for one in strangers}
    altered = [number for number in missing if number in numbers]
    left = [one for one in strangers if one.number not in set(altered)]
    gone = [number for number in missing if number not in numbers]
    also = gone[: len(left)]  # their number was changed as well
    faults = [Fault(ALTERED, (number,), f"entry {number} is not what was written") for number in (*altered, *also)]
    faults += [Fault(REMOVED, (number,), f"entry {number} is missing") for number in gone[len(also) :]]
    return faults + [
        Fault(INSERTED, (one.number,), f"entry {one.number} was written by nobody of this account")
        for one in left[len(also) :]
    ]


def _links(seen: list[_Seen], place: list[int], head: Head | None, known: set[int]) -> list[Fault]:
    """Return entries whose link does not follow from those before it, apart from those known to be damaged.

    Next to a gap the link before is not known, so the entry's own is taken on trust until the next one bears it out.
    """
    faults: list[Fault] = []
    link, is_sure = FIRST_LINK, True
    after = 0  # claim of the entry the link is of
    for step, at in enumerate(place):
        one = seen[at]
        follows = sha256(link + one.hash).digest()
        if one.claim != after + 1:
            link, is_sure = one.link, False
        elif follows == one.link:
            link, is_sure = one.link, True
        elif not is_sure:
            faults.append(Fault(ALTERED, (after,), f"the link of entry {after} was changed"))
            link, is_sure = one.link, True
        elif _goes_on(seen, place, step, one.link):
            faults.append(Fault(ALTERED, (one.claim,), f"entry {one.claim} is not what was chained"))
            link = one.link
        else:
            faults.append(Fault(ALTERED, (one.claim,), f"the link of entry {one.claim} was changed"))
            link = follows
        after = one.claim
    if head is not None and after == head.size and not is_sure and link != head.link:
        faults.append(Fault(ALTERED, (after,), f"the link of entry {after} was changed"))
    return [fault for fault in faults if not known & set(fault.entries)]


def _goes_on(seen: list[_Seen], place: list[int], step: int, link: bytes) -> bool:
    """Tell whether the next entry in place follows from a link."""
    if step + 1 >= len(place):
        return False
    one, after = seen[place[step]], seen[place[step + 1]]
    return after.claim == one.claim + 1 and sha256(link + after.hash).digest() == after.link


def _some(numbers: Sequence[int]) -> str:
    """Return numbers as words, the first few of many."""
    shown = ", ".join(map(str, numbers[:5]))
    return shown if len(numbers) <= 5 else f"{shown} and {len(numbers) - 5} more"
