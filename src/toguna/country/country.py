"""`Country`: the pack as a value, and what of it was known by a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from toguna.core.months import Month
from toguna.core.provenance import MadeFrom
from toguna.country.profile import Profile
from toguna.country.seen import Ends, Seen
from toguna.country.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Country:
    """A country in conflict: its profile and its tables, all or as of a month.

    Tables are attributes: `mali.events`, `mali.places`. Units and meanings are in `TABLES[name].columns`.
    A table the pack does not hold is empty, never absent. Treat every table as read-only.

    Attributes
    ----------
    pack : name of the pack
    profile : what `country.yaml` says
    tables : data frames by table name; index = row number in the pack's file, counted from 0
    pack_hash : SHA-256 over the pack's files
    as_of : last month whose publications are visible; None shows all
    hindsight : with `as_of`, show what is known today about the time up to that month
    """

    pack: str
    profile: Profile
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    pack_hash: str
    as_of: Month | None = None
    hindsight: bool = False
    _ends: Ends = field(default_factory=dict, repr=False)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return the table called `name`."""
        if name in TABLES:
            return self.table(name)
        raise AttributeError(f"Country has no {name!r}. Its tables: {', '.join(TABLES)}.")

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, empty with its columns where the pack does not hold it."""
        if name in self.tables:
            return self.tables[name]
        import pandas as pd

        return pd.DataFrame({key: pd.Series(dtype=object) for key in TABLES[name].columns})

    @property
    def month(self) -> Month:
        """The month this country is looked at from: `as_of`, or the edition of the pack."""
        return self.as_of or Month.parse(self.profile.edition)

    @property
    def made_from(self) -> MadeFrom:
        """Pack, its hash and what was asked of it."""
        asked: dict[str, Any] = {"as_of": str(self.month), "hindsight": self.hindsight}
        return MadeFrom(self.pack, self.pack_hash, asked)

    def seen_from(self, as_of: str | Month, *, hindsight: bool = False) -> Country:
        """Return the country as of a month: every row published later is hidden.

        With `hindsight` every row about a later time is hidden instead, however late it was published;
        tables that speak of no time (areas, places, services, standards ...) are then shown whole.
        """
        month = Month.parse(as_of)
        seen = Seen(self.tables, month, self._ends, hindsight=hindsight)
        return replace(self, tables=seen, as_of=month, hindsight=hindsight, _ends={})

    def __str__(self) -> str:
        """Return name, month and row counts in one readable line a table."""
        mode = "as known today about" if self.hindsight else "as of"
        rows = "\n".join(f"  {name:18} {len(table):>7,} rows" for name, table in self.tables.items())
        made_up = "  MADE UP COUNTRY\n" if self.profile.made_up else ""
        return f"{self.profile.label('en')} ({self.profile.iso3}), {mode} {self.month}\n{made_up}{rows}"
