"""The compiled scores of forecasts given as draws: every number of a row from one look at its draws.

A row's draws are gathered into ascending values and how many draws are at most each. Most rows are all zero or hold
few different whole numbers, so gathering them is a tally and not a sort, and scoring them is a short sum. Draws are
read as they come: nothing as large as they are is ever made.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

# Lower edges of the bins of the ignorance score, deaths; the last bin is open (Hegre and others 2025, ViEWS challenge).
EDGES = (0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)
BINS = len(EDGES)
# Rows of the table that is filled.
(
    CRPS, IGN, MIS, LOG_CRPS, CRPS_FROM_1, CRPS_FROM_10, CHANCE_1, CHANCE_10, CHANCE_25,
    MEAN, BELOW, AT_MOST, LOWER, UPPER,
) = range(14)  # fmt: skip
NUMBERS = 14

TALLIED = (
    2048  # whole draws below this are counted, others sorted: a longer tally takes longer to read than sorting few
)
BUCKETS = 1024  # into which draws are thrown before sorting, by the leading bits of the number
FEW = 24  # draws up to which sorting by insertion is faster


@nb.njit(cache=True, nogil=True)
def score_rows(draws, outcome, level, numbers):
    """Fill the table of scores of all rows; return the first row with a draw that is no count, or -1.

    draws : deaths or events, shape (rows, draws)
    outcome : what came, shape (rows,); scores of rows where it is NaN are NaN
    level : of the interval, 0 to 1
    numbers : filled, shape (NUMBERS, rows)
    """
    rows, size = draws.shape
    kept, values, upto, bucket, tally = _room(size)
    logs = np.log1p(np.arange(TALLIED).astype(np.float64))
    for row in range(rows):
        count = _gather(draws[row], kept)
        found = _condense(kept, count, size, bucket, tally, values, upto)
        if found < 0:
            return row
        _describe(values[:found], upto[:found], level, numbers, row)
        _judge(values[:found], upto[:found], logs, outcome[row], level, numbers, row)
    return -1


@nb.njit(cache=True, nogil=True)
def bin_chances(draws):
    """Return the chance of each bin of EDGES, one draw added to each bin, shape (rows, BINS).

    draws : deaths or events, shape (rows, draws); a row with a draw that is no count gives NaN
    """
    rows, size = draws.shape
    kept, values, upto, bucket, tally = _room(size)
    chances = np.empty((rows, BINS))
    for row in range(rows):
        count = _gather(draws[row], kept)
        found = _condense(kept, count, size, bucket, tally, values, upto)
        if found < 0:
            chances[row] = np.nan
            continue
        below = 0
        for one in range(BINS):
            through = _below(values[:found], upto[:found], EDGES[one + 1]) if one + 1 < BINS else size
            chances[row, one] = (through - below + 1) / (size + BINS)
            below = through
    return chances


@nb.njit(cache=True, nogil=True)
def _room(size):
    """Return work space for rows of so many draws."""
    kept, values = np.empty(size), np.empty(size + 1)
    upto, bucket = np.empty(size + 1, dtype=np.int64), np.empty(size, dtype=np.int64)
    return kept, values, upto, bucket, np.zeros(TALLIED, dtype=np.int64)


@nb.njit(cache=True, nogil=True)
def _gather(row, kept):
    """Copy the draws other than zero; return how many."""
    count = 0
    for draw in row:  # a loop without branches, which the compiler turns into vector instructions
        count += draw != 0
    if count == 0:
        return 0
    at, last = 0, len(kept) - 1
    for draw in row:
        kept[min(at, last)] = draw
        at += draw != 0
    return count


@nb.njit(cache=True, nogil=True)
def _condense(kept, count, size, bucket, tally, values, upto):
    """Write the different draws in ascending order and how many draws are at most each; return how many differ.

    kept : the draws other than zero, `count` of them in front; returned in another order
    Returns -1 where a draw is negative, infinite or NaN.
    """
    found, total = 0, size - count
    if total > 0:
        values[0], upto[0] = 0.0, total
        found = 1
    top, rest, wrong = 0, 0, False
    for at in range(count):
        draw = kept[at]
        if not 0.0 < draw < np.inf:
            wrong = True
        elif draw < TALLIED and draw == int(draw):
            tally[int(draw)] += 1
            top = max(top, int(draw))
        else:
            kept[rest] = draw
            rest += 1
    if wrong:
        tally[: top + 1] = 0
        return -1
    _sort(kept, rest, values[found:], bucket)
    one, at = 1, 0
    while one <= top or at < rest:
        if one <= top and tally[one] == 0:
            one += 1
            continue
        if at == rest or (one <= top and one < kept[at]):
            value, more = float(one), tally[one]
            tally[one] = 0
            one += 1
        else:
            value, more = kept[at], 1
            at += 1
        total += more
        if found == 0 or value != values[found - 1]:
            values[found] = value
            found += 1
        upto[found - 1] = total
    return found


@nb.njit(cache=True, nogil=True)
def _sort(kept, count, spare, bucket):
    """Sort the first numbers, all positive: thrown into buckets by their leading bits, then sorted in each.

    The bits of positive numbers are in the order of the numbers, and nearly logarithmic, as heavy tails ask for.
    """
    if count <= FEW:
        _insert(kept, 0, count)
        return
    bits = kept.view(np.int64)
    least, most = bits[0], bits[0]
    for at in range(count):
        least, most = min(least, bits[at]), max(most, bits[at])
    shift = 0
    while (most - least) >> shift >= BUCKETS:
        shift += 1
    ends = np.zeros(BUCKETS + 1, dtype=np.int64)
    for at in range(count):
        bucket[at] = (bits[at] - least) >> shift
        ends[bucket[at] + 1] += 1
    for one in range(BUCKETS):
        ends[one + 1] += ends[one]
    for at in range(count):
        spare[ends[bucket[at]]] = kept[at]
        ends[bucket[at]] += 1
    kept[:count] = spare[:count]
    start = 0
    for one in range(BUCKETS):
        if ends[one] - start > FEW:
            kept[start : ends[one]].sort()
        else:
            _insert(kept, start, ends[one])
        start = ends[one]


@nb.njit(cache=True, nogil=True)
def _insert(kept, start, end):
    """Sort a few numbers by insertion."""
    for at in range(start + 1, end):
        draw = kept[at]
        before = at - 1
        while before >= start and kept[before] > draw:
            kept[before + 1] = kept[before]
            before -= 1
        kept[before + 1] = draw


@nb.njit(cache=True, nogil=True)
def _below(values, upto, limit):
    """Return how many draws are below a limit."""
    at = np.searchsorted(values, limit)
    return upto[at - 1] if at > 0 else 0


@nb.njit(cache=True, nogil=True)
def _quantile(values, upto, chance):
    """Return a quantile, between two draws by straight line (Hyndman and Fan 1996, type 7)."""
    place = chance * (upto[-1] - 1)
    whole = int(place)
    low = values[np.searchsorted(upto, whole, "right")]
    high = values[np.searchsorted(upto, min(whole + 1, upto[-1] - 1), "right")]
    return low + (high - low) * (place - whole)


@nb.njit(cache=True, nogil=True)
def _describe(values, upto, level, numbers, row):
    """Write what needs no outcome: chances, mean and interval."""
    size = upto[-1]
    numbers[CHANCE_1, row] = 1.0 - _below(values, upto, 0.5) / size
    numbers[CHANCE_10, row] = 1.0 - _below(values, upto, 9.5) / size
    numbers[CHANCE_25, row] = 1.0 - _below(values, upto, 24.5) / size
    total, before = 0.0, 0
    for at in range(len(values)):
        total += values[at] * (upto[at] - before)
        before = upto[at]
    numbers[MEAN, row] = total / size
    numbers[LOWER, row] = _quantile(values, upto, (1.0 - level) / 2.0)
    numbers[UPPER, row] = _quantile(values, upto, (1.0 + level) / 2.0)


@nb.njit(cache=True, nogil=True)
def _judge(values, upto, logs, seen, level, numbers, row):
    """Write the scores of a row, NaN where nothing was seen."""
    if np.isnan(seen):
        for one in (CRPS, IGN, MIS, LOG_CRPS, CRPS_FROM_1, CRPS_FROM_10, BELOW, AT_MOST):
            numbers[one, row] = np.nan
        return
    size = upto[-1]
    whole, from_1, from_10, log = _areas(values, upto, logs, seen)
    numbers[CRPS, row], numbers[LOG_CRPS, row] = whole, log
    numbers[CRPS_FROM_1, row], numbers[CRPS_FROM_10, row] = from_1, from_10
    one = 0
    while one + 1 < BINS and seen >= EDGES[one + 1]:
        one += 1
    through = _below(values, upto, EDGES[one + 1]) if one + 1 < BINS else size
    numbers[IGN, row] = -np.log2((through - _below(values, upto, EDGES[one]) + 1) / (size + BINS))
    lower, upper = numbers[LOWER, row], numbers[UPPER, row]
    missed = max(lower - seen, 0.0) + max(seen - upper, 0.0)
    numbers[MIS, row] = upper - lower + 2.0 / (1.0 - level) * missed
    numbers[BELOW, row] = _below(values, upto, seen) / size
    at = np.searchsorted(values, seen, "right")
    numbers[AT_MOST, row] = upto[at - 1] / size if at > 0 else 0.0


@nb.njit(cache=True, nogil=True)
def _areas(values, upto, logs, seen):
    """Return the CRPS, from 1 on, from 10 on, and of log(1 + deaths).

    Each is the squared distance between the draws' distribution and the outcome's step, summed over all deaths, over
    deaths from 1 or 10 on, or over their logarithm: a sum over the stretches between two neighbouring draws.
    """
    size, last, log_seen = upto[-1], len(values) - 1, np.log1p(seen)
    start, share = min(seen, values[0]), 0.0
    log_start = np.log1p(start)
    whole, from_1, from_10, log = 0.0, 0.0, 0.0, 0.0
    for at in range(last + 2):
        end = values[at] if at <= last else max(seen, values[last])
        log_end = logs[int(end)] if end < TALLIED and end == int(end) else np.log1p(end)
        whole += _area(start, end, share, seen)
        from_1 += _area(max(start, 1.0), max(end, 1.0), share, seen)
        from_10 += _area(max(start, 10.0), max(end, 10.0), share, seen)
        log += _area(log_start, log_end, share, log_seen)
        start, log_start = end, log_end
        share = upto[min(at, last)] / size
    return whole, from_1, from_10, log


@nb.njit(cache=True, nogil=True)
def _area(start, end, share, seen):
    """Return the squared distance over a stretch where the draws' distribution stays at a share."""
    before = min(max(seen - start, 0.0), end - start)
    return share * share * before + (1.0 - share) * (1.0 - share) * (end - start - before)
