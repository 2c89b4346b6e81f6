"""Forecasts of violence made by hand, for tests of how a brief tells them."""

from dataclasses import replace

import numpy as np
import pandas as pd

from toguna.core.months import Month
from toguna.forecasting.bootstrap import Interval
from toguna.forecasting.forecast import Forecast
from toguna.forecasting.panel import Panel
from toguna.forecasting.skill import Served

DRAWS = 200


def interval(value, low, high):
    """A 90 % interval."""
    return Interval(value, low, high, 0.9)


def served(model, ign, crps=(1.0, 0.9, 1.1), lead=1):
    """What is served at a lead."""
    return Served(lead, model, "conflictology12", interval(*ign), interval(*crps), "")


EARNED = served("ensemble", (0.8, 0.7, 0.9))
SKILL = pd.DataFrame(
    [
        {"model": name, "n": 540, "crps": crps, "ign": ign, "inside_90": 0.9, "ign_ratio": ign / 3, "ign_low": ign / 4,
         "ign_high": ign / 2}
        for name, crps, ign in (
            ("conflictology12", 12.0, 3.0), ("zero", 40.0, 9.0), ("ensemble", 11.0, 2.4), ("hurdle", 11.5, 2.5),
            ("global_pool", 12.5, 2.6), ("self_exciting", 12.6, 2.7), ("conflictology24", 12.1, 2.8),
        )
    ]
)  # fmt: skip


def made(country, *, grain="country", target="all", leads=(EARNED, EARNED), counts=20.0, units=None, allocated=False):
    """A forecast made by hand: 10, 20 or 30 in a month for the country, each equally likely."""
    units = units or {"XOU": "Ouadji"}
    known = Panel(
        grain, target, pd.DataFrame({"name": list(units.values())}, index=list(units)), Month(2002, 1),
        np.full((len(units), 120), counts), np.arange(120), sources=("made-up-events",),
    )  # fmt: skip
    draws = np.zeros((len(units), len(leads), DRAWS + 1), np.float32)
    draws[:] = np.tile([10, 20, 30], (DRAWS + 1) // 3)
    months = tuple(country.month + lead for lead in range(1, len(leads) + 1))
    parameters = {**country.made_from.parameters, "grain": grain, "candidate": "ensemble", "draws": 1000}
    return Forecast(
        panel=known, origin=country.month, months=months, draws=draws, served=leads, skill=SKILL,
        made_from=replace(country.made_from, parameters=parameters, seed=1), allocated=allocated,
    )  # fmt: skip
