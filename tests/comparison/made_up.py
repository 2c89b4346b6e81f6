"""A country of four areas in a row, small enough to work out by hand, and parameters at their medians."""

from __future__ import annotations

import functools

import numpy as np
from hypothesis import strategies as st

from toguna.comparison.ground import Effort, Ground, nobody
from toguna.comparison.measures import NAMES
from toguna.comparison.parameters import from_uniform, read_parameters, records
from toguna.comparison.state import begin, new_areas, new_nation

SHIPPED = read_parameters()
AREAS, MONTHS = 4, 12
# Every mechanism that ties components together, at a value that switches it off.
QUIET = {one.name: one.without for one in SHIPPED if one.without is not None}


def row_of_four(**changes) -> Ground:
    """Areas 0 to 3 in a row, the last two at the border; 100 deaths a month, half of them civilians'."""
    weight = np.array([0.4, 0.3, 0.2, 0.1])
    made = Ground(
        people=np.array([100_000.0, 200_000.0, 50_000.0, 150_000.0]),
        first=np.array([0, 1, 3, 5, 6]),
        next_to=np.array([1, 0, 2, 1, 3, 2]),
        border=np.array([0.0, 0.0, 0.5, 0.5]),
        weight=weight,
        from_area=weight,
        deaths=np.array([100.0]),
        civilians=0.5,
        by_state=0.2,
        on_routes=0.25,
        refugees=10_000.0,
        inside=20_000.0,
        leaving=np.ones(4),
        fled=0.0,
        order=1.0,
        agreement=0.1,
        month=7,
    )
    return made._replace(**changes)


@functools.cache
def _medians():
    return records(from_uniform(SHIPPED, np.full((1, len(SHIPPED)), 0.5)))


def medians(**changes):
    """One record of parameters at their medians, some of them changed."""
    table = _medians().copy()
    for name, value in changes.items():
        table[name] = value
    return table[0]


def table_of(p, draws=1):
    """A table of draws that are all alike."""
    found = np.empty(draws, p.dtype)
    found[:] = p
    return found


def start(p, ground=None, deaths=100.0):
    """State before the first month."""
    g = row_of_four() if ground is None else ground
    s, nation = new_areas(len(g.people)), new_nation()
    begin(p, g, s, nation[0], deaths)
    return g, s, nation[0]


def effort(**changes) -> Effort:
    """Nobody sent, but for what is changed; single numbers fill areas and months."""
    base = nobody(AREAS, MONTHS)
    filled = {
        name: np.full(getattr(base, name).shape, float(value)) if np.ndim(getattr(base, name)) and np.ndim(value) == 0
        else value
        for name, value in changes.items()
    }  # fmt: skip
    return base._replace(**filled)


def by_area(*values) -> np.ndarray:
    """The same values by area in every month."""
    return np.tile(np.array(values, float)[:, None], (1, MONTHS))


def measure(values, name):
    """One measure of all draws."""
    return values[:, NAMES.index(name)]


def within_bounds(u):
    """Parameters spread evenly over their bounds, not their distributions: the corners are where faults lie."""
    low, high = np.array([one.bounds for one in SHIPPED]).T
    table = np.empty(len(u), _medians().dtype)
    for at, one in enumerate(SHIPPED):
        table[one.name] = low[at] + u[:, at] * (high[at] - low[at])
    return table


@st.composite
def grounds(draw, most=6):
    """Any country of one to six areas in any layout, some empty of violence or of people counted."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    areas = draw(st.integers(1, most))
    near = np.triu(rng.random((areas, areas)) < 0.6, 1)
    near |= near.T
    weight = rng.dirichlet(np.full(areas, 0.5))
    border = np.where(rng.random(areas) < 0.5, rng.random(areas), 0.0)
    return Ground(
        people=rng.lognormal(10, 2, areas) + 1,
        first=np.concatenate([[0], near.sum(axis=1).cumsum()]).astype(np.int64),
        next_to=np.nonzero(near)[1].astype(np.int64),
        border=border / border.sum() if border.sum() else border,
        weight=weight,
        from_area=weight,
        deaths=rng.choice([0.0, 1.0, 80.0, 3_000.0], 3),
        civilians=float(rng.choice([0.0, 0.4, 0.95])),
        by_state=float(rng.choice([0.0, 0.3, 1.0])),
        on_routes=float(rng.random()),
        refugees=float(rng.choice([0.0, 20_000.0, 1e6])),
        inside=float(rng.choice([np.nan, 0.0, 50_000.0, 1e6])),
        leaving=rng.choice([0.0, 1.0, 3.0], areas),
        fled=float(rng.choice([0.0, 10_000.0])),
        order=float(rng.integers(2)),
        agreement=float(rng.random()),
        month=int(rng.integers(1, 13)),
    )


def any_effort(areas, months, seed) -> Effort:
    """An effort with anything in any month."""
    rng = np.random.default_rng(seed)
    some = rng.random(len(Effort._fields)) < 0.7
    plain = nobody(areas, months)
    found = {}
    for at, name in enumerate(Effort._fields):
        value = getattr(plain, name)
        most = {"soldiers": 3_000, "police": 300, "ddr_teams": 5, "relief": 1e7, "lift": 50, "un": 9_000}.get(name, 1)
        if np.ndim(value) and some[at]:
            found[name] = rng.random(value.shape) * most
    for name in ("raids", "captures", "police_first"):
        found[name] = float(rng.integers(2))
    return plain._replace(**found, heavy=float(rng.choice([1.0, 2.0])), quiet_months=int(rng.integers(0, 6)))
