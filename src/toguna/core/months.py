"""Calendar months, the unit of time everything in Toguna meets in."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from toguna.core.errors import AskError
from toguna.core.words import N_

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month.

    Examples
    --------
    >>> feb = Month.parse("2013-02")
    >>> str(feb.back(12)), feb.since(Month(2012, 3)), feb.last_day.isoformat()
    ('2012-02', 11, '2013-02-28')
    """

    year: int
    month: int

    @classmethod
    def parse(cls, text: str | Month) -> Month:
        """Return the month written as YYYY-MM; a Month passes through."""
        if isinstance(text, Month):
            return text
        found = _MONTH.fullmatch(str(text).strip())
        if found is None:
            raise AskError(N_("{text!r} is not a month. Write it as YYYY-MM, for example 2013-02."), text=text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __add__(self, months: int) -> Month:
        """Return the month so many months later."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    def since(self, other: Month) -> int:
        """Return whole months from `other` to this month."""
        return (self.year - other.year) * 12 + self.month - other.month

    def back(self, months: int) -> Month:
        """Return the month so many months earlier."""
        return self + -months

    def __str__(self) -> str:
        """Return YYYY-MM."""
        return f"{self.year:04d}-{self.month:02d}"
