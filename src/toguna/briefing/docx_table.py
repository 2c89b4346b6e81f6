"""Tables of a Word document: data tables and the ladder of principles."""

from __future__ import annotations

from typing import Any

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from toguna.briefing.docx_words import NUMBER_SIZE, SOFT, add_text
from toguna.briefing.model import Brief, Cell, Labels, RungFigure, Table

ARROWS = {"up": "↑", "down": "↓", "steady": "→", "unknown": ""}
_LETTER_MM = 1.5  # width of a letter of 8 points
_MARGIN_MM = 3.2  # both margins of a cell


def data_table(document: DocumentObject, one: Table, labels: Labels, width_mm: float) -> None:
    """Add a table with caption, repeated head, right-aligned figures, and the names of its numbers last."""
    document.add_paragraph(one.caption, style="Caption")
    is_numbered = any(one.numbers)
    heads = [*one.columns, labels.number] if is_numbered else list(one.columns)
    table = document.add_table(rows=1, cols=len(heads))
    table.autofit = False
    _margins(table)
    for place, name in enumerate(heads):
        _write(table.rows[0].cells[place], name, is_figure=(*one.numeric, False)[place], soft=True)
    _repeat(table.rows[0])
    for number, row in enumerate(one.rows):
        cells = table.add_row().cells
        for place, cell in enumerate(row):
            _write(
                cells[place], _words(cell, labels), is_figure=one.numeric[place], bold=cell.bold, missing=cell.missing
            )
        if is_numbered:
            add_text(cells[-1].paragraphs[0], one.numbers[number], size=NUMBER_SIZE, color=SOFT)
            cells[-1].paragraphs[0].paragraph_format.space_after = Pt(0)
    _rule(table)
    _widths(table, _column_widths(one, heads, width_mm))
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(2)
    add_text(note, one.note, size=8, color=SOFT)


def ladder_table(document: DocumentObject, brief: Brief) -> None:
    """Add the five principles in order, each with its leading figures."""
    table = document.add_table(rows=0, cols=4)
    table.autofit = False
    _margins(table)
    for rung in brief.ladder:
        head = table.add_row().cells
        title = head[0].merge(head[3]).paragraphs[0]
        add_text(title, f"{rung.principle}  {rung.name}", bold=True, size=10)
        title.paragraph_format.space_after, title.paragraph_format.keep_with_next = Pt(0), True
        for one in rung.figures:
            cells = table.add_row().cells
            _write(cells[0], one.label, is_figure=False)
            _write(cells[1], one.value, is_figure=True, bold=not one.missing, missing=one.missing)
            _write(cells[2], one.number_id, is_figure=False, soft=True)
            _write(cells[3], _change(one, brief.labels), is_figure=False, soft=True)
    _rule(table)
    _widths(table, [62.0, 22.0, 26.0, 64.0])


def _change(one: RungFigure, labels: Labels) -> str:
    if one.missing:
        return ""
    words = labels.unknown
    if one.arrow != "unknown":
        turn = {"better": labels.better, "worse": labels.worse}.get(str(one.turn), "")
        words = f"{ARROWS[str(one.arrow)]} {one.change} {labels.change}" + (f", {turn}" if turn else "")
    return words + (f" · {labels.confidence} {one.confidence}" if one.confidence else "")


def _words(cell: Cell, labels: Labels) -> str:
    arrow = ARROWS[str(cell.arrow)] if cell.arrow else ""
    turn = {"better": labels.better, "worse": labels.worse}.get(str(cell.turn), "") if arrow else ""
    return " ".join(part for part in (cell.text, arrow, turn) if part)


def _write(
    cell: Any, text: str, *, is_figure: bool, bold: bool = False, soft: bool = False, missing: bool = False
) -> None:
    line = cell.paragraphs[0]
    add_text(line, text, bold=bold, size=8, color=SOFT if soft or missing else None)
    line.paragraph_format.space_after = Pt(0)
    if is_figure:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if missing:
        shade: Any = OxmlElement("w:shd")
        shade.set(qn("w:val"), "diagStripe")  # a pattern, so that missing is seen without colour
        shade.set(qn("w:color"), "B8BFC2")
        shade.set(qn("w:fill"), "FFFFFF")
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  (the library knows no shading)


def _column_widths(one: Table, heads: list[str], width_mm: float) -> list[float]:
    """Return widths in mm: each column what its longest words need, and the wide one the rest."""
    longest: list[float] = [max(len(name) / 2, *(len(word) + 1 for word in name.split()), 0) for name in heads]
    for row in one.rows:
        for place, cell in enumerate(row):
            longest[place] = max(longest[place], len(cell.text) + (8 if cell.arrow else 0))
    if len(heads) > len(one.columns):
        longest[-1] = max(len(name) for name in one.numbers) * NUMBER_SIZE / 8
    widths = [count * _LETTER_MM + _MARGIN_MM for count in longest]
    widths[one.wide] = max(width_mm - sum(widths) + widths[one.wide], 24.0)
    return [width * width_mm / sum(widths) for width in widths]


def _margins(table: Any) -> None:
    margins: Any = OxmlElement("w:tblCellMar")
    for side in ("start", "end"):
        margin: Any = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(_MARGIN_MM / 2 / 25.4 * 1440)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)  # noqa: SLF001  (the library knows no margins)


def _widths(table: Any, widths: list[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _repeat(row: Any) -> None:
    """Repeat a row at the top of each page its table runs on to."""
    repeated: Any = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001  (the library knows no repeated rows)


def _rule(table: Any) -> None:
    """Draw hairlines between rows, and let no row break over a page."""
    borders: Any = OxmlElement("w:tblBorders")
    for side, size, color in (("top", 8, "0B4F5C"), ("bottom", 8, "0B4F5C"), ("insideH", 2, "C3CBCE")):
        line: Any = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(size)), ("color", color)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001  (the library knows no borders)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
