"""What the yearly and the candidate editions of UCDP GED share: columns, versions, and rows as events."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.reading import Reading
from toguna.sources.source import About, Made

TYPES = {1.0: "state_based", 2.0: "non_state", 3.0: "one_sided"}
COMMUNAL = "communal group"

# Column drift: `relid`, `active_year`, the *_new_id / *_dset_id pairs, `source_*` and the order of columns came and
# went between versions 17 and 25; none is needed here. Versions up to 18 may lack `country_id`, and candidate editions
# may write times behind the days.
FIELDS = (
    Field("id", "text"),
    Field("type_of_violence", "integer", low=1, high=3, example="3"),
    Field("side_a"),
    Field("side_b"),
    Field("where_prec", "integer", low=1, high=7, empty=True),
    Field("where_coordinates", empty=True),
    Field("adm_1", required=False, empty=True),
    Field("adm_2", required=False, empty=True),
    LATITUDE,
    LONGITUDE,
    Field("country"),
    Field("country_id", "integer", required=False, empty=True),
    Field("date_prec", "integer", required=False, empty=True, low=1, high=5),
    Field("date_start", "date"),
    Field("date_end", "date"),
    Field("deaths_civilians", "number", low=0),
    Field("best", "number", aliases=("best_est",), low=0),
    Field("high", "number", aliases=("high_est",), low=0),
    Field("low", "number", aliases=("low_est",), low=0),
)


def version_of(name: str) -> str:
    """Return the version in a file name: 23.1, 23.0.10.

    Examples
    --------
    >>> version_of("GEDEvent_v25_1.csv"), version_of("ucdp_candidate_ged_v23_0_10.csv"), version_of("ged231.csv")
    ('25.1', '23.0.10', '23.1')
    """
    found = re.search(r"v(\d{2}(?:[_.]\d+)+)", name)
    if found:
        return found[1].replace("_", ".")
    found = re.search(r"ged(\d{2})(\d)(?!\d)", name.lower())
    return f"{found[1]}.{found[2]}" if found else "not stated"


def is_candidate(version: str) -> bool:
    """Return whether a version is one of GED Candidate: its second part is 0."""
    return version.split(".")[1:2] in (["0"], ["01"])


def newest_last(readings: Sequence[Reading]) -> list[Reading]:
    """Return readings in the order of their versions."""
    return sorted(readings, key=lambda one: [int(part) for part in re.findall(r"\d+", one.version)])


def events_of(reading: Reading, profile: Profile, atlas: Atlas, about: About, *, monthly_edition: bool = False) -> Made:
    """Return a country's events of one reading, and those of its rows that make no sense.

    Parameters
    ----------
    monthly_edition : the lag runs from the end of the month, not from the event's last day
    """
    rows = of_country(reading.rows, profile.ucdp_name, profile.gwno)
    rows, refused = sensible(rows, reading.file, atlas)
    events = as_events(rows, about, reading.version, monthly_edition=monthly_edition)
    return Made({"events": placed(events, rows, profile, atlas)}, refused)


def as_events(rows: pd.DataFrame, about: About, version: str, *, monthly_edition: bool = False) -> pd.DataFrame:
    """Return rows of an edition, of any country, as events without sides and P-codes, which only a pack can give."""
    ends = rows["date_end"].str[:7] if monthly_edition else rows["date_end"]
    return pd.DataFrame(
        {
            **described(rows),
            "date_precision": rows["date_prec"],
            "place": rows["where_coordinates"],
            "admin1_name": rows["adm_1"],
            "admin2_name": rows["adm_2"],
            "where_precision": rows["where_prec"],
            "fatalities_low": rows["low"],
            "fatalities_high": rows["high"],
            "is_partial": False,
            "source": f"{about.key}@{version}",
            "published": about.lag.published_all(ends),
        }
    )


def placed(events: pd.DataFrame, rows: pd.DataFrame, profile: Profile, atlas: Atlas) -> pd.DataFrame:
    """Return events with their sides, communities unnamed, and with the area each lies in."""
    return events.assign(
        side_a=without_identity(rows["side_a"], profile),
        side_b=without_identity(rows["side_b"], profile),
        admin2_pcode=atlas.pcodes_at(rows["longitude"], rows["latitude"]),
    )


def of_country(rows: pd.DataFrame, name: str, gwno: int | None = None) -> pd.DataFrame:
    """Return the rows of a country, by Gleditsch-Ward number, or by name less the former name in brackets."""
    named = rows["country"].map(without_former_name) == (without_former_name(name) or None)
    if "country_id" in rows and gwno is not None:
        return rows[(rows["country_id"] == gwno) | (rows["country_id"].isna() & named)]
    return rows[named]


def without_former_name(country: str) -> str:
    """Return the name of a country without the former name UCDP writes behind it.

    Examples
    --------
    >>> without_former_name("DR Congo (Zaire)"), without_former_name("Mali")
    ('DR Congo', 'Mali')
    """
    return re.sub(r"\s*\(.*\)", "", country)


def sensible(rows: pd.DataFrame, file: str, atlas: Atlas) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return rows whose days are in order and whose point is in the country, and the others as faults."""
    rows, backwards = in_order(rows, file)
    off = rows["longitude"].notna() & ~atlas.is_inside_box(rows["longitude"], rows["latitude"])
    swapped = off & atlas.is_inside_box(rows["latitude"], rows["longitude"])
    faults = [*backwards]
    for line in rows.index[off]:
        at = f"{rows.at[line, 'longitude']:g}, {rows.at[line, 'latitude']:g}"
        problem = "longitude and latitude seem swapped" if swapped[line] else "the point lies off the country"
        faults.append(
            Fault(file, int(line), "longitude, latitude", at, problem, "Look the event up at the owner's site.")
        )
    return rows[~off], tuple(faults)


def in_order(rows: pd.DataFrame, file: str) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return rows whose last day is not before the first, and the others as faults."""
    backwards = rows["date_end"] < rows["date_start"]
    problem, remedy = "the last day is before the first", "Look the event up at the owner's site."
    ends = rows.loc[backwards, "date_end"]
    return rows[~backwards], tuple(
        Fault(file, int(line), "date_end", str(end), problem, remedy) for line, end in ends.items()
    )


def described(rows: pd.DataFrame) -> dict[str, object]:
    """Return the columns every edition and sample of GED gives: what, when, where and how many."""
    kinds = rows["type_of_violence"].map(TYPES)
    by_state = rows["side_a"].str.startswith("Government of")
    perpetrator = by_state.map({True: "government", False: "non_state"}).where(kinds == "one_sided", "unknown")
    return {
        "event_id": "ged-" + rows["id"],
        "date_start": rows["date_start"],
        "date_end": rows["date_end"],
        "type": kinds,
        "perpetrator": perpetrator,
        "longitude": rows["longitude"],
        "latitude": rows["latitude"],
        "fatalities": rows["best"],
        "fatalities_civilians": rows["deaths_civilians"],
        "basis": "dataset",
    }


def without_identity(sides: pd.Series, profile: Profile) -> pd.Series:
    """Return sides with communities named only as communal groups: nobody is listed here by ethnicity or faith.

    UCDP codes some non-state conflict between communities it names by identity; organisations keep their names.
    """
    names = {name.casefold() for name in profile.identity_groups}
    return sides.map(
        lambda side: ", ".join(
            COMMUNAL if part.strip().casefold() in names else part.strip() for part in side.split(",")
        )
    ).astype(str)
