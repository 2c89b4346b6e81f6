"""How a comparison is put into words: mandates, measures, assumptions, figures, and the sentences that decide."""

from __future__ import annotations

import math

from toguna.briefing.sections.plan_words import CONTRIBUTIONS
from toguna.briefing.sections.risk_words import chance
from toguna.briefing.wording import Wording
from toguna.comparison.compare import Comparison
from toguna.comparison.measures import MEASURES, Measure
from toguna.comparison.ranking import Decision
from toguna.comparison.spread import NOTHING
from toguna.core.words import N_

TOGETHER = "all"  # what all contributions together are called

AUTHORITIES = (
    N_("authorises the African-led mission AFISMA for a year"),
    N_("adopts the concept of operations of the African-led force"),
    N_("creates the UN mission MINUSMA"),
    N_("the made-up country asks for a force"),
    N_("made up"),
    N_("ECOWAS summit of Abuja as cited in S/RES/2085"),
    N_("No text found authorises hunting armed groups ahead of protecting civilians; shown to be compared with."),
)
LACKS = (
    N_("Aircraft without escorts: help that lands does not leave the airfield under protection."),
    N_("DDR without an agreement: programmes stand ready and few fighters come."),
    N_("Police without a task to contain and capture: few are brought to court."),
    N_("Money for aid without open corridors: what is paid for cannot get there."),
    N_("Teams on the borders while state stocks lie open: arms need not come from abroad."),
    N_("Raids without anybody who watches how forces behave."),
    N_("Soldiers without support for the dialogue between south and north."),
)
PURPOSES = {
    "african_led_mission": N_("money for the African-led mission"),
    "un_mission": N_("money for the UN mission"),
    "humanitarian": N_("money for aid"),
    "state": N_("money for the state"),
}
CONFIDENCE = (N_("high"), N_("medium"), N_("low"), N_("none"))

_BY_NAME = {one.name: one for one in MEASURES}


def mandate(say: Wording, found: Comparison, name: str) -> str:
    """Return a mandate as it is shown."""
    _ = say.language
    return _("Nobody sent") if name == NOTHING else _(found.plans[name].mandate.title)


def quoted(say: Wording, found: Comparison, name: str) -> str:
    """Return a mandate as it is shown, in the language's quotation marks."""
    _ = say.language
    return _("“{name}”").format(name=mandate(say, found, name))


def offer(say: Wording, name: str) -> str:
    """Return a contribution as it is shown."""
    _ = say.language
    return _("All of them together") if name == TOGETHER else _(CONTRIBUTIONS.get(name, name))


def measure(say: Wording, name: str) -> str:
    """Return what a measure counts."""
    return say.language(_BY_NAME[name].words)


def numbered(say: Wording, principle: int, name: str) -> str:
    """Return what a measure counts, after the number of its principle."""
    return say.labelled(str(principle), _BY_NAME[name].words)


def unit_words(say: Wording, unit: str) -> str:
    """Return the unit figures are printed in: shares are printed as percentages."""
    _ = say.language
    return _("%") if unit.startswith("share") else _(unit)


def figure(say: Wording, value: float, unit: str, *, digits: int = 3) -> str:
    """Return a number to three figures without its unit, shares in hundredths; unknown is said.

    Examples
    --------
    >>> import toguna as tg
    >>> from toguna.briefing.language import Language
    >>> say = Wording(tg.assess(tg.read_country("ouadji")), Language("en"))
    >>> figure(say, 12_345.0, "people"), figure(say, -0.01234, "share"), figure(say, 0.00002, "share")
    ('12,300', '−1.23', '0')
    """
    _ = say.language
    value = 100 * value if unit.startswith("share") else value
    if not math.isfinite(value):
        return _("unknown")
    if abs(value) < 0.005:
        return _.number(0)
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    shown = min(max(places, 0), 2)
    return _.number(rounded, 0 if rounded == round(rounded) else shown)


def amount(say: Wording, value: float, unit: str) -> str:
    """Return a number with its unit; a difference of shares is in percentage points."""
    _ = say.language
    if unit.startswith("share"):
        return _("{number} percentage points").format(number=figure(say, value, unit))
    return _("{number} {unit}").format(number=figure(say, value, unit), unit=_(unit))


def between(say: Wording, low: float, high: float, unit: str) -> str:
    """Return a range without its unit."""
    _ = say.language
    return _("{first} to {last}").format(first=figure(say, low, unit), last=figure(say, high, unit))


def better_words(say: Wording, one: Measure) -> str:
    """Return which way a measure is better."""
    _ = say.language
    return _("more is better") if one.more_is_better else _("less is better")


def decision(say: Wording, found: Comparison, one: Decision) -> str:
    """Return what puts one mandate before the next in a sentence or two; that it flips comes first."""
    _ = say.language
    names = {"winner": mandate(say, found, one.winner), "loser": mandate(say, found, one.loser)}
    if not one.principle:
        return _(
            "“{winner}” and “{loser}” share a place: at no principle do they differ by more than what counts; draw by "
            "draw “{winner}” stands before in {before}, “{loser}” in {after}, and they are level in the rest."
        ).format(**names, before=chance(say, one.before), after=chance(say, one.after))
    shown = {
        **names,
        "principle": one.principle,
        "measure": measure(say, one.measure),
        "median": amount(say, one.median, one.unit),
        "range": between(say, one.q05, one.q95, one.unit),
        "counts": figure(say, one.tolerance, one.unit),
        "before": chance(say, one.before),
        "after": chance(say, one.after),
    }
    by = _(
        "“{winner}” before “{loser}” at principle {principle} ({measure}): better by {median} (90%: {range}; up to "
        "{counts} counts for nothing). By the whole rule “{winner}” stands first in {before} of draws, “{loser}” in "
        "{after}."
    ).format(**shown)
    if not one.flips:
        return by
    where = (
        _("The order of “{winner}” and “{loser}” flips inside the 90% range.")
        if one.q05 <= 0
        else _("The order of “{winner}” and “{loser}” flips in more than 5% of draws.")
    ).format(**names)
    said = [where, by]
    if one.after > one.before:
        said.append(_("More draws put “{loser}” first than “{winner}”.").format(**names))
    return " ".join(said)
