"""What the simulation stands on: `Ground`, the country at the start; `Effort`, what those sent do month by month.

Arrays only, so that compiled code can read them. Areas a, months t. Time is in months, people in people.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Ground(NamedTuple):
    """The country at the start; the same for every mandate.

    Attributes
    ----------
    people : by area
    first, next_to : neighbours of area a are next_to[first[a]:first[a + 1]]
    border : by area, its share of the country's crossings; sums to 1, or 0 where none is known
    weight : by area, its share of violence; sums to 1
    from_area : by area, its share of the people displaced so far; sums to 1
    deaths : deaths of all kinds a month at the start; one a draw of the forecast, taken in turn
    civilians : share of deaths that are civilians'
    by_state : share of civilians killed whom state forces kill
    on_routes : share of killings that happen on routes
    refugees : people abroad
    inside : people displaced inside; nan where nobody counted them
    leaving : by area, how much likelier than the mean those who flee from it are to go abroad
    fled : people who came abroad in the year before
    order : 1 with constitutional order, 0 while it is broken
    agreement : share of an agreement in effect
    month : calendar month of the first month simulated, 1 to 12
    """

    people: Floats
    first: Ints
    next_to: Ints
    border: Floats
    weight: Floats
    from_area: Floats
    deaths: Floats
    civilians: float
    by_state: float
    on_routes: float
    refugees: float
    inside: float
    leaving: Floats
    fled: float
    order: float
    agreement: float
    month: int


class Effort(NamedTuple):
    """What those sent do under a mandate.

    Attributes
    ----------
    soldiers, police : areas x months, people
    raids : 1 where the mandate sends soldiers to search and destroy
    captures : 1 where it sends them to contain and capture
    heavy : how many times more civilians raids kill with the heavy weapons it allows
    escorted : areas x months, share of people in need along corridors held
    patrolled : areas x months, share of roads patrolled
    secured : areas x months, share of state stocks secured
    voting : areas x months, share of people whose polling sites are secured
    watched : months, share of crossings with a team
    monitored : months, share of state forces whose conduct is monitored
    supports_army : months, 1 where the army is supported
    dialogue : months, share of the dialogue's sites supported
    ddr_teams : months, teams that run a programme
    relief : months, US$ for aid
    lift : months, t a day of aircraft
    regional : months, 1 where the regional mission is financed or helped
    un, african, national : months, people of each kind of force, for costs and losses
    police_first : 1 where soldiers hand quiet areas to police
    quiet_below : civilians killed per 100,000 people and month below which an area is quiet
    quiet_months : months in a row it must be
    """

    soldiers: Floats
    police: Floats
    raids: float
    captures: float
    heavy: float
    escorted: Floats
    patrolled: Floats
    secured: Floats
    voting: Floats
    watched: Floats
    monitored: Floats
    supports_army: Floats
    dialogue: Floats
    ddr_teams: Floats
    relief: Floats
    lift: Floats
    regional: Floats
    un: Floats
    african: Floats
    national: Floats
    police_first: float
    quiet_below: float
    quiet_months: int


def nobody(areas: int, months: int) -> Effort:
    """Return the effort of nobody sent."""
    both, each = np.zeros((areas, months)), np.zeros(months)
    return Effort(
        soldiers=both, police=both, raids=0.0, captures=0.0, heavy=1.0, escorted=both, patrolled=both, secured=both,
        voting=both, watched=each, monitored=each, supports_army=each, dialogue=each, ddr_teams=each, relief=each,
        lift=each, regional=each, un=each, african=each, national=each, police_first=0.0, quiet_below=0.5,
        quiet_months=6,
    )  # fmt: skip
