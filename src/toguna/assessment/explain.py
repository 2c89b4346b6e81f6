"""`explain`: from a printed number back to its rows, source and formula."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from toguna.assessment.assess import Assessment
from toguna.assessment.indicator import Figure, Indicator
from toguna.core.errors import AskError
from toguna.core.provenance import MadeFrom


@dataclass(frozen=True)
class Explanation:
    """What a printed number was made from.

    Attributes
    ----------
    number_id : the number's name, as printed
    indicator : declaration with formula, unit and reference
    figure : value and period
    row : the number's row in the assessment, with change, confidence and age
    rows : pack rows it was made from, by table; index = row in the pack's file, counted from 0
    sources : the sources of those rows, with version, licence and citation
    """

    number_id: str
    indicator: Indicator
    figure: Figure
    row: pd.Series = field(repr=False)
    rows: dict[str, pd.DataFrame] = field(repr=False)
    sources: pd.DataFrame = field(repr=False)
    made_from: MadeFrom


def explain(assessment: Assessment, number_id: str) -> Explanation:
    """Return rows, sources and formula of a printed number.

    Raises
    ------
    AskError
        No such number; the sentence names the nearest ones.

    Examples
    --------
    >>> from toguna.assessment import assess
    >>> from toguna.country import read_country
    >>> found = explain(assess(read_country("ouadji")), "1.1-XNA")
    >>> found.rows["displacement"]["people"].tolist(), found.sources["licence"].tolist()
    ([9000.0], ['CC0-1.0'])
    """
    if number_id not in assessment.figures:
        raise AskError(_unknown(number_id, list(assessment.figures)))
    one, figure = assessment.figures[number_id]
    country = assessment.country
    rows = {name: country.table(name).loc[index] for name, index in figure.rows.items()}
    used = {key for frame in rows.values() for key in frame["source"]}
    sources = country.sources[country.sources["source"].isin(used)]
    row = assessment.table.set_index("number_id").loc[number_id]
    return Explanation(number_id, one, figure, row, rows, sources, assessment.made_from)


def named_together(text: str, known: list[str]) -> list[str]:
    """Return the numbers that the short name of a table row stands for: 1.6/7-NER, or 1.1-MRT@2012…2024.

    Examples
    --------
    >>> named_together("1.6/7-NER", ["1.6-NER", "1.7-NER", "1.6-MRT"])
    ['1.6-NER', '1.7-NER']
    >>> named_together("1.1-MRT@2012…2024", ["1.1-MRT@2012", "1.1-MRT@2018", "1.1-MRT"])
    ['1.1-MRT@2012', '1.1-MRT@2018']
    """
    if "…" in text or "..." in text:
        head = text.replace("...", "…").partition("@")[0] + "@"
        return [one for one in known if one.startswith(head)]
    first, *others = text.split("/")
    if not others:
        return []
    last, middle = others[-1], others[:-1]
    for cut in range(len(first), 0, -1):
        for end in range(len(last), -1, -1):
            parts = [first[cut:], *middle, last[:end]]
            found = [first[:cut] + part + last[end:] for part in parts]
            if all(one in known for one in found):
                return found
    return []


def _unknown(number_id: str, known: list[str]) -> str:
    import difflib

    together = named_together(number_id, known)
    if together:
        return f"{number_id!r} is short for {len(together)} numbers. Ask for one: {', '.join(together)}."
    near = difflib.get_close_matches(number_id, known, n=4, cutoff=0.4)
    hint = f" Nearest: {', '.join(near)}." if near else ""
    return f"No printed number is called {number_id!r}.{hint} `toguna assess` lists them all."
