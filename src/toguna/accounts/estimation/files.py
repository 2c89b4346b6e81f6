"""Rows of a CSV or XLSX file as text, with the row each stands in; nothing is guessed of what they mean."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from toguna.core.errors import AskError, DataError, Fault
from toguna.core.words import N_, Sentence

SUFFIXES = (".csv", ".xlsx")


@dataclass(frozen=True, eq=False)
class Rows:
    """A file's rows.

    Attributes
    ----------
    file : its name, without folders
    head : names of the columns
    rows : values of each row, as text without blanks around it
    numbers : the row of the file each stands in, the head being 1
    faults : rows that do not fit the head
    """

    file: str
    head: tuple[str, ...]
    rows: list[list[str]] = field(repr=False)
    numbers: list[int] = field(repr=False)
    faults: tuple[Fault, ...] = ()

    def column(self, name: str) -> list[str]:
        """Return the values of a column."""
        at = self.head.index(name)
        return [row[at] for row in self.rows]


def read_rows(path: Path) -> Rows:
    """Return the rows of a CSV file (commas, semicolons or tabs; UTF-8) or of the first sheet of an XLSX file.

    Raises
    ------
    AskError
        No such file; another form; XLSX without what reads it.
    DataError
        A file that is not what its name says, is empty, or names a column twice or not at all.
    """
    if not path.is_file():
        raise AskError(N_("There is no file {path}. Give a .csv or .xlsx file of who is on which list."), path=path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise AskError(
            N_("{name} cannot be read. Save it as one of {known}."), name=path.name, known=", ".join(SUFFIXES)
        )
    table = _csv(path) if suffix == ".csv" else _xlsx(path)
    # A row that is blank throughout is the end of a spreadsheet, not a person.
    table = [(number, row) for number, row in table if any(row)]
    if len(table) < 2:
        raise DataError(
            N_("{name} has no rows below a head. Give column names in row 1 and rows under them."), name=path.name
        )
    head = tuple(table[0][1])
    while head and not head[-1]:
        head = head[:-1]
    if "" in head:
        raise DataError(
            N_("{name}, row 1: column {number} has no name. Name every column."),
            name=path.name,
            number=head.index("") + 1,
        )
    if twice := [name for at, name in enumerate(head) if name in head[:at]]:
        raise DataError(
            N_("{name}, row 1: column {twice} stands twice. Give each column its own name."),
            name=path.name,
            twice=twice[0],
        )
    faults, rows, numbers = [], [], []
    for number, row in table[1:]:
        if len(row) < len(head) or any(row[len(head) :]):
            problem = Sentence(
                N_("there are {values} values for {columns} columns"), values=len(row), columns=len(head)
            )
            remedy = N_("Give one value a column; a value with a comma in it stands in quotes.")
            faults.append(Fault(path.name, number, "", "", problem, remedy))
            continue
        rows.append(row[: len(head)])
        numbers.append(number)
    return Rows(path.name, head, rows, numbers, tuple(faults))


def _csv(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise DataError(
            N_("{name}, row {row}: not UTF-8 text. Save it as CSV in UTF-8."), name=path.name, row=row
        ) from fault
    first = text.split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        # The line a row ends in; the same as its row as long as no value goes over several lines.
        return [(reader.line_num, [one.strip() for one in row]) for row in reader]
    except csv.Error as fault:
        raise DataError(
            N_("{name}, row {row}: not CSV ({fault}). Save it anew."),
            name=path.name,
            row=reader.line_num,
            fault=fault,
        ) from fault


def _xlsx(path: Path) -> list[tuple[int, list[str]]]:
    try:
        openpyxl = import_module("openpyxl")  # an extra: CSV is read without it
    except ImportError as missing:
        raise AskError(
            N_("{name}: XLSX needs openpyxl. Install toguna[accounts], or save the sheet as CSV."), name=path.name
        ) from missing
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError) as fault:
        raise DataError(N_("{name} is not an XLSX file. Save it anew, or as CSV."), name=path.name) from fault
    try:
        sheet = book.worksheets[0]
        return [
            (number, [_text(one) for one in row]) for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
