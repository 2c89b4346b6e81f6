"""Single events of organised violence."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Events(Sourced):
    """An event of organised violence in the sense of UCDP or ACLED. Areas and sides, never persons."""

    event_id: Series[str] = column("1", "The owner's identifier, prefixed by the series", unique=True)
    date_start: Series[str] = column("YYYY-MM-DD", "First day", str_matches=r"\d{4}-\d{2}-\d{2}")
    date_end: Series[str] = column("YYYY-MM-DD", "Last day", str_matches=r"\d{4}-\d{2}-\d{2}")
    date_precision: Series[float] = column("1", "UCDP 1 (day known) to 5 (more than a month)", nullable=True)
    type: Series[str] = column("1", "Type of violence", values=("state_based", "non_state", "one_sided", "other"))
    perpetrator: Series[str] = column(
        "1",
        "Kind of side a where the violence is one-sided; unknown otherwise",
        values=("government", "non_state", "unknown"),
    )
    side_a: Series[str] = column("1", "First side, an organisation or army")
    side_b: Series[str] = column("1", "Second side, an organisation, army or civilians")
    place: Series[str] = column("1", "Place as the owner writes it")
    admin1_name: Series[str] = column("1", "Admin 1 area as the owner writes it; empty where unknown")
    admin2_name: Series[str] = column("1", "Admin 2 area as the owner writes it; empty where unknown")
    admin2_pcode: Series[str] = column("1", "P-code of the admin 2 area the point lies in; empty if none")
    longitude: Series[float] = column("degrees east", "Longitude, EPSG:4326", ge=-180, le=180, nullable=True)
    latitude: Series[float] = column("degrees north", "Latitude, EPSG:4326", ge=-90, le=90, nullable=True)
    where_precision: Series[float] = column("1", "UCDP 1 (exact) to 7 (country unknown)", nullable=True)
    fatalities: Series[float] = column("deaths", "Best estimate", ge=0)
    fatalities_low: Series[float] = column("deaths", "Low estimate", ge=0, nullable=True)
    fatalities_high: Series[float] = column("deaths", "High estimate", ge=0, nullable=True)
    fatalities_civilians: Series[float] = column("deaths", "Civilians among them", ge=0, nullable=True)
    is_partial: Series[bool] = column("1", "True where the series is a sample: for places, never for totals")


TABLE = Table("events", Events, key=("event_id",), when="date_start")
