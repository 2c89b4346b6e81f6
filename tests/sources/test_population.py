"""Population of settlements: sums exact, town figures kept where they hold, the rest spread by a pattern."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.population import area_totals, settle
from toguna.sources.spread import expected, whole_people


def bare(country: Country) -> pd.DataFrame:
    """The places of Ouadji as a source without population would give them."""
    places = country.places.copy()
    home = places["kind"] != "camp"
    places.loc[home, ["population", "population_year"]] = np.nan
    places.loc[home, "population_basis"] = "none"
    return places


def towns(*rows: tuple[str, float, float, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["name", "longitude", "latitude", "population", "source"])
    return frame.assign(file="towns.csv", line=range(2, len(frame) + 2), year=np.nan, iso3="XOU")


def grid(*rows: tuple[float, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["longitude", "latitude", "people"])
    return frame.assign(width=0.1, height=0.1, year=2013)


def settled(
    country: Country, figures: pd.DataFrame | None, cells: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list]:
    atlas = Atlas(country.profile, country.areas)
    places, faults = settle(bare(country), figures, country.needs, cells, country.services, country.profile, atlas)
    return places.set_index("name"), faults


def test_sums_are_exact(ouadji: Country) -> None:
    """The settlements of each area sum to the total of the latest current round; camps keep their counts."""
    places, faults = settled(ouadji, None)
    totals, year = area_totals(ouadji.needs)
    home = places[places["kind"] != "camp"]
    assert home.groupby("admin2_pcode")["population"].sum().to_dict() == totals.to_dict()
    assert set(home["population_year"]) == {year}
    assert set(home["population_basis"]) == {"modelled"}
    assert faults == []
    pd.testing.assert_series_equal(
        places.loc[places["kind"] == "camp", "population"], ouadji.places.set_index("name")["population"].tail(2)
    )


def test_town_figure_is_kept(ouadji: Country) -> None:
    """A town figure that holds is kept with its source in the note; the others share the rest."""
    places, faults = settled(ouadji, towns(("KELANI", 3.02, 10.8, 20_000, "geonames")))
    assert places.loc["Kelani", ["population", "population_basis", "note"]].tolist() == [
        20_000,
        "town",
        "population from geonames",
    ]
    totals, _ = area_totals(ouadji.needs)
    assert places.loc[["Kelani", "Bandio", "Wolo"], "population"].sum() == totals["XO0202"]
    assert faults == []


def test_figures_that_cannot_be_the_towns_own(ouadji: Country) -> None:
    """Each rule refuses with its reason: over the area, contradicted, of no settlement here."""
    total = area_totals(ouadji.needs)[0]["XO0202"]
    places, faults = settled(
        ouadji,
        towns(
            ("Kelani", 3.0, 10.8, 0.9 * total, "simplemaps"),
            ("Bandio", 2.5, 11.4, 0.6 * total, "simplemaps"),
            ("Bandio", 2.5, 11.4, 0.1 * total, "geonames"),
            ("Nowhere", 3.6, 11.6, 500, "simplemaps"),
        ),
    )
    reasons = {fault.row: fault.problem for fault in faults}
    assert reasons[2].startswith("more than 80% of all people")
    assert reasons[3].startswith("more than 3 times another source")
    assert reasons[4].startswith("another source has more than 3 times as many, and the grid")
    assert reasons[5].startswith("no settlement of this name")
    assert places["population_basis"].isin(["modelled", "series"]).all()


def test_figure_of_a_commune(ouadji: Country) -> None:
    """A village with the figure of its whole commune is refused; a chief town may hold most of its own."""
    total = area_totals(ouadji.needs)[0]["XO0202"]
    places = bare(ouadji)
    places.loc[places["name"].isin(["Wolo", "Bandio"]), "admin3_pcode"] = "one commune"
    atlas = Atlas(ouadji.profile, ouadji.areas)
    village = towns(("Wolo", 3.6, 11.6, 0.5 * total, "simplemaps"))
    made, faults = settle(places, village, ouadji.needs, None, None, ouadji.profile, atlas)
    assert "the figure of the commune, not of the town" in faults[0].problem
    assert "town" not in set(made["population_basis"])
    assert settled(ouadji, towns(("Kelani", 3.0, 10.8, 0.75 * total, "simplemaps")))[1] == []


def test_figures_the_grid_contradicts(ouadji: Country) -> None:
    """A village with ten times what the grid has there, and a chief town with less than a tenth, are refused."""
    cells = grid((3.0, 10.8, 9_000), (3.6, 11.6, 10), (2.5, 11.4, 5_000))
    _, faults = settled(
        ouadji, towns(("Wolo", 3.6, 11.6, 5_000, "geonames"), ("Kelani", 3, 10.8, 900, "geonames")), cells
    )
    assert [fault.problem.partition(" what")[0] for fault in faults] == [
        "more than 10 times",
        "less than a tenth of",
    ]


def test_towns_leave_a_rest(ouadji: Country) -> None:
    """Where the towns together would hold nearly all, the least likely figure goes."""
    total = area_totals(ouadji.needs)[0]["XO0202"]
    _, faults = settled(
        ouadji, towns(("Kelani", 3, 10.8, 0.5 * total, "geonames"), ("Bandio", 2.5, 11.4, 0.4 * total, "geonames"))
    )
    assert [fault.value.partition(":")[0] for fault in faults] == ["Bandio"]
    assert "together would hold" in faults[0].problem


def test_a_city_that_fills_its_area(ouadji: Country) -> None:
    """In an area as dense as a city the chief town holds everybody; its quarters have no figure of their own."""
    areas = ouadji.areas.copy()
    areas.loc[areas["pcode"] == "XO0201", "area_km2"] = 100.0
    atlas = Atlas(ouadji.profile, areas)
    figures = towns(("Doumba", 1.0, 10.5, 9_000_000, "geonames"))
    places, faults = settle(bare(ouadji), figures, ouadji.needs, None, ouadji.services, ouadji.profile, atlas)
    places = places.set_index("name")
    assert places.loc["Doumba", "population"] == area_totals(ouadji.needs)[0]["XO0201"]
    assert places.loc["Sirakoro", "note"] == "quarter of Doumba, counted there"
    assert np.isnan(places.loc["Sirakoro", "population"])
    assert "one city" in faults[0].problem


def test_area_without_settlement(ouadji: Country) -> None:
    """People of an area without a settlement are in no place, and the report says so."""
    places = bare(ouadji)
    places = places[places["admin2_pcode"] != "XO0102"]
    atlas = Atlas(ouadji.profile, ouadji.areas)
    _, faults = settle(places, None, ouadji.needs, None, None, ouadji.profile, atlas)
    assert [fault.value.partition(":")[0] for fault in faults] == ["XO0102"]


def test_result_is_a_sound_table(ouadji: Country) -> None:
    """The places made pass the checks of the table."""
    places, _ = settled(ouadji, towns(("Kelani", 3.0, 10.8, 20_000, "geonames")), grid((3.0, 10.8, 10)))
    assert check_table(TABLES["places"], places.reset_index(), "places")[1] == []


def test_pattern_follows_the_grid(ouadji: Country) -> None:
    """A settlement gets the people of the cells around it; nobody of the grid is lost or made up."""
    places = ouadji.places[ouadji.places["kind"] != "camp"].set_index("name")
    nobody = pd.Series(False, index=places.index)
    cells = grid((3.6, 11.6, 900), (2.5, 11.4, 100), (2.5, 11.5, 10))
    people = expected(places, nobody, cells, None, ouadji.profile.crs)
    assert people[["Wolo", "Bandio"]].round(6).to_dict() == {"Wolo": 900, "Bandio": 110}
    assert people.sum() == pytest.approx(1010)


def test_rank_size_without_a_grid(ouadji: Country) -> None:
    """Without a grid the chief town weighs 1, the next town 1/2, a village without health site least."""
    places = ouadji.places[ouadji.places["admin2_pcode"] == "XO0202"].set_index("name")
    people = expected(places, pd.Series([True, False, False], index=places.index), None, None, ouadji.profile.crs)
    assert people.round(4).to_dict() == {"Kelani": 1.0, "Bandio": 0.5, "Wolo": 0.3333}


@given(st.integers(0, 10**7), st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_whole_people_add_up(total: int, shares: list[float]) -> None:
    """Whole people in proportion to any shares sum to the total, and nobody counts less than zero."""
    people = whole_people(total, shares)
    assert people.sum() == total
    assert (people >= 0).all()
