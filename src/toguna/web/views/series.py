"""What happens over time: single events, deaths by month, and people displaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.views.view import CAVEATS, Filter, View, in_area, points
from toguna.web.views.vocabulary import columns

_TYPES = ("state_based", "non_state", "one_sided", "other")
_ACTORS = N_("The first side is not by that the one who killed: sides are named as the owner of the series names them.")
_FROM = Filter("from", "month", "from", "First month", "2012-01")
_TO = Filter("to", "month", "to", "Last month", "2013-12")


def _events(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    found = country.events.rename(
        columns={
            "fatalities": "deaths",
            "fatalities_low": "deaths_low",
            "fatalities_high": "deaths_high",
            "fatalities_civilians": "deaths_civilians",
            "type": "kind",
        }
    )
    return points(in_area(found.assign(month=found["date_start"].str[:7]), country))


def _violence(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    """Return the published monthly series, then the single events summed by area and month.

    A series counts deaths and not events, so events are missing there. A sample of events is marked.
    """
    names = country.areas.set_index("pcode")["name"].to_dict() | {country.profile.iso3: country.profile.label("en")}
    series = country.violence_monthly.rename(
        columns={"unit_kind": "area_kind", "unit": "area", "fatalities": "deaths"}
    ).assign(is_partial=False, events=float("nan"))
    found = pd.concat([series, *_summed(country)], ignore_index=True)
    found["area_name"] = [names.get(code, code) for code in found["area"]]
    return in_area(found, country, "area")


def _summed(country: Country) -> list[pd.DataFrame]:
    events = country.events
    parent = country.areas.set_index("pcode")["parent"]
    events = events[events["admin2_pcode"] != ""]
    made = []
    for kind, code in (("admin1", events["admin2_pcode"].map(parent)), ("admin2", events["admin2_pcode"])):
        by = events.assign(area=code, month=events["date_start"].str[:7])
        keys = ["area", "month", "type", "perpetrator", "source"]
        sums = by.groupby(keys, as_index=False).agg(
            deaths=("fatalities", "sum"), events=("event_id", "size"), is_partial=("is_partial", "any")
        )
        made.append(sums.assign(area_kind=kind, is_rescaled=False))
    return [one for one in made if len(one)]


def _displacement(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    found = country.displacement
    names = dict(zip(country.places["place_id"], country.places["name"], strict=True))
    return found.assign(month=found["date"].str[:7], place_name=[names.get(one, "") for one in found["place_id"]])


EVENTS = View(
    "events",
    N_("Single events of organised violence"),
    _events,
    columns(
        "event_id date_start date_end month kind perpetrator side_a side_b place admin1_code admin2_code longitude "
        "latitude date_precision where_precision deaths deaths_low deaths_high deaths_civilians is_partial source"
    ),
    (
        Filter("from", "date_start", "from", "First day or month", "2012-01"),
        Filter("to", "date_start", "to", "Last day or month", "2013-12-31"),
        Filter("kind", "kind", choices=_TYPES, example="one_sided"),
        Filter("perpetrator", "perpetrator", choices=("government", "non_state", "unknown"), example="non_state"),
        Filter("deaths", "deaths", "least", "Least number of deaths", "1"),
        Filter("is_partial", "is_partial", choices=("true", "false"), example="false"),
    ),
    key="event_id",
    area="admin2_code",
    has_shapes=True,
    remarks=(_ACTORS, N_("Rows marked as a sample tell where, never how many."), CAVEATS),
)
VIOLENCE = View(
    "violence",
    N_("Deaths in organised violence by month"),
    _violence,
    columns(
        "area area_name area_kind admin1_code admin2_code month type perpetrator deaths events is_partial is_rescaled "
        "source"
    ),
    (
        _FROM,
        _TO,
        Filter("area", "area", description="Area or town by code", example="XOU"),
        Filter(
            "area_kind",
            "area_kind",
            choices=("country", "admin1", "admin2", "within_10km", "within_30km"),
            example="country",
        ),
        Filter("type", "type", choices=("all", *_TYPES), example="all"),
        Filter("perpetrator", "perpetrator", choices=("any", "government", "non_state", "unknown"), example="any"),
    ),
    area="admin2_code",
    level=2,
    remarks=(_ACTORS, N_("Rows marked as a sample tell where, never how many."), CAVEATS),
)
DISPLACEMENT = View(
    "displacement",
    N_("People displaced, and those gone back"),
    _displacement,
    columns("month date measure group origin host place_id place_name people source"),
    (
        _FROM,
        _TO,
        Filter("measure", "measure", choices=("stock", "flow"), example="stock"),
        Filter(
            "group",
            "group",
            choices=(
                "refugees", "asylum_seekers", "idps", "returned_refugees", "returned_idps", "resettled", "naturalised",
            ),
            example="refugees",
        ),
        Filter("origin", "origin", description="Country they come from", example="XOU"),
        Filter("host", "host", description="Country they are in", example="XNA"),
        Filter("place_id", "place_id", description="Camp or site by code", example="camp-nador"),
    ),
    remarks=(N_("A stock counts people present, a flow those who moved in the year: never add one to the other."),),
)  # fmt: skip
