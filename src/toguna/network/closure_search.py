"""The compiled search behind `critical_links`: what closing one link does to the times from a set of sites.

Closing a link that is not in the tree of shortest ways changes nothing. Closing a tree link changes only the nodes
below it: they are reached anew from their neighbours outside, by a search that never leaves them.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def _up(heap, at, place, time):
    """Move a node of a heap up to its place."""
    while place > 0:
        above = (place - 1) >> 1
        if time[heap[place]] >= time[heap[above]]:
            break
        heap[place], heap[above] = heap[above], heap[place]
        at[heap[place]], at[heap[above]] = place, above
        place = above


@nb.njit(cache=True)
def _pop(heap, at, size, time):
    first = heap[0]
    size -= 1
    heap[0] = heap[size]
    at[heap[0]] = 0
    at[first] = -1
    place = 0
    while True:
        least, left = place, 2 * place + 1
        if left < size and time[heap[left]] < time[heap[least]]:
            least = left
        if left + 1 < size and time[heap[left + 1]] < time[heap[least]]:
            least = left + 1
        if least == place:
            return first, size
        heap[place], heap[least] = heap[least], heap[place]
        at[heap[place]], at[heap[least]] = place, least
        place = least


@nb.njit(cache=True)
def close_each(pointer, columns, links, hours, time, first, last, order, below, closed, people, offset, starts, limits):
    """Return people beyond each limit and person-hours added when each link of `closed` shuts.

    pointer, columns, links : the symmetric CSR graph; hours : of each link; time : hours to each node from the sites
    first, last, order : preorder of the tree of shortest ways; below : node below each link in the tree, or -1
    people, offset, starts : people at each node with their hours from it, grouped by node (starts: first of a node)
    """
    size = len(pointer) - 1
    lost = np.zeros((len(closed), len(limits)))
    delay = np.zeros(len(closed))
    fresh = np.full(size, np.inf)
    at = np.full(size, -1, np.int64)
    heap = np.empty(size, np.int64)
    for number in range(len(closed)):
        shut = closed[number]
        root = below[shut]
        if root < 0:
            continue
        count = 0
        for place in range(first[root], last[root]):
            node = order[place]
            for k in range(pointer[node], pointer[node + 1]):
                there, link = columns[k], links[k]
                if link != shut and not (first[root] <= first[there] < last[root]):
                    fresh[node] = min(fresh[node], time[there] + hours[link])
            if np.isfinite(fresh[node]):
                heap[count], at[node] = node, count
                count += 1
                _up(heap, at, count - 1, fresh)
        while count > 0:
            node, count = _pop(heap, at, count, fresh)
            for k in range(pointer[node], pointer[node + 1]):
                there, link = columns[k], links[k]
                if link == shut or not (first[root] <= first[there] < last[root]):
                    continue
                further = fresh[node] + hours[link]
                if further < fresh[there]:
                    if np.isinf(fresh[there]):
                        heap[count], at[there] = there, count
                        count += 1
                    fresh[there] = further
                    _up(heap, at, at[there], fresh)
        for place in range(first[root], last[root]):
            node = order[place]
            for k in range(starts[node], starts[node + 1]):
                before, after = time[node] + offset[k], fresh[node] + offset[k]
                for h in range(len(limits)):
                    if before <= limits[h] + 1e-9 < after:
                        lost[number, h] += people[k]
                if np.isfinite(after):
                    delay[number] += people[k] * (after - before)
            fresh[node] = np.inf
            at[node] = -1
    return lost, delay


@nb.njit(cache=True)
def preorder(parent):
    """Return first, last and order of a forest in preorder: below node n are order[first[n] : last[n]]."""
    size = len(parent)
    count = np.zeros(size + 1, np.int64)
    for node in range(size):
        count[parent[node] + 1] += 1  # roots have parent -1
    start = np.zeros(size + 2, np.int64)
    for node in range(size + 1):
        start[node + 1] = start[node] + count[node]
    children = np.empty(size, np.int64)
    filled = start.copy()
    for node in range(size):
        children[filled[parent[node] + 1]] = node
        filled[parent[node] + 1] += 1
    first, last, order = np.zeros(size, np.int64), np.zeros(size, np.int64), np.empty(size, np.int64)
    stack = np.empty(2 * size + 2, np.int64)
    top, place = 0, 0
    for k in range(start[0], start[1]):
        stack[top] = children[k]
        top += 1
    while top > 0:
        top -= 1
        node = stack[top]
        if node < 0:
            last[-node - 1] = place
            continue
        first[node], order[place] = place, node
        place += 1
        stack[top] = -node - 1
        top += 1
        for k in range(start[node + 1], start[node + 2]):
            stack[top] = children[k]
            top += 1
    return first, last, order
