"""One piece of a back-test: the models fitted once, run from a few origins, each forecast scored on what came."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from toguna.forecasting.models.model import Draws, Model
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.scores import IGN_EDGES, bin_chances, score_draws
from toguna.forecasting.stacking import Evidence

METRICS = (
    "crps", "ign", "mis", "log_crps", "crps_from_1", "crps_from_10", "chance_1", "chance_10", "chance_25",
    "mean", "below", "at_most", "lower", "upper",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trial:
    """What a piece of a back-test needs.

    Attributes
    ----------
    panel : as far as the last outcome; models are handed only what was known
    models : fitted or not; those not fitted are fitted to the first origin's panel
    steps : by last known month, counted from the first, the months ahead that are asked for
    with_evidence : whether to keep what weights are made of
    """

    panel: Panel = field(repr=False)
    models: tuple[Model, ...]
    steps: dict[int, tuple[int, ...]]
    draws: int
    seed: int
    level: float
    with_evidence: bool
    fit: bool = True


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Scores of a trial.

    Attributes
    ----------
    scores : by last known month and step: models x metrics x (units and, last, the sum of all units)
    evidence : what weights are made of
    fitted : the models as fitted
    """

    scores: dict[tuple[int, int], npt.NDArray[np.float32]]
    evidence: list[Evidence]
    fitted: tuple[Model, ...]


def run_trial(trial: Trial) -> Outcomes:
    """Return the scores of a trial."""
    start = min(trial.steps)
    fitted = trial.models
    if trial.fit:
        past = trial.panel.until(start + 1)
        fitted = tuple(one.fit(past) for one in trial.models)
    scores: dict[tuple[int, int], npt.NDArray[np.float32]] = {}
    evidence: list[Evidence] = []
    for known, steps in trial.steps.items():
        panel = trial.panel.until(known + 1)
        params = ForecastParams(steps=steps, draws=trial.draws, seed=trial.seed + known)
        drawn = [one(panel, params) for one in fitted]
        for column, step in enumerate(steps):
            if known + step >= trial.panel.months:
                continue
            outcome = trial.panel.counts[:, known + step]
            now = [one[:, column] for one in drawn]
            scores[known, step] = np.stack([_scored(one, outcome, trial.level) for one in now])
            if trial.with_evidence:
                # The bin the outcome fell into: what IGN rewards.
                at = np.searchsorted(IGN_EDGES[1:], outcome, side="right")
                chances = np.stack([bin_chances(one)[np.arange(len(outcome)), at] for one in now], axis=1)
                evidence.append(Evidence.of(known, step, chances, now, outcome))
    return Outcomes(scores, evidence, fitted)


def _scored(draws: Draws, outcome: np.ndarray, level: float) -> npt.NDArray[np.float32]:
    # The sum of all units is judged too: it is right only if draws hang together as units do.
    both = np.concatenate([draws, draws.sum(axis=0, keepdims=True)])
    found = score_draws(both, np.append(outcome, outcome.sum()), level=level)
    return np.stack([getattr(found, name) for name in METRICS]).astype(np.float32)
