"""Weapons by month, as an arms register counts them."""

from pandera.typing import Series

from toguna.country.schema import MONTH, Sourced, Table, column


class ArmsMonthly(Sourced):
    """Weapons of the arms register that had a step, by area and month."""

    month: Series[str] = column("YYYY-MM", "Month of the step", str_matches=MONTH)
    area: Series[str] = column("1", "P-code of the area it was taken in")
    kind: Series[str] = column("1", "Kind of weapon, as the register codes it")
    event: Series[str] = column("1", "Step: seized, collected, marked, stored, destroyed ...")
    weapons: Series[float] = column("weapons", "Weapons; empty where too few to show", ge=0, nullable=True)


TABLE = Table("arms_monthly", ArmsMonthly, key=("source", "month", "area", "kind", "event"), when="month")
