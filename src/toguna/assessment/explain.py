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


def _unknown(number_id: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(number_id, known, n=4, cutoff=0.4)
    hint = f" Nearest: {', '.join(near)}." if near else ""
    return f"No printed number is called {number_id!r}.{hint} `toguna assess` lists them all."
