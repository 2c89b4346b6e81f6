"""V-Dem indices of democracy by country and year, with the measurement model's interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, next_year

# Indices on the scale 0 to 1. Single indicators such as `v2elfrfair` are on an open scale and cannot be put
# beside them; the fairness of elections is read from its index `v2xel_frefair`.
INDICES = (
    "v2x_polyarchy",
    "v2x_libdem",
    "v2x_partipdem",
    "v2x_delibdem",
    "v2x_egaldem",
    "v2x_frassoc_thick",
    "v2x_freexp_altinf",
    "v2xel_frefair",
    "v2x_api",
    "v2x_mpi",
)


def _index_fields(index: str) -> tuple[Field, ...]:
    names = (index, f"{index}_codelow", f"{index}_codehigh")
    return tuple(
        Field(name, "number", required=name == "v2x_polyarchy", empty=True, low=0, high=1, missing=("NA",))
        for name in names
    )


FIELDS = (
    Field("country_text_id", example="MLI"),
    Field("year", "year"),
    *(field for index in INDICES for field in _index_fields(index)),
)


class VDem:
    """Reads `V-Dem-CY-Core-v15.csv`, `V-Dem-CY-Full+Others-v15.csv` or a subset; one row a country and year."""

    about = About(
        key="v-dem",
        title="V-Dem Country-Year Dataset",
        owner="Varieties of Democracy Institute, University of Gothenburg",
        version="as stated in the file name",
        licence="CC BY-SA 4.0",
        licence_basis="memory",
        citation="Coppedge et al., V-Dem Country-Year Dataset; Pemstein et al., The V-Dem Measurement Model",
        url="https://www.v-dem.net/data/the-v-dem-dataset/",
        rhythm="yearly, in March",
        lag=next_year(3, 15),
    )
    files: tuple[str, ...] = ("V-Dem-CY-*.csv", "V-Dem-CY-*.zip", "vdem*.csv")
    provides: tuple[str, ...] = ("governance",)

    def read(self, path: Path) -> Reading:
        """Return all countries and years of one file; the version comes from its name."""
        reading = read_delimited(path, FIELDS, what="V-Dem, one row a country and year")
        found = re.search(r"-v(\d+(?:\.\d+)?)\b", path.stem, re.IGNORECASE)
        return replace(reading, version=found[1] if found else "not stated")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return this country's indices, one row an index and year; an empty cell makes no row."""
        frames = [_rows_of(self.about, pd.DataFrame(columns=["year"]), INDICES[0], "", "not stated")]
        refused: list[Fault] = []
        for reading in readings:
            rows = reading.rows[reading.rows["country_text_id"].str.upper() == profile.iso3]
            twice = rows.duplicated("year", keep="first")
            remedy = "Keep one row; use the country-year file, not the country-date one."
            for line, year in rows.loc[twice, "year"].items():
                refused.append(
                    Fault(reading.file, _line(line), "year", f"{year:.0f}", "the year is there twice", remedy)
                )
            for index in INDICES:
                good, faults = _sound(rows[~twice], index, reading.file)
                frames.append(_rows_of(self.about, good, index, profile.iso3, reading.version))
                refused += faults
        table = pd.concat(frames[1:] or frames, ignore_index=True)
        table = table.drop_duplicates(["source", "year", "iso3", "index"], keep="last", ignore_index=True)
        return Made({"governance": table}, tuple(refused))


def _sound(rows: pd.DataFrame, index: str, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows with the index whose interval holds the estimate, and the others as faults."""
    value, low, high = (rows[name] for name in (index, f"{index}_codelow", f"{index}_codehigh"))
    crossed = (low > value) | (value > high)
    remedy = "Compare the row with the owner's file."
    faults = [
        Fault(file, _line(line), index, f"{value.loc[line]:g}", "the estimate lies outside its interval", remedy)
        for line in rows.index[crossed]
    ]
    return rows[value.notna() & ~crossed], faults


def _rows_of(about: About, rows: pd.DataFrame, index: str, iso3: str, version: str) -> pd.DataFrame:
    years = [int(year) for year in rows["year"]]
    nothing: list[float] = []
    return pd.DataFrame(
        {
            "year": pd.Series(years, dtype=int),
            "iso3": iso3,
            "index": index,
            "value": list(rows[index]) if years else nothing,
            "low": list(rows[f"{index}_codelow"]) if years else nothing,
            "high": list(rows[f"{index}_codehigh"]) if years else nothing,
            "basis": "dataset",
            "source": f"{about.key}@{version}",
            "published": pd.to_datetime([about.lag.published(f"{year}") for year in years]),
        }
    )


def _line(line: object) -> int:
    return int(str(line))
