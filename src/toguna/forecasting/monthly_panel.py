"""Panels from monthly series: countries, and towns that ever held a peacekeeping base."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toguna.core.errors import DataError
from toguna.core.months import Month
from toguna.core.words import N_, Sentence
from toguna.country.country import Country
from toguna.forecasting.panel import Panel

TYPES = {"all": "all", "one_sided": "one_sided", "state_based": "state_based", "civilians": "one_sided"}
_INFLATED = Sentence(
    N_("The series by type spreads an event of several days over a day too many: its level is 11-17 % too high.")
)


def months_panel(rows: pd.DataFrame, *, grain: str, target: str, units: pd.DataFrame | None = None) -> Panel:
    """Return the panel of rows `unit, month, value, published` (and `source`), one a unit and month.

    Units begin and end at different times in no series here: the panel spans the months all units have, and a month
    missing inside is an error, because missing is not zero.
    """
    if rows.empty:
        raise DataError(
            N_("There is no monthly series of {target} by {grain}. Add one to the pack, or name a file."),
            target=target,
            grain=grain,
        )
    numbers = _numbers(rows["month"])
    spans = numbers.groupby(rows["unit"]).agg(["min", "max"])
    start, end = int(spans["min"].max()), int(spans["max"].min())
    if end < start:
        raise DataError(N_("The series of the units do not overlap in time. Leave out those that ended early."))
    inside = numbers.between(start, end)
    table = rows[inside].assign(number=numbers[inside])
    # A month no row speaks of, or an empty value, must stay missing.
    wide = table.groupby(["unit", "number"])["value"].sum(min_count=1).unstack().reindex(columns=range(start, end + 1))
    published = pd.to_datetime(table["published"]).groupby(table["number"]).max().reindex(wide.columns)
    known = (published.dt.year * 12 + published.dt.month - 1 - start).ffill().to_numpy()
    if units is None:
        units = pd.DataFrame({"name": wide.index.astype(str)}, index=wide.index)
    sources = tuple(sorted(set(table["source"]))) if "source" in table else ()
    return Panel(
        grain,
        target,
        units.reindex(wide.index),
        Month(start // 12, start % 12 + 1),
        wide.to_numpy(float),
        known.astype(np.int64),
        sources=sources,
    )


def country_panel(country: Country, target: str = "all") -> Panel:
    """Return deaths by month in the country and, so that models can be pooled, in others of the region."""
    series = TYPES.get(target)
    if series is None:
        raise DataError(
            N_("No monthly series by country counts {target}. Choose one of {known}."),
            target=target,
            known=", ".join(TYPES),
        )
    own = country.violence_monthly
    both = pd.concat([own, country.violence_elsewhere], ignore_index=True)
    rows = both[(both["unit_kind"] == "country") & (both["type"] == series) & (both["perpetrator"] == "any")]
    rows = rows[rows["source"] == rows.loc[rows["unit"] == country.profile.iso3, "source"].max()]
    panel = months_panel(rows.rename(columns={"fatalities": "value"}), grain="country", target=target)
    remarks = (_INFLATED,) if rows["is_rescaled"].astype(bool).any() else ()
    return _remark(panel, remarks)


def town_panel(country: Country, *, km: int = 30) -> Panel:
    """Return civilians killed near base towns by month: those of the country and, to pool over, of the region."""
    both = pd.concat([country.violence_monthly, country.violence_elsewhere], ignore_index=True)
    rows = both[both["unit_kind"] == f"within_{km}km"]
    if rows.empty:
        raise DataError(
            N_("The pack holds no series around base towns. Build it with a file ucdp_base_town_month_30km_*.")
        )
    summed = rows.groupby(["unit", "month"], as_index=False).agg(
        value=("fatalities", "sum"), published=("published", "max"), source=("source", "first")
    )
    points = rows.drop_duplicates("unit").set_index("unit")[["longitude", "latitude"]]
    home = rows.drop_duplicates("unit").set_index("unit").get("iso3", pd.Series(dtype=str)).fillna(country.profile.iso3)
    units = points.assign(name=points.index.astype(str), iso3=home.reindex(points.index))
    panel = months_panel(summed, grain="town", target="one_sided", units=units)
    own = int((panel.units["iso3"] == country.profile.iso3).sum())
    remark = Sentence(
        N_("{own} towns of {country} among {count}: a thin series, to {last}."),
        own=own,
        country=country.profile.label("en"),
        count=len(panel.units),
        last=panel.last,
    )
    return _remark(panel, (remark,))


def _remark(panel: Panel, remarks: tuple[str, ...]) -> Panel:
    return replace(panel, remarks=panel.remarks + remarks)


def _numbers(months: pd.Series) -> pd.Series:
    parts = months.astype(str).str.split("-", expand=True).astype(int)
    numbers: pd.Series = parts[0] * 12 + parts[1] - 1
    return numbers
