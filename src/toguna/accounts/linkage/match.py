"""`match`: which records, of one list or several, may be of the same person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from toguna.accounts.linkage.blocking import looked_at
from toguna.accounts.linkage.columns import ALONE, Compared, prepared, usual
from toguna.accounts.linkage.comparisons import comparisons
from toguna.accounts.linkage.matched import Matched
from toguna.accounts.linkage.model import score
from toguna.core.errors import AskError

LEAST = 0.001  # probability from which pairs are kept


def match(
    records: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    columns: Compared | None = None,
    across: bool = False,
    lower: float = 0.05,
    threshold: float = 0.5,
    upper: float = 0.95,
    seed: int = 1,
    backend: Any = None,
) -> Matched:
    """Return pairs of records that may be of the same person, with probability and reasons.

    Parameters
    ----------
    records : one list, whose duplicates are sought, or lists by name, whose records of the same people are
    columns : what is compared; default: columns named as the fields of `Compared`
    across : whether only records of different lists may be of the same person: True where each list was rid of its
        duplicates, False where they are sought too
    lower, threshold, upper : probabilities, as in `Matched`
    seed : of the random pairs chances are learnt from
    backend : Spark session or database of splink, for lists that outgrow one machine; default DuckDB in memory

    Raises
    ------
    AccountError
        A column, id or date that is none; nothing to compare; the extra is not installed.
    AskError
        Thresholds out of order; `across` with one list.

    Examples
    --------
    >>> names = ["Awa Diarra", "Awa Diara", "Moussa Keita", "Moussa Keita", "Fanta Cisse", "Sira Coulibaly"]
    >>> table = pd.DataFrame({"id": range(6), "name": names, "age": [30, 30, 41, 41, 7, 55], "date": "2012-04-17"})
    >>> found = match(table)
    >>> found.pairs[["id_left", "id_right"]].values.tolist()
    [[0, 1], [2, 3]]
    >>> found.pairs["why"].iloc[1]
    'same name (common), same day of the event, birth or age fits as far as known'
    """
    if not LEAST <= lower <= threshold <= upper <= 1:
        raise AskError(
            f"Thresholds {lower:g}, {threshold:g}, {upper:g} are not in order from {LEAST:g} to 1. Give lower first."
        )
    lists = {ALONE: records} if isinstance(records, pd.DataFrame) else {str(one): at for one, at in records.items()}
    if across and len(lists) < 2:
        raise AskError("Matching across lists needs two or more. Leave `across` out to seek duplicates within one.")
    fields = usual(lists) if columns is None else columns
    table = prepared(lists, fields)
    compared = comparisons(table, fields.also)
    found = score(table, compared, across=across, least=LEAST, seed=seed, backend=backend)
    try:
        made_by = version("splink")
    except PackageNotFoundError:
        made_by = "unknown"
    return Matched(
        records=table[["list_name", "id"]].rename(columns={"list_name": "list"}),
        lists=tuple(lists),
        across=across,
        lower=lower,
        threshold=threshold,
        upper=upper,
        odds=found.odds,
        looked_at=found.looked_at,
        chances=found.chances,
        rules=tuple(one.says for one in looked_at(table)),
        made_from={"seed": seed, "splink": made_by, "least": LEAST, **asdict(fields)},
        scored=found.pairs,
        compared=tuple(compared),
    )
