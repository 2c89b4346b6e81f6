"""A country, a forecast, a mandate and what is on offer, as a posture problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd
from scipy import sparse

from toguna.core.errors import AskError, PlanError
from toguna.core.months import Month
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast
from toguna.network.attach import Attached, attach, hours_between
from toguna.network.hub_corridors import hub_corridors
from toguna.network.names import plain
from toguna.network.roads import Roads, read_roads
from toguna.network.sites import sites
from toguna.network.status import closed_links
from toguna.network.vehicles import season_of
from toguna.planning.gate import Register, barred_posts
from toguna.planning.harm import harm_ahead
from toguna.planning.mandate import Mandate, Task
from toguna.planning.posture import Bools, Cover, Demand, Floats, Option, Posture
from toguna.planning.resources import Resources
from toguna.planning.units import UnitKind, read_kinds

NO_REGISTER = Sentence(
    N_("No register of human rights due diligence was given: nobody is barred from a base beside a force under flag.")
)
TOWN = 1.0  # hours within which presence protects a town
_BASE_PEOPLE = 8_000.0  # towns this large can hold a base
_BASES_KNOWN = 80
_DRAWS = 200  # worlds the worst are taken from
_WITHIN = {Task.PROTECT_TOWNS: TOWN, Task.POLICE_TOWNS: TOWN, Task.SECURE_VOTES: TOWN}  # hours; else the unit's reach
# Where a task averts harm; a task of the mandate that is none of these serves a demand of its own.
_AVERTING = {Task.PROTECT_TOWNS: "town", Task.PATROL_ROUTES: "route", Task.REACT: "both", Task.POLICE_TOWNS: "town"}
_WHERE: dict[str, Callable[[Bools], Bools]] = {
    "town": np.logical_not, "route": np.asarray, "both": np.ones_like,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Situation:
    """A posture problem and the names behind its numbers.

    Attributes
    ----------
    problem : the numbers
    kinds : kinds of units, in the order of the problem
    bases : one row a base: name, place_id, admin2_pcode, longitude, latitude, beds, by_air
    places : settlements harm is averted at, in the order of the problem
    sites, site_areas : by demand, the names of its sites and their admin 2 areas, empty where not known
    months : months planned
    draws : places x months x draws of harm, for scoring
    remarks : what a reader must know
    """

    problem: Posture = field(repr=False)
    kinds: tuple[UnitKind, ...] = field(repr=False)
    bases: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    sites: tuple[tuple[str, ...], ...] = field(repr=False)
    site_areas: tuple[tuple[str, ...], ...] = field(repr=False)
    months: tuple[Month, ...]
    draws: Floats = field(repr=False)
    remarks: tuple[str, ...] = ()


def situation(
    country: Country, risk: Forecast, mandate: Mandate, resources: Resources, register: Register | None = None
) -> Situation:
    """Return the posture problem of a country for the months of an admin 2 forecast.

    Parameters
    ----------
    register : what due diligence found about the forces at bases; None where nobody looked
    """
    months = risk.months
    kinds = tuple(kind for kind in read_kinds().values() if any(resources.number(kind.name, str(m)) for m in months))
    if not kinds:
        raise PlanError(
            N_("Nothing is on offer from {first} to {last}. Name contributions that cover these months."),
            first=months[0],
            last=months[-1],
        )
    harm, draws = harm_ahead(country, risk, mandate.harm_on_routes)
    bases = _bases(country, resources, months)
    reach = _Reach(country, months[0], bases)
    places = harm.assign(region=_region_of(country, harm["admin2_pcode"]))
    draws = draws[:, :, :_DRAWS]
    expected = draws.mean(axis=2)
    is_route = places["is_route"].to_numpy(bool)
    options = [
        Option(task.value, max(mandate.effects[task].central, 0.0), covers)
        for task, where in _AVERTING.items()
        if task in mandate.ordered and (covers := reach.covers(kinds, task, places, _WHERE[where](is_route)))
    ]
    towns = places[~is_route]
    demands, there = _demands(country, mandate, kinds, reach, towns, expected[~is_route], months)
    region = np.unique(places["region"], return_inverse=True)[1].astype(np.int64)
    bases = bases.assign(by_air=reach.by_air)
    gate = None if register is None else barred_posts(country, register, kinds, bases, months, mandate)
    counted = np.array([[resources.number(kind.name, str(month)) for month in months] for kind in kinds])
    ceilings = np.array([mandate.ceilings.get(kind.name, 10_000) for kind in kinds])
    days = 30.0
    problem = Posture(
        available=np.minimum(counted, ceilings[:, None]),
        people=np.array([kind.people for kind in kinds]),
        beds=bases["beds"].to_numpy(float),
        bases_most=len(bases),
        demands=tuple(demands),
        harm=expected,
        region=region,
        factors=_factors(draws, region),
        options=tuple(options),
        barred=np.zeros((len(kinds), len(bases)), bool) if gate is None else gate.barred,
        supply=np.array([kind.supply_t_per_day * days for kind in kinds]),
        by_air=reach.by_air,
        lift=np.array([resources.lift_t_per_day.get(str(month), 0.0) * days for month in months]),
        equity=mandate.equity_floor,
        cvar_weight=mandate.cvar_weight,
        cvar_share=mandate.cvar_share,
        eps=tuple(mandate.eps[tier] for tier in (1, 2, 3, 4, 5)),
    )
    said = gate.remarks if gate is not None else (NO_REGISTER,)
    remarks = (*risk.remarks, *resources.unstated, *reach.remarks, *said, *_room(problem))
    names = tuple(tuple(one["name"].astype(str)) for one in there)
    within = tuple(tuple(one.get("admin2_pcode", pd.Series("", one.index)).astype(str)) for one in there)
    return Situation(problem, kinds, bases, places, names, within, months, draws, remarks)


def _bases(country: Country, resources: Resources, months: Sequence[Month]) -> pd.DataFrame:
    """Return towns that can hold a base; beds where somebody stated them, else no limit."""
    home = country.places[(country.places["iso3"] == country.profile.iso3) & (country.places["admin2_pcode"] != "")]
    towns = home[home["kind"].isin(["capital", "town"]) & (home["population"] >= _BASE_PEOPLE)]
    hubs = home[home["place_id"].isin(sites(country, "hub")["place_id"])]
    found = pd.concat([hubs, towns.sort_values("population", ascending=False)]).drop_duplicates("place_id")
    found = found.head(_BASES_KNOWN).reset_index(drop=True)
    if found.empty:
        raise AskError(N_("The pack has no towns to hold a base. Add places with their population."))
    beds = _beds_at(country, resources.beds.get(str(months[0]), {}), home["name"])
    stated = [beds.get(plain(str(name))) for name in found["name"]]
    columns = ["name", "place_id", "admin2_pcode", "longitude", "latitude", "population"]
    return found[columns].assign(beds=[np.inf if one is None else float(one) for one in stated])


def _beds_at(country: Country, beds: Mapping[str, int | None], known: Iterable[str]) -> dict[str, int | None]:
    """Return beds by place as the pack writes it; raise where a name is no place of it."""
    aliases = {plain(old): plain(new) for old, new in country.profile.place_aliases.items()}
    at = {name: aliases.get(plain(name), plain(name)) for name in beds}
    strange = sorted(set(at.values()) - {plain(str(name)) for name in known})
    if strange and len(strange) < len(at):  # all of them: contributions to another country, of no use for beds here
        name = next(name for name, place in at.items() if place == strange[0])
        raise PlanError(
            N_(
                "The base {name!r} of the contributions is no place of the pack. Name a town of the pack, or "
                "write the name it has there under place_aliases in country.yaml."
            ),
            name=name,
        )
    return {at[name]: number for name, number in beds.items()}


class _Reach:
    """Hours from bases to sites, by the vehicle of each kind, in the season of the first month."""

    def __init__(self, country: Country, month: Month, bases: pd.DataFrame) -> None:
        self._country, self._month, self._bases = country, month, bases
        self._roads: dict[str, Roads] = {}
        self._at: dict[str, Attached] = {}
        capital = sites(country, "hub").iloc[:1]
        lorry = self._open("lorry")
        to_capital = self._hours(lorry, "lorry", capital, straight=False)[0]
        self.by_air = ~np.isfinite(to_capital)
        cut = bases.loc[self.by_air, "name"].tolist()
        self.remarks = (
            (
                Sentence(
                    N_("No road from the capital leads to {places}: supplies must be flown."), places=", ".join(cut)
                ),
            )
            if cut
            else ()
        )

    def covers(
        self, kinds: Sequence[UnitKind], task: Task, there: pd.DataFrame, only: Bools | None = None
    ) -> tuple[Cover, ...]:
        """Return which of the kinds can do a task at which sites, or only at some of them, from which bases."""
        found = []
        for number, kind in enumerate(kinds):
            if task not in kind.tasks:
                continue
            hours = self.hours(kind, there)
            most = min(kind.reach_h, _WITHIN.get(task, np.inf))
            near = sparse.csr_array((hours <= most) & (True if only is None else only[:, None]), dtype=float)
            if near.nnz:
                found.append(Cover(number, near))
        return tuple(found)

    def hours(self, kind: UnitKind, there: pd.DataFrame) -> Floats:
        """Return hours of travel, sites x bases, without the time to set out."""
        if kind.flies:
            here = self._attached("lorry", self._bases).xy
            sites_xy = self._attached("lorry", there, keep=False).xy
            far = np.hypot(*(sites_xy[:, None, axis] - here[None, :, axis] for axis in (0, 1))) / 1000
            return np.asarray(far / kind.speed_kmh)
        name = kind.vehicle or "light"
        return self._hours(self._open(name), name, there)

    def _hours(self, roads: Roads, name: str, there: pd.DataFrame, *, straight: bool = True) -> Floats:
        here, sites_at = self._attached(name, self._bases), self._attached(name, there, keep=False)
        found = np.empty((len(there), len(self._bases)))
        for base in range(len(self._bases)):
            one = Attached(*(getattr(here, part.name)[base : base + 1] for part in fields(Attached)))
            found[:, base] = hours_between(roads, one, sites_at, straight_across=straight)
        return found

    def _open(self, name: str) -> Roads:
        if name not in self._roads:
            roads = read_roads(self._country, season_of(self._month), name)
            self._roads[name] = roads.without(closed_links(self._country, roads, self._month))
        return self._roads[name]

    def _attached(self, name: str, points: pd.DataFrame, *, keep: bool = True) -> Attached:
        if keep and name in self._at:
            return self._at[name]
        found = attach(self._open(name), points, self._country.profile.crs)
        if keep:
            self._at[name] = found
        return found


def _demands(
    country: Country,
    mandate: Mandate,
    kinds: Sequence[UnitKind],
    reach: _Reach,
    places: pd.DataFrame,
    harm: Floats,
    months: Sequence[Month],
) -> tuple[list[Demand], list[pd.DataFrame]]:
    """Return what is to be done at which sites, in the order of the mandate's tasks."""
    hubs = sites(country, "hub")
    parent = country.areas.set_index("pcode")["parent"]
    people = places.groupby("region")["population"].sum()
    hubs = hubs.assign(region=hubs["admin2_pcode"].map(parent))
    served = hubs["region"].map(people).fillna(0.0).to_numpy(float)
    north = country.profile.region.pcodes if country.profile.region else ()
    corridors = hub_corridors(country)
    hub_at = hubs.set_index("place_id").loc[corridors["place_id"]].reset_index()
    largest = places.sort_values("population", ascending=False).drop_duplicates("admin2_pcode")
    vote = country.profile.next_vote.month if country.profile.next_vote else ""
    crossings = country.crossings
    by_region = pd.Series(harm.sum(axis=1)).groupby(places["region"].to_numpy()).sum()
    # task, sites, worth of each, in which months, most at a time, unit; people in the mean of the months
    every, each = np.full(len(months), 1 / len(months)), np.ones(len(months))
    at_borders = _border_harm(country, crossings, by_region, mandate, len(months))
    asked: list[tuple[Task, pd.DataFrame, Floats, Floats, int | None, str]] = [
        (Task.ESCORT_AID, hub_at, hub_at["region"].map(people).fillna(0.0).to_numpy(float), every, mandate.escorts,
         "people"),
        (Task.MEDICAL_AID, largest, largest["population"].to_numpy(float), every, None, "people"),
        (Task.SECURE_VOTES, hubs, served, np.array([float(str(m) == vote) for m in months]), None, "people"),
        (Task.SUPPORT_DIALOGUE, hubs, served * hubs["region"].isin(north).to_numpy(), every, None, "people"),
        (Task.PATROL_BORDERS, crossings, at_borders, each, mandate.border_teams, "deaths averted"),
        (Task.SECURE_STOCKPILES, hubs, served, every, None, "people"),
        (Task.SUPPORT_DDR, hubs, served * hubs["region"].isin(north).to_numpy(), every, None, "people"),
    ]  # fmt: skip
    demands, where = [], []
    for task, there, worth, when, most, unit in asked:
        if task not in mandate.ordered or there.empty or not (worth[:, None] * when).any():
            continue
        covers = reach.covers(kinds, task, there)
        if covers:
            least = mandate.least.get(task, 0.0)
            demands.append(Demand(task.value, task.principle, worth[:, None] * when, covers, unit, most, least))
            where.append(there)
    return demands, where


def _border_harm(
    country: Country, crossings: pd.DataFrame, by_region: pd.Series, mandate: Mandate, months: int
) -> Floats:
    """Return deaths a month a team averts at each crossing: the effect on the harm of the region it lies in."""
    if crossings.empty or Task.PATROL_BORDERS not in mandate.effects:
        return np.zeros(len(crossings))
    from shapely import STRtree, points

    first = country.areas[country.areas["level"] == 1]
    near = STRtree(first["geometry"].to_numpy()).nearest(points(crossings[["longitude", "latitude"]].to_numpy()))
    region = first["pcode"].to_numpy()[near]
    shared = pd.Series(region).map(pd.Series(region).value_counts()).to_numpy(float)
    effect = max(mandate.effects[Task.PATROL_BORDERS].central, 0.0)
    return np.asarray(pd.Series(region).map(by_region).fillna(0.0).to_numpy(float) * effect / shared / months)


def _room(problem: Posture) -> tuple[str, ...]:
    """Return a remark where more people are on offer than there are beds."""
    people, beds = int((problem.available.max(axis=1) * problem.people).sum()), problem.beds.sum()
    if people <= beds:
        return ()
    return (
        Sentence(
            N_("On offer are units of {people:,} people, and all bases have {beds:,.0f} beds: the rest is not posted."),
            people=people,
            beds=beds,
        ),
    )


def _region_of(country: Country, pcodes: pd.Series) -> pd.Series:
    parent = country.areas.set_index("pcode")["parent"]
    return pcodes.map(parent).fillna("")


def _factors(draws: Floats, region: np.ndarray) -> Floats:
    """Return harm of each draw over expected harm, by region and month; regions x months x draws."""
    summed = np.zeros((int(region.max()) + 1, *draws.shape[1:]))
    np.add.at(summed, region, draws)
    mean = summed.mean(axis=2, keepdims=True)
    return np.asarray(np.divide(summed, mean, out=np.zeros_like(summed), where=mean > 0))
