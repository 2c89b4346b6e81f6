"""The trade-off of time and risk is exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.graphs import connected, every_path, roads_of
from toguna.core.errors import AskError
from toguna.network.pareto import pareto_front

fast = settings(max_examples=150, deadline=None, derandomize=True)


@fast
@given(connected(), st.sampled_from([np.inf, 1.0, 0.5, 0.25]))
def test_front_is_what_trying_every_path_gives(drawn, cap):
    """Points equal brute force, none beats another, and none is over the cap."""
    roads, risk = drawn
    last = len(roads.node_id) - 1
    totals = {(roads.hours[list(way)].sum(), risk[list(way)].sum()) for way in every_path(roads, 0, last)}
    within = {one for one in totals if one[1] <= cap}
    best = sorted(one for one in within if not any(o != one and o[0] <= one[0] and o[1] <= one[1] for o in within))
    front = pareto_front(roads, 0, last, risk, cap)
    np.testing.assert_allclose(np.column_stack([front.hours, front.risk]).reshape(-1, 2), np.array(best).reshape(-1, 2))
    for hours, total, links in zip(front.hours, front.risk, front.links, strict=True):
        assert roads.hours[list(links)].sum() == pytest.approx(hours)
        assert risk[list(links)].sum() == pytest.approx(total)


def test_no_way_is_an_answer():
    """Where the cap forbids every way, or a closed link parts the ends, the front is empty."""
    roads = roads_of([(0, 1), (1, 2)], [1.0, 1.0])
    assert len(pareto_front(roads, 0, 2, np.array([0.5, 0.6]), 1.0).hours) == 0
    assert len(pareto_front(roads.without([1]), 0, 2, np.zeros(2)).hours) == 0
    assert pareto_front(roads, 0, 2, np.zeros(2)).hours.tolist() == [2.0]


def test_risks_that_are_no_risks_are_refused():
    """A negative or missing risk stops the search with a sentence."""
    roads = roads_of([(0, 1)], [1.0])
    with pytest.raises(AskError, match="0 or more"):
        pareto_front(roads, 0, 1, np.array([-0.1]))
