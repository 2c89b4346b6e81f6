"""Precision and recall by hand and from samples, the threshold chosen, and the way on to estimation."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.accounts.test_linkage_review import matched
from toguna.accounts.linkage import Decision, choose, precision_recall, sample, thresholds, to_lists
from toguna.accounts.linkage.quality import wilson
from toguna.core.errors import AccountError, AskError


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(counts):
    found, among = counts
    known = binomtest(found, among).proportion_ci(method="wilson")
    assert wilson(found, among) == pytest.approx((known.low, known.high), abs=1e-9)


def test_precision_and_recall_by_hand():
    """Persons 0 0 0 1 1 2 2 2: 3 + 1 + 3 true pairs; found at 0.5: three true, one false."""
    found = matched({(0, 1): 5, (1, 2): 3, (3, 4): 2, (2, 3): 1, (5, 6): -2})
    truth = pd.DataFrame({"id": [f"r{at}" for at in range(8)], "person": list("aaabbccc")})
    row = thresholds(found, truth, at=(0.5,)).table.iloc[0]
    assert (row["pairs"], row["precision"], row["recall"]) == (4, 0.75, pytest.approx(3 / 7))
    assert (row["recall_low"], row["recall_high"]) == pytest.approx(wilson(3, 7))
    assert thresholds(found, truth, at=(0.1,)).table["recall"].iloc[0] == pytest.approx(4 / 7)


def test_recall_across_lists_counts_pairs_of_different_lists():
    found = matched({(0, 1): 5}, number=4, lists=["a", "b", "a", "b"], across=True)
    truth = found.records.assign(person=[1, 1, 1, 2])
    assert thresholds(found, truth, at=(0.5,)).table["recall"].iloc[0] == pytest.approx(1 / 2)


def test_truth_must_be_whole():
    found = matched({(0, 1): 5})
    with pytest.raises(AccountError, match="whose 7 records"):
        thresholds(found, pd.DataFrame({"id": ["r0"], "person": [1]}))


def many(rng, number=4000):
    """Pairs whose truth follows the model's probability, as if it were right."""
    weight = rng.normal(0, 4, number)
    found = matched({(2 * at, 2 * at + 1): one for at, one in enumerate(weight)}, number=2 * number)
    chance = 1 / (1 + 2.0 ** -found.scored["weight"].to_numpy())
    return found, rng.random(number) < chance, chance


def labelled_by(found, is_true, each, seed):
    drawn = sample(found, each, seed)
    row = drawn["id_left"].str[1:].astype(int) // 2
    return drawn.assign(is_match=[bool(is_true[at]) for at in row])


def test_a_labelled_sample_covers_the_truth():
    """Nine intervals of each of twenty samples hold the true share at least as often as they promise."""
    rng = np.random.default_rng(4)
    found, is_true, chance = many(rng)
    held = {"precision": [], "recall": []}
    kept = chance >= 0.001
    for seed in range(20):
        table = precision_recall(found, labelled_by(found, is_true, 30, seed)).table
        for row in table.to_dict("records"):
            above = chance >= row["threshold"]
            true = {"precision": is_true[above].mean(), "recall": is_true[above].sum() / is_true[kept].sum()}
            for what, value in true.items():
                held[what].append(row[f"{what}_low"] <= value <= row[f"{what}_high"])
                assert row[f"{what}_low"] <= row[what] <= row[f"{what}_high"]
    assert np.mean(held["precision"]) > 0.94
    assert np.mean(held["recall"]) > 0.94


def test_labelling_every_pair_gives_the_truth():
    rng = np.random.default_rng(1)
    found, is_true, chance = many(rng, 300)
    table = precision_recall(found, labelled_by(found, is_true, 1000, 0), at=(0.5,)).table.iloc[0]
    assert table["precision"] == table["precision_low"] == pytest.approx(is_true[chance >= 0.5].mean())


def test_a_sample_is_seeded_and_stratified():
    found, _, _ = many(np.random.default_rng(2))
    one, again = sample(found, 5, 7), sample(found, 5, 7)
    pd.testing.assert_frame_equal(one, again)
    assert (one.groupby("stratum").size() == 5).all()
    assert one["stratum"].nunique() == 10


def test_labels_that_cannot_be():
    found, is_true, _ = many(np.random.default_rng(2), 500)
    good = labelled_by(found, is_true, 5, 1)
    with pytest.raises(AccountError, match="no label"):
        precision_recall(found, good.assign(is_match=None))
    with pytest.raises(AccountError, match="labelled twice"):
        precision_recall(found, pd.concat([good, good]))
    with pytest.raises(AccountError, match=r"stratum from 0\.99"):
        precision_recall(found, good[good["stratum"] < 0.99])
    with pytest.raises(AccountError, match="not kept"):
        precision_recall(found, good.head(1).assign(id_left="r0", id_right="r9"))


def test_choose_takes_the_lowest_that_is_sure():
    found, is_true, _ = many(np.random.default_rng(3), 20_000)
    curve = precision_recall(found, labelled_by(found, is_true, 200, 1))
    at = choose(curve, precision=0.9)
    table = curve.table.set_index("threshold")["precision_low"]
    assert table[at] >= 0.9
    assert (table[table.index < at] < 0.9).all()
    with pytest.raises(AskError, match="Label more pairs"):
        choose(curve, precision=0.99999)


def test_patterns_by_hand_at_three_thresholds():
    """Lists a, b, c; r0 and r1 surely one person, r2 joins them only at the lower threshold; r3 twice on list c."""
    found = matched({(0, 1): 8, (1, 2): -1, (3, 4): 6}, number=6, lists=["a", "b", "c", "c", "c", "a"])
    counts = to_lists(found)
    assert counts.names == ("a", "b", "c")
    assert counts.counts("lower") == {"001": 1, "010": 0, "011": 0, "100": 1, "101": 0, "110": 0, "111": 1}
    assert counts.counts("upper") == {"001": 2, "010": 0, "011": 0, "100": 1, "101": 0, "110": 1, "111": 0}
    assert "4 people on 3 lists" in str(counts).splitlines()[-1]
    decided = found.review([Decision(("b", "r1"), ("c", "r2"), "match", "reviewer 1", "same report")])
    assert to_lists(decided).counts("upper")["111"] == 1
    with pytest.raises(AskError, match="lower, chosen, upper"):
        counts.counts("middle")
    with pytest.raises(AskError, match="There are 1 lists"):
        to_lists(matched({}))


def test_chain_to_estimation():
    """Three made-up lists of 500 people, linked without fault, give counts whose estimate holds 500."""
    rng = np.random.default_rng(6)
    there = rng.random((500, 3)) < [0.5, 0.4, 0.3]
    person, at = np.nonzero(there)
    weight = {pair: 9.0 for pair in pairwise(range(len(person))) if person[pair[0]] == person[pair[1]]}
    found = matched(weight, number=len(person), lists=["ABC"[one] for one in at])
    counts = to_lists(found)
    seen = counts.counts()
    assert sum(seen.values()) == int(there.any(axis=1).sum())
    place = ["ABC".index(name) for name in counts.names]
    for pattern, people in seen.items():
        assert people == (there[:, place] == [one == "1" for one in pattern]).all(axis=1).sum()
    both = counts.estimates(iterations=1_000)
    assert set(both) == {"lower", "chosen", "upper"}
    assert both["chosen"].low <= 500 <= both["chosen"].high
