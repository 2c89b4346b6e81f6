"""Deaths by year, by type and by kind of perpetrator."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column
from toguna.country.tables.violence_monthly import PERPETRATORS, TYPES


class ViolenceYearly(Sourced):
    """Deaths in organised violence in a country and year."""

    year: Series[int] = column("year", "Year", ge=1900, le=2200)
    iso3: Series[str] = column("1", "Country, ISO 3166-1 alpha-3", str_length=3)
    type: Series[str] = column("1", "Type of violence", values=TYPES)
    perpetrator: Series[str] = column(
        "1", "Who killed; own_government is the country's own", values=(*PERPETRATORS, "own_government")
    )
    fatalities: Series[float] = column("deaths", "Best estimate", ge=0)
    fatalities_low: Series[float] = column("deaths", "Low estimate", ge=0, nullable=True)
    fatalities_high: Series[float] = column("deaths", "High estimate", ge=0, nullable=True)


TABLE = Table("violence_yearly", ViolenceYearly, key=("source", "year", "iso3", "type", "perpetrator"), when="year")
