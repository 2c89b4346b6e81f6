"""Hierarchical log-linear models: which terms stand together, how they are written, which there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from toguna.accounts.estimation.lists import Floats, all_patterns
from toguna.core.errors import AskError
from toguna.core.words import N_

MOST = 5  # lists all models are enumerated for: 6,893 of them; of six lists there are millions
MOST_PAIRWISE = 6  # lists all models of pairs are enumerated for: 32,768 of them

Term = frozenset[int]  # lists, from 1, that are dependent together


@cache
def hierarchical(width: int) -> tuple[tuple[Term, ...], ...]:
    """Return all hierarchical models with every list in them, each as its terms of two or more lists.

    A model with a term has all terms within it (Bishop, Fienberg and Holland 1975). The term of all lists is left
    out: without the cell on no list it cannot be told from the number of people missing. So there are 8, 113 and
    6,893 models of 3, 4 and 5 lists: numbers of antichains that cover the lists, less one.

    Raises
    ------
    AskError
        More than five lists.
    """
    if width > MOST:
        raise AskError(
            N_(
                "Of {width} lists there are millions of hierarchical models. Keep the {most} that overlap "
                "most, merge lists, or name the terms of one model."
            ),
            width=width,
            most=MOST,
        )
    terms = [frozenset(one) for size in range(2, width) for one in combinations(range(1, width + 1), size)]
    at = {term: number for number, term in enumerate(terms)}
    # Terms within each, as bits: a term may come in when all those one list shorter are in.
    needs = [
        sum(1 << at[term - {one}] for one in term) if len(term) > 2 else 0
        for term in terms
    ]  # fmt: skip
    models = [0]
    for number, need in enumerate(needs):
        models += [model | 1 << number for model in models if model & need == need]
    models.sort(key=lambda model: (model.bit_count(), model))
    return tuple(tuple(term for number, term in enumerate(terms) if model >> number & 1) for model in models)


@cache
def pairwise(width: int) -> tuple[tuple[Term, ...], ...]:
    """Return all models whose dependencies are between two lists only: 2^(k (k - 1) / 2) of them, 32,768 of six lists.

    Raises
    ------
    AskError
        More than six lists.
    """
    if width > MOST_PAIRWISE:
        raise AskError(
            N_(
                "Of {width} lists there are too many models, even with dependencies of two lists only. Keep "
                "the {most} that overlap most, merge lists, or name the terms of one model."
            ),
            width=width,
            most=MOST_PAIRWISE,
        )
    pairs = [frozenset(one) for one in combinations(range(1, width + 1), 2)]
    models = sorted(range(2 ** len(pairs)), key=lambda model: (model.bit_count(), model))
    return tuple(tuple(pair for at, pair in enumerate(pairs) if model >> at & 1) for model in models)


def closed(terms: Iterable[str | Iterable[int]], width: int) -> tuple[Term, ...]:
    """Return terms of two or more lists and all within them.

    Parameters
    ----------
    terms : such as ["12", "134"] or [(1, 2), (1, 3, 4)], lists from 1; digits only for nine lists or fewer
    width : number of lists

    Raises
    ------
    AskError
        A list that is not there; the term of all lists.

    Examples
    --------
    >>> written(closed(["123", "34"], 4), 4)
    '[123][34]'
    """
    found: set[Term] = set()
    for term in terms:
        digits = re.sub(r"[\[\]\s]", "", term) if isinstance(term, str) else term
        try:
            whole = frozenset(int(one) for one in digits)
        except ValueError as fault:
            raise AskError(f"{term!r} is not a term. Write the numbers of its lists, such as '12'.") from fault
        if not whole or not whole <= set(range(1, width + 1)):
            raise AskError(f"Term {term!r} names a list that is not there. Lists are numbered 1 to {width}.")
        if len(whole) == width:
            raise AskError(
                f"Term {term!r} is of all {width} lists, and cannot be told from the number missing. Leave it out."
            )
        found |= {frozenset(part) for size in range(2, len(whole) + 1) for part in combinations(sorted(whole), size)}
    return tuple(sorted(found, key=lambda one: (len(one), sorted(one))))


def written(terms: Sequence[Term], width: int) -> str:
    """Return a model as its largest terms, such as [123][34]; a list in none stands alone."""
    largest = [term for term in terms if not any(term < other for other in terms)]
    alone = [frozenset([one]) for one in range(1, width + 1) if not any(one in term for term in largest)]
    between = "" if width <= 9 else " "
    ordered = sorted([*largest, *alone], key=sorted)
    return "".join(f"[{between.join(str(one) for one in sorted(term))}]" for term in ordered)


def design(terms: Sequence[Term], width: int) -> Floats:
    """Return columns of a model over all 2^k cells: constant, lists, terms; so exp(constant) is the cell on no list.

    Cells are in the order of counts, list 1 the most significant bit; shape (2^k, 1 + k + terms).
    """
    on = all_patterns(width)
    columns = [np.ones(len(on)), *on.T.astype(float)]
    columns += [on[:, [one - 1 for one in sorted(term)]].all(axis=1).astype(float) for term in terms]
    return np.column_stack(columns)
