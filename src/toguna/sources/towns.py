"""Populations of towns, as an ingredient for the populations of settlements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.points import is_country, on_country
from toguna.sources.reading import Reading
from toguna.sources.source import About, Made

COLUMNS = ("name", "longitude", "latitude", "population", "year", "iso3", "file", "line")


def towns_of(parts: Sequence[tuple[Reading, pd.DataFrame]], about: About, profile: Profile, atlas: Atlas) -> Made:
    """Return this country's towns of all files as the ingredient `_towns`, and those off the country as faults.

    Each part is a reading with its rows: name, longitude, latitude, population, country, and year where the
    owner states one. `file` and `line` say where a figure stands, should it be refused later.
    """
    frames: list[pd.DataFrame] = []
    refused: list[Fault] = []
    for reading, rows in parts:
        own, faults = on_country(reading, rows[is_country(rows["country"], profile)], profile, atlas)
        refused += faults
        own = own.assign(iso3=profile.iso3, year=own.get("year", np.nan), file=reading.file, line=own.index)
        frames.append(own[list(COLUMNS)])
    towns = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))
    towns = towns.assign(basis="dataset", source=about.key, published=pd.Timestamp(about.lag.published("1900")))
    return Made({"_towns": towns}, tuple(refused))
