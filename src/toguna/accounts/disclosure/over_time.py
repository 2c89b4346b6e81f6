"""Tables of the same ledger published one after the other: what a reader learns by laying them side by side.

The reader is taken to know more than most will: which cells did not change from one table to the next, and that the
others that did not fall have only grown. Both are equations between two tables, so all tables together are one system.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from toguna.accounts.disclosure.cells import Cells
from toguna.accounts.disclosure.reader import Mask, System


@dataclass(frozen=True, eq=False)
class Kept:
    """A table and what was withheld of it; never published.

    Attributes
    ----------
    cells : the table with its totals
    small : cells whose counts are to be protected
    withheld : cells not shown
    """

    cells: Cells
    small: Mask
    withheld: Mask


def system_of(tables: Sequence[Kept], threshold: int) -> System:
    """Return what a reader of all these tables knows; the last is the one whose cells are still to be chosen.

    Parameters
    ----------
    tables : oldest first; `withheld` of the last is not looked at
    threshold : people a small cell must look able to hold
    """
    *earlier, now = tables
    starts = np.cumsum([0, *(len(one.cells.counts) for one in tables)])
    choice = now.cells.possible & ~now.small
    links = []
    for at, (one, two) in enumerate(pairwise(tables)):
        here, there = _same_cells(one.cells, two.cells)
        links.append((here + starts[at], there + starts[at + 1]))
        if two is now:
            choice[there[one.withheld[here]]] = True  # what was withheld before may be again, even if empty now
    choice &= ~now.small
    truth = np.concatenate([one.cells.counts for one in tables])
    size = len(truth)
    first = np.concatenate([here for here, _ in links]) if links else np.zeros(0, dtype=np.intp)
    second = np.concatenate([there for _, there in links]) if links else np.zeros(0, dtype=np.intp)
    rose = truth[second] - truth[first]
    first, second, rose = first[rose >= 0], second[rose >= 0], rose[rose >= 0]
    grown = np.flatnonzero(rose > 0)
    rows = np.arange(len(rose))
    between = sparse.csr_array(
        (
            np.concatenate([np.ones(len(rose)), -np.ones(len(rose)), -np.ones(len(grown))]),
            (np.concatenate([rows, rows, grown]), np.concatenate([second, first, size + np.arange(len(grown))])),
        ),
        shape=(len(rose), size + len(grown)),
    )
    inside = sparse.block_diag([one.cells.equations() for one in tables], format="csr")
    inside = sparse.hstack([inside, sparse.csr_array((inside.shape[0], len(grown)))])
    hidden = np.concatenate([*(one.withheld for one in earlier), now.small, np.ones(len(grown), dtype=bool)])
    none = np.zeros(starts[-2], dtype=bool)
    small = np.concatenate([*(one.small for one in tables), np.zeros(len(grown), dtype=bool)])
    return System(
        equations=sparse.csr_array(sparse.vstack([inside, between])),
        truth=np.concatenate([truth, rose[grown]]),
        loss=np.concatenate([1.0 + truth, np.zeros(len(grown))]),
        hidden=hidden,
        choice=np.concatenate([none, choice, np.zeros(len(grown), dtype=bool)]),
        targets=np.flatnonzero(small),
        reach=threshold,
    )


def small_changes(one: Kept, two: Kept, threshold: int) -> int:
    """Return how many cells shown in both tables differ by fewer people than the threshold."""
    here, there = _same_cells(one.cells, two.cells, totals=True)
    is_shown = ~one.withheld[here] & ~two.withheld[there]
    change = np.abs(two.cells.counts[there] - one.cells.counts[here])[is_shown]
    return int(((change > 0) & (change < threshold)).sum())


def _same_cells(one: Cells, two: Cells, *, totals: bool = False) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return places of the base cells two tables have in common, or of totals too."""
    of_two = {label: at for at, label in enumerate(_keys(two))}
    pairs = [
        (at, of_two[label])
        for at, label in enumerate(_keys(one))
        if label in of_two and (totals or (one.base[at] and two.base[of_two[label]]))
    ]
    places = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _keys(cells: Cells) -> list[tuple[Hashable, ...]]:
    return list(cells.labels().itertuples(index=False, name=None))
