"""Deaths by month outside the country."""

from pandera.typing import Series

from toguna.country.schema import Table, column
from toguna.country.tables.violence_monthly import ViolenceMonthly


class ViolenceElsewhere(ViolenceMonthly):
    """Deaths in organised violence in other countries and around towns abroad, by month, for models pooled over many.

    A month without deaths is a row with 0; a month nobody counted has no row.
    """

    iso3: Series[str] = column("1", "Country the unit lies in, ISO 3166-1 alpha-3; empty where not stated")


TABLE = Table(
    "violence_elsewhere",
    ViolenceElsewhere,
    key=("source", "month", "unit_kind", "unit", "type", "perpetrator"),
    when="month",
)
