"""Harm a plan can avert: in towns, and on the roads between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from toguna.country.country import Country
from toguna.forecasting.forecast import Forecast
from toguna.forecasting.risk_ahead import harm_at_places
from toguna.network.home_areas import nearest_areas
from toguna.planning.posture import Floats


def harm_ahead(country: Country, risk: Forecast, on_routes: float) -> tuple[pd.DataFrame, Floats]:
    """Return where harm is expected, towns first, then roads; and how much, places x months x draws, deaths.

    A share of each area's harm lies on its roads, in proportion to their length; an area without a known road has all
    of it in its towns. A road stands for itself by its middle. Neither split is validated.

    Parameters
    ----------
    on_routes : share of an area's harm on its roads, 0 to 1: an assumption of the mandate

    Returns
    -------
    places : place_id (of a road: link_id), name, admin2_pcode, longitude, latitude, population (of a road: 0), is_route
    draws : places x months x draws
    """
    found = harm_at_places(country, risk)
    towns = found.places.assign(is_route=False)
    routes = _routes(country, risk)
    if routes.empty or on_routes == 0:
        return towns, found.draws.astype(float)
    by_area = np.zeros((len(risk.units), *found.draws.shape[1:]))
    np.add.at(by_area, risk.units.index.get_indexer(towns["admin2_pcode"]), found.draws)
    length = routes["length_km"] / routes.groupby("admin2_pcode")["length_km"].transform("sum")
    area = risk.units.index.get_indexer(routes["admin2_pcode"])
    there = by_area[area] * (on_routes * length.to_numpy(float))[:, None, None]
    in_towns = np.where(towns["admin2_pcode"].isin(routes["admin2_pcode"]), 1 - on_routes, 1.0)
    places = pd.concat([towns, routes.drop(columns="length_km")], ignore_index=True)
    return places, np.concatenate([found.draws * in_towns[:, None, None], there])


def _routes(country: Country, risk: Forecast) -> pd.DataFrame:
    """Return the known roads of the country by their middle."""
    links = country.links[country.links["link_basis"] != "synthetic"]
    middle = shapely.line_interpolate_point(np.asarray(links["geometry"]), 0.5, normalized=True)
    outline = country.areas[country.areas["level"] == 0].geometry.iloc[0]
    kept = shapely.contains_xy(outline, shapely.get_x(middle), shapely.get_y(middle))
    links, middle = links[kept], middle[kept]
    ends = zip(links["from_name"], links["to_name"], links["link_id"], strict=True)
    found = pd.DataFrame(
        {
            "place_id": links["link_id"].to_numpy(),
            "name": [f"{one} – {other}" if one and other else str(code) for one, other, code in ends],
            "longitude": shapely.get_x(middle),
            "latitude": shapely.get_y(middle),
            "population": 0.0,
            "length_km": links["length_km"].to_numpy(float),
            "is_route": True,
        }
    )
    areas = nearest_areas(country, found) if len(found) else []
    found = found.assign(admin2_pcode=areas)
    return found[found["admin2_pcode"].isin(risk.units.index)].reset_index(drop=True)
