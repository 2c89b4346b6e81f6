"""Curated refugee camps and sites abroad, with the dated counts their citations give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.country.schema import STANDING
from toguna.country.seen import last_day
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, COUNTRY, about, about_country, amount, refused, slug, with_bases
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.nations import iso3_named
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, days_after

FIELDS = (
    Field("name"),
    Field("country"),
    replace(LATITUDE, empty=True),
    replace(LONGITUDE, empty=True),
    Field("opened", empty=True),
    Field("closed", empty=True),
    Field("capacity", "number", empty=True, low=0),
    Field("peak_population", empty=True),
    Field("other_counts", empty=True),
    *CITED,
    COUNTRY,
)
_NEAR = 10.0  # degrees around the country beyond which a point is no camp of its refugees
_REMEDY = "Compare the point with the citation."
PLACES = (
    "place_id",
    "name",
    "kind",
    "iso3",
    "admin2_pcode",
    "admin3_pcode",
    "longitude",
    "latitude",
    "population",
    "population_year",
    "population_basis",
    "capacity",
    "opened",
    "closed",
    "note",
    "source",
    "published",
    "basis",
)
COUNTS = ("date", "measure", "group", "origin", "host", "place_id", "people", "source", "published", "basis")


class CuratedCamps:
    """Reads `camps.csv`; one row a camp or site.

    A site without a point is refused: it cannot stand in `places`, and without a place its counts would be
    taken for those of the whole host country. A transit site keeps its place but not its counts, because its
    people are counted again in the camp they go on to.
    """

    about = about("curated-camps", "Curated refugee camps and counts", days_after(30))
    files: tuple[str, ...] = ("camps.csv",)
    provides: tuple[str, ...] = ("places", "displacement")

    def read(self, path: Path) -> Reading:
        """Return the camps of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated camps, one row a camp"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return camps abroad as places, and their dated counts; a month's count stands on its last day."""
        places: list[dict[str, object]] = []
        counts: list[dict[str, object]] = []
        faults: list[Fault] = []
        for reading in readings:
            rows, found = _abroad(reading, profile, atlas)
            faults += found
            for line, row in rows.iterrows():
                dated, refusals, words = counts_in(reading.file, int(str(line)), row)
                if str(row["closed"]).startswith("transit"):
                    refusals += [_passing(reading.file, int(str(line)), count) for count in dated]
                    dated = []
                faults += refusals
                places.append(_place(row, dated, words))
                counts += [_count(row, count, profile.iso3) for count in dated]
        camps = pd.DataFrame(places, columns=list(PLACES)).drop_duplicates("place_id", ignore_index=True)
        series = pd.DataFrame(counts, columns=list(COUNTS))
        series = series.drop_duplicates(["date", "place_id"], keep="last", ignore_index=True)
        camps = camps.astype({"population": float, "population_year": float})
        camps["source"] = series["source"] = self.about.key
        camps["published"] = pd.Timestamp(STANDING)
        series["published"] = pd.to_datetime([self.about.lag.published(str(day)) for day in series["date"]])
        return Made({"places": camps, "displacement": series}, tuple(faults))


def camp_id(name: str) -> str:
    """Return the place identifier of a camp by its name without what stands in brackets.

    Examples
    --------
    >>> camp_id("Goudoubo (Goudebou)")
    'camp-goudoubo'
    """
    return slug("camp", re.sub(r"\(.*?\)", "", name))


@dataclass(frozen=True)
class Count:
    """People counted on a day."""

    day: str
    people: float


def counts_in(file: str, line: int, row: pd.Series) -> tuple[list[Count], list[Fault], list[str]]:
    """Return the counts of a camp that name a day or month, those that do not as faults, and words without a count."""
    dated: list[Count] = []
    faults: list[Fault] = []
    words: list[str] = []
    for column in ("peak_population", "other_counts"):
        for text in filter(None, (part.strip() for part in str(row[column]).split(";"))):
            found = re.fullmatch(r"(?:about |some )?([\d.,]+)(?:\s*\((.*)\))?", text)
            people = amount(found[1]) if found else None
            day = _day(found[2] or "") if found else ""
            if people is None:
                words.append(text)
            elif day:
                dated.append(Count(day, people))
            else:
                problem, remedy = "the count names no day or month", "Add (YYYY-MM) after the number."
                faults.append(Fault(file, line, column, text[:60], problem, remedy))
    return dated, faults, words


def _passing(file: str, line: int, count: Count) -> Fault:
    problem = "the site is for transit: its people are counted again in the camp they go on to"
    return Fault(file, line, "peak_population", f"{count.people:.0f} ({count.day})", problem, "Nothing to do.")


def _day(text: str) -> str:
    found = re.search(r"(?<!\d)(?:18|19|20|21)\d{2}-(0[1-9]|1[0-2])(-\d{2})?(?!\d)", text)
    try:
        return last_day(found[0]).isoformat() if found else ""
    except ValueError:
        return ""


def is_near(profile: Profile, longitude: float, latitude: float) -> bool:
    """Return whether a point lies in the country's box or within 10 degrees of it."""
    west, south, east, north = profile.bbox
    return west - _NEAR <= longitude <= east + _NEAR and south - _NEAR <= latitude <= north + _NEAR


def _abroad(reading: Reading, profile: Profile, atlas: Atlas) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the camps with a point in a known neighbour, and the others as faults."""
    rows = about_country(reading.rows, profile)
    faults: list[Fault] = []
    rows = rows.assign(host=[iso3_named(name, profile) for name in rows["country"]], place_id=rows["name"].map(camp_id))
    remedy = "Write its ISO 3166-1 alpha-3 code, or add it to `neighbours` in country.yaml."
    rows, found = refused(reading, rows, rows["host"] == "", "country", "this is no neighbouring country", remedy)
    faults += found
    no_point = rows["longitude"].isna() | rows["latitude"].isna()
    remedy = "Add its coordinates; until then its counts are left out too."
    rows, found = refused(reading, rows, no_point, "name", "the site has no point", remedy)
    faults += found
    points = list(zip(rows["longitude"], rows["latitude"], strict=True))
    far = pd.Series([not is_near(profile, *point) for point in points], index=rows.index, dtype=bool)
    swapped = far & pd.Series([is_near(profile, lat, lon) for lon, lat in points], index=rows.index, dtype=bool)
    inside = pd.Series(atlas.pcodes_at(rows["longitude"], rows["latitude"]), index=rows.index, dtype=object) != ""
    home = rows["host"] == profile.iso3
    checks = (
        (swapped, "longitude and latitude seem swapped", "Swap them."),
        (far & ~swapped, "the point lies far from the country", _REMEDY),
        (inside & ~home, "a camp abroad lies inside the country", _REMEDY),
        (home, "the camp lies in the country its refugees fled", "Only sites abroad are read here."),
        (rows.duplicated("place_id", keep="first"), "the camp is there twice", "Keep one row."),
    )
    kept = pd.Series(True, index=rows.index)
    for mask, problem, remedy in checks:
        faults += refused(reading, rows, mask & kept, "name", problem, remedy)[1]
        kept &= ~mask
    return rows[kept], faults


def _place(row: pd.Series, counts: Sequence[Count], words: Sequence[str]) -> dict[str, object]:
    newest = max(counts, key=lambda count: count.day, default=None)
    closed = "" if row["closed"] in {"", "open"} else str(row["closed"])
    is_plain = re.fullmatch(r"\d{4}(-\d{2}){0,2}", closed) is not None
    noted = [str(row["note"]), f"closed: {closed}" if closed and not is_plain else "", *words]
    return {
        "place_id": row["place_id"],
        "name": row["name"],
        "kind": "camp",
        "iso3": row["host"],
        "admin2_pcode": "",
        "admin3_pcode": "",
        "longitude": row["longitude"],
        "latitude": row["latitude"],
        "population": newest.people if newest else None,
        "population_year": float(newest.day[:4]) if newest else None,
        "population_basis": "series" if newest else "none",
        "capacity": row["capacity"],
        "opened": _months(row["opened"])[:7],
        "closed": _months(closed)[:7],
        "note": "; ".join(word for word in noted if word),
        "basis": row["basis"],
    }


def _months(text: str) -> str:
    """Return the last month or year a text names."""
    found = re.findall(r"(?<!\d)\d{4}(?:-(?:0[1-9]|1[0-2]))?(?!\d)", str(text))
    return str(found[-1]) if found else ""


def _count(row: pd.Series, count: Count, iso3: str) -> dict[str, object]:
    return {
        "date": count.day,
        "measure": "stock",
        "group": "refugees",
        "origin": iso3,
        "host": row["host"],
        "place_id": row["place_id"],
        "people": count.people,
        "basis": row["basis"],
    }
