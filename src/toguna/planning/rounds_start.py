"""A first set of patrols to search from: every unit goes where a minute of its day is worth most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from toguna.network.roads import Ints


@dataclass(frozen=True, eq=False)
class Visits:
    """Visits that can be made in a week.

    Attributes
    ----------
    point : point each is made at
    first, last : days it may be made on
    prize : what it is worth
    """

    point: Ints = field(repr=False)
    first: Ints = field(repr=False)
    last: Ints = field(repr=False)
    prize: Ints = field(repr=False)


def greedy(
    visits: Visits, shifts: Sequence[tuple[int, int, Ints]], shift: int, visit: int
) -> list[tuple[int, list[int]]]:
    """Return for each shift that has any its visits in order, the one worth most a minute always next.

    Parameters
    ----------
    shifts : day, point of the base, and minutes between the points for the team
    shift, visit : minutes of the longest patrol and of a visit
    """
    left = np.ones(len(visits.point), bool)
    found = []
    for number, (day, base, minutes) in enumerate(shifts):
        today = left & (visits.first <= day) & (day <= visits.last)
        back = minutes[visits.point, base]
        at, spent = base, 0
        order: list[int] = []
        while True:
            out = minutes[at, visits.point] + visit
            fits = today & (spent + out + back <= shift)
            if not fits.any():
                break
            more = np.maximum(out + back - (minutes[at, base] if order else 0), 1)
            best = int(np.argmax(np.where(fits, visits.prize / more, -1.0)))
            order.append(best)
            today[best] = left[best] = False
            at, spent = int(visits.point[best]), spent + int(out[best])
        if order:
            found.append((number, order))
    return found
