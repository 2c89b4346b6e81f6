"""`scenario_from_country`: a scenario of flight from a country's pack, with only what was known by its month."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_, Sentence
from toguna.country import Country
from toguna.displacement.counts import Counts
from toguna.displacement.known_violence import KnownViolence, known_violence
from toguna.displacement.scenario import Closure, Floats, Kind, Scenario
from toguna.displacement.settings import Settings
from toguna.displacement.skeleton import OFF_ROAD_KM, Skeleton, closures_on, skeleton
from toguna.network.attach import attach
from toguna.network.geodesy import great_circle_km
from toguna.network.roads import Roads, read_roads

COUNT_LASTS = 36  # months after which a count says nothing of the present
SAME_SITE_KM = 25.0  # a site never counted, this near a counted one, is taken to be counted with it


@dataclass(frozen=True, eq=False)
class CountryScenario:
    """A scenario made from a pack.

    Attributes
    ----------
    scenario : to simulate; its digest is the pack's hash. Camps have the counts of day 0 only, held constant; the
        arrivals are in the series of all refugees, so that a run needs `rules`
    remarks : what a reader must know before trusting a run
    sources : keys of the table `sources` behind the rows used
    made_from : pack, its hash and what was asked
    """

    scenario: Scenario
    remarks: tuple[str, ...]
    sources: tuple[str, ...]
    made_from: MadeFrom = field(repr=False)

    def rules(self, settings: Settings) -> Settings:
        """Return settings that take the arrivals from this scenario and begin with the camps' people of day 0."""
        asked = {"sum_from_camps": False, "insert_day0": True, "empty_camps_on_day0": False}
        return settings.model_copy(update={"spawning": settings.spawning.model_copy(update=asked)})


def scenario_from_country(
    country: Country,
    arrivals_by_day: npt.ArrayLike,
    *,
    start: date | None = None,
    days: int,
    town_people: float = 20_000,
    most_places: int = 150,
    months: int = 12,
    is_limited: bool = False,
    violence: KnownViolence | None = None,
) -> CountryScenario:
    """Return the scenario of people who flee a country, from where they flee to the camps open to them.

    People flee from the largest place of each admin 2 area and from towns, each of which stands for the people nearest
    to it in its area, in proportion to people and violence. They go along the shortest roads between these places
    and the camps.

    Parameters
    ----------
    country : as of a month; nothing published later is used
    arrivals_by_day : people who flee on each day, shape (days,); those of day 0 flee on day 1, the first that moves
    start : first day; by default that after the country's month. What was not known the day before is not used
    days : how many, 2 or more
    town_people : residents from which a town is a place of its own
    most_places : places in all; the smallest, first those of quiet areas, are left out
    months : how far back violence counts as recent
    is_limited : a camp takes no more than it was planned for; else all have room
    violence : where people flee from, in place of what the pack knows

    Raises
    ------
    AskError
        The arrivals are not one number of people a day, or the pack holds nobody who could flee.
    PackError
        The pack has no roads.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> made = scenario_from_country(read_country("ouadji", as_of="2013-02"), [50.0] * 30, days=30)
    >>> made.scenario.names[-2:], made.scenario.start.isoformat(), float(made.scenario.counts.total[-1])
    (('Nador', 'Belko'), '2013-03-01', 12500.0)
    """
    arrivals = _arrivals(arrivals_by_day, days)
    first = start or country.month.last_day + timedelta(days=1)
    known = min(country.month.last_day, first - timedelta(days=1))
    violence = violence or known_violence(country, known, months)
    roads = read_roads(country)
    camps, of_camps = _camps(country, known)
    origins, of_origins = _origins(country, roads, violence, town_people, most_places - len(camps))
    places = pd.concat([origins, camps], ignore_index=True)
    is_camp = places["kind"].isin([int(Kind.CAMP), int(Kind.IDP_CAMP)]).to_numpy()
    links = skeleton(roads, places, country.profile.crs, is_camp)
    names = _unique(places)
    closures, of_closures = _closures(country, roads, links, names, tuple(places["iso3"]), first, days, known)
    room = places["capacity"].fillna(0.0) if is_limited else 0.0
    scenario = replace(
        _scenario(country, places, names, links, np.where(is_camp, room, places["people"]), arrivals, first),
        closures=closures,
    )
    remarks = (*violence.remarks, *of_origins, *of_camps, *_full(places, is_limited=is_limited), *of_closures)
    asked = {
        "start": first.isoformat(), "days": days, "arrivals": float(arrivals.sum()), "town_people": town_people,
        "arrivals_sha256": hashlib.sha256(arrivals.tobytes()).hexdigest(), "most_places": most_places, "months": months,
        "is_limited": is_limited, "violence": dict(violence.intensity),
    }  # fmt: skip
    made = country.made_from
    return CountryScenario(
        scenario,
        remarks + _isolated(scenario),
        _sources(country, roads, places, violence, shut=bool(closures)),
        replace(made, parameters={**made.parameters, **asked}),
    )


def _scenario(
    country: Country,
    places: pd.DataFrame,
    names: tuple[str, ...],
    links: Skeleton,
    population: Any,
    arrivals: Floats,
    start: date,
) -> Scenario:
    """Return the scenario without closures; violence stays as it is for all days."""
    days = len(arrivals)
    return Scenario(
        name=f"{country.pack}-{country.month}",
        names=names,
        countries=tuple(places["iso3"]),
        kinds=places["kind"].to_numpy(dtype=np.int64),
        population=np.asarray(population, dtype=float),
        conflict_day=np.zeros(len(places), dtype=np.int64),
        ends=links.ends,
        km=links.km,
        intensity=np.tile(places["intensity"].to_numpy(dtype=float), (days, 1)),
        closures=(),
        start=start,
        days=days,
        counts=_counts(places, names, arrivals, start),
        digest=country.pack_hash,
        regions=tuple(places["admin2_pcode"]),
        latitude=places["latitude"].to_numpy(dtype=float),
        longitude=places["longitude"].to_numpy(dtype=float),
    )


def _isolated(scenario: Scenario) -> tuple[str, ...]:
    far = N_("{name} is more than {km:.0f} km from every road: nobody can arrive there.")
    return tuple(Sentence(far, name=name, km=OFF_ROAD_KM) for name in scenario.isolated)


def _sources(
    country: Country, roads: Roads, places: pd.DataFrame, violence: KnownViolence, *, shut: bool
) -> tuple[str, ...]:
    found = {*country.places["source"], *violence.sources, *roads.table["source"], *places["count_source"].dropna()}
    if shut:
        found |= {*country.closures["source"], *country.crossings["source"]}
    return tuple(sorted(found))


def _arrivals(given: npt.ArrayLike, days: int) -> Floats:
    arrivals = np.asarray(given, dtype=float)
    if days < 2:
        raise AskError(
            N_("A scenario of {days} days has no day on which people move. Ask for 2 days or more."), days=days
        )
    if arrivals.shape != (days,) or not np.isfinite(arrivals).all() or (arrivals < 0).any():
        raise AskError(
            N_("The arrivals have the shape {shape}. Give {days} numbers of people, none below 0."),
            shape=arrivals.shape,
            days=days,
        )
    return arrivals


def _camps(country: Country, known: date) -> tuple[pd.DataFrame, list[str]]:
    """Return camps open on a day with their newest count, and what to say of them."""
    month, home = str(Month.of(known)), country.profile.iso3
    rows = country.places[country.places["kind"] == "camp"]
    counts = _last_counts(country, known)
    closed = (rows["closed"] != "") & (rows["closed"] <= month)
    begun = ((rows["opened"] != "") & (rows["opened"] <= month)) | rows["place_id"].isin(counts.index)
    unknown = rows.loc[(rows["opened"] == "") & ~begun & ~closed, "name"]
    remarks: list[str] = [
        Sentence(N_("{name} has no day of opening and no count by {known}: left out."), name=name, known=known)
        for name in unknown
    ]
    rows, of_parts = _without_parts(rows[begun & ~closed], counts)
    remarks += of_parts
    counts = counts.reindex(rows["place_id"])
    age = counts["date"].map(lambda day: Month.of(known).since(Month.parse(day[:7])), na_action="ignore")
    stale = (age > COUNT_LASTS).to_numpy()
    for name, day, old in zip(rows["name"], counts["date"], stale, strict=True):
        if old or not isinstance(day, str):
            aged = N_("{name} begins empty: its last count, of {day}, is older than {years} years.")
            bare = N_("{name} begins empty: no count by {known}.")
            remarks.append(Sentence(aged if old else bare, name=name, day=day, years=COUNT_LASTS // 12, known=known))
    if rows.empty:
        remarks.append(Sentence(N_("No camp was open by {known}: nobody has anywhere to arrive."), known=known))
    kind = np.where(rows["iso3"] == home, int(Kind.IDP_CAMP), int(Kind.CAMP))
    return rows.assign(
        kind=kind,
        intensity=0.0,
        people=np.where(stale, np.nan, counts["people"].to_numpy(dtype=float)),
        counted=counts["date"].mask(stale).to_numpy(),
        count_source=counts["source"].mask(stale).to_numpy(),
    ), remarks


def _without_parts(rows: pd.DataFrame, counts: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return camps without those never counted beside a counted one of the same country: one site, not two goals."""
    is_counted = rows["place_id"].isin(counts.index)
    counted = rows[is_counted]
    parts: list[str] = []
    remarks: list[str] = []
    for one in rows[~is_counted].itertuples():
        near = counted[counted["iso3"] == one.iso3]
        far = great_circle_km(one.longitude, one.latitude, near["longitude"], near["latitude"])
        if len(near) and far.min() <= SAME_SITE_KM:
            parts.append(one.place_id)
            of = near["name"].iloc[int(far.argmin())]
            remarks.append(
                Sentence(
                    N_("{name} has no count and is {far:.0f} km from {of}: taken as part of it."),
                    name=one.name,
                    far=far.min(),
                    of=of,
                )
            )
    return rows[~rows["place_id"].isin(parts)], remarks


def _last_counts(country: Country, known: date) -> pd.DataFrame:
    """Return the newest count of each camp by a day, of refugees abroad and displaced people at home."""
    rows = country.displacement
    home = country.profile.iso3
    group = np.where(rows["host"] == home, "idps", "refugees")
    rows = rows[(rows["measure"] == "stock") & (rows["group"] == group) & (rows["place_id"] != "")]
    rows = rows[(rows["origin"] == home) & (rows["date"] <= known.isoformat())]
    rows = rows.sort_values(["date", "published"], kind="stable").drop_duplicates("place_id", keep="last")
    return rows.set_index("place_id")[["date", "people", "source"]]


def _origins(
    country: Country, roads: Roads, violence: KnownViolence, town_people: float, most: int
) -> tuple[pd.DataFrame, list[str]]:
    """Return the places people flee from, each with the people and the violence of the places nearest to it."""
    everywhere = country.places
    home = everywhere[(everywhere["iso3"] == country.profile.iso3) & (everywhere["kind"] != "camp")]
    home = home[home["population"] > 0]
    if home.empty:
        raise AskError(
            N_("The pack {pack} knows no place with people. Add them to the table `places`."), pack=country.pack
        )
    at = attach(roads, home, country.profile.crs)
    home = home.assign(
        x=at.xy[:, 0], y=at.xy[:, 1], near=at.off_road_km <= OFF_ROAD_KM, is_town=home["population_basis"] == "town",
        strength=home["admin2_pcode"].map(violence.intensity).fillna(0.0),
    )  # fmt: skip
    ranked = home[home["near"]].sort_values(["is_town", "population"], ascending=False, kind="stable")
    seats = ranked.drop_duplicates("admin2_pcode")
    towns = ranked[(ranked["kind"] != "village") & (ranked["population"] >= town_people)]
    chosen = pd.concat([seats, towns]).drop_duplicates("place_id")
    chosen = chosen.assign(is_seat=chosen["place_id"].isin(seats["place_id"]), fought=chosen["strength"] > 0)
    chosen = chosen.sort_values(["fought", "is_seat", "population"], ascending=False, kind="stable")
    left = len(chosen) - most
    remarks: list[str] = (
        [Sentence(N_("{left} smaller towns are left out to keep to {most} places of origin."), left=left, most=most)]
        if left > 0
        else []
    )
    chosen = chosen.head(max(most, 1))
    people, strength = _catchments(home, chosen)
    if not (people * strength).sum() > 0:
        remarks.append(
            Sentence(N_("No violence is known where people live: people flee from everywhere in proportion to people."))
        )
        strength = np.ones(len(chosen))
    if home["population_basis"].eq("modelled").any():
        remarks.append(
            Sentence(N_("People of smaller places are modelled; each place of origin stands for those nearest to it."))
        )
    kind = np.where(strength > 0, int(Kind.CONFLICT), int(Kind.TOWN))
    order = np.argsort(-people * strength, kind="stable")
    made = chosen.assign(kind=kind, people=people.round(), intensity=strength.round(2), capacity=np.nan)
    return made.assign(counted=None, count_source=None).iloc[order], remarks


def _catchments(home: pd.DataFrame, chosen: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return people, and violence weighted by people, of the places nearest to each chosen one in its area.

    Places of an area without a chosen one go to the nearest of all.
    """
    nearest = np.zeros(len(home), dtype=np.int64)
    here, seats = home[["x", "y"]].to_numpy(), chosen[["x", "y"]].to_numpy()
    area, of_seat = home["admin2_pcode"].to_numpy(), chosen["admin2_pcode"].to_numpy()
    for code in np.unique(area.astype(str)):
        those, own = np.flatnonzero(area == code), np.flatnonzero(of_seat == code)
        own = own if len(own) else np.arange(len(seats))
        nearest[those] = own[cKDTree(seats[own]).query(here[those])[1]]
    weight = home["population"].to_numpy(dtype=float)
    people = np.bincount(nearest, weight, len(chosen)).astype(float)
    fought = np.bincount(nearest, weight * home["strength"].to_numpy(dtype=float), len(chosen))
    return people, np.divide(fought, people, out=np.zeros(len(chosen), dtype=float), where=people > 0)


def _unique(places: pd.DataFrame) -> tuple[str, ...]:
    """Return names of places; one borne by two is followed by the identifier."""
    twice = places["name"].duplicated(keep=False)
    return tuple(places["name"].where(~twice, places["name"] + " [" + places["place_id"] + "]"))


def _counts(places: pd.DataFrame, names: tuple[str, ...], arrivals: Floats, start: date) -> Counts:
    """Return the camps' last counts, held, and all refugees by day: those counted and those who have fled since."""
    counted = np.flatnonzero(places["counted"].notna())
    people = np.floor(places["people"].to_numpy(dtype=float)[counted])
    fled = np.concatenate([[0.0], np.floor(np.cumsum(arrivals)[1:] + 1e-9)])
    ends = tuple((date.fromisoformat(str(places["counted"].iloc[k])) - start).days for k in counted)
    held = np.tile(people, (len(arrivals), 1))
    return Counts(tuple(names[k] for k in counted), held, people.sum() + fled, ends)


def _closures(
    country: Country,
    roads: Roads,
    links: Skeleton,
    names: tuple[str, ...],
    countries: tuple[str, ...],
    start: date,
    days: int,
    known: date,
) -> tuple[tuple[Closure, ...], list[str]]:
    """Return links shut within the period by closures known on a day, and what to say of them."""
    rows = country.closures
    rows = rows[(rows["status"] == "closed") & (rows["date"] <= known.isoformat())]
    rows = rows[(rows["date_end"] == "") | (rows["date_end"] >= start.isoformat())]
    if rows.empty:
        return (), []
    found, without = closures_on(country, roads, links, names, countries, rows)
    last: dict[str, Any] = rows.set_index("closure_id")["date_end"].to_dict()
    shut = []
    for one, row in found:
        end = (date.fromisoformat(last[row]) - start).days + 1 if last[row] else days
        shut.append(replace(one, end=min(end, days)))
    remarks: list[str] = [
        Sentence(N_("The closure {row} lies on no way between the places of the scenario."), row=row) for row in without
    ]
    lasting = sorted({row for _, row in found if not last[row]})
    remarks += [
        Sentence(N_("The closure {row} has no known end and lasts to the last day."), row=row) for row in lasting
    ]
    return tuple(dict.fromkeys(shut)), remarks


def _full(places: pd.DataFrame, *, is_limited: bool) -> list[str]:
    full = places[places["counted"].notna() & (places["people"] >= places["capacity"])]
    shut = N_("{name} held {people:,.0f} people on {day} and was planned for {most:,.0f}: it takes no more.")
    wide = N_("{name} held {people:,.0f} people on {day} and was planned for {most:,.0f}: it has room all the same.")
    return [
        Sentence(shut if is_limited else wide, name=name, people=people, day=day, most=most)
        for name, people, day, most in full[["name", "people", "counted", "capacity"]].itertuples(index=False)
    ]
