"""Panels from single events: by area, by PRIO-GRID cell, around places, along roads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import geopandas
import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from toguna.core.errors import DataError
from toguna.core.months import Month
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.forecasting.cells import cells_in, centre_of, gid_of, neighbours_of
from toguna.forecasting.editions import spoken
from toguna.forecasting.panel import Floats, Ints, Panel, by_row
from toguna.forecasting.placing import month_shares, place_whole, shares_by_name, shares_by_point
from toguna.forecasting.targets import target_of

_NEAREST = 5  # areas known by name alone: so many nearest ones count as touching
_ASIDE = ("all", "state_based", "by_government", "events")  # series kept beside the target


@dataclass(frozen=True, eq=False)
class Ground:
    """The units of a panel and how events fall into them.

    Attributes
    ----------
    units : one row a unit, as in `Panel.units`
    near : as in `Panel.near`
    shares : events x units
    """

    units: pd.DataFrame
    shares: sparse.csr_array = field(repr=False)
    near: dict[str, sparse.csr_array] = field(default_factory=dict, repr=False)


def events_panel(
    events: pd.DataFrame,
    ground: Ground,
    *,
    grain: str,
    target: str,
    first: Month | None = None,
    last: Month | None = None,
    placing: int = 1,
    precise_only: bool = False,
) -> Panel:
    """Return the panel of a target from events.

    Parameters
    ----------
    events : columns of the table `events`
    first, last : months the file covers; default: those its editions speak of
    placing : which of the ways to put imprecise events somewhere; the same number puts them in the same units
    precise_only : leave out events known to no better than the admin 2 area
    """
    if events["is_partial"].astype(bool).any():
        raise DataError(
            N_("These events are a partial sample: for places, never for totals. Name a whole file of events.")
        )
    when = spoken(events, first, last)
    start, months = when.first, len(when.known_from)
    number = start.year * 12 + start.month - 1
    in_months = month_shares(list(events["date_start"]), list(events["date_end"]), number, months)
    shares, remarks = ground.shares, _remarks(events, ground.shares)
    if precise_only:
        remarks = (*remarks, Sentence(N_("Events known to no better than an admin 1 area are left out.")))
        precise = events["where_precision"].fillna(1).to_numpy() <= 3
        shares = (sparse.diags_array(precise.astype(float)) @ shares).tocsr()
    names = events["event_id"].astype(str).tolist()
    beside = {
        kind: np.asarray((shares.multiply(_values(events, kind)[:, None])).T @ in_months.toarray())
        for kind in (*_ASIDE, target)
    }
    beside["expected"] = beside.pop(target) if target not in _ASIDE else beside[target]
    return Panel(
        grain,
        target,
        ground.units,
        start,
        place_whole(_values(events, target), shares, in_months, names, placing),
        when.known_from,
        beside=beside,
        near={kind: by_row(matrix) for kind, matrix in ground.near.items()},
        sources=tuple(sorted(set(events["source"]))),
        remarks=remarks,
    )


def _values(events: pd.DataFrame, kind: str) -> Floats:
    """Return what each event counts towards a target."""
    deaths: Floats = events["fatalities"].to_numpy(float)
    civilians: Floats = events["fatalities_civilians"].fillna(0).to_numpy(float)
    kinds = np.asarray(events["type"])
    if kind == "events":
        return np.ones(len(events))
    if kind == "all":
        return deaths
    if kind == "by_government":
        return np.where((kinds == "one_sided") & (np.asarray(events["perpetrator"]) == "government"), deaths, 0.0)
    if kind == "attacks":
        return np.asarray((kinds == "one_sided") | (civilians > 0), float)
    if kind == "civilians":
        return np.where(kinds == "one_sided", np.maximum(deaths, civilians), civilians)
    target_of(kind)
    return np.where(kinds == kind, deaths, 0.0)


def _remarks(events: pd.DataFrame, shares: sparse.csr_array) -> tuple[str, ...]:
    placed = np.asarray(shares.sum(axis=1)).ravel() > 0
    split = np.diff(shares.indptr) > 1
    remarks = []
    if split.any():
        remarks.append(
            Sentence(
                N_("{spread:,} of {count:,} events are known to an area only and were spread over it."),
                spread=split.sum(),
                count=len(events),
            )
        )
    if (~placed).any():
        remarks.append(Sentence(N_("{left:,} events lie in no unit and are left out."), left=(~placed).sum()))
    return tuple(remarks)


def cell_ground(events: pd.DataFrame, boundary: shapely.Geometry | None = None) -> Ground:
    """Return PRIO-GRID cells within a boundary (EPSG:4326), or within the hull of the events' points."""
    if boundary is None:
        points = events.dropna(subset=["longitude", "latitude"])
        boundary = shapely.MultiPoint(points[["longitude", "latitude"]].to_numpy()).convex_hull.buffer(0.25)
    cells = cells_in(boundary)
    lon, lat = centre_of(cells)
    units = pd.DataFrame({"name": cells.astype(str), "longitude": lon, "latitude": lat}, index=cells)

    def unit_of(longitude: Floats, latitude: Floats) -> Ints:
        gid = gid_of(longitude, latitude)
        at = np.searchsorted(cells, gid).clip(0, len(cells) - 1)
        return np.where(cells[at] == gid, at, -1)

    return Ground(units, shares_by_point(events, unit_of, len(cells)), {"touching": neighbours_of(cells)})


def named_ground(events: pd.DataFrame) -> Ground:
    """Return the admin 2 areas as the events' owner names them; the nearest five count as touching."""
    named = events[(events["admin1_name"] != "") & (events["admin2_name"] != "")]
    if named.empty:
        raise DataError(N_("The events name no admin 2 areas. Use a pack with boundaries, or forecast by cell."))
    middle = named.groupby(["admin1_name", "admin2_name"])[["longitude", "latitude"]].mean()
    names = pd.DataFrame(list(middle.index), columns=["admin1", "admin2"])
    units = pd.DataFrame(
        {"name": names["admin2"].to_numpy(), **{axis: middle[axis].to_numpy() for axis in middle}},
        index=[f"{one} / {two}" for one, two in middle.index],
    )
    apart = np.hypot(
        (units["longitude"].to_numpy()[:, None] - units["longitude"].to_numpy())
        * np.cos(np.radians(units["latitude"].to_numpy())),
        units["latitude"].to_numpy()[:, None] - units["latitude"].to_numpy(),
    )
    np.fill_diagonal(apart, np.inf)
    many = min(_NEAREST, len(units) - 1)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :many]
    rows = np.repeat(np.arange(len(units)), many)
    near = sparse.csr_array((np.ones(rows.size), (rows, nearest.ravel())), shape=(len(units),) * 2)
    return Ground(units, shares_by_name(events, names), {"touching": near})


def area_ground(country: Country, events: pd.DataFrame) -> Ground:
    """Return the pack's admin 2 areas."""
    areas = geopandas.GeoDataFrame(country.areas[country.areas["level"] == 2], geometry="geometry", crs="EPSG:4326")
    if areas.empty:
        raise DataError(N_("The pack has no admin 2 areas. Forecast by cell, or build it with boundaries."))
    tree, shapes = shapely.STRtree(areas.geometry.to_numpy()), areas.geometry.to_numpy()
    middle = shapely.point_on_surface(shapes)
    units = pd.DataFrame(
        {"name": areas["name"].to_numpy(), "longitude": shapely.get_x(middle), "latitude": shapely.get_y(middle)},
        index=areas["pcode"].to_numpy(),
    )

    def unit_of(longitude: Floats, latitude: Floats) -> Ints:
        found = np.full(len(longitude), -1, np.int64)
        point, area = tree.query(shapely.points(longitude, latitude), predicate="intersects")
        found[point[::-1]] = area[::-1]
        return found

    one, two = tree.query(shapes, predicate="touches")
    near = sparse.csr_array((np.ones(len(one)), (one, two)), shape=(len(units),) * 2)
    return Ground(units, shares_by_point(events, unit_of, len(units)), {"touching": near})


def without(panel: Panel, *series: str) -> Panel:
    """Return the panel without some of the series beside its target."""
    return replace(panel, beside={name: one for name, one in panel.beside.items() if name not in series})
