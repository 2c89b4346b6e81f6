"""Answers found a second way: other formulas, other optimisers, and cases where no answer exists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize
from scipy.special import betaln, gammaln

from toguna.accounts.estimation import decomposable, estimate, fit, hierarchical, loglinear, read_lists, replicated
from toguna.accounts.estimation.hierarchy import design, pairwise, written
from toguna.core.errors import AskError

KOSOVO = [0, 306, 936, 123, 845, 31, 217, 32, 1131, 106, 228, 42, 177, 18, 181, 27]
THREE = [0, 60, 49, 4, 247, 112, 142, 12]
SPARSE = [0, 31, 40, 0, 25, 3, 0, 0, 60, 0, 6, 0, 7, 0, 1, 0]


def beta_binomial(yes, no, a):
    """Log chance of an order of yes and no, with a beta prior a, a."""
    return betaln(yes + a, no + a) - betaln(a, a)


def by_hand(delta, most):
    """Log weights of eight graphs of three lists for 1 to `most` missing, by conditional beta-binomials."""
    cells = np.tile(np.array(THREE, float)[:, None], most).reshape(2, 2, 2, most)
    cells[0, 0, 0] = np.arange(1, most + 1)
    people = cells.sum(axis=(0, 1, 2))
    shared = gammaln(people + 1) - gammaln(cells[0, 0, 0] + 1) - np.log(people)

    def alone(axis):
        margin = cells.sum(axis=tuple(one for one in range(3) if one != axis))
        return beta_binomial(margin[1], margin[0], 4 * delta)

    def given_one(axis, by):
        third = 3 - axis - by
        table = np.moveaxis(cells.sum(axis=third), 0, 0 if axis < by else 1)
        return sum(beta_binomial(table[1, other], table[0, other], 2 * delta) for other in (0, 1))

    def given_both(axis):
        turned = np.moveaxis(cells, axis, 0)
        return sum(beta_binomial(turned[1, i, j], turned[0, i, j], delta) for i in (0, 1) for j in (0, 1))

    return {
        "[1][2][3]": shared + alone(0) + alone(1) + alone(2),
        "[12][3]": shared + alone(0) + given_one(1, 0) + alone(2),
        "[13][2]": shared + alone(0) + given_one(2, 0) + alone(1),
        "[1][23]": shared + alone(1) + given_one(2, 1) + alone(0),
        "[12][13]": shared + alone(0) + given_one(1, 0) + given_one(2, 0),
        "[12][23]": shared + alone(1) + given_one(0, 1) + given_one(2, 1),
        "[13][23]": shared + alone(2) + given_one(0, 2) + given_one(1, 2),
        "[123]": shared + alone(0) + given_one(1, 0) + given_both(2),
    }


@pytest.mark.parametrize("delta", [0.125, 1.0])
def test_graph_average_by_conditional_chances(delta):
    """Chances of one list given another, instead of cliques over separators, give the same to the last person."""
    most = 3_000
    hand = by_hand(delta, most)
    log = np.array(list(hand.values()))
    weight = np.exp(log - log.max())
    found = decomposable(THREE, delta, missing=(1, most))
    of_graph = found.graphs.set_index("graph")["probability"]
    for name, share in zip(hand, weight.sum(axis=1) / weight.sum(), strict=True):
        assert of_graph[name] == pytest.approx(share, rel=1e-9)
    upto = np.cumsum(weight.sum(axis=0)) / weight.sum()
    assert [found.low, found.N, found.high] == [627 + np.searchsorted(upto, at) for at in (0.025, 0.5, 0.975)]


def by_optimiser(cells, terms, width):
    """Constant, its variance and the deviance of a Poisson model by a general optimiser."""
    x, y = design(terms, width)[1:], np.array(cells[1:], float)
    start = np.linalg.lstsq(x, np.log(y + 0.5), rcond=None)[0]
    found = minimize(
        lambda b: (np.exp(x @ b) - y * (x @ b)).sum(), start, jac=lambda b: x.T @ (np.exp(x @ b) - y),
        hess=lambda b: x.T @ (np.exp(x @ b)[:, None] * x), method="trust-exact", options={"gtol": 1e-9},
    )  # fmt: skip
    mean = np.exp(x @ found.x)
    deviance = 2 * (np.where(y > 0, y * np.log(np.maximum(y, 1) / mean), 0) - y + mean).sum()
    return found.x[0], np.linalg.inv(x.T @ (mean[:, None] * x))[0, 0], deviance


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 400), min_size=15, max_size=15), st.integers(0, 111))
def test_log_linear_by_a_general_optimiser(counts, which):
    """Number, standard error and deviance of any model of four lists."""
    terms = hierarchical(4)[which]
    one = fit([0, *counts], [tuple(term) for term in terms])
    constant, variance, deviance = by_optimiser([0, *counts], terms, 4)
    unseen = np.exp(constant)
    assert pytest.approx(sum(counts) + unseen, rel=1e-5) == one.N
    assert one.se == pytest.approx(np.sqrt(unseen + unseen**2 * variance), rel=1e-4)
    assert one.deviance == pytest.approx(deviance, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("cells", [KOSOVO, SPARSE, [0, 9, 0, 0, 8, 0, 2, 0, 7, 1, 0, 0, 3, 0, 0, 4]])
def test_existence_by_the_largest_smallest_mean(cells):
    """A model exists where means with its margins can all be above 0 (Haberman 1974): the smallest, made largest."""
    table = loglinear(cells).table.set_index("model")["exists"]
    for terms in hierarchical(4):
        x, y = design(terms, 4)[1:], np.array(cells[1:], float)
        number = len(y)
        above = np.column_stack([-np.eye(number), np.ones(number)])
        answer = linprog(
            [0.0] * number + [-1.0], A_ub=above, b_ub=np.zeros(number),
            A_eq=np.column_stack([x.T, np.zeros(x.shape[1])]), b_eq=x.T @ y, bounds=[(0, None)] * number + [(None, 1)],
        )  # fmt: skip
        name = written(terms, 4)
        assert table[name] == (-answer.fun > 1e-7), name


def test_a_pattern_left_out_is_fitted_by_itself():
    """Its AIC is that of a model with a parameter for that pattern alone: the same likelihood, one more counted."""
    one = fit(KOSOVO, ["12"], without=["1111"])
    whole = fit(KOSOVO, ["12"])
    cells = np.array(KOSOVO, float)
    assert one.df == whole.df - 1
    saturated = sum(y * np.log(y) - y - gammaln(y + 1) for y in cells[1:])
    assert pytest.approx(2 * (6 + 1) - 2 * (saturated - one.deviance / 2)) == one.AIC
    assert one.deviance < whole.deviance


@settings(deadline=None, max_examples=8)
@given(st.sampled_from([10, 1_000, 100_000]))
def test_many_times_the_people_is_many_times_the_number(times):
    """Every model exists at any size of counts and its number grows with them."""
    large = loglinear([one * times for one in KOSOVO]).table.set_index("model")
    small = loglinear(KOSOVO).table.set_index("model")
    assert large["exists"].all()
    assert (large["N"] / times).to_numpy() == pytest.approx(small["N"][large.index].to_numpy(), rel=1e-6)


def six_lists(people, seed=4):
    """People of six lists that overlap little, four of the lists small; many cells are empty."""
    rng = np.random.default_rng(seed)
    on = rng.random((people, 6)) < [0.02, 0.1, 0.2, 0.12, 0.06, 0.03]
    return read_lists(on[on.any(axis=1)].astype(int))


def test_six_sparse_lists():
    """Models of pairs, graphs and the interval of most rows hold the truth; empty cells end nothing."""
    lists = six_lists(4_000)
    assert (lists.cells[1:] == 0).sum() > 20
    assert len(pairwise(6)) == 2**15
    graphs = decomposable(lists, 1 / 64)
    assert len(graphs.graphs) == 18_154
    assert graphs.graphs["probability"].sum() == pytest.approx(1)
    assert graphs.low <= 4_000 <= graphs.high
    with pytest.raises(AskError, match="dependencies of two lists"):
        pairwise(7)


def test_graphs_left_aside_change_nothing():
    """With the numbers of people given all graphs are taken over all; by default unlikely ones only roughly."""
    rng = np.random.default_rng(8)
    on = rng.random((900, 5)) < [0.3, 0.2, 0.25, 0.4, 0.2]
    lists = read_lists(on[on.any(axis=1)].astype(int))
    some = decomposable(lists, 1 / 32)
    every = decomposable(lists, 1 / 32, missing=(1, 2_000))
    assert (some.N, some.low, some.high) == (every.N, every.low, every.high)
    one, other = (each.graphs.set_index("graph")["probability"] for each in (some, every))
    assert (one - other[one.index]).abs().max() < 1e-5


@pytest.mark.parametrize(
    ("cells", "without"),
    [
        ({"100": 50, "110": 20, "111": 10}, "log-linear"),  # lists within lists: nobody is on 2 and not on 1
        ({"111": 40}, "log-linear"),  # everybody on all
    ],
)
def test_lists_within_lists(cells, without):
    """No log-linear model has a finite fit and that is said; what is left is not called agreement."""
    found = estimate(cells, iterations=1_000, sensitivity=False)
    assert without in found.refused
    assert any("Only one method" in line for line in found.disagreement)


def test_five_people_are_enough_to_say_little():
    """Tiny counts give wide intervals, not faults."""
    found = estimate({"110": 1, "011": 1, "100": 1, "010": 1, "001": 1}, iterations=1_000, sensitivity=False)
    assert found.low >= 5
    assert found.high > 20


def test_settings_that_cannot_be_are_refused_first():
    """Before anything is run."""
    for wrong in ({"level": 95}, {"deltas": [0]}, {"iterations": 5}, {"chains": 1}):
        with pytest.raises(AskError):
            estimate(KOSOVO, **wrong)


def test_replicates_of_the_same_lists():
    """Equal replicates: within each, all the spread; other lists, one alone, or one that tells nothing are refused."""
    found = replicated([THREE, THREE], iterations=2_000)
    graphs = found.table.set_index("method").loc["decomposable graphs"]
    one = decomposable(THREE, 0.125)
    assert graphs["N"] == pytest.approx(one.N, rel=0.02)
    assert graphs["between"] < graphs["within"] / 100
    for wrong in ([THREE], [THREE, KOSOVO], [THREE, [0, 5, 6, 0, 7, 0, 0, 0]]):
        with pytest.raises(AskError, match="eplicate"):
            replicated(wrong, iterations=1_000)
