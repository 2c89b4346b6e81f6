"""Public health facilities of sub-Saharan Africa (Maina et al. 2019, with WHO)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas, normal_name
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.points import is_country, on_country
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, standing

FIELDS = (
    Field("country", aliases=("Country",)),
    Field("admin1", aliases=("Admin1", "Admin 1"), empty=True),
    Field("name", aliases=("Facility name", "Facility n")),
    Field("type", aliases=("Facility type", "Facility t"), empty=True),
    Field("latitude", LATITUDE.kind, LATITUDE.aliases, low=-90, high=90, empty=True, example=LATITUDE.example),
    Field("longitude", LONGITUDE.kind, LONGITUDE.aliases, low=-180, high=180, empty=True, example=LONGITUDE.example),
)


class HealthSites:
    """Reads the master list as CSV (`who-cds-gmp-2019-01-eng.csv` and its like); one row a facility."""

    about = About(
        key="health-sites",
        title="A spatial database of health facilities managed by the public health sector in sub-Saharan Africa",
        owner="Maina et al., KEMRI-Wellcome Trust, with the World Health Organization",
        version="2019",
        licence="CC BY 4.0",
        licence_basis="memory",
        citation="Maina et al. 2019, Scientific Data 6:134, doi 10.1038/s41597-019-0142-2",
        url="https://doi.org/10.6084/m9.figshare.7725374",
        rhythm="once",
        lag=standing(),
    )
    files: tuple[str, ...] = ("who-cds-gmp-2019-*.csv", "who_maina2019_*.csv", "*sub-saharan*health*facilities*.csv")
    provides: tuple[str, ...] = ("services",)

    def read(self, path: Path) -> Reading:
        """Return the facilities of one file."""
        return read_delimited(path, FIELDS, what="the list of public health facilities, one row a facility")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's health sites; those without coordinates keep none, and an area only by name."""
        frames: list[pd.DataFrame] = []
        refused: list[Fault] = []
        for reading in readings:
            rows = reading.rows[is_country(reading.rows["country"], profile)]
            twice = rows.duplicated(["name", "admin1", "longitude", "latitude"])
            refused += _doubles(reading.file, rows[twice])
            rows, faults = on_country(reading, rows[~twice], profile, atlas)
            refused += faults
            frames.append(
                rows.assign(admin2_pcode=rows["admin2_pcode"].where(rows["admin2_pcode"] != "", _named(rows, atlas)))
            )
        if not frames:
            return Made({}, tuple(refused))
        rows = pd.concat(frames, ignore_index=True)
        rows = rows.drop_duplicates(["name", "admin1", "longitude", "latitude"])
        return Made({"services": _services(rows, self.about)}, tuple(refused))


def _doubles(file: str, rows: pd.DataFrame) -> list[Fault]:
    problem, remedy = "the same site at the same point stands there twice", "Keep one of them."
    return [Fault(file, int(line), "name", name, problem, remedy) for line, name in rows["name"].items()]


def _named(rows: pd.DataFrame, atlas: Atlas) -> pd.Series:
    """Return the admin 2 area of the one admin 3 area a site without coordinates is named after, else ""."""
    first = [name.removesuffix(kind).strip() for name, kind in zip(rows["name"], rows["type"], strict=True)]
    parent = dict(zip(atlas.areas["pcode"], atlas.areas["parent"], strict=True))
    area2 = atlas.pcodes_named(pd.Series(first, index=rows.index, dtype=str), level=3).map(parent).fillna("")
    is_there = rows["longitude"].isna() & (area2.map(parent) == atlas.pcodes_named(rows["admin1"], level=1))
    return area2.where(is_there, "").astype(str)


def _services(rows: pd.DataFrame, about: About) -> pd.DataFrame:
    # The owner gives no identifier; region and name do, numbered where a region has the name more than once.
    base = "health-" + rows["admin1"].map(normal_name) + "-" + rows["name"].map(normal_name)
    turn = (
        rows.assign(base=base)
        .sort_values(["base", "longitude", "latitude"])
        .groupby("base")
        .cumcount()
        .reindex(rows.index)
    )
    return pd.DataFrame(
        {
            "service_id": base.where(turn == 0, base + "-" + (turn + 1).astype(str)),
            "name": rows["name"],
            "kind": "health",
            "subtype": rows["type"],
            "admin2_pcode": rows["admin2_pcode"],
            "longitude": rows["longitude"],
            "latitude": rows["latitude"],
            "is_usable": True,
            "runway_m": np.nan,
            "runway_surface": "",
            "basis": "dataset",
            "source": about.key,
            "published": pd.Timestamp(about.lag.published("1900")),
        }
    )
