"""What authorises each mandate in a country; one that states nothing is refused, one that says so is flagged."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toguna.core.errors import ComparisonError
from toguna.core.words import N_
from toguna.country.country import Country
from toguna.planning.mandate import Mandate

FLAG = "no authority"


def authority_of(mandates: Sequence[Mandate], country: Country) -> pd.DataFrame:
    """Return one row a mandate and authority known by the month looked from, or one with the flag and the reason.

    Raises
    ------
    ComparisonError
        A mandate has no tasks, or states neither an authority for the country nor why it is looked at without one.
    """
    rows = []
    iso3, month = country.profile.iso3, str(country.month)
    for one in mandates:
        if not one.ordered:
            raise ComparisonError(
                N_("The mandate {name!r} has no tasks. Give at least one a place of 1 or more."), name=one.name
            )
        here = [it for it in one.authority if it.country == iso3]
        known = [it for it in here if it.date[:7] <= month]
        if not here and not one.no_authority:
            raise ComparisonError(
                N_(
                    "The mandate {name!r} states no authority for {iso3}. Write a resolution of the Security "
                    "Council, consent or a regional decision under authority, or under no_authority why it is "
                    "looked at without one."
                ),
                name=one.name,
                iso3=iso3,
            )
        rows += [
            (one.name, it.kind.value.replace("_", " "), it.says, it.date, it.source, it.basis.value) for it in known
        ]
        if not known:
            later = f"none by {month}; first {min(it.date for it in here)}" if here else one.no_authority
            rows.append((one.name, FLAG, later, "", "", ""))
    return pd.DataFrame(rows, columns=["mandate", "kind", "says", "date", "source", "basis"])
