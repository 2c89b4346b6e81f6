"""`Course`: all of a scenario and its settings that no chance decides, reckoned once for any number of runs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toguna.displacement.map_of_day import Map, conflict_strength, map_of_day
from toguna.displacement.scenario import Floats, Ints, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.travellers import Travellers, travellers_of
from toguna.displacement.ways import Ways, ways_of

LEVELS = 16  # steps in which a day's full way is remembered


@dataclass(frozen=True, eq=False)
class Links:
    """How directed links are passed, by `walked` (0 driven, 1 on foot); shape (2, directed links) each.

    Attributes
    ----------
    end : place each leads to, shape (directed links,)
    days : days a link takes: one more than the whole days' ways its length holds
    last : way on the day of arrival; full : way on each day before; both in LEVELS of a day's way
    """

    end: Ints
    days: Ints
    last: Ints
    full: Ints


@dataclass(frozen=True, eq=False)
class Course:
    """A scenario made ready to run.

    Attributes
    ----------
    strength : of conflict by day and place; maps : each different map; map_of : number of the map of each day
    """

    scenario: Scenario = field(repr=False)
    settings: Settings = field(repr=False)
    travellers: Travellers = field(repr=False)
    ways: Ways = field(repr=False)
    links: Links = field(repr=False)
    strength: Floats = field(repr=False)
    maps: tuple[Map, ...] = field(repr=False)
    map_of: tuple[int, ...] = field(repr=False)

    @property
    def numbers(self) -> tuple[int, float, float, int]:
        """What both engines hand to their compiled days: levels of a full day's way, buffer, power, short stints."""
        move = self.settings.movement
        return LEVELS, move.capacity_buffer, move.weight_power, int(move.avoid_short_stints)

    def map(self, day: int) -> Map:
        """Return the map of a day."""
        return self.maps[self.map_of[day]]


def course_of(scenario: Scenario, settings: Settings) -> Course:
    """Return the course of a scenario: ways, links and the map of each day; ways are sought only once."""
    move = settings.movement
    travellers = travellers_of(scenario, settings)
    ways = ways_of(scenario, move.awareness_level, shortest=move.fixed_routes)
    strength = conflict_strength(scenario, settings)
    maps: list[Map] = []
    map_of: list[int] = []
    for day in range(scenario.days):
        if day == 0 or _changes(scenario, strength, day):
            maps.append(map_of_day(scenario, settings, travellers, ways, day, strength[day]))
        map_of.append(len(maps) - 1)
    return Course(
        scenario, settings, travellers, ways, _links(scenario, settings), strength, tuple(maps), tuple(map_of)
    )


def _changes(scenario: Scenario, strength: Floats, day: int) -> bool:
    """Return whether a day's map differs from the day before: conflict, hunger, water, kinds or closures."""
    conditions = scenario.conditions
    by_day = (scenario.intensity, strength, conditions.hunger, conditions.flood)
    if any(of.size and (of[day] != of[day - 1]).any() for of in by_day):
        return True
    if any(day == since for since, _, _ in conditions.becomes):
        return True
    return any(day in (one.start, one.end) for one in scenario.closures)


def _links(scenario: Scenario, settings: Settings) -> Links:
    """Return how links are passed. Who arrives has gone further than the link is long: a day's way is not enough."""
    move = settings.movement
    speed = np.full(len(scenario.km), move.max_move_speed)
    if len(scenario.link_speed):
        speed = np.where(np.isnan(scenario.link_speed) | (scenario.link_speed <= 0), speed, scenario.link_speed)
    foot = move.max_walk_speed if move.start_on_foot else np.inf
    pace = np.array([speed, np.minimum(speed, foot)])
    days = np.floor(scenario.km / pace) + 1
    last = np.rint(LEVELS * np.minimum((scenario.km - (days - 1) * pace) / move.max_move_speed, 1.0))
    full = np.maximum(np.rint(LEVELS * np.minimum(pace / move.max_move_speed, 1.0)), 1)
    both = (np.repeat(table.astype(np.int64), 2, axis=1) for table in (days, last, full))
    return Links(np.ascontiguousarray(scenario.ends[:, ::-1]).ravel(), *both)
