"""The back-test: every model from every month as it was known then, scored on what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from toguna.core.errors import AskError
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.core.progress import Progress, silent
from toguna.core.workers import run_all
from toguna.forecasting.calibration import STRATA, stratum_of
from toguna.forecasting.models.model import Model, model, models
from toguna.forecasting.panel import Floats, Ints, Panel
from toguna.forecasting.parameters import REACH
from toguna.forecasting.stacking import NAME, Evidence, Stack, stack_weights
from toguna.forecasting.trial import METRICS, Outcomes, Trial, run_trial

LEAST_HISTORY = 36  # months known before the first origin


class BacktestParams(Frozen):
    """Which origins, leads and models; frozen, unknown keys are errors."""

    first: str = Field(description="First origin, YYYY-MM")
    last: str = Field(description="Last origin, YYYY-MM")
    leads: tuple[int, ...] = Field(default=tuple(range(1, 13)), description="Months ahead of the origin")
    lag: int | None = Field(
        default=None, ge=0, description="Take months as public so long after their end; default: when they were"
    )
    at_least: int = Field(default=0, ge=0, description="Months the last known month lies before the origin at least")
    warm_up: int = Field(default=60, ge=0, description="Months of origins before the first, to earn weights on")
    every: int = Field(default=1, ge=1, description="Months between origins")
    refit: int = Field(default=12, ge=1, description="Months a fitted model is used for")
    draws: int = Field(default=1000, ge=10, le=10_000, description="Draws of each forecast")
    level: float = Field(default=0.9, gt=0, lt=1, description="Level of the interval scored")
    models: tuple[str, ...] = Field(default=(), description="Members; none means all that are registered")
    seed: int = Field(default=1, ge=0, description="Seed; the same seed gives the same result")


@dataclass(frozen=True, eq=False)
class Backtest:
    """Scores of every model, origin, lead and unit.

    Attributes
    ----------
    panel : what was forecast
    params : what was asked
    models : names, the ensemble last
    origins : months the forecasts were made in
    known : last month known at each origin, counted from the panel's first
    scores : by metric, models x origins x leads x units; NaN where nothing has come yet
    totals : by metric, models x origins x leads, of the sum of all units
    outcome : origins x leads x units
    stratum : origins x units, how active the unit had been, position in STRATA
    weights : of the ensemble after all evidence: groups of steps x members
    """

    panel: Panel
    params: BacktestParams
    models: tuple[str, ...]
    origins: tuple[Month, ...]
    known: Ints = field(repr=False)
    scores: Mapping[str, npt.NDArray[np.float32]] = field(repr=False)
    totals: Mapping[str, npt.NDArray[np.float32]] = field(repr=False)
    outcome: Floats = field(repr=False)
    stratum: Ints = field(repr=False)
    weights: Floats = field(repr=False)

    def of(self, metric: str, model: str) -> npt.NDArray[np.float32]:
        """Return the scores of a model; origins x leads x units."""
        found: npt.NDArray[np.float32] = self.scores[metric][self.models.index(model)]
        return found

    def fitted(self, name: str) -> Model:
        """Return a model of the back-test fitted to its whole panel; the ensemble with the weights it earned."""
        if name != NAME:
            return model(name).fit(self.panel)
        return Stack(tuple(model(one) for one in self.models if one != NAME), self.weights).fit(self.panel)


def backtest(
    panel: Panel,
    params: BacktestParams,
    *,
    workers: int = 1,
    cluster: str | None = None,
    progress: Progress = silent,
) -> Backtest:
    """Return the back-test of the models and of the ensemble whose weights they earned on earlier origins.

    Models are fitted anew every `refit` months to what was known then; the ensemble's weights are made of forecasts
    whose outcomes were known then. The result is the same however the work is shared out.
    """
    asked = _origins(panel, params)
    names = params.models or members_of(panel)
    members = tuple(models()[name] if name in models() else _unknown(name) for name in names)
    warm = _reads(panel, asked, params)
    trials = _trials(panel, warm, members, params)
    total = 2 * len(trials)
    first_pass: list[Outcomes] = []
    for outcomes in run_all(run_trial, trials, workers=workers, cluster=cluster):
        first_pass.append(outcomes)
        progress(len(first_pass), total, "models")
    evidence = [one for outcomes in first_pass for one in outcomes.evidence]
    mixed = []
    for trial, outcomes in zip(trials, first_pass, strict=True):
        stack = Stack(outcomes.fitted, _weights_at(evidence, min(trial.steps), len(names)))
        mixed.append(Trial(panel, (stack,), trial.steps, trial.draws, trial.seed, trial.level, False, fit=False))
    second_pass: list[Outcomes] = []
    for outcomes in run_all(run_trial, mixed, workers=workers, cluster=cluster):
        second_pass.append(outcomes)
        progress(len(trials) + len(second_pass), total, "ensemble")
    scored = [one for one in asked if one >= Month.parse(params.first)]
    found = {}
    for one, two in zip(first_pass, second_pass, strict=True):
        found.update({key: np.concatenate([one.scores[key], two.scores[key]]) for key in one.scores})
    return _gathered(panel, params, (*names, NAME), scored, found, stack_weights(evidence, len(names)))


def members_of(panel: Panel) -> tuple[str, ...]:
    """Return the names of the models that make sense of a panel: those of neighbours only where it has any."""
    found = models()
    return tuple(name for name in sorted(found) if panel.near or not getattr(found[name], "with_near", False))


def _unknown(name: str) -> Model:
    raise AskError(f"There is no model {name!r}. Known: {', '.join(models())}.")


def _origins(panel: Panel, params: BacktestParams) -> list[Month]:
    """Return the origins, those of the warm-up first; all with enough history known."""
    first, last = Month.parse(params.first), Month.parse(params.last)
    if last < first:
        raise AskError(f"The first origin, {first}, is after the last, {last}. Exchange them.")
    if min(params.leads) < 1:
        raise AskError("Leads are months ahead, 1 or more.")
    months = [first + at for at in range(-(params.warm_up // params.every) * params.every, last.since(first) + 1)]
    found = [month for month in months if month.since(first) % params.every == 0]
    found = [month for month in found if _length(panel, month, params) >= LEAST_HISTORY]
    if not any(month >= first for month in found):
        raise AskError(
            f"No origin from {first} to {last} has {LEAST_HISTORY} months known before it: the panel begins "
            f"{panel.first} and ends {panel.last}. Ask for later origins."
        )
    return found


def _length(panel: Panel, origin: Month, params: BacktestParams) -> int:
    try:
        return panel.known_at(origin, at_least=params.at_least, lag=params.lag).months
    except AskError:
        return 0


def _reads(panel: Panel, origins: Sequence[Month], params: BacktestParams) -> dict[int, set[int]]:
    """Return the steps asked of each last known month."""
    found: dict[int, set[int]] = {}
    for origin in origins:
        known = _length(panel, origin, params) - 1
        gap = panel.at(origin) - known
        steps = {gap + lead for lead in params.leads}
        if max(steps) > REACH:
            raise AskError(
                f"From {origin} the last known month lies {gap} months back; {max(params.leads)} months ahead is "
                f"{max(steps)} steps, past the models' reach of {REACH}. Ask for fewer months ahead, or an origin "
                "nearer to the data."
            )
        found.setdefault(known, set()).update(steps)
    return {known: {step for step in steps if known + step < panel.months} for known, steps in found.items()}


def _trials(
    panel: Panel, reads: Mapping[int, set[int]], members: tuple[Model, ...], params: BacktestParams
) -> list[Trial]:
    groups: dict[int, dict[int, tuple[int, ...]]] = {}
    for known in sorted(reads):
        if reads[known]:
            groups.setdefault(known // params.refit, {})[known] = tuple(sorted(reads[known]))
    return [
        Trial(panel, members, steps, params.draws, params.seed, params.level, with_evidence=True)
        for steps in groups.values()
    ]


def _weights_at(evidence: Sequence[Evidence], known: int, members: int) -> Floats:
    """Return the weights earned by forecasts whose outcomes were known by a month."""
    return stack_weights([one for one in evidence if one.known + one.step <= known], members)


def _gathered(
    panel: Panel,
    params: BacktestParams,
    names: tuple[str, ...],
    origins: Sequence[Month],
    found: Mapping[tuple[int, int], Any],
    weights: Floats,
) -> Backtest:
    shape = (len(names), len(origins), len(params.leads), len(panel.units))
    scores = {metric: np.full(shape, np.nan, np.float32) for metric in METRICS}
    totals = {metric: np.full(shape[:3], np.nan, np.float32) for metric in METRICS}
    outcome = np.full(shape[1:], np.nan)
    stratum = np.zeros((len(origins), len(panel.units)), np.int64)
    lasts = np.zeros(len(origins), np.int64)
    for row, origin in enumerate(origins):
        known = _length(panel, origin, params) - 1
        lasts[row] = known
        stratum[row] = [STRATA.index(one) for one in stratum_of(panel.counts[:, : known + 1])]
        for column, lead in enumerate(params.leads):
            step = panel.at(origin) + lead - known
            if (known, step) not in found:
                continue
            outcome[row, column] = panel.counts[:, known + step]
            for number, metric in enumerate(METRICS):
                scores[metric][:, row, column] = found[known, step][:, number, :-1]
                totals[metric][:, row, column] = found[known, step][:, number, -1]
    return Backtest(panel, params, names, tuple(origins), lasts, scores, totals, outcome, stratum, weights)
