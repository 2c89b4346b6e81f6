"""`Matched`: pairs of records with their probability, why, the queue for review, and clusters."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toguna.accounts.linkage.clusters import Components, Ints, Pair, components
from toguna.accounts.linkage.comparisons import Comparison
from toguna.accounts.linkage.decisions import MATCH, NO_MATCH, UNDECIDED, Decision, answers, by_pair, check, follows
from toguna.accounts.linkage.explain import reasons
from toguna.core.errors import AccountError, AskError


@dataclass(frozen=True, eq=False)
class Matched:
    """Pairs of records that may be of the same person. It holds and prints no name: ids in tables, else counts.

    Attributes
    ----------
    records : one row a record: `list`, `id`
    lists : names of the lists, in the order given
    across : whether each list is taken to hold nobody twice
    lower, threshold, upper : probabilities: below `lower` no match, from `upper` a match, between them for review;
        `threshold` is the one taken where one is needed
    odds : chance that two records drawn at random are of the same person
    looked_at : pairs compared
    chances : one row a field and level: `field`, `says`, `m`, `u`, `bits`, `learnt`
    rules : keys of which a pair shares one or is not looked at, in words
    decisions : of people, which go before the model
    made_from : seed, version of splink, and what was compared
    """

    records: pd.DataFrame = field(repr=False)
    lists: tuple[str, ...]
    across: bool
    lower: float
    threshold: float
    upper: float
    odds: float
    looked_at: int
    chances: pd.DataFrame = field(repr=False)
    rules: tuple[str, ...] = field(repr=False)
    made_from: dict[str, Any]
    scored: pd.DataFrame = field(repr=False)
    compared: tuple[Comparison, ...] = field(repr=False)
    decisions: tuple[Decision, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        """Return counts: records, pairs by what is to be done with them, decisions, people."""
        chance = self.probability
        review = int(((chance >= self.lower) & (chance < self.upper)).sum())
        decided = list(self._decided.values())
        lines = [
            f"{len(self.records):,} records on {len(self.lists)} lists, {self.looked_at:,} pairs looked at",
            f"  {int((chance >= self.upper).sum()):,} pairs match (p >= {self.upper:g}), {review:,} between "
            f"{self.lower:g} and {self.upper:g}, of which {len(self.queue):,} wait for review",
            f"  decided: {decided.count(MATCH):,} match, {decided.count(NO_MATCH):,} no match, "
            f"{decided.count(UNDECIDED):,} undecided",
        ]
        lines += [
            f"  {len(np.unique(self.labels(at))):,} people at p >= {at:g}"
            for at in (self.lower, self.threshold, self.upper)
        ]
        unlearnt = sorted(set(self.chances.loc[~self.chances["learnt"], "field"]))
        if unlearnt:
            lines.append(f"  too few pairs to learn from: {', '.join(unlearnt)} (chances as they were before)")
        return "\n".join(lines)

    @property
    def probability(self) -> np.ndarray:
        """Of each pair to be of the same person, by the model alone."""
        return np.asarray(1 / (1 + 2.0 ** -self.scored["weight"].to_numpy(float)))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a pair: lists and ids, `probability`, `weight` (bits), `bits_<field>`, `why`, `decided`."""
        left, right = (self.records.iloc[self.scored[side]].reset_index(drop=True) for side in ("left", "right"))
        bits = [one for one in self.scored if str(one).startswith("bits_")]
        said = [self._decided.get(pair, "") for pair in self._numbers(self.scored)]
        also = self.made_from["also"]
        return pd.concat(
            [
                left.add_suffix("_left"),
                right.add_suffix("_right"),
                self.scored[["weight", *bits]].assign(probability=self.probability),
                pd.DataFrame({"why": reasons(self.scored, self.compared, also), "decided": said}, dtype=object),
            ],
            axis=1,
        )

    @cached_property
    def queue(self) -> pd.DataFrame:
        """Pairs for review, those that settle most first, as `pairs` with `settles`.

        A pair settles p (1 - p) times the pairs of records its answer would join: the records of one cluster at the
        upper threshold times those of the other. Pairs whose answer follows from decisions are left out; those a
        reviewer could not decide come last.
        """
        chance = self.probability
        rows = np.flatnonzero((chance >= self.lower) & (chance < self.upper))
        pairs = self._numbers(self.scored.iloc[rows])
        known = np.array(follows(self._decided, len(self.records), pairs), bool)
        rows, pairs = rows[~known], [pair for pair, is_known in zip(pairs, known, strict=True) if not is_known]
        sets = self._components(self.upper)
        joins = [
            1 if sets.root(left) == sets.root(right) else sets.size(left) * sets.size(right) for left, right in pairs
        ]
        found = self.pairs.iloc[rows].assign(settles=chance[rows] * (1 - chance[rows]) * np.array(joins, float))
        found["_last"] = (found["decided"] == UNDECIDED).to_numpy(int)
        found["_first"] = -found["settles"].round(9)
        return (found.sort_values(["_last", "_first"], kind="stable").drop(columns=["_last", "_first"])).reset_index(
            drop=True
        )

    def review(self, decisions: Iterable[Decision]) -> Matched:
        """Return the same with decisions of people added to those there are.

        Decisions go before the model, also on pairs it never looked at. An undecided pair stays with the model.

        Raises
        ------
        AccountError
            A record there is not; an answer, reviewer or reason that is none; decisions that contradict each other.
        """
        every = (*self.decisions, *decisions)
        check(by_pair(every, self.number), len(self.records), self._named)
        return replace(self, decisions=every)

    def clusters(self, threshold: float | None = None) -> pd.DataFrame:
        """Return one row a record: `list`, `id`, `cluster` (number from 0); those of one cluster are of one person.

        Decided matches are joined first; then pairs at or above the threshold, strongest first, each unless it would
        join records decided to be apart (or, across lists that hold nobody twice, two records of one list).

        Parameters
        ----------
        threshold : probability, 0.001 or more; default `threshold`

        Raises
        ------
        AskError
            A threshold below those pairs are kept from.
        """
        labels = self.labels(self.threshold if threshold is None else threshold)
        return self.records.assign(cluster=np.unique(labels, return_inverse=True)[1])

    def labels(self, threshold: float) -> Ints:
        """Return for each record the lowest record of its cluster."""
        return self._components(threshold).labels()

    def number(self, name: Hashable) -> int:
        """Return the number of the record that (list, id), or the id alone where there is one list, names.

        Raises
        ------
        AccountError
            There is no such record.
        """
        key = name if isinstance(name, tuple) and len(self.lists) > 1 else (self.lists[0], name)
        if name in self._by_name:
            return self._by_name[name]
        if key not in self._by_name:
            raise AccountError(
                f"There is no record {name!r}. Name it by (list, id), or by its id if there is one list."
            )
        return self._by_name[key]

    @cached_property
    def _by_name(self) -> dict[Hashable, int]:
        return {key: at for at, key in enumerate(zip(self.records["list"], self.records["id"], strict=True))}

    @cached_property
    def _decided(self) -> dict[Pair, str]:
        return by_pair(self.decisions, self.number)

    def _named(self, record: int) -> str:
        row = self.records.iloc[record]
        return f"{row['id']}" if len(self.lists) == 1 else f"{row['id']} of {row['list']}"

    @staticmethod
    def _numbers(table: pd.DataFrame) -> list[Pair]:
        return list(zip(table["left"].tolist(), table["right"].tolist(), strict=True))

    def _components(self, threshold: float) -> Components:
        if not self.made_from["least"] <= threshold <= 1:
            raise AskError(f"A threshold of {threshold:g} is not between {self.made_from['least']:g} and 1.")
        strong = self.scored[self.probability >= threshold].sort_values(
            ["weight", "left", "right"], ascending=[False, True, True], kind="stable"
        )
        lists = self.records["list"].tolist() if self.across else None
        same, apart = answers(self._decided, MATCH), answers(self._decided, NO_MATCH)
        return components(len(self.records), self._numbers(strong), same, apart, lists)
