"""Whether withheld cells cover each other: for every target, a table that fits all shown with it empty, and with many.

Each such table is a proof that outlives the search: it holds for every pattern that withholds the cells in which it
differs from the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toguna.accounts.disclosure.reader import HIGH, LOW, Cellwise, Mask, Reader, System, whole_table

_GOLDEN, _TURNS = (np.sqrt(5.0) - 1.0) / 2.0, 5


@dataclass(eq=False)
class Proofs:
    """Tables of whole numbers a reader cannot tell from the truth.

    Attributes
    ----------
    system : they are of
    tables : found so far
    """

    system: System
    tables: list[Cellwise] = field(default_factory=list)

    def under(self, withheld: Mask) -> Proofs:
        """Return those that hold when only these cells are withheld."""
        truth = self.system.truth
        return Proofs(self.system, [one for one in self.tables if not (one != truth)[~withheld].any()])

    def open(self, side: str) -> list[int]:
        """Return targets no table proves to be covered on a side, the largest first."""
        targets = self.system.targets
        done = np.zeros(len(targets), dtype=bool)
        for one in self.tables:
            done |= one[targets] == 0 if side == LOW else one[targets] >= self.system.reach
        left = targets[~done]
        return [int(at) for at in left[np.argsort(-self.system.truth[left], kind="stable")]]


def cover(reader: Reader, proofs: Proofs, *, stop: bool = False) -> list[tuple[int, str]]:
    """Return targets and sides that are not covered; tables found on the way join the proofs.

    Parameters
    ----------
    reader : who takes the pattern in question for withheld
    proofs : that hold under this pattern
    stop : whether to stop at the first that linear programmes do not find covered
    """
    failed: list[tuple[int, str]] = []
    for side in (LOW, HIGH):
        left = proofs.open(side)
        if not left:
            continue
        failed += _one_side(reader, proofs, side, left, stop=stop)
        if failed and stop:
            return failed
    return failed


def _one_side(reader: Reader, proofs: Proofs, side: str, left: list[int], *, stop: bool) -> list[tuple[int, str]]:
    """Return what is not covered on one side.

    Corners of a table in three or more columns need not be whole. Other corners are looked at then, along costs that
    are spread evenly and the same each time; a search among whole numbers, which is dear, comes last.
    """
    goal = 0.0 if side == LOW else float(reader.system.reach)
    targets = np.array(left, dtype=np.intp)
    cost = np.zeros(len(reader.system.truth))
    cost[targets] = 1.0 if side == LOW else -1.0
    if side == HIGH:
        reader.cap(targets, goal)
    failed: list[tuple[int, str]] = []
    for turn in range(1 if stop else _TURNS):
        if not _waiting(proofs, side, failed):
            break
        reader.aim(cost + np.modf(turn * _GOLDEN * np.arange(1.0, len(cost) + 1.0))[0])
        _keep(reader, proofs, reader.table())  # the table best for all of them at once often serves most
        _each(reader, proofs, side, goal, failed)
        if failed and stop:
            break
    if side == HIGH:
        reader.cap(targets, None)
    while not (failed and stop) and (waiting := _waiting(proofs, side, failed)):
        whole = None if stop else whole_table(reader.system, reader.withheld, waiting[0], side)
        if whole is None:
            failed.append((waiting[0], side))
        else:
            proofs.tables.append(whole)
    return failed


def _each(reader: Reader, proofs: Proofs, side: str, goal: float, failed: list[tuple[int, str]]) -> None:
    """Look for a table for each target in turn; what no table of fractions covers has failed."""
    tried: set[int] = set()
    while waiting := [at for at in _waiting(proofs, side, failed) if at not in tried]:
        target = waiting[0]
        tried.add(target)
        found = reader.table(target, goal)
        if found is None:
            failed.append((target, side))
        else:
            _keep(reader, proofs, found)


def _waiting(proofs: Proofs, side: str, failed: list[tuple[int, str]]) -> list[int]:
    return [at for at in proofs.open(side) if (at, side) not in failed]


def _keep(reader: Reader, proofs: Proofs, table: Cellwise | None) -> None:
    if table is not None and (whole := reader.whole(table)) is not None:
        proofs.tables.append(whole)
