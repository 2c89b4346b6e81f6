"""Decomposable graphs of lists: which there are, and the cliques and separators each falls into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations

from toguna.core.errors import AskError
from toguna.core.words import N_

MOST = 6  # lists: 18,154 graphs; of seven there are 617,675


@dataclass(frozen=True)
class Graph:
    """A decomposable graph: lists not joined are independent, given the others.

    Attributes
    ----------
    cliques, separators : sets of lists as bits, list 1 the most significant; an empty separator is 0
    """

    cliques: tuple[int, ...]
    separators: tuple[int, ...]

    def written(self, width: int) -> str:
        """Return the graph as its cliques, such as [12][23]."""
        sets = [[at + 1 for at in range(width) if clique >> (width - 1 - at) & 1] for clique in self.cliques]
        return "".join(f"[{''.join(str(one) for one in each)}]" for each in sorted(sets))


@cache
def decomposable_graphs(width: int) -> tuple[Graph, ...]:
    """Return all decomposable graphs of some lists: 8, 61, 822 and 18,154 of 3, 4, 5 and 6.

    A graph is decomposable when vertices can be taken out one after another, the neighbours of each all joined (Dirac
    1961; Lauritzen 1996). A vertex and its neighbours that lie within no other such set are a clique.

    Raises
    ------
    AskError
        More than six lists.
    """
    if width > MOST:
        raise AskError(
            N_("Of {width} lists there are too many decomposable graphs. Keep the {most} that overlap most."),
            width=width,
            most=MOST,
        )
    pairs = list(combinations(range(width), 2))
    found = []
    for edges in range(2 ** len(pairs)):
        near = [0] * width
        for number, (one, other) in enumerate(pairs):
            if edges >> number & 1:
                near[one] |= 1 << other
                near[other] |= 1 << one
        if (sets := _taken_apart(near)) is not None:
            found.append(_graph(sets, width))
    return tuple(found)


def _taken_apart(near: list[int]) -> list[int] | None:
    """Return each vertex with its neighbours as it is taken out, or None where the graph is not decomposable."""
    left, sets = (1 << len(near)) - 1, []
    while left:
        for vertex in range(len(near)):
            around = near[vertex] & left
            if left >> vertex & 1 and all(
                not around & ~near[other] & ~(1 << other) for other in range(len(near)) if around >> other & 1
            ):
                sets.append(around | 1 << vertex)
                left &= ~(1 << vertex)
                break
        else:
            return None
    return sets


def _graph(sets: list[int], width: int) -> Graph:
    """Return cliques and separators, in an order in which each clique meets those before it within one of them."""
    cliques = [one for one in dict.fromkeys(sets) if not any(one != other and one & other == one for other in sets)]
    ordered, separators, rest = [cliques[-1]], [], cliques[:-1]
    while rest:
        # The clique that shares most with one before it: a junction tree is a widest spanning tree.
        shares = [(max((one & other for other in ordered), key=int.bit_count), one) for one in rest]
        shared, after = max(shares, key=lambda pair: pair[0].bit_count())
        ordered.append(after)
        separators.append(shared)
        rest.remove(after)
    return Graph(tuple(_turned(one, width) for one in ordered), tuple(_turned(one, width) for one in separators))


def _turned(bits: int, width: int) -> int:
    """Return a set with list 1 the most significant bit, from one where it is the least."""
    return sum(1 << (width - 1 - at) for at in range(width) if bits >> at & 1)
