"""A plan: who should be where, what that buys by the five principles, and whom it leaves unprotected."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toguna.assessment.principles import PRINCIPLES
from toguna.briefing.model import Block, Cell, Section, Table
from toguna.briefing.sections.build import listed, text
from toguna.briefing.sections.plan_map import plan_map
from toguna.briefing.sections.plan_words import (
    amount,
    cited,
    deaths,
    lost_tasks,
    offers,
    stay,
    task_words,
    tasks_said,
)
from toguna.briefing.sections.risk_words import ALLOCATED, span
from toguna.briefing.wording import Wording
from toguna.core.errors import AskError
from toguna.planning.plan import Plan

ROWS_SHOWN, PLACES_SHOWN = 20, 10
_PROTECTION = 4  # the principle whose worth is told in deaths averted
_LAST = 9  # after every principle


def plan(say: Wording, found: Plan) -> Section:
    """Return the section on a plan."""
    _ = say.language
    _check(say, found)
    title = _("A plan: who should be where, {months}").format(months=span(say, found.situation.months))
    posted = not found.postings.empty
    blocks: list[Block | None] = [
        text(_what(say, found)),
        text(_warning(say, found), role="warning"),
        text(_spare(say, found), role="note"),
        _demands(say, found) if len(found.demands) else None,
        plan_map(say, found) if posted else None,
        _postings(say, found) if posted else None,
        _bought(say, found) if len(found.tiers) else None,
        text(_averted(say, found)),
        _unprotected(say, found),
    ]
    return Section(title=title, blocks=tuple(one for one in blocks if one is not None))


def _check(say: Wording, found: Plan) -> None:
    country = say.assessment.country
    if found.made_from.pack != country.pack or found.situation.months[0] != country.month + 1:
        raise AskError(
            f"The assessment is of {country.pack} seen from {country.month}; the plan given is of "
            f"{found.made_from.pack} from {found.situation.months[0]}. Make both from the same country and month."
        )


def _what(say: Wording, found: Plan) -> str:
    _ = say.language
    asked = {
        "mandate": _(found.mandate.title),
        "offers": offers(say, found),
        "months": span(say, found.situation.months),
    }
    if found.postings.empty:
        return _(
            "Mandate “{mandate}”, with what is on offer from {offers}, {months}: no unit is posted, for none would "
            "serve anything the mandate asks for within its limits."
        ).format(**asked)
    return _(
        "Mandate “{mandate}”, with what is on offer from {offers}, {months}. Postings: {postings}; bases: {bases}."
    ).format(**asked, postings=len(found.postings), bases=found.postings["base"].nunique())


def _warning(say: Wording, found: Plan) -> str:
    _ = say.language
    said = [
        _("The plan holds only if the mandate’s effects hold: they are assumptions, not measurements."),
        _("How harm is shared out among the places of an area, towns and roads, is not validated."),
    ]
    if any(ALLOCATED in one for one in found.remarks):
        said.insert(1, _("Deaths expected by area are allocated from the country’s forecast, not validated."))
    if found.made_from.parameters.get("due_diligence") is None:
        said.append(_("No register of human rights due diligence was given: no base was left out for it."))
    flown = found.situation.bases.loc[found.situation.bases["by_air"], "name"]
    cut = [str(one) for one in flown if one in set(found.postings["base"])]
    if cut:
        said.append(_("No road from the capital leads to {bases}: supplies must be flown.").format(
            bases=listed(cut, _)))  # fmt: skip
    return " ".join(said)


def _ordered(found: Plan) -> pd.DataFrame:
    """Return postings grouped by base: bases whose absence costs an earlier principle first, then most deaths."""
    ranks = dict(zip(found.demands["demand"], found.demands["principle"], strict=True))
    first = [min((ranks.get(one, _LAST) for one in lost_tasks(str(lost))), default=_LAST)
             for lost in found.postings["lost_without"]]  # fmt: skip
    table = found.postings.assign(first=first)
    by_base = table.groupby("base").agg(first=("first", "min"), lost=("deaths_lost_without", "sum"))
    order = by_base.sort_values(["first", "lost"], ascending=[True, False], kind="stable").index
    table = table.assign(place=order.get_indexer(table["base"]))
    return table.sort_values(["place", "first", "deaths_lost_without"], ascending=[True, True, False], kind="stable")


def _serves(found: Plan, base: str, kind: str) -> list[str]:
    """Return the mandate's tasks that a kind of unit has sites for near a base."""
    now = found.situation
    here = np.flatnonzero((now.bases["name"] == base).to_numpy())
    number = [one.title for one in now.kinds].index(kind)
    done = [(one.name, one.covers) for one in now.problem.demands]
    done += [(one.name, one.covers) for one in now.problem.options]
    return [name for name, covers in done if any(cover.kind == number and cover.near[:, here].nnz for cover in covers)]


def _postings(say: Wording, found: Plan) -> Table:
    _ = say.language
    table = _ordered(found)
    rows, before = [], ""
    for row in table.head(ROWS_SHOWN).to_dict("records"):
        base, kind = str(row["base"]), str(row["kind"])
        rows.append(
            (
                Cell(text=base, bold=base != before),
                Cell(text=_(kind)),
                Cell(text=_.number(row["number"])),
                Cell(text=stay(say, found, str(row["from"]), str(row["to"]))),
                Cell(text=tasks_said(say, _serves(found, base, kind), str(row["lost_without"]))),
                Cell(text=deaths(say, row["deaths_lost_without"])),
            )
        )
        before = base
    note = _("Lost without it: what the rest of the plan would no longer do, were this one row left out.")
    if len(table) > ROWS_SHOWN:
        note += " " + _("Postings not shown: {more}; `toguna plan --table postings` lists all.").format(
            more=len(table) - ROWS_SHOWN
        )
    return Table(
        caption=_("Postings by base, those that serve earlier principles first"),
        columns=(
            _("Base"),
            _("Kind"),
            _("Number"),
            _("Months"),
            _("Serves (lost without it)"),
            _("Deaths averted, lost without it"),
        ),
        numeric=(False, False, True, False, False, True),
        rows=tuple(rows),
        wide=4,
        note=f"{note} {cited(say, found)}",
    )


def _spare(say: Wording, found: Plan) -> str:
    _ = say.language
    problem = found.situation.problem
    left = problem.available - found.solved.units.sum(axis=1)
    said = []
    for kind, spare, there in zip(found.situation.kinds, left, problem.available, strict=True):
        low, high = int(spare.min()), int(spare.max())
        if high > 0:
            number = _.number(high) if low == high else f"{_.number(low)}–{_.number(high)}"
            said.append(_("{kind} ({spare} of {there})").format(
                kind=_(kind.title), spare=number, there=_.number(int(there.max()))))  # fmt: skip
    if not said:
        return _("Every unit on offer is posted.")
    return _("On offer but not posted, not needed or no place for: {units}.").format(units=listed(said, _))


def _principle(say: Wording, rank: int) -> Cell:
    name = next(one.name for one in PRINCIPLES if one.rank == rank)
    return Cell(text=f"{rank} {say.language(name)}")


def _bought(say: Wording, found: Plan) -> Table:
    _ = say.language
    units = found.demands.groupby("principle")["unit"].first()
    rows = []
    for row in found.tiers.to_dict("records"):
        rank = int(row["principle"])
        unit = "deaths averted" if rank == _PROTECTION else str(units.get(rank, "people"))
        gap = float(row["gap"])
        said = _("weighted deaths averted") if rank == _PROTECTION else _(unit)
        shown = [amount(say, float(row[one]), unit) for one in ("achieved", "bound")]
        rows.append(
            (
                _principle(say, rank),
                *(Cell(text=one) for one in shown),
                Cell(text=_.percent(gap) if np.isfinite(gap) else ">" + _.percent(1.0)),
                *(Cell(text=amount(say, float(row[one]), unit)) for one in ("kept", "price_of_priority")),
                Cell(text=said),
            )
        )
    return Table(
        caption=_("What it buys, by principle in order"),
        columns=(
            _("Principle"),
            _("Achieved"),
            _("At most (proved)"),
            _("Gap"),
            _("Kept in the end"),
            _("Cost of priority to earlier ones"),
            _("In"),
        ),
        numeric=(False, True, True, True, True, True, False),
        rows=tuple(rows),
        note=_(
            "No plan that keeps the earlier principles achieves more than what is proved. Each principle may give up a "
            "small share for later ones, which is why less may be kept. Weighted: the worst of the months forecast "
            "count more. People are added up over tasks."
        ),
    )


def _demands(say: Wording, found: Plan) -> Table:
    _ = say.language
    rows = [
        (
            Cell(text=str(int(row["principle"]))),
            Cell(text=f"{task_words(say, str(row['demand']))} ({_(unit)})"),
            Cell(text=amount(say, float(row["served"]), unit)),
            Cell(text=amount(say, float(row["asked"]), unit)),
            Cell(text=_.percent(float(row["share"]))),
        )
        for row, unit in zip(found.demands.to_dict("records"), found.demands["unit"].astype(str), strict=True)
    ]
    return Table(
        caption=_("What is to be done, and how much of it is"),
        columns=(_("Principle"), _("Task"), _("Served"), _("Asked"), _("Share")),
        numeric=(False, False, True, True, True),
        rows=tuple(rows),
        wide=1,
        is_half=True,
    )


def _averted(say: Wording, found: Plan) -> str:
    _ = say.language
    averted = found.averted
    low, high = np.quantile(averted, (0.05, 0.95))
    expected = float(found.situation.draws.sum(axis=(0, 1)).mean())
    return _(
        "Deaths averted, if the mandate’s effects hold: {averted} of {expected} expected (90%: {low}–{high}). The "
        "range is that of the forecast; how sure the effects are is not in it."
    ).format(
        averted=deaths(say, float(averted.mean())),
        expected=deaths(say, expected),
        low=deaths(say, float(low)),
        high=deaths(say, float(high)),
    )


def _unprotected(say: Wording, found: Plan) -> Table:
    _ = say.language
    places = found.situation.places
    roads = set(places.loc[places["is_route"], "place_id"]) if "is_route" in places else set()
    areas = say.assessment.country.areas.set_index("pcode")["name"]
    table = found.unprotected
    rows = []
    for row in table.head(PLACES_SHOWN).to_dict("records"):
        name = str(row["name"])
        rows.append(
            (
                Cell(text=_("Road {name}").format(name=name) if row["place_id"] in roads else name),
                Cell(text=str(areas.get(row["admin2_pcode"], ""))),
                *(Cell(text=deaths(say, float(row[one]))) for one in ("expected", "averted", "left")),
            )
        )
    note = _("Deaths are expected values over all months of the plan, not counts.")
    if len(table) > len(rows):
        rest = float(table["left"].iloc[len(rows) :].sum())
        note += " " + _("Places not shown: {more}, with {left} deaths left together.").format(
            more=_.number(len(table) - len(rows)), left=deaths(say, rest)
        )
    return Table(
        caption=_("Left unprotected: places with most deaths expected that no posting averts"),
        columns=(_("Place"), _("Area"), _("Deaths expected"), _("Averted"), _("Left")),
        numeric=(False, False, True, True, True),
        rows=tuple(rows),
        note=note,
    )
