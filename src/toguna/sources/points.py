"""Points on the ground: which area they lie in, how far they are from it, and what is wrong with the others."""

from __future__ import annotations

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas, normal_name
from toguna.sources.reading import Reading

# Borders are drawn, simplified and surveyed to a few kilometres: nearer than this, a point on the wrong side
# says nothing about the row.
NEAR_M = 5_000.0


def metric(longitude: pd.Series, latitude: pd.Series, crs: str) -> npt.NDArray[np.object_]:
    """Return the points in a projected system, in metres; missing coordinates give empty points."""
    points = geopandas.points_from_xy(longitude, latitude, crs="EPSG:4326")
    return np.asarray(geopandas.GeoSeries(points).to_crs(crs).to_numpy(), dtype=object)


def is_country(values: pd.Series, profile: Profile) -> pd.Series:
    """Return whether each cell names the profile's country: by ISO code of two or three letters, or by name."""
    known = {normal_name(word) for word in (profile.iso3, profile.iso2, *profile.name.values(), profile.ucdp_name)}
    return values.map(normal_name).isin(known - {""})


def on_country(
    reading: Reading, rows: pd.DataFrame, profile: Profile, atlas: Atlas
) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Return the rows on the country with `admin2_pcode`, and those off it as faults.

    A point up to 5 km outside the (simplified) outline belongs to the nearest area. Rows without
    coordinates are kept, with an empty P-code.
    """
    known = rows["longitude"].notna() & rows["latitude"].notna()
    codes = pd.Series(
        atlas.pcodes_at(rows["longitude"].to_numpy(), rows["latitude"].to_numpy()), index=rows.index, dtype=str
    )
    stray = rows[known & (codes == "") & atlas.is_inside_box(rows["longitude"], rows["latitude"])]
    codes.loc[stray.index] = nearest_area(stray, profile, atlas)
    off = known & (codes == "")
    faults = off_faults(reading.file, rows[off], atlas)
    return rows.assign(admin2_pcode=codes)[~off], faults


def nearest_area(rows: pd.DataFrame, profile: Profile, atlas: Atlas) -> list[str]:
    """Return the P-code of the admin 2 area within 5 km of each point; "" where there is none."""
    areas = atlas.areas[atlas.areas["level"] == 2].to_crs(profile.crs)
    points = metric(rows["longitude"], rows["latitude"], profile.crs)
    pairs = shapely.STRtree(areas.geometry.to_numpy()).query_nearest(points, max_distance=NEAR_M, all_matches=False)
    found = np.full(len(rows), "", dtype=object)
    found[pairs[0]] = areas["pcode"].to_numpy()[pairs[1]]
    return [str(code) for code in found]


def off_faults(file: str, rows: pd.DataFrame, atlas: Atlas) -> tuple[Fault, ...]:
    """Return a fault for each row off the country, saying what the coordinates look like."""
    return tuple(_off_fault(file, int(line), float(lon), float(lat), atlas)
                 for line, lon, lat in zip(rows.index, rows["longitude"], rows["latitude"], strict=True))  # fmt: skip


def _off_fault(file: str, line: int, lon: float, lat: float, atlas: Atlas) -> Fault:
    problem, remedy = "the point lies off the country", "Correct the coordinates, or the country of the row."
    turned = {
        "longitude and latitude seem swapped": (lat, lon, "Swap them."),
        "the longitude seems to lack its sign or to have it wrongly": (-lon, lat, "Change the sign of the longitude."),
    }
    for found, (x, y, cure) in turned.items():
        if atlas.pcodes_at([x], [y], level=0) != [""]:
            problem, remedy = found, cure
            break
    return Fault(file, line, "longitude, latitude", f"{lon:g}, {lat:g}", problem, remedy)
