"""Solves a posture problem tier by tier: always a plan, always a bound, always the gap."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from toguna.core.errors import PlanError
from toguna.core.progress import Progress, silent
from toguna.planning.cover_bound import quiet_solver
from toguna.planning.posture import TIERS, Floats, Ints, Posture
from toguna.planning.posture_model import Model, build

_NAMES = {1: "aid and access", 2: "votes and administration", 3: "south-north", 4: "protection", 5: "arms and DDR"}
_TIDY_SECONDS = 5.0  # for fewest bases and moves, which protects nobody
_SLACK = 1e-6  # rounding a floor row may need


@dataclass(frozen=True)
class Tier:
    """What a tier achieved.

    Attributes
    ----------
    tier : principle, 1 to 5
    value : achieved when it was its turn
    bound : proved: no plan that keeps the earlier tiers achieves more
    kept : achieved by the final plan, after later tiers
    """

    tier: int
    value: float
    bound: float
    kept: float

    @property
    def gap(self) -> float:
        """Most a better plan could add, as a share of the value."""
        more = max(self.bound - self.value, 0.0)
        return 0.0 if more <= 1e-9 else more / self.value if self.value > 0 else float("inf")


@dataclass(frozen=True, eq=False)
class Solved:
    """A posture.

    Attributes
    ----------
    units : kinds x bases x months, units posted
    tiers : what each tier with anything in it achieved
    floor : lowest share of its harm any region has averted
    seconds : it took
    """

    units: Ints = field(repr=False)
    tiers: tuple[Tier, ...]
    floor: float
    seconds: float


def solve(posture: Posture, *, time_limit: float = 60.0, progress: Progress = silent) -> Solved:
    """Return a posture, tier by tier, each kept at (1 - eps) of what it achieved while later ones are sought.

    Raises
    ------
    PlanError
        The limits contradict each other; the sentence says which.
    """
    began = time.perf_counter()
    model = build(posture)
    run = _Run(model, began + time_limit)
    stages: list[tuple[str, int, Floats]] = []
    for tier in TIERS:
        if not model.tiers[tier].any():
            continue
        if tier == 4 and model.floor is not None and posture.equity > 0:
            stages.append(("the region worst off", 0, model.floor))
        stages.append((_NAMES[tier], tier, model.tiers[tier]))
    results: list[tuple[int, float, float]] = []
    for number, (name, tier, objective) in enumerate(stages):
        progress(number, len(stages) + 1, name)
        value, bound = run.maximise(objective, share=1 / (len(stages) + 1 - number))
        results.append((tier, value, bound))
        eps = 1 - posture.equity if tier == 0 else posture.eps[tier - 1]
        run.keep(objective, (1 - eps) * value)
    progress(len(stages), len(stages) + 1, "fewest bases and moves")
    run.maximise(model.last, share=1.0, most=_TIDY_SECONDS)
    x = run.best
    tiers = tuple(Tier(tier, value, bound, float(model.tiers[tier] @ x)) for tier, value, bound in results if tier > 0)
    floor = float(model.floor @ x) if model.floor is not None else float("nan")
    return Solved(np.rint(x[model.units]).astype(np.int64), tiers, floor, time.perf_counter() - began)


class _Run:
    """HiGHS with one model, solved again and again with another objective and more rows."""

    def __init__(self, model: Model, until: float) -> None:
        import highspy

        self._until = until
        self._integer = model.is_integer
        self._solver: Any = quiet_solver()
        self._solver.setOptionValue("mip_rel_gap", 1e-4)
        self._solver.passModel(_as_lp(model, highspy))
        self._kept: list[tuple[Floats, float]] = []
        self.best: Floats = np.zeros(len(model.is_integer))

    def maximise(self, objective: Floats, *, share: float, most: float = np.inf) -> tuple[float, float]:
        """Return the value reached and a bound, within a share of the time left and at most so many seconds."""
        import highspy

        at = np.arange(len(objective), dtype=np.int32)
        self._solver.changeColsCost(len(at), at, -objective)
        left = max(min((self._until - time.perf_counter()) * share, most), 0.5)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + left)  # its clock runs on
        start = highspy.HighsSolution()
        start.col_value = list(self.best)
        self._solver.setSolution(start)
        self._solver.run()
        if not self._is_whole(objective):
            # Where presolve settles all, the solver may hand back the start and not what it found: ask without one.
            self._solver.clearSolver()
            self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise PlanError("No posture keeps all limits. Allow more bases, more beds or more moves.")
        info = self._solver.getInfo()
        found = np.asarray(self._solver.getSolution().col_value)
        value = float(objective @ self.best)
        if len(found) and info.primal_solution_status == 2:
            now = float(objective @ found)
            if now >= value - _SLACK * max(abs(value), 1) and self._keeps(found):
                self.best, value = found, now
        bound = -float(info.mip_dual_bound)
        return value, max(bound, value) if np.isfinite(bound) else float("inf")

    def _is_whole(self, objective: Floats) -> bool:
        """Return whether the solution handed back has the value the solver states."""
        found = np.asarray(self._solver.getSolution().col_value)
        stated = -float(self._solver.getInfo().objective_function_value)
        return len(found) == len(objective) and bool(np.isclose(objective @ found, stated, rtol=1e-6, atol=1e-6))

    def keep(self, objective: Floats, least: float) -> None:
        """Add the row that an objective stays at a value."""
        at = np.flatnonzero(objective).astype(np.int32)
        slack = _SLACK * max(abs(least), 1.0)
        self._solver.addRow(least - slack, np.inf, len(at), at, objective[at])
        self._kept.append((objective, least - 2 * slack))

    def _keeps(self, found: Floats) -> bool:
        return all(objective @ found >= least for objective, least in self._kept)


def _as_lp(model: Model, highspy: Any) -> Any:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.matrix.shape[1], model.matrix.shape[0]
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = model.column_lower, model.column_upper
    lp.row_lower_, lp.row_upper_ = model.lower, model.upper
    matrix = sparse.csr_array(model.matrix)
    matrix.sum_duplicates()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    lp.integrality_ = [
        highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous for whole in model.is_integer
    ]
    return lp
