"""Principle 1: medical aid within reach."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.distance import nearest_km
from toguna.assessment.indicator import Caution, Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.parameters import parameters
from toguna.core.words import N_
from toguna.country.country import Country

_REFERENCE = N_("Principle 1: medical aid for vulnerable civilians")


def residents(country: Country) -> pd.DataFrame:
    """Return the places of the country with a known population, without camps abroad."""
    places = country.places
    places = places[(places["iso3"] == country.profile.iso3) & (places["admin2_pcode"] != "")]
    return places.dropna(subset=["population"])


def population_cautions(country: Country, places: pd.DataFrame) -> tuple[Caution, ...]:
    """Return what to say of populations: modelled below town level, or of a year far from the as-of month."""
    found: list[Caution] = []
    if (places["population_basis"] == "modelled").any():
        found.append(Caution.MODELLED)
    years = places["population_year"].dropna()
    if len(years) and abs(int(years.max()) - country.month.year) > 3:
        found.append(Caution.STALE_BASE)
    return tuple(found)


def sites(country: Country, kind: str) -> pd.DataFrame:
    """Return the usable service sites of a kind."""
    services = country.services
    return services[(services["kind"] == kind) & services["is_usable"].astype(bool)]


@indicator(
    "1.11",
    label=N_("People per health site"),
    unit=N_("people per site"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
    is_standing=True,
)
def people_per_health_site(country: Country) -> list[Figure]:
    """Residents divided by health sites, for the country and each admin 2 area; missing where no site is listed."""
    places, health = residents(country), sites(country, "health")
    if places.empty or health.empty:
        return missing(country, N_("The pack lists no population or no health site."))
    people = places.groupby("admin2_pcode")["population"].sum()
    count = health[health["admin2_pcode"] != ""].groupby("admin2_pcode").size()
    names = country.areas.set_index("pcode")["name"]
    cautions = population_cautions(country, places)
    used = {"places": places.index, "services": health.index}
    total = Figure(
        country.profile.iso3,
        country.profile.name["en"],
        _year(places),
        float(people.sum() / len(health)),
        SubjectKind.COUNTRY,
        rows=used,
        cautions=cautions,
    )
    ratio = (people / count).reindex(people.index)
    return [total] + [
        Figure(
            str(pcode),
            str(names.get(pcode, pcode)),
            _year(places),
            None if pd.isna(each) else float(each),
            SubjectKind.AREA,
            rows={
                "places": places.index[places["admin2_pcode"] == pcode],
                "services": health.index[health["admin2_pcode"] == pcode],
            },
            cautions=cautions,
            why_missing=N_("No health site is listed in this area.") if pd.isna(each) else "",
        )
        for pcode, each in ratio.sort_values(ascending=False, na_position="first").items()
    ]


@indicator(
    "1.12",
    label=N_("People far from any health site (beyond 25 km)"),
    unit=N_("share of people"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
    is_standing=True,
)
def share_far_from_health_site(country: Country) -> list[Figure]:
    """Share of residents in places more than 25 km from the nearest health site with a position, straight line."""
    places = residents(country)
    health = sites(country, "health").dropna(subset=["longitude", "latitude"])
    if places.empty or health.empty:
        return missing(country, N_("The pack lists no population or no health site with a position."))
    far = nearest_km(places, health, country.profile.crs) > parameters().health_distance_km.value
    cautions = population_cautions(country, places)
    parents = country.areas.set_index("pcode")["parent"]
    admin1 = places["admin2_pcode"].map(parents)
    names = country.areas.set_index("pcode")["name"]
    figures = [_share(country.profile.iso3, country.profile.name["en"], SubjectKind.COUNTRY, places, far, cautions)]
    for pcode in sorted(admin1.dropna().unique()):
        inside = (admin1 == pcode).to_numpy()
        name = str(names.get(pcode, pcode))
        figures.append(_share(str(pcode), name, SubjectKind.AREA, places[inside], far[inside], cautions))
    return figures


def _share(
    subject: str, name: str, kind: SubjectKind, places: pd.DataFrame, far: object, cautions: tuple[Caution, ...]
) -> Figure:
    share = float(places.loc[far, "population"].sum() / places["population"].sum())
    return Figure(subject, name, _year(places), share, kind, rows={"places": places.index}, cautions=cautions)


def _year(places: pd.DataFrame) -> str:
    years = places["population_year"].dropna()
    return str(int(years.max())) if len(years) else ""


INDICATORS = (people_per_health_site, share_far_from_health_site)
