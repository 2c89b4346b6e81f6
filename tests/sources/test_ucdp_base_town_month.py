"""Civilians killed near towns that ever held a peacekeeping base, by month and perpetrator."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.check import check_table
from toguna.country.tables import TABLES
from toguna.sources.atlas import Atlas
from toguna.sources.source import Made
from toguna.sources.ucdp_base_town_month import UcdpBaseTownMonth

HEADER = (
    "base_id,prioid,latitude,longitude,year,month,hq,t_ind,treated,ucdp_gov_vac_5,ucdp_gov_vac_all,ucdp_reb_vac_5,"
    "ucdp_reb_vac_all\n"
)


def row(base: int, year: object, month: object, government: object, groups: object, place: str = "10.5,1.0") -> str:
    return f"{base}.0,,{place},{year}.0,{month}.0,,0.0,1.0,0.0,{government},0.0,{groups}\n"


def made(country: Country, *paths: Path) -> Made:
    readings = [UcdpBaseTownMonth().read(path) for path in paths]
    return UcdpBaseTownMonth().tables(readings, country.profile, Atlas(country.profile, country.areas))


def test_two_perpetrators_a_month(tmp_path: Path, ouadji: Country) -> None:
    """Each town and month has a row by perpetrator, zeros included; towns elsewhere have none."""
    path = tmp_path / "ucdp_base_town_month_10km_x.csv"
    path.write_text(HEADER + row(7, 2012, 3, 0.0, 5.0) + row(8, 2012, 3, 9.0, 9.0, "60,60"))
    months = made(ouadji, path).tables["violence_monthly"]
    assert months[["month", "unit_kind", "unit", "type", "perpetrator", "fatalities"]].to_numpy().tolist() == [
        ["2012-03", "within_10km", "base-7", "one_sided", "government", 0.0],
        ["2012-03", "within_10km", "base-7", "one_sided", "non_state", 5.0],
    ]
    assert set(months["published"].astype(str)) == {"2013-06-01"}
    assert check_table(TABLES["violence_monthly"], months, "violence_monthly")[1] == []


def test_both_radii_side_by_side(tmp_path: Path, ouadji: Country) -> None:
    """The radius comes from the file's name and keeps the two files apart; a packed file is read as it is."""
    plain, packed = tmp_path / "ucdp_base_town_month_10km_x.csv", tmp_path / "ucdp_base_town_month_30km_x.csv.gz"
    plain.write_text(HEADER + row(7, 2012, 3, 0, 5))
    packed.write_bytes(gzip.compress((HEADER + row(7, 2012, 3, 0, 6)).encode()))
    months = made(ouadji, plain, packed).tables["violence_monthly"]
    assert months.groupby("unit_kind")["fatalities"].sum().to_dict() == {"within_10km": 5, "within_30km": 6}
    assert check_table(TABLES["violence_monthly"], months, "violence_monthly")[1] == []


def test_towns_elsewhere(tmp_path: Path, ouadji: Country) -> None:
    """Towns abroad have a table of their own at the wide radius only, with their months of nothing."""
    narrow, wide = tmp_path / "ucdp_base_town_month_10km_x.csv", tmp_path / "ucdp_base_town_month_30km_x.csv"
    for path in (narrow, wide):
        path.write_text(
            HEADER + row(7, 2012, 3, 0, 5) + row(8, 2012, 3, 9, 0, "60,60") + row(8, 2012, 4, 0, 0, "60,60")
        )
    tables = made(ouadji, narrow, wide).tables
    elsewhere = tables["violence_elsewhere"]
    assert elsewhere[["month", "unit_kind", "unit", "iso3", "perpetrator", "fatalities"]].to_numpy().tolist() == [
        ["2012-03", "within_30km", "base-8", "", "government", 9.0],
        ["2012-04", "within_30km", "base-8", "", "government", 0.0],
        ["2012-03", "within_30km", "base-8", "", "non_state", 0.0],
        ["2012-04", "within_30km", "base-8", "", "non_state", 0.0],
    ]
    assert set(tables["violence_monthly"]["unit"]) == {"base-7"}
    assert check_table(TABLES["violence_elsewhere"], elsewhere, "violence_elsewhere")[1] == []


def test_a_country_that_never_had_a_base(tmp_path: Path, ouadji: Country) -> None:
    """A file with no town here makes an empty table and no fuss."""
    path = tmp_path / "ucdp_base_town_month_10km_x.csv"
    path.write_text(HEADER + row(8, 2012, 3, 9, 9, "60,60"))
    assert made(ouadji, path).tables["violence_monthly"].empty


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    """A thirteenth month, negative deaths, a point off the globe and a month twice have line and reason."""
    path = tmp_path / "ucdp_base_town_month_10km_x.csv"
    path.write_text(
        HEADER + row(7, 2012, 3, 0, 5) + row(7, 2012, 13, 0, 5) + row(7, 2012, 4, -1, 5)
        + row(7, 2012, 5, 0, 5, "91,1") + row(7, 2012, 3, 0, 6)
    )  # fmt: skip
    reading = UcdpBaseTownMonth().read(path)
    assert (reading.total, len(reading.rows)) == (5, 1)
    assert [(fault.row, fault.column) for fault in reading.refused] == [
        (3, "month"),
        (4, "ucdp_gov_vac_all"),
        (5, "latitude"),
        (6, "base_id, year, month"),
    ]


def test_other_files(tmp_path: Path) -> None:
    """A name without a radius and a file without the columns are refused in a sentence."""
    (tmp_path / "ucdp_base_town_month_5km_x.csv").write_text(HEADER + row(7, 2012, 3, 0, 5))
    with pytest.raises(DataError, match="does not say its radius"):
        UcdpBaseTownMonth().read(tmp_path / "ucdp_base_town_month_5km_x.csv")
    (tmp_path / "ucdp_base_town_month_10km_x.csv").write_text("base_id,year\n7,2012\n")
    with pytest.raises(DataError, match="ucdp_gov_vac_all; ucdp_reb_vac_all"):
        UcdpBaseTownMonth().read(tmp_path / "ucdp_base_town_month_10km_x.csv")


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """Fifteen towns in Mali over 288 months; within 30 km 22 of their months to 2017 saw civilians killed."""
    paths = sorted((shared / "events").glob("ucdp_base_town_month_*km_*.csv.gz"))
    assert [(one.total, one.refused) for one in map(UcdpBaseTownMonth().read, paths)] == [(66816, ())] * 2
    months = made(mali, *paths).tables["violence_monthly"]
    assert months["unit"].nunique() == 15
    assert months.groupby("unit_kind").size().to_dict() == {"within_10km": 8640, "within_30km": 8640}
    wide = months[months["unit_kind"] == "within_30km"].groupby(["unit", "month"])["fatalities"].sum()
    assert (wide > 0).sum() == 22
    elsewhere = made(mali, *paths).tables["violence_elsewhere"]
    assert elsewhere["unit"].nunique() == 232 - 15
    assert (len(elsewhere), set(elsewhere["unit_kind"])) == (217 * 288 * 2, {"within_30km"})
