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

TITLES = (
    N_("change in killings of civilians by armed groups for 1,000 more troops in the country"),
    N_("change in killings of civilians by the state for 1,000 more troops in the country"),
    N_("change in killings of civilians by armed groups for 100 more police in the country"),
    N_("change in killings of civilians by the state for 100 more police in the country"),
    N_("killings of civilians by armed groups in an area with a base, over those without"),
    N_("share of prevented violence that moves next door; below 0 the benefit spreads"),
    N_("length of a local episode of conflict with presence, over that without"),
    N_("soldiers within an area at which half of the local effect is reached"),
    N_("local attacks in the three months after heavy force, over before, where they rise"),
    N_("local attacks in the three months after heavy force, over before, where they fall"),
    N_("which way attacks go after heavy force, a place between rising (0) and falling (1)"),
    N_("weight on attacks rising after force, where civilians are harmed"),
    N_("how long attacks stay changed after force or harm"),
    N_("recruits to armed groups per civilian killed by a force"),
    N_("recruits to armed groups per fighter killed in raids"),
    N_("change in the yearly chance that an armed group collapses after it loses its leaders"),
    N_("killings of civilians by an armed group after it loses its leaders, over before"),
    N_("fighters killed by 100 soldiers on raids"),
    N_("civilians killed per fighter killed in raids"),
    N_("civilians killed per fighter captured"),
    N_("share of recruits set off by abuse of the state"),
    N_("cut in abuse by state forces under monitoring and conditional support"),
    N_("growth of abuse by the state with the tempo of its operations"),
    N_("growth of recruitment with grievance"),
    N_("share of people who cooperate with forces at the start"),
    N_("share of lost cooperation won back"),
    N_("share of cooperation lost per civilian killed by forces per 100,000 people"),
    N_("fighters captured by 100 soldiers or police where all people cooperate"),
    N_("share of those held who are freed when courts cannot try them within six months"),
    N_("fighters at the start per monthly death of all kinds"),
    N_("recruits per fighter at normal livelihoods and grievance"),
    N_("growth of recruitment with livelihoods lost"),
    N_("share of fighters who leave of their own accord"),
    N_("share of fighters who move to another area"),
    N_("pull of areas with less presence on fighters who move"),
    N_("fighters who come from neighbours per fighter at the borders"),
    N_("share of the arms flow across a border that patrols of the sector stop"),
    N_("share of the arms flow stopped that goes round through other sectors"),
    N_("share of the arms supply that crosses borders at all"),
    N_("change in violence with the arms supply"),
    N_("small arms per fighter at the start"),
    N_("arms that reach armed groups by all routes, per fighter"),
    N_("share of unsecured state stocks that leaks to armed groups"),
    N_("share of arms that wear out or are lost"),
    N_("former fighters who go back to armed violence without a programme"),
    N_("relapse with training and capital, over that without a programme"),
    N_("relapse with training alone, over that without a programme"),
    N_("share of fighters who come to a programme when the agreement is put into effect in full"),
    N_("relapse when more have come than there are places, over that without a programme"),
    N_("arms collected per former fighter who goes through a programme"),
    N_("crude mortality without crisis"),
    N_("crude mortality of displaced people who are cut off from help"),
    N_("crude mortality of displaced people where access is held"),
    N_("incidents after aid arrives unprotected, over before"),
    N_("incidents after aid arrives within a held corridor, over before"),
    N_("share of people in need whom aid reaches without escort where there is violence"),
    N_("share of people in need whom aid reaches with escort or through a held corridor"),
    N_("people who flee per civilian killed"),
    N_("share of the displaced who return when violence has fallen"),
    N_("conflict per standard deviation of drought in the growing season"),
    N_("conflict per 10% on the price of staples"),
    N_("conflict in areas that host refugees, over others"),
    N_("share of people who come into need per standard deviation of drought"),
    N_("share of livelihoods lost per standard deviation of drought"),
    N_("share of livelihoods lost per civilian killed per 10,000 people"),
    N_("chance of renewed war with an election within a year and no demobilisation, over that without"),
    N_("the same with demobilisation and peacekeepers"),
    N_("chance of renewed war per 10 points more of the agreement put into effect"),
    N_("chance of renewed war after an agreement with peacekeepers, over that without"),
    N_("chance of renewed war where civil society is included, over that where it is not"),
    N_("chance that war returns in a year after an agreement, before all that changes it"),
    N_("share of the agreement put into effect where dialogue is supported"),
    N_("share of the agreement put into effect without support"),
    N_("progress of the agreement lost per 10 civilians killed a month per million people"),
    N_("chance that constitutional order is restored where votes are secured"),
    N_("chance that order is restored where votes are not secured, over where they are"),
    N_("chance that constitutional order is broken"),
    N_("growth of what the regional mission achieves, with finance and technical help"),
    N_("cost of a UN mission"),
    N_("cost of a national force, over that of the UN"),
    N_("cost of an African-led force"),
    N_("cost of disarmament, demobilisation and reintegration"),
    N_("deaths of the mission by hostile acts, protecting from fixed posts"),
    N_("the same with many police patrols, over fixed posts"),
    N_("the same on search and destroy, over fixed posts"),
    N_("chance that a contributor withdraws per death per 1,000 of the force"),
    N_("share of what presence achieves that wears off"),
    N_("how far violence in an area swings around what drives it"),
    N_("how much of a swing of violence in an area lasts to the next month"),
    N_("share of soldiers on raids at one time, where a mandate sends them to search and destroy"),
    N_("share of soldiers who seek to contain and capture at one time, where a mandate asks for it"),
    N_("fighting by state forces where they are supported, as a ratio"),
    N_("cases of captured fighters that courts try"),
    N_("arms in state stocks"),
    N_("people a DDR team takes into its programme"),
    N_("share of those who flee who go abroad"),
    N_("share of people in need whose help is paid for without the contributions compared"),
    N_("cost of helping a person for a month"),
    N_("share of aircraft's lift that carries relief"),
)

MEASURE_WORDS = (
    N_("people in need whom no help reaches"),
    N_("people in need reached"),
    N_("deaths for want of help"),
    N_("months of constitutional order"),
    N_("people who can vote in safety"),
    N_("agreement between south and north put into effect"),
    N_("civilians killed by all sides"),
    N_("civilians killed by armed groups"),
    N_("civilians killed by state forces"),
    N_("civilians killed by intervening forces"),
    N_("civilians killed on routes"),
    N_("people displaced, inside and abroad"),
    N_("captured people brought to court"),
    N_("deaths of the intervening forces"),
    N_("small arms in the hands of armed groups at the end"),
    N_("former fighters reintegrated at the end"),
    N_("fighters at the end"),
    N_("cost of those sent"),
)

MEASURE_UNITS = (
    N_("people a month"),
    N_("people"),
    N_("share of months"),
    N_("share of people"),
    N_("share"),
    N_("arms"),
    N_("US$ million"),
)

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
REMARKS = (
    N_("The assumptions rest on findings from other wars, most before 2012; results for this country hold only if they "
       "carry over."),
    N_("The posture of the last month planned is held to the end, as if those who offer renewed what they have there "
       "then."),
)  # fmt: skip

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
