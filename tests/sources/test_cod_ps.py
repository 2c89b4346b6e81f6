"""COD-PS: settlements once each, in the area their point and their P-code agree on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.sources.atlas import Atlas
from toguna.sources.cod_ps import CodPs
from toguna.sources.source import Made

HEADER = (
    "featureNam,pcode,popPlaceCl,admin1Name,admin1Pcod,admin2Name,admin2Pcod,admin3Name,admin3Pcod,longitude,latitude\n"
)


def made_of(folder: Path, country: Country, *rows: str) -> Made:
    path = folder / "xou_cod_ps_settlements.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return CodPs().tables([CodPs().read(path)], country.profile, Atlas(country.profile, country.areas))


def row(name: str, code: str, kind: int, admin2: str, lon: float, lat: float) -> str:
    return f"{name},{code},{kind},,,,{admin2},,,{lon},{lat}"


def test_kinds(tmp_path: Path, ouadji: Country) -> None:
    """Class 1 is the capital, 2 to 4 are towns, 5 are villages; nothing is known of their people yet."""
    rows = [row(f"Place {n}", f"S{n}", n, "XO0201", 0.5 + n / 10, 11) for n in range(1, 6)]
    places = made_of(tmp_path, ouadji, *rows).tables["places"]
    assert places["kind"].tolist() == ["capital", "town", "town", "town", "village"]
    assert places["population"].isna().all()
    assert set(places["population_basis"]) == {"none"}
    assert places["published"].dt.year.tolist() == [1900] * 5


def test_same_name_at_same_point_is_one_settlement(tmp_path: Path, ouadji: Country) -> None:
    """Of two rows with one name and point the higher class stays; the other is listed with its line."""
    made = made_of(tmp_path, ouadji, row("Wolo", "S1", 5, "XO0201", 1, 11), row("WOLO", "S2", 4, "XO0201", 1, 11))
    assert made.tables["places"]["place_id"].tolist() == ["S2"]
    assert [(fault.row, fault.value) for fault in made.refused] == [(2, "Wolo (S1)")]


def test_different_names_at_one_point_stay(tmp_path: Path, ouadji: Country) -> None:
    """Two settlements drawn at one point are both kept, and say so."""
    made = made_of(tmp_path, ouadji, row("Wolo", "S1", 5, "XO0201", 1, 11), row("Fana", "S2", 5, "XO0201", 1, 11))
    assert made.tables["places"]["note"].tolist() == ["shares its point with 1 other"] * 2


def test_same_code_twice(tmp_path: Path, ouadji: Country) -> None:
    """A P-code used twice is refused once."""
    made = made_of(tmp_path, ouadji, row("Wolo", "S1", 5, "XO0201", 1, 11), row("Fana", "S1", 5, "XO0201", 1.5, 11))
    assert len(made.tables["places"]) == len(made.refused) == 1


def test_near_the_border_the_stated_area_stands(tmp_path: Path, ouadji: Country) -> None:
    """A point 2 km beyond the border keeps the area it states; one 50 km beyond takes the area it lies in."""
    rows = row("Near", "S1", 5, "XO0201", 2.02, 11), row("Far", "S2", 5, "XO0201", 2.5, 11)
    places = made_of(tmp_path, ouadji, *rows).tables["places"].set_index("name")
    assert places["admin2_pcode"].to_dict() == {"Near": "XO0201", "Far": "XO0202"}
    assert places.loc["Near", "note"] == "point 2.2 km outside the area stated, which is kept"
    assert places.loc["Far", "note"] == "the file puts it in XO0201; its point decides"


def test_wrong_sign_is_mirrored(tmp_path: Path, ouadji: Country) -> None:
    """A longitude with the wrong sign is corrected where the mirror image lies in the stated area."""
    places = made_of(tmp_path, ouadji, row("Wolo", "S1", 5, "XO0201", -1.25, 11)).tables["places"]
    assert places["longitude"].tolist() == [1.25]
    assert places["note"].tolist() == ["sign of the longitude corrected: the file has -1.2500"]


def test_swapped_coordinates_are_said(tmp_path: Path, ouadji: Country) -> None:
    """A point off the country is refused, and swapped coordinates are called so."""
    made = made_of(tmp_path, ouadji, row("Wolo", "S1", 5, "XO0201", 11.5, 1.5), row("Fana", "S2", 5, "XO0201", 60, 60))
    assert made.tables["places"].empty
    assert [fault.problem for fault in made.refused] == [
        "longitude and latitude seem swapped",
        "the point lies off the country",
    ]


def test_broken_rows_are_counted(tmp_path: Path) -> None:
    """Rows read and refused together are the rows of the file, tags of the HXL row not counted."""
    path = tmp_path / "xou_cod_ps_settlements.csv"
    tags = "#loc+name,#loc+code,#loc+type,,,,#adm2+code,,,#geo+lon,#geo+lat\n"
    path.write_text(
        "\ufeff" + HEADER + tags + row("Wolo", "S1", 5, "XO0201", 1, 11) + "\nFana,S2,9,,,,XO0201,,,1,11\nshort\n"
    )
    reading = CodPs().read(path)
    assert (reading.total, len(reading.rows), len(reading.refused)) == (3, 1, 2)


def test_another_file_is_named(tmp_path: Path) -> None:
    """A file of another kind is refused with the columns it lacks."""
    (tmp_path / "xou_cod_ps_settlements.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="featureNam"):
        CodPs().read(tmp_path / "xou_cod_ps_settlements.csv")


@pytest.mark.shared
def test_mali(shared: Path, mali: Country) -> None:
    """Of 18,769 settlements 206 are doubles; Menaka's longitude is corrected by the general rule."""
    reading = CodPs().read(shared / "geo" / "mli_cod_ps_settlements_18769.csv")
    assert (reading.total, len(reading.refused)) == (18_769, 0)
    made = CodPs().tables([reading], mali.profile, Atlas(mali.profile, mali.areas))
    places = made.tables["places"]
    assert (len(places), len(made.refused)) == (18_563, 206)
    corrected = places[places["note"].str.contains("sign of the longitude")]
    assert len(corrected) == 8
    assert corrected.loc[corrected["name"] == "Menaka", "longitude"].tolist() == [2.40234]
    assert (places["admin2_pcode"] != "").all()
    assert isinstance(places["published"].iloc[0], pd.Timestamp)
