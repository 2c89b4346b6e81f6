"""Food insecurity by area."""

from pandera.typing import Series

from toguna.country.schema import DAY, Sourced, Table, column


class Needs(Sourced):
    """People by phase of acute food insecurity (Cadre Harmonisé / IPC) in an area and period."""

    pcode: Series[str] = column("1", "P-code of the admin 2 area")
    date_start: Series[str] = column("YYYY-MM-DD", "First day of the period analysed", str_matches=DAY)
    date_end: Series[str] = column("YYYY-MM-DD", "Last day of the period analysed", str_matches=DAY)
    round: Series[str] = column("1", "Observed or foreseen", values=("current", "projected"))
    population: Series[float] = column("people", "Population the analysis covers", ge=0)
    phase1: Series[float] = column("people", "Minimal", ge=0, nullable=True)
    phase2: Series[float] = column("people", "Stressed", ge=0, nullable=True)
    phase3: Series[float] = column("people", "Crisis", ge=0, nullable=True)
    phase4: Series[float] = column("people", "Emergency", ge=0, nullable=True)
    phase5: Series[float] = column("people", "Famine", ge=0, nullable=True)
    phase3_plus: Series[float] = column("people", "Crisis or worse", ge=0, nullable=True)


TABLE = Table("needs", Needs, key=("source", "pcode", "date_start", "round"), when="date_start")
