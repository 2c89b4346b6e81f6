"""Administrative areas with their boundaries, and the people on record in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.views.view import CAVEATS, Filter, View, in_area
from toguna.web.views.vocabulary import columns

LEVEL = Filter("level", "level", description="Administrative level: 0 country, 1, 2 or 3", example="1",
               choices=("0", "1", "2", "3"))  # fmt: skip


def _areas(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    return in_area(country.areas, country, "pcode")


def _population(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    """Return residents by area: the sum over its places; an area without any figure is missing, not empty."""
    places = country.places
    home = places[places["iso3"] == country.profile.iso3]
    parent = country.areas.set_index("pcode")["parent"].to_dict()
    code = home["admin3_pcode"].where(home["admin3_pcode"] != "", home["admin2_pcode"])
    counted = []
    while (code != "").any():
        level = pd.DataFrame({"pcode": code, "people": home["population"], "source": home["source"]})
        counted.append(level[code != ""])
        code = code.map(parent).fillna("")
    rows = pd.concat(counted)
    sums = rows.groupby("pcode")["people"].agg(people=lambda one: one.sum(min_count=1), places="count", size="size")
    origin = rows.dropna(subset=["people"]).groupby("pcode")["source"].agg(lambda one: ", ".join(sorted(set(one))))
    areas = country.areas[["pcode", "name", "level"]].rename(columns={"pcode": "area", "name": "area_name"})
    found = areas.join(sums, on="area").join(origin, on="area")
    found["places_unknown"] = found["size"].fillna(0) - found["places"].fillna(0)
    found["places"] = found["places"].fillna(0)
    return in_area(found.assign(missing=found["people"].isna()), country, "area")


AREAS = View(
    "areas",
    N_("Administrative areas"),
    _areas,
    columns("pcode name level parent admin1_code admin2_code area_km2 source"),
    (LEVEL, Filter("pcode", "pcode", description="Area by P-code", example="XO01")),
    key="pcode",
    area="pcode",
    has_shapes=True,
)
POPULATION = View(
    "population",
    N_("Residents by area, summed over its places"),
    _population,
    columns("area area_name level admin1_code admin2_code people missing places places_unknown source"),
    (LEVEL,),
    key="area",
    area="area",
    level=2,
    remarks=(CAVEATS,),
)
