"""Deaths by month."""

from pandera.typing import Series

from toguna.country.schema import MONTH, Sourced, Table, column

TYPES = ("all", "state_based", "non_state", "one_sided")
PERPETRATORS = ("any", "government", "non_state")


class ViolenceMonthly(Sourced):
    """Deaths in organised violence in a country, an area or around a town, by month."""

    month: Series[str] = column("YYYY-MM", "Month", str_matches=MONTH)
    unit_kind: Series[str] = column(
        "1", "What `unit` names", values=("country", "admin1", "admin2", "within_10km", "within_30km")
    )
    unit: Series[str] = column("1", "ISO 3166-1 alpha-3, P-code, or base town")
    type: Series[str] = column("1", "Type of violence", values=TYPES)
    perpetrator: Series[str] = column("1", "Who killed, where the owner says so", values=PERPETRATORS)
    fatalities: Series[float] = column("deaths", "Best estimate", ge=0)
    is_rescaled: Series[bool] = column("1", "True where the series is known to be inflated: shares only, no totals")
    longitude: Series[float] = column("degrees east", "Longitude of a base town", nullable=True)
    latitude: Series[float] = column("degrees north", "Latitude of a base town", nullable=True)


TABLE = Table(
    "violence_monthly",
    ViolenceMonthly,
    key=("source", "month", "unit_kind", "unit", "type", "perpetrator"),
    when="month",
)
