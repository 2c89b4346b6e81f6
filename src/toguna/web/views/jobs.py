"""Tables that a finished job found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from toguna.comparison.measures import DECIDING
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.web.views.view import CAVEATS, SHAPE, Column, View
from toguna.web.views.vocabulary import column, has


def _none(_: Country, __: Mapping[str, Any]) -> pd.DataFrame:
    """Return nothing: the table is read from the job's results, not made from the country."""
    return pd.DataFrame()


# Of columns that only results have; others are in the vocabulary of all views.
_LABELS = {
    "validated": N_("Judged on months not seen"),
    "from": N_("From"),
    "to": N_("To"),
    "base": N_("Base"),
    "number": N_("Number"),
    "on_offer": N_("On offer"),
    "mandate": N_("Mandate"),
    "draws": N_("Draws"),
    "share": N_("Share"),
    "share_kept": N_("Had each site kept its share"),
    "people_now": N_("People now"),
    "overflow_chance": N_("Chance that it overflows"),
    "overflow_early": N_("Overflows on day, early"),
    "overflow_median": N_("Overflows on day, median"),
    "overflow_late": N_("Overflows on day, late"),
    "need": N_("Need"),
    "achieved": N_("Achieved"),
    "gap": N_("Gap to the bound"),
    "served": N_("Served"),
    "asked": N_("Asked for"),
    "admin2_pcode": N_("Admin 2 code"),
    "expected": N_("Deaths expected"),
    "averted": N_("Deaths averted"),
    "left": N_("Deaths left"),
    "q05": N_("Low, 5 %"),
    "q95": N_("High, 95 %"),
    "worst_decile": N_("Mean of the worst tenth"),
    "probability_best": N_("Chance to be best"),
    "regret_mean": N_("Mean regret"),
    "regret_q90": N_("Regret, 90 %"),
    "difference_median": N_("Difference to doing nothing, median"),
    "difference_q05": N_("Difference, low"),
    "difference_q95": N_("Difference, high"),
    "probability_better": N_("Chance to be better"),
    "left_out": N_("Draws left out"),
    "contribution": N_("Contribution"),
    "cost": N_("Cost"),
    "per_million": N_("For each million US$"),
    "parameter": N_("Assumption code"),
    "crosses": N_("Draws with a break-even"),
    "never_worse": N_("Draws in which never worse"),
    "always_worse": N_("Draws in which always worse"),
    "rising": N_("Draws in which worse as it rises"),
    "several": N_("Draws with several"),
    "half": N_("Worse in half of the draws at"),
    "half_rising": N_("Worse in half as it rises"),
    "above_half": N_("Values drawn above it"),
    "own_above": N_("Draws above their own break-even"),
    "worse_as_drawn": N_("Worse in draws as they are"),
    "against": N_("Compared with"),
    "worse": N_("Worse in draws"),
    "reverses": N_("Turns the order round"),
    "correlation": N_("Rank correlation"),
    "flipped_low": N_("Turned round where lowest"),
    "flipped_high": N_("Turned round where highest"),
    **{one.name: one.words for one in DECIDING},
}
# Of jobs these hold words, not codes.
_SAID = frozenset({"kind", "unit", "tasks", "lost_without", "demand", "says", "title", "what", "then"})


def columns_of(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a job's table: as the vocabulary has them, else by their name and cells."""
    return tuple(_column(str(name), frame[name]) for name in frame.columns if name != SHAPE)


def _column(name: str, cells: pd.Series) -> Column:
    kind = cells.dtype.kind
    if has(name) and (known := column(name)).is_flag == (kind == "b") and (known.kind == "number") == (kind in "iuf"):
        return replace(known, is_words=name in _SAID)
    label = _LABELS.get(name) or name.replace("_", " ").capitalize()
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
