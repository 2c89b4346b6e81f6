"""`border_teams`: where teams meet most of the supply routes that could lead in, and what is left to who avoids them.

Routes are samples of a model of which ways are likely (`toguna.network.supply`), never sightings: nothing here knows
of a convoy, a group or a person. Sites are chosen on one sample by maximal coverage, with a proved bound, and scored on
another; beside them stand choices anybody could make without a model of which routes go together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import sparse

from toguna.core.errors import PlanError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.country.country import Country
from toguna.network.attach import attach, hours_between
from toguna.network.crossings import END_KM, border_points, links_of
from toguna.network.geodesy import great_circle_km
from toguna.network.roads import Roads
from toguna.network.supply import SampledRoutes, sampled_routes
from toguna.network.vehicles import season_of
from toguna.planning.contract import Floats, Ints, Network
from toguna.planning.cover import CoverPlan, max_cover
from toguna.planning.interdiction import Interdiction, cheapest, interdict, maximise

SEES = 0.5  # judgement: a team that holds a point by day meets about half of what passes in a day and a night
DELAY_H = 12.0  # judgement: who knows of a team waits for the night or goes round by tracks, and loses half a day
NEAR_KM = 50.0  # judgement: people this near a crossing are those a count of people would place teams by
DRAWS = 400
_INTERVAL = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class Evasion:
    """What is left to those who know where the teams are.

    Hours are those of the cheapest way, with what supply gives, in hours, not to be seen.

    Attributes
    ----------
    hours : one row a plan (nobody, chosen, longest to any, longest on average): any (the cheapest way from any source
        to any target), mean (over targets, of the cheapest way to each)
    to_any, on_average : the sites that make `any` and `mean` longest, each with a bound
    delay_h : what a team adds to a way that meets it, h
    """

    hours: pd.DataFrame = field(repr=False)
    to_any: Interdiction
    on_average: Interdiction
    delay_h: float


@dataclass(frozen=True, eq=False)
class BorderTeams:
    """Sites for border teams, and how much of the sampled supply they would meet.

    Attributes
    ----------
    sites : one row a team, most lost without it first: name, kind (crossing, junction, place), crossing_id, node_id,
        passing (share of fresh routes that pass it), met_alone (expected share met if it were the only team),
        lost_without (of what all meet), longitude, latitude, border_km, iso3 (neighbour to patrol with; of an inner
        site, the one whose border most of its routes come over; "" where none does)
    scores : one row a plan: sites, covered (share of fresh routes with a team), met (expected share noticed), low, high
        (90 per cent), and the chosen plan's lead: more, more_low, more_high
    value, bound : expected share met, of the routes it was chosen on, and what no choice of sites exceeds there
    cover : the sites that most of these routes pass, whatever a team notices: value and proved bound
    worst : what those who know the sites could still do; None where not asked for
    met, total : expected share met in each draw of the mix of routes, and fresh routes behind it
    """

    sites: pd.DataFrame = field(repr=False)
    scores: pd.DataFrame = field(repr=False)
    value: float
    bound: float
    cover: CoverPlan = field(repr=False)
    worst: Evasion | None = field(repr=False)
    met: Floats = field(repr=False)
    total: int
    sees: float
    made_from: MadeFrom
    remarks: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """Most that a better choice could add on the routes it was chosen on, as a share of the value."""
        return max(self.bound - self.value, 0.0) / self.value if self.value > 0 else 0.0

    def __str__(self) -> str:
        """Return the teams in a few lines."""
        mine = self.scores.iloc[0]
        lines = [
            f"{len(self.sites)} border teams at {', '.join(self.sites['name'])}",
            f"  meet {mine['met']:.0%} of {self.total:,} fresh sampled supply routes "
            f"(90 %: {mine['low']:.0%} to {mine['high']:.0%}) if a team notices {self.sees:.0%} of what passes; on the "
            f"routes they were chosen on {self.value:.1%}, and no choice of sites more than {self.bound:.1%}",
            *(f"  {row.plan}: {row.met:.0%}, {_lead(row)}" for row in self.scores.iloc[1:].itertuples()),
        ]
        if self.worst is not None:
            hours = self.worst.hours.set_index("plan")["mean"]
            lines.append(
                f"  who knows them still gets in: cheapest way on average {hours['nobody']:.1f} h without teams, "
                f"{hours['chosen']:.1f} h with these, {hours['longest on average']:.1f} h with those that make it "
                f"longest (gap {self.worst.on_average.gap:.1%}, {self.worst.delay_h:g} h lost at each team)"
            )
        return "\n".join([*lines, "  routes are samples of a model, never sightings"])


def _lead(row: Any) -> str:
    """Return in words whether the chosen plan is better than another."""
    if row.more_low > 0:
        return f"{100 * row.more:.0f} points less (90 %: {100 * row.more_low:.0f} to {100 * row.more_high:.0f})"
    if row.more_high < 0:
        return f"{-100 * row.more:.0f} points MORE than the chosen sites"
    return "not distinguishable from the chosen sites"


def border_teams(
    country: Country,
    teams: int,
    *,
    month: str | Month | None = None,
    sources: Sequence[str] = (),
    targets: Sequence[str] = (),
    near_bases: pd.DataFrame | None = None,
    reach_h: float = 4.0,
    within_km: float | None = None,
    sees: float = SEES,
    routes: int = 2000,
    seed: int = 1,
    worst_case: bool = True,
    delay_h: float = DELAY_H,
    time_limit: float = 60.0,
) -> BorderTeams:
    """Return at most `teams` crossings, junctions and places where teams meet most of the sampled supply routes.

    Sites are chosen for the expected share met, with a bound; `cover` holds those that most routes pass at all. The
    interval holds what is least known, by judgement: how much each source and each target counts, each mix of them
    as likely as another (flat Dirichlet), and which routes are drawn (Bayesian bootstrap; Rubin 1981, Annals of
    Statistics 9). It does not hold errors of the roads or of the choices in `parameters.yaml`. A route is met where it
    passes a site on its way: a team at the junction or place where it begins or ends does not count.

    Parameters
    ----------
    month : for closures and the season; by default that of the country
    sources, targets : as for `supply_routes`
    near_bases : name, longitude, latitude; only sites a light vehicle reaches from one of them in `reach_h` hours
    within_km : only sites this near the border
    sees : chance that a team notices what passes; with n teams on a route 1 - (1 - sees)^n
    routes : to choose on, and as many to score on
    worst_case : also what is left to those who know the sites, each costing `delay_h` hours
    time_limit : seconds for each program; the best sites so far are kept, with the bound proved by then

    Raises
    ------
    PlanError
        There are no crossings or no sites within reach, or more teams than sites.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> found = border_teams(read_country("ouadji"), 2, sources=["Nador", "Belko"], targets=["Azgar"], routes=100)
    >>> round(found.cover.value, 3), bool(found.scores["met"].iloc[0] > 0.4)
    (1.0, True)
    """
    _check(teams, sees, delay_h)
    when = country.month if month is None else Month.parse(month)
    asked: dict[str, Any] = {
        "sources": sources, "targets": targets, "month": when, "season": season_of(when), "routes": routes,
    }  # fmt: skip
    first, fresh = (sampled_routes(country, np.random.default_rng([seed, number]), **asked) for number in (1, 2))
    places = _sites(country, first)
    places = _allowed(country, first.roads, places, near_bases, reach_h, within_km)
    if teams > len(places.table):
        raise PlanError(f"There are {teams} teams but only {len(places.table)} sites for them; ask for that many.")
    met, routes_met = _meets(first, places), _meets(fresh, places)
    if not met.shape[0] or not routes_met.shape[0]:
        raise PlanError("No sampled route leads from the sources to the targets; name others, or draw more routes.")
    cover = max_cover(np.full(met.shape[0], 1 / met.shape[0]), met, int(teams), time_limit=time_limit, seed=seed)
    covering = _filled(met, cover.sites, int(teams), sees)
    chosen, value, bound = _most_met(met, int(teams), sees, covering, time_limit)
    mix = _mixes(fresh, np.random.default_rng([seed, 3]))
    plans = {"chosen": chosen, "most routes covered": covering, **_plain_choices(met, places, int(teams))}
    scores, drawn = _scores(routes_met, mix, plans, places, int(teams), sees, np.random.default_rng([seed, 4]))
    worst = _worst(first, places, chosen, int(teams), delay_h, time_limit) if worst_case else None
    choices = {
        "teams": int(teams), "sees": sees, "reach_h": reach_h, "within_km": within_km, "delay_h": delay_h,
        "near_bases": None if near_bases is None else [str(name) for name in near_bases["name"]],
    }  # fmt: skip
    made = _made(first, choices, seed)
    remarks = _remarks(first, fresh, int(teams) - len(chosen))
    table, total = _table(met, routes_met, places, chosen, sees), routes_met.shape[0]
    return BorderTeams(table, scores, value, bound, cover, worst, drawn, total, sees, made, remarks)


def _made(drawn: SampledRoutes, choices: dict[str, Any], seed: int) -> MadeFrom:
    """Return what the teams were made from, the targets of the routes among it."""
    made = drawn.made_from
    ends = sorted({str(name) for name in drawn.roads.node_name[drawn.target]})
    return MadeFrom(made.pack, made.pack_hash, {**made.parameters, "targets": ends, **choices}, seed)


def _check(teams: float, sees: float, delay_h: float) -> None:
    if not (teams >= 1 and float(teams).is_integer()):
        raise PlanError(f"{teams} border teams cannot be posted; ask for a whole number, 1 or more.")
    if not 0 < sees <= 1:
        raise PlanError(
            f"A chance of {sees} that a team notices what passes makes no sense; give one above 0, up to 1."
        )
    if not 0 <= delay_h < np.inf:
        raise PlanError(f"A delay of {delay_h} h at a team makes no sense; give hours, 0 or more.")


@dataclass(frozen=True, eq=False)
class _Sites:
    """Where a team can stand.

    Attributes
    ----------
    table : name, kind, crossing_id, node_id, longitude, latitude, iso3, border_km, people
    node : number of the node a site is, -1 for a crossing
    on_links : links x sites, true where a crossing is met on a link
    """

    table: pd.DataFrame
    node: Ints
    on_links: sparse.csr_array

    def only(self, rows: npt.NDArray[np.bool_]) -> _Sites:
        """Return some of the sites."""
        return _Sites(self.table[rows].reset_index(drop=True), self.node[rows], self.on_links[:, np.flatnonzero(rows)])


def _sites(country: Country, drawn: SampledRoutes) -> _Sites:
    """Return crossings roads lead over, and junctions and named places inside the country that no supply begins at."""
    roads = drawn.roads
    points = border_points(country, roads)
    if points.empty:
        raise PlanError(
            f"No road of the pack {country.pack} leads to a crossing or over the border, so there is nothing to watch. "
            "Add crossings, or links that reach beyond the border."
        )
    crossings = _crossings(country, roads, points)
    outline = country.areas.loc[country.areas["level"] == 0, "geometry"].iloc[0]
    degree = np.bincount(np.concatenate([roads.start, roads.end]), minlength=len(roads.node_id))
    inside = shapely.contains_xy(outline, roads.longitude, roads.latitude)
    can = inside & ((degree > 2) | (roads.node_name != ""))
    can[drawn.source] = False
    can[_at_crossings(roads, points)] = False
    nodes = np.flatnonzero(can)
    inner = pd.DataFrame(
        {
            "name": roads.labels()[nodes],
            "kind": np.where(degree[nodes] > 2, "junction", "place"),
            "crossing_id": "",
            "node_id": roads.node_id[nodes],
            "longitude": roads.longitude[nodes],
            "latitude": roads.latitude[nodes],
            "iso3": "",
        }
    )
    table = pd.concat([crossings, inner], ignore_index=True)
    crs = country.profile.crs
    border = shapely.boundary(country.areas[country.areas["level"] == 0].to_crs(crs).geometry.iloc[0])
    table["border_km"] = shapely.distance(_points(country, table), border) / 1000
    table["people"] = _people_near(country, table)
    by_crossing = list(links_of(points).values())
    row = [link for links in by_crossing for link in links]
    column = [site for site, links in enumerate(by_crossing) for _ in links]
    on = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(roads.start), len(table)))
    return _Sites(table, np.concatenate([np.full(len(crossings), -1), nodes]), on)


def _crossings(country: Country, roads: Roads, points: pd.DataFrame) -> pd.DataFrame:
    """Return one row a crossing that links go over or end at, named or not, in the order of `links_of`."""
    known = country.crossings.set_index("crossing_id")
    labels, home = roads.labels(), country.profile.iso3
    abroad = country.places.set_index("place_id")["iso3"]
    keys = points["crossing_id"].where(points["crossing_id"] != "", "border-" + points["link"].astype(str))
    rows = []
    for key, links in links_of(points).items():
        if key in known.index:
            one = known.loc[key]
            rows.append((str(one["name"]), key, float(one["longitude"]), float(one["latitude"]), str(one["iso3"])))
            continue
        at = points[keys == key].iloc[0]
        ends = int(roads.start[links[0]]), int(roads.end[links[0]])
        beyond = [str(iso3) for end in ends if (iso3 := abroad.get(roads.node_id[end], home)) != home]
        x, y = float(at["longitude"]), float(at["latitude"])
        far = great_circle_km(x, y, known["longitude"], known["latitude"])
        near = str(known["iso3"].iloc[int(far.argmin())]) if len(known) else ""
        rows.append((f"{labels[ends[0]]}-{labels[ends[1]]}", key, x, y, beyond[0] if beyond else near))
    found = pd.DataFrame(rows, columns=["name", "crossing_id", "longitude", "latitude", "iso3"])
    return found.assign(kind="crossing", node_id="")


def _at_crossings(roads: Roads, points: pd.DataFrame) -> Ints:
    """Return nodes on the way over a crossing and so near it that a team at the crossing is the one there."""
    links = points["link"].to_numpy(np.int64)
    ends = np.concatenate([roads.start[links], roads.end[links]])
    at = points[["longitude", "latitude"]].to_numpy(float)[np.tile(np.arange(len(links)), 2)]
    far = great_circle_km(at[:, 0], at[:, 1], roads.longitude[ends], roads.latitude[ends])
    return np.unique(ends[far <= END_KM])


def _points(country: Country, table: pd.DataFrame) -> Any:
    """Return points in metres of the country's projected system."""
    import geopandas

    at = geopandas.points_from_xy(table["longitude"], table["latitude"], crs="EPSG:4326")
    return np.asarray(geopandas.GeoSeries(at).to_crs(country.profile.crs).to_numpy())


def _people_near(country: Country, table: pd.DataFrame) -> Floats:
    """Return people of the country's places near each site; places whose people are not known are left out."""
    from scipy.spatial import cKDTree

    home = country.places[country.places["iso3"] == country.profile.iso3]
    here, there = (shapely.get_coordinates(_points(country, one)) for one in (table, home))
    people = home["population"].fillna(0.0).to_numpy(float)
    return np.array([people[near].sum() for near in cKDTree(there).query_ball_point(here, NEAR_KM * 1000)])


def _allowed(
    country: Country,
    roads: Roads,
    places: _Sites,
    bases: pd.DataFrame | None,
    reach_h: float,
    within_km: float | None,
) -> _Sites:
    """Return the sites near enough to the border and to a base.

    A closed crossing is no hindrance to the country's own teams, so roads are taken as the season leaves them.
    """
    stays = np.ones(len(places.table), dtype=bool)
    if within_km is not None:
        stays &= places.table["border_km"].to_numpy() <= within_km
        if not stays.any():
            raise PlanError(f"No site lies within {within_km:g} km of the border; allow more.")
    if bases is not None:
        missing = {"name", "longitude", "latitude"} - set(bases.columns)
        if missing:
            raise PlanError(f"The bases lack {', '.join(sorted(missing))}; give name, longitude and latitude of each.")
        if bases.empty:
            raise PlanError("No base is named; give at least one, or leave near_bases out.")
        at_sites, at_bases = (attach(roads, one, country.profile.crs) for one in (places.table, bases))
        stays &= hours_between(roads, at_bases, at_sites) <= reach_h
        if not stays.any():
            raise PlanError(f"No site is within {reach_h:g} h of a base; raise reach_h or name other bases.")
    return places.only(stays)


def _meets(drawn: SampledRoutes, places: _Sites) -> sparse.csr_array:
    """Return routes x sites, true where a route meets a site; routes that pass no link are left out."""
    through = drawn.through
    row, node = through.coords
    inner = np.flatnonzero(places.node >= 0)
    site_at = np.full(through.shape[1], -1)
    site_at[places.node[inner]] = inner
    on = site_at[node] >= 0
    over = sparse.coo_array(drawn.passed.astype(float) @ places.on_links)
    rows = np.concatenate([row[on], over.coords[0]])
    columns = np.concatenate([site_at[node[on]], over.coords[1]])
    met = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(through.shape[0], len(places.table)))
    return met[np.flatnonzero(drawn.is_way)].astype(bool)


def _filled(met: sparse.csr_array, sites: Ints, teams: int, sees: float) -> Ints:
    """Return the sites and, where coverage needs fewer than there are teams, those that see most besides.

    Nobody is posted where no route passes.
    """
    chosen = [int(site) for site in sites]
    seen = met.astype(float)
    while len(chosen) < teams:
        left = (1 - sees) ** seen[:, chosen].sum(axis=1) if chosen else np.ones(seen.shape[0])
        gain = np.asarray(seen.T @ left)
        gain[chosen] = 0.0
        if gain.max() <= 0:
            break
        chosen.append(int(np.argmax(gain)))
    return np.array(sorted(chosen), dtype=np.int64)


def _most_met(
    met: sparse.csr_array, teams: int, sees: float, covering: Ints, time_limit: float
) -> tuple[Ints, float, float]:
    """Return the sites with the largest expected share met, that share, and what no choice exceeds.

    The k-th team on a route adds sees (1 - sees)^(k - 1), less than the one before, so that in the program of maximal
    coverage each route simply has a cover for every team it may meet.
    """
    patterns, times = np.unique(met.toarray(), axis=0, return_counts=True)
    seen, weight = sparse.csr_array(patterns, dtype=float), times / times.sum()
    plans = (covering, _filled(met, np.zeros(0, dtype=np.int64), teams, sees))
    best = max(plans, key=lambda sites: _expected(seen, weight, sites, sees))
    levels = np.minimum(patterns.sum(axis=1), teams).astype(np.int64)
    route = np.repeat(np.arange(len(levels)), levels)
    level = np.arange(len(route)) - np.repeat(np.cumsum(levels) - levels, levels)
    sites, many = patterns.shape[1], len(route)
    served = sparse.csr_array((np.ones(many), (route, np.arange(many))), shape=(len(levels), many))
    count = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(many)])[None])
    found, bound = maximise(
        np.concatenate([np.zeros(sites), weight[route] * sees * (1 - sees) ** level]),
        sparse.csr_array(sparse.vstack([sparse.hstack([-seen, served]), count])),
        np.concatenate([np.zeros(len(levels)), [float(teams)]]),
        (np.zeros(sites + many), np.ones(sites + many)),
        sites,
        np.isin(np.arange(sites), best),
        seconds=time_limit,
    )
    best = max((best, _filled(met, found, teams, sees)), key=lambda one: _expected(seen, weight, one, sees))
    value = _expected(seen, weight, best, sees)
    everywhere = _expected(seen, weight, np.arange(sites), sees)
    return best, value, max(value, min(bound, everywhere))


def _expected(seen: sparse.csr_array, weight: Floats, sites: Ints, sees: float) -> float:
    """Return the expected share of routes noticed."""
    return float(weight @ (1 - (1 - sees) ** np.asarray(seen[:, sites].sum(axis=1))))


def _mixes(drawn: SampledRoutes, rng: np.random.Generator) -> Floats:
    """Return weights of the routes in each draw, draws x routes: the mix of sources and targets, and the sample."""
    stays = drawn.is_way
    weight = rng.exponential(size=(DRAWS, int(stays.sum())))
    for ends in (drawn.source[stays], drawn.target[stays]):
        number = np.unique(ends, return_inverse=True)[1]
        weight *= rng.exponential(size=(DRAWS, int(number.max()) + 1))[:, number]
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _plain_choices(met: sparse.csr_array, places: _Sites, teams: int) -> dict[str, Ints]:
    """Return choices that look at one site at a time; fewer sites than teams where there are fewer crossings."""
    traffic = np.asarray(met.astype(float).sum(axis=0))
    crossings = np.flatnonzero(places.node < 0)
    people = places.table["people"].to_numpy(float)

    def first(sites: Ints, by: Floats) -> Ints:
        return sites[np.argsort(-by[sites], kind="stable")[:teams]]

    return {
        "busiest sites": first(np.arange(len(traffic)), traffic),
        "busiest crossings": first(crossings, traffic),
        "crossings with most people near": first(crossings, people),
    }


def _scores(
    met: sparse.csr_array,
    mix: Floats,
    plans: dict[str, Ints],
    places: _Sites,
    teams: int,
    sees: float,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, Floats]:
    """Return one row a plan with its share of fresh routes, and the chosen plan's share in each draw."""
    seen = met.astype(float)

    def noticed(sites: Ints) -> tuple[Floats, Floats]:
        often = np.asarray(seen[:, sites].sum(axis=1)) if len(sites) else np.zeros(seen.shape[0])
        return 1 - (1 - sees) ** often, (often > 0).astype(float)

    crossings = np.flatnonzero(places.node < 0)
    many = min(teams, len(crossings))
    found = {name: (len(sites), *noticed(sites)) for name, sites in plans.items()}
    shares = {name: mix @ row[1] for name, row in found.items()}
    picks = [noticed(rng.choice(crossings, many, replace=False)) for _ in range(len(mix))]
    random = [np.mean([pick[at] for pick in picks], axis=0) for at in (0, 1)]
    found["random crossings"] = (many, random[0], random[1])
    shares["random crossings"] = np.array([weight @ pick[0] for weight, pick in zip(mix, picks, strict=True)])
    mine = shares["chosen"]
    rows = []
    for name, (count, chance, covered) in found.items():
        low, high = np.quantile(shares[name], _INTERVAL)
        lead = np.quantile(mine - shares[name], _INTERVAL)
        more = found["chosen"][1].mean() - chance.mean()
        rows.append((name, count, covered.mean(), chance.mean(), low, high, more, lead[0], lead[1]))
    columns = ["plan", "sites", "covered", "met", "low", "high", "more", "more_low", "more_high"]
    return pd.DataFrame(rows, columns=columns), mine


def _table(first: sparse.csr_array, fresh: sparse.csr_array, places: _Sites, chosen: Ints, sees: float) -> pd.DataFrame:
    """Return one row a team."""
    seen = fresh[:, chosen].astype(float)
    often = np.asarray(seen.sum(axis=1))
    passing = np.asarray(seen.mean(axis=0))
    lost = np.asarray(seen.T @ (sees * (1 - sees) ** np.maximum(often - 1, 0))) / seen.shape[0]
    crossings = np.flatnonzero(places.on_links.sum(axis=0) > 0)
    together = (first[:, chosen].astype(float).T @ first[:, crossings].astype(float)).toarray()
    by_neighbour = pd.DataFrame(together.T).groupby(places.table["iso3"].to_numpy()[crossings]).sum()
    rows = places.table.iloc[chosen].reset_index(drop=True)
    if len(by_neighbour):
        over = np.where(by_neighbour.max() > 0, by_neighbour.idxmax(), "")
        rows["iso3"] = rows["iso3"].where(rows["iso3"] != "", over)
    found = rows.assign(passing=passing, met_alone=sees * passing, lost_without=lost)
    order = ["name", "kind", "crossing_id", "node_id", "passing", "met_alone", "lost_without", "longitude", "latitude",
             "border_km", "iso3"]  # fmt: skip
    return found[order].sort_values("lost_without", ascending=False, kind="stable").reset_index(drop=True)


def _worst(
    drawn: SampledRoutes, places: _Sites, chosen: Ints, teams: int, delay_h: float, time_limit: float
) -> Evasion:
    """Return the cheapest ways left by the chosen sites, and by those that make them longest."""
    roads = drawn.roads
    inner = np.flatnonzero(places.node >= 0)
    at = sparse.csr_array(
        (np.ones(len(inner)), (places.node[inner], inner)), shape=(len(roads.node_id), len(places.table))
    )
    network = Network(roads.start, roads.end, drawn.cost, places.on_links, at)
    sources = np.unique(drawn.source)
    targets = np.setdiff1d(drawn.target, sources)
    if not len(targets):
        raise PlanError("Every target is a source too, so no way in has a length; name other targets.")
    to_any, on_average = (
        interdict(network, sources, targets, teams, delay=delay_h, each=each, start=chosen, time_limit=time_limit)
        for each in (False, True)
    )
    rows = [
        (plan, *(cheapest(network, sources, targets, held, delay=delay_h, each=each) for each in (False, True)))
        for plan, held in (
            ("nobody", []), ("chosen", chosen), ("longest to any", to_any.sites),
            ("longest on average", on_average.sites),
        )
    ]  # fmt: skip
    return Evasion(pd.DataFrame(rows, columns=["plan", "any", "mean"]), to_any, on_average, delay_h)


def _remarks(first: SampledRoutes, fresh: SampledRoutes, spare: int) -> tuple[str, ...]:
    """Return what a reader must know."""
    found = ["Routes are samples of a model of likely ways, never sightings; sees and delay_h are judgement."]
    if spare:
        found.append(f"{spare} teams are not posted: no sampled route passes any site left.")
    none = int((~first.is_way).sum())
    if none:
        here = first.source[~first.is_way] == first.target[~first.is_way]
        names = sorted({str(name) for name in first.roads.node_name[first.source[~first.is_way][here]]})
        why = f"begin where they end ({', '.join(names)})" if names else "were not finished"
        found.append(f"{none} of {first.passed.shape[0]:,} sampled routes {why} and are left out of all shares.")
    synthetic = first.roads.is_synthetic
    used = np.asarray(fresh.passed.astype(float)[:, np.flatnonzero(synthetic)].sum(axis=1)) > 0
    if used.any():
        found.append(f"{used.mean():.0%} of the routes pass an assumed link, which no source shows.")
    return tuple(found)
