"""Reads a folder of camp counts: a layout that names a file for each camp, and files of date and count."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError, Fault
from toguna.sources.fields import MOST_PEOPLE, Field, convert
from toguna.sources.reading import Reading, text_of

_WHAT = "a layout of camp counts, one row `camp,file` or `camp,file,file`"
_COUNT = "a file of camp counts, one row `YYYY-MM-DD,people`"
_FIELDS = (
    Field("date", "date", example="2012-08-19"),
    Field("people", "integer", low=0, high=MOST_PEOPLE, example="1200"),
)
COLUMNS = ("series", "file", "country", "longitude", "latitude", "date", "people")


@dataclass(frozen=True)
class Site:
    """Where a camp is, by the scenario's own list."""

    country: str
    longitude: float
    latitude: float


_NOWHERE = Site("", float("nan"), float("nan"))


def read_folder(path: Path) -> Reading:
    """Return the counts of all files beside a `data_layout.csv`; index = line in the count's own file.

    A file the layout does not name is read too, its series called by the file's name without the ending.

    Raises
    ------
    DataError
        The layout names a file that is not there, or a file holds no counts.
    """
    named = _layout(path)
    for file in named:
        if not (path.parent / file).is_file():
            raise DataError(f"{path.name} names {file}, which is not beside it. Copy the whole folder.")
    others = sorted(one.name for one in path.parent.glob("*.csv") if one.name not in named and one.name != path.name)
    series = {**named, **{file: Path(file).stem for file in others}}
    scenario = path.parent.parent.name if path.parent.name == "source_data" else path.parent.name
    sites = _sites(path.parent.parent / "input_csv" / "locations.csv")
    by_prefix = {_prefix(file): sites[name].country for file, name in named.items() if name in sites}
    frames: list[pd.DataFrame] = []
    refused: list[Fault] = []
    total = 0
    for file, name in series.items():
        rows, faults, count = _counts(path.parent / file, f"{scenario}/{file}")
        site = sites.get(name, Site(by_prefix.get(_prefix(file), ""), _NOWHERE.longitude, _NOWHERE.latitude))
        frames.append(
            rows.assign(
                series=name,
                file=f"{scenario}/{file}",
                country=site.country,
                longitude=site.longitude,
                latitude=site.latitude,
            )
        )
        refused += faults
        total += count
    return Reading(f"{scenario}/{path.name}", pd.concat(frames)[list(COLUMNS)], tuple(refused), total, scenario)


def _layout(path: Path) -> dict[str, str]:
    """Return the camp's name by file; a file that is one of several of a camp keeps its own name."""
    found: dict[str, str] = {}
    for line, row in _rows(path, _WHAT):
        name, *files = (cell.strip() for cell in row)
        if not name or not files or any(not _is_name(file) for file in files):
            shown = ",".join(row)[:60]
            raise DataError(f"{path.name}, line {line}: {shown!r} is not `camp,file`. Restore the line.")
        found |= {file: name if len(files) == 1 else Path(file).stem for file in files}
    if not found:
        raise DataError(f"{path.name} names no file; expected {_WHAT}. Download it again.")
    return found


def _is_name(file: str) -> bool:
    """Return whether a text is the plain name of a CSV file, no path to elsewhere."""
    return (
        file.isprintable()
        and len(file.encode()) < 200
        and file.endswith(".csv")
        and "/" not in file
        and "\\" not in file
    )


def _counts(path: Path, label: str) -> tuple[pd.DataFrame, list[Fault], int]:
    rows = _rows(path, _COUNT)
    if not rows:
        raise DataError(f"{label} holds no counts; expected {_COUNT}. Download it again.")
    ragged = [
        Fault(label, line, "", ",".join(row)[:60], "the row is not a day and a count", "Write it YYYY-MM-DD,people.")
        for line, row in rows
        if len(row) != 2
    ]
    sound = [(line, row) for line, row in rows if len(row) == 2]
    raw = pd.DataFrame(
        {field.name: [row[position] for _, row in sound] for position, field in enumerate(_FIELDS)},
        index=pd.Index([line for line, _ in sound], name="line", dtype=int),
        dtype=str,
    )
    good, faults = convert(raw, _FIELDS, label)
    return good, [*ragged, *faults], len(rows)


def _sites(path: Path) -> Mapping[str, Site]:
    """Return where the scenario puts its camps; nothing where the list is not there."""
    if not path.is_file():
        return {}
    reader = csv.reader(io.StringIO(text_of(path, "a list of locations"), newline=""))
    found: dict[str, Site] = {}
    try:
        header = [name.strip().strip('"').lstrip("#").strip('"').casefold() for name in next(reader, [])]
        if not {"name", "country", "latitude", "longitude"} <= set(header):
            raise DataError(f"{path.name} lacks name, country, latitude or longitude. Copy the scenario's own file.")
        for row in reader:
            cell = dict(zip(header, (text.strip() for text in row), strict=False))
            try:
                found[cell["name"]] = Site(cell["country"], float(cell["longitude"]), float(cell["latitude"]))
            except (KeyError, ValueError):
                continue  # a row that is no location has no camp either; a camp without a point is said later
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}. Copy the scenario's own file.") from error
    return found


def _rows(path: Path, what: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a file without a header, with their lines; lines that start with # are comments."""
    reader = csv.reader(io.StringIO(text_of(path, what), newline=""))
    found: list[tuple[int, list[str]]] = []
    try:
        line = 1
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
                found.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path.name}, line {reader.line_num}: {error}; expected {what}. Download it again.") from error
    return found


def _prefix(file: str) -> str:
    """Return what stands before the first hyphen of a file name: the scenario's short name of the host country."""
    return file.split("-", maxsplit=1)[0] if "-" in file else ""
