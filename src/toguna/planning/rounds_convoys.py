"""Aid convoys from the capital to the hubs, day by day with their nights, each with an escort from start to return.

Nobody travels at night, so a way is cut into days: each ends in a place on the road, in a base of the plan where that
costs no more days. A convoy then takes whole days, and which escort goes with which convoy when is one routing problem
for the month, in days: a vehicle is an escort, a client is one convoy with its window, its people as the prize, and the
way there and back as its service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra

from toguna.country.country import Country
from toguna.network.geodesy import great_circle_km
from toguna.network.roads import Roads
from toguna.planning.rounds_parts import DAY, Round, RoundRules, Stop, Team, jitter, minutes, most_minutes, slug
from toguna.planning.rounds_travel import Travel, travel

_LEAST_PRIZE, _MOST_PRIZE = 100, 20_000  # more than the days of a month; less than the search charges for one too late


@dataclass(frozen=True, eq=False)
class Way:
    """The places a convoy can stay at between two ends, in order.

    Attributes
    ----------
    points : place_id, name, longitude, latitude, is_base (the plan posts somebody there)
    ways : between all of them, in order
    """

    points: pd.DataFrame = field(repr=False)
    ways: Travel = field(repr=False)


@dataclass(frozen=True)
class Trip:
    """A way cut into days.

    Attributes
    ----------
    halts : points reached, day by day; the last is the end
    waits : whether the first night is spent at the start
    """

    halts: tuple[int, ...]
    waits: bool = False

    @property
    def days(self) -> int:
        """Days it takes, those it waits counted."""
        return len(self.halts) + self.waits


@dataclass(frozen=True, eq=False)
class Corridor:
    """A convoy's way to a hub and back in whole days."""

    hub: str
    place_id: str
    people: float
    out: Way
    to_hub: Trip
    back: Way
    home: Trip

    @property
    def days(self) -> int:
        """Days from leaving the capital to the return."""
        return self.to_hub.days + self.home.days - 1  # the day it arrives belongs to both ways


class OnTheRoad:
    """Ways by the roads of convoys between the capital and other places."""

    def __init__(self, country: Country, roads: Roads, capital: pd.Series, base_ids: frozenset[str]) -> None:
        self._roads, self._crs, self._capital, self._base_ids = roads, country.profile.crs, capital, base_ids
        self._before = dijkstra(roads.matrix(), indices=self._node(capital), return_predecessors=True)[1]

    def to(self, place: pd.Series) -> Way:
        """Return the way from the capital to a place: both ends and the named places the quickest way passes."""
        nodes = [self._node(place)]
        while self._before[nodes[-1]] >= 0:
            nodes.append(int(self._before[nodes[-1]]))
        roads = self._roads
        between = [
            (str(roads.node_id[node]), str(roads.node_name[node]), roads.longitude[node], roads.latitude[node])
            for node in nodes[::-1]
            if roads.node_name[node]
        ]
        first, last = (tuple(one[key] for key in _COLUMNS) for one in (self._capital, place))
        inner = [one for one in between if one[0] not in {first[0], last[0]}]
        points = pd.DataFrame([first, *inner, last], columns=list(_COLUMNS)).astype({"longitude": float})
        points = points.assign(is_base=points["place_id"].isin(self._base_ids))
        return Way(points, travel(roads, points, points, self._crs, straight_across=False))

    def _node(self, place: pd.Series) -> int:
        roads = self._roads
        on = np.flatnonzero(roads.node_id == place["place_id"])
        if len(on):
            return int(on[0])
        far = great_circle_km(place["longitude"], place["latitude"], roads.longitude, roads.latitude)
        return int(np.argmin(far))


_COLUMNS = ("place_id", "name", "longitude", "latitude")


def reverse(way: Way) -> Way:
    """Return a way from its end to its start; both directions take as long."""
    back = slice(None, None, -1)
    return Way(way.points[back].reset_index(drop=True), Travel(way.ways.hours[back, back], way.ways.km[back, back]))


def trip(way: Way, first: int, day: int, last: int) -> Trip | None:
    """Return a way cut into the fewest days, and of these with the fewest nights outside the plan's bases.

    Parameters
    ----------
    first, day, last : minutes that can be driven on the first day, on others, and on the day it arrives

    Returns
    -------
    None where two places that follow each other lie more than a day apart
    """
    hours = way.ways.hours
    size = len(hours)
    legs = np.full(hours.shape, 10 * DAY, dtype=np.int64)
    legs[np.isfinite(hours)] = np.ceil(hours[np.isfinite(hours)] * 60 - 1e-6).astype(np.int64)
    outside = (~way.points["is_base"].to_numpy(bool)).astype(int)
    best: dict[int, tuple[int, int, tuple[int, ...], bool]] = {}
    for end in range(1, size):
        limit = last if end == size - 1 else day
        found: list[tuple[int, int, tuple[int, ...], bool]] = []
        for waits, most in ((False, min(first, limit)), (True, min(day, limit))):
            if legs[0, end] <= most:
                found.append((1 + waits, waits * int(outside[0]), (end,), waits))
        for at, (days, nights, halts, waits) in best.items():
            if legs[at, end] <= min(day, limit):
                found.append((days + 1, nights + int(outside[at]), (*halts, end), waits))
        if found:
            best[end] = min(found)
    if size - 1 not in best:
        return None
    return Trip(best[size - 1][2], best[size - 1][3])


def corridor_of(hub: str, people: float, way: Way, rules: RoundRules) -> Corridor | str:
    """Return a convoy's way to a hub and back, or the sentence that says why there is none."""
    if not np.isfinite(way.ways.hours[0, -1]):
        return f"no road that can be passed leads there from {way.points['name'].iloc[0]}"
    dawn, dusk, day = minutes(rules.dawn_h), most_minutes(rules.dusk_h), most_minutes(rules.drive_h)
    late = most_minutes(rules.spread_h)
    longest = min(day, dusk - dawn)
    last = min(longest, most_minutes(rules.deliver_to_h) - dawn)
    out = trip(way, longest, longest, last)
    if out is None:
        return too_far(way, longest, last)
    leg = _leg(way, out, out.days - 1)
    arrives = min(max(dawn + leg, minutes(rules.deliver_from_h)) + late, most_minutes(rules.deliver_to_h))
    spare = min(dusk - arrives - minutes(rules.unload_h), longest - leg)
    back = reverse(way)
    home = trip(back, max(spare, -1), longest, longest)
    if home is None:
        return too_far(way, longest, last)
    return Corridor(hub, str(way.points["place_id"].iloc[-1]), people, way, out, back, home)


def _leg(way: Way, taken: Trip, at: int) -> int:
    start = 0 if at == 0 else taken.halts[at - 1]
    return minutes(float(way.ways.hours[start, taken.halts[at]]))


def too_far(way: Way, longest: int, last: int) -> str:
    """Return why a way cannot be cut into days: the two places in between which there is none to stay overnight."""
    names, hours = way.points["name"], way.ways.hours
    steps = [float(hours[at, at + 1]) for at in range(len(names) - 1)]
    limits = [longest] * (len(steps) - 1) + [last]
    at = int(np.argmax([hours * 60 - most for hours, most in zip(steps, limits, strict=True)]))
    whole = float(hours[0, -1])
    return (
        f"{whole:.0f} h from {names.iloc[0]}, and between {names.iloc[at]} and {names.iloc[at + 1]} there is no place "
        f"to stay overnight on {steps[at]:.1f} h of road, where {limits[at] / 60:.1f} h can be driven in a day"
    )


@dataclass(frozen=True)
class Convoy:
    """A convoy that goes: number of its corridor and of its turn, first day, and its escort."""

    corridor: int
    turn: int
    day: int
    team: Team


@dataclass(frozen=True)
class Duty:
    """What an escort does in a month: the day it leaves its base, its convoys in order, the day it is home again."""

    team: Team
    leaves: int
    convoys: tuple[Convoy, ...]
    returns: int


def assign(
    corridors: Sequence[Corridor],
    escorts: Sequence[tuple[Team, int]],
    days: int,
    rules: RoundRules,
    rng: np.random.Generator,
    iterations: int,
) -> tuple[list[Duty], list[tuple[int, int]]]:
    """Return which escort goes with which convoy when, and the convoys (corridor, turn) none could go with.

    Parameters
    ----------
    escorts : teams with the days they need from their base to the capital
    days : of the month; every escort is home at its end
    """
    from pyvrp import Client, Depot, Location, ProblemData, Solution, VehicleType, solve
    from pyvrp.stop import MaxIterations

    asked = [
        (at, turn, first)
        for at in range(len(corridors))
        for turn, first in enumerate(range(0, days, rules.convoy_every_days))
    ]
    clients, which = [], []
    top = max((one.people for one in corridors), default=0.0) or 1.0
    for at, turn, first in asked:
        takes = corridors[at].days
        early = first + int(rng.integers(0, min(rules.convoy_spread_days, rules.convoy_every_days - 1) + 1))
        late = min(first + rules.convoy_every_days - 1, days - takes)
        if early > late:
            early = first
        if early > late:
            continue  # it would not be back within the month
        worth = corridors[at].people / top / (turn + 1)
        clients.append(
            Client(0, service_duration=takes + rules.convoy_rest_days, tw_early=early, tw_late=late,
                   prize=_LEAST_PRIZE + int(_MOST_PRIZE * worth), required=False)
        )  # fmt: skip
        which.append((at, turn))
    if not clients or not escorts:
        return [], [(at, turn) for at, turn, _ in asked]
    far = np.array([0, *(days_there for _, days_there in escorts)], np.int64)
    ways: Any = far[:, None] + far[None, :]  # by the capital, where every convoy starts
    np.fill_diagonal(ways, 0)
    locations = [Location(float(at), 0.0) for at in range(len(far))]
    depots = [Depot(at + 1) for at in range(len(escorts))]
    vehicles = [
        VehicleType(start_depot=at, end_depot=at, tw_late=days + rules.convoy_rest_days, unit_distance_cost=0,
                    unit_duration_cost=1)
        for at in range(len(escorts))
    ]  # fmt: skip
    data = ProblemData(locations, clients, depots, vehicles, [ways], [ways])
    best = solve(
        data, MaxIterations(iterations), seed=int(rng.integers(2**31)), collect_stats=False,
        initial_solution=Solution(data, []),
    ).best  # fmt: skip
    duties, done = [], set()
    for route in best.routes():
        team, days_there = escorts[route.vehicle_type()]
        turns = [(which[one.idx], int(one.start_time)) for one in route.schedule() if one.is_client()]
        convoys = tuple(Convoy(at, turn, day, team) for (at, turn), day in turns)
        if convoys:
            done |= {key for key, _ in turns}
            leaves = convoys[0].day - days_there
            returns = convoys[-1].day + corridors[convoys[-1].corridor].days + days_there
            duties.append(Duty(team, leaves, convoys, returns))
    return duties, [(at, turn) for at, turn, _ in asked if (at, turn) not in done]


def convoy_name(corridor: Corridor, turn: int) -> str:
    """Return the name of a convoy: its hub and its turn in the month."""
    return f"{slug(corridor.hub)}-{turn + 1}"


def duty_rounds(
    duty: Duty, corridors: Sequence[Corridor], access: Way, rules: RoundRules, rng: np.random.Generator
) -> list[Round]:
    """Return the rounds of an escort's month: to the capital, every convoy, and home.

    Parameters
    ----------
    access : way from the capital to its base
    """
    found = []
    longest = most_minutes(rules.drive_h)
    there = trip(reverse(access), longest, longest, longest)
    if there is not None and duty.convoys[0].day > duty.leaves:
        stops = _drive(reverse(access), there, duty.leaves, rules, rng, "set out", "meet the convoy")
        found.append(Round("move", duty.team, tuple(stops)))
    for one in duty.convoys:
        corridor = corridors[one.corridor]
        found.append(
            Round("convoy", duty.team, convoy_stops(corridor, one.day, rules, rng), convoy_name(corridor, one.turn))
        )
    home = trip(access, longest, longest, longest)
    last = duty.convoys[-1]
    if home is not None and duty.returns > last.day + corridors[last.corridor].days:
        leaves = last.day + corridors[last.corridor].days
        found.append(Round("move", duty.team, tuple(_drive(access, home, leaves, rules, rng, "set out", "return"))))
    return found


def convoy_stops(corridor: Corridor, day: int, rules: RoundRules, rng: np.random.Generator) -> tuple[Stop, ...]:
    """Return the stops of a convoy that leaves the capital on a day, its unloading between the two ways."""
    out = _drive(corridor.out, corridor.to_hub, day, rules, rng, "leave with the convoy", "deliver aid", delivers=True)
    arrived = out[-1].arrival
    ready = arrived + minutes(rules.unload_h)
    start = arrived // DAY + corridor.home.waits
    back = _drive(corridor.back, corridor.home, start, rules, rng, "", "return with the convoy", not_before=ready)
    hub = out[-1]
    stays = Stop(hub.place_id, hub.name, hub.longitude, hub.latitude, arrived, back[0].departure, "deliver aid",
                 hub.km, hub.hours)  # fmt: skip
    return (*out[:-1], stays, *back[1:])


def _drive(
    way: Way,
    taken: Trip,
    day: int,
    rules: RoundRules,
    rng: np.random.Generator,
    begins: str,
    ends: str,
    *,
    delivers: bool = False,
    not_before: int = 0,
) -> list[Stop]:
    """Return the stops of a trip, each day leaving at a moment drawn from the first hours of daylight."""
    dawn, dusk = minutes(rules.dawn_h), most_minutes(rules.dusk_h)
    at, came, km, hours = 0, -1, 0.0, 0.0
    stops: list[Stop] = []
    for number, halt in enumerate(taken.halts):
        leg = minutes(float(way.ways.hours[at, halt]))
        is_last = halt == taken.halts[-1]
        latest = most_minutes(rules.deliver_to_h) if delivers and is_last else dusk
        early = max((day + number) * DAY + dawn, not_before)
        if delivers and is_last:
            early = max(early, (day + number) * DAY + minutes(rules.deliver_from_h) - leg)
        spare = min((day + number) * DAY + latest - leg - early, most_minutes(rules.spread_h))
        leaves = early + (0 if early == not_before else jitter(rng, spare))
        why, since = (begins, leaves) if came < 0 else ("overnight", came)
        stops.append(_stop(way, at, since, leaves, why, km, hours))
        came, at, km, hours = leaves + leg, halt, float(way.ways.km[at, halt]), float(way.ways.hours[at, halt])
    stops.append(_stop(way, at, came, came, ends, km, hours))
    return stops


def _stop(way: Way, at: int, arrival: int, departure: int, purpose: str, km: float, hours: float) -> Stop:
    row = way.points.iloc[at]
    place = str(row["place_id"]), str(row["name"]), float(row["longitude"]), float(row["latitude"])
    return Stop(*place, arrival, departure, purpose, km, hours)
