"""Log-linear models and graph averaging: published answers, counts of models, answers by hand."""

from itertools import permutations

import numpy as np
import pytest

from toguna.accounts.estimation import (
    NegativeBinomial,
    decomposable,
    decomposable_graphs,
    estimate,
    fit,
    hierarchical,
    loglinear,
    pool_replicates,
)
from toguna.core.errors import AskError

KOSOVO = {
    "0001": 306, "0010": 936, "0011": 123, "0100": 845, "0101": 31, "0110": 217, "0111": 32, "1000": 1131, "1001": 106,
    "1010": 228, "1011": 42, "1100": 177, "1101": 18, "1110": 181, "1111": 27,
}  # fmt: skip
THREE = [0, 60, 49, 4, 247, 112, 142, 12]


def moved(data, order):
    """Counts with lists in another order."""
    return {"".join(key[at] for at in order): n for key, n in data.items()}


@pytest.mark.parametrize(("lists", "models", "graphs"), [(3, 8, 8), (4, 113, 61), (5, 6893, 822)])
def test_numbers_of_models(lists, models, graphs):
    """As many as the theory has: antichains that cover, less one, and chordal graphs."""
    assert len(set(hierarchical(lists))) == models
    found = decomposable_graphs(lists)
    assert len(set(found)) == graphs
    # Each list is in as many cliques as separators and once more: counts of margins add up.
    for graph in found:
        for at in range(lists):
            inside = [sum(one >> at & 1 for one in part) for part in (graph.cliques, graph.separators)]
            assert inside[0] - inside[1] == 1


def test_too_many_lists_are_refused():
    """Of six there are millions of hierarchical models, of seven too many graphs."""
    with pytest.raises(AskError, match="millions"):
        hierarchical(6)
    with pytest.raises(AskError, match="too many"):
        decomposable_graphs(7)


def test_kosovo_log_linear():
    """Published: 10,356; standard error, deviance and interval as reproduced before."""
    found = loglinear(KOSOVO)
    best = found.best_bic
    assert found.table["terms"][0] == "12 13 14 23 34 123"
    assert (best.N, best.se, best.deviance) == (
        pytest.approx(10356.5, abs=0.05), pytest.approx(785.9, abs=0.05), pytest.approx(9.3, abs=0.05)
    )  # fmt: skip
    assert best.df == 4
    assert (best.low, best.high) == (pytest.approx(8994, abs=1), pytest.approx(12110, abs=1))
    alone = found.independence
    assert (alone.N, alone.se) == (pytest.approx(7394.6, abs=0.05), pytest.approx(129.6, abs=0.05))


def test_kosovo_graph_average():
    """The answer depends on delta, and all deltas are shown."""
    found = decomposable(KOSOVO)
    assert (found.N, found.low, found.high) == (12595, 9827, 16544)
    assert found.by_delta["N"].tolist() == [12595, 11323, 4617]
    assert "delta 1 " in str(found)


def test_madigan_and_york():
    """Top model and average of the published example."""
    found = decomposable(THREE, 1, prior=NegativeBinomial(13.14, 55.17), missing=(1, 300))
    top = found.graphs.iloc[0]
    assert (round(top["probability"], 2), round(top["relative"]), top["mode"]) == (0.37, 731, 729)
    assert (round(found.relative), found.mode, found.low, found.high) == (731, 728, 682, 797)


def test_independence_of_two_by_hand():
    """With list 3 alone joined to nothing, [12][3] on three lists is fitted by margins: u = n001 n+0 / (n+1)."""
    one = fit(THREE, ["12"])
    cells = np.array(THREE, float)
    # Lists 1 and 2 together against 3: those on 3 only, times those on 1 or 2 and not 3, over those on both.
    unseen = cells[1] * cells[[2, 4, 6]].sum() / cells[[3, 5, 7]].sum()
    assert pytest.approx(cells.sum() + unseen) == one.N


def test_left_out_cell_is_not_fitted():
    """A cell left out adds its people and takes no part."""
    more = [*THREE[:7], 500]
    assert pytest.approx(488) == fit(more, ["12"], without=["111"]).N - fit(THREE, ["12"], without=["111"]).N
    with pytest.raises(AskError, match="no pattern"):
        fit(THREE, without=["000"])


def test_interval_holds_the_estimate_and_widens():
    """Ends lie on both sides and move out with the level."""
    narrow, wide = fit(THREE, ["23"], level=0.5), fit(THREE, ["23"], level=0.99)
    assert wide.low < narrow.low < narrow.N < narrow.high < wide.high


def test_models_without_a_finite_fit_are_flagged():
    """Nobody on both 1 and 2: a model with that term has no finite fit and no number.

    Nor has [13][23], though all its margins have people: of those not on 3 nobody is on both, so their number is free.
    """
    found = loglinear([0, 60, 49, 4, 247, 112, 0, 0])
    with_12 = found.table["terms"].str.split().apply(lambda terms: "12" in terms)
    assert not found.table.loc[with_12, "exists"].any()
    assert found.table.loc[with_12, "N"].isna().all()
    without = found.table.loc[~with_12].set_index("model")["exists"]
    assert without.to_dict() == {"[1][23]": True, "[13][2]": True, "[1][2][3]": True, "[13][23]": False}


@pytest.mark.parametrize("order", list(permutations(range(4)))[1::7])
def test_order_of_lists_changes_nothing(order):
    """Models and averages are the same, whichever list comes first."""
    turned = moved(KOSOVO, order)
    assert pytest.approx(loglinear(KOSOVO).best_bic.N) == loglinear(turned).best_bic.N
    assert decomposable(turned, 0.0625).N == decomposable(KOSOVO, 0.0625).N


def test_graph_average_of_independent_lists_is_near_the_truth():
    """With known N, 90% intervals hold it in most of 40 made-up populations, of either method."""
    rng = np.random.default_rng(3)
    held = np.zeros(2)
    for _ in range(40):
        table = rng.random((500, 4)) < [0.3, 0.25, 0.4, 0.2]
        table = table[table.any(axis=1)].astype(int)
        graph, one = decomposable(table, 0.0625, level=0.9), fit(table, level=0.9)
        held += [graph.low <= 500 <= graph.high, one.low <= 500 <= one.high]
    assert (held >= 31).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: decomposable(THREE, 0), "Delta is 0"),
        (lambda: decomposable(THREE, missing=(5, 1)), "Missing goes from 5 to 1"),
        (lambda: decomposable(THREE, prior="normal"), "no prior 'normal'"),
        (lambda: NegativeBinomial(-1, 2), "a=-1"),
        (lambda: fit(THREE, ["14"]), "names a list that is not there"),
        (lambda: fit(THREE, ["123"]), "of all 3 lists"),
        (lambda: fit(THREE, ["ab"]), "is not a term"),
        (lambda: pool_replicates([[1.0, 2.0]]), "Give two at least"),
        (lambda: pool_replicates([[1.0, 2.0], [3.0, 4.0]], 2), "not above the 2 seen"),
    ],
)
def test_refusals(call, says):
    """Each says what is wrong."""
    with pytest.raises(AskError, match=says):
        call()


def test_pooling_by_hand():
    """Two replicates with logs 0, 2 and 1, 3: mean 1.5, within 2, between 0.5."""
    found = pool_replicates([np.exp([0.0, 2.0]), np.exp([1.0, 3.0])])
    assert (found.within, found.between) == (pytest.approx(2), pytest.approx(0.5))
    assert pytest.approx((1 + 2 / 0.75) ** 2) == found.df
    assert pytest.approx(np.exp(1.5)) == found.N


def test_estimate_shows_all_methods_and_where_they_part():
    """No single number; delta's pull is said in words; six lists lose only the log-linear search."""
    found = estimate(KOSOVO, list("ABCD"), iterations=2_000)
    assert not hasattr(found, "N")
    main = found.table[found.table["role"] == "main"]
    assert set(main["method"]) == {"log-linear", "decomposable graphs", "latent classes"}
    assert any("Decomposable graphs depends on its setting" in line for line in found.disagreement)
    assert found.low <= 9000
    assert "latent classes" in str(found)
