"""Principle 1: medical aid within reach."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.indicator import Caution, Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.parameters import parameters
from toguna.core.errors import AskError
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.network.reach import reach

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
    label=N_("People more than two hours from any health site, dry season"),
    unit=N_("share of people"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
    is_standing=True,
)
def share_far_from_health_site(country: Country) -> list[Figure]:
    """Share of residents more than two hours by light vehicle from the nearest health site, over the pack's roads."""
    return _beyond(country, "health", "dry", "light", level=1)


@indicator(
    "1.14",
    label=N_("People more than eight hours by lorry from any aid hub, rainy season"),
    unit=N_("share of people"),
    direction=Direction.WORSE,
    reference=N_("Principle 1: aid that reaches vulnerable civilians; humanitarian corridors"),
    is_standing=True,
)
def share_cut_off_in_the_rains(country: Country) -> list[Figure]:
    """Share of residents more than eight hours by lorry, in the rains, from the capital and the regions' seats."""
    return _beyond(country, "hub", "wet", "lorry", level=2)


LIMITS = {"health": "health_hours", "hub": "hub_hours"}


def _beyond(country: Country, kind: str, season: str, by: str, *, level: int) -> list[Figure]:
    """Return the share of people beyond the limit of a kind of site, for the country and each area of a level."""
    places = residents(country)
    if places.empty or country.links.empty:
        return missing(country, N_("The pack lists no population or no roads."))
    limit = float(getattr(parameters(), LIMITS[kind]).value)
    try:
        found = reach(country, kind, season=season, by=by, limits=(limit,)).places
    except AskError:
        return missing(country, N_("The pack lists no such site with a position."))
    far = pd.Series((found["hours"] > limit).to_numpy(), index=found.index)
    cautions = (*population_cautions(country, places), Caution.SKELETON)
    parents = country.areas.set_index("pcode")["parent"]
    area = places["admin2_pcode"] if level == 2 else places["admin2_pcode"].map(parents)
    names = country.areas.set_index("pcode")["name"]
    figures = [
        _share(country, country.profile.iso3, country.profile.name["en"], SubjectKind.COUNTRY, places, far, cautions)
    ]
    for pcode in sorted(area.dropna().unique()):
        inside = places[area == pcode]
        name = str(names.get(pcode, pcode))
        figures.append(_share(country, str(pcode), name, SubjectKind.AREA, inside, far[inside.index], cautions))
    return figures


def _share(
    country: Country,
    subject: str,
    name: str,
    kind: SubjectKind,
    places: pd.DataFrame,
    far: pd.Series,
    cautions: tuple[Caution, ...],
) -> Figure:
    share = float(places.loc[far, "population"].sum() / places["population"].sum())
    used = {"places": places.index, "links": country.links.index}
    return Figure(subject, name, _year(places), share, kind, rows=used, cautions=cautions)


def _year(places: pd.DataFrame) -> str:
    years = places["population_year"].dropna()
    return str(int(years.max())) if len(years) else ""


INDICATORS = (people_per_health_site, share_far_from_health_site, share_cut_off_in_the_rains)
