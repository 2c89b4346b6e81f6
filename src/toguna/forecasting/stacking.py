"""The stacked ensemble: a draw of it is a draw of one member, chosen by weights earned on earlier origins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from toguna.core.errors import DataError
from toguna.forecasting.models.model import Draws, Model, empty
from toguna.forecasting.models.severity import cap_of
from toguna.forecasting.panel import Floats, Panel
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.stack_search import shares_upto

NAME = "ensemble"
GROUPS = (3, 6, 12, 18, 24, 36)  # last steps of the groups that share weights
# Where members' distributions are compared for the CRPS: at 0, 1, 2 ... and ever more widely.
GRID = np.array([0, 1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 56, 80, 113, 160, 226, 320, 452, 640, 905, 1280], float)
_WIDTHS = np.diff(np.append(GRID, 2000.0))
_LEAST_ROWS = 500  # outcomes known before weights are trusted
_ROUNDS = 300
_ALIKE = 0.05  # of the logarithm of a chance
_CRPS_WEIGHT = 3.0  # of the relative CRPS beside the relative IGN; 1, 3 and 10 differ little on origins before 2010


def group_of(step: int) -> int:
    """Return the number of the group of steps that a step shares weights with."""
    return int(np.searchsorted(GROUPS, step))


@dataclass(frozen=True, eq=False)
class Evidence:
    """What members did on one step of one earlier origin: enough to weigh them by CRPS and IGN.

    Attributes
    ----------
    known : month, counted from the panel's first, that the forecast was made after
    step : months ahead
    chances : units x members, chance each gave to the bin the outcome fell into
    squares, products : members x members and members; with `chances.shape[0]` units the CRPS of a mixture w is
        (w' squares w - 2 products' w + constant) / units on the grid
    """

    known: int
    step: int
    chances: npt.NDArray[np.float32] = field(repr=False)
    squares: Floats = field(repr=False)
    products: Floats = field(repr=False)
    constant: float

    @classmethod
    def of(cls, known: int, step: int, chances: Floats, draws: Sequence[Draws], outcome: Floats) -> Evidence:
        """Return the evidence of draws (each units x draws) on an outcome (units)."""
        below = np.stack([shares_upto(one, GRID) for one in draws])  # members x units x grid
        is_below = (outcome[:, None] <= GRID).astype(float)
        weighted = below * _WIDTHS
        flat, heavy = below.reshape(len(draws), -1), weighted.reshape(len(draws), -1)
        return cls(
            known, step, chances.astype(np.float32), heavy @ flat.T, heavy @ is_below.ravel(),
            float((is_below * _WIDTHS).sum()),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stack:
    """A linear pool of members.

    Attributes
    ----------
    members : fitted models
    weights : groups of steps x members; rows sum to 1
    """

    members: tuple[Model, ...]
    weights: Floats
    name: str = NAME

    def fit(self, panel: Panel) -> Stack:
        """Return the stack with each member fitted again; the weights stay."""
        return Stack(tuple(one.fit(panel) for one in self.members), self.weights, self.name)

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws: draw d of all units is draw d of one member, the same at all steps that share weights."""
        return self.mix([one(panel, params) for one in self.members], panel, params)

    def mix(self, draws: Sequence[Draws], panel: Panel, params: ForecastParams) -> Draws:
        """Return the pool of members' draws, capped at three times the highest count so far.

        Raises
        ------
        DataError
            A member gave a draw that is no count: one such draw would ruin every mean made of the pool.
        """
        for mine, one in zip(self.members, draws, strict=True):
            if not np.isfinite(one.sum()) or one.min(initial=0.0) < 0:
                raise DataError(
                    f"{mine.name} gave draws that are negative or not finite after {panel.last}. Leave it out of the "
                    "ensemble, or mend it."
                )
        found, cap = empty(panel, params), np.float32(cap_of(panel))
        chosen = np.random.default_rng([params.seed, 22]).permutation((np.arange(params.draws) + 0.5) / params.draws)
        for column, step in enumerate(params.steps):
            edges = np.cumsum(self.weights[group_of(step)])
            member = np.searchsorted(edges / edges[-1], chosen).clip(0, len(draws) - 1)
            for number, one in enumerate(draws):
                mine = member == number
                found[:, column, mine] = np.minimum(one[:, column, mine], cap)
        return found


def stack_weights(evidence: Sequence[Evidence], members: int) -> Floats:
    """Return weights by group of steps that minimise IGN + 3 CRPS, each relative to that of equal weights.

    A group with fewer than 500 known outcomes takes the weights of all steps; without any, members count alike.
    """
    equal = np.full(members, 1 / members)
    rows = sum(len(one.chances) for one in evidence)
    overall = _weigh(evidence, members) if rows >= _LEAST_ROWS else equal
    found = np.tile(overall, (len(GROUPS), 1))
    for group in range(len(GROUPS)):
        own = [one for one in evidence if group_of(one.step) == group]
        if sum(len(one.chances) for one in own) >= _LEAST_ROWS:
            found[group] = _weigh(own, members)
    return found


def _weigh(evidence: Sequence[Evidence], members: int) -> Floats:
    """Return weights on the simplex by exponentiated gradient (Kivinen and Warmuth 1997), from equal weights."""
    chances = np.concatenate([one.chances for one in evidence]).astype(float)
    # Rows alike to a few per cent are taken together: most quiet ones are, and there are very many of them.
    alike, many = np.unique(np.rint(np.log(chances) / _ALIKE).astype(np.int32), axis=0, return_counts=True)
    kinds = np.exp(alike * _ALIKE)
    total = many.sum()
    squares = sum(one.squares for one in evidence) / total
    products = sum(one.products for one in evidence) / total
    constant = sum(one.constant for one in evidence) / total

    def ign(weights: Floats) -> float:
        return float(-(many @ np.log2(kinds @ weights)) / total)

    def crps(weights: Floats) -> float:
        return float(weights @ squares @ weights - 2 * products @ weights + constant)

    weights = np.full(members, 1 / members)
    first_ign, first_crps = max(ign(weights), 1e-12), max(crps(weights), 1e-12)

    def loss(weights: Floats) -> float:
        return ign(weights) / first_ign + _CRPS_WEIGHT * crps(weights) / first_crps

    best, rate = loss(weights), 0.5
    for _ in range(_ROUNDS):
        slope = -(kinds.T @ (many / (kinds @ weights))) / total / np.log(2) / first_ign
        slope += _CRPS_WEIGHT * 2 * (squares @ weights - products) / first_crps
        tried = weights * np.exp(-rate * (slope - slope.min()))
        tried /= tried.sum()
        now = loss(tried)
        if now < best:
            weights, best = tried, now
        else:  # the step was too long
            rate /= 2
    return np.asarray(weights)
