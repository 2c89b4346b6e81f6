"""The compiled components give what the same equations give when written plainly, agent by agent."""

import numpy as np
import pytest

from toguna.comparison.parameters import draw, read_parameters, records

pytest.importorskip("mesa")


@pytest.mark.parametrize("number", range(6))
def test_equal_to_plain_agents(number) -> None:
    """Without chance, every measure and every pool, under six mandates with everything in them."""
    from bench.comparison import compiled_without_chance, made_up, mandate, mesa_without_chance

    ground = made_up(7, seed=number)
    effort = mandate(ground, 9, number)
    for row in records(draw(read_parameters(), 3, seed=number)):
        ours, theirs = (one(row, ground, effort, 60.0) for one in (compiled_without_chance, mesa_without_chance))
        assert np.isfinite(ours).all()
        assert theirs == pytest.approx(ours, rel=1e-9)
