"""What the map looks like on a day: conflict, pull of ways, chances to leave, room, links that are shut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toguna.displacement.chances import chances_to_leave
from toguna.displacement.closures import Flags, kinds_of_day, open_links, sent_on
from toguna.displacement.pull import pull_of_places, weights_of_ways
from toguna.displacement.scenario import CAMPS, Floats, Ints, Kind, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.travellers import Travellers
from toguna.displacement.ways import Ways


@dataclass(frozen=True, eq=False)
class Map:
    """Places and links on a day; equal days share one.

    Attributes
    ----------
    chance : chance to leave each place in a day; is_town : whether short stints push on from it
    weight : of each way for each class of travellers, shape (classes, ways), -1 where it is shut
    is_open : of each directed link
    capacity : of each place in agents, scaled; 0 is no limit
    is_camp : whether each place is a camp; stays : chance in a day that a camp keeps somebody for good
    """

    chance: Floats
    is_town: Flags
    weight: Floats
    is_open: Flags
    capacity: Floats
    is_camp: Flags
    stays: Floats


def map_of_day(
    scenario: Scenario, settings: Settings, travellers: Travellers, ways: Ways, day: int, strength: Floats
) -> Map:
    """Return the map of a day; `strength` is that of conflict at each place."""
    kinds = kinds_of_day(scenario, day)
    is_camp = np.isin(kinds, CAMPS)
    in_conflict = (scenario.intensity[day] > 0) & ~is_camp
    chance = chances_to_leave(scenario, settings, kinds, in_conflict, day)
    is_town = np.isin(kinds, (Kind.TOWN, Kind.CONFLICT, Kind.FLOOD)) & ~in_conflict
    pull = pull_of_places(scenario, settings, kinds, in_conflict, strength, day)
    is_open = open_links(scenario, day)
    weight = weights_of_ways(scenario, settings, travellers, ways, pull, is_open)
    if settings.movement.forced_redirection:
        _send_on(scenario, ways, kinds, day, chance, weight)
    stays = np.zeros(len(kinds))
    if settings.spawning.camps_are_sinks and "deactivation_probability" in scenario.attributes:
        stays = np.where(is_camp, np.nan_to_num(scenario.attributes["deactivation_probability"]), 0.0)
    return Map(chance, is_town, weight, is_open, _capacity(scenario, settings, kinds), is_camp, stays)


def _send_on(scenario: Scenario, ways: Ways, kinds: Ints, day: int, chance: Floats, weight: Floats) -> None:
    """Let everybody leave places people are sent on from, by the links they are sent along; open camps keep them."""
    along: dict[int, list[int]] = {}
    for link in sent_on(scenario, day):
        along.setdefault(int(scenario.ends[link // 2, link % 2]), []).append(link)
    for start, links in along.items():
        if kinds[start] in CAMPS:
            continue
        chance[start] = 1.0
        of_place = slice(ways.first[start], ways.first[start + 1])
        elsewhere = ~np.isin(ways.links[ways.start[:-1]][of_place], links)
        weight[:, of_place][:, elsewhere] = -1.0


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


def _capacity(scenario: Scenario, settings: Settings, kinds: Ints) -> Floats:
    """Return how many agents a camp takes: those of day 0, and its scaled capacity less them."""
    there = np.zeros(len(kinds))
    there[scenario.camps] = scenario.counts.people[0]
    most = there + np.maximum(scenario.population - there, 0.0) * settings.movement.capacity_scaling
    limited = np.isin(kinds, CAMPS) & (scenario.population > 0)
    return np.where(limited, most / settings.hasten, 0.0)
