"""`compose`: an assessment into a Brief, in the order of the principles."""

from __future__ import annotations

from collections.abc import Sequence

from toguna.assessment import Assessment
from toguna.briefing.country_map import country_map
from toguna.briefing.language import Language
from toguna.briefing.model import Brief, Labels, Section
from toguna.briefing.sections.arms import arms
from toguna.briefing.sections.changed import changed, record
from toguna.briefing.sections.compare import compare as mandates_compared
from toguna.briefing.sections.compare_asked import Compared
from toguna.briefing.sections.democracy import democracy
from toguna.briefing.sections.flight import flight
from toguna.briefing.sections.front import headline, ladder
from toguna.briefing.sections.humanitarian import humanitarian
from toguna.briefing.sections.plan import plan as postings
from toguna.briefing.sections.protection import protection
from toguna.briefing.sections.risk import risk as violence_ahead
from toguna.briefing.sections.risk import risk_of, rung_figures
from toguna.briefing.sections.roads import roads
from toguna.briefing.sections.south_north import south_north
from toguna.briefing.sections.unknown import sources, unknown
from toguna.briefing.wording import NOT_KNOWN, Wording
from toguna.country.packs import find_pack
from toguna.displacement.displace import Displacement
from toguna.forecasting.forecast import Forecast
from toguna.planning.plan import Plan


def compose(
    assessment: Assessment,
    language: str = "en",
    ahead: Displacement | None = None,
    risk: Forecast | Sequence[Forecast] | None = None,
    plan: Plan | None = None,
    compared: Compared | None = None,
) -> Brief:
    """Return the brief of an assessment in a language.

    Parameters
    ----------
    assessment : what to report
    language : ISO 639-1 code, one of `languages()`
    ahead : displacement in the months ahead, for a section of its own
    risk : forecast of violence by country or by admin2, or both, for a section of its own and the ladder
    plan : who should be where in the months ahead, for a section of its own
    compared : mandates side by side, with the questions of their pages answered, for a section of its own
    """
    country = assessment.country
    _ = Language(language, find_pack(country.pack) / f"{language}.po")
    say = Wording(assessment, _)
    expected = risk_of(say, risk)
    found = [
        record(say),
        humanitarian(say),
        flight(say, ahead) if ahead is not None else None,
        democracy(say),
        south_north(say),
        protection(say),
        violence_ahead(say, expected) if expected is not None else None,
        roads(say),
        arms(say),
        postings(say, plan) if plan is not None else None,
        mandates_compared(say, compared) if compared is not None else None,
        unknown(say),
    ]
    name = country.profile.label(language)
    return Brief(
        language=language,
        country=name,
        title=_("{country}: what those sent there should know").format(country=name),
        subtitle=_("Country brief by five principles in order of priority"),
        date_line=_date_line(say),
        stamp=_("Made-up country: no figure here is real") if country.profile.made_up else "",
        headline=headline(say),
        ladder=ladder(say, rung_figures(say, expected.whole) if expected is not None else ()),
        map=country_map(say),
        beside=_filled(changed(say)),
        sections=_filled(*found),
        sources=sources(say, expected.sources if expected is not None else frozenset()),
        run_id=assessment.made_from.run_id,
        colophon=_colophon(say),
        labels=_labels(_),
    )


def _filled(*sections: Section | None) -> tuple[Section, ...]:
    return tuple(section for section in sections if section and section.blocks)


def _date_line(say: Wording) -> str:
    _ = say.language
    country = say.assessment.country
    month = _.month(country.month)
    if country.hindsight:
        return _("As known today about the time up to {month}").format(month=month)
    return _("As of {month}").format(month=month)


def _colophon(say: Wording) -> tuple[str, ...]:
    _ = say.language
    made = say.assessment.made_from
    return (
        _(
            "Every figure can be traced: type `toguna explain NUMBER --country {pack}` with the small number beside it."
        ).format(pack=made.pack),
        _(
            "Protective and aggregate only: no person is located, ranked or profiled; ethnicity and religion are "
            "never used."
        ),
        _("Toguna {version}, pack {pack} {digest}, run {run}.").format(
            version=made.version, pack=made.pack, digest=made.pack_hash[:12], run=made.run_id
        ),
    )


def _labels(_: Language) -> Labels:
    return Labels(
        ladder=_("Five principles, in order of priority"),
        better=_("better"),
        worse=_("worse"),
        steady=_("steady"),
        unknown=_("change unknown"),
        confidence=_("confidence"),
        change=_("in 12 months"),
        sources=_("Sources"),
        owner=_("Owner"),
        version=_("Version"),
        licence=_("Licence"),
        until=_("Until"),
        page=_("Page"),
        of=_("of"),
        run=_("Run"),
        no_data=_(NOT_KNOWN),
        contents=_("Contents"),
        number=_("No."),
        principle=_("Principle"),
    )
