"""What a map shows around and behind the data."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Basemap(Sourced):
    """A shape drawn behind the data: neighbouring country, border, river, lake or foreign town."""

    shape_id: Series[str] = column("1", "Stable identifier", unique=True)
    name: Series[str] = column("1", "Name; empty where it has none")
    kind: Series[str] = column("1", "What it is", values=("country", "border", "river", "lake", "town"))
    iso3: Series[str] = column("1", "Country of a country or town, ISO 3166-1 alpha-3; empty otherwise")
    rank: Series[float] = column("1", "Importance, 0 most important", nullable=True)


TABLE = Table("basemap", Basemap, key=("shape_id",), geometry=True)
