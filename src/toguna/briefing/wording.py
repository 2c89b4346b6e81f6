"""How a figure of the assessment is put into words: value, change, subject, date."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from toguna.assessment import Assessment
from toguna.assessment.indicator import SubjectKind
from toguna.briefing.language import Language
from toguna.briefing.model import Arrow, Cell, Run, Turn
from toguna.core.words import N_

Row = Mapping[Hashable, Any]

# Decimals by unit; whole numbers otherwise.
_DIGITS = {"0 to 1": 3, "per 100,000 people": 1, "tonnes a day": 1, "lorry loads a day": 1}
_TURNS = {"better": Turn.BETTER, "worse": Turn.WORSE}
_FEW, _TENFOLD = 20, 10  # below the one and beyond the other a change in per cent says nothing
NOT_KNOWN = N_("no data")
_SHORT = {"1.1": N_("Refugees"), "4.3": N_("Civilians killed (one-sided)"), "5.4": N_("Months without a figure")}


class Wording:
    """An assessment in a language."""

    def __init__(self, assessment: Assessment, language: Language) -> None:
        self.assessment = assessment
        self.language = language
        self._rows = {str(row["number_id"]): row for row in assessment.table.to_dict("records")}
        self._names = self._basemap_names()

    def find(self, number_id: str) -> Row | None:
        """Return the row of a printed number; None where the assessment has none of that name."""
        return self._rows.get(number_id)

    def all(self, code: str) -> list[Row]:
        """Return the present rows of an indicator, in its own order, missing ones too."""
        return [row for row in self._rows.values() if row["code"] == code and row["milestone"] == 0]

    def known(self, code: str) -> list[Row]:
        """Return the present rows of an indicator that have a value."""
        return [row for row in self.all(code) if not row["is_missing"]]

    def label(self, row: Row) -> str:
        """Return the name of an indicator, a short one where its own is a sentence."""
        return self.language(_SHORT.get(str(row["code"]), str(row["label"])))

    def labelled(self, label: str, what: str) -> str:
        """Return a label and what it labels, with the language's own colon; both are looked up."""
        _ = self.language
        return _("{label}: {subject}").format(label=_(label), subject=_(what))

    def value(self, row: Row | None) -> str:
        """Return a value as printed, or the words for no data."""
        if row is None or row["is_missing"]:
            return self.language(NOT_KNOWN)
        return self.amount(float(row["value"]), str(row["unit"]), str(row["subject"]))

    def amount(self, value: float, unit: str, subject: str = "", *, sign: bool = False) -> str:
        """Return a number in the manner of its unit."""
        if unit.startswith("share of"):
            return self.language.percent(value, sign=sign)
        if subject == "ratio":
            return self.language.number(value, 2, sign=sign)
        return self.language.number(value, _DIGITS.get(unit, 0), sign=sign)

    def change(self, row: Row | None) -> str:
        """Return the change over twelve months: per cent of a count, points of a share, difference of an index."""
        if row is None or row["is_missing"] or pd.isna(row["change"]):
            return ""
        change, value = float(row["change"]), float(row["value"])
        unit = str(row["unit"])
        if unit.startswith("share of"):
            points = self.language.number(change * 100, 0, sign=True)
            _ = self.language
            return _("{number} points").format(number=points)
        before = value - change
        tells_nothing = before < _FEW or value < 0 or value > _TENFOLD * before
        if unit in _DIGITS or unit == "months" or tells_nothing:
            return self.amount(change, unit, str(row["subject"]), sign=True)
        return self.language.percent(change / before, sign=True)

    def arrow(self, row: Row | None) -> Arrow:
        """Return where the figure went over twelve months."""
        if row is None or row["is_missing"] or pd.isna(row["change"]):
            return Arrow.UNKNOWN
        if row["turn"] == "steady":
            return Arrow.STEADY
        return Arrow.UP if float(row["change"]) > 0 else Arrow.DOWN

    def turn(self, row: Row | None) -> Turn:
        """Return whether that was good or bad for civilians."""
        return Turn.NEITHER if row is None else _TURNS.get(str(row["turn"]), Turn.NEITHER)

    def subject(self, row: Row) -> str:
        """Return the name of what a figure is about."""
        kind, name = str(row["subject_kind"]), str(row["subject_name"])
        if kind == SubjectKind.COUNTRY:
            return self.place_name(str(row["subject"]), name)
        if row["subject"] == "region" and self.assessment.country.profile.region:
            names = self.assessment.country.profile.region.name
            return names.get(self.language.code, name)
        return self.language(name)

    def place_name(self, iso3: str, otherwise: str = "") -> str:
        """Return a country's name: the pack's own for the pack's country, the usual one for others."""
        profile = self.assessment.country.profile
        if iso3 == profile.iso3:
            return profile.label(self.language.code)
        return self.language.country(iso3, self._names.get(iso3, otherwise))

    def cell(self, row: Row | None, *, mark: bool = True) -> Cell:
        """Return a table cell with value, number id, and a mark where a row from memory is behind it."""
        if row is None or row["is_missing"]:
            return Cell(text=self.language(NOT_KNOWN), missing=True)
        return Cell(text=self.value(row) + (self.mark(row) if mark else ""), number_id=str(row["number_id"]))

    def mark(self, row: Row) -> str:
        """Return † for a figure that rests on a row known from memory, ‡ for a modelled or sampled one."""
        _, figure = self.assessment.figures[str(row["number_id"])]
        tables = self.assessment.country.tables
        bases = {basis for name, index in figure.rows.items() for basis in tables[name].loc[index, "basis"]}
        if "memory" in bases:
            return " †"
        return " ‡" if "modelled" in bases or figure.cautions else ""

    def subject_run(self, row: Row, form: str = "{subject} ({value})") -> Run:
        """Return the subject of a figure with its value as a run that can be traced."""
        text = form.format(subject=self.subject(row), value=self.value(row))
        return Run(text=text, number_id=str(row["number_id"]))

    def run(self, number_id: str, *, bold: bool = True) -> Run:
        """Return a figure as running text."""
        row = self.find(number_id)
        return Run(
            text=self.value(row) + (self.mark(row) if row and not row["is_missing"] else ""),
            bold=bold,
            number_id=number_id,
        )

    def _basemap_names(self) -> dict[str, str]:
        shapes = self.assessment.country.basemap
        countries = shapes[shapes["kind"] == "country"]
        return dict(zip(countries["iso3"], countries["name"], strict=True))
