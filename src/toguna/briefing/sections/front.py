"""The first page: what a reader in a hurry takes away, and the ladder of the five principles."""

from __future__ import annotations

from toguna.assessment.humanitarian import TOTAL
from toguna.assessment.principles import PRINCIPLES
from toguna.assessment.south_north import agreements_known
from toguna.briefing.model import Paragraph, Run, Rung, RungFigure
from toguna.briefing.sections.build import enumerated, fill
from toguna.briefing.wording import Row, Wording

# The figures on each rung; the first that the assessment knows of each group is shown.
RUNGS: dict[int, tuple[tuple[str, ...], ...]] = {
    1: ((f"1.1-{TOTAL}", "1.1-*"), ("1.4-*",), ("1.5-*",)),
    2: (("2.1-*",), ("2.6-*",), ("2.7-*",)),
    3: (("3.1-ratio",), ("3.2-ratio",), ("3.4-last",)),
    4: (("4.1-*",), ("4.3-government", "4.3-*"), ("4.3-non_state", "4.3-*"), ("4.4-*",)),
    5: (("5.1-standing", "5.1-*"), ("5.4-ddr_number",), ("5.4-arms",)),
}
PROTECTION = 4  # the principle under which violence is forecast


def ladder(say: Wording, ahead: tuple[RungFigure, ...] = ()) -> tuple[Rung, ...]:
    """Return the five principles in order, each with its leading figures; the forecast's under the fourth."""
    _ = say.language
    rungs = []
    for principle in PRINCIPLES:
        figures = [_figure(say, group) for group in RUNGS[principle.rank]]
        shown = (*(figure for figure in figures if figure), *(ahead if principle.rank == PROTECTION else ()))
        rungs.append(Rung(principle=principle.rank, name=_(principle.name), figures=shown))
    return tuple(rungs)


def _figure(say: Wording, group: tuple[str, ...]) -> RungFigure | None:
    _ = say.language
    row = next((row for row in (_find(say, wanted) for wanted in group) if row), None)
    if row is None:
        return None
    label = say.label(row)
    if str(row["subject_kind"]) in {"term", "text"} and row["subject"] != TOTAL:
        label = _("{label}: {subject}").format(label=label, subject=say.subject(row))
    return RungFigure(
        label=label,
        value=say.value(row) + (say.mark(row) if not row["is_missing"] else ""),
        number_id=str(row["number_id"]),
        arrow=say.arrow(row),
        turn=say.turn(row),
        change=say.change(row),
        period=_.period(str(row["period"])) if row["period"] else "",
        confidence=_(str(row["confidence"])) if row["confidence"] else "",
        missing=bool(row["is_missing"]),
    )


def _find(say: Wording, wanted: str) -> Row | None:
    code, _, subject = wanted.partition("-")
    rows = say.all(code)
    if not rows:
        return None
    if subject == "*":
        return rows[0]
    if subject == "last":
        return rows[-1]
    return say.find(wanted)


def headline(say: Wording) -> tuple[Paragraph, ...]:
    """Return the judgement in five sentences, in the order of the principles."""
    found = [_displaced(say), _order(say), _agreement(say), _killed(say), _arms(say)]
    return tuple(Paragraph(runs=runs) for runs in found if runs)


def _displaced(say: Wording) -> tuple[Run, ...]:
    _ = say.language
    iso3 = say.assessment.country.profile.iso3
    total = say.find(f"1.1-{TOTAL}")
    if total is None or total["is_missing"]:
        return ()
    known = [row for row in say.known("1.1") if row["subject"] != TOTAL][:3]
    hosts = [say.subject_run(row, "{subject} {value}") for row in known]
    counted: dict[str, Run | str | tuple[Run, ...]] = {
        "refugees": say.run(f"1.1-{TOTAL}"),
        "country": say.place_name(iso3),
        "hosts": enumerated(hosts, say.language),
    }
    inside = say.find(f"1.4-{iso3}")
    if inside is None or inside["is_missing"]:
        runs = fill(_("{refugees} refugees from {country} are counted in other countries ({hosts})."), **counted)
        runs += (Run(text=_(" No count of the displaced inside it had been published.")),)
    else:
        template = _(
            "{refugees} refugees from {country} are counted in other countries ({hosts}) and {idps} people are "
            "displaced inside it."
        )
        runs = fill(template, idps=say.run(f"1.4-{iso3}"), **counted)
    hungry = say.find(f"1.5-{iso3}")
    if hungry is None or hungry["is_missing"]:
        return runs
    more = fill(_(" {people} people are in food crisis or worse."), people=say.run(f"1.5-{iso3}"))
    return (*runs, *more)


def _order(say: Wording) -> tuple[Run, ...]:
    _ = say.language
    iso3 = say.assessment.country.profile.iso3
    months, index = say.find(f"2.6-{iso3}"), say.find(f"2.1-{iso3}")
    runs: tuple[Run, ...] = ()
    if months and not months["is_missing"]:
        if float(months["value"]) > 0:
            template = _("The constitutional order has been broken for {months} months.")
            runs = fill(template, months=say.run(f"2.6-{iso3}"))
        else:
            runs = (Run(text=_("The constitutional order stands.")),)
    if index and not index["is_missing"]:
        template = _(" Electoral democracy stands at {index} on a scale of 0 to 1 ({year}).")
        runs += fill(template, index=say.run(f"2.1-{iso3}"), year=str(index["period"]))
    return runs


def _agreement(say: Wording) -> tuple[Run, ...]:
    _ = say.language
    known = agreements_known(say.assessment.country)
    if known.empty:
        return (Run(text=_("No peace agreement between the parties is on record.")),)
    last = known.iloc[-1]
    number = f"3.4-{last['date']}"
    if last["ended"]:
        template = _("The newest peace agreement, {name}, was in force for {months} months, until {date}.")
        return fill(template, name=_(str(last["agreement"])), months=say.run(number), date=_.period(str(last["ended"])))
    template = _("The newest peace agreement, {name}, has been in force for {months} months.")
    return fill(template, name=_(str(last["agreement"])), months=say.run(number))


def _killed(say: Wording) -> tuple[Run, ...]:
    _ = say.language
    iso3 = say.assessment.country.profile.iso3
    deaths, state, other = say.find(f"4.1-{iso3}"), say.find("4.3-government"), say.find("4.3-non_state")
    if not deaths or deaths["is_missing"] or not state or not other:
        return ()
    return fill(
        _(
            "UCDP counts {deaths} deaths in organised violence in the twelve months to {month}. Killed on purpose as "
            "civilians in {year}: {state} by state forces and {other} by non-state armed groups."
        ),
        deaths=say.run(f"4.1-{iso3}"),
        month=say.language.period(str(deaths["period"])),
        year=str(state["period"]),
        state=say.run("4.3-government"),
        other=say.run("4.3-non_state"),
    )


def _arms(say: Wording) -> tuple[Run, ...]:
    _ = say.language
    silence = say.find("5.4-ddr_number")
    if silence is None:
        return ()
    if silence["is_missing"]:
        return (Run(text=_("No figure on the disarmament and reintegration of fighters had been published.")),)
    template = _("The last published figure on the disarmament and reintegration of fighters is {months} months old.")
    return fill(template, months=say.run("5.4-ddr_number"))
