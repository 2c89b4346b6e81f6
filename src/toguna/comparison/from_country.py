"""A country and a forecast as the ground a simulation stands on, known only up to the month it is looked at from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from toguna.assessment import assess
from toguna.comparison.ground import Floats, Ground, Ints
from toguna.comparison.where_to import leaving
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast

DEFAULT_CIVILIANS, DEFAULT_BY_STATE = 0.4, 0.25  # judgement, where the pack has no deaths by kind
EVEN = 0.1  # part of violence spread by people, so that no area is out of reach of it


def ground_from(country: Country, risk: Forecast, on_routes: float) -> tuple[Ground, tuple[str, ...]]:
    """Return the ground of a country, areas being the admin 2 areas of the forecast, and what a reader must know.

    Parameters
    ----------
    on_routes : share of killings that happen on routes: an assumption of the mandates

    Notes
    -----
    Deaths a month at the start are those of the forecast's draws, no fewer than events known from the twelve months
    before had, and no fewer than the flight of that year implies. Displaced people come from where violence is.
    """
    pcodes = list(risk.units.index)
    people = people_of(country, pcodes)
    first, next_to = neighbours_of(country, pcodes)
    draws = risk.draws.astype(float)
    by_area = draws.mean(axis=(1, 2))
    lived = people / people.sum()
    weight = (1 - EVEN) * by_area / by_area.sum() + EVEN * lived if by_area.sum() > 0 else lived
    known = _deaths_known(country)
    deaths = np.maximum(draws.sum(axis=0).mean(axis=0), known)
    civilians, by_state, remarks = _shares(country)
    refugees, inside, fled = _displaced(country)
    likelier, of_ways = leaving(country, pcodes, weight)
    remarks += of_ways
    if np.isnan(inside):
        remarks.append(
            Sentence(
                N_("Nobody counted people displaced inside the country by then: they are taken from those abroad.")
            )
        )
    if known > 0:
        remarks.append(
            Sentence(
                N_("Events known from the year before had {known:.0f} deaths a month: no draw starts lower."),
                known=known,
            )
        )
    ground = Ground(
        people=people,
        first=first,
        next_to=next_to,
        border=border_of(country, pcodes),
        weight=weight,
        from_area=weight,
        deaths=deaths,
        civilians=civilians,
        by_state=by_state,
        on_routes=on_routes,
        refugees=refugees,
        inside=inside,
        leaving=likelier,
        fled=fled,
        order=_order(country),
        agreement=0.0,
        month=int(str(risk.months[0])[5:7]),
    )
    return ground, tuple(remarks)


def people_of(country: Country, pcodes: list[str]) -> Floats:
    """Return people by area, at least one each."""
    home = country.places[country.places["admin2_pcode"].isin(pcodes)]
    summed = home.groupby("admin2_pcode")["population"].sum().reindex(pcodes).fillna(0.0)
    return np.asarray(np.maximum(summed.to_numpy(float), 1.0))


def neighbours_of(country: Country, pcodes: list[str]) -> tuple[Ints, Ints]:
    """Return areas that touch each other, as offsets and numbers."""
    shapes = country.areas.set_index("pcode")["geometry"].reindex(pcodes)
    tree = shapely.STRtree(shapes.to_numpy())
    one, other = tree.query(shapes.to_numpy(), predicate="intersects")
    kept = one != other
    order = np.lexsort((other[kept], one[kept]))
    rows, columns = one[kept][order], other[kept][order]
    return np.searchsorted(rows, np.arange(len(pcodes) + 1)).astype(np.int64), columns.astype(np.int64)


def border_of(country: Country, pcodes: list[str]) -> Floats:
    """Return each area's share of the crossings, by the nearest area."""
    found = np.zeros(len(pcodes))
    crossings = country.crossings
    if crossings.empty:
        return found
    shapes = country.areas.set_index("pcode")["geometry"].reindex(pcodes).to_numpy()
    points = shapely.points(crossings[["longitude", "latitude"]].to_numpy(float))
    np.add.at(found, shapely.STRtree(shapes).nearest(points), 1.0)
    return np.asarray(found / found.sum())


def _deaths_known(country: Country) -> float:
    """Return deaths a month in events dated in the twelve months up to the one looked from."""
    events = country.political_events
    last = country.month
    if events.empty:
        return 0.0
    months = events["date"].astype(str).str[:7]
    recent = events[(months > str(last + -12)) & (months <= str(last))]
    return float(recent[["deaths_min", "deaths_max"]].mean(axis=1).fillna(0.0).sum()) / 12


def _shares(country: Country) -> tuple[float, float, list[str]]:
    """Return the share of deaths that are civilians', and of those by the state, from the country's yearly record."""
    yearly = country.violence_yearly
    home = yearly[yearly["iso3"] == country.profile.iso3]
    summed = home.groupby(["type", "perpetrator"])["fatalities"].sum()

    def of(kind: str, who: str) -> float:
        return float(summed.get((kind, who), 0.0))

    every, one_sided = of("all", "any"), of("one_sided", "any")
    state, groups = of("one_sided", "government"), of("one_sided", "non_state")
    if every <= 0 or one_sided <= 0 or state + groups <= 0:
        return (
            DEFAULT_CIVILIANS,
            DEFAULT_BY_STATE,
            [Sentence(N_("The pack has no deaths by kind: their shares are judgement."))],
        )
    return min(one_sided / every, 0.95), state / (state + groups), []


def _displaced(country: Country) -> tuple[float, float, float]:
    """Return people abroad and inside as last known, and those who came abroad in a year; nan where nobody counted."""
    before = country.seen_from(country.month + -12, hindsight=country.hindsight)
    now, then = assess(country).table, assess(before).table
    abroad, earlier = (float(np.nan_to_num(_last(table, "1.1-ALL"))) for table in (now, then))
    return abroad, _last(now, f"1.4-{country.profile.iso3}"), max(abroad - earlier, 0.0)


def _last(table: pd.DataFrame, number: str) -> float:
    rows = table[table["number_id"] == number]
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def _order(country: Country) -> float:
    """Return 1 with constitutional order in the month looked from, 0 while it was broken as far as known then."""
    known = set(country.political_events["event_id"].astype(str))
    for one in country.profile.constitutional_order:
        if one.broken in known and not (one.restored and one.restored in known):
            return 0.0
    return 1.0
