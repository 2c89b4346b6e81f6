"""`Panel`: counts by unit and month, since when each month was known, and what is known beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.core.words import N_

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GRAINS = ("country", "admin2", "cell", "town", "place", "link")


@dataclass(frozen=True, eq=False)
class Panel:
    """What is counted, by unit and month.

    Attributes
    ----------
    grain : one of GRAINS
    target : what is counted, a key of `targets.TARGETS`
    units : one row a unit, index = its code; columns name, longitude, latitude (degrees) and, where known, numbers
        that do not change: population, km to the border, the capital, a base and a road
    first : the first month
    counts : units x months, deaths or events; whole numbers but where the owner gives others
    known_from : months; the month, counted from `first`, at whose end the month's counts were public
    beside : other series, units x months, by name: what models may look back on, as late as the counts
    levels : what stood at each month as known then, units x months, by name; NaN where nothing was known
    near : units x units weights by kind of neighbourhood ("touching", "roads"); rows sum to 1 or are empty
    sources : keys of the sources
    remarks : what a reader must know
    """

    grain: str
    target: str
    units: pd.DataFrame
    first: Month
    counts: Floats = field(repr=False)
    known_from: Ints = field(repr=False)
    beside: Mapping[str, Floats] = field(default_factory=dict, repr=False)
    levels: Mapping[str, Floats] = field(default_factory=dict, repr=False)
    near: Mapping[str, sparse.csr_array] = field(default_factory=dict, repr=False)
    sources: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a panel whose parts do not fit, or with a month missing: missing is not zero."""
        if self.counts.shape != (len(self.units), len(self.known_from)):
            raise DataError(
                f"Counts are {self.counts.shape[0]} units x {self.counts.shape[1]} months; there are "
                f"{len(self.units)} units and {len(self.known_from)} months. Give one count for each."
            )
        bad = np.argwhere(~(self.counts >= 0) | np.isinf(self.counts))
        if len(bad):
            unit, month = bad[0]
            value = self.counts[unit, month]
            problem = "no count (missing is not zero)" if np.isnan(value) else f"the count {value}"
            raise DataError(
                f"{self.units.index[unit]} has {problem} in {self.first + int(month)}; {len(bad)} such months in all. "
                "Fill the gap from the source, leave the unit out, or start after the gap."
            )

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.counts.shape[1])

    @property
    def last(self) -> Month:
        """The last month."""
        return self.first + (self.months - 1)

    def at(self, month: Month) -> int:
        """Return the number of a month, counted from the first."""
        return month.since(self.first)

    def known_at(self, origin: Month, *, at_least: int = 0, lag: int | None = None) -> Panel:
        """Return the panel as it was known at the end of a month.

        Parameters
        ----------
        at_least : months the last known month lies back at least, however early it was public
        lag : take every month as public so many months after its end, instead of when it was
        """
        now = self.at(origin)
        known = np.arange(self.months) + lag <= now if lag is not None else self.known_from <= now
        known &= np.arange(self.months) <= now - at_least
        # What is known is known without gaps: a later month published early does not vouch for those before it.
        length = self.months if known.all() else int(np.argmin(known))
        if length == 0:
            raise AskError(
                N_(
                    "Nothing was public by {origin}: the first month, {first}, became known in {known}. Ask for "
                    "a later month."
                ),
                origin=origin,
                first=self.first,
                known=self.first + int(self.known_from[0]),
            )
        return self.until(length)

    def until(self, length: int) -> Panel:
        """Return the first months of the panel; no later count can be reached from it."""
        if length == self.months:
            return self
        return replace(
            self,
            counts=self.counts[:, :length],
            known_from=self.known_from[:length],
            beside={name: series[:, :length] for name, series in self.beside.items()},
            levels={name: level[:, :length] for name, level in self.levels.items()},
        )

    def of_units(self, keep: npt.ArrayLike) -> Panel:
        """Return the panel of some units, by position or mask."""
        at = np.arange(len(self.units))[np.asarray(keep)]
        return replace(
            self,
            units=self.units.iloc[at],
            counts=self.counts[at],
            beside={name: series[at] for name, series in self.beside.items()},
            levels={name: level[at] for name, level in self.levels.items()},
            near={name: by_row(matrix[at][:, at]) for name, matrix in self.near.items()},
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over units, months and counts, as hexadecimal."""
        digest = hashlib.sha256(f"{self.grain} {self.target} {self.first}".encode())
        digest.update("\n".join(map(str, self.units.index)).encode())
        digest.update(np.ascontiguousarray(self.counts).tobytes())
        return digest.hexdigest()

    def __str__(self) -> str:
        """Return size and span in one line."""
        zero = float((self.counts == 0).mean())
        return (
            f"{self.target} by {self.grain} and month: {len(self.units):,} units, {self.first} to {self.last}, "
            f"{self.counts.sum():,.0f} counted, {zero:.0%} of unit-months zero"
        )


def by_row(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return weights that sum to 1 in each row that has any."""
    total = np.asarray(matrix.sum(axis=1)).ravel()
    return (sparse.diags_array(1 / np.where(total > 0, total, 1)) @ matrix).tocsr()
