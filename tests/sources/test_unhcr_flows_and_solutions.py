"""UNHCR flows and solutions: people who moved in a year."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.sources.atlas import Atlas
from toguna.sources.unhcr_flows import UnhcrFlows
from toguna.sources.unhcr_solutions import UnhcrSolutions


def table_of(source, path: Path, country: Country):
    atlas = Atlas(country.profile, country.areas)
    return source.tables([source.read(path)], country.profile, atlas).tables["displacement"]


def test_flows(tmp_path: Path, ouadji: Country) -> None:
    """New refugees and asylum seekers are flows; people in refugee-like situations are not added to them."""
    path = tmp_path / "flows.csv"
    path.write_text(
        "year,coo_iso,coa_iso,refugees,asylum_seekers,refugee_like,oip\n2012,XOU,XNA,100,,7,\n2012,XOU,XBE,,5,,\n"
    )
    table = table_of(UnhcrFlows(), path, ouadji)
    assert table[["measure", "group", "host", "people"]].to_numpy().tolist() == [
        ["flow", "refugees", "XNA", 100],
        ["flow", "asylum_seekers", "XBE", 5],
    ]


def test_solutions(tmp_path: Path, ouadji: Country) -> None:
    """Returns keep the country left as host; the owner's own column names are read."""
    path = tmp_path / "solutions.csv"
    path.write_text(
        "Year,Country of origin (ISO),Country of asylum (ISO),Returned refugees,Resettlement arrivals,"
        "Naturalisation,Returned IDPss\n"
        "2013,XOU,XNA,3758,,,\n2013,XOU,USA,,12,3,\n2013,XOU,XOU,,,,42253\n"
    )
    table = table_of(UnhcrSolutions(), path, ouadji)
    assert {(row.group, row.host, row.people) for row in table.itertuples()} == {
        ("returned_refugees", "XNA", 3758),
        ("resettled", "USA", 12),
        ("naturalised", "USA", 3),
        ("returned_idps", "XOU", 42253),
    }


def test_files_are_told_apart(tmp_path: Path) -> None:
    """The end-year file is neither flows nor solutions, though it shares their column names."""
    path = tmp_path / "population.csv"
    path.write_text("year,coo_iso,coa_iso,refugees,asylum_seekers,returned_refugees,idps\n2012,XOU,XNA,1,1,1,0\n")
    for source in (UnhcrFlows(), UnhcrSolutions()):
        with pytest.raises(DataError, match="lacks the column"):
            source.read(path)


@pytest.mark.shared
def test_real_files(shared: Path, ouadji: Country) -> None:
    """Every row of the real files is read; Mali's flight of 2012 and return of 2013 come out as published."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    atlas = Atlas(profile, ouadji.areas)
    tables = {}
    for source, name, total in ((UnhcrFlows(), "flows", 10077), (UnhcrSolutions(), "solutions", 1287)):
        reading = source.read(shared / "displacement" / f"unhcr_{name}.csv")
        assert (reading.total, len(reading.refused)) == (total, 0)
        tables[name] = (
            source.tables([reading], profile, atlas).tables["displacement"].set_index(["group", "date", "host"])
        )
    assert tables["flows"]["people"]["refugees", "2012-12-31", "MRT"] == 54028
    assert tables["solutions"]["people"]["returned_idps", "2013-12-31", "MLI"] == 42253
