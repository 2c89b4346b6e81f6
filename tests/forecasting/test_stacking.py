"""The ensemble: weights that find the right member, and draws that stay one world."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from toguna.core.months import Month
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.scores import IGN_EDGES, bin_chances, score_draws
from toguna.forecasting.stacking import GROUPS, Evidence, Stack, group_of, stack_weights


@dataclass(frozen=True)
class Always:
    """A model that says the same of every unit and step."""

    name: str
    value: float
    fitted: int = 0

    def fit(self, panel):
        return Always(self.name, self.value, panel.months)

    def __call__(self, panel, params):
        return np.full((len(panel.units), len(params.steps), params.draws), self.value, np.float32)


@pytest.fixture
def panel():
    """Four units whose highest count is 10."""
    counts = np.zeros((4, 40))
    counts[2, 7] = 10
    units = pd.DataFrame({"name": list("abcd")})
    return Panel("admin2", "all", units, Month(2010, 1), counts, np.arange(40))


def evidence_of(draws, outcome, known=10, step=1):
    """Evidence of members' draws (each units x draws) on outcomes."""
    at = np.searchsorted(IGN_EDGES[1:], outcome, side="right")
    chances = np.stack([bin_chances(one)[np.arange(len(outcome)), at] for one in draws], axis=1)
    return Evidence.of(known, step, chances, draws, outcome)


def trials(means, truth, months=6, units=200, draws=200, step=1, seed=1):
    """Evidence of Poisson members with constant means where the truth has another."""
    rng = np.random.default_rng(seed)
    return [
        evidence_of(
            [rng.poisson(mean, (units, draws)).astype(np.float32) for mean in means],
            rng.poisson(truth, units).astype(float),
            known,
            step,
        )
        for known in range(months)
    ]


def test_groups_of_steps():
    """Steps 1 to 3 share weights, 4 to 6, and so on to 36."""
    assert [group_of(step) for step in (1, 3, 4, 6, 7, 12, 13, 18, 19, 24, 25, 36)] == [
        0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5,
    ]  # fmt: skip
    assert GROUPS[-1] == 36


@pytest.mark.parametrize("right", [0, 1, 2])
def test_weights_find_the_member_that_is_right(right):
    """Where one member is the truth it gets nearly all the weight; rows are on the simplex."""
    means = (0.2, 3.0, 20.0)
    weights = stack_weights(trials(means, means[right]), 3)
    assert weights.shape == (len(GROUPS), 3)
    assert weights.min() >= 0
    assert weights.sum(axis=1) == pytest.approx(1)
    assert (weights[:, right] > 0.95).all()


def test_a_mixture_gets_a_mixture():
    """Where the truth is one member in a quarter of cases and another in the rest, the weights say so."""
    rng = np.random.default_rng(2)
    outcome = np.where(rng.random(4000) < 0.25, rng.poisson(30, 4000), 0).astype(float)
    members = [rng.poisson(30, (4000, 100)).astype(np.float32), np.zeros((4000, 100), np.float32)]
    weights = stack_weights([evidence_of(members, outcome)], 2)
    assert weights[0] == pytest.approx([0.25, 0.75], abs=0.05)


def test_without_evidence_members_count_alike():
    """No evidence, or less than 500 outcomes: equal weights."""
    assert np.array_equal(stack_weights([], 4), np.full((len(GROUPS), 4), 0.25))
    few = trials((0.2, 3.0), 3.0, months=2, units=249)
    assert np.array_equal(stack_weights(few, 2), np.full((len(GROUPS), 2), 0.5))


def test_members_that_say_the_same_count_alike():
    """Nothing ever happened and nobody said it would: no member is preferred."""
    zero = np.zeros((600, 100), np.float32)
    assert stack_weights([evidence_of([zero] * 3, np.zeros(600))], 3) == pytest.approx(1 / 3)


def test_groups_earn_their_own_weights():
    """A member right at one month and another right at twelve; groups never tried take the weights of all."""
    near, far = trials((1.0, 10.0), 1.0, step=1), trials((1.0, 10.0), 10.0, step=12)
    weights = stack_weights([*near, *far], 2)
    assert weights[group_of(1), 0] > 0.95
    assert weights[group_of(12), 1] > 0.95
    assert 0.2 < weights[group_of(24), 0] < 0.8


@pytest.mark.parametrize("draws", [100, 1000, 2000, 10_000])
def test_outcomes_nobody_drew_weigh_too(draws):
    """However many draws are asked for, an outcome in a bin no member drew leaves the weights finite and sensible."""
    rng = np.random.default_rng(3)
    zero = np.zeros((600, draws), np.float32)
    right = rng.poisson(2, (600, draws)).astype(np.float32)
    outcome = rng.poisson(2, 600).astype(float)
    outcome[:5] = 700
    weights = stack_weights([evidence_of([zero, right], outcome)], 2)
    assert np.isfinite(weights).all()
    assert (weights[:, 1] > 0.9).all()


def test_evidence_is_the_crps_of_a_mixture():
    """On whole numbers of the grid, squares and products give the CRPS of any mixture of members."""
    rng = np.random.default_rng(4)
    members = [rng.integers(0, 6, (50, 60)).astype(np.float32), rng.integers(2, 5, (50, 60)).astype(np.float32)]
    outcome = rng.integers(0, 6, 50).astype(float)
    found = evidence_of(members, outcome)
    for weights, draws in (((1, 0), members[0]), ((0, 1), members[1]), ((0.5, 0.5), np.concatenate(members, axis=1))):
        w = np.array(weights)
        crps = (w @ found.squares @ w - 2 * found.products @ w + found.constant) / 50
        assert crps == pytest.approx(score_draws(draws, outcome).crps.mean())


def test_a_draw_is_of_one_member(panel):
    """Draw by draw all units and steps come from the same member, each member as often as it weighs."""
    weights = np.tile([0.5, 0.3, 0.2], (len(GROUPS), 1))
    stack = Stack((Always("a", 1), Always("b", 2), Always("c", 3)), weights)
    draws = stack(panel, ForecastParams(steps=(1, 4, 20), draws=100))
    assert draws.shape == (4, 3, 100)
    assert draws.dtype == np.float32
    assert (draws == draws[0, 0]).all()
    assert [(draws[0, 0] == value).sum() for value in (1, 2, 3)] == [50, 30, 20]
    again, other = (stack(panel, ForecastParams(steps=(1, 4, 20), draws=100, seed=seed)) for seed in (1, 2))
    assert np.array_equal(draws, again)
    assert not np.array_equal(draws, other)
    # Not the first draws of one and the last of another: members' own draws are in no order.
    assert len(set(draws[0, 0, :20])) > 1


def test_units_stay_together_where_weights_change(panel):
    """Where later steps weigh otherwise, a draw may change its member, but for all units at once and if it must."""
    weights = np.tile([0.8, 0.2], (len(GROUPS), 1))
    weights[1] = [0.3, 0.7]
    draws = Stack((Always("a", 1), Always("b", 2)), weights)(panel, ForecastParams(steps=(3, 4), draws=100))
    assert (draws == draws[0]).all()
    assert [(draws[0, step] == 1).sum() for step in (0, 1)] == [80, 30]
    assert (draws[0, 0] != draws[0, 1]).sum() == 50


def test_members_are_capped(panel):
    """No draw of the ensemble lies above three times the highest count so far; the others stay as they are."""
    weights = np.full((len(GROUPS), 2), 0.5)
    draws = Stack((Always("wild", 1e6), Always("calm", 4)), weights)(panel, ForecastParams(steps=(1,), draws=100))
    assert sorted(set(draws.ravel())) == [4, 30]
    assert np.isfinite(draws).all()


def test_fitting_fits_members_and_keeps_weights(panel):
    """Each member is fitted to the panel; a weight of nothing gives no draw."""
    weights = np.tile([1.0, 0.0], (len(GROUPS), 1))
    stack = Stack((Always("a", 1), Always("b", 2)), weights).fit(panel)
    assert [one.fitted for one in stack.members] == [40, 40]
    assert stack.name == "ensemble"
    assert set(stack(panel, ForecastParams(steps=(1, 36), draws=50)).ravel()) == {1}
