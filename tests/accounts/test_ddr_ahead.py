"""Caseload ahead: scores by an oracle, the baseline served where the model does not win, people conserved."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.accounts.ddr.ahead import arrivals, occupancy
from toguna.accounts.ddr.candidates import CANDIDATES, MODEL, crps, last_value, mean_of_3, smoothing
from toguna.core.errors import AskError


def steady(seed, months=36, mean=200, size=8):
    rng = np.random.default_rng(seed)
    return rng.poisson(rng.gamma(size, mean / size, months)).astype(float)


def walking(seed, months=48):
    rng = np.random.default_rng(seed)
    return np.rint(np.maximum(1_000 + np.cumsum(rng.normal(0, 120, months)), 0))


def test_crps_is_that_of_scoringrules():
    """On draws with ties and far off."""
    rng = np.random.default_rng(3)
    for outcome in (0.0, 7.0, 400.0):
        draws = rng.poisson(9, 101).astype(float)
        assert crps(draws, outcome) == pytest.approx(float(scoringrules.crps_ensemble(outcome, draws)))


def test_baselines_by_hand():
    """Last value and mean of three, with their own past errors in both directions."""
    counts, rng = np.array([10.0, 14, 12, 20]), np.random.default_rng(1)
    assert set(last_value(counts, 2, 500, rng).ravel()) == {12, 16, 18, 22, 24, 28}  # 20 +- 4, 2, 8
    assert set(mean_of_3(counts, 1, 500, rng).ravel()) == {7, 23}  # 46/3 +- 8, rounded


def test_smoothing_of_a_constant_is_the_constant():
    """And of counts as spread as a Poisson, a Poisson; more spread, wider."""
    flat = smoothing(np.full(12, 100.0), 3, 20_000, np.random.default_rng(1))
    assert flat.mean() == pytest.approx(100, rel=0.01)
    assert flat[:, 0].var() == pytest.approx(100, rel=0.05)
    wide = smoothing(steady(1), 1, 20_000, np.random.default_rng(1))
    assert wide.var() > 5 * wide.mean()


def test_the_model_wins_where_counts_are_steady():
    """It knows the level and the spread; over twelve programmes it is served mostly, and its CRPS is lower."""
    found = [arrivals(steady(seed), 3, seed=1, draws=200) for seed in range(12)]
    assert sum(one.served == MODEL for one in found) >= 9
    better = [one.skill["crps"][MODEL] / one.skill["crps"]["last value"] for one in found]
    assert np.mean(better) < 0.9


def test_the_baseline_is_served_where_it_wins_and_it_is_said():
    """When each month is the last plus a step, nothing learnt helps for sure; whoever wins is served."""
    found = [arrivals(walking(seed), 2, seed=1, draws=200) for seed in range(8)]
    lost = [one for one in found if one.served != MODEL]
    assert lost
    for one in found:
        assert one.skill["crps"].idxmin() == one.served
        assert one.served in one.said
        assert one.served in str(one)
    for one in lost:
        assert "did not win" in one.said
    zero = arrivals([0.0] * 10, 2, seed=1)
    assert zero.served != MODEL, "a tie is no win"
    assert (zero.draws == 0).all()


def test_intervals_hold_what_they_promise():
    """80% intervals over origins of steady counts."""
    within = np.mean([arrivals(steady(seed), 3, seed=1, draws=300).skill["within_80"][MODEL] for seed in range(10)])
    assert 0.7 < within < 0.9


def test_same_seed_same_draws():
    """And another seed others; a table of low, median, high by month ahead."""
    one, same, other = (arrivals(steady(2), 4, seed=seed) for seed in (5, 5, 6))
    assert (one.draws == same.draws).all()
    assert (one.draws != other.draws).any()
    ends = one.interval(0.9)
    assert ends.index.tolist() == [1, 2, 3, 4]
    assert ((ends["low"] <= ends["median"]) & (ends["median"] <= ends["high"])).all()
    assert set(one.skill.index) == set(CANDIDATES)
    assert (one.skill["n"] == one.skill["n"].iloc[0]).all()


@pytest.mark.parametrize("counts", [[1] * 7, [1] * 8 + [-1], [1] * 8 + [float("nan")], [[1] * 9]])
def test_what_cannot_be_forecast(counts):
    """Too short, missing, below zero."""
    with pytest.raises(AskError, match=r"\. "):
        arrivals(counts, seed=1)
    with pytest.raises(AskError, match="level"):
        arrivals([1.0] * 9, seed=1).interval(1.0)


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 300), min_size=6, max_size=6), min_size=1, max_size=4),
    st.lists(st.integers(0, 4), min_size=1, max_size=6).filter(any),
    st.lists(st.integers(0, 200), max_size=3),
    st.integers(0, 9),
)
def test_nobody_appears_or_vanishes(came, shares, now, seed):
    """In every draw and month; after the longest stay without arrivals all have left."""
    now = now[: len(shares)]
    stay = np.array(shares, dtype=float) / sum(shares)
    found = occupancy(np.array(came, dtype=float), stay, now, rng=np.random.default_rng(seed))
    before = np.column_stack([np.full(len(came), found.began), found.present[:, :-1]])
    assert (found.present == before + found.arrived - found.left).all()
    assert (found.left >= 0).all()
    assert (found.present >= found.arrived).all()
    quiet = occupancy(np.zeros((2, len(stay))), stay, now, rng=np.random.default_rng(seed))
    assert (quiet.present[:, -1] == 0).all()


def test_mean_occupancy_is_the_convolution():
    """Arrivals folded with the share still there, and those present now by the chance to stay on."""
    came, stay = np.tile([300.0, 100, 0, 50], (4_000, 1)), [0.2, 0.5, 0.3]
    found = occupancy(came, stay, [400, 200], rng=np.random.default_rng(1))
    new = np.convolve([300, 100, 0, 50], [1, 0.8, 0.3])[:4]
    old = [400 * 0.8 + 200 * 0.3 / 0.8, 400 * 0.3, 0, 0]
    assert found.present.mean(axis=0) == pytest.approx(new + old, rel=0.01)
    assert found.chance_above([10_000, 0, 0, 0]).tolist() == [0, 1, 1, 1]
    assert found.interval().shape == (4, 3)


def test_stays_that_cannot_be():
    """Refused in a sentence."""
    rng = np.random.default_rng(1)
    with pytest.raises(AskError, match="sum to 1"):
        occupancy(np.ones((1, 1)), [0.5], rng=rng)
    with pytest.raises(AskError, match="Lengthen the stay"):
        occupancy(np.ones((1, 1)), [1.0], [1, 1], rng=rng)
