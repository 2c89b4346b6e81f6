"""Other columns of a count table: withheld where the count is, and with it what would still give them away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toguna.accounts.disclosure.cells import Cells
from toguna.accounts.disclosure.reader import Cellwise, Mask, Reader, System


def withheld_of(cells: Cells, name: str, system: System, withheld: Mask) -> Mask:
    """Return the cells in which a measure is not shown.

    As a rule those in which the count is not. A small cell of one less than the threshold looks able to hold the
    threshold; its measure must look able to be that much more, or less. If it does not, the measure is not shown in any
    total over a withheld cell either: no sum that is shown then holds a cell that is not.
    """
    measure = cells.measures[name]
    values = measure[system.targets]
    usual = float(measure[cells.base & cells.possible].mean()) or 1.0
    slack = 1.0 / (system.reach - 1)
    reader = Reader(replace(system, truth=measure, hidden=withheld))
    most = np.where(values > 0, values * (1.0 + slack), slack * usual)
    if _are_open(reader, values * (1.0 - slack), 1.0) and _are_open(reader, most, -1.0):
        return withheld
    return withheld | _totals_over(cells, withheld)


def _are_open(reader: Reader, goals: Cellwise, sign: float) -> bool:
    """Tell whether each target can be at its goal, or beyond it on the side of the sign."""
    targets = reader.system.targets
    cost = np.zeros(len(reader.system.truth))
    cost[targets] = sign
    reader.aim(cost)
    if sign < 0:
        reader.cap(targets, float(goals.max(initial=0.0)))
    done = np.zeros(len(targets), dtype=bool)
    found = reader.table()
    while found is not None:
        done |= sign * (found[targets] - goals) <= 1e-9
        if done.all():
            return True
        first = int(np.flatnonzero(~done)[0])
        found = reader.table(int(targets[first]), float(goals[first]))
        done[first] = True
    return False


def _totals_over(cells: Cells, withheld: Mask) -> Mask:
    """Return totals in which a withheld cell lies."""
    block = withheld.reshape(cells.shape).copy()
    for at, axis in enumerate(cells.axes):
        turned = np.moveaxis(block, at, 0)
        for place, parent in enumerate(axis.parents):
            if parent >= 0:
                turned[parent] |= turned[place]
    return np.asarray(block.ravel())
