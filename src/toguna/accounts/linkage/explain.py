"""Why a pair weighs what it does, in words, without any value of a record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toguna.accounts.linkage.comparisons import Comparison

_NOTABLE = 1.0  # bits by which a value is rare or common


def reasons(pairs: pd.DataFrame, compared: Sequence[Comparison], also: Sequence[str] = ()) -> list[str]:
    """Return a sentence a pair: levels of agreement, heaviest first, and what is not known to one of the two.

    Parameters
    ----------
    pairs : as scored
    compared : comparisons
    also : names of the further columns, in words
    """
    bits = np.column_stack([pairs[f"bits_{one.field}"] for one in compared])
    order = np.argsort(-np.abs(bits), axis=1, kind="stable")
    words = [_words(pairs, one) for one in compared]
    fields = [
        also[int(one.field[5:])] if one.field.startswith("also_") else one.field.removesuffix("_near")
        for one in compared
    ]
    found = []
    for row, places in enumerate(order):
        said = [words[at][row] for at in places if words[at][row]]
        told = {fields[at] for at in places if words[at][row]}
        lost = [one for one in dict.fromkeys(fields) if one not in told]
        found.append(", ".join(said) + (f"; not known: {', '.join(lost)}" if lost else ""))
    return found


def _words(pairs: pd.DataFrame, one: Comparison) -> list[str]:
    levels = pairs[f"level_{one.field}"].to_numpy()
    rarity = pairs[f"rarity_{one.field}"].to_numpy()
    said = []
    for level, rare in zip(levels, rarity, strict=True):
        how = " (rare)" if rare >= _NOTABLE else " (common)" if rare <= -_NOTABLE else ""
        said.append("" if level < 0 else one.levels[level].says + how)
    return said
