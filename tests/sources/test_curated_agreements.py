"""Curated agreements: nothing about a provision is shown before it was known."""

from pathlib import Path

import pytest

from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.packs import SHIPPED
from toguna.country.profile import read_profile
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.curated_agreements import CuratedAgreements

HEADER = "agreement,date,place,theme,provision,deadline_or_detail,implementation,source,basis,confidence\n"


def made(path: Path, country: Country):
    profile = country.profile.model_copy(update={"curated_facts": True})
    source = CuratedAgreements()
    return source.tables([source.read(path)], profile, Atlas(profile, country.areas))


def test_editions(tmp_path: Path, ouadji: Country) -> None:
    """A provision is published as signed, again with its implementation, and again when the agreement ended."""
    path = tmp_path / "agreements.csv"
    path.write_text(
        HEADER
        + "Kelani,2015-05-15,Kelani,ddr,Fighters cantoned,60 days,launched 6 November 2018,"
        + '"FRS, 2018-12-21",excerpt,high\n'
        + "Kelani,2015-05-15,Kelani,reparation,A fund for victims,,,Press,read,high\n"
        + "Kelani,2024-01-25,Doumba,termination,Government ends it,,,Press,read,high\n"
    )
    table = made(path, ouadji).tables["agreements"]
    ddr = table[table["theme"] == "ddr"]
    assert ddr[["source", "implementation", "ended"]].to_numpy().tolist() == [
        ["curated-agreements@signed", "", ""],
        ["curated-agreements@followed", "launched 6 November 2018", ""],
        ["curated-agreements@ended", "launched 6 November 2018", "2024-01-25"],
    ]
    assert ddr["published"].astype(str).to_list() == ["2015-05-16", "2018-12-22", "2024-01-26"]
    assert set(table["theme"]) == {"ddr", "other", "ending"}
    assert check_table(TABLES["agreements"], table, "agreements")[1] == []


def test_rows_that_state_nothing(tmp_path: Path, ouadji: Country) -> None:
    """A row without a provision and one that is there twice are refused, with their lines."""
    path = tmp_path / "agreements.csv"
    row = "Kelani,2015-05-15,Kelani,ddr,Fighters cantoned,,,P,read,high\n"
    path.write_text(HEADER + "Kelani,2015-05-15,Kelani,justice,,,,,,\n" + row + row)
    result = made(path, ouadji)
    assert [(fault.row, fault.problem) for fault in result.refused] == [
        (2, "no provision is stated"),
        (4, "the provision is there twice"),
    ]


@pytest.mark.shared
def test_mali(shared: Path, ouadji: Country) -> None:
    """As of February 2013 nothing of a later year shows; today the Algiers agreement of 2015 has ended."""
    profile = read_profile(SHIPPED / "mali" / "country.yaml")
    source = CuratedAgreements()
    reading = source.read(shared / "facts" / "agreements.csv")
    assert (reading.total, len(reading.refused)) == (39, 0)
    result = source.tables([reading], profile, Atlas(profile, ouadji.areas))
    assert len(result.refused) == 4
    table = result.tables["agreements"]
    by_then = table[table["published"] <= "2013-02-28"]
    assert set(by_then["agreement"]) == {"Tamanrasset accord", "National Pact", "Algiers accord (Kidal)"}
    newest = table.sort_values("published", kind="stable").drop_duplicates(
        ["agreement", "theme", "provision"], keep="last"
    )
    algiers = newest[(newest["agreement"] == "Algiers peace agreement") & (newest["theme"] != "ending")]
    assert (len(newest), set(algiers["ended"])) == (35, {"2024-01-25"})
