"""Runs of text in a Word document: figures with their number ids, fields, colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as Line

from toguna.briefing.model import Run

ACCENT, SOFT = RGBColor(0x0B, 0x4F, 0x5C), RGBColor(0x56, 0x61, 0x66)
NUMBER_SIZE = 6.5  # points


def add_text(
    line: Line, text: str, *, bold: bool = False, size: float | None = None, color: RGBColor | None = None
) -> None:
    """Add a stretch of text to a paragraph."""
    run = line.add_run(text)
    run.bold = bold or None
    if size is not None:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color


def add_runs(line: Line, runs: Sequence[Run], *, size: float | None = None) -> None:
    """Add runs to a paragraph, each figure followed by its number id in small print."""
    for run in runs:
        add_text(line, run.text, bold=run.bold, size=size)
        if run.number_id:
            add_text(line, f" {run.number_id}", size=NUMBER_SIZE, color=SOFT)


def field(line: Line, instruction: str) -> None:
    """Add a field that Word fills in, such as PAGE or NUMPAGES."""
    simple: Any = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), instruction)
    line._p.append(simple)  # noqa: SLF001  (the library knows no fields)
