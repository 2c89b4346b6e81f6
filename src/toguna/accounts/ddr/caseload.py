"""Caseload: who comes, who waits, who is in the sites, month by month, with what the sites can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from toguna.core.errors import AskError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Caseload:
    """Expected people by month and site; nobody appears or vanishes.

    Attributes
    ----------
    sites : names
    presented, admitted, left : people a month, month x site
    waiting, present : people at the end of the month, month x site
    capacity : places, month x site
    """

    sites: tuple[str, ...]
    presented: Floats = field(repr=False)
    admitted: Floats = field(repr=False)
    left: Floats = field(repr=False)
    waiting: Floats = field(repr=False)
    present: Floats = field(repr=False)
    capacity: Floats = field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return one row a site and month (month 1 is the first): all of the above, and the share of places used."""
        months = len(self.presented)
        rows = {
            name: getattr(self, name).T.ravel()
            for name in ("presented", "admitted", "left", "waiting", "present", "capacity")
        }
        where = {"site": np.repeat(self.sites, months), "month": np.tile(np.arange(1, months + 1), len(self.sites))}
        made = pd.DataFrame(where | rows)
        made["used"] = (made["present"] / made["capacity"].where(made["capacity"] > 0)).astype("float64")
        return made

    @property
    def average_wait(self) -> Floats:
        """Months waited on average by site, by Little's law: people waiting over people admitted a month."""
        admitted = self.admitted.sum(axis=0)
        wait = np.full(len(admitted), np.nan)
        np.divide(self.waiting.sum(axis=0), admitted, out=wait, where=admitted > 0)
        return wait


def run(
    presented: npt.ArrayLike, capacity: npt.ArrayLike, stay: npt.ArrayLike, sites: Sequence[str] | None = None
) -> Caseload:
    """Return who waits and who is in the sites, first come first served.

    Parameters
    ----------
    presented : people a month, month x site
    capacity : places, month x site; below those present nobody is sent away, nobody new is admitted
    stay : share of those admitted who leave at the start of the 1st, 2nd, 3rd ... month after, summing to 1
    sites : names; default 1, 2, 3 ...

    Raises
    ------
    AskError
        Shapes that do not fit, numbers below zero, a stay that does not sum to 1.

    Examples
    --------
    >>> flow = run([[150], [0], [0]], [[100], [100], [100]], [1.0])
    >>> flow.present.ravel().tolist(), flow.waiting.ravel().tolist()
    ([100.0, 50.0, 0.0], [50.0, 0.0, 0.0])
    """
    arrived, places, leaves = (np.asarray(one, dtype=float) for one in (presented, capacity, stay))
    _check(arrived, places, leaves)
    names = tuple(sites) if sites is not None else tuple(str(n + 1) for n in range(arrived.shape[1]))
    if len(names) != arrived.shape[1]:
        raise AskError(f"{len(names)} sites are named and {arrived.shape[1]} given. Name each column once.")
    months, number = arrived.shape
    admitted, left, waiting, present = (np.zeros((months, number)) for _ in range(4))
    leaving = np.zeros((months + len(leaves) + 1, number))  # people due to leave, by month
    queue, inside = np.zeros(number), np.zeros(number)
    for month in range(months):
        left[month] = np.minimum(leaving[month], inside)
        inside = inside - left[month]
        queue = queue + arrived[month]
        admitted[month] = np.minimum(queue, np.maximum(places[month] - inside, 0.0))
        queue, inside = queue - admitted[month], inside + admitted[month]
        leaving[month + 1 : month + 1 + len(leaves)] += leaves[:, None] * admitted[month]
        waiting[month], present[month] = queue, inside
    return Caseload(names, arrived, admitted, left, waiting, present, places)


def people_a_site(people: float, sites: int) -> float:
    """Return people at each site where all come at once and sites are equal.

    Examples
    --------
    >>> people_a_site(10_000, 8)
    1250.0
    """
    if sites < 1 or people < 0:
        raise AskError("People cannot be below zero nor sites below one. Give numbers that can be.")
    return people / sites


def places_needed(people: float, stay_days: float, period_days: float) -> float:
    """Return places for people who come evenly over a period and stay some days each (Little's law).

    Examples
    --------
    >>> places_needed(10_000, 45, 45), places_needed(10_000, 45, 360)
    (10000.0, 1250.0)
    """
    if min(people, stay_days) < 0 or period_days <= 0:
        raise AskError("People and days cannot be below zero, and the period must last. Give numbers that can be.")
    return people * stay_days / max(period_days, stay_days)


def weapons_a_person(weapons: float, people: float) -> float:
    """Return weapons collected a person; NaN where nobody was.

    Examples
    --------
    >>> round(weapons_a_person(782, 1_789), 3), weapons_a_person(800, 5_000)
    (0.437, 0.16)
    """
    return weapons / people if people > 0 else float("nan")


def _check(arrived: Floats, places: Floats, leaves: Floats) -> None:
    if arrived.ndim != 2 or places.shape != arrived.shape:
        raise AskError("People presented and capacity must both be month x site. Give tables of the same shape.")
    if not (np.isfinite(arrived).all() and np.isfinite(places).all()) or min(arrived.min(), places.min()) < 0:
        raise AskError("People and places cannot be missing or below zero. Fill the gaps or leave those months out.")
    if leaves.ndim != 1 or (leaves < 0).any() or not np.isclose(leaves.sum(), 1.0):
        raise AskError("A stay is a list of shares that sum to 1. Put them right.")
