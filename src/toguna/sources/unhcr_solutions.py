"""UNHCR durable solutions: returns, resettlement and naturalisation by year and pair of countries."""

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
    people("returned_refugees", "Returned refugees", "Refugee returns", required=True),
    people("resettlement", "Resettlement arrivals", required=True),
    people("naturalisation", "Naturalisation"),
    people("returned_idps", "Returned IDPss", "Returned IDPs", "IDP returns"),
)

# The second country of the pair is where refugees returned from, and where the resettled arrived. It stays
# in `host` as the owner writes it, so that returns can be told apart by the country left. For returns this
# file is the authority; the end-year file repeats them.
FIGURES = (
    Figure("returned_refugees", "flow", "returned_refugees"),
    Figure("resettlement", "flow", "resettled"),
    Figure("naturalisation", "flow", "naturalised"),
    Figure("returned_idps", "flow", "returned_idps", at_home=True),
)


class UnhcrSolutions:
    """Reads `solutions.csv` of the Refugee Data Finder and its like; one row a year and pair of countries."""

    about = About(
        key="unhcr-solutions",
        title="UNHCR Refugee Population Statistics Database: solutions",
        owner="UNHCR",
        version="the file states none",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="UNHCR Refugee Population Statistics Database",
        url="https://www.unhcr.org/refugee-statistics/download/",
        rhythm="yearly, in June",
        lag=next_year(6, 20),
    )
    files: tuple[str, ...] = ("unhcr_solutions*.csv", "solutions*.csv")
    provides: tuple[str, ...] = ("displacement",)

    def read(self, path: Path) -> Reading:
        """Return all pairs and years of one file."""
        return read_delimited(path, FIELDS, what="UNHCR solutions, one row a year and pair of countries")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return returns to, and resettlement and naturalisation of people from, this country, by year."""
        return made_of(readings, profile, self.about, FIGURES)
