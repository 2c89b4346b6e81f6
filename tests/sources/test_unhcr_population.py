"""UNHCR end-year population: which cells become rows of `displacement`."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.unhcr_population import UnhcrPopulation

SHARED_NAMES = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,returned_refugees,idps,returned_idps"
)
OWN_NAMES = (
    "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers,Returned refugees,IDPs of concern to UNHCR,Returned IDPss"
)


def made(path: Path, country: Country):
    source = UnhcrPopulation()
    reading = source.read(path)
    assert reading.total == len(reading.rows) + len(reading.refused)
    return source.tables([reading], country.profile, Atlas(country.profile, country.areas))


def write(folder: Path, header: str, *rows: str) -> Path:
    path = folder / "population.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_cells_become_stocks_and_flows(tmp_path: Path, ouadji: Country) -> None:
    """A zero stays, an empty cell makes no row, groups that do not apply make no row."""
    path = write(
        tmp_path,
        SHARED_NAMES,
        "2012.0,Ouadji,OUA,XOU,North,NOR,XNA,8000.0,0.0,0.0,0.0,0.0",
        "2012.0,Ouadji,OUA,XOU,East,EAS,XBE,,5.0,28.0,0.0,0.0",
        "2012.0,Ouadji,OUA,XOU,Ouadji,OUA,XOU,0.0,0.0,0.0,20000.0,40.0",
        "2012.0,North,NOR,XNA,Ouadji,OUA,XOU,99.0,0.0,0.0,0.0,0.0",
    )
    table = made(path, ouadji).tables["displacement"]
    found = {(row.measure, row.group, row.host): row.people for row in table.itertuples()}
    assert found == {
        ("stock", "refugees", "XNA"): 8000,
        ("stock", "asylum_seekers", "XNA"): 0,
        ("stock", "asylum_seekers", "XBE"): 5,
        ("stock", "idps", "XOU"): 20000,
        ("flow", "returned_refugees", "XBE"): 28,
        ("flow", "returned_idps", "XOU"): 40,
    }
    assert set(table["date"]) == {"2012-12-31"}
    assert set(table["published"].astype(str)) == {"2013-06-20"}
    assert check_table(TABLES["displacement"], table, "displacement")[1] == []


def test_owner_names_and_tags(tmp_path: Path, ouadji: Country) -> None:
    """The Refugee Data Finder's own names are read, dashes are blanks, a row of HXL tags is no row."""
    path = write(
        tmp_path,
        OWN_NAMES,
        "#date+year,#country+name,#country+code,#country+name,#country+code,#affected,#affected,#affected,#affected,",
        "2012,Ouadji,XOU,North,XNA,8000,-,-,-,-",
    )
    source = UnhcrPopulation()
    assert source.read(path).total == 1
    table = made(path, ouadji).tables["displacement"]
    assert list(zip(table["group"], table["people"], strict=True)) == [("refugees", 8000)]


def test_what_cannot_be_is_refused(tmp_path: Path, ouadji: Country) -> None:
    """A negative count, a doubled pair, IDPs abroad and a code that is none are listed with line and remedy."""
    path = write(
        tmp_path,
        SHARED_NAMES,
        "2012,Ouadji,OUA,XOU,North,NOR,XNA,-4,0,0,0,0",
        "2013,Ouadji,OUA,XOU,North,NOR,XNA,7,0,0,0,0",
        "2013,Ouadji,OUA,XOU,North,NOR,XNA,8,0,0,0,0",
        "2014,Ouadji,OUA,XOU,North,NOR,XNA,9,0,0,3,0",
        "2014,Ouadji,OUA,XOU,East,EAS,East,9,0,0,3,0",
    )
    reading = UnhcrPopulation().read(path)
    assert [(fault.row, fault.value) for fault in reading.refused] == [(2, "-4")]
    result = made(path, ouadji)
    assert sorted((fault.row, fault.column) for fault in result.refused) == [
        (4, "year, origin, asylum"),
        (5, "idps"),
        (6, "coa_iso"),
    ]
    assert all(fault.remedy for fault in result.refused)
    refugees = result.tables["displacement"].query("group == 'refugees'")
    assert list(refugees["people"]) == [7, 9]


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A file of flows, which shares most names, is refused with a sentence that names what is missing."""
    path = write(tmp_path, "year,coo_iso,coa_iso,refugees,asylum_seekers,refugee_like", "2012,XOU,XNA,1,2,3")
    with pytest.raises(DataError, match="lacks the column IDPs of concern"):
        UnhcrPopulation().read(path)


@pytest.mark.shared
def test_mali_2012(shared: Path, ouadji: Country) -> None:
    """The real file gives the published refugees from Mali at the end of 2012."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    source = UnhcrPopulation()
    reading = source.read(shared / "displacement" / "unhcr_population.csv")
    assert (reading.total, len(reading.refused)) == (14070, 0)
    table = source.tables([reading], profile, Atlas(profile, ouadji.areas)).tables["displacement"]
    stock = table[(table["date"] == "2012-12-31") & (table["measure"] == "stock")].set_index(["group", "host"])[
        "people"
    ]
    assert stock["refugees"][["MRT", "BFA", "NER"]].to_list() == [54029, 38776, 50204]
    assert stock["idps"]["MLI"] == 227930
    assert check_table(TABLES["displacement"], table, "displacement")[1] == []
