"""OCHA Common Operational Dataset, administrative boundaries (COD-AB)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import geopandas
import pandas as pd
import shapely

from toguna.core.errors import DataError, Fault
from toguna.country.profile import Profile
from toguna.sources.coverage import dissolve, matched, polygons, simplified
from toguna.sources.fields import Field
from toguna.sources.reading import Reading
from toguna.sources.shapes import read_features
from toguna.sources.source import About, Made, standing

TOLERANCE = 0.004  # degrees, about 440 m: finer than any figure we join to an area, coarse enough to draw fast
MARGIN = 1.0  # degrees a shape may reach beyond the country's bounding box; more means a point was lost
SLACK = 0.001  # share of an area by which two levels may differ before it is said


def fields_of(level: int) -> list[Field]:
    """Return the columns of a file of one level: its name and P-code, and those of the levels above."""
    fields = []
    for n in range(level + 1):
        named = (f"ADM{n}_EN", f"ADM{n}_FR", f"ADM{n}_ES", f"adm{n}_name", f"adm{n}_name1", f"ADM{n}_NAME", f"NOM_{n}")
        coded = (f"admin{n}Pcode", f"ADM{n}_PCODE", f"adm{n}_pcode", f"adm{n}_pcod", f"ADM{n}_CODE")
        # P-codes of the levels above are what ties an area to its parent; their names may come from their own files.
        fields.append(Field(f"admin{n}Name", aliases=named, required=n == level, empty=n < level))
        fields.append(Field(f"admin{n}Pcod", aliases=coded, example="ML0101"))
    return fields


class CodAb:
    """Reads `mli_cod_ab_adm2.geojson`, `mli_admbnda_adm2_1m_gov_20211220.shp` and their like; a file a level."""

    about = About(
        key="cod-ab",
        title="Common Operational Dataset: subnational administrative boundaries",
        owner="OCHA Field Information Services Section",
        version="not stated",
        licence="CC BY-IGO",
        licence_basis="memory",
        citation="OCHA, COD-AB, Humanitarian Data Exchange; boundaries simplified by Toguna",
        url="https://data.humdata.org/dashboards/cod",
        rhythm="when boundaries change",
        lag=standing(),
    )
    files: tuple[str, ...] = ("*_cod_ab_adm[0-3]*.geojson", "*_admbnd*_adm[0-3]*.geojson", "*_admbnd*_adm[0-3]*.shp")
    provides: tuple[str, ...] = ("areas",)

    def read(self, path: Path) -> Reading:
        """Return the areas of one file; the level comes from its name."""
        level = level_of(path.name)
        what = f"COD-AB boundaries of level {level}"
        reading = read_features(path, fields_of(level), what=what, shapes=("Polygon", "MultiPolygon"))
        return Reading(path.name, reading.rows, reading.refused, reading.total, version_of(path.name))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: object) -> Made:  # noqa: ARG002  (it makes the atlas)
        """Return this country's areas; all levels are made from the shapes of the finest, so that borders match."""
        refused: list[Fault] = []
        levels: dict[int, pd.DataFrame] = {}
        for reading in readings:
            level = level_of(reading.file)
            if not of_country(reading.file, profile) or reading.rows.empty:
                continue
            if level in levels:
                problem, remedy = f"a second file of level {level}", "Keep one edition of the boundaries in the folder."
                raise DataError(f"{reading.file}: {problem}. {remedy}")
            levels[level], faults = _sound_rows(reading, level, profile)
            refused += faults
        if all(frame.empty for frame in levels.values()):
            raise DataError(f"No COD-AB boundaries of {profile.iso3} were found. Download them from {self.about.url}.")
        try:
            areas, faults = areas_of(levels, profile)
        except shapely.errors.GEOSException as error:
            raise DataError(
                f"The COD-AB shapes of {profile.iso3} are broken ({error}). Download them again."
            ) from error
        areas = areas.assign(
            basis="dataset", source=self.about.key, published=pd.Timestamp(self.about.lag.published("1900"))
        )
        return Made({"areas": areas}, (*refused, *faults))


def level_of(name: str) -> int:
    """Return the administrative level in a file name.

    Examples
    --------
    >>> level_of("mli_admbnda_adm2_1m_gov_20211220.shp"), level_of("mli_cod_ab_adm0.geojson")
    (2, 0)
    """
    found = re.search(r"adm(?:in)?([0-3])(?!\d)", name.lower())
    if found is None:
        raise DataError(f"{name} does not say its level. Keep the owner's name, which holds adm0, adm1, adm2 or adm3.")
    return int(found[1])


def version_of(name: str) -> str:
    """Return the date in a file name, as the edition; "" where there is none."""
    found = re.search(r"(20\d{6})", name)
    return found[1] if found else ""


def of_country(name: str, profile: Profile) -> bool:
    """Return whether a file named by the OCHA rule (iso3 first) is this country's; other names may be."""
    found = re.match(r"([A-Za-z]{3})_", name)
    return found is None or found[1].upper() == profile.iso3


def _sound_rows(reading: Reading, level: int, profile: Profile) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows with a single P-code and a shape in the country, repaired, and the others as faults."""
    rows, key = reading.rows, f"admin{level}Pcod"
    shapes = polygons(rows["geometry"].to_numpy())
    twice = rows[key].duplicated()
    west, south, east, north = profile.bbox
    near = shapely.box(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    off = ~shapely.covered_by(shapes, near) | shapely.is_empty(shapes)
    faults = [
        *_faults(reading, rows.index[twice], key, "the P-code is used twice", "Keep one feature for each P-code."),
        *_faults(
            reading, rows.index[off & ~twice], key, "the shape lies off the country", "Check the file and `bbox`."
        ),
    ]
    return rows.assign(geometry=shapes)[~(twice | off)], faults


def _faults(reading: Reading, lines: pd.Index, column: str, problem: str, remedy: str) -> list[Fault]:
    return [Fault(reading.file, int(n), column, str(reading.rows.at[n, column]), problem, remedy) for n in lines]


def areas_of(levels: dict[int, pd.DataFrame], profile: Profile) -> tuple[geopandas.GeoDataFrame, list[Fault]]:
    """Return the areas of all levels, made from one simplified coverage of the finest, and where levels disagree."""
    finest = max(level for level, frame in levels.items() if not frame.empty)
    base = levels[finest].sort_values(f"admin{finest}Pcod", ignore_index=True)
    shapes = simplified(matched(base["geometry"].to_numpy()), TOLERANCE)
    frames, faults = [], []
    for level in range(finest, -1, -1):
        codes = base[f"admin{level}Pcod"].to_numpy()
        keys, outlines = dissolve(codes, shapes)
        names = dict(zip(codes, base[f"admin{level}Name"], strict=True))
        parents = dict(zip(codes, base[f"admin{level - 1}Pcod"], strict=True)) if level else {}
        if level in levels:
            own = levels[level]
            names |= dict(zip(own[f"admin{level}Pcod"], own[f"admin{level}Name"], strict=True))
            faults += _disagreements(level, own, keys, outlines, finest)
        rows = {
            "pcode": keys,
            "name": [names[k] for k in keys],
            "level": level,
            "parent": [parents.get(k, "") for k in keys],
        }
        frames.append(geopandas.GeoDataFrame(rows, geometry=outlines, crs="EPSG:4326"))
    areas = geopandas.GeoDataFrame(pd.concat(frames[::-1], ignore_index=True), crs="EPSG:4326")
    areas.insert(4, "area_km2", (areas.to_crs(profile.crs).area / 1e6).round(2))
    return areas, faults


def _disagreements(level: int, own: pd.DataFrame, keys: Sequence[str], outlines: object, finest: int) -> list[Fault]:
    """Return the areas whose own outline is not what the areas within it add up to; theirs is used."""
    made = dict(zip(keys, shapely.area(outlines), strict=True))
    code, file = own[f"admin{level}Pcod"], f"COD-AB level {level}"
    faults = []
    for line, key, area in zip(own.index, code, shapely.area(own["geometry"].to_numpy()), strict=True):
        if key not in made:
            remedy = f"Complete the file of level {finest}, or leave it out so that a coarser level is used."
            faults.append(Fault(file, int(line), code.name, key, "no area of the finest level lies in it", remedy))
        elif abs(made[key] - area) > SLACK * area and level < finest:
            problem = (
                f"its own outline differs by {abs(made[key] - area) / max(area, 1e-12):.1%} from the areas within it"
            )
            faults.append(
                Fault(file, int(line), code.name, key, problem, "The outline of the areas within it is used.")
            )
    return faults
