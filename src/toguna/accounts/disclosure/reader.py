"""The reader: somebody who knows all that is shown and every sum, and looks for what a withheld cell can be.

What is to be protected is a system of linear equations with one known solution, the truth. The reader knows the
equations and the shown cells, and that nothing is below nought. Each target must look to the reader as if it might be
empty, and as if it might hold `reach` people or more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Cellwise = NDArray[np.float64]
Mask = NDArray[np.bool_]
LOW, HIGH = "low", "high"
_EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class System:
    """What a reader knows, and what is not to be known.

    Attributes
    ----------
    equations : of which the truth makes nought, (sums, cells)
    truth : people in each cell, whole numbers
    loss : what is lost if the cell is withheld as well
    hidden : cells withheld whatever else is
    choice : cells that may be withheld to cover others
    targets : places of cells to protect; all hidden
    reach : people a target must look able to hold
    """

    equations: sparse.csr_array
    truth: Cellwise
    loss: Cellwise
    hidden: Mask
    choice: Mask
    targets: NDArray[np.intp]
    reach: int

    def only(self, target: int) -> System:
        """Return the same with one target."""
        return replace(self, targets=np.array([target], dtype=np.intp))


class Reader:
    """Linear programmes over one system, each begun where the last one ended."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.withheld = system.hidden.copy()
        self.runs = 0
        size = len(system.truth)
        self._lower, self._upper = system.truth.copy(), system.truth.copy()
        self._cost = np.zeros(size)
        self._places = np.arange(size, dtype=np.int32)
        self._solver = load(system.equations, self._cost, self._lower, self._upper)
        self.withhold(system.hidden)

    def withhold(self, withheld: Mask) -> None:
        """Take these cells for withheld and the others for shown."""
        self.withheld = withheld.copy()
        self._lower = np.where(withheld, 0.0, self.system.truth)
        self._upper = np.where(withheld, np.inf, self.system.truth)
        self._solver.changeColsBounds(len(self._places), self._places, self._lower, self._upper)

    def aim(self, cost: Cellwise) -> None:
        """Look from now on for tables at which these costs are least."""
        self._cost = cost
        self._solver.changeColsCost(len(cost), self._places, cost)

    def table(self, target: int | None = None, value: float = 0.0) -> Cellwise | None:
        """Return a table that fits all that is shown, with a cell at a value; None if there is none."""
        if target is not None:
            self._solver.changeColBounds(target, value, value)
        found = self.run()
        if target is not None:
            self._solver.changeColBounds(target, self._lower[target], self._upper[target])
        return found

    def cap(self, targets: NDArray[np.intp], most: float | None) -> None:
        """Look at these cells up to so many people only; None takes the cap off."""
        for target in targets:
            top = np.inf if most is None else max(most, float(self.system.truth[target]))
            self._upper[target] = top if self.withheld[target] else self.system.truth[target]
            self._solver.changeColBounds(int(target), self._lower[target], self._upper[target])

    def run(self) -> Cellwise | None:
        """Return the table of least cost as things stand; None if there is none."""
        import highspy

        self.runs += 1
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(self._solver.getSolution().col_value)

    def reduced(self) -> Cellwise:
        """Return the reduced cost of each cell at the last table."""
        prices = np.asarray(self._solver.getSolution().row_dual)
        return np.asarray(self._cost - self.system.equations.T @ prices)

    def whole(self, table: Cellwise) -> Cellwise | None:
        """Return a table as whole numbers if it is one; a reader knows that people are not divided."""
        near = np.rint(table)
        is_whole = np.abs(near - table).max() < _EXACT and not (self.system.equations @ near).any()
        return near if is_whole and near.min() >= 0 else None


def whole_table(system: System, withheld: Mask, target: int, side: str) -> Cellwise | None:
    """Return a table of whole numbers that fits all that is shown, with the target at its goal; None if none does."""
    places = np.flatnonzero(withheld)
    part = system.equations[:, places]
    used = np.diff(part.indptr) > 0
    right = (part @ system.truth[places])[used]
    low, high = np.zeros(len(places)), np.full(len(places), np.inf)
    at = int(np.searchsorted(places, target))
    if side == LOW:
        high[at] = 0.0
    else:
        low[at] = float(system.reach)
    answer = milp(
        np.zeros(len(places)),
        integrality=np.ones(len(places)),
        bounds=Bounds(low, high),
        constraints=LinearConstraint(part[used], right, right),
    )
    if answer.x is None:
        return None
    table = system.truth.copy()
    table[places] = np.rint(answer.x)
    return table


def load(equations: sparse.csr_array, cost: Cellwise, lower: Cellwise, upper: Cellwise) -> Any:
    """Return a solver loaded with a linear programme whose equations all make nought."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    solver = Quiet()  # type: ignore[no-untyped-call]
    for name, option in (("output_flag", False), ("presolve", "off"), ("solver", "simplex")):
        solver.setOptionValue(name, option)
    rows, columns = equations.shape
    solver.passModel(
        columns, rows, equations.nnz,
        int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
        cost, lower, upper, np.zeros(rows), np.zeros(rows),
        equations.indptr.astype(np.int32), equations.indices.astype(np.int32), equations.data.astype(np.float64),
        np.zeros(columns, np.int32),
    )  # fmt: skip
    return solver
