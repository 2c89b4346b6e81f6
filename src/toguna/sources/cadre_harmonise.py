"""Cadre Harmonisé: people by phase of food insecurity in each admin 2 area."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.core.errors import Fault
from toguna.core.months import Month
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import MOST_PEOPLE, Field
from toguna.sources.points import is_country
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Lag, Made

PHASES = ["phase1", "phase2", "phase3", "phase4", "phase5"]
SLACK = 0.01  # owners round each phase; beyond one per cent of the population the row contradicts itself
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KEY = ["pcode", "date_start", "date_end", "round"]

FIELDS = (
    Field("adm0_name", aliases=("country", "ADM0_NAME")),
    Field("adm1_name", aliases=("region", "ADM1_NAME"), required=False, empty=True),
    Field("adm2_name", aliases=("ADM2_NAME",)),
    Field("population", "number", low=0, high=MOST_PEOPLE),
    *(Field(name, "number", low=0, high=MOST_PEOPLE, empty=True) for name in PHASES),
    Field("phase35", "number", aliases=("phase3_plus",), low=0, high=MOST_PEOPLE, empty=True),
    Field("chtype", aliases=("ch_type",), one_of=("current", "projected")),
    Field("start_date", "date", required=False, empty=True),
    Field("end_date", "date", required=False, empty=True),
    Field("reference_label", required=False, empty=True, example="Jun-Aug"),
    Field("reference_year", "year", required=False, empty=True),
)


def _after_first_month(end: date) -> date:
    """Return 30 days after the first month of the period, given the last day of that month."""
    return end + timedelta(days=30)


class CadreHarmonise:
    """Reads `cadre_harmonise_caf_ipc_*.csv` and its like; one row an area and round."""

    about = About(
        key="cadre-harmonise",
        title="Cadre Harmonisé, food and nutrition insecurity by area",
        owner="CILSS and its partners",
        version="not stated",
        licence="CC BY-IGO",
        licence_basis="memory",
        citation="CILSS, Cadre Harmonisé analyses, Humanitarian Data Exchange",
        url="https://data.humdata.org/dataset/cadre-harmonise",
        rhythm="twice a year",
        lag=Lag("30 days after the first month analysed; a projection with the round before it", _after_first_month),
    )
    files: tuple[str, ...] = ("cadre_harmonise*.csv",)
    provides: tuple[str, ...] = ("needs",)

    def read(self, path: Path) -> Reading:
        """Return the areas and rounds of one file."""
        reading = read_delimited(path, FIELDS, what="Cadre Harmonisé, one row an area and round")
        rows, faults = _dated(reading)
        return Reading(reading.file, rows, (*reading.refused, *faults), reading.total)

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's needs, areas joined by name; parts of one area (boroughs, new areas) are summed."""
        frames, refused = [], []
        for reading in readings:
            rows = reading.rows[is_country(reading.rows["adm0_name"], profile)]
            rows = rows.assign(pcode=atlas.pcodes_named(rows["adm2_name"]), round=rows["chtype"].str.casefold())
            rows = rows.rename(columns={"start_date": "date_start", "end_date": "date_end", "phase35": "phase3_plus"})
            rows, faults = _sound(reading.file, rows)
            frames.append(rows)
            refused += faults
        if not frames:
            return Made({}, tuple(refused))
        figures = ["population", *PHASES, "phase3_plus"]
        rows = pd.concat(frames, ignore_index=True).drop_duplicates([*_KEY, "adm2_name", *figures])
        needs = rows.groupby(_KEY, as_index=False)[figures].agg(lambda part: part.sum(skipna=False))
        needs = needs.assign(basis="dataset", source=self.about.key, published=_published(needs, self.about))
        return Made({"needs": needs}, tuple(refused))


def period_of(label: str, year: int) -> tuple[str, str]:
    """Return first and last day of a period such as Sep-Dec; "" where the label names no months.

    Examples
    --------
    >>> period_of("Jun-Aug", 2024), period_of("Oct-Jan", 2022)
    (('2024-06-01', '2024-08-31'), ('2022-10-01', '2023-01-31'))
    """
    months = [_MONTHS.index(word) + 1 for word in re.findall("[a-z]{3}", label.lower()) if word in _MONTHS]
    if len(months) != 2:
        return "", ""
    first, last = Month(year, months[0]), Month(year + (months[1] < months[0]), months[1])
    return first.first_day.isoformat(), last.last_day.isoformat()


def _dated(reading: Reading) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows with the days of their period, read or made from label and year, and rows that have none."""
    rows = reading.rows.copy()
    for line, row in rows[(rows["start_date"] == "") | (rows["end_date"] == "")].iterrows():
        if not np.isnan(row["reference_year"]):
            rows.loc[line, ["start_date", "end_date"]] = period_of(row["reference_label"], int(row["reference_year"]))
    bad = (rows["start_date"] == "") | (rows["end_date"] < rows["start_date"])
    remedy = "Give start_date and end_date, or reference_label (Jun-Aug) and reference_year."
    faults = [
        Fault(
            reading.file,
            int(line),
            "start_date",
            f"{start} to {end}",
            "the period is missing or ends before it starts",
            remedy,
        )
        for line, start, end in zip(
            rows.index[bad], rows.loc[bad, "start_date"], rows.loc[bad, "end_date"], strict=True
        )
    ]
    return rows[~bad], faults


def _sound(file: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows whose area is known, that come once, and whose phases add up; the others as faults."""
    slack = 5 + SLACK * rows["population"]
    named = rows["adm2_name"] + " " + rows["date_start"] + " " + rows["round"]
    rules = (
        (rows["pcode"] == "", "no admin 2 area has this name", "Add it to `area_aliases` in country.yaml."),
        (rows.duplicated(), "the row is there twice", "Keep one of them."),
        (
            (rows[["phase3", "phase4", "phase5"]].sum(axis=1) - rows["phase3_plus"]).abs() > slack,
            "phases 3 to 5 do not add up to phase35",
            "Take the row from the owner's file again.",
        ),
        (
            (rows[PHASES].sum(axis=1, min_count=5) - rows["population"]).abs() > slack,
            "the phases do not add up to the population",
            "Take the row from the owner's file again.",
        ),
    )
    faults: dict[int, Fault] = {}
    for bad, problem, remedy in rules:
        for line in rows.index[bad]:
            faults.setdefault(int(line), Fault(file, int(line), "adm2_name", named[line], problem, remedy))
    return rows[~rows.index.isin(list(faults))], list(faults.values())


def _published(needs: pd.DataFrame, about: About) -> list[pd.Timestamp]:
    """Return when each row was public: a projection comes out with the last current round that starts before it."""
    current = sorted(set(needs.loc[needs["round"] == "current", "date_start"]))
    days = []
    for start, kind in zip(needs["date_start"], needs["round"], strict=True):
        with_round = [day for day in current if day < start and Month.parse(start[:7]).since(Month.parse(day[:7])) <= 9]
        if kind == "current":
            days.append(pd.Timestamp(about.lag.published(start[:7])))
        elif with_round:
            days.append(pd.Timestamp(about.lag.published(with_round[-1][:7])))
        else:  # the round it came with is not in the files: it was surely out when its period began
            days.append(pd.Timestamp(start))
    return days
