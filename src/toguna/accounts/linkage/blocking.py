"""Which pairs are looked at at all: those that share one of a few keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST = 50  # pairs that chances are learnt from
_FEW = 10  # pairs a record, up to which a further column is a key of its own
_BESIDE = {
    "year of birth": "birth_year",
    "first letter of the family name": "family_1",
    "first letter of the given name": "given_1",
    "place": "place",
}


@dataclass(frozen=True)
class Rule:
    """Pairs that share a key.

    Attributes
    ----------
    says : it in words
    pairs : (column of one record, column of the other) that must be equal
    exploded : columns of words, any of which may be shared
    """

    says: str
    pairs: tuple[tuple[str, str], ...]
    exploded: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The rule as a condition on records l and r."""
        return " and ".join(f"l.{one} = r.{other}" for one, other in self.pairs)


def same(says: str, *columns: str, exploded: tuple[str, ...] = ()) -> Rule:
    """Return the rule that two records have the same values in some columns."""
    return Rule(says, tuple((one, one) for one in columns), exploded)


def looked_at(table: pd.DataFrame) -> list[Rule]:
    """Return the rules that prepared records have columns for; a pair that meets any is compared.

    Each misses only pairs that differ in one of its parts: a typing error in a name, in a birth or in the date of the
    event, or a value that is missing, leaves other rules to find them by.
    """
    area = next((one for one in ("place_0", "place") if one in table), "place")
    words = ("words",)
    rules = [
        same("family name and first letter of the given name", "family", "given_1"),
        same("given name and first letter of the family name", "given", "family_1"),
        Rule("given and family name swapped", (("given", "family"), ("family", "given"))),
        same("first three letters of both names", "given_3", "family_3"),
        same("family name and year of birth", "family", "birth_year"),
        same("given name and year of birth", "given", "birth_year"),
        same("family name and month of the event", "family", "date_month"),
        same("given name and month of the event", "given", "date_month"),
        same("family name and place", "family", "place"),
        same("given name and place", "given", "place"),
        same("all words of the name", "name"),
        same("a word of the name and year of birth", "words", "birth_year", exploded=words),
        same("a word of the name and month of the event", "words", "date_month", exploded=words),
        same("a word of the name and place", "words", "place", exploded=words),
        same("day of birth", "birth_text"),
        same("day of the event and larger area", "date_text", area),
    ]
    others = [one for one in table if str(one).startswith("also_")]
    for other in others:
        alone = same(other, other)
        if number_of_pairs(table, alone, ()) <= _FEW * len(table):
            rules.append(alone)
        else:
            rules += [same(f"{other} and {says}", other, one) for says, one in _BESIDE.items()]
            rules.append(same(f"{other} and a word of the name", "words", other, exploded=words))
    found = [one for one in rules if _has(table, one)]
    names = [one for one in ("family", "given", "place", "kind", *others) if one in table]
    return found or [same(one, one) for one in names]


def learnt_from(table: pd.DataFrame, lists: Sequence[str]) -> list[Rule]:
    """Return the rules whose pairs the chances of agreement are learnt from: strict in one respect, free in others.

    The event serves only where there is no other: those who suffered one event would be taken for one person.
    """
    area = next((one for one in ("place_0", "place") if one in table), "place")
    rules = [
        same("both names", "given", "family"),
        same("name", "name"),
        same("day of birth", "birth_text"),
    ]
    others = [one for one in table if str(one).startswith("also_")]
    rules += [same(f"{one} and year of birth", one, "birth_year") for one in others]
    rules += [same(f"{one} and family name", one, "family") for one in others]
    event = [same("day of the event and larger area", "date_text", area), same("day of the event", "date_text")]

    def enough(some: list[Rule]) -> list[Rule]:
        return [one for one in some if _has(table, one) and number_of_pairs(table, one, lists) >= FEWEST]

    first = enough(rules)[:4]
    return first if len(first) > 1 else [*first, *enough(event)[:1]]


def number_of_pairs(table: pd.DataFrame, rule: Rule, lists: Sequence[str]) -> int:
    """Return how many pairs share the key; with `lists`, those of different lists."""
    keys = [one for one, _ in rule.pairs]
    known = table.dropna(subset=keys)
    sizes = known.groupby(keys).size().to_numpy(dtype=np.int64)
    total = int((sizes * (sizes - 1) // 2).sum())
    if lists:
        parts = known.groupby([*keys, "list_name"]).size().to_numpy(dtype=np.int64)
        total -= int((parts * (parts - 1) // 2).sum())
    return total


def _has(table: pd.DataFrame, rule: Rule) -> bool:
    return all(one in table and other in table for one, other in rule.pairs)
