"""Settlements and camps."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Places(Sourced):
    """A settlement or camp that people live in, flee from or pass through."""

    place_id: Series[str] = column("1", "Stable identifier", unique=True)
    name: Series[str] = column("1", "Name")
    kind: Series[str] = column("1", "What it is", values=("capital", "town", "village", "camp"))
    iso3: Series[str] = column("1", "Country it lies in, ISO 3166-1 alpha-3", str_length=3)
    admin2_pcode: Series[str] = column("1", "P-code of the admin 2 area; empty outside the country")
    admin3_pcode: Series[str] = column("1", "P-code of the admin 3 area; empty where unknown")
    longitude: Series[float] = column("degrees east", "Longitude, EPSG:4326", ge=-180, le=180)
    latitude: Series[float] = column("degrees north", "Latitude, EPSG:4326", ge=-90, le=90)
    population: Series[float] = column("people", "Residents", ge=0, nullable=True)
    population_year: Series[float] = column("year", "Year the residents were counted for", nullable=True)
    population_basis: Series[str] = column(
        "1",
        "town: matched town figure; modelled: rest of the admin 2 total, spread; series: last camp count; none",
        values=("town", "modelled", "series", "none"),
    )
    capacity: Series[float] = column("people", "People a camp was planned for", ge=0, nullable=True)
    opened: Series[str] = column("YYYY-MM", "Month or year a camp opened; empty where unknown")
    closed: Series[str] = column("YYYY-MM", "Month or year a camp closed; empty while open or unknown")
    note: Series[str] = column("1", "What a reader should know about this row")


TABLE = Table("places", Places, key=("place_id",))
