"""The growing graph of the skeleton: nodes near each other are one, and a link knows the road it is drawn from."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from toguna.network.geodesy import great_circle_km
from toguna.sources.skeleton.locate import Point

MERGE_KM = 2.5  # nodes nearer than this are the same junction


@dataclass
class Stretch:
    """A link in the making.

    Attributes
    ----------
    a, b : numbers of its nodes
    straight : great-circle length along its shape, km
    km : road length in km; None until it is known or fitted
    length_basis, link_basis, surface, ferry, note, basis, source : as in the table `links`
    """

    a: int
    b: int
    straight: float
    km: float | None = None
    length_basis: str = "fitted"
    link_basis: str = "osm"
    surface: str = "unknown"
    ferry: str = ""
    note: str = ""
    basis: str = "dataset"
    source: str = ""

    def length(self, detour: float) -> float:
        """Return its road length, fitted where none is published."""
        return self.straight * detour if self.km is None else self.km


@dataclass
class Graph:
    """Nodes and links, grown one road at a time."""

    longitude: list[float] = field(default_factory=list)
    latitude: list[float] = field(default_factory=list)
    point: list[Point | None] = field(default_factory=list)
    links: list[Stretch] = field(default_factory=list)
    at: list[list[int]] = field(default_factory=list)

    def node(self, longitude: float, latitude: float, point: Point | None = None) -> int:
        """Return the node at a position: one within the merging distance, else a new one.

        A named place keeps its own node, even near another named place.
        """
        if self.longitude:
            apart = great_circle_km(longitude, latitude, self.longitude, self.latitude)
            for near in np.argsort(apart):
                if apart[near] > MERGE_KM:
                    break
                known = self.point[near]
                if point is None or known is None or known == point:
                    self.point[near] = known or point
                    return int(near)
        return self.fresh(longitude, latitude, point)

    def fresh(self, longitude: float, latitude: float, point: Point | None = None) -> int:
        """Return a new node, however near another."""
        self.longitude.append(longitude)
        self.latitude.append(latitude)
        self.point.append(point)
        self.at.append([])
        return len(self.longitude) - 1

    def add(self, link: Stretch) -> None:
        """Add a link; of two between the same nodes the shorter stays."""
        for number in self.at[link.a]:
            other = self.links[number]
            if {other.a, other.b} == {link.a, link.b}:
                if (link.km or link.straight) < (other.km or other.straight):
                    self.links[number] = link
                return
        self.links.append(link)
        for end in (link.a, link.b):
            self.at[end].append(len(self.links) - 1)

    def straight_km(self, a: int, b: int) -> float:
        """Return the great-circle distance between two nodes."""
        return float(great_circle_km(self.longitude[a], self.latitude[a], self.longitude[b], self.latitude[b]))

    def path(self, a: int, b: int, detour: float, without: int = -1, limit: float = np.inf) -> tuple[float, list[int]]:
        """Return length and links of the shortest way from a to b; infinite and none where none is in the limit."""
        best = {a: 0.0}
        came: dict[int, int] = {}
        queue = [(0.0, a)]
        while queue:
            far, node = heapq.heappop(queue)
            if node == b:
                return far, self._walk(a, b, came)
            if far > best.get(node, np.inf):
                continue
            for number, other in self._out(node):
                further = far + self.links[number].length(detour)
                if number != without and further < best.get(other, np.inf) and further <= limit:
                    best[other], came[other] = further, number
                    heapq.heappush(queue, (further, other))
        return np.inf, []

    def _out(self, node: int) -> Iterator[tuple[int, int]]:
        for number in self.at[node]:
            link = self.links[number]
            yield number, link.b if link.a == node else link.a

    def _walk(self, a: int, b: int, came: dict[int, int]) -> list[int]:
        found = []
        node = b
        while node != a:
            link = self.links[came[node]]
            found.append(came[node])
            node = link.a if link.b == node else link.b
        return found[::-1]

    def drop(self, number: int) -> None:
        """Take a link out of use; its number stays taken."""
        link = self.links[number]
        for end in (link.a, link.b):
            self.at[end].remove(number)
