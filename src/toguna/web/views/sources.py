"""Where the figures come from: licence, age and what was made of each source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.country.seen import last_day
from toguna.web.views.view import Filter, View
from toguna.web.views.vocabulary import columns


def _rows(country: Country, _: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row a source, with its rows and tables in this country and its age in months."""
    counts: dict[str, int] = {}
    used: dict[str, list[str]] = {}
    for name, table in country.tables.items():
        if name == "sources":
            continue
        for source, number in table["source"].value_counts().items():
            counts[str(source)] = counts.get(str(source), 0) + int(number)
            used.setdefault(str(source), []).append(name)
    found = country.sources
    return found.assign(
        rows=[counts.get(one, 0) for one in found["source"]],
        tables=[", ".join(used.get(one, [])) for one in found["source"]],
        age_months=[_age(country.month, until) for until in found["until"]],
    )


def _age(now: Month, until: str) -> float:
    try:
        return float(max(now.since(Month.of(last_day(until))), 0))
    except ValueError:
        return float("nan")


SOURCES = View(
    "sources",
    N_("Sources with licence and age"),
    _rows,
    columns("source title owner version licence licence_basis until age_months rhythm lag rows tables citation url"),
    (Filter("source", "source", description="Source by code", example="made-up-events"),),
    key="source",
)
