"""Reads delimited text without losing a row: rows read + rows refused = rows in the file."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError, Fault
from toguna.sources.columns import find_columns
from toguna.sources.fields import LOST, Field, convert

_LIMIT = 4_000_000  # characters in one cell; more means a quotation mark was lost
_REMEDY_QUOTE = "A quotation mark is missing or misplaced in or before this row; restore the row from the owner's file."
_KEEP_ONE = "Keep one of them; compare them with the owner's file where they differ."
# A RuntimeError is what zipfile raises where the flags say that the content is encrypted or packed in another way.
_DAMAGES = (
    *(gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, RuntimeError, UnicodeDecodeError),
)


@dataclass(frozen=True)
class Reading:
    """Rows of one file with their types.

    Attributes
    ----------
    file : name of the file
    rows : typed rows; index = line of the file the row starts on
    refused : rows that cannot be read, each with line, column, value and remedy
    total : rows in the file
    version : edition stated in the file or its name; "" where none is
    """

    file: str
    rows: pd.DataFrame
    refused: tuple[Fault, ...]
    total: int
    version: str = ""

    def __post_init__(self) -> None:
        """Hold the promise that no row is lost silently."""
        lost = self.total - len(self.rows) - len({(fault.file, fault.row) for fault in self.refused})
        if lost:
            raise DataError(f"{self.file}: {lost} rows were neither read nor refused. Report this file to the project.")


def read_delimited(path: Path, fields: Sequence[Field], *, what: str, delimiter: str = ",") -> Reading:
    """Return the rows of a CSV file (plain, .gz, or the only .csv in a .zip) as declared by `fields`.

    Parameters
    ----------
    what : what the file should be, for example "UCDP GED, one row an event"
    fields : columns to read; others are ignored

    Raises
    ------
    DataError
        The file is empty, not text, or lacks columns: the sentence says what was found and what to do.
    """
    records, ragged, total = _records(text_of(path, what), path.name, what, delimiter, fields)
    names, body, lines = records
    raw = pd.DataFrame(
        {name: [row[position] for row in body] for position, name in enumerate(names)},
        index=pd.Index(lines, name="line"),
        dtype=str,
    )
    rows, refused = convert(raw, fields, path.name)
    return Reading(path.name, rows, (*ragged, *refused), total)


def header_of(path: Path, what: str, delimiter: str = ",") -> list[str]:
    """Return the names of a file's columns, or raise DataError as `read_delimited` would."""
    lines = io.StringIO(text_of(path, what), newline="")
    try:
        return [name.strip() for name in next(csv.reader(lines, delimiter=delimiter), [])]
    except csv.Error as error:
        raise DataError(f"{path.name}, line 1: {error}; expected {what}. Download it again.") from error


def text_of(path: Path, what: str) -> str:
    """Return the text of a file in UTF-8, or in Windows-1252 as older tools wrote it."""
    data = _bytes_of(path, what)
    if not data.strip():
        raise DataError(f"{path.name} is empty; expected {what}. Download it again.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{path.name} is UTF-16 text; expected {what} in UTF-8. Save it as 'CSV UTF-8'.")
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise DataError(f"{path.name} is an Excel workbook; expected {what} as text. Save it as 'CSV UTF-8'.")
    if b"\0" in data[:4096]:
        raise DataError(f"{path.name} is not text; expected {what}. Download it again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        repaired = data.decode("utf-8-sig", errors="replace")
        lost = repaired.count(LOST)
        whole = sum(not letter.isascii() for letter in repaired) - lost
        # Letters that are whole in UTF-8 do not come about by chance, so a file with more of them than of broken
        # ones is UTF-8 with a damage; read as Windows-1252 it would lose all its accents for one bad byte.
        return repaired if whole > lost else data.decode("cp1252", errors="replace")


def _bytes_of(path: Path, what: str) -> bytes:
    try:
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes())
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
                names = [name for name in names if Path(name).name.lower() != "footnotes.csv"]
                if len(names) != 1:
                    raise DataError(f"{path.name} holds {len(names)} CSV files; expected one: {what}. Unpack it first.")
                return archive.read(names[0])
        return path.read_bytes()
    except _DAMAGES as error:
        raise DataError(f"{path.name} is a damaged archive ({error}); expected {what}. Download it again.") from error
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened ({error.strerror}). Check its name and permissions.") from error


_Records = tuple[list[str], list[list[str]], list[int]]


def _records(
    text: str, file: str, what: str, delimiter: str, fields: Sequence[Field]
) -> tuple[_Records, list[Fault], int]:
    """Return names, cells and lines of the sound rows; the rows of another width; and how many rows there are.

    Only the cells of known fields are kept: some owners' files have thousands of columns.
    """
    csv.field_size_limit(_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(reader, [])]
        wanted = find_columns(fields, header, file, what)
        body: list[list[str]] = []
        lines: list[int] = []
        ragged: list[Fault] = []
        line = reader.line_num + 1
        is_first = True
        for row in reader:
            if row and not (is_first and _is_tags(row)):
                problem = _problem(row, len(header), delimiter)
                if problem:
                    ragged.append(Fault(file, line, "", delimiter.join(row)[:60], problem, _REMEDY_QUOTE))
                else:
                    body.append([row[position] for position in wanted.values()])
                    lines.append(line)
            is_first = False
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{file}, line {reader.line_num}: {error}; expected {what}. Download it again.") from error
    if not body and not ragged:
        raise DataError(f"{file} has a header but no rows; expected {what}. Download it again.")
    return (list(wanted), body, lines), ragged, len(body) + len(ragged)


def _is_tags(row: Sequence[str]) -> bool:
    """Return whether a row holds the HXL hashtags (#date, #geo+lat) some owners write below the header."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and all(cell.startswith("#") for cell in filled)


def _problem(row: list[str], width: int, delimiter: str) -> str:
    if len(row) != width:
        return f"the row has {len(row)} cells where the header has {width}"
    # A lost quotation mark swallows whole rows into one cell; a true note of several lines has few delimiters.
    for cell in row:
        if "\n" in cell and any(part.count(delimiter) >= max(width - 1, 2) for part in cell.split("\n")[1:]):
            return "a cell has swallowed the rows after it"
    return ""


def once(reading: Reading, key: Sequence[str]) -> Reading:
    """Return the reading with the first row of each key, and the others as refused."""
    twice = reading.rows.duplicated(list(key), keep="first")
    faults = [
        Fault(reading.file, int(line), ", ".join(key), ", ".join(map(str, values)), "the row is there twice", _KEEP_ONE)
        for line, *values in reading.rows.loc[twice, list(key)].itertuples()
    ]
    return replace(reading, rows=reading.rows[~twice], refused=(*reading.refused, *faults))
