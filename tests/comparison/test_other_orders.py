"""Other orders and weights: against the ranking where they must agree, an integral known in full, and shares."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.comparison.measures import DECIDING, MEASURES, column
from toguna.comparison.other_orders import ALL_ORDERS, IN_ORDER, WEIGHTS, other_orders
from toguna.comparison.outcome import Outcome
from toguna.comparison.ranking import rank
from toguna.core.errors import ComparisonError

NAMES = [one.name for one in DECIDING]
EXACT = dict.fromkeys(NAMES, 0.0)


def outcome(mandates, draws, **values):
    """An outcome with the values given by measure, mandates x draws or one a mandate, and zeros elsewhere."""
    every = np.zeros((len(mandates), draws, len(MEASURES)))
    for name, value in values.items():
        every[:, :, column(name)] = value if np.ndim(value) == 2 else np.asarray(value, float)[:, None]
    assumed = pd.DataFrame({"x": np.zeros(draws)})
    return Outcome(tuple(mandates), every, assumed, ("2026-01",), np.zeros((len(mandates), draws, 1, 1), np.float32))


def view(found, name):
    """Places of a view, mandates x places."""
    rows = found[found["view"] == name].set_index("mandate")
    return rows[[one for one in rows if one.startswith("place_")]]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 30))
def test_shares_add_up_in_every_view(seed, many, draws):
    """Places of a mandate and mandates of a place; central weights add up to 1; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    names = [f"m{at}" for at in range(many)]
    one = outcome(names, draws, **{name: np.round(rng.gamma(5, 1, (many, draws)), 1) for name in NAMES})
    found = other_orders(one, 100, seed)
    for name in (IN_ORDER, ALL_ORDERS, WEIGHTS):
        assert np.allclose(view(found, name).sum(axis=0), 1)
        assert np.allclose(view(found, name).sum(axis=1), 1)
    weighed = found[(found["view"] == WEIGHTS) & (found["place_1"] > 0)]
    assert np.allclose(weighed[[f"weight_{at}" for at in range(1, 6)]].sum(axis=1), 1)
    assert weighed["confidence"].between(0, 1).all()
    pd.testing.assert_frame_equal(found, other_orders(one, 100, seed))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(NAMES), st.integers(2, 6))
def test_with_one_criterion_weights_are_the_ranking(seed, name, many):
    """Where mandates differ in one measure alone, any weights give the ranking's own places without tolerance."""
    rng = np.random.default_rng(seed)
    one = outcome([f"m{at}" for at in range(many)], 25, **{name: np.round(rng.normal(size=(many, 25)), 1)})
    found = other_orders(one, 60, seed, EXACT)
    expected = rank(one, EXACT).places.to_numpy()
    assert np.allclose(view(found, WEIGHTS), expected)
    assert np.allclose(view(found, IN_ORDER), expected)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_all_orders_are_the_ranking_of_measures_exchanged(seed):
    """Each order of principles by ranking an outcome whose measures stand in that order, one at a time."""
    rng = np.random.default_rng(seed)
    names, share = ("nothing", "a", "b", "c"), 0.1
    values = np.round(rng.gamma(5, 1, (4, 3, 5)), 1)
    one = outcome(names, 3, **{name: values[:, :, at] for at, name in enumerate(NAMES)})
    signs = np.array([1 if measure.more_is_better else -1 for measure in DECIDING])
    first = dict.fromkeys(names, 0.0)
    for order in permutations(range(5)):
        turned = {NAMES[at]: signs[at] * signs[was] * values[:, :, was] for at, was in enumerate(order)}
        ranking = rank(outcome(names, 3, **turned), dict.fromkeys(NAMES, share))
        best = ranking.order[ranking.order["place"] == 1]["mandate"]
        for name in best:
            first[name] += 1 / len(best) / 120
    found = view(other_orders(one, 10, 0, dict.fromkeys(NAMES, share)), ALL_ORDERS)["place_1"]
    assert found.to_dict() == pytest.approx(first)


def test_two_criteria_against_the_integral():
    """a is best in one measure, b in another, each by its whole scale: half of the weights speak for either.

    Given that one of two weights is the larger of five uniform on the simplex, it is on average 0.3, the other 0.1.
    """
    one = outcome(["a", "b"], 50, order=[1, 0], process=[0, 1])
    found = other_orders(one, 40_000, 5)
    assert view(found, WEIGHTS)["place_1"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.01)
    a = found[(found["view"] == WEIGHTS) & (found["mandate"] == "a")].iloc[0]
    expected = [{"order": 0.3, "process": 0.1}.get(name, 0.2) for name in NAMES]
    assert a[[f"weight_{measure.principle}" for measure in DECIDING]].to_numpy(float) == pytest.approx(
        expected, abs=0.01
    )
    assert a["confidence"] == 1.0


def test_dominated_is_never_first_under_any_weights():
    """It has no central weights, and NaN says so."""
    rng = np.random.default_rng(2)
    good = {name: rng.normal(size=40) for name in NAMES}
    signs = {measure.name: 1 if measure.more_is_better else -1 for measure in DECIDING}
    one = outcome(["a", "b"], 40, **{name: np.array([v, v - 0.1 * signs[name]]) for name, v in good.items()})
    b = other_orders(one, 500, 1, EXACT).query("mandate == 'b'")
    assert (b["place_1"] == 0).all()
    assert b[["weight_1", "confidence"]].isna().all(axis=None)


def test_confidence_is_the_share_of_draws_under_central_weights():
    """With one measure alone it is how often the mandate is best in it, whatever the weights."""
    process = np.array([[3.0, 3, 3, 1], [2, 2, 2, 2]])
    found = other_orders(outcome(["a", "b"], 4, process=process), 200, 1)
    weighed = found[found["view"] == WEIGHTS].set_index("mandate")
    assert weighed["confidence"].to_dict() == {"a": 0.75, "b": 0.25}


def test_view_stands_beside_the_ranking():
    """The ranking's own places come first in the table, exactly as the ranking has them."""
    rng = np.random.default_rng(7)
    one = outcome(["nothing", "a", "b"], 60, **{name: rng.gamma(5, 1, (3, 60)) for name in NAMES})
    found = other_orders(one)
    assert found["view"].drop_duplicates().tolist() == [IN_ORDER, ALL_ORDERS, WEIGHTS]
    assert np.allclose(view(found, IN_ORDER), rank(one).places)
    assert not {"score", "winner", "best"} & set(found.columns)


def test_unit_of_a_measure_does_not_matter():
    """Thousands in place of ones change no weighed place."""
    rng = np.random.default_rng(8)
    values = {name: rng.gamma(5, 1, (3, 30)) for name in NAMES}
    a = other_orders(outcome(["x", "y", "z"], 30, **values), 300, 1)
    b = other_orders(outcome(["x", "y", "z"], 30, **{**values, "process": 1000 * values["process"] + 5}), 300, 1)
    assert np.allclose(view(a, WEIGHTS), view(b, WEIGHTS))


def test_no_weights_asked_for():
    """The error says how many to ask for."""
    with pytest.raises(ComparisonError, match="0 is fewer than 1"):
        other_orders(outcome(["a"], 2), 0)
