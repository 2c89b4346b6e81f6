"""A country as the ground: people, neighbours, borders, deaths and displaced as known, and nothing of the future."""

import numpy as np
import pytest
import shapely

import toguna as tg
from tests.comparison.made_up import measure, medians, table_of
from toguna.comparison.from_country import ground_from
from toguna.comparison.ground import nobody
from toguna.comparison.simulate import simulate


@pytest.fixture(scope="module")
def ground(country, risk):
    """What stands on them."""
    return ground_from(country, risk, 0.3)[0]


def test_shares_add_up(ground) -> None:
    """Of violence, of the displaced and of crossings; people are there and none below one an area."""
    assert ground.weight.sum() == pytest.approx(1)
    assert ground.from_area.sum() == pytest.approx(1)
    assert ground.border.sum() == pytest.approx(1)
    assert (ground.people >= 1).all()
    assert (ground.weight > 0).all()


def test_people_are_those_of_the_places(ground, country, risk) -> None:
    """Summed by admin 2 area."""
    places = country.places
    for code, people in zip(risk.units.index, ground.people, strict=True):
        assert people == pytest.approx(max(places.loc[places["admin2_pcode"] == code, "population"].sum(), 1))


def test_neighbours_touch_each_other_both_ways(ground, country, risk) -> None:
    """As the shapes do, pair by pair, and no area is its own neighbour."""
    shapes = country.areas.set_index("pcode")["geometry"].reindex(list(risk.units.index)).to_numpy()
    for a, one in enumerate(shapes):
        near = set(ground.next_to[ground.first[a] : ground.first[a + 1]].tolist())
        assert near == {b for b, other in enumerate(shapes) if b != a and shapely.intersects(one, other)}


def test_deaths_are_the_forecast_or_what_is_known(ground, country, risk) -> None:
    """By draw, a month; no draw below events known from the year before, worked out by hand."""
    forecast = risk.draws.astype(float).sum(axis=0).mean(axis=0)
    events = country.political_events
    months = events["date"].astype(str).str[:7]
    recent = events[(months > "2012-06") & (months <= str(country.month))]
    known = recent[["deaths_min", "deaths_max"]].mean(axis=1).fillna(0).sum() / 12
    assert ground.deaths == pytest.approx(np.maximum(forecast, known))


def test_violence_lies_where_the_forecast_has_it(ground, risk) -> None:
    """Nine parts in ten by the forecast, one by people."""
    mean = risk.draws.astype(float).mean(axis=(1, 2))
    lived = ground.people / ground.people.sum()
    expected = 0.9 * mean / mean.sum() + 0.1 * lived if mean.sum() > 0 else lived
    assert ground.weight == pytest.approx(expected)


def test_nothing_is_known_before_its_time() -> None:
    """A year before, with the same forecast, fewer are known abroad and fewer dead."""
    risk = tg.forecast(tg.read_country("ouadji", as_of="2013-06"), months=1, grain="admin2", draws=50)
    years = (tg.read_country("ouadji", as_of=month) for month in ("2012-06", "2013-06"))
    early, late = (ground_from(one, risk, 0.3)[0] for one in years)
    assert early.refugees <= late.refugees
    assert early.deaths.max() <= late.deaths.max()
    assert late.month == 7


def test_the_made_up_country_runs(ground) -> None:
    """The first month's deaths are the ground's, and it goes on for years."""
    p = medians(conflict_per_drought=1, conflict_per_price=1, fighters_per_death=75)
    g = ground._replace(fled=0.0)
    values, _, _ = simulate(g, nobody(len(g.people), 1), table_of(p, 2_000), 1)
    found = measure(values, "civilians_killed")
    assert found.mean() == pytest.approx(g.deaths.mean() * g.civilians, abs=5 * found.std() / 2_000**0.5 + 0.02)
    values, _, _ = simulate(g, nobody(len(g.people), 60), table_of(p, 20), 1)
    assert np.isfinite(values).all()
