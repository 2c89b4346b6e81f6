"""Curated DDR, arms and bases: dates, single figures, openings and closings."""

from pathlib import Path

import pytest

from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.curated_ddr_arms import CuratedDdrArms

HEADER = "kind,group,item,date,date_end,value,source,basis,confidence,note\n"


def made(path: Path, country: Country):
    profile = country.profile.model_copy(update={"curated_facts": True})
    source = CuratedDdrArms()
    return source.tables([source.read(path)], profile, Atlas(profile, country.areas))


def test_figures(tmp_path: Path, ouadji: Country) -> None:
    """A single figure has an amount and unit, several have none; a row is public a month after its period."""
    path = tmp_path / "ddr_arms.csv"
    path.write_text(
        HEADER
        + "cantonment,1995,five sites,1995-11-15,1996-01,2681 combatants,P,read,high,\n"
        + "arms,1996,weapons burned,1996-03-27,,3000,P,read,high,\n"
        + "arms,2013,seizures,2013,2014,150 t; 200 weapons,P,,,\n"
    )
    table = made(path, ouadji).tables["ddr_arms"]
    assert table["unit"].to_list() == ["people", "weapons", ""]
    assert table["amount"].fillna(-1).to_list() == [2681, 3000, -1]
    assert table["published"].astype(str).to_list() == ["1996-03-01", "1996-04-26", "2015-01-30"]
    assert table["basis"].to_list() == ["read", "read", "memory"]
    assert check_table(TABLES["ddr_arms"], table, "ddr_arms")[1] == []


def test_bases_open_and_close(tmp_path: Path, ouadji: Country) -> None:
    """A base with both dates is two rows, so that its closing is not seen while it stands."""
    path = tmp_path / "ddr_arms.csv"
    path.write_text(
        HEADER
        + "base,MISOUA,Kelani,2013,2023-12,250,P,read,high,kept\nbase,MISOUA,Tamrat,,before 2023-12-08,,P,read,high,\n"
    )
    table = made(path, ouadji).tables["ddr_arms"]
    assert table[["item", "date", "note"]].to_numpy().tolist() == [
        ["Kelani: opened", "2013", ""],
        ["Kelani: closed", "2023-12", "kept"],
        ["Tamrat: closed", "2023-12-08", "end: before 2023-12-08"],
    ]


def test_dates(tmp_path: Path, ouadji: Country) -> None:
    """Rows without a date, with an unreadable one and with crossed dates are refused."""
    path = tmp_path / "ddr_arms.csv"
    path.write_text(
        HEADER + "arms,A,a,,,5,P,read,high,\narms,B,b,soon,2013,5,P,read,high,\narms,C,c,2014,2013-05,5,P,read,high,\n"
    )
    assert [fault.row for fault in made(path, ouadji).refused] == [2, 3, 4]


def test_a_cantonment_is_named_not_located(tmp_path: Path, ouadji: Country) -> None:
    """Coordinates of a place of fighters do not pass into the pack."""
    path = tmp_path / "ddr_arms.csv"
    path.write_text(HEADER + 'cantonment,2015,"Fafa (Tamrat, 15.320 N 0.746 E)",2015,,,P,read,high,\n')
    assert made(path, ouadji).tables["ddr_arms"]["item"].to_list() == ["Fafa (Tamrat)"]


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """Four of the 42 rows have no date at all; the rest can be placed in time."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    source = CuratedDdrArms()
    reading = source.read(shared / "facts" / "ddr_arms.csv")
    assert (reading.total, len(reading.refused)) == (42, 0)
    result = source.tables([reading], profile, Atlas(profile, ouadji.areas))
    assert len(result.refused) == 4
    table = result.tables["ddr_arms"]
    registered = table[table["item"] == "registered by 26 November 2018"].iloc[0]
    assert (registered["amount"], registered["unit"], str(registered["published"].date())) == (
        1289,
        "people",
        "2018-12-30",
    )
    assert check_table(TABLES["ddr_arms"], table, "ddr_arms")[1] == []
