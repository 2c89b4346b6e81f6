"""Curated political events: coups, elections, resolutions, changes of control, atrocities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.country.tables.political_events import KINDS
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, COUNTRY, about, about_country, numbered, refused, slug, with_bases
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, days_after

FIELDS = (
    Field("date", "date"),
    Field("date_end", "date", empty=True),
    Field("date_basis", one_of=("read", "excerpt", "memory"), empty=True),
    Field("event"),
    Field("kind", one_of=KINDS),
    Field("place", empty=True),
    Field("actor_kind", empty=True),
    Field("deaths_min", "integer", empty=True, low=0),
    Field("deaths_max", "integer", empty=True, low=0),
    Field("deaths_note", empty=True),
    *CITED,
    COUNTRY,
)


class CuratedEvents:
    """Reads `political_events.csv`; one row an event."""

    about = about("curated-events", "Curated political events", days_after(1))
    files: tuple[str, ...] = ("political_events.csv",)
    provides: tuple[str, ...] = ("political_events",)

    def read(self, path: Path) -> Reading:
        """Return the events of one file; an event without a full day is refused."""
        return with_bases(read_delimited(path, FIELDS, what="curated political events, one row an event"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the events about this country. An event of several days is public after the last of them."""
        frames = []
        faults: list[Fault] = []
        for reading in readings:
            rows, found = _sensible(reading, about_country(reading.rows, profile))
            frames.append(rows)
            faults += found
        rows = pd.concat(frames) if frames else pd.DataFrame({field.name: [] for field in FIELDS}, dtype=str)
        rows = rows.drop_duplicates(["date", "event"], ignore_index=True)
        ids = [
            slug(date, kind, place) for date, kind, place in zip(rows["date"], rows["kind"], rows["place"], strict=True)
        ]
        date_basis = rows["date_basis"].str.casefold()
        # The row tells of the whole span (a toll, a result, a lifting), so none of it is shown before its end.
        last = rows["date_end"].mask(rows["date_end"] == "", rows["date"])
        table = rows[[field.name for field in FIELDS if field.name != "iso3"]].assign(
            event=rows["event"].map(lambda text: without_groups(text, profile)).astype(str),
            event_id=numbered(ids),
            kind=rows["kind"].str.casefold(),
            date_basis=date_basis.mask(date_basis == "", "memory"),
            deaths_min=rows["deaths_min"].astype(float),
            deaths_max=rows["deaths_max"].astype(float),
            source=self.about.key,
            published=pd.to_datetime([self.about.lag.published(day) for day in last]),
        )
        return Made({"political_events": table}, tuple(faults))


def without_groups(text: str, profile: Profile) -> str:
    """Return an event's text without the names of communities: victims are people, listed by no ethnicity or faith."""
    if not profile.identity_groups:
        return text
    names = "|".join(re.escape(name) for name in profile.identity_groups)
    return re.sub(rf"\b({names})\s+", "", text)


def _sensible(reading: Reading, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the events whose dates and tolls are in order, each once, and the others as faults."""
    faults: list[Fault] = []
    rules = (
        ((rows["date_end"] != "") & (rows["date_end"] < rows["date"]), "date_end", "the event ends before it begins"),
        (rows["deaths_min"] > rows["deaths_max"], "deaths_max", "the highest count is below the lowest"),
        (rows.duplicated(["date", "event"], keep="first"), "event", "the event is there twice"),
    )
    kept = pd.Series(True, index=rows.index)
    for mask, column, problem in rules:
        _, found = refused(reading, rows, mask & kept, column, problem, "Correct the row by its citation.")
        faults += found
        kept &= ~mask
    return rows[kept], faults
