"""World Food Programme: markets where prices are collected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from toguna.core.errors import Fault
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import Field
from toguna.sources.points import is_country, on_country
from toguna.sources.reading import Reading, read_delimited
from toguna.sources.source import About, Made, standing

FIELDS = (
    Field("market_id", aliases=("id",), example="255"),
    Field("market", aliases=("name", "market_name")),
    Field("countryiso3", aliases=("iso3", "country_iso3"), example="MLI"),
    Field("latitude", "number", aliases=("lat",), low=-90, high=90, empty=True, example="16.7705"),
    Field("longitude", "number", aliases=("lon", "long"), low=-180, high=180, empty=True, example="-3.0056"),
)


class WfpMarkets:
    """Reads `wfp_markets_*.csv` and its like; one row a market."""

    about = About(
        key="wfp-markets",
        title="Markets of the food price monitor",
        owner="World Food Programme",
        version="not stated",
        licence="CC BY-IGO",
        licence_basis="memory",
        citation="WFP, Global food prices: markets, Humanitarian Data Exchange",
        url="https://data.humdata.org/dataset/global-wfp-food-prices",
        rhythm="weekly",
        lag=standing(),
    )
    files: tuple[str, ...] = ("wfp_markets_*.csv",)
    provides: tuple[str, ...] = ("services",)

    def read(self, path: Path) -> Reading:
        """Return the markets of one file."""
        return read_delimited(path, FIELDS, what="WFP markets, one row a market")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's markets; is_usable says only that the owner lists them."""
        frames: list[pd.DataFrame] = []
        refused: list[Fault] = []
        for reading in readings:
            rows = reading.rows[is_country(reading.rows["countryiso3"], profile)]
            twice = rows["market_id"].duplicated()
            problem, remedy = "the identifier is used twice", "Keep one of the rows."
            refused += [
                Fault(reading.file, int(line), "market_id", code, problem, remedy)
                for line, code in rows.loc[twice, "market_id"].items()
            ]
            rows, faults = on_country(reading, rows[~twice], profile, atlas)
            refused += faults
            frames.append(rows)
        if not frames:
            return Made({}, tuple(refused))
        rows = pd.concat(frames, ignore_index=True).drop_duplicates("market_id", keep="last")
        return Made({"services": _services(rows, self.about)}, tuple(refused))


def _services(rows: pd.DataFrame, about: About) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "service_id": "wfp-" + rows["market_id"],
            "name": rows["market"],
            "kind": "market",
            "subtype": "",
            "admin2_pcode": rows["admin2_pcode"],
            "longitude": rows["longitude"],
            "latitude": rows["latitude"],
            "is_usable": True,
            "runway_m": np.nan,
            "runway_surface": "",
            "basis": "dataset",
            "source": about.key,
            "published": pd.Timestamp(about.lag.published("1900")),
        }
    )
