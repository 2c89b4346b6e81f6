"""Civilians killed within 10 or 30 km of towns that ever held a peacekeeping base, by month and perpetrator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toguna.core.errors import DataError
from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import LATITUDE, LONGITUDE, Field
from toguna.sources.reading import Reading, once, read_delimited
from toguna.sources.source import About, Made, next_year

# *_all counts the dead; *_5 flags months with five and more, and is not needed beside it.
KILLED = {"ucdp_gov_vac_all": "government", "ucdp_reb_vac_all": "non_state"}
ELSEWHERE = "within_30km"  # the narrow radius is almost empty, and abroad it would only double the rows
FIELDS = (
    Field("base_id", "integer", low=0, example="1749"),
    LATITUDE,
    LONGITUDE,
    Field("year", "year"),
    Field("month", "integer", low=1, high=12),
    *(Field(name, "number", low=0) for name in KILLED),
)


class UcdpBaseTownMonth:
    """Reads `ucdp_base_town_month_10km_*.csv.gz` and `..._30km_...`; the radius comes from the file's name."""

    about = About(
        key="ucdp-base-town-month",
        title="Civilians killed near towns that ever held a peacekeeping base, by month",
        owner="Uppsala Conflict Data Program; Geo-PKO, Uppsala University",
        version="GED 22.1",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Sundberg and Melander 2013, Journal of Peace Research 50(4); Cil et al. 2020, Conflict Management "
        "and Peace Science 37(3)",
        url="",
        rhythm="never",
        lag=next_year(6),
    )
    files: tuple[str, ...] = ("ucdp_base_town_month_*km_*.csv", "ucdp_base_town_month_*km_*.csv.gz")
    provides: tuple[str, ...] = ("violence_monthly", "violence_elsewhere")

    def read(self, path: Path) -> Reading:
        """Return the town-months of one file."""
        radius = re.search(r"_(10|30)km", path.name)
        if radius is None:
            raise DataError(f"{path.name} does not say its radius. Name it ..._10km_... or ..._30km_... as downloaded.")
        reading = read_delimited(path, FIELDS, what="UCDP deaths of civilians by base town and month")
        return replace(once(reading, ["base_id", "year", "month"]), version=f"{radius[1]}km")

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the months of this country's towns, and at the wide radius those of towns elsewhere.

        A town is named `base-` and the owner's number. The owner does not say which country a town lies in.
        """
        frames = [self._months(reading, killed) for reading in readings for killed in KILLED]
        months = pd.concat(frames, ignore_index=True)
        months = months.drop_duplicates(["month", "unit_kind", "unit", "perpetrator"], keep="last")
        towns = months.drop_duplicates("unit")
        inside = [code != "" for code in atlas.pcodes_at(towns["longitude"], towns["latitude"], level=0)]
        own = months["unit"].isin(set(towns.loc[inside, "unit"]))
        elsewhere = months[~own & (months["unit_kind"] == ELSEWHERE)]
        return Made({"violence_monthly": months[own], "violence_elsewhere": elsewhere.assign(iso3="")})

    def _months(self, reading: Reading, killed: str) -> pd.DataFrame:
        rows = reading.rows
        written = [f"{year:.0f}-{month:02.0f}" for year, month in zip(rows["year"], rows["month"], strict=True)]
        months = pd.Series(written, index=rows.index, dtype=str)
        return pd.DataFrame(
            {
                "month": months,
                "unit_kind": f"within_{reading.version}",
                "unit": [f"base-{number:.0f}" for number in rows["base_id"]],
                "type": "one_sided",
                "perpetrator": KILLED[killed],
                "fatalities": rows[killed],
                "is_rescaled": False,
                "longitude": rows["longitude"],
                "latitude": rows["latitude"],
                "basis": "dataset",
                "source": self.about.key,
                "published": self.about.lag.published_all(months),
            }
        )
