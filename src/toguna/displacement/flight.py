"""`Flight`: where people were on each day of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import pandas as pd

from toguna.core.provenance import MadeFrom
from toguna.displacement.scenario import Floats, Kind, Scenario


@dataclass(frozen=True, eq=False)
class Flight:
    """Where people were on each day.

    Attributes
    ----------
    people : at each place at the end of each day, shape (days, places)
    on_road : on the road at the end of each day
    entered : people who had entered each directed link by the end of each day, shape (days, 2 x links)
    returned : people who had gone home from camps by the end of each day
    fled : people who had fled by the end of each day, those of day 0 in camps included
    unmet : falls of the total that were carried over, by day (people whom no later arrival has met yet)
    """

    scenario: Scenario = field(repr=False)
    people: Floats = field(repr=False)
    on_road: Floats = field(repr=False)
    entered: Floats = field(repr=False)
    returned: Floats = field(repr=False)
    fled: Floats = field(repr=False)
    unmet: Floats = field(repr=False)
    made_from: MadeFrom

    @property
    def camps(self) -> Floats:
        """People in the camps with a series, shape (days, camps)."""
        return self.people[:, self.scenario.camps]

    @property
    def table(self) -> pd.DataFrame:
        """One row a day and place: date, place, country, kind, people, and people counted where a camp has a series."""
        one = self.scenario
        counted = np.full(self.people.shape, np.nan)
        counted[:, one.camps] = one.counts.people
        dates = [(one.start + timedelta(days=day)).isoformat() for day in range(one.days)]
        places = len(one.names)
        return pd.DataFrame(
            {
                "date": np.repeat(dates, places),
                "place": np.tile(one.names, one.days),
                "country": np.tile(one.countries, one.days),
                "kind": np.tile([Kind(kind).name.lower() for kind in one.kinds], one.days),
                "people": self.people.ravel(),
                "counted": counted.ravel(),
            }
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the scenario's files before trusting the run."""
        one, last = self.scenario, self.scenario.days - 1
        found = [f"No link leads to {name}: nobody can arrive there." for name in one.isolated]
        found += [f"{name} has a series but is no place of locations.csv: left out." for name in one.counts.left_out]
        found += [f"The dates of {name} were out of order and have been put in order." for name in one.counts.sorted]
        ends = dict(zip(one.counts.camps, one.counts.ends, strict=True))
        for end in sorted({end for end in ends.values() if end < last}):
            names = ", ".join(name for name in ends if ends[name] == end)
            found.append(f"Counts end on day {end} of {last}, the last one is held, for {names}.")
        marked = len(one.redirections)
        if marked and not self.made_from.parameters["settings"]["movement"]["forced_redirection"]:
            found.append(f"{marked} links are marked as forced redirection, which the settings do not act on.")
        if one.ignored:
            found.append(f"No rule reads {', '.join(one.ignored)}.")
        if self.unmet[-1] > 0:
            found.append(f"The total falls: {self.unmet[-1]:,.0f} people at the end that no arrival has met since.")
        return tuple(found)
