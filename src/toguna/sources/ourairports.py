"""OurAirports: airstrips and their runways."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.points import is_country, on_country
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, standing

FOOT_M = 0.3048

AIRPORTS = (
    Field("ident", example="GATB"),
    Field("type", example="small_airport"),
    Field("name"),
    LATITUDE,
    LONGITUDE,
    Field("iso_country", example="ML"),
)
RUNWAYS = (
    Field("airport_ident", example="GATB"),
    Field("length_ft", "number", low=0, empty=True),
    Field("surface", empty=True),
    Field("closed", "flag", empty=True),
)


class OurAirports:
    """Reads `airports.csv` and `runways.csv`; airstrips come from the first, their longest open runway from both."""

    about = About(
        key="ourairports",
        title="OurAirports open data",
        owner="OurAirports",
        version="not stated",
        licence="public domain",
        licence_basis="memory",
        citation="OurAirports, ourairports.com/data",
        url="https://ourairports.com/data/",
        rhythm="daily",
        lag=standing(),
    )
    files: tuple[str, ...] = ("airports.csv", "runways.csv", "ourairports_*airports.csv", "ourairports_*runways.csv")
    provides: tuple[str, ...] = ("services",)

    def read(self, path: Path) -> Reading:
        """Return the airports or the runways of one file; its name says which."""
        if "runways" in path.name.lower():
            return read_delimited(path, RUNWAYS, what="OurAirports runways, one row a runway")
        return read_delimited(path, AIRPORTS, what="OurAirports airports, one row an airport")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's airstrips; those listed as closed are kept, not usable.

        Heliports and closed strips keep the owner's class in `subtype`. A strip whose runways are not listed,
        or all closed, has no length.
        """
        frames: list[pd.DataFrame] = []
        refused: list[Fault] = []
        for reading in readings:
            if "ident" not in reading.rows:
                continue
            rows = reading.rows[is_country(reading.rows["iso_country"], profile)]
            twice = rows["ident"].duplicated()
            problem, remedy = "the identifier is used twice", "Keep one of the rows."
            refused += [
                Fault(reading.file, int(line), "ident", code, problem, remedy)
                for line, code in rows.loc[twice, "ident"].items()
            ]
            rows, faults = on_country(reading, rows[~twice], profile, atlas)
            refused += faults
            frames.append(rows)
        if not frames:
            return Made({}, tuple(refused))
        rows = pd.concat(frames, ignore_index=True).drop_duplicates("ident", keep="last")
        longest = _longest([reading.rows for reading in readings if "airport_ident" in reading.rows])
        return Made({"services": _services(rows, longest, self.about)}, tuple(refused))


def _longest(runways: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return length (m) and surface of the longest open runway by airport."""
    if not runways:
        return pd.DataFrame({"runway_m": pd.Series(dtype=float), "runway_surface": pd.Series(dtype=str)})
    rows = pd.concat(runways, ignore_index=True)
    rows = rows[~rows["closed"] & (rows["length_ft"] > 0)]
    rows = rows.sort_values(["length_ft", "surface"], ascending=[False, True]).drop_duplicates("airport_ident")
    length = (rows["length_ft"] * FOOT_M).round()
    return rows.assign(runway_m=length, runway_surface=rows["surface"]).set_index("airport_ident")


def _services(rows: pd.DataFrame, longest: pd.DataFrame, about: About) -> pd.DataFrame:
    surfaces = longest["runway_surface"].to_dict()
    surface = rows["ident"].map(lambda ident: str(surfaces.get(ident, ""))).astype(str)
    return pd.DataFrame(
        {
            "service_id": "airport-" + rows["ident"],
            "name": rows["name"],
            "kind": "airstrip",
            "subtype": rows["type"],
            "admin2_pcode": rows["admin2_pcode"],
            "longitude": rows["longitude"],
            "latitude": rows["latitude"],
            "is_usable": rows["type"] != "closed",
            "runway_m": rows["ident"].map(longest["runway_m"]).astype(float),
            "runway_surface": surface.replace("UNK", ""),
            "basis": "dataset",
            "source": about.key,
            "published": pd.Timestamp(about.lag.published("1900")),
        }
    )
