"""Which place a name in a road table means: the one whose straight lines to its neighbours fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toguna.country.profile import Profile
from toguna.network.geodesy import great_circle_km
from toguna.sources.atlas import normal_name

_RANK = {"capital": 0.0, "town": 5.0, "camp": 10.0, "gazetteer": 15.0, "village": 40.0}  # km of misfit a kind is worth
_ROUNDS = 4  # of choosing each name anew by its neighbours; more changes nothing on real tables


@dataclass(frozen=True)
class Point:
    """Where a named place lies: `place_id` of the pack, or "" for a town known from a gazetteer only."""

    place_id: str
    name: str
    iso3: str
    longitude: float
    latitude: float


def candidates(
    names: list[str], places: pd.DataFrame, gazetteer: pd.DataFrame, profile: Profile
) -> dict[str, list[tuple[Point, float]]]:
    """Return the places each name may mean, with the km of misfit its kind is worth."""
    aliases = {normal_name(a): normal_name(b) for a, b in profile.place_aliases.items()}
    wanted = {name: {normal_name(name), aliases.get(normal_name(name), "")} - {""} for name in names}
    keys = set().union(*wanted.values())
    found: dict[str, list[tuple[Point, float]]] = {key: [] for key in keys}
    for row in places.itertuples():
        for key in {normal_name(str(row.name)), normal_name(str(row.name).partition(" (")[0])} & keys:
            point = Point(str(row.place_id), str(row.name), str(row.iso3), float(row.longitude), float(row.latitude))
            found[key].append((point, _RANK[str(row.kind)]))
    for row in gazetteer.itertuples():
        key = normal_name(str(row.name))
        if key in keys:
            point = Point("", str(row.name), str(row.iso3), float(row.longitude), float(row.latitude))
            found[key].append((point, _RANK["gazetteer"]))
    return {name: [one for key in sorted(keys_of) for one in found[key]] for name, keys_of in wanted.items()}


def located(legs: pd.DataFrame, places: pd.DataFrame, gazetteer: pd.DataFrame, profile: Profile) -> dict[str, Point]:
    """Return where each name of the legs lies; names no list knows are left out.

    Of several places of a name, that is chosen whose great circles to the other ends of its legs come nearest
    to the straight-line distances printed with the legs; towns are preferred to villages.
    """
    names = sorted(set(legs["from"]) | set(legs["to"]))
    found_by_name = candidates(names, places, gazetteer, profile)
    for name, road_point in profile.road_points.items():
        fixed = Point("", road_point.name, road_point.iso3, road_point.longitude, road_point.latitude)
        if name in found_by_name:
            found_by_name[name] = [(fixed, 0.0)]
    choices = {name: found for name, found in found_by_name.items() if found}
    chosen = {name: min(found, key=lambda one: one[1])[0] for name, found in choices.items()}
    neighbours: dict[str, list[tuple[str, float]]] = {name: [] for name in choices}
    for leg in legs.to_dict("records"):
        a, b, straight = str(leg["from"]), str(leg["to"]), float(leg["straight_line_km"])
        for here, there in ((a, b), (b, a)):
            if here in choices and there in choices and np.isfinite(straight):
                neighbours[here].append((there, straight))
    for _ in range(_ROUNDS):
        for name, found in choices.items():
            misfits = [_misfit(one, neighbours[name], chosen) for one in found]
            chosen[name] = found[int(np.argmin(misfits))][0]
    return chosen


def _misfit(one: tuple[Point, float], neighbours: list[tuple[str, float]], chosen: dict[str, Point]) -> float:
    point, rank = one
    if not neighbours:
        return rank
    others = [chosen[name] for name, _ in neighbours]
    apart = great_circle_km(
        point.longitude, point.latitude, [other.longitude for other in others], [other.latitude for other in others]
    )
    return rank + float(np.median(np.abs(apart - np.array([straight for _, straight in neighbours]))))
