"""Coups, elections, resolutions, changes of control, atrocities."""

from pandera.typing import Series

from toguna.country.schema import DAY, Sourced, Table, column

KINDS = (
    "agreement",
    "agreement_end",
    "atrocity",
    "attack",
    "blockade",
    "border",
    "control_change",
    "coup",
    "cultural_destruction",
    "ddr",
    "declaration",
    "donor_conference",
    "election",
    "intervention",
    "realignment",
    "referendum",
    "regional",
    "resolution",
    "sanction",
    "state_of_emergency",
    "transition",
    "withdrawal",
)


class PoliticalEvents(Sourced):
    """A dated political fact. Death tolls are aggregate published counts, never a judicial finding."""

    event_id: Series[str] = column("1", "Stable identifier", unique=True)
    date: Series[str] = column("YYYY-MM-DD", "First day", str_matches=DAY)
    date_end: Series[str] = column("YYYY-MM-DD", "Last day; empty for one day or while open")
    date_basis: Series[str] = column("1", "How the date is known; `memory` is marked wherever it shows")
    event: Series[str] = column("1", "What happened")
    kind: Series[str] = column("1", "Kind of event", values=KINDS)
    place: Series[str] = column("1", "Where")
    actor_kind: Series[str] = column("1", "Kind of actor, as the citation attributes it")
    deaths_min: Series[float] = column("deaths", "Lowest published count", ge=0, nullable=True)
    deaths_max: Series[float] = column("deaths", "Highest published count", ge=0, nullable=True)
    deaths_note: Series[str] = column("1", "Whose count it is")
    citation: Series[str] = column("1", "Where this row was found")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))
    note: Series[str] = column("1", "What a reader should know about this row")


TABLE = Table("political_events", PoliticalEvents, key=("event_id",), when="date")
