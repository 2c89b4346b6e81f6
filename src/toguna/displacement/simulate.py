"""`simulate`: a scenario of flight, day by day, agent by agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.provenance import MadeFrom
from toguna.displacement.agent_search import NOWHERE, day_of_agents
from toguna.displacement.map_of_day import Map, conflict_strength, map_of_day
from toguna.displacement.scenario import Floats, Ints, Kind, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.ways import ways_of


@dataclass(frozen=True, eq=False)
class Flight:
    """Where people were on each day.

    Attributes
    ----------
    people : at each place at the end of each day, shape (days, places)
    on_road : on the road at the end of each day
    entered : people who entered each directed link, in all, shape (2 x links)
    fled : people who had fled by the end of each day, those of day 0 in camps included
    unmet : falls of the total that were carried over, by day (people whom no later arrival has met yet)
    """

    scenario: Scenario = field(repr=False)
    people: Floats = field(repr=False)
    on_road: Floats = field(repr=False)
    entered: Floats = field(repr=False)
    fled: Floats = field(repr=False)
    unmet: Floats = field(repr=False)
    made_from: MadeFrom

    @property
    def camps(self) -> Floats:
        """People in the camps with a series, shape (days, camps)."""
        return self.people[:, self.scenario.camps]

    @property
    def table(self) -> pd.DataFrame:
        """One row a day and place: date, place, country, kind, people, and people counted where a camp has a series."""
        one = self.scenario
        counted = np.full(self.people.shape, np.nan)
        counted[:, one.camps] = one.counts.people
        dates = [(one.start + timedelta(days=day)).isoformat() for day in range(one.days)]
        places = len(one.names)
        return pd.DataFrame(
            {
                "date": np.repeat(dates, places),
                "place": np.tile(one.names, one.days),
                "country": np.tile(one.countries, one.days),
                "kind": np.tile([Kind(kind).name.lower() for kind in one.kinds], one.days),
                "people": self.people.ravel(),
                "counted": counted.ravel(),
            }
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the scenario's files before trusting the run."""
        one, last = self.scenario, self.scenario.days - 1
        found = [f"No link leads to {name}: nobody can arrive there." for name in one.isolated]
        found += [f"{name} has a series but is no place of locations.csv: left out." for name in one.counts.left_out]
        ends = dict(zip(one.counts.camps, one.counts.ends, strict=True))
        for end in sorted({end for end in ends.values() if end < last}):
            names = ", ".join(name for name in ends if ends[name] == end)
            found.append(f"Counts end on day {end} of {last}, the last one is held, for {names}.")
        if one.redirections:
            found.append(f"{one.redirections} links are marked as forced redirection; they are links like others here.")
        if self.unmet[-1] > 0:
            found.append(f"The total falls: {self.unmet[-1]:,.0f} people at the end that no arrival has met since.")
        return tuple(found)


def simulate(scenario: Scenario, settings: Settings, seed: int) -> Flight:
    """Return a run of a scenario; the same seed gives the same run.

    Parameters
    ----------
    scenario : places, links, conflict, closures and counts; the total of arrivals is taken from the counts
    settings : rules and numbers; `hasten` people stand behind each agent
    seed : of the counter the random numbers come from
    """
    days, places = scenario.days, len(scenario.names)
    scale = float(settings.hasten)
    new, unmet = arrivals(scenario, settings)
    day0 = _day0(scenario, settings)
    most = int(day0.sum() + new.sum())
    state = _State(most)
    state.add(np.repeat(np.arange(places), day0), walks=False)
    ways = ways_of(scenario, settings.movement.awareness_level)
    people = np.bincount(state.place[: state.count], minlength=places).astype(np.int64)
    rng = np.random.default_rng(seed)
    strength = conflict_strength(scenario, settings)
    weights_of = _SpawnWeights(scenario.population, takes=settings.spawning.take_from_population)
    link_end, link_km = scenario.ends[:, ::-1].ravel().copy(), np.repeat(scenario.km, 2)
    numbers = _numbers(settings)
    scratch = np.empty(int(np.diff(ways.first).max(initial=1)) + 1)
    on_link = np.zeros(2 * len(scenario.km), dtype=np.int64)
    out = np.zeros((days, places))
    road, entered = np.zeros(days), np.zeros(len(on_link))
    today: Map | None = None
    for day in range(days):
        if today is None or _changes(scenario, strength, day):
            today = map_of_day(scenario, settings, ways, day, strength[day])
        origins = rng.multinomial(int(new[day]), weights_of.day(strength[day]))
        weights_of.take(origins * scale)
        people += origins
        state.add(np.repeat(np.arange(places), origins), walks=True)
        day_of_agents(
            np.uint64(seed), day, state.count, state.place, state.link, state.gone, state.moved, state.recent,
            state.walks, state.way, state.step, ways.first, ways.goal, today.weight, ways.start, ways.links,
            link_end, link_km, today.is_open, today.chance, today.is_town, people,
            today.capacity, on_link, numbers, scratch,
        )  # fmt: skip
        out[day] = people * scale
        road[day] = (state.count - people.sum()) * scale
        entered += on_link * scale
    fled = (day0.sum() + np.cumsum(new)) * scale
    made = MadeFrom(scenario.name, scenario.digest, {"settings": settings.model_dump(mode="json")}, seed)
    return Flight(scenario, out, road, entered, fled, unmet * scale, made)


def arrivals(scenario: Scenario, settings: Settings) -> tuple[Ints, Floats]:
    """Return agents who flee on each day, and the falls of the total not yet met by later arrivals.

    New arrivals are the day's rise of the total; a fall is carried over and taken from later rises.
    """
    counts = scenario.counts
    total = counts.people.sum(axis=1) if settings.spawning.sum_from_camps else counts.total
    new = np.zeros(scenario.days, dtype=np.int64)
    unmet = np.zeros(scenario.days)
    debt = spare = 0.0
    for day in range(1, scenario.days):
        rise = int(total[day] - total[day - 1]) - debt
        debt = max(-rise, 0.0)
        spare += max(rise, 0.0) / settings.hasten
        new[day] = int(spare)
        spare -= new[day]
        unmet[day] = debt / settings.hasten
    return new, unmet


def _day0(scenario: Scenario, settings: Settings) -> Ints:
    found = np.zeros(len(scenario.names), dtype=np.int64)
    if settings.spawning.insert_day0 and not settings.spawning.empty_camps_on_day0:
        found[scenario.camps] = (scenario.counts.people[0] / settings.hasten).astype(np.int64)
    return found


def _numbers(settings: Settings) -> Floats:
    move = settings.movement
    return np.array(
        [
            move.max_move_speed,
            move.max_walk_speed,
            move.capacity_buffer,
            move.weight_power,
            float(move.avoid_short_stints),
            float(move.start_on_foot),
        ]
    )


def _changes(scenario: Scenario, strength: Floats, day: int) -> bool:
    """Return whether a day's map differs from the day before: conflict, its strength, or a closure."""
    by_day = (scenario.intensity, strength)
    if any((of[day] != of[day - 1]).any() for of in by_day):
        return True
    return any(day in (one.start, one.end) for one in scenario.closures)


class _SpawnWeights:
    """The chance that somebody who flees on a day is from each place: people x intensity x age of the conflict."""

    def __init__(self, population: Floats, *, takes: bool) -> None:
        self._population, self._takes = population, takes
        self._last = np.zeros(len(self._population))

    def day(self, strength: Floats) -> Floats:
        """Return the weights of a day, summing to 1; those of the last day with conflict where there is none."""
        weight = self._population * strength
        if weight.sum() > 0:
            self._last = weight / weight.sum()
        return self._last if self._last.sum() > 0 else np.full(len(weight), 1 / len(weight))

    def take(self, people: npt.NDArray[Any]) -> None:
        """Take those who fled from the people of their places, where the settings say so."""
        if self._takes:
            self._population = np.maximum(self._population - people, 0.0)


class _State:
    """One number an agent, for as many as there will ever be."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self.place = np.zeros(most, dtype=np.int32)
        self.link = np.full(most, NOWHERE, dtype=np.int32)
        self.gone, self.moved, self.recent = (np.zeros(most, dtype=np.float32) for _ in range(3))
        self.walks = np.zeros(most, dtype=np.bool_)
        self.way = np.full(most, NOWHERE, dtype=np.int32)
        self.step = np.zeros(most, dtype=np.int16)

    def add(self, places: Ints, *, walks: bool) -> None:
        """Put new agents at places."""
        new = slice(self.count, self.count + len(places))
        self.place[new], self.walks[new] = places, walks
        self.count += len(places)
