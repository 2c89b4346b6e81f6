"""Principle 4 and human rights: who was killed, by whom, where, and who was near a base."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.protection import bases, endings
from toguna.briefing.model import Bars, Block, Cell, Paragraph, Run, Section, Series, Table
from toguna.briefing.sections.build import enumerated, fill
from toguna.briefing.wording import NOT_KNOWN, Wording
from toguna.core.months import Month

MONTHS_SHOWN = 180
AREAS_SHOWN = 6


def protection(say: Wording) -> Section:
    """Return the section on principle 4 and human rights."""
    _ = say.language
    found = [_bars(say), _deaths(say), _hot(say), _bases(say), _atrocities(say)]
    blocks: tuple[Block, ...] = tuple(block for block in found if block)
    return Section(title=_("Protection of civilians and human rights"), principle=4, blocks=blocks)


def _bars(say: Wording) -> Bars | None:
    _ = say.language
    all_deaths = {str(row["period"]): float(row["value"]) for row in say.known("4.6")}
    civilians = {str(row["period"]): float(row["value"]) for row in say.known("4.7")}
    if not all_deaths:
        return None
    last = Month.parse(max(all_deaths))
    months = [str(last.back(back)) for back in range(min(MONTHS_SHOWN, len(all_deaths)) - 1, -1, -1)]
    ticks = {place: month[:4] for place, month in enumerate(months) if month.endswith("-01")}
    step = 1 + len(ticks) // 10
    ticks = {place: year for count, (place, year) in enumerate(ticks.items()) if count % step == 0}
    series = [Series(name=_("all organised violence"), values=tuple(all_deaths.get(month) for month in months))]
    if civilians:
        rest = tuple(
            None if all_deaths.get(m) is None else max(all_deaths[m] - civilians.get(m, 0.0), 0.0) for m in months
        )
        # Where a month has more one-sided deaths than deaths in all, the two series disagree; the total rules.
        inside = tuple(min(civilians[m], all_deaths.get(m, 0.0)) if m in civilians else None for m in months)
        series = [
            Series(name=_("civilians killed on purpose (one-sided)"), values=inside),
            Series(name=_("other deaths; all deaths where the split is not published"), values=rest),
        ]
    return Bars(
        caption=_("Deaths in organised violence by month"),
        unit=_("deaths in the month"),
        positions=tuple(months),
        ticks=ticks,
        series=tuple(series),
        alt=_("Bars of deaths by month from {first} to {last}; the highest month has {most}.").format(
            first=_.period(months[0]), last=_.period(months[-1]), most=_.number(max(all_deaths.values()))
        ),
        missing_label=_("split not published") if civilians else _(NOT_KNOWN),
    )


def _deaths(say: Wording) -> Table | None:
    _ = say.language
    rows = [*say.known("4.2"), *say.known("4.3")]
    if not rows:
        return None
    lines = []
    for row in rows:
        killed = row["code"] == "4.3"
        label = say.subject(row)
        interval = "" if pd.isna(row["low"]) else f"{_.number(float(row['low']))}–{_.number(float(row['high']))}"
        lines.append(
            (
                Cell(text=_("one-sided, by {actor}").format(actor=label) if killed else label),
                Cell(text=str(row["period"])),
                say.cell(row),
                Cell(text=interval),
                Cell(
                    text=say.change(row) or _(NOT_KNOWN),
                    missing=not say.change(row),
                    arrow=say.arrow(row),
                    turn=say.turn(row),
                ),
            )
        )
    return Table(
        caption=_("Deaths by type of violence and by kind of perpetrator, state forces included"),
        columns=(_("Deaths in"), _("Year"), _("Best estimate"), _("Low–high"), _("Change, 12 months")),
        numeric=(False, True, True, True, True),
        rows=tuple(lines),
    )


def _hot(say: Wording) -> Paragraph | None:
    _ = say.language
    rows = say.known("4.5")[:AREAS_SHOWN]
    if not rows:
        return None
    names = [say.subject_run(row) for row in rows]
    partial = any("‡" in say.mark(row) for row in rows)
    template = (
        _(
            "Areas with deaths in the events on record, 24 months to {month}, partial sample, for where and not for "
            "how many: {areas}."
        )
        if partial
        else _("Areas with most deaths in the 24 months to {month}: {areas}.")
    )
    month = _.period(str(rows[0]["period"]))
    return Paragraph(runs=fill(template, month=month, areas=enumerated(names, say.language)))


def _bases(say: Wording) -> Paragraph | None:
    _ = say.language
    number = f"4.4-{say.assessment.country.profile.iso3}"
    row = say.find(number)
    if row is None or row["is_missing"]:
        return None
    ended = endings(say.assessment.country)
    if len(ended) and bases(say.assessment.country).empty:
        template = _("{force} ended in {month}: {share} of people live within 30 km of a peacekeeping base.")
        month = _.period(str(ended["date"].iloc[-1])[:7])
        runs = fill(template, force=str(ended["force"].iloc[-1]), month=month, share=say.run(number))
        return Paragraph(runs=runs)
    template = _("{share} of people lived within 30 km of a peacekeeping base listed in {year}.")
    return Paragraph(runs=fill(template, share=say.run(number), year=str(row["period"])))


def _atrocities(say: Wording) -> Paragraph | None:
    _ = say.language
    rows = [row for row in say.known("R.2") if float(row["value"]) > 0]
    if not rows:
        return None
    parts = []
    for row in rows:
        deaths = say.find(f"R.3-{row['subject']}")
        part, number = f"{say.subject(row)} {say.value(row)}", row["number_id"]
        if deaths and not deaths["is_missing"] and float(deaths["value"]) > 0:
            part += " " + _("(at least {deaths} killed)").format(deaths=say.value(deaths))
            number = deaths["number_id"]
        parts.append(Run(text=part, number_id=str(number)))
    template = _("Atrocities on record by the kind of actor the source names, no judicial finding: {actors}.")
    return Paragraph(runs=fill(template, actors=enumerated(parts, say.language)))
