"""Columns a source file has, and how their text becomes values or a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from toguna.core.errors import Fault

Kind = Literal["text", "number", "integer", "year", "month", "date", "flag"]
MOST_PEOPLE = 2e9  # no country has as many; a larger figure is a slip
LOST = "\ufffd"  # stands where a letter could not be decoded


@dataclass(frozen=True)
class Field:
    """A column of a source file.

    Attributes
    ----------
    name : name in our rows
    kind : what its text must be
    aliases : names in the owner's files, of any version; `name` itself is always tried first
    required : the file is refused without this column
    empty : an empty cell is allowed (missing number, empty text)
    low, high : bounds of a number
    one_of : the only texts allowed, compared without regard to case
    example : shown in the remedy
    missing : words the owner writes where there is no value ("-", "NA"); read as an empty cell
    """

    name: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = True
    empty: bool = False
    low: float | None = None
    high: float | None = None
    one_of: tuple[str, ...] = ()
    example: str = ""
    missing: tuple[str, ...] = ()


LONGITUDE = Field("longitude", "number", ("lon", "long", "x", "longitude_deg"), low=-180, high=180, example="-3.0074")
LATITUDE = Field("latitude", "number", ("lat", "y", "latitude_deg"), low=-90, high=90, example="16.7735")


def convert(raw: pd.DataFrame, fields: Sequence[Field], file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows with declared types, and one fault for each row that breaks a rule (the first it breaks)."""
    values: dict[str, pd.Series] = {}
    faults: dict[int, Fault] = {}
    for field in fields:
        text = raw[field.name].str.strip() if field.name in raw else pd.Series("", index=raw.index, dtype=str)
        text = text.mask(text.isin(field.missing), "")
        made, problem = _CONVERT[field.kind](text)
        is_empty = text == ""
        bad = (~is_empty & problem) | (is_empty & (not field.empty) & (field.name in raw))
        bad |= _out_of_bounds(made, field)
        values[field.name] = made
        for line in raw.index[bad.to_numpy(dtype=bool)]:
            faults.setdefault(int(line), _fault(file, int(line), field, str(text.loc[line])))
    rows = pd.DataFrame(values, index=raw.index)
    return rows[~rows.index.isin(list(faults))], [faults[line] for line in sorted(faults)]


def _out_of_bounds(made: pd.Series, field: Field) -> pd.Series:
    bad = pd.Series(False, index=made.index)
    if field.low is not None:
        bad |= made.astype(float) < field.low
    if field.high is not None:
        bad |= made.astype(float) > field.high
    if field.one_of:
        known = {word.casefold() for word in field.one_of}
        bad |= ~made.str.casefold().isin(known | ({""} if field.empty else set()))
    return bad


def _fault(file: str, line: int, field: Field, text: str) -> Fault:
    if LOST in text:
        remedy = "Save the file as UTF-8, or restore the cell from the owner's file."
        return Fault(file, line, field.name, text[:60], "a letter cannot be read", remedy)
    if text == "":
        problem = "the cell is empty"
    elif field.one_of:
        problem = f"the word is none of {', '.join(field.one_of)}"
    elif field.low == 0 and text.startswith("-"):
        problem = "the number is negative"
    elif field.low is not None and field.kind in {"number", "integer"}:
        problem = f"the value is no {field.kind} between {field.low:g} and {field.high or np.inf:g}"
    else:
        problem = f"the value is no {field.kind}"
    example = f" such as {field.example or _EXAMPLES[field.kind]}"
    return Fault(file, line, field.name, text[:60], problem, f"Expected a {field.kind}{example}.")


_Converted = tuple[pd.Series, pd.Series]


def _text(text: pd.Series) -> _Converted:
    return text, text.str.contains(LOST, regex=False).astype(bool)


def _number(text: pd.Series) -> _Converted:
    made = pd.to_numeric(text.where(text != ""), errors="coerce").astype(float)
    made = made.where(np.isfinite(made))
    return made, made.isna()


def _integer(text: pd.Series) -> _Converted:
    made, bad = _number(text)
    return made, bad | (made != made.round())


def _year(text: pd.Series) -> _Converted:
    made, bad = _integer(text)
    return made, bad | ~made.between(1800, 2200)


def _month(text: pd.Series) -> _Converted:
    return text, ~text.str.fullmatch(r"(18|19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")


def _date(text: pd.Series) -> _Converted:
    """Accept ISO days with or without a time, day-month-name-year (02 January 2013), and slashed days if certain."""
    cut = text.where(~text.str.match(r"\d{4}-\d{2}-\d{2}[ T]"), text.str[:10])
    made = _days(cut, "%Y-%m-%d")
    made = made.fillna(_days(cut, "%d %B %Y")).fillna(_slashed(cut))
    bad = made.isna() | ~made.dt.year.between(1800, 2200)
    return made.dt.strftime("%Y-%m-%d").fillna("").astype(str), bad


def _days(text: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(text.where(text != ""), format=form, errors="coerce")


def _slashed(text: pd.Series) -> pd.Series:
    """Return days such as 2/13/2013 or 13/2/2013, where other cells of the column leave no doubt which comes first."""
    month_first, day_first = _days(text, "%m/%d/%Y"), _days(text, "%d/%m/%Y")
    only_month_first = (month_first.notna() & day_first.isna()).any()
    only_day_first = (day_first.notna() & month_first.isna()).any()
    if only_month_first == only_day_first:
        return month_first.where(month_first == day_first)
    return month_first if only_month_first else day_first


def _flag(text: pd.Series) -> _Converted:
    yes = text.str.casefold().isin(["1", "1.0", "true", "yes", "y", "t"])
    no = text.str.casefold().isin(["0", "0.0", "false", "no", "n", "f", ""])
    return yes, ~(yes | no)


_CONVERT = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "year": _year,
    "month": _month,
    "date": _date,
    "flag": _flag,
}
_EXAMPLES: Mapping[str, str] = {
    "text": "a word",
    "number": "12.5",
    "integer": "12",
    "year": "2013",
    "month": "2013-02",
    "date": "2013-02-28",
    "flag": "0 or 1",
}
