"""Decisions of people: they go before the model, must agree with each other, and clusters keep to them."""

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.accounts.linkage import Decision, Matched
from toguna.accounts.linkage.clusters import chain, components
from toguna.accounts.linkage.comparisons import Comparison, Level
from toguna.core.errors import AccountError, AskError

N = 8
PAIRS = [(one, other) for one in range(N) for other in range(one + 1, N)]


def matched(weights, number=N, lists=None, *, across=False):
    """A Matched of records 0, 1, ... with the weights of some pairs, in bits."""
    rows = [(left, right, float(weight)) for (left, right), weight in sorted(weights.items())]
    scored = pd.DataFrame(rows, columns=["left", "right", "weight"]).astype({"left": int, "right": int})
    scored = scored.assign(level_x=0, rarity_x=0.0, bits_x=scored["weight"])
    names = tuple(dict.fromkeys(lists)) if lists else ("records",)
    return Matched(
        records=pd.DataFrame({"list": lists or ["records"] * number, "id": [f"r{at}" for at in range(number)]}),
        lists=names, across=across, lower=0.05, threshold=0.5, upper=0.95, odds=0.1, looked_at=len(rows),
        chances=pd.DataFrame({"field": ["x"], "learnt": [True]}), rules=(),
        made_from={"least": 0.001, "also": ()}, scored=scored,
        compared=(Comparison("x", "", (Level("same x", "x", 1.0),)),),
    )  # fmt: skip


def decide(left, right, says):
    return Decision(f"r{left}", f"r{right}", says, "reviewer 1", "looked at both reports")


def sets(found):
    return {frozenset(part) for _, part in found.clusters().groupby("cluster")["id"].agg(set).items()}


quick = settings(deadline=None, max_examples=50)
weights = st.dictionaries(st.sampled_from(PAIRS), st.integers(-9, 9), max_size=20)
people = st.lists(st.integers(0, 3), min_size=N, max_size=N)


@quick
@given(weights)
def test_without_decisions_clusters_are_connected_components(weight):
    graph = nx.Graph()
    graph.add_nodes_from(f"r{at}" for at in range(N))
    graph.add_edges_from((f"r{left}", f"r{right}") for (left, right), bits in weight.items() if bits >= 0)
    assert sets(matched(weight)) == {frozenset(one) for one in nx.connected_components(graph)}


@quick
@given(weights, people, st.lists(st.sampled_from(PAIRS), unique=True, max_size=10))
def test_clusters_keep_to_consistent_decisions(weight, person, asked):
    """Reviewers who know the truth: decided matches are together, non-matches apart, and nothing else is cut."""
    said = {(a, b): "match" if person[a] == person[b] else "no match" for a, b in asked}
    found = matched(weight).review(decide(*pair, says) for pair, says in said.items())
    label = found.labels(0.5)
    for (left, right), says in said.items():
        assert (label[left] == label[right]) == (says == "match")
    apart = [pair for pair, says in said.items() if says == "no match"]
    for (left, right), bits in weight.items():
        if bits >= 0 and label[left] != label[right]:  # cut only where joining would join two decided to be apart
            assert any({label[a], label[b]} == {label[left], label[right]} for a, b in apart)


@quick
@given(weights, people, st.permutations(PAIRS))
def test_order_of_decisions_does_not_matter(weight, person, order):
    made = [decide(a, b, "match" if person[a] == person[b] else "no match") for a, b in order[:9]]
    one, other = matched(weight).review(made), matched(weight).review(made[:4]).review(reversed(made[4:]))
    assert (one.labels(0.5) == other.labels(0.5)).all()


@quick
@given(st.dictionaries(st.sampled_from(PAIRS), st.sampled_from(["match", "no match"]), max_size=14))
def test_contradictions_are_found_exactly_when_there_are_some(said):
    graph = nx.Graph(pair for pair, says in said.items() if says == "match")
    wrong = [
        pair
        for pair, says in said.items()
        if says == "no match" and set(pair) <= set(graph) and nx.has_path(graph, *pair)
    ]
    made = [decide(*pair, says) for pair, says in said.items()]
    if not wrong:
        matched({}).review(made)
        return
    with pytest.raises(AccountError, match="contradict") as error:
        matched({}).review(made)
    assert all(f"r{left} and r{right}" in str(error.value) for left, right in wrong)


def test_a_contradiction_names_the_chain():
    made = [decide(0, 1, "match"), decide(1, 2, "match"), decide(0, 2, "no match")]
    with pytest.raises(AccountError, match=r"r0 and r2 were decided to be no match, but r0 = r1, r1 = r2"):
        matched({}).review(made)


def test_a_chain_is_cut_at_its_weakest_pair():
    """0 = 1 = 2 = 3 by the model, 0 is not 3: the pair of 1 and 2, the weakest, gives way."""
    found = matched({(0, 1): 6, (1, 2): 1, (2, 3): 5}, number=4)
    assert sets(found) == {frozenset({"r0", "r1", "r2", "r3"})}
    after = found.review([decide(0, 3, "no match")])
    assert sets(after) == {frozenset({"r0", "r1"}), frozenset({"r2", "r3"})}


def test_decisions_reach_pairs_never_looked_at_and_undecided_ones_stay_with_the_model():
    found = matched({(0, 1): 3, (2, 3): -2}, number=4)
    after = found.review([decide(0, 1, "undecided"), decide(2, 3, "undecided"), decide(1, 2, "match")])
    assert sets(after) == {frozenset({"r0", "r1", "r2"}), frozenset({"r3"})}
    assert sets(found) == {frozenset({"r0", "r1"}), frozenset({"r2"}), frozenset({"r3"})}, "the first is unchanged"


def test_queue_first_what_settles_most_and_nothing_that_is_known():
    """Pair (0, 2) would join two clusters of two records: it settles four times what (4, 5) does."""
    weight = {(0, 1): 8, (2, 3): 8, (0, 2): 0, (4, 5): 0, (5, 6): 3, (6, 7): -8, (1, 3): 0.5}
    found = matched(weight)
    order = list(zip(found.queue["id_left"], found.queue["id_right"], strict=True))
    assert order == [("r0", "r2"), ("r1", "r3"), ("r4", "r5"), ("r5", "r6")]
    assert found.queue["settles"].iloc[0] == pytest.approx(0.25 * 4)
    after = found.review(
        [decide(0, 2, "no match"), decide(4, 5, "undecided"), decide(2, 3, "match"), decide(0, 1, "match")]
    )
    order = list(zip(after.queue["id_left"], after.queue["id_right"], strict=True))
    assert order == [("r5", "r6"), ("r4", "r5")], "(1, 3) follows; what could not be decided comes last"
    assert "2 match, 1 no match, 1 undecided" in str(after)


def test_a_list_without_duplicates_gives_one_record_to_a_cluster():
    lists = ["a", "b", "a", "b"]
    found = matched({(0, 1): 6, (1, 2): 5, (2, 3): 4}, number=4, lists=lists, across=True)
    assert sets(found) == {frozenset({"r0", "r1"}), frozenset({"r2", "r3"})}
    human = Decision(("a", "r0"), ("a", "r2"), "match", "reviewer 1", "the same report twice")
    assert frozenset({"r0", "r1", "r2"}) not in sets(found), "the model never joins two of a list"
    assert any({"r0", "r2"} <= one for one in sets(found.review([human]))), "a person may"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([decide(0, 0, "match")], "paired with itself"),
        ([decide(0, 1, "perhaps")], "none of match, no match, undecided"),
        ([Decision("r0", "r1", "match", "", "x")], "reviewer or reason"),
        ([decide(0, 99, "match")], "no record 'r99'"),
        ([decide(0, 1, "match"), decide(1, 0, "no match")], "both match and no match"),
    ],
)
def test_decisions_that_cannot_be(made, said):
    with pytest.raises(AccountError, match=said):
        matched({}).review(made)


def test_a_reason_is_not_shown():
    assert "looked" not in repr(decide(0, 1, "match"))


def test_a_threshold_below_what_was_kept_is_refused():
    with pytest.raises(AskError, match=r"not between 0\.001"):
        matched({}).clusters(0.0001)


@quick
@given(st.lists(st.sampled_from(PAIRS), unique=True, max_size=12))
def test_chain_is_a_shortest_path(pairs):
    graph = nx.Graph(pairs)
    links = chain(pairs, 0, 5)
    if 0 in graph and 5 in graph and nx.has_path(graph, 0, 5):
        assert len(links) == nx.shortest_path_length(graph, 0, 5)
        assert [links[0][0], links[-1][1]] == [0, 5]
        assert all(graph.has_edge(*link) for link in links)
    else:
        assert links == []


def test_labels_are_the_lowest_record():
    assert components(4, [(3, 2), (2, 1)]).labels().tolist() == [0, 1, 1, 1]
