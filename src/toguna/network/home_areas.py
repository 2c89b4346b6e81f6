"""Which area of the country a point belongs to, where only settlements say so."""

from __future__ import annotations

import pandas as pd

from toguna.country import Country
from toguna.network.geodesy import great_circle_km


def nearest_areas(country: Country, points: pd.DataFrame) -> list[str]:
    """Return the admin 2 area of the settlement of the country nearest to each point; none without settlements.

    Parameters
    ----------
    points : columns longitude and latitude, degrees; rows that repeat a point are looked up once
    """
    home = country.places[(country.places["iso3"] == country.profile.iso3) & (country.places["admin2_pcode"] != "")]
    if home.empty:
        return []
    wanted = [(float(lon), float(lat)) for lon, lat in points[["longitude", "latitude"]].itertuples(index=False)]
    found = {}
    for lon, lat in dict.fromkeys(wanted):
        far = great_circle_km(lon, lat, home["longitude"], home["latitude"])
        found[lon, lat] = str(home["admin2_pcode"].iloc[int(far.argmin())])
    return [found[point] for point in wanted]
