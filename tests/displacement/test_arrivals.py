"""Arrivals: counts by hand, nobody lost between months and days, nothing of the future, and who is served."""

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.displacement import arrivals
from toguna.displacement.arrivals import (
    baseline,
    best,
    camp_rises,
    forecast_arrivals,
    monthly_deaths,
    read_arrivals_coefficients,
    yearly_flows,
)
from toguna.displacement.lagged_counts import Hurdle, crps, lag_weights, lagged, monthly_to_daily

CAMPS, FLOWS = "2013-02", "2012-01"  # as-of months at which Mali's forecast stands on camp counts and on yearly flows


@pytest.fixture(scope="module")
def fit_script():
    """The script that made the shipped coefficients."""
    path = Path(__file__).resolve().parents[2] / "scripts" / "fit_arrivals.py"
    spec = importlib.util.spec_from_file_location("fit_arrivals", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def counts(country, rows):
    """The country with these displacement rows instead of its own."""
    columns = ["date", "measure", "group", "origin", "host", "place_id", "people", "source"]
    table = pd.DataFrame(rows, columns=columns)
    table["published"], table["basis"] = pd.to_datetime(table["date"]), "made up"
    return replace(country, tables={**country.tables, "displacement": table})


def camp(day, people, place="camp-a", source="one"):
    return (day, "stock", "refugees", "XOU", "XNA", place, float(people), source)


def flow(year, people, *, group="refugees", host="XNA", source="one"):
    return (f"{year}-12-31", "flow", group, "XOU", host, "", float(people), source)


def scored(coefficients, ground, candidate, score):
    """The coefficients with a back-test in which the candidate scored so."""
    table = coefficients.skill[ground].copy()
    table.loc[table["candidate"] == candidate, "crps"] = score
    return replace(coefficients, skill={**coefficients.skill, ground: table})


def test_lag_weights_by_hand():
    """Halving over seven months: 64, 32 ... 1 of 127."""
    assert lag_weights(0.5) == pytest.approx(np.array([64, 32, 16, 8, 4, 2, 1]) / 127)
    weights = lag_weights(0.6)
    assert weights.sum() == pytest.approx(1.0)
    assert (np.diff(weights) < 0).all()
    assert lag_weights(0.0).tolist() == [1, 0, 0, 0, 0, 0, 0]
    with pytest.raises(AskError, match="decay"):
        lag_weights(1.2)


def test_lagged_violence_is_spread_on_the_months_after_and_none_is_lost():
    one = np.zeros((12, 2))
    one[1, 1] = 10.0
    spread = lagged(one, 0.5)
    assert spread[:, 0].tolist() == [0.0] * 12
    assert spread[0, 1] == 0.0
    assert spread[1:8, 1] == pytest.approx(10 * lag_weights(0.5))
    assert spread.sum() == pytest.approx(10.0)
    assert lagged(np.ones(2), 0.5) == pytest.approx(np.array([64, 96]) / 127)


def test_hurdle_by_hand():
    fit = Hurdle(chance=(0.0, 1.0), size=(2.0, 1.0), sigma=0.5, ceiling=4.0)
    row = np.array([1.0, 1.0])
    flees = np.array([[-9.0, 0.0], [9.0, 0.0], [-9.0, 1.0], [-9.0, 50.0]])
    assert fit.people(row, flees) == pytest.approx(np.expm1([3.0, 0.0, 3.5, 4.0]))


def test_crps_of_one_draw_is_the_absolute_error():
    assert crps(np.array([[3.0], [7.0]]), np.array([5.0, 7.0])).tolist() == [2.0, 0.0]


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30),
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    st.integers(0, 30),
)
def test_every_person_of_a_month_falls_on_a_day_of_it(people, first, short):
    start, last = Month.of(first), Month.of(first) + (len(people) - 1)
    end = last.last_day.toordinal() - short
    days = max(end, max(first, last.first_day).toordinal()) - first.toordinal() + 1
    daily = monthly_to_daily(np.array([people, people[::-1]]), first, days)
    assert daily.shape == (2, days)
    assert (daily >= 0).all()
    month_of = np.array([Month.of(date.fromordinal(first.toordinal() + day)).since(start) for day in range(days)])
    for month, one in enumerate(people):
        here = daily[0, month_of == month]
        assert here.sum() == one
        assert here.max() - here.min() <= 1


def test_months_and_days_must_meet():
    with pytest.raises(AskError, match="2 calendar months"):
        monthly_to_daily([5], date(2013, 1, 31), 2)
    with pytest.raises(AskError, match="1 day"):
        monthly_to_daily([5], date(2013, 1, 31), 0)
    for people in ([1.5], [-1], [np.nan]):
        with pytest.raises(DataError, match="whole numbers"):
            monthly_to_daily(people, date(2013, 1, 1), 3)


def test_camp_rises_by_hand(ouadji):
    rows = [camp("2012-01-31", 100), camp("2012-02-29", 160), camp("2012-03-31", 130)]
    rows += [camp("2012-02-29", 50, "camp-b"), camp("2012-03-31", 70, "camp-b")]
    rows += [camp("2012-01-31", 999, source="old"), camp("2012-02-15", 5, source="old")]
    assert camp_rises(counts(ouadji, rows)) == {Month(2012, 2): 60.0, Month(2012, 3): 0.0}


def test_no_line_is_drawn_over_a_long_gap_and_months_are_in_a_row(ouadji):
    rows = [camp("2012-01-31", 100), camp("2012-02-29", 160), camp("2013-01-31", 900), camp("2013-02-28", 910)]
    assert camp_rises(counts(ouadji, rows)) == {Month(2013, 2): 10.0}


def test_people_of_other_countries_and_counts_of_later_months_are_left_out(ouadji):
    other = ("2012-02-29", "stock", "refugees", "XNA", "XBE", "camp-a", 5000.0, "one")
    rows = [camp("2012-01-31", 100), camp("2012-02-29", 160), other, camp("2016-03-31", 900), camp("2016-04-30", 999)]
    assert camp_rises(counts(ouadji, rows)) == {Month(2012, 2): 60.0}


def test_yearly_flows_by_hand(ouadji):
    rows = [flow(2008, 40), flow(2008, 10, host="XBE"), flow(2008, 50, source="two"), flow(2010, 7)]
    rows += [flow(2011, 3, group="asylum_seekers"), flow(2010, 90, host="XOU")]
    assert yearly_flows(counts(ouadji, rows)) == {2008: 50.0, 2009: 0.0, 2010: 7.0, 2011: 0.0}
    assert yearly_flows(counts(ouadji, [])) == {}


def test_deaths_skip_inflated_rows_and_months_before_a_gap(ouadji):
    table = ouadji.violence_monthly
    inflated = table.assign(fatalities=1e6, is_rescaled=True, source="inflated")
    kept = table[table["month"] != "2013-06"]
    country = replace(ouadji, tables={**ouadji.tables, "violence_monthly": pd.concat([kept, inflated])})
    found = monthly_deaths(country)
    assert min(found) == Month(2013, 7)
    assert max(found.values()) < 1e6
    assert sum(monthly_deaths(ouadji).values()) == table["fatalities"].sum()


@pytest.mark.parametrize(("as_of", "ground"), [(CAMPS, "camp counts"), (FLOWS, "yearly flows")])
def test_forecast_is_whole_people_by_draw_and_month_and_its_seed_makes_it_again(mali, as_of, ground):
    country = mali.seen_from(as_of)
    one = forecast_arrivals(country, 7, draws=50, seed=4)
    assert one.people.shape == (50, 7)
    assert one.people.dtype == np.int64
    assert (one.people >= 0).all()
    assert [month.since(country.month) for month in one.months] == [1, 2, 3, 4, 5, 6, 7]
    assert one.ground == ground
    assert one.served == best(one.skill)
    assert {"horizon", "candidate", "crps", "mae", "within_50", "within_90", "n"} == set(one.skill)
    assert (one.made_from.seed, one.made_from.parameters["as_of"], one.made_from.parameters["months"]) == (4, as_of, 7)
    assert np.array_equal(one.people, forecast_arrivals(country, 7, draws=50, seed=4).people)
    assert not np.array_equal(one.people, forecast_arrivals(country, 7, draws=50, seed=5).people)
    assert one.served in str(one)


@pytest.mark.parametrize(("pack", "as_of"), [("mali", "2012-06"), ("mali", CAMPS), ("mali", None), ("ouadji", None)])
def test_every_pack_and_month_gives_a_forecast_with_its_score(pack, as_of, request):
    country = request.getfixturevalue(pack)
    found = forecast_arrivals(country.seen_from(as_of) if as_of else country, 6)
    crps_of = found.skill.groupby("candidate")["crps"].mean()
    assert found.people.shape == (200, 6)
    assert {"model", "zero", "last value", "own history"} <= set(crps_of.index)
    assert crps_of[found.served] == crps_of.min()
    assert any("served: CRPS" in remark for remark in found.remarks)


@pytest.mark.parametrize("as_of", [CAMPS, FLOWS, "2014-07", "2023-01"])
def test_nothing_published_later_moves_a_draw(mali, as_of):
    before = forecast_arrivals(mali.seen_from(as_of), 9, draws=40).people
    tables = dict(mali.tables)
    for name, column in (("displacement", "people"), ("violence_monthly", "fatalities")):
        table = tables[name].copy()
        later = table["published"] > pd.Timestamp(Month.parse(as_of).last_day)
        assert later.any()
        table.loc[later, column] = table.loc[later, column] * 7 + 1000
        tables[name] = table
    changed = replace(mali, tables=tables)
    assert np.array_equal(before, forecast_arrivals(changed.seen_from(as_of), 9, draws=40).people)
    for name, column in (("displacement", "people"), ("violence_monthly", "fatalities")):
        tables[name] = tables[name].assign(**{column: tables[name][column] * 7})
    seen = replace(mali, tables=tables).seen_from(as_of)
    assert not np.array_equal(before, forecast_arrivals(seen, 9, draws=40).people)


def test_no_coefficient_of_later_years_or_of_the_own_country_is_used(mali, monkeypatch):
    shipped, country = read_arrivals_coefficients(), mali.seen_from(FLOWS)
    absurd = Hurdle((9.0, 0.0, 0.0), (12.0, 0.0, 0.0), 0.1, 12.5)
    last = max(yearly_flows(country))
    assert min(shipped.years) < last < max(shipped.years)
    years = {year: fits if year <= last else (absurd,) * len(fits) for year, fits in shipped.years.items()}
    camps = {code: fit if code == "MLI" else absurd for code, fit in shipped.camps.items()}
    before = [forecast_arrivals(mali.seen_from(month), 6).people for month in (CAMPS, FLOWS)]
    changed = replace(shipped, years=years, camps=camps)
    monkeypatch.setattr(arrivals, "read_arrivals_coefficients", lambda: changed)
    after = [forecast_arrivals(mali.seen_from(month), 6).people for month in (CAMPS, FLOWS)]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize(("as_of", "ground"), [(CAMPS, "camp counts"), (FLOWS, "yearly flows")])
def test_where_a_baseline_scores_better_it_is_served_and_said(mali, as_of, ground, monkeypatch):
    worse = scored(read_arrivals_coefficients(), ground, "zero", 1.0)
    monkeypatch.setattr(arrivals, "read_arrivals_coefficients", lambda: worse)
    found = forecast_arrivals(mali.seen_from(as_of), 4)
    assert found.served == "zero"
    assert found.people.sum() == 0
    assert any("'zero' is served" in remark for remark in found.remarks)


def test_baselines_by_hand():
    history, rng = np.array([8.0, 0.0, 1.0, 5.0]), np.random.default_rng(1)

    def drawn(name, ground):
        return baseline(name, ground, history, 400, 2, rng)

    assert (drawn("last value", "camp counts") == 5).all()
    assert (drawn("mean", "camp counts") == 3.5).all()
    assert (drawn("mean", "yearly flows") == 2).all()
    assert set(np.unique(drawn("own history", "yearly flows"))) == {0, 1, 5, 8}
    assert (drawn("last value or own history", "yearly flows") == 5).mean() == pytest.approx(0.625, abs=0.06)
    with pytest.raises(DataError, match="guess"):
        drawn("guess", "camp counts")


def test_more_deaths_mean_more_people_fleeing(mali):
    country = mali.seen_from(FLOWS)
    worse = country.violence_monthly.assign(fatalities=country.violence_monthly["fatalities"] * 30)
    bloodier = replace(country, tables={**country.tables, "violence_monthly": worse})
    calm, fled = (forecast_arrivals(one, 12, draws=2000).people.sum() for one in (country, bloodier))
    assert fled > 1.5 * calm


def test_without_deaths_a_baseline_is_served(mali):
    country = mali.seen_from(FLOWS)
    bare = replace(country, tables={k: v for k, v in country.tables.items() if k != "violence_monthly"})
    found = forecast_arrivals(bare, 3)
    assert found.served != "model"
    assert any("deaths" in remark for remark in found.remarks)


def test_the_made_up_country_is_forecast_and_stamped(ouadji):
    found = forecast_arrivals(ouadji, 24, draws=20)
    assert found.people.shape == (20, 24)
    assert any("made up" in remark for remark in found.remarks)
    assert any("6 months" in remark for remark in found.remarks)


def test_a_camp_count_that_is_old_no_longer_speaks(ouadji):
    rows = [camp(f"2014-{month:02}-28", 100 * month) for month in range(1, 8)]
    with pytest.raises(DataError, match="Add UNHCR's flows"):
        forecast_arrivals(counts(ouadji, rows), 3)
    found = forecast_arrivals(counts(ouadji, [*rows, flow(2013, 500)]), 3)
    assert found.ground == "yearly flows"


def test_what_cannot_be_asked(ouadji):
    for months in (0, 25):
        with pytest.raises(AskError, match="1 to 24"):
            forecast_arrivals(ouadji, months)
    with pytest.raises(AskError, match="1 or more"):
        forecast_arrivals(ouadji, 3, draws=0)
    with pytest.raises(DataError, match="neither"):
        forecast_arrivals(ouadji.seen_from("2011-05"), 3)


def test_the_shipped_back_test_is_what_the_files_give(shared, fit_script):
    """One year ahead, refitted here on the upstream files: the score may not be worse than the one shipped."""
    people, deaths = fit_script.panel()
    skill = read_arrivals_coefficients().skill["yearly flows"]
    shipped = skill[skill["horizon"] == 1].set_index("candidate")["crps"]
    decay = read_arrivals_coefficients().decay
    cases = fit_script.flow_cases(people, deaths, 1, decay)
    judged = cases[cases[:, 0] >= fit_script.JUDGED_FROM]
    assert judged[:, 1].mean() <= 1.02 * shipped["model"]
    assert judged[:, 1].mean() < 0.9 * shipped.drop("model").min()
    assert 0.82 <= judged[:, 4].mean() <= 0.97
    rows, seen = fit_script.known_rows(people, deaths, 2012 - 1989, 1, decay)
    fit, held = fit_script.fit_hurdle(rows, seen), read_arrivals_coefficients().years[2012][0]
    assert fit.size == pytest.approx(held.size, abs=0.01)
    assert fit.chance == pytest.approx(held.chance, abs=0.01)
