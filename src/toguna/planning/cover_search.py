"""The compiled searches behind `cover_parts`: equal places, dominated sites, greedy choice and swaps.

Everywhere `row_*` is the CSR of places x sites and `col_*` its transpose; entries of each row ascend.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import heapq

import numba as nb
import numpy as np

FREE, CHOSEN, STAYS, BARRED = 0, 1, 2, 3  # what a site is in a search: chosen sites that stay may not leave
SLACK = 1e-9  # share of a weight below which a gain is rounding, not a gain


@nb.njit(cache=True)
def row_keys(row_start, row_site, keys):
    """Return for each place the wrapping sum of the random keys of the sites that cover it."""
    found = np.zeros(len(row_start) - 1, np.uint64)
    for place in range(len(found)):
        for k in range(row_start[place], row_start[place + 1]):
            found[place] += keys[row_site[k]]
    return found


@nb.njit(cache=True)
def group_equal(row_start, row_site, key, order):
    """Return for each place the number of its group, -1 where nobody covers it, and how many groups there are.

    order : places by key. Places of one key are compared in full with the first of them: a clash of keys costs a
    merge, never an error.
    """
    group = np.full(len(order), -1, np.int64)
    count, first = 0, -1
    for place in order:
        begin, end = row_start[place], row_start[place + 1]
        if begin == end:
            continue
        same = first >= 0 and key[first] == key[place] and row_start[first + 1] - row_start[first] == end - begin
        if same:
            for k in range(end - begin):
                if row_site[row_start[first] + k] != row_site[begin + k]:
                    same = False
                    break
        if same:
            group[place] = group[first]
        else:
            first = place
            group[place] = count
            count += 1
    return group, count


@nb.njit(cache=True)
def dominated_sites(row_start, row_site, col_start, col_place):
    """Return which sites cover nothing, or only what one other site covers as well; of equals the first stays."""
    sites = len(col_start) - 1
    dropped = np.zeros(sites, np.bool_)
    for site in range(sites):
        begin, end = col_start[site], col_start[site + 1]
        if begin == end:
            dropped[site] = True
            continue
        rarest = col_place[begin]
        for k in range(begin, end):
            place = col_place[k]
            if row_start[place + 1] - row_start[place] < row_start[rarest + 1] - row_start[rarest]:
                rarest = place
        for r in range(row_start[rarest], row_start[rarest + 1]):
            other = row_site[r]
            size = col_start[other + 1] - col_start[other]
            if other == site or size < end - begin or (size == end - begin and other > site):
                continue
            k, o = begin, col_start[other]
            while k < end and col_start[other + 1] - o >= end - k:
                if col_place[k] == col_place[o]:
                    k += 1
                elif col_place[k] < col_place[o]:
                    break
                o += 1
            if k == end:
                dropped[site] = True
                break
    return dropped


@nb.njit(cache=True)
def greedy_sites(col_start, col_place, weight, covered, may, number):
    """Return up to `number` sites that may be chosen, each adding most to those before it; a lazy heap of gains.

    covered : places already covered; changed in place. A gain only shrinks as places are covered, so the top of the
    heap whose gain still holds is the best of all. Of equal gains the lowest site comes first.
    """
    sites = len(col_start) - 1
    heap = [(0.0, 0) for _ in range(0)]
    for site in range(sites):
        if may[site]:
            gain = 0.0
            for k in range(col_start[site], col_start[site + 1]):
                if not covered[col_place[k]]:
                    gain += weight[col_place[k]]
            heap.append((-gain, site))
    heapq.heapify(heap)
    chosen = np.empty(min(number, len(heap)), np.int64)
    count = 0
    while count < len(chosen) and len(heap) > 0:
        _, site = heapq.heappop(heap)
        gain = 0.0
        for k in range(col_start[site], col_start[site + 1]):
            if not covered[col_place[k]]:
                gain += weight[col_place[k]]
        if gain > 0.0 and len(heap) > 0 and (-gain, site) > heap[0]:
            heapq.heappush(heap, (-gain, site))
        elif gain > 0.0:
            for k in range(col_start[site], col_start[site + 1]):
                covered[col_place[k]] = True
            chosen[count] = site
            count += 1
    return chosen[:count]


@nb.njit(cache=True)
def _put(site, step, rows, cols, weight, count, by, gain, loss, stale):
    """Add (step 1) or remove (step -1) a site, and keep what every site would add and what every chosen one holds.

    count : chosen sites that cover each place; by : the sum of their numbers, so the one there is where count is 1
    gain : of each site, the weight of its places with count 0; loss : the weight of places it alone covers
    stale : 1 where the swaps a site may enter have changed, 2 where those of all its neighbours have too
    """
    row_start, row_site = rows
    col_start, col_place = cols
    for k in range(col_start[site], col_start[site + 1]):
        place = col_place[k]
        now, before = weight[place], count[place]
        if before == 1:
            loss[by[place]] -= now
            stale[by[place]] = 2
        count[place] += step
        by[place] += step * site
        after = count[place]
        if after == 1:
            loss[by[place]] += now
            stale[by[place]] = 2
        if before > 1 and after > 1:
            continue
        change = now if after == 0 else -now if before == 0 else 0.0
        for r in range(row_start[place], row_start[place + 1]):
            gain[row_site[r]] += change
            stale[row_site[r]] = max(stale[row_site[r]], 1)


@nb.njit(cache=True)
def _spread(rows, cols, stale):
    """Mark the neighbours of sites marked 2, and leave all marks at 1."""
    row_start, row_site = rows
    col_start, col_place = cols
    for site in range(len(stale)):
        if stale[site] == 2:
            for k in range(col_start[site], col_start[site + 1]):
                for r in range(row_start[col_place[k]], row_start[col_place[k] + 1]):
                    stale[row_site[r]] = max(stale[row_site[r]], 1)
            stale[site] = 1


@nb.njit(cache=True)
def _best_swap(cols, weight, count, by, gain, loss, held, stale, save, least):
    """Return the swap (in, out) that adds most, -1 where none adds more than `least`, and the entries looked at.

    held : what each site is; save : scratch, zero for every site
    """
    col_start, col_place = cols
    cheapest, looked = -1, len(held)
    for site in range(len(held)):
        if held[site] == CHOSEN and (cheapest < 0 or loss[site] < loss[cheapest]):
            cheapest = site
    into, out, most = -1, -1, least
    if cheapest < 0:
        return into, out, looked
    for site in range(len(held)):
        if held[site] != FREE or gain[site] <= most:  # what leaves never adds, so a swap adds at most the gain
            continue
        if gain[site] - loss[cheapest] > most:
            into, out, most = site, cheapest, gain[site] - loss[cheapest]
        if stale[site] == 0:
            continue
        looked += col_start[site + 1] - col_start[site]
        for k in range(col_start[site], col_start[site + 1]):
            place = col_place[k]
            if count[place] == 1:
                other = by[place]
                save[other] += weight[place]  # the newcomer keeps it covered when the other leaves
                if held[other] == CHOSEN and gain[site] - loss[other] + save[other] > most:
                    into, out, most = site, other, gain[site] - loss[other] + save[other]
        for k in range(col_start[site], col_start[site + 1]):
            if count[col_place[k]] == 1:
                save[by[col_place[k]]] = 0.0
    return into, out, looked


@nb.njit(cache=True)
def _kick(rows, cols, weight, count, by, gain, loss, stale, held, size, rng):
    """Force in a few free sites near each other, each for a chosen site near them; changes the state in place."""
    row_start, row_site = rows
    col_start, col_place = cols
    centre = rng.integers(0, len(held))
    for _ in range(size):
        into, out = -1, -1
        for _ in range(30):
            if col_start[centre + 1] == col_start[centre]:
                centre = rng.integers(0, len(held))
                continue
            place = col_place[rng.integers(col_start[centre], col_start[centre + 1])]
            site = row_site[rng.integers(row_start[place], row_start[place + 1])]
            if held[site] == FREE and into < 0:
                into = site
            elif held[site] == CHOSEN and out < 0:
                out = site
            if into >= 0 and out >= 0:
                break
            centre = site
        if into >= 0 and out >= 0:
            _put(out, -1, rows, cols, weight, count, by, gain, loss, stale)
            _put(into, 1, rows, cols, weight, count, by, gain, loss, stale)
            held[into], held[out] = CHOSEN, FREE


@nb.njit(cache=True)
def _climb(rows, cols, weight, count, by, gain, loss, stale, held, save, least, budget):
    """Swap until no swap adds, or until the budget of entries to look at is spent; return what is left of it."""
    while budget > 0:
        _spread(rows, cols, stale)
        into, out, looked = _best_swap(cols, weight, count, by, gain, loss, held, stale, save, least)
        budget -= looked
        if into < 0:
            stale[:] = 0  # no swap adds to the choice held now
            break
        _put(out, -1, rows, cols, weight, count, by, gain, loss, stale)
        _put(into, 1, rows, cols, weight, count, by, gain, loss, stale)
        held[into], held[out] = CHOSEN, FREE
    return budget


@nb.njit(cache=True)
def swap_sites(rows, cols, weight, held, kicks, rng, budget):
    """Return the best choice found by swapping one site at a time until none adds, then after each of some kicks.

    rows, cols : (start, entries) of the CSR and of its transpose; held : what each site is, see `FREE`
    kicks : each forces in two to four sites, and is undone when the swaps after it do not make up for it
    budget : entries to look at, after which it stops; also returns how many kicks were left then, -1 when done
    """
    sites, places = len(held), len(weight)
    held = held.copy()
    count, by = np.zeros(places, np.int64), np.zeros(places, np.int64)
    gain, loss, save = np.zeros(sites), np.zeros(sites), np.zeros(sites)
    stale = np.ones(sites, np.int8)
    for site in range(sites):
        for k in range(cols[0][site], cols[0][site + 1]):
            gain[site] += weight[cols[1][k]]
    least = SLACK * weight.sum()
    for site in range(sites):
        if held[site] == CHOSEN or held[site] == STAYS:
            _put(site, 1, rows, cols, weight, count, by, gain, loss, stale)
    best, most, kick = held.copy(), -1.0, 0
    while True:
        budget = _climb(rows, cols, weight, count, by, gain, loss, stale, held, save, least, budget)
        value = 0.0
        for place in range(places):
            if count[place] > 0:
                value += weight[place]
        if value >= most:
            best, most = held.copy(), value
        else:
            for site in range(sites):
                if held[site] == CHOSEN and best[site] == FREE:
                    _put(site, -1, rows, cols, weight, count, by, gain, loss, stale)
                elif held[site] == FREE and best[site] == CHOSEN:
                    _put(site, 1, rows, cols, weight, count, by, gain, loss, stale)
            held = best.copy()
            stale[:] = 0
        if budget <= 0:
            return best, max(kicks - kick, 0)
        if kick == kicks:
            return best, -1
        kick += 1
        _kick(rows, cols, weight, count, by, gain, loss, stale, held, rng.integers(2, 5), rng)
