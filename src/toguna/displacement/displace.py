"""`displace`: who flees a country in the months ahead, where they arrive, by which roads, and what they need there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.provenance import MadeFrom
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.displacement.arrivals import Arrivals, forecast_arrivals
from toguna.displacement.ensemble import Ensemble, ensemble
from toguna.displacement.from_country import scenario_from_country
from toguna.displacement.lagged_counts import monthly_to_daily
from toguna.displacement.needs import overflow_dates, site_needs
from toguna.displacement.scenario import CAMPS, Floats, Scenario
from toguna.displacement.settings import Movement, Settings

# The settings the validation page judges, but that nobody leaves a camp: what moves between camps is no new arrival.
RULES = Settings(
    movement=Movement(
        max_move_speed=200.0,
        camp_weight=2.0,
        default_movechance=0.5,
        start_on_foot=True,
        avoid_short_stints=True,
        camp_movechance=0.0,
    )
)
_WEAK = Sentence(
    N_(
        "Which camp people choose is the weakest part: on the Mali of 2012 about a quarter were sent "
        "to the wrong country. The column share_kept shows the same arrivals had each site kept its "
        "share of those counted."
    )
)


@dataclass(frozen=True, eq=False)
class Displacement:
    """Who arrives where in the months ahead, with spread.

    Attributes
    ----------
    arrivals : one row a site and month: host, site, month, low, median, high (90 % interval), and share_kept, the
        median had each site kept its share; sites of ALL are sums over a host's
    sites : one row a site: people now and at the end, capacity, chance and dates of overflow
    roads : one row a road used: from, to, km, people on it in the time ahead (low, median, high)
    needs : what the median number of people at each site needs at the end
    fleeing : the forecast of how many flee, with its skill
    scenario : places, roads and closures the runs used
    """

    arrivals: pd.DataFrame = field(repr=False)
    sites: pd.DataFrame = field(repr=False)
    roads: pd.DataFrame = field(repr=False)
    needs: pd.DataFrame = field(repr=False)
    fleeing: Arrivals
    scenario: Scenario = field(repr=False)
    remarks: tuple[str, ...]
    made_from: MadeFrom


def displace(
    country: Country,
    *,
    months: int = 6,
    runs: int = 200,
    seed: int = 1,
    workers: int = 1,
    cluster: str | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Displacement:
    """Return the displacement of a country in the months after the one it is looked at from.

    How many flee is forecast from what was known; how they go is run once for each draw of that forecast.

    Parameters
    ----------
    country : as of a month; nothing published later is used
    months : 1 to 24; runs : draws of the forecast, each run once
    seed : of all random numbers; workers, cluster : see `ensemble`; they change nothing in the result

    Raises
    ------
    AskError
        The pack has no site abroad that people could flee to.
    """
    fleeing = forecast_arrivals(country, months, draws=runs, seed=seed)
    start = country.month.last_day + timedelta(days=1)
    days = (fleeing.months[-1].last_day - start).days + 1
    by_day = monthly_to_daily(fleeing.people, start, days)
    made = scenario_from_country(country, by_day[0], start=start, days=days)
    if not np.isin(made.scenario.kinds, CAMPS).any():
        raise AskError(
            N_("The pack {pack} holds no camp or site abroad. Add one to its table places."), pack=country.pack
        )
    scenarios = [_with_arrivals(made.scenario, one) for one in by_day]
    found = ensemble(
        scenarios, made.rules(RULES), runs=runs, seed=seed, workers=workers, cluster=cluster, progress=progress
    )
    sites = np.flatnonzero(np.isin(made.scenario.kinds, CAMPS))
    ends = [(month.last_day - start).days for month in fleeing.months]
    people = found.people[:, :, sites]
    asked = {**made.made_from.parameters, "months": months, "runs": runs}
    return Displacement(
        _arrivals(made.scenario, sites, people, fleeing, ends),
        _sites(country, made.scenario, sites, people, start),
        _roads(made.scenario, found),
        site_needs(_at_end(made.scenario, sites, people), country.standards),
        fleeing,
        made.scenario,
        (*fleeing.remarks, *made.remarks, _WEAK),
        replace(made.made_from, parameters=asked, seed=seed),
    )


def _with_arrivals(scenario: Scenario, by_day: npt.NDArray[np.int64]) -> Scenario:
    """Return the scenario with other arrivals; those of the first day flee on the second, the first that moves."""
    moved = by_day.astype(float)
    moved[1] += moved[0]
    moved[0] = scenario.counts.total[0]
    return replace(scenario, counts=replace(scenario.counts, total=np.cumsum(moved)))


def _at_end(scenario: Scenario, sites: npt.NDArray[np.int64], people: Floats) -> dict[str, float]:
    middle = np.median(people[:, -1], axis=0)
    return {scenario.names[site]: float(middle[at]) for at, site in enumerate(sites)}


def _spread(draws: Floats) -> dict[str, float]:
    low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
    return {"low": float(low), "median": float(middle), "high": float(high)}


def _arrivals(
    scenario: Scenario, sites: npt.NDArray[np.int64], people: Floats, fleeing: Arrivals, ends: list[int]
) -> pd.DataFrame:
    new = np.diff(people[:, [0, *ends]], axis=1)  # draws x months x sites
    counted = people[0, 0]
    kept = counted / counted.sum() if counted.sum() > 0 else np.full(len(sites), np.nan)
    hosts = np.array([scenario.countries[site] for site in sites])
    rows = []
    for host in sorted(set(hosts)):
        there = hosts == host
        for at, month in enumerate(fleeing.months):
            total = float(np.median(fleeing.people[:, at]))
            rows.append(
                {"host": host, "site": "ALL", "month": str(month), **_spread(new[:, at, there].sum(axis=1)),
                 "share_kept": total * kept[there].sum()}
            )  # fmt: skip
            rows += [
                {"host": host, "site": scenario.names[sites[site]], "month": str(month),
                 **_spread(new[:, at, site]), "share_kept": total * kept[site]}
                for site in np.flatnonzero(there)
            ]  # fmt: skip
    return pd.DataFrame(rows)


def _sites(
    country: Country, scenario: Scenario, sites: npt.NDArray[np.int64], people: Floats, start: date
) -> pd.DataFrame:
    planned = country.places.drop_duplicates("name").set_index("name")["capacity"].astype(float)
    names = [scenario.names[site] for site in sites]
    capacity = np.array([planned.get(name, np.nan) for name in names], dtype=float)
    rows = []
    for at, (name, full) in enumerate(zip(names, overflow_dates(people, capacity), strict=True)):
        when = {
            f"overflow_{key}": None if day is None else (start + timedelta(days=day)).isoformat()
            for key, day in (("early", full.early), ("median", full.median), ("late", full.late))
        }
        rows.append(
            {"host": scenario.countries[sites[at]], "site": name, "people_now": float(people[0, 0, at]),
             **_spread(people[:, -1, at]), "capacity": capacity[at], "overflow_chance": full.chance, **when}
        )  # fmt: skip
    return pd.DataFrame(rows).astype({f"overflow_{key}": object for key in ("early", "median", "late")})


def _roads(scenario: Scenario, found: Ensemble) -> pd.DataFrame:
    rows = []
    for link in np.flatnonzero(found.entered.max(axis=0) > 0):
        first, last = scenario.ends[link // 2][:: -1 if link % 2 else 1]
        rows.append(
            {"from": scenario.names[first], "to": scenario.names[last], "km": float(scenario.km[link // 2]),
             **_spread(found.entered[:, link])}
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=["from", "to", "km", "low", "median", "high"])
    return table.sort_values("median", ascending=False, kind="stable", ignore_index=True)
