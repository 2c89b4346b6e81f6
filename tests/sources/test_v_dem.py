"""V-Dem: indices by year with their interval."""

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.v_dem import VDem

HEADER = "country_text_id,year,v2x_polyarchy,v2x_polyarchy_codelow,v2x_polyarchy_codehigh,v2x_libdem,v2elfrfair,note\n"


def test_indices(tmp_path: Path, ouadji: Country) -> None:
    """Each index present makes a row with its interval where it has one; blanks and other countries make none."""
    path = tmp_path / "V-Dem-CY-Core-v15.csv"
    path.write_text(HEADER + "XOU,2012,0.35,0.3,0.4,,1.2,\nXOU,2013,0.4,,,0.25,1.1,\nXNA,2012,0.5,0.4,0.6,0.3,1,\n")
    reading = VDem().read(path)
    table = VDem().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas)).tables["governance"]
    assert table[["year", "index", "value"]].to_numpy().tolist() == [
        [2012, "v2x_polyarchy", 0.35],
        [2013, "v2x_polyarchy", 0.4],
        [2013, "v2x_libdem", 0.25],
    ]
    assert table["low"].isna().tolist() == [False, True, True]
    assert set(table["source"]) == {"v-dem@15"}
    assert str(table["published"].iloc[0].date()) == "2013-03-15"
    assert check_table(TABLES["governance"], table, "governance")[1] == []


def test_bad_rows_are_refused(tmp_path: Path, ouadji: Country) -> None:
    """An index above 1, an estimate outside its interval and a second row of a year are listed."""
    path = tmp_path / "vdem.csv"
    path.write_text(HEADER + "XOU,2012,35,,,,,\nXOU,2013,0.4,0.5,0.6,,,\nXOU,2014,0.4,,,,,\nXOU,2014,0.5,,,,,\n")
    reading = VDem().read(path)
    assert [fault.row for fault in reading.refused] == [2]
    made = VDem().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas))
    assert sorted((fault.row, fault.column) for fault in made.refused) == [(3, "v2x_polyarchy"), (5, "year")]
    assert made.tables["governance"]["value"].to_list() == [0.4]


def test_many_columns(tmp_path: Path) -> None:
    """The full file's thousands of other columns do not get in the way."""
    path = tmp_path / "V-Dem-CY-Full+Others-v14.csv"
    more = ",".join(f"v3_{number}" for number in range(4000))
    path.write_text(f"country_name,country_text_id,year,v2x_polyarchy,{more}\nOuadji,XOU,2012,0.3{',NA' * 4000}\n")
    reading = VDem().read(path)
    assert (reading.total, reading.version) == (1, "14")


def test_without_the_main_index(tmp_path: Path) -> None:
    """A file without electoral democracy is no V-Dem file."""
    path = tmp_path / "vdem.csv"
    path.write_text("country_text_id,year,v2x_libdem\nXOU,2012,0.3\n")
    with pytest.raises(DataError, match="lacks the column v2x_polyarchy"):
        VDem().read(path)


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """Mali's electoral democracy before and after the coup of 2012 comes out as published."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    reading = VDem().read(shared / "politics" / "vdem_simple_1989_2024.csv")
    assert (reading.total, len(reading.refused)) == (324, 0)
    table = VDem().tables([reading], profile, Atlas(profile, ouadji.areas)).tables["governance"]
    values = table.set_index(["index", "year"])["value"]
    assert (values["v2x_polyarchy", 2011], values["v2x_polyarchy", 2013]) == (0.604, 0.326)
    assert len(table) == 7 * 36
