"""Armed groups: a month of raids, captures, recruits, exits and moves worked out by hand."""

import numpy as np
import pytest

from tests.comparison.made_up import AREAS, QUIET, by_area, effort, medians, row_of_four, start
from toguna.comparison.forces import post_forces
from toguna.comparison.groups import fight, join_and_leave, move


def test_fighters_at_the_start() -> None:
    """100 deaths a month with 50 fighters each, where violence lies; 1.2 arms each."""
    p = medians(fighters_per_death=50, arms_per_fighter=1.2)
    _, s, n = start(p)
    assert s.fighters == pytest.approx([2_000, 1_500, 1_000, 500])
    assert s.arms == pytest.approx(s.fighters * 1.2)
    assert n["lethality"] == pytest.approx(100 * 0.5 * 0.8 / 5_000)
    assert n["state_rate"] == pytest.approx(10)
    assert n["combat"] == pytest.approx(0.5 * 50 / 5_000)


def test_flight_of_the_year_before_implies_deaths() -> None:
    """48,000 abroad, two in five of those who fled, 500 a death: 240 civilians, 20 a month, 40 with others."""
    p = medians(abroad_share=0.4, flight_per_death=500, fighters_per_death=50)
    _, s, _ = start(p, row_of_four(fled=48_000.0), deaths=10.0)
    assert s.fighters.sum() == pytest.approx(40 * 50)


def test_a_month_of_fighting_by_hand() -> None:
    """300 raiders and 200 who seek captures at an area of 1,000 fighters, half of whose people would tell."""
    p = medians(
        kills_per_raid=0.6, captures_per_patrol=0.2, capture_share=0.25, after_effect_weeks=30.44 / 7, presence_half=300
    )
    _, s, n = start(p)
    s.fighters[:], s.cooperation[:], n["combat"] = 1_000.0, 0.5, 0.01
    s.raiders[0], s.soldiers[0], s.police[0] = 300.0, 200.0, 50.0
    fight(p, effort(captures=1.0), s, n, 1.5)
    found = 1_000 / 1_050
    assert s.killed[0] == pytest.approx(3 * 0.6 * 1.0 * found)
    assert s.captured[0] == pytest.approx((200 * 0.25 + 50) / 100 * 0.2 * 0.5 * found)
    assert s.fought[0] == pytest.approx(1_000 * 0.01 * 1.5)
    assert s.memory[0] == pytest.approx((1 - np.exp(-1)) * 0.5)  # as many raiders as half the effect takes
    assert not s.killed[1:].any()
    fight(p, effort(), s, n, 1.0)
    assert s.captured[0] == pytest.approx(0.5 * 0.2 * 0.5 * found)  # police alone
    assert s.memory[0] == pytest.approx((1 - np.exp(-1)) * 0.5 * np.exp(-1) + (1 - np.exp(-1)) * 0.5)


def test_no_more_than_half_of_the_fighters_are_lost_in_a_month() -> None:
    """However many are sent; all causes are cut alike."""
    p = medians(kills_per_raid=5, captures_per_patrol=2)
    _, s, n = start(p)
    s.raiders[:], s.police[:] = 1e6, 1e6
    fight(p, effort(), s, n, 1.0)
    assert s.killed + s.captured + s.fought == pytest.approx(0.5 * s.fighters)


def test_recruits_and_exits_by_hand() -> None:
    """100 fighters, 10 killed in raids, 5 captured, 2 killed by the state; 4 civilians killed by those sent."""
    p = medians(
        recruitment_base=0.03, recruitment_by_livelihood=0.5, recruitment_by_grievance=0.4, recruits_from_abuse=0.6,
        fighters_per_death=5,
        recruits_per_fighter_killed=2, recruits_per_civilian_killed=3, exit_monthly=0.02, collapse_after_leader_loss=0,
    )  # fmt: skip
    g, s, n = start(p)
    n["cooperation_start"] = 0.5
    s.fighters[:], s.killed[:], s.captured[:], s.fought[:], s.by_force[:] = 0, 0, 0, 0, 0
    s.fighters[0], s.killed[0], s.captured[0], s.fought[0], s.by_force[0] = 100.0, 10.0, 5.0, 2.0, 4.0
    s.livelihoods[0], s.cooperation[0] = 0.8, 0.3
    left = join_and_leave(p, g, s, n, 1.5)
    joined = 100 * 0.03 * np.exp(0.5 * 0.2 + 0.4 * 0.2) * (0.4 + 0.6 * 1.5) + 2 * 10 + 3 * 4
    joined *= 1 - 100 / (0.003 * 500_000)
    assert left == pytest.approx((100 - 17) * 0.02)
    assert s.fighters[0] == pytest.approx(100 + joined - 17 - left)
    assert n["joined"] == pytest.approx(joined)
    assert (n["dead"], n["held"]) == pytest.approx((12, 5))


@pytest.mark.parametrize("change", [0.24, -0.12])
def test_leaders_lost_by_hand(change) -> None:
    """1,000 raiders are half of what the studies saw: 0.24 a year more exits are 0.01 a month; fewer bring people."""
    p = medians(**QUIET | {"collapse_after_leader_loss": change, "exit_monthly": 0.02, "recruitment_base": 0})
    g, s, n = start(p)
    s.raiders[0] = 1_000.0
    before = s.fighters.sum()
    left = join_and_leave(p, g, s, n, 1.0)
    if change > 0:
        assert left == pytest.approx(before * 0.03)
    else:
        assert left == pytest.approx(before * 0.02)
        assert n["joined"] == pytest.approx(before * 0.005)


def test_moves_by_hand() -> None:
    """A tenth moves; area 1 sends to 0 and 2, less to where the force is; arms go along."""
    p = medians(movement_monthly=0.1, pull_of_weak=np.log(3), spill_in=0, arms_per_fighter=2)
    g, s, n = start(p, row_of_four(border=np.zeros(4)))
    s.fighters[:], s.arms[:] = [0, 100, 0, 0], [0, 200, 0, 0]
    s.presence[0] = 1.0
    move(p, g, s, n, 1.0)
    assert s.fighters == pytest.approx([10 / 4, 90, 30 / 4, 0])
    assert s.arms == pytest.approx(2 * s.fighters)
    assert (n["joined"], n["went"]) == (0, 0)


def test_borders_by_hand() -> None:
    """Of 100 fighters at the border, 2 come and a tenth of the tenth that moves goes; arms stay in the country."""
    p = medians(movement_monthly=0.1, spill_in=0.04)
    g, s, n = start(p)
    s.fighters[:], arms = [0, 0, 0, 100], s.arms.sum()
    move(p, g, s, n, 0.5)
    assert s.fighters.sum() == pytest.approx(100 + 2 - 1)
    assert (n["joined"], n["went"]) == pytest.approx((2, 1))
    assert s.arms.sum() == pytest.approx(arms)


def test_an_area_without_neighbours_keeps_its_fighters() -> None:
    """Nobody leaves where there is nowhere to go."""
    g = row_of_four(first=np.zeros(5, int), next_to=np.zeros(0, int), border=np.zeros(4))
    p = medians()
    _, s, n = start(p, g)
    before = s.fighters.copy()
    move(p, g, s, n, 1.0)
    assert s.fighters == pytest.approx(before)


def test_raiders_are_taken_from_those_present() -> None:
    """Under raids a share of the soldiers searches and does not protect."""
    p = medians(raid_share=0.6, presence_half=200)
    _, s, n = start(p)
    post_forces(p, effort(soldiers=by_area(500, 0, 0, 0), raids=1.0), s, n, 0)
    assert (s.raiders[0], s.soldiers[0], s.presence[0]) == pytest.approx((300, 200, 0.5))
    assert len(s.raiders) == AREAS


def test_recruits_do_not_stop_where_few_people_live() -> None:
    """An area with more fighters than three in a thousand of its people goes on recruiting; a full country does not."""
    p = medians(fighters_per_death=20)
    g, s, n = start(p, row_of_four(people=np.array([1_000.0, 500_000.0, 500_000.0, 500_000.0])))
    before = s.fighters.sum()
    join_and_leave(p, g, s, n, 1.0)
    assert n["joined"] > 0.01 * before
    s.fighters[:] = 1e6
    joined = float(n["joined"])
    join_and_leave(p, g, s, n, 1.0)
    assert n["joined"] == joined
