"""`road_links`: legs, OpenStreetMap segments and places into the table `links`, one connected graph."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.country.schema import STANDING
from toguna.network.geodesy import great_circle_km
from toguna.network.speeds import road_speed
from toguna.sources.curated import slug
from toguna.sources.skeleton.graph import Graph, Stretch
from toguna.sources.skeleton.legs import COVERED, lay
from toguna.sources.skeleton.locate import Point, located

LONG_KM = 25.0  # a straight segment longer than this hides bends and junctions, so another road may be the same one
ACCESS_KM = 8.0  # a chief town nearer to a node than this stands on it

NO_SEGMENTS = pd.DataFrame({name: pd.Series(dtype=float) for name in ("a_lon", "a_lat", "b_lon", "b_lat")})
NO_GAZETTEER = pd.DataFrame({name: pd.Series(dtype=object) for name in ("name", "longitude", "latitude", "iso3")})


@dataclass(frozen=True)
class Roads:
    """The table `links`, the detour factor fitted on the way, and the legs that could not be laid."""

    links: geopandas.GeoDataFrame
    detour: float
    faults: tuple[Fault, ...]


def road_links(
    legs: pd.DataFrame, segments: pd.DataFrame, places: pd.DataFrame, gazetteer: pd.DataFrame, profile: Profile
) -> Roads:
    """Return the links of the country's surroundings.

    1. Segments of OpenStreetMap paths become links between merged junctions (great-circle length).
    2. Published legs are laid, short before long: along a path that fits their length, else as a road of their
       own, unless the roads there already cover them within 15 per cent.
    3. Long straight segments that other roads cover are dropped: they are the same road drawn as the crow flies.
    4. Chief towns of admin 2 areas off the network, and pieces apart from it, are tied on by synthetic links.

    Lengths not published are great circles times a detour factor: the median over legs with a published length.
    """
    points = located(legs, places, gazetteer, profile)
    detour = detour_factor(legs)
    graph = Graph()
    for name in sorted(points):
        graph.node(points[name].longitude, points[name].latitude, points[name])
    _segments(graph, segments)
    faults = lay(graph, legs, points, detour)
    _drop_covered(graph, detour)
    _tie_chief_towns(graph, places, profile)
    _tie_pieces(graph)
    return Roads(_table(_contracted(graph), detour), detour, tuple(faults))


def detour_factor(legs: pd.DataFrame) -> float:
    """Return the median of published length over great circle, over legs longer by road than straight.

    Examples
    --------
    >>> detour_factor(pd.DataFrame({"km": [120.0, 130.0, 90.0], "straight_line_km": [100.0, 100.0, 100.0]}))
    1.25
    """
    ratio = legs["km"] / legs["straight_line_km"]
    ratio = ratio[(ratio >= 1.0) & (ratio < 2.0)]
    return float(ratio.median()) if len(ratio) else 1.2


def _segments(graph: Graph, segments: pd.DataFrame) -> None:
    for one in segments.itertuples():
        a, b = graph.node(one.a_lon, one.a_lat), graph.node(one.b_lon, one.b_lat)
        if a != b:
            straight = graph.straight_km(a, b)
            if straight > 0:
                graph.add(Stretch(a, b, straight))


def _drop_covered(graph: Graph, detour: float) -> None:
    """Drop long straight links, longest first, whose ends other roads join in little more than their length."""
    order = sorted(range(len(graph.links)), key=lambda number: -graph.links[number].straight)
    for number in order:
        link = graph.links[number]
        if link.straight < LONG_KM or link.link_basis != "osm":
            continue
        limit = link.length(detour) * COVERED
        if graph.path(link.a, link.b, detour, without=number, limit=limit)[1]:
            graph.drop(number)


def _tie_chief_towns(graph: Graph, places: pd.DataFrame, profile: Profile) -> None:
    """Tie the largest town of each admin 2 area without a node to the nearest node."""
    used = {point.place_id for point in graph.point if point}
    home = places[(places["iso3"] == profile.iso3) & places["kind"].isin(["capital", "town"])]
    chief = home.sort_values("population", ascending=False, kind="stable").drop_duplicates("admin2_pcode")
    for row in chief[~chief["place_id"].isin(used)].itertuples():
        apart = great_circle_km(row.longitude, row.latitude, graph.longitude, graph.latitude)
        near = np.argsort(apart, kind="stable")
        point = Point(str(row.place_id), str(row.name), profile.iso3, float(row.longitude), float(row.latitude))
        if apart[near[0]] <= ACCESS_KM and graph.point[near[0]] is None:
            graph.point[near[0]] = point
            continue
        node = graph.node(point.longitude, point.latitude, point)
        if near[0] != node:
            graph.add(Stretch(node, int(near[0]), max(float(apart[near[0]]), 0.1), link_basis="synthetic"))


def _pieces(graph: Graph) -> list[list[int]]:
    seen: set[int] = set()
    pieces = []
    for start in range(len(graph.longitude)):
        if start in seen or not graph.at[start]:
            continue
        piece, waiting = [], [start]
        seen.add(start)
        while waiting:
            node = waiting.pop()
            piece.append(node)
            for number in graph.at[node]:
                link = graph.links[number]
                for other in (link.a, link.b):
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
        pieces.append(piece)
    return sorted(pieces, key=lambda piece: -len(piece))


def _tie_pieces(graph: Graph) -> None:
    """Tie each smaller piece to the largest at the nearest pair of nodes."""
    while len(pieces := _pieces(graph)) > 1:
        main, other = pieces[0], pieces[1]
        longitude, latitude = np.array(graph.longitude), np.array(graph.latitude)
        apart = great_circle_km(
            longitude[other][:, None], latitude[other][:, None], longitude[main][None], latitude[main][None]
        )
        i, j = np.unravel_index(int(apart.argmin()), apart.shape)
        graph.add(Stretch(other[i], main[j], max(float(apart.min()), 0.1), link_basis="synthetic"))


@dataclass(frozen=True)
class _Chain:
    """A run of links through nameless junctions of two links each."""

    nodes: list[int]
    links: list[Stretch]
    graph: Graph


def _contracted(graph: Graph) -> list[_Chain]:
    """Return chains of links between junctions and places; a nameless node with two like links is a bend."""
    bends = {
        node
        for node, numbers in enumerate(graph.at)
        if len(numbers) == 2
        and graph.point[node] is None
        and len({(graph.links[n].link_basis, graph.links[n].ferry) for n in numbers}) == 1
    }
    chains, used = [], set()
    for number in sorted({n for numbers in graph.at for n in numbers}):
        if number in used:
            continue
        nodes, links = [graph.links[number].a, graph.links[number].b], [graph.links[number]]
        used.add(number)
        for end in (-1, 0):
            while nodes[end] in bends and (nodes[0] != nodes[-1]):
                follow = next((n for n in graph.at[nodes[end]] if n not in used), None)
                if follow is None:
                    break
                used.add(follow)
                link = graph.links[follow]
                other = link.b if link.a == nodes[end] else link.a
                nodes.insert(len(nodes) if end == -1 else 0, other)
                links.insert(len(links) if end == -1 else 0, link)
        if nodes[0] != nodes[-1]:
            chains.append(_Chain(nodes, links, graph))
    return chains


def _table(chains: list[_Chain], detour: float) -> geopandas.GeoDataFrame:
    names: Counter[str] = Counter()
    rows = [_row(chain, detour, names) for chain in chains]
    table = geopandas.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    return table.assign(published=pd.Timestamp(STANDING))


def _row(chain: _Chain, detour: float, names: Counter[str]) -> dict[str, object]:
    graph, links = chain.graph, chain.links
    first, last = (_end(graph, node) for node in (chain.nodes[0], chain.nodes[-1]))
    length = sum(link.length(detour) for link in links)
    surface = Counter(link.surface for link in links).most_common(1)[0][0]
    basis = links[0].link_basis
    mode, road_class = _kind(links[0], surface)
    surface = "water" if mode == "ferry" else surface
    dry, wet = road_speed(road_class, surface)
    shape = shapely.linestrings([(graph.longitude[n], graph.latitude[n]) for n in chain.nodes])
    link_id = slug(first[1] or first[0], last[1] or last[0])
    names[link_id] += 1
    return {
        "link_id": link_id if names[link_id] == 1 else f"{link_id}-{names[link_id]}",
        "from_node": first[0],
        "to_node": last[0],
        "from_name": first[1],
        "to_name": last[1],
        "length_km": round(length, 2),
        "length_basis": "published" if all(link.length_basis == "published" for link in links) else "fitted",
        "road_class": road_class,
        "surface": surface,
        "speed_dry": dry,
        "speed_wet": wet,
        "mode": mode,
        "link_basis": basis,
        "note": "; ".join(sorted({link.note for link in links if link.note})),
        "basis": _worst([link.basis for link in links]) if basis != "synthetic" else "modelled",
        "source": "osm-routes" if basis == "osm" else "road-legs",
        "geometry": shape,
    }


def _end(graph: Graph, node: int) -> tuple[str, str]:
    point = graph.point[node]
    name = point.name.partition(" (")[0] if point else ""
    if point and point.place_id:
        return point.place_id, name
    return f"n{graph.longitude[node]:.3f},{graph.latitude[node]:.3f}", name


def _kind(link: Stretch, surface: str) -> tuple[str, str]:
    if link.ferry:
        return "ferry", "ferry"
    if link.link_basis == "synthetic":
        return "piste", "access"
    if surface in {"earth", "sand"}:
        return "piste", "piste" if surface == "sand" else "track"
    return "road", "primary" if surface in {"paved", "degraded"} else "secondary"


def _worst(bases: list[str]) -> str:
    order = ("memory", "excerpt", "read", "dataset")
    return min(bases, key=lambda one: order.index(one) if one in order else len(order))
