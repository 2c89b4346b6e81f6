"""Checks what a schedule says about visits and convoys against its stops."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np
import pandas as pd

from toguna.planning.mandate import Task
from toguna.planning.plan import Plan
from toguna.planning.rounds import Rounds


def visit_faults(found: Rounds, plan: Plan) -> Iterator[str]:
    """Yield where visits are miscounted, more than asked, or where a settlement is passed over in silence."""
    rules, visits = found.rules, found.visits
    seen = found.stops[found.stops["purpose"] == "visit"]
    counted = seen["place_id"].value_counts()
    listed = visits.set_index("place_id")
    for place in sorted(set(counted.index) - set(listed.index)):
        yield f"{place} is visited, but not in the table of visits."
    sizes = [min(7, found.month.last_day.day - first) for first in range(0, found.month.last_day.day, 7)]
    weekly = seen.groupby(["place_id", (seen["arrival"].dt.day - 1) // 7]).size()
    now = plan.situation
    harm = dict(zip(now.places["place_id"], now.problem.harm[:, now.months.index(found.month)], strict=True))
    for place, row in listed.iterrows():
        made = int(counted.get(place, 0))
        if made != row["made"]:
            yield f"{row['name']}: {row['made']} visits are told, {made} are in the stops."
        if not rules.visits_least <= row["wanted"] <= rules.visits_most:
            yield f"{row['name']}: {row['wanted']} visits a week lie outside the bounds of the rules."
        parts = [min(ceil(row["wanted"] * size / 7 - 1e-9), size) for size in sizes]
        if sum(parts) != row["asked"]:
            yield f"{row['name']}: {row['asked']} visits are said to be asked, the weeks ask {sum(parts)}."
        for week, most in enumerate(parts):
            if (count := int(weekly.get((place, week), 0))) > most:
                yield f"{row['name']} is visited {count} times in week {week + 1}, where {most} were asked."
        if not np.isclose(row["harm"], harm.get(place, np.nan)):
            yield f"{row['name']}: the harm told is not that of the plan."
    ordered = visits.sort_values("harm")["wanted"]
    if not ordered.is_monotonic_increasing:
        yield "A settlement is asked fewer visits than another where less harm is expected."
    yield from _silent(found, plan)


def _silent(found: Rounds, plan: Plan) -> Iterator[str]:
    """Yield settlements that are neither visited as asked nor named as missing."""
    if not len(found.visits):
        return
    now = plan.situation
    held = set(now.bases["place_id"][plan.solved.units[:, :, now.months.index(found.month)].any(axis=0)])
    full = found.visits[found.visits["made"] >= found.visits["asked"]]["place_id"]
    missing = set(now.places["place_id"]) - held - set(full) - set(found.unscheduled["place_id"])
    names = now.places.set_index("place_id")["name"]
    for place in sorted(missing):
        yield f"{names[place]} is not visited as asked, and nothing says why."


def convoy_faults(found: Rounds, plan: Plan, capital_id: str) -> Iterator[str]:
    """Yield where a convoy is without its escort, misses its window, or too many are on the road."""
    stops, convoys, rules = found.stops, found.convoys, found.rules
    for name in sorted(set(stops["convoy"]) - {""} - set(convoys["convoy"])):
        yield f"Convoy {name} is in the stops, but not in the table of convoys."
    able = {one.title for one in plan.situation.kinds if Task.ESCORT_AID in one.tasks}
    for one in convoys.to_dict("records"):
        yield from _convoy(one, stops, rules.unload_h, (rules.deliver_from_h, rules.deliver_to_h), able, capital_id)
    turn = (convoys["departs"].dt.day - 1) // rules.convoy_every_days
    for one in convoys[pd.DataFrame({"hub": convoys["hub"], "turn": turn}).duplicated()].itertuples():
        yield f"Convoy {one.convoy} leaves in the same {rules.convoy_every_days} days as another to {one.hub}."
    for escort, part in convoys.sort_values("departs").groupby("escort"):
        back, leave = part["returns"].shift(1), part["departs"]
        short = (leave.dt.normalize() - back.dt.normalize()).dt.days <= rules.convoy_rest_days
        for name in part["convoy"][short & (leave > back)]:
            yield f"{escort} leaves with convoy {name} before {rules.convoy_rest_days} days of rest are over."
        for name in part["convoy"][leave <= back]:
            yield f"{escort} is with two convoys at one time: {name} and the one before."
    for one in convoys.itertuples():
        at_once = int(((convoys["departs"] <= one.departs) & (one.departs <= convoys["returns"])).sum())
        if at_once > plan.mandate.escorts:
            most = plan.mandate.escorts
            yield f"{at_once} convoys are under escort on {one.departs.date()}, the mandate allows {most}."


def _convoy(
    one: dict[str, object],
    stops: pd.DataFrame,
    unload_h: float,
    window: tuple[float, float],
    able: set[str],
    capital_id: str,
) -> Iterator[str]:
    name = f"Convoy {one['convoy']}"
    part = stops[stops["convoy"] == one["convoy"]].sort_values("departure")
    with_it = part[part["unit"] == one["escort"]]
    if with_it.empty or len(with_it) != len(part) or not set(with_it["unit_kind"]) <= able:
        yield f"{name} is not with its escort {one['escort']} all the way."
        return
    first, last = with_it.iloc[0], with_it.iloc[-1]
    if (first["place_id"], last["place_id"]) != (capital_id, capital_id):
        yield f"{name} does not begin and end at the capital with its escort."
    if (first["departure"], last["arrival"]) != (one["departs"], one["returns"]):
        yield f"{name}: its escort leaves or returns at another time than the convoy."
    hub = with_it[(with_it["place_id"] == one["place_id"]) & (with_it["purpose"] == "deliver aid")]
    if len(hub) != 1 or hub["arrival"].iloc[0] != one["delivered"]:
        yield f"{name} does not deliver at {one['hub']} when it says."
        return
    come = hub["arrival"].iloc[0]
    hour = (come - come.normalize()).total_seconds() / 3600
    if not window[0] - 1e-9 <= hour <= window[1] + 1e-9:
        yield f"{name} comes to {one['hub']} at {come:%H:%M}, outside the hours it receives convoys."
    if (hub["departure"].iloc[0] - come).total_seconds() / 3600 < unload_h - 1e-9:
        yield f"{name} leaves {one['hub']} before it is unloaded."
