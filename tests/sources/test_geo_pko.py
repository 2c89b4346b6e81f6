"""Geo-PKO: one row a base and year."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.geo_pko import GeoPko

YEARLY = "mission,year,country,location,latitude,longitude,NoTroops,hq,UNPOL,Med,Av,UNMO,ave.no.troops\n"
BY_MAP = "source,mission,year,month,location,country,latitude,longitude,no.troops,hq,unpol.dummy,med,avia\n"


def made(source: GeoPko, readings, country: Country):
    return source.tables(readings, country.profile, Atlas(country.profile, country.areas))


def test_several_maps_become_one_row(tmp_path: Path, ouadji: Country) -> None:
    """The owner's yearly mean is kept, flags hold if any map shows them, sector headquarters count as such."""
    path = tmp_path / "geopko_v23_missions_region.csv"
    path.write_text(
        YEARLY
        + "MISOUA,2014,Ouadji,Kelani,10.8,3.0,300.0,1,0,0,0,0,350.0\n"
        + "MISOUA,2014,Ouadji,Kelani,10.8,3.0,400.0,2,1,1,0,0,350.0\n"
        + "MISOUA,2014,North,Elsewhere,13,-0.5,400.0,2,1,1,0,0,350.0\n"
        + "OTHER,2014,Ouadji,Kelani,10.8,3.0,9,0,0,0,0,0,9\n"
    )
    table = made(GeoPko(), [GeoPko().read(path)], ouadji).tables["presence"]
    assert len(table) == 1
    row = table.iloc[0]
    assert (row["site"], row["troops"], row["is_headquarters"], row["has_police"]) == ("Kelani", 350, True, True)
    assert (row["admin2_pcode"], row["source"], str(row["published"].date())) == ("XO0202", "geo-pko@2.3", "2015-06-01")
    assert check_table(TABLES["presence"], table, "presence")[1] == []


def test_owner_file_by_map(tmp_path: Path, ouadji: Country) -> None:
    """Without a mean the maps of the year are averaged; unknown troops are missing, not zero; names are repaired."""
    path = tmp_path / "Geo_PKO_v.2.1_location_map.csv"
    path.write_text(
        BY_MAP
        + "Map 1,MISOUA,2014,3,SÃ©na,Ouadji,10.5,1.0,100,3,0,NA,1\n"
        + "Map 2,MISOUA,2014,9,Séna,Ouadji,10.5,1.0,unknown,3,0,0,0\n"
        + "Map 3,MISOUA,2014,12,Séna,Ouadji,10.5,1.0,200,3,0,0,0\n",
        encoding="utf-8",
    )
    table = made(GeoPko(), [GeoPko().read(path)], ouadji).tables["presence"]
    assert table[["site", "troops", "has_aviation", "has_medical"]].to_numpy().tolist() == [["Séna", 150, True, False]]


def test_an_older_edition_fills_only_gaps(tmp_path: Path, ouadji: Country) -> None:
    """A year of a mission that the newer edition has is not read again from an older one."""
    new, old = tmp_path / "geopko_v23_missions.csv", tmp_path / "geopko_v1x_monthly.csv"
    new.write_text(YEARLY + "MISOUA,2014,Ouadji,Kelani,10.8,3.0,300,0,0,0,0,0,300\n")
    monthly = "Mission,year,month,location,country,latitude,longitude,No.troops,UNPOL..dummy.,HQ\n"
    old.write_text(monthly + "MISOUA,2014,3,Doumba,Ouadji,10.5,1.0,9,0,0\nMISOUA,2013,3,Doumba,Ouadji,10.5,1.0,8,0,0\n")
    table = made(GeoPko(), [GeoPko().read(old), GeoPko().read(new)], ouadji).tables["presence"]
    assert sorted(zip(table["year"], table["site"], table["source"], strict=True)) == [
        (2013, "Doumba", "geo-pko@1.x"),
        (2014, "Kelani", "geo-pko@2.3"),
    ]


def test_points_off_the_country(tmp_path: Path, ouadji: Country) -> None:
    """A base far away and one with swapped coordinates are refused, and the swap is named."""
    path = tmp_path / "geopko_v23_missions.csv"
    path.write_text(
        YEARLY
        + "MISOUA,2014,Ouadji,Kelani,3.0,10.8,300,0,0,0,0,0,300\nMISOUA,2014,Ouadji,Doumba,50,50,300,0,0,0,0,0,300\n"
    )
    result = made(GeoPko(), [GeoPko().read(path)], ouadji)
    assert [(fault.row, "swapped" in fault.problem) for fault in result.refused] == [(2, True), (3, False)]
    assert result.tables["presence"].empty


def test_a_workbook_is_refused(tmp_path: Path) -> None:
    """The owner's Excel file is refused with a sentence that says what to do."""
    path = tmp_path / "Geo_PKO_v.2.3.xlsx"
    path.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(DataError, match=r"Excel workbook.*Save it as 'CSV UTF-8'"):
        GeoPko().read(path)


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """The yearly file covers all of MINUSMA; the monthly one, though readable and repaired, adds nothing to it."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    politics = shared / "politics"
    yearly = GeoPko().read(politics / "geopko_v23_missions_region.csv")
    monthly = GeoPko().read(politics / "geopko_v1x_monthly_minusma_unoci_2004_2018.csv")
    assert (yearly.total, len(yearly.refused), monthly.total, len(monthly.refused)) == (2076, 0, 1943, 1)
    table = GeoPko().tables([yearly, monthly], profile, Atlas(profile, ouadji.areas)).tables["presence"]
    assert (len(table), set(table["source"])) == (134, {"geo-pko@2.3"})
    gao = table[(table["site"] == "Gao") & (table["year"] == 2014)].iloc[0]
    assert (gao["troops"], gao["has_medical"], gao["is_headquarters"]) == (2062, True, True)
    repaired = set(monthly.rows["location"])
    assert {"Ménaka", "Leré"} <= repaired
