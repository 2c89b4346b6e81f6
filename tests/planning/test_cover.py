"""Coverage: the optimum where it can be had, a bound that always holds, and plans that keep what was asked."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from toguna.core.errors import PlanError
from toguna.planning import cover as cover_module
from toguna.planning import max_cover
from toguna.planning.cover_bound import bound, exact, regional, regions
from toguna.planning.cover_parts import covered_by, greedy, merged, swap, undominated


def country(places, sites, seed=0, reach=64.3, box=(1250.0, 1100.0)):
    """People and cover of made-up places around a few centres; sites reach so many km."""
    rng = np.random.default_rng(seed)
    centres = rng.random((25, 2)) * box
    at, posts = (centres[rng.integers(25, size=n)] + rng.normal(0, 80, (n, 2)) for n in (places, sites))
    near = cKDTree(at).query_ball_point(posts, reach)
    found = [np.asarray(one, dtype=int) for one in near]
    columns = np.repeat(np.arange(sites), [len(one) for one in found])
    covers = csr_matrix((np.ones(len(columns), bool), (np.concatenate(found), columns)), shape=(places, sites))
    return rng.lognormal(6, 1.2, places).round(), covers


def value_of(weights, covers, sites):
    return weights[covered_by(covers, sites)].sum()


def by_hand(weights, covers, p, must=(), never=()):
    """The best value of all choices there are."""
    free = [site for site in range(covers.shape[1]) if site not in must and site not in never]
    more = range(min(p - len(must), len(free)) + 1)
    choices = (must + some for n in more for some in itertools.combinations(free, n))
    return max(value_of(weights, covers, list(choice)) for choice in choices)


small = st.tuples(st.integers(1, 12), st.integers(1, 7)).flatmap(
    lambda shape: st.tuples(
        arrays(float, shape[0], elements=st.integers(0, 40).map(float)),
        arrays(bool, shape).map(csr_matrix),
        st.integers(0, 8),
    )
)


@settings(max_examples=60, deadline=None)
@given(small)
def test_small_plans_are_the_best_of_all(instance):
    """Trying every choice finds nothing better, and the plan says so."""
    weights, covers, p = instance
    plan = max_cover(weights, covers, p)
    assert plan.value == pytest.approx(by_hand(weights, covers, p))
    assert plan.is_optimal
    assert plan.gap == 0
    assert plan.bound == plan.value
    assert len(plan.sites) <= p
    assert (np.diff(plan.sites) > 0).all()
    assert plan.value == weights[plan.covered].sum() == value_of(weights, covers, plan.sites)


@settings(max_examples=40, deadline=None)
@given(small, st.randoms(use_true_random=False))
def test_forced_and_barred_sites(instance, random):
    """The best of the choices that hold what they must and nothing they may not."""
    weights, covers, p = instance
    sites = list(range(covers.shape[1]))
    random.shuffle(sites)
    number = random.randint(0, min(p, len(sites), 2))
    must, never = tuple(sites[:number]), tuple(sites[number : number + 2])
    plan = max_cover(weights, covers, p, must=must, never=never)
    assert set(must) <= set(plan.sites.tolist())
    assert not set(never) & set(plan.sites.tolist())
    assert plan.value == pytest.approx(by_hand(weights, covers, p, must, never))
    assert plan.is_optimal
    assert len(plan.sites) <= p


@settings(max_examples=60, deadline=None)
@given(small)
def test_merging_and_dropping_lose_nothing(instance):
    """Merged places weigh the same under any choice, and undominated sites reach the best value alone."""
    weights, covers, p = instance
    inside, better = merged(weights, covers), undominated(covers)
    for choice in itertools.chain.from_iterable(itertools.combinations(range(covers.shape[1]), n) for n in (1, 2)):
        assert value_of(inside.weights, inside.covers, choice) == value_of(weights, covers, choice)
    assert (inside.group >= 0).tolist() == covered_by(covers, range(covers.shape[1])).tolist()
    assert by_hand(weights, covers[:, better], p) == by_hand(weights, covers, p)
    assert len({tuple(row) for row in inside.covers.toarray().tolist()}) == inside.covers.shape[0]


@settings(max_examples=60, deadline=None)
@given(small)
def test_bound_is_never_below_the_best(instance):
    """Neither with a known value nor without, and no site of a better choice is ruled out."""
    weights, covers, p = instance
    best = by_hand(weights, covers, p)
    for reached in (0.0, best):
        proved = bound(weights, covers, p, reached=reached)
        assert best <= proved.value <= weights.sum()
    kept = np.flatnonzero(~proved.ruled_out(best - 0.5))
    assert by_hand(weights, covers[:, kept], p) == best


@settings(max_examples=40, deadline=None)
@given(small, st.integers(1, 6))
def test_bound_of_regions_is_never_below_the_best(instance, pairs):
    """Nor above the bound it begins with, whatever the regions."""
    weights, covers, p = instance
    inside = merged(weights, covers[:, undominated(covers)])
    if inside.covers.nnz:
        proved = bound(inside.weights, inside.covers, p)
        limit, _ = regional(inside.weights, inside.covers, proved, [], seconds=60, pairs=pairs)
        assert by_hand(weights, covers, p) * (1 - 1e-9) <= limit <= proved.value


def spopt_value(weights, covers, p):
    """What spopt's model reaches with the solver that comes with PuLP."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pulp = pytest.importorskip("pulp")
        locate = pytest.importorskip("spopt.locate")
        far = np.where(covers.toarray(), 0.0, 1.0)
        model = locate.MCLP.from_cost_matrix(far, weights, 0.5, p_facilities=p)
        return model.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=0)).problem.objective.value()


@pytest.mark.parametrize("seed", range(2))
def test_optimum_is_that_of_spopt(seed):
    """Another model, another solver, the same value."""
    weights, covers = country(400, 60, seed)
    plan = max_cover(weights, covers, 8)
    assert plan.is_optimal
    assert plan.value == pytest.approx(spopt_value(weights, covers, 8))


def test_three_thousand_places_to_the_optimum():
    """Proved, better than greedy, and said in a sentence."""
    weights, covers = country(3000, 300)
    told = []
    plan = max_cover(weights, covers, 20, progress=lambda done, total, what: told.append((done, total, what)))
    first = greedy(weights, covers, 20)
    better = swap(weights, covers, first)
    assert plan.is_optimal
    assert "no plan covers more (gap 0.00%" in str(plan)
    assert value_of(weights, covers, first) <= value_of(weights, covers, better) <= plan.value
    assert told[0][:2] == (0, 5)
    assert told[-1][:2] == (5, 5)


def test_regions_prove_more_than_prices(monkeypatch):
    """Where the whole is too large: a bound between the optimum and that of prices, and sites near it."""
    weights, covers = country(1500, 150, seed=3)
    inside = merged(weights, covers)
    best = max_cover(weights, covers, 12)
    assert best.is_optimal
    proved = bound(inside.weights, inside.covers, 12)
    limit, union = regional(inside.weights, inside.covers, proved, best.sites, seconds=20, pairs=inside.covers.nnz // 4)
    assert best.value * (1 - 1e-9) <= limit <= proved.value
    assert 6 <= len(union) <= 18
    monkeypatch.setattr(cover_module, "EXACT_PLACES", 10)
    monkeypatch.setattr(cover_module, "MANY_KICKS", 50)
    plan = max_cover(weights, covers, 12, time_limit=20)
    assert plan.value <= best.value <= plan.bound
    assert plan.gap < 0.02


def test_regions_hold_every_site_once_and_hang_together():
    """Sites far from each other part where the regions do."""
    block = np.kron(np.eye(3), np.ones((4, 4))).astype(bool)
    label = regions(csr_matrix(block), np.ones(12), 3)
    assert label.tolist() == np.repeat(label[[0, 4, 8]], 4).tolist()
    assert len(set(label)) == 3


@pytest.mark.parametrize("seconds", [0.0, 0.05, 30.0])
def test_solver_stopped_early_claims_nothing_false(seconds):
    """Whenever it stops: a choice no worse than the start, and a bound no lower than the optimum."""
    weights, covers = country(1500, 150, seed=3)
    best, start = max_cover(weights, covers, 12), greedy(weights, covers, 12)
    sites, limit = exact(weights, covers, 12, start, seconds=seconds)
    assert value_of(weights, covers, start) <= value_of(weights, covers, sites) <= best.value
    assert limit >= best.value * (1 - 1e-9)


def test_nothing_is_printed(capfd):
    """Neither by the solver nor by us."""
    weights, covers = country(400, 40, seed=1)
    exact(weights, covers, 5, greedy(weights, covers, 5), seconds=10)
    assert capfd.readouterr() == ("", "")


def test_swaps_keep_what_must_stay_and_may_not_come():
    weights, covers = country(600, 60, seed=5)
    start = greedy(weights, covers, 8)
    best = swap(weights, covers, [*start[1:], 50], stay=[50], barred=[start[0]], kicks=100)
    assert 50 in best
    assert start[0] not in best
    assert len(best) == 8
    assert value_of(weights, covers, best) >= value_of(weights, covers, [*start[1:], 50])


def test_solver_charges_for_sites():
    """A site that costs more than it covers is left."""
    covers = csr_matrix(np.eye(3, dtype=bool))
    sites, limit = exact(np.array([5.0, 3.0, 1.0]), covers, 3, np.array([2]), seconds=10, cost=2.0)
    assert sites.tolist() == [0, 1]
    assert limit == pytest.approx(4.0)


@pytest.mark.parametrize("limit", [0.0, 0.05])
def test_a_plan_and_a_bound_however_short_the_time(limit):
    weights, covers = country(5000, 400, seed=2)
    plan = max_cover(weights, covers, 30, time_limit=limit)
    assert len(plan.sites) == 30
    assert 0 < plan.value <= plan.bound <= weights.sum()


def test_same_seed_same_plan():
    weights, covers = country(2000, 200, seed=4)
    one, other = (max_cover(weights, covers, 15, seed=7) for _ in range(2))
    assert one.sites.tolist() == other.sites.tolist()
    assert one.bound == other.bound


def test_weights_of_any_size():
    """The answer does not hang on the unit of the weights."""
    weights, covers = country(500, 50, seed=6)
    plain = max_cover(weights, covers, 6)
    for unit in (1e-9, 1e9):
        scaled = max_cover(weights * unit, covers, 6)
        assert scaled.is_optimal
        assert scaled.value == pytest.approx(plain.value * unit, rel=1e-6)


def test_sane_answers_at_the_edges():
    """No site, no cover, no people, more sites than are of use."""
    weights, covers = np.array([3.0, 2.0, 1.0]), csr_matrix([[1, 0, 1], [0, 0, 1], [0, 0, 0]])
    none, nobody, useful = (
        max_cover(weights, covers, 0),
        max_cover(weights * 0, covers, 2),
        max_cover(weights, covers, 9),
    )
    assert (len(none.sites), none.value, none.bound, none.gap) == (0, 0, 0, 0)
    assert (nobody.value, nobody.bound, nobody.is_optimal) == (0, 0, True)
    assert (useful.sites.tolist(), useful.value, useful.bound) == ([2], 5, 5)
    empty = max_cover(weights, csr_matrix((3, 4), dtype=bool), 2)
    assert (empty.value, empty.bound, empty.covered.any()) == (0, 0, False)
    forced = max_cover(weights, covers, 2, must=[1])
    assert forced.sites.tolist() == [1, 2]
    nothing = max_cover(np.zeros(0), csr_matrix((0, 0), dtype=bool), 1)
    assert nothing.is_optimal
    assert len(nothing.sites) == 0


def test_stored_zeros_and_doubles_are_read_rightly():
    """Entries that are stored but false do not count; those stored twice count once."""
    stored = np.array([True, False, True, True]), np.array([0, 0, 1, 1]), np.array([0, 1, 2, 4])
    covers = csr_matrix(stored, shape=(3, 2))
    plan = max_cover(np.array([1.0, 10.0, 2.0]), covers, 2)
    assert plan.value == 3
    assert covers.nnz == 4


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"weights": np.array([1.0, -1.0])}, "1 of 2 weights .* at place 1; give 0"),
        ({"weights": np.array([np.nan, 1.0])}, "missing, the first at place 0"),
        ({"weights": np.ones(3)}, "do not fit; give one weight a row"),
        ({"covers": np.ones((2, 2))}, "wrap it in scipy.sparse.csr_matrix"),
        ({"p": -1}, "-1 sites cannot be chosen"),
        ({"p": 1.5}, "ask for a whole number"),
        ({"must": [0], "never": [0]}, "Site 0 both must and may not"),
        ({"must": [0, 1]}, "2 sites must be chosen but only 1 may"),
        ({"never": [2]}, "There is no site 2; sites are numbered 0 to 1"),
    ],
)
def test_what_does_not_fit_is_said_with_a_remedy(change, says):
    asked = {"weights": np.ones(2), "covers": csr_matrix(np.eye(2, dtype=bool)), "p": 1} | change
    with pytest.raises(PlanError, match=says):
        max_cover(**asked)
