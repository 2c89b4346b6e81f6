"""Principle 4: protection of civilians in towns and on roads."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.distance import nearest_km
from toguna.assessment.humanitarian_access import population_cautions, residents
from toguna.assessment.indicator import Caution, Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.parameters import parameters
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country

_REFERENCE = N_("Principle 4: protection of civilians as every force's first task")
EVENTS_LAST = 36  # months after which the last events on record say nothing of where it is hot now
TYPE_NAMES = {
    "state_based": N_("state-based conflict"),
    "non_state": N_("non-state conflict"),
    "one_sided": N_("violence against civilians (one-sided)"),
}


def monthly_deaths(country: Country) -> pd.DataFrame:
    """Return the country's monthly deaths of all types, one series only, oldest first."""
    rows = country.violence_monthly
    rows = rows[(rows["unit"] == country.profile.iso3) & (rows["unit_kind"] == "country") & (rows["type"] == "all")]
    rows = rows[(rows["perpetrator"] == "any") & ~rows["is_rescaled"].astype(bool)]
    return rows.sort_values(["month", "published"], kind="stable").drop_duplicates("month", keep="last")


@indicator(
    "4.1",
    label=N_("Deaths in organised violence, twelve months"),
    unit=N_("deaths"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def deaths_twelve_months(country: Country) -> list[Figure]:
    """Sum of UCDP's best estimates over the last twelve months of the country-month series, all types."""
    rows = monthly_deaths(country).tail(12)
    if len(rows) < 12:
        return missing(country, N_("Fewer than twelve months of deaths had been published."))
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(rows["month"].iloc[-1]),
            float(rows["fatalities"].sum()),
            SubjectKind.COUNTRY,
            rows={"violence_monthly": rows.index},
        )
    ]


def yearly(country: Country, kind: str, perpetrator: str) -> pd.DataFrame:
    """Return the newest year of deaths of a type and kind of perpetrator."""
    rows = country.violence_yearly
    rows = rows[(rows["iso3"] == country.profile.iso3) & (rows["type"] == kind) & (rows["perpetrator"] == perpetrator)]
    return rows.sort_values(["year", "published"], kind="stable").tail(1)


def yearly_figure(country: Country, subject: str, name: str, kind: str, perpetrator: str) -> list[Figure]:
    """Return the newest yearly figure, with the owner's low and high estimates."""
    rows = yearly(country, kind, perpetrator)
    if rows.empty:
        return []
    row = rows.iloc[0]
    low, high = (None if pd.isna(row[key]) else float(row[key]) for key in ("fatalities_low", "fatalities_high"))
    return [
        Figure(
            subject,
            name,
            str(int(row["year"])),
            float(row["fatalities"]),
            low=low,
            high=high,
            rows={"violence_yearly": rows.index},
        )
    ]


@indicator(
    "4.2",
    label=N_("Deaths by type of violence"),
    unit=N_("deaths in the year"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def deaths_by_type(country: Country) -> list[Figure]:
    """UCDP's yearly best estimate by type of violence, with low and high estimates."""
    figures = [one for kind, name in TYPE_NAMES.items() for one in yearly_figure(country, kind, name, kind, "any")]
    return figures or missing(country, N_("No yearly deaths by type had been published."))


@indicator(
    "4.3",
    label=N_("Civilians killed in one-sided violence, by kind of perpetrator"),
    unit=N_("deaths in the year"),
    direction=Direction.WORSE,
    reference=N_("Principle 4: rights observed by every force; state forces on the same scale as armed groups"),
)
def one_sided_by_perpetrator(country: Country) -> list[Figure]:
    """UCDP's yearly best estimate of one-sided killings by any government and by non-state groups."""
    figures = [
        *yearly_figure(country, "government", N_("state forces, own and foreign"), "one_sided", "government"),
        *yearly_figure(country, "own_government", N_("the country's own state forces"), "one_sided", "own_government"),
        *yearly_figure(country, "non_state", N_("non-state armed groups"), "one_sided", "non_state"),
    ]
    return figures or missing(country, N_("No yearly killings by perpetrator had been published."))


def bases(country: Country) -> pd.DataFrame:
    """Return the bases of international forces in the newest year listed, none of a force that has ended."""
    rows = country.presence
    rows = rows[(rows["iso3"] == country.profile.iso3) & ~rows["force"].isin(set(endings(country)["force"]))]
    return rows[rows["year"] == rows["year"].max()] if len(rows) else rows


def endings(country: Country) -> pd.DataFrame:
    """Return the political events by which a force ended, with the column `force`, oldest first."""
    events = country.political_events
    forces = {event: force for force, event in country.profile.mission_ends.items()}
    ended = events[events["event_id"].isin(set(forces))]
    return ended.assign(force=ended["event_id"].map(forces)).sort_values("date", kind="stable")


@indicator(
    "4.4",
    label=N_("People within 30 km of a peacekeeping base"),
    unit=N_("share of people"),
    direction=Direction.BETTER,
    reference=_REFERENCE,
)
def share_near_base(country: Country) -> list[Figure]:
    """Share of residents in places within 30 km, straight line, of a base listed in the newest year.

    It is 0 once every force listed has ended, even where its last staff is still listed for a while.
    """
    places, near = residents(country), bases(country)
    ended = endings(country)
    if near.empty and len(ended):
        name, month = country.profile.name["en"], str(country.month)
        used = {"political_events": ended.index}
        return [Figure(country.profile.iso3, name, month, 0.0, SubjectKind.COUNTRY, rows=used)]
    if near.empty or places.empty:
        return missing(country, N_("No peacekeeping base had been listed."))
    close = nearest_km(places, near, country.profile.crs) <= parameters().base_radius_km.value
    share = float(places.loc[close, "population"].sum() / places["population"].sum())
    used = {"presence": near.index, "places": places.index[close]}
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(int(near["year"].max())),
            share,
            SubjectKind.COUNTRY,
            rows=used,
            cautions=population_cautions(country, places),
        )
    ]


@indicator(
    "4.5",
    label=N_("Hot areas: deaths by admin 2 area"),
    unit=N_("deaths in 24 months"),
    direction=Direction.WORSE,
    reference=N_("Principle 4: protect people in the main population areas and along routes"),
)
def hot_areas(country: Country) -> list[Figure]:
    """Deaths in single events of the last 24 months of events, by admin 2 area; a partial sample is marked as one."""
    rows = country.events
    rows = rows[rows["admin2_pcode"] != ""]
    if rows.empty:
        return missing(country, N_("No single events had been published."))
    last = Month.parse(rows["date_start"].max()[:7])
    if country.month.since(last) > EVENTS_LAST:
        return missing(country, N_("The last single event on record is more than three years old."))
    window = int(parameters().hot_area_months.value)
    rows = rows[rows["date_start"] >= last.back(window - 1).first_day.isoformat()]
    names = country.areas.set_index("pcode")["name"]
    cautions = (Caution.PARTIAL,) if rows["is_partial"].astype(bool).any() else ()
    deaths = rows.groupby("admin2_pcode")["fatalities"].sum().sort_values(ascending=False)
    return [
        Figure(
            str(pcode),
            str(names.get(pcode, pcode)),
            str(last),
            float(total),
            SubjectKind.AREA,
            rows={"events": rows.index[rows["admin2_pcode"] == pcode]},
            cautions=cautions,
        )
        for pcode, total in deaths.items()
        if total > 0
    ]


@indicator(
    "4.6",
    label=N_("Deaths in organised violence by month"),
    unit=N_("deaths in the month"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
    is_series=True,
)
def deaths_by_month(country: Country) -> list[Figure]:
    """UCDP's best estimate of deaths of all types in each month."""
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(row.month),
            float(row.fatalities),
            SubjectKind.COUNTRY,
            rows={"violence_monthly": pd.Index([row.Index])},
        )
        for row in monthly_deaths(country).itertuples()
    ] or missing(country, N_("No monthly deaths had been published."))


@indicator(
    "4.7",
    label=N_("Civilians killed in one-sided violence, by month"),
    unit=N_("deaths in the month"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
    is_series=True,
)
def one_sided_by_month(country: Country) -> list[Figure]:
    """Monthly shape of the one-sided series, scaled in each year to UCDP's yearly best estimate.

    The monthly series spreads events over a day too many and so is inflated; only its shape is used. Years with
    killings in one series and none in the other are left out, and so are years the monthly series does not reach.
    """
    rows = country.violence_monthly
    rows = rows[(rows["unit"] == country.profile.iso3) & (rows["unit_kind"] == "country")]
    rows = rows[(rows["type"] == "one_sided") & (rows["perpetrator"] == "any")].sort_values("month")
    totals = country.violence_yearly
    totals = totals[(totals["type"] == "one_sided") & (totals["perpetrator"] == "any")]
    totals = (
        totals[totals["iso3"] == country.profile.iso3].sort_values("published").drop_duplicates("year", keep="last")
    )
    figures: list[Figure] = []
    for row in totals.sort_values("year").itertuples():
        year = rows[rows["month"].str[:4] == str(row.year)]
        shape = float(year["fatalities"].sum())
        if len(year) != 12 or (shape == 0) != (row.fatalities == 0):
            continue
        scale = float(row.fatalities) / shape if shape else 0.0
        figures += [
            Figure(
                country.profile.iso3,
                country.profile.name["en"],
                str(each.month),
                float(each.fatalities) * scale,
                SubjectKind.COUNTRY,
                rows={"violence_monthly": pd.Index([each.Index]), "violence_yearly": pd.Index([row.Index])},
                cautions=(Caution.RESCALED,),
            )
            for each in year.itertuples()
        ]
    return figures or missing(country, N_("No monthly one-sided deaths had been published."))


INDICATORS = (
    deaths_twelve_months,
    deaths_by_type,
    one_sided_by_perpetrator,
    share_near_base,
    hot_areas,
    deaths_by_month,
    one_sided_by_month,
)
