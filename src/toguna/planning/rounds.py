"""`rounds`: from who is where to who drives where on which day: patrols of a month, and aid convoys with escorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.progress import Progress, silent
from toguna.core.provenance import MadeFrom
from toguna.country.country import Country
from toguna.network.sites import sites
from toguna.planning.mandate import Task
from toguna.planning.plan import Plan
from toguna.planning.posture import done
from toguna.planning.rounds_convoys import (
    Corridor,
    OnTheRoad,
    Way,
    assign,
    convoy_name,
    corridor_of,
    duty_rounds,
    reverse,
    too_far,
    trip,
)
from toguna.planning.rounds_parts import (
    Round,
    RoundRules,
    Team,
    days_of,
    minutes,
    most_minutes,
    planned_month,
    roads_of,
    teams_of,
)
from toguna.planning.rounds_routes import Beat, patrol_rounds, visits_wanted
from toguna.planning.rounds_tables import (
    convoy_table,
    place_gaps,
    round_table,
    stop_table,
    visit_table,
)
from toguna.planning.rounds_travel import travel

SENSITIVE = (
    "Sensitive: this tells where patrols and aid convoys will be, and when. Give it only to those who must know, "
    "and make it anew with another seed if it is lost."
)
_KNOWN_SEED = 1
UNSCHEDULED = ["what", "name", "place_id", "why"]


@dataclass(frozen=True, eq=False)
class Rounds:
    """A month's schedule. It is sensitive: it tells where patrols and aid convoys will be, and when.

    Attributes
    ----------
    month : month it is for
    stops : one row a stay of a unit, in order: round, kind, convoy, unit, unit_kind, base, number, order, date,
        place_id, place, longitude, latitude, arrival, departure (local time), purpose, km and hours from the one before
    rounds : one row a round: when and where it begins and ends, visits, km, hours of road, harm at the places visited
    visits : one row a settlement patrols can reach: visits asked a week and in the month, and visits made
    convoys : one row a convoy: hub, people of its region, escort, departs, delivered, returns, nights
    unscheduled : what could not be scheduled, and why
    rules : the hours, frequencies and windows kept
    """

    month: Month
    stops: pd.DataFrame = field(repr=False)
    rounds: pd.DataFrame = field(repr=False)
    visits: pd.DataFrame = field(repr=False)
    convoys: pd.DataFrame = field(repr=False)
    unscheduled: pd.DataFrame = field(repr=False)
    rules: RoundRules
    made_from: MadeFrom
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the schedule in a few lines."""
        patrols = int((self.rounds["kind"] == "patrol").sum())
        made, asked = self.visits["made"], self.visits["asked"]
        harm = self.visits["harm"]
        share = float((harm * made).sum() / max(float((harm * asked).sum()), 1e-12))
        lost = self.unscheduled["what"].value_counts()
        missing = ", ".join(f"{count} {what}" for what, count in lost.items()) or "nothing"
        return (
            f"Rounds of {self.month}: {patrols} patrols make {int(made.sum())} of {int(asked.sum())} visits asked, "
            f"{share:.0%} of them by expected harm; {len(self.convoys)} aid convoys under escort to "
            f"{self.convoys['place_id'].nunique()} hubs\n  not or not fully scheduled: {missing}\n  {SENSITIVE}"
        )


def rounds(
    plan: Plan,
    country: Country,
    month: Month | str | None = None,
    *,
    rules: RoundRules | None = None,
    seed: int = _KNOWN_SEED,
    iterations: int = 200,
    progress: Progress = silent,
) -> Rounds:
    """Return a month's schedule for the units a plan posts: patrol rounds, and aid convoys with their escorts.

    Settlements are visited more often where more harm is expected, between the bounds of the rules; units come home
    the same day. Convoys leave the capital for the hubs whose aid the plan serves, by daylight only, with an escort
    from start to return. So that nobody can lie in wait, days of rest, days of visits, the order of stops and hours of
    departure are drawn from the seed and differ from week to week: keep the seed as secret as the schedule.

    Parameters
    ----------
    country : the one the plan was made for; its roads and closures of the month give the hours
    month : one of those planned, by default the first
    rules : hours, frequencies and windows; the defaults of `RoundRules` where none are given
    seed : the same seed gives the same schedule
    iterations : of the search for patrols in each week and group of bases; three times as many for the convoys

    Raises
    ------
    AskError
        The plan does not cover the month, or the country is not the plan's.

    Examples
    --------
    >>> import toguna as tg
    >>> country = tg.read_country("ouadji", as_of="2013-06")
    >>> found = rounds(tg.plan(country, months=1), country, iterations=50)
    >>> str(found.month), bool((found.visits["made"] <= found.visits["asked"]).all())
    ('2013-07', True)
    """
    keep = rules or RoundRules()
    when, number = planned_month(plan, month)
    if (country.made_from.pack, country.made_from.pack_hash) != (plan.made_from.pack, plan.made_from.pack_hash):
        raise AskError(f"The plan is for {plan.made_from.pack}, not {country.made_from.pack}. Give its own country.")
    if iterations < 1:
        raise AskError(f"{iterations} iterations are no search. Give at least 1.")
    rng = np.random.default_rng([seed, when.year, when.month])  # no month repeats another
    teams = teams_of(plan, number)
    driven, corridors, lost = _convoys(plan, country, when, number, teams, keep, rng, iterations * 3)
    away: dict[str, set[int]] = {}
    for one in driven:
        first, last = one.stops[0].departure // (24 * 60), one.stops[-1].arrival // (24 * 60)
        away.setdefault(one.team.name, set()).update(range(first, last + 1))
    for team, out in away.items():  # an escort waits for its next convoy at the capital, and rests when it is home
        away[team] = set(range(min(out), max(out) + 1 + keep.convoy_rest_days))
    beat = _beat(plan, country, when, number, teams, keep)
    patrols = patrol_rounds(beat, away, days_of(when), keep, rng, iterations, progress) if beat else []
    stops = stop_table([*driven, *patrols], when)
    visits = visit_table(beat, stops, when)
    lost += place_gaps(beat, visits, keep)
    made = country.made_from
    asked = {**made.parameters, "plan": plan.made_from.run_id, "month": str(when), "iterations": iterations,
             "rules": keep.model_dump()}  # fmt: skip
    return Rounds(
        when,
        stops,
        round_table(stops, visits),
        visits,
        convoy_table(stops, {convoy_name(one, 0).rpartition("-")[0]: one for one in corridors}),
        pd.DataFrame(lost, columns=UNSCHEDULED),
        keep,
        MadeFrom(made.pack, made.pack_hash, asked, seed),
        _remarks(plan, teams, beat, seed),
    )


def _remarks(plan: Plan, teams: Sequence[Team], beat: Beat | None, seed: int) -> tuple[str, ...]:
    said = []
    if seed == _KNOWN_SEED:
        said.append("Made with the seed everybody has: who holds the same data can make it too. Choose a secret seed.")
    said += ["Visits a week, hours of shifts and windows are judgement: no published norm was found."]
    if Task.PATROL_ROUTES not in plan.mandate.ordered:
        said.append(f"{plan.mandate.title} asks for no patrols of routes, so none are scheduled.")
    elif beat is None:
        said.append("The plan posts no unit that patrols by road in this month.")
    still = {one.kind.title.lower() for one in teams if not {Task.PATROL_ROUTES, Task.ESCORT_AID} & set(one.kind.tasks)}
    if still:
        said.append(f"No rounds are made for units that neither patrol nor escort: {', '.join(sorted(still))}.")
    return (*said, *plan.remarks)


def _beat(
    plan: Plan, country: Country, month: Month, number: int, teams: Sequence[Team], rules: RoundRules
) -> Beat | None:
    """Return where the teams that patrol by road can go, or None where there are none."""
    able = tuple(one for one in teams if Task.PATROL_ROUTES in one.kind.tasks and not one.kind.flies)
    if not able or Task.PATROL_ROUTES not in plan.mandate.ordered:
        return None
    now = plan.situation
    rows = np.unique([one.base for one in able])
    columns = ["place_id", "name", "longitude", "latitude"]
    bases = now.bases.iloc[rows][columns]
    held = set(now.bases["place_id"].iloc[sorted({one.base for one in teams})])
    kept = ~now.places["place_id"].isin(held).to_numpy(bool)  # where a base is, somebody is there every day
    places = now.places[kept][[*columns, "admin2_pcode"]]
    points = pd.concat([bases, places], ignore_index=True)
    ways = {}
    for mover in sorted({one.mover for one in able}):
        ways[mover] = travel(
            roads_of(country, month, mover, assumed=True), points, points, country.profile.crs, straight_across=True
        )
    at = np.searchsorted(rows, [one.base for one in able])
    out = np.stack([ways[one.mover].hours[base, len(rows) :] for one, base in zip(able, at, strict=True)])
    reach = np.array([[one.kind.reach_h] for one in able])
    near = (out <= reach) & (2 * np.ceil(out * 60) + minutes(rules.visit_h) <= most_minutes(rules.shift_h))
    harm = now.problem.harm[kept, number]
    wanted = np.zeros(len(harm), np.int64)
    served = near.any(axis=0)
    wanted[served] = visits_wanted(harm[served], rules)
    return Beat(able, points, len(rows), at.astype(np.int64), harm, wanted, near, ways)


def _convoys(
    plan: Plan,
    country: Country,
    month: Month,
    number: int,
    teams: Sequence[Team],
    rules: RoundRules,
    rng: np.random.Generator,
    iterations: int,
) -> tuple[list[Round], list[Corridor], list[tuple[str, str, str, str]]]:
    """Return the rounds of escorts, the corridors convoys can take, and what could not be scheduled."""
    asked, lost = _hubs_served(plan, country, number)
    if asked.empty:
        return [], [], lost
    hubs = sites(country, "hub")
    roads = roads_of(country, month, "convoy", assumed=False)
    held = frozenset(one.base_id for one in teams)
    road = OnTheRoad(country, roads, hubs.iloc[0], held)
    corridors: list[Corridor] = []
    for _, hub in asked.iterrows():
        found = corridor_of(str(hub["name"]), float(hub["people"]), road.to(hub), rules)
        if isinstance(found, str):
            lost.append(("hub", str(hub["name"]), str(hub["place_id"]), found))
        else:
            corridors.append(found)
    escorts, access = _escorts(plan, teams, road, str(hubs["place_id"].iloc[0]), rules, lost)
    duties, left = assign(corridors, escorts, days_of(month), rules, rng, iterations)
    driven = [one for duty in duties for one in duty_rounds(duty, corridors, access[duty.team.name], rules, rng)]
    for at in sorted({at for at, _ in left}):
        one, turns = corridors[at], [turn for which, turn in left if which == at]
        lost.append(("convoys", one.hub, one.place_id, _why_not(one, turns, days_of(month), len(escorts), rules)))
    return driven, corridors, lost


def _why_not(corridor: Corridor, turns: Sequence[int], days: int, escorts: int, rules: RoundRules) -> str:
    """Return why convoys of some turns do not go to a hub."""
    every = rules.convoy_every_days
    late = sum(turn * every + corridor.days > days for turn in turns)
    said = [f"{late} would not be back by the end of the month"] if late else []
    if len(turns) > late:
        said.append(f"for {len(turns) - late} no escort is free and home in time ({escorts} can reach the capital)")
    takes = f"{corridor.days} day" + "s" * (corridor.days != 1)
    asked = len(range(0, days, every))
    return f"{len(turns)} of {asked} convoys do not go: there and back takes {takes}; {'; '.join(said)}"


def _hubs_served(plan: Plan, country: Country, number: int) -> tuple[pd.DataFrame, list[tuple[str, str, str, str]]]:
    """Return hubs whose aid the plan serves in a month with the people of their region, and those it does not."""
    now = plan.situation
    wanted = (Task.ESCORT_AID.value, Task.OPEN_CORRIDORS.value)
    hubs = sites(country, "hub").iloc[1:].drop_duplicates("name").set_index("name", drop=False)
    people: dict[str, float] = {}
    known: set[str] = set()
    for demand, names in zip(now.problem.demands, now.sites, strict=True):
        if demand.name not in wanted:
            continue
        served = done(demand.covers, plan.solved.units)[:, number]
        worth = demand.weight[:, number]
        if demand.most is not None:
            best = np.argsort(-np.where(served, worth, -1.0), kind="stable")[: demand.most]
            served &= np.isin(np.arange(len(served)), best)
        known |= set(names)
        for name in np.array(names, dtype=object)[served & (worth > 0)]:
            people[name] = max(people.get(name, 0.0), float(worth[names.index(name)]))
    rows = hubs[hubs["name"].isin(list(people))]
    lost = [
        ("hub", str(row["name"]), str(row["place_id"]), "no escort of the plan is near enough to serve its aid")
        for _, row in hubs.iterrows()
        if row["name"] in known and row["name"] not in people
    ]
    return rows.assign(people=[people[name] for name in rows["name"]]), lost


def _escorts(
    plan: Plan,
    teams: Sequence[Team],
    road: OnTheRoad,
    capital_id: str,
    rules: RoundRules,
    lost: list[tuple[str, str, str, str]],
) -> tuple[list[tuple[Team, int]], dict[str, Way]]:
    """Return escorts with their days to the capital, the nearest the mandate allows, and their ways."""
    found: list[tuple[Team, int]] = []
    access: dict[str, Way] = {}
    longest = most_minutes(rules.drive_h)
    for one in teams:
        if Task.ESCORT_AID not in one.kind.tasks or one.kind.flies:
            continue
        way = road.to(plan.situation.bases.iloc[one.base])
        taken = trip(reverse(way), longest, longest, longest)
        if taken is None:
            why = "it cannot come to the capital, where convoys start: "
            why += (
                too_far(reverse(way), longest, longest)
                if np.isfinite(way.ways.hours[0, -1])
                else "no road leads to the capital"
            )
            lost.append(("escort", one.name, one.base_id, why))
            continue
        access[one.name] = way
        found.append((one, 0 if one.base_id == capital_id else taken.days))
    found.sort(key=lambda pair: (pair[1], pair[0].name))
    for one, _ in found[plan.mandate.escorts :]:
        why = f"the mandate escorts at most {plan.mandate.escorts} corridors at one time; it stays and patrols"
        lost.append(("escort", one.name, one.base_id, why))
    return found[: plan.mandate.escorts], access
