"""Tables up to a month: what was known by then, or what is known today about the time until then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from toguna.core.months import Month
from toguna.country.tables import TABLES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Ends = dict[str, tuple["pd.DataFrame", "np.ndarray"]]  # by name: a table, and the last day each of its rows speaks of


class Seen(Mapping[str, "pd.DataFrame"]):
    """Tables up to a month, each cut when it is first asked for: most who ask for a month look at a few.

    Parameters
    ----------
    tables : whole
    month : last one shown
    hindsight : by what rows are about, not by when they were published
    ends : kept from one month to the next
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], month: Month, ends: Ends, *, hindsight: bool) -> None:
        self._tables, self._month, self._ends, self._hindsight = tables, month, ends, hindsight
        self._cut: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table as it is seen."""
        if name not in self._cut:
            self._cut[name] = self._seen(name, self._tables[name])
        return self._cut[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def _seen(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        if "published" not in table or (self._hindsight and not TABLES[name].when):
            return table
        import pandas as pd

        if not self._hindsight:
            return table[table["published"] <= pd.Timestamp(self._month.last_day)]
        known, ends = self._ends.get(name, (None, None))
        if known is not table or ends is None:  # tables of a country may be put in place of others
            ends = _ends(table[TABLES[name].when])
            self._ends[name] = (table, ends)
        is_begun = ends <= self._month.last_day.toordinal()
        return table if is_begun.all() else table[is_begun]


def _ends(periods: pd.Series[str]) -> np.ndarray:
    """Return the ordinal of the last day of each period."""
    import numpy as np
    import pandas as pd

    codes, known = pd.factorize(periods.astype(str))
    days = np.array([last_day(str(period)).toordinal() for period in known], dtype=np.int32)
    ends: np.ndarray = days[codes]
    return ends


def last_day(period: str) -> date:
    """Return the last day of a period written YYYY, YYYY-MM or YYYY-MM-DD.

    Examples
    --------
    >>> last_day("2012").isoformat(), last_day("2012-02").isoformat(), last_day("2012-02-03").isoformat()
    ('2012-12-31', '2012-02-29', '2012-02-03')
    """
    if len(period) == 4:
        return date(int(period), 12, 31)
    if len(period) == 7:
        return Month.parse(period).last_day
    return date.fromisoformat(period)
