"""What the people at each site need by the pack's minimum standards, and when a site is likely to overflow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError, DataError
from toguna.core.words import N_

Floats = npt.NDArray[np.float64]
# How measures of the table `standards` are worded, and the unit of the need they make.
_PER_PERSON = (
    (r"litres per person per day", "litres a day"),
    (r"kcal per person per day", "kcal a day"),
    (r"(?:covered living space|settlement area|site area), m2 per person", "m2"),
    (r"(?:standard )?monthly ration, kg per person", "kg a month"),
)
_PER_MANY = ((r"tonnes per ([\d,]+) people for (\d+) days", "kg a day", 1000.0),)
_PER_TEN_THOUSAND = r"(.+?) per 10,000(?: people)?(?:, minimum)?$"
_PEOPLE_PER = r"people per ([a-z ]+?)(?: \(.*\))?(?:, maximum)?$"
_NO_NEED = ("short-term floor", "threshold", "post-emergency", "survival to basic need")


@dataclass(frozen=True)
class Overflow:
    """Whether and when a site fills beyond its capacity.

    Attributes
    ----------
    chance : share of draws in which it holds more than its capacity on any day; None where the capacity is unknown
    early, median, late : day, counted from 0, by which the first 10, 50 and 90 per cent of all draws have overflowed;
        None where so many never do, or the capacity is unknown
    """

    chance: float | None
    early: int | None = None
    median: int | None = None
    late: int | None = None


def site_needs(people_by_site: Mapping[str, float], standards: pd.DataFrame) -> pd.DataFrame:
    """Return what the people at each site need, one row a site and standard.

    Columns: site, people, sector, need, unit, amount, standard_id, standard. Amounts are people times the standard;
    things that serve so many people each (taps, toilets, beds, schools) are counted whole, rounded up. Standards that
    are no need of a number of people (distances, thresholds, ranges) give no row; one that two handbooks state alike
    gives a single row.

    Parameters
    ----------
    people_by_site : people at each site, 0 or more
    standards : the country's table `standards`

    Raises
    ------
    AskError
        A number of people is below 0 or not known.
    DataError
        No row of the table can be read as a need.

    Examples
    --------
    >>> from toguna.country import read_country
    >>> needs = site_needs({"Nador": 1000.0}, read_country("ouadji").standards)
    >>> needs[["need", "amount", "unit"]].to_numpy().tolist()[0]
    ['litres per person per day, minimum', 15000.0, 'litres a day']
    """
    for site, people in people_by_site.items():
        if not (np.isfinite(people) and people >= 0):
            raise AskError(f"{site} has {people} people. Give a number of 0 or more for each site.")
    rules: dict[tuple[str, str, float], tuple[Any, bool]] = {}
    for row in standards.itertuples():
        if (rule := _rule(str(row.measure), float(row.amount))) is not None:
            unit, each, whole = rule
            rules.setdefault((str(row.sector), unit, each), (row, whole))
    if not rules:
        raise DataError(
            N_("No row of the table `standards` states a need per person. Add one, such as litres per person per day.")
        )
    rows = [
        (site, people, sector, row.measure, unit, _amount(people * each, whole=whole), row.standard_id, row.standard)
        for site, people in people_by_site.items()
        for (sector, unit, each), (row, whole) in rules.items()
    ]
    columns = ["site", "people", "sector", "need", "unit", "amount", "standard_id", "standard"]
    return pd.DataFrame(rows, columns=columns)


def _amount(exact: float, *, whole: bool) -> float:
    exact = round(exact, 6)  # 20 people per toilet are 50 toilets for 1,000, not 51
    return float(np.ceil(exact)) if whole else exact


def _rule(measure: str, amount: float) -> tuple[str, float, bool] | None:
    """Return unit, amount for a person, and whether things are counted whole; None where a measure is no such need."""
    if not np.isfinite(amount) or amount <= 0 or any(word in measure for word in _NO_NEED):
        return None
    for pattern, unit in _PER_PERSON:
        if re.match(pattern, measure):
            return unit, float(amount), False
    for pattern, unit, factor in _PER_MANY:
        if found := re.match(pattern, measure):
            people, days = (float(text.replace(",", "")) for text in found.groups())
            return unit, float(amount) * factor / people / days, False
    if found := re.match(_PER_TEN_THOUSAND, measure):
        return found[1], float(amount) / 10_000, True
    if found := re.match(_PEOPLE_PER, measure):
        return found[1].strip(), 1 / float(amount), True
    return None


def overflow_dates(people_draws: npt.ArrayLike, capacity: npt.ArrayLike) -> tuple[Overflow, ...]:
    """Return for each site the chance that it overflows within the days simulated, and on which day.

    Parameters
    ----------
    people_draws : people, shape (draws, days, sites)
    capacity : people each site was planned for, shape (sites,); NaN or 0 is unknown

    Raises
    ------
    AskError
        The shapes do not fit.

    Examples
    --------
    >>> draws = [[[80.0, 5.0], [101.0, 5.0]], [[90.0, 5.0], [99.0, 5.0]]]
    >>> overflow_dates(draws, [100.0, float("nan")])
    (Overflow(chance=0.5, early=1, median=1, late=None), Overflow(chance=None, early=None, median=None, late=None))
    """
    people, most = np.asarray(people_draws, dtype=float), np.asarray(capacity, dtype=float)
    if people.ndim != 3 or not people.shape[0] or not people.shape[1] or most.shape != people.shape[2:]:
        raise AskError(
            f"Draws of the shape {people.shape} and capacities of the shape {most.shape} do not fit. "
            "Give draws x days x sites, and one capacity a site."
        )
    over = people > most
    first = np.where(over.any(axis=1), over.argmax(axis=1), np.inf)  # draws x sites
    return tuple(
        _overflow(np.sort(days)) if np.isfinite(room) and room > 0 else Overflow(None)
        for days, room in zip(first.T, most, strict=True)
    )


def _overflow(days: Floats) -> Overflow:
    early, median, late = (_by(days, share) for share in (0.1, 0.5, 0.9))
    return Overflow(float(np.isfinite(days).mean()), early, median, late)


def _by(days: Floats, share: float) -> int | None:
    """Return the first day by which a share of all draws has overflowed."""
    day = days[max(int(np.ceil(share * len(days) - 1e-9)) - 1, 0)]
    return int(day) if np.isfinite(day) else None
