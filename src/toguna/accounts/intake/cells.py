"""What a cell says as the value a field takes; how it cannot be is said without the value."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from toguna.accounts.intake.kinds import FieldKind
from toguna.accounts.intake.mapping import EXCEL, ColumnMapping, From

YES = frozenset({"yes", "y", "true", "1", "oui", "o", "vrai"})
NO = frozenset({"no", "n", "false", "0", "non", "faux"})
_EPOCH = datetime(1899, 12, 30)
_NUMBER = {mark: re.compile(rf"[+-]?\d+([{mark}]\d+)?(e[+-]?\d+)?") for mark in ".,"}
_ISO_DAY, _ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_SPACES = str.maketrans("", "", " \u00a0\u202f'")


class CellFault(ValueError):  # noqa: N818 - the house says fault
    """A cell that is not what its field takes: problem and remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


def as_text(cell: Any) -> str:
    """Return a cell as text, as a person would have typed it.

    Examples
    --------
    >>> as_text(12.0), as_text(date(2013, 2, 3)), as_text(" =1+1 ")
    ('12', '2013-02-03', '=1+1')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()


def read_cell(cells: list[Any], field: FieldKind, source: From, mapping: ColumnMapping) -> Any:
    """Return the value of a field; None where the cells are empty.

    Parameters
    ----------
    cells : of the columns the field comes from; a list in a cell is several values

    Raises
    ------
    CellFault
        They hold nothing such a field takes.
    """
    if any(isinstance(one, list) for one in cells):
        parts = [as_text(part) for one in cells for part in (one if isinstance(one, list) else [one])]
    else:
        text = " ".join(filter(None, map(as_text, cells)))
        parts = text.split(source.split) if source.split and field.is_many else [text]
    codes = {key.strip().casefold(): code for key, code in source.codes.items()}
    if not codes and len(cells) == 1 and field.kind in {"integer", "number"} and _is_number(cells[0]):
        parts = [repr(cells[0]).replace(".", mapping.decimal)]  # a number of the spreadsheet itself
    said = [codes.get(part.strip().casefold(), part.strip()) for part in parts if part.strip()]
    if not said:
        return None
    values = [_value(one, field, source, mapping) for one in said]
    if field.is_many:
        return values
    if len(values) > 1:
        raise CellFault("several values where one is asked for", "Keep one.")
    return values[0]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _value(text: str, field: FieldKind, source: From, mapping: ColumnMapping) -> Any:
    formats = source.date_formats or mapping.date_formats
    match field.kind:
        case "integer" | "number":
            return _number(text, field, mapping)
        case "yes_no":
            return _yes_no(text)
        case "date":
            return _date(text, formats).isoformat()
        case "datetime":
            return _moment(text, formats, mapping.time_zone).isoformat()
        case "object":
            raise CellFault("the field has parts of its own", "Enter the step by hand.")
        case _:
            return text


def _number(text: str, field: FieldKind, mapping: ColumnMapping) -> int | float:
    bare = text.translate(_SPACES)
    if not _NUMBER[mapping.decimal].fullmatch(bare):
        raise CellFault("not a number", f"Write digits, with {mapping.decimal!r} before decimals as in the mapping.")
    number = float(bare.replace(",", "."))
    if not math.isfinite(number):
        raise CellFault("not a number", "Write digits.")
    if field.kind == "number":
        return number
    if not number.is_integer():
        raise CellFault("not a whole number", "Write a whole number.")
    return int(number)


def _yes_no(text: str) -> bool:
    bare = text.casefold()
    if bare not in YES | NO:
        raise CellFault("neither yes nor no", "Write yes or no (oui, non), or translate it under codes in the mapping.")
    return bare in YES


def _parsed(text: str, formats: tuple[str, ...]) -> date | datetime:
    """Return the date or time a text says: ISO 8601, or as the mapping's formats; day and month are not guessed."""
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _ISO_TIME.match(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    for one in formats:
        if one == EXCEL:
            if re.fullmatch(r"\d{4,6}([.,]\d+)?", text):
                days = float(text.replace(",", "."))
                at = _EPOCH + timedelta(seconds=round(days * 86400))
                return at.date() if days.is_integer() else at
            continue
        try:
            at = datetime.strptime(text, one)
        except ValueError:
            continue
        return at if re.search(r"%[HIXcM]", one) else at.date()
    shown = ", ".join(("YYYY-MM-DD", *formats))
    raise CellFault("not a date in a form the mapping knows", f"Write it as one of: {shown}; or add date_formats.")


def _date(text: str, formats: tuple[str, ...]) -> date:
    found = _parsed(text, formats)
    if not isinstance(found, datetime):
        return found
    if found.time() != time(0):
        raise CellFault("a time where a day is asked for", "Write the day only.")
    return found.date()


def _moment(text: str, formats: tuple[str, ...], zone: str) -> datetime:
    found = _parsed(text, formats)
    if not isinstance(found, datetime):
        raise CellFault("a day without a time", "Add hours and minutes; midnight is not assumed.")
    if found.tzinfo is not None:
        return found
    if not zone:
        raise CellFault("a time without offset from UTC", "Write the offset, or set time_zone in the mapping.")
    local = found.replace(tzinfo=ZoneInfo(zone))
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise CellFault("a time in the hour clocks were changed", "Write its offset from UTC.")
    return local
