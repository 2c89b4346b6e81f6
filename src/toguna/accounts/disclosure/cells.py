"""A count table with all its totals, laid out: which cells there are, and which sums a reader knows."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from toguna.core.errors import AskError, DataError
from toguna.core.words import N_

TOTAL, STATUS, SHOWN, WITHHELD = "total", "status", "shown", "withheld"
MOST_AXES, MOST_CELLS = 4, 20_000

Within = Mapping[str, Mapping[Hashable, Hashable]]


@dataclass(frozen=True)
class Axis:
    """One category column: its categories as a tree.

    Attributes
    ----------
    name : of the column
    labels : categories, those inside others before them; the total is last
    parents : place of the category each is inside of; -1 for the total
    """

    name: str
    labels: tuple[Hashable, ...]
    parents: tuple[int, ...]

    @property
    def leaves(self) -> NDArray[np.intp]:
        """Places of categories that hold no others."""
        return np.array([at for at in range(len(self.labels)) if at not in set(self.parents)], dtype=np.intp)

    def sums(self) -> NDArray[np.int64]:
        """Return which leaves each category holds, (categories, leaves), 0 or 1."""
        leaves = self.leaves
        held = np.zeros((len(self.labels), len(leaves)), dtype=np.int64)
        for column, leaf in enumerate(leaves):
            at = int(leaf)
            while at >= 0:
                held[at, column] = 1
                at = self.parents[at]
        return held

    def equations(self) -> sparse.csr_array:
        """Return one row a category that holds others: itself less them, (rows, categories)."""
        rows = []
        for at in sorted(set(self.parents) - {-1}):
            row = np.array([-1.0 if parent == at else 0.0 for parent in self.parents])
            row[at] = 1.0
            rows.append(row)
        return sparse.csr_array(np.array(rows))


@dataclass(frozen=True, eq=False)
class Cells:
    """All cells of a table, base cells and totals, in one order.

    Attributes
    ----------
    axes : category columns
    counts : people in each cell, (cells,)
    given : whether the table had a row for the cell
    base : whether the cell is no total
    possible : whether anything the table has a row for lies in the cell; others are empty and known to be
    measures : other columns that add up, by name, (cells,) each
    """

    axes: tuple[Axis, ...]
    counts: NDArray[np.float64]
    given: NDArray[np.bool_]
    base: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    measures: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of categories of each column, totals included."""
        return tuple(len(axis.labels) for axis in self.axes)

    def equations(self) -> sparse.csr_array:
        """Return every sum a reader knows: a total less what it is made of is nought, (sums, cells)."""
        blocks = []
        for at, axis in enumerate(self.axes):
            parts = [sparse.eye_array(size) for size in self.shape]
            parts[at] = axis.equations()
            blocks.append(reduce(sparse.kron, parts))
        return sparse.csr_array(sparse.vstack(blocks))

    def labels(self) -> pd.DataFrame:
        """Return the categories of each cell, one row a cell."""
        places = np.indices(self.shape).reshape(len(self.shape), -1)
        columns = {axis.name: [axis.labels[at] for at in row] for axis, row in zip(self.axes, places, strict=True)}
        return pd.DataFrame(columns)


def read_axes(table: pd.DataFrame, by: Sequence[str], within: Within, total: str) -> tuple[Axis, ...]:
    """Return the category columns of a table as trees.

    Raises
    ------
    AskError
        No or too many columns; a column the table has not; a row without category; categories inside themselves.
    """
    if not 1 <= len(by) <= MOST_AXES or len(set(by)) != len(by):
        raise AskError(
            N_("A table is by 1 to {most} different category columns; {count} were named."),
            most=MOST_AXES,
            count=len(by),
        )
    for name in by:
        if name not in table.columns:
            raise AskError(N_("The table has no column {name!r}. Name category columns it has."), name=name)
        if table[name].isna().any():
            row = int(np.flatnonzero(table[name].isna().to_numpy())[0]) + 1
            raise AskError(
                N_("Row {row} of the table has no category in {name!r}. Fill it, with 'unknown' if need be."),
                row=row,
                name=name,
            )
    if astray := sorted(set(within) - set(by)):
        raise AskError(f"`within` names {astray[0]!r}, which is no category column. Use one of {', '.join(by)}.")
    axes = tuple(_axis(name, table[name].unique().tolist(), within.get(name, {}), total) for name in by)
    if (size := int(np.prod([len(axis.labels) for axis in axes]))) > MOST_CELLS:
        raise AskError(
            N_(
                "A table of {size:,} cells with totals is too fine to protect (at most {most:,}). Use "
                "coarser places or dates, or fewer columns."
            ),
            size=size,
            most=MOST_CELLS,
        )
    return axes


def _axis(name: str, found: list[Hashable], inside: Mapping[Hashable, Hashable], total: str) -> Axis:
    children: dict[Hashable, list[Hashable]] = {total: []}
    for label in found:
        at, seen = label, {label}
        while at != total:
            up = inside.get(at, total)
            if up != total and up in seen:
                raise AskError(f"`within` puts a category of {name!r} inside itself. Give each one category it is in.")
            if at not in children.setdefault(up, []):
                children[up].append(at)
            seen.add(up)
            at = up
    if not children[total]:
        raise AskError(f"Column {name!r} holds nothing but the total. Give the rows it is the sum of.")
    order: list[Hashable] = []
    parents: dict[Hashable, Hashable] = {}
    ways: list[tuple[Hashable, bool]] = [(total, False)]
    while ways:
        label, is_done = ways.pop()
        if is_done:
            order.append(label)
            continue
        ways.append((label, True))
        for child in reversed(children.get(label, [])):
            parents[child] = label
            ways.append((child, False))
    places = {label: at for at, label in enumerate(order)}
    return Axis(name, tuple(order), tuple(places[parents[label]] if label in parents else -1 for label in order))


def places_of(table: pd.DataFrame, axes: Sequence[Axis]) -> NDArray[np.intp]:
    """Return the cell each row of a table is about.

    Raises
    ------
    AskError
        Two rows are about one cell.
    """
    shape = tuple(len(axis.labels) for axis in axes)
    parts = []
    for axis in axes:
        places = {label: at for at, label in enumerate(axis.labels)}
        parts.append(np.array([places[label] for label in table[axis.name].tolist()], dtype=np.intp))
    cells: NDArray[np.intp] = np.ravel_multi_index(parts, shape).astype(np.intp)
    if (twice := pd.Series(cells).duplicated().to_numpy()).any():
        raise AskError(
            f"Row {int(np.flatnonzero(twice)[0]) + 1} is about a cell another row is about. Add them up first."
        )
    return cells


def read_cells(
    table: pd.DataFrame, by: Sequence[str], value: str, measures: Sequence[str], within: Within, total: str
) -> Cells:
    """Return a count table with all its totals; totals that were given are checked against what they are made of.

    Raises
    ------
    AskError
        Columns are missing or named twice; a row has no category; two rows are about one cell.
    DataError
        A count is no whole number of people, a measure is no number from 0 up, or a total is not the sum of its parts.
    """
    _check_columns(table, by, value, measures)
    if table.empty:
        raise AskError(N_("The table has no rows. Give at least one count."))
    axes = read_axes(table, by, within, total)
    cells = places_of(table, axes)
    shape = tuple(len(axis.labels) for axis in axes)
    size = int(np.prod(shape))
    base = is_base(axes)
    given = np.zeros(size, dtype=bool)
    given[cells] = True
    counts = _added(axes, cells, _numbers(table, value, whole=True), value, base)
    others = {name: _added(axes, cells, _numbers(table, name, whole=False), name, base) for name in measures}
    possible = _summed(axes, (given & base).astype(float)) > 0
    return Cells(axes, counts, given, base, possible, others)


def is_base(axes: Sequence[Axis]) -> NDArray[np.bool_]:
    """Tell of each cell whether it is no total."""
    marks = []
    for axis in axes:
        mark = np.zeros(len(axis.labels), dtype=bool)
        mark[axis.leaves] = True
        marks.append(mark)
    return np.asarray(reduce(np.logical_and.outer, marks)).ravel()


def _summed(axes: Sequence[Axis], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return all cells from the base cells among given values, (cells,)."""
    block = values.reshape([len(axis.labels) for axis in axes])
    for at, axis in enumerate(axes):
        leaves = np.take(block, axis.leaves, axis=at)
        block = np.moveaxis(np.tensordot(axis.sums(), leaves, axes=(1, at)), 0, at)
    return np.asarray(block, dtype=np.float64).ravel()


def _added(
    axes: Sequence[Axis], cells: NDArray[np.intp], numbers: NDArray[np.float64], name: str, base: NDArray[np.bool_]
) -> NDArray[np.float64]:
    values = np.zeros(len(base))
    values[cells] = numbers
    full = _summed(axes, np.where(base, values, 0.0))
    wrong = np.abs(full[cells] - numbers) > 1e-6 * np.maximum(1.0, np.abs(numbers))
    if wrong.any():
        raise DataError(
            f"Row {int(np.flatnonzero(wrong)[0]) + 1} of the table is a total, but its {name!r} is not the sum of its "
            "parts. Give every part, and only columns that add up (no means, no shares)."
        )
    return full


def _check_columns(table: pd.DataFrame, by: Sequence[str], value: str, measures: Sequence[str]) -> None:
    names = [*by, value, *measures]
    for name in names:
        if name not in table.columns:
            raise AskError(f"The table has no column {name!r}. Its columns: {', '.join(map(str, table.columns))}.")
    if len(set(names)) != len(names) or STATUS in names:
        raise AskError(f"Each column has one task, and {STATUS!r} is the name of a column to come. Rename columns.")
    if spare := [str(name) for name in table.columns if name not in {*names, STATUS}]:
        raise AskError(f"Column {spare[0]!r} is neither category, count nor measure. Name it or drop it.")


def _numbers(table: pd.DataFrame, name: str, *, whole: bool) -> NDArray[np.float64]:
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = ~np.isfinite(numbers) | (numbers < 0)
    if whole:
        bad |= np.where(np.isfinite(numbers), numbers, 0.0) % 1 != 0
    if bad.any():
        kind = "a whole number of people" if whole else "a number"
        raise DataError(
            f"Row {int(np.flatnonzero(bad)[0]) + 1} of the table: {name!r} must be {kind} from 0 up. Correct it, or "
            "leave the row out if nothing is known."
        )
    return np.asarray(numbers)
