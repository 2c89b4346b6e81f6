"""The posture problem: optimum by brute force, tiers never traded upwards, limits kept, what is refused."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from toguna.core.errors import PlanError
from toguna.planning.posture import Cover, Demand, Option, Posture, merged, value_of
from toguna.planning.posture_solve import solve


def small(seed, *, kinds=2, bases=3, places=5, months=1, sites=3):
    """A random problem small enough to try every posting."""
    rng = np.random.default_rng(seed)

    def near(rows):
        return sparse.csr_array((rng.random((rows, bases)) < 0.5).astype(float))

    demands = tuple(
        Demand(
            f"tier {tier}", tier, rng.integers(1, 9, (sites, months)).astype(float), (Cover(tier % kinds, near(sites)),)
        )
        for tier in (1, 2)
    )
    options = (
        Option("presence", 0.5, (Cover(0, near(places)),)),
        Option("patrol", 0.3, (Cover(1, near(places)),)),
    )
    return Posture(
        available=rng.integers(0, 3, (kinds, months)),
        people=np.full(kinds, 10),
        beds=np.full(bases, 20.0),
        bases_most=2,
        demands=demands,
        harm=rng.integers(0, 9, (places, months)).astype(float),
        region=rng.integers(0, 2, places),
        factors=np.ones((2, months, 4)),
        options=options,
        barred=np.zeros((kinds, bases), bool),
        supply=np.zeros(kinds),
        by_air=np.zeros(bases, bool),
        lift=np.zeros(months),
        eps=(0.0,) * 5,
    )


def all_postings(problem):
    """Every posting of one month that keeps the limits."""
    kinds, bases = problem.barred.shape
    for flat in product(*(range(problem.available[k, 0] + 1) for k in range(kinds) for _ in range(bases))):
        units = np.array(flat).reshape(kinds, bases, 1)
        if (units.sum(axis=1) > problem.available).any():
            continue
        if ((units[:, :, 0].T @ problem.people) > problem.beds).any():
            continue
        if (units.sum(axis=(0, 2)) > 0).sum() > problem.bases_most:
            continue
        yield units


def scores(problem, units):
    """What each tier gets, reckoned without the solver."""
    found = value_of(problem, units)
    return (*found["demands"], float(found["averted"].sum()))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_the_optimum_is_that_of_trying_everything(seed):
    """Lexicographic: no posting is better in an earlier tier, or as good there and better in a later one."""
    problem = small(seed)
    best = max(scores(problem, units) for units in all_postings(problem))
    found = solve(problem, time_limit=20)
    assert scores(problem, found.units) == pytest.approx(best, abs=1e-4)
    values = {one.tier: one for one in found.tiers}
    for one in found.tiers:
        assert one.bound >= one.value - 1e-6
        assert one.gap <= 1e-3
    assert values.get(1) is None or values[1].value == pytest.approx(best[0], abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.3))
def test_a_later_tier_takes_no_more_than_it_may(seed, eps):
    """Each tier keeps (1 - eps) of what it achieved."""
    problem = replace(small(seed, months=2), eps=(eps,) * 5)
    for one in solve(problem, time_limit=20).tiers:
        assert one.kept >= (1 - eps) * one.value - 1e-4


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_limits_are_kept(seed):
    """Units, beds, bases, barred postings, lift and moves."""
    rng = np.random.default_rng(seed)
    problem = small(seed, months=3)
    problem = replace(
        problem,
        barred=rng.random(problem.barred.shape) < 0.3,
        by_air=rng.random(3) < 0.5,
        supply=np.array([2.0, 5.0]),
        lift=np.full(3, 6.0),
        moves=1,
    )
    units = solve(problem, time_limit=20).units
    assert (units.sum(axis=1) <= problem.available).all()
    assert (np.einsum("kjt,k->jt", units, problem.people) <= problem.beds[:, None]).all()
    assert (units.sum(axis=(0, 2)) > 0).sum() <= problem.bases_most
    assert not units[problem.barred].any()
    flown = np.einsum("kjt,k,j->t", units, problem.supply, problem.by_air.astype(float))
    assert (flown <= 6 + 1e-6).all()
    came = np.maximum(np.diff(units, axis=2), 0).sum(axis=(0, 1))
    new = np.maximum(np.diff(problem.available, axis=1), 0).sum(axis=0)
    assert (came <= 1 + new).all()


def test_merging_places_loses_nothing():
    """Groups hold all harm somebody can reach, and their members share region and covers."""
    problem = small(3, places=40)
    harm, region, _, group = merged(problem)
    reach = sum(cover.near.sum(axis=1) for option in problem.options for cover in option.covers) > 0
    assert harm.sum() == problem.harm[reach].sum()
    assert (group >= 0).tolist() == reach.tolist()
    assert all(region[group[place]] == problem.region[place] for place in np.flatnonzero(reach))


def test_nobody_to_send_does_nothing_and_more_units_never_do_less():
    """No effort gives the baseline; one more unit of each kind never lowers the first tier."""
    problem = small(11)
    idle = solve(replace(problem, available=np.zeros_like(problem.available)))
    assert not idle.units.any()
    assert all(one.value == 0 for one in idle.tiers)
    some, more = solve(problem), solve(replace(problem, available=problem.available + 1))
    assert more.tiers[0].value >= some.tiers[0].value - 1e-6


def test_the_worst_draws_count_where_they_are_weighed():
    """With all weight on the worst draws, the region that is worst hit in them is protected first."""
    near = sparse.csr_array(np.eye(2))
    problem = replace(
        small(1, places=2, bases=2, sites=1),
        demands=(),
        available=np.array([[1], [0]]),
        bases_most=1,
        beds=np.full(2, 20.0),
        harm=np.array([[10.0], [9.0]]),
        region=np.array([0, 1]),
        barred=np.zeros((2, 2), bool),
        by_air=np.zeros(2, bool),
        options=(Option("presence", 0.5, (Cover(0, near),)),),
        factors=np.stack([np.r_[np.full(9, 1.1), 0.1], np.ones(10)])[:, None, :],
    )
    assert solve(problem).units[0, :, 0].tolist() == [1, 0]
    careful = replace(problem, cvar_weight=1.0, cvar_share=0.1)
    assert solve(careful).units[0, :, 0].tolist() == [0, 1]


def test_every_region_gets_its_floor():
    """With full equity the unit goes where the worst-off region is best off; without, where most harm is."""
    near = sparse.csr_array(np.array([[1.0, 0], [0, 1.0], [0, 1.0]]))
    problem = replace(
        small(1, places=3, bases=2, sites=1),
        demands=(),
        available=np.array([[2], [0]]),
        bases_most=2,
        harm=np.array([[10.0], [1.0], [1.0]]),
        region=np.array([0, 1, 1]),
        barred=np.zeros((2, 2), bool),
        by_air=np.zeros(2, bool),
        beds=np.full(2, 20.0),
        options=(Option("presence", 0.5, (Cover(0, near),)),),
        factors=np.ones((2, 1, 4)),
        equity=1.0,
    )
    found = solve(problem)
    assert found.units[0, :, 0].tolist() == [1, 1]
    assert found.floor == pytest.approx(0.5, abs=1e-4)


def test_impossible_numbers_are_refused():
    """Shares above 1, unknown harm, tables that do not fit."""
    problem = small(1)
    with pytest.raises(PlanError, match="not a share between 0 and 1"):
        replace(problem, options=(replace(problem.options[0], effect=1.2),))
    with pytest.raises(PlanError, match="Harm must be known"):
        replace(problem, harm=problem.harm * np.nan)
    with pytest.raises(PlanError, match="a row for each region"):
        replace(problem, region=problem.region + 2)
    with pytest.raises(PlanError, match="do not fit"):
        replace(problem, lift=np.zeros(7))
