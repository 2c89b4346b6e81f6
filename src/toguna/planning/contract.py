"""`contract`: a network made small without changing any cheapest way between the nodes that are kept.

Nodes where two links meet are merged into one link, dead ends are dropped, and of links between the same two nodes one
that costs no less and meets all sites of another is dropped. What a way meets is carried along: a site at a merged node
or on a merged link becomes one of the new link.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Network:
    """Two-way links with a cost, and the sites that a way over them meets.

    Attributes
    ----------
    start, end : numbers of each link's ends
    cost : of each link, 0 or more; inf where it cannot be passed
    on_links : links x sites, how often a way over the link meets the site
    at_nodes : nodes x sites, how often a way through the node meets it; one that begins or ends there does not
    """

    start: Ints
    end: Ints
    cost: Floats
    on_links: sparse.csr_array = field(repr=False)
    at_nodes: sparse.csr_array = field(repr=False)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(self.at_nodes.shape[0])

    @property
    def sites(self) -> int:
        """Number of sites."""
        return int(self.at_nodes.shape[1])


@dataclass(frozen=True, eq=False)
class Contracted:
    """A contracted network and where it comes from.

    Attributes
    ----------
    network : the smaller network
    nodes : number that each of its nodes had
    ways : numbers of the links each of its links is made of, from its start to its end
    """

    network: Network
    nodes: Ints
    ways: tuple[tuple[int, ...], ...] = field(repr=False)


@dataclass(frozen=True)
class _Link:
    """A link while the network shrinks."""

    a: int
    b: int
    cost: float
    met: dict[int, float]
    way: tuple[int, ...]

    def towards(self, node: int) -> tuple[int, ...]:
        """Return the way in the direction that ends at a node."""
        return self.way if self.b == node else self.way[::-1]

    def other(self, node: int) -> int:
        """Return the end that is not this node."""
        return self.a if self.b == node else self.b

    def is_no_worse_than(self, link: _Link) -> bool:
        """Return whether nobody would take the other link for this one, whatever sites are held."""
        return self.cost <= link.cost and all(often <= link.met.get(site, 0.0) for site, often in self.met.items())


class _Shrinking:
    """Links by number and by node."""

    def __init__(self, nodes: int) -> None:
        self.links: dict[int, _Link] = {}
        self.at: list[set[int]] = [set() for _ in range(nodes)]
        self.changed: list[int] = list(range(nodes))
        self._next = 0

    def add(self, link: _Link) -> None:
        """Add a link, unless another between the same nodes is no worse; drop those it is no worse than."""
        if link.a == link.b or not np.isfinite(link.cost):
            return
        beside = self.at[link.a] & self.at[link.b]
        if any(self.links[number].is_no_worse_than(link) for number in beside):
            return
        for number in beside:
            if link.is_no_worse_than(self.links[number]):
                self.drop(number)
        self.links[self._next] = link
        self.at[link.a].add(self._next)
        self.at[link.b].add(self._next)
        self._next += 1

    def drop(self, number: int) -> _Link:
        """Take a link out."""
        link = self.links.pop(number)
        for node in (link.a, link.b):
            self.at[node].discard(number)
            self.changed.append(node)
        return link


def contract(network: Network, keep: Ints) -> Contracted:
    """Return the network with only the nodes to keep and those where three or more links meet.

    The cheapest way between any two kept nodes costs the same as before, whichever sites are held.

    Parameters
    ----------
    keep : numbers of the nodes that stay, as those where ways begin and end

    Examples
    --------
    >>> none = sparse.csr_array((4, 0)), sparse.csr_array((5, 0))
    >>> line = Network(np.array([0, 1, 2, 2]), np.array([1, 2, 3, 4]), np.array([1.0, 2.0, 3.0, 4.0]), *none)
    >>> small = contract(line, np.array([0, 3]))
    >>> small.nodes.tolist(), small.network.cost.tolist(), small.ways
    ([0, 3], [6.0], ((0, 1, 2),))
    """
    kept = np.zeros(network.nodes, dtype=bool)
    kept[keep] = True
    met_at = _rows(network.at_nodes)
    shrinking = _Shrinking(network.nodes)
    for number, met in enumerate(_rows(network.on_links)):
        ends = int(network.start[number]), int(network.end[number])
        shrinking.add(_Link(*ends, float(network.cost[number]), met, (number,)))
    while shrinking.changed:
        node = shrinking.changed.pop()
        here = sorted(shrinking.at[node])
        if kept[node] or len(here) > 2:
            continue
        gone = [shrinking.drop(number) for number in here]
        if len(gone) == 2:
            shrinking.add(_merged(gone[0], gone[1], node, met_at[node]))
    return _contracted(network, shrinking, kept)


def _merged(one: _Link, other: _Link, node: int, here: dict[int, float]) -> _Link:
    """Return the link that two links make which meet at a node."""
    met = dict(one.met)
    for more in (other.met, here):
        for site, often in more.items():
            met[site] = met.get(site, 0.0) + often
    way = one.towards(node) + other.towards(node)[::-1]
    return _Link(one.other(node), other.other(node), one.cost + other.cost, met, way)


def _contracted(network: Network, shrinking: _Shrinking, kept: Bools) -> Contracted:
    links = [shrinking.links[number] for number in sorted(shrinking.links)]
    stays = kept.copy()
    for link in links:
        stays[[link.a, link.b]] = True
    nodes = np.flatnonzero(stays)
    number = np.cumsum(stays) - 1
    rows = [row for row, link in enumerate(links) for _ in link.met]
    columns = [site for link in links for site in link.met]
    often = [times for link in links for times in link.met.values()]
    made = Network(
        number[np.array([link.a for link in links], dtype=np.int64)],
        number[np.array([link.b for link in links], dtype=np.int64)],
        np.array([link.cost for link in links], dtype=float),
        sparse.csr_array((often, (rows, columns)), shape=(len(links), network.sites), dtype=float),
        sparse.csr_array(network.at_nodes)[nodes],
    )
    return Contracted(made, nodes.astype(np.int64), tuple(link.way for link in links))


def _rows(matrix: sparse.csr_array) -> list[dict[int, float]]:
    """Return each row of a matrix as its entries by column."""
    clean = sparse.csr_array(matrix, dtype=float)
    pairs = zip(clean.indptr[:-1], clean.indptr[1:], strict=True)
    return [
        dict(zip(clean.indices[a:b].tolist(), clean.data[a:b].tolist(), strict=True)) if b > a else {} for a, b in pairs
    ]
