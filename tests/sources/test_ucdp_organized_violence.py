"""UCDP organised violence by country and year: deaths by type, one-sided killings by kind of perpetrator."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.profile import Profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.source import Made
from toguna.sources.ucdp_organized_violence import MEASURES, UcdpOrganizedViolence

ENDS = {"best": 10, "high": 11, "low": 9}
COLUMNS = [f"{stem}_{end}_cy" for stem in MEASURES for end in ENDS]
HEADER = f"country_id_cy,country_cy,year_cy,region_cy,{','.join(COLUMNS)},version\n"


def row(year: object, country: int = 999, version: str = "25.1", **cells: object) -> str:
    """A country and year in which every measure is its number in the list, times 10 (best), 11 and 9."""
    values = {f"{stem}_{end}_cy": n * ENDS[end] for n, stem in enumerate(MEASURES, 1) for end in ENDS}
    return f"{country},Ouadji,{year},Africa,{','.join(str((values | cells)[name]) for name in COLUMNS)},{version}\n"


@pytest.fixture
def profile(ouadji: Country) -> Profile:
    return ouadji.profile.model_copy(update={"gwno": 999})


def made(path: Path, profile: Profile, country: Country) -> Made:
    source = UcdpOrganizedViolence()
    return source.tables([source.read(path)], profile, Atlas(profile, country.areas))


def test_one_row_for_each_measure(tmp_path: Path, ouadji: Country, profile: Profile) -> None:
    """Each type and kind of perpetrator has its best, low and high estimate; own and any government are told apart."""
    path = tmp_path / "organizedviolencecy_v25_1.csv"
    path.write_text(HEADER + row(2012) + row(2012, country=998))
    years = made(path, profile, ouadji).tables["violence_yearly"]
    found = years.set_index(["type", "perpetrator"])[["fatalities_low", "fatalities", "fatalities_high"]]
    assert found.loc[("one_sided", "own_government")].tolist() == [54, 60, 66]
    assert found.loc[("one_sided", "government")].tolist() == [45, 50, 55]
    assert found.loc[("all", "any")].tolist() == [36, 40, 44]
    assert len(years) == len(MEASURES)
    assert (set(years["source"]), set(years["published"].astype(str))) == (
        {"ucdp-organized-violence@25.1"},
        {"2013-06-01"},
    )
    assert check_table(TABLES["violence_yearly"], years, "violence_yearly")[1] == []


def test_older_names_of_columns_and_no_version(tmp_path: Path, ouadji: Country, profile: Profile) -> None:
    """Country and year are found under their older names; without a version the source says that none is stated."""
    path = tmp_path / "organizedviolencecy.csv"
    header = HEADER.replace("country_id_cy", "country_id").replace("year_cy", "year").replace(",version", "")
    path.write_text(header + row(2012).replace(",25.1", ""))
    years = made(path, profile, ouadji).tables["violence_yearly"]
    assert set(years["source"]) == {"ucdp-organized-violence@not stated"}


def test_what_cannot_be_used_is_said(tmp_path: Path, ouadji: Country, profile: Profile) -> None:
    """Negative deaths, an empty cell and a year that is none are refused on reading, a year twice afterwards."""
    path = tmp_path / "organizedviolencecy.csv"
    bad = {"sb_total_deaths_best_cy": -1}, {"os_nsgroup_killings_low_cy": ""}
    path.write_text(HEADER + row(2011) + row(2012, **bad[0]) + row(2013, **bad[1]) + row("20l4") + row(2011))
    assert [(fault.row, fault.column) for fault in UcdpOrganizedViolence().read(path).refused] == [
        (3, "sb_total_deaths_best_cy"),
        (4, "os_nsgroup_killings_low_cy"),
        (5, "year_cy"),
    ]
    result = made(path, profile, ouadji)
    assert [(fault.row, fault.problem) for fault in result.refused] == [(6, "the year is there twice")]
    assert set(result.tables["violence_yearly"]["year"]) == {2011}


def test_a_country_without_a_number(tmp_path: Path, ouadji: Country) -> None:
    """Rows are known by number only, so a country that has none gets no rows rather than those of another."""
    path = tmp_path / "organizedviolencecy.csv"
    path.write_text(HEADER + row(2012))
    assert made(path, ouadji.profile, ouadji).tables["violence_yearly"].empty


def test_another_file(tmp_path: Path) -> None:
    """A file without the killings by perpetrator is refused by name of what is missing."""
    path = tmp_path / "organizedviolencecy.csv"
    path.write_text("country_id_cy,country_cy,year_cy\n999,Ouadji,2012\n")
    with pytest.raises(DataError, match="os_any_govt_killings_best_cy"):
        UcdpOrganizedViolence().read(path)


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """Mali in 36 years: 3,656 deaths in 2022, 1,461 of them one-sided, 275 by the government and 1,186 by groups."""
    path = shared / "events" / "ucdp_organizedviolence_countryyear_v25_1.csv"
    reading = UcdpOrganizedViolence().read(path)
    assert (reading.total, len(reading.refused), reading.version) == (6936, 0, "25.1")
    years = made(path, mali.profile, mali).tables["violence_yearly"]
    assert len(years) == 36 * len(MEASURES)
    then = years[years["year"] == 2022].set_index(["type", "perpetrator"])["fatalities"]
    assert then[("all", "any")] == 3656
    assert then["one_sided"].to_dict() == {"any": 1461, "government": 275, "own_government": 275, "non_state": 1186}
