"""Cells made of several words of the catalogue, in the reader's language: lists, and sentences with values in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from toguna.comparison.measures import MEASURES
from toguna.comparison.parameters import read_parameters
from toguna.core.words import N_
from toguna.planning.read_mandate import mandate_names, read_mandate

WORDS = (
    N_("nothing another posting does not do"), N_("deaths averted, mean and worst draws weighed"), N_("deaths averted"),
    N_("better"), N_("worse"), N_("not distinguishable"), N_("larger tolerance"), N_("smaller tolerance"),
    N_("order of principles"), N_("assumption"), N_("none"), N_("none in the range"), N_("they share a place"),
    N_("consent"), N_("no authority"), N_("security council"), N_("regional"), N_("litres a day"), N_("kcal a day"),
    N_("kg a day"), N_("no swap of neighbouring principles turns the two round"), N_("no assumption stands out"),
)  # fmt: skip
SENTENCES = (
    N_("principle {number} decides, same order"),
    N_("principle {number} decides, the other way round"),
    N_("principles {one} and {other} swapped"),
    N_("tolerance of {measure}"),
    N_("below {value} {mandate} is the better in most draws"),
    N_("above {value} {mandate} is the better in most draws"),
    N_("{task} ({number} {unit})"),
)
_LIKE = tuple((one, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(one)))) for one in SENTENCES)


@cache
def _names() -> dict[str, str]:
    """Return what is shown for the names of measures, assumptions and mandates."""
    assumed = {one.name: one.title for one in read_parameters()}
    return (
        assumed | {one.name: one.words for one in MEASURES} | {one: read_mandate(one).title for one in mandate_names()}
    )


def said_cell(say: Callable[[str], str], cell: object) -> object:
    """Return a cell in the reader's language; what is in no catalogue, such as a name, stays.

    Examples
    --------
    >>> from toguna.web.words import Words
    >>> said_cell(Words("fr"), "escort aid (1,200 people); police towns")
    'escorter l’aide (1,200 personnes); assurer la police des villes'
    """
    if not isinstance(cell, str) or not cell:
        return cell
    known = say(_names().get(cell, cell))
    if known != cell:
        return known
    for by in (one for one in ("; ", ", ") if one in cell):
        parts = cell.split(by)
        told = [str(said_cell(say, part)) for part in parts]
        if told != parts:
            return by.join(told)
    for text, like in _LIKE:
        if found := like.fullmatch(cell):
            return say(text).format(**{name: said_cell(say, value) for name, value in found.groupdict().items()})
    return cell
