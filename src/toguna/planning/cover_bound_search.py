"""The compiled parts of `cover_bound`: the descent of prices, and joining sites to regions."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

LEAST_PACE = 1e-4  # below it the bound no longer moves


@nb.njit(cache=True)
def descend(row_start, row_site, sites, weight, p, price, best, pace, steps):
    """Return prices of cover, the bound they prove, and the next prices: subgradient steps on the dual.

    The dual of max sum w y, y_i <= sum of x_j that cover i, sum x <= p, relaxed by a price u_i in [0, w_i] for each
    place: sum (w_i - u_i) + the p largest sums of u over a site's places. Every price proves a bound; the least is the
    bound of the linear program.

    best : a value known to be reached
    pace : the Polyak factor, halved where 30 steps did not lower the bound, and those steps; changed in place
    """
    places = len(row_start) - 1
    least, kept, worth = np.inf, price.copy(), np.zeros(sites)
    slope = np.zeros(places)
    total = weight.sum()
    for _ in range(steps):
        worth[:] = 0.0
        value = total
        for place in range(places):
            value -= price[place]
            for k in range(row_start[place], row_start[place + 1]):
                worth[row_site[k]] += price[place]
        top = np.argsort(worth)[::-1][:p]
        chosen = np.zeros(sites)
        for site in top:
            chosen[site] = 1.0
            value += worth[site]
        pace[1] += 1
        if value < least - 1e-7 * total:
            pace[1] = 0
        if value < least:
            least = value
            kept = price.copy()
        if pace[1] >= 30:
            pace[0], pace[1] = pace[0] / 2, 0
            price = kept.copy()
        norm = 0.0
        for place in range(places):
            over = -1.0
            for k in range(row_start[place], row_start[place + 1]):
                over += chosen[row_site[k]]
            slope[place] = 0.6 * over + 0.4 * slope[place]
            if not ((slope[place] > 0 and price[place] <= 0) or (slope[place] < 0 and price[place] >= weight[place])):
                norm += slope[place] * slope[place]
        if norm == 0.0 or pace[0] < LEAST_PACE:
            break
        step = pace[0] * max(value - best, 1e-6 * total) / norm
        for place in range(places):
            price[place] = min(max(price[place] - step * slope[place], 0.0), weight[place])
    return kept, least, price


@nb.njit(cache=True)
def join(ones, others, sites, most):
    """Return a region for each site: pairs are joined in the order given, where no region then exceeds `most` sites."""
    root, size = np.arange(sites), np.ones(sites, np.int64)
    for k in range(len(ones)):
        one, other = ones[k], others[k]
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        while root[other] != other:
            root[other] = root[root[other]]
            other = root[other]
        if one != other and size[one] + size[other] <= most:
            root[other] = one
            size[one] += size[other]
    for site in range(sites):
        while root[site] != root[root[site]]:
            root[site] = root[root[site]]
    return root
