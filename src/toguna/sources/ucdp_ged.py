"""UCDP Georeferenced Event Dataset, the yearly edition (all versions from 17 on)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.reading import Reading, once, read_delimited
from toguna.sources.source import About, Made, next_year
from toguna.sources.ucdp_events import FIELDS, events_of, is_candidate, newest_last, version_of


class UcdpGed:
    """Reads `GEDEvent_v25_1.csv` and its like; one row an event."""

    about = About(
        key="ucdp-ged",
        title="UCDP Georeferenced Event Dataset (GED) Global",
        owner="Uppsala Conflict Data Program",
        version="as stated in the file name",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Sundberg and Melander 2013, Journal of Peace Research 50(4); Davies et al., UCDP GED codebook",
        url="https://ucdp.uu.se/downloads/",
        rhythm="yearly",
        lag=next_year(6),
    )
    files: tuple[str, ...] = (
        "GEDEvent_v[0-9][0-9]_[0-9].csv",
        "GEDEvent_v[0-9][0-9]_[0-9].zip",
        "ged[0-9][0-9][0-9].csv",
        "ged[0-9][0-9][0-9]*csv.zip",
        "ucdp_ged[0-9][0-9][0-9]_[a-z][a-z][a-z]_*.csv",
    )
    provides: tuple[str, ...] = ("events",)

    def read(self, path: Path) -> Reading:
        """Return the events of one file; the version comes from its name."""
        version = version_of(path.name)
        if is_candidate(version):
            raise DataError(
                f"{path.name} is an edition of GED Candidate ({version}), which is provisional and has a source of its "
                f"own. Name it ucdp_candidate_ged_v{version.replace('.', '_')}.csv."
            )
        reading = read_delimited(path, FIELDS, what="UCDP GED, one row an event")
        return replace(once(reading, ["id"]), version=version)

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's events; where an event is in several editions the newest one wins."""
        made = [events_of(reading, profile, atlas, self.about) for reading in newest_last(readings)]
        events = pd.concat([one.tables["events"] for one in made], ignore_index=True)
        refused = tuple(fault for one in made for fault in one.refused)
        return Made({"events": events.drop_duplicates("event_id", keep="last")}, refused)
