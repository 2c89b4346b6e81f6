"""Principle 4: humanitarian corridors open, routes protected."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.indicator import Caution, Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.parameters import parameters
from toguna.core.errors import AskError
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.network.critical import critical_links
from toguna.network.hub_corridors import hub_corridors
from toguna.network.status import is_watched

_REFERENCE = N_("Principle 4: keep humanitarian corridors open; protect people along travel and trade routes")
_SHOWN = 10
_NO_ROADS = N_("The pack lists no roads or no aid hub beside the capital.")


@indicator(
    "4.8",
    label=N_("Corridors from the capital to aid hubs that are contested or closed"),
    unit=N_("share of corridors"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def corridors_not_open(country: Country) -> list[Figure]:
    """Share of the quickest corridors by lorry, capital to regions' seats, with a reason on record against them.

    Contested: a deadly event within 25 km, or an attack, blockade, atrocity or change of control at a place on it,
    in the last six months. Closed: a closure in force, or no way in the season of the month.
    """
    found = _found(country)
    if found is None:
        return missing(country, _NO_ROADS)
    if not is_watched(country):
        return missing(country, N_("No event of the last six months is on record, so nobody can say what was open."))
    used = _rows(country, found)
    share = float((found["state"] != "open").mean())
    name = country.profile.name["en"]
    return [
        Figure(
            country.profile.iso3,
            name,
            str(country.month),
            share,
            SubjectKind.COUNTRY,
            rows=used,
            cautions=(Caution.PARTIAL, Caution.SKELETON),
        )
    ]


@indicator(
    "4.9",
    label=N_("Hours by lorry from the capital to an aid hub"),
    unit=N_("hours"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
    is_standing=True,
)
def corridor_hours(country: Country) -> list[Figure]:
    """Hours by lorry on the quickest corridor from the capital to each region's seat, in the season of the month."""
    found = _found(country)
    if found is None:
        return missing(country, _NO_ROADS)
    return [
        Figure(
            str(row.place_id),
            str(row.name),
            str(country.month),
            None if pd.isna(row.hours) else float(row.hours),
            SubjectKind.PLACE,
            rows={"links": country.links.index[list(row.links)]} if row.links else {},
            cautions=(Caution.SKELETON,),
            why_missing=N_("No way is open.") if pd.isna(row.hours) else "",
        )
        for row in found.itertuples(index=False)
    ]


@indicator(
    "4.10",
    label=N_("People losing aid within a day's drive if a link closes"),
    unit=N_("people"),
    direction=Direction.WORSE,
    reference=N_("Principle 4: protect people along travel and trade routes; links whose loss cuts off most people"),
    is_standing=True,
)
def critical(country: Country) -> list[Figure]:
    """Residents within eight hours by lorry of an aid hub in the dry season, not once the link closes; worst ten."""
    if _found(country) is None:
        return missing(country, _NO_ROADS)
    limit = parameters().hub_hours.value
    found = critical_links(country, "hub", limits=(limit,), pairs=0).table.head(_SHOWN)
    rows = pd.Series(country.links.index, index=country.links["link_id"])
    return [
        Figure(
            str(row["link_id"]),
            f"{row['from_name']} - {row['to_name']}",
            "",
            float(row[f"lost_{limit:g}h"]),
            SubjectKind.TEXT,
            rows={"links": pd.Index([rows[row["link_id"]]])},
            cautions=(Caution.MODELLED, Caution.SKELETON),
        )
        for row in found.to_dict("records")
    ]


def _found(country: Country) -> pd.DataFrame | None:
    if country.links.empty:
        return None
    try:
        found = hub_corridors(country)
    except AskError:
        return None
    return found if len(found) else None


def _rows(country: Country, found: pd.DataFrame) -> dict[str, pd.Index]:
    links = sorted({link for row in found["links"] for link in row})
    used: dict[str, pd.Index] = {"links": country.links.index[links]}
    for table, rows in pd.DataFrame([one for row in found["reasons"] for one in row], columns=["table", "row"]).groupby(
        "table"
    ):
        if str(table) != "links":
            used[str(table)] = pd.Index(sorted(set(rows["row"])))
    return used


INDICATORS = (corridors_not_open, corridor_hours, critical)
