"""Our own entry to the challenge: a year's months, forecast from what was counted to the October before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toguna.core.errors import AskError
from toguna.core.progress import Progress, silent
from toguna.forecasting.backtest import BacktestParams, backtest
from toguna.forecasting.challenge import DRAWS, Window
from toguna.forecasting.models.model import Draws, model
from toguna.forecasting.panel import Panel
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.stacking import NAME

_WEIGHED_ON = 96  # months of origins the weights are earned on


def entry(
    panel: Panel, window: Window, *, name: str = NAME, seed: int = 1, workers: int = 1, progress: Progress = silent
) -> Draws:
    """Return draws (units, 12, 1000) for a window, from the months to its cut alone.

    Raises
    ------
    AskError
        The panel does not reach the cut, or the model is unknown.
    """
    length = panel.at(window.cut) + 1
    if not 36 < length <= panel.months:
        raise AskError(
            f"{window} is forecast from months to {window.cut}; the series runs from {panel.first} to {panel.last}. "
            "Choose another window, or a longer series."
        )
    known = panel.until(length)
    # The challenge hands out all months to the cut, so every month counts as known when it ends.
    known = replace(known, known_from=np.arange(length))
    params = ForecastParams(steps=window.leads, draws=DRAWS, seed=seed)
    if name != NAME:
        return model(name).fit(known)(known, params)
    last = known.last.back(1)
    back = backtest(
        known,
        BacktestParams(
            first=str(max(last.back(_WEIGHED_ON), known.first + 48)),
            last=str(last),
            leads=window.leads,
            warm_up=0,
            every=3,
            seed=seed,
        ),
        workers=workers,
        progress=progress,
    )
    return back.fitted(NAME)(known, params)
