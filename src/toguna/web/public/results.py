"""What the public says, as distributions of many answers and never of few."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from toguna.assessment.principles import PRINCIPLES
from toguna.core.words import N_
from toguna.web.public.store import Store

LEAST = 10  # answers under a figure
_Z = 1.959964  # 95 %
COLUMNS = ("question", "subject", "value", "answers", "of", "share", "low", "high")
QUESTIONS = {
    "rank": N_("Rank in doubt"),
    "first": N_("Ranked first in doubt"),
    "weight": N_("Points in doubt"),
    "rating": N_("Rating of a contribution"),
}


def results(store: Store, today: str) -> pd.DataFrame:
    """Return the distributions: one row a question, subject and value, with a 95 % interval of the share.

    Answers are counted once their day is over and ten more have come since the last that are counted, so that no
    figure rests on fewer than ten and no two readings of it differ by the answer of one person.
    """
    rows: list[dict[str, Any]] = []
    ranked = [(day, ranking) for day, ranking, _ in store.answers() if ranking]
    counted = _released(ranked, today)
    for principle in PRINCIPLES:
        places = [ranking.index(principle.rank) + 1 for ranking in counted]
        rows += _spread("rank", str(principle.rank), places, range(1, 6))
        if places:
            rows.append(_row("first", str(principle.rank), 1, places.count(1), len(places)))
    weighed = _released([(day, weights) for day, _, weights in store.answers() if weights], today)
    for principle in PRINCIPLES:
        tens = [weights[principle.rank - 1] // 20 * 20 for weights in weighed]
        rows += _spread("weight", str(principle.rank), [min(one, 80) for one in tens], range(0, 100, 20))
    rated = store.ratings()
    for name in sorted({contribution for _, contribution, _ in rated}):
        stars = _released([(day, number) for day, contribution, number in rated if contribution == name], today)
        rows += _spread("rating", name, stars, range(1, 6))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def waiting(store: Store, today: str) -> int:
    """Return how many rankings have come that no figure counts yet, rounded down to tens."""
    ranked = [(day, ranking) for day, ranking, _ in store.answers() if ranking]
    return (len(ranked) - len(_released(ranked, today))) // LEAST * LEAST


def _released(given: list[tuple[str, Any]], today: str) -> list[Any]:
    """Return what was said up to the last day by which ten more had come, of the days that are over."""
    by_day = Counter(day for day, _ in given if day < today)
    last, since = "", 0
    for day in sorted(by_day):
        since += by_day[day]
        if since >= LEAST:
            last, since = day, 0
    return [said for day, said in given if day <= last]


def _spread(question: str, subject: str, said: list[int], values: Iterable[int]) -> list[dict[str, Any]]:
    return [_row(question, subject, value, said.count(value), len(said)) for value in values] if said else []


def _row(question: str, subject: str, value: int, count: int, of: int) -> dict[str, Any]:
    low, high = wilson(count, of)
    told = (question, subject, value, count, of, count / of, low, high)
    return dict(zip(COLUMNS, told, strict=True))


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share after Wilson.

    Examples
    --------
    >>> [round(one, 3) for one in wilson(6, 20)]
    [0.145, 0.519]
    """
    share = count / of
    middle = (share + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / (1 + _Z**2 / of)
    return (0.0 if count == 0 else middle - half), (1.0 if count == of else middle + half)
