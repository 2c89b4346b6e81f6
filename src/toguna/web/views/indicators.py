"""Every indicator, in the order of the five principles, human rights last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toguna.assessment.assess import assess
from toguna.assessment.principles import HUMAN_RIGHTS, PRINCIPLES
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.country.seen import last_day
from toguna.web.views.view import CAVEATS, Filter, View, in_area
from toguna.web.views.vocabulary import columns

_NAMES = {one.rank: one.name for one in (*PRINCIPLES, HUMAN_RIGHTS)}


def _rows(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a figure, as the assessment orders them: principle 1 to 5, then rights."""
    found = assess(country).table
    table = found.rename(
        columns={"subject": "area", "subject_name": "area_name", "subject_kind": "area_kind", "reason": "grounds"}
    )
    lies_in = dict(zip(country.places["place_id"], country.places["admin2_pcode"], strict=True))
    where = [lies_in.get(code, "") if kind == "place" else code for code, kind in _subjects(table)]
    placed = in_area(table.assign(admin2_pcode=where), country)
    return placed.assign(
        principle_name=table["principle"].map(_NAMES),
        month=[str(Month.of(last_day(period))) if period else "" for period in table["period"]],
        missing=table["is_missing"],
        why_missing=table["grounds"].where(table["is_missing"], ""),
        grounds=table["grounds"].where(~table["is_missing"], ""),
        source=table["sources"],
        change=table["change"],
    )


def _subjects(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["area"], table["area_kind"], strict=True))


INDICATORS = View(
    "indicators",
    N_("The five principles in order: one figure a row"),
    _rows,
    columns(
        "principle principle_name number_id code indicator label area area_name area_kind admin1_code admin2_code "
        "month period value unit missing why_missing low high change change_from turn direction confidence grounds "
        "age_months milestone source"
    ),
    (
        Filter("principle", "principle", description="1 to 5; 0 for human rights across all", example="1"),
        Filter("code", "code", description="Indicator by number", example="1.1"),
        Filter("indicator", "indicator", description="Indicator by name", example="refugees_by_host"),
        Filter("area", "area", description="Area, place or country by code", example="XNA"),
        Filter("area_kind", "area_kind", choices=("country", "area", "place", "term", "text"), example="area"),
        Filter("milestone", "milestone", description="0 for now, or a year looked back to", example="0"),
        Filter("confidence", "confidence", choices=("high", "medium", "low"), example="high"),
        Filter("missing", "missing", choices=("true", "false"), example="false"),
        Filter("from", "month", "from", "First month a figure speaks of", "2013-01"),
        Filter("to", "month", "to", "Last month a figure speaks of", "2014-12"),
    ),
    key="number_id",
    area="admin2_code",
    level=2,
    remarks=(CAVEATS, N_("Principle 1 comes before 2, and so on to 5: a later one never outweighs an earlier one.")),
)
