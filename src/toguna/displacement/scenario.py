"""A scenario of flight: places, links, conflict by day, closures and counts, read from Flee's input folders."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from toguna.core.errors import DataError
from toguna.displacement.counts import Counts, read_counts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What a place is."""

    CONFLICT = 0
    TOWN = 1
    CAMP = 2
    IDP_CAMP = 3
    HUB = 4
    MARKER = 5


_KINDS = {
    "conflict_zone": Kind.CONFLICT, "conflict": Kind.CONFLICT, "town": Kind.TOWN, "default": Kind.TOWN,
    "camp": Kind.CAMP, "idpcamp": Kind.IDP_CAMP, "forwarding_hub": Kind.HUB, "forward": Kind.HUB, "marker": Kind.MARKER,
}  # fmt: skip


@dataclass(frozen=True)
class Closure:
    """What is shut from a day to a day (inclusive, exclusive): kind and names as in closures.csv."""

    kind: str
    first: str
    second: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Scenario:
    """Places, links, conflict, closures and counts of one flight.

    Attributes
    ----------
    names, countries : of each place; kinds : Kind of each
    population : residents, or capacity of a camp
    conflict_day : day from which a conflict zone is one
    ends : place numbers of each link; km : its length
    intensity : conflict by day and place, shape (days, places)
    start : first day; days : how many
    digest : SHA-256 of the folder's files
    redirections : links marked as forced redirection, which no rule acts on yet
    """

    name: str
    names: tuple[str, ...]
    countries: tuple[str, ...]
    kinds: Ints
    population: Floats
    conflict_day: Ints
    ends: Ints
    km: Floats
    intensity: Floats
    closures: tuple[Closure, ...]
    start: date
    days: int
    counts: Counts = field(repr=False)
    digest: str = ""
    redirections: int = 0

    @property
    def isolated(self) -> tuple[str, ...]:
        """Camps to which no link leads: nobody can arrive there, and that is said."""
        camps = (Kind.CAMP, Kind.IDP_CAMP)
        return tuple(n for k, n in enumerate(self.names) if self.kinds[k] in camps and k not in self.ends)

    def place(self, name: str) -> int:
        """Return the number of a place."""
        return self.names.index(name)

    @property
    def camps(self) -> Ints:
        """Numbers of the places with a series of counts."""
        return np.array([self.place(name) for name in self.counts.camps], dtype=np.int64)


def read_scenario(folder: str | Path) -> Scenario:
    """Return the scenario in a folder with `input_csv` and `source_data`.

    Raises
    ------
    DataError
        A file is missing or wrong: the sentence names file, line and remedy.
    """
    home = Path(folder)
    inputs = home / "input_csv"
    if not inputs.is_dir():
        raise DataError(f"{home.name} holds no folder input_csv. Name the scenario's own folder.")
    names, countries, kinds, population, since = _locations(inputs / "locations.csv")
    ends, km, redirections = _routes(inputs / "routes.csv", names)
    start, days = _period(inputs / "sim_period.csv")
    intensity = _conflict(inputs / "conflicts.csv", names, kinds, since, days)
    closures = tuple(_closures(inputs / "closures.csv", set(names) | set(countries), days))
    counts = read_counts(home, start, days, set(names))
    found = (names, countries, kinds, population, since, ends, km, intensity, closures, start, days, counts)
    return Scenario(home.name, *found, _digest(home), redirections)


def _digest(home: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.csv")):
        digest.update(path.relative_to(home).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and cells of a file, without its heading and blank lines."""
    if not path.is_file():
        raise DataError(f"{path.parent.name}/{path.name} is missing. Restore it from the scenario's owner.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 text. Save it as 'CSV UTF-8'.") from error
    for line, row in enumerate(csv.reader(text.splitlines()), start=1):
        cells = [cell.strip() for cell in row]
        if any(cells) and not cells[0].startswith("#"):
            yield line, cells


def number(path: Path, line: int, what: str, text: str, low: float = -np.inf) -> float:
    """Return a number of a cell, or say which line holds none."""
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value) or value < low:
        raise DataError(f"{path.name}, line {line}: {what} is {text!r}. Expected a number of {low:g} or more.")
    return value


_Locations = tuple[tuple[str, ...], tuple[str, ...], Ints, Floats, Ints]


def _locations(path: Path) -> _Locations:
    names: list[str] = []
    countries: list[str] = []
    kinds: list[int] = []
    population: list[float] = []
    since: list[int] = []
    for line, cells in rows_of(path):
        if len(cells) < 6:
            raise DataError(
                f"{path.name}, line {line}: {len(cells)} cells. Expected name, region, country, lat, lon, type."
            )
        if cells[5].lower() not in _KINDS:
            raise DataError(f"{path.name}, line {line}: the type is {cells[5]!r}. Known: {', '.join(_KINDS)}.")
        if cells[0] in names:
            raise DataError(f"{path.name}, line {line}: {cells[0]} is there twice. Keep one of them.")
        names.append(cells[0])
        countries.append(cells[2])
        kinds.append(_KINDS[cells[5].lower()])
        since.append(int(number(path, line, "conflict_date", cells[6] if len(cells) > 6 and cells[6] else "0", 0)))
        population.append(number(path, line, "population", cells[7] if len(cells) > 7 and cells[7] else "0", 0))
    if not names:
        raise DataError(f"{path.name} names no place. Restore it from the scenario's owner.")
    return tuple(names), tuple(countries), np.array(kinds), np.array(population), np.array(since)


def _routes(path: Path, names: tuple[str, ...]) -> tuple[Ints, Floats, int]:
    ends: list[tuple[int, int]] = []
    km: list[float] = []
    redirections = 0
    for line, cells in rows_of(path):
        for name in cells[:2]:
            if name not in names:
                raise DataError(f"{path.name}, line {line}: no place is called {name!r}. Add it to locations.csv.")
        ends.append((names.index(cells[0]), names.index(cells[1])))
        km.append(number(path, line, "distance", cells[2] if len(cells) > 2 else "", 0))
        redirections += len(cells) > 3 and cells[3] not in {"", "0"}
    return np.array(ends, dtype=np.int64).reshape(-1, 2), np.array(km), redirections


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


def _conflict(path: Path, names: tuple[str, ...], kinds: Ints, since: Ints, days: int) -> Floats:
    """Return intensity by day and place: by conflicts.csv, or from each zone's day on where there is none."""
    found = np.zeros((days, len(names)))
    if not path.is_file():
        for place in np.flatnonzero(kinds == Kind.CONFLICT):
            found[since[place] :, place] = 1.0
        return found
    head = [cell.strip() for cell in next(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))][1:]
    while head and not head[-1]:
        head.pop()  # spreadsheets leave empty columns behind
    for name in head:
        if name not in names:
            raise DataError(f"{path.name}, line 1: no place is called {name!r}. Add it to locations.csv.")
    columns = [names.index(name) for name in head]
    last = -1
    for line, cells in rows_of(path):
        day = int(number(path, line, "day", cells[0], 0))
        if day <= last:
            raise DataError(f"{path.name}, line {line}: day {day} comes after day {last}. Put the days in order.")
        while len(cells) > len(columns) + 1 and not cells[-1]:
            cells.pop()
        if len(cells) != len(columns) + 1:
            raise DataError(f"{path.name}, line {line}: {len(cells)} cells where the heading has {len(columns) + 1}.")
        if day < days:
            found[day:, columns] = [number(path, line, "intensity", cell, 0) for cell in cells[1:]]
        last = day
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
