"""`audit`: what a reader can work out of a published table, ours or another's, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from toguna.accounts.disclosure.cells import TOTAL, Cells, Within, is_base, places_of, read_axes
from toguna.core.errors import AskError, DataError

_NEAR = 1e-6


def audit(
    table: pd.DataFrame, by: Sequence[str], value: str, *, within: Within | None = None, total: str = TOTAL
) -> pd.DataFrame:
    """Return the interval in which each withheld cell of a published table must lie, for a reader who knows the sums.

    Parameters
    ----------
    table : one row a cell, the count missing where withheld. A total without a row is not published; any other
        combination without a row is empty
    by, value, within, total : as for `suppress`

    Returns
    -------
    pandas.DataFrame
        One row a withheld cell: `by`, `low` and `high` (people; whole, both can occur; `high` infinite if nothing
        bounds it) and `is_known` where both are the same.

    Raises
    ------
    AskError
        Columns or categories do not fit.
    DataError
        What is shown contradicts itself.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("Gao", None), ("Kidal", None), ("Mopti", 30), ("total", 42)]
    >>> print(audit(pd.DataFrame(rows, columns=["area", "people"]), ["area"], "people").to_string(index=False))
     area  low  high  is_known
      Gao  0.0  12.0     False
    Kidal  0.0  12.0     False
    """
    if value not in table.columns:
        raise AskError(f"The table has no column {value!r}. Its columns: {', '.join(map(str, table.columns))}.")
    axes = read_axes(table, by, within or {}, total)
    places = places_of(table, axes)
    numbers = pd.to_numeric(table[value], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    base = is_base(axes)
    known = np.where(base, 0.0, np.nan)
    known[places] = numbers
    unused = np.zeros(len(base), dtype=bool)
    cells = Cells(axes, known, unused, base, unused)
    asked = places[np.isnan(numbers)]
    found = cells.labels().iloc[asked].reset_index(drop=True)
    ends = _intervals(cells.equations(), known, asked)
    found["low"], found["high"] = ends[:, 0], ends[:, 1]
    found["is_known"] = found["low"] == found["high"]
    return found


def _intervals(equations: sparse.csr_array, known: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return low and high of each cell asked for, (cells, 2)."""
    is_open = np.isnan(known)
    places = np.flatnonzero(is_open)
    part = equations[:, places]
    used = np.diff(part.indptr) > 0
    right = -(equations[:, np.flatnonzero(~is_open)] @ known[~is_open])
    if (np.abs(right[~used]) > _NEAR).any():
        raise _contradiction()
    matrix, right = sparse.csr_array(part[used]), right[used]
    ends = np.zeros((len(asked), 2))
    for row, at in enumerate(np.searchsorted(places, asked)):
        for side, sign in enumerate((1.0, -1.0)):
            ends[row, side] = _end(matrix, right, int(at), sign)
    return ends


def _end(matrix: sparse.csr_array, right: np.ndarray, at: int, sign: float) -> float:
    cost = np.zeros(matrix.shape[1])
    cost[at] = sign
    answer = linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
    if answer.status == 3:
        return np.inf
    if answer.x is None:
        raise _contradiction()
    if np.abs(answer.x - np.rint(answer.x)).max() > _NEAR:
        answer = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(0.0, np.inf),
            constraints=LinearConstraint(matrix, right, right),
        )
        if answer.x is None:
            raise _contradiction()
    return float(np.rint(answer.x[at]))


def _contradiction() -> DataError:
    return DataError(
        "What the table shows contradicts itself: no whole counts from 0 up give the totals shown. Check its rows "
        "against the publication."
    )
