"""The one table of numbers each ledger may show, with small cells withheld.

There is one table a ledger and no other: tables of the same people by other categories, laid side by side, would give
away what each withholds. A reader's filters choose rows of it after small cells are withheld, never before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from toguna.accounts import arms, custody, ddr, rights
from toguna.accounts.book.record import Record
from toguna.accounts.disclosure.cells import TOTAL, WITHHELD
from toguna.accounts.disclosure.coarse import coarse_date, coarse_place
from toguna.accounts.disclosure.suppress import suppress
from toguna.core.errors import AskError
from toguna.core.words import N_

FEWEST = 5  # people or weapons a cell may show
REMARKS = (
    N_("{withheld} cells are withheld: they are of fewer than {fewest}, or needed so that such cells cannot be worked "
       "out. Withheld is not nought."),
    N_("By region and quarter of the year, and in this one table only."),
)  # fmt: skip
UNKNOWN = "unknown"
_ENDS = ("held", "handed_over", "transferred", "released", "escaped", "died")


@dataclass(frozen=True)
class Counts:
    """How a ledger is counted for showing.

    Attributes
    ----------
    monthly : the ledger's own counts
    kinds : category columns beside area and period
    unit : of the count
    apart : category column along which one person or weapon counts several times, such as phases gone through; there is
        no total along it, as it would make few people look like many
    """

    monthly: Callable[[Iterable[Record]], pd.DataFrame]
    kinds: tuple[str, ...]
    unit: str
    apart: str = ""

    @property
    def by(self) -> tuple[str, ...]:
        """All category columns."""
        return ("area", "period", *self.kinds)


def _custody(records: Iterable[Record]) -> pd.DataFrame:
    """Return people by area, month of apprehension and how custody stands: each once."""
    counted = custody.monthly(records)
    long = counted.melt(["area", "month"], list(_ENDS), "outcome", "people")
    return long[long["people"] > 0].rename(columns={"people": "count"})


COUNTED = {
    "rights": Counts(rights.monthly, ("act",), N_("acts")),
    "custody": Counts(_custody, ("outcome",), N_("people")),
    "arms": Counts(arms.monthly, ("kind", "event"), N_("weapons"), apart="event"),
    "ddr": Counts(ddr.monthly, ("phase", "category"), N_("people"), apart="phase"),
}


@dataclass(frozen=True, eq=False)
class Aggregates:
    """A ledger in numbers that may be shown.

    Attributes
    ----------
    table : categories, `count` (missing where withheld), `status`
    withheld : cells not shown
    """

    table: pd.DataFrame
    withheld: int


def counted(ledger: str) -> Counts:
    """Return how a ledger is counted.

    Raises
    ------
    AskError
        There is no such ledger.
    """
    if ledger not in COUNTED:
        raise AskError(
            N_("There is no ledger {ledger!r}. Choose one of {known}."), ledger=ledger, known=", ".join(COUNTED)
        )
    return COUNTED[ledger]


def aggregates(ledger: str, records: Iterable[Record]) -> Aggregates:
    """Return a ledger by region, quarter and kind, with small cells and those that would give them away withheld.

    Parameters
    ----------
    ledger : one of `COUNTED`
    records : of it, as many as the reader may count

    Raises
    ------
    AskError
        There is no such ledger, or its table would be too fine to protect.
    AccountError
        A small cell cannot be covered; nothing is handed out then.
    """
    how = counted(ledger)
    months = how.monthly(records)
    if months.empty:
        return Aggregates(pd.DataFrame(columns=[*how.by, "count", "status"]), 0)
    coarse = pd.DataFrame({"area": _places(months["area"]), "period": _periods(months)})
    coarse = coarse.join(months[[*how.kinds, "count"]])
    cells = coarse.groupby(list(how.by), as_index=False, sort=True)["count"].sum()
    table = pd.concat(_protected(how, cells), ignore_index=True)[[*how.by, "count", "status"]]
    withheld = int((table["status"] == WITHHELD).sum())
    is_needed = (table["count"] != 0).fillna(True) | (table[list(how.by)] == TOTAL).any(axis=1)
    return Aggregates(without_echoes(table[is_needed], how.by), withheld)


def without_echoes(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return a table without totals of a single category: they say again what its own row says."""
    for name in by:
        if table[name].nunique() == 2:  # the one category, and its total
            table = table[table[name] != TOTAL]
    return table.reset_index(drop=True)


def _protected(how: Counts, cells: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the table in parts, each with small cells withheld and totals of its own."""
    by = tuple(one for one in how.by if one != how.apart)
    parts = cells.groupby(how.apart, sort=True) if how.apart else [("", cells)]
    for value, part in parts:
        table = _suppressed(by, tuple(part[[*by, "count"]].itertuples(index=False, name=None)))
        yield table.assign(**{how.apart: value}) if how.apart else table


@lru_cache(maxsize=128)
def _suppressed(by: tuple[str, ...], cells: tuple[tuple[object, ...], ...]) -> pd.DataFrame:
    """Return a table with small cells withheld; kept, as the proof takes seconds and readers ask again."""
    return suppress(pd.DataFrame(cells, columns=[*by, "count"]), by, "count", FEWEST).table


def _places(areas: pd.Series) -> pd.Series:
    """Return regions; areas that were erased stay unknown."""
    known = areas.astype(str) != UNKNOWN
    return areas.astype(str).where(~known, coarse_place(areas.astype(str)[known], "admin1"))


def _periods(months: pd.DataFrame) -> pd.Series:
    """Return quarters; the year alone of what is not known closer."""
    days = months["month"].astype(str) + "-01"
    quarters = coarse_date(days, "quarter")
    if "date_precision" not in months:
        return quarters
    return quarters.mask(months["date_precision"] == "year", coarse_date(days, "year"))
