"""The tables of a schedule: its stops, rounds, visits, convoys, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from toguna.core.months import Month
from toguna.planning.rounds_convoys import Corridor
from toguna.planning.rounds_parts import Round, RoundRules, days_of
from toguna.planning.rounds_routes import Beat, part_of_week, weeks_of

STOPS = [
    "round", "kind", "convoy", "unit", "unit_kind", "base", "number", "order", "date", "place_id", "place",
    "longitude", "latitude", "arrival", "departure", "purpose", "km", "hours",
]  # fmt: skip
VISITS = ["place_id", "name", "admin2_pcode", "harm", "base", "hours", "wanted", "asked", "made"]
CONVOYS = [
    "convoy", "hub", "place_id", "people", "escort", "departs", "delivered", "returns", "km", "hours", "nights",
]  # fmt: skip


def stop_table(driven: Sequence[Round], month: Month) -> pd.DataFrame:
    """Return one row a stop, by the time rounds begin and the unit."""
    rows = []
    begin = np.datetime64(month.first_day, "s")
    for one in sorted(driven, key=lambda it: (it.stops[0].departure, it.team.name)):
        day = (begin + np.timedelta64(one.stops[0].departure * 60, "s")).astype("datetime64[D]")
        name = f"{day}-{one.kind}-{one.team.name}"
        for order, stop in enumerate(one.stops):
            arrival, departure = (begin + np.timedelta64(at * 60, "s") for at in (stop.arrival, stop.departure))
            rows.append(
                (name, one.kind, one.convoy, one.team.name, one.team.kind.title, one.team.base_name, one.team.number,
                 order, str(arrival)[:10], stop.place_id, stop.name, stop.longitude, stop.latitude, arrival, departure,
                 stop.purpose, stop.km, stop.hours)
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=STOPS)
    return table.astype({"arrival": "datetime64[s]", "departure": "datetime64[s]", "km": float, "hours": float})


def round_table(stops: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Return one row a round, in the order of the stops."""
    columns = ["round", "kind", "convoy", "unit", "unit_kind", "base", "date", "begins_at", "ends_at", "departs",
               "returns", "visits", "places", "km", "hours", "harm_visited"]  # fmt: skip
    harm = dict(zip(visits["place_id"], visits["harm"], strict=True))
    rows = []
    for name, part in stops.groupby("round", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        seen = part[part["purpose"] == "visit"]
        rows.append(
            (name, first["kind"], first["convoy"], first["unit"], first["unit_kind"], first["base"], first["date"],
             first["place"], last["place"], first["departure"], last["arrival"], len(seen),
             " - ".join(part["place"]), float(part["km"].sum()), float(part["hours"].sum()),
             float(sum(harm.get(one, 0.0) for one in seen["place_id"])))
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"departs": "datetime64[s]", "returns": "datetime64[s]"})


def visit_table(beat: Beat | None, stops: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Return one row a settlement patrols can reach, most harm first.

    `harm` is deaths expected in the month, `base` the nearest base with patrols and `hours` from it, `wanted` the
    visits asked a week, `asked` and `made` those of the month.
    """
    if beat is None:
        return pd.DataFrame(columns=VISITS).astype({"harm": float, "wanted": int, "asked": int, "made": int})
    places = beat.points.iloc[beat.bases :].reset_index(drop=True)
    nearest, hours = _nearest(beat)
    asked = sum(part_of_week(beat.wanted, len(week)) for week in weeks_of(days_of(month)))
    made = stops[stops["purpose"] == "visit"]["place_id"].value_counts()
    table = places[["place_id", "name", "admin2_pcode"]].assign(
        harm=beat.harm,
        base=[beat.teams[team].base_name for team in nearest],
        hours=hours,
        wanted=beat.wanted,
        asked=asked,
        made=places["place_id"].map(made).fillna(0).astype(int),
    )
    table = table[beat.near.any(axis=0)]
    return table.sort_values(["harm", "place_id"], ascending=[False, True], ignore_index=True)[VISITS]


def _nearest(beat: Beat) -> tuple[list[int], list[float]]:
    """Return for each settlement the nearest team, one that can reach it first, and its hours."""
    out = np.stack([beat.ways[one.mover].hours[at, beat.bases :] for one, at in zip(beat.teams, beat.at, strict=True)])
    best = np.argmin(np.where(beat.near, out, out + 1e6), axis=0)
    return [int(team) for team in best], [float(out[team, at]) for at, team in enumerate(best)]


def place_gaps(beat: Beat | None, visits: pd.DataFrame, rules: RoundRules) -> list[tuple[str, str, str, str]]:
    """Return places no patrol visits, or none as often as asked, most harm first, and patrols without a place."""
    if beat is None:
        return []
    found = []
    places = beat.points.iloc[beat.bases :]
    nearest, hours = _nearest(beat)
    for at in np.argsort(-beat.harm, kind="stable"):
        if beat.near[:, at].any():
            continue
        row, who = places.iloc[int(at)], beat.teams[nearest[at]]
        if not np.isfinite(hours[at]):
            why = "no way leads there from any base with patrols"
        else:
            why = f"{hours[at]:.1f} h from {who.base_name}, the nearest base with patrols: "
            if hours[at] > who.kind.reach_h:
                why += f"beyond the reach of {who.kind.reach_h:g} h of its {who.kind.title.lower()}"
            else:
                why += f"there and back with a visit is more than a shift of {rules.shift_h:g} h"
        found.append(("place", str(row["name"]), str(row["place_id"]), why))
    short = visits[visits["made"] < visits["asked"]]
    for row in short.itertuples(index=False):
        why = f"{row.made} of {row.asked} visits fit into the shifts of the patrols that can reach it"
        found.append(("visits", str(row.name), str(row.place_id), why))
    for team, near in zip(beat.teams, beat.near, strict=True):
        if not near.any():
            why = "no place is near enough to go there and back in a day"
            found.append(("patrols", team.name, team.base_id, why))
    return found


def convoy_table(stops: pd.DataFrame, corridors: Mapping[str, Corridor]) -> pd.DataFrame:
    """Return one row a convoy, by departure."""
    rows = []
    for name, part in stops[stops["convoy"] != ""].groupby("convoy", sort=False):
        corridor = corridors[str(name).rpartition("-")[0]]
        hub = part[part["purpose"] == "deliver aid"].iloc[0]
        nights = part[part["departure"].dt.normalize() > part["arrival"].dt.normalize()]["place"]
        rows.append(
            (name, corridor.hub, corridor.place_id, corridor.people, part["unit"].iloc[0], part["departure"].iloc[0],
             hub["arrival"], part["arrival"].iloc[-1], float(part["km"].sum()), float(part["hours"].sum()),
             ", ".join(nights))
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=CONVOYS)
    return table.astype({"departs": "datetime64[s]", "delivered": "datetime64[s]", "returns": "datetime64[s]"})
