"""UNHCR newly displaced people by year and pair of countries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.country_pairs import PAIR, Figure, made_of, people
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, next_year

# `refugee_like` tells this file from the end-year stocks, which share the other names. People in
# refugee-like situations are few and not refugees, so they are not added to them.
FIELDS = (
    *PAIR,
    people("refugees", required=True),
    people("asylum_seekers"),
    people("refugee_like", required=True),
)

FIGURES = (
    Figure("refugees", "flow", "refugees"),
    Figure("asylum_seekers", "flow", "asylum_seekers"),
)


class UnhcrFlows:
    """Reads UNHCR's file of forced displacement flows; one row a year and pair of countries."""

    about = About(
        key="unhcr-flows",
        title="UNHCR forced displacement flow dataset",
        owner="UNHCR",
        version="the file states none",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="UNHCR Refugee Population Statistics Database, forced displacement flow dataset",
        url="https://www.unhcr.org/refugee-statistics/",
        rhythm="yearly, in June",
        lag=next_year(6, 20),
    )
    files: tuple[str, ...] = ("unhcr_flows*.csv", "flows*.csv")
    provides: tuple[str, ...] = ("displacement",)

    def read(self, path: Path) -> Reading:
        """Return all pairs and years of one file."""
        return read_delimited(path, FIELDS, what="UNHCR displacement flows, one row a year and pair of countries")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return people newly displaced from this country to others, by year."""
        return made_of(readings, profile, self.about, FIGURES)
