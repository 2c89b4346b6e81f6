"""Which further cells to withhold: one target at a time by cheapest flow, then back what is not needed after all.

After the cell suppression problem of Fischetti and Salazar (2001), "Solving the cell suppression problem on tabular
data with linear constraints", Management Science 47(7), and Willenborg and de Waal (2001), "Elements of Statistical
Disclosure Control", Springer. Both are cited for the problem; their text was not opened (text_status "unverified").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from toguna.accounts.disclosure.cover import Proofs, cover
from toguna.accounts.disclosure.reader import HIGH, LOW, Cellwise, Mask, Reader, System, load
from toguna.core.errors import AccountError

MOST_RUNS = 800  # linear programmes spent on giving cells back


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cells withheld, and tables that prove them to cover each other.

    Attributes
    ----------
    withheld : cells withheld
    proofs : one table or more for each target and side
    is_least : whether no pattern loses less, as linear programmes see it
    """

    withheld: Mask
    proofs: Proofs
    is_least: bool = False


def protect(system: System) -> Pattern:
    """Return a pattern under which every target is covered, without most of the cells that it can do without.

    Raises
    ------
    AccountError
        No pattern covers some target.
    """
    return give_back(system, add_cells(system, system.hidden))


def add_cells(system: System, withheld: Mask, proofs: Proofs | None = None) -> Pattern:
    """Return a pattern with these cells and as many more as cover every target."""
    reader = Reader(system)
    reader.withhold(withheld)
    proofs = Proofs(system) if proofs is None else proofs.under(withheld)
    failed = cover(reader, proofs)
    flow = _Flow(system, withheld) if failed else None
    for target, side in failed:
        if flow is None or target not in proofs.open(side):
            continue
        reader.withhold(flow.withheld)
        reader.aim(np.zeros(len(system.truth)))
        goal = 0.0 if side == LOW else float(system.reach)
        found = reader.table(target, goal)
        if found is None:
            found = flow.cheapest(target, goal)
            flow.withhold(np.abs(found - system.truth) > 1e-6)
            reader.withhold(flow.withheld)
        if (whole := reader.whole(found)) is not None:
            proofs.tables.append(whole)
    if flow is None:
        return Pattern(withheld, proofs)
    reader.withhold(flow.withheld)
    for target, side in cover(reader, proofs):  # what is covered only for a reader who divides people
        whole = _cheapest_whole(system, flow.withheld, target, side)
        flow.withhold(whole != system.truth)
        proofs.tables.append(whole)
    return Pattern(flow.withheld, proofs)


def give_back(system: System, pattern: Pattern) -> Pattern:
    """Return a pattern without the cells that need not be withheld, dearest first."""
    reader = Reader(system)
    withheld, proofs = pattern.withheld.copy(), pattern.proofs
    spare = np.flatnonzero(withheld & ~system.hidden)
    for cell in spare[np.argsort(-system.loss[spare], kind="stable")]:
        fewer = withheld.copy()
        fewer[cell] = False
        left = proofs.under(fewer)
        if left.open(LOW) or left.open(HIGH):
            if reader.runs > MOST_RUNS:
                continue
            reader.withhold(fewer)
            if cover(reader, left, stop=True):
                continue
        withheld, proofs = fewer, left
    return Pattern(withheld, proofs)


class _Flow:
    """The least loss at which a table moves a target to its goal; cells withheld already move for nothing."""

    def __init__(self, system: System, withheld: Mask) -> None:
        self.system = system
        self.withheld = withheld.copy()
        self._extra = np.flatnonzero(system.choice & ~withheld)
        size, extra = len(system.truth), len(self._extra)
        down = system.equations[:, self._extra] * -1.0
        matrix = sparse.csr_array(sparse.hstack([system.equations, down]))
        lower = np.concatenate([np.where(withheld, 0.0, system.truth), np.zeros(extra)])
        upper = np.concatenate([np.where(withheld | system.choice, np.inf, system.truth), system.truth[self._extra]])
        self._lower, self._upper = lower, upper
        self._places = np.arange(size + extra, dtype=np.int32)
        self._solver = load(matrix, self._costs(), lower, upper)

    def _costs(self) -> Cellwise:
        loss = np.where(self.withheld, 0.0, self.system.loss)
        return np.concatenate([loss, loss[self._extra]])

    def withhold(self, cells: Mask) -> None:
        """Withhold these cells too."""
        self.withheld |= cells & self.system.choice
        self._solver.changeColsCost(len(self._places), self._places, self._costs())

    def cheapest(self, target: int, goal: float) -> Cellwise:
        """Return the table with the target at its goal that moves the least loss."""
        import highspy

        self._solver.changeColBounds(target, goal, goal)
        self._solver.run()
        status, found = self._solver.getModelStatus(), np.asarray(self._solver.getSolution().col_value)
        self._solver.changeColBounds(target, self._lower[target], self._upper[target])
        if status != highspy.HighsModelStatus.kOptimal:
            raise _no_cover()
        size = len(self.system.truth)
        table: Cellwise = found[:size].copy()
        table[self._extra] -= found[size:]
        return table


def _no_cover() -> AccountError:
    return AccountError(
        "A small cell cannot be covered: a reader would know it whatever else is withheld. Use coarser places, dates "
        "or categories."
    )


def _cheapest_whole(system: System, withheld: Mask, target: int, side: str) -> Cellwise:
    """Return the table of whole numbers with the target at its goal that moves the least loss."""
    size = len(system.truth)
    free = withheld | system.choice
    up, down = np.where(free, np.inf, 0.0), np.where(free, system.truth, 0.0)
    low_up, low_down = np.zeros(size), np.zeros(size)
    if side == LOW:
        low_down[target] = system.truth[target]
        up[target] = 0.0
    else:
        low_up[target] = system.reach - system.truth[target]
        down[target] = 0.0
    loss = np.where(withheld, 0.0, system.loss)
    answer = milp(
        np.concatenate([loss, loss]),
        integrality=np.ones(2 * size),
        bounds=Bounds(np.concatenate([low_up, low_down]), np.concatenate([up, down])),
        constraints=LinearConstraint(sparse.hstack([system.equations, system.equations * -1.0]), 0.0, 0.0),
        options={"mip_rel_gap": 0.05},
    )
    if answer.x is None:
        raise _no_cover()
    return np.asarray(system.truth + np.rint(answer.x[:size]) - np.rint(answer.x[size:]))
