"""A file as rows of cells: CSV in the encodings and with the separators that spreadsheets write."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toguna.core.errors import Fault
from toguna.core.words import N_, Sentence

SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Row:
    """A row, or a submission of a form.

    Attributes
    ----------
    number : as a spreadsheet shows it, or place in the file; from 1
    cells : what stands in each column
    key : of the submission, and of its turn of a repeat; "" for a row
    root : of the submission in its first version
    replaces : keys of its earlier versions
    """

    number: int
    cells: Mapping[str, Any]
    key: str = ""
    root: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows of a file, and what is wrong with it as a whole.

    Attributes
    ----------
    columns : headers in order
    rows : that hold anything
    faults : which forbid reading any of it, or cells of it
    notes : what a reader should know: encoding taken, sheets hidden
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


def read_csv(name: str, content: bytes, header_row: int = 1) -> Table:
    """Return the table of a CSV file: UTF-8, UTF-16 with its mark, else Windows-1252; separator as the header shows."""
    text, encoding = _decoded(content)
    if text is None:
        return _unreadable(name, N_("the file is neither UTF-8 nor Windows-1252 text"), N_("Save it as CSV in UTF-8."))
    if "\0" in text:
        return _unreadable(name, N_("the file holds bytes no text has"), N_("Save it as CSV in UTF-8."))
    lines = text.splitlines()
    first = lines[header_row - 1] if len(lines) >= header_row else ""
    separator = max(SEPARATORS, key=_outside_quotes(first).count)
    found: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        return _unreadable(
            name, Sentence(N_("quotes do not close, from line {line} on"), line=line), N_("Mend the quotes there.")
        )
    table = as_table(name, [(number, list(cells)) for number, cells in found], header_row)
    return Table(table.columns, table.rows, table.faults, (f"{name}: read as {encoding}", *table.notes))


def as_table(name: str, lines: list[tuple[int, list[Any]]], header_row: int) -> Table:
    """Return the table of numbered lines of cells; lines before the header are left out."""
    header = lines[header_row - 1][1] if len(lines) >= header_row else []
    columns = tuple(str(one).strip() if one is not None else "" for one in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if not columns:
        return _unreadable(
            name, Sentence(N_("row {row} holds no headers"), row=header_row), N_("Set header_row in the mapping.")
        )
    remedy = N_("Give each column a name of its own.")
    faults = [
        Fault(name, lines[header_row - 1][0], column or "(none)", "", problem, remedy)
        for column, times in Counter(columns).items()
        if (problem := _wrong_head(column, times))
    ]
    rows = []
    for number, cells in lines[header_row:]:
        if all(_is_empty(one) for one in cells):
            continue
        if any(not _is_empty(one) for one in cells[len(columns) :]):
            faults.append(
                Fault(name, number, "", "", N_("more cells than headers"), N_("Mend separators and quotes here."))
            )
            continue
        rows.append(Row(number, dict(zip(columns, [*cells, *[None] * len(columns)], strict=False))))
    return Table(columns, tuple(rows), tuple(faults))


def _wrong_head(column: str, times: int) -> str:
    if not column:
        return N_("a column has no name")
    return N_("two columns have this name") if times > 1 else ""


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _unreadable(name: str, problem: str, remedy: str) -> Table:
    return Table((), (), (Fault(name, None, "", "", problem, remedy),))


def _decoded(content: bytes) -> tuple[str | None, str]:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None, ""


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
