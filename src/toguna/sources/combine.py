"""Joins what the sources made into the tables of a pack, checked, in one order whatever the order of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas
import pandas as pd

from toguna.core.errors import PackError
from toguna.country.check import check_table
from toguna.country.schema import STANDING
from toguna.country.seen import last_day
from toguna.country.tables import TABLES
from toguna.sources.gather import Gathered
from toguna.sources.source import About

Tables = dict[str, pd.DataFrame]


def combined(gathered: Sequence[Gathered]) -> tuple[Tables, Tables]:
    """Return the pack's tables, and the ingredients (names starting with "_") that only the builder uses."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for one in gathered:
        for name, frame in one.made.tables.items():
            if name not in TABLES and not name.startswith("_"):
                raise PackError(f"{one.key} yields a table {name!r}, which no pack has. Tables: {', '.join(TABLES)}.")
            if name.startswith("_"):
                parts.setdefault(name, []).append(frame)
            elif len(frame):
                parts.setdefault(name, []).append(checked(name, _sourced(name, frame, one.about), one.key))
    joined = {name: _joined(name, frames) for name, frames in parts.items()}
    tables = {name: frame for name, frame in joined.items() if name in TABLES}
    return tables, {name: frame for name, frame in joined.items() if name not in TABLES}


def checked(name: str, frame: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return rows in the table's order of columns and keys with their declared types, or raise with every fault."""
    table = TABLES[name]
    typed, faults = check_table(table, frame.reset_index(drop=True), f"{file}: {name}")
    if faults:
        raise PackError(f"{file} yields {len(faults)} faulty rows of the table {name}, so nothing is written:", faults)
    columns = [*table.columns, *(["geometry"] if table.geometry else [])]
    return typed[columns].sort_values(list(table.key), kind="stable", ignore_index=True)


def sources_table(gathered: Sequence[Gathered], tables: Tables) -> pd.DataFrame:
    """Return one row for each source and version the tables name, and for each source used as an ingredient."""
    until = _until(tables)
    rows = []
    for one in gathered:
        if not any(len(frame) for frame in one.made.tables.values()):
            continue
        keys = sorted(key for key in until if key.partition("@")[0] == one.key) or [one.key]
        rows += [_source_row(one, key, until.get(key, "")) for key in keys]
    return checked("sources", pd.DataFrame(rows), "sources")


def _sourced(name: str, frame: pd.DataFrame, about: About) -> pd.DataFrame:
    """Return the frame with `source` and `published`, taken from the source's terms where it left them out."""
    if "source" not in frame:
        frame = frame.assign(source=about.key)
    if "published" not in frame:
        when = TABLES[name].when
        days = [about.lag.published(str(period)) for period in frame[when]] if when else STANDING
        frame = frame.assign(published=pd.to_datetime(pd.Series(days, index=frame.index)))
    return frame


def _joined(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(frames, ignore_index=True)
    if name == "events":
        joined = _best_events(joined)
    if name not in TABLES:
        return joined
    if TABLES[name].geometry:
        joined = geopandas.GeoDataFrame(joined, geometry="geometry", crs="EPSG:4326")
    return joined.sort_values(list(TABLES[name].key), kind="stable", ignore_index=True)


def _best_events(events: pd.DataFrame) -> pd.DataFrame:
    """Return each event once: a complete series wins over a provisional one, and that over a partial sample."""
    provisional = events["source"].str.split("@").str[0].str.endswith("candidate")
    order = events.assign(_sample=events["is_partial"], _provisional=provisional)
    order = order.sort_values(["event_id", "_sample", "_provisional", "source"], kind="stable")
    return order.drop_duplicates("event_id").drop(columns=["_sample", "_provisional"])


def _until(tables: Tables) -> Mapping[str, str]:
    """Return the last period each key of `source` speaks of; "" where it only fills standing tables."""
    found: dict[str, str] = {}
    for name, frame in tables.items():
        when = TABLES[name].when
        periods = frame[when].astype(str) if when else pd.Series("", index=frame.index)
        for key, own in periods.groupby(frame["source"]):
            last = max(set(own), key=lambda period: last_day(period).isoformat() if period else "")
            found[str(key)] = max(found.get(str(key), ""), last, key=lambda p: last_day(p).isoformat() if p else "")
    return found


def _source_row(one: Gathered, key: str, until: str) -> dict[str, str]:
    about = one.about
    stated = sorted({reading.version for reading in one.readings if reading.version})
    return {
        "source": key,
        "title": about.title,
        "owner": about.owner,
        "version": key.partition("@")[2] or ", ".join(stated) or about.version,
        "licence": about.licence,
        "licence_basis": about.licence_basis,
        "citation": about.citation,
        "url": about.url,
        "rhythm": about.rhythm,
        "lag": about.lag.words,
        "until": until,
    }
