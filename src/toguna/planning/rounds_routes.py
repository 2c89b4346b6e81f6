"""Patrol rounds: a routing problem with prizes for every week, solved for all bases that share settlements together.

A vehicle is a unit on one day; it leaves its base and comes back the same day, within its shift and daylight. A client
is one visit to a settlement, optional, with the harm expected there as its prize; the second visit of a week is worth a
half, the third a third. The visits asked of a settlement in a week stand in blocks of days that do not overlap, so no
settlement is visited twice a day and visits are spread over the week.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from toguna.core.progress import Progress, silent
from toguna.network.roads import Bools, Floats, Ints
from toguna.planning.rounds_parts import DAY, Round, RoundRules, Stop, Team, jitter, minutes, most_minutes
from toguna.planning.rounds_start import Visits, greedy
from toguna.planning.rounds_travel import Travel

WEEK = 7
_NEVER = 100 * DAY  # minutes of a way a team may not take; longer than any horizon
_MOST_PRIZE = 100_000  # larger ones would outweigh what the search charges for a minute too late
_LEAST_PRIZE = 700  # about the minutes of a shift: a visit is worth its time wherever one is asked


@dataclass(frozen=True, eq=False)
class Beat:
    """Where teams can patrol.

    Attributes
    ----------
    teams : teams that patrol
    points : bases of the teams, then settlements: place_id, name, longitude, latitude
    bases : how many of the points are bases
    at : point of each team's base
    harm : of each settlement
    wanted : visits a week asked of each settlement
    near : teams x settlements, where a team can go and be back within its reach, shift and daylight
    ways : by vehicle, between all points
    """

    teams: tuple[Team, ...]
    points: pd.DataFrame = field(repr=False)
    bases: int
    at: Ints
    harm: Floats = field(repr=False)
    wanted: Ints = field(repr=False)
    near: Bools = field(repr=False)
    ways: dict[str, Travel] = field(repr=False)


def visits_wanted(harm: Floats, rules: RoundRules) -> Ints:
    """Return visits a week asked of settlements: in proportion to expected harm, between the bounds of the rules."""
    if not len(harm):
        return np.zeros(0, np.int64)
    top = float(np.quantile(harm, rules.visits_at))
    share = harm / top if top > 0 else np.zeros(len(harm))
    asked = np.ceil(rules.visits_most * share - 1e-9)
    return np.clip(asked, rules.visits_least, rules.visits_most).astype(np.int64)


def part_of_week(wanted: Ints, days: int) -> Ints:
    """Return visits asked in a part of a week, rounded up, at most one a day."""
    return np.minimum(np.ceil(wanted * days / WEEK - 1e-9), days).astype(np.int64)


def weeks_of(days: int) -> list[range]:
    """Return the days of a month by weeks from its first; the last may be short.

    Examples
    --------
    >>> weeks_of(31)[-1]
    range(28, 31)
    """
    return [range(first, min(first + WEEK, days)) for first in range(0, days, WEEK)]


def patrol_rounds(
    beat: Beat,
    away: dict[str, set[int]],
    days: int,
    rules: RoundRules,
    rng: np.random.Generator,
    iterations: int,
    progress: Progress = silent,
) -> list[Round]:
    """Return the patrols of a month.

    Days of rest, days of visits, the order of stops and the hour of departure are drawn anew every week and day from
    `rng`, so that who watches one week cannot tell the next.

    Parameters
    ----------
    away : by name of a team the days it is not at its base to patrol, counted from 0
    iterations : of the search, for each week and group of bases
    """
    groups = _groups(beat)
    weeks = weeks_of(days)
    found: list[Round] = []
    for number, week in enumerate(weeks):
        progress(number, len(weeks), "patrol rounds")
        for teams, places in groups:
            duty = {team: _duty(away.get(beat.teams[team].name, set()), week, rules, rng) for team in teams}
            found += _solve(beat, teams, places, duty, week, rules, rng, iterations)
    return found


def _groups(beat: Beat) -> list[tuple[Ints, Ints]]:
    """Return teams and settlements in groups that have no settlement in common: each is a problem of its own."""
    links = sparse.csr_array(beat.near.astype(np.int8))
    joined = sparse.block_array([[None, links], [links.T, None]], format="csr")
    label = connected_components(joined, directed=False)[1]
    team, place = label[: len(beat.teams)], label[len(beat.teams) :]
    pairs = [(np.flatnonzero(team == one), np.flatnonzero(place == one)) for one in np.unique(team)]
    return [(teams, places) for teams, places in pairs if len(places)]


def _duty(away: set[int], week: range, rules: RoundRules, rng: np.random.Generator) -> list[int]:
    """Return the days a team patrols in a week, its days of rest drawn at random."""
    most = int(np.ceil(rules.patrol_days * len(week) / WEEK - 1e-9))
    order = [int(day) for day in rng.permutation(np.array(week))]
    return sorted([day for day in order if day not in away][:most])


def _blocks(visits: int, days: Sequence[int], rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return for each visit its first and last day: spans that share no day, longer and shorter ones in random order.

    Parameters
    ----------
    days : days on which somebody can come; fewer days than visits give as many spans as days
    """
    visits = min(visits, len(days))
    if not visits:
        return []
    size, more = divmod(len(days), visits)
    lengths = rng.permutation([size + (at < more) for at in range(visits)])
    ends = np.cumsum(lengths)
    return [(days[int(end - length)], days[int(end) - 1]) for end, length in zip(ends, lengths, strict=True)]


def _solve(
    beat: Beat,
    teams: Ints,
    places: Ints,
    duty: dict[int, list[int]],
    week: range,
    rules: RoundRules,
    rng: np.random.Generator,
    iterations: int,
) -> list[Round]:
    """Return the patrols of a week in one group of bases."""
    bases = np.unique(beat.at[teams])
    points = np.concatenate([bases, beat.bases + places])
    visits = _visits(beat, teams, places, len(bases), duty, week, rng)
    who = [(int(team), day) for team in teams for day in duty[int(team)]]
    who = [who[at] for at in rng.permutation(len(who))]
    if not len(visits.point):
        return []
    matrix = {int(team): _minutes(beat, int(team), points, len(bases), places) for team in teams}
    depot = {int(team): int(np.searchsorted(bases, beat.at[team])) for team in teams}
    shifts = [(day, depot[team], matrix[team]) for team, day in who]
    seed = int(rng.integers(2**31))
    found = []
    for shift, order in _search(visits, shifts, len(bases), rules, seed, iterations):
        team, day = who[shift]
        stops = [int(places[visits.point[one] - len(bases)]) for one in order]
        found.append(_round(beat, team, day, stops[:: int(rng.choice((1, -1)))], rules, rng))
    return found


def _visits(
    beat: Beat,
    teams: Ints,
    places: Ints,
    bases: int,
    duty: dict[int, list[int]],
    week: range,
    rng: np.random.Generator,
) -> Visits:
    """Return the visits asked in a week, each with its days and what it is worth."""
    asked, prize = part_of_week(beat.wanted[places], len(week)), _prizes(beat.harm[places])
    rows = []
    for place, at in enumerate(places):
        days = sorted({day for team in teams if beat.near[team, at] for day in duty[int(team)]})
        blocks = _blocks(int(asked[place]), days, rng)
        for rank, block in enumerate(rng.permutation(len(blocks))):
            worth = max(int(prize[place] / (rank + 1)), _LEAST_PRIZE)
            rows.append((bases + place, *blocks[int(block)], worth))
    return Visits(*np.array(rows, np.int64).reshape(-1, 4).T)


def _search(
    visits: Visits,
    shifts: Sequence[tuple[int, int, Ints]],
    bases: int,
    rules: RoundRules,
    seed: int,
    iterations: int,
) -> list[tuple[int, list[int]]]:
    """Return for each shift that has any its visits in order: the best the search finds from a greedy start."""
    from pyvrp import Client, Depot, Location, ProblemData, Route, Solution, VehicleType, solve
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.stop import MaxIterations

    dawn, dusk, visit = minutes(rules.dawn_h), most_minutes(rules.dusk_h), minutes(rules.visit_h)
    longest = most_minutes(rules.shift_h)
    clients = [
        Client(int(point), service_duration=visit, tw_early=int(first) * DAY + dawn, tw_late=int(last) * DAY + dusk,
               prize=int(prize), required=False)
        for point, first, last, prize in zip(visits.point, visits.first, visits.last, visits.prize, strict=True)
    ]  # fmt: skip
    profile: dict[int, int] = {}
    matrices: list[Any] = []
    vehicles = []
    for day, depot, matrix in shifts:
        if id(matrix) not in profile:
            profile[id(matrix)] = len(matrices)
            matrices.append(matrix)
        vehicles.append(
            VehicleType(start_depot=depot, end_depot=depot, tw_early=day * DAY + dawn, tw_late=day * DAY + dusk,
                        shift_duration=longest, unit_distance_cost=0, unit_duration_cost=1,
                        profile=profile[id(matrix)])
        )  # fmt: skip
    locations = [Location(float(at), 0.0) for at in range(len(matrices[0]))]
    data = ProblemData(locations, clients, [Depot(at) for at in range(bases)], vehicles, matrices, matrices)
    first_try = greedy(visits, shifts, longest, visit)
    start = Solution(data, [Route(data, order, shift) for shift, order in first_try])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)  # a prize may outweigh any penalty; feasible ones are kept
        found = solve(
            data, MaxIterations(iterations), seed=seed, collect_stats=False, initial_solution=start
        ).best  # fmt: skip
    routes = [(route.vehicle_type(), [one.idx for one in route if one.is_client()]) for route in found.routes()]
    return [(shift, order) for shift, order in routes if order]


def _prizes(harm: Floats) -> Ints:
    """Return harm in whole numbers, the most harm as the most prize."""
    top = float(harm.max(initial=0.0))
    share = harm / top if top > 0 else np.zeros(len(harm))
    return np.maximum(share * _MOST_PRIZE, _LEAST_PRIZE).astype(np.int64)


def _minutes(beat: Beat, team: int, points: Ints, bases: int, places: Ints) -> Ints:
    """Return minutes between the points of a group for a team; never to where it cannot go and be back."""
    hours = beat.ways[beat.teams[team].mover].hours[np.ix_(points, points)]
    whole = np.where(np.isfinite(hours), np.ceil(np.where(np.isfinite(hours), hours, 0) * 60 - 1e-6), _NEVER)
    barred = np.concatenate([np.zeros(bases, bool), ~beat.near[team, places]])
    whole[barred] = _NEVER
    whole[:, barred] = _NEVER
    np.fill_diagonal(whole, 0)
    return np.minimum(whole, _NEVER).astype(np.int64)


def _round(beat: Beat, team: int, day: int, order: Sequence[int], rules: RoundRules, rng: np.random.Generator) -> Round:
    """Return one patrol with its times: it leaves at a moment drawn from those that bring it back in daylight."""
    who = beat.teams[team]
    ways = beat.ways[who.mover]
    path = [int(beat.at[team]), *(beat.bases + place for place in order), int(beat.at[team])]
    legs = [(float(ways.hours[a, b]), float(ways.km[a, b])) for a, b in pairwise(path)]
    visit = minutes(rules.visit_h)
    length = sum(minutes(hours) for hours, _ in legs) + visit * len(order)
    spare = most_minutes(rules.dusk_h) - minutes(rules.dawn_h) - length
    clock = day * DAY + minutes(rules.dawn_h) + jitter(rng, min(spare, most_minutes(rules.spread_h)))
    stops = [_stop(beat, path[0], clock, clock, "set out")]
    for at, (hours, km) in zip(path[1:], legs, strict=True):
        clock += minutes(hours)
        is_base = at < beat.bases
        leaves = clock if is_base else clock + visit
        stops.append(_stop(beat, at, clock, leaves, "return" if is_base else "visit", km, hours))
        clock = leaves
    return Round("patrol", who, tuple(stops))


def _stop(beat: Beat, at: int, arrival: int, departure: int, purpose: str, km: float = 0.0, hours: float = 0.0) -> Stop:
    row = beat.points.iloc[at]
    place = str(row["place_id"]), str(row["name"]), float(row["longitude"]), float(row["latitude"])
    return Stop(*place, arrival, departure, purpose, km, hours)
