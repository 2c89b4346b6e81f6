"""What the map looks like on a day: conflict, scores of places, chances to leave, links that are shut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toguna.displacement.scenario import Floats, Ints, Kind, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.ways import Ways

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Map:
    """Places and links on a day; equal days share one.

    Attributes
    ----------
    chance : chance to leave each place in a day; is_town : whether short stints push on from it
    weight : of each way, -1 where it is shut; is_open : of each directed link
    capacity : of each place, scaled; 0 is none
    """

    chance: Floats
    is_town: Flags
    weight: Floats
    is_open: Flags
    capacity: Floats


def map_of_day(scenario: Scenario, settings: Settings, ways: Ways, day: int, strength: Floats) -> Map:
    """Return the map of a day; `strength` is that of conflict at each place."""
    move = settings.movement
    intensity = scenario.intensity[day]
    kinds = _kinds(scenario, day)
    in_conflict = (intensity > 0) & ~np.isin(kinds, (Kind.CAMP, Kind.IDP_CAMP))
    chance = np.full(len(kinds), move.default_movechance)
    for kind, value in (
        (Kind.CAMP, move.camp_movechance),
        (Kind.IDP_CAMP, move.idpcamp_movechance),
        (Kind.HUB, 1.0),
        (Kind.MARKER, 1.0),
    ):
        chance[kinds == kind] = value
    chance[in_conflict] = move.conflict_movechance
    is_town = np.isin(kinds, (Kind.TOWN, Kind.CONFLICT)) & ~in_conflict
    score = _score(scenario, settings, kinds, in_conflict, strength)
    is_open = _open(scenario, day)
    return Map(chance, is_town, _weights(settings, ways, score, is_open), is_open, _capacity(scenario, settings, kinds))


def conflict_strength(scenario: Scenario, settings: Settings) -> Floats:
    """Return intensity times the weight of the conflict's age, by day and place; the last weight lasts."""
    steps = np.array(settings.spawning.conflict_spawn_decay)
    interval = settings.spawning.conflict_spawn_decay_interval
    age = np.zeros(len(scenario.names), dtype=np.int64)
    found = np.zeros_like(scenario.intensity)
    for day, intensity in enumerate(scenario.intensity):
        goes_on = (intensity > 0) & (scenario.intensity[day - 1] > 0) if day else np.zeros(len(age), dtype=bool)
        age = np.where(goes_on, age + 1, 0)  # where it is quiet the intensity is 0, whatever the age
        found[day] = steps[np.minimum(age // interval, len(steps) - 1)] * intensity
    return found


def _kinds(scenario: Scenario, day: int) -> Ints:
    """Return kinds of places with camps that are closed as towns."""
    kinds = scenario.kinds.copy()
    for one in scenario.closures:
        if one.kind in {"camp", "idpcamp"} and one.start <= day < one.end and one.first in scenario.names:
            kinds[scenario.place(one.first)] = Kind.TOWN
    return kinds


def _score(scenario: Scenario, settings: Settings, kinds: Ints, in_conflict: Flags, strength: Floats) -> Floats:
    move = settings.movement
    home = scenario.countries[0]
    score = np.ones(len(kinds))
    score[np.array([country != home for country in scenario.countries])] *= move.foreign_weight
    score[np.isin(kinds, (Kind.CAMP, Kind.IDP_CAMP))] *= move.camp_weight
    score[in_conflict] *= move.conflict_weight ** strength[in_conflict]
    return score


def _weights(settings: Settings, ways: Ways, score: Floats, is_open: Flags) -> Floats:
    move = settings.movement
    if move.awareness_level == 0:
        weight = np.ones(len(ways.goal))
    else:
        weight = (
            (move.weight_softening + score[ways.goal]) / (move.softening + ways.km) ** move.distance_power
        ) ** move.weight_power
    for way in range(len(ways.goal)):
        if not is_open[ways.links[ways.start[way] : ways.start[way + 1]]].all():
            weight[way] = -1.0
    return weight


def _open(scenario: Scenario, day: int) -> Flags:
    """Return which directed links are open; a closed country, place or link shuts both ways."""
    names, countries = np.array(scenario.names), np.array(scenario.countries)
    a, b = scenario.ends[:, 0], scenario.ends[:, 1]
    shut = np.zeros(len(scenario.km), dtype=bool)
    for one in scenario.closures:
        if not one.start <= day < one.end:
            continue
        if one.kind == "country":
            between = ((countries[a] == one.first) & (countries[b] == one.second)) | (
                (countries[a] == one.second) & (countries[b] == one.first)
            )
            shut |= between
        elif one.kind == "location":
            shut |= (names[a] == one.first) | (names[b] == one.first)
        elif one.kind == "link":
            shut |= ((names[a] == one.first) & (names[b] == one.second)) | (
                (names[a] == one.second) & (names[b] == one.first)
            )
    return np.repeat(~shut, 2)


def _capacity(scenario: Scenario, settings: Settings, kinds: Ints) -> Floats:
    """Return how many agents a camp takes: those of day 0, and its scaled capacity less them."""
    there = np.zeros(len(kinds))
    there[scenario.camps] = scenario.counts.people[0]
    most = there + np.maximum(scenario.population - there, 0.0) * settings.movement.capacity_scaling
    limited = np.isin(kinds, (Kind.CAMP, Kind.IDP_CAMP)) & (scenario.population > 0)
    return np.where(limited, most / settings.hasten, 0.0)
