"""The verb: forecasts of packs and files, their tables, sums and allocations, and what is refused."""

import numpy as np
import pandas as pd
import pytest

import toguna as tg
from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.forecasting.allocate import allocate, long_run_shares
from toguna.forecasting.forecast import forecast_panel
from toguna.forecasting.panel import Panel
from toguna.forecasting.panels import panel_of


@pytest.fixture(scope="module")
def risk(ouadji):
    """The made-up country, whose past is too short to judge a model."""
    return tg.forecast(ouadji, months=3, draws=400)


@pytest.fixture(scope="module")
def by_area(mali):
    """Mali by admin 2 area, from the national series."""
    return tg.forecast(tg.read_country("mali", as_of="2014-06"), months=2, grain="admin2", draws=300)


def long_panel(units=3, months=120, gap=0):
    """A busy panel, made public so many months late."""
    rng = np.random.default_rng(2)
    names = pd.DataFrame({"name": list("abc")[:units]}, index=list("abc")[:units])
    counts = rng.poisson(2.0, (units, months)).astype(float)
    return Panel("town", "one_sided", names, Month(2000, 1), counts, np.arange(months) + gap)


def test_a_short_past_is_not_judged_and_the_own_past_is_served(risk):
    """Every draw is one of the last twelve known months; the reason is on every line."""
    assert {one.model for one in risk.served} == {"conflictology12"}
    assert set(np.unique(risk.draws)) <= set(risk.panel.counts[0, -12:])
    assert "too few to judge" in " ".join(risk.remarks)
    assert "conflictology12" in str(risk)


def test_tables_say_what_the_draws_hold(risk):
    """Mean, interval and chances come from the draws; sums are of each draw, not of intervals."""
    table = risk.table
    assert list(table["month"]) == ["2015-01", "2015-02", "2015-03"]
    assert table["mean"].tolist() == pytest.approx(risk.draws[0].mean(axis=-1).tolist())
    assert table["chance_10"].tolist() == pytest.approx((risk.draws[0] >= 9.5).mean(axis=-1).tolist())
    whole = risk.whole.iloc[0]
    assert whole["high"] == pytest.approx(np.quantile(risk.draws[0].sum(axis=0), 0.95))
    assert risk.total["mean"].sum() == pytest.approx(whole["mean"])
    assert table["last_12"].iloc[0] == pytest.approx(risk.panel.counts[0, -12:].mean())


def test_the_same_seed_gives_the_same_forecast(ouadji, risk):
    """And another seed another; the run id tells them apart."""
    again = tg.forecast(ouadji, months=3, draws=400)
    other = tg.forecast(ouadji, months=3, draws=400, seed=2)
    assert np.array_equal(risk.draws, again.draws)
    assert not np.array_equal(risk.draws, other.draws)
    assert risk.made_from.run_id == again.made_from.run_id != other.made_from.run_id


def test_areas_sum_to_the_countrys_draws(ouadji, risk):
    """Each world's areas sum to the country's count, draw by draw."""
    areas = tg.forecast(ouadji, months=3, grain="admin2", draws=400)
    assert len(areas.units) == 4
    assert np.array_equal(areas.draws.sum(axis=0), np.rint(risk.draws[0]))


def test_allocated_areas_are_marked_everywhere(by_area):
    """Every row, the summary and the remarks say that areas were not validated."""
    assert by_area.draws.shape == (50, 2, 300)
    assert by_area.allocated
    assert set(by_area.table["validated"]) == {"no"}
    assert "allocated, not validated" in str(by_area)
    assert "allocated, not validated" in " ".join(by_area.remarks)
    shaped = by_area.to_geopandas()
    assert shaped.crs == "EPSG:4326"
    assert not shaped.geometry.is_empty.any()
    assert len(shaped) == 100


def test_mali_is_judged_on_months_unseen_and_served_accordingly(by_area):
    """The skill table stands beside the forecast, with both baselines in it."""
    assert {"zero", "conflictology12", "ensemble"} <= set(by_area.skill["model"])
    assert (by_area.skill["n"] > 36).all()
    for one in by_area.served:
        assert one.model in {"ensemble", "zero", "conflictology12"}
        assert one.why


def test_shares_sum_to_one_and_know_what_is_on_record(mali):
    """An area with months of violence on record gets more than one without; none gets nothing."""
    shares = long_run_shares(mali)
    assert shares.sum() == pytest.approx(1)
    assert (shares > 0).all()
    on_record = mali.events.loc[mali.events["fatalities"] > 0, "admin2_pcode"]
    seen = shares.index.isin(on_record)
    assert shares[seen].min() > shares[~seen].min()


def test_allocation_keeps_every_death_and_spreads_more_than_the_shares_alone():
    """Sums hold draw by draw; worlds differ in their shares."""
    draws = np.full((2, 500), 100, np.float32)
    found = allocate(draws, pd.Series({"a": 0.5, "b": 0.5}), np.random.default_rng(1))
    assert (found.sum(axis=0) == 100).all()
    assert found[0].std() > 2 * np.sqrt(100 * 0.25)


def test_data_too_old_are_refused_with_a_remedy():
    """Past the models' reach nothing is made up."""
    panel = long_panel()
    made = MadeFrom("file", "0")
    with pytest.raises(AskError, match="past the models' reach of 36"):
        forecast_panel(panel, panel.last + 31, 6, made)
    with pytest.raises(AskError, match="Ask for 1 to 12"):
        forecast_panel(panel, panel.last, 13, made)
    with pytest.raises(AskError, match="There is no model called 'oracle'"):
        forecast_panel(panel, panel.last, 1, made, candidate="oracle")


def test_only_the_own_units_are_forecast_and_judged():
    """Others lend strength to the models and show nowhere."""
    panel = long_panel()
    found = forecast_panel(panel, panel.last, 2, MadeFrom("file", "0"), own=["b"], candidate="global_pool", draws=100)
    assert list(found.units.index) == ["b"]
    assert found.draws.shape == (1, 2, 100)
    assert found.months[0] == panel.last + 1


def test_what_a_pack_cannot_carry_is_said(mali, ouadji):
    """No whole file of events: no cells; no such grain or target: a sentence; towns end in 2017: refused today."""
    with pytest.raises(DataError, match="no whole file of events"):
        panel_of(mali, "cell")
    with pytest.raises(AskError, match="There is no grain 'village'"):
        panel_of(mali, "village")
    with pytest.raises(AskError, match="There is no target 'smiles'"):
        panel_of(mali, "country", "smiles")
    with pytest.raises(DataError, match="No monthly series by country counts attacks"):
        panel_of(mali, "country", "attacks")
    with pytest.raises(AskError, match="The series ends in 2017-12"):
        tg.forecast(mali, grain="town")


def test_types_of_the_inflated_series_carry_their_warning(mali):
    """The series by type is up to 17 % too high, and says so."""
    assert "too high" in " ".join(panel_of(mali, "country", "one_sided").panel.remarks)
    assert not panel_of(mali, "country", "all").panel.remarks
