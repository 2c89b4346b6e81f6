"""The compiled walk behind `supply_routes`: routes drawn link by link."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def walk(pointer, columns, links, weight, start, end, draws, count):
    """Return how many of the routes pass each link; a link passed twice on a route counts once.

    draws : uniform numbers, one row a route and one column a step; a route that runs out of steps counts for nothing
    """
    passed = np.zeros(count)
    seen = np.full(count, -1, np.int64)
    way = np.empty(draws.shape[1], np.int64)
    for route in range(draws.shape[0]):
        node, steps = start, 0
        while node != end and steps < draws.shape[1]:
            first, last = pointer[node], pointer[node + 1]
            total = 0.0
            for k in range(first, last):
                total += weight[k]
            if total <= 0.0:
                break
            aim, chosen = draws[route, steps] * total, last - 1
            for k in range(first, last):
                aim -= weight[k]
                if aim <= 0.0:
                    chosen = k
                    break
            way[steps] = links[chosen]
            node = columns[chosen]
            steps += 1
        if node != end:
            continue
        for k in range(steps):
            if seen[way[k]] != route:
                seen[way[k]] = route
                passed[way[k]] += 1.0
    return passed
