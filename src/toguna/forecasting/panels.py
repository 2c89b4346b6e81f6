"""Which panel a question is answered from: what the pack holds for the grain and target asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.core.errors import AskError, DataError
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.forecasting.cells import SIDE
from toguna.forecasting.events_panel import Ground, area_ground, cell_ground, events_panel, named_ground
from toguna.forecasting.monthly_panel import country_panel, town_panel
from toguna.forecasting.panel import GRAINS, Panel
from toguna.forecasting.roadside import link_ground, place_ground
from toguna.forecasting.surroundings import with_surroundings
from toguna.forecasting.targets import target_of

LEAST_MONTHS = 48  # from the first event to the last


@dataclass(frozen=True, eq=False)
class Asked:
    """A panel and what of it was asked for.

    Attributes
    ----------
    own : units that are forecast; the others lend strength; None is all
    shapes : area of each unit (EPSG:4326), where there is one
    is_allocated : whether the panel is the country's, to be allocated to its areas
    """

    panel: Panel
    own: Sequence[str] | None = None
    shapes: geopandas.GeoSeries | None = field(default=None, repr=False)
    is_allocated: bool = False


def panel_of(country: Country, grain: str, target: str | None = None) -> Asked:
    """Return the panel of a country at a grain; without a whole file of events, areas get the country's panel."""
    if grain not in GRAINS:
        raise AskError(N_("There is no grain {grain!r}. Choose one of {known}."), grain=grain, known=", ".join(GRAINS))
    if target is not None:
        target_of(target)
    iso3 = country.profile.iso3
    events = whole_file(country)
    if grain == "town":
        towns = town_panel(country)
        return Asked(towns, list(towns.units.index[towns.units["iso3"] == iso3]))
    if grain == "country" or (grain == "admin2" and events.empty):
        whole = with_surroundings(country_panel(country, target or "all"), country)
        if iso3 not in whole.units.index:
            raise DataError(N_("The pack holds no monthly series of {country}."), country=country.profile.label("en"))
        return Asked(whole, [iso3], area_shapes(country) if grain == "admin2" else None, is_allocated=grain == "admin2")
    if events.empty:
        raise DataError(
            N_(
                "The pack holds no whole file of events, so nothing can be forecast by {grain}. Build it "
                "with your UCDP GED file or ACLED export, or ask for --grain country or admin2."
            ),
            grain=grain,
        )
    ground, shapes = _ground(country, events, grain)
    panel = events_panel(events, ground, grain=grain, target=target or "one_sided")
    return Asked(with_surroundings(panel, country), shapes=shapes)


def panel_of_events(
    events: pd.DataFrame,
    grain: str,
    target: str | None = None,
    *,
    boundary: shapely.Geometry | None = None,
    precise_only: bool = False,
    placing: int = 1,
) -> Asked:
    """Return the panel of a file of events alone, by cell or by the areas its owner names."""
    if grain not in {"cell", "admin2"}:
        raise AskError(
            N_("A file of events alone can be forecast by cell or admin2, not by {grain}. Name a pack."), grain=grain
        )
    ground = cell_ground(events, boundary) if grain == "cell" else named_ground(events)
    panel = events_panel(
        events, ground, grain=grain, target=target or "one_sided", precise_only=precise_only, placing=placing
    )
    return Asked(panel, shapes=_boxes(ground) if grain == "cell" else None)


def whole_file(country: Country) -> pd.DataFrame:
    """Return the events, unless they are a sample or a few months: too little to learn from, and not whole either."""
    events = country.events[~country.events["is_partial"].astype(bool)].reset_index(drop=True)
    months = events["date_start"].str[:7]
    long_enough = len(events) > 0 and Month.parse(months.max()).since(Month.parse(months.min())) >= LEAST_MONTHS
    return events if long_enough else events.iloc[:0]


def _ground(country: Country, events: pd.DataFrame, grain: str) -> tuple[Ground, geopandas.GeoSeries | None]:
    if grain == "admin2":
        return area_ground(country, events), area_shapes(country)
    if grain == "place":
        return place_ground(country, events), None
    if grain == "link":
        return link_ground(country, events)
    whole = country.areas[country.areas["level"] == 0]
    if whole.empty:
        raise DataError(N_("The pack has no boundary of the country. Build it with boundaries of level 0."))
    ground = cell_ground(events, shapely.union_all(np.asarray(whole["geometry"])))
    return ground, _boxes(ground)


def area_shapes(country: Country) -> geopandas.GeoSeries:
    """Return the pack's admin 2 areas by P-code (EPSG:4326)."""
    areas = country.areas[country.areas["level"] == 2]
    return geopandas.GeoSeries(np.asarray(areas["geometry"]), index=areas["pcode"].to_numpy(), crs="EPSG:4326")


def _boxes(ground: Ground) -> geopandas.GeoSeries:
    lon, lat, half = ground.units["longitude"], ground.units["latitude"], SIDE / 2
    boxes = shapely.box(lon - half, lat - half, lon + half, lat + half)
    return geopandas.GeoSeries(boxes, index=ground.units.index, crs="EPSG:4326")
