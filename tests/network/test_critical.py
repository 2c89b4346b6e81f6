"""What closing a link does, against reckoning everything anew."""

import geopandas
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from tests.network.graphs import connected
from toguna.network.attach import Attached
from toguna.network.critical import closures, critical_links, detours
from toguna.network.travel import hours_to_nearest

fast = settings(max_examples=60, deadline=None, derandomize=True)


def on_nodes(roads, nodes):
    """Points that stand on nodes, too far apart to walk between them."""
    links = np.array([np.flatnonzero((roads.start == n) | (roads.end == n))[0] for n in nodes])
    along = np.where(roads.start[links] == nodes, 0.0, 1.0)
    xy = np.array([(1e9 * n, 0.0) for n in nodes])
    return Attached(links, along, np.zeros(len(nodes)), np.zeros(len(nodes)), xy)


@fast
@given(connected())
def test_every_closure_equals_a_search_from_scratch(drawn):
    """People lost and hours added are those of a new search for each closed link."""
    roads, _ = drawn
    nodes = np.arange(1, len(roads.node_id))
    people = 10.0 * nodes
    limits = (1.0, 2.5)
    places = on_nodes(roads, nodes)
    places.xy[:] += 5e8  # nobody is near a site across country
    lost, delay = closures(roads, on_nodes(roads, np.array([0])), places, people, limits)
    before = hours_to_nearest(roads, [0])[nodes]
    for link in range(len(roads.start)):
        after = hours_to_nearest(roads.without([link]), [0])[nodes]
        for number, limit in enumerate(limits):
            assert lost[link, number] == pytest.approx(people[(before <= limit) & (after > limit)].sum())
        still = np.isfinite(after)
        assert delay[link] == pytest.approx((people * (after - before))[still].sum(), abs=1e-6)


@fast
@given(connected())
def test_a_bridge_has_no_detour(drawn):
    """The detour is the way round; where there is none, closing the link parts the graph."""
    roads, _ = drawn
    found = detours(roads)
    for link in range(len(roads.start)):
        far = hours_to_nearest(roads.without([link]), [int(roads.start[link])])
        assert np.isfinite(found[link]) == np.isfinite(far[roads.end[link]])


def test_closing_the_road_to_fana(ouadji):
    """By hand: 10,000 people of Fana are 11.7 h from Doumba by Kelani and Bandio."""
    table = critical_links(ouadji, "hub", limits=(8.0,), pairs=3).table.set_index("link_id")
    assert table.loc["r02", "lost_8h"] == 10_000
    assert not table.loc["r02", "is_bridge"]
    assert table.loc["r12", "is_bridge"]  # the piste to Nador


def test_worst_pairs_cost_at_least_the_worse_of_the_two(ouadji):
    """Closing two links at once cuts off at least those whom either cuts off."""
    found = critical_links(ouadji, "hub", limits=(8.0,), pairs=20)
    alone = found.table.set_index("link_id")["lost_8h"]
    for row in found.pairs.itertuples():
        assert row.lost >= max(alone[row.link_id], alone[row.other_id])


def test_every_link_of_mali_is_tried(mali):
    """The table names every link of the pack once, with people lost never more than there are."""
    found = critical_links(mali, "hub", pairs=0).table
    assert sorted(found["link_id"]) == sorted(mali.links["link_id"])
    assert found["lost_8h"].max() < mali.places["population"].sum()
    assert isinstance(geopandas.GeoDataFrame(found), pd.DataFrame)
