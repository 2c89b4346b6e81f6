"""Humanitarian minimum standards."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class Standards(Sourced):
    """A minimum standard of humanitarian response."""

    standard_id: Series[str] = column("1", "Stable identifier: standard, sector and measure", unique=True)
    standard: Series[str] = column("1", "Handbook and edition")
    sector: Series[str] = column("1", "Sector: water, food, shelter, health ...")
    measure: Series[str] = column("1", "What is measured, with its unit")
    amount: Series[float] = column("see measure", "The figure where it is a single number", nullable=True)
    value: Series[str] = column("1", "The value as the citation words it")
    citation: Series[str] = column("1", "Where this row was found; empty where from memory")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))
    note: Series[str] = column("1", "What a reader should know about this row")


TABLE = Table("standards", Standards, key=("standard_id",))
