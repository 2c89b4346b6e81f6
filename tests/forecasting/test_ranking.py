"""Ranking of units: equal to scikit-learn, and fair where units are ranked alike."""

import itertools

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from toguna.core.errors import AskError, DataError
from toguna.forecasting.ranking import average_precision, precision_at, recall_at


@pytest.mark.parametrize("digits", [1, 2, 8])
@pytest.mark.parametrize("seed", range(5))
def test_average_precision_equals_scikit_learn(digits, seed):
    """The same with many ties, few and none."""
    rng = np.random.default_rng(seed)
    chance, seen = rng.random(300).round(digits), rng.random(300) < 0.1
    assert average_precision(chance, seen) == pytest.approx(average_precision_score(seen, chance), abs=1e-12)


def test_average_precision_leaves_out_what_is_not_known():
    """Missing outcomes are no negatives, and with nothing positive nothing is said."""
    chance = np.array([0.9, 0.8, 0.7, 0.6])
    assert average_precision(chance, [1, np.nan, 0, 2]) == average_precision(chance[[0, 2, 3]], [1, 0, 2])
    assert np.isnan(average_precision(chance, [0, np.nan, 0, 0]))


def by_lot(chance, outcome, k):
    """Mean events reached over all orders of units that keep the ranking."""
    found = []
    for order in itertools.permutations(range(len(chance))):
        ranked = [chance[one] for one in order]
        if ranked == sorted(ranked, reverse=True):
            found.append(sum(outcome[one] for one in order[:k]))
    return np.mean(found)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 6])
def test_ties_are_shared_as_by_lot(k):
    """Recall and precision are the mean over all ways of breaking ties."""
    chance, outcome = [0.5, 0.9, 0.5, 0.1, 0.5, 0.1], [3, 0, 1, 2, 0, 5]
    positive = [int(one > 0) for one in outcome]
    assert recall_at([chance], [outcome], k)[0] == pytest.approx(by_lot(chance, outcome, k) / 11)
    assert recall_at([chance], [positive], k)[0] == pytest.approx(by_lot(chance, positive, k) / 4)
    assert precision_at([chance], [outcome], k)[0] == pytest.approx(by_lot(chance, positive, k) / k)


def test_months_without_events_are_left_out():
    """No recall in a month without events; precision is 0 there, and unknown where nothing is known."""
    chance = np.tile([0.3, 0.2, 0.1], (3, 1))
    outcome = [[1, 0, 1], [0, 0, 0], [np.nan] * 3]
    assert np.array_equal(recall_at(chance, outcome, 1), [0.5, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(precision_at(chance, outcome, 1), [1, 0, np.nan], equal_nan=True)


def test_units_not_known_take_no_place():
    """The unit ranked first does not count where its outcome is missing."""
    assert recall_at([[0.9, 0.5, 0.1]], [[np.nan, 2, 2]], 1).tolist() == [0.5]
    assert precision_at([[0.9, 0.5, 0.1]], [[np.nan, 2, 0]], 3).tolist() == [0.5]


def test_all_units_hold_all_events():
    """Recall of as many units as there are is 1, and of more is refused."""
    rng = np.random.default_rng(1)
    chance, outcome = rng.random((4, 9)), rng.poisson(1, (4, 9)) + np.eye(4, 9)
    assert np.allclose(recall_at(chance, outcome, 9), 1)
    for k in (0, 10):
        with pytest.raises(AskError, match="there are 9 units"):
            recall_at(chance, outcome, k)


def test_what_cannot_be_ranked_is_refused():
    """Missing chances, negative outcomes and shapes that do not fit are named."""
    with pytest.raises(DataError, match=r"chance at \(1,\) is nan"):
        average_precision([0.1, np.nan], [0, 1])
    with pytest.raises(DataError, match=r"outcome at \(0, 1\) is -1"):
        recall_at([[0.1, 0.2]], [[0, -1]], 1)
    with pytest.raises(DataError, match="one outcome a chance"):
        average_precision([0.1, 0.2], [0])
    with pytest.raises(DataError, match="months x units"):
        recall_at([0.1, 0.2], [0, 1], 1)
