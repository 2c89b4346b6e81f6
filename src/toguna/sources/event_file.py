"""Events of one or several files as their owners publish them, without a country pack: for models pooled over many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError, Fault
from toguna.country.tables import TABLES
from toguna.sources import acled, ucdp_events
from toguna.sources.acled import Acled
from toguna.sources.columns import columns_of, shown
from toguna.sources.reading import Reading, header_of
from toguna.sources.ucdp_candidate import UcdpCandidate
from toguna.sources.ucdp_events import in_order, is_candidate, of_country, version_of
from toguna.sources.ucdp_ged import UcdpGed

COLUMNS = (*TABLES["events"].columns, "country")
_WHAT = "UCDP GED or an ACLED export, one row an event"
_REMEDY = "Give the file as its owner publishes it."


@dataclass(frozen=True)
class _Edition:
    """Events of one file, and where the file stands among editions of the same events."""

    file: str
    events: pd.DataFrame
    faults: tuple[Fault, ...]
    rank: tuple[bool, tuple[int, ...]]


def read_events(path: str | Path, country: str | None = None) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return the events of one UCDP GED file (yearly or candidate) or one ACLED export, and the rows refused.

    The columns tell GED from ACLED. The file name tells a candidate edition (`GEDEvent_v23_0_10.csv`) from a
    yearly one; a GED file whose name states no version is taken for a yearly one, which is public later.

    Parameters
    ----------
    path : the file, plain, .gz or .zip
    country : only events in the country of this name, as the owner writes it, or of this Gleditsch-Ward number

    Returns
    -------
    events : rows of the table `events` with the column `country` behind them, as the owner writes it. Sides and
        P-codes are empty: only a pack knows which sides are communities, and where its areas lie.
    faults : rows that cannot be used, each with line, column, value and remedy

    Raises
    ------
    DataError
        The file is neither form, cannot be read, or has no event in the country.
    """
    return read_event_files([path], country)


def read_event_files(paths: Iterable[str | Path], country: str | None = None) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return the events of several files; where an event is in several, the newest edition has it.

    A yearly edition of GED wins over a candidate one; among ACLED exports the one named later wins.
    See `read_events` for parameters, columns and errors.
    """
    editions = [_edition(Path(path)) for path in paths]
    if not editions:
        raise DataError("No file of events was named. Name at least one file of UCDP GED or ACLED.")
    ranked = sorted(editions, key=lambda one: one.rank)
    events = pd.concat([one.events for one in ranked], ignore_index=True)
    events = events.drop_duplicates("event_id", keep="last")
    if country is not None:
        events = _named(events, country, ", ".join(one.file for one in editions))
    faults = tuple(fault for one in editions for fault in one.faults)
    return events[list(COLUMNS)].sort_values(["date_start", "event_id"], ignore_index=True), faults


def _edition(path: Path) -> _Edition:
    if not path.is_file():
        raise DataError(f"{path} is no file. Name a file of UCDP GED or ACLED.")
    if _is_acled(path):
        reading = Acled().read(path)
        events = acled.as_events(reading.rows).assign(country_id=float("nan"))
        return _edition_of(reading, reading.rows, events, (), (False, ()))
    candidate = is_candidate(version_of(path.name))
    source = UcdpCandidate() if candidate else UcdpGed()
    reading = source.read(path)
    rows, faults = in_order(reading.rows, reading.file)
    events = ucdp_events.as_events(rows, source.about, reading.version, monthly_edition=candidate)
    version = tuple(int(part) for part in re.findall(r"\d+", reading.version))
    return _edition_of(reading, rows, events.assign(country_id=rows["country_id"]), faults, (not candidate, version))


def _edition_of(
    reading: Reading,
    rows: pd.DataFrame,
    events: pd.DataFrame,
    faults: tuple[Fault, ...],
    rank: tuple[bool, tuple[int, ...]],
) -> _Edition:
    events = events.assign(side_a="", side_b="", admin2_pcode="", country=rows["country"])
    return _Edition(reading.file, events, (*reading.refused, *faults), rank)


def _is_acled(path: Path) -> bool:
    """Return whether a file is an ACLED export and not UCDP GED, by its columns; DataError if it is neither."""
    header = header_of(path, _WHAT)
    _, lacks_ged = columns_of(ucdp_events.FIELDS, header)
    _, lacks_acled = columns_of(acled.FIELDS, header)
    if lacks_ged and lacks_acled:
        raise DataError(
            f"{path.name} is neither UCDP GED (it lacks {'; '.join(lacks_ged)}) nor an ACLED export (it lacks "
            f"{'; '.join(lacks_acled)}). Found: {shown(header)}. {_REMEDY}"
        )
    return bool(lacks_ged)


def _named(events: pd.DataFrame, country: str, files: str) -> pd.DataFrame:
    """Return the events in a country given by name or Gleditsch-Ward number, or say which countries there are."""
    there = ", ".join(sorted(set(events["country"])))
    if not country.strip().isdigit():
        found = of_country(events, country.strip())
    elif events["country_id"].isna().all():
        raise DataError(f"{files}: no row has a Gleditsch-Ward number (country_id). Name the country: {there}.")
    else:
        found = events[events["country_id"] == int(country)]
    if found.empty:
        raise DataError(f"{files}: no event is in {country}. Countries there: {there}. Name one of them.")
    return found
