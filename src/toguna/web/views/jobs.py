"""Tables that a finished job found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.views.view import CAVEATS, SHAPE, Column, View
from toguna.web.views.vocabulary import column, has


def _none(_: Country, __: Mapping[str, Any]) -> pd.DataFrame:
    """Return nothing: the table is read from the job's results, not made from the country."""
    return pd.DataFrame()


# Of jobs these hold words, not codes.
_SAID = frozenset({"kind", "unit", "tasks", "lost_without", "says", "title", "what", "then"})


def columns_of(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a job's table: as the vocabulary has them, else by their name and cells."""
    return tuple(_column(str(name), frame[name]) for name in frame.columns if name != SHAPE)


def _column(name: str, cells: pd.Series) -> Column:
    kind = cells.dtype.kind
    if has(name) and (known := column(name)).is_flag == (kind == "b") and (known.kind == "number") == (kind in "iuf"):
        return replace(known, is_words=name in _SAID)
    label = name.replace("_", " ").capitalize()
    if kind == "b":
        return Column(name, label, kind="code", is_flag=True)
    return Column(name, label, kind="number" if kind in "iuf" else "text")


def _view(name: str, title: str) -> View:
    return View(name, title, _none, of_job=True, remarks=(CAVEATS,))


JOB_VIEWS = (
    _view("risk", N_("Violence expected in the months ahead")),
    _view("risk_total", N_("Violence expected in all months together")),
    _view("skill", N_("How well such forecasts did on months they had not seen")),
    _view("postings", N_("Who is to be posted where")),
    _view("tiers", N_("What a plan reaches by principle, in order")),
    _view("demands", N_("What is to be done, and how much of it is")),
    _view("unprotected", N_("Where most deaths are expected that nothing averts")),
    _view("one_more", N_("What one more unit of each kind would add")),
    _view("arrivals", N_("Arrivals expected in the months ahead")),
    _view("routes", N_("Ways that people in flight are expected to take")),
    _view("sites", N_("Camps and sites at the end of the months ahead")),
    _view("site_needs", N_("What people at each site will need")),
    _view("measures", N_("What each mandate would bring about")),
    _view("ranking", N_("Mandates in order")),
    _view("break_even", N_("At which assumptions mandates change places")),
    _view("break_even_curve", N_("Civilians killed, by assumption that may turn the order")),
    _view("would_change", N_("What would change the order")),
    _view("contributions", N_("What each contribution would add")),
)
