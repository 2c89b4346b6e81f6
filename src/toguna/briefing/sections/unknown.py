"""What is not known, said as plainly as what is; and the sources."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from unicodedata import normalize

from toguna.briefing.model import Bullets, Run, Section, SourceLine
from toguna.briefing.sections.build import fill, listed
from toguna.briefing.wording import Wording


def unknown(say: Wording) -> Section:
    """Return missing indicators with the reason, the caveats of the pack, and what the marks mean."""
    _ = say.language
    table = say.assessment.table
    missing = table[table["is_missing"] & (table["milestone"] == 0)].drop_duplicates("code")
    reasons: dict[str, list[str]] = {}
    for row in missing.to_dict("records"):
        reasons.setdefault(_(str(row["reason"])), []).append(_(str(row["label"])))
    gaps = (_gap(say, labels, why) for why, labels in reasons.items())
    caveats = [one.get(_.code, one["en"]) for one in say.assessment.country.profile.caveats]
    said = ((Run(text=caveat),) for caveat in [*caveats, *_as_of(say), _marks(say)])
    return Section(title=_("What is not known"), blocks=(Bullets(items=(*gaps, *said)),))


def _gap(say: Wording, labels: list[str], why: str) -> tuple[Run, ...]:
    named = Run(text=listed(labels, say.language), bold=True)
    return fill(say.language("{label}: {subject}"), label=named, subject=why)


def _as_of(say: Wording) -> list[str]:
    _ = say.language
    country = say.assessment.country
    if country.as_of is None:
        return []
    month = _.month(country.month)
    if country.hindsight:
        return [_("Shown is what is known today about the time up to {month}.").format(month=month)]
    return [
        _(
            "Shown is only what had been published by {month}. Figures are those of the editions in the pack, which "
            "may differ from the editions read then; boundaries, sites and populations are of later lists."
        ).format(month=month)
    ]


def _marks(say: Wording) -> str:
    _ = say.language
    return _(
        "† rests on a row known from memory, to be verified before use. ‡ modelled or from a partial sample. "
        'Hatched and "no data" mean missing, never zero.'
    )


def sources(say: Wording, also: AbstractSet[str] = frozenset()) -> tuple[SourceLine, ...]:
    """Return the sources of every figure in the brief, in the order of their titles; `also` of a forecast."""
    _ = say.language
    used = {key for keys in say.assessment.table["sources"] for key in str(keys).split(", ") if key}
    table = say.assessment.country.sources
    used |= set(say.assessment.country.basemap["source"]) | set(say.assessment.country.areas["source"])
    used |= set(say.assessment.country.political_events["source"]) | also
    lines = []
    # Versions of one source under the same terms share a line.
    terms = ["title", "owner", "licence", "licence_basis", "citation"]
    for (title, owner, licence, basis, citation), rows in table[table["source"].isin(used)].groupby(terms):
        until = max(str(one) for one in rows["until"])
        lines.append(
            SourceLine(
                title=_(str(title)),
                owner=_(str(owner)),
                version=", ".join(dict.fromkeys(_(str(one)) for one in rows["version"])),
                licence=_(str(licence)) + (" †" if basis == "memory" else ""),
                until=_.period(until) if until[:4].isdigit() else until,
                citation=_(str(citation)),
            )
        )
    return tuple(sorted(lines, key=lambda line: normalize("NFKD", line.title)))  # É stands beside E
