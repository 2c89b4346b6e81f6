"""Tables of the pack that are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.views.view import CAVEATS, Filter, View, in_area, points
from toguna.web.views.vocabulary import columns


def _table(
    name: str,
    title: str,
    shown: str,
    *filters: Filter,
    renamed: Mapping[str, str] | None = None,
    key: str = "",
    area: str = "",
    has_points: bool = False,
    has_shapes: bool = False,
) -> View:
    """Return the view of a table of the pack; `renamed` gives a column the name it has in all views."""

    def rows(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
        found = country.table(name).rename(columns=dict(renamed or {}))
        found = in_area(found, country, area) if area else found
        return points(found) if has_points else found

    return View(
        name,
        title,
        rows,
        columns(shown),
        filters,
        key=key,
        area="admin2_code" if area else "",
        has_shapes=has_points or has_shapes,
        remarks=(CAVEATS,),
    )


_FROM = Filter("from", "date", "from", "First day or month", "2012-01")
_TO = Filter("to", "date", "to", "Last day or month", "2013-12")
PACK_TABLES = (
    _table(
        "services",
        N_("Health sites, markets and airstrips"),
        "service_id name kind subtype admin1_code admin2_code longitude latitude is_usable runway_m source",
        Filter("kind", "kind", choices=("health", "market", "airstrip"), example="health"),
        key="service_id",
        area="admin2_pcode",
        has_points=True,
    ),
    _table(
        "presence",
        N_("Bases of international forces by year"),
        "year force site iso3 admin1_code admin2_code longitude latitude troops has_police has_medical has_aviation "
        "is_headquarters source",
        Filter("year", "year", description="Year", example="2013"),
        Filter("force", "force", description="Force by name", example="MISOUA"),
        area="admin2_pcode",
        has_points=True,
    ),
    _table(
        "needs",
        N_("People by phase of acute food insecurity"),
        "area admin1_code admin2_code date_start date_end round population phase1 phase2 phase3 phase4 phase5 "
        "phase3_plus source",
        Filter("from", "date_start", "from", "First day or month", "2012-01"),
        Filter("to", "date_start", "to", "Last day or month", "2014-12"),
        Filter("round", "round", choices=("current", "projected"), example="current"),
        renamed={"pcode": "area"},
        area="area",
    ),
    _table(
        "closures",
        N_("When crossings and roads were closed or contested"),
        "closure_id kind subject date date_end status reason citation confidence source",
        _FROM,
        _TO,
        Filter("status", "status", choices=("closed", "contested", "open"), example="closed"),
        key="closure_id",
    ),
    _table(
        "political_events",
        N_("Coups, elections, resolutions, changes of control, atrocities"),
        "event_id date date_end event kind place actor_kind deaths_min deaths_max deaths_note citation confidence "
        "basis note source",
        _FROM,
        _TO,
        Filter("kind", "kind", description="Kind of event", example="coup"),
        key="event_id",
    ),
    _table(
        "agreements",
        N_("Peace agreements, provision by provision"),
        "agreement date date_end place theme provision detail implementation citation confidence source",
        _FROM,
        _TO,
        Filter("theme", "theme", description="What the provision is about", example="ceasefire"),
        renamed={"ended": "date_end"},
    ),
    _table(
        "ddr_arms",
        N_("Published figures on disarmament, demobilisation, reintegration and arms"),
        "item_id kind group_name item date date_end amount amount_unit value_text citation confidence note source",
        Filter("kind", "kind", choices=("cantonment", "ddr_number", "arms", "convention", "base"), example="arms"),
        renamed={"group": "group_name", "unit": "amount_unit", "value": "value_text"},
        key="item_id",
    ),
    _table(
        "governance",
        N_("Indices of democracy by year"),
        "year iso3 index_name index_value low high source",
        Filter("iso3", "iso3", description="Country", example="XOU"),
        renamed={"index": "index_name", "value": "index_value"},
    ),
    _table(
        "standards",
        N_("Humanitarian minimum standards"),
        "standard_id standard sector measure_text amount value_text citation confidence note source",
        Filter("sector", "sector", description="Sector", example="water"),
        renamed={"measure": "measure_text", "value": "value_text"},
        key="standard_id",
    ),
    _table(
        "capacities",
        N_("What lorries, aircraft and units can do"),
        "capacity_id unit_type measure_text amount_low amount_high amount_unit value_text citation confidence note "
        "source",
        renamed={"measure": "measure_text", "unit": "amount_unit", "value": "value_text"},
        key="capacity_id",
    ),
    _table(
        "basemap",
        N_("Neighbouring countries, borders, rivers, lakes and towns behind a map"),
        "shape_id name kind iso3 rank source",
        Filter("kind", "kind", choices=("country", "border", "river", "lake", "town"), example="country"),
        key="shape_id",
        has_shapes=True,
    ),
)
