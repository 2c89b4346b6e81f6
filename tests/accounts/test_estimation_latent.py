"""The latent-class chain: that it aims at its posterior, agrees with itself, and says so only when it does."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from toguna.accounts.estimation import latent_classes
from toguna.accounts.estimation.convergence import ess_bulk, ess_tail, r_hat
from toguna.accounts.estimation.latent_search import begin, make_room, step
from toguna.accounts.estimation.lists import all_patterns
from toguna.core.errors import AskError

KOSOVO = [0, 306, 936, 123, 845, 31, 217, 32, 1131, 106, 228, 42, 177, 18, 181, 27]
SEEN, CLASSES, SHAPE = 25, 4, 2.0


def statistics(alpha, log_pi, on, room):
    """What is compared: chances of being unseen, of list 1, of all lists; concentration; sizes."""
    pi, chance = np.exp(log_pi), room[0]
    mix = pi @ chance
    return [mix[-1], pi @ (1 / (1 + np.exp(-on[:, 0]))), mix[-2], alpha, pi[0], pi[-1], on[1, 1]]


def prior_draw(rng, patterns):
    """A draw of all parameters before anything is seen."""
    alpha = rng.gamma(SHAPE) / SHAPE
    log_pi, on, room = np.zeros(CLASSES), np.zeros((CLASSES, 3)), make_room(CLASSES, 3, len(patterns))
    begin(rng, patterns, alpha, log_pi, on, room[0])
    return alpha, log_pi, on, room


@pytest.mark.parametrize("moves", [0, 24])
def test_joint_distribution(moves):
    """Seeing people and stepping in turn leaves the prior as it is (Geweke 2004): 1/N tells nothing of parameters."""
    rng = np.random.default_rng(7)
    patterns = all_patterns(3)[1:]
    before, after = [], []
    tally = np.zeros(6, np.int64)
    for _ in range(800):
        alpha, log_pi, on, room = prior_draw(rng, patterns)
        before.append(statistics(alpha, log_pi, on, room))
        for _ in range(3):
            shown = np.maximum((np.exp(log_pi) @ room[0])[:-1], 0)
            people = rng.multinomial(SEEN, shown / shown.sum())
            alpha = step(rng, patterns, people, SHAPE, SHAPE, moves, alpha, log_pi, on, room, tally)
        after.append(statistics(alpha, log_pi, on, room))
    for one, other in zip(np.transpose(before), np.transpose(after), strict=True):
        assert ks_2samp(one, other).pvalue > 1e-3
    assert (tally[3:] > 0).all() == (moves > 0)


def test_kosovo():
    """Chains agree, near 10,481 (9,109 to 14,254) found by 250,000 plain iterations."""
    found = latent_classes(KOSOVO, iterations=45_000, burn=5_000)
    assert found.r_hat < 1.05
    assert found.converged
    assert pytest.approx(10_450, rel=0.03) == found.N
    assert found.low == pytest.approx(9_109, rel=0.05)
    assert found.high == pytest.approx(14_254, rel=0.12)


def test_same_seed_same_draws():
    """Whatever the number of threads."""
    one, other = (latent_classes(KOSOVO, iterations=1_000, burn=100, threads=n) for n in (1, 3))
    assert (one.draws == other.draws).all()
    assert (latent_classes(KOSOVO, iterations=1_000, burn=100, seed=2).draws != one.draws).any()


def test_short_chains_are_not_reported():
    """A few steps are no answer."""
    found = latent_classes(KOSOVO, iterations=300, burn=10)
    assert not found.converged
    assert str(found).startswith("Chains have not converged: no number to report")


def test_one_class_is_independence():
    """With people all alike, the answer is near the truth."""
    rng = np.random.default_rng(5)
    table = rng.random((3000, 4)) < [0.4, 0.3, 0.5, 0.35]
    found = latent_classes(table[table.any(axis=1)].astype(int), iterations=8_000, burn=2_000)
    assert found.low <= 3000 <= found.high
    assert pytest.approx(3000, rel=0.05) == found.N


def test_r_hat_and_effective_size():
    """Independent draws: R-hat near 1 and their own number; a chain apart or a slow one is seen."""
    rng = np.random.default_rng(2)
    draws = rng.normal(size=(4, 1000))
    assert r_hat(draws) < 1.01
    assert ess_bulk(draws) == pytest.approx(4000, rel=0.15)
    assert ess_tail(draws) == pytest.approx(4000, rel=0.2)
    apart = draws + np.array([0, 0, 0, 3])[:, None]
    assert r_hat(apart) > 1.3
    wider = draws * np.array([1, 1, 1, 6])[:, None]
    assert r_hat(wider) > 1.1
    slow = np.zeros((4, 5000))
    for at in range(1, 5000):
        slow[:, at] = 0.9 * slow[:, at - 1] + rng.normal(size=4)
    assert ess_bulk(slow) == pytest.approx(20_000 * 0.1 / 1.9, rel=0.25)
    assert r_hat(np.ones((4, 10))) == 1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"K": 1}, "K=1"),
        ({"chains": 1}, "chains=1"),
        ({"a": 0.0}, "a=0"),
        ({"iterations": 50, "burn": 40}, "leave 1 draws"),
    ],
)
def test_refusals(settings, says):
    """Settings that make no sense are named."""
    with pytest.raises(AskError, match=says):
        latent_classes(KOSOVO, **settings)
