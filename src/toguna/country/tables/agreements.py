"""Peace agreements, provision by provision."""

from pandera.typing import Series

from toguna.country.schema import DAY, Sourced, Table, column

THEMES = (
    "ceasefire",
    "ddr",
    "autonomy",
    "justice",
    "refugees",
    "security_sector",
    "monitoring",
    "peacekeeping",
    "elections",
    "power_sharing",
    "development",
    "amnesty",
    "ending",
    "other",
)


class Agreements(Sourced):
    """One provision of a peace agreement."""

    agreement: Series[str] = column("1", "Name of the agreement")
    date: Series[str] = column("YYYY-MM-DD", "Day it was signed", str_matches=DAY)
    ended: Series[str] = column("YYYY-MM-DD", "Day it ended; empty while in force or unknown")
    place: Series[str] = column("1", "Where it was signed")
    theme: Series[str] = column("1", "What the provision is about", values=THEMES)
    provision: Series[str] = column("1", "What was agreed")
    detail: Series[str] = column("1", "Deadline or detail; empty where none")
    implementation: Series[str] = column("1", "What is known of its implementation; empty where nothing is")
    citation: Series[str] = column("1", "Where this row was found")
    confidence: Series[str] = column("1", "How sure the row is", values=("high", "medium", "low"))


TABLE = Table("agreements", Agreements, key=("source", "agreement", "theme", "provision"), when="date")
