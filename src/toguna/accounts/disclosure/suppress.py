"""`suppress`: a count table fit to leave a ledger, with small cells withheld and others that would give them away.

The rule. A cell of 1 to `threshold` - 1 people is small, be it a total or not. A reader knows all that is shown, that
every total is the sum of its parts, and that people come whole and not below nought. Whatever he works out, each small
cell must look to him as if nobody were in it and as if `threshold` people or more were: his interval holds 0 and
`threshold`. Small cells and those that cover them look alike in what is shown.

What it does not do. It protects counts, not who knows what beside the table: somebody counted in a small cell can take
himself off, and somebody who knows another cell from elsewhere can take that off too. A reader who knows this very
programme could ask which tables would have led to this pattern, and may exclude some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toguna.accounts.disclosure.cells import SHOWN, STATUS, TOTAL, WITHHELD, Cells, Within, read_cells
from toguna.accounts.disclosure.cover import Proofs
from toguna.accounts.disclosure.least_loss import least_loss
from toguna.accounts.disclosure.measures import withheld_of
from toguna.accounts.disclosure.over_time import Kept, small_changes, system_of
from toguna.accounts.disclosure.pattern import Pattern, protect
from toguna.accounts.disclosure.reader import HIGH, LOW, Mask, System
from toguna.core.errors import AccountError, AskError
from toguna.core.words import N_


@dataclass(frozen=True, eq=False)
class Suppressed:
    """A count table that may be shown. Hand out `table` or the text of this, never the object: it knows the counts.

    Attributes
    ----------
    table : categories, count (missing where withheld), measures, `status` "shown" or "withheld"; totals of every kind
        are rows too
    by, value : category columns and count column
    threshold : fewest people a cell may show, but for none
    withheld : cells not shown
    is_least : whether no other choice of cells would lose less (people and cells not shown)
    small_changes : cells shown here and in the table before with fewer than `threshold` people between the two
    audit : not to be shown: each small cell with its count, and `low` and `high` between which a reader is left in
        doubt at least
    """

    table: pd.DataFrame = field(repr=False)
    by: tuple[str, ...]
    value: str
    threshold: int
    withheld: int
    is_least: bool
    small_changes: int = 0
    audit: pd.DataFrame = field(repr=False, default_factory=pd.DataFrame)
    _tables: tuple[Kept, ...] = field(repr=False, default=())

    def __str__(self) -> str:
        """Return what is shown, with a dash for what is withheld."""
        columns = [name for name in self.table.columns if name != STATUS]
        text = self.table[columns].astype(object).where(self.table[columns].notna(), "–").to_string(index=False)
        lines = [
            f"{self.value} by {', '.join(self.by)}: {self.withheld} of {len(self.table)} cells are withheld (–), being "
            f"of fewer than {self.threshold} people or needed to cover such cells.",
            text,
        ]
        if self.small_changes:
            lines.append(
                f"{self.small_changes} cells shown here and before differ by fewer than {self.threshold} people; "
                "publish less often, or by coarser categories, if the change itself must not be known."
            )
        return "\n".join(lines)

    def consistent_with(self, previous: Suppressed) -> Suppressed:
        """Return this table with further cells withheld, so that neither it nor those before are undone by subtraction.

        The reader may know which cells have not changed since, and that those that did not fall have only grown. The
        rule of `suppress` then holds for the small cells of all tables in the chain. It does not hide a change between
        two shown counts (see `small_changes`), nor protect against tables outside the chain or by other categories.

        Parameters
        ----------
        previous : table published before, itself made consistent with those before it

        Raises
        ------
        AskError
            The two are not by the same categories, of the same count and threshold.
        AccountError
            A small cell can no longer be covered.
        """
        if (self.by, self.value, self.threshold) != (previous.by, previous.value, previous.threshold):
            raise AskError(
                "Tables to be laid side by side need the same categories, count and threshold. Make them alike."
            )
        now = self._tables[-1]
        return _made((*previous._tables, now), self.by, self.value, self.threshold)


def suppress(
    table: pd.DataFrame,
    by: Sequence[str],
    value: str,
    threshold: int = 5,
    *,
    measures: Sequence[str] = (),
    within: Within | None = None,
    zeros: bool = False,
    total: str = TOTAL,
) -> Suppressed:
    """Return a count table with its totals, in which no small cell can be worked out.

    Parameters
    ----------
    table : one row a cell; rows for totals may be there and are then checked. A combination without a row counts as
        empty and known to be: it is shown as 0 and covers nothing (with `zeros`, it is protected like others)
    by : 1 to 4 category columns
    value : count of people
    threshold : fewest people a cell may show
    measures : other columns that add up (weapons, days; no means or shares), withheld with the count
    within : which category lies in which, by column, e.g. ``{"area": {"ML0101": "ML01"}}``
    zeros : whether cells with nobody are small too
    total : name of the category that is the sum of all

    Raises
    ------
    AskError
        Columns, threshold or categories do not fit.
    DataError
        Counts are not whole, a measure is below nought, or a total is not the sum of its parts.
    AccountError
        A small cell cannot be covered, or the audit at the end fails; nothing is handed out then.

    Examples
    --------
    Three handed over a weapon in Gao in May. Withholding that alone would not do: 9 - 6 is 3.

    >>> import pandas as pd
    >>> rows = [("Gao", "May", 3), ("Gao", "June", 6), ("Kidal", "May", 12), ("Kidal", "June", 9), ("Mopti", "May", 30)]
    >>> shown = suppress(pd.DataFrame(rows, columns=["area", "month", "people"]), ["area", "month"], "people")
    >>> print(shown.table.pivot(index="area", columns="month", values="people").to_string())
    month  June   May  total
    area
    Gao    <NA>  <NA>      9
    Kidal  <NA>  <NA>     21
    Mopti     0    30     30
    total    15    45     60
    """
    if threshold < 2 or threshold != int(threshold):
        raise AskError(f"A threshold is a whole number from 2 up, as below 1 there is nobody; {threshold} is not.")
    cells = read_cells(table, by, value, measures, within or {}, total)
    if zeros:
        cells = Cells(cells.axes, cells.counts, cells.given, cells.base, np.ones_like(cells.given), cells.measures)
    small = (cells.counts < threshold) & ((cells.counts > 0) | zeros)
    return _made((Kept(cells, small, small),), tuple(by), value, int(threshold))


def _made(tables: tuple[Kept, ...], by: tuple[str, ...], value: str, threshold: int) -> Suppressed:
    system = system_of(tables, threshold)
    pattern = least_loss(system, protect(system))
    check(system, pattern)
    *earlier, now = tables
    cells = now.cells
    start = sum(len(one.cells.counts) for one in earlier)
    withheld = pattern.withheld[start : start + len(cells.counts)]
    kept = Kept(cells, now.small, withheld)
    alone = system_of((now,), threshold)
    shown = cells.labels()
    shown[value] = pd.Series(cells.counts).astype("Int64").mask(pd.Series(withheld))
    for name, measure in cells.measures.items():
        shown[name] = np.where(withheld_of(cells, name, alone, withheld), np.nan, measure)
    shown[STATUS] = np.where(withheld, WITHHELD, SHOWN)
    return Suppressed(
        shown, by, value, threshold, int(withheld.sum()), pattern.is_least,
        small_changes(earlier[-1], kept, threshold) if earlier else 0,
        _audit_table(cells, now.small, pattern, start), (*earlier, kept),
    )  # fmt: skip


def check(system: System, pattern: Pattern) -> None:
    """Go through the proofs of a pattern afresh, with no solver.

    Raises
    ------
    AccountError
        A table among the proofs is none a reader could take for the truth, or a target is proved by none.
    """
    withheld: Mask = pattern.withheld
    sound = [
        one
        for one in pattern.proofs.tables
        if one.min() >= 0
        and not (one % 1).any()
        and not (system.equations @ one).any()
        and not (one != system.truth)[~withheld].any()
    ]
    proved = Proofs(system, sound)
    if not withheld[system.targets].all() or proved.open(LOW) or proved.open(HIGH):
        raise AccountError(
            N_(
                "The audit of a table failed: a small cell is not covered by what was withheld. The table is "
                "not handed out; use coarser places, dates or categories."
            )
        )


def _audit_table(cells: Cells, small: Mask, pattern: Pattern, start: int) -> pd.DataFrame:
    places = np.flatnonzero(small)
    audit = cells.labels().iloc[places].reset_index(drop=True)
    audit["count"] = cells.counts[places].astype(int)
    seen = np.array([one[start + places] for one in pattern.proofs.tables] or [np.zeros(len(places))])
    audit["low"], audit["high"] = seen.min(axis=0).astype(int), seen.max(axis=0).astype(int)
    return audit
