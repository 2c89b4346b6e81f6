"""Skill on months not seen, and the rule that decides what is served: no model where a baseline does as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError
from toguna.forecasting.backtest import Backtest
from toguna.forecasting.bootstrap import Interval, compare, leave_out_worst
from toguna.forecasting.calibration import STRATA, pit
from toguna.forecasting.ranking import average_precision, recall_at

Scores = npt.NDArray[np.float32]
BASELINES = ("zero", "conflictology12")
MARGIN = 0.05  # a model must have an IGN so much lower than the better baseline's
LEAST_ORIGINS = 36  # fewer back-tested origins serve no model
_TOP = 5


@dataclass(frozen=True)
class Served:
    """What is served at one lead.

    Attributes
    ----------
    lead : months ahead of the origin
    model : name of what is served
    baseline : the baseline of lower IGN
    ign, crps : ratio of the candidate's mean score to that of the better baseline, with a 90 % interval
    why : a sentence
    """

    lead: int
    model: str
    baseline: str
    ign: Interval
    crps: Interval
    why: str


def serve(backtest: Backtest, candidate: str, *, units: npt.ArrayLike | None = None, seed: int = 1) -> list[Served]:
    """Return what is served at each lead of a back-test.

    The candidate is served where its IGN is at least 5 % lower than that of the better of zero and conflictology12
    and a paired block bootstrap does not have it above (90 %), and where its CRPS is not significantly above that of
    the better one; else the baseline is served, under its own name.

    Parameters
    ----------
    units : positions of the units that count; default: all
    """
    if candidate not in backtest.models:
        raise AskError(f"{candidate} is not in the back-test. Choose one of {', '.join(backtest.models)}.")
    keep = slice(None) if units is None else np.asarray(units)
    return [_served(backtest, candidate, column, keep, seed) for column in range(len(backtest.params.leads))]


def _served(backtest: Backtest, candidate: str, column: int, keep: object, seed: int) -> Served:
    def of(metric: str, model: str) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = backtest.of(metric, model)[:, column, keep]  # type: ignore[index]
        return found

    lead = backtest.params.leads[column]
    known = [name for name in BASELINES if name in backtest.models]
    if len(known) < len(BASELINES):
        raise AskError(f"Back-test the baselines too, {' and '.join(BASELINES)}: nothing is served without them.")
    scored = np.isfinite(of("ign", candidate)).any(axis=1)
    mean = {metric: {name: float(np.nanmean(of(metric, name)[scored])) for name in known} for metric in ("ign", "crps")}
    baseline = min(known, key=lambda name: mean["ign"][name])
    by_crps = min(known, key=lambda name: mean["crps"][name])
    if scored.sum() * backtest.params.every < LEAST_ORIGINS or scored.sum() < 8:
        none = Interval(float("nan"), float("nan"), float("nan"), 0.9)
        return Served(lead, baseline, baseline, none, none, f"only {scored.sum()} months could be back-tested")
    rng = np.random.default_rng([seed, lead])
    ign, crps = (
        _ratio(backtest, of(metric, candidate)[scored], of(metric, other)[scored], rng)
        for metric, other in (("ign", baseline), ("crps", by_crps))
    )
    if ign.value > 1 - MARGIN:
        why = f"its IGN is not {MARGIN:.0%} below that of {baseline}"
    elif ign.high > 1:
        why = f"that its IGN is below that of {baseline} may be luck"
    elif crps.low > 1:
        why = f"its CRPS is above that of {by_crps}"
    else:
        why = f"IGN {1 - ign.value:.0%} below {baseline}, CRPS not significantly above {by_crps}"
        return Served(lead, candidate, baseline, ign, crps, why)
    return Served(lead, baseline, baseline, ign, crps, f"{candidate} is not served: {why}")


def _ratio(backtest: Backtest, score: Scores, reference: Scores, rng: np.random.Generator) -> Interval:
    """Return mean score / mean reference with a 90 % interval, origins drawn in blocks of a year."""
    block = max(1, min(12 // backtest.params.every, len(score) // 2))
    return compare(score, reference, rng, ratio=True, block=block, level=0.9)


def unjudged(months: int) -> list[Served]:
    """Return the own last twelve months, served where the past is too short to judge anything."""
    none = Interval(float("nan"), float("nan"), float("nan"), 0.9)
    name = BASELINES[1]
    return [Served(lead, name, name, none, none, "too short a past to judge a model") for lead in range(1, months + 1)]


def skill_table(
    backtest: Backtest, *, units: npt.ArrayLike | None = None, leads: int | None = None, seed: int = 1
) -> pd.DataFrame:
    """Return mean scores by model over all origins, leads and units, the lower the better, and beside the baselines.

    `leads` takes the first so many leads only, `units` the units at these positions.

    Columns: model, n (forecasts scored), crps, ign, mis, log_crps, crps_from_1, crps_from_10, brier (of at least 1),
    average_precision, recall_top (share of the unit-months hit among the five units of highest chance), inside_90
    (share of outcomes in the 90 % interval), inside_50, and ign_ratio, crps_ratio with bounds of their 90 % intervals:
    to conflictology12 and to the better of both baselines.
    """
    keep = slice(None) if units is None else np.asarray(units)
    outcome = backtest.outcome[:, :leads, keep]
    known = np.isfinite(outcome)
    rows = [_row(backtest, name, keep, outcome, known, seed) for name in backtest.models]
    return pd.DataFrame(rows)


def _row(
    backtest: Backtest, name: str, keep: object, outcome: np.ndarray, known: np.ndarray, seed: int
) -> dict[str, object]:
    def of(metric: str, model: str = name) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = backtest.of(metric, model)[:, : outcome.shape[1], keep]  # type: ignore[index]
        return found

    happened = outcome >= 0.5
    chance = of("chance_1")
    rank = pit(
        of("below")[known].astype(float), of("at_most")[known].astype(float), backtest.params.draws,
        np.random.default_rng(seed),
    )  # fmt: skip
    row: dict[str, object] = {"model": name, "n": int(known.sum())}
    for metric in ("crps", "ign", "mis", "log_crps", "crps_from_1", "crps_from_10"):
        row[metric] = float(np.nanmean(of(metric)))
    row["brier"] = float(np.mean((chance[known] - happened[known]) ** 2))
    row["average_precision"] = average_precision(chance[known], happened[known])
    row["recall_top"] = _recall(chance, happened, known)
    row["inside_90"] = float(np.mean((rank >= 0.05) & (rank <= 0.95)))
    row["inside_50"] = float(np.mean((rank >= 0.25) & (rank <= 0.75)))
    crps = {other: float(np.nanmean(of("crps", other))) for other in BASELINES if other in backtest.models}
    for metric, other in (("ign", BASELINES[1]), ("crps", min(crps, key=crps.__getitem__, default=""))):
        if other in backtest.models:
            scored = known.any(axis=(1, 2))
            rng = np.random.default_rng(seed)
            found = _ratio(backtest, of(metric)[scored], of(metric, other)[scored], rng)
            row |= {f"{metric}_ratio": found.value, f"{metric}_low": found.low, f"{metric}_high": found.high}
    return row


def _recall(chance: np.ndarray, happened: np.ndarray, known: np.ndarray) -> float:
    """Return the recall of the five units ranked highest, over origins and leads; NaN with few units."""
    units = chance.shape[-1]
    if units <= _TOP:
        return float("nan")
    whole = known.all(axis=-1)
    found = recall_at(chance[whole], happened[whole], _TOP)
    return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def leave_out(backtest: Backtest, k: int = _TOP) -> pd.DataFrame:
    """Return mean scores by model without the k units in which conflictology12 did worst."""
    parts = {
        metric: leave_out_worst(
            {name: backtest.of(metric, name) for name in backtest.models}, reference=BASELINES[1], k=k
        )
        for metric in ("crps", "ign")
    }
    return pd.DataFrame({"model": list(backtest.models), **{m: list(part.values()) for m, part in parts.items()}})


def by_stratum(backtest: Backtest, model: str) -> pd.DataFrame:
    """Return IGN, CRPS and coverage by how active units had been: quiet, flaring, active."""
    rows = []
    lead = np.broadcast_to(backtest.stratum[:, None, :], backtest.outcome.shape)
    for number, name in enumerate(STRATA):
        at = (lead == number) & np.isfinite(backtest.outcome)
        inside = (backtest.outcome >= backtest.of("lower", model)) & (backtest.outcome <= backtest.of("upper", model))
        rows.append(
            {
                "stratum": name,
                "n": int(at.sum()),
                "hit": float((backtest.outcome[at] >= 0.5).mean()) if at.any() else float("nan"),
                "chance": float(backtest.of("chance_1", model)[at].mean()) if at.any() else float("nan"),
                "crps": float(backtest.of("crps", model)[at].mean()) if at.any() else float("nan"),
                "ign": float(backtest.of("ign", model)[at].mean()) if at.any() else float("nan"),
                "inside_90": float(inside[at].mean()) if at.any() else float("nan"),
            }
        )
    return pd.DataFrame(rows)
