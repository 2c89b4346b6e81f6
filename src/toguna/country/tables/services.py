"""Health sites, markets and airstrips."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Services(Sourced):
    """A site that serves people: health, market or airstrip."""

    service_id: Series[str] = column("1", "Stable identifier", unique=True)
    name: Series[str] = column("1", "Name")
    kind: Series[str] = column("1", "What it serves", values=("health", "market", "airstrip"))
    subtype: Series[str] = column("1", "The owner's own class, for example Hospital or small_airport")
    admin2_pcode: Series[str] = column("1", "P-code of the admin 2 area; empty where neither point nor name tells")
    longitude: Series[float] = column("degrees east", "Longitude, EPSG:4326", ge=-180, le=180, nullable=True)
    latitude: Series[float] = column("degrees north", "Latitude, EPSG:4326", ge=-90, le=90, nullable=True)
    is_usable: Series[bool] = column("1", "False where the owner lists the site as closed")
    runway_m: Series[float] = column("m", "Longest runway of an airstrip", ge=0, nullable=True)
    runway_surface: Series[str] = column("1", "Surface of that runway as the owner writes it; empty where unknown")


TABLE = Table("services", Services, key=("service_id",))
