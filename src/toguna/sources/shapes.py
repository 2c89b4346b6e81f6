"""Reads features with shapes (GeoJSON, Shapefile) without losing one: read + refused = features in the file."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from toguna.core.errors import DataError, Fault
from toguna.sources.columns import find_columns
from toguna.sources.fields import LOST, Field, convert
from toguna.sources.reading import Reading, text_of

_LONGITUDE_LATITUDE = ("CRS84", "4326")
_BROKEN = "the shape is missing or cannot be read"
_REMEDY = "Take this feature from the owner's file again."


def read_features(path: Path, fields: Sequence[Field], *, what: str, shapes: Sequence[str]) -> Reading:
    """Return the features of a GeoJSON file or Shapefile as declared by `fields`, with a column `geometry`.

    Parameters
    ----------
    what : what the file should be, for example "COD-AB boundaries"
    fields : properties to read; others are ignored
    shapes : types of shape allowed, for example ("Polygon", "MultiPolygon")

    Raises
    ------
    DataError
        The file is damaged, no such file, in another coordinate system, or lacks properties.
    """
    records, found = _shapefile(path, what) if path.suffix.lower() == ".shp" else _geojson(path, what)
    header = list(dict.fromkeys(name for record in records for name in record))
    positions = find_columns(fields, [_text(name) for name in header], path.name, what)
    raw = pd.DataFrame(
        {name: [_text(record.get(header[at])) for record in records] for name, at in positions.items()},
        index=pd.RangeIndex(1, len(records) + 1, name="line"),
        dtype=str,
    )
    rows, refused = convert(raw, fields, path.name)
    known = {fault.row for fault in refused}
    bad = [number for number in raw.index[~_sound(found, shapes)] if number not in known]
    broken = [Fault(path.name, int(number), "geometry", "", _BROKEN, _REMEDY) for number in bad]
    rows = rows.assign(geometry=found[rows.index.to_numpy() - 1])
    return Reading(path.name, rows[~rows.index.isin(bad)], (*refused, *broken), len(records))


_Found = tuple[list[dict[str, Any]], Any]


def _geojson(path: Path, what: str) -> _Found:
    try:
        content = json.loads(text_of(path, what))
    except (ValueError, RecursionError) as error:
        cause = str(error).splitlines()[0]
        raise DataError(
            f"{path.name} is damaged or cut off ({cause}); expected {what} as GeoJSON. Download it again."
        ) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise DataError(
            f"{path.name} holds no features; expected {what} as a GeoJSON FeatureCollection. Download it again."
        )
    crs = json.dumps(content.get("crs") or "CRS84")
    if not any(name in crs for name in _LONGITUDE_LATITUDE):
        raise DataError(f"{path.name} is in {crs[:80]}; expected longitude and latitude (EPSG:4326). Export it so.")
    features = [feature if isinstance(feature, dict) else {} for feature in features]
    records = [one if isinstance(one := feature.get("properties"), dict) else {} for feature in features]
    texts = [json.dumps(feature.get("geometry") or {}) for feature in features]
    return records, shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")


def _shapefile(path: Path, what: str) -> _Found:
    stated_crs = path.with_suffix(".prj")
    try:
        if stated_crs.is_file():
            stated_crs.read_bytes().decode("utf-8")  # pyogrio trips over anything else
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # GDAL grumbles about fields it repairs
            meta, _, shapes, columns = pyogrio.raw.read(path)
        crs = pyproj.CRS.from_user_input(meta["crs"] or "EPSG:4326")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError,
            pyogrio.errors.FeatureError, pyproj.exceptions.CRSError, UnicodeError, ValueError) as error:  # fmt: skip
        cause = str(error).splitlines()[0]
        raise DataError(
            f"{path.name} cannot be read ({cause}); expected {what}. Download all its parts again."
        ) from error
    if not crs.is_geographic:
        raise DataError(f"{path.name} is in {crs.name}; expected longitude and latitude (EPSG:4326). Export it so.")
    if shapes is None or not len(shapes):
        raise DataError(f"{path.name} holds no shapes; expected {what}. Download it again.")
    stated = _rows_stated(path)
    if stated is not None and stated != len(shapes):
        raise DataError(f"{path.name} has {len(shapes)} shapes but {stated} rows. Download all its parts again.")
    names = [str(name) for name in meta["fields"]]
    records = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)] if names else []
    return records or [{} for _ in shapes], shapely.from_wkb(shapes, on_invalid="ignore")


def _rows_stated(path: Path) -> int | None:
    """Return how many rows the table beside a Shapefile says it has; a cut index would hide the last of them."""
    table = path.with_suffix(".dbf")
    return int.from_bytes(table.read_bytes()[4:8], "little") if table.is_file() else None


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  (not a number is unequal to itself)
        return ""
    # JSON may hold half a letter of two code units, which is no text.
    return re.sub("[\ud800-\udfff]", LOST, str(value))


def _sound(found: Any, shapes: Sequence[str]) -> Any:
    """Return which shapes are there, of an allowed type, and within the globe."""
    kinds = [int(shapely.GeometryType[name.upper()]) for name in shapes]
    box = shapely.bounds(found)
    globe = (box[:, 0] >= -180) & (box[:, 1] >= -90) & (box[:, 2] <= 180) & (box[:, 3] <= 90)
    return np.isin(shapely.get_type_id(found), kinds) & ~shapely.is_empty(found) & globe
