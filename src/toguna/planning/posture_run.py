"""One posture problem maximised again and again: another objective each time, and all that was reached before kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from toguna.planning.cover_bound import quiet_solver
from toguna.planning.posture import Bools, Floats, Ints, Posture
from toguna.planning.posture_model import Model
from toguna.planning.posture_near import neighbourhood, neighbours
from toguna.planning.posture_start import Search

_LARGE = 100_000  # entries of the matrix above which HiGHS alone finds nothing useful in a minute
_SLACK = 1e-6  # rounding a floor row may need
CLOSE = 1e-4  # gap at which a stage is proved
_FLOOR_CLOSE = 0.02  # gap at which the region worst off is settled: less than that share of it is kept afterwards
_LEAST_SECONDS = 0.5
_LAG = 0.15  # of a stage's time, in which the solver that proves comes to an end
_ROUNDS = 2  # of local search, each with a seed of its own, and mending
_SEARCH_SHARE = 0.6  # of a round, for local search
_MEND_SECONDS = 4.0  # for one neighbourhood
_NEIGHBOURS, _FEWEST = 40, 10  # bases of the first neighbourhood, and of the smallest
# Nodes of branching where work is counted: for one neighbourhood, one proof, and tidying (the root finds nearly all).
_MEND_NODES, _PROOF_NODES, _TIDY_NODES = 20, 2_000, 1


@dataclass(frozen=True)
class Work:
    """Work of each stage counted, not timed, so that the same problem gives the same postings on any machine.

    Attributes
    ----------
    settlings : of local search
    mends : neighbourhoods solved for
    """

    settlings: int = 4
    mends: int = 6


class InfeasibleError(Exception):
    """No posture keeps all rows."""


class Run:
    """A model with the rows kept so far, and the best posture that keeps them.

    Attributes
    ----------
    best : value of each column
    """

    def __init__(
        self, posture: Posture, model: Model, until: float, seed: int, close: float = CLOSE, work: Work | None = None
    ) -> None:
        self._posture, self._model, self._until, self._seed, self._close = posture, model, until, seed, close
        self._work = work
        self._kept: list[tuple[int, Floats, float]] = []
        self.best: Floats = np.zeros(len(model.is_integer))
        self._search = Search(posture) if model.matrix.nnz > _LARGE else None
        self._rng = np.random.default_rng(seed)

    @cached_property
    def _near(self) -> Ints:
        return neighbours(self._posture)  # only large problems are mended

    def maximise(self, objective: Floats, stage: int, *, share: float) -> tuple[float, float]:
        """Return the value reached and a bound, within a share of the time left."""
        left = max((self._until - time.perf_counter()) * share, _LEAST_SECONDS)
        search, most = self._search, self._asked(stage)
        if search is None:
            return self._prove(objective, left, most, self._model.column_upper)
        if not any(one[self._model.protection :].any() for one in (objective, *(one for _, one, _ in self._kept))):
            # Before protection has its turn its columns, by far the most, need not be known.
            upper = self._model.column_upper.copy()
            upper[self._model.protection :] = 0.0
            return self._prove(objective, left, most, upper)
        until = time.perf_counter() + left
        bound, worth, price = self._relaxed(objective, left)
        bound = min(bound, most)
        if bound == -np.inf:
            raise InfeasibleError
        units = np.rint(self.best[self._model.units]).astype(np.int64)
        # Columns of what was served for earlier stages may rest anywhere: complete them for this one.
        self._take(objective, self._completed(objective, units))
        if self._work is not None:
            self._seek(objective, stage, (bound, worth, price), self._work)
            value = float(objective @ self.best)
            return value, max(bound, value)
        until -= _LAG * (until - time.perf_counter())
        with self._proving(objective, until - time.perf_counter()) as proof:
            each = (until - time.perf_counter()) / _ROUNDS
            for seed in range(self._seed, self._seed + _ROUNDS):
                ends = time.perf_counter() + each
                enough = self._until_then(ends - each * (1 - _SEARCH_SHARE))
                self._search_from(objective, stage, (bound, worth, price), enough, seed)
                self._mend(objective, stage, bound, min(ends, until))
        proved, value = proof(), float(objective @ self.best)
        if proved == -np.inf:
            raise InfeasibleError
        return value, max(min(bound, proved), value)

    def _seek(self, objective: Floats, stage: int, guide: tuple[float, Floats, float], work: Work) -> None:
        """Search and mend as often as the work allows, and no longer than until the gap is closed."""
        self._search_from(objective, stage, guide, lambda settled: settled >= work.settlings, self._seed)
        self._mend(objective, stage, guide[0], np.inf, work.mends)

    @staticmethod
    def _until_then(then: float) -> Callable[[int], bool]:
        return lambda _: time.perf_counter() > then

    def _search_from(
        self,
        objective: Floats,
        stage: int,
        guide: tuple[float, Floats, float],
        is_over: Callable[[int], bool],
        seed: int,
    ) -> None:
        """Search from the best postings; guide: bound, worth of stages kept, price of a base."""
        bound, worth, price = guide
        units = np.rint(self.best[self._model.units]).astype(np.int64)
        assert self._search is not None  # for type checkers; only large problems come here
        found = self._search.run(
            units, stage, worth, price, is_over=is_over, seed=seed, most=bound - self._gap(stage) * abs(bound)
        )
        self._take(objective, self._completed(objective, found))

    @contextmanager
    def _proving(self, objective: Floats, seconds: float) -> Iterator[Callable[[], float]]:
        """Tighten the bound by cuts on one core while the body of the context seeks postings on the other.

        Yields
        ------
        the bound when the body is done; its incumbents are not asked for, as the search has better ones
        """
        solver = self._ready(objective, seconds, self._model.is_integer)
        solver.setOptionValue("mip_heuristic_effort", 0.0)
        solver.HandleUserInterrupt = True
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(solver.run)
            try:
                yield lambda: -float(solver.getInfo().mip_dual_bound)
            finally:
                solver.cancelSolve()
                running.result()

    def _mend(self, objective: Floats, stage: int, bound: float, until: float, most: int | None = None) -> None:
        """Solve for the bases of one neighbourhood after another, all others as they are; at most so many."""
        units, held = self._model.units, self._model.held
        size = _NEIGHBOURS
        for _ in count() if most is None else range(most):
            left = until - time.perf_counter()
            if left <= _LEAST_SECONDS:
                return
            if bound - float(objective @ self.best) <= self._gap(stage) * abs(bound):
                return
            free = neighbourhood(self._near, self.best[held] > 0.5, size, self._rng)
            lower, upper = self._model.column_lower.copy(), self._model.column_upper.copy()
            for columns in (held[~free], units[:, ~free]):
                lower[columns] = upper[columns] = np.rint(self.best[columns])
            began, limit = time.perf_counter(), min(left, _MEND_SECONDS)
            whole = self._model.is_integer
            found, _ = self._solved(objective, limit, whole, lower=lower, upper=upper, nodes=_MEND_NODES)
            took = time.perf_counter() - began
            self._take(objective, found)
            if self._work is not None:
                continue
            grown = 1.3 if took < _MEND_SECONDS / 4 else 0.7 if took > _MEND_SECONDS * 0.9 else 1.0
            size = min(max(int(size * grown), _FEWEST), len(held))

    def _gap(self, stage: int) -> float:
        return max(self._close, _FLOOR_CLOSE) if stage == 0 else self._close

    def _asked(self, stage: int) -> float:
        """Return all that is asked for in a stage: no plan does more."""
        if stage == 0:
            return 1.0
        asked = sum(float(one.weight.sum()) for one in self._posture.demands if one.tier == stage)
        return asked + (float(self._posture.harm.sum()) if stage == 4 else 0.0)

    def keep(self, objective: Floats, stage: int, least: float) -> None:
        """Keep an objective at a value from now on."""
        self._kept = [one for one in self._kept if one[0] != stage]
        self._kept.append((stage, objective, least - _SLACK * max(abs(least), 1.0)))
        if self._search is not None:
            self._search.floors[stage] = least

    def tidy(self, objective: Floats, seconds: float) -> None:
        """Drop and move what serves nothing; a large problem looks only at the postings it has."""
        upper = self._model.column_upper.copy()
        if self._search is not None:
            units = self._model.units
            upper[units] = np.where(self.best[units] > 0.5, upper[units], 0.0)
        found, _ = self._solved(objective, seconds, self._model.is_integer, upper=upper, nodes=_TIDY_NODES)
        self._take(objective, found)

    def _prove(self, objective: Floats, seconds: float, bound: float, upper: Floats) -> tuple[float, float]:
        found, proved = self._solved(objective, seconds, self._model.is_integer, upper=upper)
        if proved == -np.inf:
            raise InfeasibleError
        self._take(objective, found)
        value = float(objective @ self.best)
        return value, max(min(bound, proved), value)

    def _take(self, objective: Floats, found: Floats | None) -> None:
        """Take postings that are no worse and keep all that must be kept."""
        now = float(objective @ self.best)
        if found is None or objective @ found < now - _SLACK * max(abs(now), 1.0):
            return
        if all(kept @ found >= least - _SLACK * max(abs(least), 1.0) for _, kept, least in self._kept):
            self.best = found

    def _relaxed(self, objective: Floats, seconds: float) -> tuple[float, Floats, float]:
        """Return the value of the relaxation, which no plan exceeds, and its duals: of kept stages and of a base."""
        solver = self._ready(objective, seconds, np.zeros(len(objective), bool))
        solver.run()
        duals = np.asarray(solver.getSolution().row_dual)
        worth = np.zeros(6)
        for number, (stage, _, _) in enumerate(self._kept):
            worth[stage] = abs(duals[self._model.matrix.shape[0] + number])
        return self._found(solver, whole=False)[1], worth, abs(float(duals[self._model.bases_row]))

    def _completed(self, objective: Floats, units: Ints) -> Floats | None:
        """Return all columns for given postings."""
        lower, upper = self._model.column_lower.copy(), self._model.column_upper.copy()
        lower[self._model.units] = upper[self._model.units] = units
        lower[self._model.held] = upper[self._model.held] = units.any(axis=(0, 2))
        whole = np.zeros(len(objective), bool)
        return self._solved(objective, np.inf, whole, lower=lower, upper=upper, start=False)[0]

    def _solved(
        self,
        objective: Floats,
        seconds: float,
        integer: Bools,
        *,
        lower: Floats | None = None,
        upper: Floats | None = None,
        start: bool = True,
        nodes: int = _PROOF_NODES,
    ) -> tuple[Floats | None, float]:
        """Return the columns HiGHS finds and its bound: None and inf where it has none, -inf where none can exist."""
        model = self._model
        columns = (model.column_lower if lower is None else lower, model.column_upper if upper is None else upper)
        solver = self._ready(objective, seconds, integer, columns)
        if self._work is not None:
            solver.setOptionValue("mip_max_nodes", nodes)
        if integer.any() and start:
            given = highspy.HighsSolution()
            given.col_value = list(self.best)
            solver.setSolution(given)
        solver.run()
        if integer.any() and start and not _is_whole(solver, objective):
            # Where presolve settles all, the solver may hand back the start and not what it found: ask without one.
            solver.clearSolver()
            solver.run()
        return self._found(solver, whole=bool(integer.any()))

    def _ready(
        self, objective: Floats, seconds: float, integer: Bools, columns: tuple[Floats, Floats] | None = None
    ) -> Any:
        model = self._model
        solver: Any = quiet_solver()
        solver.setOptionValue("mip_rel_gap", self._close)
        solver.setOptionValue("parallel", "off")
        if self._work is None:
            solver.setOptionValue("time_limit", float(max(seconds, _LEAST_SECONDS)))
        bounds = columns or (model.column_lower, model.column_upper)
        solver.passModel(as_lp(model, self._kept, -objective, bounds, integer))
        if not integer.any():
            solver.setOptionValue("solver", "ipm")
            solver.setOptionValue("run_crossover", "off")
        return solver

    def _found(self, solver: Any, *, whole: bool) -> tuple[Floats | None, float]:
        status, info = solver.getModelStatus(), solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, -np.inf
        known = info.primal_solution_status == 2
        found = np.asarray(solver.getSolution().col_value) if known else None
        if whole:
            return found, -float(info.mip_dual_bound)
        optimal = status == highspy.HighsModelStatus.kOptimal
        value = -float(info.objective_function_value)
        return found, value + _SLACK * abs(value) if optimal else float("inf")


def _is_whole(solver: Any, objective: Floats) -> bool:
    """Return whether the solution handed back has the value the solver states."""
    found = np.asarray(solver.getSolution().col_value)
    stated = -float(solver.getInfo().objective_function_value)
    return len(found) == len(objective) and bool(np.isclose(objective @ found, stated, rtol=1e-6, atol=1e-6))


def as_lp(
    model: Model, kept: list[tuple[int, Floats, float]], cost: Floats, columns: tuple[Floats, Floats], integer: Bools
) -> Any:
    """Return a model as HiGHS reads it: rows kept added, cost minimised, columns within bounds, some of them whole."""
    lp = highspy.HighsLp()
    matrix = sparse.csr_array(sparse.vstack([model.matrix, *(one[None] for _, one, _ in kept)], format="csr"))
    matrix.sum_duplicates()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = columns
    lp.row_lower_ = np.concatenate([model.lower, [least for _, _, least in kept]])
    lp.row_upper_ = np.concatenate([model.upper, np.full(len(kept), np.inf)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole if one else free for one in integer]
    return lp
