"""Who is where: bases of peace operations."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Presence(Sourced):
    """A base of an international force in a year."""

    year: Series[int] = column("year", "Year", ge=1900, le=2200)
    force: Series[str] = column("1", "Force, for example MINUSMA")
    site: Series[str] = column("1", "Place of the base")
    iso3: Series[str] = column("1", "Country it lies in, ISO 3166-1 alpha-3", str_length=3)
    admin2_pcode: Series[str] = column("1", "P-code of the admin 2 area; empty if none")
    longitude: Series[float] = column("degrees east", "Longitude, EPSG:4326", ge=-180, le=180)
    latitude: Series[float] = column("degrees north", "Latitude, EPSG:4326", ge=-90, le=90)
    troops: Series[float] = column("people", "Mean number of troops over the maps of the year", ge=0, nullable=True)
    has_police: Series[bool] = column("1", "UN police are listed at the site")
    has_medical: Series[bool] = column("1", "A medical unit is listed at the site")
    has_aviation: Series[bool] = column("1", "An aviation unit is listed at the site")
    is_headquarters: Series[bool] = column("1", "Force or sector headquarters")


TABLE = Table("presence", Presence, key=("source", "year", "force", "site"), when="year")
