"""The compiled day of the agent engine: who leaves, which way, and how far each comes.

State is held in arrays, one number an agent. Random numbers come from a counter (seed, agent, day, draw), so that the
same seed gives the same outcome whatever the order or the number of threads.
"""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import numba as nb
import numpy as np

NOWHERE = -1


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
def room(people, capacity, buffer):
    """Return how much a place still pulls: 1 with room, falling to 0 from the buffer to full; no limit below 1."""
    if capacity < 1.0 or people <= buffer * capacity:
        return 1.0
    if people >= capacity:
        return 0.0
    return (capacity - people) / (capacity * (1.0 - buffer))


@nb.njit(cache=True)
def choose(first, last, goal, weight, people, capacity, buffer, power, draw, scratch):
    """Return the way chosen at a place, by weight and room: uniform where none has any, NOWHERE without ways."""
    total = 0.0
    for way in range(first, last):
        w = weight[way]
        if w > 0.0:
            w *= room(people[goal[way]], capacity[goal[way]], buffer) ** power
        scratch[way - first] = w
        total += w
    if last == first:
        return NOWHERE
    if total <= 0.0:
        open_ways = 0
        for way in range(first, last):
            if weight[way] >= 0.0:
                open_ways += 1
        if open_ways == 0:
            return NOWHERE
        aim = int(draw * open_ways)
        for way in range(first, last):
            if weight[way] >= 0.0:
                if aim == 0:
                    return way
                aim -= 1
        return NOWHERE
    aim = draw * total
    chosen = NOWHERE
    for way in range(first, last):
        if scratch[way - first] > 0.0:
            chosen = way
            aim -= scratch[way - first]
            if aim < 0.0:
                break
    return chosen


@nb.njit(cache=True)
def day_of_agents(
    seed, day, count, place, link, gone, moved, recent, walks, way_of, step_of,
    first_way, goal, weight, way_first, way_links, link_end, link_km, link_open,
    chance, is_town, people, capacity, on_link, numbers, scratch,
):  # fmt: skip
    """Move all agents by a day.

    place, link : where each is; link is NOWHERE at a place, and place is where it came from on a link
    gone, moved, recent : km on the link, km today, days' shares of the way of late
    walks : whether the next link is the first, walked; way_of, step_of : the way followed and the step on it
    first_way, goal, weight : ways from each place (weight < 0: shut); way_first, way_links : their directed links
    link_end, link_km, link_open : of each directed link
    chance, is_town, people, capacity : of each place; on_link : people that entered each directed link today
    numbers : max_move_speed, max_walk_speed, buffer, power, avoid_short_stints, start_on_foot
    """
    speed, walk, buffer, power, short, on_foot = numbers
    on_link[:] = 0
    for agent in range(count):
        if link[agent] != NOWHERE:
            continue
        here = place[agent]
        bound = way_of[agent] != NOWHERE
        if not bound and (chance[here] <= 0.0 or uniform(seed, agent, day, 0) >= chance[here]):
            continue
        _leave(seed, agent, day, 1, place, link, gone, way_of, step_of, first_way, goal, weight, way_first, way_links,
               link_open, people, capacity, buffer, power, on_link, scratch)  # fmt: skip
    for agent in range(count):
        draw = 2
        while link[agent] != NOWHERE:
            along = link[agent]
            pace = walk if (walks[agent] and on_foot > 0) else speed
            gone[agent] += pace
            moved[agent] += pace
            if gone[agent] <= link_km[along]:
                break
            moved[agent] -= gone[agent] - link_km[along]
            here = link_end[along]
            place[agent], link[agent], gone[agent], walks[agent] = here, NOWHERE, 0.0, False
            people[here] += 1
            step_of[agent] += 1
            if way_of[agent] != NOWHERE and way_first[way_of[agent]] + step_of[agent] >= way_first[way_of[agent] + 1]:
                way_of[agent] = NOWHERE
            if moved[agent] >= pace or draw > 40:
                break
            bound = way_of[agent] != NOWHERE
            pushed = short > 0 and is_town[here] and (recent[agent] + moved[agent] / speed) / 2.0 < 0.5
            if not bound and not pushed and uniform(seed, agent, day, draw) >= chance[here]:
                break
            _leave(seed, agent, day, draw + 1, place, link, gone, way_of, step_of, first_way, goal, weight, way_first,
                   way_links, link_open, people, capacity, buffer, power, on_link, scratch)  # fmt: skip
            draw += 2
        recent[agent] = (recent[agent] + moved[agent] / speed) / 2.0
        moved[agent] = 0.0


@nb.njit(cache=True)
def _leave(seed, agent, day, draw, place, link, gone, way_of, step_of, first_way, goal, weight, way_first, way_links,
           link_open, people, capacity, buffer, power, on_link, scratch):  # fmt: skip
    """Set an agent on its next link: that of the way it follows, or of one it chooses now."""
    here = place[agent]
    if way_of[agent] != NOWHERE:
        along = way_links[way_first[way_of[agent]] + step_of[agent]]
        end = goal[way_of[agent]]
        if not link_open[along] or room(people[end], capacity[end], buffer) < 0.5:
            way_of[agent] = NOWHERE  # the way is shut or its end full: stay and choose anew tomorrow
            return
    else:
        way = choose(first_way[here], first_way[here + 1], goal, weight, people, capacity, buffer, power,
                     uniform(seed, agent, day, draw), scratch)  # fmt: skip
        if way == NOWHERE:
            return
        way_of[agent], step_of[agent] = way, 0
        along = way_links[way_first[way]]
        if not link_open[along]:
            way_of[agent] = NOWHERE
            return
    people[here] -= 1
    link[agent], gone[agent] = along, 0.0
    on_link[along] += 1
