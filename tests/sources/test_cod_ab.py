"""COD-AB: areas of all levels from one coverage, with matching borders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.country.packs import find_pack
from toguna.country.profile import read_profile
from toguna.sources.cod_ab import CodAb
from toguna.sources.coverage import dissolve, matched, polygons


def square(west: float, south: float, side: float = 1.0) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def write(path: Path, features: list[tuple[dict[str, object], object]]) -> Path:
    rows = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def polygon(*rings: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def area(level: int, code: str, style: str = "admin{}Pcod") -> dict[str, object]:
    """Properties of an area whose P-code holds those of its parents: XO, XO01, XO0101."""
    found: dict[str, object] = {}
    for n in range(level + 1):
        part = code[: 2 + 2 * n]
        name = style.replace("Pcod", "Name").replace("_PCODE", "_FR")
        found[style.format(n)], found[name.format(n)] = part, f"Area {part}"
    return found


def test_coarser_levels_come_from_the_finest(tmp_path: Path, ouadji: Country) -> None:
    """A file of level 2 alone gives levels 0 to 2, with parents, and areas that add up."""
    features = [(area(2, f"XO010{n}"), polygon(square(n, 11))) for n in (1, 2)]
    path = write(tmp_path / "xou_cod_ab_adm2.geojson", features)
    areas = CodAb().tables([CodAb().read(path)], ouadji.profile, None).tables["areas"]
    assert areas["pcode"].tolist() == ["XO", "XO01", "XO0101", "XO0102"]
    assert areas["parent"].tolist() == ["", "XO", "XO01", "XO01"]
    assert areas["area_km2"][0] == pytest.approx(areas["area_km2"][2:].sum(), abs=0.05)
    assert areas["area_km2"][2] == pytest.approx(12_070, rel=0.01)


def test_other_spellings_of_columns(tmp_path: Path, ouadji: Country) -> None:
    """The owner's ADM2_FR and ADM2_PCODE are read like admin2Name and admin2Pcod."""
    path = write(
        tmp_path / "xou_admbnda_adm2_20211220.geojson", [(area(2, "XO0101", "ADM{}_PCODE"), polygon(square(1, 11)))]
    )
    reading = CodAb().read(path)
    assert reading.version == "20211220"
    areas = CodAb().tables([reading], ouadji.profile, None).tables["areas"]
    assert areas["name"].tolist() == ["Area XO", "Area XO01", "Area XO0101"]


def test_a_shape_that_reaches_far_off_is_refused(tmp_path: Path, ouadji: Country) -> None:
    """A shape with one point gone astray would blow up its area, so it is refused like one that lies elsewhere."""
    stray = square(1, 11)
    stray[2] = [89.0, 89.0]
    features = [
        (area(1, "XO01"), polygon(square(1, 11))),
        (area(1, "XO02"), polygon(stray)),
        (area(1, "XO03"), polygon(square(40, 40))),
    ]
    made = CodAb().tables([CodAb().read(write(tmp_path / "xou_cod_ab_adm1.geojson", features))], ouadji.profile, None)
    assert made.tables["areas"]["pcode"].tolist() == ["XO", "XO01"]
    assert [(fault.row, fault.problem) for fault in made.refused] == [
        (2, "the shape lies off the country"),
        (3, "the shape lies off the country"),
    ]


def test_crossed_ring_is_repaired_and_double_refused(tmp_path: Path, ouadji: Country) -> None:
    """A ring that crosses itself becomes valid; a P-code used twice is refused once, with its row."""
    bow = [[1, 11], [2, 12], [2, 11], [1, 12], [1, 11]]
    features = [(area(1, "XO01"), polygon(bow)), (area(1, "XO01"), polygon(square(3, 11)))]
    made = CodAb().tables([CodAb().read(write(tmp_path / "xou_cod_ab_adm1.geojson", features))], ouadji.profile, None)
    assert made.tables["areas"].is_valid.all()
    assert [(fault.row, fault.value) for fault in made.refused] == [(2, "XO01")]
    assert "used twice" in made.refused[0].problem


def test_features_without_shape_are_refused(tmp_path: Path) -> None:
    """Features read and features refused together are the features of the file."""
    features = [
        (area(0, "XO"), polygon(square(1, 11))),
        (area(0, "XP"), None),
        (area(0, "XQ"), {"type": "Point", "coordinates": [1, 1]}),
        ({"admin0Name": "", "admin0Pcod": "XR"}, polygon(square(1, 11))),
        (area(0, "XS"), polygon(square(200, 11))),
    ]
    reading = CodAb().read(write(tmp_path / "xou_cod_ab_adm0.geojson", features))
    assert (reading.total, len(reading.rows)) == (5, 1)
    assert sorted(fault.row for fault in reading.refused) == [2, 3, 4, 5]


def test_levels_that_disagree_are_said(tmp_path: Path, ouadji: Country) -> None:
    """Where an area's own outline is not the sum of the areas in it, the sum is used and the report says so."""
    two = write(tmp_path / "xou_cod_ab_adm2.geojson", [(area(2, "XO0101"), polygon(square(1, 11)))])
    features = [(area(1, "XO01"), polygon(square(1, 11, 2))), (area(1, "XO02"), polygon(square(3, 11)))]
    one = write(tmp_path / "xou_cod_ab_adm1.geojson", features)
    made = CodAb().tables([CodAb().read(one), CodAb().read(two)], ouadji.profile, None)
    assert made.tables["areas"]["pcode"].tolist() == ["XO", "XO01", "XO0101"]
    assert ["differs by 75" in fault.problem for fault in made.refused] == [True, False]
    assert "no area of the finest level" in made.refused[1].problem


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("xou_cod_ab_adm2.geojson", '{"type": "FeatureCollection", "features": [{"type"', "damaged or cut off"),
        ("xou_cod_ab_adm2.geojson", "[]", "no features"),
        ("xou_cod_ab_adm2.geojson", "", "is empty"),
        ("xou_cod_ab_adm2.geojson", '{"features": [{"properties": {"a": 1}, "geometry": null}]}', "lacks the column"),
        ("xou_cod_ab_adm2.geojson", '{"crs": "EPSG:32630", "features": [{}]}', "EPSG:4326"),
        ("boundaries.geojson", "{}", "does not say its level"),
        ("xou_admbnda_adm2.shp", "no shapes at all", "cannot be read"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    """A file that cannot be read is refused in a sentence with its name and the cause."""
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=said) as caught:
        CodAb().read(tmp_path / name)
    assert name in str(caught.value)


def test_boundaries_of_another_country(tmp_path: Path, ouadji: Country) -> None:
    """A file whose name starts with another country's code is not used; nothing left is an error."""
    path = write(tmp_path / "nna_cod_ab_adm0.geojson", [(area(0, "XO"), polygon(square(1, 11)))])
    with pytest.raises(DataError, match="No COD-AB boundaries of XOU"):
        CodAb().tables([CodAb().read(path)], ouadji.profile, None)


def test_shapefile(tmp_path: Path, ouadji: Country) -> None:
    """A Shapefile yields what the GeoJSON of the same areas yields."""
    ouadji.areas[ouadji.areas["level"] == 0].assign(admin0Name="Ouadji", admin0Pcod="XO")[
        ["admin0Name", "admin0Pcod", "geometry"]
    ].to_file(tmp_path / "xou_admbnda_adm0.shp")
    areas = CodAb().tables([CodAb().read(tmp_path / "xou_admbnda_adm0.shp")], ouadji.profile, None).tables["areas"]
    assert areas["pcode"].tolist() == ["XO"]


def test_mismatched_borders_are_noded() -> None:
    """Two neighbours whose border differs by a point share it afterwards, and dissolve without a hole."""
    left = shapely.Polygon([(0, 0), (1, 0), (1.0005, 0.5), (1, 1), (0, 1)])
    right = shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1)])
    shapes = matched(polygons([left, right]))
    assert shapely.coverage_is_valid(shapes)
    assert dissolve(["a", "a"], shapes)[1][0].equals(shapely.union_all([left, right]))


@pytest.mark.shared
def test_mali(shared: Path) -> None:
    """Mali has 1, 9, 50 and 701 areas; levels match exactly and simplifying moves less than 0.1 % of any total."""
    profile = read_profile(find_pack("mali") / "country.yaml")
    readings = [CodAb().read(path) for path in sorted((shared / "geo").glob("mli_cod_ab_adm*.geojson"))]
    made = CodAb().tables(readings, profile, None)
    areas = made.tables["areas"]
    assert made.refused == ()
    assert areas.groupby("level").size().tolist() == [1, 9, 50, 701]
    assert areas.groupby("level")["area_km2"].sum().tolist() == pytest.approx([1_258_443.6] * 4, rel=1e-4)
    assert all(shapely.coverage_is_valid(areas.loc[areas["level"] == n, "geometry"].to_numpy()) for n in range(4))
