"""Curated figures on disarmament, demobilisation, reintegration, arms and bases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from toguna.core.errors import AskError, Fault
from toguna.country.profile import Profile
from toguna.country.seen import last_day
from toguna.sources.atlas import Atlas
from toguna.sources.curated import CITED, COUNTRY, about, about_country, amount, numbered, refused, slug, with_bases
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import Made, days_after

# What a bare number counts, by kind of row.
_UNITS: Mapping[str, str] = {
    "base": "people",
    "cantonment": "sites",
    "ddr_number": "people",
    "arms": "weapons",
    "convention": "states",
}
_WORDS: Mapping[str, str] = {"combatants": "people", "fighters": "people", "people": "people", "soldiers": "people"}
_PERIOD = re.compile(r"\d{4}(-\d{2}){0,2}")

FIELDS = (
    Field("kind", one_of=tuple(_UNITS)),
    Field("group", empty=True),
    Field("item"),
    Field("date", empty=True),
    Field("date_end", empty=True),
    Field("value", empty=True),
    *CITED,
    COUNTRY,
)
_COLUMNS = (
    "item_id",
    "kind",
    "group",
    "item",
    "date",
    "date_end",
    "amount",
    "unit",
    "value",
    "citation",
    "confidence",
    "note",
    "source",
    "published",
    "basis",
)


class CuratedDdrArms:
    """Reads `ddr_arms.csv`; one row a figure or fact.

    A row is public a month after the end of its period. A base with both dates becomes two rows, opened and
    closed, so that it is seen while it stands and its closing is not seen before.
    """

    about = about("curated-ddr-arms", "Curated figures on DDR, arms and bases", days_after(30))
    files: tuple[str, ...] = ("ddr_arms.csv",)
    provides: tuple[str, ...] = ("ddr_arms",)

    def read(self, path: Path) -> Reading:
        """Return the figures of one file."""
        return with_bases(read_delimited(path, FIELDS, what="curated DDR and arms figures, one row a figure"))

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the figures about this country that can be placed in time."""
        found: list[dict[str, object]] = []
        faults: list[Fault] = []
        for reading in readings:
            rows = about_country(reading.rows, profile)
            rows = rows.assign(date=rows["date"].str.strip(), date_end=rows["date_end"].str.strip())
            rows, refusals = _dated(reading, rows)
            faults += refusals
            for _, row in rows.iterrows():
                found += _items(row)
        table = pd.DataFrame(found, columns=list(_COLUMNS))
        table = table.drop_duplicates(["kind", "group", "item", "date", "date_end", "value"], ignore_index=True)
        table["item_id"] = numbered([str(name) for name in table["item_id"]])
        table["amount"] = table["amount"].astype(float)
        table["source"] = self.about.key
        ends = [str(end or start) for start, end in zip(table["date"], table["date_end"], strict=True)]
        table["published"] = pd.to_datetime([self.about.lag.published(end) for end in ends])
        return Made({"ddr_arms": table}, tuple(faults))


def _dated(reading: Reading, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the rows with a date or an end, and the others as faults: no as-of month could show or hide them."""
    start, end = rows["date"].map(period), rows["date_end"].map(period)
    none = (start == "") & (end == "")
    kept, faults = refused(reading, rows, none, "date", "neither a date nor an end is given", "Add the year at least.")
    unreadable = (kept["date"] != "") & (start[~none] == "")
    kept, found = refused(
        reading, kept, unreadable, "date", "the date is no day, month or year", "Write it YYYY-MM-DD."
    )
    faults += found
    start, end = start[kept.index], end[kept.index]
    crossed = (start != "") & (end != "") & (end.map(_last) < start.map(_last))
    kept, found = refused(reading, kept, crossed, "date_end", "the period ends before it begins", "Correct the dates.")
    return kept, faults + found


def period(text: str) -> str:
    """Return the day, month or year a text names, "" if it names none.

    Examples
    --------
    >>> period("2013-01"), period("before 2023-12-08"), period("2013-45"), period("unknown")
    ('2013-01', '2023-12-08', '', '')
    """
    found = _PERIOD.search(text)
    return found[0] if found and _last(found[0]) else ""


def _last(text: str) -> str:
    try:
        return last_day(text).isoformat() if "1800" <= text[:4] <= "2200" else ""
    except (ValueError, AskError):
        return ""


def _items(row: pd.Series) -> list[dict[str, object]]:
    """Return the row as one item, or a base's opening and closing as two."""
    start, end, note = period(row["date"]), period(row["date_end"]), str(row["note"])
    if row["date_end"] not in {"", end}:
        note = "; ".join(word for word in (note, f"end: {row['date_end']}") if word)
    if row["kind"].casefold() != "base":
        return [_item(row, start or end, end if start else "", note, str(row["item"]))]
    opened = _item(row, start, "", "" if end else note, f"{row['item']}: opened")
    closed = _item(row, end, "", note, f"{row['item']}: closed")
    return [item for item in (opened, closed) if item["date"]]


def _item(row: pd.Series, start: str, end: str, note: str, item: str) -> dict[str, object]:
    # A cantonment is a place of fighters: the pack names it, and says no more about where it is.
    item = re.sub(r",?\s*\d+\.\d+ [NS],? \d+\.\d+ [EW]", "", item)
    figure, unit = figure_of(str(row["value"]), str(row["kind"]).casefold())
    return {
        **{name: row[name] for name in ("group", "value", "citation", "confidence", "basis")},
        "kind": row["kind"].casefold(),
        "item_id": "-".join(slug(start[:4], item).split("-")[:4]),  # short: readers type it
        "item": item,
        "date": start,
        "date_end": end,
        "amount": figure,
        "unit": unit,
        "note": note,
    }


def figure_of(value: str, kind: str) -> tuple[float | None, str]:
    """Return the single figure a value states and its unit; None and "" where it states none or several.

    Examples
    --------
    >>> figure_of("2681 combatants", "cantonment"), figure_of("3000", "arms"), figure_of("USD 3 million", "arms")
    ((2681.0, 'people'), (3000.0, 'weapons'), (3000000.0, 'USD'))
    >>> figure_of("150 t ammunition; 200 weapons; 60 IEDs", "arms"), figure_of("150 Senegalese", "base")
    ((None, ''), (150.0, 'people'))
    """
    money = re.fullmatch(r"([A-Z]{3}) ([\d.,]+)( million)?", value.strip())
    if money and (sum_ := amount(money[2])) is not None:
        return sum_ * (1e6 if money[3] else 1), money[1]
    found = re.fullmatch(r"([\d.,]+)(?: ([A-Za-z]+))?", value.strip())
    number = amount(found[1]) if found else None
    if found is None or number is None:
        return None, ""
    word = (found[2] or "").casefold()
    # At a base a word after the number is a nationality: the figure counts people.
    if not word or kind == "base":
        return number, _UNITS[kind]
    return number, _WORDS.get(word, word)
