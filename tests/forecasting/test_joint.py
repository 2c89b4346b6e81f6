"""Chances that hang together: uniform each by itself, alike as the past was, right in the sum."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from toguna.core.months import Month
from toguna.forecasting.joint import Dependence, blocks_of, dependence_of, uniforms
from toguna.forecasting.models.baselines import Conflictology
from toguna.forecasting.models.model import by_quantile, world
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams


def panel_of(counts, places=None):
    """A panel of counts, with coordinates where they are given."""
    units = pd.DataFrame({"name": [f"U{at}" for at in range(len(counts))]})
    if places is not None:
        units[["longitude", "latitude"]] = places
    counts = np.asarray(counts, float)
    return Panel("admin2", "all", units, Month(1990, 1), counts, np.arange(counts.shape[1]))


def drawn(panel, params, dependence):
    """All uniforms of a panel, units x steps x draws."""
    return np.concatenate([part for _, part in uniforms(panel, params, dependence)])


def simulated(units, months, common, seed, memory=0.0, local=0.0, block=None):
    """Counts from normal shocks: one for all, one a block, one each, each with memory."""
    rng = np.random.default_rng(seed)
    block = np.zeros(units, int) if block is None else block

    def walk(rows):
        z = rng.normal(size=(rows, months))
        for month in range(1, months):
            z[:, month] = memory * z[:, month - 1] + np.sqrt(1 - memory**2) * z[:, month]
        return z

    z = np.sqrt(common) * walk(1) + np.sqrt(local) * walk(block.max() + 1)[block]
    return np.rint(np.exp(3 + z + np.sqrt(1 - common - local) * walk(units)))


TIED = Dependence(0.5, 0.2, 0.6, 0.6)


def test_uniform_by_unit_and_step():
    """However alike units and months are, each unit's chances at each step are uniform."""
    panel = panel_of(np.ones((6, 40)), np.tile([[0.5, 10.5]], (6, 1)))
    u = drawn(panel, ForecastParams(steps=(1, 2, 12), draws=4000), TIED)
    assert u.shape == (6, 3, 4000)
    assert u.dtype == np.float32
    assert 0 < u.min() < u.max() < 1
    worst = min(stats.kstest(one, "uniform").pvalue for one in u.reshape(-1, 4000))
    assert worst > 0.001


def test_alike_as_asked():
    """Units of a block, units apart and months apart are as alike as the numbers say."""
    places = np.array([[0.5, 10.5], [1.5, 11.5], [20.5, 10.5]])
    panel = panel_of(np.ones((3, 40)), places)
    assert blocks_of(panel).tolist() == [0, 0, 1]
    z = special.ndtri(drawn(panel, ForecastParams(steps=(1, 2, 5), draws=10_000), TIED).astype(float))
    assert np.corrcoef(z[0, 0], z[1, 0])[0, 1] == pytest.approx(0.7, abs=0.03)
    assert np.corrcoef(z[0, 0], z[2, 0])[0, 1] == pytest.approx(0.5, abs=0.03)
    assert np.corrcoef(z[0, 0], z[0, 1])[0, 1] == pytest.approx(0.6, abs=0.03)
    assert np.corrcoef(z[0, 1], z[0, 2])[0, 1] == pytest.approx(0.6**3, abs=0.03)


def test_units_without_a_place_share_no_block():
    """Where no coordinates are known, nothing local is in common, and chances are uniform all the same."""
    panel = panel_of(np.ones((3, 40)))
    assert len(set(blocks_of(panel))) == 3
    u = drawn(panel, ForecastParams(steps=(1,), draws=10_000), Dependence(0.3, 0.4, 0.0))
    assert np.corrcoef(special.ndtri(u[:2, 0].astype(float)))[0, 1] == pytest.approx(0.3, abs=0.03)
    assert u.var() == pytest.approx(1 / 12, rel=0.03)


def test_same_seed_same_numbers():
    """The seed decides, in as many parts as there are; another seed gives others."""
    panel = panel_of(np.ones((300, 40)))
    params = ForecastParams(steps=(1, 3), draws=20)
    parts = list(uniforms(panel, params, TIED))
    assert [(units.start, units.stop) for units, _ in parts] == [(0, 256), (256, 300)]
    one, again = (drawn(panel, params, TIED) for _ in range(2))
    other = drawn(panel, params.model_copy(update={"seed": 2}), TIED)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert len(np.unique(one[:, 0, 0])) > 290


@pytest.mark.parametrize("common", [0.0, 0.3, 0.6])
def test_what_all_have_in_common_is_found(common):
    """From fifteen years of twenty units the share in common is found roughly, and none where there is none."""
    found = dependence_of(panel_of(simulated(20, 180, common, seed=3)))
    assert found.common == pytest.approx(common, abs=0.15)
    assert found.local == pytest.approx(0, abs=0.05)
    assert found.memory == pytest.approx(0, abs=0.1)


def test_memory_and_blocks_are_found():
    """Blocks of neighbours and memory from month to month, each where it is."""
    block = np.repeat([0, 1, 2, 3], 6)
    places = np.stack([block * 10 + 0.5, np.full(24, 10.5)], axis=1)
    near = dependence_of(panel_of(simulated(24, 180, 0.1, seed=4, local=0.5, block=block), places))
    assert near.local == pytest.approx(0.5, abs=0.15)
    assert near.common == pytest.approx(0.1, abs=0.15)
    slow = dependence_of(panel_of(simulated(24, 180, 0.0, seed=5, memory=0.7)))
    assert 0.4 < slow.memory < 0.8


def test_too_little_to_tell_is_independence():
    """Short, silent and lonely panels show no dependence."""
    for counts in (np.ones((4, 20)), np.zeros((4, 100)), np.zeros((4, 36))):
        assert dependence_of(panel_of(counts)) == Dependence(0.0, 0.0, 0.0)
    alone = dependence_of(panel_of(simulated(1, 180, 0.0, seed=6)))
    assert (alone.common, alone.local) == (0.0, 0.0)


def test_marginals_are_untouched():
    """A unit's own draws have the same shares with and without dependence."""
    panel = panel_of(np.tile(np.arange(12.0), (4, 5)))
    params = ForecastParams(steps=(1, 6), draws=10_000)
    values = np.tile(np.arange(12.0), (4, 1))
    for dependence in (TIED, Dependence(0.0, 0.0, 0.0)):
        found = by_quantile(values, drawn(panel, params, dependence))
        shares = (found[..., None] == np.arange(12)).mean(axis=2)
        assert shares == pytest.approx(np.full((4, 2, 12), 1 / 12), abs=0.015)


def test_sums_have_the_right_spread():
    """With a shock in common, 90 % intervals of the sum over units hold about 90 % of sums; independent ones far less.

    Each unit's own past of twenty years is drawn from, so that only what units have in common is on trial.
    """
    counts = simulated(20, 400, 0.4, seed=7)
    long = Conflictology("long", 240)
    params = ForecastParams(steps=(1,), draws=500)
    held, alone = [], []
    for last in range(240, 399):
        past = panel_of(counts[:, :last])
        truth = counts[:, last].sum()
        joint = long(past, params)[:, 0].sum(axis=0)
        ordered = np.sort(past.counts[:, -240:], axis=1)
        single = by_quantile(ordered, drawn(past, params, Dependence(0.0, 0.0, 0.0)))[:, 0].sum(axis=0)
        for draws, into in ((joint, held), (single, alone)):
            low, high = np.quantile(draws, [0.05, 0.95])
            into.append(low <= truth <= high)
    assert 0.83 <= np.mean(held) <= 0.96
    assert np.mean(alone) < 0.6


def test_models_of_a_panel_share_one_world():
    """The same panel, steps, draws and seed give every model the same chances, whatever was asked in between."""
    panel = panel_of(simulated(5, 60, 0.3, seed=8))
    params = ForecastParams(steps=(1, 2), draws=50)
    one = [part.copy() for _, part in world(panel, params).parts()]
    other = list(world(panel, params.model_copy(update={"seed": 9})).parts())
    again = [part for _, part in world(panel, params).parts()]
    assert np.array_equal(one[0], again[0])
    assert not np.array_equal(one[0], other[0][1])
