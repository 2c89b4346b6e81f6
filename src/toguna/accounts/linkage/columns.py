"""`Compared`: which columns of a list are compared; `prepared`: all lists as one table of what the model compares."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from toguna.accounts.linkage.dates import add_birth, add_date, is_missing
from toguna.core.errors import AccountError

ALONE = "records"  # the name of a list that is given without one
_APART = re.compile(r"[^\w]+|_")


@dataclass(frozen=True)
class Compared:
    """Columns to compare; one that is None is not compared.

    Attributes
    ----------
    id : of the record, unique within its list; never compared
    given, family : names; where a list has only `name`, all lists are compared by the name as a whole
    name : free form, words in any order
    sex : any code, the same in all lists
    age : years at the event; needs `date`, from which the span of birth days follows
    birth : date, written 2012, 2012-04 or 2012-04-17 as far as it is known
    date : of the event, written likewise
    place : code whose beginnings are the areas it lies in, such as a p-code; as coarse as the purpose allows
    kind : of the event
    also : further columns of text, such as the father's name
    place_lengths : characters of the place code that name its larger areas, coarse first
    """

    id: str = "id"
    given: str | None = None
    family: str | None = None
    name: str | None = None
    sex: str | None = None
    age: str | None = None
    birth: str | None = None
    date: str | None = None
    place: str | None = None
    kind: str | None = None
    also: tuple[str, ...] = ()
    place_lengths: tuple[int, ...] = (4, 6)

    @property
    def chosen(self) -> dict[str, str]:
        """Column of each field that is compared, by field."""
        named = [one.name for one in fields(self) if one.name not in {"id", "also", "place_lengths"}]
        return {one: getattr(self, one) for one in named if getattr(self, one) is not None}


def usual(lists: Mapping[str, pd.DataFrame]) -> Compared:
    """Return the fields for which a list has a column of the same name."""
    there = {str(column) for table in lists.values() for column in table.columns}
    named = [one.name for one in fields(Compared) if one.name not in {"id", "also", "place_lengths"}]
    return Compared(**{one: one for one in named if one in there})  # type: ignore[arg-type]


def folded(value: Any) -> str | None:
    """Return text without case, accents and punctuation; None for nothing.

    Examples
    --------
    >>> folded("N'Diaye-Traoré")
    'n diaye traore'
    """
    if is_missing(value):
        return None
    parts = unicodedata.normalize("NFKD", str(value).casefold())
    plain = "".join(one for one in parts if not unicodedata.combining(one))
    return " ".join(_APART.sub(" ", plain).split()) or None


def prepared(lists: Mapping[str, pd.DataFrame], columns: Compared) -> pd.DataFrame:
    """Return one row a record: `record` (number from 0), `list_name`, `id`, and what is compared, None where not known.

    Raises
    ------
    AccountError
        No list; a column missing or an id empty or twice; a date that is none; nothing to compare.
    """
    _check(lists, columns)
    parts = [_one(name, table.reset_index(drop=True), columns) for name, table in lists.items()]
    whole = pd.concat(parts, ignore_index=True)
    whole.insert(0, "record", range(len(whole)))
    if columns.name and _needs_whole_names(whole, columns):
        whole = _by_whole_name(whole)
    else:
        whole = whole.drop(columns="name", errors="ignore")
    for field in ("given", "family"):
        if field in whole:
            for length in (1, 3):
                whole[f"{field}_{length}"] = _texts(one[:length] if one else None for one in whole[field])
    empty = [one for one in whole.columns[3:] if whole[one].isna().all() and not one.endswith(("_text", "_swap"))]
    return whole.drop(columns=empty)


def _check(lists: Mapping[str, pd.DataFrame], columns: Compared) -> None:
    if not lists or not any(len(table) for table in lists.values()):
        raise AccountError("There is no record to match. Give a table, or a mapping of list names to tables.")
    if not columns.chosen and not columns.also:
        raise AccountError(
            "No column is compared. Name columns as Compared does (given, family, birth, ...), or say which they are."
        )
    there = {str(column) for table in lists.values() for column in table.columns}
    if lost := [one for one in (*columns.chosen.values(), *columns.also) if one not in there]:
        raise AccountError(f"No list has the column {lost[0]!r}. Check its name in `columns`.")
    for name, table in lists.items():
        if columns.id not in table.columns:
            raise AccountError(f"List {name} has no column {columns.id!r} to know its records by. Add one, or name it.")
        ids = table[columns.id]
        if (bad := ids.isna() | ids.duplicated()).any():
            row = int(bad.to_numpy().argmax()) + 1
            raise AccountError(
                f"List {name}, row {row}, {columns.id}: the id is empty or used before. Give each record its own."
            )


def _one(name: str, table: pd.DataFrame, columns: Compared) -> pd.DataFrame:
    """Return what is compared of one list."""

    def column(field: str) -> pd.Series:
        named = getattr(columns, field)
        return table[named] if named in table else _texts([None] * len(table))

    found = pd.DataFrame({"list_name": name, "id": table[columns.id]})
    for field in ("given", "family", "name", "sex", "kind"):
        if getattr(columns, field):
            found[field] = _texts(folded(one) for one in column(field))
    if columns.place:
        codes = [(folded(one) or "").replace(" ", "") or None for one in column("place")]
        found["place"] = _texts(codes)
        for number, length in enumerate(columns.place_lengths):
            found[f"place_{number}"] = _texts(one[:length] if one and len(one) >= length else None for one in codes)
    if columns.date:
        add_date(found, name, columns.date, column("date"))
    if columns.birth or columns.age:
        add_birth(found, name, columns.birth or "", column("birth"), columns.age or "", column("age"))
    for number, other in enumerate(columns.also):
        values = table[other] if other in table else _texts([None] * len(table))
        found[f"also_{number}"] = _texts(folded(one) for one in values)
    return found


def _texts(values: Iterable[str | None]) -> pd.Series:
    """Return texts and None as they are: what pandas infers turns None into a number."""
    return pd.Series(list(values), dtype=object)


def _needs_whole_names(whole: pd.DataFrame, columns: Compared) -> bool:
    """Return whether some record has a name as a whole and no given and family name."""
    if not (columns.given or columns.family):
        return True
    parts = whole[[one for one in ("given", "family") if one in whole]]
    return bool((whole["name"].notna() & parts.isna().all(axis=1)).any())


def _by_whole_name(whole: pd.DataFrame) -> pd.DataFrame:
    """Return records with their names as sorted words, whatever they were written as."""
    parts = [one for one in ("given", "family") if one in whole]
    joined = [" ".join(word for word in row if isinstance(word, str)) for row in whole[parts].itertuples(index=False)]
    names = [one if isinstance(one, str) else other for one, other in zip(whole["name"], joined, strict=True)]
    words = [sorted(set(one.split())) or None for one in names]
    whole = whole.drop(columns=parts)
    whole["name"] = _texts(" ".join(one) if one else None for one in words)
    whole["words"] = pd.Series(words, dtype=object)
    return whole
