"""Large postures: the compiled search keeps all limits and agrees with values reckoned apart, and bounds hold."""

from dataclasses import replace

import numpy as np
import pytest
from bench.planning import posture_instance
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planning.test_posture import small
from toguna.planning import posture_run
from toguna.planning.naive import keeps_limits
from toguna.planning.posture import tier_value, value_of, worst_region
from toguna.planning.posture_near import neighbourhood, neighbours
from toguna.planning.posture_run import Work
from toguna.planning.posture_solve import solve
from toguna.planning.posture_start import Search


@pytest.fixture
def all_are_large(monkeypatch):
    """Treat every problem as a large one."""
    monkeypatch.setattr(posture_run, "_LARGE", 0)


def random_problem(seed):
    """A random problem with all kinds of limits."""
    rng = np.random.default_rng(seed)
    problem = small(seed, bases=5, places=12, months=2)
    return replace(
        problem,
        bases_most=3,
        barred=rng.random(problem.barred.shape) < 0.2,
        by_air=rng.random(5) < 0.3,
        supply=np.array([2.0, 5.0]),
        lift=np.full(2, 8.0),
        moves=1,
        factors=rng.gamma(2, 0.5, (2, 2, 7)),
        cvar_weight=0.4,
        cvar_share=0.3,
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_search_keeps_all_limits_and_its_sums_are_right(seed):
    """Whatever it has moved, values kept up to date are those reckoned from the postings alone."""
    problem = random_problem(seed)
    search = Search(problem)
    none = np.zeros((2, 5, 2), np.int64)
    for stage in (1, 2, 4):
        units = search.run(none, stage, np.zeros(6), 1.0, is_over=lambda settled: settled > 20, seed=seed)
        assert keeps_limits(problem, units) == []
        assert search.value(search._state(units), stage) == pytest.approx(tier_value(problem, units, stage))
    assert search.value(search._state(units), 0) == pytest.approx(worst_region(problem, units))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_floors_are_kept(seed):
    """The search for a later stage never gives up what an earlier one must keep."""
    problem = random_problem(seed)
    search = Search(problem)
    first = search.run(
        np.zeros((2, 5, 2), np.int64), 1, np.zeros(6), 1.0, is_over=lambda settled: settled > 20, seed=seed
    )
    search.floors[1] = tier_value(problem, first, 1)
    worth = np.array([0.0, 0.5, 0, 0, 0, 0])
    later = search.run(first, 4, worth, 1.0, is_over=lambda settled: settled > 20, seed=seed)
    assert tier_value(problem, later, 1) >= search.floors[1] - 1e-6
    assert tier_value(problem, later, 4) >= tier_value(problem, first, 4) - 1e-9


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1_000))
def test_the_way_of_large_problems_proves_the_same_optimum(seed):
    """Relaxation, search, mending and proof give what HiGHS alone gives, tier by tier."""
    problem = small(seed, bases=4, places=8)
    alone = solve(problem, time_limit=10)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(posture_run, "_LARGE", 0)
        found = solve(problem, time_limit=4, seed=seed)
    for one, other in zip(found.tiers, alone.tiers, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-3)
        assert one.bound >= other.value - 1e-3


def test_a_larger_instance_gets_a_plan_a_bound_and_a_gap(all_are_large):
    """All limits kept, bounds above values, the gap small; what is kept is what the postings achieve."""
    problem = posture_instance(400, 40, only_aid=False)
    found = solve(problem, time_limit=15)
    assert keeps_limits(problem, found.units) == []
    assert [one.tier for one in found.tiers] == [1, 2, 3, 4, 5]
    for one in found.tiers:
        assert one.bound >= one.value - 1e-6
        assert one.kept == pytest.approx(tier_value(problem, found.units, one.tier), rel=1e-6)
        assert one.kept >= (1 - problem.eps[one.tier - 1]) * one.value * (1 - 1e-5)
    assert value_of(problem, found.units)["averted"].sum() > 0


def test_counted_work_gives_the_same_postings_whatever_the_clock_says(all_are_large):
    """With work counted and not timed, how fast or busy the machine is changes nothing."""
    problem = posture_instance(300, 30, only_aid=False)
    hurried, patient = (solve(problem, time_limit=limit, close=0.0, work=Work(2, 2)) for limit in (0.001, 1_000.0))
    np.testing.assert_array_equal(hurried.units, patient.units)
    assert keeps_limits(problem, hurried.units) == []
    other = solve(problem, close=0.0, work=Work(2, 2), seed=2)
    assert keeps_limits(problem, other.units) == []


def test_floors_the_relaxation_gives_no_price_are_kept_all_the_same(all_are_large):
    """A price of nothing does not stay nothing: the search finds postings that keep the floors of earlier stages."""
    problem = posture_instance(300, 30, only_aid=False)
    search = Search(problem)
    none = np.zeros((*problem.barred.shape, problem.harm.shape[1]), np.int64)
    first = search.run(none, 1, np.zeros(6), 0.0, is_over=lambda settled: settled >= 3, seed=1)
    search.floors[1] = 0.99 * tier_value(problem, first, 1)
    found = search.run(first, 4, np.zeros(6), 0.0, is_over=lambda settled: settled >= 3, seed=1)
    assert tier_value(problem, found, 1) >= search.floors[1] * (1 - 1e-9)
    assert tier_value(problem, found, 4) > tier_value(problem, first, 4) * 1.02


def test_neighbourhoods_grow_around_bases_that_share_sites():
    """A base is its own first neighbour; so many are free as were asked for."""
    problem = posture_instance(200, 30)
    near = neighbours(problem)
    assert (near[:, 0] == np.arange(30)).all()
    held = np.zeros(30, bool)
    held[3] = True
    free = neighbourhood(near, held, 10, np.random.default_rng(1))
    assert free[3]
    assert 5 <= free.sum() <= 10
