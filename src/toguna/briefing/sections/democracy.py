"""Principle 2: the state of the democratic order, with its uncertainty."""

from __future__ import annotations

import pandas as pd

from toguna.briefing.model import Cell, Paragraph, Run, Section, Table
from toguna.briefing.sections.build import fill
from toguna.briefing.wording import NOT_KNOWN, Row, Wording

CODES = ("2.1", "2.2", "2.3", "2.4", "2.5")


def democracy(say: Wording) -> Section:
    """Return the section on principle 2."""
    _ = say.language
    rows = tuple(_line(say, say.all(code)[0]) for code in CODES if say.all(code))
    table = Table(
        caption=_("Democracy on scales of 0 to 1, higher is better"),
        columns=(_("Index"), _("Year"), _("Value"), _("68% interval"), _("Change, 12 months")),
        numeric=(False, True, True, True, True),
        rows=rows,
    )
    return Section(title=_("Restoring democracy"), principle=2, blocks=(table, Paragraph(runs=_order(say))))


def _line(say: Wording, row: Row) -> tuple[Cell, ...]:
    _ = say.language
    if row["is_missing"]:
        empty = Cell(text=_(NOT_KNOWN), missing=True)
        return (Cell(text=_(str(row["label"]))), empty, empty, empty, empty)
    interval = "" if pd.isna(row["low"]) else f"{_.number(float(row['low']), 3)}–{_.number(float(row['high']), 3)}"
    change = Cell(
        text=say.change(row) or _(NOT_KNOWN), missing=not say.change(row), arrow=say.arrow(row), turn=say.turn(row)
    )
    return (Cell(text=_(str(row["label"]))), Cell(text=str(row["period"])), say.cell(row), Cell(text=interval), change)


def _order(say: Wording) -> tuple[Run, ...]:
    _ = say.language
    profile = say.assessment.country.profile
    vote = say.find(f"2.7-{profile.iso3}")
    if vote is None:
        return ()
    if profile.next_vote is None or vote["is_missing"]:
        return (Run(text=_("Next vote: {reason}").format(reason=_(str(vote["reason"])))),)
    name = profile.next_vote.name.get(_.code, profile.next_vote.name["en"])
    return fill(_("Next vote: {name}, in {months} months."), name=name, months=say.run(f"2.7-{profile.iso3}"))
