"""Curated border crossings, with the periods in which they were closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.country.profile import Profile
from toguna.country.schema import STANDING
from toguna.country.seen import last_day
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, COUNTRY, about, about_country, numbered, refused, slug, with_bases
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.nations import iso3_named
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, days_after

FIELDS = (
    Field("name"),
    Field("neighbour"),
    Field("mali_side_town", aliases=("home_side_town", "home_place"), empty=True),
    Field("far_side_town", aliases=("far_place",), empty=True),
    LATITUDE,
    LONGITUDE,
    Field("road_or_post", empty=True),
    Field("status_changes", empty=True),
    *CITED,
    COUNTRY,
)
_DAY = r"\d{4}(?:-\d{2}){0,2}"
_PERIOD = re.compile(rf"closed ({_DAY})(?: to ({_DAY}))?")


class CuratedCrossings:
    """Reads `crossings.csv`; one row a crossing."""

    about = about("curated-crossings", "Curated border crossings and their closures", days_after(1))
    files: tuple[str, ...] = ("crossings.csv",)
    provides: tuple[str, ...] = ("crossings", "closures")

    def read(self, path: Path) -> Reading:
        """Return the crossings of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated border crossings, one row a crossing"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the crossings of this country, and a closure for each period their notes state."""
        frames, faults = [], []
        for reading in readings:
            rows = about_country(reading.rows, profile)
            rows = rows.assign(far=[iso3_named(name, profile) for name in rows["neighbour"]])
            remedy = "Name the neighbour as country.yaml does."
            rows, found = refused(reading, rows, rows["far"] == "", "neighbour", "the country is no neighbour", remedy)
            frames.append(rows)
            faults += found
        rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        if rows.empty:
            return Made({}, tuple(faults))
        rows = rows.assign(crossing_id=numbered([slug(name) for name in rows["name"]]))
        closures = pd.DataFrame([one for _, row in rows.iterrows() for one in self._closures(row)])
        return Made({"crossings": _crossings(rows), **({"closures": closures} if len(closures) else {})}, tuple(faults))

    def _closures(self, row: pd.Series) -> list[dict[str, object]]:
        text = str(row["status_changes"])
        return [
            {
                "closure_id": f"{row['crossing_id']}-{start}",
                "kind": "crossing",
                "subject": row["crossing_id"],
                "date": start,
                "date_end": end,
                "status": "closed",
                "reason": text,
                "citation": row["citation"],
                "confidence": row["confidence"],
                "basis": row["basis"],
                "source": self.about.key,
                "published": pd.Timestamp(self.about.lag.published(start)),
            }
            for start, end in closed_periods(text)
        ]


def closed_periods(text: str) -> list[tuple[str, str]]:
    """Return first and last day of each closure a note states; "" as last day where none is stated.

    Examples
    --------
    >>> closed_periods("closed 2022-01-09 to 2022-07-03 except essentials; fuel convoys attacked from 2025-09")
    [('2022-01-09', '2022-07-03')]
    >>> closed_periods("closed 2013-01-14; humanitarian opening mid-2014"), closed_periods("open")
    ([('2013-01-14', '')], [])
    """
    return [
        (start if len(start) == 10 else f"{start}-01-01"[:10], last_day(end).isoformat() if end else "")
        for start, end in _PERIOD.findall(text)
    ]


def _crossings(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "crossing_id": rows["crossing_id"],
            "name": rows["name"],
            "iso3": rows["far"],
            "home_place": rows["mali_side_town"],
            "far_place": rows["far_side_town"],
            "longitude": rows["longitude"],
            "latitude": rows["latitude"],
            "road": rows["road_or_post"],
            "citation": rows["citation"],
            "confidence": rows["confidence"],
            "basis": rows["basis"],
            "published": pd.Timestamp(STANDING),
        }
    )
