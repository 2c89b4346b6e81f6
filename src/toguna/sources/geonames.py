"""GeoNames gazetteer: towns with population."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError, Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import LATITUDE, LONGITUDE, MOST_PEOPLE, Field, convert
from toguna.sources.nations import iso3_of
from toguna.sources.reading import Reading, read_delimited, text_of
from toguna.sources.source import About, Made, standing
from toguna.sources.towns import towns_of

# The owner's download has no header; these are its 19 columns in order (readme.txt of the download page).
COLUMNS = (
    *("geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "featureclass", "featurecode"),
    *("countrycode", "cc2", "admin1code", "admin2code", "admin3code", "admin4code", "population", "elevation"),
    *("dem", "timezone", "modificationdate"),
)
FIELDS = (
    Field("geonameid", "integer", aliases=("id",), example="2460596"),
    Field("name"),
    LATITUDE,
    LONGITUDE,
    Field("countrycode", aliases=("country code", "country_code", "country"), example="ML"),
    Field("population", "integer", low=0, high=MOST_PEOPLE, empty=True),
)
_WHAT = "GeoNames towns (19 columns parted by tabs, or a CSV with a header)"


class GeoNames:
    """Reads `cities500.txt`, `cities1000.txt`, a country's `XX.txt`, or a CSV of the same with a header."""

    about = About(
        key="geonames",
        title="GeoNames gazetteer",
        owner="GeoNames",
        version="not stated",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="GeoNames, www.geonames.org; year of each population figure not stated",
        url="https://download.geonames.org/export/dump/",
        rhythm="daily",
        lag=standing(),
    )
    files: tuple[str, ...] = ("cities500.txt", "cities1000.txt", "cities5000.txt", "cities15000.txt", "geonames_*.csv")
    provides: tuple[str, ...] = ()

    def read(self, path: Path) -> Reading:
        """Return the towns of one file."""
        if path.suffix.lower() == ".txt":
            return _read_headless(path)
        return read_delimited(path, FIELDS, what=_WHAT)

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's towns with a population, as an ingredient; 0 means that none is known."""
        parts = []
        for reading in readings:
            rows = reading.rows.rename(columns={"countrycode": "country"})
            parts.append((reading, rows[rows["population"] > 0]))
        made = towns_of(parts, self.about, profile, atlas)
        return Made({**made.tables, "_gazetteer": _gazetteer(readings, profile)}, made.refused)


def _gazetteer(readings: Sequence[Reading], profile: Profile) -> pd.DataFrame:
    """Return the towns of all countries as the ingredient `_gazetteer`: where places named in tables lie."""
    rows = pd.concat([reading.rows for reading in readings], ignore_index=True)
    codes = {code: iso3_of(code) for code in set(rows["countrycode"])} | {profile.iso2: profile.iso3}
    return rows[["name", "longitude", "latitude"]].assign(iso3=rows["countrycode"].map(codes).astype(str))


def _read_headless(path: Path) -> Reading:
    lines = text_of(path, _WHAT).split("\n")
    rows = {number: line.rstrip("\r").split("\t") for number, line in enumerate(lines, start=1) if line.strip()}
    sound = {number: cells for number, cells in rows.items() if len(cells) == len(COLUMNS)}
    if not sound:
        raise DataError(f"{path.name} has no line of 19 columns parted by tabs; expected {_WHAT}. Download it again.")
    faults = [
        Fault(
            path.name, n, "", "\t".join(cells)[:60], f"the line has {len(cells)} columns, not 19", "Download it again."
        )
        for n, cells in rows.items()
        if n not in sound
    ]
    table = pd.DataFrame(
        list(sound.values()), columns=list(COLUMNS), index=pd.Index(list(sound), name="line"), dtype=str
    )
    kept, refused = convert(table[[field.name for field in FIELDS]], FIELDS, path.name)
    return Reading(path.name, kept, (*faults, *refused), len(rows))
