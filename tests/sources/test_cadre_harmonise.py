"""Cadre Harmonisé: areas by name, parts summed, rows that contradict themselves refused, days of publication."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.sources.atlas import Atlas
from toguna.sources.cadre_harmonise import CadreHarmonise
from toguna.sources.source import Made

HEADER = (
    "adm0_name,adm1_name,adm2_name,adm2_pcod2,population,phase_class,phase1,phase2,phase3,phase4,phase5,phase35,"
    "chtype,start_date,end_date,reference_label,reference_year\n"
)


def row(area: str, people: str = "100,1,60,20,15,5,0,20", when: str = "current,2022-10-01,2023-01-31,,") -> str:
    return f"Ouadji,x,{area},wrong,{people},{when}"


def made_of(folder: Path, country: Country, *rows: str) -> Made:
    path = folder / "cadre_harmonise_x.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return CadreHarmonise().tables(
        [CadreHarmonise().read(path)], country.profile, Atlas(country.profile, country.areas)
    )


def test_join_by_name_and_sum(tmp_path: Path, ouadji: Country) -> None:
    """Areas are joined by name, never by P-code, and the parts of one area are summed."""
    needs = made_of(tmp_path, ouadji, row("DOUMBA"), row("Doumba", "50,1,50,0,0,0,0,0"), row("Kélani")).tables["needs"]
    assert needs[["pcode", "population", "phase3_plus"]].to_numpy().tolist() == [
        ["XO0201", 150, 20],
        ["XO0202", 100, 20],
    ]


def test_refusals(tmp_path: Path, ouadji: Country) -> None:
    """An unknown area, a double, and phases that do not add up are refused with their line and reason."""
    rows = (
        row("Nowhere"),
        row("Doumba"),
        row("Doumba"),
        row("Kelani", "100,1,60,20,15,5,0,80"),
        row("Azgar", "900,1,60,20,15,5,0,20"),
    )
    made = made_of(tmp_path, ouadji, *rows)
    assert made.tables["needs"]["pcode"].tolist() == ["XO0201"]
    assert [(fault.row, fault.problem.split(" add")[0]) for fault in made.refused] == [
        (2, "no admin 2 area has this name"),
        (4, "the row is there twice"),
        (5, "phases 3 to 5 do not"),
        (6, "the phases do not"),
    ]


def test_more_people_than_any_country_has(tmp_path: Path, ouadji: Country) -> None:
    """A figure with too many digits is refused where it stands, and never spread over settlements."""
    path = tmp_path / "cadre_harmonise_x.csv"
    path.write_text(HEADER + row("Doumba", "1e22,1,1e22,0,0,0,0,0") + "\n" + row("Kelani") + "\n")
    reading = CadreHarmonise().read(path)
    assert [(fault.row, fault.column) for fault in reading.refused] == [(2, "population")]
    assert reading.rows["adm2_name"].tolist() == ["Kelani"]


def test_published(tmp_path: Path, ouadji: Country) -> None:
    """A current round is out 30 days after its first month; its projection is out with it, before it starts."""
    later = "projected,2023-06-01,2023-08-31,,"
    alone = "projected,2020-06-01,2020-08-31,,"
    needs = made_of(tmp_path, ouadji, row("Doumba"), row("Doumba", when=later), row("Doumba", when=alone)).tables[
        "needs"
    ]
    assert needs.set_index("date_start")["published"].dt.strftime("%Y-%m-%d").to_dict() == {
        "2022-10-01": "2022-11-30",
        "2023-06-01": "2022-11-30",
        "2020-06-01": "2020-06-01",
    }


def test_period_from_label(tmp_path: Path, ouadji: Country) -> None:
    """The owner's own download gives the period as months and a year; a row with neither is refused."""
    made = made_of(tmp_path, ouadji, row("Doumba", when="current,,,Oct-Jan,2022"), row("Kelani", when="current,,,,"))
    assert made.tables["needs"][["date_start", "date_end"]].to_numpy().tolist() == [["2022-10-01", "2023-01-31"]]


def test_other_file(tmp_path: Path) -> None:
    """Another file is named, with what it lacks."""
    (tmp_path / "cadre_harmonise.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match="adm2_name"):
        CadreHarmonise().read(tmp_path / "cadre_harmonise.csv")


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """All 50 cercles are joined in each of four rounds, and no person is lost on the way."""
    reading = CadreHarmonise().read(shared / "geo" / "cadre_harmonise_adm2_population_ipc.csv")
    made = CadreHarmonise().tables([reading], mali.profile, Atlas(mali.profile, mali.areas))
    needs = made.tables["needs"]
    assert made.refused == ()
    assert needs.groupby(["date_start", "round"]).size().tolist() == [50, 50, 50, 50]
    assert needs.groupby("date_start")["population"].sum().tolist() == [20_537_000, 22_293_391, 22_900_621, 22_900_621]
