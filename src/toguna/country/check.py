"""Every fault of a pack in one list, each with file, row, column, value and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pandera.errors
import shapely

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.country.schema import Table

_SHOWN = 20  # faults of one kind in one column that are listed before the rest is counted


def check_table(table: Table, frame: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the frame with its declared types, and the faults found against the declaration."""
    data = frame.drop(columns="geometry") if table.geometry and "geometry" in frame else frame
    try:
        typed = table.schema.validate(pd.DataFrame(data), lazy=True)
    except pandera.errors.SchemaErrors as error:
        return frame, _limited(_schema_faults(table, error.failure_cases, file))
    faults = [*_duplicates(table, typed, file), *_shapes(table, frame, file)]
    if table.geometry:
        frame = frame.copy()
        frame[typed.columns] = typed
        return frame, _limited(faults)
    return typed, _limited(faults)


@dataclass(frozen=True)
class _Sheet:
    """One table of a pack among the others, as the rules between tables see it."""

    profile: Profile
    tables: Mapping[str, pd.DataFrame]
    name: str
    file: str

    @property
    def frame(self) -> pd.DataFrame:
        return self.tables[self.name]

    def known(self, table: str, column: str) -> set[str]:
        """Return the identifiers of another table."""
        return set(self.tables[table][column]) if table in self.tables else set()

    def strangers(self, column: str, known: set[str]) -> Iterator[tuple[int | None, str]]:
        """Yield row and value of every identifier that is not among the known ones."""
        for index, value in self.frame.loc[~self.frame[column].isin(known), column].items():
            yield _row(self.file, index), str(value)


def check_pack(profile: Profile, tables: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> list[Fault]:
    """Return the faults between tables: unknown P-codes, places and sources, points off the country."""
    found: list[Fault] = []
    for name in tables:
        sheet = _Sheet(profile, tables, name, files.get(name, name))
        for rule in (_unknown_pcodes, _unknown_sources, _unknown_places, _off_country):
            found += _limited(list(rule(sheet)))
    return found


def _schema_faults(table: Table, cases: pd.DataFrame, file: str) -> list[Fault]:
    faults = []
    for case in cases.itertuples():
        column, check, value = str(case.column), str(case.check), case.failure_case
        if check == "column_in_schema":
            remedy = f"Remove it; the columns are {', '.join(table.columns)}."
            faults.append(Fault(file, None, str(value), "", "the column is not part of this table", remedy))
        elif check == "column_in_dataframe":
            unit, meaning = table.columns.get(str(value), ("", ""))
            remedy = f"Add it: {meaning}, unit {unit}; or build the pack again with this Toguna."
            faults.append(Fault(file, None, str(value), "", "the column is missing", remedy))
        else:
            faults.append(_value_fault(table, file, column, check, value, _row(file, case.index)))
    return faults


def _value_fault(table: Table, file: str, column: str, check: str, value: Any, row: int | None) -> Fault:
    unit, meaning = table.columns.get(column, ("1", ""))
    what = f"the value breaks the rule `{check}`"
    if check == "not_nullable":
        what, value = "the value is missing", ""
    elif check.startswith(("coerce_dtype", "dtype")):
        what = "the value has the wrong type"
    elif check == "field_uniqueness":
        what = "the identifier is used twice"
    elif check.startswith("greater_than_or_equal_to(0"):
        what = "the value is negative"
    return Fault(file, row, column, str(value), what, f"Expected: {meaning}, unit {unit}.")


def _row(file: str, index: Any) -> int | None:
    """Return the line of a CSV file (its header is line 1), or the row of a Parquet file counted from 1."""
    if index is None or pd.isna(index):
        return None
    return int(index) + (2 if file.endswith(".csv") else 1)


def _duplicates(table: Table, frame: pd.DataFrame, file: str) -> Iterator[Fault]:
    if len(table.key) < 2:
        return
    twice = frame[frame.duplicated(list(table.key), keep="first")]
    for index, row in twice.iterrows():
        value = ", ".join(str(row[key]) for key in table.key)
        yield Fault(
            file, _row(file, index), " + ".join(table.key), value, "the row is there twice", "Keep one of them."
        )


def _shapes(table: Table, frame: pd.DataFrame, file: str) -> Iterator[Fault]:
    if not table.geometry:
        return
    shapes = frame["geometry"].to_numpy()
    bad = shapely.is_missing(shapes) | shapely.is_empty(shapes) | ~shapely.is_valid(shapes)
    for index in frame.index[bad]:
        name = str(frame.loc[index, table.key[0]])
        yield Fault(file, _row(file, index), "geometry", name, "the shape is missing or crosses itself", "Repair it.")


def _limited(faults: list[Fault]) -> list[Fault]:
    """Return the faults with the tail of a long run of the same kind counted instead of listed."""
    kept: list[Fault] = []
    counts: dict[tuple[str, str, str], int] = {}
    for fault in faults:
        kind = (fault.file, fault.column, fault.problem)
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= _SHOWN:
            kept.append(fault)
    for (file, column, problem), count in counts.items():
        if count > _SHOWN:
            kept.append(
                Fault(file, None, column, "", f"{problem}: {count - _SHOWN} more rows", "Mend them the same way.")
            )
    return kept


def _unknown_pcodes(sheet: _Sheet) -> Iterator[Fault]:
    known = sheet.known("areas", "pcode") | {""}
    for column in ("pcode", "parent", "admin2_pcode", "admin3_pcode"):
        if column in sheet.frame and (sheet.name, column) != ("areas", "pcode"):
            for row, code in sheet.strangers(column, known):
                yield Fault(sheet.file, row, column, code, "no area has this P-code", "Take one from `areas`.")


def _unknown_sources(sheet: _Sheet) -> Iterator[Fault]:
    if sheet.name != "sources":
        for row, key in sheet.strangers("source", sheet.known("sources", "source")):
            yield Fault(sheet.file, row, "source", key, "no such source", "Add it to the table `sources`.")


def _unknown_places(sheet: _Sheet) -> Iterator[Fault]:
    if sheet.name != "places" and "place_id" in sheet.frame:
        for row, key in sheet.strangers("place_id", sheet.known("places", "place_id") | {""}):
            yield Fault(sheet.file, row, "place_id", key, "no such place", "Add it to the table `places`.")


def _off_country(sheet: _Sheet) -> Iterator[Fault]:
    if not {"longitude", "latitude", "admin2_pcode"} <= set(sheet.frame.columns):
        return
    inside = sheet.frame[sheet.frame["admin2_pcode"] != ""].dropna(subset=["longitude", "latitude"])
    west, south, east, north = sheet.profile.bbox
    off = ~(inside["longitude"].between(west, east) & inside["latitude"].between(south, north))
    for index, place in inside[off].iterrows():
        lon, lat = float(place["longitude"]), float(place["latitude"])
        swapped = west <= lat <= east and south <= lon <= north
        problem = "longitude and latitude seem swapped" if swapped else "the point lies off the country"
        remedy = "Swap them." if swapped else f"Expected {west} to {east} east and {south} to {north} north."
        row = _row(sheet.file, index)
        yield Fault(sheet.file, row, "longitude, latitude", f"{lon}, {lat}", problem, remedy)
