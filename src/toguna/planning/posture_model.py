"""The posture problem as a mixed-integer program for HiGHS, built column by column, row by row, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from toguna.planning.posture import Bools, Floats, Ints, Posture, merged


@dataclass
class _Rows:
    """Rows collected before the matrix is made."""

    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    count: int = 0

    def add(self, many: int, parts: list[tuple[Any, Any, Any]], lower: Any, upper: Any) -> None:
        """Add rows: parts are (row within these, column, value), broadcast against each other."""
        for row, column, value in parts:
            rows, columns, values = np.broadcast_arrays(row, column, value)
            self.row.append(rows.ravel().astype(np.int64) + self.count)
            self.column.append(columns.ravel().astype(np.int64))
            self.value.append(values.ravel().astype(float))
        self.lower.append(np.broadcast_to(np.asarray(lower, float), many).copy())
        self.upper.append(np.broadcast_to(np.asarray(upper, float), many).copy())
        self.count += many

    def matrix(self, columns: int) -> sparse.csr_array:
        where = (np.concatenate(self.row), np.concatenate(self.column))
        return sparse.csr_array((np.concatenate(self.value), where), shape=(self.count, columns))


@dataclass(frozen=True, eq=False)
class Model:
    """Matrix, bounds and the objective of each tier.

    Attributes
    ----------
    matrix, lower, upper : rows
    column_lower, column_upper, is_integer : columns
    tiers : objective of each tier, maximised; columns
    floor : objective of the lowest share of harm averted in any region
    last : objective of fewest bases and moves, maximised (so negative)
    held : column of each base
    units : column of each kind, base and month
    bases_row : row of the most bases that may be held
    protection : first column of protection, which runs to the last; with all of them 0 the other rows can be kept
    """

    matrix: sparse.csr_array = field(repr=False)
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)
    column_lower: Floats = field(repr=False)
    column_upper: Floats = field(repr=False)
    is_integer: Bools = field(repr=False)
    tiers: dict[int, Floats] = field(repr=False)
    floor: Floats | None = field(repr=False)
    last: Floats = field(repr=False)
    held: Ints = field(repr=False)
    units: Ints = field(repr=False)
    bases_row: int
    protection: int


class _Columns:
    """Columns numbered as they are asked for."""

    def __init__(self) -> None:
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.integer: list[Bools] = []
        self.count = 0

    def add(self, shape: tuple[int, ...], upper: Any, *, integer: bool = False, lower: float = 0.0) -> Ints:
        many = int(np.prod(shape))
        self.lower.append(np.full(many, lower))
        self.upper.append(np.broadcast_to(np.asarray(upper, float), shape).ravel().copy())
        self.integer.append(np.full(many, integer))
        numbers = np.arange(self.count, self.count + many).reshape(shape)
        self.count += many
        return numbers


def build(posture: Posture) -> Model:
    """Return the program of a posture problem; notation as in `posture`."""
    kinds, months = posture.available.shape
    bases = len(posture.beds)
    columns, rows = _Columns(), _Rows()
    held = columns.add((bases,), 1.0, integer=True)
    # A second unit of a kind at a base serves no more sites: one is enough, and the bound far nearer.
    most = np.where(posture.barred[:, :, None], 0, np.minimum(posture.available, 1)[:, None, :])
    units = columns.add((kinds, bases, months), most, integer=True)
    objective: dict[int, list[tuple[Ints, Floats]]] = {tier: [] for tier in (1, 2, 3, 4, 5)}
    bases_row = _limits(posture, rows, held, units)
    moved = _moves(posture, rows, columns, units)
    for demand in posture.demands:
        sites = demand.weight.shape[0]
        served = columns.add((sites, months), (demand.weight > 0).astype(float))
        _served(rows, columns, served, [(cover.kind, cover.near) for cover in demand.covers], units, held)
        if demand.most is not None:
            rows.add(months, [(np.arange(months), served, 1.0)], -np.inf, float(demand.most))
        if demand.least > 0:
            whole = float(demand.weight.sum())
            rows.add(1, [(0, served, demand.weight / whole)], demand.least, np.inf)
        objective[demand.tier].append((served.ravel(), demand.weight.ravel()))
    protection = columns.count
    floor = _protection(posture, rows, columns, units, held, objective[4])
    wide = columns.count
    tiers = {tier: _vector(parts, wide) for tier, parts in objective.items()}
    last = np.zeros(wide)
    last[held] = -1.0
    last[moved.ravel()] = -0.1
    spent = np.zeros(wide)
    spent[units.ravel()] = -1e-3
    return Model(
        rows.matrix(wide),
        np.concatenate(rows.lower),
        np.concatenate(rows.upper),
        np.concatenate(columns.lower),
        np.concatenate(columns.upper),
        np.concatenate(columns.integer),
        tiers,
        None if floor is None else _vector([(np.array([floor]), np.ones(1))], wide),
        last + spent,
        held,
        units,
        bases_row,
        protection,
    )


def _limits(posture: Posture, rows: _Rows, held: Ints, units: Ints) -> int:
    """Add what limits postings; return the row of the most bases."""
    kinds, bases, months = units.shape
    k, t = np.arange(kinds)[:, None, None], np.arange(months)[None, None, :]
    # No more units of a kind than there are.
    rows.add(kinds * months, [(k * months + t, units, 1.0)], -np.inf, posture.available.ravel())
    # Nobody is where no base is held: a row for each unit, not one for all, keeps the bound near.
    every = np.arange(kinds * bases * months)
    at = np.broadcast_to(held[None, :, None], units.shape).ravel()
    rows.add(kinds * bases * months, [(every, units.ravel(), 1.0), (every, at, -1.0)], -np.inf, 0.0)
    # A base houses as many people as it has beds.
    tight = np.flatnonzero(posture.beds < posture.people.sum())
    row = np.arange(len(tight))[None, :, None] * months + t
    weight = np.broadcast_to(posture.people[:, None, None].astype(float), units[:, tight].shape)
    rows.add(len(tight) * months, [(row, units[:, tight], weight)], -np.inf, np.repeat(posture.beds[tight], months))
    bases_row = rows.count
    rows.add(1, [(0, held, 1.0)], -np.inf, float(posture.bases_most))
    if posture.by_air.any():
        flown = posture.supply[:, None, None] * posture.by_air[None, :, None]
        rows.add(months, [(t, units, flown)], -np.inf, posture.lift)
    return bases_row


def _moves(posture: Posture, rows: _Rows, columns: _Columns, units: Ints) -> Ints:
    """Add units that come to a base after the first month; return their columns."""
    kinds, bases, months = units.shape
    if months == 1:
        return np.zeros(0, np.int64)
    came = columns.add((kinds, bases, months - 1), np.inf)
    many = kinds * bases * (months - 1)
    at = np.arange(many)
    rows.add(many, [(at, came.ravel(), 1.0), (at, units[:, :, 1:].ravel(), -1.0), (at, units[:, :, :-1].ravel(), 1.0)],
             0.0, np.inf)  # fmt: skip
    # Units that were not there the month before do not count as moved.
    new = np.maximum(np.diff(posture.available, axis=1), 0).sum(axis=0)
    month = np.arange(months - 1)[None, None, :]
    rows.add(months - 1, [(month, came, 1.0)], -np.inf, posture.moves + new)
    return came


def _near(
    rows: _Rows, columns: _Columns, covers: Sequence[tuple[int, sparse.csr_array]], units: Ints, held: Ints
) -> tuple[Ints, Ints]:
    """Return sites and columns (pairs x months) whose sum is how often a site is served, no more than once by a base.

    Where units of several kinds at a base serve the same site, they count as one: two halves of a unit at half a base
    held would serve it whole otherwise, and the bound would be far from any plan.
    """
    months = units.shape[2]
    coded = sum((2**place * (near > 0).astype(np.int64) for place, (_, near) in enumerate(covers)), 0 * covers[0][1])
    pairs = sparse.coo_array(coded)
    site, base, code = pairs.row.astype(np.int64), pairs.col.astype(np.int64), pairs.data.astype(np.int64)
    keys, at = np.unique(base * 2 ** len(covers) + code, return_inverse=True)
    column = np.empty((len(keys), months), np.int64)
    for number, key in enumerate(keys.tolist()):
        where, sets = divmod(key, 2 ** len(covers))
        kinds = sorted({kind for place, (kind, _) in enumerate(covers) if sets >> place & 1})
        if len(kinds) == 1:
            column[number] = units[kinds[0], where]
            continue
        column[number] = columns.add((months,), 1.0)
        month = np.arange(months)
        rows.add(months, [(month, column[number], 1.0), (month, held[where], -1.0)], -np.inf, 0.0)
        any_of = [(month, units[kind, where], -1.0) for kind in kinds]
        rows.add(months, [(month, column[number], 1.0), *any_of], -np.inf, 0.0)
    return site, column[at]


def _served(
    rows: _Rows,
    columns: _Columns,
    served: Ints,
    covers: Sequence[tuple[int, sparse.csr_array]],
    units: Ints,
    held: Ints,
) -> None:
    """A site is served no more than there are units near it: sum over covers of units - served >= 0.

    served: sites x months, or more of them one above the other: their sum is what is served.
    """
    sites, months = served.shape[-2:]
    row = np.arange(sites * months).reshape(sites, months)
    site, column = _near(rows, columns, covers, units, held)
    rows.add(sites * months, [(row, served, -1.0), (row[site], column, 1.0)], 0.0, np.inf)


def _protection(
    posture: Posture, rows: _Rows, columns: _Columns, units: Ints, held: Ints, objective: list[tuple[Ints, Floats]]
) -> int | None:
    """Add harm averted and its worst draws; return the column of the lowest share averted in any region."""
    harm, region, covers, _ = merged(posture)
    packages = posture.packages
    if not len(harm) or not packages or not harm.any():
        return None
    groups, months = harm.shape
    done = columns.add((len(packages), groups, months), (harm > 0).astype(float)[None])
    at = np.arange(groups * months).reshape(groups, months)
    rows.add(groups * months, [(at[None], done, 1.0)], -np.inf, 1.0)
    for number, option in enumerate(posture.options):
        using = [place for place, (parts, _) in enumerate(packages) if number in parts]
        if not using:
            continue
        near = [(cover.kind, one) for cover, one in zip(option.covers, covers[number], strict=True)]
        _served(rows, columns, done[using], near, units, held)
    effects = np.array([effect for _, effect in packages])
    averted = effects[:, None, None] * harm[None]
    objective.append((done.ravel(), (1 - posture.cvar_weight) * averted.ravel()))
    regions = posture.factors.shape[0]
    by_region = columns.add((regions, months), np.inf)
    row = region[:, None] * months + np.arange(months)
    every = np.arange(regions * months)
    rows.add(regions * months, [(every, by_region.ravel(), -1.0), (row[None], done, averted)], 0.0, 0.0)
    if posture.cvar_weight > 0:
        _worst(posture, rows, columns, by_region, objective)
    total = np.zeros(regions)
    np.add.at(total, posture.region, posture.harm.sum(axis=1))
    told = np.flatnonzero(total > 0)
    floor = int(columns.add((1,), 1.0)[0])
    each = np.arange(len(told))
    rows.add(len(told), [(each[:, None], by_region[told], 1.0), (each, floor, -total[told])], 0.0, np.inf)
    return floor


def _worst(
    posture: Posture, rows: _Rows, columns: _Columns, by_region: Ints, objective: list[tuple[Ints, Floats]]
) -> None:
    """Add the mean of the worst draws (Rockafellar and Uryasev 2000): level - mean shortfall / share."""
    draws = posture.factors.shape[2]
    level = columns.add((1,), np.inf)
    short = columns.add((draws,), np.inf)
    at = np.arange(draws)
    factors = posture.factors.transpose(2, 0, 1)
    every = [(at, short, 1.0), (at, np.repeat(level, draws), -1.0), (at[:, None, None], by_region[None], factors)]
    rows.add(draws, every, 0.0, np.inf)
    objective.append((level, np.array([posture.cvar_weight])))
    objective.append((short, np.full(draws, -posture.cvar_weight / (posture.cvar_share * draws))))


def _vector(parts: list[tuple[Ints, Floats]], wide: int) -> Floats:
    found = np.zeros(wide)
    for at, value in parts:
        np.add.at(found, at, value)
    return found
