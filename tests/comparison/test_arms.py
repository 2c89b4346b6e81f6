"""Arms: a month's flows worked out by hand, and borders that stop no less when more is stopped."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.comparison.made_up import by_area, effort, medians, start
from toguna.comparison.arms import arm


def one_area(p, *, stocks=1_000.0):
    """State with 100 fighters and 150 arms in area 0 and stocks there."""
    g, s, n = start(p)
    s.fighters[:], s.arms[:], s.stocks[:] = 0, 0, 0
    s.fighters[0], s.arms[0], s.stocks[0] = 100.0, 150.0, stocks
    return g, s, n


def test_a_month_by_hand() -> None:
    """Ten leak less what is secured, borders pass less what is stopped, a tenth is seized, people hand some in."""
    p = medians(
        leak_monthly=0.01, inflow_monthly=0.2, arms_across_borders=0.4, border_flow_stopped=0.5,
        border_flow_rerouted=0.8, wear_monthly=0.02, collected_per_exit=0.5,
    )  # fmt: skip
    _, s, n = one_area(p)
    arm(p, effort(watched=0.5, secured=by_area(0.3, 0, 0, 0)), s, n, 0, 0.1, 6.0)
    stopped = 0.5 * 0.5 * (1 - 0.8 * 0.5)
    leaked = 1_000 * 0.01 * 0.7
    came = 100 * 0.2 * 0.4 * (1 - stopped) + (100 * 0.2 * 0.6 - 10)
    arms = 150 + leaked + came - 150 * 0.02 - 150 * 0.1
    assert n["leaked"] == pytest.approx(leaked)
    assert n["came_in"] == pytest.approx(came)
    assert (n["worn"], n["seized"]) == pytest.approx((3, 15))
    assert n["collected"] == pytest.approx(6 * 0.5)
    assert s.arms[0] == pytest.approx(arms - 3)
    assert s.stocks[0] == pytest.approx(1_000 - leaked)


def test_leaks_are_a_part_of_the_supply() -> None:
    """As many arms reach groups without a leak as with it, unless stocks leak more than all else."""
    p = medians(leak_monthly=0.01, inflow_monthly=0.2, arms_across_borders=0.4)
    for stocks in (0.0, 500.0, 1_200.0):
        _, s, n = one_area(p, stocks=stocks)
        arm(p, effort(), s, n, 0, 0.0, 0.0)
        assert n["leaked"] + n["came_in"] == pytest.approx(20)


def test_no_more_than_half_is_collected_in_a_month() -> None:
    """However many people come."""
    p = medians(inflow_monthly=0, leak_monthly=0, wear_monthly=0)
    _, s, n = one_area(p)
    arm(p, effort(), s, n, 0, 0.0, 1e6)
    assert s.arms[0] == pytest.approx(75)


@settings(deadline=None)  # the first example compiles
@given(*[st.floats(0, 1)] * 6)
def test_borders_and_guards_never_add_arms(stopped, more, rerouted, watched, secured, strength) -> None:
    """More stopped where teams are, more crossings watched and more stocks secured leave no more arms."""

    def left(flow, share, guarded):
        p = medians(border_flow_stopped=flow, border_flow_rerouted=rerouted)
        _, s, n = one_area(p)
        n["strength"] = strength
        arm(p, effort(watched=share, secured=guarded), s, n, 0, 0.0, 0.0)
        return s.arms.sum()

    base = left(stopped, watched, secured)
    assert left(stopped + more * (1 - stopped), watched, secured) <= base + 1e-9
    assert left(stopped, watched + more * (1 - watched), secured) <= base + 1e-9
    assert left(stopped, watched, secured + more * (1 - secured)) <= base + 1e-9


def test_what_is_stopped_at_a_few_crossings_goes_round() -> None:
    """If all of it goes round, a team at one crossing in ten stops a tenth of the tenth."""
    p = medians(border_flow_stopped=1, border_flow_rerouted=1, arms_across_borders=1, inflow_monthly=1, leak_monthly=0)
    _, s, n = one_area(p)
    arm(p, effort(watched=0.1), s, n, 0, 0.0, 0.0)
    assert n["came_in"] == pytest.approx(100 * (1 - 0.1 * 0.1))
    assert np.isfinite(s.arms).all()
