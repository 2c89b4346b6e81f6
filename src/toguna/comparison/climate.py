"""Drought: one shock a year, after the rains; it lowers livelihoods and raises need and conflict."""

from __future__ import annotations

from typing import Any

from numba import njit

_HARVEST = 10  # calendar month in which a bad year begins to be felt


@njit(cache=True, nogil=True, inline="always")
def climate_month(n: Any, calendar: int, shock: float, t: int) -> None:
    """Take a new year's shock, standard deviations of dryness; it holds until the next harvest."""
    if t == 0 or calendar == _HARVEST:
        n.drought = shock


@njit(cache=True, nogil=True, inline="always")
def conflict_ratio(p: Any, n: Any) -> float:
    """Return how many times more conflict a drought brings, itself and by prices a tenth higher per deviation."""
    dry = max(n.drought, 0.0)
    return float(p.conflict_per_drought**n.drought * p.conflict_per_price**dry)
