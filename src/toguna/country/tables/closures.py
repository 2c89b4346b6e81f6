"""When crossings and roads were closed or contested."""

from pandera.typing import Series

from toguna.country.schema import DAY, Sourced, Table, column


class Closures(Sourced):
    """A period in which a border crossing, or the road between two places, was closed or contested."""

    closure_id: Series[str] = column("1", "Stable identifier", unique=True)
    kind: Series[str] = column("1", "What was closed", values=("crossing", "road"))
    subject: Series[str] = column("1", "crossing_id, or the two ends of the road as `from place - to place`")
    date: Series[str] = column("YYYY-MM-DD", "First day", str_matches=DAY)
    date_end: Series[str] = column("YYYY-MM-DD", "Last day; empty while it lasts or where its end is not known")
    status: Series[str] = column("1", "State in the period", values=("closed", "contested", "open"))
    reason: Series[str] = column("1", "Why, as the citation words it")
    citation: Series[str] = column("1", "Where this row was found; empty where from memory")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))


TABLE = Table("closures", Closures, key=("closure_id",), when="date")
