"""How far a figure can be trusted, and why, in words a reader can check."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from toguna.assessment.indicator import Caution, Figure
from toguna.core.words import N_

HIGH, MEDIUM, LOW = N_("high"), N_("medium"), N_("low")
_ORDER = (LOW, MEDIUM, HIGH)

# Months from the end of the period a figure speaks of to the as-of month. Yearly sources appear with a lag of
# three to six months, so a figure of the last full year is at most 18 months old when the next one is due.
FRESH, STALE = 18, 36


def confidence(figure: Figure, bases: AbstractSet[str], age: int | None) -> tuple[str, str]:
    """Return high, medium or low, and the reason: the worst of basis, age, cautions and width of interval.

    Parameters
    ----------
    bases : how the rows the figure rests on were obtained
    age : months; None where the figure is of no time
    """
    found = [*_by_basis(bases), *_by_age(age), *_by_caution(figure), *_by_width(figure)]
    if not found:
        return HIGH, N_("published, recent and complete")
    grade = min((grade for grade, _ in found), key=_ORDER.index)
    return grade, next(reason for each, reason in found if each == grade)


def _by_basis(bases: AbstractSet[str]) -> list[tuple[str, str]]:
    found = []
    if "memory" in bases:
        found.append((LOW, N_("rests on a row known from memory only")))
    if "modelled" in bases:
        found.append((MEDIUM, N_("modelled")))
    if "excerpt" in bases:
        found.append((MEDIUM, N_("source seen in excerpt only")))
    return found


def _by_age(age: int | None) -> list[tuple[str, str]]:
    if age is None or age <= FRESH:
        return []
    return (
        [(LOW, N_("more than three years old"))] if age > STALE else [(MEDIUM, N_("more than a year and a half old"))]
    )


def _by_caution(figure: Figure) -> list[tuple[str, str]]:
    low = (Caution.PARTIAL, Caution.STALE_BASE, Caution.CAMPS)
    grades = dict.fromkeys(Caution, MEDIUM) | dict.fromkeys(low, LOW)
    return [(grades[caution], str(caution)) for caution in figure.cautions]


def _by_width(figure: Figure) -> list[tuple[str, str]]:
    if figure.low is None or figure.high is None or not figure.value:
        return []
    if figure.high - figure.low > abs(figure.value):
        return [(MEDIUM, N_("wide interval"))]
    return []
