"""`read_lists`: who is on which list, as patterns and how many people have each; refused when it can tell nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.words import N_

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST = 3  # lists; with two nothing can be said about their dependence
_WIDEST = 16  # lists a vector of all cells is made for


@dataclass(frozen=True, eq=False)
class Lists:
    """How many people are on which lists; no person, only patterns.

    Attributes
    ----------
    names : of the lists
    patterns : patterns that occur, ascending, each on one list at least; bool, shape (patterns, lists)
    people : with each pattern, whole numbers above 0, shape (patterns,)
    """

    names: tuple[str, ...]
    patterns: Bools = field(repr=False)
    people: Ints = field(repr=False)

    @property
    def number(self) -> int:
        """Number of lists."""
        return len(self.names)

    @property
    def seen(self) -> int:
        """People on one list at least."""
        return int(self.people.sum())

    @property
    def cells(self) -> Ints:
        """People in each of the 2^k cells; list 1 is the most significant bit, and cell 0, on no list, holds 0."""
        if self.number > _WIDEST:
            raise AskError(
                f"A vector of 2^{self.number} cells is too long. Use latent_classes, which needs only patterns."
            )
        found = np.zeros(2**self.number, np.int64)
        found[cell_of(self.patterns)] = self.people
        return found

    def only(self, keep: Sequence[int]) -> Lists:
        """Return what some of the lists, by number from 0, know; people on none of them are left out."""
        kept = self.patterns[:, list(keep)]
        some = kept.any(axis=1)
        return _gathered(kept[some], self.people[some], tuple(self.names[at] for at in keep))

    def __str__(self) -> str:
        """Return a line with the lists, people on each and on two or more."""
        each = ", ".join(f"{name} {n:,}" for name, n in zip(self.names, self.people @ self.patterns, strict=True))
        twice = int(self.people[self.patterns.sum(axis=1) > 1].sum())
        return f"{self.seen:,} people on {self.number} lists ({each}); {twice:,} on two or more"


def read_lists(data: Any, names: Sequence[str] | None = None) -> Lists:
    """Return lists from counts by cell or from a table of who is on which list.

    Parameters
    ----------
    data : one of
        - counts of all 2^k cells, list 1 the most significant bit, so that cells are in the order 00..0, 00..1, 00..10;
          cell 0 is unknown and must hold 0 or NaN, or be left out (2^k - 1 counts);
        - a mapping of patterns to counts, such as {"001": 5, "110": 3}, read left to right; patterns not named are 0;
        - a table of 0 and 1, people x lists (array or DataFrame, whose columns name the lists);
        - lists already read
    names : of the lists; default: columns of the DataFrame, or "1", "2", ...

    Raises
    ------
    AskError
        Not counts; a person on no list; fewer than three lists; nobody, or nobody twice; a list that meets no other.

    Examples
    --------
    >>> print(read_lists([60, 49, 4, 247, 112, 142, 12], names=["A", "B", "C"]))
    626 people on 3 lists (A 513, B 207, C 188); 270 on two or more
    """
    if isinstance(data, Lists):
        return checked(data)
    if isinstance(data, Mapping):
        patterns, people = _from_mapping(data)
    elif isinstance(data, pd.DataFrame):
        names = [str(one) for one in data.columns] if names is None else names
        patterns, people = _from_table(data.to_numpy())
    else:
        values = _numbers(data)
        patterns, people = _from_cells(values) if values.ndim == 1 else _from_table(values)
    width = patterns.shape[1]
    given = tuple(str(at + 1) for at in range(width)) if names is None else tuple(names)
    if len(given) != width or len(set(given)) != width:
        raise AskError(
            N_("{width} lists have the names {known}. Give each its own name."), width=width, known=", ".join(given)
        )
    return checked(_gathered(patterns, people, given))


def unchecked(counts: Mapping[str, int], names: Sequence[str]) -> Lists:
    """Return lists from counts by pattern that were read before, without asking whether they tell anything.

    Parameters
    ----------
    counts : people with each pattern of 0 and 1, each pattern as long as there are names
    names : of the lists
    """
    patterns: Bools = np.array([[one == "1" for one in key] for key in counts], bool).reshape(len(counts), len(names))
    return _gathered(patterns, np.array(list(counts.values()), np.int64), tuple(names))


def cell_of(patterns: Bools) -> Ints:
    """Return the number of each pattern's cell, list 1 the most significant bit."""
    width = patterns.shape[1]
    bits: Ints = patterns.astype(np.int64) @ (1 << np.arange(width - 1, -1, -1, dtype=np.int64))
    return bits


def all_patterns(width: int) -> Bools:
    """Return all 2^k patterns in the order of cells, shape (2^k, k)."""
    cells = np.arange(2**width)[:, None]
    found: Bools = (cells >> np.arange(width - 1, -1, -1)) & 1 == 1
    return found


def checked(lists: Lists) -> Lists:
    """Return the lists, if something can be learnt from them.

    Raises
    ------
    AskError
        Fewer than three lists; nobody, or nobody twice; a list that meets no other.
    """
    if lists.number < FEWEST:
        raise AskError(
            N_(
                "Lists: {number}, and with fewer than {fewest} nobody can tell whether being on one makes being on "
                "another likelier. Find another independent source; report what was recorded, as a lower bound."
            ),
            number=lists.number,
            fewest=FEWEST,
        )
    if not lists.seen:
        raise AskError(N_("Nobody is on any list. Give counts of people on one list at least."))
    twice = lists.patterns[lists.patterns.sum(axis=1) > 1]
    if not len(twice):
        raise AskError(
            N_(
                "Nobody is on two lists, so nothing tells how many are on none. Check the record linkage; if "
                "it is right, report what was recorded, as a lower bound."
            )
        )
    if apart := [name for name, meets in zip(lists.names, twice.any(axis=0), strict=True) if not meets]:
        raise AskError(
            N_(
                "List {apart} has nobody in common with any other list, so it tells nothing about who is on "
                "none. Check its record linkage, merge it with another list, or leave it out."
            ),
            apart=apart[0],
        )
    return lists


def _gathered(patterns: Bools, people: Ints, names: tuple[str, ...]) -> Lists:
    """Return lists with each pattern once, in the order of cells."""
    some = people > 0
    unique, which = np.unique(patterns[some], axis=0, return_inverse=True)
    total = np.bincount(which.ravel(), weights=people[some], minlength=len(unique)).astype(np.int64)
    return Lists(names, unique.reshape(len(unique), len(names)), total)


def _numbers(data: Any) -> Floats:
    try:
        values = np.asarray(data, dtype=float)
    except (TypeError, ValueError) as fault:
        raise AskError(N_("Counts of people must be numbers ({fault}). Give whole numbers."), fault=fault) from fault
    if values.ndim not in {1, 2}:
        raise AskError(
            N_("Counts have {dimensions} dimensions. Give counts by cell, or a table people x lists."),
            dimensions=values.ndim,
        )
    return values


def _whole(values: Floats, what: str) -> Ints:
    bad = ~np.isfinite(values) | (values < 0) | (values != np.round(values))
    if bad.any():
        raise AskError(
            N_("{what} {number:g} is not a count of people. Give whole numbers of 0 or more."),
            what=what,
            number=values[bad][0],
        )
    return values.astype(np.int64)


def _from_cells(values: Floats) -> tuple[Bools, Ints]:
    size = len(values)
    if size and size & (size + 1) == 0:  # 2^k - 1: cell 0 left out
        values, size = np.concatenate([[0.0], values]), size + 1
    width = size.bit_length() - 1
    if size < 2 or size != 2**width:
        raise AskError(
            N_("{size} counts are not those of all cells. Give 2^k or 2^k - 1 counts for k lists."), size=size
        )
    if values[0] > 0:
        raise AskError(
            N_(
                "Cell 0 says that {people:g} people are on no list, which nobody can have counted. Put 0 "
                "there; it is what will be estimated."
            ),
            people=values[0],
        )
    return all_patterns(width)[1:], _whole(values[1:], "The count")


def _from_mapping(data: Mapping[Any, Any]) -> tuple[Bools, Ints]:
    keys = [str(key) for key in data]
    width = len(keys[0]) if keys else 0
    if strange := [key for key in keys if len(key) != width or set(key) - {"0", "1"}]:
        raise AskError(
            f"{strange[0]!r} is not a pattern of {width} lists. Write patterns such as {'01' * width:.{width}}."
        )
    if "0" * width in keys and float(data["0" * width]) == 0:
        data = {key: value for key, value in data.items() if str(key) != "0" * width}
        keys.remove("0" * width)
    elif "0" * width in keys:
        raise AskError(
            N_("Pattern {pattern!r} is on no list, which nobody can have counted. Leave it out."), pattern="0" * width
        )
    patterns: Bools = np.array([[one == "1" for one in key] for key in keys], bool).reshape(len(keys), width)
    return patterns, _whole(_numbers(list(data.values())), "The count")


def _from_table(values: Any) -> tuple[Bools, Ints]:
    table = _numbers(values)
    if not np.isin(table, (0, 1)).all():
        odd = table[~np.isin(table, (0, 1))][0]
        raise AskError(
            N_("A table of who is on which list holds {odd:g}. Write 1 for on the list and 0 for not."), odd=odd
        )
    patterns: Bools = table == 1
    if len(empty := np.flatnonzero(~patterns.any(axis=1))):
        raise AskError(
            N_("Row {number} is on no list. Leave such rows out: who is on none is what is estimated."),
            number=empty[0] + 1,
        )
    return patterns, np.ones(len(patterns), np.int64)
