"""Postings by simple rules: all keep the limits, each does what its rule says, none sees what was not yet known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import toguna as tg
from tests.planning.test_posture import all_postings, scores, small
from toguna.core.errors import PlanError
from toguna.planning.naive import by_population, follow, greedy, keeps_limits, random_postings, reactive
from toguna.planning.posture import Cover, Demand, value_of
from toguna.planning.posture_solve import solve
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import read_contribution, total
from toguna.planning.situation import situation

OFFERS = [read_contribution(name) for name in ("ecowas-afisma", "un-minusma-2013")]


@pytest.fixture(scope="module")
def now():
    """The made-up country's situation, three months ahead, while one mission takes over from another."""
    country = tg.read_country("ouadji", as_of="2013-05")
    risk = tg.forecast(country, months=3, grain="admin2", draws=200)
    return situation(country, risk, read_mandate("protect-first"), total(OFFERS))


def bound(seed, *, months=3, most=None):
    """A small problem in which every limit binds somewhere."""
    rng = np.random.default_rng(seed)
    problem = small(seed, months=months)
    demands = tuple(replace(one, most=most) for one in problem.demands)
    return replace(
        problem,
        demands=demands,
        available=rng.integers(0, 4, problem.available.shape),
        barred=rng.random(problem.barred.shape) < 0.3,
        by_air=rng.random(3) < 0.5,
        supply=np.array([2.0, 5.0]),
        lift=rng.integers(0, 12, months).astype(float),
        moves=int(rng.integers(0, 3)),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_every_rule_keeps_every_limit(seed):
    """Units, beds, bases, barred postings, lift and moves, where all of them bind."""
    problem = bound(seed)
    weight = np.random.default_rng(seed).random((*problem.barred.shape, 3))
    for units in (random_postings(problem, seed), follow(problem, weight), greedy(problem)):
        assert keeps_limits(problem, units) == []


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_checker_and_the_solver_agree_on_the_limits(seed):
    """What the solver posts breaks no limit the checker knows."""
    problem = bound(seed)
    assert keeps_limits(problem, solve(problem, time_limit=10).units) == []


def test_the_checker_names_each_limit():
    """One broken limit at a time, named."""
    free = small(1, months=2)
    problem = replace(
        free,
        available=np.full((2, 2), 2),
        bases_most=2,
        barred=np.array([[False, False, True], [False] * 3]),
        by_air=np.array([False, True, False]),
        supply=np.array([4.0, 1.0]),
        lift=np.full(2, 4.0),
        moves=0,
    )
    one = np.zeros((2, 3, 2), np.int64)
    one[0, 0] = 1
    assert keeps_limits(problem, one) == []
    broken = {
        "than there are": [(0, 0, 3)],
        "than it has beds": [(0, 0, 2), (1, 0, 1)],
        "More bases": [(1, 0, 1), (1, 1, 1), (1, 2, 1)],
        "barred": [(0, 2, 1)],
        "flown in": [(0, 1, 2)],
    }
    for sentence, rows in broken.items():
        units = np.zeros_like(one)
        for kind, base, number in rows:
            units[kind, base] = number
        assert any(sentence in said for said in keeps_limits(problem, units)), sentence
    moved = one.copy()
    moved[0, :, 1] = [0, 1, 0]
    assert keeps_limits(problem, moved) == ["More units move in a month than may."]
    assert "whole" in keeps_limits(problem, -one)[0]
    assert "kinds x bases x months" in keeps_limits(problem, one[:, :2])[0]


def test_random_postings_come_again_with_their_seed():
    """The same seed, the same posting; other seeds, others; and every unit with room is posted."""
    problem = replace(small(5), available=np.full((2, 1), 2), beds=np.full(3, np.inf), bases_most=3)
    assert np.array_equal(random_postings(problem, 3), random_postings(problem, 3))
    many = {random_postings(problem, seed).tobytes() for seed in range(20)}
    assert len(many) > 5
    assert all(random_postings(problem, seed).sum() == 4 for seed in range(5))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_greedy_is_at_least_nothing_and_at_most_the_best(seed):
    """Each tier is no worse than with nobody; in order of the tiers no better than the best of all postings."""
    problem = small(seed)
    found = scores(problem, greedy(problem))
    assert all(value >= 0 for value in found)
    best = max(scores(problem, units) for units in all_postings(problem))
    assert found <= tuple(value + 1e-9 for value in best)
    with_one = [units for units in all_postings(problem) if units.sum() == 1]
    if with_one:
        assert found[0] >= max(scores(problem, units)[0] for units in with_one) - 1e-9


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([None, 1, 2]))
def test_the_optimum_is_never_below_greedy(seed, most):
    """In the first tier in which they differ, with nothing given up to later tiers."""
    problem = bound(seed, months=2, most=most)
    for ours, its in zip(
        scores(problem, solve(problem, time_limit=20).units), scores(problem, greedy(problem)), strict=True
    ):
        assert ours >= its - 1e-4
        if ours > its + 1e-4:
            break


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([None, 1, 2]))
def test_greedy_begins_with_the_best_single_unit(seed, most):
    """One unit of one kind for one month: trying every base finds nothing better, tier by tier."""
    problem = small(seed, bases=5, places=9, sites=4)
    demands = (*problem.demands, Demand("late", 5, np.arange(1.0, 5)[:, None], problem.demands[0].covers))
    problem = replace(
        problem, available=np.array([[1], [0]]), demands=tuple(replace(one, most=most) for one in demands)
    )

    def value(units):
        found = value_of(problem, units)
        first, second, late = found["demands"]
        return tuple(np.round((first, second, found["averted"].sum(), late), 9))

    singles = [np.zeros((2, 5, 1), np.int64) for _ in range(5)]
    for base, units in enumerate(singles):
        units[0, base, 0] = 1
    assert value(greedy(problem)) == max(map(value, singles))


def test_greedy_keeps_back_who_would_add_nothing():
    """One place, one base: the first unit does all that can be done."""
    problem = small(1, bases=1, places=1, sites=1)
    near = sparse.csr_array(np.ones((1, 1)))
    problem = replace(
        problem,
        available=np.array([[3], [3]]),
        demands=(),
        harm=np.ones((1, 1)),
        region=np.zeros(1, np.int64),
        beds=np.array([np.inf]),
        options=(replace(problem.options[0], covers=(Cover(0, near), Cover(1, near))),),
    )
    assert greedy(problem).sum() == 1


def test_units_follow_the_weights_as_far_as_they_may_move():
    """In proportion to the weights each month; with one move allowed, one unit moves."""
    problem = replace(
        small(2, months=2), available=np.array([[4, 4], [0, 0]]), beds=np.full(3, np.inf), bases_most=3, moves=10
    )
    weight = np.zeros((2, 3, 2))
    weight[0, :, 0], weight[0, :, 1] = [3.0, 1.0, 0.0], [0.0, 1.0, 1.0]
    assert follow(problem, weight)[0].T.tolist() == [[3, 1, 0], [0, 2, 2]]
    slow = follow(replace(problem, moves=1), weight)
    assert slow[0, :, 0].tolist() == [3, 1, 0]
    assert np.maximum(np.diff(slow[0], axis=1), 0).sum() == 1
    assert slow[0, :, 1].sum() == 4


def test_more_people_draw_more_units(now):
    """The base that reaches most people has no fewer infantry companies than any other; nobody moves without need."""
    units = by_population(now)
    assert keeps_limits(now.problem, units) == []
    people = now.places["population"].to_numpy(float)
    for kind in range(len(units)):
        blocks = [cover.near for one in now.problem.options for cover in one.covers if cover.kind == kind]
        if blocks and units[kind].any():
            reached = (sum(blocks[1:], blocks[0]) > 0.5).astype(float).T @ people
            assert units[kind, reached.argmax()].max() == units[kind].max()
    came = np.maximum(np.diff(units, axis=2), 0).sum(axis=1)
    assert (came <= np.maximum(np.diff(now.problem.available, axis=1), 0)).all()


def test_reactive_postings_see_nothing_later(now):
    """Deaths of the months planned on change nothing before they are known; those of the month before do."""
    whole = tg.read_country("ouadji")
    before = reactive(now, whole, heard_at_once=True)
    assert keeps_limits(now.problem, before) == []
    base = now.bases.iloc[-1]
    event = whole.events.iloc[:1].assign(
        date_start="2013-07-03", date_end="2013-07-03", admin2_pcode=base["admin2_pcode"], fatalities=900.0
    )
    more = replace(whole, tables={**whole.tables, "events": pd.concat([whole.events, event])})
    after = reactive(now, more, heard_at_once=True)
    assert [str(month) for month in now.months] == ["2013-06", "2013-07", "2013-08"]
    assert np.array_equal(before[:, :, :2], after[:, :, :2])
    assert not np.array_equal(before[:, :, 2], after[:, :, 2])
    with pytest.raises(PlanError, match="at least 1"):
        reactive(now, whole, last=0)


def test_reactive_postings_wait_for_publication(now):
    """A death not yet published moves nobody; with the record as of the plan's month nothing later moves anybody."""
    whole = tg.read_country("ouadji")
    event = whole.events.iloc[:1].assign(
        date_start="2013-06-03",
        date_end="2013-06-03",
        admin2_pcode=now.bases.iloc[-1]["admin2_pcode"],
        fatalities=900.0,
        published=pd.Timestamp("2014-06-01"),
    )
    more = replace(whole, tables={**whole.tables, "events": pd.concat([whole.events, event])})
    assert np.array_equal(reactive(now, whole), reactive(now, more))
    assert not np.array_equal(reactive(now, more), reactive(now, more, heard_at_once=True))
