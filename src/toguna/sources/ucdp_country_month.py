"""Deaths by country and month, as summed from UCDP GED: all types, or by type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from toguna.country.profile import Profile
from toguna.sources.atlas import Atlas
from toguna.sources.fields import Field
from toguna.sources.reading import Reading, once, read_delimited
from toguna.sources.source import About, Made, next_year

BY_TYPE = "22.1"  # the edition the series by type was summed from; its name is also how a reading is told apart
TYPES = {"sb": "state_based", "ns": "non_state", "os": "one_sided"}
_UNIT = (Field("month", "month"), Field("iso3", example="MLI"))


class UcdpCountryMonth:
    """Reads `ucdp_country_month_*.csv`: `month, iso3, fatalities_best` or `month, iso3, sb, ns, os`.

    The series by type spreads an event of several days over one day too many, which inflates its months by a tenth
    and more. Its rows are marked, so that its shape can be used and its totals never are.
    """

    about = About(
        key="ucdp-country-month",
        title="Deaths in organised violence by country and month, from UCDP GED",
        owner="Uppsala Conflict Data Program",
        version="not stated, 25.1 or later",
        licence="CC BY 4.0",
        licence_basis="stated",
        citation="Sundberg and Melander 2013, Journal of Peace Research 50(4); Davies et al. 2025, UCDP GED",
        url="https://ucdp.uu.se/downloads/",
        rhythm="yearly",
        lag=next_year(6),
    )
    files: tuple[str, ...] = ("ucdp_country_month_*.csv",)
    provides: tuple[str, ...] = ("violence_monthly", "violence_elsewhere")

    def read(self, path: Path) -> Reading:
        """Return the months of one file, of either form."""
        if "bytype" in path.name.lower():
            fields = (*_UNIT, *(Field(name, "number", low=0) for name in TYPES))
            reading = read_delimited(path, fields, what="UCDP deaths by country, month and type")
            return replace(once(reading, ["iso3", "month"]), version=BY_TYPE)
        fields = (*_UNIT, Field("fatalities_best", "number", aliases=("best",), low=0))
        return once(read_delimited(path, fields, what="UCDP deaths by country and month"), ["iso3", "month"])

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:  # noqa: ARG002
        """Return the months of this country and of all others; the two forms keep apart by version."""
        months = pd.concat([self._months(reading) for reading in readings], ignore_index=True)
        months = months.drop_duplicates(["source", "month", "unit", "type"], keep="last")
        own = months["unit"] == profile.iso3
        elsewhere = months[~own].assign(iso3=months.loc[~own, "unit"])
        return Made({"violence_monthly": months[own], "violence_elsewhere": elsewhere})

    def _months(self, reading: Reading) -> pd.DataFrame:
        by_type = reading.version == BY_TYPE
        kinds = TYPES if by_type else {"fatalities_best": "all"}
        named = reading.rows[["month"]].assign(unit=reading.rows["iso3"])
        parts = [named.assign(type=kind, fatalities=reading.rows[name]) for name, kind in kinds.items()]
        months = pd.concat(parts, ignore_index=True)
        return months.assign(
            unit_kind="country",
            perpetrator="any",
            is_rescaled=by_type,
            longitude=float("nan"),
            latitude=float("nan"),
            basis="dataset",
            source=f"{self.about.key}@{BY_TYPE}" if by_type else self.about.key,
            published=self.about.lag.published_all(months["month"]),
        )
