"""Rows of the API as the cells a reader sees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toguna.assessment.principles import HUMAN_RIGHTS, PRINCIPLES
from toguna.briefing.language import Language
from toguna.core.words import N_
from toguna.web.lite.picture import amount
from toguna.web.lite.screens import Panel

_NAMES = {one.rank: one.name for one in (*PRINCIPLES, HUMAN_RIGHTS)}
_CODES = {
    "refugees": N_("refugees"), "asylum_seekers": N_("asylum seekers"), "idps": N_("internally displaced people"),
    "returned_refugees": N_("returned refugees"), "returned_idps": N_("returned displaced people"),
    "resettled": N_("resettled"), "naturalised": N_("naturalised"), "stock": N_("present"), "flow": N_("moved"),
    "better": N_("better"), "worse": N_("worse"), "steady": N_("steady"), "neither": N_("neither better nor worse"),
    "unknown": N_("unknown"), "open": N_("open"), "contested": N_("contested"), "closed": N_("closed"),
    "high": N_("high"), "medium": N_("medium"), "low": N_("low"), "yes": N_("yes"), "no": N_("no"),
    "government": N_("state forces"), "non_state": N_("armed groups"), "paved": N_("paved"), "unpaved": N_("unpaved"),
    "piste": N_("piste"), "ferry": N_("ferry"), "ddr_number": N_("DDR caseload"), "arms": N_("arms"),
    "cantonment": N_("cantonment"), "convention": N_("convention"), "base": N_("base"),
}  # fmt: skip
_COUNTRIES = {"iso3", "origin", "host"}
_SEE_UNIT = "see unit"  # the unit stands in a column of its own
_PERIODS = {"period", "date", "date_start", "date_end", "until"}
_DATED = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LONGEST = 160  # letters of a cell; the file holds the whole text


@dataclass(frozen=True)
class Cell:
    """A cell: its text, whether it is a number, whether it is not known, and the number behind the text."""

    text: str
    is_number: bool = False
    is_missing: bool = False
    value: float | None = None


@dataclass(frozen=True)
class Table:
    """A table of a page.

    Attributes
    ----------
    heads : head and whether its cells are numbers
    total : rows there are in all; the page may show fewer
    link : address of the file with all of them
    """

    title: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    link: str


def tables(panel: Panel, body: dict[str, Any], say: Language, link: str, most: int) -> list[Table]:
    """Return the table of a panel, or one for each group of its rows."""
    columns = _columns(panel, body["meta"]["columns"])
    rows = list(body["data"])
    total = int(body["meta"]["total"])
    if panel.first_of:
        rows = list({row[panel.first_of]: row for row in reversed(rows)}.values())[::-1]
    if not panel.group:
        return [_table(say(panel.title), columns, rows[:most], say, total, link)]
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[panel.group], []).append(row)
    # The five principles stand in their order, human rights across all of them last.
    order = sorted(groups, key=lambda one: one or len(_NAMES))
    return [
        _table(
            _group_name(panel, one, say),
            _filled(columns, groups[one]),
            groups[one][:most],
            say,
            0,
            f"{link}&{panel.group}={one}",
        )
        for one in order
    ]


def _group_name(panel: Panel, value: Any, say: Language) -> str:
    if panel.group == "principle":
        name = say(_NAMES.get(value, str(value)))
        return f"{value}. {name}" if value else name
    return str(value)


def _columns(panel: Panel, known: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {one["name"]: one for one in known}
    shown = [by_name[name] for name in panel.columns if name in by_name]
    return shown or list(known)[:9]


def _filled(columns: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the columns that say something in any of these rows."""
    return [one for one in columns if any(row.get(one["name"]) not in (None, "") for row in rows)]


def _table(
    title: str, columns: list[dict[str, Any]], rows: list[dict[str, Any]], say: Language, total: int, link: str
) -> Table:
    heads = tuple((_head(one, say), one["kind"] == "number") for one in columns)
    made = tuple(tuple(cell(row.get(one["name"]), one, say) for one in columns) for row in rows)
    return Table(title, heads, made, total or len(rows), link)


def _head(column: dict[str, Any], say: Language) -> str:
    label, unit = say(str(column["label"])), column.get("unit")
    return f"{label} ({say(str(unit))})" if unit and unit != _SEE_UNIT and say(_SEE_UNIT) != unit else label


def cell(value: Any, column: dict[str, Any], say: Language) -> Cell:
    """Return a value as it is shown; what is not known says so and is never zero."""
    kind = column["kind"]
    if value is None or (value == "" and kind == "number"):
        return Cell(say("no data"), kind == "number", is_missing=True)
    if isinstance(value, bool):
        return Cell(say(_CODES["yes" if value else "no"]))
    if kind == "number" and isinstance(value, int | float):
        is_year = column["name"] in {"year", "population_year", "milestone"}
        return Cell(str(value) if is_year else amount(float(value), say), is_number=True, value=float(value))
    text = str(value)
    if kind == "month" or column["name"] in _PERIODS:
        return Cell(say.period(text) if _DATED.fullmatch(text) else text)
    if column["name"] in _COUNTRIES and len(text) == 3:
        return Cell(say.country(text))
    text = say(_CODES.get(text, text))
    return Cell(text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …")
