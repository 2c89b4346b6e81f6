"""Counts by year and pair of countries, the shape of UNHCR's yearly files, as rows of `displacement`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.fields import MOST_PEOPLE, Field
from toguna.sources.reading import Reading
from toguna.sources.source import About, Made

# Names: the shared R package and interface, the Refugee Data Finder's download, the Humanitarian Data Exchange.
PAIR = (
    Field("year", "year"),
    Field("coo_iso", aliases=("Country of origin (ISO)", "Country of Origin Code", "Country of origin ISO")),
    Field("coa_iso", aliases=("Country of asylum (ISO)", "Country of Asylum Code", "Country of asylum ISO")),
)
_CODE = "Write its ISO 3166-1 alpha-3 code, such as MRT."


@dataclass(frozen=True)
class Figure:
    """A column of people and the rows of `displacement` it becomes.

    Attributes
    ----------
    column : name of the column in the reading
    measure, group : as in `displacement`
    at_home : True where the group only exists inside the country of origin, False where only abroad
    zero_is_blank : the owner writes 0 where nothing was reported, so that only figures above 0 are figures
    """

    column: str
    measure: str
    group: str
    at_home: bool = False
    zero_is_blank: bool = False


def people(name: str, *aliases: str, required: bool = False) -> Field:
    """Return the field of a column of people; an empty cell or a dash is a missing figure, never a zero."""
    return Field(name, "number", aliases, required=required, empty=True, low=0, high=MOST_PEOPLE, missing=("-",))


def made_of(readings: Sequence[Reading], profile: Profile, about: About, figures: Sequence[Figure]) -> Made:
    """Return the counts of people from this country; a pair and year in a later file replaces the earlier one."""
    frames: list[pd.DataFrame] = []
    refused: list[Fault] = []
    for reading in readings:
        rows = reading.rows[reading.rows["coo_iso"].str.upper() == profile.iso3]
        known = rows["coa_iso"].str.fullmatch("[A-Z]{3}").astype(bool)
        for line, code in rows.loc[~known, "coa_iso"].items():
            refused.append(Fault(reading.file, _line(line), "coa_iso", code, "this is no code of a country", _CODE))
        rows = rows[known]
        twice = rows.duplicated(["year", "coa_iso"], keep="first")
        for line, row in rows[twice].iterrows():
            refused.append(_twice(reading.file, line, row))
        for figure in figures:
            frame, faults = _of_figure(reading.file, rows[~twice], figure, profile.iso3, about)
            frames.append(frame)
            refused += faults
    table = pd.concat(frames, ignore_index=True) if frames else _rows_of(pd.DataFrame(), "", figures[0], about)
    table = table.drop_duplicates(["date", "measure", "group", "origin", "host"], keep="last", ignore_index=True)
    return Made({"displacement": table}, tuple(refused))


def _of_figure(
    file: str, rows: pd.DataFrame, figure: Figure, iso3: str, about: About
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows of one column, and those where a group is counted in a place it cannot be in."""
    rows = rows[rows[figure.column].notna()]
    fits = (rows["coa_iso"] == iso3) == figure.at_home
    where = "outside the country" if figure.at_home else "inside their own country"
    faults = [
        Fault(
            file,
            _line(line),
            figure.column,
            f"{row[figure.column]:.0f}",
            f"{figure.group.replace('_', ' ')} are counted {where}",
            "Compare the row with the owner's file.",
        )
        for line, row in rows[~fits & (rows[figure.column] > 0)].iterrows()
    ]
    rows = rows[fits]
    if figure.zero_is_blank:
        rows = rows[rows[figure.column] > 0]
    return _rows_of(rows, iso3, figure, about), faults


def _rows_of(rows: pd.DataFrame, iso3: str, figure: Figure, about: About) -> pd.DataFrame:
    years = [f"{year:.0f}" for year in rows["year"]] if len(rows) else []
    return pd.DataFrame(
        {
            "date": [f"{year}-12-31" for year in years],
            "measure": figure.measure,
            "group": figure.group,
            "origin": iso3,
            "host": list(rows["coa_iso"]) if years else [],
            "place_id": "",
            "people": list(rows[figure.column]) if years else [],
            "basis": "dataset",
            "source": about.key,
            "published": pd.to_datetime([about.lag.published(year) for year in years]),
        }
    )


def _twice(file: str, line: object, row: pd.Series) -> Fault:
    pair = f"{row['year']:.0f}, {row['coo_iso']}, {row['coa_iso']}"
    return Fault(file, _line(line), "year, origin, asylum", pair, "the pair and year are there twice", "Keep one row.")


def _line(line: object) -> int:
    return int(str(line))
