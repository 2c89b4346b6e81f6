"""Principle 1: who is displaced, where, and who goes hungry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from toguna.assessment.indicator import Caution, Direction, Figure, SubjectKind, indicator, missing
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country

TOTAL = "ALL"
_CAMPS_NEWER = 9  # months a camp count must be newer than the whole-country count to take its place
_COUNT_LASTS = 36  # months after which a count says nothing of the present
_CAMPS_WITHIN = 12  # months within which camp counts are added up
_PRINCIPLE = N_("Principle 1: the displaced inside the country and refugees in neighbouring states")


def latest_by(rows: pd.DataFrame, key: str, when: str = "date") -> pd.DataFrame:
    """Return the newest row of each key."""
    return rows.sort_values([when, "published"], kind="stable").drop_duplicates(key, keep="last")


@dataclass(frozen=True)
class Hosted:
    """Refugees in one host country: people, day of the count, the rows that say so, and what to say of them."""

    host: str
    people: float
    date: str
    rows: pd.Index
    cautions: tuple[Caution, ...] = ()


@lru_cache(maxsize=64)  # many indicators rest on them
def hosted(country: Country) -> tuple[Hosted, ...]:
    """Return the newest count of refugees in each host country, most people first.

    A whole-country count stands unless the camps of that host were counted more than nine months later; then
    the sum of the newest camp counts of the twelve months before stands, marked as camps only.
    """
    rows = country.displacement
    rows = rows[(rows["measure"] == "stock") & (rows["group"] == "refugees") & (rows["place_id"] == "")]
    rows = rows[(rows["origin"] == country.profile.iso3) & (rows["host"] != country.profile.iso3)]
    rows = latest_by(rows[rows["date"] == rows["date"].max()], "host")
    found = {
        str(row.host): Hosted(str(row.host), float(row.people), str(row.date), pd.Index([row.Index]))
        for row in rows.itertuples()
    }
    for one in _in_camps(country):
        whole = found.get(one.host)
        if whole is None or _months(whole.date, one.date) > _CAMPS_NEWER:
            found[one.host] = one
    return tuple(sorted(found.values(), key=lambda one: -one.people))


def _in_camps(country: Country) -> list[Hosted]:
    found = []
    for host, rows in camp_counts(country).groupby("host"):
        newest = latest_by(rows, "place_id")
        last = str(newest["date"].max())
        newest = newest[newest["date"].map(lambda date, last=last: _months(date, last) <= _CAMPS_WITHIN)]
        people = float(newest["people"].sum())
        found.append(Hosted(str(host), people, last, newest.index, (Caution.CAMPS,)))
    return found


def _months(earlier: str, later: str) -> int:
    return Month.parse(later[:7]).since(Month.parse(earlier[:7]))


@indicator(
    "1.1",
    label=N_("Refugees by host country"),
    unit=N_("people"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE,
)
def refugees_by_host(country: Country) -> list[Figure]:
    """Newest count of refugees from the country in each neighbouring state, and in all host states together."""
    counts = hosted(country)
    if not counts:
        return missing(country, N_("No count of refugees by host country had been published."))
    figures = [
        Figure(
            one.host,
            one.host,
            one.date,
            one.people,
            SubjectKind.COUNTRY,
            rows={"displacement": one.rows},
            cautions=one.cautions,
        )
        for one in counts
        if one.host in country.profile.neighbours and one.people > 0
    ]
    used = counts[0].rows.append([one.rows for one in counts[1:]])
    cautions = tuple(sorted({caution for one in counts for caution in one.cautions}))
    date = max(one.date for one in counts)
    people = sum(one.people for one in counts)
    total = Figure(TOTAL, N_("all host countries"), date, people, rows={"displacement": used}, cautions=cautions)
    return [total, *figures]


def camp_counts(country: Country) -> pd.DataFrame:
    """Return all counts of refugees by camp and date, the newest publication of each date."""
    rows = country.displacement
    rows = rows[(rows["group"] == "refugees") & (rows["measure"] == "stock") & (rows["place_id"] != "")]
    rows = rows.sort_values(["place_id", "date", "published"], kind="stable")
    return rows.drop_duplicates(["place_id", "date"], keep="last")


@indicator(
    "1.2",
    label=N_("Refugees by camp"),
    unit=N_("people"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE,
)
def refugees_by_camp(country: Country) -> list[Figure]:
    """Newest count of refugees in each camp or site."""
    rows = latest_by(camp_counts(country), "place_id").sort_values("people", ascending=False)
    names = country.places.set_index("place_id")["name"]
    return [
        Figure(
            str(row.place_id),
            str(names.get(row.place_id, row.place_id)),
            str(row.date),
            float(row.people),
            SubjectKind.PLACE,
            rows={"displacement": pd.Index([row.Index])},
        )
        for row in rows.itertuples()
    ] or missing(country, N_("No camp count had been published."))


@indicator(
    "1.3",
    label=N_("Monthly change of refugees by camp"),
    unit=N_("people a month"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE,
)
def monthly_change_by_camp(country: Country) -> list[Figure]:
    """Newest count less the count before it (at least 25 days earlier), divided by the months between."""
    names = country.places.set_index("place_id")["name"]
    figures = []
    for camp, rows in camp_counts(country).groupby("place_id"):
        days = pd.to_datetime(rows["date"])
        earlier = rows[(days.iloc[-1] - days).dt.days >= 25]
        if earlier.empty:
            continue
        months = (days.iloc[-1] - days[earlier.index[-1]]).days / 30.4375
        change = (rows["people"].iloc[-1] - earlier["people"].iloc[-1]) / months
        used = pd.Index([earlier.index[-1], rows.index[-1]])
        figures.append(
            Figure(
                str(camp),
                str(names.get(camp, camp)),
                str(rows["date"].iloc[-1]),
                round(float(change), 1),
                SubjectKind.PLACE,
                rows={"displacement": used},
            )
        )
    return figures or missing(country, N_("No camp has two counts at least 25 days apart."))


def idp_rows(country: Country) -> pd.DataFrame:
    """Return the newest count of internally displaced people, no row where there is none of the last three years."""
    rows = country.displacement
    # An older count is of another crisis: nobody would supply the displaced of 1994 in 2013.
    rows = rows[rows["date"] >= country.month.back(_COUNT_LASTS).first_day.isoformat()]
    rows = rows[(rows["measure"] == "stock") & (rows["group"] == "idps") & (rows["host"] == country.profile.iso3)]
    return rows[rows["place_id"] == ""].sort_values(["date", "published"], kind="stable").tail(1)


@indicator(
    "1.4",
    label=N_("Internally displaced people"),
    unit=N_("people"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE,
)
def internally_displaced(country: Country) -> list[Figure]:
    """Newest count of people displaced inside the country."""
    rows = idp_rows(country)
    if rows.empty:
        return missing(
            country, N_("No count of internally displaced people of the last three years had been published.")
        )
    row = rows.iloc[0]
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(row["date"]),
            float(row["people"]),
            SubjectKind.COUNTRY,
            rows={"displacement": rows.index},
        )
    ]


@indicator(
    "1.5",
    label=N_("People in food crisis or worse (phase 3 and above)"),
    unit=N_("people"),
    direction=Direction.WORSE,
    reference=N_("Principle 1: food for vulnerable civilians; Cadre Harmonisé / IPC phases 3 to 5"),
)
def people_in_phase3_plus(country: Country) -> list[Figure]:
    """People in phases 3, 4 and 5 in the newest round that has begun, for the country and each admin 2 area."""
    rows = country.needs
    if rows.empty:
        return missing(country, N_("No analysis of food insecurity had been published."))
    begun = rows[rows["date_start"] <= country.month.last_day.isoformat()]
    if begun.empty:
        return missing(country, N_("No analysis of food insecurity had begun."))
    newest = begun["date_start"].max()
    rows = latest_by(begun[begun["date_start"] == newest], "pcode", "date_start")
    names = country.areas.set_index("pcode")["name"]
    cautions = (Caution.MODELLED,) if (rows["round"] == "projected").all() else ()
    known = rows.dropna(subset=["phase3_plus"])
    total = Figure(
        country.profile.iso3,
        country.profile.name["en"],
        newest[:7],
        float(known["phase3_plus"].sum()),
        SubjectKind.COUNTRY,
        rows={"needs": known.index},
        cautions=cautions,
    )
    return [total] + [
        Figure(
            str(row.pcode),
            str(names.get(row.pcode, row.pcode)),
            newest[:7],
            float(row.phase3_plus),
            SubjectKind.AREA,
            rows={"needs": pd.Index([row.Index])},
            cautions=cautions,
        )
        for row in known.sort_values("phase3_plus", ascending=False).itertuples()
    ]


INDICATORS = (
    refugees_by_host,
    refugees_by_camp,
    monthly_change_by_camp,
    internally_displaced,
    people_in_phase3_plus,
)
