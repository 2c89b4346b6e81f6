"""Rows of a scenario's CSV files, and numbers in them, with file and line in every complaint."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from toguna.core.errors import DataError


def lines_of(path: Path) -> list[list[str]]:
    """Return all lines of a file as stripped cells."""
    if not path.is_file():
        raise DataError(f"{path.parent.name}/{path.name} is missing. Restore it from the scenario's owner.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 text. Save it as 'CSV UTF-8'.") from error
    return [[cell.strip() for cell in row] for row in csv.reader(text.splitlines())]


def heading_of(path: Path) -> list[str]:
    """Return the first line of a file without the mark of a comment and without empty columns at its end."""
    lines = lines_of(path)
    head = lines[0] if lines else []
    while head and not head[-1]:
        head.pop()  # spreadsheets leave empty columns behind
    return [cell.lstrip("#").strip() for cell in head]


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line numbers and cells of a file, without lines that begin with # and blank ones."""
    for line, cells in enumerate(lines_of(path), start=1):
        if any(cells) and not cells[0].startswith("#"):
            yield line, cells


def number(path: Path, line: int, what: str, text: str, low: float = -np.inf) -> float:
    """Return a number of a cell, or say which line holds none."""
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value) or value < low:
        bound = "" if low == -np.inf else f" of {low:g} or more"
        raise DataError(f"{path.name}, line {line}: {what} is {text!r}. Expected a number{bound}.")
    return value


def by_day(path: Path) -> tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return columns, days and values (days x columns) of a file whose first column is the day, in order."""
    head = heading_of(path)[1:]
    days: list[int] = []
    values: list[list[float]] = []
    for line, cells in rows_of(path):
        if line == 1:
            continue
        day = int(number(path, line, "day", cells[0], 0))
        if days and day <= days[-1]:
            raise DataError(f"{path.name}, line {line}: day {day} comes after day {days[-1]}. Put the days in order.")
        while len(cells) > len(head) + 1 and not cells[-1]:
            cells.pop()
        if len(cells) != len(head) + 1:
            raise DataError(f"{path.name}, line {line}: {len(cells)} cells where the heading has {len(head) + 1}.")
        days.append(day)
        values.append([number(path, line, head[at], cell, 0) for at, cell in enumerate(cells[1:])])
    return head, np.array(days, dtype=np.int64), np.array(values, dtype=float).reshape(len(days), len(head))
