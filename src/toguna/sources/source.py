"""What a source is: who owns it, when its figures are public, how it is read and what it yields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from toguna.core.errors import Fault
from toguna.core.words import N_
from toguna.country.schema import STANDING
from toguna.country.seen import last_day

if TYPE_CHECKING:
    import pandas as pd

    from toguna.country.profile import Profile
    from toguna.sources.atlas import Atlas
    from toguna.sources.reading import Reading


@dataclass(frozen=True)
class Lag:
    """When a figure about a period is first public.

    Attributes
    ----------
    words : the rule in words, shown to readers
    rule : the rule itself, from the last day of the period to the day of publication
    """

    words: str
    rule: Callable[[date], date]

    def published(self, period: str) -> date:
        """Return the day a figure about a period (YYYY, YYYY-MM or YYYY-MM-DD) is first public."""
        return self.rule(last_day(period))

    def published_all(self, periods: pd.Series) -> pd.Series:
        """Return the day each of many figures is first public; the rule is asked once a period."""
        import pandas as pd

        return pd.to_datetime(periods.map({period: self.published(period) for period in periods.unique()}))


def days_after(days: int) -> Lag:
    """Return the lag of a source that publishes so many days after the period.

    Examples
    --------
    >>> days_after(45).published("2023-10").isoformat()
    '2023-12-15'
    """
    return Lag(f"{days} days after the period", lambda end: end + timedelta(days=days))


def next_year(month: int, day: int = 1) -> Lag:
    """Return the lag of a source that publishes a year's figures on a day of the next year.

    Examples
    --------
    >>> next_year(6).published("2012-03").isoformat()
    '2013-06-01'
    """
    words = f"the next year, by {date(2000, month, day):%d %B}".replace(" 0", " ")
    return Lag(words, lambda end: date(end.year + 1, month, day))


def standing() -> Lag:
    """Return the lag of ground that stood before anybody listed it: always visible."""
    return Lag(N_("none: it stood before it was listed"), lambda _: date.fromisoformat(STANDING))


@dataclass(frozen=True)
class About:
    """Who owns a source and under which terms it is used.

    Attributes
    ----------
    key : name of the source in the registry and, with the version, in the table `sources`
    version : edition this reader was written for; a reading may state its own
    licence_basis : "stated" when read in the owner's terms, "memory" when still to be confirmed
    url : page where a user downloads the file; empty where there is none
    rhythm : how often the owner updates it
    is_shippable : False where the terms forbid handing rows on; a shipped pack then refuses them
    """

    key: str
    title: str
    owner: str
    version: str
    licence: str
    licence_basis: str
    citation: str
    url: str
    rhythm: str
    lag: Lag
    is_shippable: bool = True


@dataclass(frozen=True)
class Made:
    """What a source yields for one country.

    Attributes
    ----------
    tables : data frames by table name, with every column but `source` and `published` filled;
        a frame may hold those too, where rows differ in version or lag
    refused : rows of this country that were read but cannot be used, each with the reason
    """

    tables: dict[str, pd.DataFrame]
    refused: tuple[Fault, ...] = field(default=())


class Source(Protocol):
    """One data source. Ours and a stranger's are registered the same way, by entry point `toguna.sources`.

    Attributes
    ----------
    about : owner, terms, lag
    files : shell patterns of the file names a user would have downloaded
    provides : names of the tables it fills
    """

    about: About
    files: tuple[str, ...]
    provides: tuple[str, ...]

    def read(self, path: Path) -> Reading:
        """Return all rows of one file, with those that cannot be read listed; DataError if the file is another."""

    def tables(self, readings: Sequence[Reading], profile: Profile, atlas: Atlas) -> Made:
        """Return this country's rows as pack tables."""
