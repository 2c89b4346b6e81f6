"""Draws in one process, in several and on a cluster: the same numbers to the last digit."""

import numpy as np
import pytest
from distributed import LocalCluster

from tests.comparison.made_up import row_of_four
from toguna.comparison.ground import nobody
from toguna.comparison.many import simulate_all
from toguna.comparison.parameters import draw, read_parameters


@pytest.fixture(scope="module")
def asked():
    """More draws than a task has, so that they are parted."""
    return row_of_four(), [nobody(4, 6)], draw(read_parameters(), 2_050, 3), 7


def test_a_cluster_gives_the_same(asked):
    """Measures and months of a run on dask.distributed equal those of one process."""
    here = simulate_all(*asked)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        there = simulate_all(*asked, cluster=cluster.scheduler_address)
    for one, other in zip(here, there, strict=True):
        assert np.array_equal(one, other)
