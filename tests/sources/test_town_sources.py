"""GeoNames and SimpleMaps: town figures as an ingredient, and points on the country."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.sources.atlas import Atlas
from toguna.sources.geonames import GeoNames
from toguna.sources.simplemaps import SimpleMaps

CSV = "geonameid,name,latitude,longitude,countrycode,population,timezone,admin1code\n"


def line(name: str, lat: float, lon: float, country: str, people: str) -> str:
    cells = [
        "7",
        name,
        name,
        "",
        lat,
        lon,
        "P",
        "PPL",
        country,
        "",
        "1",
        "",
        "",
        "",
        people,
        "",
        "300",
        "Africa/X",
        "2024-01-01",
    ]
    return "\t".join(str(cell) for cell in cells) + "\n"


def test_download_without_header(tmp_path: Path, ouadji: Country) -> None:
    """The owner's 19 columns parted by tabs are read, quotation marks in names included; short lines are refused."""
    path = tmp_path / "cities500.txt"
    text = line('Dou"mba', 10.5, 1.0, "Ouadji", "200000") + line("Wolo", 11.6, 3.6, "Ouadji", "0") + "7\tcut\n"
    path.write_text(text + line("Elsewhere", 50, 8, "DE", "9000"), encoding="utf-8")
    reading = GeoNames().read(path)
    assert (reading.total, len(reading.rows), reading.refused[0].row) == (4, 3, 3)
    towns = GeoNames().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas)).tables["_towns"]
    assert towns[["name", "population", "line"]].to_numpy().tolist() == [['Dou"mba', 200000, 1]]


def test_csv_with_header(tmp_path: Path, ouadji: Country) -> None:
    """A CSV with a header is read too; the country may be given by code."""
    (tmp_path / "geonames_x.csv").write_text(CSV + "1,Doumba,10.5,1.0,XOU,200000,x,1\n2,Doumba,1.0,10.5,XOU,5,x,1\n")
    made = GeoNames().tables(
        [GeoNames().read(tmp_path / "geonames_x.csv")], ouadji.profile, Atlas(ouadji.profile, ouadji.areas)
    )
    assert made.tables["_towns"]["source"].tolist() == ["geonames"]
    assert "swapped" in made.refused[0].problem


def test_text_of_another_kind(tmp_path: Path) -> None:
    """A text file that is no GeoNames dump is refused."""
    (tmp_path / "cities500.txt").write_text("hello\nworld\n")
    with pytest.raises(DataError, match="19 columns"):
        GeoNames().read(tmp_path / "cities500.txt")


def test_simplemaps(tmp_path: Path, ouadji: Country) -> None:
    """Towns with a figure are kept; an unreadable figure is refused with its line."""
    path = tmp_path / "worldcities.csv"
    path.write_text(
        "city,city_ascii,lat,lng,country,iso2,iso3,admin_name,capital,population,id\n"
        "Doumba,Doumba,10.5,1.0,Ouadji,,XOU,,primary,200000,1\nFana,Fana,11,1.6,Ouadji,,XOU,,,,2\n"
        "Wolo,Wolo,11.6,3.6,Ouadji,,XOU,,,many,3\n"
    )
    reading = SimpleMaps().read(path)
    assert [fault.row for fault in reading.refused] == [4]
    towns = SimpleMaps().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas)).tables["_towns"]
    assert towns["name"].tolist() == ["Doumba"]


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """GeoNames lists 94 towns in Mali, 77 with a figure; SimpleMaps 291."""
    atlas = Atlas(mali.profile, mali.areas)
    geonames = GeoNames().read(shared / "geo" / "geonames_cities500_sahel.csv")
    simplemaps = SimpleMaps().read(shared / "geo" / "simplemaps_2024_towns_sahel.csv")
    assert (geonames.rows["countrycode"] == "ML").sum() == 94
    assert len(GeoNames().tables([geonames], mali.profile, atlas).tables["_towns"]) == 77
    assert len(SimpleMaps().tables([simplemaps], mali.profile, atlas).tables["_towns"]) == 291
