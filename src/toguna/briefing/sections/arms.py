"""Principle 5: published figures on DDR and arms, and the silence between them."""

from __future__ import annotations

from toguna.briefing.model import Block, Cell, Paragraph, Run, Section, Table
from toguna.briefing.sections.build import enumerated, fill
from toguna.briefing.wording import Wording

SHOWN = 7


def arms(say: Wording) -> Section:
    """Return the section on principle 5."""
    _ = say.language
    found = [_figures(say), _gaps(say)]
    blocks: tuple[Block, ...] = tuple(block for block in found if block)
    return Section(title=_("Small-arms control and DDR"), principle=5, blocks=blocks)


def _figures(say: Wording) -> Table | None:
    _ = say.language
    table = say.assessment.country.ddr_arms.set_index("item_id")
    rows = sorted([*say.known("5.2"), *say.known("5.3")], key=lambda row: str(row["period"]), reverse=True)
    lines = []
    for row in rows[:SHOWN]:
        item = table.loc[str(row["subject"])]
        cell = say.cell(row)
        lines.append(
            (
                Cell(text=_.period(str(row["period"]))),
                Cell(text=say.labelled(str(item["group"]), str(item["item"]))),
                cell.model_copy(update={"text": f"{cell.text} {_(str(item['unit']))}"}),
            )
        )
    if not lines:
        return None
    return Table(
        caption=_("Published figures, newest first"),
        columns=(_("When"), _("What"), _("Figure")),
        numeric=(False, False, True),
        wide=1,
        rows=tuple(lines),
    )


def _gaps(say: Wording) -> Paragraph | None:
    _ = say.language
    parts = []
    for row in say.all("5.4"):
        if row["is_missing"]:
            parts.append(Run(text=_("{what}: nothing published").format(what=say.subject(row))))
        else:
            words = _("{what}: nothing for {months} months").format(what=say.subject(row), months=say.value(row))
            parts.append(Run(text=words, number_id=str(row["number_id"])))
    if not parts:
        return None
    return Paragraph(runs=fill(_("The gaps are findings. {gaps}."), gaps=enumerated(parts, say.language)))
