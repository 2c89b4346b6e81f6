"""Differences between forecasts: intervals that hold the truth, and means without the worst units."""

import numpy as np
import pytest

from toguna.core.errors import AskError, DataError
from toguna.forecasting.bootstrap import Interval, compare, leave_out_worst


def alike(rng, months, shape=()):
    """Monthly noise in which neighbouring months are alike."""
    noise = rng.normal(size=(months + 20, *shape))
    for month in range(1, len(noise)):
        noise[month] += 0.5 * noise[month - 1]
    return noise[20:]


def test_interval_holds_a_known_difference():
    """Over many made-up back-tests the 90 % interval holds the true difference about as often as it says."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(200):
        shared = 10 + 5 * alike(rng, 144)  # good and bad months are the same for both models
        found = compare(shared - 1 + alike(rng, 144), shared, rng, resamples=400, level=0.9)
        held += found.low <= -1 <= found.high
    assert 0.8 <= held / 200 <= 0.97


def test_pairing_takes_out_what_both_share():
    """A constant difference is certain, however much the months differ; so is a constant ratio."""
    rng = np.random.default_rng(2)
    score = np.exp(alike(rng, 60, (3, 7)))
    found = compare(score + 2, score, rng)
    assert (found.value, found.low, found.high) == pytest.approx((2, 2, 2))
    found = compare(0.9 * score, score, rng, ratio=True)
    assert (found.value, found.low, found.high) == pytest.approx((0.9, 0.9, 0.9))


def test_longer_blocks_know_that_months_are_alike():
    """Where months are alike, drawing single months pretends to know more."""
    rng = np.random.default_rng(3)
    noise = np.cumsum(rng.normal(size=240)) / 5
    single, year = (compare(noise, np.zeros(240), rng, block=block) for block in (1, 12))
    assert year.high - year.low > 1.5 * (single.high - single.low)


def test_same_seed_same_interval():
    """The generator handed in decides, and nothing else."""
    score, reference = np.random.default_rng(4).random((2, 48, 5))
    once, again = (compare(score, reference, np.random.default_rng(9)) for _ in range(2))
    assert once == again
    assert once.low < once.value < once.high


def test_missing_scores_are_left_out_of_both():
    """A row that one model did not score tells nothing about either."""
    score, reference = np.random.default_rng(5).random((2, 36, 4))
    score[3, 2] = reference[7, 1] = np.nan
    known = ~np.isnan(score - reference)
    found = compare(score, reference, np.random.default_rng(1))
    assert found.value == pytest.approx((score - reference)[known].mean())
    found = compare(score, reference, np.random.default_rng(1), ratio=True)
    assert found.value == pytest.approx(score[known].sum() / reference[known].sum())


def test_ratio_to_nothing_is_not_known():
    """A ratio to a baseline without any error has no value and no bounds."""
    found = compare(np.ones(24), np.zeros(24), np.random.default_rng(1), ratio=True)
    assert np.isnan([found.low, found.high]).all()


def test_too_few_origins_are_refused():
    """A block longer than half the origins would make the interval look certain."""
    with pytest.raises(AskError, match="23 origins and a block is 12"):
        compare(np.ones(23), np.ones(23), np.random.default_rng(1))
    with pytest.raises(AskError, match="level is 95"):
        compare(np.ones(24), np.ones(24), np.random.default_rng(1), level=95)
    with pytest.raises(DataError, match="same rows"):
        compare(np.ones(24), np.ones(25), np.random.default_rng(1))


def test_interval_reads_in_a_line():
    """Number, bounds and level."""
    assert str(Interval(-0.12345, -0.2, 0.0123, 0.95)) == "-0.123 (-0.2 to 0.0123, 95%)"


def test_worst_units_of_the_baseline_are_left_out_of_all():
    """By hand: units 1 and 3 go, for every model, and a missing score goes from all."""
    zero = np.array([[1.0, 9.0, 2.0, 30.0], [1.0, 9.0, 4.0, 0.0]])
    model = np.array([[0.0, 5.0, 1.0, 80.0], [np.nan, 5.0, 2.0, 0.0]])
    found = leave_out_worst({"zero": zero, "model": model}, reference="zero", k=2)
    assert found == {"zero": pytest.approx(7 / 3), "model": pytest.approx(1.0)}
    every = leave_out_worst({"zero": zero, "model": zero}, reference="zero", k=0)
    assert every["zero"] == pytest.approx(zero.mean())


def test_unit_without_scores_is_not_the_worst():
    """A unit that is never scored goes last; where only such are left there is no mean."""
    scores = {"zero": np.array([np.nan, 3.0, 1.0])}
    assert leave_out_worst(scores, reference="zero", k=1) == {"zero": 1.0}
    assert np.isnan(leave_out_worst(scores, reference="zero", k=2)["zero"])


def test_leaving_out_needs_a_baseline_and_units():
    """Names, shapes and numbers that do not fit are refused in words."""
    scores = {"zero": np.ones(4), "model": np.ones(4)}
    with pytest.raises(AskError, match=r"'last'.*zero, model"):
        leave_out_worst(scores, reference="last")
    with pytest.raises(AskError, match="there are 4 units"):
        leave_out_worst(scores, reference="zero", k=4)
    with pytest.raises(DataError, match="'model'"):
        leave_out_worst({"zero": np.ones(4), "model": np.ones(5)}, reference="zero", k=1)
