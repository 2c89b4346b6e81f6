"""What changed: political events of the last eighteen months, and the record since the crisis began."""

from __future__ import annotations

from toguna.assessment.humanitarian import TOTAL
from toguna.briefing.model import Bullets, Cell, Run, Section, Table
from toguna.briefing.wording import NOT_KNOWN, Wording
from toguna.core.months import Month

WINDOW = 18  # months of political events that count as recent
SHOWN = 5


def changed(say: Wording) -> Section:
    """Return the newest political events, oldest first; those from memory are marked."""
    _ = say.language
    events = say.assessment.country.political_events
    first = say.assessment.country.month.back(WINDOW).first_day.isoformat()
    recent = events.sort_values("date").tail(SHOWN)
    if (recent["date"] >= first).sum() >= 2:
        recent = recent[recent["date"] >= first]
    items = tuple(
        (
            Run(text=_.period(str(row.date)) + " ", bold=True),
            Run(text=_(str(row.event)) + (" †" if "memory" in (row.basis, row.date_basis) else "")),
        )
        for row in recent.itertuples()
    )
    blocks = (Bullets(items=items),) if items else ()
    return Section(title=_("What changed"), blocks=blocks)


def record(say: Wording) -> Section | None:
    """Return the years the pack names, one column each, for the figures that have a record."""
    _ = say.language
    profile = say.assessment.country.profile
    last = say.assessment.country.month
    years = [year for year in profile.milestones if Month(year, 12) <= last]
    lines = [
        *(f"1.1-{iso3}" for iso3 in _hosts(say)),
        f"1.4-{profile.iso3}",
        f"2.1-{profile.iso3}",
        f"4.1-{profile.iso3}",
        "4.3-government",
        "4.3-non_state",
        f"4.4-{profile.iso3}",
    ]
    rows = [row for row in (_line(say, line, years) for line in lines) if row]
    if not rows:
        return None
    table = Table(
        caption=_("End of year for people, whole year for deaths"),
        columns=("", *(str(year) for year in years)),
        numeric=(False, *(True for _year in years)),
        rows=tuple(rows),
        note=_("Each figure is today's revision; the edition that could be read in that year may differ."),
    )
    return Section(title=_("The record"), blocks=(table,))


def _hosts(say: Wording) -> list[str]:
    """Return the neighbours that ever hosted in a year of the record, by their largest count."""
    most: dict[str, float] = {}
    table = say.assessment.table
    for row in table[(table["code"] == "1.1") & (table["milestone"] > 0)].to_dict("records"):
        if row["subject"] != TOTAL:
            most[str(row["subject"])] = max(most.get(str(row["subject"]), 0.0), float(row["value"]))
    return sorted(most, key=lambda host: -most[host])[:3]


def _line(say: Wording, line: str, years: list[int]) -> tuple[Cell, ...] | None:
    found = [say.find(f"{line}@{year}") for year in years]
    known = [row for row in found if row]
    if not known:
        return None
    _ = say.language
    label = say.label(known[0])
    if known[0]["code"] in {"1.1", "4.3"}:
        label = _("{label}: {subject}").format(label=label, subject=say.subject(known[0]))
    cells = [
        Cell(text=say.value(row), number_id=str(row["number_id"])) if row else Cell(text=_(NOT_KNOWN), missing=True)
        for row in found
    ]
    return (Cell(text=label), *cells)
