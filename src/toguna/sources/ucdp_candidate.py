"""UCDP GED Candidate: provisional events, published month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.reading import Reading, once, read_delimited
from toguna.sources.source import About, Made, days_after
from toguna.sources.ucdp_events import FIELDS, events_of, is_candidate, newest_last, version_of


class UcdpCandidate:
    """Reads `GEDEvent_v23_0_10.csv` and its like; the same columns as the yearly edition."""

    about = About(
        key="ucdp-candidate",
        title="UCDP Candidate Events Dataset",
        owner="Uppsala Conflict Data Program",
        version="as stated in the file name",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Hegre, Croicu, Eck and Högbladh 2020, Research and Politics 7(3); UCDP Candidate codebook",
        url="https://ucdp.uu.se/downloads/",
        rhythm="monthly",
        lag=days_after(45),
    )
    files: tuple[str, ...] = (
        "GEDEvent_v[0-9][0-9]_0_*.csv",
        "GEDEvent_v[0-9][0-9]_01_*.csv",
        "GEDEvent_v[0-9][0-9]_0_*.zip",
        "ucdp_candidate_ged_v*.csv",
    )
    provides: tuple[str, ...] = ("events",)

    def read(self, path: Path) -> Reading:
        """Return the events of one file; the version comes from its name."""
        version = version_of(path.name)
        if not is_candidate(version):
            raise DataError(
                f"{path.name} does not say which edition of GED Candidate it is (found {version}; editions are "
                "numbered like 23.0.10). Keep the name it was downloaded under, such as GEDEvent_v23_0_10.csv."
            )
        reading = read_delimited(path, FIELDS, what="UCDP GED Candidate, one row an event")
        return replace(once(reading, ["id"]), version=version)

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's events; where an event is in several editions the newest one wins."""
        made = [
            events_of(reading, profile, atlas, self.about, monthly_edition=True) for reading in newest_last(readings)
        ]
        events = pd.concat([one.tables["events"] for one in made], ignore_index=True)
        refused = tuple(fault for one in made for fault in one.refused)
        return Made({"events": events.drop_duplicates("event_id", keep="last")}, refused)
