"""`k_anonymity`: whether every row of an extract looks like at least k - 1 others in what a reader may know already.

After Sweeney (2002), "k-anonymity: a model for protecting privacy", whose text was not opened (text_status
"unverified"). It says nothing of what all rows of a class have in common: where each of k people was in one prison, the
extract tells that of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from toguna.core.errors import AccountError, AskError


@dataclass(frozen=True, eq=False)
class Anonymity:
    """How alike the rows of an extract are.

    Attributes
    ----------
    columns : quasi-identifiers
    k : fewest rows a class must have
    smallest : rows in the smallest class; 0 if there are no rows
    under : labels of rows in classes of fewer than k; for whoever prepares the extract only
    kept : rows in classes of k or more
    """

    columns: tuple[str, ...]
    k: int
    smallest: int
    under: pd.Index = field(repr=False)
    kept: pd.DataFrame = field(repr=False)

    @property
    def holds(self) -> bool:
        """Whether every class has k rows or more."""
        return not len(self.under)

    def __str__(self) -> str:
        """Return the finding in one sentence, without a value of any row."""
        return (
            f"By {', '.join(self.columns)} the smallest class has {self.smallest} rows; {len(self.under)} of "
            f"{len(self.under) + len(self.kept)} rows are in classes of fewer than {self.k}."
        )


def k_anonymity(table: pd.DataFrame, quasi_identifiers: Sequence[str], k: int = 5) -> Anonymity:
    """Return the smallest class of rows alike in all quasi-identifiers, and the rows in classes under k.

    A missing value is a value like others: rows without one are alike.

    Parameters
    ----------
    table : one row a person or case, already pseudonymous and coarse
    quasi_identifiers : columns a reader may know of somebody from elsewhere
    k : fewest rows of a class

    Raises
    ------
    AskError
        No column is named, or one the table has not; k is below 2.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["ML07"] * 3 + ["ML08"], "month": ["2013-02"] * 4})
    >>> print(k_anonymity(rows, ["area", "month"], k=2))
    By area, month the smallest class has 1 rows; 1 of 4 rows are in classes of fewer than 2.
    """
    if k < 2:
        raise AskError(f"k is 2 or more, as every row is like itself; {k} is not.")
    if not quasi_identifiers:
        raise AskError("No quasi-identifier is named. Name each column a reader may know of somebody from elsewhere.")
    if absent := [name for name in quasi_identifiers if name not in table.columns]:
        raise AskError(f"The extract has no column {absent[0]!r}. Name columns it has.")
    columns = list(dict.fromkeys(quasi_identifiers))
    classes = table.groupby(columns, dropna=False, observed=True, sort=False).ngroup()
    sizes = classes.map(classes.value_counts())
    is_under = (sizes < k).to_numpy(dtype=bool)
    smallest = int(sizes.min()) if len(table) else 0
    return Anonymity(tuple(columns), k, smallest, table.index[is_under], table.loc[~is_under])


def release(
    table: pd.DataFrame, quasi_identifiers: Sequence[str], k: int = 5, *, withhold_rows: bool = False
) -> pd.DataFrame:
    """Return an extract that may be handed out row by row.

    Parameters
    ----------
    table, quasi_identifiers, k : as for `k_anonymity`
    withhold_rows : whether to leave out rows in classes under k, rather than refuse; their number is then known to
        whoever knows how many there are in all

    Raises
    ------
    AskError
        As `k_anonymity`.
    AccountError
        A class has fewer than k rows and rows are not to be left out; or none would be left.
    """
    found = k_anonymity(table, quasi_identifiers, k)
    if found.holds:
        return found.kept
    if not withhold_rows:
        raise AccountError(
            f"The extract is not handed out: {found} Make these columns coarser, drop one of them, or have the rows "
            "withheld."
        )
    if found.kept.empty:
        raise AccountError(f"Nothing is left to hand out: {found} Make these columns coarser, or drop one of them.")
    return found.kept
