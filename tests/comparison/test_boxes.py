"""Boxes: planted ones are found, counts are right by hand, noise gives none, the tree is that of scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from toguna.comparison import boxes as module
from toguna.comparison.boxes import boxes, tree
from toguna.comparison.boxes_words import Box, number, percent, words
from toguna.core.errors import ComparisonError

TITLES = {"recruits": "recruits per fighter killed", "aid": "aid that arrives"}


def futures(draws, parameters, seed=0):
    """Uniform parameters."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.random((draws, parameters)), columns=[f"x{at}" for at in range(parameters)])


def test_a_planted_box_is_found():
    """Both limits, near where they were planted, and nothing else; nearly all inside are cases and all cases inside."""
    table = futures(4000, 20)
    found = boxes(table, ((table.x1 > 0.6) & (table.x2 < 0.5)).to_numpy())
    assert set(found.chosen.limits) == {"x1", "x2"}
    assert found.chosen.limits["x1"] == (pytest.approx(0.6, abs=0.03), np.inf)
    assert found.chosen.limits["x2"] == (-np.inf, pytest.approx(0.5, abs=0.03))
    assert found.chosen.density > 0.93
    assert found.chosen.coverage > 0.97
    assert found.base == pytest.approx(0.2, abs=0.02)


def test_a_box_with_two_sides_is_found_among_noise():
    """Cases are likely inside 0.3 to 0.7 of one parameter and not outside."""
    table = futures(6000, 10, seed=1)
    inside = table["x4"].between(0.3, 0.7)
    cases = np.random.default_rng(2).random(len(table)) < np.where(inside, 0.9, 0.1)
    found = boxes(table, cases)
    assert list(found.chosen.limits) == ["x4"]
    assert found.chosen.limits["x4"] == (pytest.approx(0.3, abs=0.05), pytest.approx(0.7, abs=0.05))
    assert found.chosen.density == pytest.approx(0.9, abs=0.06)
    assert "between" in found.says({})


def test_noise_gives_no_box():
    """Cases that hang on nothing: with half the draws set aside no limit stands, whatever the seed."""
    table = futures(1500, 30)
    for seed in range(5):
        cases = np.random.default_rng(seed).random(len(table)) < 0.3
        found = boxes(table, cases, seed=seed)
        assert found.chosen is None
        assert found.says({}) == "No range of an assumption sets these futures apart from the others."


def test_the_box_is_counted_on_draws_set_aside():
    """All counts are of half the draws; with `check` 0, of all."""
    table = futures(2000, 5)
    cases = ((table.x1 > 0.6) & (table.x2 < 0.5)).to_numpy()
    aside, every = boxes(table, cases).chosen, boxes(table, cases, check=0).chosen
    assert aside.all_draws == 1000
    assert every.all_draws == 2000
    inside = every.inside(table)
    assert every.draws == inside.sum()
    assert every.cases == cases[inside].sum()
    assert every.on(table, cases).density == every.density


def test_the_trajectory_shrinks_and_grows_denser():
    """From all futures on, each box lies in the one before; the last holds at least the least mass."""
    table = futures(3000, 6)
    cases = np.random.default_rng(3).random(len(table)) < table["x0"] * table["x1"]
    found = boxes(table, cases, least_mass=0.1)
    first, last = found.trajectory.iloc[0], found.trajectory.iloc[-1]
    assert (first.coverage, first.mass, first.restricted) == (1, 1, 0)
    assert (np.diff(found.trajectory["mass"]) < 0).all()
    assert 0.1 <= last.mass < 0.11
    assert last.density > first.density + 0.2
    assert np.allclose(found.trajectory.coverage, found.trajectory.density * found.trajectory.mass / first.density)
    for outer, inner in zip(found.steps, found.steps[1:], strict=False):
        for name, (low, high) in outer.limits.items():
            assert inner.limits[name][0] >= low
            assert inner.limits[name][1] <= high


def test_counts_by_hand():
    """Ten futures: four cases, three of them inside with one other."""
    table = pd.DataFrame({"a": np.arange(10.0)})
    cases = np.isin(np.arange(10), [1, 6, 7, 9])
    box = Box({"a": (5.5, np.inf)}, 0, 0, 0, 0).on(table, cases)
    assert (box.draws, box.cases) == (4, 3)
    assert (box.coverage, box.density, box.mass) == (0.75, 0.75, 0.4)


def test_quasi_p_by_hand():
    """Without the limit half of 8 are cases; of 4 inside all are: chance 1 in 16."""
    values = np.arange(8.0)[:, None]
    limits = module._Limits(np.array([3.5]), np.array([np.inf]))
    kept, quasi = module._told(module._Counted(values, values[:, 0] > 3.5), limits, 0.1)
    assert quasi == {0: pytest.approx(1 / 16)}
    assert list(kept.restricted) == [0]
    kept, quasi = module._told(module._Counted(values, values[:, 0] > 3.5), limits, 0.05)
    assert quasi == {}
    assert list(kept.restricted) == []


def test_values_tied_are_cut_off_together():
    """A yes-or-no parameter of which one half holds the cases."""
    rng = np.random.default_rng(1)
    table = futures(1000, 3).assign(ban=rng.integers(0, 2, 1000), same=1.0)
    found = boxes(table, (table["ban"] == 1).to_numpy(), check=0)
    assert found.chosen.limits == {"ban": (0.5, np.inf)}
    assert found.chosen.density == found.chosen.coverage == 1


def test_pasting_gives_back_what_was_peeled_too_far():
    """From a box inside the planted one, the limit goes back to its edge."""
    values = np.linspace(0, 1, 1001)[:, None]
    search = module._Counted(values, values[:, 0] > 0.5)
    wide = module._pasted(search, module._Limits(np.array([0.8]), np.array([np.inf])), 0.05)
    assert wide.low[0] == pytest.approx(0.5, abs=0.025)
    assert search.cases[search.inside(wide)].all()


@pytest.mark.parametrize(("which", "many"), [(False, "none"), (True, "all")])
def test_no_cases_and_all_cases_are_a_sentence(which, many):
    found = boxes(futures(100, 3), np.full(100, which))
    assert found.chosen is None
    assert found.says({}) == f"What is asked about happens in {many} of the 100 futures: there is nothing to set apart."
    assert len(tree(futures(100, 3), np.full(100, which)).leaves) == 1


def test_one_case_in_many_is_no_box():
    """It lies on one side of what is searched and set aside."""
    found = boxes(futures(100, 3), np.arange(100) == 5)
    assert found.chosen is None


def test_the_words_of_a_box():
    """As planners read it."""
    box = Box({"recruits": (1.2, np.inf), "aid": (0.1, 0.35)}, 60, 50, 200, 125)
    assert words(box, TITLES, {"aid": "share"}, what="Raids leave civilians worse off") == (
        "Raids leave civilians worse off in 83 % of futures in which recruits per fighter killed is above 1.2 and aid "
        "that arrives is between 0.1 and 0.35; these are 40 % of all such futures."
    )
    assert words(Box({}, 10, 4, 10, 4), TITLES).startswith("This happens in 40 % of all futures; no range")
    assert words(Box({"aid": (1.0, np.inf)}, 0, 0, 10, 4), TITLES).startswith("In no future looked at is it so that")
    assert "none of the futures" in words(Box({"aid": (1.0, np.inf)}, 5, 0, 10, 4), TITLES)


def test_numbers_keep_three_digits_and_shares_never_round_to_certainty():
    assert [number(one) for one in (0.00012345, 999.9, 1234567.0, 100.0)] == ["0.000123", "1,000", "1,230,000", "100"]
    assert percent(0.9996) == "more than 99 %"


def oracle(table, cases, depth, least):
    """The splits of scikit-learn, from the root down, left first: parameter, threshold and draws."""
    grown = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=0)
    made = grown.fit(table.to_numpy(), cases).tree_
    splits = [at for at in range(made.node_count) if made.children_left[at] >= 0]
    return [(table.columns[made.feature[at]], made.threshold[at], made.n_node_samples[at]) for at in splits]


@pytest.mark.parametrize("seed", range(6))
def test_the_tree_is_that_of_scikit_learn(seed):
    """Every split: the parameter, the threshold and how many draws meet it.

    Values that float32 holds exactly, and draws enough that no two splits are equally good.
    """
    rng = np.random.default_rng(100 + seed)
    table = futures(4000, 6, seed).astype(np.float32).astype(float)
    chance = 0.1 + 0.5 * (table["x0"] > 0.4) + 0.3 * (table["x1"] * table["x2"] > 0.2)
    cases = rng.random(len(table)) < chance
    found = tree(table, cases, depth=3, least_mass=0.05)
    expected = oracle(table, cases, 3, 200)
    assert list(found.splits["parameter"]) == [one[0] for one in expected]
    assert found.splits["threshold"].to_numpy() == pytest.approx([one[1] for one in expected], rel=1e-9)
    assert list(found.splits["draws"]) == [one[2] for one in expected]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 4), st.integers(0, 4))
def test_leaves_share_out_all_draws(seed, draws, parameters, depth):
    """Every draw is in one leaf and no other, also where values are tied; counts are those of the leaves' limits."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.integers(0, 5, (draws, parameters)).astype(float)).add_prefix("x")
    cases = rng.random(draws) < 0.4
    found = tree(table, cases, depth=depth)
    every = np.array([leaf.inside(table) for leaf in found.leaves])
    assert (every.sum(axis=0) == 1).all()
    for leaf, inside in zip(found.leaves, every, strict=True):
        assert (leaf.draws, leaf.cases) == (inside.sum(), cases[inside].sum())
        assert leaf.draws >= 0.05 * draws


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200), st.integers(1, 4), st.booleans())
def test_steps_count_what_they_hold(seed, draws, parameters, tied):
    """The counts along the trajectory are those of the limits, with and without ties."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, (draws, parameters)) if tied else rng.random((draws, parameters))
    table = pd.DataFrame(values.astype(float)).add_prefix("x")
    cases = rng.random(draws) < 0.5
    for box in boxes(table, cases, check=0).steps:
        assert (box.draws, box.cases) == (box.inside(table).sum(), cases[box.inside(table)].sum())
        assert box.draws >= 0.05 * draws


@pytest.mark.parametrize(
    ("table", "cases", "asked", "says"),
    [
        (pd.DataFrame({"a": [1.0, np.nan]}), [True, False], {}, "'a' is nan in draw 1"),
        (pd.DataFrame({"a": ["one", "two"]}), [True, False], {}, "'a' is no number"),
        (pd.DataFrame({"a": [1.0, 2.0]}), [True], {}, "shape"),
        (pd.DataFrame({"a": [1.0, 2.0]}), [1, 0], {}, "type int64"),
        (pd.DataFrame({"a": [1.0, 2.0]}), [True, False], {"least_mass": 0.0}, "least_mass is 0"),
        (pd.DataFrame({"a": [1.0, 2.0]}), [True, False], {"check": 1.0}, "check is 1"),
    ],
)
def test_what_does_not_fit_is_said(table, cases, asked, says):
    """Each mistake has its sentence."""
    with pytest.raises(ComparisonError, match=says):
        boxes(table, np.array(cases), **asked)


def test_a_table_without_the_parameter_is_said():
    with pytest.raises(ComparisonError, match="no column 'aid'"):
        Box({"aid": (0.0, 1.0)}, 0, 0, 0, 0).inside(futures(3, 1))
