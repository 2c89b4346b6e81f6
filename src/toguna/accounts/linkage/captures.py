"""`to_lists`: how many people are on which lists, by the clusters, at the lower, chosen and upper threshold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from toguna.accounts.estimation import Estimate, estimate
from toguna.accounts.linkage.matched import Matched
from toguna.core.errors import AskError

LOWER, CHOSEN, UPPER = "lower", "chosen", "upper"


@dataclass(frozen=True, eq=False)
class Captures:
    """People by the lists they are on; no record, only patterns.

    Attributes
    ----------
    names : of the lists
    table : one row a pattern of the 2^k - 1 (`pattern`, read left to right in the order of the names), people at the
        `lower`, `chosen` and `upper` threshold
    at : probability of each
    """

    names: tuple[str, ...]
    table: pd.DataFrame = field(repr=False)
    at: dict[str, float]

    def counts(self, which: str = CHOSEN) -> dict[str, int]:
        """Return people by pattern, as `estimation.estimate` takes them with `names`.

        Raises
        ------
        AskError
            No such threshold.
        """
        if which not in self.at:
            raise AskError(f"There is no threshold {which!r}. Take one of {', '.join(self.at)}.")
        return {str(one): int(n) for one, n in zip(self.table["pattern"], self.table[which], strict=True)}

    def estimates(self, **settings: Any) -> dict[str, Estimate]:
        """Return estimates of how many there are at each threshold, to show what the matching does to them.

        Parameters
        ----------
        settings : of `estimation.estimate`
        """
        return {which: estimate(self.counts(which), self.names, **settings) for which in self.at}

    def __str__(self) -> str:
        """Return a line a threshold: people seen, and on two lists or more."""
        twice = self.table["pattern"].str.count("1") > 1
        return "\n".join(
            f"{which} (p >= {chance:g}): {self.table[which].sum():,} people on {len(self.names)} lists, "
            f"{self.table.loc[twice, which].sum():,} on two or more"
            for which, chance in self.at.items()
        )


def to_lists(matched: Matched) -> Captures:
    """Return how many people are on which lists; a person twice on a list counts once.

    The lower the threshold, the more records are taken to be of one person, the more overlap, the lower the estimate.

    Raises
    ------
    AskError
        One list, or more than patterns can be written for.
    """
    number = len(matched.lists)
    if not 2 <= number <= 16:
        raise AskError(f"There are {number} lists; patterns need from 2 to 16. Match lists by name.")
    patterns = [f"{cell:0{number}b}" for cell in range(1, 2**number)]
    place = {name: number - 1 - at for at, name in enumerate(matched.lists)}
    bit = 1 << matched.records["list"].map(place).to_numpy(np.int64)
    at = {LOWER: matched.lower, CHOSEN: matched.threshold, UPPER: matched.upper}
    found: dict[str, Any] = {"pattern": patterns}
    for which, chance in at.items():
        cell = np.zeros(len(bit), np.int64)
        labels = matched.labels(chance)
        np.bitwise_or.at(cell, labels, bit)
        found[which] = np.bincount(cell[np.unique(labels)], minlength=2**number)[1:]
    return Captures(matched.lists, pd.DataFrame(found), at)
