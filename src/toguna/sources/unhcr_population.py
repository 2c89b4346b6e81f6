"""UNHCR end-year stocks of refugees, asylum seekers and internally displaced people by pair of countries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.country_pairs import PAIR, Figure, made_of, people
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, next_year

FIELDS = (
    *PAIR,
    people("refugees", "Refugees under UNHCR's mandate", "Refugees (incl. refugee-like situations)", required=True),
    people("asylum_seekers", "Asylum-seekers", "Asylum seekers", "Asylum-seekers (pending cases)"),
    people("idps", "IDPs of concern to UNHCR", "Internally displaced persons", required=True),
    people("returned_refugees", "Returned refugees"),
    people("returned_idps", "Returned IDPss", "Returned IDPs"),  # the owner's download misspells it
)

# Stocks: this file is the authority and its zeros are kept. Returns: the owner's file of solutions is the
# authority; here returns are 0 in every row that file leaves empty, so these zeros are blanks. Where both
# files are used the same return is in the table twice, under two sources: sum over one source only.
FIGURES = (
    Figure("refugees", "stock", "refugees"),
    Figure("asylum_seekers", "stock", "asylum_seekers"),
    Figure("idps", "stock", "idps", at_home=True),
    Figure("returned_refugees", "flow", "returned_refugees", zero_is_blank=True),
    Figure("returned_idps", "flow", "returned_idps", at_home=True, zero_is_blank=True),
)


class UnhcrPopulation:
    """Reads `population.csv` of the Refugee Data Finder and its like; one row a year and pair of countries.

    Counts below five are rounded by the owner to 0 or 5.
    """

    about = About(
        key="unhcr-population",
        title="UNHCR Refugee Population Statistics Database: end-year population",
        owner="UNHCR",
        version="the file states none",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="UNHCR Refugee Population Statistics Database",
        url="https://www.unhcr.org/refugee-statistics/download/",
        rhythm="yearly, in June",
        lag=next_year(6, 20),
    )
    files: tuple[str, ...] = ("unhcr_population*.csv", "population*.csv", "end_year_population_totals*.csv")
    provides: tuple[str, ...] = ("displacement",)

    def read(self, path: Path) -> Reading:
        """Return all pairs and years of one file."""
        return read_delimited(path, FIELDS, what="UNHCR end-year population, one row a year and pair of countries")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return stocks of people from this country on 31 December, and returns over the year."""
        return made_of(readings, profile, self.about, FIGURES)
