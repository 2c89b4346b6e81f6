"""Calibration: honest forecasts look honest, others do not."""

import numpy as np
import pandas as pd
import pytest

from toguna.core.errors import AskError, DataError
from toguna.forecasting.calibration import STRATA, coverage, pit, pit_histogram, reliability, stratum_of
from toguna.forecasting.scores import score_draws


def honest(rows=40_000, size=19, rate=0.4):
    """Draws and outcomes from the same truth, mostly zero."""
    rng = np.random.default_rng(5)
    return rng.poisson(rate, (rows, size)), rng.poisson(rate, rows)


def test_outcomes_lie_evenly_among_draws_from_the_truth():
    """Each tenth of the draws holds a tenth of the outcomes, though most are zero and draws are few."""
    draws, outcome = honest()
    scores = score_draws(draws, outcome)
    table = pit_histogram(scores.below, scores.at_most, 19, np.random.default_rng(1))
    assert table["share"].to_numpy() == pytest.approx(np.full(10, 0.1), abs=0.01)
    assert table["n"].sum() == len(outcome)


def test_forecasts_too_low_put_outcomes_high():
    """Where outcomes are higher than the draws, the last tenth is full."""
    draws, _ = honest()
    scores = score_draws(draws, np.full(len(draws), 9.0))
    table = pit_histogram(scores.below, scores.at_most, 19, np.random.default_rng(1))
    assert table["share"].iloc[-1] > 0.99


def test_place_among_draws_is_within_the_ties():
    """By hand: 2 of 9 draws below, 3 equal: anywhere from 0.2 to 0.6; missing stays missing; the seed decides."""
    below, at_most = np.full(1000, 2 / 9), np.full(1000, 5 / 9)
    found = pit(below, at_most, 9, np.random.default_rng(1))
    assert 0.2 <= found.min() < 0.21
    assert 0.59 < found.max() <= 0.6
    assert np.array_equal(found, pit(below, at_most, 9, np.random.default_rng(1)))
    below[3] = np.nan
    assert np.flatnonzero(np.isnan(pit(below, at_most, 9, np.random.default_rng(1)))).tolist() == [3]
    assert pit_histogram(below, at_most, 9, np.random.default_rng(1))["n"].sum() == 999


def test_nothing_known_gives_no_shares():
    """Without outcomes the histogram is empty, not zero."""
    none = np.full(3, np.nan)
    table = pit_histogram(none, none, 9, np.random.default_rng(1), bins=4)
    assert table["share"].isna().all()
    assert table["n"].sum() == 0


def test_honest_chances_come_as_often_as_said():
    """In every bin the observed share is the mean chance, and all rows are in some bin."""
    rng = np.random.default_rng(2)
    chance = rng.beta(0.3, 2, 100_000)
    table = reliability(chance, rng.random(100_000) < chance)
    error = np.sqrt(table["forecast"] * (1 - table["forecast"]) / table["n"])
    assert ((table["observed"] - table["forecast"]).abs() < 4 * error + 1e-3).all()
    assert table["n"].sum() == 100_000


def test_bins_hold_their_lower_edge():
    """By hand: 0.5 is in the upper bin, 1 in the last, an empty bin says nothing, missing outcomes are left out."""
    table = reliability([0.5, 1.0, 0.1, 0.2], [1, 0, 0, np.nan], edges=[0, 0.25, 0.5, 1])
    assert table["n"].tolist() == [1, 0, 2]
    assert table["forecast"].fillna(-1).tolist() == [0.1, -1, 0.75]
    assert table["observed"].fillna(-1).tolist() == [0, -1, 0.5]


@pytest.mark.parametrize(
    ("chance", "happened", "edges", "error", "words"),
    [
        ([1.2], [1], [0, 1], DataError, "chance of row 0 is 1.2"),
        ([np.nan], [1], [0, 1], DataError, "chance of row 0 is nan"),
        ([0.2], [3], [0, 1], DataError, "Row 0 happened 3"),
        ([0.2], [1, 0], [0, 1], DataError, "1 chances and 2 outcomes"),
        ([0.2], [1], [0, 0.5], AskError, "edges"),
        ([0.2], [1], [0, 0.5, 0.5, 1], AskError, "edges"),
    ],
)
def test_wrong_chances_are_named(chance, happened, edges, error, words):
    """What is no chance, no outcome or no bin is refused."""
    with pytest.raises(error, match=words):
        reliability(chance, happened, edges=edges)


def test_strata_look_back_twelve_and_three_months():
    """The last months known decide, and exactly 12 and 3 of them."""
    known = np.zeros((4, 20))
    known[0, 7] = known[1, 8] = known[2, 16] = known[3, 17] = 1
    assert stratum_of(known).tolist() == ["quiet", "flaring", "flaring", "active"]
    with pytest.raises(DataError, match="12 months at least"):
        stratum_of(known[:, :11])


def test_coverage_by_hand():
    """Shares inside, under and over of each stratum, of all, and of quiet rows that turned positive."""
    stratum = ["quiet", "quiet", "quiet", "active", "active", "quiet"]
    lower, upper = np.array([0, 0, 0, 2.0, 2.0, 0]), np.array([0, 0, 3.0, 9.0, 9.0, 1])
    table = coverage(stratum, lower, upper, np.array([0, 4.0, 3.0, 1.0, 9.0, np.nan]))
    expected = pd.DataFrame(
        {
            "inside": [2 / 3, np.nan, 0.5, 0.5, 0.6],
            "under": [0, np.nan, 0.5, 0, 0.2],
            "over": [1 / 3, np.nan, 0, 0.5, 0.2],
            "width": [1, np.nan, 7, 1.5, 3.4],
            "n": [3, 0, 2, 2, 5],
        },
        index=pd.Index([*STRATA, "onset", "all"], name="stratum"),
    )
    pd.testing.assert_frame_equal(table, expected)


def test_intervals_of_the_truth_hold_their_level():
    """Draws from the truth, hardly any ties: 50 % and 90 % intervals hold 50 % and 90 %."""
    rng = np.random.default_rng(3)
    draws, outcome = rng.exponential(50, (4000, 400)), rng.exponential(50, 4000)
    for level in (0.5, 0.9):
        scores = score_draws(draws, outcome, level=level)
        table = coverage(np.full(4000, "active"), scores.lower, scores.upper, outcome)
        assert table.loc["active", "inside"] == pytest.approx(level, abs=0.025)


def test_unknown_stratum_is_named():
    """A stratum that is none is refused with those there are, and so are shapes that do not fit."""
    one = np.zeros(1)
    with pytest.raises(DataError, match=r"'loud'.*quiet, flaring, active"):
        coverage(["loud"], one, one, one)
    with pytest.raises(DataError, match="one of each a row"):
        coverage(["quiet"], one, one, np.zeros(2))
