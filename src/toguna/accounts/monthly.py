"""What each ledger counts by area and month, and tables of a country pack made of it, small cells withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import pandas as pd

from toguna.accounts import arms, custody, ddr, due_diligence, rights
from toguna.accounts.arms.lots import lots_monthly
from toguna.accounts.arms.monthly import monthly as arms_monthly
from toguna.accounts.book.record import Record
from toguna.accounts.custody.monthly import monthly as custody_monthly
from toguna.accounts.ddr.monthly import ddr_monthly
from toguna.accounts.ddr.monthly import monthly as ddr_counts
from toguna.accounts.disclosure import suppress
from toguna.accounts.disclosure.cells import STATUS
from toguna.accounts.due_diligence.monthly import monthly as due_diligence_monthly
from toguna.accounts.rights.monthly import monthly as rights_monthly
from toguna.country.schema import Table
from toguna.country.tables.arms_monthly import TABLE as ARMS_TABLE
from toguna.country.tables.arms_monthly import ArmsMonthly
from toguna.country.tables.ddr_monthly import TABLE as DDR_TABLE
from toguna.country.tables.sources import Sources

COUNT, ALL = "count", "all"  # `ALL`: category of totals; "total" is a phase of the DDR ledger
Monthly = Callable[[Iterable[Record]], pd.DataFrame]


def operations_monthly(records: Iterable[Record]) -> pd.DataFrame:
    """Return how many declarations contingents made by area, month and event.

    Returns
    -------
    pandas.DataFrame
        area (p-code), month (YYYY-MM), event (step), count (declarations), sorted.
    """
    cells = Counter(
        (str(one.fields["area"]), str(one.fields["month"]), one.step)
        for record in records
        for one in record.history
        if one.fields
    )
    rows = [(*key, number) for key, number in sorted(cells.items())]
    return pd.DataFrame(rows, columns=["area", "month", "event", COUNT])


def _custody(records: Iterable[Record]) -> pd.DataFrame:
    """Return people apprehended; what became of them is left to the ledger: such parts of a cell may be small."""
    return custody_monthly(records)[["area", "month", "force", "age_group", "sex", COUNT]]


MONTHLY: Mapping[str, Monthly] = {
    rights.LEDGER.name: rights_monthly,
    due_diligence.LEDGER.name: due_diligence_monthly,
    custody.LEDGER.name: _custody,
    arms.LEDGER.name: arms_monthly,
    arms.LOTS.name: lots_monthly,
    arms.OPERATIONS.name: operations_monthly,
    ddr.LEDGER.name: ddr_counts,
}


PACK_TABLES: Mapping[str, Table] = {ARMS_TABLE.name: ARMS_TABLE, DDR_TABLE.name: DDR_TABLE}
OF_LEDGER = {ARMS_TABLE.name: arms.LEDGER.name, DDR_TABLE.name: ddr.LEDGER.name}


def by_month(counts: pd.DataFrame, threshold: int = 5) -> pd.DataFrame:
    """Return monthly counts with small cells, and those that would give them away, empty.

    Parameters
    ----------
    counts : as a ledger's `monthly` gives them
    threshold : fewest people or weapons a cell may show

    Returns
    -------
    pandas.DataFrame
        The same rows; `count` is missing where withheld. Each month is protected by itself, with its totals, because
        no total over months is in the table.
    """
    by = [name for name in counts.columns if name not in {"month", COUNT}]
    parts = []
    for month, cells in counts.groupby("month", sort=True):
        shown = suppress(cells[[*by, COUNT]], by, COUNT, threshold, total=ALL).table.drop(columns=STATUS)
        rows = cells[by].merge(shown, on=by, how="left")
        parts.append(rows.assign(month=month))
    if not parts:
        return counts.astype({COUNT: "Int64"})
    return pd.concat(parts, ignore_index=True)[list(counts.columns)].astype({COUNT: "Int64"})


def arms_table(counts: pd.DataFrame, source: str, published: date) -> pd.DataFrame:
    """Return the pack's table `arms_monthly` of counts with small cells withheld, checked against its declaration.

    Parameters
    ----------
    counts : as `by_month` gives them
    source : key into the pack's table of sources
    published : day the figures became public
    """
    table = counts.rename(columns={COUNT: "weapons"}).assign(
        source=source, published=pd.Timestamp(published), basis="dataset"
    )
    wanted = ["month", "area", "kind", "event", "weapons", "source", "published", "basis"]
    return pd.DataFrame(ArmsMonthly.validate(table[wanted].astype({"weapons": "float64"}), lazy=True))


def pack_tables(
    counts: Mapping[str, pd.DataFrame], source: str, published: date, owner: str, licence: str, threshold: int = 5
) -> dict[str, pd.DataFrame]:
    """Return the tables of a pack that ledgers fill, and the row of `sources` they name.

    Parameters
    ----------
    counts : monthly counts by name of the table (`PACK_TABLES`), before small cells are withheld
    source, owner, licence : of the row of `sources`
    published : day the figures become public
    threshold : fewest people or weapons a cell may show

    Returns
    -------
    dict
        Tables by name; one without rows is left out, and without any there is no `sources`.
    """
    made = {}
    for name, frame in counts.items():
        if len(frame):
            shown = by_month(frame, threshold)
            is_arms = name == ARMS_TABLE.name
            made[name] = (arms_table if is_arms else ddr_monthly)(shown, source, published)
    if not made:
        return {}
    row = {
        "source": source,
        "title": f"Counts of the {' and '.join(OF_LEDGER[name] for name in made)} ledgers by area and month",
        "owner": owner,
        "version": f"as entered by {published.isoformat()}",
        "licence": licence,
        "licence_basis": "stated",
        "citation": f"{owner}, counts of its ledgers, {published.isoformat()}; cells under {threshold} withheld",
        "url": "",
        "rhythm": "as published",
        "lag": "as published",
        "until": max(str(frame["month"].max()) for frame in made.values()),
    }
    return {**made, "sources": pd.DataFrame(Sources.validate(pd.DataFrame([row]), lazy=True))}
