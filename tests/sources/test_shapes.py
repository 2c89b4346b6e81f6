"""Features with shapes are read to the last one, from GeoJSON and from Shapefiles."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest
import shapely

from toguna.core.errors import DataError
from toguna.sources.fields import Field
from toguna.sources.reading import Reading
from toguna.sources.shapes import read_features

FIELDS = (Field("name"), Field("rank", "number", required=False, empty=True))
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def read(path: Path) -> Reading:
    return read_features(path, FIELDS, what="squares", shapes=("Polygon", "MultiPolygon"))


def write(folder: Path, *features: object, **more: object) -> Path:
    path = folder / "squares.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}))
    return path


def one(name: object = "a", shape: object = SQUARE) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": shape}


def test_every_feature_is_accounted_for(tmp_path: Path) -> None:
    """Features without a shape, of another kind, off the globe, without a name or no feature at all are refused."""
    off = {"type": "Polygon", "coordinates": [[[0, 0], [999, 0], [1, 1], [0, 0]]]}
    broken = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0]]]}
    point = {"type": "Point", "coordinates": [0, 0]}
    features = [one(), one(shape=None), one(shape=point), one(shape=off), one(shape=broken), one(None), None, one("b")]
    reading = read(write(tmp_path, *features))
    assert reading.rows["name"].to_dict() == {1: "a", 8: "b"}
    assert [(fault.row, fault.column) for fault in reading.refused] == [
        (6, "name"), (7, "name"), (2, "geometry"), (3, "geometry"), (4, "geometry"), (5, "geometry"),
    ]  # fmt: skip


def test_half_a_letter(tmp_path: Path) -> None:
    """JSON can spell half of a letter; the feature is refused, and a property of such a name does no harm."""
    odd = one("b")
    odd["properties"]["\ud83d"] = 1  # type: ignore[index]
    reading = read(write(tmp_path, one("a\ud83d"), odd))
    assert reading.rows["name"].to_dict() == {2: "b"}
    assert [(fault.row, fault.value, fault.problem) for fault in reading.refused] == [
        (1, "a\ufffd", "a letter cannot be read")
    ]
    path = write(tmp_path, {"properties": {"\ud83d": 1}})
    with pytest.raises(DataError, match="lacks the column name") as caught:
        read(path)
    str(caught.value).encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ('{"type": "FeatureCollection", "features": [', "damaged or cut off"),
        ("[" * 100_000, "damaged or cut off"),
        ('{"type": "FeatureCollection", "features": []}', "holds no features"),
        ("[1, 2]", "holds no features"),
        ('{"features": [{}], "crs": {"properties": {"name": "EPSG:32630"}}}', "expected longitude and latitude"),
        ('{"features": [{"properties": {"nom": "a"}}]}', "lacks the column name"),
    ],
)
def test_no_such_file(tmp_path: Path, text: str, said: str) -> None:
    """What is no collection of features in degrees is refused in one sentence."""
    path = tmp_path / "squares.geojson"
    path.write_text(text)
    with pytest.raises(DataError, match=said) as caught:
        read(path)
    assert str(caught.value).startswith("squares.geojson")
    assert "\n" not in str(caught.value)


@pytest.fixture
def shapefile(tmp_path: Path) -> Path:
    """Three squares as a Shapefile in degrees."""
    shapes = [shapely.box(n, 0, n + 1, 1) for n in range(3)]
    path = tmp_path / "squares.shp"
    geopandas.GeoDataFrame({"name": ["a", "é", "c"]}, geometry=shapes, crs="EPSG:4326").to_file(path)
    return path


def test_shapefile(shapefile: Path) -> None:
    """The three parts of a Shapefile are read as one file."""
    assert read(shapefile).rows["name"].to_list() == ["a", "é", "c"]


def test_shapefile_in_metres(shapefile: Path) -> None:
    """A Shapefile in another coordinate system is refused by the system's name."""
    geopandas.read_file(shapefile).to_crs("EPSG:32630").to_file(shapefile)
    with pytest.raises(DataError, match=r"UTM zone 30N; expected longitude and latitude"):
        read(shapefile)


def test_shapefile_with_a_damaged_system(shapefile: Path) -> None:
    """A coordinate system whose name is no text is refused in a sentence."""
    system = shapefile.with_suffix(".prj")
    system.write_bytes(system.read_bytes().replace(b"WGS", b"W\xffS", 1))
    with pytest.raises(DataError, match=r"squares\.shp cannot be read"):
        read(shapefile)


def test_shapefile_with_a_cut_index(shapefile: Path) -> None:
    """An index that was cut off would hide the last shapes without a word, so the parts are compared."""
    index = shapefile.with_suffix(".shx")
    data = bytearray(index.read_bytes()[:-8])
    data[24:28] = (len(data) // 2).to_bytes(4, "big")
    index.write_bytes(data)
    with pytest.raises(DataError, match="has 2 shapes but 3 rows"):
        read(shapefile)


def test_shapefile_cut_off(shapefile: Path) -> None:
    """A shape that was cut off is refused; a table that was cut off is no Shapefile any more."""
    shapefile.write_bytes(shapefile.read_bytes()[:-60])
    reading = read(shapefile)
    assert (reading.rows["name"].to_list(), [fault.row for fault in reading.refused]) == (["a", "é"], [3])
    shapefile.with_suffix(".dbf").write_bytes(b"")
    with pytest.raises(DataError, match=r"squares\.shp"):
        read(shapefile)
