"""A hurdle of gradient-boosted trees: the chance of anything at all, times how many if so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from toguna.forecasting.features import Features
from toguna.forecasting.models.model import Draws, empty, world
from toguna.forecasting.models.severity import cap_of
from toguna.forecasting.panel import Floats, Ints, Panel
from toguna.forecasting.parameters import REACH, ForecastParams

_LOOK_BACK = 240  # months of outcomes learned from
_ROWS = 120_000  # rows learned from at most; quiet ones are thinned and weighted up
_STEPS = (1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 22, 26, 30, REACH)
_EACH = 3  # an outcome above zero is learned from at every third step, each at others
_FEW = 60  # fewer outcomes above zero teach nothing
_RESIDUALS = 201
_FOLDS = 4
_SHAPE = {
    "learning_rate": 0.05,
    "num_leaves": 15,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbosity": -1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,  # back-tests share out whole origins
}
_CHANCE_ROUNDS, _SIZE_ROUNDS = 120, 80


@dataclass(frozen=True)
class Hurdle:
    """P(count > 0) by a classifier, log of the count if so by a regression with its residuals as spread.

    Attributes
    ----------
    chance, size : fitted LightGBM boosters; None before fitting or where the past holds too little
    residuals : quantiles of log-residuals on folds left out, by tertile of the predicted size; 3 x 201
    bounds : predicted log sizes between the tertiles
    """

    name: str = "hurdle"
    chance: Any = field(default=None, repr=False)
    size: Any = field(default=None, repr=False)
    residuals: Floats | None = field(default=None, repr=False)
    bounds: tuple[float, ...] = ()

    def fit(self, panel: Panel) -> Self:
        """Return the model learned from every outcome in the panel and what was known 1 to 36 months before it."""
        if (panel.counts[:, 12:] > 0).sum() < _FEW:
            return type(self)(self.name)
        features = Features(panel)
        unit, last, step, weight = _sample(panel)
        outcome = panel.counts[unit, last + step]
        x = features.rows(unit, last, step)
        chance = _boost("binary", x, outcome > 0, weight, _CHANCE_ROUNDS, least=100)
        positive = outcome > 0
        x, y, month = x[positive], np.log(outcome[positive]), (last + step)[positive]
        weight = weight[positive]
        size = _boost("regression", x, y, weight, _SIZE_ROUNDS, least=30)
        # Years are left out whole, so that a residual never comes from a month the trees have seen.
        fold = (month // 12) % _FOLDS
        held_out = np.empty(len(y))
        for one in range(_FOLDS):
            out = fold == one
            if out.all() or not out.any():
                held_out[out] = y.mean()
                continue
            held_out[out] = _boost("regression", x[~out], y[~out], weight[~out], _SIZE_ROUNDS, least=30).predict(x[out])
        bounds = np.quantile(held_out, (1 / 3, 2 / 3))
        group = np.searchsorted(bounds, held_out)
        at = (np.arange(_RESIDUALS) + 0.5) / _RESIDUALS
        spread = np.stack(
            [
                np.quantile((y - held_out)[group == one], at) if (group == one).any() else np.quantile(y - held_out, at)
                for one in range(3)
            ]
        )
        return replace(self, chance=chance, size=size, residuals=spread, bounds=tuple(map(float, bounds)))

    def __call__(self, panel: Panel, params: ForecastParams) -> Draws:
        """Return draws; zero everywhere where the past holds too few outcomes above zero to learn from."""
        if self.chance is None:
            fitted = self.fit(panel)
            return empty(panel, params) if fitted.chance is None else fitted(panel, params)
        features, cap = Features(panel), cap_of(panel)
        found = empty(panel, params)
        steps = np.array(params.steps)
        for units, u in world(panel, params).parts():
            many = units.stop - units.start
            unit, step = np.repeat(np.arange(units.start, units.stop), len(steps)), np.tile(steps, many)
            x = features.rows(unit, np.full(len(unit), panel.months - 1), step)
            chance = self.chance.predict(x).reshape(many, len(steps))
            middle = self.size.predict(x).reshape(many, len(steps))
            assert self.residuals is not None
            spread = self.residuals[np.searchsorted(self.bounds, middle)]
            row, column, draw = np.nonzero(u > 1 - chance[:, :, None])
            p = chance[row, column]
            at = ((u[row, column, draw] - 1 + p) / p * _RESIDUALS).astype(int).clip(0, _RESIDUALS - 1)
            value = np.rint(np.exp(middle[row, column] + spread[row, column, at]))
            found[units.start + row, column, draw] = value.clip(1, cap)
        return found


def _sample(panel: Panel) -> tuple[Ints, Ints, Ints, Floats]:
    """Return unit, last known month, step and weight of the outcomes learned from.

    Every outcome above zero is learned from at a third of the steps; of the quiet ones every n-th, weighted up by n
    and to the same share of steps.
    """
    first = max(panel.months - _LOOK_BACK, 13)
    unit, month = np.nonzero(panel.counts[:, first:] > 0)
    quiet_unit, quiet_month = np.nonzero(panel.counts[:, first:] == 0)
    steps = np.array(_STEPS)
    turn, quiet_turn = np.arange(len(unit)), np.arange(len(quiet_unit))
    room = max(_ROWS - len(unit) * len(steps) // _EACH, _ROWS // 2)
    every = max(_EACH, -(-len(quiet_unit) * len(steps) // room))
    parts = []
    for number, step in enumerate(steps):
        hit, kept = turn % _EACH == number % _EACH, quiet_turn % every == number % every
        for rows, columns, weight in (
            (unit[hit], month[hit], 1.0),
            (quiet_unit[kept], quiet_month[kept], every / _EACH),
        ):
            last = columns + first - step
            inside = last >= 12
            parts.append((rows[inside], last[inside], np.full(inside.sum(), step), np.full(inside.sum(), weight)))
    found = [np.concatenate(one) for one in zip(*parts, strict=True)]
    return found[0], found[1], found[2], found[3]


def _boost(objective: str, x: np.ndarray, y: np.ndarray, weight: Floats, rounds: int, *, least: int) -> Any:
    import lightgbm

    shape = {**_SHAPE, "objective": objective, "min_data_in_leaf": least, "seed": 1}
    data = lightgbm.Dataset(x, label=y.astype(float), weight=weight, params={"verbosity": -1})
    return lightgbm.train(shape, data, num_boost_round=rounds)


HURDLE = Hurdle()
