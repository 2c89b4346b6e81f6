"""UCDP organised violence by country and year: deaths by type, and one-sided killings by kind of perpetrator."""

from __future__ import annotations

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

# Stem of the owner's column names, less best/high/low: type and kind of perpetrator.
MEASURES = {
    "sb_total_deaths": ("state_based", "any"),
    "ns_total_deaths": ("non_state", "any"),
    "os_total_deaths": ("one_sided", "any"),
    "cumulative_total_deaths_in_orgvio": ("all", "any"),
    "os_any_govt_killings": ("one_sided", "government"),
    "os_main_govt_killings": ("one_sided", "own_government"),
    "os_nsgroup_killings": ("one_sided", "non_state"),
}
FIELDS = (
    Field("country_id_cy", "integer", aliases=("country_id",), low=1, example="432"),
    Field("country_cy", aliases=("country",)),
    Field("year_cy", "year", aliases=("year",)),
    Field("version", "text", required=False, empty=True),
    *(Field(f"{stem}_{end}_cy", "number", low=0) for stem in MEASURES for end in ("best", "high", "low")),
)


class UcdpOrganizedViolence:
    """Reads `organizedviolencecy_v25_1.csv` and its like; one row a country and year, explicit zeros included."""

    about = About(
        key="ucdp-organized-violence",
        title="UCDP Country-Year Dataset on Organized Violence within Country Borders",
        owner="Uppsala Conflict Data Program",
        version="as stated in the file",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Davies, Pettersson, Sollenberg and Öberg 2025, Journal of Peace Research 62(4)",
        url="https://ucdp.uu.se/downloads/",
        rhythm="yearly",
        lag=next_year(6),
    )
    files: tuple[str, ...] = ("organizedviolencecy*.csv", "ucdp_organizedviolence_countryyear*.csv")
    provides: tuple[str, ...] = ("violence_yearly",)

    def read(self, path: Path) -> Reading:
        """Return the country-years of one file; the version is the one stated in its rows."""
        reading = read_delimited(path, FIELDS, what="UCDP organised violence by country and year")
        stated = sorted({version for version in reading.rows["version"] if version})
        return replace(reading, version=stated[-1] if stated else "not stated")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return this country's years, one row for each type and kind of perpetrator."""
        frames: list[pd.DataFrame] = []
        refused: list[Fault] = []
        for reading in readings:
            rows = reading.rows[reading.rows["country_id_cy"] == (profile.gwno or -1)]
            twice = rows.duplicated("year_cy", keep="first")
            refused += [
                Fault(
                    reading.file,
                    int(line),
                    "year_cy",
                    f"{rows.at[line, 'year_cy']:.0f}",
                    "the year is there twice",
                    "Keep one.",
                )
                for line in rows.index[twice]
            ]
            frames += [self._measure(rows[~twice], stem, reading.version, profile) for stem in MEASURES]
        years = pd.concat(frames, ignore_index=True)
        key = ["source", "year", "iso3", "type", "perpetrator"]
        return Made({"violence_yearly": years.drop_duplicates(key, keep="last")}, tuple(refused))

    def _measure(self, rows: pd.DataFrame, stem: str, version: str, profile: Profile) -> pd.DataFrame:
        kind, perpetrator = MEASURES[stem]
        years = rows["year_cy"].astype(int)
        return pd.DataFrame(
            {
                "year": years,
                "iso3": profile.iso3,
                "type": kind,
                "perpetrator": perpetrator,
                "fatalities": rows[f"{stem}_best_cy"],
                "fatalities_low": rows[f"{stem}_low_cy"],
                "fatalities_high": rows[f"{stem}_high_cy"],
                "basis": "dataset",
                "source": f"{self.about.key}@{version}",
                "published": pd.to_datetime(years.map(lambda year: self.about.lag.published(str(year)))),
            }
        )
