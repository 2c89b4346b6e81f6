"""What a month's schedule is made of: the rules it keeps, the teams that move, and the stops of a round."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from toguna.core.errors import AskError
from toguna.core.frozen import Frozen
from toguna.core.months import Month
from toguna.country.country import Country
from toguna.network.roads import Roads, read_roads
from toguna.network.status import closed_links
from toguna.network.vehicles import season_of
from toguna.planning.plan import Plan
from toguna.planning.units import UnitKind

DAY = 24 * 60  # minutes


class RoundRules(Frozen):
    """Hours, frequencies and windows a schedule keeps. No published norm was found for them: all are judgement."""

    dawn_h: float = Field(default=6.0, ge=0, le=12, description="Hour of the day before which nobody travels")
    dusk_h: float = Field(default=18.0, ge=12, le=24, description="Hour of the day after which nobody travels")
    shift_h: float = Field(default=10.0, gt=0, le=16, description="Longest patrol from leaving to return, hours")
    visit_h: float = Field(default=1.0, gt=0, le=6, description="Time in a settlement at a visit, hours")
    visits_least: int = Field(default=1, ge=1, le=7, description="Fewest visits a week asked where a patrol can go")
    visits_most: int = Field(default=5, ge=1, le=7, description="Most visits a week asked for a settlement")
    visits_at: float = Field(
        default=0.9, gt=0, le=1, description="Quantile of expected harm from which the most visits are asked"
    )
    patrol_days: int = Field(default=6, ge=1, le=7, description="Days a week a unit goes on patrol; the rest is upkeep")
    spread_h: float = Field(default=1.5, ge=0, le=6, description="Departures are drawn from so many hours after dawn")
    convoy_every_days: int = Field(default=7, ge=1, le=31, description="Days from one convoy to a hub to the next")
    convoy_spread_days: int = Field(default=2, ge=0, le=15, description="Days the first chance of a convoy is drawn in")
    drive_h: float = Field(default=10.0, gt=0, le=16, description="Longest way of a convoy in a day, hours")
    unload_h: float = Field(default=3.0, gt=0, le=10, description="Time a convoy unloads at the hub, hours")
    deliver_from_h: float = Field(default=7.0, ge=0, le=24, description="Hour from which a hub receives a convoy")
    deliver_to_h: float = Field(default=15.0, ge=0, le=24, description="Hour until which a convoy must have come")
    convoy_rest_days: int = Field(default=1, ge=0, le=14, description="Days an escort rests after a convoy")

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.visits_least > self.visits_most:
            raise ValueError("visits_least is more than visits_most; lower it")
        if not self.dawn_h <= self.deliver_from_h < self.deliver_to_h <= self.dusk_h:
            raise ValueError("the hours a hub receives convoys must lie in daylight; move deliver_from_h, deliver_to_h")
        if self.deliver_to_h + self.unload_h > self.dusk_h + 1e-9:
            raise ValueError("a convoy that comes last cannot unload by dusk; lower deliver_to_h or unload_h")
        if max(self.shift_h, self.drive_h) > self.dusk_h - self.dawn_h:
            raise ValueError("a shift or a day's drive is longer than daylight; lower shift_h or drive_h")
        return self


@dataclass(frozen=True)
class Team:
    """One unit of a plan: it is in one place at a time.

    Attributes
    ----------
    kind : kind of the unit
    base : row of its base in the situation's bases
    base_name, base_id : name and place_id of the base
    number : 1 for the first of its kind at the base
    """

    kind: UnitKind = field(repr=False)
    base: int
    base_name: str
    base_id: str
    number: int

    @property
    def name(self) -> str:
        """Name that no other team of the plan has, as `gao-mobile_patrol-1`."""
        return f"{slug(self.base_name)}-{self.kind.name}-{self.number}"

    @property
    def mover(self) -> str:
        """Vehicle it moves by."""
        return self.kind.vehicle or "light"


@dataclass(frozen=True)
class Stop:
    """A stay of a team in a place.

    Attributes
    ----------
    place_id, name, longitude, latitude : the place
    arrival, departure : minutes from the beginning of the month, local time; equal where a round begins or ends
    purpose : why it is there
    km, hours : of the way from the stop before; 0 at the first
    """

    place_id: str
    name: str
    longitude: float
    latitude: float
    arrival: int
    departure: int
    purpose: str
    km: float = 0.0
    hours: float = 0.0


@dataclass(frozen=True)
class Round:
    """Stops of a team in order, from where it sets out to where it ends.

    Attributes
    ----------
    kind : "patrol", "convoy" or "move" (an escort on its way to or from the capital)
    team : who
    stops : in order
    convoy : name of the convoy it goes with; "" without one
    """

    kind: str
    team: Team
    stops: tuple[Stop, ...] = field(repr=False)
    convoy: str = ""


def slug(text: str) -> str:
    """Return a name in plain small letters, for identifiers.

    Examples
    --------
    >>> slug("N'Gabakoro-Droit"), slug("Boky-Weré")
    ('n-gabakoro-droit', 'boky-were')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "place"


def days_of(month: Month) -> int:
    """Return how many days a month has."""
    return month.last_day.day


def day_of(month: Month, day: int) -> date:
    """Return the date of a day counted from 0."""
    return month.first_day + timedelta(days=day)


def minutes(hours: float) -> int:
    """Return whole minutes, rounded up so that no way is planned shorter than it is."""
    return int(np.ceil(hours * 60 - 1e-6))


def most_minutes(hours: float) -> int:
    """Return whole minutes of a limit, rounded down so that none is overstepped."""
    return int(np.floor(hours * 60 + 1e-6))


def jitter(rng: np.random.Generator, most: int) -> int:
    """Return minutes drawn from 0 to `most` in steps of five."""
    return 5 * int(rng.integers(0, max(most, 0) // 5 + 1))


def planned_month(plan: Plan, month: Month | str | None) -> tuple[Month, int]:
    """Return the month asked for, by default the first planned, and its number in the plan."""
    months = plan.situation.months
    when = months[0] if month is None else Month.parse(month)
    if when not in months:
        raise AskError(f"The plan covers {months[0]} to {months[-1]}, not {when}. Ask for a month of it.")
    return when, months.index(when)


def teams_of(plan: Plan, number: int) -> tuple[Team, ...]:
    """Return every unit the plan posts in a month (its number), by base and kind."""
    now = plan.situation
    units = plan.solved.units[:, :, number]
    return tuple(
        Team(now.kinds[kind], int(base), str(now.bases["name"].iloc[base]), str(now.bases["place_id"].iloc[base]), one)
        for base, kind in zip(*np.nonzero(units.T), strict=True)
        for one in range(1, int(units[kind, base]) + 1)
    )


def roads_of(country: Country, month: Month, by: str, *, assumed: bool) -> Roads:
    """Return the roads of a month without its closed links; with `assumed` also links nobody has on record."""
    roads = read_roads(country, season_of(month), by)
    roads = roads.without(closed_links(country, roads, month))
    return roads if assumed else roads.without(roads.is_synthetic)
