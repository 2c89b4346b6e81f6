"""Principle 2: a participatory, enduring, responsive democratic order."""

from __future__ import annotations

from datetime import date

import pandas as pd

from toguna.assessment.indicator import Direction, Figure, SubjectKind, indicator, missing
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.country.country import Country

_REFERENCE = N_("Principle 2: a participatory, enduring, responsive democratic order; V-Dem codebook")
_SCALE = N_("0 to 1")


def _index(country: Country, name: str) -> list[Figure]:
    rows = country.governance
    rows = rows[(rows["index"] == name) & (rows["iso3"] == country.profile.iso3)].sort_values("year").tail(1)
    if rows.empty:
        return missing(country, N_("The pack's V-Dem file does not hold this index, or no year of it was published."))
    row = rows.iloc[0]
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(int(row["year"])),
            float(row["value"]),
            SubjectKind.COUNTRY,
            low=_or_none(row["low"]),
            high=_or_none(row["high"]),
            rows={"governance": rows.index},
        )
    ]


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


@indicator("2.1", label=N_("Electoral democracy"), unit=_SCALE, direction=Direction.BETTER, reference=_REFERENCE)
def polyarchy(country: Country) -> list[Figure]:
    """V-Dem electoral democracy index (v2x_polyarchy) of the newest year, with its 68 per cent interval."""
    return _index(country, "v2x_polyarchy")


@indicator("2.2", label=N_("Liberal democracy"), unit=_SCALE, direction=Direction.BETTER, reference=_REFERENCE)
def liberal_democracy(country: Country) -> list[Figure]:
    """V-Dem liberal democracy index (v2x_libdem) of the newest year, with its 68 per cent interval."""
    return _index(country, "v2x_libdem")


@indicator("2.3", label=N_("Participatory democracy"), unit=_SCALE, direction=Direction.BETTER, reference=_REFERENCE)
def participatory_democracy(country: Country) -> list[Figure]:
    """V-Dem participatory democracy index (v2x_partipdem) of the newest year, with its 68 per cent interval."""
    return _index(country, "v2x_partipdem")


@indicator("2.4", label=N_("Clean elections"), unit=_SCALE, direction=Direction.BETTER, reference=_REFERENCE)
def clean_elections(country: Country) -> list[Figure]:
    """V-Dem clean elections index (v2xel_frefair) of the newest year, with its 68 per cent interval."""
    return _index(country, "v2xel_frefair")


@indicator("2.5", label=N_("Freedom of association"), unit=_SCALE, direction=Direction.BETTER, reference=_REFERENCE)
def association(country: Country) -> list[Figure]:
    """V-Dem freedom of association index (v2x_frassoc_thick) of the newest year, with its 68 per cent interval."""
    return _index(country, "v2x_frassoc_thick")


@indicator(
    "2.6",
    label=N_("Months since the constitutional order broke"),
    unit=N_("months"),
    direction=Direction.WORSE,
    reference=N_("Principle 2: an enduring democratic order"),
)
def months_since_break(country: Country) -> list[Figure]:
    """Months from the last coup that has not been followed by a return to elected rule; 0 while the order holds."""
    events = country.political_events.set_index("event_id", drop=False)
    numbers = pd.Series(country.political_events.index, index=country.political_events["event_id"])
    month = country.month
    for order in reversed(country.profile.constitutional_order):
        if order.broken not in events.index:
            continue
        used = [order.broken] + [order.restored] * (order.restored in events.index)
        rows = {"political_events": pd.Index([numbers[key] for key in used])}
        broken = Month.of(date.fromisoformat(str(events.loc[order.broken, "date"])))
        value = 0.0 if len(used) == 2 else float(month.since(broken))
        return [
            Figure(country.profile.iso3, country.profile.name["en"], str(month), value, SubjectKind.COUNTRY, rows=rows)
        ]
    return missing(country, N_("No break of the constitutional order is on record up to then."))


@indicator(
    "2.7",
    label=N_("Months to the next vote announced"),
    unit=N_("months"),
    direction=Direction.NEITHER,
    reference=N_("Principle 2: a participatory democratic order"),
)
def months_to_vote(country: Country) -> list[Figure]:
    """Months from the as-of month to the next vote announced; missing where no date is set."""
    vote = country.profile.next_vote
    events = country.political_events
    known = events[events["event_id"] == vote.event] if vote else events.head(0)
    if vote is None or known.empty:
        return missing(country, N_("No vote had been announced."))
    if not vote.month:
        return missing(country, N_("No date is set."))
    months = Month.parse(vote.month).since(country.month)
    if months < 0:
        return missing(country, N_("The vote announced is past; the pack holds no later one."))
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(country.month),
            float(months),
            SubjectKind.COUNTRY,
            rows={"political_events": known.index},
        )
    ]


INDICATORS = (
    polyarchy,
    liberal_democracy,
    participatory_democracy,
    clean_elections,
    association,
    months_since_break,
    months_to_vote,
)
