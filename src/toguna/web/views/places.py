"""Settlements, and camps with the last count of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.views.view import CAVEATS, Filter, View, in_area, points
from toguna.web.views.vocabulary import columns


def _places(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    return points(in_area(country.places, country))


def _camps(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a camp, with the people of its last count and the day of it."""
    places = country.places[country.places["kind"] == "camp"]
    counts = country.displacement
    counts = counts[(counts["place_id"] != "") & (counts["measure"] == "stock")]
    summed = counts.groupby(["place_id", "date"], as_index=False)["people"].sum().sort_values("date")
    last = summed.drop_duplicates("place_id", keep="last").set_index("place_id")
    found = places.join(last, on="place_id")
    found["missing"] = found["people"].isna()
    return points(in_area(found, country))


_KINDS = ("capital", "town", "village", "camp")
PLACES = View(
    "places",
    N_("Settlements and camps"),
    _places,
    columns(
        "place_id name kind iso3 admin1_code admin2_code longitude latitude population population_year "
        "population_basis capacity opened closed note source"
    ),
    (
        Filter("kind", "kind", choices=_KINDS, example="town"),
        Filter("iso3", "iso3", description="Country the place lies in", example="XOU"),
        Filter("place_id", "place_id", description="Place by code", example="p01"),
        Filter("population", "population", "least", "Least number of residents on record", "5000"),
    ),
    key="place_id",
    area="admin2_code",
    has_shapes=True,
    remarks=(CAVEATS,),
)
CAMPS = View(
    "camps",
    N_("Camps and sites of the displaced, with the last count"),
    _camps,
    columns(
        "place_id name iso3 admin1_code admin2_code longitude latitude people date missing capacity opened closed "
        "note source"
    ),
    (
        Filter("iso3", "iso3", description="Country the camp lies in", example="XNA"),
        Filter("people", "people", "least", "Least number of people at the last count", "1000"),
    ),
    key="place_id",
    has_shapes=True,
    remarks=(CAVEATS,),
)
