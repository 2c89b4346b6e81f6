"""Which area a point or a name belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import geopandas
import numpy as np
import pandas as pd
import shapely

from toguna.country.profile import Profile

_NOISE = re.compile(r"[^a-z0-9]+")


def normal_name(name: str) -> str:
    """Return a name stripped of accents, case, hyphens and apostrophes, for joining lists by name.

    Examples
    --------
    >>> normal_name("Gourma-Rharous") == normal_name("GOURMA RHAROUS"), normal_name("Ségou")
    (True, 'segou')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NOISE.sub("", plain.lower())


class Atlas:
    """The country's areas, asked by point or by name.

    Parameters
    ----------
    profile : aliases of area names and the bounding box come from here
    areas : table `areas`
    """

    def __init__(self, profile: Profile, areas: geopandas.GeoDataFrame) -> None:
        self.profile = profile
        self.areas = areas
        self._aliases = {normal_name(a): normal_name(b) for a, b in profile.area_aliases.items()}
        self._level = {level: areas[areas["level"] == level].reset_index(drop=True) for level in range(4)}

    def pcodes_at(self, longitude: Sequence[float], latitude: Sequence[float], level: int = 2) -> list[str]:
        """Return the P-code of the area each point lies in; "" outside the country or without a point."""
        frame = self._level[level]
        points = shapely.points(np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float))
        found = np.full(len(points), "", dtype=object)
        for_point, for_area = shapely.STRtree(frame["geometry"].to_numpy()).query(points, predicate="intersects")
        # A point on a shared border lies in both areas; the first by P-code takes it.
        order = np.lexsort((frame["pcode"].to_numpy()[for_area], for_point))[::-1]
        found[for_point[order]] = frame["pcode"].to_numpy()[for_area[order]]
        return [str(code) for code in found]

    def pcodes_named(self, names: pd.Series, level: int = 2) -> pd.Series:
        """Return the P-code of the area each name means; "" where no area or more than one has it."""
        known: Mapping[str, str] = self._by_name(level)
        keys = [normal_name(str(name)) for name in names]
        return pd.Series([known.get(self._aliases.get(key, key), "") for key in keys], index=names.index, dtype=str)

    def is_inside_box(self, longitude: pd.Series, latitude: pd.Series) -> pd.Series:
        """Return whether points lie in the country's bounding box."""
        west, south, east, north = self.profile.bbox
        return longitude.between(west, east) & latitude.between(south, north)

    def _by_name(self, level: int) -> dict[str, str]:
        frame = self._level[level]
        keys = frame["name"].map(normal_name)
        single = ~keys.duplicated(keep=False)
        return dict(zip(keys[single], frame.loc[single, "pcode"], strict=True))
