"""Principle 3: the disparity between the regions, and what agreements provide."""

from __future__ import annotations

from toguna.assessment.south_north import GRIEVANCES, agreements_known
from toguna.briefing.model import Block, Cell, Paragraph, Section, Table
from toguna.briefing.sections.build import fill
from toguna.briefing.wording import Wording
from toguna.core.words import N_

THEMES = {"ddr": N_("DDR"), "autonomy": N_("Autonomy"), "justice": N_("Justice"), "refugees": N_("Return")}


def south_north(say: Wording) -> Section:
    """Return the section on principle 3."""
    _ = say.language
    found = [_disparity(say), _agreements(say), _signatories(say)]
    blocks: tuple[Block, ...] = tuple(block for block in found if block)
    return Section(title=_("Peacebuilding between south and north"), principle=3, blocks=blocks)


def _disparity(say: Wording) -> Table | None:
    _ = say.language
    first = say.find("3.1-region")
    if first is None or first["is_missing"]:
        return None
    rows = tuple(
        (
            Cell(text=_(str(say.all(code)[0]["label"]))),
            *(say.cell(say.find(f"{code}-{part}")) for part in ("region", "rest", "ratio")),
        )
        for code in ("3.1", "3.2", "3.3")
    )
    return Table(
        caption=_("Sites per 100,000 people"),
        columns=("", say.subject(first), _("rest of the country"), _("ratio of the two")),
        numeric=(False, True, True, True),
        rows=rows,
        note=_("More sites per head in a region of few and scattered people do not mean that they are near."),
    )


def _agreements(say: Wording) -> Table | None:
    _ = say.language
    country = say.assessment.country
    known = agreements_known(country)
    if known.empty:
        return None
    rows = []
    for row in known.itertuples():
        mine = country.agreements[country.agreements["agreement"] == row.agreement]
        provided = [_("yes") if (mine["theme"] == theme).any() else "–" for theme in GRIEVANCES]
        ended = _("ended {date}").format(date=_.period(row.ended)) if row.ended else _("no end on record")
        rows.append(
            (
                Cell(text=_(row.agreement)),
                Cell(text=_.period(row.date)),
                *(Cell(text=each) for each in provided),
                say.cell(say.find(f"3.4-{row.date}")),
                Cell(text=ended),
            )
        )
    return Table(
        caption=_("Peace agreements and what they provide for"),
        columns=(_("Agreement"), _("Signed"), *(_(THEMES[theme]) for theme in GRIEVANCES), _("Months"), _("Status")),
        numeric=(False, True, False, False, False, False, True, False),
        rows=tuple(rows),
    )


def _signatories(say: Wording) -> Paragraph | None:
    _ = say.language
    number = f"3.6-{say.assessment.country.profile.iso3}"
    row = say.find(number)
    if row is None or row["is_missing"]:
        return None
    template = _(
        "{share} of the battle events on record in the 24 months to {month} were fought between parties that once "
        "signed an agreement with each other."
    )
    runs = fill(template, share=say.run(number), month=_.period(str(row["period"])))
    return Paragraph(runs=runs)
