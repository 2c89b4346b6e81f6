"""The compiled day of the cohort engine: how many of those alike leave, which way, and how far they come.

People alike share place, class, days' ways of late and, on the road, the way followed and the day of arrival. The
rules are those of the agent engine; numbers are drawn for each cohort at once, from binomials.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

from toguna.displacement.agent_search import MOST_HOPS, NO_WAY, remembered, room, weigh

# The steps of a day are compiled into it: handing thirty arrays to a function costs more than what it does with them.
# Columns of a cohort that arrives within the day.
PLACE, KIND, RECENT, MOVED, NEXT, SIZE = range(6)
FEW = 10  # people up to whom drawing one by one is faster
MOST_PARTS = 16  # in which a day's arrivals are taken where places fill up


@nb.njit(cache=True)
def day_of_cohorts(
    rng, day, waiting, after, bound, bound_after, road, arriving,
    segment_way, first_way, goal, weight, way_first, way_links, link_end, link_days, link_last, link_full, link_open,
    chance, is_town, people, came, capacity, entered, numbers, share, onward, now, later, table,
):  # fmt: skip
    """Move all cohorts by a day.

    waiting, after : people at each place by class, whether the next link is walked, and way of late, at the start and
        the end of the day, shape (places, classes, 2, levels); `after` comes in as zeros
    bound, bound_after : people waiting to go on along a way, by its next segment, class and way of late
    road : people who arrive on each day to come, by segment, class, on foot and way of late; day modulo its length
    arriving : people in each slot of `road` by segment, so that empty ones are passed over
    segment_way : way of each segment (a segment is a directed link at its place in a way)
    came : people who set out for each place the day before
    share, onward : room for the shares of ways, shape (classes, ways), and for segments that may be followed
    now, later, table : room for the cohorts that arrive within the day, grown as needed and returned
    The others are those of the agent engine.
    """
    seen = people.astype(np.float64)
    _shares(seen, first_way, goal, weight, link_open, segment_way, way_links, capacity, numbers, share, onward)
    places, kinds, _, memory = waiting.shape
    for here in range(places):
        for kind in range(kinds):
            for walks in range(2):
                for recent in range(memory):
                    size = waiting[here, kind, walks, recent]
                    if size == 0:
                        continue
                    go = _leave(rng, size, chance[here])
                    if first_way[here] == first_way[here + 1] or share[kind, first_way[here]] < 0.0:
                        go = 0
                    after[here, kind, walks, remembered(recent)] += size - go
                    people[here] -= go
                    for way in range(first_way[here], first_way[here + 1]):
                        if go == 0:
                            break
                        take = _take(rng, go, share[kind, way])
                        if take == 0:
                            continue
                        go -= take
                        if onward[way_first[way]]:
                            _enter(day, take, way_first[way], kind, walks, recent, road, arriving, way_links, link_days,
                                   link_full, entered)  # fmt: skip
                        else:  # nearly full: stay and choose anew tomorrow
                            people[here] += take
                            after[here, kind, walks, remembered(recent)] += take
    for segment in range(bound.shape[0]):
        for kind in range(kinds):
            for recent in range(memory):
                size = bound[segment, kind, recent]
                if size == 0:
                    continue
                here = link_end[way_links[segment] ^ 1]
                if not onward[segment]:
                    after[here, kind, 0, remembered(recent)] += size
                    continue
                people[here] -= size
                _enter(day, size, segment, kind, 0, recent, road, arriving, way_links, link_days, link_full, entered)
    parts_of_day = _parts(day, people, came, arriving, first_way, goal, way_links, link_end, share, capacity, numbers)
    for parts in range(parts_of_day, 0, -1):
        _half_way(day, seen, people, arriving, way_links, link_end, link_open, parts)
        _shares(seen, first_way, goal, weight, link_open, segment_way, way_links, capacity, numbers, share, onward)
        now, later, table = _arrivals(
            rng, day, parts, after, bound_after, road, arriving, segment_way, first_way, way_first, way_links, link_end,
            link_days, link_last, link_full, link_open, chance, is_town, people, entered, numbers, share, onward, now,
            later, table,
        )  # fmt: skip
    return now, later, table


@nb.njit(cache=True)
def _parts(day, people, came, arriving, first_way, goal, way_links, link_end, share, capacity, numbers):
    """Return in how many parts a day's arrivals are taken: more where they may soon fill a place.

    Agents see each other arrive one by one, and go on to a place only while it has room; so do cohorts, in parts.
    """
    due = np.zeros(len(people))
    for segment in range(arriving.shape[1]):
        due[link_end[way_links[segment]]] += arriving[day % arriving.shape[0], segment]
    may_come = came + due
    for here in range(len(people)):
        rest = due[here]
        for way in range(first_way[here], first_way[here + 1]):
            if rest > 0.0 and share[0, way] > 0.0:
                may_come[goal[way]] += rest * share[0, way]
                rest *= 1.0 - share[0, way]
    parts = 1
    for place in range(len(people)):
        width = capacity[place] * (1.0 - numbers[1])
        if capacity[place] >= 1.0 and capacity[place] - width - may_come[place] < people[place] < capacity[place]:
            parts = max(parts, min(MOST_PARTS, int(3.0 * may_come[place] / max(width, 1.0)) + 1))
    return parts


@nb.njit(cache=True)
def _half_way(day, seen, people, arriving, way_links, link_end, link_open, parts):
    """Put people at each place once half of a part's arrivals are there into `seen`: what those who choose then see."""
    slot = day % arriving.shape[0]
    seen[:] = people
    for segment in range(arriving.shape[1]):
        along = way_links[segment]
        seen[link_end[along] if link_open[along] else link_end[along ^ 1]] += 0.5 * arriving[slot, segment] / parts


@nb.njit(cache=True)
def _shares(seen, first_way, goal, weight, link_open, segment_way, way_links, capacity, numbers, share, onward):
    """Put the share each way takes of those left after the ways before it into `share`; -1 where none is open.

    Where no open way has room each takes the same. A segment may be followed on where it is open and the end of its
    way has room.
    """
    _, buffer, power, _ = numbers
    for kind in range(weight.shape[0]):
        for here in range(len(first_way) - 1):
            first, end = first_way[here], first_way[here + 1]
            if first == end:
                continue
            rest = weigh(first, end, goal, weight[kind], seen, capacity, buffer, power, share[kind, first:end])
            if rest <= 0.0:
                share[kind, first] = -1.0
                continue
            last = first
            for way in range(first, end):
                pull = share[kind, way]
                share[kind, way] = pull / rest if pull > 0.0 else 0.0
                last = way if pull > 0.0 else last
                rest = max(rest - pull, 1e-300)
            share[kind, last] = 1.0
    for segment in range(len(onward)):
        end = goal[segment_way[segment]]
        onward[segment] = link_open[way_links[segment]] and room(seen[end], capacity[end], buffer) >= 0.5


@nb.njit(cache=True, inline="always")
def _some(rng, size, chance):
    """Return a binomial number; a few people draw one by one, which is faster."""
    if size > FEW:
        return rng.binomial(size, chance)
    some = 0
    for _ in range(size):
        some += rng.random() < chance
    return some


@nb.njit(cache=True, inline="always")
def _leave(rng, size, chance):
    """Return how many leave."""
    if chance >= 1.0:
        return size
    return _some(rng, size, chance) if chance > 0.0 else 0


@nb.njit(cache=True, inline="always")
def _take(rng, left, share):
    """Return how many of those left take a way."""
    if share >= 1.0:
        return left
    return _some(rng, left, share) if share > 0.0 else 0


@nb.njit(cache=True, inline="always")
def _enter(day, size, segment, kind, walks, recent, road, arriving, way_links, link_days, link_full, entered):
    """Put people on a link in the morning; they arrive when its days are over."""
    along = way_links[segment]
    days = link_days[walks, along]
    for _ in range(days - 1):
        recent = remembered(recent + link_full[walks, along])
    slot = (day + days - 1) % road.shape[0]
    road[slot, segment, kind, walks, recent] += size
    arriving[slot, segment] += size
    entered[along] += size


@nb.njit(cache=True)
def _arrivals(
    rng, day, parts, after, bound_after, road, arriving, segment_way, first_way, way_first, way_links, link_end,
    link_days, link_last, link_full, link_open, chance, is_town, people, entered, numbers, share, onward, now, later,
    table,
):  # fmt: skip
    """Let one of the parts left of a day's arrivals arrive, and go on the same day where they do.

    They go link by link, and cohorts alike are joined on each.
    """
    slot = day % road.shape[0]
    kinds, memory = after.shape[1], after.shape[3]
    table[:] = -1
    count = 0
    for segment in range(arriving.shape[1]):
        if arriving[slot, segment] == 0:
            continue
        along = way_links[segment]
        for kind in range(kinds):
            for walks in range(2):
                for recent in range(memory):
                    size = np.int64(road[slot, segment, kind, walks, recent])
                    if size > 0 and parts > 1:
                        size = _some(rng, size, 1.0 / parts)
                    if size == 0:
                        continue
                    road[slot, segment, kind, walks, recent] -= size
                    arriving[slot, segment] -= size
                    if 2 * count >= len(now):
                        now, table = _grown(now, count)
                    count = _arrive(now, count, table, segment, kind, recent, link_last[walks, along],
                                    link_full[walks, along], size, segment_way, way_first, way_links, link_end,
                                    link_open, people, after, bound_after)  # fmt: skip
    most_ways = np.max(first_way[1:] - first_way[:-1])
    for _ in range(MOST_HOPS):
        if count == 0:
            break
        table[:] = -1
        more = 0
        for at in range(count):
            if 2 * (more + most_ways) >= len(later):
                later, table = _grown(later, more)
            more = _go_on(rng, day, now[at], later, more, table, after, bound_after, road, arriving, segment_way,
                          first_way, way_first, way_links, link_end, link_days, link_last, link_full, link_open, chance,
                          is_town, people, entered, numbers, share, onward)  # fmt: skip
        now, later, count = later, now, more
    for at in range(count):  # hops enough for a day: stay where they are
        _stop(now[at, PLACE], now[at, NEXT], now[at, KIND], now[at, RECENT] + now[at, MOVED], now[at, SIZE], after,
              bound_after)  # fmt: skip
    return now, later, table


@nb.njit(cache=True, inline="always")
def _go_on(
    rng, day, who, later, count, table, after, bound_after, road, arriving, segment_way, first_way, way_first,
    way_links, link_end, link_days, link_last, link_full, link_open, chance, is_town, people, entered, numbers, share,
    onward,
):  # fmt: skip
    """Let people who arrived before the day was over stay or go on; return how many cohorts arrive once more."""
    here, kind, size, following, late, moved = who[PLACE], who[KIND], who[SIZE], who[NEXT], who[RECENT], who[MOVED]
    first, last, go = first_way[here], first_way[here + 1], size
    if following != NO_WAY:
        first, last = 0, 1
        if not onward[following]:
            go = 0
    else:
        pushed = numbers[3] > 0 and is_town[here] and late + moved < numbers[0]
        if not pushed:
            go = _leave(rng, size, chance[here])
        if first == last or share[kind, first] < 0.0:
            go = 0
    _stop(here, NO_WAY, kind, late + moved, size - go, after, bound_after)
    people[here] -= go
    for way in range(first, last):
        if go == 0:
            break
        take, segment = go, following
        if following == NO_WAY:
            take, segment = _take(rng, go, share[kind, way]), way_first[way]
        if take == 0:
            continue
        go -= take
        if not onward[segment]:  # nearly full: stay and choose anew tomorrow
            people[here] += take
            _stop(here, NO_WAY, kind, late + moved, take, after, bound_after)
            continue
        link = way_links[segment]
        days = link_days[0, link]
        entered[link] += take
        if days == 1:
            count = _arrive(later, count, table, segment, kind, late, moved + link_last[0, link], link_full[0, link],
                            take, segment_way, way_first, way_links, link_end, link_open, people, after,
                            bound_after)  # fmt: skip
            continue
        then = remembered(late + moved + link_full[0, link])
        for _ in range(days - 2):
            then = remembered(then + link_full[0, link])
        slot = (day + days - 1) % road.shape[0]
        road[slot, segment, kind, 0, then] += take
        arriving[slot, segment] += take
    return count


@nb.njit(cache=True, inline="always")
def _arrive(work, count, table, segment, kind, recent, moved, full, size, segment_way, way_first, way_links, link_end,
            link_open, people, after, bound_after):  # fmt: skip
    """Put people at the end of a segment: to stop there for the day, or with those alike who may go on."""
    along = way_links[segment]
    is_open = link_open[along]
    here = link_end[along] if is_open else link_end[along ^ 1]  # shut meanwhile: turned back at its end
    people[here] += size
    following = segment + 1
    if not is_open or following >= way_first[segment_way[segment] + 1]:
        following = NO_WAY
    if not is_open or moved >= full:
        _stop(here, following, kind, recent + moved, size, after, bound_after)
        return count
    key = np.uint64((((here * 64 + kind) * 1024 + recent) * 1024 + moved) * 65536 + following + 1)
    at = np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & (len(table) - 1)
    while table[at] >= 0:
        one = work[table[at]]
        if (one[PLACE] == here and one[KIND] == kind and one[RECENT] == recent and one[MOVED] == moved
                and one[NEXT] == following):  # fmt: skip
            one[SIZE] += size
            return count
        at = (at + 1) & (len(table) - 1)
    table[at] = count
    work[count, PLACE], work[count, KIND], work[count, RECENT] = here, kind, recent
    work[count, MOVED], work[count, SIZE], work[count, NEXT] = moved, size, following
    return count + 1


@nb.njit(cache=True, inline="always")
def _stop(here, following, kind, way_of_late_and_today, size, after, bound_after):
    """Let people stay for the day."""
    if following == NO_WAY:
        after[here, kind, 0, remembered(way_of_late_and_today)] += size
    else:
        bound_after[following, kind, remembered(way_of_late_and_today)] += size


@nb.njit(cache=True)
def _grown(work, count):
    """Return a list twice as long and the table of its rows, a power of 2 long.

    Rows already there are not joined with later ones.
    """
    more = np.zeros((2 * len(work), work.shape[1]), dtype=work.dtype)
    more[:count] = work[:count]
    return more, np.full(4 * len(work), -1, dtype=np.int64)
