"""WorldPop: where people live, as a grid."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toguna.core.errors import DataError
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.reading import Reading
from toguna.sources.source import About, Made, standing

EARTH_KM = 6371.0088  # mean radius
_SCALE, _TIE, _NODATA = 33550, 33922, 42113  # GeoTIFF tags: cell size, position of the first cell, value for "no data"
_WHAT = "a WorldPop grid (GeoTIFF, one band, longitude and latitude)"
_MOST_CELLS = 60_000_000


class WorldPop:
    """Reads `afripop2020.tif`, `mli_pd_2020_1km.tif` (people per km2) and `mli_ppp_2020.tif` (people per cell)."""

    about = About(
        key="worldpop",
        title="WorldPop (AfriPop) gridded population",
        owner="WorldPop, University of Southampton",
        version="not stated",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="WorldPop, www.worldpop.org; used as a pattern only, rescaled to other totals",
        url="https://hub.worldpop.org/",
        rhythm="irregular",
        lag=standing(),
    )
    files: tuple[str, ...] = ("afripop[12]???.tif", "???_pd_[12]???_*.tif", "???_ppp_[12]???*.tif")
    provides: tuple[str, ...] = ()

    def read(self, path: Path) -> Reading:
        """Return one row a cell with data: centre (degrees), people, year. Cells without data are not rows."""
        year = year_of(path.name)
        values, scale, corner, nodata = _grid(path)
        line, column = np.nonzero(np.isfinite(values) & (values >= 0) & (values != nodata))
        longitude = corner[0] + (column + 0.5) * scale[0]
        latitude = corner[1] - (line + 0.5) * scale[1]
        people = values[line, column].astype(float)
        if "_ppp_" not in path.name.lower():
            people = people * cell_km2(latitude, scale)
        rows = pd.DataFrame({"longitude": longitude, "latitude": latitude, "people": people, "year": year})
        rows.index = pd.RangeIndex(1, len(rows) + 1, name="line")
        if rows.empty:
            raise DataError(f"{path.name} has no cell with data; expected {_WHAT}. Download it again.")
        return Reading(path.name, rows.assign(width=scale[0], height=scale[1]), (), len(rows), str(year))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the cells in the country's bounding box with people in them, as an ingredient."""
        west, south, east, north = profile.bbox
        frames = []
        for reading in readings:
            rows = reading.rows
            inside = rows["longitude"].between(west, east) & rows["latitude"].between(south, north)
            frames.append(rows[inside & (rows["people"] > 0)])
        return Made({"_density": pd.concat(frames, ignore_index=True)} if frames else {})


def year_of(name: str) -> int:
    """Return the year in a file name.

    Examples
    --------
    >>> year_of("afripop2020.tif"), year_of("mli_ppp_2010_1km_Aggregated.tif")
    (2020, 2010)
    """
    found = re.search(r"(?<!\d)(19|20)\d{2}(?!\d)", name)
    if found is None:
        raise DataError(f"{name} does not say its year. Keep the owner's name, for example afripop2020.tif.")
    return int(found[0])


def cell_km2(latitude: np.ndarray[Any, Any], scale: tuple[float, float]) -> np.ndarray[Any, Any]:
    """Return the area in km2 of cells of a size in degrees, by the latitude of their centres, on a sphere."""
    half = np.radians(scale[1]) / 2
    middle = np.radians(latitude)
    return np.asarray(EARTH_KM**2 * np.radians(scale[0]) * (np.sin(middle + half) - np.sin(middle - half)))


@contextmanager
def _unwarned() -> Iterator[None]:
    """Silence Pillow, which grumbles about tags it does not know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


_Grid = tuple[np.ndarray[Any, Any], tuple[float, float], tuple[float, float], float]


def _grid(path: Path) -> _Grid:
    """Return cell values, cell size, north-west corner (degrees) and the value for "no data"."""
    from PIL import Image, UnidentifiedImageError

    failures = (OSError, ValueError, TypeError, KeyError, IndexError, SyntaxError, struct.error, OverflowError,
                MemoryError, AttributeError, ZeroDivisionError, EOFError, RuntimeError)  # fmt: skip
    try:
        with _unwarned(), Image.open(path, formats=["TIFF"]) as image:
            tags = dict(image.tag_v2)  # type: ignore[attr-defined]
            if image.mode not in {"F", "I", "L", "I;16"} or image.width * image.height > _MOST_CELLS:
                raise DataError(f"{path.name} is an image of mode {image.mode}, {image.size} cells; expected {_WHAT}.")
            values = np.asarray(image, dtype=float)
    except (UnidentifiedImageError, *failures) as error:
        raise DataError(
            f"{path.name} is damaged or no TIFF ({type(error).__name__}); expected {_WHAT}. Download it again."
        ) from error
    try:
        scale = (float(tags[_SCALE][0]), float(tags[_SCALE][1]))
        column, line, _, longitude, latitude, _ = (float(value) for value in tags[_TIE])
        nodata = float(str(tags.get(_NODATA, "nan")).strip("\0 ") or "nan")
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise DataError(
            f"{path.name} does not say where its cells lie; expected {_WHAT}. Download it again."
        ) from error
    corner = (longitude - column * scale[0], latitude + line * scale[1])
    edge = (corner[0] + values.shape[1] * scale[0], corner[1] - values.shape[0] * scale[1])
    on_globe = -180.1 <= corner[0] < edge[0] <= 180.1 and -90.1 <= edge[1] < corner[1] <= 90.1
    if values.ndim != 2 or not on_globe:
        raise DataError(f"{path.name} lies off the globe ({corner} to {edge}); expected {_WHAT}. Download it again.")
    return values, scale, corner, nodata
