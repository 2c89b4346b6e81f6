"""Calibration: known posteriors are found, weights are right, and what cannot be calibrated is said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from toguna.comparison import abc as module
from toguna.comparison.abc import calibrate, next_tolerance, resampled
from toguna.core.errors import ComparisonError

NAMES = ("mean", "other")


def normals(uniforms):
    """Two parameters with standard normal priors."""
    return pd.DataFrame(ndtri(uniforms), columns=list(NAMES))


def one_look(table, seed):
    """One observation of `mean` with a standard error of 0.5."""
    rng = np.random.default_rng(seed)
    return (table["mean"].to_numpy() + rng.normal(0, 0.5, len(table)))[:, None]


def moments(found, values):
    """Weighted mean and standard deviation."""
    mean = found.weights @ values
    return mean, np.sqrt(found.weights @ (values - mean) ** 2)


def test_the_posterior_of_a_normal_mean_is_found():
    """Prior N(0, 1), one observation 1 with error 0.5: the posterior is N(0.8, 0.2)."""
    found = calibrate(normals, NAMES, one_look, [1.0], [1.0], population=1000, rounds=7, seed=3)
    mean, sd = moments(found, ndtri(found.particles[:, 0]))
    error = np.sqrt(0.2 / found.effective)
    assert found.effective > 300
    assert abs(mean - 0.8) < 4 * error
    assert abs(sd - np.sqrt(0.2)) < 4 * error
    mean, sd = moments(found, ndtri(found.particles[:, 1]))
    assert abs(mean) < 4 / np.sqrt(found.effective)
    assert abs(sd - 1) < 4 / np.sqrt(found.effective)


def test_the_posterior_of_a_share_is_found_exactly_where_counts_agree():
    """Flat prior, 7 of 10: the posterior is Beta(8, 4), of mean 2/3; a distance of 0 can be met."""

    def share(uniforms):
        return pd.DataFrame({"share": uniforms[:, 0]})

    def count(table, seed):
        return np.random.default_rng(seed).binomial(10, table["share"].to_numpy())[:, None].astype(float)

    found = calibrate(share, ["share"], count, [7.0], [1.0], population=1500, rounds=8, seed=1)
    assert found.tolerances[-1] == 0
    assert found.stopped == "The tolerance falls no further."
    assert (found.summaries == 7).all()
    mean, sd = moments(found, found.particles[:, 0])
    assert mean == pytest.approx(8 / 12, abs=4 * 0.131 / np.sqrt(found.effective))
    assert sd == pytest.approx(np.sqrt(8 * 4 / (12**2 * 13)), abs=0.015)


def test_parameters_that_go_together_stay_together():
    """Only the sum of two is observed, closely: they go against each other in the posterior, correlation -0.98."""

    def total(table, seed):
        rng = np.random.default_rng(seed)
        return (table.sum(axis=1).to_numpy() + rng.normal(0, 0.1, len(table)))[:, None]

    found = calibrate(normals, NAMES, total, [0.0], [1.0], population=800, rounds=7, seed=1)
    scores = ndtri(found.particles)
    covariance = np.cov(scores.T, aweights=found.weights)
    assert covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]) < -0.93


def test_weights_give_back_the_prior_where_everything_is_accepted():
    """Four rounds of perturbing with an infinite tolerance: the weighted particles are flat on the square."""
    found = calibrate(normals, NAMES, one_look, [1.0], [1.0], tolerances=[np.inf] * 4, population=4000, seed=2)
    assert found.acceptances == (1.0,) * 5
    for column in found.particles.T:
        mean, sd = moments(found, column)
        error = np.sqrt(1 / 12 / found.effective)
        assert abs(mean - 0.5) < 4 * error
        assert abs(sd - np.sqrt(1 / 12)) < 4 * error
    # Without the weights they would not be: the kernel spreads them.
    assert abs(found.particles[:, 0].std() - np.sqrt(1 / 12)) > 0.02


def test_a_biased_proposal_is_undone_by_its_weights():
    """Particles proposed from one corner alone still weigh out to the prior's mean."""
    rng = np.random.default_rng(5)
    proposal = module._Proposal(np.full((1, 1), 0.8), np.ones(1), np.array([[1.2]]))
    scores = proposal.draw(60_000, rng)
    weight = np.exp(proposal.log_weight(scores))
    assert weight.mean() == pytest.approx(1, abs=0.02)
    assert (weight * scores[:, 0]).mean() == pytest.approx(0, abs=0.02)
    assert weight.max() <= 1 / module._PRIOR_SHARE + 1e-9


def test_tolerances_fall_and_nothing_accepted_lies_beyond():
    """The tolerances fall from round to round, and all particles are within the last."""
    found = calibrate(normals, NAMES, one_look, [1.0], [1.0], population=300, rounds=5, seed=1)
    assert found.tolerances[0] == np.inf
    assert (np.diff(found.tolerances[1:]) < 0).all()
    assert (found.distances <= found.tolerances[-1]).all()
    assert np.allclose(found.distances, np.abs(found.summaries[:, 0] - 1.0))
    assert found.weights.sum() == pytest.approx(1)
    assert "300 particles" in str(found)


def test_the_same_seed_gives_the_same_posterior():
    """And another seed another one."""
    asked = {"population": 200, "rounds": 3}
    one, same, other = (calibrate(normals, NAMES, one_look, [1.0], [1.0], seed=seed, **asked) for seed in (4, 4, 5))
    assert np.array_equal(one.particles, same.particles)
    assert np.array_equal(one.weights, same.weights)
    assert not np.array_equal(one.particles, other.particles)
    assert one.table(50, 1).equals(same.table(50, 1))
    assert not one.table(50, 1).equals(same.table(50, 2))


def test_only_the_calibrated_move():
    """`other` is not calibrated: it is drawn anew in the table, or kept as accepted when asked."""
    found = calibrate(
        normals, NAMES, lambda table, seed: table.to_numpy()[:, :1] + table.to_numpy()[:, 1:], [3.0], [1.0],
        calibrated=["mean"], population=400, rounds=6, seed=1,
    )  # fmt: skip
    fresh, joint = found.table(4000, 1), found.table(4000, 1, joint=True)
    assert list(fresh.columns) == list(NAMES)
    assert fresh["mean"].mean() == pytest.approx(joint["mean"].mean(), abs=0.05)
    assert fresh["other"].mean() == pytest.approx(0, abs=0.1)
    assert fresh["other"].nunique() == 4000
    assert joint["other"].mean() == pytest.approx(1.5, abs=0.25)


def test_rounds_end_where_too_little_is_accepted():
    """The observed lies where no simulation comes: the last full round stands, and a remark says so."""
    found = calibrate(normals, NAMES, one_look, [30.0], [1.0], population=200, rounds=40, seed=1)
    assert found.acceptances[-1] < 0.02
    assert len(found.acceptances) == len(found.tolerances) + 1
    assert len(found.weights) == 200
    assert "accepted only" in found.stopped
    assert "outside all simulations from the prior" in found.remarks[0]
    assert any("scales off" in one for one in found.remarks)


def test_simulations_without_a_number_are_never_accepted():
    """Half of the simulations fail: the particles come from the other half."""

    def half(table, seed):
        values = one_look(table, seed)
        return np.where(table["other"].to_numpy()[:, None] > 0, values, np.nan)

    found = calibrate(normals, NAMES, half, [1.0], [1.0], population=200, rounds=3, seed=1)
    assert (found.particles[:, 1] > 0.5).all()
    with pytest.raises(ComparisonError, match="Only 0 of 200 simulations"):
        calibrate(normals, NAMES, lambda t, s: np.full((len(t), 1), np.nan), [1.0], [1.0], population=200)


def test_a_simulation_that_never_changes_stops_at_the_prior():
    """All distances are the same, so no tolerance can be smaller."""
    found = calibrate(normals, NAMES, lambda t, s: np.zeros((len(t), 1)), [1.0], [1.0], population=100, rounds=5)
    assert found.tolerances == (np.inf, 1.0)
    assert found.stopped == "The tolerance falls no further."


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"observed": [np.nan]}, "Observed summary 1 is nan"),
        ({"scale": [0.0]}, "The scale of summary 1 is 0"),
        ({"observed": []}, "shape"),
        ({"observed": [1.0, 2.0]}, "shape"),
        ({"observed": [1.0, 2.0], "scale": [1.0, 1.0]}, "simulation of 500 draws gave"),
        ({"calibrated": ["unknown"]}, "no parameter 'unknown'"),
        ({"calibrated": []}, "No parameter"),
        ({"keep": 1.0}, "a share between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_said(asked, says):
    """Each mistake has its sentence."""
    given_ = {"observed": [1.0], "scale": [1.0], **asked}
    with pytest.raises(ComparisonError, match=says):
        calibrate(normals, NAMES, one_look, given_.pop("observed"), given_.pop("scale"), **given_)


def test_no_draws_is_said():
    """A table of no rows is not asked for by anybody."""
    found = calibrate(normals, NAMES, one_look, [1.0], [1.0], population=100, rounds=1)
    with pytest.raises(ComparisonError, match="Ask for 1 or more"):
        found.table(0)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=30), st.integers(1, 200), st.integers(0, 10))
def test_resampling_is_as_often_as_the_weight_says(weights, many, seed):
    """Systematic resampling: each particle floor(n w) times or once more."""
    weight = np.array(weights) / sum(weights)
    counts = np.bincount(resampled(weight, many, np.random.default_rng(seed)), minlength=len(weight))
    assert counts.sum() == many
    assert (np.abs(counts - many * weight) < 1 + 1e-6).all()


@given(st.lists(st.floats(0, 100), min_size=20, max_size=60), st.floats(0.1, 0.9))
def test_the_next_tolerance_leaves_the_share_asked_for(distances, keep):
    """With equal weights it is a quantile of the distances."""
    every = np.array(distances)
    limit = next_tolerance(every, np.full(len(every), 1 / len(every)), np.inf, keep)
    assert (every <= limit).mean() >= keep - 1e-9
    assert (every < limit).mean() < keep + 1e-9


def test_a_fixed_tolerance_nearer_than_any_particle_is_given_up():
    """Nothing lies within it yet: the next round is drawn around all particles, and the prior stands if it fails."""
    found = calibrate(normals, NAMES, one_look, [1.0], [1.0], tolerances=[0.0], population=100, seed=1)
    assert found.tolerances == (np.inf,)
    assert found.acceptances == (1.0, 0.0)
    assert np.allclose(found.weights, 0.01)
