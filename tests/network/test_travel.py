"""Travel times behave as times do."""

import numpy as np
from hypothesis import given, settings

from tests.network.graphs import connected, every_path
from toguna.network.travel import hours_from, hours_from_seeds, hours_to_nearest, shortest_path

fast = settings(max_examples=60, deadline=None, derandomize=True)


@fast
@given(connected())
def test_time_is_a_metric(drawn):
    """Nothing takes no time to itself; the way back takes as long; no detour is quicker."""
    roads, _ = drawn
    far = hours_from(roads, np.arange(len(roads.node_id)))
    assert (np.diag(far) == 0).all()
    np.testing.assert_allclose(far, far.T)
    assert (far[:, :, None] <= far[:, None, :] + far[None, :, :].transpose(0, 2, 1) + 1e-9).all()


@fast
@given(connected())
def test_closing_a_link_never_shortens_a_time(drawn):
    """Whatever link closes, no two nodes come nearer."""
    roads, _ = drawn
    nodes = np.arange(len(roads.node_id))
    before = hours_from(roads, nodes)
    for link in range(len(roads.start)):
        assert (hours_from(roads.without([link]), nodes) >= before - 1e-12).all()


@fast
@given(connected())
def test_nearest_seeds_and_paths_agree(drawn):
    """The nearest of two sources is the lesser of both; seeds of 0 are sources; a path adds up to its time."""
    roads, _ = drawn
    last = len(roads.node_id) - 1
    both = hours_from(roads, [0, last])
    np.testing.assert_allclose(hours_to_nearest(roads, [0, last]), both.min(axis=0))
    seeds = np.full(last + 1, np.inf)
    seeds[[0, last]] = 0.0
    np.testing.assert_allclose(hours_from_seeds(roads, seeds), both.min(axis=0), atol=1e-9)
    hours, links = shortest_path(roads, 0, last)
    assert hours == np.float64(min(roads.hours[list(way)].sum() for way in every_path(roads, 0, last)))
    assert roads.hours[links].sum() == hours
