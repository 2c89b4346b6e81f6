"""Principle 1: what the displaced need each day by minimum standards, and the lorries and sorties it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import pandas as pd

from toguna.assessment.humanitarian import TOTAL, Hosted, hosted, idp_rows
from toguna.assessment.indicator import Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.parameters import parameters
from toguna.core.words import N_
from toguna.country.country import Country

_PRINCIPLE_1 = N_("Principle 1: water, food and shelter for the displaced, by minimum standards")
_NO_STANDARD = N_("The pack holds no such standard or capacity.")
RATION_PEOPLE, RATION_DAYS = 10_000, 30  # what the ration standard is stated for


@lru_cache(maxsize=64)  # many indicators rest on them
def displaced_by_host(country: Country) -> tuple[Hosted, ...]:
    """Return the internally displaced and the refugees in neighbouring states; no entry where there is no count."""
    inside = [
        Hosted(str(row.host), float(row.people), str(row.date), pd.Index([row.Index]))
        for row in idp_rows(country).itertuples()
    ]
    near = [one for one in hosted(country) if one.host in country.profile.neighbours and one.people > 0]
    return (*inside, *near)


def _amount(country: Country, table: str, key: str, wanted: str, column: str) -> tuple[float, pd.Index] | None:
    frame = country.table(table)
    found = frame[frame[key] == wanted].dropna(subset=[column])
    return None if found.empty else (float(found[column].iloc[0]), found.index[:1])


def standard(country: Country, wanted: str) -> tuple[float, pd.Index] | None:
    """Return a minimum standard and its row; None where the pack has none."""
    return _amount(country, "standards", "standard_id", wanted, "amount")


def capacity(country: Country, wanted: str) -> tuple[float, pd.Index] | None:
    """Return the low end of a capacity and its row; None where the pack has none."""
    return _amount(country, "capacities", "capacity_id", wanted, "amount_low")


def _by_host(country: Country, rows: dict[str, pd.Index], need: Callable[[float], float]) -> list[Figure]:
    hosts = displaced_by_host(country)
    if not hosts:
        return missing(country, N_("No count of displaced people had been published."))
    figures = [
        Figure(
            one.host,
            one.host,
            one.date,
            need(one.people),
            SubjectKind.COUNTRY,
            rows={"displacement": one.rows, **rows},
            cautions=one.cautions,
        )
        for one in hosts
    ]
    used = hosts[0].rows.append([one.rows for one in hosts[1:]])
    people = sum(one.people for one in hosts)
    date = max(one.date for one in hosts)
    cautions = tuple(sorted({caution for one in hosts for caution in one.cautions}))
    used_rows = {"displacement": used, **rows}
    return [Figure(TOTAL, N_("all displaced"), date, need(people), rows=used_rows, cautions=cautions), *figures]


@indicator(
    "1.6",
    label=N_("Water the displaced need"),
    unit=N_("litres a day"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE_1,
)
def water_needed(country: Country) -> list[Figure]:
    """Displaced people times the standard's litres per person and day."""
    litres = standard(country, parameters().standards.water)
    if litres is None:
        return missing(country, _NO_STANDARD)
    return _by_host(country, {"standards": litres[1]}, lambda people: people * litres[0])


@indicator(
    "1.7",
    label=N_("Food the displaced need"),
    unit=N_("tonnes a day"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE_1,
)
def food_needed(country: Country) -> list[Figure]:
    """Displaced people times the full ration of 2,100 kcal (tonnes for 10,000 people and 30 days)."""
    ration = standard(country, parameters().standards.ration)
    energy = standard(country, parameters().standards.food)
    if ration is None or energy is None:
        return missing(country, _NO_STANDARD)
    used = {"standards": ration[1].append(energy[1])}
    return _by_host(country, used, lambda people: people * ration[0] / RATION_PEOPLE / RATION_DAYS)


@indicator(
    "1.8",
    label=N_("Family shelters the displaced need"),
    unit=N_("shelters"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE_1,
)
def shelters_needed(country: Country) -> list[Figure]:
    """Displaced people times covered m2 per person, in shelters that cover five people, rounded up."""
    cover = standard(country, parameters().standards.shelter)
    if cover is None:
        return missing(country, _NO_STANDARD)
    size = parameters().people_per_shelter.value * cover[0]
    return _by_host(country, {"standards": cover[1]}, lambda people: math.ceil(people * cover[0] / size))


@indicator(
    "1.9",
    label=N_("Lorry loads of that food"),
    unit=N_("lorry loads a day"),
    direction=Direction.WORSE,
    reference=N_("Principle 4: humanitarian corridors kept open; payload of an all-terrain lorry"),
)
def lorry_loads(country: Country) -> list[Figure]:
    """Tonnes of food a day divided by the payload of an all-terrain lorry, low end."""
    return _loads(country, parameters().capacities.lorry, 1)


@indicator(
    "1.10",
    label=N_("Heavy-lift sorties for thirty days of that food"),
    unit=N_("sorties"),
    direction=Direction.WORSE,
    reference=N_("Principle 1; payload per heavy-lift flight as observed in 2013"),
)
def airlift_sorties(country: Country) -> list[Figure]:
    """Tonnes of food for thirty days divided by the payload observed per heavy-lift flight, rounded up."""
    return _loads(country, parameters().capacities.airlift, RATION_DAYS)


def _loads(country: Country, wanted: str, days: int) -> list[Figure]:
    payload = capacity(country, wanted)
    ration = standard(country, parameters().standards.ration)
    if payload is None or ration is None:
        return missing(country, _NO_STANDARD)
    used = {"standards": ration[1], "capacities": payload[1]}
    per_person = ration[0] / RATION_PEOPLE / RATION_DAYS * days / payload[0]
    exact = days == 1
    return _by_host(country, used, lambda people: people * per_person if exact else math.ceil(people * per_person))


@indicator(
    "1.13",
    label=N_("Displaced people to supply"),
    unit=N_("people"),
    direction=Direction.WORSE,
    reference=_PRINCIPLE_1,
)
def displaced_people(country: Country) -> list[Figure]:
    """Internally displaced people and refugees in neighbouring states together: those the needs are reckoned for."""
    return _by_host(country, {}, lambda people: people)[:1]


INDICATORS = (water_needed, food_needed, shelters_needed, lorry_loads, airlift_sorties, displaced_people)
