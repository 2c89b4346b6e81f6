"""Where people of each area flee to, by the cohort engine of displacement: who is near a border leaves more often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toguna.comparison.ground import Floats
from toguna.core.errors import TogunaError
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.displacement.course import course_of
from toguna.displacement.displace import RULES
from toguna.displacement.from_country import scenario_from_country
from toguna.displacement.known_violence import KnownViolence
from toguna.displacement.scenario import Kind
from toguna.displacement.simulate import run

_DAYS, _A_DAY = 60, 200.0  # a flight long enough to reach the camps, large enough that chance hardly counts
_SEED = 1  # of a flight so large that another seed changes nothing that counts
_FEWEST = 0.015  # share of violence from which an area is looked at by itself; the others take the mean


def leaving(country: Country, pcodes: list[str], weight: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Return how much likelier than the country's mean people of each area are to go abroad, and remarks.

    Each area with its share of violence sends people off alone, along the roads to the camps abroad; the share of
    them in camps abroad after two months is compared with the mean. Without roads or camps all areas are alike.

    Parameters
    ----------
    weight : by area, share of violence
    """
    even = np.ones(len(pcodes))
    everywhere = KnownViolence(dict.fromkeys(pcodes, 1.0), (), ())
    try:
        made = scenario_from_country(country, np.full(_DAYS, _A_DAY), days=_DAYS, violence=everywhere)
    except TogunaError as error:
        return even, (Sentence(N_("Where people flee to is taken alike in all areas: {error}"), error=error),)
    scenario, rules = made.scenario, made.rules(RULES)
    regions, kinds = np.array(scenario.regions), scenario.kinds
    origins = (kinds == int(Kind.CONFLICT)) | (kinds == int(Kind.TOWN))
    abroad = np.array(scenario.countries) != country.profile.iso3
    if not (abroad & ~origins).any():
        return even, (Sentence(N_("No camp abroad was open: where people flee to is taken alike in all areas.")),)
    found = np.full(len(pcodes), np.nan)
    for at in np.flatnonzero(weight >= _FEWEST):
        here = origins & (regions == pcodes[at])
        if not here.any():
            continue
        alone = replace(
            scenario,
            kinds=np.where(here, int(Kind.CONFLICT), np.where(origins, int(Kind.TOWN), kinds)),
            intensity=np.where(here, 1.0, 0.0) * np.ones((scenario.days, 1)),
        )
        flight = run(course_of(alone, rules), _SEED, engine="cohorts")
        came = flight.people[-1] - flight.people[0]
        found[at] = came[abroad & ~origins].sum() / (_DAYS * _A_DAY)
    known = np.isfinite(found)
    mean = float(np.average(found[known], weights=weight[known])) if known.any() else 0.0
    if mean <= 0:
        return even, ("Nobody reached a camp abroad in two months: where people flee to is taken alike in all areas.",)
    return np.where(known, np.clip(found / mean, 0.0, 3.0), 1.0), ()
