"""People displaced within or across a border, and those gone back."""

from pandera.typing import Series

from toguna.country.schema import DAY, Sourced, Table, column


class Displacement(Sourced):
    """A count of displaced people on a day (stock) or over a year (flow)."""

    date: Series[str] = column("YYYY-MM-DD", "Day of the count, or last day of the year of a flow", str_matches=DAY)
    measure: Series[str] = column("1", "People present, or people who moved in the year", values=("stock", "flow"))
    group: Series[str] = column(
        "1",
        "Who is counted",
        values=("refugees", "asylum_seekers", "idps", "returned_refugees", "returned_idps", "resettled", "naturalised"),
    )
    origin: Series[str] = column("1", "Country of origin, ISO 3166-1 alpha-3", str_length=3)
    host: Series[str] = column("1", "Country they are in, ISO 3166-1 alpha-3", str_length=3)
    place_id: Series[str] = column("1", "Camp or site; empty for a whole country")
    people: Series[float] = column("people", "People counted", ge=0)


TABLE = Table(
    "displacement",
    Displacement,
    key=("source", "date", "measure", "group", "origin", "host", "place_id"),
    when="date",
)
