"""Which records are of the same person: connected components, never joining what was decided to be apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]


class Components:
    """Sets of records that grow together, unless that would join two that must stay apart."""

    def __init__(self, number: int, lists: Sequence[str] | None = None) -> None:
        """Begin with each record alone; with `lists`, two records of one list are taken to be of two people."""
        self._parent = list(range(number))
        self._members = [1] * number
        self._apart: dict[int, set[int]] = {}
        self._lists = None if lists is None else [{one} for one in lists]

    def root(self, record: int) -> int:
        """Return the record that stands for the set."""
        while self._parent[record] != record:
            self._parent[record] = self._parent[self._parent[record]]
            record = self._parent[record]
        return record

    def size(self, record: int) -> int:
        """Return how many records are in the set."""
        return self._members[self.root(record)]

    def keep_apart(self, left: int, right: int) -> None:
        """Never join the sets of two records."""
        one, other = self.root(left), self.root(right)
        self._apart.setdefault(one, set()).add(other)
        self._apart.setdefault(other, set()).add(one)

    def are_apart(self, left: int, right: int) -> bool:
        """Return whether the sets of two records must stay apart by a decision."""
        return self.root(right) in self._apart.get(self.root(left), ())

    def join(self, left: int, right: int, *, decided: bool = False) -> bool:
        """Join the sets of two records, if they may be, and return whether they are one now.

        A decision goes before the belief that a list holds nobody twice.
        """
        one, other = self.root(left), self.root(right)
        if one == other:
            return True
        if other in self._apart.get(one, ()):
            return False
        if self._lists is not None and not decided and self._lists[one] & self._lists[other]:
            return False
        if self._members[one] < self._members[other]:
            one, other = other, one
        self._parent[other] = one
        self._members[one] += self._members[other]
        if self._lists is not None:
            self._lists[one] |= self._lists[other]
        for third in self._apart.pop(other, ()):
            self._apart[third].discard(other)
            self._apart[third].add(one)
            self._apart.setdefault(one, set()).add(third)
        return True

    def labels(self) -> Ints:
        """Return for each record the lowest record of its set."""
        roots = np.array([self.root(one) for one in range(len(self._parent))], np.int64)
        lowest = np.full(len(roots), len(roots), np.int64)
        np.minimum.at(lowest, roots, np.arange(len(roots)))
        return lowest[roots]


def components(
    number: int,
    pairs: Iterable[Pair],
    same: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
    lists: Sequence[str] | None = None,
) -> Components:
    """Return the sets of records that pairs join, by decisions first and then in the order given.

    Pairs decided to be the same are joined, then those decided to be apart are kept so; then each pair joins its two
    sets unless they hold two records decided to be apart (or, with `lists`, two of one list). Given strongest first,
    a chain that leads from one record to another that is apart from it is so cut at its weakest pair. Without decisions
    and `lists` the sets are the connected components.

    Parameters
    ----------
    number : of records
    pairs : strongest first
    same, apart : decided pairs that do not contradict each other
    lists : list of each record, if none holds anybody twice
    """
    found = Components(number, lists)
    for left, right in same:
        found.join(left, right, decided=True)
    for left, right in apart:
        found.keep_apart(left, right)
    for left, right in pairs:
        found.join(left, right)
    return found


def chain(same: Iterable[Pair], start: int, end: int) -> list[Pair]:
    """Return the shortest chain of pairs from one record to another; empty if there is none."""
    beside: dict[int, set[int]] = {}
    for left, right in same:
        beside.setdefault(left, set()).add(right)
        beside.setdefault(right, set()).add(left)
    before = {start: start}
    ahead = deque([start])
    while ahead and end not in before:
        at = ahead.popleft()
        for to in sorted(beside.get(at, ())):
            if to not in before:
                before[to] = at
                ahead.append(to)
    if end not in before:
        return []
    found = []
    while end != start:
        found.append((before[end], end))
        end = before[end]
    return found[::-1]
