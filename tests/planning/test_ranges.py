"""Ranges: proved against a dense grid of brute force, and what is said of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toguna as tg
from tests.planning.test_posture import all_postings, small
from toguna.core.errors import PlanError
from toguna.planning.mandate import Task
from toguna.planning.posture import tier_value, worst_region
from toguna.planning.posture_solve import solve
from toguna.planning.ranges import _Effect, ranges, uncertain
from toguna.planning.read_mandate import read_mandate
from toguna.planning.situation import Situation
from toguna.planning.units import read_kinds

TOWNS, ROUTES = Task.PROTECT_TOWNS, Task.PATROL_ROUTES


def made_up(seed, **changes):
    """A small random problem with tasks of the mandate as options, and names around it."""
    problem = small(seed, places=6)
    told = zip(problem.options, (TOWNS, ROUTES), (0.25, 0.15), strict=True)
    options = tuple(replace(one, name=task.value, effect=effect) for one, task, effect in told)
    factors = np.random.default_rng(seed).gamma(2.0, 0.5, (2, 1, 20))
    problem = replace(
        problem,
        available=problem.available + 1,
        options=options,
        demands=problem.demands[:1],
        region=np.arange(6) % 2,
        factors=factors / factors.mean(axis=2, keepdims=True),
        **changes,
    )
    places = pd.DataFrame({"region": [f"region {one}" for one in problem.region]})
    kinds = tuple(read_kinds().values())[:2]
    return Situation(problem, kinds, pd.DataFrame(), places, ((),), ((),), (), problem.harm[:, :, None])


def best_of(problem, first, postings):
    """The best protection by brute force, under the floors of the first principle and of the region worst off."""
    kept = [units for units in postings if tier_value(problem, units, 1) >= first - 1e-6]
    floor = problem.equity * max(worst_region(problem, units) for units in kept) if problem.equity else -1.0
    return max(tier_value(problem, units, 4) for units in kept if not worst_region(problem, units) < floor - 1e-9)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5]), st.sampled_from([0.0, 0.5]))
def test_what_is_said_holds_at_every_value_of_a_dense_grid(seed, cvar_weight, equity):
    """Within the range no posting is better by more than said; where another is said to be better, it is."""
    now = made_up(seed, cvar_weight=cvar_weight, equity=equity)
    mandate = read_mandate("protect-first")
    answer = solve(now.problem, time_limit=10)
    if not any(one.tier == 4 and one.value > 0 for one in answer.tiers):
        return
    found = ranges(now, answer, mandate, within=0.02, parameters=["effect of protect towns"], steps=2)
    (row,) = found.table.to_dict("records")
    postings = list(all_postings(now.problem))
    first = next((one.value for one in answer.tiers if one.tier == 1), 0.0)
    allowed = found.given + found.within
    assert found.given <= 1e-3
    for value in np.linspace(row["low"], row["high"], 23):
        there = _Effect(TOWNS)(now.problem, float(value))
        best = best_of(there, first, postings)
        short = 1 - tier_value(there, answer.units, 4) / best if best > 0 else 0.0
        if row["stays_from"] <= value <= row["stays_to"]:
            assert short <= allowed + 1e-3
        if value == row["low"]:
            assert short <= row["at_low_most"] + 1e-3
        if value == row["high"]:
            assert short <= row["at_high_most"] + 1e-3
    assert row["at_low"] <= row["at_low_most"]
    for end in (row["better_below"], row["better_above"]):
        if not np.isnan(end):
            there = _Effect(TOWNS)(replace(now.problem, equity=0.0), end)
            assert 1 - tier_value(there, answer.units, 4) / best_of(there, first, postings) > allowed
    if not np.isnan(row["stays_from"]):
        assert not row["better_below"] >= row["stays_from"]
        assert not row["better_above"] <= row["stays_to"]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 1.0]))
def test_protection_reckoned_apart_is_what_the_solver_says(seed, cvar_weight):
    """The whole objective of principle 4: mean, worst draws."""
    problem = made_up(seed, cvar_weight=cvar_weight).problem
    found = solve(problem, time_limit=10)
    for one in found.tiers:
        assert tier_value(problem, found.units, one.tier) == pytest.approx(one.kept, rel=1e-5, abs=1e-6)
        assert one.kept <= one.bound * (1 + 1e-5) + 1e-6


def test_a_plan_that_another_beats_is_told_from_where():
    """One unit, two towns served by either of two tasks: by hand the other is better where its effect is above 0.25."""
    from scipy import sparse

    from toguna.planning.posture import Cover

    now = made_up(1)
    towns, routes = (replace(one, effect=0.25 - 0.1 * at, covers=(Cover(at, sparse.csr_array(np.ones((1, 1)))),))
                     for at, one in enumerate(now.problem.options))  # fmt: skip
    problem = replace(
        now.problem, available=np.ones((2, 1), np.int64), demands=(), harm=np.array([[10.0]]), region=np.zeros(1, int),
        factors=np.ones((1, 1, 4)), options=(towns, routes), barred=np.zeros((2, 1), bool), beds=np.array([10.0]),
        by_air=np.zeros(1, bool),
    )  # fmt: skip
    now = replace(now, problem=problem, places=now.places.iloc[:1])
    answer = solve(problem)
    assert answer.units[:, 0, 0].tolist() == [1, 0]
    found = ranges(now, answer, read_mandate("protect-first"), steps=6)
    row = found.table.set_index("parameter").loc["effect of patrol routes"]
    assert row["stays_from"] == 0
    assert 0.23 <= row["stays_to"] <= 0.25 / 0.99 + 1e-4
    assert 0.25 / 0.99 - 1e-4 <= row["better_above"] <= 0.28
    assert row["at_high"] == pytest.approx(1 - 0.25 / 0.4, abs=1e-3)
    assert "another plan is better by more for sure" in row["says"]
    assert "below 0 it does harm" in row["says"]
    assert "Harm higher or lower in all regions alike changes no plan." in str(found)
    assert not any(name.startswith("harm in") for name in found.table["parameter"])


def test_harm_of_one_region_is_varied_and_what_is_asked_must_exist():
    """Each region with harm is a parameter; unknown ones and situations without a plan are refused."""
    now, mandate = made_up(5), read_mandate("protect-first")
    names = [one.name for one in uncertain(now, mandate)]
    assert names[:2] == ["effect of protect towns", "effect of patrol routes"]
    assert names[2:] == ["harm in region 0", "harm in region 1"]
    answer = solve(now.problem)
    with pytest.raises(PlanError, match="no parameter 'luck'"):
        ranges(now, answer, mandate, parameters=["luck"])
    with pytest.raises(PlanError, match="alone has no plan"):
        ranges(now)
    found = ranges(now, answer, mandate, parameters=names[2:3], steps=1)
    assert found.table["low"].tolist() == [0.25]
    assert (found.table["at_low"] <= found.table["at_low_most"]).all()


def test_the_made_up_country_has_ranges():
    """A plan brings its own situation, answer and mandate; what it leaves to arms and DDR is not counted."""
    country = tg.read_country("ouadji", as_of="2013-06")
    risk = tg.forecast(country, months=1, grain="admin2", draws=100)
    plan = tg.plan(country, risk, time_limit=10)
    found = ranges(plan, steps=1, parameters=["effect of protect towns"])
    assert len(found.table) == 1
    assert 0 <= found.given <= 0.06
    assert found.table["stays_from"].iloc[0] <= 0.25 <= found.table["stays_to"].iloc[0]
