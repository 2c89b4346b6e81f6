"""Programmes and courts by hand; nobody is lost between the pools."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.comparison.made_up import effort, medians, start
from toguna.comparison.ddr import reintegrate, try_held

POOLS = ("left", "in_ddr", "reintegrated", "held", "tried")
BASE = {
    "ddr_places_per_team": 50, "ddr_uptake": 0.1, "relapse_yearly": 0.12, "relapse_full_package": 0.5,
    "relapse_training_only": 0.9, "promises_broken": 2.0,
}  # fmt: skip


def state(p, process=0.5, **pools):
    """State with 1,000 fighters and some people in the pools."""
    _, s, n = start(p)
    s.fighters[:] = [400, 300, 200, 100]
    n["process"] = process
    for name, value in pools.items():
        n[name] = value
    return s, n


def test_enough_places_by_hand() -> None:
    """Half an agreement brings 50 of 1,000, ten left by themselves; 100 places take all."""
    p = medians(**BASE)
    s, n = state(p, left=200.0, in_ddr=120.0, reintegrated=60.0)
    taken = reintegrate(p, effort(ddr_teams=2.0), s, n, 0, 10.0)
    assert taken == pytest.approx(60)
    back = 200 * 0.01, 120 * 0.005, 60 * 0.005
    done = (120 - back[1]) / 12
    assert n["left"] == pytest.approx(200 + 10 + 50 - 60 - back[0])
    assert n["in_ddr"] == pytest.approx(120 + 60 - back[1] - done)
    assert n["reintegrated"] == pytest.approx(60 + done - back[2])
    assert s.fighters == pytest.approx((1_000 - 50 + sum(back)) * s.fighters / s.fighters.sum())
    assert s.fighters.sum() == pytest.approx(1_000 - 50 + sum(back))


def test_broken_promises_by_hand() -> None:
    """With 20 places for 60, those in the programme relapse at twice the rate of no programme, not of the package."""
    p = medians(**BASE)
    s, n = state(p, in_ddr=120.0, reintegrated=60.0)
    assert reintegrate(p, effort(ddr_teams=0.4), s, n, 0, 10.0) == pytest.approx(20)
    back = 180 * 0.01 * 2.0
    assert s.fighters.sum() == pytest.approx(1_000 - 50 + back)
    assert n["left"] == pytest.approx(10 + 50 - 20)


def test_without_a_programme_nobody_comes_and_training_is_left() -> None:
    """Those who left by themselves are on their own; those once trained have their training."""
    p = medians(**BASE)
    s, n = state(p, reintegrated=100.0)
    assert reintegrate(p, effort(), s, n, 0, 10.0) == 0
    assert n["left"] == pytest.approx(10)
    assert n["reintegrated"] == pytest.approx(100 - 100 * 0.01 * 0.9)
    s, n = state(p, reintegrated=100.0)
    reintegrate(p, effort(relief=1.0), s, n, 0, 10.0)
    assert n["reintegrated"] == pytest.approx(100 - 100 * 0.01 * 0.5)


def test_courts_by_hand() -> None:
    """Of 200 held 20 are tried; 60 wait beyond six months of courts, a sixth of 30% of them is freed, half go back."""
    p = medians(court_cases=20, release_untried=0.3)
    s, n = state(p, held=200.0)
    assert try_held(p, s, n) == pytest.approx(20)
    freed = (180 - 120) * 0.3 / 6
    assert (n["tried"], n["held"], n["left"]) == pytest.approx((20, 180 - freed, freed / 2))
    assert s.fighters.sum() == pytest.approx(1_000 + freed / 2)


@settings(deadline=None)  # the first example compiles
@given(
    st.floats(0, 0.1), st.floats(0, 1), st.floats(0, 5), st.floats(1, 4), st.floats(0, 1), st.floats(0, 400),
    st.tuples(*[st.floats(0, 5_000)] * 4),
)  # fmt: skip
def test_nobody_is_lost(uptake, process, teams, worse, strength, left, pools) -> None:
    """Fighters and all pools together change by those handed over, and none falls below nothing."""
    p = medians(ddr_uptake=uptake, promises_broken=worse)
    s, n = state(p, process, **dict(zip(POOLS, pools, strict=False)), strength=strength)
    before = s.fighters.sum() + sum(float(n[name]) for name in POOLS) + left
    reintegrate(p, effort(ddr_teams=teams), s, n, 0, left)
    try_held(p, s, n)
    assert s.fighters.sum() + sum(float(n[name]) for name in POOLS) == pytest.approx(before)
    assert (s.fighters >= 0).all()
    assert min(float(n[name]) for name in POOLS) >= 0
