"""The whole trade-off between time and risk: every path that no other beats at both, under a hard cap on risk.

Exact label-setting in the order of time, with lower bounds from backward searches (the bi-objective A* of Hernandez
Ulloa et al. 2020, ICAPS 30). Labels leave the heap by lower bound of time, so a label at a node is kept only if its
risk is below that of all labels kept there before, and only if with its lower bound of risk it beats the cap and
every path already found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from toguna.core.errors import AskError
from toguna.core.words import N_
from toguna.network.pareto_search import search
from toguna.network.roads import Floats, Ints, Roads

_MOST_LABELS = 20_000_000  # a front this large means that risks are noise; 0.8 GB


@dataclass(frozen=True, eq=False)
class Front:
    """Paths that no other beats at both time and risk, fastest first.

    Attributes
    ----------
    hours, risk : totals of each path
    links : links of each path from start to end
    """

    hours: Floats
    risk: Floats
    links: tuple[tuple[int, ...], ...]


def pareto_front(roads: Roads, a: int, b: int, risk: Floats, cap: float = np.inf) -> Front:
    """Return every path between two nodes that no other beats at both hours and risk, with risk up to a cap.

    Parameters
    ----------
    roads : graph; closed links have infinite hours
    a, b : node numbers
    risk : additive risk of each link, 0 or more
    cap : no path of more risk is returned; an empty front is the answer where there is none
    """
    if (risk < 0).any() or np.isnan(risk).any():
        raise AskError(N_("Risks must be numbers of 0 or more. Check the events they were made from."))
    pointer, columns, links = (np.ascontiguousarray(part) for part in roads.order)
    hours = roads.hours
    open_risk = np.where(np.isfinite(hours), risk, np.inf)
    least_hours = np.asarray(dijkstra(roads.matrix(hours), indices=b))
    # Zero risks would be no edges to a sparse matrix; the bound stays below the truth without them.
    tiny = np.where(open_risk > 0, open_risk, 1e-300)
    least_risk = np.asarray(dijkstra(roads.matrix(tiny), indices=b))
    found, node, via, before, time, total, count = search(
        pointer, columns, links, hours, open_risk, least_hours, least_risk, a, b, float(cap), _MOST_LABELS
    )
    if count < 0:
        raise AskError(N_("The trade-off has over {most:,} labels. Set a cap on risk."), most=_MOST_LABELS)
    del node
    paths = tuple(tuple(_walk(int(label), via, before)) for label in found)
    return Front(time[found], total[found], paths)


def _walk(label: int, via: Ints, before: Ints) -> list[int]:
    links = []
    while before[label] >= 0:
        links.append(int(via[label]))
        label = int(before[label])
    return links[::-1]
