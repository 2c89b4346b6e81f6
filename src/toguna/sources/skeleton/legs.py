"""Puts published legs on the graph: along the road that is there, or as a road of their own."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from toguna.core.errors import Fault
from toguna.sources.skeleton.graph import Graph, Stretch
from toguna.sources.skeleton.locate import Point

COVERED = 1.15  # a leg that the roads there already cover within 15 per cent is no road of its own
CROW = 0.9, 1.6  # published length over straight length, between which a path can be the road the leg is about
SHORTER = 0.97  # of a published length: a way this much shorter contradicts it
FERRY_KM = 1.0  # a river crossing where the map shows none
SHORT_KM = 6.0  # a first link shorter than this, on a leg with a ferry, is the crossing itself
SURFACES = {
    "paved": "paved", "paved, degraded": "degraded", "gravel": "gravel", "track": "earth", "desert piste": "sand",
    "gravel and paved": "mixed", "paved and gravel": "mixed", "mixed": "mixed",
}  # fmt: skip
Leg = dict[Hashable, Any]
_FERRY = re.compile(r"^(\w+) ferry(?!.*bridge)|^(river crossing)", re.IGNORECASE)


def lay(graph: Graph, legs: pd.DataFrame, points: dict[str, Point], detour: float) -> list[Fault]:
    """Lay all legs, known lengths first and short before long, and return those that cannot be laid."""
    faults = [_unknown(leg, points) for leg in legs.to_dict("records") if not {leg["from"], leg["to"]} <= set(points)]
    known = legs[legs["from"].isin(list(points)) & legs["to"].isin(list(points))]
    order = known.assign(is_open=known["km"].isna(), by=known["km"].fillna(known["straight_line_km"]))
    for leg in order.sort_values(["is_open", "by"], kind="stable").to_dict("records"):
        _lay(graph, leg, points, detour)
    return faults


def _lay(graph: Graph, leg: Leg, points: dict[str, Point], detour: float) -> None:
    start, end = points[leg["from"]], points[leg["to"]]
    a = graph.node(start.longitude, start.latitude, start)
    b = graph.node(end.longitude, end.latitude, end)
    straight = graph.straight_km(a, b)
    if a == b or straight <= 0:
        return
    # A length below the straight line is a mistake of the table: the leg is there, its length is fitted.
    km = float(leg["km"]) if leg["km"] >= straight else None
    length = straight * detour if km is None else km
    way = graph.path(a, b, detour, limit=length * COVERED)[1] or graph.path(a, b, 1.0, limit=length / CROW[0])[1]
    if not way or not _fits(graph, way, length):
        _own_road(graph, a, b, straight, km, leg)
    elif any(graph.links[number].km is None for number in way):
        _assign(graph, way, length if km is not None else None, leg)
    if km is not None:
        _stretch(graph, a, b, km, detour, leg)
    _ferry(graph, a, b, leg)


def _stretch(graph: Graph, a: int, b: int, km: float, detour: float, leg: Leg) -> None:
    """Lengthen links of unknown length that would make a way shorter than the published one: no such road is known."""
    for _ in graph.at[a]:
        far, way = graph.path(a, b, detour, limit=km)
        if far > SHORTER * km or all(graph.links[number].km is not None for number in way):
            return
        _assign(graph, way, km, leg)


def _fits(graph: Graph, way: Sequence[int], length: float) -> bool:
    straight = sum(graph.links[number].straight for number in way)
    return CROW[0] * straight <= length <= CROW[1] * straight


def _assign(graph: Graph, way: Sequence[int], length: float | None, leg: Leg) -> None:
    """Give the path the leg's surface, and what is left of its length to the links whose own is not known."""
    unknown = [graph.links[number] for number in way if graph.links[number].km is None]
    rest = None if length is None else length - sum(graph.links[n].km or 0.0 for n in way if graph.links[n].km)
    crow = sum(link.straight for link in unknown)
    for link in unknown:
        link.surface = SURFACES.get(str(leg["class"]), "unknown")
        link.note = str(leg["seasonal_or_security_note"])
        if rest is not None and rest >= crow:
            link.km, link.length_basis = link.straight * rest / crow, "published"
            link.basis = str(leg["basis"])


def _own_road(graph: Graph, a: int, b: int, straight: float, km: float | None, leg: Leg) -> None:
    shared = {
        "link_basis": "curated",
        "surface": SURFACES.get(str(leg["class"]), "unknown"),
        "basis": str(leg["basis"]),
        "note": "; ".join(
            part for part in (str(leg["ferry_or_bridge"]), str(leg["seasonal_or_security_note"])) if part
        ),
    }
    basis = "fitted" if km is None else "published"
    graph.add(Stretch(a, b, straight, km, basis, **shared))


def _ferry(graph: Graph, a: int, b: int, leg: Leg) -> None:
    """Make the first link beside the leg's ferry a crossing, or cut a crossing off it.

    A ferry named after one end of the leg is there; a nameless river crossing is at the far end. A leg that names
    a ferry at neither end passes over it further on, where a shorter leg has put it.
    """
    found = _FERRY.match(str(leg["ferry_or_bridge"]))
    if found is None:
        return
    name = str(leg["ferry_or_bridge"])
    here, there = (b, a) if found[2] or str(leg["to"]).casefold() == found[1].casefold() else (a, b)
    if found[1] and str(leg["from"]).casefold() != found[1].casefold() and here == a:
        return
    way = graph.path(here, there, 1.0)[1]
    if not way or any(graph.links[number].ferry for number in way):
        return
    first = graph.links[way[0]]
    if first.straight <= SHORT_KM:
        first.ferry, first.surface, first.km = name, "water", first.km or first.straight
        return
    share = FERRY_KM / first.straight
    far = first.b if first.a == here else first.a
    bank = graph.fresh(
        graph.longitude[here] + share * (graph.longitude[far] - graph.longitude[here]),
        graph.latitude[here] + share * (graph.latitude[far] - graph.latitude[here]),
    )
    graph.drop(way[0])
    graph.add(Stretch(here, bank, FERRY_KM, FERRY_KM, "fitted", first.link_basis, "water", name, name, first.basis))
    rest = replace(first, a=bank, b=far, straight=first.straight - FERRY_KM)
    rest.km = None if first.km is None else max(first.km - FERRY_KM, rest.straight)
    graph.add(rest)


def _unknown(leg: Leg, points: dict[str, Point]) -> Fault:
    name = str(leg["from"] if leg["from"] not in points else leg["to"])
    remedy = "Add it to the populated places, or to `road_points` or `place_aliases` of country.yaml."
    return Fault(str(leg["file"]), int(leg["line"]), "from, to", name, "no list knows where this place is", remedy)
