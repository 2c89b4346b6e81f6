"""Scores of draws: equal to other libraries and to plain sums, whatever the draws."""

import itertools
import warnings

import numpy as np
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from toguna.core.errors import AskError, DataError
from toguna.forecasting.scores import IGN_EDGES, bin_chances, score_draws, skill

KINDS = (np.float32, np.float64, np.int32, np.int64)


def some_draws(rows=60, size=200, seed=3):
    """Draws as forecasts of violence have them: rows of zeros, of few deaths, of many, and broken numbers."""
    rng = np.random.default_rng(seed)
    draws = np.ceil(np.exp(rng.normal(1, 2, (rows, size)))) * (rng.random((rows, size)) < rng.beta(0.5, 2, (rows, 1)))
    draws[::5] = 0
    draws[1::5] *= rng.random((len(draws[1::5]), size))
    return draws, np.where(rng.random(rows) < 0.6, 0.0, rng.poisson(30, rows) * rng.random(rows).round(1))


def pairs(draws, seen):
    """CRPS of a row as it is defined."""
    return np.abs(draws - seen).mean() - np.abs(draws[:, None] - draws).mean() / 2


def plain(draws, seen, level):
    """All numbers of a row, each by its definition."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    edges = [*IGN_EDGES, np.inf]
    share = [((draws >= a) & (draws < b)).sum() for a, b in itertools.pairwise(edges)]
    return {
        "crps": pairs(draws, seen),
        "ign": -np.log2((share[np.digitize(seen, IGN_EDGES) - 1] + 1) / (len(draws) + 11)),
        "mis": high - low + 2 / (1 - level) * (max(low - seen, 0) + max(seen - high, 0)),
        "log_crps": pairs(np.log1p(draws), np.log1p(seen)),
        "crps_from_1": pairs(np.maximum(draws, 1), max(seen, 1)),
        "crps_from_10": pairs(np.maximum(draws, 10), max(seen, 10)),
        "chance_1": (draws >= 0.5).mean(),
        "chance_10": (draws >= 9.5).mean(),
        "chance_25": (draws >= 24.5).mean(),
        "mean": draws.mean(),
        "below": (draws < seen).mean(),
        "at_most": (draws <= seen).mean(),
        "lower": low,
        "upper": high,
    }


counted = st.one_of(st.integers(0, 12), st.integers(0, 100_000))
measured = st.one_of(counted, st.floats(0, 2e5, width=32).map(abs))


@st.composite
def forecasts(draw):
    """Tables of draws that are mostly zero, and outcomes."""
    kind = draw(st.sampled_from(KINDS))
    one = counted if np.issubdtype(kind, np.integer) else measured
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 60)))
    table = draw(arrays.arrays(kind, shape, elements=one, fill=st.just(0)))
    return table, draw(arrays.arrays(np.float64, shape[0], elements=measured))


@given(forecasts(), st.sampled_from([0.5, 0.9, 0.95]))
@settings(max_examples=150, deadline=None)
def test_equals_the_definitions(forecast, level):
    """Every number of every row is what its definition gives, for any kind of number."""
    draws, outcome = forecast
    scores = score_draws(draws, outcome, level=level)
    for row, seen in enumerate(outcome):
        for name, value in plain(draws[row].astype(float), seen, level).items():
            assert getattr(scores, name)[row] == pytest.approx(value, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("seed", range(3))
def test_many_close_draws_are_sorted(seed):
    """Draws that all begin with the same bits, next to a very small one, are put in order too."""
    rng = np.random.default_rng(seed)
    draws = 5000 + rng.random((2, 400)) / 1000
    draws[0, 7] = 1e-200
    for row, crps in enumerate(score_draws(draws, [5000, 0]).crps):
        assert crps == pytest.approx(pairs(draws[row], [5000, 0][row]), rel=1e-9)


def test_equals_scoringrules():
    """CRPS, weighted CRPS and interval score are those of scoringrules."""
    draws, outcome = some_draws()
    scores = score_draws(draws, outcome)
    assert np.allclose(scores.crps, scoringrules.crps_ensemble(outcome, draws, estimator="qd"), rtol=1e-9, atol=1e-9)
    weighted = scoringrules.twcrps_ensemble(outcome, draws, a=10.0, estimator="qd")
    assert np.allclose(scores.crps_from_10, weighted, rtol=1e-9, atol=1e-9)
    lower, upper = np.quantile(draws, [0.05, 0.95], axis=1)
    assert np.allclose(scores.mis, scoringrules.interval_score(outcome, lower, upper, 0.1), rtol=1e-9, atol=1e-9)


def test_equals_properscoring():
    """CRPS is that of properscoring."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import properscoring

        draws, outcome = some_draws(seed=4)
        crps = properscoring.crps_ensemble(outcome, draws)
    assert np.allclose(score_draws(draws, outcome).crps, crps, rtol=1e-9, atol=1e-9)


def test_floor_and_ceiling_of_ignorance():
    """At 1,000 draws all in the right bin give 0.01434 bits, all in another 9.98157."""
    ign = score_draws(np.zeros((2, 1000), np.int32), [0, 3]).ign
    assert ign.round(5).tolist() == [0.01434, 9.98157]


def test_last_bin_is_open():
    """More than 1,000 deaths are scored like any other number."""
    assert score_draws(np.full((2, 1000), 1000.5), [1e6, 1000]).ign.round(5).tolist() == [0.01434, 9.98157]


def test_weighing_from_zero_is_no_weighing():
    """Where no draw and no outcome is below the threshold, weighted CRPS is CRPS; where none is above, it is 0."""
    draws, outcome = some_draws()
    above = score_draws(draws + 10, outcome + 10)
    assert np.allclose(above.crps_from_10, above.crps)
    assert np.allclose(above.crps_from_1, above.crps)
    assert not score_draws(draws.clip(max=1), outcome.clip(max=1)).crps_from_1.any()
    assert np.allclose(score_draws(np.ceil(draws), np.ceil(outcome)).crps, from_zero(draws, outcome))


def from_zero(draws, outcome):
    """Weighted CRPS from 0 on: that from 1 on of the same numbers, all one higher."""
    return score_draws(np.ceil(draws) + 1, np.ceil(outcome) + 1).crps_from_1


def test_outcome_not_known_is_not_scored():
    """A missing outcome gives no score, and leaves what needs none."""
    draws, outcome = some_draws()
    outcome[[2, 5]] = np.nan
    scores = score_draws(draws, outcome)
    for name in ("crps", "ign", "mis", "log_crps", "crps_from_1", "crps_from_10", "below", "at_most"):
        assert np.flatnonzero(np.isnan(getattr(scores, name))).tolist() == [2, 5]
    for name in ("chance_1", "chance_10", "chance_25", "mean", "lower", "upper"):
        assert np.isfinite(getattr(scores, name)).all()


@pytest.mark.parametrize("kind", ["f2", "u2", "i1", "u8", "bool"])
def test_unusual_kinds_of_numbers(kind):
    """Kinds that are not compiled are read a few rows at a time and give the same scores."""
    draws = some_draws(size=40)[0].clip(max=100).round().astype(kind)
    assert np.array_equal(score_draws(draws, np.ones(60)).crps, score_draws(draws.astype(float), np.ones(60)).crps)


def test_order_in_memory_does_not_matter(monkeypatch):
    """Columns first, in steps, read-only, or in chunks: the scores are the same."""
    monkeypatch.setattr("toguna.forecasting.scores.CHUNK", 900)
    draws, outcome = some_draws()
    wide = np.repeat(draws, 2, axis=1)[:, ::2]
    fixed = draws.copy()
    fixed.setflags(write=False)
    for one in (np.asfortranarray(draws), wide, fixed, draws.tolist()):
        assert np.array_equal(score_draws(one, outcome).crps, score_draws(draws, outcome).crps)
        assert np.array_equal(bin_chances(one), bin_chances(draws))


def test_bins_sum_to_one_and_hold_the_ignorance():
    """Chances of bins are those that the ignorance is taken of."""
    draws, outcome = some_draws()
    chances = bin_chances(draws)
    assert np.allclose(chances.sum(axis=1), 1)
    at = np.digitize(outcome, IGN_EDGES) - 1
    assert np.allclose(-np.log2(chances[np.arange(len(at)), at]), score_draws(draws, outcome).ign)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -1.0])
def test_bad_draw_is_named(bad):
    """A draw that is no count is refused with its row and value, and the next call is not harmed by it."""
    draws, outcome = some_draws()
    right = score_draws(draws, outcome).crps
    broken = draws.copy()
    broken[17, 4] = bad
    for call in (lambda: score_draws(broken, outcome), lambda: bin_chances(broken)):
        with pytest.raises(DataError, match=rf"Draw 4 of row 17 is {bad}\. .*cap or floor"):
            call()
    assert np.array_equal(score_draws(draws, outcome).crps, right)


@pytest.mark.parametrize("bad", [-2.0, np.inf])
def test_bad_outcome_is_named(bad):
    """An outcome that is no count is refused with its row and value."""
    with pytest.raises(DataError, match=f"outcome of row 1 is {bad}"):
        score_draws(np.zeros((2, 3)), [0, bad])


def test_what_does_not_fit_is_refused():
    """Shapes, kinds and levels that make no sense are refused in words."""
    for draws, outcome in ((np.zeros(3), [0]), (np.zeros((2, 0)), [0, 0]), (np.zeros((2, 3)), [0]), ([["a"]], [0])):
        with pytest.raises(DataError, match="Give"):
            score_draws(draws, outcome)
    with pytest.raises(AskError, match="level"):
        score_draws(np.zeros((1, 3)), [0], level=90)
    assert len(score_draws(np.zeros((0, 3)), []).crps) == 0


def test_skill_of_the_baseline_is_zero():
    """A perfect score has skill 1, the baseline 0; nothing is said where both are perfect."""
    assert np.array_equal(skill([0, 2, 3, 0], [2, 2, 2, 0]), [1, 0, -0.5, np.nan], equal_nan=True)
