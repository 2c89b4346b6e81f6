"""Who flees on each day and from where: by a counted total, by conflict, or by water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from toguna.displacement.conditions import between_levels
from toguna.displacement.scenario import Floats, Ints, Scenario
from toguna.displacement.settings import Settings


@dataclass(frozen=True, eq=False)
class Fleeing:
    """Agents who flee.

    Attributes
    ----------
    day0 : in each place when the run begins
    new : who flee from each place on each day, shape (days, places)
    home : who go home from the camps on each day because the counted total falls
    unmet : falls of the total that no later arrival has met yet, by day
    """

    day0: Ints
    new: Ints
    home: Ints
    unmet: Floats


def who_flees(scenario: Scenario, settings: Settings, strength: Floats, rng: np.random.Generator) -> Fleeing:
    """Return who flees; `strength` is that of conflict by day and place, as the settings age it."""
    spawn = settings.spawning
    day0 = np.zeros(len(scenario.names), dtype=np.int64)
    if spawn.insert_day0 and not spawn.empty_camps_on_day0:
        day0[scenario.camps] = (scenario.counts.people[0] / settings.hasten).astype(np.int64)
    if spawn.flood_zone_spawning_only or spawn.conflict_driven_spawning is not None:
        new = _by_cause(scenario, settings, rng)
        return Fleeing(day0, new, np.zeros(scenario.days, dtype=np.int64), np.zeros(scenario.days))
    total, home, unmet = arrivals(scenario, settings)
    weights = _Weights(scenario, settings)
    new = np.zeros((scenario.days, len(scenario.names)), dtype=np.int64)
    for day in range(scenario.days):
        if total[day]:
            new[day] = rng.multinomial(total[day], weights.day(day, strength[day]))
            weights.take(new[day] * settings.hasten)
    return Fleeing(day0, new, home, unmet)


def arrivals(scenario: Scenario, settings: Settings) -> tuple[Ints, Ints, Floats]:
    """Return agents who flee and who go home on each day, and falls of the total not yet met by later arrivals.

    New arrivals are the day's rise of the total. A fall is a correction that later rises meet, or people go home,
    as `falling_total` says.
    """
    counts = scenario.counts
    total = counts.people.sum(axis=1) if settings.spawning.sum_from_camps else counts.total
    goes_home = settings.spawning.falling_total == "returns"
    new, home = np.zeros(scenario.days, dtype=np.int64), np.zeros(scenario.days, dtype=np.int64)
    unmet = np.zeros(scenario.days)
    debt = spare = spare_home = 0.0
    for day in range(1, scenario.days):
        rise = int(total[day] - total[day - 1]) - debt
        if goes_home:
            spare_home += max(-rise, 0.0) / settings.hasten
            home[day] = int(spare_home)
            spare_home -= home[day]
        else:
            debt = max(-rise, 0.0)
        spare += max(rise, 0.0) / settings.hasten
        new[day] = int(spare)
        spare -= new[day]
        unmet[day] = debt / settings.hasten
    return new, home, unmet


class _Weights:
    """The chance that somebody who flees on a day is from each place: people x intensity x age of the conflict."""

    def __init__(self, scenario: Scenario, settings: Settings) -> None:
        self._people = scenario.population.copy()
        self._takes = settings.spawning.take_from_population
        starves = settings.movement.flee_when_starving and scenario.conditions.hunger.size
        self._hunger = scenario.conditions.hunger if starves else None
        self._anywhere = not settings.spawning.conflict_zone_spawning_only
        self._home = np.where(scenario.abroad, 0.0, 1.0)
        self._last = np.zeros(len(self._people))

    def day(self, day: int, strength: Floats) -> Floats:
        """Return the weights of a day, summing to 1; those of the last day with conflict where there is none."""
        pressure = self._home if self._anywhere else strength
        if self._hunger is not None:
            pressure = pressure + self._hunger[day] * self._home
        weight = self._people * pressure
        if weight.sum() > 0:
            self._last = weight / weight.sum()
        return self._last if self._last.sum() > 0 else np.full(len(weight), 1 / len(weight))

    def take(self, people: npt.NDArray[Any]) -> None:
        """Take those who fled from the people of their places, where the settings say so."""
        if self._takes:
            self._people = np.maximum(self._people - people, 0.0)


def _by_cause(scenario: Scenario, settings: Settings, rng: np.random.Generator) -> Ints:
    """Return agents who flee by day and place where no total is given; nobody flees from a place without people."""
    spawn = settings.spawning
    conflict = spawn.conflict_driven_spawning
    mode = conflict.spawn_mode if conflict is not None else spawn.flood_driven_spawning.flood_spawn_mode
    flood = scenario.conditions.flood
    people = np.where(scenario.abroad, 0.0, scenario.population)
    spare = np.zeros(len(people))
    new = np.zeros((scenario.days, len(people)), dtype=np.int64)
    for day in range(scenario.days):
        if conflict is not None:
            rate = conflict.amount * scenario.intensity[day]
        elif flood.size:
            by_level = between_levels(flood[day], spawn.flood_driven_spawning.displaced_per_flood_day)
            rate = np.where(flood[day] > 0, by_level, 0.0)
        else:
            rate = np.zeros(len(people))
        wanted = rate * people if mode == "pop_ratio" else rate
        who = rng.poisson(wanted).astype(float) if mode == "poisson" else np.floor(wanted)
        if spawn.take_from_population:
            who = np.minimum(who, np.floor(people))
            people = people - who
        spare += who / settings.hasten
        new[day] = np.floor(spare).astype(np.int64)
        spare -= new[day]
    return new
