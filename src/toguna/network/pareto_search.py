"""The compiled search behind `pareto_front`: labels in a binary heap, in the order of their bound of time."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

# The heap has four children a node and holds its keys beside its labels: fewer steps, and those in nearby memory.


@nb.njit(cache=True)
def _push(bound, total, label, size, new_bound, new_total, new_label):
    place = size
    while place > 0:
        above = (place - 1) >> 2
        if bound[above] < new_bound or (bound[above] == new_bound and total[above] <= new_total):
            break
        bound[place], total[place], label[place] = bound[above], total[above], label[above]
        place = above
    bound[place], total[place], label[place] = new_bound, new_total, new_label
    return size + 1


@nb.njit(cache=True)
def _pop(bound, total, label, size):
    first = label[0]
    size -= 1
    last_bound, last_total, last_label = bound[size], total[size], label[size]
    place = 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if bound[other] < bound[least] or (bound[other] == bound[least] and total[other] < total[least]):
                least = other
        if last_bound < bound[least] or (last_bound == bound[least] and last_total <= total[least]):
            break
        bound[place], total[place], label[place] = bound[least], total[least], label[least]
        place = least
    bound[place], total[place], label[place] = last_bound, last_total, last_label
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
    time, total = np.empty(room), np.empty(room)
    heap_bound, heap_total, heap_label = np.empty(room), np.empty(room), np.empty(room, np.int64)
    kept = np.full(len(pointer) - 1, np.inf)  # least risk of the labels kept at each node
    found = [np.int64(0) for _ in range(0)]
    count, size = 0, 0
    if np.isfinite(least_hours[a]) and least_risk[a] <= cap:
        node[0], via[0], before[0], time[0], total[0] = a, -1, -1, 0.0, 0.0
        count, size = 1, _push(heap_bound, heap_total, heap_label, 0, least_hours[a], 0.0, 0)
    while size > 0:
        label, size = _pop(heap_bound, heap_total, heap_label, size)
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
                node, via, before, heap_label = _wider(node), _wider(via), _wider(before), _wider(heap_label)
                time, total, heap_bound, heap_total = (
                    _wider(time),
                    _wider(total),
                    _wider(heap_bound),
                    _wider(heap_total),
                )
                room *= 2
            node[count], via[count], before[count] = there, link, label
            time[count], total[count] = later, more
            size = _push(heap_bound, heap_total, heap_label, size, later + least_hours[there], more, count)
            count += 1
    return np.array(found, np.int64), node, via, before, time, total, count
