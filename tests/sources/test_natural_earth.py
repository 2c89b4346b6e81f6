"""Natural Earth: what a map shows around and behind the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from toguna.core.errors import DataError
from toguna.country import Country
from toguna.sources.atlas import Atlas
from toguna.sources.natural_earth import NaturalEarth


def write(path: Path, *features: tuple[dict[str, object], shapely.Geometry]) -> Path:
    rows = [{"type": "Feature", "properties": p, "geometry": json.loads(shapely.to_geojson(g))} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def test_kinds_and_clipping(tmp_path: Path, ouadji: Country) -> None:
    """Shapes are cut to the country and 4 degrees around it; -99 gives way to ADM0_A3; own towns are left out."""
    countries = write(
        tmp_path / "ne_10m_admin_0_countries.geojson",
        ({"NAME": "West", "ADM0_A3": "XNA", "ISO_A3": "-99"}, shapely.box(-20, 9, 0, 15)),
        ({"NAME": "Far", "ADM0_A3": "XFA", "ISO_A3": "XFA"}, shapely.box(40, 40, 50, 50)),
    )
    rivers = write(
        tmp_path / "ne_10m_rivers_lake_centerlines.geojson",
        ({"name": None, "scalerank": 3}, shapely.LineString([(1, 0), (1.001, 11), (1, 40)])),
    )
    places = write(
        tmp_path / "ne_10m_populated_places.geojson",
        ({"NAME": "Nador", "ADM0_A3": "XNA", "SCALERANK": 7}, shapely.Point(-0.5, 13)),
        ({"NAME": "Doumba", "ADM0_A3": "XOU", "SCALERANK": 7}, shapely.Point(1, 10.5)),
    )
    readings = [NaturalEarth().read(path) for path in (countries, rivers, places)]
    made = NaturalEarth().tables(readings, ouadji.profile, Atlas(ouadji.profile, ouadji.areas))
    basemap = made.tables["basemap"].set_index("kind")
    assert basemap["iso3"].to_dict() == {"country": "XNA", "river": "", "town": "XNA"}
    assert basemap.loc["country", "geometry"].bounds == pytest.approx((-4.1, 9, 0, 15))
    assert shapely.get_num_coordinates(basemap.loc["river", "geometry"]) == 2
    assert basemap["shape_id"].is_unique


def test_a_shape_there_twice_is_drawn_once(tmp_path: Path, ouadji: Country) -> None:
    """Two features of the same outline leave one on the map."""
    lake = ({"name": "Lake", "scalerank": 1}, shapely.box(1, 11, 2, 12))
    reading = NaturalEarth().read(write(tmp_path / "ne_10m_lakes.geojson", lake, lake))
    made = NaturalEarth().tables([reading], ouadji.profile, Atlas(ouadji.profile, ouadji.areas))
    assert made.tables["basemap"]["name"].tolist() == ["Lake"]


@pytest.mark.parametrize("name", ["ne_10m_lakes.geojson", "ne_10m_railroads.geojson"])
def test_other_files(tmp_path: Path, name: str) -> None:
    """A damaged file and a layer that is not used are refused in a sentence."""
    (tmp_path / name).write_text("{")
    with pytest.raises(DataError, match=name):
        NaturalEarth().read(tmp_path / name)


@pytest.mark.shared
def test_sahel(shared: Path, mali: Country) -> None:
    """All 470 features are read; 320 lie around Mali, each valid and with an identifier of its own."""
    readings = [NaturalEarth().read(path) for path in sorted((shared / "geo").glob("ne10m_*.geojson"))]
    assert (sum(reading.total for reading in readings), sum(len(reading.refused) for reading in readings)) == (470, 0)
    basemap = NaturalEarth().tables(readings, mali.profile, Atlas(mali.profile, mali.areas)).tables["basemap"]
    assert len(basemap) == 320
    assert basemap.is_valid.all()
    assert basemap["shape_id"].is_unique
