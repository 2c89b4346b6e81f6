"""What a run must beat: each camp's share kept, its last count kept, gravity; and the stack of run and share."""

from __future__ import annotations

import numpy as np

from toguna.displacement.scenario import Floats, Scenario
from toguna.displacement.score import relative_difference, share_baseline
from toguna.network.geodesy import great_circle_km

WEIGHTS = np.linspace(0.0, 1.0, 21)  # of the run in the stack


def last_value(counted: Floats, day: int) -> Floats:
    """Return the forecast that each camp keeps the people counted on a day."""
    return np.tile(counted[day], (len(counted), 1))


def gravity(scenario: Scenario) -> Floats:
    """Return the counted total split by gravity: people near conflict over km, in a straight line, to each camp.

    Camps attract alike; each conflict zone sends by its people and intensity. NaN where positions are not known.
    """
    counted, camps = scenario.counts.people, scenario.camps
    if not len(scenario.latitude):
        return np.full_like(counted, np.nan)
    longitude, latitude = scenario.longitude, scenario.latitude
    km = np.asarray(
        great_circle_km(longitude[:, None], latitude[:, None], longitude[camps][None], latitude[camps][None])
    )
    sent = scenario.population * np.where(scenario.abroad, 0.0, 1.0) * scenario.intensity
    pull = np.cumsum(sent, axis=0) @ np.nan_to_num(1.0 / np.maximum(km, 1.0))
    there = pull.sum(axis=1, keepdims=True)
    share = np.where(there > 0, pull / np.maximum(there, 1e-300), 1.0 / len(camps))
    return np.asarray(counted.sum(axis=1, keepdims=True) * share)


def anchored(simulated: Floats, counted: Floats, day: int) -> Floats:
    """Return a run that begins again from the counts of a day: what was counted and what the run adds or takes.

    Parameters
    ----------
    simulated : people by day and camp, shape (..., days, camps); counted : shape (days, camps)
    """
    change = simulated - simulated[..., day : day + 1, :]
    return np.asarray(np.maximum(counted[day] + change, 0.0))


def rescaled(simulated: Floats, counted: Floats) -> Floats:
    """Return people by day and camp scaled to each day's counted total."""
    there = simulated.sum(axis=-1, keepdims=True)
    return np.asarray(simulated * counted.sum(axis=1, keepdims=True) / np.maximum(there, 1.0))


def weight_of_run(simulated: Floats, counted: Floats, until: int) -> float:
    """Return the weight of the anchored run in the stack with the share kept, by a back-test on days up to `until`.

    Both begin again from a third, half and two thirds of those days and are judged on the rest of them. Weights 0 and 1
    are among those tried, so that in the back-test the stack is never worse than the better of the two.
    """
    misses = np.zeros(len(WEIGHTS))
    for day in sorted({until // 3, until // 2, 2 * until // 3}):
        judged = slice(day + 1, until + 1)
        run = rescaled(anchored(simulated, counted, day), counted)[judged]
        share = share_baseline(counted, day)[judged]
        for at, weight in enumerate(WEIGHTS):
            misses[at] += relative_difference(weight * run + (1 - weight) * share, counted[judged]).mean()
    return float(WEIGHTS[int(np.argmin(misses))])


def stacked(simulated: Floats, counted: Floats, until: int, weight: float) -> Floats:
    """Return the stack of the run anchored on day `until` and the share of that day kept."""
    run = rescaled(anchored(simulated, counted, until), counted)
    return np.asarray(weight * run + (1 - weight) * share_baseline(counted, until))
