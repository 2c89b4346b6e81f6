"""Geo-PKO: where peace operations have their bases, how many troops, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas, normal_name
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, next_year

_UNKNOWN = ("unknown", "Unknown", "NA")
_SECTOR = 2  # headquarters by the codebook: 0 none, 1 of a national contingent, 2 sector, 3 mission

# The yearly file by region (2.3) has one row a map of the year and repeats the year's mean in each. The
# owner's own files (1.x by month, 2.x by map or month) have no mean: it is taken over the maps of the year.
# Troops are the owner's estimate from unit sizes; "unknown" is a missing figure, 0 means no military unit.
FIELDS = (
    Field("mission", example="MINUSMA"),
    Field("year", "year"),
    Field("country"),
    Field("location"),
    LATITUDE,
    LONGITUDE,
    Field("troops", "number", ("NoTroops", "No.troops", "no.troops"), empty=True, low=0, missing=_UNKNOWN),
    Field("mean_troops", "number", ("ave.no.troops",), required=False, empty=True, low=0, missing=_UNKNOWN),
    Field("hq", "integer", low=0, high=3, empty=True, missing=_UNKNOWN),
    Field("police", "number", ("UNPOL", "UNPOL..dummy.", "UNPOL.dummy"), empty=True, low=0, missing=_UNKNOWN),
    Field("medical", "number", ("Med",), required=False, empty=True, low=0, missing=_UNKNOWN),
    Field("aviation", "number", ("Av", "avia"), required=False, empty=True, low=0, missing=_UNKNOWN),
)


class GeoPko:
    """Reads the Geo-PKO files by year or by month; several rows a place and year become one."""

    about = About(
        key="geo-pko",
        title="Geocoded Peacekeeping Operations Dataset (Geo-PKO)",
        owner="Department of Peace and Conflict Research, Uppsala University",
        version="as stated in the file name",
        licence="the owner states none; asks to be cited",
        licence_basis="memory",
        citation="Cil, Fjelde, Hultman and Nilsson 2020, Journal of Peace Research 57(2), Mapping blue helmets",
        url="https://www.uu.se/en/department/peace-and-conflict-research/research/research-data/geo-pko-dataset",
        rhythm="about yearly",
        lag=next_year(6),
    )
    files: tuple[str, ...] = ("geopko_v*missions*.csv", "geopko_v*monthly*.csv", "Geo_PKO*.csv")
    provides: tuple[str, ...] = ("presence",)

    def read(self, path: Path) -> Reading:
        """Return the rows of one file with the names of places repaired; the version comes from its name."""
        reading = read_delimited(path, FIELDS, what="Geo-PKO, one row a mission, place and map")
        names = {column: reading.rows[column].map(repaired).astype(str) for column in ("location", "country")}
        return replace(reading, rows=reading.rows.assign(**names), version=version_of(path.name))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return one row a base and year; an older edition is used only for years of a mission a newer lacks.

        The shared monthly file 1.x ends in 2018 and knows neither medical nor aviation units, so beside
        version 2.3, which covers all its years, it adds nothing to a yearly table.
        """
        covered: set[tuple[str, float]] = set()
        frames: list[pd.DataFrame] = []
        refused: list[Fault] = []
        for reading in sorted(readings, key=lambda one: (one.version != "not stated", one.version), reverse=True):
            rows = reading.rows[_is_here(reading.rows, profile)]
            pairs = list(zip(rows["mission"], rows["year"], strict=True))
            is_new = pd.Series([pair not in covered for pair in pairs], index=rows.index, dtype=bool)
            rows, faults = _on_the_ground(rows[is_new], reading.file, atlas)
            covered |= set(pairs)
            frames.append(_bases(rows, reading.version, profile.iso3, atlas, self.about))
            refused += faults
        if not frames:
            frames = [
                _bases(pd.DataFrame(columns=[field.name for field in FIELDS]), "", profile.iso3, atlas, self.about)
            ]
        return Made({"presence": pd.concat(frames, ignore_index=True)}, tuple(refused))


def version_of(name: str) -> str:
    """Return the version in a file name.

    Examples
    --------
    >>> version_of("geopko_v23_missions_region.csv"), version_of("Geo_PKO_v.2.1.csv"), version_of("geopko_v1x_a.csv")
    ('2.3', '2.1', '1.x')
    """
    found = re.search(r"v\.?(\d)[._]?([\dx])", name)
    return f"{found[1]}.{found[2]}" if found else "not stated"


def repaired(text: str) -> str:
    r"""Return a name whose UTF-8 was read as Latin-1, once or more, as it was first written.

    Examples
    --------
    >>> repaired("SÃ\x83Â©gou"), repaired("MÃ©naka"), repaired("Ménaka"), repaired("Leré")
    ('Ségou', 'Ménaka', 'Ménaka', 'Leré')
    """
    for _ in range(3):
        if not re.search("[ÃÂ]", text):
            break
        for encoding in ("latin-1", "cp1252"):
            try:
                text = text.encode(encoding).decode("utf-8")
                break
            except UnicodeError:
                continue
        else:
            break
    return text


def _is_here(rows: pd.DataFrame, profile: Profile) -> pd.Series:
    """Return which rows are bases of the profile's missions inside the country, by its name in UCDP or English."""
    ucdp = re.sub(r"\s*\(.*", "", profile.ucdp_name)
    names = {normal_name(name) for name in (ucdp, profile.label("en")) if name}
    missions = {mission.casefold() for mission in profile.missions}
    return rows["mission"].str.casefold().isin(missions) & rows["country"].map(normal_name).isin(names)


def _on_the_ground(rows: pd.DataFrame, file: str, atlas: Atlas) -> tuple[pd.DataFrame, list[Fault]]:
    inside = atlas.is_inside_box(rows["longitude"], rows["latitude"])
    swapped = atlas.is_inside_box(rows["latitude"], rows["longitude"])
    faults = [
        Fault(
            file,
            int(str(line)),
            "longitude, latitude",
            f"{row['longitude']}, {row['latitude']}",
            "longitude and latitude seem swapped" if swapped.loc[line] else "the point lies off the country",
            "Swap them." if swapped.loc[line] else "Compare the row with the owner's file.",
        )
        for line, row in rows[~inside].iterrows()
    ]
    return rows[inside], faults


def _bases(rows: pd.DataFrame, version: str, iso3: str, atlas: Atlas, about: About) -> pd.DataFrame:
    grouped = rows.groupby(["year", "mission", "location"], sort=True)
    # The owner's yearly mean is the same in all rows of a place and year; without it the maps are averaged.
    found = grouped.agg(
        troops=("troops", "mean"),
        mean=("mean_troops", "mean"),
        hq=("hq", "max"),
        police=("police", "max"),
        medical=("medical", "max"),
        aviation=("aviation", "max"),
        longitude=("longitude", "first"),
        latitude=("latitude", "first"),
    ).reset_index()
    years = [int(year) for year in found["year"]]
    return pd.DataFrame(
        {
            "year": pd.Series(years, dtype=int),
            "force": found["mission"],
            "site": found["location"],
            "iso3": iso3,
            "admin2_pcode": atlas.pcodes_at(found["longitude"], found["latitude"]),
            "longitude": found["longitude"],
            "latitude": found["latitude"],
            "troops": found["mean"].fillna(found["troops"]),
            "has_police": found["police"] > 0,
            "has_medical": found["medical"] > 0,
            "has_aviation": found["aviation"] > 0,
            "is_headquarters": found["hq"] >= _SECTOR,
            "basis": "dataset",
            "source": f"{about.key}@{version}",
            "published": pd.to_datetime([about.lag.published(f"{year}") for year in years]),
        }
    )
