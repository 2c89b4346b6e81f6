"""Violence against civilians: by hand, by side, on routes, next door, and what two studies of one presence give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.comparison.made_up import AREAS, QUIET, by_area, effort, medians, row_of_four, start
from toguna.comparison.forces import post_forces
from toguna.comparison.violence import after_force, kill_civilians, together

ONES = np.ones(AREAS)
CALM = QUIET | {"fighters_per_death": 50, "arms_per_fighter": 1.2, "presence_half": 200, "flight_per_death": 500}


def month(p, e=None, ground=None, tempo=1.0, change=None):
    """State after a month's violence of an effort; change alters the state before."""
    g, s, n = start(p, ground)
    e = effort() if e is None else e
    post_forces(p, e, s, n, 0)
    if change:
        change(s, n)
    kill_civilians(p, g, e, s, n, 0, tempo, ONES, ONES)
    return s


def test_nobody_sent_gives_the_deaths_of_the_start() -> None:
    """50 civilians a month: 40 by groups, a quarter of them on routes, 10 by the state; also at all medians."""
    for p in (medians(**CALM), medians()):
        s = month(p)
        assert s.by_groups.sum() == pytest.approx(40)
        assert s.on_routes.sum() == pytest.approx(10)
        assert s.by_state.sum() == pytest.approx(10)
        assert s.by_force.sum() == 0
        assert s.by_groups == pytest.approx([16, 12, 8, 4])


def test_presence_by_hand() -> None:
    """200 soldiers in area 0 are half of what a base achieves; roads elsewhere are as the country is."""
    p = medians(
        **CALM | {"rebel_killings_near_base": 0.5, "episode_length": 0.8, "rebel_killings_per_1000_troops": -0.1}
    )
    s = month(p, effort(soldiers=by_area(200, 0, 0, 0), patrolled=by_area(0.4, 0, 0, 0)))
    country = np.exp(-0.1 * 0.2)
    town, road = 0.5 * 0.4 + 0.5 * country, 0.4 * 0.5 + 0.6 * country
    assert s.by_groups[0] == pytest.approx(16 * (0.75 * town + 0.25 * road))
    assert s.on_routes[0] == pytest.approx(4 * road)
    assert s.by_groups[1] == pytest.approx(12 * country)


def test_country_wide_effects_stop_where_studies_do() -> None:
    """Beyond 8,000 troops and 200 police nothing is added; the state has its own numbers."""
    p = medians(
        **CALM
        | {
            "rebel_killings_per_1000_troops": -0.1, "rebel_killings_per_100_police": -0.2,
            "state_killings_per_1000_troops": 0.05, "state_killings_per_100_police": 0.1,
        }
    )  # fmt: skip
    for soldiers, police in ((2_000, 50), (3_000, 100)):
        s = month(p, effort(soldiers=by_area(*[soldiers] * 4), police=by_area(*[police] * 4)))
        assert s.by_groups.sum() == pytest.approx(40 * np.exp(-0.1 * 8 - 0.2 * 2))
        assert s.by_state.sum() == pytest.approx(10 * np.exp(0.05 * 8 + 0.1 * 2))


@given(st.floats(0.1, 3), st.floats(0.1, 3))
def test_two_studies_of_one_presence(country, local) -> None:
    """Where both say less, presence is no worse than elsewhere, and never as if both were added."""
    found = together(country, local)
    if country <= 1 and local <= 1:
        assert found == min(country, local) >= country * local
    elif country >= 1 and local >= 1:
        assert found == max(country, local) <= country * local
    else:
        assert found == pytest.approx(country * local)
    assert together(country, 1.0) == pytest.approx(country)
    assert together(1.0, local) == pytest.approx(local)


def test_a_strong_country_effect_does_not_make_presence_worse() -> None:
    """With 8,000 troops and killings down to 45%, an area with a base is no worse than one without."""
    p = medians(**CALM | {"rebel_killings_per_1000_troops": -0.1, "rebel_killings_near_base": 0.75})
    s = month(p, effort(soldiers=by_area(8_000, 0, 0, 0)))
    assert s.by_groups[0] / 16 <= s.by_groups[1] / 12 + 1e-12


def test_what_is_prevented_arrives_next_door() -> None:
    """With all of it displaced and no effect on the country, as many are killed as without anybody."""
    p = medians(**CALM | {"rebel_killings_near_base": 0.5, "violence_displaced": 1.0})
    s = month(p, effort(soldiers=by_area(0, 200, 0, 0)))
    prevented = 12 * 0.75 * 0.25
    assert s.by_groups == pytest.approx([16 + prevented / 2, 12 - prevented, 8 + prevented / 2, 4])
    half = medians(**CALM | {"rebel_killings_near_base": 0.5, "violence_displaced": -0.2})
    s = month(half, effort(soldiers=by_area(0, 200, 0, 0)))
    assert s.by_groups.sum() == pytest.approx(40 - 1.2 * prevented)


def test_what_the_whole_country_gains_does_not_move() -> None:
    """Studies of countries count moves within them already."""
    p = medians(**CALM | {"rebel_killings_per_1000_troops": -0.1, "violence_displaced": 1.0})
    s = month(p, effort(soldiers=by_area(1_000, 0, 0, 0)))
    assert s.by_groups.sum() == pytest.approx(40 * np.exp(-0.1))


def test_the_state_by_hand() -> None:
    """Support raises the tempo by a half, abuse grows with it, monitoring cuts a quarter while the force is there."""
    p = medians(**CALM | {"state_abuse_growth": 0.4, "abuse_cut": 0.25})
    s = month(p, effort(monitored=1.0), tempo=1.5)
    assert s.by_state.sum() == pytest.approx(10 * 1.5 * np.exp(0.4 * 0.5) * 0.75)

    def leave(s, n):
        n["strength"] = 0.0

    assert month(p, effort(monitored=1.0), change=leave).by_state.sum() == pytest.approx(10)


def test_those_sent_by_hand() -> None:
    """Raids with heavy weapons harm twice as many; captures a few."""
    p = medians(**CALM | {"collateral_per_fighter_killed": 0.5, "collateral_per_capture": 0.02})

    def lose(s, n):
        s.killed[0], s.captured[0] = 8.0, 10.0

    s = month(p, effort(heavy=2.0), change=lose)
    assert s.by_force == pytest.approx([8 * 0.5 * 2 + 10 * 0.02, 0, 0, 0])


def test_arms_leaders_flare_and_hosts_by_hand() -> None:
    """Twice the arms, half the raiders at which leaders fall, war returned, half the displaced, drought of one."""
    p = medians(
        **CALM
        | {
            "violence_by_arms": 0.2, "killings_after_leader_loss": 1.21, "conflict_with_refugees": 1.3,
            "conflict_per_drought": 1.1,
        }
    )  # fmt: skip

    def change(s, n):
        s.arms[:] *= 2
        s.raiders[0] = 1_000.0
        n["flare"], n["drought"] = 0.5, 1.0
        s.inside[:] *= 0.5

    s = month(p, change=change)
    hosts = 20_000 / 500_000 / 0.05
    assert s.by_groups.sum() == pytest.approx(40 * 2**0.2 * 1.1 * 1.5 * 1.1 * 1.3 ** (-0.5 * hosts))


def test_nobody_kills_more_than_a_thousandth_of_an_area() -> None:
    """Each side by itself, routes within groups."""
    s = month(medians(**CALM), ground=row_of_four(people=np.full(4, 1_000.0)))
    assert s.by_groups == pytest.approx(np.ones(4))
    assert (s.on_routes <= s.by_groups).all()
    assert (s.by_state <= 1).all()


@pytest.mark.parametrize(
    ("side", "harm", "expected"),
    [(0.49, 0.0, 1.3), (0.5, 0.0, 1.0), (0.69, 0.0, 1.0), (0.71, 0.0, 0.8), (0.64, 0.3, 1.3), (0.66, 0.3, 1.0),
     (0.78, 0.3, 1.0), (0.8, 0.3, 0.8)],
)  # fmt: skip
def test_after_force_picks_a_part(side, harm, expected) -> None:
    """A half rises, a fifth stays, the rest falls; where civilians are harmed 0.65 rises, the rest in proportion."""
    p = medians(
        attacks_after_force_side=side, attacks_after_harm_weight=0.65, collateral_per_fighter_killed=harm,
        attacks_after_force_rising=1.3, attacks_after_force_falling=0.8,
    )  # fmt: skip
    assert after_force(p) == expected


def test_memory_of_raids_raises_attacks() -> None:
    """Where raids are remembered in full, by the whole ratio."""
    p = medians(**CALM | {"attacks_after_force_rising": 1.3, "attacks_after_force_side": 0.1})

    def remember(s, n):
        s.memory[:] = [1.0, 0.5, 0.0, 0.0]

    s = month(p, change=remember)
    assert s.by_groups == pytest.approx([16 * 1.3, 12 * 1.3**0.5, 8, 4])
