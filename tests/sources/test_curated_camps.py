"""Curated camps: places abroad and the counts that name a day."""

from pathlib import Path

import geopandas
import pytest

from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.curated_camps import CuratedCamps, camp_id

HEADER = "name,country,lat,lon,opened,closed,capacity,peak_population,other_counts,source,basis,confidence,note\n"


def made(path: Path, country: Country):
    profile = country.profile.model_copy(update={"curated_facts": True})
    source = CuratedCamps()
    return source.tables([source.read(path)], profile, Atlas(profile, country.areas))


def test_camp_and_counts(tmp_path: Path, ouadji: Country) -> None:
    """Counts with a day or month are rows of that day or the month's last; the newest is the camp's population."""
    path = tmp_path / "camps.csv"
    path.write_text(
        HEADER
        + 'Nador (old),XNA,13.0,-0.5,2012-05-29,"emptied 2020-03, open again, emptied 2022",7000,'
        + '"10373 (2012-08-19, before re-registration)",'
        + '"about 7,500 (2012-13); 12,000 (2024-11); moved to Maru",P,excerpt,high,n\n'
    )
    result = made(path, ouadji)
    place = result.tables["places"].iloc[0]
    assert (place["place_id"], place["opened"], place["closed"]) == ("camp-nador", "2012-05", "2022")
    assert (place["population"], place["population_year"], place["capacity"]) == (12000, 2024, 7000)
    assert place["note"] == "n; closed: emptied 2020-03, open again, emptied 2022; moved to Maru"
    counts = result.tables["displacement"]
    assert counts[["date", "host", "people"]].to_numpy().tolist() == [
        ["2012-08-19", "XNA", 10373],
        ["2024-11-30", "XNA", 12000],
    ]
    assert [fault.value for fault in result.refused] == ["about 7,500 (2012-13)"]
    for name, frame in result.tables.items():
        assert check_table(TABLES[name], frame, name)[1] == []


def test_a_transit_site_has_no_counts(tmp_path: Path, ouadji: Country) -> None:
    """People in transit are counted where they arrive; the site stays a place and the count is listed."""
    path = tmp_path / "camps.csv"
    path.write_text(HEADER + "Nador,XNA,13.0,-0.5,2012,transit only,,17790 (2012-02-29),,P,read,high,\n")
    result = made(path, ouadji)
    assert result.tables["displacement"].empty
    assert result.tables["places"]["population_basis"].to_list() == ["none"]
    assert [fault.value for fault in result.refused] == ["17790 (2012-02-29)"]


def test_points(tmp_path: Path, ouadji: Country) -> None:
    """No point, a point in the country, swapped or far coordinates and an unknown host are refused by name."""
    path = tmp_path / "camps.csv"
    path.write_text(
        HEADER
        + "A,XNA,,,,,,,,P,read,high,\nB,XNA,10.5,1.0,,,,,,P,read,high,\nC,XNA,-40,13,,,,,,P,read,high,\n"
        + "D,XNA,60,60,,,,,,P,read,high,\nE,Atlantis,13,-0.5,,,,,,P,read,high,\nF,XOU,10.5,1.0,,,,,,P,read,high,\n"
        + "G,XNA,1.5,19.9,,,,,,P,read,high,\n"
    )
    result = made(path, ouadji)
    problems = {fault.value: fault.problem for fault in result.refused}
    assert problems == {
        "A": "the site has no point",
        "B": "a camp abroad lies inside the country",
        "C": "the point lies far from the country",
        "D": "the point lies far from the country",
        "Atlantis": "this is no neighbouring country",
        "F": "the camp lies in the country its refugees fled",
        "G": "longitude and latitude seem swapped",
    }
    assert result.tables["places"].empty


@pytest.mark.shared
def test_mali(shared: Path) -> None:
    """Fourteen of Mali's eighteen sites have a point; the newest count of Mbera is that of November 2024."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    source = CuratedCamps()
    reading = source.read(shared / "facts" / "camps.csv")
    assert (reading.total, len(reading.refused)) == (18, 0)
    cercles = geopandas.read_file(shared / "geo" / "mli_cod_ab_adm2.geojson")
    areas = cercles.rename(columns={"admin2Pcod": "pcode", "admin2Name": "name"}).assign(level=2)
    result = source.tables([reading], profile, Atlas(profile, areas))
    assert len(result.tables["places"]) == 14
    mbera = result.tables["displacement"].query("place_id == 'camp-mbera'").sort_values("date").iloc[-1]
    assert (mbera["date"], mbera["people"], mbera["host"]) == ("2024-11-30", 120000, "MRT")
    named = {name for name in profile.camps.values() if name}
    assert {camp_id(name) for name in named} <= set(result.tables["places"]["place_id"])
