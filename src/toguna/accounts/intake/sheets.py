"""Files for spreadsheets: nothing in them runs, and the same content gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # earliest time a ZIP file can say


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless("Gao")
    ("'=HYPERLINK(1)", 'Gao')
    """
    return f"'{text}" if text.startswith(_STARTS) else text


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV in UTF-8 with a mark, which spreadsheets need to tell accents."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Mapping[str, Iterable[Sequence[str]]], lists: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook of text cells.

    Parameters
    ----------
    sheets : rows by title
    lists : drop-downs of the first sheet: range of cells -> range of the values it may hold
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                cell = sheet.cell(number, column, text or None)
                if text:
                    cell.data_type = "s"  # also where it begins like a formula
                if number == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    for cells, values in (lists or {}).items():
        rule = DataValidation(type="list", formula1=values, allow_blank=True)
        rule.add(cells)
        book.worksheets[0].add_data_validation(rule)
    made = io.BytesIO()
    book.save(made)
    return _without_times(made.getvalue())


def _without_times(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, _LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()
