"""Demands that cannot hold together: the smallest set of them is named, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from tests.planning.test_posture import small
from toguna.core.errors import PlanError
from toguna.planning.posture import Cover, Demand
from toguna.planning.posture_solve import solve


def problem(*least):
    """One unit of a kind and two bases: three demands, of which the first two are at different ends."""
    here, there = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    near = [here, there, np.array([[1.0, 1.0]])]
    names = ["escort_aid", "support_dialogue", "secure_stockpiles"]
    demands = tuple(
        Demand(name, 1, np.ones((1, 1)), (Cover(0, sparse.csr_array(one)),), least=share)
        for name, one, share in zip(names, near, least, strict=True)
    )
    one = small(1, bases=2, places=2, sites=1)
    return replace(one, demands=demands, options=(), available=np.array([[1], [0]]), beds=np.full(2, 20.0))


def test_what_can_hold_together_holds():
    """A least share that can be served is served, though another base were worth as much."""
    for least, base in (((1, 0, 1), 0), ((0, 1, 1), 1)):
        assert solve(problem(*least)).units[0, :, 0].tolist() == [int(base == at) for at in (0, 1)]


def test_the_smallest_set_that_cannot_hold_is_named():
    """Two of three demands are at odds; the third is not blamed."""
    with pytest.raises(PlanError) as told:
        solve(problem(1, 0.9, 1))
    said = str(told.value)
    assert "100% of escort aid and 90% of support dialogue together" in said
    assert "stockpiles" not in said


def test_a_demand_nobody_can_serve_is_named_alone():
    """Without any unit the first demand is impossible by itself."""
    nobody = replace(problem(0.5, 0, 0), available=np.zeros((2, 1), int))
    with pytest.raises(PlanError, match=r"cannot serve 50% of escort aid\. Ask for a smaller share"):
        solve(nobody)
