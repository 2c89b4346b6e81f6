"""How a country is governed."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Governance(Sourced):
    """An index of democracy in a country and year, with the expert model's uncertainty."""

    year: Series[int] = column("year", "Year", ge=1700, le=2200)
    iso3: Series[str] = column("1", "Country, ISO 3166-1 alpha-3", str_length=3)
    index: Series[str] = column("1", "The owner's name of the index, for example v2x_polyarchy")
    value: Series[float] = column("0 to 1", "Point estimate", ge=0, le=1)
    low: Series[float] = column("0 to 1", "Lower bound of the 68 per cent interval", ge=0, le=1, nullable=True)
    high: Series[float] = column("0 to 1", "Upper bound of the 68 per cent interval", ge=0, le=1, nullable=True)


TABLE = Table("governance", Governance, key=("source", "year", "iso3", "index"), when="year")
