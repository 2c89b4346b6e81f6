"""Tables of a Word document: data tables and the ladder of principles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from PIL import ImageFont

from toguna.briefing.docx_page import ACCENT, NUMBER_SIZE, TABLE_SIZE
from toguna.briefing.docx_words import add_number, add_text, turned
from toguna.briefing.docx_xml import add_borders, element, put
from toguna.briefing.model import Arrow, Brief, Cell, Labels, Rung, RungFigure, Table

_HAIR = "C3CBCE"
_SIDE_MM, _EDGE_MM = 1.5, 0.3  # room beside and above the words of a cell
_GOOD, _LEAST = 0.21, 0.14  # of the width, for the column that takes the rest
_WHOLE = 14  # rows; only a longer table may run over a page
_CAPITALS = 1.17  # Arial's, wider than those of the brief's own font
_LADDER = (54.0, 31.0, 21.0, 68.0)  # what is counted, the figure, its name, its change


def add_table(document: DocumentObject, one: Table, labels: Labels, width_mm: float) -> None:
    """Add a table with caption, repeated head, right-aligned figures, and the names of its numbers last."""
    document.add_heading(one.caption, level=2)
    is_numbered = any(one.numbers)
    heads = [*one.columns, labels.number] if is_numbered else list(one.columns)
    table = _empty(document, one.caption, _column_widths(one, heads, labels, width_mm))
    _head(table, heads, (*one.numeric, False))
    for row, number in zip(one.rows, one.numbers, strict=True):
        cells = table.add_row().cells
        for place, cell in enumerate(row):
            _write(
                cells[place], _words(cell, labels), is_figure=one.numeric[place], bold=cell.bold, missing=cell.missing
            )
        if is_numbered:
            _name(cells[-1], number)
    _finish(table)
    if len(one.rows) <= _WHOLE:
        _keep_with_next(table.rows if one.note else list(table.rows)[:-1])
    if one.note:
        document.add_paragraph(one.note, style="Small Print")


def add_ladder(document: DocumentObject, brief: Brief, width_mm: float) -> None:
    """Add the five principles in order, each with its leading figures."""
    table = _empty(document, brief.labels.ladder, [width * width_mm / sum(_LADDER) for width in _LADDER])
    for rung in brief.ladder:
        _rung(table, rung, brief.labels)
    _finish(table)


def _rung(table: Any, rung: Rung, labels: Labels) -> None:
    head = table.add_row()
    title = head.cells[0].merge(head.cells[-1])
    _write(title, f"{rung.principle}  {rung.name}", is_figure=False, bold=True, style="Rung")
    add_borders(title._tc.get_or_add_tcPr(), "w:tcBorders", {"top": (8, ACCENT)})  # noqa: SLF001
    rows = [head]
    for one in rung.figures:
        rows.append(table.add_row())
        cells = rows[-1].cells
        _write(cells[0], one.label, is_figure=False)
        _write(cells[1], one.value, is_figure=True, bold=not one.missing, missing=one.missing)
        _name(cells[2], one.number_id)
        _write(cells[3], _change(one, labels), is_figure=False)
    _keep_with_next(rows[:-1])


def _change(one: RungFigure, labels: Labels) -> str:
    if one.missing:
        return ""
    words = "" if one.made_by else labels.unknown
    if one.arrow != Arrow.UNKNOWN:
        arrow, turn = turned(one.arrow, one.turn, labels)
        words = f"{arrow} {one.change} {one.versus or labels.change}" + (f", {turn}" if turn else "")
    sure = f"{labels.confidence} {one.confidence}" if one.confidence else ""
    return " · ".join(part for part in (one.period, words, sure, one.made_by) if part)


def _words(cell: Cell, labels: Labels) -> str:
    return " ".join(part for part in (cell.text, *turned(cell.arrow, cell.turn, labels)) if part)


def _head(table: Any, heads: Sequence[str], numeric: Sequence[bool]) -> None:
    """Add the row that is repeated at the top of each page a table runs on to."""
    row = table.add_row()
    put(row._tr.get_or_add_trPr(), "w:tblHeader")  # noqa: SLF001  (the library knows no repeated rows)
    for place, name in enumerate(heads):
        _write(row.cells[place], name, is_figure=numeric[place], style="Table Head")
        row.cells[place].vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM


def _write(
    cell: Any, text: str, *, is_figure: bool, bold: bool = False, missing: bool = False, style: str = "Table Text"
) -> None:
    line = cell.paragraphs[0]
    line.style = "Table Missing" if missing else style
    add_text(line, text, bold=bold)
    if is_figure:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if missing:  # a pattern, so that missing is seen without colour
        put(cell._tc.get_or_add_tcPr(), "w:shd", val="diagStripe", color="B8BFC2", fill="FFFFFF")  # noqa: SLF001


def _name(cell: Any, number: str) -> None:
    cell.paragraphs[0].style = "Table Text"
    add_number(cell.paragraphs[0], number)


def _column_widths(one: Table, heads: Sequence[str], labels: Labels, width_mm: float) -> list[float]:
    """Return widths in mm: each column what its figures need on one line, and the wide one the rest."""
    widths = _needed(one, heads, labels)
    rest = width_mm - sum(widths) + widths[one.wide]
    if rest < _GOOD * width_mm:
        widths = _needed(one, heads, labels, break_missing=True)
        rest = width_mm - sum(widths) + widths[one.wide]
    widths[one.wide] = max(rest, _LEAST * width_mm)
    return [width * width_mm / sum(widths) for width in widths]


def _needed(one: Table, heads: Sequence[str], labels: Labels, *, break_missing: bool = False) -> list[float]:
    """Return what each column needs in mm; heads go on two lines, words for missing do where room is short."""
    longest = [_in_two(name) for name in heads]
    for row in one.rows:
        for place, cell in enumerate(row):
            texts = cell.text.split() if cell.missing and break_missing else [_words(cell, labels)]
            longest[place] = max(longest[place], *(_length(text) for text in texts), 0.0)
    if len(heads) > len(one.columns):
        longest[-1] = max(longest[-1], *(_length(name) * NUMBER_SIZE / TABLE_SIZE for name in one.numbers))
    return [length + 2 * _SIDE_MM + 0.5 for length in longest]


def _in_two(head: str) -> float:
    """Return the length in mm of a head on two lines, broken where the longer is shortest."""
    words = head.split()
    breaks = range(1, max(len(words), 2))
    return min(max(_length(" ".join(words[:at])), _length(" ".join(words[at:]))) for at in breaks)


def _length(text: str) -> float:
    """Return the length in mm of a text in a table, in the brief's own font, which is a little wider than Word's."""
    for arrow in "↑↓→":
        text = text.replace(arrow, "M")  # as wide, and known to the font
    wider = _CAPITALS if text.isalpha() and text.isupper() else 1.0
    return wider * float(_font().getlength(text)) / 100 * TABLE_SIZE / 72 * 25.4


@cache
def _font() -> ImageFont.FreeTypeFont:
    path = files("toguna.briefing").joinpath("fonts", "NotoSans-Regular.ttf")
    return ImageFont.truetype(BytesIO(path.read_bytes()), size=100, layout_engine=ImageFont.Layout.BASIC)


def _empty(document: DocumentObject, caption: str, widths: Sequence[float]) -> Any:
    """Return a table without rows, its columns as wide as said in mm, with the room of its cells."""
    table: Any = document.add_table(rows=0, cols=len(widths))
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001  (the library knows no margins, borders and descriptions of tables)
    hair = {"top": (8, ACCENT), "bottom": (8, ACCENT), "insideH": (2, _HAIR)}
    add_borders(properties, "w:tblBorders", hair)
    margins = put(properties, "w:tblCellMar")
    for side, room in (("top", _EDGE_MM), ("left", _SIDE_MM), ("bottom", _EDGE_MM), ("right", _SIDE_MM)):
        margins.append(element(f"w:{side}", w=round(Mm(room).twips), type="dxa"))
    put(properties, "w:tblCaption", val=caption)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _finish(table: Any) -> None:
    """Let no row break over a page."""
    for row in table.rows:
        put(row._tr.get_or_add_trPr(), "w:cantSplit")  # noqa: SLF001


def _keep_with_next(rows: Iterable[Any]) -> None:
    """Keep rows on the page of what follows them."""
    for row in rows:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
