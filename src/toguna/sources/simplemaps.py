"""SimpleMaps World Cities Database, basic edition: towns with population."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import MOST_PEOPLE, Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, standing
from toguna.sources.towns import towns_of

FIELDS = (
    Field("name", aliases=("city", "city_ascii")),
    Field("latitude", "number", aliases=("lat",), low=-90, high=90, example="12.6392"),
    Field("longitude", "number", aliases=("lng", "lon"), low=-180, high=180, example="-8.0028"),
    Field("country", aliases=("iso3", "iso2"), example="MLI"),
    Field("population", "number", low=0, high=MOST_PEOPLE, empty=True),
)


class SimpleMaps:
    """Reads `worldcities.csv` and its like; one row a town. Many figures are those of a whole commune."""

    about = About(
        key="simplemaps",
        title="World Cities Database, basic",
        owner="Pareto Software (SimpleMaps)",
        version="not stated",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="SimpleMaps World Cities Database, basic edition; year of each population figure not stated",
        url="https://simplemaps.com/data/world-cities",
        rhythm="yearly",
        lag=standing(),
    )
    files: tuple[str, ...] = ("worldcities.csv", "simplemaps_*.csv", "simplemaps_worldcities*.zip")
    provides: tuple[str, ...] = ()

    def read(self, path: Path) -> Reading:
        """Return the towns of one file."""
        return read_delimited(path, FIELDS, what="SimpleMaps world cities, one row a town")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's towns with a population, as an ingredient."""
        parts = [(reading, reading.rows[reading.rows["population"] > 0]) for reading in readings]
        return towns_of(parts, self.about, profile, atlas)
