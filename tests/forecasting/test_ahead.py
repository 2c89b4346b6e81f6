"""What a forecast means on the roads and at places, and what a pack knows around its units."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import toguna as tg
from toguna.core.errors import AskError
from toguna.country import Country
from toguna.forecasting.events_panel import area_ground, cell_ground, events_panel
from toguna.forecasting.risk_ahead import harm_at_places, link_risk_ahead
from toguna.forecasting.roadside import link_ground, place_ground
from toguna.forecasting.surroundings import with_surroundings
from toguna.network.risk import link_risk
from toguna.network.roads import read_roads


@pytest.fixture(scope="module")
def risk(ouadji):
    """A forecast of the made-up country."""
    return tg.forecast(ouadji, months=2, draws=200)


def test_links_are_as_risky_as_on_record_times_what_is_expected(ouadji, risk):
    """Twice the deaths expected, twice the harm; the order of links stays."""
    roads = read_roads(ouadji, "dry", "lorry")
    month = risk.months[0]
    ahead = link_risk_ahead(ouadji, roads, risk, month)
    known = link_risk(ouadji, roads, ouadji.month)
    factor = risk.draws[0, 0].mean() / risk.recent.iloc[0]
    assert known.intensity.max() > 0
    assert ahead.intensity == pytest.approx(known.intensity * factor)
    assert ahead.per_passage == pytest.approx(known.per_passage * factor)
    twice = replace(risk, draws=risk.draws * 2)
    assert link_risk_ahead(ouadji, roads, twice, month).per_passage == pytest.approx(2 * ahead.per_passage)
    with pytest.raises(AskError, match="The forecast covers 2015-01 to 2015-02, not 2016-01"):
        link_risk_ahead(ouadji, roads, risk, "2016-01")


def test_corridors_take_a_forecasts_risk(ouadji, risk):
    """The harm of a way is that of the risk handed in."""
    month = risk.months[0]
    roads = read_roads(ouadji, "dry", "lorry")
    now = link_risk_ahead(ouadji, roads, risk, month)
    more = replace(now, per_passage=now.per_passage + 1.0)
    asked = {"month": str(month), "by": "lorry", "season": "dry"}
    calm = tg.corridors(ouadji, "Doumba", "Azgar", risk=now, **asked)
    worse = tg.corridors(ouadji, "Doumba", "Azgar", risk=more, **asked)
    assert worse.table["harm"].iloc[0] > calm.table["harm"].iloc[0] + 1


def test_harm_at_places_sums_to_the_areas(ouadji, risk):
    """Nothing is lost between an area and its settlements; it is marked as not validated."""
    with pytest.raises(AskError, match="needs a forecast by admin2"):
        harm_at_places(ouadji, risk)
    by_area = tg.forecast(ouadji, months=2, grain="admin2", draws=100)
    harm = harm_at_places(ouadji, by_area, least_people=1000)
    assert not harm.validated
    assert harm.draws.shape[1:] == (2, 100)
    with_people = by_area.units.index.isin(harm.places["admin2_pcode"])
    assert harm.draws.sum(axis=0) == pytest.approx(by_area.draws[with_people].sum(axis=0), rel=1e-4)
    assert with_people.all()


def test_units_of_roads_and_places_are_found_by_the_nearest_within_ten_km(ouadji):
    """An event in Tamrat counts for Tamrat; one far from any place counts for none."""
    events = ouadji.events
    ground = place_ground(ouadji, events)
    shares = ground.shares.toarray()
    tamrat = list(ground.units["name"]).index("Tamrat")
    at = list(events["place"]).index("Tamrat")
    assert shares[at, tamrat] == 1
    away = events.iloc[[at]].assign(longitude=events["longitude"].iloc[at] + 1.5)
    assert place_ground(ouadji, away).shares.sum() in {0.0, 1.0}
    links, lines = link_ground(ouadji, events)
    assert len(links.units) == len(ouadji.links) == len(lines)
    assert (links.shares.sum(axis=1) <= 1 + 1e-9).all()


def test_surroundings_are_known_no_earlier_than_they_were_public(ouadji):
    """Distances and people stand; bases count from the month their list came out; roads join areas."""
    panel = events_panel(ouadji.events, area_ground(ouadji, ouadji.events), grain="admin2", target="all")
    found = with_surroundings(panel, ouadji)
    assert {"km_to_border", "km_to_capital", "km_to_road", "population"} <= set(found.units)
    assert (found.units["km_to_border"] >= 0).all()
    first = pd.to_datetime(ouadji.presence["published"]).min()
    before = found.at(tg.read_country("ouadji", as_of=f"{first:%Y-%m}").month)
    bases = found.levels["km_to_base"]
    assert np.isnan(bases[:, :before]).all()
    assert np.isfinite(bases[:, before:]).all()
    assert found.near["roads"].nnz > 0
    rows = found.near["roads"].sum(axis=1)
    assert all(total in (pytest.approx(0), pytest.approx(1)) for total in rows)


def test_governance_is_known_from_its_publication(mali):
    """A year of V-Dem is not there before it was published."""
    from toguna.forecasting.monthly_panel import country_panel

    found = with_surroundings(country_panel(mali), mali)
    level = found.levels["polyarchy"][list(found.units.index).index("MLI")]
    rows = mali.governance[mali.governance["index"] == "v2x_polyarchy"].set_index("year")
    assert level[found.at(rows.loc[2012, "published"].date() and tg.read_country("mali", as_of="2013-02").month)] == (
        pytest.approx(rows.loc[2011, "value"])
    )


def test_cells_are_those_of_the_boundary(ouadji):
    """A whole country's cells, whether anything happened in them or not."""
    import shapely

    whole = ouadji.areas[ouadji.areas["level"] == 0]
    ground = cell_ground(ouadji.events, shapely.union_all(np.asarray(whole["geometry"])))
    quiet = np.asarray(ground.shares.sum(axis=0)).ravel() == 0
    assert quiet.any()
    assert isinstance(ouadji, Country)
