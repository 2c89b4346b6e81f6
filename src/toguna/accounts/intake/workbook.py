"""A workbook as a table: no merged cells, no formula taken for a value unless asked, hidden sheets named."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from toguna.accounts.intake.mapping import ColumnMapping
from toguna.accounts.intake.table import Table, as_table
from toguna.core.errors import Fault

MOST_BYTES = 300_000_000  # unpacked: a workbook of a million rows has less


def open_workbook(name: str, content: bytes, *, values: bool) -> Any:
    """Return a workbook, or the fault that forbids it.

    Parameters
    ----------
    values : stored values of formulas, not the formulas
    """
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            return Fault(
                name, None, "", "", "the workbook is too large unpacked", "Split it, or save the sheet as CSV."
            )
        return load_workbook(io.BytesIO(content), data_only=values)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return Fault(name, None, "", "", "the file is not an XLSX workbook", "Save it as .xlsx or .csv.")


def read_xlsx(name: str, content: bytes, mapping: ColumnMapping) -> Table:
    """Return the table of the mapping's sheet."""
    stored, written = (open_workbook(name, content, values=one) for one in (True, False))
    if isinstance(stored, Fault):
        return Table((), (), (stored,))
    visible = [sheet.title for sheet in stored.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in stored.worksheets if sheet.sheet_state != "visible"]
    notes = tuple(f"{name}: sheet {title!r} is hidden" + _taken(title, mapping) for title in hidden)
    titles = [sheet.title for sheet in stored.worksheets]
    if mapping.sheet and mapping.sheet not in titles:
        return _no_sheet(name, f"there is no sheet {mapping.sheet!r}", titles, notes)
    if not mapping.sheet and len(visible) != 1:
        return _no_sheet(name, "more sheets than one, or none, are visible", titles, notes)
    title = mapping.sheet or visible[0]
    values, formulas = stored[title], written[title]
    merged = [
        Fault(name, area.min_row, "", "", f"cells {area.coord} are merged", "Unmerge them and fill each cell.")
        for area in values.merged_cells.ranges
    ]
    if merged:
        return Table((), (), tuple(merged), notes)
    lines, faults = _lines(name, values, formulas, mapping)
    table = as_table(name, lines, mapping.header_row)
    return Table(table.columns, table.rows, (*faults, *table.faults), notes)


def _taken(title: str, mapping: ColumnMapping) -> str:
    return ", and read because the mapping says so" if title == mapping.sheet else ", and not read"


def _no_sheet(name: str, problem: str, titles: list[str], notes: tuple[str, ...]) -> Table:
    remedy = f"Set sheet in the mapping to one of: {', '.join(titles)}."
    return Table((), (), (Fault(name, None, "", "", problem, remedy),), notes)


def _lines(name: str, values: Any, formulas: Any, mapping: ColumnMapping) -> tuple[list[Any], list[Fault]]:
    lines, faults = [], []
    for stored, written in zip(values.iter_rows(), formulas.iter_rows(), strict=True):
        cells = []
        for cell, source in zip(stored, written, strict=True):
            problem = _problem(cell, source, mapping)
            if problem:
                faults.append(Fault(name, cell.row, cell.column_letter, "", *problem))
            cells.append(_said(cell))
        lines.append((stored[0].row, cells))
    return lines, faults


def _problem(cell: Any, source: Any, mapping: ColumnMapping) -> tuple[str, str] | None:
    if source.data_type == "f":
        if mapping.formulas == "refuse":
            return "a formula", "Paste its value, or set formulas: cached in the mapping."
        if cell.value is None:
            return (
                "a formula without a stored value",
                "Open and save the file in a spreadsheet program, or paste the value.",
            )
    if cell.data_type == "e":
        return "an error of the spreadsheet", "Mend the cell."
    return None


def _said(cell: Any) -> Any:
    """Return what a cell says; a date shown without hours as a date, not as midnight."""
    if isinstance(cell.value, datetime) and "h" not in str(cell.number_format).lower():
        return cell.value.date()
    return cell.value
