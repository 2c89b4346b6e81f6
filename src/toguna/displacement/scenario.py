"""`Scenario`: places, links, conflict by day, closures and counts of one flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from toguna.displacement.conditions import Conditions
from toguna.displacement.counts import Counts
from toguna.displacement.demographics import Demographics

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Kind(IntEnum):
    """What a place is."""

    CONFLICT = 0
    TOWN = 1
    CAMP = 2
    IDP_CAMP = 3
    HUB = 4
    MARKER = 5
    FLOOD = 6


CAMPS = (Kind.CAMP, Kind.IDP_CAMP)


@dataclass(frozen=True)
class Closure:
    """What is shut from a day to a day (inclusive, exclusive): kind and names as in closures.csv."""

    kind: str
    first: str
    second: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Scenario:
    """Places, links, conflict, closures and counts of one flight.

    Attributes
    ----------
    names, countries : of each place; kinds : Kind of each
    population : residents, or capacity of a camp
    conflict_day : day from which a conflict zone is one
    ends : place numbers of each link, shape (links, 2); km : its length
    intensity : conflict by day and place, shape (days, places)
    start : first day; days : how many
    digest : SHA-256 of the folder's files
    regions : of each place
    latitude, longitude : of each place, degrees; NaN where unknown, empty where none is known
    redirections : who is sent on along which directed link (2k from the first end of link k, 2k + 1 back) from day 0
    link_speed : farthest way in a day on each link, km; NaN (or empty) where the settings' speed holds
    conditions : hunger and floods by day, and places that become another kind
    attributes : further numbers of places by column of locations.csv; NaN where empty
    people : who flees by age and sex, as far as known
    ignored : files and columns of the folder that no rule reads
    """

    name: str
    names: tuple[str, ...]
    countries: tuple[str, ...]
    kinds: Ints
    population: Floats
    conflict_day: Ints
    ends: Ints
    km: Floats
    intensity: Floats
    closures: tuple[Closure, ...]
    start: date
    days: int
    counts: Counts = field(repr=False)
    digest: str = ""
    regions: tuple[str, ...] = ()
    latitude: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    longitude: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    redirections: tuple[int, ...] = ()
    link_speed: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    conditions: Conditions = field(default_factory=Conditions, repr=False)
    attributes: Mapping[str, Floats] = field(default_factory=dict, repr=False)
    people: Demographics = field(default_factory=Demographics, repr=False)
    ignored: tuple[str, ...] = ()

    @property
    def isolated(self) -> tuple[str, ...]:
        """Camps to which no link leads: nobody can arrive there, and that is said."""
        return tuple(n for k, n in enumerate(self.names) if self.kinds[k] in CAMPS and k not in self.ends)

    def place(self, name: str) -> int:
        """Return the number of a place."""
        return self.names.index(name)

    @property
    def camps(self) -> Ints:
        """Numbers of the places with a series of counts."""
        return np.array([self.place(name) for name in self.counts.camps], dtype=np.int64)

    @property
    def abroad(self) -> npt.NDArray[np.bool_]:
        """Whether each place is in another country than the first one, which is home."""
        return np.array([country != self.countries[0] for country in self.countries])
