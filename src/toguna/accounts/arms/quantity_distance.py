"""How far people must be from stored explosives: D = K Q^(1/3), with coefficients the user brings and cites.

Technical guidelines forbid printing their tables, so none is shipped: a YAML file holds the coefficients and says
where each was read.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from pydantic import Field

from toguna.accounts.arms.rules import read_rules
from toguna.core.errors import AskError
from toguna.core.frozen import Frozen


def quantity_distance(Q_kg: float, K: float, source: str) -> float:  # noqa: N803 - as the formula is written
    """Return the distance at which a site may stand from explosives, in metres.

    Parameters
    ----------
    Q_kg : net explosive quantity, kg
    K : coefficient for the hazard division and the kind of site, m kg^(-1/3)
    source : where K was read: guideline, edition, table

    Raises
    ------
    AskError
        No source, or a number that is not above zero.

    Examples
    --------
    >>> round(quantity_distance(1_000, 22.2, "made up for this example"))
    222
    """
    if not source.strip():
        raise AskError("K has no source. Say which guideline, edition and table it was read from.")
    if not (math.isfinite(Q_kg) and Q_kg > 0 and math.isfinite(K) and K > 0):
        raise AskError("Quantity and coefficient must be above zero. Check kg and K.")
    return K * math.cbrt(Q_kg)


class Coefficient(Frozen):
    """One coefficient and where it was read."""

    hazard_division: str = Field(description="As the UN writes it: 1.1", pattern=r"^1\.[1-6]$")
    site: str = Field(description="What is exposed: inhabited building, public road", min_length=1)
    K: float = Field(description="Coefficient, m kg^(-1/3)", gt=0)
    least: float = Field(default=0.0, description="Distance never gone below, m", ge=0)
    Q_from: float = Field(default=0.0, description="Quantity from which it holds, kg", ge=0)
    Q_to: float = Field(default=math.inf, description="Quantity up to which it holds, kg", gt=0)
    citation: str = Field(description="Guideline, edition, table", min_length=8)


class Coefficients(Frozen):
    """The coefficients a user brings."""

    coefficients: tuple[Coefficient, ...] = Field(min_length=1)


class Mixing(Frozen):
    """Which compatibility groups may lie in one store.

    A group may lie with itself unless `never` names it, with another only where `allowed` names the pair.
    """

    citation: str = Field(description="Guideline, edition, table", min_length=8)
    allowed: tuple[tuple[str, str], ...] = Field(description="Pairs of groups that may lie together")
    never: tuple[str, ...] = Field(default=(), description="Groups that may not even lie with their own")


def read_coefficients(path: Path) -> tuple[Coefficient, ...]:
    """Return the coefficients of a YAML file; `DataError` where one has no citation or is wrong."""
    return read_rules(path, Coefficients).coefficients


def read_mixing(path: Path) -> Mixing:
    """Return the mixing table of a YAML file; `DataError` where it has no citation or is wrong."""
    return read_rules(path, Mixing)


def distances(neq_kg: Mapping[str, float], coefficients: Iterable[Coefficient]) -> pd.DataFrame:
    """Return the distances a store needs, by hazard division and kind of site.

    Parameters
    ----------
    neq_kg : net explosive quantity by hazard division, kg, as `net_explosive` returns it
    coefficients : the user's

    Returns
    -------
    DataFrame
        `hazard_division`, `site`, `neq_kg`, `distance_m` (rounded up), `citation`. Where several divisions lie in one
        store each row is also worked out with the whole quantity of the store (`distance_all_m`), which is never less.

    Raises
    ------
    AskError
        A division of the store has no coefficient for its quantity.
    """
    coefficients = list(coefficients)
    whole = sum(neq_kg.values())
    rows: list[list[object]] = []
    for division, kg in sorted(neq_kg.items()):
        if kg == 0:
            continue
        sites = sorted({one.site for one in coefficients if one.hazard_division == division})
        if not sites:
            raise AskError(f"There is no coefficient for hazard division {division}. Add one with its citation.")
        for site in sites:
            one, beside = (_fitting(coefficients, division, site, mass) for mass in (kg, whole))
            near = _metres(one, kg)
            rows.append([division, site, kg, near, max(near, _metres(beside, whole)), one.citation])
    columns = ["hazard_division", "site", "neq_kg", "distance_m", "distance_all_m", "citation"]
    return pd.DataFrame(rows, columns=columns)


def _fitting(coefficients: list[Coefficient], division: str, site: str, kg: float) -> Coefficient:
    fitting = [
        one
        for one in coefficients
        if (one.hazard_division, one.site) == (division, site) and one.Q_from <= kg <= one.Q_to
    ]
    if not fitting:
        raise AskError(
            f"No coefficient of hazard division {division} holds for {kg:,.0f} kg. Add one with its citation."
        )
    return max(fitting, key=lambda one: max(one.least, one.K))  # where two meet at a limit, the farther


def _metres(one: Coefficient, kg: float) -> int:
    return math.ceil(max(one.least, quantity_distance(kg, one.K, one.citation)) - 1e-9)


def mixing_faults(groups: Iterable[str], table: Mixing) -> tuple[str, ...]:
    """Return a sentence for each pair of compatibility groups that may not lie in one store.

    Parameters
    ----------
    groups : compatibility group of each lot in the store; a group twice is two lots
    table : the user's
    """
    lots = sorted(groups)
    may = {frozenset(pair) for pair in table.allowed}
    faults = [
        f"Group {group} may not lie with another lot of its own group ({table.citation}). Keep them apart."
        for group in sorted(set(lots))
        if group in table.never and lots.count(group) > 1
    ]
    kinds = sorted(set(lots))
    return (
        *faults,
        *(
            f"Groups {one} and {other} may not lie together ({table.citation}). Keep them apart."
            for at, one in enumerate(kinds)
            for other in kinds[at + 1 :]
            if frozenset((one, other)) not in may
        ),
    )
