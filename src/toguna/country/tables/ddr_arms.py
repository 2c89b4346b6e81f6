"""Published figures on disarmament, demobilisation, reintegration and arms."""

from pandera.typing import Series

from toguna.country.schema import Sourced, Table, column


class DdrArms(Sourced):
    """A published figure or fact on DDR, cantonment, weapons or an arms convention."""

    item_id: Series[str] = column("1", "Stable identifier", unique=True)
    kind: Series[str] = column("1", "Kind of fact", values=("cantonment", "ddr_number", "arms", "convention", "base"))
    group: Series[str] = column("1", "Programme, force or body it belongs to")
    item: Series[str] = column("1", "What is counted or stated")
    date: Series[str] = column("YYYY, YYYY-MM or YYYY-MM-DD", "When, as precisely as the citation says")
    date_end: Series[str] = column("YYYY, YYYY-MM or YYYY-MM-DD", "End of the period; empty where none")
    amount: Series[float] = column("see unit", "The figure where the citation gives one", nullable=True)
    unit: Series[str] = column("1", "Unit of the amount: people, weapons, sites, t ...")
    value: Series[str] = column("1", "The value as the citation words it")
    citation: Series[str] = column("1", "Where this row was found")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))
    note: Series[str] = column("1", "What a reader should know about this row")


TABLE = Table("ddr_arms", DdrArms, key=("item_id",), when="date")
