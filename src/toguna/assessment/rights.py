"""Human rights across all principles: every force on the same scale."""

from __future__ import annotations

import pandas as pd

from toguna.assessment.indicator import Direction, Figure, SubjectKind, indicator, missing
from toguna.assessment.protection import yearly
from toguna.core.words import N_
from toguna.country.country import Country

_REFERENCE = N_("Abuses by state and intervening forces count on the same scale as those of armed groups")

# The order matters: an event by state forces with foreign personnel is one by state forces, and an event
# attributed to nobody is nobody's.
ACTORS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("state", N_("state forces, with or without foreign personnel"), ("state",)),
    ("international", N_("international forces"), ("international",)),
    ("unidentified", N_("unidentified armed groups"), ("unidentified", "unknown")),
    ("armed_groups", N_("armed groups and militias"), ("",)),
)


def actor_group(actor_kind: str) -> str:
    """Return which of the four groups an attribution belongs to.

    Examples
    --------
    >>> actor_group("state forces and foreign personnel"), actor_group("self-defence militia")
    ('state', 'armed_groups')
    """
    text = actor_kind.lower()
    return next(key for key, _, words in ACTORS if any(word in text for word in words))


@indicator(
    "R.1",
    label=N_("Share of one-sided killings by state forces"),
    unit=N_("share of deaths"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def state_share(country: Country) -> list[Figure]:
    """One-sided killings by any government as a share of those by governments and non-state groups together."""
    state, other = yearly(country, "one_sided", "government"), yearly(country, "one_sided", "non_state")
    if state.empty or other.empty or state["year"].iloc[0] != other["year"].iloc[0]:
        return missing(country, N_("No yearly killings by perpetrator had been published."))
    total = float(state["fatalities"].iloc[0] + other["fatalities"].iloc[0])
    if total == 0:
        return missing(country, N_("Nobody is recorded as killed in one-sided violence that year."))
    share = float(state["fatalities"].iloc[0]) / total
    return [
        Figure(
            country.profile.iso3,
            country.profile.name["en"],
            str(int(state["year"].iloc[0])),
            share,
            SubjectKind.COUNTRY,
            rows={"violence_yearly": state.index.append(other.index)},
        )
    ]


@indicator(
    "R.2",
    label=N_("Atrocities on record, by who is named"),
    unit=N_("events"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def atrocities_by_actor(country: Country) -> list[Figure]:
    """Events of kind atrocity on record, by the kind of actor the citation names; no judicial finding."""
    rows = _atrocities(country)
    if rows.empty:
        return missing(country, N_("No atrocity was on record."))
    return [
        Figure(
            key,
            name,
            str(country.month),
            float(len(rows[rows["by"] == key])),
            rows={"political_events": _searched(rows, key)},
        )
        for key, name, _ in ACTORS
    ]


@indicator(
    "R.3",
    label=N_("People killed in atrocities on record, at least"),
    unit=N_("deaths"),
    direction=Direction.WORSE,
    reference=_REFERENCE,
)
def atrocity_deaths_by_actor(country: Country) -> list[Figure]:
    """Sum of the lowest and of the highest published counts of those events, by the kind of actor named."""
    rows = _atrocities(country).dropna(subset=["deaths_min"])
    if rows.empty:
        return missing(country, N_("No atrocity with a published count was on record."))
    figures = []
    for key, name, _ in ACTORS:
        mine = rows[rows["by"] == key]
        low = float(mine["deaths_min"].sum())
        high = float(mine["deaths_max"].fillna(mine["deaths_min"]).sum())
        used = {"political_events": _searched(rows, key)}
        figures.append(Figure(key, name, str(country.month), low, low=low, high=high, rows=used))
    return figures


def _searched(rows: pd.DataFrame, key: str) -> pd.Index:
    """Return the rows of an actor; where there are none, all rows among which none was found."""
    mine = rows.index[rows["by"] == key]
    return mine if len(mine) else rows.index


def _atrocities(country: Country) -> pd.DataFrame:
    rows = country.political_events
    rows = rows[rows["kind"] == "atrocity"].copy()
    rows["by"] = rows["actor_kind"].map(actor_group).astype(str) if len(rows) else ""
    return rows


INDICATORS = (state_share, atrocities_by_actor, atrocity_deaths_by_actor)
