"""An XLSForm as it asks: questions with their paths, choices with their labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toguna.accounts.intake.cells import as_text
from toguna.accounts.intake.workbook import open_workbook
from toguna.core.errors import DataError, Fault

FILES = frozenset({"image", "photo", "audio", "background-audio", "video", "file"})
SELECTS = ("select_one", "select_multiple")


@dataclass(frozen=True)
class Question:
    """A question: its path, "group/field"; its type; the list its codes are of; the repeat it is in; its label."""

    path: str
    kind: str
    choices: str
    repeat: str
    label: str


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes
    ----------
    id, version : as its settings say
    questions : by path
    choices : labels by language by code by list
    """

    id: str
    version: str
    questions: Mapping[str, Question]
    choices: Mapping[str, Mapping[str, Mapping[str, str]]]


def read_xlsform(name: str, content: bytes) -> Form:
    """Return the form of an .xlsx.

    Raises
    ------
    DataError
        The workbook is none, or its groups do not close.
    """
    book = open_workbook(name, content, values=True)
    if isinstance(book, Fault):
        raise DataError(str(book))
    if "survey" not in book.sheetnames:
        raise DataError(f"{name}: there is no sheet 'survey'. Give the XLSForm the submissions were made with.")
    settings = next(iter(_rows(book, "settings")), {})
    choices: dict[str, dict[str, dict[str, str]]] = {}
    for row in _rows(book, "choices"):
        group = choices.setdefault(row.get("list_name") or row.get("list name", ""), {})
        group[row.get("name") or row.get("value", "")] = _labels(row)
    questions = {one.path: one for one in _questions(name, _rows(book, "survey"))}
    return Form(settings.get("form_id", ""), settings.get("version", ""), questions, choices)


def _rows(book: Any, title: str) -> Iterator[dict[str, str]]:
    if title not in book.sheetnames:
        return
    lines = book[title].iter_rows(values_only=True)
    header = [as_text(one) for one in next(lines, ())]
    for line in lines:
        row = {key: as_text(cell) for key, cell in zip(header, line, strict=False) if key}
        if any(row.values()):
            yield row


def _labels(row: Mapping[str, str]) -> dict[str, str]:
    """Return labels by language code: of "label::French (fr)" "fr", of a bare "label" ""."""
    found = {}
    for key, text in row.items():
        column, _, language = key.partition("::")
        if column.strip().lower() == "label" and text:
            code = language[language.rfind("(") + 1 : -1] if language.endswith(")") else language.strip()
            found[code] = text
    return found


def _questions(name: str, rows: Iterator[dict[str, str]]) -> Iterator[Question]:
    around: list[tuple[str, str]] = []  # kind and name of each group still open
    for row in rows:
        kind = row.get("type", "").strip()
        words = kind.replace("_", " ", 1).split() if kind.startswith(("begin", "end")) else kind.split()
        if not words:
            continue
        if words[0] == "begin":
            around.append((words[1], row.get("name", "")))
        elif words[0] == "end":
            if not around or around.pop()[0] != words[1]:
                raise DataError(f"{name}, survey: {kind!r} closes what is not open. Mend the form.")
        elif row.get("name"):
            path = "/".join([*(group for _, group in around), row["name"]])
            repeat = ""
            for depth, (what, _) in enumerate(around, start=1):
                if what == "repeat":
                    repeat = "/".join(group for _, group in around[:depth])
            labels = _labels(row)
            listed = words[1] if words[0] in SELECTS and len(words) > 1 else ""
            yield Question(path, words[0], listed, repeat, next(iter(labels.values()), ""))
    if around:
        raise DataError(f"{name}, survey: group {around[-1][1]!r} is not closed. Mend the form.")
