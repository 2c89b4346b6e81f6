"""Civilians: trust, livelihoods, flight, return, need, help and hunger, a month worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.comparison.made_up import AREAS, any_effort, effort, grounds, medians, row_of_four, start, within_bounds
from toguna.comparison.civilians import aid_incidents, flee_and_return, help_and_hunger, live
from toguna.comparison.parameters import mechanisms, without
from toguna.comparison.state import MOST_AWAY


def test_aid_changes_nothing_where_nothing_changes() -> None:
    """Deaths at the start are those with aid unprotected; a corridor held in full has the ratio of the two."""
    p, aid = medians(incidents_aid_unprotected=1.2, incidents_aid_in_corridor=0.9), np.zeros(AREAS)
    aid_incidents(p, effort(), 0, 1.0, aid)
    assert (aid == 1).all()
    aid_incidents(p, effort(escorted=1.0), 0, 1.0, aid)
    assert aid == pytest.approx(np.full(AREAS, 0.75))
    aid_incidents(p, effort(escorted=1.0), 0, 0.5, aid)
    assert aid == pytest.approx(np.full(AREAS, 0.75**0.5))


def test_livelihoods_and_trust_by_hand() -> None:
    """Area 0 has 100,000 people: 30 killed, 6 of them by the state and 4 by those sent, in a drought of 2."""
    p = medians(
        livelihood_per_drought=0.1, livelihood_per_violence=0.02, alienation_per_harm=0.05, cooperation_recovery=0.1,
        cooperation_start=0.4,
    )  # fmt: skip
    g, s, n = start(p)
    n["drought"] = 2.0
    s.recent[0], s.cooperation[0], s.presence[0] = 15.0, 0.4, 0.5
    s.by_groups[0], s.by_state[0], s.by_force[0] = 20.0, 6.0, 4.0
    live(p, g, s, n)
    assert s.recent[0] == pytest.approx(20.0)  # 15 + (30 - 15) / 3
    assert s.livelihoods[0] == pytest.approx(1 - 0.2 - 0.02 * 2)  # 20 of 100,000 are 2 per 10,000
    left = 0.4 * np.exp(-0.05 * 10)  # 10 harmed of 100,000
    best = 0.4 + 0.5 * 0.5 * 0.6
    assert s.cooperation[0] == pytest.approx(left + 0.1 * (best - left))


def test_flight_and_return_by_hand() -> None:
    """Ten are killed where 100,000 are from: 5,000 flee, two in five abroad; half of a tenth return."""
    p = medians(flight_per_death=500, abroad_share=0.4, return_monthly=0.1)
    g, s, _ = start(p)
    s.inside[:], s.abroad[:] = 0, 0
    s.inside[0], s.abroad[0], s.by_groups[0], s.recent[0] = 8_000.0, 4_000.0, 10.0, 0.5
    flee_and_return(p, g, s)
    assert s.inside[0] == pytest.approx(8_000 + 3_000 - 8_000 * 0.05)
    assert s.abroad[0] == pytest.approx(4_000 + 2_000 - 4_000 * 0.05)
    assert not s.inside[1:].any()


def test_no_more_than_a_tenth_of_those_at_home_flee() -> None:
    """However many are killed."""
    p = medians(flight_per_death=5_000, abroad_share=0.5, return_monthly=0.1)
    g, s, _ = start(p)
    s.inside[:], s.abroad[:], s.by_groups[:], s.recent[:] = 0, 0, 1_000.0, 1e9
    flee_and_return(p, g, s)
    assert s.inside + s.abroad == pytest.approx(0.1 * g.people)


def test_help_by_hand() -> None:
    """1,000 displaced inside and 500 abroad, a third of the corridors held; then aircraft; then money is what lacks."""
    p = medians(
        reach_with_escort=0.8, reach_without_escort=0.5, need_in_drought=0.05, funded_share=0.9, aid_cost_per_person=20,
        lift_for_relief=0.25, baseline_mortality=0.3, mortality_cut_off=0.8, mortality_access_held=0.4,
    )  # fmt: skip
    g, s, n = start(p)
    s.inside[:], s.abroad[:] = 0, 0
    s.inside[0], s.abroad[0] = 1_000.0, 500.0
    reached, need, dead = help_and_hunger(p, g, effort(escorted=1 / 3), s, n, 0)
    assert (reached, need) == pytest.approx((1_000 * 0.6 + 500 * 0.8, 1_500))
    assert dead == pytest.approx((0.5 * 500 + 0.1 * 1_000) * 30.44 / 10_000)
    # 0.1 t a day for a month, a quarter for relief, at 0.555 kg a day.
    flown = 0.1 * 30.44 * 0.25 / (0.000555 * 30.44)
    reached, _, _ = help_and_hunger(p, g, effort(escorted=1 / 3, lift=0.1), s, n, 0)
    assert reached == pytest.approx(1_000 + flown)
    paid = medians(**{name: p[name] for name in p.dtype.names} | {"funded_share": 0.5})
    assert help_and_hunger(paid, g, effort(escorted=1.0), s, n, 0)[0] == pytest.approx(750)
    assert help_and_hunger(paid, g, effort(escorted=1.0, relief=1_000.0), s, n, 0)[0] == pytest.approx(800)


def test_drought_brings_need_among_those_at_home() -> None:
    """Displaced people are in need already; those in need by drought do not die in excess."""
    p = medians(need_in_drought=0.05, mortality_cut_off=0.8, baseline_mortality=0.8)
    g, s, n = start(p)
    n["drought"] = 2.0
    away = s.inside.sum() + s.abroad.sum()
    _, need, dead = help_and_hunger(p, g, effort(), s, n, 0)
    assert need == pytest.approx(away + 0.1 * (g.people.sum() - away))
    assert dead == 0


def test_help_never_kills() -> None:
    """In a draw with a higher mortality where access is held, more help brings no more deaths."""
    p = medians(mortality_cut_off=0.5, mortality_access_held=0.9, baseline_mortality=0.3)
    g, s, n = start(p)
    few, many = (help_and_hunger(p, g, effort(escorted=share), s, n, 0)[2] for share in (0.0, 1.0))
    assert many <= few


@settings(deadline=None)  # the first example compiles
@given(st.integers(0, 2**32 - 1), grounds())
def test_more_escorts_aircraft_and_money_reach_no_fewer(seed, g) -> None:
    """With the same people in need, whatever the parameters."""
    rng = np.random.default_rng(seed)
    p = within_bounds(rng.random((1, len(medians()))))[0]
    _, s, n = start(p, g)
    n["drought"] = rng.normal()
    less = any_effort(len(g.people), 2, seed)
    more = less._replace(
        escorted=np.minimum(less.escorted + rng.random(), 1), lift=less.lift + 1.0, relief=less.relief + 1e5
    )
    a, b = (help_and_hunger(p, g, one, s, n, 0) for one in (less, more))
    assert b[0] >= a[0] * (1 - 1e-12)
    assert a[1] == b[1]
    assert b[2] <= a[2] * (1 + 1e-9) + 1e-9


def test_displaced_people_do_not_outnumber_an_area_at_the_start() -> None:
    """Where violence lies in a small area, those counted beyond its people come from the others."""
    g = row_of_four(from_area=np.array([0.0, 0.0, 1.0, 0.0]), inside=80_000.0, refugees=20_000.0)
    _, s, _ = start(medians(), g)
    away = s.inside + s.abroad
    assert away.sum() == pytest.approx(100_000)
    assert away[2] == pytest.approx(MOST_AWAY * 50_000)
    assert (away <= MOST_AWAY * g.people + 1e-6).all()
    assert s.inside == pytest.approx(4 * s.abroad)


def test_uncounted_displaced_are_taken_from_those_abroad() -> None:
    """With two in five abroad, 10,000 refugees stand for 15,000 inside."""
    _, s, _ = start(medians(abroad_share=0.4), row_of_four(inside=np.nan))
    assert (s.inside.sum(), s.abroad.sum()) == pytest.approx((15_000, 10_000))


def test_every_mechanism_can_be_left_out_at_the_start() -> None:
    """Also flight, with people who fled in the year before."""
    import pandas as pd

    from tests.comparison.made_up import SHIPPED, table_of
    from toguna.comparison.parameters import records

    table = pd.DataFrame(table_of(medians(), 1))
    for mechanism in mechanisms(SHIPPED):
        p = records(without(SHIPPED, table, mechanism))[0]
        _, s, n = start(p, row_of_four(fled=100_000.0))
        assert np.isfinite(s.fighters).all(), mechanism
        assert n["fighters_start"] >= 100 * p["fighters_per_death"] - 1e-9
