"""How strongly places and ways pull people: abroad, camps, conflict, hunger, water, distance."""

from __future__ import annotations

import numpy as np

from toguna.displacement.closures import Flags
from toguna.displacement.conditions import between_levels
from toguna.displacement.scenario import CAMPS, Floats, Ints, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.travellers import NOWHERE, Travellers
from toguna.displacement.ways import Ways
from toguna.network.geodesy import great_circle_km


def pull_of_places(
    scenario: Scenario, settings: Settings, kinds: Ints, in_conflict: Flags, strength: Floats, day: int
) -> Floats:
    """Return the pull of each place on a day; 1 is a quiet town at home. `strength` is that of conflict there."""
    move, abroad = settings.movement, scenario.abroad
    hunger, flood = scenario.conditions.hunger, scenario.conditions.flood
    pull = np.ones(len(kinds))
    if move.use_economic_pull:
        trade, development = (_attribute(scenario, key) for key in ("trade_volume", "hdi"))
        pull[abroad] += (trade + development**2)[abroad]
    pull[abroad] *= move.foreign_weight
    if move.avoid_food_deprived and hunger.size:
        pull[~abroad] *= (1.0 - hunger[day] ** 2)[~abroad]
    is_camp = np.isin(kinds, CAMPS)
    pull[is_camp] *= move.camp_weight
    pull[in_conflict] *= move.conflict_weight ** strength[in_conflict]
    if move.flood_rules.flood_loc_weights and flood.size:
        wet = flood[day] > 0
        pull[wet] *= between_levels(flood[day], move.flood_rules.flood_loc_weights)[wet]
    if move.use_pop_for_loc_weight:
        pull[~is_camp] *= (np.maximum(scenario.population, 1.0) ** move.pop_power_for_loc_weight)[~is_camp]
    return pull


def _attribute(scenario: Scenario, key: str) -> Floats:
    values = scenario.attributes.get(key)
    return np.zeros(len(scenario.names)) if values is None else np.nan_to_num(values)


def weights_of_ways(
    scenario: Scenario, settings: Settings, travellers: Travellers, ways: Ways, pull: Floats, is_open: Flags
) -> Floats:
    """Return the weight of each way for each class of travellers, shape (classes, ways); -1 where it is shut."""
    move = settings.movement
    goals = pull[ways.goal][None, :] ** travellers.power[:, None]
    if move.stay_close_to_home:
        goals = goals / _from_home(scenario, travellers, ways) ** move.home_distance_power
    if move.awareness_level <= 0:
        goals = np.ones_like(goals)
    far = np.ones(len(ways.goal)) if move.awareness_level < 0 else (move.softening + ways.km) ** move.distance_power
    weight = np.asarray(((move.weight_softening + goals) / far) ** move.weight_power)
    if move.pruning_threshold > 1.0:
        for place in range(len(ways.first) - 1):
            seen = weight[:, ways.first[place] : ways.first[place + 1]]
            if seen.shape[1]:
                seen[seen < seen.max(axis=1, keepdims=True) / move.pruning_threshold] = 0.0
    weight[:, ~ways.whole(is_open)] = -1.0
    return weight


def _from_home(scenario: Scenario, travellers: Travellers, ways: Ways) -> Floats:
    """Return km from home to the end of each way, at least 1; 1 where a place's position is not known."""
    if not len(scenario.latitude):
        return np.ones((len(travellers.home), len(ways.goal)))
    home = np.where(travellers.home == NOWHERE, 0, travellers.home)[:, None]
    goal = ways.goal[None, :]
    longitude, latitude = scenario.longitude, scenario.latitude
    km = np.asarray(great_circle_km(longitude[home], latitude[home], longitude[goal], latitude[goal]))
    return np.maximum(np.nan_to_num(km, nan=1.0), 1.0)
