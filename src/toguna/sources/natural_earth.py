"""Natural Earth 1:10m: countries, borders, rivers, lakes and towns behind the data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.core.errors import DataError
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.coverage import Shapes, matched, polygons, simplified
from toguna.sources.fields import Field
from toguna.sources.reading import Reading
from toguna.sources.shapes import read_features
from toguna.sources.source import About, Made, standing

MARGIN = 4.0  # degrees of neighbours shown around the country's bounding box
TOLERANCE = 0.01  # degrees, about 1 km: lines are for drawing behind data, not for measuring
_AREA, _LINE, _POINT = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString"), ("Point",)
_NAME = Field("name", required=False, empty=True)
_RANK = Field("scalerank", "number", required=False, empty=True)
_ISO3 = Field("adm0_a3", example="MLI")

# Word in the file name, kind in the table, shapes allowed, properties.
KINDS: tuple[tuple[tuple[str, ...], str, tuple[str, ...], tuple[Field, ...]], ...] = (
    (("countries",), "country", _AREA, (_NAME, _ISO3, Field("iso_a3", required=False, empty=True), _RANK)),
    (("border", "boundary"), "border", _LINE, (_NAME, _RANK)),
    (("river",), "river", _LINE, (_NAME, _RANK)),
    (("lake",), "lake", _AREA, (_NAME, _RANK)),
    (("place",), "town", _POINT, (_NAME, _ISO3, _RANK)),
)


class NaturalEarth:
    """Reads `ne_10m_admin_0_countries.shp`, `ne_10m_lakes.geojson` and their like; the file name says the kind."""

    about = About(
        key="natural-earth",
        title="Natural Earth 1:10m vectors",
        owner="Natural Earth",
        version="not stated",
        licence="public domain",
        licence_basis="stated",
        citation="Made with Natural Earth, naturalearthdata.com; boundaries are those of its authors",
        url="https://www.naturalearthdata.com/downloads/10m-cultural-vectors/",
        rhythm="irregular",
        lag=standing(),
    )
    files: tuple[str, ...] = tuple(
        f"ne*10m*{word}*.{ending}"
        for word in ("countries", "border", "boundary_lines_land", "rivers", "lakes", "places")
        for ending in ("geojson", "shp")
    )
    provides: tuple[str, ...] = ("basemap",)

    def read(self, path: Path) -> Reading:
        """Return the shapes of one file."""
        kind, shapes, fields = kind_of(path.name)
        reading = read_features(path, fields, what=f"Natural Earth shapes of kind {kind}", shapes=shapes)
        return Reading(reading.file, reading.rows.assign(kind=kind), reading.refused, reading.total)

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return what a map of the country and its surroundings shows; towns only of other countries."""
        west, south, east, north = profile.bbox
        window = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
        try:
            frames = [_shown(reading.rows, window, profile) for reading in readings]
        except shapely.errors.GEOSException as error:
            raise DataError(f"The Natural Earth shapes are broken ({error}). Download them again.") from error
        if not frames:
            return Made({})
        rows = pd.concat(frames, ignore_index=True).drop_duplicates("shape_id")
        rows = rows.assign(
            basis="dataset", source=self.about.key, published=pd.Timestamp(self.about.lag.published("1900"))
        )
        return Made({"basemap": geopandas.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")})


def kind_of(name: str) -> tuple[str, tuple[str, ...], tuple[Field, ...]]:
    """Return kind, shapes and properties of a file by its name.

    Examples
    --------
    >>> kind_of("ne_10m_admin_0_boundary_lines_land.shp")[0]
    'border'
    """
    for words, kind, shapes, fields in KINDS:
        if any(word in name.lower() for word in words):
            return kind, shapes, fields
    raise DataError(f"{name} is none of the Natural Earth layers used: countries, boundaries, rivers, lakes, places.")


def _shown(rows: pd.DataFrame, window: tuple[float, float, float, float], profile: Profile) -> pd.DataFrame:
    """Return the rows in the window, clipped and thinned, as rows of the table `basemap`."""
    kind = rows["kind"].iloc[0] if len(rows) else ""
    iso3 = pd.Series("", index=rows.index, dtype=str)
    if "adm0_a3" in rows:
        iso3 = (
            rows["iso_a3"].where(rows["iso_a3"].str.fullmatch("[A-Z]{3}"), rows["adm0_a3"])
            if "iso_a3" in rows
            else rows["adm0_a3"]
        )
    shapes = _clipped(rows["geometry"].to_numpy(), kind, window)
    made = pd.DataFrame(
        {"name": rows["name"], "kind": kind, "iso3": iso3, "rank": rows["scalerank"], "geometry": shapes}
    )
    made = made[~shapely.is_empty(shapes)]
    if kind == "town":
        made = made[made["iso3"] != profile.iso3]
    box = shapely.bounds(made["geometry"].to_numpy()).round(2)
    place = ["_".join(f"{value:g}" for value in line) for line in box]
    return made.assign(
        shape_id=[
            f"{kind}-{name or code}-{at}" for name, code, at in zip(made["name"], made["iso3"], place, strict=True)
        ]
    )


def _clipped(shapes: Shapes, kind: str, window: tuple[float, float, float, float]) -> Shapes:
    """Return the shapes cut to the window and thinned; empty where nothing of the kind's dimension is left."""
    if kind in {"country", "lake"}:
        # Cut before thinning: neighbours that share a border must be thinned together.
        cut = polygons(shapely.intersection(polygons(shapes), shapely.box(*window)))
        held = ~shapely.is_empty(cut)
        if held.any():
            cut[held] = simplified(matched(cut[held]), TOLERANCE)
        return cut
    cut = np.array(shapely.intersection(shapes, shapely.box(*window)), dtype=object)
    if kind != "town":
        cut = np.array(shapely.simplify(cut, TOLERANCE), dtype=object)
        cut[shapely.get_dimensions(cut) != 1] = shapely.LineString()
    return cut
