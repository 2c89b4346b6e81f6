"""Parameters of movement as a posterior: approximate Bayesian computation on the first days of the counts only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from toguna.core.errors import AskError
from toguna.displacement.course import course_of
from toguna.displacement.scenario import Floats, Scenario
from toguna.displacement.score import relative_difference
from toguna.displacement.settings import Settings
from toguna.displacement.simulate import Engine, run

# Lowest and highest value of each parameter, uniform in between: judgement, as wide as users of such models set them.
PRIOR: dict[str, tuple[float, float]] = {
    "max_move_speed": (100.0, 600.0),
    "camp_weight": (1.0, 6.0),
    "foreign_weight": (0.5, 3.0),
    "conflict_weight": (0.05, 1.0),
    "default_movechance": (0.1, 1.0),
    "camp_movechance": (0.0, 0.02),
    "softening": (0.0, 100.0),
    "distance_power": (0.2, 2.0),
    "capacity_scaling": (0.7, 3.0),
}


@dataclass(frozen=True, eq=False)
class Posterior:
    """Settings that come near to the counts of the first days.

    Attributes
    ----------
    settings : one for each draw; weight : of each, summing to 1
    distance : averaged relative difference, rescaled, on the days used, of each draw
    until : last day used; days after it were not looked at
    tried : runs it took
    """

    settings: tuple[Settings, ...] = field(repr=False)
    weight: Floats = field(repr=False)
    distance: Floats = field(repr=False)
    until: int
    tried: int


def calibrate(
    scenario: Scenario,
    settings: Settings,
    *,
    until: int,
    seed: int,
    draws: int = 60,
    generations: int = 4,
    engine: Engine = "agents",
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    """Return the posterior of the parameters of PRIOR, given the counts up to and with day `until`.

    Population Monte Carlo: each generation keeps the nearer half of all it tried, moves them by a normal kernel of
    twice their weighted variance, and weighs them by prior over proposal (Beaumont et al. 2009, Biometrika 96).

    Parameters
    ----------
    scenario, settings : settings give all that is not calibrated
    until : last day whose counts may be used
    seed : of all random numbers
    draws : kept in each generation
    """
    if not 0 < until < scenario.days:
        raise AskError(f"Counts up to day {until} cannot be used: the scenario has days 0 to {scenario.days - 1}.")
    low, high = (np.array([bound[side] for bound in PRIOR.values()]) for side in (0, 1))
    rng = np.random.default_rng(seed)
    early = _first_days(scenario, until)

    def far(values: Floats) -> float:
        one = with_parameters(settings, values)
        camps = run(course_of(early, one), int(rng.integers(2**62)), engine=engine).camps
        return float(relative_difference(camps, early.counts.people, rescaled=True)[1:].mean())

    values = rng.uniform(low, high, (2 * draws, len(low)))
    distance = np.array([far(one) for one in values])
    weight = np.ones(len(values))
    tried = len(values)
    for generation in range(generations):
        kept = np.argsort(distance, kind="stable")[:draws]
        values, distance, weight = values[kept], distance[kept], weight[kept] / weight[kept].sum()
        progress((generation + 1) / (generations + 1))
        if generation == generations - 1:
            break
        spread = np.sqrt(2 * np.average((values - weight @ values) ** 2, axis=0, weights=weight)) + 1e-12
        fresh = _moved(values, weight, spread, low, high, draws, rng)
        kernel = np.exp(-0.5 * (((fresh[:, None, :] - values[None]) / spread) ** 2).sum(axis=2)) @ weight
        # all candidates on one scale: new ones by prior (flat) over proposal, old ones as they were
        new_weight = 1.0 / np.maximum(kernel, 1e-12)
        weight = np.concatenate([weight * draws, new_weight / new_weight.mean()])
        distance = np.concatenate([distance, [far(one) for one in fresh]])
        values = np.concatenate([values, fresh])
        tried += len(fresh)
    chosen = tuple(with_parameters(settings, one) for one in values)
    return Posterior(chosen, weight, distance, until, tried)


def with_parameters(settings: Settings, values: Floats) -> Settings:
    """Return settings with the parameters of PRIOR, in its order."""
    update = {key: float(value) for key, value in zip(PRIOR, values, strict=True)}
    return settings.model_copy(update={"movement": settings.movement.model_copy(update=update)})


def _moved(
    values: Floats, weight: Floats, spread: Floats, low: Floats, high: Floats, wanted: int, rng: np.random.Generator
) -> Floats:
    """Return draws moved by the kernel, those outside the prior drawn again."""
    found = np.zeros((0, values.shape[1]))
    while len(found) < wanted:
        start = rng.choice(len(values), wanted, p=weight)
        tried = values[start] + spread * rng.standard_normal((wanted, values.shape[1]))
        found = np.concatenate([found, tried[((tried >= low) & (tried <= high)).all(axis=1)]])
    return found[:wanted]


def _first_days(scenario: Scenario, until: int) -> Scenario:
    """Return the scenario cut after a day, so that nothing later can be looked at."""
    days = until + 1
    counts = replace(scenario.counts, people=scenario.counts.people[:days], total=scenario.counts.total[:days])
    conditions = replace(
        scenario.conditions, hunger=scenario.conditions.hunger[:days], flood=scenario.conditions.flood[:days]
    )
    return replace(scenario, days=days, intensity=scenario.intensity[:days], counts=counts, conditions=conditions)
