"""`read_scenario`: a scenario read from the reference model's input folders."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from toguna.core.errors import DataError
from toguna.displacement.conditions import read_conditions
from toguna.displacement.counts import read_counts
from toguna.displacement.demographics import read_demographics
from toguna.displacement.rows import by_day, heading_of, lines_of, number, rows_of
from toguna.displacement.scenario import Closure, Floats, Ints, Kind, Scenario

KINDS = {
    "conflict_zone": Kind.CONFLICT, "conflict": Kind.CONFLICT, "town": Kind.TOWN, "default": Kind.TOWN,
    "camp": Kind.CAMP, "idpcamp": Kind.IDP_CAMP, "forwarding_hub": Kind.HUB, "forward": Kind.HUB, "marker": Kind.MARKER,
    "flood_zone": Kind.FLOOD,
}  # fmt: skip
# Columns of locations.csv beyond the eighth that a rule reads.
ATTRIBUTES = ("deactivation_probability", "trade_volume", "hdi")
_KNOWN_FILES = {
    "locations.csv", "routes.csv", "closures.csv", "conflicts.csv", "sim_period.csv", "registration_corrections.csv",
    "flood_level.csv", "region_attributes_IPC.csv", "location_changes.csv",
}  # fmt: skip


def read_scenario(folder: str | Path, *, sort_dates: bool = False) -> Scenario:
    """Return the scenario in a folder with `input_csv` and `source_data`.

    Dates of counts out of order are an error; with `sort_dates` they are put in order, and a run says so.

    Raises
    ------
    DataError
        A file is missing or wrong: the sentence names file, line and remedy.
    """
    home = Path(folder)
    inputs = home / "input_csv"
    if not inputs.is_dir():
        raise DataError(f"{home.name} holds no folder input_csv. Name the scenario's own folder.")
    at = _locations(inputs / "locations.csv")
    names, regions = tuple(at.names), tuple(at.regions)
    kinds = np.array([int(kind) for kind in at.kinds])
    roads = _routes(inputs / "routes.csv", names)
    start, days = _period(inputs / "sim_period.csv")
    people, other_traits = read_demographics(inputs, names)
    unread = [path.name for path in sorted(inputs.glob("*.csv")) if path.name not in _KNOWN_FILES]
    unread = [name for name in unread if not name.startswith("demographics_")]
    return Scenario(
        name=home.resolve().name,
        names=names,
        countries=tuple(at.countries),
        kinds=kinds,
        population=np.array(at.population),
        conflict_day=np.array(at.since),
        ends=np.array(roads.ends, dtype=np.int64).reshape(-1, 2),
        km=np.array(roads.km),
        intensity=_conflict(inputs / "conflicts.csv", names, kinds, at.since, days),
        closures=tuple(_closures(inputs / "closures.csv", set(names) | set(at.countries), days)),
        start=start,
        days=days,
        counts=read_counts(home, start, days, set(names), sort_dates=sort_dates),
        digest=_digest(home),
        regions=regions,
        latitude=np.array(at.latitude),
        longitude=np.array(at.longitude),
        redirections=tuple(roads.redirections),
        link_speed=np.array(roads.speed),
        conditions=read_conditions(inputs, names, regions, {key: int(kind) for key, kind in KINDS.items()}, days),
        attributes={key: np.array(values) for key, values in at.attributes.items()},
        people=people,
        ignored=(*unread, *other_traits, *roads.ignored, *at.ignored),
    )


def _digest(home: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.csv")):
        digest.update(path.relative_to(home).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass
class _Places:
    names: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    latitude: list[float] = field(default_factory=list)
    longitude: list[float] = field(default_factory=list)
    population: list[float] = field(default_factory=list)
    since: list[int] = field(default_factory=list)
    attributes: dict[str, list[float]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def _locations(path: Path) -> _Places:
    found = _Places()
    further = {at: name for at, name in enumerate(heading_of(path)) if at >= 8 and name}
    found.attributes = {name: [] for name in further.values() if name in ATTRIBUTES}
    found.ignored = [f"{name} of {path.name}" for name in further.values() if name not in ATTRIBUTES]
    for line, row in rows_of(path):
        if len(row) < 6:
            raise DataError(
                f"{path.name}, line {line}: {len(row)} cells. Expected name, region, country, lat, lon, type."
            )
        cells = row + [""] * (8 - len(row))
        name, region, country, latitude, longitude, kind, since, population = cells[:8]
        if line == 1 and not _is_number(latitude) and kind.lower() not in KINDS:
            continue  # a heading without the mark of a comment
        if kind.lower() not in KINDS:
            raise DataError(f"{path.name}, line {line}: the type is {kind!r}. Known: {', '.join(KINDS)}.")
        if name in found.names:
            raise DataError(f"{path.name}, line {line}: {name} is there twice. Keep one of them.")
        found.names.append(name)
        found.regions.append(region)
        found.countries.append(country)
        found.latitude.append(number(path, line, "latitude", latitude) if latitude else np.nan)
        found.longitude.append(number(path, line, "longitude", longitude) if longitude else np.nan)
        found.kinds.append(KINDS[kind.lower()])
        found.since.append(int(number(path, line, "conflict_date", since or "0", 0)))
        found.population.append(number(path, line, "population", population or "0", 0))
        for at, column in further.items():
            if column in found.attributes:
                cell = row[at] if len(row) > at else ""
                found.attributes[column].append(number(path, line, column, cell, 0) if cell else np.nan)
    if not found.names:
        raise DataError(f"{path.name} names no place. Restore it from the scenario's owner.")
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass
class _Roads:
    ends: list[tuple[int, int]] = field(default_factory=list)
    km: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)
    redirections: list[int] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def _routes(path: Path, names: tuple[str, ...]) -> _Roads:
    found = _Roads()
    head = heading_of(path)
    speed = head.index("max_move_speed") if "max_move_speed" in head else None
    found.ignored = [f"{name} of {path.name}" for name in head[4:] if name and name != "max_move_speed"]
    for line, cells in rows_of(path):
        if line == 1 and len(cells) > 2 and not _is_number(cells[2]) and cells[0] not in names:
            continue  # a heading without the mark of a comment
        if len(cells) < 3:
            raise DataError(f"{path.name}, line {line}: {len(cells)} cells. Expected two places and km.")
        for name in cells[:2]:
            if name not in names:
                raise DataError(f"{path.name}, line {line}: no place is called {name!r}. Add it to locations.csv.")
        link = len(found.km)
        found.ends.append((names.index(cells[0]), names.index(cells[1])))
        found.km.append(number(path, line, "distance", cells[2], 0))
        sent = cells[3] if len(cells) > 3 else ""
        if sent not in {"", "0", "1", "2", "0.0", "1.0", "2.0"}:
            raise DataError(
                f"{path.name}, line {line}: forced_redirection is {sent!r}. Expected 0 (none), 1 (from the second "
                "place to the first) or 2 (from the first to the second)."
            )
        if sent[:1] in {"1", "2"}:
            found.redirections.append(2 * link + (sent[0] == "1"))
        cell = cells[speed] if speed is not None and len(cells) > speed else ""
        found.speed.append(number(path, line, "max_move_speed", cell, 0) if cell else np.nan)
    return found


def _period(path: Path) -> tuple[date, int]:
    found = {cells[0].lower(): (line, cells[1] if len(cells) > 1 else "") for line, cells in rows_of(path)}
    try:
        start = date.fromisoformat(found["startdate"][1])
        days = int(found["length"][1])
    except (KeyError, ValueError) as error:
        raise DataError(f"{path.name} holds no StartDate,YYYY-MM-DD and Length,days. Restore the two lines.") from error
    if days < 1:
        raise DataError(f"{path.name}: the length is {days}. Expected 1 day or more.")
    return start, days


def _conflict(path: Path, names: tuple[str, ...], kinds: Ints, since: list[int], days: int) -> Floats:
    """Return intensity by day and place: by conflicts.csv, or from each zone's day on where there is none."""
    found = np.zeros((days, len(names)))
    if not path.is_file() or len(lines_of(path)) < 2:
        for place in np.flatnonzero(kinds == Kind.CONFLICT):
            found[since[place] :, place] = 1.0
        return found
    head, at, values = by_day(path)
    for name in head:
        if name not in names:
            raise DataError(f"{path.name}, line 1: no place is called {name!r}. Add it to locations.csv.")
    columns = [names.index(name) for name in head]
    for day, intensities in zip(at, values, strict=True):
        found[day:, columns] = intensities
    return found


def _closures(path: Path, known: set[str], days: int) -> Iterator[Closure]:
    if not path.is_file():
        return
    for line, found in rows_of(path):
        cells = found + [""] * (5 - len(found))
        if cells[0] not in {"country", "location", "link", "camp", "idpcamp", "remove_forced_redirection"}:
            raise DataError(
                f"{path.name}, line {line}: the kind is {cells[0]!r}. Known: country, location, link, camp, idpcamp."
            )
        if cells[1] not in known:
            raise DataError(
                f"{path.name}, line {line}: nothing is called {cells[1]!r}. Name a place or country of locations.csv."
            )
        if cells[0] in {"country", "link"} and cells[2] not in known:
            raise DataError(
                f"{path.name}, line {line}: nothing is called {cells[2]!r}. Name a place or country of locations.csv."
            )
        start = int(number(path, line, "closure_start", cells[3] or "0", 0))
        end = int(number(path, line, "closure_end", cells[4] or "0", 0))
        yield Closure(cells[0], cells[1], cells[2], start, end or days)  # no end: to the last day
