"""An indicator is a declaration with a short formula; a figure is one number it yields."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd

from toguna.core.words import N_

if TYPE_CHECKING:
    from toguna.country.country import Country


class Direction(StrEnum):
    """Whether more of it is better or worse for civilians."""

    BETTER = "higher is better"
    WORSE = "higher is worse"
    NEITHER = "neither"


class SubjectKind(StrEnum):
    """What a figure is about, so that a reader's language can name it."""

    COUNTRY = "country"
    AREA = "area"
    PLACE = "place"
    TERM = "term"
    TEXT = "text"


class Caution(StrEnum):
    """Why a figure deserves less trust than its source alone would give it."""

    MODELLED = N_("modelled")
    PARTIAL = N_("partial sample")
    STALE_BASE = N_("population of another year")
    CAMPS = N_("camps and sites only, people outside them not counted")
    SKELETON = N_("road skeleton, not a survey of roads")
    RESCALED = N_("monthly shape of an inflated series, scaled to yearly totals")


@dataclass(frozen=True)
class Figure:
    """One number of one indicator.

    Attributes
    ----------
    subject : code of what it is about: ISO 3166-1 alpha-3, P-code, place_id, or a short term
    name : name of the subject as the pack has it; terms are words of the catalogue
    period : YYYY, YYYY-MM or YYYY-MM-DD the number speaks of; "" where it speaks of no time
    value : the number; None is missing, never zero
    low, high : bounds, where the source gives them
    rows : index of the rows it was made from, by table
    cautions : why to trust it less
    why_missing : what would have to be known
    """

    subject: str
    name: str
    period: str
    value: float | None
    kind: SubjectKind = SubjectKind.TERM
    low: float | None = None
    high: float | None = None
    rows: Mapping[str, pd.Index] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()
    why_missing: str = ""


Formula = Callable[["Country"], list[Figure]]


@dataclass(frozen=True)
class Indicator:
    """A declared indicator.

    Attributes
    ----------
    code : rank of its principle (R for rights), a dot, a number; printed numbers are named after it
    key : name in tables and code
    principle : 1 to 5, or 0 for human rights
    label : what it measures, a word of the catalogue
    unit : unit of its values, a word of the catalogue
    direction : whether more is better
    reference : sentence of the principles, or standard, that it serves
    formula : makes the latest figures of what a Country shows
    is_series : True where it yields one figure a month, for charts
    is_standing : True where it is made of standing lists, which have no year before to compare with
    """

    code: str
    key: str
    principle: int
    label: str
    unit: str
    direction: Direction
    reference: str
    formula: Formula
    is_series: bool = False
    is_standing: bool = False

    @property
    def words(self) -> str:
        """How the figure is made, from the formula's docstring."""
        return " ".join((inspect.getdoc(self.formula) or "").split())


def indicator(
    code: str,
    *,
    label: str,
    unit: str,
    direction: Direction,
    reference: str,
    is_series: bool = False,
    is_standing: bool = False,
) -> Callable[[Formula], Indicator]:
    """Declare the decorated formula as an indicator; its name becomes the key, its docstring the explanation."""

    def declare(formula: Formula) -> Indicator:
        principle = 0 if code.startswith("R") else int(code.partition(".")[0])
        key = formula.__name__
        return Indicator(code, key, principle, label, unit, direction, reference, formula, is_series, is_standing)

    return declare


def missing(country: Country, why: str) -> list[Figure]:
    """Return the one figure that says that a number is missing, and why."""
    return [Figure(country.profile.iso3, country.profile.name["en"], "", None, SubjectKind.COUNTRY, why_missing=why)]
