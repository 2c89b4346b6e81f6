"""Principle 4 ahead: deaths or attacks in the coming months, where, and what the forecast was worth so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toguna.briefing.model import Arrow, Block, Cell, RungFigure, Section, Table, Turn
from toguna.briefing.sections.build import text
from toguna.briefing.sections.risk_areas import risk_areas, risk_map
from toguna.briefing.sections.risk_skill import skill, why_served
from toguna.briefing.sections.risk_words import chance, cited, command, expected, span, spread, trend
from toguna.briefing.wording import Wording
from toguna.core.errors import AskError
from toguna.forecasting.forecast import LEAST, Forecast
from toguna.forecasting.targets import target_of

_YEAR = 12


@dataclass(frozen=True)
class Risk:
    """The forecasts of a brief.

    Attributes
    ----------
    whole : what months, ladder and skill are told from: the country's, or all areas together
    areas : the forecast by admin 2 area, for the map
    """

    whole: Forecast
    areas: Forecast | None = None

    @property
    def sources(self) -> set[str]:
        """Keys of the sources behind it."""
        return {*self.whole.panel.sources, *(self.areas.panel.sources if self.areas else ())}


def risk_of(say: Wording, given: Forecast | Sequence[Forecast] | None) -> Risk | None:
    """Return the forecasts given, each in its place; None without any."""
    found = [given] if isinstance(given, Forecast) else list(given or ())
    if not found:
        return None
    country = say.assessment.country
    by_grain = {one.panel.grain: one for one in found}
    grains = ", ".join(sorted(one.panel.grain for one in found))
    if len(by_grain) < len(found) or not set(by_grain) <= {"country", "admin2"}:
        raise AskError(f"The brief shows one forecast by country and one by admin2; given were {grains}.")
    for one in found:
        own = {country.profile.iso3, *country.areas["pcode"]}
        if one.origin != country.month or not own & set(one.units.index):
            raise AskError(
                f"The assessment is of {country.profile.iso3} seen from {country.month}; a forecast given is of "
                f"{one.units.index[0]}, from {one.origin}. Make both from the same country and month."
            )
    areas = by_grain.get("admin2")
    return Risk(by_grain.get("country", found[0]), areas)


def risk(say: Wording, found: Risk) -> Section:
    """Return the section on violence in the months ahead."""
    _ = say.language
    whole, areas = found.whole, found.areas
    is_all = whole.panel.target in {"all", "state_based"}
    title = _("Deaths in the months ahead: {months}") if is_all else _("Violence against civilians ahead: {months}")
    blocks: list[Block | None] = [text(_known(say, whole)), *why_served(say, whole), _months(say, whole)]
    blocks.append(skill(say, whole))
    if areas is not None and areas is not whole and not areas.allocated:
        blocks += [*why_served(say, areas), skill(say, areas)]
    if areas is not None:
        blocks += [risk_map(say, areas), risk_areas(say, areas)]
    months = span(say, whole.months)
    return Section(
        title=title.format(months=months), principle=4, blocks=tuple(block for block in blocks if block is not None)
    )


def _known(say: Wording, found: Forecast) -> str:
    _ = say.language
    gap = found.origin.since(found.panel.last)
    said = _("A forecast, not a count. {what}: the expected number, and the range meant to hold nine times out of ten.")
    since = (
        _("Data are known to {known}; {gap} months lie between them and the first month of the forecast.")
        if gap > 1
        else _("Data are known to {known}.")
    )
    what = _(target_of(found.panel.target).label)
    return said.format(what=what) + " " + since.format(known=_.month(found.panel.last), gap=gap)


def _recent(found: Forecast) -> list[float]:
    """Return what each of the last twelve known months had, all units together."""
    return [float(one) for one in found.panel.counts[:, -_YEAR:].sum(axis=0)]


def _pace(found: Forecast) -> float:
    """Return what as many of the last known months had as are forecast."""
    known = min(len(found.months), found.panel.months)
    return float(found.panel.counts[:, -known:].sum()) * len(found.months) / known


def _months(say: Wording, found: Forecast) -> Table:
    _ = say.language
    past = _recent(found)
    by_month = found.draws.sum(axis=0)
    lines = [_line(say, _.month(month), by_month[at], past) for at, month in enumerate(found.months)]
    note = _(
        "More than of late: the chance of more than in one of the last {known} known months, any of them; their mean "
        "is {mean}. Up: more is at least twice as likely as less; down: the reverse."
    ).format(known=len(past), mean=expected(say, sum(past) / len(past)))
    if len(lines) > 1:
        lines.append(_line(say, _("All months"), by_month.sum(axis=0), [_pace(found)], bold=True))
        whole = _("All months: the chance of more than in the {months} months to {last}, {pace}.").format(
            months=len(found.months), last=_.month(found.panel.last), pace=expected(say, _pace(found))
        )
        note = f"{note} {whole}"
    return Table(
        caption=_("{what} by month, forecast").format(what=_(target_of(found.panel.target).label)),
        columns=(
            _("Month"),
            _("Expected"),
            _("90% range"),
            *(_("At least {least}").format(least=least) for least in LEAST),
            _("More than of late"),
        ),
        numeric=(False, True, True, *(True for _least in LEAST), True),
        rows=tuple(lines),
        note=f"{note} {_made(say, found)}",
    )


def _made(say: Wording, found: Forecast) -> str:
    _ = say.language
    typed = command(say, found)
    again = _("{cited}; for the same again, type `{typed}`.").format(cited=cited(say, found), typed=typed)
    return again if typed else f"{cited(say, found)}."


def _line(
    say: Wording, label: str, draws: np.ndarray, past: Sequence[float], *, bold: bool = False
) -> tuple[Cell, ...]:
    low, high = np.quantile(draws, (0.05, 0.95))
    word, more, arrow, turn = trend(say, draws, past)
    return (
        Cell(text=label, bold=bold),
        Cell(text=expected(say, float(draws.mean())), bold=bold),
        Cell(text=spread(say, low, high)),
        *(Cell(text=chance(say, float((draws >= least - 0.5).mean()))) for least in LEAST),
        Cell(text=f"{chance(say, more)}, {word}", arrow=arrow, turn=turn),
    )


def rung_figures(say: Wording, found: Forecast) -> tuple[RungFigure, ...]:
    """Return what the ladder says of the months ahead; a forecast has no number to be explained: its run is named."""
    _ = say.language
    what = _(target_of(found.panel.target).label)
    by_month = found.draws.sum(axis=0)
    summed = by_month.sum(axis=0)
    low, high = np.quantile(summed, (0.05, 0.95))
    before = _pace(found)
    word, more, arrow, turn = trend(say, summed, [before])
    versus = _("on the {months} months to {known} ({before}; chance of more {more})").format(
        months=len(found.months), known=_.month(found.panel.last), before=expected(say, before), more=chance(say, more)
    )
    shares = [chance(say, float((by_month[0] >= least - 0.5).mean())) for least in LEAST]
    least = [str(one) for one in LEAST]
    return (
        RungFigure(
            label=_("{what}: forecast of {months} months").format(what=what, months=len(found.months)),
            value=f"{expected(say, float(summed.mean()))} ({spread(say, low, high)})",
            number_id="",
            arrow=arrow,
            turn=turn,
            change=word,
            versus=versus,
            period=span(say, found.months),
            confidence="",
            made_by=cited(say, found),
        ),
        RungFigure(
            label=_("Forecast: chance of {least} or more in {month}").format(
                least=" / ".join(least), month=_.month(found.months[0])
            ),
            value=" / ".join(shares),
            number_id="",
            arrow=Arrow.UNKNOWN,
            turn=Turn.NEITHER,
            change="",
            period="",
            confidence="",
            made_by=cited(say, found),
        ),
    )
