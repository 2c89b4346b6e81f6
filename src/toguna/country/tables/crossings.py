"""Border crossings."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Crossings(Sourced):
    """A point where a road or track crosses the border."""

    crossing_id: Series[str] = column("1", "Stable identifier", unique=True)
    name: Series[str] = column("1", "Name, home side first")
    iso3: Series[str] = column("1", "Country on the far side, ISO 3166-1 alpha-3", str_length=3)
    home_place: Series[str] = column("1", "Town on this side")
    far_place: Series[str] = column("1", "Town on the far side")
    longitude: Series[float] = column("degrees east", "Longitude, EPSG:4326", ge=-180, le=180)
    latitude: Series[float] = column("degrees north", "Latitude, EPSG:4326", ge=-90, le=90)
    road: Series[str] = column("1", "Road or post")
    citation: Series[str] = column("1", "Where this row was found; empty where from memory")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))


TABLE = Table("crossings", Crossings, key=("crossing_id",))
