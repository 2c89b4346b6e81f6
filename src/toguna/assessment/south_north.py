"""Principle 3: the long-standing grievances between one part of the country and the rest."""

from __future__ import annotations

from datetime import date

import pandas as pd

from toguna.assessment.humanitarian_access import population_cautions, residents, sites
from toguna.assessment.indicator import Caution, Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.protection import EVENTS_LAST
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country

_REFERENCE = N_("Principle 3: support for the long-standing grievances")
_RATE = N_("per 100,000 people")
REGION, REST, RATIO = "region", "rest", "ratio"
GRIEVANCES = ("ddr", "autonomy", "justice", "refugees")


def _rates(country: Country, kind: str) -> list[Figure]:
    region = country.profile.region
    places, served = residents(country), sites(country, kind)
    served = served[served["admin2_pcode"] != ""]
    if region is None or places.empty or served.empty:
        return missing(country, N_("The pack names no region to compare, or lists no population or site."))
    parent = country.areas.set_index("pcode")["parent"]
    in_region = places["admin2_pcode"].map(parent).isin(region.pcodes)
    site_in_region = served["admin2_pcode"].map(parent).isin(region.pcodes)
    cautions = population_cautions(country, places)
    year = str(int(places["population_year"].max()))
    names = {REGION: region.name["en"], REST: N_("rest of the country")}
    figures, rates = [], []
    for subject, people, here in ((REGION, in_region, site_in_region), (REST, ~in_region, ~site_in_region)):
        rates.append(float(here.sum() / places.loc[people, "population"].sum() * 100_000))
        used = {"places": places.index[people], "services": served.index[here]}
        figures.append(Figure(subject, names[subject], year, rates[-1], rows=used, cautions=cautions))
    if rates[1] > 0:
        used = {"places": places.index, "services": served.index}
        ratio = rates[0] / rates[1]
        figures.append(Figure(RATIO, N_("ratio of the two"), year, ratio, rows=used, cautions=cautions))
    return figures


@indicator(
    "3.1", label=N_("Health sites"), unit=_RATE, direction=Direction.BETTER, is_standing=True, reference=_REFERENCE
)
def health_sites_rate(country: Country) -> list[Figure]:
    """Health sites per 100,000 residents in the region and in the rest of the country, and the ratio of the two."""
    return _rates(country, "health")


@indicator("3.2", label=N_("Markets"), unit=_RATE, direction=Direction.BETTER, is_standing=True, reference=_REFERENCE)
def markets_rate(country: Country) -> list[Figure]:
    """Monitored markets per 100,000 residents in the region and in the rest, and the ratio of the two."""
    return _rates(country, "market")


@indicator("3.3", label=N_("Airstrips"), unit=_RATE, direction=Direction.BETTER, is_standing=True, reference=_REFERENCE)
def airstrips_rate(country: Country) -> list[Figure]:
    """Usable airstrips per 100,000 residents in the region and in the rest, and the ratio of the two."""
    return _rates(country, "airstrip")


def agreements_known(country: Country) -> pd.DataFrame:
    """Return one row an agreement, oldest first, with `ended` filled only where the end was known by then."""
    rows = country.agreements.sort_values(["date", "agreement"], kind="stable")
    known = rows.drop_duplicates("agreement").copy()
    # Only some rows of an agreement may state its end: the provisions of one source, or the row on the ending.
    ended = rows["ended"].where(rows["ended"] <= country.month.last_day.isoformat(), "")
    known["ended"] = known["agreement"].map(ended.groupby(rows["agreement"]).max()).astype(str)
    return known


@indicator(
    "3.4",
    label=N_("Months a peace agreement was in force"),
    unit=N_("months"),
    direction=Direction.BETTER,
    reference=_REFERENCE,
)
def months_in_force(country: Country) -> list[Figure]:
    """Months from signature to the agreement's end, or to the as-of month while no end is on record."""
    rows = country.agreements
    figures = []
    for row in agreements_known(country).itertuples():
        end = Month.of(date.fromisoformat(row.ended)) if row.ended else country.month
        months = end.since(Month.of(date.fromisoformat(row.date)))
        used = {"agreements": rows.index[rows["agreement"] == row.agreement]}
        # The figure is about the month looked at, so that an agreement that ended long ago is seen to stand still.
        figures.append(Figure(row.date, row.agreement, str(country.month), float(months), SubjectKind.TEXT, rows=used))
    return figures or missing(country, N_("No peace agreement was on record."))


@indicator(
    "3.5",
    label=N_("Grievances a peace agreement provides for (of four)"),
    unit=N_("of four"),
    direction=Direction.BETTER,
    reference=_REFERENCE,
)
def grievances_provided(country: Country) -> list[Figure]:
    """How many of DDR, autonomy, justice and return an agreement has a provision on."""
    rows = country.agreements
    figures = []
    for row in agreements_known(country).itertuples():
        used = rows[(rows["agreement"] == row.agreement) & rows["theme"].isin(GRIEVANCES)]
        count = float(used["theme"].nunique())
        figures.append(
            Figure(row.date, row.agreement, row.date, count, SubjectKind.TEXT, rows={"agreements": used.index})
        )
    return figures or missing(country, N_("No peace agreement was on record."))


@indicator(
    "3.6",
    label=N_("Deadly events between former signatories"),
    unit=N_("share of events"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def signatory_share(country: Country) -> list[Figure]:
    """Share of battle events of the last 24 months of events in which both sides once signed an agreement."""
    names = country.profile.signatories
    rows = country.events
    rows = rows[rows["type"].isin(["state_based", "non_state"]) & (rows["fatalities"] > 0)]
    if not names or rows.empty:
        return missing(country, N_("The pack names no signatories, or holds no battle events up to then."))
    last = Month.parse(rows["date_start"].max()[:7])
    if country.month.since(last) > EVENTS_LAST:
        return missing(country, N_("The last single event on record is more than three years old."))
    rows = rows[rows["date_start"] >= last.back(23).first_day.isoformat()]
    both = _signed(rows["side_a"], names) & _signed(rows["side_b"], names)
    cautions = (Caution.PARTIAL,) if rows["is_partial"].astype(bool).any() else ()
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(last),
            float(both.mean()),
            SubjectKind.COUNTRY,
            rows={"events": rows.index},
            cautions=cautions,
        )
    ]


def _signed(sides: pd.Series, names: tuple[str, ...]) -> pd.Series:
    """Return whether any member of each side is a signatory; UCDP joins members of a side by commas."""
    return sides.map(lambda side: any(part.strip() in names for part in str(side).split(","))).astype(bool)


INDICATORS = (
    health_sites_rate,
    markets_rate,
    airstrips_rate,
    months_in_force,
    grievances_provided,
    signatory_share,
)
