"""Those who stop fighting, and those held: programmes with so many places, relapse, courts with so many cases."""

from __future__ import annotations

from typing import Any

from numba import njit

from toguna.comparison.ground import Effort
from toguna.comparison.state import Areas, total

_YEAR = 12.0  # months a programme lasts


@njit(cache=True, nogil=True, inline="always")
def reintegrate(p: Any, e: Effort, s: Areas, n: Any, t: int, left: float) -> float:
    """Take a month's exits and relapses; return how many a programme took in.

    Fighters come as the agreement is put into effect. Where more come than there are places, promises fail: those
    without a place relapse as if there were no programme, and all others at `promises_broken` times that rate, which
    takes the place of what the package achieves.

    Parameters
    ----------
    left : fighters who left by themselves this month
    """
    places = e.ddr_teams[t] * p.ddr_places_per_team * min(n.strength * 2, 1.0)
    fighters = total(s.fighters)
    came = fighters * p.ddr_uptake * n.process if places > 0 else 0.0
    asked = came + (left if places > 0 else 0.0)
    taken = min(asked, places)
    is_broken = asked > places > 0
    monthly = p.relapse_yearly / 12
    package = p.relapse_full_package if e.relief[t] > 0 or places > 0 else p.relapse_training_only
    again = min(monthly * (p.promises_broken if is_broken else package), 1.0)
    back_left = n.left * min(monthly, 1.0)
    back_ddr = n.in_ddr * again
    back_home = n.reintegrated * again
    done = (n.in_ddr - back_ddr) / _YEAR
    n.left += left + came - taken - back_left
    n.in_ddr += taken - back_ddr - done
    n.reintegrated += done - back_home
    back = back_left + back_ddr + back_home
    for a in range(len(s.fighters)):
        share = s.fighters[a] / fighters if fighters > 0 else 1 / len(s.fighters)
        s.fighters[a] += share * (back - came)
    return float(taken)


@njit(cache=True, nogil=True, inline="always")
def try_held(p: Any, s: Areas, n: Any) -> float:
    """Return how many of those held come to court this month; of those who cannot be tried in time some are freed.

    A share `release_untried` of the held beyond six months of the courts' capacity is freed over six months; half of
    them go back to the group, half leave it.
    """
    tried = min(n.held, p.court_cases)
    n.held -= tried
    n.tried += tried
    waiting = max(n.held - 6 * p.court_cases, 0.0)
    freed = waiting * p.release_untried / 6
    n.held -= freed
    n.left += freed / 2
    fighters = total(s.fighters)
    for a in range(len(s.fighters)):
        share = s.fighters[a] / fighters if fighters > 0 else 1 / len(s.fighters)
        s.fighters[a] += share * freed / 2
    return float(tried)
