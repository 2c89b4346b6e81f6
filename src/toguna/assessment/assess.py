"""`assess`: every indicator, in the order of the principles, with change, confidence and age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pandas as pd

from toguna.assessment.confidence import confidence
from toguna.assessment.indicator import Direction, Figure, Indicator
from toguna.assessment.principles import HUMAN_RIGHTS, PRINCIPLES
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.core.registry import plugins
from toguna.country.country import Country
from toguna.country.seen import last_day

_YEAR = 12
_SLACK = 2  # months by which the earlier count may miss the anniversary


@dataclass(frozen=True)
class Assessment:
    """A country by the five principles, in order.

    Attributes
    ----------
    table : one row a figure: number_id, principle, code, indicator, label, subject, subject_name,
        subject_kind, period, value, unit, low, high, change (same unit, against twelve months earlier),
        change_from (period of the earlier value), direction, turn (better, worse, steady, unknown),
        confidence, reason, age_months, is_missing, why_missing, sources, milestone (year, or 0 for now)
    figures : the figures behind the table, by number_id, with the rows they were made from
    country : what was assessed
    """

    table: pd.DataFrame = field(repr=False)
    figures: dict[str, tuple[Indicator, Figure]] = field(repr=False)
    country: Country

    @property
    def made_from(self) -> MadeFrom:
        """Pack, its hash and what was asked."""
        return self.country.made_from

    def now(self, code: str) -> pd.DataFrame:
        """Return the present figures of an indicator."""
        return self.table[(self.table["code"] == code) & (self.table["milestone"] == 0)]

    def value(self, number_id: str) -> float:
        """Return the value of a printed number; NaN where it is missing."""
        return float(self.table.set_index("number_id").loc[number_id, "value"])

    def __str__(self) -> str:
        """Return the five principles in order with the first figure of each indicator."""
        lines = [f"{self.country.profile.label('en')}, as of {self.country.month}"]
        for principle in (*PRINCIPLES, HUMAN_RIGHTS):
            lines.append(f"{principle.rank or 'R'}  {principle.name}")
            now = self.table[(self.table["principle"] == principle.rank) & (self.table["milestone"] == 0)]
            for row in now.drop_duplicates("code").itertuples():
                value = "missing" if row.is_missing else f"{row.value:,.6g} {row.unit}"
                lines.append(f"   {row.number_id:22} {row.label}: {value} ({row.turn})")
        return "\n".join(lines)


def indicators() -> list[Indicator]:
    """Return all registered indicators in the order of the principles, human rights last."""
    found = [one for group in plugins("indicators").values() for one in group]
    return sorted(found, key=lambda one: (one.principle or len(PRINCIPLES) + 1, _number(one.code)))


def assess(country: Country) -> Assessment:
    """Return the assessment of a country by the five principles in order of priority.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> picture = assess(read_country("ouadji"))
    >>> picture.value("1.1-XNA")
    9000.0
    """
    figures: dict[str, tuple[Indicator, Figure]] = {}
    rows: list[dict[str, Any]] = []
    for one in indicators():
        for number_id, figure, milestone in _figures(country, one):
            figures[number_id] = (one, figure)
            rows.append(_row(country, one, figure, number_id, milestone))
        _add_changes(country, one, rows)
    return Assessment(pd.DataFrame(rows), figures, country)


def _figures(country: Country, one: Indicator) -> Iterator[tuple[str, Figure, int]]:
    for figure in one.formula(country):
        tail = f"@{figure.period}" if one.is_series and figure.value is not None else ""
        yield f"{one.code}-{figure.subject}{tail}", figure, 0
    if one.is_series or one.is_standing:
        return
    for year in country.profile.milestones:
        december = Month(year, 12)
        if december < country.month:
            for figure in one.formula(_up_to(country, december)):
                # A standing figure is no record of that year, and neither is the last count of an earlier one.
                if figure.value is not None and figure.period.startswith(str(year)):
                    yield f"{one.code}-{figure.subject}@{year}", figure, year


def said_of(country: Country, figure: Figure, column: str) -> set[str]:
    """Return what a column says of the rows a figure rests on."""
    columns = ((_column(country, name, column), rows) for name, rows in figure.rows.items())
    return {known[row] for known, rows in columns for row in rows}


@lru_cache(maxsize=256)
def _column(country: Country, table: str, column: str) -> dict[Any, str]:
    """Return a column by row; a dictionary is asked for a row a hundred times as quickly as a table."""
    return dict(country.table(table)[column].items())


@lru_cache(maxsize=64)
def _up_to(country: Country, month: Month) -> Country:
    """Return what the country shows about the time up to a month; the same months are asked by every indicator."""
    return country.seen_from(month, hindsight=True)


def _row(country: Country, one: Indicator, figure: Figure, number_id: str, milestone: int) -> dict[str, Any]:
    age = country.month.since(Month.of(last_day(figure.period))) if figure.period else None
    grade, reason = confidence(figure, said_of(country, figure, "basis"), age)
    sources = sorted(said_of(country, figure, "source"))
    return {
        "number_id": number_id,
        "principle": one.principle,
        "code": one.code,
        "indicator": one.key,
        "label": one.label,
        "subject": figure.subject,
        "subject_name": figure.name,
        "subject_kind": str(figure.kind),
        "period": figure.period,
        "value": float("nan") if figure.value is None else figure.value,
        "unit": one.unit,
        "low": float("nan") if figure.low is None else figure.low,
        "high": float("nan") if figure.high is None else figure.high,
        "change": float("nan"),
        "change_from": "",
        "direction": str(one.direction),
        "turn": "unknown",
        "confidence": "" if figure.value is None else grade,
        "reason": figure.why_missing if figure.value is None else reason,
        "age_months": float("nan") if age is None else float(max(age, 0)),
        "is_missing": figure.value is None,
        "sources": ", ".join(sources),
        "milestone": milestone,
    }


def _add_changes(country: Country, one: Indicator, rows: list[dict[str, Any]]) -> None:
    """Set the change over twelve months of the present figures of an indicator."""
    if one.is_series or one.is_standing:
        return
    earlier: dict[Month, dict[str, Figure]] = {}
    for row in rows:
        if row["code"] != one.code or row["milestone"] or row["is_missing"] or not row["period"]:
            continue
        then = Month.of(last_day(row["period"])).back(_YEAR)
        if then not in earlier:
            before = one.formula(_up_to(country, then))
            earlier[then] = {figure.subject: figure for figure in before}
        figure = earlier[then].get(row["subject"])
        if figure is None or figure.value is None or not figure.period:
            continue
        if 0 <= then.since(Month.of(last_day(figure.period))) <= _SLACK:
            row["change"] = row["value"] - figure.value
            row["change_from"] = figure.period
            row["turn"] = _turn(one.direction, row["value"], figure.value)


def _turn(direction: Direction, now: float, then: float) -> str:
    if abs(now - then) <= 0.01 * max(abs(then), 1e-9):
        return "steady"
    if direction is Direction.NEITHER:
        return "neither"
    return "better" if (now > then) == (direction is Direction.BETTER) else "worse"


def _number(code: str) -> tuple[int, ...]:
    return tuple(int(part) for part in code.split(".")[1:])
