"""Scores on draws and records no plan was made from: sums by hand, order of places, what is unknown stays unknown."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import toguna as tg
from tests.planning.test_posture import all_postings, scores, small
from toguna.core.errors import AskError, DataError, PlanError
from toguna.forecasting.risk_ahead import harm_at_places
from toguna.planning.naive import greedy, random_postings
from toguna.planning.posture import Cover, Demand
from toguna.planning.posture_solve import solve
from toguna.planning.read_mandate import read_mandate
from toguna.planning.resources import read_contribution, total
from toguna.planning.scoring import (
    achieved,
    averted_on_record,
    deaths_on_record,
    first_difference,
    held_out,
    only,
    paired,
    paired_on_record,
    recorded,
    score,
    shared_out,
)
from toguna.planning.situation import situation


def situated(country, seed):
    """The situation of a forecast with a seed, two months ahead."""
    risk = tg.forecast(country, months=2, grain="admin2", draws=120, seed=seed)
    offers = [read_contribution(name) for name in ("ecowas-afisma", "un-minusma-2013")]
    return situation(country, risk, read_mandate("protect-first"), total(offers)), risk


@pytest.fixture(scope="module")
def country():
    """The made-up country in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="module")
def now(country):
    """Its situation."""
    return situated(country, 1)[0]


def test_draws_held_out_are_those_of_the_other_forecast_place_by_place(country, now):
    """The same places in the same order, and at settlements just what harm by place makes of the other forecast."""
    other, risk = situated(country, 2)
    draws = held_out(now, other)
    harm = harm_at_places(country, risk)
    settled = len(harm.places)
    assert now.places["place_id"].tolist()[:settled] == harm.places["place_id"].tolist()
    share = now.places["admin2_pcode"].isin(now.places.loc[now.places["is_route"], "admin2_pcode"])[:settled] * 0.25
    expected = harm.draws[:, :, : draws.shape[2]] * (1 - share.to_numpy(float))[:, None, None]
    assert np.allclose(draws[:settled], expected)
    assert np.allclose(draws.sum(axis=0), harm.draws[:, :, : draws.shape[2]].sum(axis=0))
    assert not np.array_equal(draws, now.draws)


def test_other_places_and_draws_planned_on_are_refused(now):
    """A different order of places, other months, and the very draws of the plan."""
    with pytest.raises(PlanError, match="those the plan was made from"):
        held_out(now, now)
    with pytest.raises(PlanError, match="places of the other forecast"):
        held_out(now, replace(now, places=now.places.iloc[::-1]))
    with pytest.raises(PlanError, match="months of the other forecast"):
        held_out(now, replace(now, months=now.months[::-1]))


def by_hand():
    """Two places, two bases, one kind: one demand a tier, presence averts half."""
    near = sparse.csr_array(np.eye(2))
    problem = replace(
        small(1, places=2, bases=2, sites=1),
        available=np.array([[1], [0]]),
        demands=(
            Demand("aid", 1, np.array([[5.0], [3.0]]), (Cover(0, near),)),
            Demand("borders", 4, np.array([[0.0], [0.25]]), (Cover(0, near),), "deaths averted"),
            Demand("arms", 5, np.array([[0.0], [7.0]]), (Cover(0, near),)),
        ),
        harm=np.array([[1.0], [2.0]]),
        region=np.zeros(2, np.int64),
        barred=np.zeros((2, 2), bool),
        beds=np.full(2, np.inf),
        by_air=np.zeros(2, bool),
    )
    problem = replace(problem, options=(replace(problem.options[0], covers=(Cover(0, near),)),))
    first, second = np.zeros((2, 2, 1), np.int64), np.zeros((2, 2, 1), np.int64)
    first[0, 0], second[0, 1] = 1, 1
    return problem, first, second, np.array([[[0.0, 2, 4, 6]], [[8.0, 0, 0, 8]]])


def test_scores_are_the_sums_one_reckons_by_hand():
    """Half the deaths of the place held, draw by draw, and the borders' part as planned."""
    problem, first, second, draws = by_hand()
    found = achieved(problem, second, draws)
    assert {tier: value.tolist() for tier, value in found.items()} == {
        1: [3] * 4, 4: [4.25, 0.25, 0.25, 4.25], 5: [7] * 4
    }  # fmt: skip
    row = score(problem, first, draws).set_index("principle").loc[4]
    assert row["mean"] == 1.5
    assert row["worst_tenth"] == 0
    assert row["low"] == pytest.approx(0.15)
    assert row["high"] == pytest.approx(2.85)


def test_differences_are_taken_draw_by_draw():
    """Ours minus the other on the same draw: not the difference of two spreads."""
    problem, first, second, draws = by_hand()
    found = paired(problem, second, first, draws).set_index("principle")
    assert found.loc[1, ["ours", "other", "difference", "at_least_as_good"]].tolist() == [3, 5, -2, 0]
    assert found.loc[4, "difference"] == pytest.approx(np.mean([4.25, -0.75, -1.75, 1.25]))
    assert found.loc[4, "at_least_as_good"] == 0.5
    assert found.loc[4, "low"] == pytest.approx(np.quantile([4.25, -0.75, -1.75, 1.25], 0.05))
    same = paired(problem, first, first, draws)
    assert (same["difference"] == 0).all()
    assert (same["at_least_as_good"] == 1).all()


def test_the_order_of_principles_decides():
    """The first that differs counts; what a principle may give up to later ones is no defeat in it."""
    assert first_difference({1: 5.0, 4: 1.0}, {1: 4.0, 4: 9.0}) == 1
    assert first_difference({1: 5.0, 4: 1.0}, {1: 5.0, 4: 9.0}) == -4
    assert first_difference({1: 5.0, 4: 1.0}, {1: 5.0, 4: 1.0}) == 0
    eps = (0.02, 0, 0, 0, 0)
    assert first_difference({1: 4.9, 4: 2.0}, {1: 5.0, 4: 1.0}, eps) == 4
    assert first_difference({1: 4.8, 4: 2.0}, {1: 5.0, 4: 1.0}, eps) == -1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2, 4]))
def test_alone_no_posting_beats_the_optimum_of_its_principle(seed, tier):
    """Like for like: brute force, greedy and chance stay at or below it in the principle asked alone."""
    problem = replace(small(seed), equity=0.7, cvar_weight=0.5, eps=(0.1,) * 5)
    alone = only(problem, tier)
    draws = problem.harm[:, :, None]
    best = float(achieved(alone, solve(alone, time_limit=20).units, draws).get(tier, np.zeros(1))[0])
    assert best == pytest.approx(
        max(float(achieved(problem, units, draws)[tier][0]) for units in all_postings(problem)), abs=1e-4
    )
    for units in (greedy(alone), greedy(problem), random_postings(problem, seed)):
        assert achieved(problem, units, draws)[tier][0] <= best + 1e-4


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_one_more_unit_never_scores_less(seed):
    """Monotone in every principle and draw."""
    rng = np.random.default_rng(seed)
    problem = small(seed, months=2)
    draws = rng.random((5, 2, 7))
    units = random_postings(problem, seed)
    more = units.copy()
    more[rng.integers(2), rng.integers(3)] += 1
    before, after = achieved(problem, units, draws), achieved(problem, more, draws)
    assert all((after[tier] >= before[tier] - 1e-12).all() for tier in before)
    expected = achieved(problem, units, problem.harm[:, :, None])
    assert [float(expected[tier][0]) for tier in (1, 2, 4)] == pytest.approx(scores(problem, units))


def test_deaths_on_record_count_once_and_only_where_a_record_covers(country):
    """An event beside the record of a town is no second death; a partial sample covers no month."""
    whole = tg.read_country("ouadji")
    record = deaths_on_record(whole)
    events = whole.events
    assert record.columns[0] == events["date_start"].min()[:7]
    assert record.columns[-1] == events["date_start"].max()[:7]
    placed = events[events["admin2_pcode"].isin(record.index)]
    assert record.to_numpy().sum() == placed["fatalities"].sum()
    partial = replace(whole, tables={**whole.tables, "events": events.assign(is_partial=True)})
    assert deaths_on_record(partial).shape == (len(record), 0)
    mali = tg.read_country("mali")
    towns = mali.violence_monthly[mali.violence_monthly["unit_kind"] == "within_30km"]
    months = deaths_on_record(mali)
    assert months["2013-01"].sum() == towns.loc[towns["month"] == "2013-01", "fatalities"].sum() == 23
    assert months["1994-01"].sum() <= towns.loc[towns["month"] == "1994-01", "fatalities"].sum()
    assert "2018-01" not in months


def test_towns_that_see_the_same_deaths_count_them_once():
    """Two towns of an area: the higher counts; government and armed groups at one town add up."""
    whole = tg.read_country("ouadji")
    home = whole.places[whole.places["admin2_pcode"] != ""].iloc[0]
    row = {**whole.violence_monthly.iloc[0].to_dict(), "unit_kind": "within_30km", "month": "2013-01",
           "longitude": home["longitude"], "latitude": home["latitude"]}  # fmt: skip
    said = [("one", "government", 3.0), ("one", "non_state", 2.0), ("two", "government", 3.0)]
    rows = pd.DataFrame([{**row, "unit": unit, "perpetrator": who, "fatalities": dead} for unit, who, dead in said])
    bare = replace(whole, tables={**whole.tables, "violence_monthly": rows, "events": whole.events.iloc[:0]})
    record = deaths_on_record(bare)
    assert list(record.columns) == ["2013-01"]
    assert record.loc[home["admin2_pcode"], "2013-01"] == record.to_numpy().sum() == 5.0


def test_deaths_of_an_area_are_shared_out_as_the_forecast_was(now):
    """All of them, to its own places, in the proportions of the forecast."""
    areas = sorted(set(now.places["admin2_pcode"]))
    counts = pd.DataFrame({"2013-07": np.arange(1.0, len(areas) + 1)}, index=areas)
    found = shared_out(now, counts)
    back = pd.Series(found[:, 0]).groupby(now.places["admin2_pcode"].to_numpy()).sum()
    assert np.allclose(back.loc[areas], counts["2013-07"])
    expected = pd.Series(now.problem.harm.sum(axis=1)).groupby(now.places["admin2_pcode"].to_numpy()).transform("sum")
    told = expected.to_numpy() > 0
    share = now.problem.harm.sum(axis=1)[told] / expected[told]
    assert np.allclose(found[told, 0] / back.loc[now.places["admin2_pcode"][told]].to_numpy(), share)


def test_months_without_a_record_stay_unknown(country, now):
    """Missing is not zero: such a month averts neither nothing nor something."""
    whole = tg.read_country("ouadji")
    harm = recorded(now, whole)
    assert np.isfinite(harm).all()
    units = random_postings(now.problem, 1)
    assert 0 <= averted_on_record(now.problem, units, harm) <= harm.sum()
    bare = replace(whole, tables={**whole.tables, "events": whole.events.iloc[:0]})
    unknown = recorded(now, bare)
    assert np.isnan(unknown).all()
    assert np.isnan(averted_on_record(now.problem, units, unknown))
    half = harm.copy()
    half[:, 0] = np.nan
    later = units.copy()
    later[:, :, 0] = 0
    assert averted_on_record(now.problem, units, half) == pytest.approx(averted_on_record(now.problem, later, harm))
    with pytest.raises(AskError, match="Read the pack without it"):
        recorded(now, country)


def test_start_months_are_compared_in_pairs():
    """A constant difference has no spread; unknown starts are left out of both; one start is too few."""
    rng = np.random.default_rng(1)
    other = rng.random(30)
    found = paired_on_record(other + 0.5, other, seed=1)
    assert found["difference"] == pytest.approx(0.5)
    assert found["low"] == pytest.approx(0.5)
    assert found["high"] == pytest.approx(0.5)
    assert found["at_least_as_good"] == 1
    holes = other.copy()
    holes[:10] = np.nan
    assert paired_on_record(holes, other, seed=1)["starts"] == 20
    with pytest.raises(DataError, match="Score at least two"):
        paired_on_record(other[:1], other[:1], seed=1)
