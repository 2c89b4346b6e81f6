"""Checks a schedule from the rules alone: it knows tables, roads and the plan, and nothing of how routes were found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toguna.country.country import Country
from toguna.network.attach import attach, hours_between
from toguna.network.roads import Roads, read_roads
from toguna.network.sites import sites
from toguna.network.status import closed_links
from toguna.network.vehicles import season_of
from toguna.planning.mandate import Task
from toguna.planning.plan import Plan
from toguna.planning.rounds import Rounds
from toguna.planning.rounds_check_tables import convoy_faults, visit_faults
from toguna.planning.units import UnitKind

_SECOND = 1 / 3600
_MINUTE = 1 / 60  # times are told in whole minutes, so a way may take up to one more


@dataclass(frozen=True, eq=False)
class _Given:
    """What a schedule is held against."""

    found: Rounds
    plan: Plan
    country: Country
    stops: pd.DataFrame = field(repr=False)

    def kind_of(self, title: str) -> UnitKind | None:
        """Return the kind of unit shown by a title."""
        return next((one for one in self.plan.situation.kinds if one.title == title), None)

    def base_id(self, name: str) -> str | None:
        """Return the place of a base, or None where the plan knows none of the name."""
        bases = self.plan.situation.bases
        rows = bases[bases["name"] == name]["place_id"]
        return None if rows.empty else str(rows.iloc[0])


def check_rounds(found: Rounds, plan: Plan, country: Country) -> list[str]:
    """Return the faults of a schedule, each in a sentence; none where it keeps all rules.

    Ways are measured again on the roads of the month, one origin at a time; every count is made again from the stops.
    """
    stops = found.stops.sort_values(["round", "order"], kind="stable", ignore_index=True)
    given = _Given(found, plan, country, stops)
    return [
        *_postings(given),
        *_ways(given),
        *_within_reach(given),
        *_daylight(given),
        *_patrols(given),
        *_one_place(given),
        *visit_faults(found, plan),
        *convoy_faults(found, plan, str(sites(country, "hub")["place_id"].iloc[0])),
        *_totals(given),
    ]


def _postings(given: _Given) -> Iterator[str]:
    """Every unit is one the plan posts, and does what it can do."""
    now = given.plan.situation
    number = now.months.index(given.found.month)
    keys = ["unit", "unit_kind", "base", "number", "kind"]
    for unit, title, base, which, what in given.stops[keys].drop_duplicates().itertuples(index=False):
        kind = given.kind_of(title)
        rows = np.flatnonzero(now.bases["name"] == base)
        posted = 0
        if kind is not None and len(rows):
            posted = int(given.plan.solved.units[now.kinds.index(kind), rows[0], number])
        if not 1 <= which <= posted:
            yield f"{unit} goes out, but the plan posts {posted} of {title} at {base}."
        task = Task.PATROL_ROUTES if what == "patrol" else Task.ESCORT_AID
        if kind is not None and task not in kind.tasks:
            yield f"{unit} goes on a {what}, which {title} cannot do."


def _ways(given: _Given) -> Iterator[str]:
    """Every leg takes as long as its way by roads that are open."""
    stops = given.stops
    before = stops.shift(1)
    legs = stops.assign(
        start=before["place_id"], start_name=before["place"], x=before["longitude"], y=before["latitude"],
        spent=(stops["arrival"] - before["departure"]).dt.total_seconds() / 3600,
    )[(stops["round"] == before["round"]) & (stops["order"] > 0)]  # fmt: skip
    mover = {one.title: one.vehicle or "light" for one in given.plan.situation.kinds}
    legs = legs.assign(mover=np.where(legs["kind"] == "patrol", legs["unit_kind"].map(mover), "convoy"))
    legs = legs.assign(is_patrol=legs["kind"] == "patrol")
    for (by, is_patrol), part in legs.groupby(["mover", "is_patrol"]):
        roads = _roads(given, str(by), is_patrol=bool(is_patrol))
        for (x, y), ways in part.groupby(["x", "y"]):
            origin = pd.DataFrame({"longitude": [x], "latitude": [y]})
            here, there = (attach(roads, points, given.country.profile.crs) for points in (origin, ways))
            hours = hours_between(roads, here, there, straight_across=bool(is_patrol))
            same = (ways["longitude"] == x) & (ways["latitude"] == y)
            yield from _legs(ways, np.where(same, 0.0, hours))


def _roads(given: _Given, by: str, *, is_patrol: bool) -> Roads:
    month = given.found.month
    roads = read_roads(given.country, season_of(month), by)
    shut = roads.without(closed_links(given.country, roads, month))
    return shut if is_patrol else shut.without(roads.is_synthetic)


def _legs(ways: pd.DataFrame, hours: np.ndarray) -> Iterator[str]:
    for leg, takes in zip(ways.to_dict("records"), hours.tolist(), strict=True):
        name = f"{leg['round']}: from {leg['start_name']} to {leg['place']}"
        if not np.isfinite(takes):
            yield f"{name} no open way leads."
            continue
        if abs(leg["hours"] - takes) > _SECOND:
            yield f"{name} the schedule says {leg['hours']:.2f} h, the roads {takes:.2f} h."
        if not takes - _SECOND <= leg["spent"] <= takes + _MINUTE:
            yield f"{name} the times leave {leg['spent']:.2f} h for a way of {takes:.2f} h."


def _within_reach(given: _Given) -> Iterator[str]:
    """No patrol goes farther from its base than its kind can help."""
    seen = given.stops[given.stops["purpose"] == "visit"]
    bases = given.plan.situation.bases
    for (title, base), part in seen.groupby(["unit_kind", "base"]):
        kind, home = given.kind_of(str(title)), bases[bases["name"] == base]
        if kind is None or home.empty:
            continue
        roads = _roads(given, kind.vehicle or "light", is_patrol=True)
        there = part.drop_duplicates("place_id")
        here, at = (attach(roads, points, given.country.profile.crs) for points in (home.iloc[:1], there))
        for place, hours in zip(there["place"], hours_between(roads, here, at).tolist(), strict=True):
            if hours > kind.reach_h + _SECOND:
                yield f"{title} of {base} visits {place}, {hours:.1f} h away, beyond its reach of {kind.reach_h:g} h."


def _daylight(given: _Given) -> Iterator[str]:
    """Nobody travels before dawn or after dusk, or backwards in time; all lies in the month."""
    rules, stops = given.found.rules, given.stops
    begin = np.datetime64(given.found.month.first_day, "s")
    end = np.datetime64((given.found.month + 1).first_day, "s")
    for one in stops[stops["departure"] < stops["arrival"]].itertuples():
        yield f"{one.round}: {one.place} is left before it is reached."
    for one in stops[(stops["arrival"] < begin) | (stops["departure"] >= end)].itertuples():
        yield f"{one.round}: {one.place} lies outside {given.found.month}."
    arrives = stops[stops["order"] > 0]
    before = stops.shift(1).loc[arrives.index]
    day = before["departure"].dt.normalize()
    dawn, dusk = pd.Timedelta(hours=rules.dawn_h), pd.Timedelta(hours=rules.dusk_h)
    dark = (before["departure"] < day + dawn) | (arrives["arrival"] > day + dusk)
    for one in arrives[dark].itertuples():
        yield f"{one.round}: the way to {one.place} is not in daylight."
    rests = stops[(stops["departure"].dt.normalize() > stops["arrival"].dt.normalize())]
    for one in rests[(rests["kind"] == "patrol") | (rests["place"].str.strip() == "")].itertuples():
        yield f"{one.round}: a night is spent at {one.place or 'no place'}."
    gone = arrives["arrival"] - before["departure"]
    driven = gone.groupby([arrives["round"], day]).sum()
    for (name, date), took in driven[driven > pd.Timedelta(hours=max(rules.drive_h, rules.shift_h) + 0.1)].items():
        yield f"{name}: {took.total_seconds() / 3600:.1f} h are driven on {date.date()}."


def _patrols(given: _Given) -> Iterator[str]:
    """A patrol leaves its base and is back the same day, within its shift; it stops as long as the rules say."""
    rules = given.found.rules
    patrols = given.stops[given.stops["kind"] == "patrol"]
    for name, part in patrols.groupby("round", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        base = given.base_id(first["base"])
        if first["place_id"] != base or last["place_id"] != base:
            yield f"{name} does not begin and end at its base {first['base']}."
        took = (last["arrival"] - first["departure"]).total_seconds() / 3600
        if took > rules.shift_h + _SECOND:
            yield f"{name} takes {took:.1f} h, more than a shift of {rules.shift_h:g} h."
        inner = part.iloc[1:-1]
        stay = (inner["departure"] - inner["arrival"]).dt.total_seconds() / 3600
        if (abs(stay - rules.visit_h) > _MINUTE).any() or not (inner["purpose"] == "visit").all():
            yield f"{name} has a stop that is no visit of {rules.visit_h:g} h."
    week = (patrols["arrival"].dt.day - 1) // 7
    days = patrols.groupby(["unit", week])["date"].nunique()
    for (unit, which), count in days[days > rules.patrol_days].items():
        yield f"{unit} patrols on {count} days of week {which + 1}, more than {rules.patrol_days}."
    seen = patrols[patrols["purpose"] == "visit"]
    twice = seen[seen.duplicated(["place_id", "date"], keep="first")]
    for one in twice.itertuples():
        yield f"{one.place} is visited twice on {one.date}."


def _one_place(given: _Given) -> Iterator[str]:
    """Each round of a unit begins where and after the one before ended; the month begins and ends at its base."""
    for unit, part in given.stops.groupby("unit", sort=False):
        base = given.base_id(part["base"].iloc[0])
        groups = [one for _, one in part.groupby("round", sort=False)]
        groups.sort(key=lambda one: one["departure"].iloc[0])
        where, since = base, None
        for one in groups:
            first, last = one.iloc[0], one.iloc[-1]
            if since is not None and first["departure"] < since:
                yield f"{unit} is in two rounds at one time: {first['round']} begins before the one before ends."
            if first["place_id"] != where:
                yield f"{unit} begins {first['round']} at {first['place']}, where it is not."
            where, since = last["place_id"], last["arrival"]
        if where != base:
            yield f"{unit} is not back at its base when the month ends."


def _totals(given: _Given) -> Iterator[str]:
    """The table of rounds says what the stops say."""
    listed = given.found.rounds.set_index("round")
    names = set(given.stops["round"])
    for name in sorted(names ^ set(listed.index)):
        yield f"{name} stands in one of the tables of rounds and stops only."
    for name, part in given.stops.groupby("round", sort=False):
        if name not in listed.index:
            continue
        row = listed.loc[name]
        same = (
            row["departs"] == part["departure"].iloc[0]
            and row["returns"] == part["arrival"].iloc[-1]
            and row["visits"] == int((part["purpose"] == "visit").sum())
            and np.isclose(row["km"], part["km"].sum())
            and np.isclose(row["hours"], part["hours"].sum())
        )
        if not same:
            yield f"{name}: its row in the table of rounds is not what its stops add up to."
