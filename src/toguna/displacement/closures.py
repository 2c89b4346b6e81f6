"""What is shut on a day: links, whole places, borders; and camps that are no camps for a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from toguna.displacement.scenario import Ints, Kind, Scenario

Flags = npt.NDArray[np.bool_]


def open_links(scenario: Scenario, day: int) -> Flags:
    """Return which directed links are open; a closed country, place or link shuts both ways."""
    names, countries = np.array(scenario.names), np.array(scenario.countries)
    a, b = scenario.ends[:, 0], scenario.ends[:, 1]
    shut = np.zeros(len(scenario.km), dtype=bool)
    for one in scenario.closures:
        if not one.start <= day < one.end:
            continue
        if one.kind == "location":
            shut |= (names[a] == one.first) | (names[b] == one.first)
        elif one.kind in {"country", "link"}:
            of = countries if one.kind == "country" else names
            shut |= (of[a] == one.first) & (of[b] == one.second)
            shut |= (of[a] == one.second) & (of[b] == one.first)
    return np.repeat(~shut, 2)


def kinds_of_day(scenario: Scenario, day: int) -> Ints:
    """Return kinds of places: changed ones as they are by then, closed camps as towns."""
    kinds = scenario.kinds.copy()
    for since, place, kind in scenario.conditions.becomes:
        if since <= day:
            kinds[place] = kind
    for one in scenario.closures:
        if one.kind in {"camp", "idpcamp"} and one.start <= day < one.end and one.first in scenario.names:
            kinds[scenario.place(one.first)] = Kind.TOWN
    return kinds


def sent_on(scenario: Scenario, day: int) -> tuple[int, ...]:
    """Return the directed links along which people are sent on: everybody at their start, nowhere else."""
    ended = {
        (one.first, one.second)
        for one in scenario.closures
        if one.kind == "remove_forced_redirection" and one.start <= day
    }
    found = []
    for link in scenario.redirections:
        start, end = scenario.ends[link // 2][:: -1 if link % 2 else 1]
        names = scenario.names[start], scenario.names[end]
        if names not in ended and names[::-1] not in ended:
            found.append(link)
    return tuple(found)
