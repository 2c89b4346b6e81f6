"""Interdiction against every choice there is, and contraction against the whole network."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from toguna.core.errors import PlanError
from toguna.planning.contract import Network, contract
from toguna.planning.interdiction import cheapest, interdict


def network_of(nodes, links, costs, on_links, at_nodes, sites):
    """A network from lists: pairs of (link, site) and of (node, site)."""
    a, b = np.array(links).T
    matrices = [
        sparse.csr_array((np.ones(len(pairs)), tuple(np.array(pairs, int).reshape(-1, 2).T)), shape=(rows, sites))
        for pairs, rows in ((on_links, len(links)), (at_nodes, nodes))
    ]
    return Network(a, b, np.array(costs, dtype=float), *matrices)


@st.composite
def networks(draw, most=9):
    """A connected network with parallel links, dead ends, and sites on links and at nodes."""
    nodes = draw(st.integers(4, most))
    links = [(draw(st.integers(max(0, node - 3), node - 1)), node) for node in range(1, nodes)]
    more = draw(st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)), max_size=nodes))
    links += [(a, b) for a, b in more if a != b]
    costs = draw(st.lists(st.integers(0, 9), min_size=len(links), max_size=len(links)))
    sites = draw(st.integers(1, 6))
    on_links = draw(st.lists(st.tuples(st.integers(0, len(links) - 1), st.integers(0, sites - 1)), max_size=8))
    at_nodes = draw(st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, sites - 1)), max_size=5))
    return network_of(nodes, links, costs, list(set(on_links)), list(set(at_nodes)), sites)


def by_hand(network, sources, targets, held, delay, *, each=False):
    """The cheapest way by another library, on a graph in which every node is split where it is passed through."""
    held = set(held)
    graph = nx.DiGraph()
    on, at = network.on_links.toarray(), network.at_nodes.toarray()

    def join(a, b, cost):
        if np.isfinite(cost) and cost < graph.get_edge_data(a, b, {"weight": np.inf})["weight"]:
            graph.add_edge(a, b, weight=cost)

    def extra(row):
        often = sum(row[site] for site in held)
        return delay * often if often else 0.0

    for node in range(network.nodes):
        join(("in", node), ("out", node), extra(at[node]))
    for link, (a, b) in enumerate(zip(network.start, network.end, strict=True)):
        for one, other in ((a, b), (b, a)):
            join(("out", one), ("in", other), network.cost[link] + extra(on[link]))
    for source in sources:
        join("outside", ("out", source), 0.0)
    far = nx.single_source_dijkstra_path_length(graph, "outside")
    found = [far.get(("in", target), np.inf) for target in targets]
    return np.mean(found) if each else min(found)


@given(networks(), st.integers(0, 3), st.sampled_from([0.0, 2.0, 7.5, np.inf]), st.booleans())
@settings(max_examples=120, deadline=None)
def test_no_choice_beats_the_plan(network, teams, delay, each):
    """The plan's value is that of the best of all choices, by another library; the bound is reached."""
    sources, targets = [0], [network.nodes - 2, network.nodes - 1]
    each = each and np.isfinite(delay)
    found = interdict(network, sources, targets, teams, delay=delay, each=each)
    size = min(teams, network.sites)
    choices = combinations(range(network.sites), size)
    best = max(by_hand(network, sources, targets, held, delay, each=each) for held in choices)
    assert found.value == pytest.approx(best, abs=1e-5)
    assert found.bound == pytest.approx(best, abs=1e-5)
    assert found.is_optimal
    assert len(found.sites) <= size
    assert by_hand(network, sources, targets, found.sites, delay, each=each) == pytest.approx(found.value, abs=1e-5)
    assert found.before == pytest.approx(by_hand(network, sources, targets, [], delay, each=each), abs=1e-5)


@given(networks(most=14), st.data())
@settings(max_examples=120, deadline=None)
def test_contraction_loses_no_cheapest_way(network, data):
    """Between kept nodes and for any sites held, the small network and the whole one give the same cost."""
    keep = sorted(data.draw(st.sets(st.integers(0, network.nodes - 1), min_size=2, max_size=4)))
    held = sorted(data.draw(st.sets(st.integers(0, network.sites - 1))))
    small = contract(network, np.array(keep))
    assert set(keep) <= set(small.nodes.tolist())
    degree = np.bincount(np.concatenate([small.network.start, small.network.end]), minlength=len(small.nodes))
    assert (degree[~np.isin(small.nodes, keep)] > 2).all()
    number = {int(old): new for new, old in enumerate(small.nodes)}
    for a, b in combinations(keep, 2):
        whole = cheapest(network, [a], [b], held, delay=3.0)
        assert cheapest(small.network, [number[a]], [number[b]], held, delay=3.0) == pytest.approx(whole)
        assert whole == pytest.approx(by_hand(network, [a], [b], held, 3.0), abs=1e-9)


def test_ways_of_a_contracted_link_can_be_driven(ouadji):
    """The links a contracted link is made of follow one another from its start to its end, and add up to its cost."""
    from toguna.network.roads import read_roads

    roads = read_roads(ouadji)
    none = sparse.csr_array((len(roads.start), 0)), sparse.csr_array((len(roads.node_id), 0))
    network = Network(roads.start, roads.end, roads.hours, *none)
    ends = np.array([roads.node("Nador"), roads.node("Kelani")])
    small = contract(network, ends)
    assert len(small.nodes) < len(roads.node_id) / 2
    for link, way in enumerate(small.ways):
        node = int(small.nodes[small.network.start[link]])
        for step in way:
            assert node in {roads.start[step], roads.end[step]}
            node = int(roads.start[step] + roads.end[step] - node)
        assert node == small.nodes[small.network.end[link]]
        assert roads.hours[list(way)].sum() == pytest.approx(small.network.cost[link])


def test_closing_what_can_be_cut_leaves_no_way():
    """Two ways and two teams: none is left; with one team the dearer is."""
    network = network_of(4, [(0, 1), (0, 2), (1, 3), (2, 3)], [1, 2, 1, 2], [(0, 0), (1, 1)], [], 2)
    both = interdict(network, [0], [3], 2)
    assert np.isinf(both.value)
    assert both.gap == 0
    assert "no way at all" in str(both)
    assert interdict(network, [0], [3], 1).value == 4.0


def test_the_proved_plan_is_best_where_the_first_is_not():
    """On larger networks every choice is tried; in some of them only the program finds the best."""
    rng = np.random.default_rng(5)
    better = 0
    for number in range(40):
        nodes = int(rng.integers(8, 16))
        links = [(int(rng.integers(max(0, node - 4), node)), node) for node in range(1, nodes)]
        links += [tuple(rng.choice(nodes, 2, replace=False).tolist()) for _ in range(nodes + 4)]
        sites = int(rng.integers(6, 10))
        on_links = list({(int(rng.integers(len(links))), int(rng.integers(sites))) for _ in range(12)})
        at_nodes = list({(int(rng.integers(nodes)), int(rng.integers(sites))) for _ in range(6)})
        network = network_of(nodes, links, rng.integers(1, 20, len(links)), on_links, at_nodes, sites)
        ends = [0, 1], [nodes - 1, nodes - 2]
        delay, teams = (3.0, 10.0, np.inf)[number % 3], 2 + number % 2
        found = interdict(network, *ends, teams, delay=delay)
        hasty = interdict(network, *ends, teams, delay=delay, time_limit=0)
        best = max(by_hand(network, *ends, held, delay) for held in combinations(range(sites), teams))
        assert found.value == pytest.approx(best, abs=1e-5)
        assert found.bound == pytest.approx(best, abs=1e-4)
        assert hasty.bound >= best - 1e-4
        better += hasty.value < best - 1e-5
    assert better > 0


def test_no_time_still_gives_a_plan_and_a_bound():
    """With no time left the plan made first comes back, with a bound that holds."""
    rng = np.random.default_rng(3)
    links = [(node - 1 - int(rng.integers(0, min(node, 5))), node) for node in range(1, 60) for _ in range(3)]
    on_links = [(link, link) for link in range(len(links))]
    network = network_of(60, links, rng.integers(1, 9, len(links)), on_links, [], len(links))
    hasty = interdict(network, [0], [59], 6, delay=5.0, time_limit=0)
    proved = interdict(network, [0], [59], 6, delay=5.0)
    assert hasty.before <= hasty.value <= proved.value <= hasty.bound
    assert proved.is_optimal


def test_what_makes_no_sense_is_refused():
    """Each mistake is a sentence."""
    network = network_of(4, [(0, 1), (1, 2)], [1, np.inf], [(0, 0)], [], 1)
    for sources, targets, teams, more, words in (
        ([0], [1], -1, {}, "whole number"),
        ([0], [1], 1, {"delay": -1.0}, "delay of -1.0"),
        ([0], [1], 1, {"delay": float("nan")}, "delay of nan"),
        ([0], [1], 1, {"each": True}, "finite delay"),
        ([], [1], 1, {}, "at least one source"),
        ([0, 1], [1], 1, {}, "Node 1 is both"),
        ([0], [2], 1, {}, "No way leads"),
    ):
        with pytest.raises(PlanError, match=words):
            interdict(network, sources, targets, teams, **more)
