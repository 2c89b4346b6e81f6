"""A partial sample of GED events that are openly copied elsewhere: for where, never for how many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, once, read_delimited
from toguna.sources.source import About, Made, next_year
from toguna.sources.ucdp_events import described, of_country, placed, sensible

FIELDS = (
    Field("id", "integer", low=0, example="256789"),
    Field("date_start", "date"),
    Field("date_end", "date", empty=True),
    Field("country"),
    Field("adm1", empty=True),
    Field("place", empty=True),
    Field("latitude", "number", low=-90, high=90, empty=True),
    Field("longitude", "number", low=-180, high=180, empty=True),
    Field("type_of_violence", "integer", aliases=("type",), low=1, high=3, empty=True),
    Field("side_a", empty=True),
    Field("side_b", empty=True),
    Field("best", "number", low=0),
    Field("deaths_civilians", "number", low=0),
    Field("src"),
    Field("coord", one_of=("GED", "place-name match", "none")),
)


class UcdpEventSample:
    """Reads `ucdp_event_fragments_*.csv`; every row is marked partial."""

    about = About(
        key="ucdp-event-sample",
        title="Openly copied events of UCDP GED, a partial sample",
        owner="Uppsala Conflict Data Program",
        version="GED 23.1, 25.1 and Candidate 23.0.10, as each row states",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Sundberg and Melander 2013, Journal of Peace Research 50(4); events as copied in open repositories",
        url="",
        rhythm="never",
        lag=next_year(6),
    )
    files: tuple[str, ...] = ("ucdp_event_fragments_*.csv",)
    provides: tuple[str, ...] = ("events",)

    def read(self, path: Path) -> Reading:
        """Return the events of one file."""
        return once(read_delimited(path, FIELDS, what="a sample of UCDP GED events, one row an event"), ["id"])

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's events; rows without type or sides cannot say what happened and are refused."""
        frames, refused = [], []
        for reading in readings:
            rows = of_country(reading.rows, profile.ucdp_name)
            rows = rows.assign(date_end=rows["date_end"].where(rows["date_end"] != "", rows["date_start"]))
            rows, faults = sensible(rows, reading.file, atlas)
            untold = rows["type_of_violence"].isna() | (rows["side_a"] == "")
            refused += [*faults, *_untold(rows[untold], reading.file)]
            frames.append(self._events(rows[~untold], profile, atlas))
        events = pd.concat(frames, ignore_index=True).drop_duplicates("event_id", keep="last")
        return Made({"events": events}, tuple(refused))

    def _events(self, rows: pd.DataFrame, profile: Profile, atlas: Atlas) -> pd.DataFrame:
        rows = rows.assign(id=rows["id"].map(lambda number: f"{number:.0f}").astype(str))
        events = pd.DataFrame(
            {
                **described(rows),
                "date_precision": float("nan"),
                "place": rows["place"],
                "admin1_name": rows["adm1"],
                "admin2_name": "",
                # A point found by the place's name is a guess at the place, not UCDP's own.
                "where_precision": rows["coord"].map({"place-name match": 2.0}),
                "fatalities_low": float("nan"),
                "fatalities_high": float("nan"),
                "is_partial": True,
                "source": self.about.key,
                "published": self.about.lag.published_all(rows["date_end"]),
            }
        )
        return placed(events, rows, profile, atlas)


def _untold(rows: pd.DataFrame, file: str) -> list[Fault]:
    problem = "the copy gives neither type nor sides, so nobody can say what happened"
    remedy = "Take the event from UCDP GED itself."
    return [Fault(file, int(line), "type, side_a", str(row["id"]), problem, remedy) for line, row in rows.iterrows()]
