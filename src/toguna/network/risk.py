"""Risk on the road: violent events near each link, by distance and age, met by a convoy in the time it takes."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.core.months import Month
from toguna.country import Country
from toguna.network.parameters import parameters
from toguna.network.roads import Floats, Ints, Roads

HOURS_A_MONTH = 730.5
_CUT = 4.0  # reaches beyond which an event does not count


@dataclass(frozen=True, eq=False)
class LinkRisk:
    """Events expected near links, and what a convoy expects to meet.

    Attributes
    ----------
    intensity : weighted violent events a month near each link
    per_passage : events a passing convoy expects to meet on each link; additive over links
    events : the events used: date, place, longitude, latitude, weight (1 an event), table, row
    is_known : whether a series of events reaches into the last half life; else no event is no evidence of safety
    """

    intensity: Floats
    per_passage: Floats
    events: pd.DataFrame = field(repr=False)
    is_known: bool


def link_risk(country: Country, roads: Roads, month: Month) -> LinkRisk:
    """Return the risk of each link in a month, from what the country shows of the time before it.

    An event of distance d (km) and age m (months) counts exp(-d / reach) 2^(-m / half life); the sum, divided by the
    months' total weight, is events a month. A convoy on the link for h of the month's 730 hours expects to meet
    intensity x h / 730 x convoy_draw of them. Parameters: `parameters.yaml`, judgement.
    """
    choice = parameters().risk
    events = incidents(country, month, choice.look_back_months)
    intensity = np.zeros(len(roads.start))
    if len(events):
        reach = choice.reach_km * 1000
        pairs = _near(country, roads, events, _CUT * reach)
        age = month.since(Month.parse("2000-01")) - events["month_number"].to_numpy()
        weight = events["weight"].to_numpy() * 0.5 ** (age / choice.half_life_months)
        np.add.at(intensity, pairs[1], weight[pairs[0]] * np.exp(-pairs[2] / reach))
        months = np.arange(choice.look_back_months)
        intensity /= float((0.5 ** (months / choice.half_life_months)).sum())
    hours = np.where(np.isfinite(roads.hours), roads.hours, 0.0)
    per_passage = intensity * hours / HOURS_A_MONTH * choice.convoy_draw
    return LinkRisk(intensity, per_passage, events, _reaches(country, month.back(round(choice.half_life_months))))


def _reaches(country: Country, month: Month) -> bool:
    """Return whether single events, or the series of base towns, are known up to a month."""
    towns = country.violence_monthly
    towns = towns[towns["unit_kind"] == "within_10km"]
    lasts = [country.events["date_start"].max(), towns["month"].max()]
    return any(isinstance(last, str) and last[:7] >= str(month) for last in lasts)


def incidents(country: Country, month: Month, look_back: int) -> pd.DataFrame:
    """Return violent events with a point up to a month: single events, and months of killings near base towns."""
    parts = [_events(country), _base_towns(country)]
    found = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[0]
    last = month.since(Month.parse("2000-01"))
    inside = found["month_number"].between(last - look_back + 1, last)
    return found[inside].reset_index(drop=True)


_COLUMNS = ("date", "place", "longitude", "latitude", "weight", "month_number", "table", "row")


def _events(country: Country) -> pd.DataFrame:
    rows = country.events.dropna(subset=["longitude", "latitude"])
    rows = rows[rows["fatalities"] > 0]
    return _made(rows, rows["date_start"], rows["place"], "events")


def _base_towns(country: Country) -> pd.DataFrame:
    """Return one event for each month with civilians killed within 10 km of a town that ever held a base."""
    rows = country.violence_monthly
    rows = rows[(rows["unit_kind"] == "within_10km") & (rows["fatalities"] > 0)]
    return _made(rows, rows["month"] + "-15", rows["unit"], "violence_monthly")


def _made(rows: pd.DataFrame, date: pd.Series, place: pd.Series, table: str) -> pd.DataFrame:
    months = [Month.parse(str(day)[:7]).since(Month.parse("2000-01")) for day in date]
    values = [
        date,
        place,
        rows["longitude"].astype(float),
        rows["latitude"].astype(float),
        1.0,
        months,
        table,
        rows.index,
    ]
    return pd.DataFrame(dict(zip(_COLUMNS, values, strict=True)))


def _near(country: Country, roads: Roads, events: pd.DataFrame, far: float) -> tuple[Ints, Ints, Floats]:
    """Return event, link and metres of all pairs nearer than a distance."""
    crs = country.profile.crs
    points = geopandas.GeoSeries(
        geopandas.points_from_xy(events["longitude"], events["latitude"], crs="EPSG:4326")
    ).to_crs(crs)
    lines = geopandas.GeoSeries(roads.table["geometry"], crs="EPSG:4326").to_crs(crs).to_numpy()
    event, link = shapely.STRtree(lines).query(points.to_numpy(), predicate="dwithin", distance=far)
    return event, link, shapely.distance(points.to_numpy()[event], lines[link])


def near_links(country: Country, roads: Roads, events: pd.DataFrame, km: float) -> pd.DataFrame:
    """Return pairs of event and link nearer than a distance: columns event, link."""
    if events.empty:
        return pd.DataFrame({"event": [], "link": []}, dtype=int)
    event, link, _ = _near(country, roads, events, km * 1000)
    return pd.DataFrame({"event": event, "link": link})
