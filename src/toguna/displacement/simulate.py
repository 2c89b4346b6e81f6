"""`simulate`: a scenario of flight, day by day."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

from toguna.core.provenance import MadeFrom
from toguna.displacement.agents import Agents
from toguna.displacement.cohorts import Cohorts
from toguna.displacement.course import Course, course_of
from toguna.displacement.flight import Flight
from toguna.displacement.map_of_day import Map
from toguna.displacement.scenario import Floats, Ints, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.spawning import who_flees

Engine = Literal["agents", "cohorts"]


class _Engine(Protocol):
    people: Ints
    entered: Ints

    @property
    def on_road(self) -> int: ...
    def add(self, people: Ints, *, walks: bool) -> None: ...
    def move(self, day: int, today: Map) -> None: ...
    def settle(self, chance: Floats) -> None: ...
    def go_home(self, today: Map, chance: Floats) -> int: ...
    def send_home(self, today: Map, wanted: int) -> int: ...


def simulate(scenario: Scenario, settings: Settings, seed: int, *, engine: Engine = "agents") -> Flight:
    """Return a run of a scenario; the same seed gives the same run.

    Parameters
    ----------
    scenario : places, links, conflict, closures and counts
    settings : rules and numbers; `hasten` people stand behind each agent
    seed : of all random numbers of the run
    engine : `agents` follows everybody; `cohorts` draws how many of those alike do what, at a cost that hardly
        depends on the number of people, and with the same mean and variance
    """
    return run(course_of(scenario, settings), seed, engine=engine)


def run(course: Course, seed: int, *, engine: Engine = "agents") -> Flight:
    """Return a run of a scenario made ready; see `simulate`."""
    scenario, settings, travellers = course.scenario, course.settings, course.travellers
    rng = np.random.default_rng(seed)
    fleeing = who_flees(scenario, settings, course.strength, rng)
    most = int(fleeing.day0.sum() + fleeing.new.sum())
    state: _Engine = Agents(course, most, rng) if engine == "agents" else Cohorts(course, rng)
    days, places = fleeing.new.shape
    out, road = np.zeros((days, places)), np.zeros(days)
    home, entered = np.zeros(days), np.zeros((days, len(state.entered)), dtype=np.int64)
    state.add(_by_class(fleeing.day0, _share_day0(course), rng), walks=False)
    settles = [one.stays.any() for one in course.maps]
    somebody = np.asarray(fleeing.new.any(axis=1))
    goes_home, quiet_for = settings.returns.chance, np.zeros(places)
    for day in range(days):
        today = course.map(day)
        if somebody[day]:
            state.add(_by_class(fleeing.new[day], travellers.share, rng), walks=settings.movement.start_on_foot)
        state.move(day, today)
        if settles[course.map_of[day]]:
            state.settle(today.stays)
        if fleeing.home[day]:
            home[day] += state.send_home(today, int(fleeing.home[day]))
        if goes_home > 0:
            quiet_for = np.where(scenario.intensity[day] > 0, 0, quiet_for + 1)
            may = quiet_for[travellers.home] > settings.returns.quiet_days
            home[day] += state.go_home(today, np.where(may, goes_home, 0.0))
        out[day], road[day], entered[day] = state.people, state.on_road, state.entered
    scale = settings.hasten
    fled = fleeing.day0.sum() + np.cumsum(fleeing.new.sum(axis=1))
    made = MadeFrom(
        scenario.name, scenario.digest, {"settings": settings.model_dump(mode="json"), "engine": engine}, seed
    )
    return Flight(
        scenario, out * scale, road * scale, entered.astype(float) * scale, np.cumsum(home) * scale, fled * scale,
        fleeing.unmet * scale, made,
    )  # fmt: skip


def _by_class(people: Ints, share: Floats, rng: np.random.Generator) -> Ints:
    if share.shape[1] == 1:
        return people[:, None]
    return np.asarray(rng.multinomial(people, share))


def _share_day0(course: Course) -> Floats:
    """Return the classes of those in camps on day 0: as of who would flee that day, since nobody asked them."""
    share = course.travellers.share
    weight = course.scenario.population * course.strength[0]
    weight = weight if weight.sum() > 0 else np.where(course.scenario.abroad, 0.0, 1.0)
    mixed = (weight / weight.sum()) @ share
    return np.tile(mixed / mixed.sum(), (len(share), 1))
