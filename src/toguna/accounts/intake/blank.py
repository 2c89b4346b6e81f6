"""Blank files to begin from: a template for spreadsheets, an XLSForm for phones, and the mapping that reads both."""

from __future__ import annotations

from typing import Literal

from toguna.accounts.book.ledger import Ledger
from toguna.accounts.intake.kinds import FieldKind, field_kinds, step_of
from toguna.accounts.intake.mapping import ColumnMapping, From, RecordId
from toguna.accounts.intake.sheets import csv_bytes, xlsx_bytes
from toguna.core.errors import AskError

RECORD = "record_id"  # column and question that name the record
SEPARATOR = ";"  # between several values in a cell
LANGUAGES = {"en": "English (en)", "fr": "Français (fr)"}
_TYPES = {"text": "text", "integer": "integer", "number": "decimal", "date": "date", "datetime": "dateTime"}
_WANTED = {
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "yes_no": "yes or no",
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DD HH:MM+00:00, with the offset from UTC",
}


def own_mapping(ledger: Ledger, step: str) -> ColumnMapping:
    """Return the mapping that reads a step's own template, and submissions of its own form."""
    fields = {one.name: From(column=one.name, split=SEPARATOR if one.is_many else "") for one in _asked(ledger, step)}
    return ColumnMapping(ledger=ledger.name, step=step, record_id=RecordId(column=RECORD), fields=fields, sheet=step)


def template(ledger: Ledger, step: str, to: Literal["xlsx", "csv"] = "xlsx") -> bytes:
    """Return an empty table for a step: headers, and in a workbook what each means and may hold.

    Parameters
    ----------
    to : csv holds the headers only
    """
    fields = _asked(ledger, step)
    header = [RECORD, *(one.name for one in fields)]
    if to == "csv":
        return csv_bytes([header])
    about = [["column", "means", "must be said", "write", "several"]]
    about.append([RECORD, "Number of the record in the ledger", "yes", "text", ""])
    listed = [["column", "code", *LANGUAGES.values()]]
    lists = {}
    for number, one in enumerate(fields, start=2):
        wanted = "a code of sheet choices" if one.choices else _WANTED[one.kind]
        several = f"parted by {SEPARATOR}" if one.is_many else ""
        about.append([one.name, one.description, "yes" if one.is_required else "", wanted, several])
        if one.choices:
            begin = len(listed) + 1
            listed += [
                [one.name, code, *(labels.get(key, "") for key in LANGUAGES)] for code, labels in one.choices.items()
            ]
            if not one.is_many:
                letter = _letter(number)
                lists[f"{letter}2:{letter}10000"] = f"choices!$B${begin}:$B${len(listed)}"
    return xlsx_bytes({step: [header], "about": about, "choices": listed}, lists)


def xlsform(ledger: Ledger, step: str, *, version: str) -> bytes:
    """Return an XLSForm that asks for what a step says, to be loaded into ODK Central or KoboToolbox.

    Parameters
    ----------
    version : of the form, as 2026112801
    """
    fields = _asked(ledger, step)
    labels = [f"label::{one}" for one in LANGUAGES.values()]
    hints = [f"hint::{one}" for one in LANGUAGES.values()]
    survey = [["type", "name", *labels, *hints, "required"]]
    survey.append(
        ["text", RECORD, "Number of the record in the ledger", "Numéro du dossier au registre", "", "", "yes"]
    )
    listed = [["list_name", "name", *labels]]
    for one in fields:
        hint = [f"Several: part them with {SEPARATOR}", f"Plusieurs : séparer par {SEPARATOR}"]
        shown = hint if one.is_many and not one.choices else ["", ""]
        about = one.description or one.name
        survey.append([_type(one), one.name, about, about, *shown, "yes" if one.is_required else ""])
        listed += [
            [one.name, code, *(words.get(key) or code for key in LANGUAGES)] for code, words in one.choices.items()
        ]
    if any(one.kind == "yes_no" for one in fields):
        listed += [["yes_no", "yes", "Yes", "Oui"], ["yes_no", "no", "No", "Non"]]
    title = f"Toguna {ledger.name}: {step}"
    settings = [["form_title", "form_id", "version", "default_language"]]
    settings.append([title, f"toguna_{ledger.name}_{step}", version, LANGUAGES["en"]])
    return xlsx_bytes({"survey": survey, "choices": listed, "settings": settings})


def _asked(ledger: Ledger, step: str) -> list[FieldKind]:
    """Return the fields a form can ask for.

    Raises
    ------
    AskError
        One that must be said has parts of its own, or there is no such step.
    """
    step_of(ledger, step)
    kinds = field_kinds(ledger, step).values()
    hard = [one.name for one in kinds if one.kind == "object" and one.is_required]
    if hard:
        raise AskError(f"{step!r} has fields with parts of their own: {', '.join(hard)}. Enter this step by hand.")
    return [one for one in kinds if one.kind != "object"]


def _type(one: FieldKind) -> str:
    if one.choices:
        return f"{'select_multiple' if one.is_many else 'select_one'} {one.name}"
    return "select_one yes_no" if one.kind == "yes_no" else _TYPES["text" if one.is_many else one.kind]


def _letter(number: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> _letter(1), _letter(26), _letter(27)
    ('A', 'Z', 'AA')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
