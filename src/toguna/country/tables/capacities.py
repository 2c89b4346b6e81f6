"""What lorries, aircraft and units can do."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Capacities(Sourced):
    """A capacity of a vehicle, aircraft or unit."""

    capacity_id: Series[str] = column("1", "Stable identifier: unit type and measure", unique=True)
    unit_type: Series[str] = column("1", "Vehicle, aircraft or unit")
    measure: Series[str] = column("1", "What is measured")
    amount_low: Series[float] = column("see unit", "The figure, or the low end of a range", nullable=True)
    amount_high: Series[float] = column("see unit", "The figure, or the high end of a range", nullable=True)
    unit: Series[str] = column("1", "Unit of the amounts")
    value: Series[str] = column("1", "The value as the citation words it")
    citation: Series[str] = column("1", "Where this row was found; empty where from memory")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))
    note: Series[str] = column("1", "What a reader should know about this row")


TABLE = Table("capacities", Capacities, key=("capacity_id",))
