"""The chance that somebody leaves a place in a day: by its kind, its people, hunger and water."""

from __future__ import annotations

import numpy as np

from toguna.displacement.closures import Flags
from toguna.displacement.conditions import between_levels
from toguna.displacement.scenario import Floats, Ints, Kind, Scenario
from toguna.displacement.settings import Settings


def chances_to_leave(scenario: Scenario, settings: Settings, kinds: Ints, in_conflict: Flags, day: int) -> Floats:
    """Return the chance to leave each place on a day."""
    move = settings.movement
    chance = np.full(len(kinds), move.default_movechance)
    for kind, value in (
        (Kind.CAMP, move.camp_movechance),
        (Kind.IDP_CAMP, move.idpcamp_movechance),
        (Kind.HUB, 1.0),
        (Kind.MARKER, 1.0),
    ):
        chance[kinds == kind] = value
    chance[in_conflict] = move.conflict_movechance
    if move.movechance_pop_scale_factor:
        chance *= (np.maximum(scenario.population, 1.0) / move.movechance_pop_base) ** move.movechance_pop_scale_factor
    hunger, flood = scenario.conditions.hunger, scenario.conditions.flood
    if move.flee_when_starving and hunger.size:
        chance = hunger[day] + (1.0 - hunger[day]) * np.minimum(chance, 1.0)
    if move.flood_rules.flood_movechances and flood.size:
        wet = flood[day] > 0
        chance[wet] = between_levels(flood[day], move.flood_rules.flood_movechances)[wet]
    return np.asarray(np.minimum(chance, 1.0))
