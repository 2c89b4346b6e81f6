"""How measures spread over the draws: by hand, draws that went astray, and shares that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.comparison.measures import MEASURES, column
from toguna.comparison.outcome import Outcome
from toguna.comparison.spread import best_shares, finite_draws, spread, worst_mean
from toguna.core.errors import ComparisonError


def outcome(mandates, draws, **values):
    """An outcome with the values given by measure, mandates x draws, and zeros elsewhere."""
    every = np.zeros((len(mandates), draws, len(MEASURES)))
    for name, value in values.items():
        every[:, :, column(name)] = value
    parameters = pd.DataFrame({"x": np.linspace(0, 1, draws)})
    return Outcome(tuple(mandates), every, parameters, ("2026-01",), np.zeros((len(mandates), draws, 1, 1), np.float32))


def row(found, mandate, measure):
    """The one row of a mandate and measure."""
    (one,) = found[(found["mandate"] == mandate) & (found["measure"] == measure)].to_dict("records")
    return one


def test_by_hand_where_more_is_better():
    """Four draws, two mandates, counted on fingers."""
    found = spread(outcome(["nothing", "a"], 4, reached=[[1.0, 2, 3, 4], [2, 2, 5, 0]]))
    a, nothing = row(found, "a", "reached"), row(found, "nothing", "reached")
    assert (a["mean"], a["median"], a["draws"], a["left_out"]) == (2.25, 2.0, 4, 0)
    assert a["q05"] == pytest.approx(0.3)
    assert a["q95"] == pytest.approx(4.55)
    assert a["worst_decile"] == 0.0
    assert (a["probability_best"], nothing["probability_best"]) == (0.625, 0.375)
    assert (a["regret_mean"], nothing["regret_mean"]) == (1.0, 0.75)
    assert a["regret_q90"] == pytest.approx(2.8)  # of 0, 0, 0 and 4
    assert a["difference_median"] == 0.5  # of -4, 0, 1 and 2
    assert a["probability_better"] == 0.5
    assert (nothing["difference_median"], nothing["probability_better"]) == (0.0, 0.0)


def test_by_hand_where_less_is_better():
    """Deaths: the worst tenth are the most, and fewer than in doing nothing is better though the difference falls."""
    deaths = np.array([np.arange(20.0), np.arange(20.0) - 3])
    found = spread(outcome(["nothing", "a"], 20, civilians_killed=deaths))
    a, nothing = row(found, "a", "civilians_killed"), row(found, "nothing", "civilians_killed")
    assert nothing["worst_decile"] == 18.5
    assert a["worst_decile"] == 15.5
    assert (a["difference_median"], a["probability_better"], a["probability_best"]) == (-3.0, 1.0, 1.0)
    assert (a["regret_mean"], nothing["regret_mean"], nothing["regret_q90"]) == (0.0, 3.0, 3.0)


def test_draw_that_went_astray_is_left_out_under_all():
    """One mandate's missing value takes the draw from all; how many is said."""
    reached = np.array([[1.0, np.nan, 3, 100], [1, 2, 3, np.inf]])
    found = spread(outcome(["nothing", "a"], 4, reached=reached))
    for name in ("nothing", "a"):
        one = row(found, name, "reached")
        assert (one["mean"], one["draws"], one["left_out"]) == (2.0, 2, 2)
    assert row(found, "a", "order")["left_out"] == 0


def test_measure_without_any_draw_is_unknown():
    """Nothing known is NaN, not nought."""
    found = spread(outcome(["nothing", "a"], 3, reached=np.nan))
    one = row(found, "a", "reached")
    assert (one["draws"], one["left_out"]) == (0, 3)
    numbers = [key for key in one if key not in {"mandate", "measure", "unit", "principle", "draws", "left_out"}]
    assert all(np.isnan(one[key]) for key in numbers)


def test_without_nothing_there_is_no_difference_to_it():
    """The rest is still told."""
    one = row(spread(outcome(["a", "b"], 3, reached=[[1.0, 2, 3], [0, 0, 0]])), "a", "reached")
    assert np.isnan(one["difference_median"])
    assert np.isnan(one["probability_better"])
    assert one["probability_best"] == 1.0


def test_one_row_a_mandate_and_measure_in_order():
    """Mandates as asked for, measures as declared."""
    found = spread(outcome(["b", "a"], 2))
    assert list(found["mandate"]) == ["b"] * len(MEASURES) + ["a"] * len(MEASURES)
    assert list(found["measure"]) == [one.name for one in MEASURES] * 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 40))
def test_shares_add_up_and_regret_is_never_negative(seed, many, draws):
    """Being best is shared out whole; the order of the mandates asked for does not matter."""
    rng = np.random.default_rng(seed)
    names = [f"m{one}" for one in range(many - 1)] + ["nothing"]
    values = np.round(rng.normal(size=(many, draws, len(MEASURES))), 1)
    given_ = outcome(names, draws)
    given_.values[:] = values
    found = spread(given_)
    assert np.allclose(found.groupby("measure")["probability_best"].sum(), 1.0)
    assert (found["regret_mean"] >= 0).all()
    turned = outcome(names[::-1], draws)
    turned.values[:] = values[::-1]
    both = found.merge(spread(turned), on=["mandate", "measure"], suffixes=("", "_2"))
    for name in ("median", "worst_decile", "probability_best", "regret_q90", "difference_q05", "probability_better"):
        assert np.allclose(both[name], both[f"{name}_2"])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.sampled_from([0.1, 0.25, 1.0]))
def test_worst_mean_is_the_integral_of_the_quantiles(seed, draws, share):
    """Against the empirical quantile function, summed on a fine grid."""
    score = np.random.default_rng(seed).normal(size=draws)
    grid = (np.arange(20_000) + 0.5) / 20_000 * share
    expected = np.sort(score)[np.minimum((grid * draws).astype(int), draws - 1)].mean()
    assert worst_mean(score, share) == pytest.approx(expected, abs=2e-3)


def test_equal_up_to_rounding_shares_the_draw():
    """A sum in another order is no better."""
    assert best_shares(np.array([[0.1 + 0.2], [0.3]])).tolist() == [[0.5], [0.5]]
    assert finite_draws(np.zeros((1, 2, 3))).all()


def test_wrong_shape_and_names_are_told():
    """The error says what was found and what to give."""
    wrong = outcome(["a", "b"], 2)
    with pytest.raises(ComparisonError, match=r"shape \(2, 2, 18\) is not 1 mandates"):
        spread(Outcome(("a",), wrong.values, wrong.parameters, wrong.months, wrong.monthly))
    with pytest.raises(ComparisonError, match="repeats a name"):
        spread(Outcome(("a", "a"), wrong.values, wrong.parameters, wrong.months, wrong.monthly))
