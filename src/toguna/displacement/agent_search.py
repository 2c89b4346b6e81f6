"""The compiled day of the agent engine: who leaves, which way, and how far each comes.

State is held in arrays, one number an agent. Random numbers come from a counter (seed, agent, day, draw), so that the
same seed gives the same outcome whatever the order or the number of threads.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

AT_PLACE = -1  # on no link; smaller numbers: settled for good, or gone home
NO_WAY = -1
MOST_HOPS = 20  # links entered in a day


@nb.njit(cache=True, inline="always")
def uniform(seed, agent, day, draw):
    """Return a number in [0, 1) that depends on its four arguments alone (splitmix64 finaliser)."""
    x = np.uint64(seed) + np.uint64(agent) * np.uint64(0x9E3779B97F4A7C15)
    x += np.uint64(day) * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(draw) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@nb.njit(cache=True, inline="always")
def remembered(way):
    """Return how much of a way of late and today is remembered tomorrow: half, in quarters of a full day's way."""
    return ((way >> 1) + 1) & ~3


@nb.njit(cache=True, inline="always")
def room(people, capacity, buffer):
    """Return how much a place still pulls: 1 with room, falling to 0 from the buffer to full; no limit below 1."""
    if capacity < 1.0 or people <= buffer * capacity:
        return 1.0
    if people >= capacity:
        return 0.0
    return (capacity - people) / (capacity * (1.0 - buffer))


@nb.njit(cache=True)
def weigh(first, last, goal, weight, people, capacity, buffer, power, scratch):
    """Put the weights of a place's ways, with the room at their ends, into scratch; return their sum.

    Where none has any, every open way weighs 1; 0 is returned where none is open.
    """
    total = 0.0
    for way in range(first, last):
        w = weight[way]
        if w > 0.0:
            w *= room(people[goal[way]], capacity[goal[way]], buffer) ** power
        scratch[way - first] = max(w, 0.0)
        total += scratch[way - first]
    if total <= 0.0:
        for way in range(first, last):
            scratch[way - first] = 1.0 if weight[way] >= 0.0 else 0.0
            total += scratch[way - first]
    return total


@nb.njit(cache=True)
def choose(first, last, aim, scratch):
    """Return the way at which the running sum of weights passes `aim`."""
    chosen = NO_WAY
    for way in range(first, last):
        if scratch[way - first] > 0.0:
            chosen = way
            aim -= scratch[way - first]
            if aim < 0.0:
                break
    return chosen


@nb.njit(cache=True)
def day_of_agents(
    seed, day, count, place, link, left, moved, recent, walks, way_of, step_of, kind,
    first_way, goal, weight, way_first, way_links, link_end, link_days, link_last, link_full, link_open,
    chance, is_town, people, capacity, entered, numbers, scratch,
):  # fmt: skip
    """Move all agents by a day.

    place, link : where each is; link is AT_PLACE or less at a place, and place is where it came from on a link
    left : days to the end of the link; moved, recent : way today and of late, in levels of a day's way
    walks : whether the next link is the first, walked; way_of, step_of : the way followed and the step on it
    kind : class of travellers; weight : of ways by class (less than 0: shut)
    first_way, goal : ways from each place; way_first, way_links : their directed links
    link_days, link_last, link_full : of each directed link, driven and walked; link_open : whether it is open
    chance, is_town, people, capacity : of each place; entered : people who entered each directed link so far
    numbers : levels of a full day's way, buffer, power, avoid_short_stints
    """
    levels, buffer, power, short = numbers
    for agent in range(count):
        if link[agent] != AT_PLACE:
            continue
        here = place[agent]
        bound = way_of[agent] != NO_WAY
        if not bound and (chance[here] <= 0.0 or uniform(seed, agent, day, 0) >= chance[here]):
            continue
        _leave(seed, agent, day, 1, place, link, left, walks, way_of, step_of, kind, first_way, goal, weight, way_first,
               way_links, link_days, link_open, people, capacity, buffer, power, entered, scratch)  # fmt: skip
    for agent in range(count):
        hops = 0
        while link[agent] >= 0:
            along, on_foot = link[agent], np.int64(walks[agent])
            left[agent] -= 1
            if left[agent] > 0:
                moved[agent] += link_full[on_foot, along]
                break
            moved[agent] += link_last[on_foot, along]
            walks[agent] = False
            if link_open[along]:
                here = link_end[along]
                step_of[agent] += 1
                way = way_of[agent]
                if way != NO_WAY and way_first[way] + step_of[agent] >= way_first[way + 1]:
                    way_of[agent] = NO_WAY
            else:
                here = link_end[along ^ 1]  # shut meanwhile: turned back at its end
                way_of[agent] = NO_WAY
            place[agent], link[agent] = here, AT_PLACE
            people[here] += 1
            hops += 1
            if not link_open[along] or moved[agent] >= link_full[on_foot, along] or hops > MOST_HOPS:
                break
            if way_of[agent] == NO_WAY:
                pushed = short > 0 and is_town[here] and recent[agent] + moved[agent] < levels
                if not pushed and uniform(seed, agent, day, 2 * hops) >= chance[here]:
                    break
            _leave(seed, agent, day, 2 * hops + 1, place, link, left, walks, way_of, step_of, kind, first_way, goal,
                   weight, way_first, way_links, link_days, link_open, people, capacity, buffer, power, entered,
                   scratch)  # fmt: skip
        recent[agent] = remembered(np.int64(recent[agent]) + np.int64(moved[agent]))
        moved[agent] = 0


@nb.njit(cache=True)
def _leave(seed, agent, day, draw, place, link, left, walks, way_of, step_of, kind, first_way, goal, weight, way_first,
           way_links, link_days, link_open, people, capacity, buffer, power, entered, scratch):  # fmt: skip
    """Set an agent on its next link: that of the way it follows, or of one it chooses now."""
    here = place[agent]
    if way_of[agent] != NO_WAY:
        along = way_links[way_first[way_of[agent]] + step_of[agent]]
        end = goal[way_of[agent]]
        if not link_open[along] or room(people[end], capacity[end], buffer) < 0.5:
            way_of[agent] = NO_WAY  # the way is shut or its end full: stay and choose anew tomorrow
            return
    else:
        first, last = first_way[here], first_way[here + 1]
        total = weigh(first, last, goal, weight[kind[agent]], people, capacity, buffer, power, scratch)
        if total <= 0.0:
            return
        way = choose(first, last, uniform(seed, agent, day, draw) * total, scratch)
        if room(people[goal[way]], capacity[goal[way]], buffer) < 0.5:
            return  # nearly full: stay and choose anew tomorrow
        way_of[agent], step_of[agent] = way, 0
        along = way_links[way_first[way]]
    people[here] -= 1
    link[agent] = along
    left[agent] = link_days[np.int64(walks[agent]), along]
    entered[along] += 1
