"""The cohort engine: how many of those alike do what, at a cost that hardly depends on the number of people."""

from __future__ import annotations

import numpy as np

from toguna.displacement.cohort_search import day_of_cohorts
from toguna.displacement.course import LEVELS, Course
from toguna.displacement.map_of_day import Map
from toguna.displacement.scenario import Floats, Ints

_MEMORY = 4 * LEVELS  # levels of the way of late: never as much as four full days' ways


class Cohorts:
    """Numbers of people alike.

    Attributes
    ----------
    people : at each place; entered : people who entered each directed link so far
    """

    def __init__(self, course: Course, rng: np.random.Generator) -> None:
        self._course, self._rng = course, rng
        places, kinds = len(course.scenario.names), len(course.travellers.power)
        segments = len(course.ways.links)
        going_on = segments if int(np.diff(course.ways.start).max(initial=0)) > 1 else 0
        slots = int(course.links.days.max(initial=1)) + 1
        self._waiting, self._after = (np.zeros((places, kinds, 2, _MEMORY), dtype=np.int64) for _ in range(2))
        self._bound, self._bound_after = (np.zeros((going_on, kinds, _MEMORY), dtype=np.int64) for _ in range(2))
        self._road = np.zeros((slots, segments, kinds, 2, _MEMORY), dtype=np.int32)
        self._arriving = np.zeros((slots, segments), dtype=np.int64)
        self._settled = np.zeros(places, dtype=np.int64)
        self._segment_way = np.repeat(np.arange(len(course.ways.goal)), np.diff(course.ways.start))
        self.people = np.zeros(places, dtype=np.int64)
        self.entered = np.zeros(2 * len(course.scenario.km), dtype=np.int64)
        self._before = self.entered.copy()
        self._share = np.zeros((kinds, len(course.ways.goal)))
        self._onward = np.zeros(segments, dtype=np.bool_)
        self._work = (*(np.zeros((1024, 6), dtype=np.int64) for _ in range(2)), np.full(2048, -1, dtype=np.int64))

    @property
    def on_road(self) -> int:
        """People on the road."""
        return int(self._arriving.sum())

    def add(self, people: Ints, *, walks: bool) -> None:
        """Put new people at places, by place and class, shape (places, classes)."""
        self._waiting[:, :, int(walks), 0] += people
        self.people += people.sum(axis=1)

    def move(self, day: int, today: Map) -> None:
        """Move everybody by a day."""
        ways, links = self._course.ways, self._course.links
        came = np.bincount(links.end, self.entered - self._before, minlength=len(self.people))
        self._before = self.entered.copy()
        self._after[:] = 0
        self._bound_after[:] = 0
        self._work = day_of_cohorts(
            self._rng, day, self._waiting, self._after, self._bound, self._bound_after, self._road, self._arriving,
            self._segment_way, ways.first, ways.goal, today.weight, ways.start, ways.links, links.end, links.days,
            links.last, links.full, today.is_open, today.chance, today.is_town, self.people, came, today.capacity,
            self.entered, self._course.numbers, self._share, self._onward, *self._work,
        )  # fmt: skip
        self._waiting, self._after = self._after, self._waiting
        self._bound, self._bound_after = self._bound_after, self._bound

    def settle(self, chance: Floats) -> None:
        """Keep people at places for good, each by the chance of the place."""
        kept = self._rng.binomial(self._waiting, chance[:, None, None, None])
        self._waiting -= kept
        self._settled += kept.sum(axis=(1, 2, 3))

    def go_home(self, today: Map, chance: Floats) -> int:
        """Send people in camps home, each by the chance of its class; return how many went."""
        there = self._waiting * today.is_camp[:, None, None, None]
        return self._send(self._rng.binomial(there, chance[None, :, None, None]))

    def send_home(self, today: Map, wanted: int) -> int:
        """Send so many people in camps home, whoever they are; return how many went."""
        there = (self._waiting * today.is_camp[:, None, None, None]).ravel()
        drawn = self._rng.multivariate_hypergeometric(there, min(wanted, int(there.sum())), method="marginals")
        return self._send(drawn.reshape(self._waiting.shape))

    def _send(self, who: Ints) -> int:
        self._waiting -= who
        self.people -= who.sum(axis=(1, 2, 3))
        return int(who.sum())
