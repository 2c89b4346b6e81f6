"""Calibration, baselines, ensembles: nothing later is looked at, the same result however runs are shared out."""

from dataclasses import replace

import numpy as np
import pytest

from tests.displacement.scenarios import scenario
from toguna.core.errors import AskError
from toguna.displacement import Settings, relative_difference, share_baseline
from toguna.displacement.baselines import anchored, gravity, last_value, rescaled, stacked, weight_of_run
from toguna.displacement.calibrate import PRIOR, calibrate
from toguna.displacement.ensemble import coverage, ensemble, factor_for, interval, widened
from toguna.displacement.scenario import Kind


@pytest.fixture
def flight():
    """A conflict zone, a town and two camps, one near and one far, counted for 30 days."""
    one = scenario(
        [Kind.CONFLICT, Kind.TOWN, Kind.CAMP, Kind.CAMP],
        [(0, 1, 80.0), (1, 2, 60.0), (0, 3, 400.0)],
        [0, *np.arange(20, 600, 20)],
        population=[1000, 500, 0, 0],
    )
    total = one.counts.people.sum(axis=1)
    return replace(one, counts=replace(one.counts, people=np.column_stack([0.8 * total, 0.2 * total])))


def test_calibration_looks_at_no_later_day(flight):
    """Counts after the last day used may be anything."""
    found = calibrate(flight, Settings(), until=10, seed=3, draws=8, generations=2)
    changed = flight.counts.people.copy()
    changed[11:] = changed[11:, ::-1] * 7
    other = replace(flight, counts=replace(flight.counts, people=changed))
    again = calibrate(other, Settings(), until=10, seed=3, draws=8, generations=2)
    assert [one.movement for one in found.settings] == [one.movement for one in again.settings]
    assert np.array_equal(found.distance, again.distance)
    assert found.tried == 24


def test_calibration_comes_nearer(flight):
    """The draws kept are nearer to the counts than those of the prior, within its bounds; weights sum to 1."""
    prior = calibrate(flight, Settings(), until=20, seed=3, draws=12, generations=1)
    found = calibrate(flight, Settings(), until=20, seed=3, draws=12, generations=4)
    assert np.mean(found.distance) < np.mean(prior.distance)
    assert found.weight.sum() == pytest.approx(1.0)
    for key, (low, high) in PRIOR.items():
        assert all(low <= getattr(one.movement, key) <= high for one in found.settings)
    with pytest.raises(AskError, match="Counts up to day 30 cannot be used"):
        calibrate(flight, Settings(), until=30, seed=3)


def test_baselines_by_hand(flight):
    """The last value stays; gravity sends four times as much four times as near; anchoring adds what the run adds."""
    counted = np.array([[10.0, 30.0], [20.0, 60.0], [90.0, 30.0]])
    assert last_value(counted, 1).tolist() == [[20.0, 60.0]] * 3
    run = np.array([[0.0, 0.0], [5.0, 1.0], [8.0, 0.0]])
    assert anchored(run, counted, 1)[1:].tolist() == [[20.0, 60.0], [23.0, 59.0]]
    assert rescaled(np.array([[1.0, 1.0]]), np.array([[30.0, 10.0]])).tolist() == [[20.0, 20.0]]
    placed = replace(flight, latitude=np.array([0.0, 0.5, 1.0, 4.0]), longitude=np.zeros(4))
    share = gravity(placed)[-1] / gravity(placed)[-1].sum()
    assert share == pytest.approx([0.8, 0.2], abs=1e-3)


def test_stack_is_never_worse_in_its_back_test():
    """On the days the weight is chosen on, for any run: as good as the better of the run and the share."""
    rng = np.random.default_rng(4)
    for _ in range(50):
        counted = np.cumsum(rng.integers(0, 50, (40, 3)), axis=0) + 1.0
        run = np.cumsum(rng.integers(0, 50, (40, 3)), axis=0) + 1.0
        weight = weight_of_run(run, counted, 30)
        misses = [0.0, 0.0, 0.0]
        for day in (10, 15, 20):
            for at, one in enumerate((weight, 0.0, 1.0)):
                made = stacked(run, counted, day, one)[day + 1 : 31]
                misses[at] += relative_difference(made, counted[day + 1 : 31]).mean()
        assert misses[0] <= min(misses[1:]) + 1e-12
    assert np.array_equal(stacked(run, counted, 30, 0.0), share_baseline(counted, 30))


def test_ensemble_is_the_same_on_processes(flight):
    """Two processes give what one gives, bit for bit."""
    here = ensemble(flight, Settings(), runs=6, seed=9)
    there = ensemble(flight, Settings(), runs=6, seed=9, workers=2)
    assert np.array_equal(here.people, there.people)
    assert np.array_equal(here.entered, there.entered)
    assert not np.array_equal(here.people[0], here.people[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
def test_ensemble_is_the_same_on_a_cluster(flight):
    """A real scheduler with a worker gives what one process gives; without a scheduler a sentence says so."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        there = ensemble(flight, Settings(), runs=4, seed=9, cluster=cluster.scheduler_address)
    assert np.array_equal(ensemble(flight, Settings(), runs=4, seed=9).people, there.people)


def test_intervals_by_hand():
    """Of draws 0 to 100 the central half is 25 to 75; counts outside ask for wider draws."""
    draws = np.arange(101.0)[:, None, None]
    low, high = interval(draws, 0.5)
    assert (low.item(), high.item()) == (25.0, 75.0)
    assert coverage(draws, np.array([[80.0]]), 0.5) == 0.0
    assert factor_for(draws, np.array([[100.0]]), 0.5) == pytest.approx(2.0)
    assert coverage(widened(draws, 2.0), np.array([[80.0]]), 0.5) == 1.0
    assert widened(draws, 2.0).min() == 0.0
