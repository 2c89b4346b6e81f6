"""Mandates side by side: what authorises them, what decides, where it turns, what is added, what is not known."""

from __future__ import annotations

import math
import re

import numpy as np

from toguna.briefing.curve_chart import Curve, Held, draw_curve
from toguna.briefing.model import Block, Bullets, Cell, Figure, Paragraph, Run, Section, Table
from toguna.briefing.ranges_chart import Panel, Range, Ranges, draw_ranges
from toguna.briefing.sections.build import listed, text
from toguna.briefing.sections.compare_asked import Compared, Decides
from toguna.briefing.sections.compare_words import (
    PURPOSES,
    better_words,
    between,
    decision,
    figure,
    mandate,
    measure,
    numbered,
    offer,
    quoted,
    unit_words,
)
from toguna.briefing.sections.risk_words import chance, span
from toguna.briefing.wording import Wording
from toguna.comparison.authority import FLAG
from toguna.comparison.break_even import BreakEven
from toguna.comparison.compare import TRANSFER, Comparison
from toguna.comparison.from_plan import RENEWED
from toguna.comparison.measures import DECIDING
from toguna.comparison.parameters import Finding
from toguna.comparison.ranking import Ranking
from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.planning.mandate import Basis

DECIDERS = 5  # assumptions shown
CLAIM = 10.0  # recruits for each person killed, as a policy article of 2013 has it
_RECRUITS = {
    "recruits_per_fighter_killed": N_("Recruits per fighter killed"),
    "recruits_per_civilian_killed": N_("Recruits per civilian killed"),
}
_KNOWN = re.compile(r"Data are known to (\d{4}-\d{2}), (\d+) months before|(\d+) months are known")


def compare(say: Wording, asked: Compared) -> Section:
    """Return the section on mandates compared."""
    _ = say.language
    found = asked.found
    _check(say, found)
    months = [Month.parse(one) for one in found.outcome.months]
    blocks: list[Block | None] = [
        *_flags(say, found),
        _flips(say, found),
        text(_what(say, found)),
        _authority(say, found),
        _listed(decisions(say, found)),
        places(say, found),
        ladder(say, found),
        *(break_even_chart(say, asked, one) for one in asked.turns.values()),
        _listed([*(break_even(say, asked, one) for one in asked.turns.values()), claim(say, asked)]),
        additions(say, asked) if len(found.contributions) else None,
        _listed(lacks(say, asked)),
        *(deciders(say, found, one) for one in asked.decides),
        _listed(unknown(say, asked)),
        text(_("Toguna comparison, run {run}.").format(run=found.made_from.run_id), role="note"),
    ]
    title = _("Mandates compared, {months}").format(months=span(say, months))
    return Section(title=title, blocks=tuple(one for one in blocks if one is not None))


def _listed(items: list[str]) -> Bullets | None:
    """Return sentences as a list; none where there is nothing to say."""
    kept = [one for one in items if one]
    return Bullets(items=tuple((Run(text=one),) for one in kept)) if kept else None


def _check(say: Wording, found: Comparison) -> None:
    country = say.assessment.country
    if found.made_from.pack != country.pack or Month.parse(found.outcome.months[0]) != country.month + 1:
        raise AskError(
            f"The assessment is of {country.pack} seen from {country.month}; the comparison given is of "
            f"{found.made_from.pack} from {found.outcome.months[0]}. Make both from the same country and month."
        )


def _what(say: Wording, found: Comparison) -> str:
    _ = say.language
    offers = [offer(say, str(one)) for one in found.made_from.parameters["offers"]]
    said = _(
        "Simulated: {mandates} mandates, and what comes with nobody sent; each with what is on offer from {offers}, in "
        "{draws} draws of {assumptions} uncertain assumptions. All get the same draws, so that mandates are compared "
        "in each. This explores what follows from the assumptions; it does not predict."
    ).format(
        mandates=len(found.plans),
        offers=listed(offers, _),
        draws=_.number(len(found.outcome.parameters)),
        assumptions=len(found.assumptions),
    )
    if found.ranking.left_out:
        left = _("{number} draws went astray and are left out everywhere.")
        said += " " + left.format(number=_.number(found.ranking.left_out))
    return (
        said
        + " "
        + _("Order by the five principles, by medians: {order}.").format(order=order_words(say, found, found.ranking))
    )


def order_words(say: Wording, found: Comparison, ranking: Ranking) -> str:
    """Return mandates by place; those that share one stand together."""
    _ = say.language
    by_place = ranking.order.groupby("place")["mandate"]
    return "; ".join(
        f"{place}. {listed([quoted(say, found, str(one)) for one in names], _)}" for place, names in by_place
    )


def flagged(say: Wording, found: Comparison) -> list[str]:
    """Return by mandate without authority that it has none, and why it is looked at."""
    _ = say.language
    rows = found.authority[found.authority["kind"] == FLAG].to_dict("records")
    return [
        _("“{mandate}” has no authority on record: {why}").format(
            mandate=mandate(say, found, str(row["mandate"])), why=_(str(row["says"]))
        )
        for row in rows
    ]


def _flags(say: Wording, found: Comparison) -> list[Paragraph]:
    return [Paragraph(runs=(Run(text=one, bold=True),), role="warning") for one in flagged(say, found)]


def authorities(say: Wording, found: Comparison) -> list[str]:
    """Return what authorises the mandates, those with the same authority together; what is remembered is not quoted."""
    _ = say.language
    known = found.authority[found.authority["kind"] != FLAG]
    known = known[known["basis"] != Basis.MEMORY.value]
    by_text: dict[tuple[str, ...], list[str]] = {}
    for name, rows in known.groupby("mandate", sort=False):
        said = tuple(
            _("{source}, {date}: {says}").format(
                source=_(str(row["source"])), date=_.period(str(row["date"])), says=_(str(row["says"]))
            )
            for row in rows.to_dict("records")
        )
        by_text.setdefault(said, []).append(quoted(say, found, str(name)))
    return [
        _("{mandates} rest on: {authority}.").format(mandates=listed(names, _), authority="; ".join(said))
        for said, names in by_text.items()
    ]


def _authority(say: Wording, found: Comparison) -> Paragraph | None:
    said = authorities(say, found)
    return text(" ".join(said)) if said else None


def flips(say: Wording, found: Comparison) -> str:
    """Return between which mandates the order is not settled; empty where it is everywhere."""
    _ = say.language
    pairs = [
        listed([quoted(say, found, name) for name in (one.winner, one.loser)], _)
        for one in found.ranking.decisions
        if one.flips
    ]
    return (
        _("The order flips within what is held plausible for: {pairs}.").format(pairs="; ".join(pairs)) if pairs else ""
    )


def _flips(say: Wording, found: Comparison) -> Paragraph:
    said = [flips(say, found), say.language(TRANSFER)]
    return text(" ".join(one for one in said if one), role="warning")


def decisions(say: Wording, found: Comparison) -> list[str]:
    """Return the sentences that decide, those that flip first."""
    known = sorted(found.ranking.decisions, key=lambda one: not one.flips)
    return [decision(say, found, one) for one in known]


def places(say: Wording, found: Comparison) -> Table:
    """Return the whole distribution of the ranking."""
    _ = say.language
    ranking = found.ranking
    many = len(ranking.places.columns)
    rows = []
    for row in ranking.order.to_dict("records"):
        name, low, high = str(row["mandate"]), int(row["place_low"]), int(row["place_high"])
        rows.append(
            (
                Cell(text=mandate(say, found, name), bold=True),
                Cell(text=str(int(row["place"]))),
                Cell(text=str(low) if low == high else f"{low}–{high}"),
                *(Cell(text=_.percent(float(share))) for share in ranking.places.loc[name]),
            )
        )
    return Table(
        caption=_("How often each mandate has each place when every draw is ranked by itself"),
        columns=(_("Mandate"), _("Place by medians"), _("In 90% of draws"), *(str(at + 1) for at in range(many))),
        numeric=(False, *(True for at in range(many + 2))),
        rows=tuple(rows),
        note=_("Mandates that share a place share it out. Principles come in order; none is bought with another."),
    )


def ladder(say: Wording, found: Comparison) -> Figure:
    """Return by mandate the five measures that decide, in the order of the principles, with median and 90% range."""
    _ = say.language
    names = [str(one) for one in found.ranking.order["mandate"]]
    table = found.spread.set_index(["mandate", "measure"])
    panels, told = [], []
    for one in DECIDING:
        ranges: list[Range | None] = []
        for name in names:
            low, middle, high = (float(table.loc[(name, one.name), key]) for key in ("q05", "median", "q95"))
            if not math.isfinite(middle):
                ranges.append(None)
                continue
            words = figure(say, middle, one.unit)
            span_words = f"{figure(say, low, one.unit)} – {figure(say, high, one.unit)}"
            ranges.append(Range(low, middle, high, words, span_words))
            told.append(f"{mandate(say, found, name)}, {_(one.words)}: {words} ({span_words})")
        panels.append(
            Panel(
                numbered(say, one.principle, one.name), unit_words(say, one.unit), better_words(say, one), tuple(ranges)
            )
        )
    caption = _("The five measures that decide, by mandate: median and 90% range")
    alt = _("Ranges by mandate. {figures}.").format(figures="; ".join(told))
    rows = tuple(mandate(say, found, name) for name in names)
    return Figure(
        caption=caption,
        svg=draw_ranges(Ranges(caption, alt, rows, tuple(panels), _("unknown"))),
        alt=alt,
        note=_("Bar: 90% of draws; stroke: median. Each measure has its own scale; what a draw assumes is shared by "
               "all mandates, so bars that overlap can still differ in nearly every draw."),
    )  # fmt: skip


def break_even_chart(say: Wording, asked: Compared, one: BreakEven) -> Figure:
    """Return how many more civilians are killed with raids, by recruits for each person killed."""
    _ = say.language
    raids, calm = (mandate(say, asked.found, name) for name in (asked.raiding, asked.protecting))
    caption = _("{what}: civilians killed under “{raids}” less those under “{calm}”").format(
        what=_(_RECRUITS[one.parameter]), raids=raids, calm=calm
    )
    curve = one.curve
    parameter = next(it for it in asked.found.assumptions if it.name == one.parameter)
    low, high = parameter.range90
    middle = float(parameter.at(np.array([0.5]))[0])
    turns = None
    if math.isfinite(one.half):
        turns = (one.half, _("break-even {value}").format(value=_.number(one.half, 1)))
    said = break_even(say, asked, one)
    svg = draw_curve(
        Curve(
            title=caption,
            alt=said,
            x_title=_(_RECRUITS[one.parameter]),
            y_title=_("civilians killed, difference"),
            x=list(curve["value"]),
            middle=list(curve["median"]),
            low=list(curve["q05"]),
            high=list(curve["q95"]),
            above=_("more with “{raids}”").format(raids=raids),
            below=_("more with “{calm}”").format(calm=calm),
            held=Held(low, middle, high, _("held plausible (90%)")),
            number=lambda value: _.number(value, 0 if value == round(value) else 1),
            turns=turns,
            turns_low=one.quantile(0.05),
            turns_high=one.quantile(0.95),
            claim=(CLAIM, _("claimed in 2013: ten")) if _claims(asked, one.parameter) else None,
        )
    )
    note = _("Line: median of draws; band: 90%. Above 0 “{raids}” leaves more killed.").format(raids=raids)
    return Figure(caption=caption, svg=svg, alt=said, note=note, is_half=True)


def break_even(say: Wording, asked: Compared, one: BreakEven) -> str:
    """Return from how many recruits on raids leave more civilians killed, or that no number turns it."""
    _ = say.language
    share = one.curve["worse"]
    shown = {
        "what": _(_RECRUITS[one.parameter]),
        "raids": mandate(say, asked.found, asked.raiding),
        "calm": mandate(say, asked.found, asked.protecting),
        "first": _.number(one.curve["value"].iloc[0]),
        "last": _.number(one.curve["value"].iloc[-1]),
        "shares": _shares(say, float(share.min()), float(share.max())),
        "never": _.percent(one.never_worse),
        "always": _.percent(one.always_worse),
    }
    if math.isnan(one.half):
        more = (
            _("{what}: no number from {first} to {last} turns it. “{raids}” leaves more civilians killed than “{calm}” "
              "in {shares} of draws, whatever the number.")
            if share.iloc[0] > 0.5
            else _("{what}: no number from {first} to {last} turns it. “{raids}” leaves more civilians killed than "
                   "“{calm}” in no more than half of draws ({shares}), whatever the number.")
        )  # fmt: skip
        said = more.format(**shown)
    else:
        beyond = one.above_half if one.half_rising else 1 - one.above_half
        where = (
            _("{what}: the break-even is {half}. Above it “{raids}” leaves more civilians killed than “{calm}” in more "
              "than half of draws; {beyond} of the values held plausible lie above.")
            if one.half_rising
            else _("{what}: the break-even is {half}. Below it “{raids}” leaves more civilians killed than “{calm}” in "
                   "more than half of draws; {beyond} of the values held plausible lie below.")
        )  # fmt: skip
        said = where.format(**shown, half=_.number(one.half, 1), beyond=_.percent(beyond))
    if one.crosses:
        said += " " + _("Draws that turn do so at {low} to {high} (90%).").format(
            low=_.number(one.quantile(0.05), 1), high=_.number(one.quantile(0.95), 1)
        )
        said += " " + _("In {always} of draws it leaves more at every number, in {never} at none.").format(**shown)
    return said


def _shares(say: Wording, low: float, high: float) -> str:
    ends = [chance(say, low), chance(say, high)]
    return ends[0] if ends[0] == ends[1] else say.language("{first} to {last}").format(first=ends[0], last=ends[1])


def _claims(asked: Compared, name: str) -> list[Finding]:
    """Return the quotable claims behind an assumption."""
    parameter = next(it for it in asked.found.assumptions if it.name == name)
    return [it for it in parameter.sources if it.quotable and "claim" in it.says]


def claim(say: Wording, asked: Compared) -> str:
    """Return what follows at the claim of ten recruits for each person killed; empty where none is quotable."""
    _ = say.language
    found: dict[str, list[str]] = {}
    for name, one in asked.turns.items():
        for it in _claims(asked, name)[:1]:
            share = float(np.interp(CLAIM, one.curve["value"], one.curve["worse"]))
            found.setdefault(it.source, []).append(
                _("{what}: {share}").format(what=_(_RECRUITS[name]), share=chance(say, share))
            )
    return " ".join(
        _(
            "Ten recruits for each one killed is a claim ({source}), not a measurement. At ten, draws with more "
            "civilians killed under “{raids}”: {shares}."
        ).format(source=source, raids=mandate(say, asked.found, asked.raiding), shares="; ".join(shares))
        for source, shares in found.items()
    )


def additions(say: Wording, asked: Compared, under: str = "") -> Table:
    """Return what contributions add under a mandate, by principle, and for each US$ million."""
    _ = say.language
    name = under or asked.shown
    table = asked.found.contributions
    table = table[table["mandate"] == name]
    rows, before, costs = [], "", []
    for row in table.to_dict("records"):
        label, unit, cost = str(row["contribution"]), str(row["unit"]), float(row["cost"])
        if label != before:
            costs.append(_("{contribution}: US$ {cost} million").format(
                contribution=offer(say, label), cost=figure(say, cost, "US$ million")))  # fmt: skip
        per = float(row["per_million"])
        rows.append(
            (
                Cell(text=offer(say, label), bold=label != before),
                Cell(text=numbered(say, int(row["principle"]), str(row["measure"]))),
                Cell(text=unit_words(say, unit)),
                Cell(text=_signed(say, float(row["median"]), unit), bold=True),
                Cell(text=between(say, float(row["low"]), float(row["high"]), unit)),
                Cell(text=_.percent(float(row["probability_better"]))),
                Cell(text=_signed(say, per, unit) if math.isfinite(per) else "–"),
            )
        )
        before = label
    return Table(
        caption=_("What contributions add under “{mandate}”, by principle").format(
            mandate=mandate(say, asked.found, name)
        ),
        columns=(_("Contribution"), _("Principle"), _("In"), _("Better by"), _("90%"), _("Better in"),
                 _("For each US$ million")),
        numeric=(False, False, False, True, True, True, True),
        rows=tuple(rows),
        wide=1,
        note=_("Above 0 is better for civilians, below 0 worse; with and without it in the same draw. Median cost: "
               "{costs}.").format(costs="; ".join(costs)),
    )  # fmt: skip


def _signed(say: Wording, value: float, unit: str) -> str:
    shown = figure(say, value, unit)
    return "+" + shown if value > 0 and shown != say.language.number(0) else shown


def lacks(say: Wording, asked: Compared) -> list[str]:
    """Return what is missing beside each contribution, what it states no number for, or that nothing was missed."""
    _ = say.language
    said = []
    for name, missed in asked.lacks.items():
        told = {"contribution": offer(say, name)}
        said += [_("Missing beside {contribution}: {what}").format(**told, what=_(one)) for one in missed]
        if not missed:
            said.append(_("Beside {contribution}, nothing was missed that its parts need to work.").format(**told))
        said += [
            _("{contribution} states no number for {what}: not simulated.").format(
                **told, what=_(PURPOSES.get(one, one))
            )
            for one in asked.unstated.get(name, ())
        ]
    return said


def deciders(say: Wording, found: Comparison, one: Decides) -> Table:
    """Return the assumptions that decide between two mandates, with those marked that no finding sizes."""
    _ = say.language
    rows = []
    for row in one.table.head(DECIDERS).to_dict("records"):
        confidence = str(row["confidence"])
        rows.append(
            (
                Cell(text=_(str(row["title"]))),
                Cell(
                    text=_("{share} ({low}–{high})").format(
                        share=_.percent(min(max(float(row["total"]), 0.0), 1.0)),
                        low=_.percent(max(float(row["total_low"]), 0.0)),
                        high=_.percent(min(float(row["total_high"]), 1.0)),
                    )
                ),
                Cell(text=_(confidence), bold=confidence == "none"),
            )
        )
    return Table(
        caption=_("What decides between “{one}” and “{other}”: {measure}").format(
            one=mandate(say, found, one.one), other=mandate(say, found, one.other), measure=measure(say, one.measure)
        ),
        columns=(_("Assumption"), _("Share"), _("Confidence")),
        numeric=(False, True, False),
        rows=tuple(rows),
        note=_(
            "Share: of the variance of the difference (Sobol’ total index, 95% range). Confidence “none”: no finding "
            "gives its size, the range is judgement."
        ),
        is_half=True,
    )


def unknown(say: Wording, asked: Compared) -> list[str]:
    """Return what is not known, in sentences."""
    _ = say.language
    found = asked.found
    none = sum(one.confidence == "none" for one in found.assumptions)
    said = [
        _("Of {all} assumptions, {none} have confidence “none”: no finding gives their size.").format(
            all=len(found.assumptions), none=none
        ),
        _("In the adverse set (troops change nothing, force lowers attacks, half of what is prevented moves next door, "
          "borders can be closed) the order is: {adverse}. As drawn: {drawn}.").format(
            adverse=order_words(say, found, asked.adverse), drawn=order_words(say, found, found.ranking)),
        _(RENEWED),
        known_until(say, found),
    ]  # fmt: skip
    return [one for one in said if one]


def known_until(say: Wording, found: Comparison) -> str:
    """Return how much of the violence was known, where the forecast behind the simulation says so."""
    _ = say.language
    for one in found.remarks:
        if it := _KNOWN.match(one):
            if it[3]:
                return _("Months of violence known: {months}, too few to judge any model.").format(months=it[3])
            return _("Violence is known to {month}, {months} months before the month looked from.").format(
                month=_.month(Month.parse(it[1])), months=it[2]
            )
    return ""
