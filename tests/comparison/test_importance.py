"""Importance: indices known in closed form, groups, noise and what is refused."""

import numpy as np
import pandas as pd
import pytest

from toguna.comparison.importance import COLUMNS, importance, measured
from toguna.core.errors import ComparisonError

ANGLES = ("x1", "x2", "x3")
# Ishigami and Homma (1990) with a = 7, b = 0.1, by integrating each part of the variance.
A, B = 7.0, 0.1
V1, V2 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8
V13 = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13


def angles(uniforms):
    """Three parameters, flat from -pi to pi."""
    return pd.DataFrame(np.pi * (2 * uniforms - 1), columns=list(ANGLES))


def cube(*names):
    """Parameters that are their uniforms."""
    return lambda uniforms: pd.DataFrame(uniforms, columns=list(names))


def values(outcome):
    """Two mandates, one measure: the second is 5 in all draws."""
    return np.stack([outcome, np.full(len(outcome), 5.0)])[:, :, None]


def ishigami(table):
    x1, x2, x3 = (table[name].to_numpy() for name in ANGLES)
    return values(np.sin(x1) + A * np.sin(x2) ** 2 + B * x3**4 * np.sin(x1))


def by_name(table):
    return table.set_index("parameter")


def test_the_indices_of_ishigami_are_found():
    """First order and total of all three, against the closed form; sorted by total."""
    found = importance(ishigami, angles, ANGLES, measured(0, 0), samples=2048, seed=1)
    assert list(found.columns) == COLUMNS
    assert list(found["parameter"]) == ["x1", "x2", "x3"]
    assert found["first_order"].to_numpy() == pytest.approx([V1 / V, V2 / V, 0], abs=0.03)
    assert found["total"].to_numpy() == pytest.approx([(V1 + V13) / V, V2 / V, V13 / V], abs=0.03)
    assert (found["total_low"] < found["total"]).all()
    assert (found["first_low"] <= [V1 / V, V2 / V, 0]).all()
    assert (found["first_high"] >= [V1 / V, V2 / V, 0]).all()


def test_shares_of_a_sum_are_those_of_its_variances():
    """y = 3 a + 2 b + c + 0 d: 9, 4, 1 and 0 fourteenths, first order and total the same."""

    def total(table):
        return values(3 * table["a"].to_numpy() + 2 * table["b"].to_numpy() + table["c"].to_numpy())

    found = by_name(importance(total, cube(*"abcd"), list("abcd"), measured(0, 0, than=1), samples=1024, seed=2))
    expected = np.array([9, 4, 1, 0]) / 14
    assert found.loc[list("abcd"), "total"].to_numpy() == pytest.approx(expected, abs=0.02)
    assert found.loc[list("abcd"), "first_order"].to_numpy() == pytest.approx(expected, abs=0.04)
    assert found.loc["d", "total"] == pytest.approx(0, abs=1e-12)


def test_groups_hold_what_happens_inside_them():
    """x1 and x3 only matter together beyond x1: as one group, first order and total are the same."""
    groups = {"x1": "violence", "x2": "aid", "x3": "violence"}
    found = by_name(importance(ishigami, angles, ANGLES, measured(0, 0), samples=2048, groups=groups, seed=1))
    assert set(found.index) == {"violence", "aid"}
    for which in ("first_order", "total"):
        assert found.loc["violence", which] == pytest.approx((V1 + V13) / V, abs=0.03)
        assert found.loc["aid", which] == pytest.approx(V2 / V, abs=0.03)


def noisy(table):
    """A parameter and noise of the same variance, the same noise for draw d of every table."""
    noise = np.random.default_rng(9).random(len(table))
    return values(table["a"].to_numpy() + noise)


def test_noise_is_told_apart_from_parameters():
    """Half of the variance is noise: b gets none of it, chance all of it."""
    found = by_name(importance(noisy, cube("a", "b"), ["a", "b"], measured(0, 0), samples=2048, chance=True, seed=3))
    assert found.loc["a", "total"] == pytest.approx(0.5, abs=0.03)
    assert found.loc["a", "first_order"] == pytest.approx(0.5, abs=0.05)
    assert found.loc["b", "total"] == pytest.approx(0, abs=1e-12)
    assert found.loc["chance", "total"] == pytest.approx(0.5, abs=0.05)


def test_without_noise_chance_explains_nothing():
    found = by_name(importance(ishigami, angles, ANGLES, measured(0, 0), samples=64, chance=True))
    assert found.loc["chance", "total"] == 0


def test_what_never_changes_hangs_on_nothing():
    """The second mandate is the same in all draws: an answer, all zero, and no warning."""
    found = importance(ishigami, angles, ANGLES, measured(0, 1), samples=16)
    assert (found[COLUMNS[1:]] == 0).all(axis=None)
    assert len(found) == 3


def test_rare_outcomes_pass_without_warning():
    """One draw in hundreds differs: resamples are often all the same."""

    def rare(table):
        return values((table["a"].to_numpy() > 0.99).astype(float))

    found = by_name(importance(rare, cube("a", "b"), ["a", "b"], measured(0, 0), samples=32, seed=4))
    assert np.isfinite(found).all(axis=None)


def test_the_same_seed_gives_the_same_indices():
    """Seed 0 too, which SALib takes for no seed."""
    one, same = (importance(ishigami, angles, ANGLES, measured(0, 0), samples=64, seed=0) for _ in range(2))
    assert one.equals(same)
    assert not one.equals(importance(ishigami, angles, ANGLES, measured(0, 0), samples=64, seed=1))


def test_uniforms_never_reach_the_edge():
    """Inverse distribution functions are infinite there."""
    seen = []

    def kept(uniforms):
        seen.append(uniforms)
        return angles(uniforms)

    importance(ishigami, kept, ANGLES, measured(0, 0), samples=256)
    every = np.concatenate(seen)
    assert len(every) == 5 * 256
    assert every.min() > 0
    assert every.max() < 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"samples": 500}, "power of 2"),
        ({"groups": {"x1": "a", "x2": "a"}}, "'x3' is in no group"),
        ({"names": ("x1", "x1", "x3")}, "stands twice"),
        ({"target": lambda found: found[:, :, 0]}, "one number a draw"),
        ({"target": lambda found: found[0, :, 0] * np.nan}, "outcome is nan in 16 of 16"),
        ({"chance": True, "groups": dict.fromkeys(ANGLES, "chance")}, "called 'chance'"),
    ],
)
def test_what_does_not_fit_is_said(asked, says):
    """Each mistake has its sentence."""
    given = {"names": ANGLES, "target": measured(0, 0), "samples": 16, **asked}
    with pytest.raises(ComparisonError, match=says):
        importance(ishigami, angles, **given)
