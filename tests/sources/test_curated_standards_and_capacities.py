"""Curated standards and capacities: an amount only where a number is stated."""

from pathlib import Path

import pandas as pd
import pytest

from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.curated_capacities import CuratedCapacities
from toguna.sources.curated_standards import CuratedStandards


def test_standards(tmp_path: Path, ouadji: Country) -> None:
    """A single number is an amount, a range or a sentence is not; standards are always visible."""
    path = tmp_path / "standards.csv"
    path.write_text(
        "standard,sector,indicator,value,source,basis,confidence,note\n"
        "Sphere,water,litres a day,15,Handbook,excerpt,high,\n"
        "Sphere,water,survival,7.5-15,,,high,\nSphere,food,kcal,,,,,\n"
    )
    source = CuratedStandards()
    result = source.tables([source.read(path)], ouadji.profile, Atlas(ouadji.profile, ouadji.areas))
    table = result.tables["standards"]
    assert table["standard_id"].to_list() == ["sphere-water-litres-a-day", "sphere-water-survival"]
    assert table["amount"].fillna(-1).to_list() == [15, -1]
    assert table["basis"].to_list() == ["excerpt", "memory"]
    assert (table["published"] == pd.Timestamp("1900-01-01")).all()
    assert [fault.row for fault in result.refused] == [4]
    assert check_table(TABLES["standards"], table, "standards")[1] == []


def test_capacities(tmp_path: Path, ouadji: Country) -> None:
    """A range has two ends, a number one; a list has none; a capacity without a value is refused."""
    path = tmp_path / "capacities.csv"
    path.write_text(
        "unit_type,measure,value,unit,source,basis,confidence,note\n"
        "Lorry,payload,10-14,t,P,excerpt,high,\nUnit,strength,850,people,,memory,medium,\n"
        'Force,composition,"1,200 infantry + 800 support",people,P,excerpt,medium,\nUN patrol norm,,,,,,,blank\n'
    )
    source = CuratedCapacities()
    result = source.tables([source.read(path)], ouadji.profile, Atlas(ouadji.profile, ouadji.areas))
    table = result.tables["capacities"]
    assert table[["amount_low", "amount_high"]].fillna(-1).to_numpy().tolist() == [[10, 14], [850, 850], [-1, -1]]
    assert [fault.row for fault in result.refused] == [5]
    assert check_table(TABLES["capacities"], table, "capacities")[1] == []


@pytest.mark.shared
def test_real_files(shared: Path, ouadji: Country) -> None:
    """Every row of the real files is read; the Sphere minimum of water is 15 litres."""
    atlas = Atlas(ouadji.profile, ouadji.areas)
    tables = {}
    for source, name, total, refused in (
        (CuratedStandards(), "standards", 34, 0),
        (CuratedCapacities(), "capacities", 23, 1),
    ):
        reading = source.read(shared / "facts" / f"{name}.csv")
        assert (reading.total, len(reading.refused)) == (total, 0)
        result = source.tables([reading], ouadji.profile, atlas)
        assert len(result.refused) == refused
        tables[name] = result.tables[name]
    water = tables["standards"].set_index("standard_id")["amount"]
    assert water["sphere-2018-water-litres-per-person-per-day-minimum"] == 15
    lorry = tables["capacities"].set_index("unit_type").loc["All-terrain lorry (KAMAZ)"]
    assert (lorry["amount_low"], lorry["amount_high"]) == (10, 14)
