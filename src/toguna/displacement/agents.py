"""The agent engine: everybody who flees is an agent, or stands for so many people."""

from __future__ import annotations

import numpy as np

from toguna.displacement.agent_search import AT_PLACE, NO_WAY, day_of_agents
from toguna.displacement.course import Course
from toguna.displacement.map_of_day import Map
from toguna.displacement.scenario import Floats, Ints

SETTLED, HOME = -2, -3


class Agents:
    """State of all agents, one number each, for as many as there will ever be.

    Attributes
    ----------
    people : agents at each place; entered : agents who entered each directed link so far
    """

    def __init__(self, course: Course, most: int, rng: np.random.Generator) -> None:
        self._course, self._rng = course, rng
        self._seed = np.uint64(rng.integers(2**63))
        self._count = 0
        self._place = np.zeros(most, dtype=np.int32)
        self._link = np.full(most, AT_PLACE, dtype=np.int32)
        self._left, self._step, self._kind = (np.zeros(most, dtype=np.int16) for _ in range(3))
        self._moved, self._recent = (np.zeros(most, dtype=np.uint8) for _ in range(2))
        self._walks = np.zeros(most, dtype=np.bool_)
        self._way = np.full(most, NO_WAY, dtype=np.int32)
        self.people = np.zeros(len(course.scenario.names), dtype=np.int64)
        self.entered = np.zeros(2 * len(course.scenario.km), dtype=np.int64)
        self._scratch = np.empty(int(np.diff(course.ways.first).max(initial=1)) + 1)

    @property
    def on_road(self) -> int:
        """Agents on the road."""
        return int((self._link[: self._count] >= 0).sum())

    def add(self, people: Ints, *, walks: bool) -> None:
        """Put new agents at places, by place and class, shape (places, classes)."""
        places, kinds = np.nonzero(people)
        numbers = people[places, kinds]
        new = slice(self._count, self._count + int(numbers.sum()))
        self._place[new], self._kind[new] = np.repeat(places, numbers), np.repeat(kinds, numbers)
        self._walks[new] = walks
        self.people += people.sum(axis=1)
        self._count = new.stop

    def move(self, day: int, today: Map) -> None:
        """Move everybody by a day."""
        ways, links = self._course.ways, self._course.links
        day_of_agents(
            self._seed, day, self._count, self._place, self._link, self._left, self._moved, self._recent, self._walks,
            self._way, self._step, self._kind, ways.first, ways.goal, today.weight, ways.start, ways.links, links.end,
            links.days, links.last, links.full, today.is_open, today.chance, today.is_town, self.people,
            today.capacity, self.entered, self._course.numbers, self._scratch,
        )  # fmt: skip

    def settle(self, chance: Floats) -> None:
        """Keep people at places for good, each by the chance of the place."""
        here = np.flatnonzero(self._link[: self._count] == AT_PLACE)
        self._link[here[self._rng.random(len(here)) < chance[self._place[here]]]] = SETTLED

    def go_home(self, today: Map, chance: Floats) -> int:
        """Send people in camps home, each by the chance of its class; return how many went."""
        here = self._in_camps(today)
        return self._send(here[self._rng.random(len(here)) < chance[self._kind[here]]])

    def send_home(self, today: Map, wanted: int) -> int:
        """Send so many people in camps home, whoever they are; return how many went."""
        here = self._in_camps(today)
        return self._send(self._rng.choice(here, min(wanted, len(here)), replace=False))

    def _in_camps(self, today: Map) -> Ints:
        there = (self._link[: self._count] == AT_PLACE) & today.is_camp[self._place[: self._count]]
        return np.asarray(np.flatnonzero(there))

    def _send(self, who: Ints) -> int:
        self._link[who] = HOME
        self.people -= np.bincount(self._place[who], minlength=len(self.people))
        return len(who)
