"""Runs of text in a Word document: figures with their number ids, fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.text.paragraph import Paragraph as Line

from toguna.briefing.docx_xml import element
from toguna.briefing.model import Arrow, Labels, Run, Turn

NUMBER_STYLE = "Number Name"
_ARROWS = {Arrow.UP: "↑", Arrow.DOWN: "↓", Arrow.STEADY: "→"}


def add_text(line: Line, text: str, *, bold: bool = False) -> None:
    """Add a stretch of text to a paragraph."""
    line.add_run(text).bold = bold or None


def add_number(line: Line, number_id: str) -> None:
    """Add the name of a number in small grey print."""
    line.add_run(number_id, style=NUMBER_STYLE)


def add_runs(line: Line, runs: Sequence[Run]) -> None:
    """Add runs to a paragraph, each figure followed by its number id in small print."""
    for run in runs:
        add_text(line, run.text, bold=run.bold)
        if run.number_id:
            add_number(line, f"\u00a0{run.number_id}")


def add_field(line: Line, instruction: str) -> None:
    """Add a field that Word fills in, such as PAGE or NUMPAGES."""
    field: Any = element("w:fldSimple", instr=instruction)
    line._p.append(field)  # noqa: SLF001  (the library knows no fields)
    line.add_run("1")
    field.append(line.runs[-1]._r)  # noqa: SLF001


def turned(arrow: Arrow | None, turn: Turn, labels: Labels) -> tuple[str, str]:
    """Return the arrow of a change, and the word for good or bad; both are empty where it is unknown."""
    glyph = _ARROWS.get(arrow, "") if arrow else ""
    words = {Turn.BETTER: labels.better, Turn.WORSE: labels.worse}
    return glyph, words.get(turn, "") if glyph else ""
