"""Principle 5: small-arms control, disarmament, demobilisation and reintegration."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.indicator import Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.south_north import agreements_known
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.country.seen import last_day

_REFERENCE = N_("Principle 5: disarmament, demobilisation and reintegration of fighters on all sides; IDDRS 2.10")
_ARMS = N_("Principle 5: small-arms control; ECOWAS Convention on small arms and light weapons, articles 9 to 17")


@indicator(
    "5.1",
    label=N_("Peace agreements that provide for DDR"),
    unit=N_("agreements"),
    direction=Direction.NEITHER,
    reference=_REFERENCE,
)
def agreements_with_ddr(country: Country) -> list[Figure]:
    """Number of peace agreements on record with a provision on DDR, and how many of them have not ended."""
    known = agreements_known(country)
    if known.empty:
        return missing(country, N_("No peace agreement was on record."))
    rows = country.agreements[country.agreements["theme"] == "ddr"]
    standing = known.loc[known["ended"] == "", "agreement"]
    alive = rows[rows["agreement"].isin(standing)]
    return [
        _count("signed", N_("ever signed"), rows, country),
        _count("standing", N_("not ended"), alive, country),
    ]


def _count(subject: str, name: str, rows: pd.DataFrame, country: Country) -> Figure:
    count = float(rows["agreement"].nunique())
    # A count of none rests on all the agreements among which none was found.
    used = rows.index if len(rows) else country.agreements.index
    return Figure(subject, name, str(country.month), count, rows={"agreements": used})


def _published(country: Country, kinds: tuple[str, ...]) -> list[Figure]:
    rows = country.ddr_arms
    rows = rows[rows["kind"].isin(kinds)].dropna(subset=["amount"]).sort_values("date", ascending=False, kind="stable")
    return [
        Figure(
            str(row.item_id),
            f"{row.group}: {row.item}",
            str(row.date_end or row.date),
            float(row.amount),
            SubjectKind.TEXT,
            rows={"ddr_arms": pd.Index([row.Index])},
        )
        for row in rows.itertuples()
    ]


@indicator(
    "5.2",
    label=N_("Published DDR caseload and cantonment"),
    unit=N_("as stated"),
    direction=Direction.NEITHER,
    reference=_REFERENCE,
)
def caseload(country: Country) -> list[Figure]:
    """Published figures on fighters registered, cantoned, demobilised or integrated, newest first, as stated."""
    return _published(country, ("ddr_number", "cantonment")) or missing(
        country, N_("No DDR caseload had been published.")
    )


@indicator(
    "5.3",
    label=N_("Published figures on weapons"),
    unit=N_("as stated"),
    direction=Direction.NEITHER,
    reference=_ARMS,
)
def weapons(country: Country) -> list[Figure]:
    """Published figures on weapons collected, seized or destroyed, newest first, as stated."""
    return _published(country, ("arms",)) or missing(country, N_("No figure on weapons had been published."))


GAPS = {
    "ddr_number": N_("DDR caseload"),
    "cantonment": N_("cantonment"),
    "arms": N_("weapons collected or destroyed"),
}


@indicator(
    "5.4",
    label=N_("Months since a figure was last published"),
    unit=N_("months"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def silence(country: Country) -> list[Figure]:
    """Months since the newest published figure on DDR caseload, cantonment and weapons; missing where there is none."""
    rows = country.ddr_arms
    figures = []
    for kind, name in GAPS.items():
        known = rows[rows["kind"] == kind].dropna(subset=["amount"])
        if known.empty:
            why = N_("Nothing had been published.")
            figures.append(Figure(kind, name, "", None, why_missing=why))
            continue
        ends = (known["date_end"].where(known["date_end"] != "", known["date"])).astype(str).map(last_day)
        newest = ends.sort_values().index[-1]
        months = country.month.since(Month.of(ends[newest]))
        used = {"ddr_arms": pd.Index([newest])}
        figures.append(Figure(kind, name, str(country.month), float(max(months, 0)), rows=used))
    return figures


INDICATORS = (agreements_with_ddr, caseload, weapons, silence)
