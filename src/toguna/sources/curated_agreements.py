"""Curated provisions of peace agreements, as signed and as they turned out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from toguna.core.errors import AskError, Fault
from toguna.country.profile import Profile
from toguna.country.seen import last_day
from toguna.country.tables.agreements import THEMES
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, COUNTRY, about, about_country, refused, with_bases
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, days_after

# Words of the fact file that the pack has no theme of its own for.
_THEMES: Mapping[str, str] = {"termination": "ending", "reparation": "other"}
_UNDATED_YEARS = 10  # after so long a word on implementation that gives no date is taken to be public

FIELDS = (
    Field("agreement"),
    Field("date", "date"),
    Field("place", empty=True),
    Field("theme", one_of=(*THEMES, *_THEMES)),
    Field("provision", empty=True),
    Field("detail", aliases=("deadline_or_detail",), empty=True),
    Field("implementation", empty=True),
    *CITED,
    COUNTRY,
)


class CuratedAgreements:
    """Reads `agreements.csv`; one row a provision.

    What became of a provision was not known when it was signed. A provision therefore has up to three
    editions, each published when its news was: `signed`, `followed` (with implementation) and `ended`
    (with the day the agreement ended). Take the newest one visible of each agreement, theme and provision.
    """

    about = about("curated-agreements", "Curated provisions of peace agreements", days_after(1))
    files: tuple[str, ...] = ("agreements.csv",)
    provides: tuple[str, ...] = ("agreements",)

    def read(self, path: Path) -> Reading:
        """Return the provisions of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated agreements, one row a provision"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the provisions of agreements about this country, in their editions."""
        frames = []
        faults: list[Fault] = []
        for reading in readings:
            rows, found = _stated(reading, about_country(reading.rows, profile))
            frames.append(rows)
            faults += found
        rows = pd.concat(frames) if frames else pd.DataFrame({field.name: [] for field in FIELDS}, dtype=str)
        rows["theme"] = rows["theme"].str.casefold().replace(dict(_THEMES))
        rows = rows.drop_duplicates(["agreement", "theme", "provision"])
        endings = rows[rows["theme"] == "ending"].drop_duplicates("agreement").set_index("agreement")["date"]
        found_editions = [
            edition
            for _, row in rows.iterrows()
            for edition in self._editions(row, str(endings.get(row["agreement"], "")))
        ]
        table = pd.DataFrame(found_editions, columns=list(_COLUMNS))
        table["published"] = pd.to_datetime(table["published"])
        return Made({"agreements": table}, tuple(faults))

    def _editions(self, row: pd.Series, ended: str) -> list[dict[str, object]]:
        signed = str(row["date"])
        text = str(row["implementation"])
        shared = {name: row[name] for name in _COLUMNS if name in row.index}
        found = [_edition(shared, "signed", signed, "", "")]
        if text:
            found.append(_edition(shared, "followed", known_on(text, str(row["citation"]), signed), text, ""))
        if ended and row["theme"] != "ending":
            day = max(ended, known_on(text, str(row["citation"]), signed)) if text else ended
            found.append(_edition(shared, "ended", day, text, ended))
        for edition in found:
            edition["source"] = f"{self.about.key}@{edition['source']}"
            edition["published"] = self.about.lag.published(str(edition["published"]))
        return found


_COLUMNS = (
    "agreement",
    "date",
    "ended",
    "place",
    "theme",
    "provision",
    "detail",
    "implementation",
    "citation",
    "confidence",
    "basis",
    "source",
    "published",
)


def _edition(shared: Mapping[str, object], name: str, day: str, text: str, ended: str) -> dict[str, object]:
    return {**shared, "implementation": text, "ended": ended, "source": name, "published": day}


def known_on(text: str, citation: str, signed: str) -> str:
    """Return the day by which a word on implementation was public: the last date in it or in its citation.

    Examples
    --------
    >>> known_on("launched 6 November 2018, three years late", "FRS, 2018-12-21", "2015-05-15")
    '2018-12-21'
    >>> known_on("interim authorities installed by March 2017", "", "2015-05-15"), known_on("held", "", "2013-06-18")
    ('2017-03-31', '2023-06-18')
    """
    days = [day for day in dates_in(f"{text}; {citation}") if day >= signed]
    if days:
        return max(days)
    return f"{int(signed[:4]) + _UNDATED_YEARS}{signed[4:8]}{min(int(signed[8:]), 28):02d}"


_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_YEAR = r"(?:19|20)\d{2}"
_DATE = re.compile(
    rf"(?<![\d,.])(?:(?P<iso>{_YEAR}-\d{{2}}(?:-\d{{2}})?)"
    rf"|(?:(?P<day>\d{{1,2}}) )?(?P<month>[A-Z][a-z]{{2,8}})\.? (?P<year>{_YEAR})"
    rf"|(?P<only>{_YEAR}))(?![\d,]\d)"
)


def dates_in(text: str) -> list[str]:
    """Return the dates named in a text, a month or year as its last day.

    Examples
    --------
    >>> dates_in("cantonment from 15 Nov 1995 to Jan 1996; violations in 1994; (RFI, 2024-01-25)")
    ['1995-11-15', '1996-01-31', '1994-12-31', '2024-01-25']
    """
    found = []
    for match in _DATE.finditer(text):
        try:
            found.append(_day(match).isoformat())
        except (ValueError, KeyError, AskError):
            continue
    return found


def _day(match: re.Match[str]) -> date:
    if match["iso"] or match["only"]:
        return last_day(match["iso"] or match["only"])
    month = _MONTHS[match["month"].lower()[:3]]
    if match["day"]:
        return date(int(match["year"]), month, int(match["day"]))
    return last_day(f"{match['year']}-{month:02d}")


def _stated(reading: Reading, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows that state a provision, each once, and the others as faults."""
    blank = rows["provision"] == ""
    remedy = "Fill it from the agreement's text; an empty row says only that none was found."
    rows, faults = refused(reading, rows, blank, "provision", "no provision is stated", remedy)
    twice = rows.duplicated(["agreement", "theme", "provision"], keep="first")
    rows, found = refused(reading, rows, twice, "provision", "the provision is there twice", "Keep one row.")
    return rows, faults + found
