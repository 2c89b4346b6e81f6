"""Whole draws: nothing is lost or made up, chances are paired, and threads and parts change nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.comparison.made_up import (
    MONTHS,
    SHIPPED,
    any_effort,
    by_area,
    effort,
    grounds,
    measure,
    medians,
    row_of_four,
    start,
    table_of,
    within_bounds,
)
from toguna.comparison.ground import nobody
from toguna.comparison.many import simulate_all
from toguna.comparison.measures import NAMES
from toguna.comparison.parameters import draw, records
from toguna.comparison.simulate import MONTHLY, simulate, step

DRAWS = records(draw(SHIPPED, 150, seed=2))
SOMEBODY = effort(
    soldiers=by_area(400, 300, 0, 100), police=by_area(0, 50, 0, 20), raids=1.0, captures=1.0, escorted=0.5,
    supports_army=1.0, monitored=0.5, ddr_teams=2.0, dialogue=0.7, watched=0.4, secured=0.3, relief=1e5, un=900.0,
)  # fmt: skip
FLOW = ("held", "tried", "left", "in_ddr", "reintegrated", "dead")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), grounds())
def test_nothing_is_lost_or_made_up(seed, g) -> None:
    """Fighters and arms add up over a whole draw; every measure is a number and none is below nothing."""
    rng = np.random.default_rng(seed)
    table = within_bounds(np.where(rng.random((3, len(SHIPPED))) < 0.3, rng.integers(0, 2, (3, 1)), rng.random((3, 1))))
    months = int(rng.integers(1, 25))
    values, monthly, pools = simulate(g, any_effort(len(g.people), months, seed), table, 1, threads=1)
    fighters, arms = measure(values, "fighters"), measure(values, "arms_at_large")
    assert pools["fighters_start"] + pools["joined"] - pools["went"] == pytest.approx(
        fighters + sum(pools[name] for name in FLOW), rel=1e-9, abs=1e-6
    )
    assert pools["arms_start"] + pools["leaked"] + pools["came_in"] == pytest.approx(
        arms + pools["worn"] + pools["seized"] + pools["collected"], rel=1e-9, abs=1e-6
    )
    assert np.isfinite(values).all()
    assert np.isfinite(monthly).all()
    assert values.min() >= -1e-9
    assert monthly.min() >= -1e-6
    assert (measure(values, "civilians_killed") <= 3 * 0.001 * g.people.sum() * months * (1 + 1e-9)).all()
    for name in ("order", "vote_within_reach", "process"):
        assert (measure(values, name) <= 1 + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), grounds())
def test_displaced_people_are_people(seed, g) -> None:
    """Month by month, no area has more displaced than people, and each changes by those who flee less who return."""
    rng = np.random.default_rng(seed)
    p = within_bounds(rng.random((1, len(SHIPPED))))[0]
    _, s, n = start(p, g, float(rng.choice(g.deaths)))
    areas = len(g.people)
    e, aid = any_effort(areas, 8, seed), np.ones(areas)
    for t in range(8):
        away = s.inside + s.abroad
        assert (away <= g.people * (1 + 1e-9)).all()
        step(p, g, e, s, n, t, rng.normal(), rng.random(4), np.exp(0.5 * rng.normal(size=areas)), aid)
        killed = s.by_groups + s.by_state + s.by_force
        fled = np.minimum(p["flight_per_death"] * killed, 0.1 * np.maximum(np.maximum(g.people, 1) - away, 0))
        calm = 1 / (1 + s.recent * 100_000 / np.maximum(g.people, 1) / 0.5)
        assert s.inside + s.abroad == pytest.approx(away * (1 - p["return_monthly"] * calm) + fled)
        assert min(s.inside.min(), s.abroad.min(), s.fighters.min(), s.arms.min(), s.stocks.min()) >= 0


def test_measures_are_sums_of_their_parts() -> None:
    """Killed by side add up to those killed; months to the whole; deaths on routes are part of those by groups."""
    values, monthly, _ = simulate(row_of_four(), SOMEBODY, DRAWS, 1)
    sides = sum(measure(values, f"killed_by_{side}") for side in ("groups", "state", "intervening"))
    assert measure(values, "civilians_killed") == pytest.approx(sides)
    assert (measure(values, "killed_on_routes") <= measure(values, "killed_by_groups") + 1e-9).all()
    by_month = dict(zip(MONTHLY, np.moveaxis(monthly.astype(float), 2, 0), strict=True))
    assert by_month["civilians_killed"].sum(axis=1) == pytest.approx(measure(values, "civilians_killed"), rel=1e-5)
    assert by_month["displaced"].mean(axis=1) == pytest.approx(measure(values, "displaced"), rel=1e-5)
    assert by_month["not_reached"].mean(axis=1) == pytest.approx(measure(values, "not_reached"), rel=1e-5)
    assert by_month["fighters"][:, -1] == pytest.approx(measure(values, "fighters"), rel=1e-5)
    assert by_month["process"][:, -1] == pytest.approx(measure(values, "process"), rel=1e-5)
    assert (by_month["deaths"] >= by_month["civilians_killed"] - 1e-3).all()


def test_costs_by_hand() -> None:
    """1,200 of the UN, 600 African-led and 300 national for a year, and US$ 100,000 of aid a month; nobody in DDR."""
    p = medians(cost_un=70_000, cost_african=60_000, cost_national_ratio=2, exhaustion_per_death=0)
    e = effort(un=1_200.0, african=600.0, national=300.0, relief=1e5)
    values, _, _ = simulate(row_of_four(), e, table_of(p), 1)
    expected = 1_200 * 70_000 + 600 * 60_000 + 300 * 140_000 + 12 * 1e5
    assert measure(values, "cost") == pytest.approx(expected / 1e6)


def test_a_programme_is_paid_for_those_it_takes_in() -> None:
    """A thousand places do not cost more than those who come, nor those who come more than the places."""
    p = medians(cost_ddr=2_000, ddr_places_per_team=10, exit_monthly=0.1)
    values, _, _ = simulate(row_of_four(), effort(ddr_teams=1.0), table_of(p), 1)
    assert measure(values, "cost") == pytest.approx(12 * 10 * 2_000 / 1e6)  # ten places, hundreds ask


def test_threads_and_parts_change_nothing() -> None:
    """One thread or two, whole or from the middle on, in one process or several: the same to the last bit."""
    g = row_of_four(deaths=np.array([50.0, 100.0, 200.0]))
    whole = simulate(g, SOMEBODY, DRAWS, 3)
    for other in (simulate(g, SOMEBODY, DRAWS, 3, threads=1), simulate(g, SOMEBODY, DRAWS, 3, threads=3)):
        assert all((a == b).all() for a, b in zip(whole, other, strict=True))
    late = simulate(g, SOMEBODY, DRAWS[70:], 3, first=70)
    assert all((a[70:] == b).all() for a, b in zip(whole, late, strict=True))
    table = pd.DataFrame(DRAWS)
    values, monthly = simulate_all(g, [nobody(4, MONTHS), SOMEBODY], table, 3)
    assert (values[1] == whole[0]).all()
    assert (monthly[1] == whole[1]).all()


def test_another_seed_brings_other_chances() -> None:
    """And the same seed the same."""
    one, same, other = (simulate(row_of_four(), SOMEBODY, DRAWS, seed)[0] for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any(axis=1).all()


def test_chances_are_paired() -> None:
    """Mandates that send nobody share all chances, whatever their rules; soldiers change no drought."""
    plain = simulate(row_of_four(), effort(), DRAWS, 1)
    other = effort(raids=1.0, captures=1.0, heavy=2.0, police_first=1.0, quiet_months=1)
    assert all((a == b).all() for a, b in zip(plain, simulate(row_of_four(), other, DRAWS, 1), strict=True))
    with_force = simulate(row_of_four(), SOMEBODY, DRAWS, 1)
    assert (plain[2]["drought"] == with_force[2]["drought"]).all()
    assert (plain[0] != with_force[0]).any(axis=1).all()


def test_the_first_month_expects_the_deaths_of_the_start() -> None:
    """Over many chances the mean is 50 of 100 deaths, by parameters that drought does not touch."""
    p = medians(conflict_per_drought=1, conflict_per_price=1)
    g = row_of_four()
    values, _, _ = simulate(g, nobody(4, 1), table_of(p, 4_000), 1)
    found = measure(values, "civilians_killed")
    assert found.mean() == pytest.approx(50, abs=4 * found.std() / 4_000**0.5)
    assert values.shape == (4_000, len(NAMES))
