"""Many runs: over seeds, over settings of a posterior, over processes or machines; the same result on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat

import numpy as np
import pandas as pd

from toguna.core.workers import run_all
from toguna.displacement.course import Course, course_of
from toguna.displacement.flight import Flight
from toguna.displacement.scenario import Floats, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.simulate import Engine, run


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Many runs of a scenario.

    Attributes
    ----------
    people : at each place at the end of each day, shape (runs, days, places)
    entered : people who entered each directed link in all, shape (runs, 2 x links)
    first : the first run, with its scenario and provenance
    """

    people: Floats = field(repr=False)
    entered: Floats = field(repr=False)
    first: Flight

    @property
    def camps(self) -> Floats:
        """People in the camps with a series, shape (runs, days, camps)."""
        return self.people[:, :, self.first.scenario.camps]

    @property
    def table(self) -> pd.DataFrame:
        """One row a day and place, as of a single run, with median, low and high end (90 %) of all runs as people."""
        low, middle, high = np.quantile(self.people, (0.05, 0.5, 0.95), axis=0)
        return self.first.table.assign(people=middle.ravel(), low=low.ravel(), high=high.ravel())


def ensemble(
    scenario: Scenario | Sequence[Scenario],
    settings: Settings | Sequence[Settings],
    *,
    runs: int,
    seed: int,
    engine: Engine = "cohorts",
    workers: int = 1,
    cluster: str | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Ensemble:
    """Return many runs; run i has the seed drawn for it, so that the result is the same however they are shared out.

    Parameters
    ----------
    scenario, settings : one for all runs, or one for each
    workers : processes on this machine
    cluster : address of a dask.distributed scheduler, for instance tcp://10.0.0.1:8786, instead

    Raises
    ------
    AskError
        The cluster does not answer, or the extra it needs is not installed.
    """
    seeds = [int(one.generate_state(1, np.uint64)[0] >> 1) for one in np.random.SeedSequence(seed).spawn(runs)]
    scenarios = [scenario] * runs if isinstance(scenario, Scenario) else list(scenario)
    rules = [settings] * runs if isinstance(settings, Settings) else list(settings)
    if cluster is not None or workers > 1:
        tasks = list(zip(scenarios, rules, seeds, repeat(engine)))
        flights: Iterable[Flight] = run_all(_one, tasks, workers=workers, cluster=cluster)
    else:
        flights = _here(scenarios, rules, seeds, engine)
    found: list[Flight] = []
    for flight in flights:
        found.append(flight)
        progress(len(found) / runs)
    return Ensemble(np.array([one.people for one in found]), np.array([one.entered[-1] for one in found]), found[0])


def _one(task: tuple[Scenario, Settings, int, Engine]) -> Flight:
    scenario, settings, seed, engine = task
    return run(course_of(scenario, settings), seed, engine=engine)


def _here(scenarios: list[Scenario], rules: list[Settings], seeds: list[int], engine: Engine) -> Iterable[Flight]:
    ready: Course | None = None
    for scenario, settings, seed in zip(scenarios, rules, seeds, strict=True):
        if ready is None or ready.settings is not settings or not _same_map(ready.scenario, scenario):
            ready = course_of(scenario, settings)
        yield run(replace(ready, scenario=scenario), seed, engine=engine)


def _same_map(one: Scenario, other: Scenario) -> bool:
    """Return whether scenarios differ in nothing but how many flee, so that one course serves both."""
    same = one.ends is other.ends and one.intensity is other.intensity and one.counts.people is other.counts.people
    return one is other or (same and one.closures is other.closures and one.conditions is other.conditions)


def interval(draws: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the low and high end of the central interval of the draws, over the first axis."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.asarray(low), np.asarray(high)


def coverage(draws: Floats, counted: Floats, level: float) -> float:
    """Return the share of counts within the central interval of the draws.

    Parameters
    ----------
    draws : shape (runs, days, camps); counted : shape (days, camps)
    """
    low, high = interval(draws, level)
    return float(((counted >= low) & (counted <= high)).mean())


def widened(draws: Floats, factor: Floats | float) -> Floats:
    """Return draws whose distance from their median is multiplied, none below 0."""
    middle = np.median(draws, axis=0)
    return np.asarray(np.maximum(middle + factor * (draws - middle), 0.0))


def factor_for(draws: Floats, counted: Floats, level: float) -> float:
    """Return the factor, at least 1, by which the interval must widen to hold that share of the counts (conformal).

    It is reckoned on days that may be looked at and then used on later ones.
    """
    low, high = interval(draws, level)
    middle = np.median(draws, axis=0)
    side = np.where(counted >= middle, high - middle, middle - low)
    floor = 1e-9 * max(float(counted.sum(axis=1).max()), 1.0)
    needed = np.abs(counted - middle) / np.maximum(side, floor)
    return float(min(max(np.quantile(needed, level), 1.0), 50.0))
