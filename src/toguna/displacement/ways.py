"""The ways people see from each place, up to as many links as they are aware of; rebuilt only when the map changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from toguna.displacement.scenario import Floats, Ints, Kind, Scenario


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways from every place.

    Attributes
    ----------
    first : first way of each place; goal, km : where each way ends and how long it is
    start : first of the directed links of each way in `links`; link 2k runs from the first end of link k, 2k + 1 back
    """

    first: Ints
    goal: Ints
    km: Floats
    start: Ints
    links: Ints

    def whole(self, is_open: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return which ways are open from end to end."""
        shut = np.concatenate([[0], np.cumsum(~is_open[self.links])])
        return np.asarray(shut[self.start[1:]] == shut[self.start[:-1]])


def ways_of(scenario: Scenario, awareness: int, *, shortest: bool = False) -> Ways:
    """Return all ways without a circle of up to `awareness` links (at least the neighbours) from every place.

    Every place on a way is a goal of its own; markers are passed unseen and cost no awareness. With `shortest` only
    the shortest way to each goal is kept.
    """
    out: list[list[tuple[int, int]]] = [[] for _ in scenario.names]
    for link, (a, b) in enumerate(scenario.ends.tolist()):
        out[a].append((b, 2 * link))
        out[b].append((a, 2 * link + 1))
    km = np.repeat(scenario.km, 2)
    found: list[list[int]] = []
    goals: list[int] = []
    first = [0]
    for here in range(len(scenario.names)):
        seen: list[list[int]] = []
        ends: list[int] = []
        _grow(here, [here], [], max(awareness, 1), out, scenario.kinds, seen, ends)
        if shortest:
            best: dict[int, list[int]] = {}
            for way, end in zip(seen, ends, strict=True):
                if end not in best or km[way].sum() < km[best[end]].sum():
                    best[end] = way
            seen, ends = list(best.values()), list(best)
        found += seen
        goals += ends
        first.append(len(found))
    start = np.concatenate([[0], np.cumsum([len(way) for way in found])]) if found else np.zeros(1)
    lengths = np.array([km[way].sum() for way in found]) if found else np.zeros(0)
    links = np.array([link for way in found for link in way], dtype=np.int64)
    return Ways(np.array(first), np.array(goals, dtype=np.int64), lengths, start.astype(np.int64), links)


def _grow(
    here: int,
    passed: list[int],
    way: list[int],
    left: int,
    out: list[list[tuple[int, int]]],
    kinds: Ints,
    found: list[list[int]],
    goals: list[int],
) -> None:
    for there, link in out[here]:
        if there in passed:
            continue
        is_marker = kinds[there] == Kind.MARKER
        if not is_marker:
            found.append([*way, link])
            goals.append(there)
        if is_marker or left > 1:
            _grow(there, [*passed, there], [*way, link], left if is_marker else left - 1, out, kinds, found, goals)
