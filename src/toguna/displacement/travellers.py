"""Classes of travellers: people who weigh ways alike, by age and sex, and by home where a rule asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toguna.core.errors import DataError
from toguna.displacement.scenario import Floats, Ints, Scenario
from toguna.displacement.settings import Movement, Settings

NOWHERE = -1
NEUTRAL, AVERSE, DARING = 1.0, 2.0, 0.0  # powers of the pull of places


@dataclass(frozen=True, eq=False)
class Travellers:
    """Classes of travellers; one where no rule tells people apart.

    Attributes
    ----------
    power : power of the pull of places for each class: 2 for the hazard-averse, 0 for risk takers
    home : home place of each class, NOWHERE where no rule asks for it
    share : share of each class among those who flee from each place, shape (places, classes)
    """

    power: Floats
    home: Ints
    share: Floats


def travellers_of(scenario: Scenario, settings: Settings) -> Travellers:
    """Return the classes of travellers of a scenario.

    Raises
    ------
    DataError
        A rule asks for age or sex and the scenario's folder does not say them.
    """
    powers, share = np.array([NEUTRAL]), np.ones((len(scenario.names), 1))
    if settings.movement.by_age_or_sex:
        powers, share = _by_age_and_sex(scenario, settings.movement)
    if not (settings.movement.stay_close_to_home or settings.returns.chance > 0):
        return Travellers(powers, np.full(len(powers), NOWHERE), share)
    places, classes = len(scenario.names), len(powers)
    by_home = np.zeros((places, places * classes))
    for place in range(places):
        by_home[place, place * classes : (place + 1) * classes] = share[place]
    return Travellers(np.tile(powers, places), np.repeat(np.arange(places), classes), by_home)


def _by_age_and_sex(scenario: Scenario, move: Movement) -> tuple[Floats, Floats]:
    """Return powers and shares by place: boys who take risks come first, then all who avoid hazards."""
    people, places = scenario.people, len(scenario.names)
    asks_age = move.children_avoid_hazards or move.elderly_avoid_hazards or move.boys_take_risk
    if asks_age and not len(people.ages):
        raise DataError("A rule of movement asks for age: add input_csv/demographics_age.csv, or take the rule out.")
    if (move.women_avoid_hazards or move.boys_take_risk) and not len(people.female_share):
        raise DataError("A rule of movement asks for sex: add input_csv/demographics_gender.csv, or take the rule out.")
    ages = people.ages if len(people.ages) else np.array([30.0])
    age_share = people.age_share if len(people.ages) else np.ones((places, 1))
    female = people.female_share if len(people.female_share) else np.zeros(places)
    wary = (move.children_avoid_hazards & (ages < 19)) | (move.elderly_avoid_hazards & (ages > 59))
    boys = move.boys_take_risk & (ages >= 15) & (ages <= 18)
    daring = (age_share * boys).sum(axis=1) * (1 - female)
    wary_men = (age_share * (wary & ~boys)).sum(axis=1) * (1 - female)
    wary_women = female * (1.0 if move.women_avoid_hazards else (age_share * wary).sum(axis=1))
    averse = wary_men + wary_women
    return np.array([NEUTRAL, AVERSE, DARING]), np.column_stack([1 - averse - daring, averse, daring])
