"""What a forecast means on the roads and where people live: risk of each link, and harm by place for plans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast
from toguna.forecasting.models.model import Draws
from toguna.network.parameters import parameters
from toguna.network.risk import HOURS_A_MONTH, LinkRisk, link_risk
from toguna.network.roads import Roads

_LEAST_RECENT = 0.5  # deaths or events a month; a quieter year is no measure of how much more is to come


def link_risk_ahead(country: Country, roads: Roads, risk: Forecast, month: str | Month) -> LinkRisk:
    """Return the risk of each link in a month of a forecast, to be handed to `corridors`.

    A forecast by link gives its events near each link. One by country, admin 2 area or cell scales the links' risk on
    record by what is expected in all against the last twelve known months: which links are worse than others is then
    no forecast, only how much there is to meet.
    """
    when = Month.parse(month)
    if when not in risk.months:
        span = f"{risk.months[0]} to {risk.months[-1]}"
        raise AskError(
            N_("The forecast covers {span}, not {when}. Ask for a month of it, or forecast further ahead."),
            span=span,
            when=when,
        )
    column = risk.months.index(when)
    known = link_risk(country, roads, min(country.month, when))
    if risk.panel.grain == "link":
        mean = pd.Series(risk.draws[:, column].mean(axis=-1), risk.units.index)
        intensity = mean.reindex(roads.table["link_id"]).fillna(0.0).to_numpy(float)
        hours = np.where(np.isfinite(roads.hours), roads.hours, 0.0)
        passed = intensity * hours / HOURS_A_MONTH * parameters().risk.convoy_draw
        return LinkRisk(intensity, passed, known.events, is_known=True)
    expected = float(risk.draws[:, column].sum(axis=0).mean())
    factor = expected / max(float(risk.recent.sum()), _LEAST_RECENT)
    return replace(known, intensity=known.intensity * factor, per_passage=known.per_passage * factor)


@dataclass(frozen=True, eq=False)
class Harm:
    """Deaths expected where people live, for plans to avert.

    Attributes
    ----------
    places : one row a settlement: place_id, name, admin2_pcode, longitude, latitude, population
    months : months of the forecast
    draws : places x months x draws, deaths; a place's part of its area's, so no whole numbers
    validated : False: within areas by people alone, and areas by long-run shares where the forecast says so
    """

    places: pd.DataFrame
    months: tuple[Month, ...]
    draws: Draws = field(repr=False)
    validated: bool = False


def harm_at_places(country: Country, risk: Forecast, *, least_people: float = 5_000.0) -> Harm:
    """Return an admin 2 forecast shared out among the area's larger settlements by people.

    Parameters
    ----------
    least_people : settlements below it are left to the largest one of their area
    """
    if risk.panel.grain != "admin2":
        raise AskError(
            N_("Harm by place needs a forecast by admin2, this one is by {grain}. Ask --grain admin2."),
            grain=risk.panel.grain,
        )
    home = country.places[country.places["admin2_pcode"].isin(risk.units.index)]
    home = home[home["population"].fillna(0) > 0]
    largest = home.sort_values("population", ascending=False, kind="stable").drop_duplicates("admin2_pcode").index
    kept = home[(home["population"] >= least_people) | home.index.isin(largest)]
    share = kept["population"] / kept.groupby("admin2_pcode")["population"].transform("sum")
    area = risk.units.index.get_indexer(kept["admin2_pcode"])
    draws = risk.draws[area] * share.to_numpy(np.float32)[:, None, None]
    names = ["place_id", "name", "admin2_pcode", "longitude", "latitude", "population"]
    return Harm(kept[names].reset_index(drop=True), risk.months, draws)
