"""The user's own ACLED export, in the columns before 2022 and in the present ones. Read, never shipped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.reading import Reading, once, read_delimited
from toguna.sources.source import About, Made, days_after
from toguna.sources.ucdp_events import COMMUNAL, without_identity

# Until 2022 interactions were numbers; since then they are words.
ACTORS = {
    "1": "state", "state forces": "state",
    "2": "rebel", "rebel group": "rebel", "rebel groups": "rebel", "rebel forces": "rebel",
    "3": "militia", "political militia": "militia", "political militias": "militia",
    "4": "militia", "identity militia": "militia", "identity militias": "militia",
    "5": "rioters", "rioters": "rioters", "6": "protesters", "protesters": "protesters",
    "7": "civilians", "civilians": "civilians",
    "8": "external", "external/other forces": "external", "external forces": "external", "other forces": "external",
    "0": "", "": "",
}  # fmt: skip
ARMED = {"state", "rebel", "militia", "external"}
IDENTITY = {"4", "identity militia", "identity militias"}  # named after a community
FIELDS = (
    Field("event_id_cnty", aliases=("event_id_no_cnty",), example="MLI1234"),
    Field("event_date", "date", example="2023-10-14 or 14 October 2023"),
    Field("event_type"),
    Field("sub_event_type", empty=True),
    Field("actor1", empty=True),
    Field("inter1", empty=True),
    Field("actor2", empty=True),
    Field("inter2", empty=True),
    Field("country"),
    Field("admin1", required=False, empty=True),
    Field("admin2", required=False, empty=True),
    Field("location", empty=True),
    LATITUDE,
    LONGITUDE,
    Field("geo_precision", "integer", low=1, high=3, empty=True),
    Field("time_precision", "integer", low=1, high=3, empty=True, required=False),
    Field("fatalities", "number", low=0),
)


class Acled:
    """Reads an export called `ACLED*.csv`.

    `actor1` is not the perpetrator: ACLED says so itself. Only in events of the type "Violence against civilians",
    whose aggressor ACLED codes first, is a kind of perpetrator read from it.
    """

    about = About(
        key="acled",
        title="Armed Conflict Location and Event Data, the user's own export",
        owner="ACLED",
        version="date of the export",
        licence="ACLED terms of use: the user's own copy, not to be handed on",
        licence_basis="stated",
        citation="Raleigh, Kishi and Linke 2023, Humanities and Social Sciences Communications 10:74",
        url="https://acleddata.com/",
        rhythm="weekly",
        lag=days_after(7),
        is_shippable=False,
    )
    files: tuple[str, ...] = ("acled*.csv", "*_acled*.csv", "acled*.csv.gz")
    provides: tuple[str, ...] = ("events",)

    def read(self, path: Path) -> Reading:
        """Return the events of an export, of either set of columns."""
        return once(read_delimited(path, FIELDS, what="an ACLED export, one row an event"), ["event_id_cnty"])

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's events; later exports win."""
        frames, refused = [], []
        for reading in readings:
            rows = reading.rows[reading.rows["country"] == profile.name["en"]]
            off = ~atlas.is_inside_box(rows["longitude"], rows["latitude"])
            refused += [_off(rows.loc[line], int(line), reading.file, atlas) for line in rows.index[off]]
            frames.append(_placed(rows[~off], profile, atlas))
        events = pd.concat(frames, ignore_index=True).drop_duplicates("event_id", keep="last")
        return Made({"events": events}, tuple(refused))


def as_events(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of an export, of any country, as events without sides and P-codes, which only a pack can give."""
    kinds, killer = _kinds(rows)
    return pd.DataFrame(
        {
            "event_id": "acled-" + rows["event_id_cnty"],
            "date_start": rows["event_date"],
            "date_end": rows["event_date"],
            "date_precision": rows["time_precision"],
            "type": kinds,
            "perpetrator": killer.where(_is_against(rows), "unknown"),
            "place": rows["location"],
            "admin1_name": rows["admin1"],
            "admin2_name": rows["admin2"],
            "longitude": rows["longitude"],
            "latitude": rows["latitude"],
            "where_precision": rows["geo_precision"],
            "fatalities": rows["fatalities"],
            "fatalities_low": float("nan"),
            "fatalities_high": float("nan"),
            "fatalities_civilians": rows["fatalities"].where(_is_against(rows)),
            "is_partial": False,
            "basis": "dataset",
            "source": Acled.about.key,
            "published": Acled.about.lag.published_all(rows["event_date"]),
        }
    )


def _is_against(rows: pd.DataFrame) -> pd.Series:
    return rows["event_type"].str.casefold() == "violence against civilians"


def _kinds(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the type of violence of each row, and the kind of its first side."""
    one, two = (rows[name].str.casefold().map(ACTORS).fillna("") for name in ("inter1", "inter2"))
    battle = rows["event_type"].str.casefold().isin(["battles", "explosions/remote violence"])
    kinds = pd.Series("other", index=rows.index).mask(_is_against(rows), "one_sided")
    by_state = (one == "state") | (two == "state")
    kinds = kinds.mask(battle & by_state, "state_based")
    kinds = kinds.mask(battle & ~by_state & one.isin(ARMED) & two.isin(ARMED), "non_state")
    kinds = kinds.mask(battle & (two == "civilians"), "one_sided")
    first = one.map({"state": "government", "rebel": "non_state", "militia": "non_state"}).fillna("unknown")
    return kinds, first


def _placed(rows: pd.DataFrame, profile: Profile, atlas: Atlas) -> pd.DataFrame:
    return as_events(rows).assign(
        side_a=_side(rows, "1", profile),
        side_b=_side(rows, "2", profile),
        admin2_pcode=atlas.pcodes_at(rows["longitude"], rows["latitude"]),
    )


def _side(rows: pd.DataFrame, number: str, profile: Profile) -> pd.Series:
    """Return a side's organisation; a militia of identity is a communal group, whatever the export calls it."""
    is_identity = rows[f"inter{number}"].str.casefold().isin(IDENTITY)
    return without_identity(rows[f"actor{number}"], profile).mask(is_identity, COMMUNAL)


def _off(row: pd.Series, line: int, file: str, atlas: Atlas) -> Fault:
    west, south, east, north = atlas.profile.bbox
    swapped = west <= row["latitude"] <= east and south <= row["longitude"] <= north
    problem = "longitude and latitude seem swapped" if swapped else "the point lies off the country"
    at = f"{row['longitude']:g}, {row['latitude']:g}"
    return Fault(file, line, "longitude, latitude", at, problem, "Look the event up in your export.")
