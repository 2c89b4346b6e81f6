"""The compiled search behind `pareto_front`: labels in a binary heap, in the order of their bound of time."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True)
def _less(bound, total, one, other):
    return bound[one] < bound[other] or (bound[one] == bound[other] and total[one] < total[other])


@nb.njit(cache=True)
def _push(heap, size, label, bound, total):
    place = size
    heap[place] = label
    while place > 0:
        above = (place - 1) >> 1
        if not _less(bound, total, heap[place], heap[above]):
            break
        heap[place], heap[above] = heap[above], heap[place]
        place = above
    return size + 1


@nb.njit(cache=True)
def _pop(heap, size, bound, total):
    first = heap[0]
    size -= 1
    heap[0] = heap[size]
    place = 0
    while True:
        least, left = place, 2 * place + 1
        if left < size and _less(bound, total, heap[left], heap[least]):
            least = left
        if left + 1 < size and _less(bound, total, heap[left + 1], heap[least]):
            least = left + 1
        if least == place:
            break
        heap[place], heap[least] = heap[least], heap[place]
        place = least
    return first, size


@nb.njit(cache=True)
def _wider(array):
    made = np.empty(2 * len(array), array.dtype)
    made[: len(array)] = array
    return made


@nb.njit(cache=True)
def search(pointer, columns, links, hours, risk, least_hours, least_risk, a, b, cap, most):
    """Return labels at the end, and of all labels node, link, label before, hours, risk; count -1 if too many."""
    room = 1 << 16
    node, via, before = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    time, total, bound = np.empty(room), np.empty(room), np.empty(room)
    heap = np.empty(room, np.int64)
    kept = np.full(len(pointer) - 1, np.inf)  # least risk of the labels kept at each node
    found = [np.int64(0) for _ in range(0)]
    count, size = 0, 0
    if np.isfinite(least_hours[a]) and least_risk[a] <= cap:
        node[0], via[0], before[0], time[0], total[0], bound[0] = a, -1, -1, 0.0, 0.0, least_hours[a]
        count, size = 1, _push(heap, 0, 0, bound, total)
    while size > 0:
        label, size = _pop(heap, size, bound, total)
        here = node[label]
        if total[label] >= kept[here] or total[label] + least_risk[here] >= kept[b]:
            continue
        kept[here] = total[label]
        if here == b:
            found.append(label)
            continue
        for place in range(pointer[here], pointer[here + 1]):
            there, link = columns[place], links[place]
            more = total[label] + risk[link]
            at_least = more + least_risk[there]
            later = time[label] + hours[link]
            if (
                not np.isfinite(later + least_hours[there])
                or more >= kept[there]
                or at_least > cap
                or at_least >= kept[b]
            ):
                continue
            if count == room:
                if count >= most:
                    return np.array(found, np.int64), node, via, before, time, total, -1
                node, via, before, heap = _wider(node), _wider(via), _wider(before), _wider(heap)
                time, total, bound = _wider(time), _wider(total), _wider(bound)
                room *= 2
            node[count], via[count], before[count] = there, link, label
            time[count], total[count], bound[count] = later, more, later + least_hours[there]
            size = _push(heap, size, count, bound, total)
            count += 1
    return np.array(found, np.int64), node, via, before, time, total, count
