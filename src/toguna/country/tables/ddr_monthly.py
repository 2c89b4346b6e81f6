"""People in DDR by month, as a commission's ledger counts them."""

from pandera.typing import Series

from toguna.country.schema import MONTH, Sourced, Table, column

UNKNOWN = "unknown"  # an area or category that was erased; never guessed
TOTAL = "total"  # the only phase children are counted in
PHASES = (
    "presented", "screened", "eligible", "ineligible", "appealed", "disarmed", "demobilised", "reinserted",
    "reintegrated", "cvr_enrolled", "cvr_completed", "withdrawn", "referred", "set_aside",
)  # fmt: skip


class DdrMonthly(Sourced):
    """People who came into a phase of DDR or community violence reduction, by area and month."""

    month: Series[str] = column("YYYY-MM", "Month they came into the phase", str_matches=MONTH)
    area: Series[str] = column("1", "P-code of the area they presented in; `unknown` where erased")
    phase: Series[str] = column("1", "Phase; children only as total", values=(*PHASES, TOTAL))
    category: Series[str] = column(
        "1", "Who", values=("combatant", "woman_associated", "cvr", "child", "dependant", "victim", UNKNOWN)
    )
    people: Series[float] = column("people", "People; empty where too few to show", ge=0, nullable=True)


TABLE = Table("ddr_monthly", DdrMonthly, key=("source", "month", "area", "phase", "category"), when="month")
