"""Which months a file of events speaks of, and since when: silence counts as peace only in months it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toguna.core.errors import DataError
from toguna.core.months import Month
from toguna.core.words import N_
from toguna.forecasting.panel import Ints

_YEARLY_AFTER = 90  # days past the year's end; editions that come sooner are of single months
_DAILY_WITHIN = 28  # days; a lag as short as this from the event's own day is that of a running export
_COMPLETE = 7  # days without events at the end of a running export that still leave its month whole


@dataclass(frozen=True)
class Spoken:
    """Months a file speaks of.

    Attributes
    ----------
    first, last : its span
    known_from : months; the month, counted from the first, at whose end each month was public
    """

    first: Month
    last: Month
    known_from: Ints


def spoken(events: pd.DataFrame, first: Month | None = None, last: Month | None = None) -> Spoken:
    """Return the months events speak of, from the days they came out on.

    A yearly edition speaks of whole years, quiet months among them, from its day on; a monthly one of the months its
    events begin in; a running export of every day since its first event, a few days late. A month is known once all
    that, and every event with a day in it, is out.

    Parameters
    ----------
    first, last : months the reader vouches for instead

    Raises
    ------
    DataError
        No edition speaks of a month in between: missing is not zero.
    """
    if events.empty:
        raise DataError(N_("There are no events to forecast from. Name a file of UCDP GED or an ACLED export."))
    parts = [_of_source(rows) for _, rows in events.groupby("source", sort=True)]
    known: dict[int, int] = {}
    for part in parts:
        for month, out in part.items():
            known[month] = max(known.get(month, out), out)
    start = _number(first) if first is not None else min(known)
    end = _number(last) if last is not None else max(known)
    if end < start:
        raise DataError(
            N_("The events end in {last}, before the first month asked for, {first}. Ask for an earlier."),
            last=_month(end),
            first=_month(start),
        )
    silent = [month for month in range(start, end + 1) if month not in known]
    if silent and first is None and last is None:
        raise DataError(
            N_(
                "No edition speaks of {first} to {last}: missing is not zero. Add the editions in between, "
                "or leave out the ones after the gap."
            ),
            first=_month(silent[0]),
            last=_month(silent[-1]),
        )
    when: Ints = np.array([known.get(month, _nearest(known, month)) for month in range(start, end + 1)], np.int64)
    _raise_to_events(when, events, start)
    return Spoken(_month(start), _month(end), np.asarray(when - start))


def _of_source(rows: pd.DataFrame) -> dict[int, int]:
    """Return the months one source speaks of, and the number of the month each was public in."""
    ends, public = pd.to_datetime(rows["date_end"]), pd.to_datetime(rows["published"])
    starts = pd.to_datetime(rows["date_start"])
    years = ends.dt.year
    after = (public - pd.to_datetime(years.astype(str) + "-12-31")).dt.days
    if (public.groupby(years).nunique() == 1).all() and (after > _YEARLY_AFTER).all():
        of_year = public.groupby(years).first()
        usual = ((public.dt.year - years) * 12 + public.dt.month).mode().iloc[0]  # months after the year began
        found: dict[int, int] = {}
        for year in range(int(years.min()), int(years.max()) + 1):
            out = _of_day(of_year[year]) if year in of_year else year * 12 + int(usual) - 1
            found |= dict.fromkeys(range(year * 12, year * 12 + 12), out)
        return found
    lag = (public - ends).dt.days
    begun = starts.dt.year * 12 + starts.dt.month - 1
    last = int(begun.max())
    is_running = lag.nunique() == 1 and lag.iloc[0] < _DAILY_WITHIN
    if is_running:
        last = min(last, _of_day(ends.max() + pd.Timedelta(days=_COMPLETE)) - 1)
    if last < begun.min():
        raise DataError(
            N_("The events speak of no whole month: they end on {day}. Give a longer file."),
            day=f"{ends.max():%Y-%m-%d}",
        )
    usual_lag = int(lag.max()) if is_running else int((public - (ends + pd.offsets.MonthEnd(0))).dt.days.median())
    return {
        month: _of_day(_month_end(month) + pd.Timedelta(days=max(usual_lag, 0)))
        for month in range(int(begun.min()), last + 1)
    }


def _raise_to_events(when: Ints, events: pd.DataFrame, start: int) -> None:
    """Make no month known before every event with a day in it was."""
    starts, ends, public = (pd.to_datetime(events[name]) for name in ("date_start", "date_end", "published"))
    numbers = [(day.dt.year * 12 + day.dt.month - 1).to_numpy() for day in (starts, ends, public)]
    for begun, ended, out in zip(*numbers, strict=True):
        inside = slice(max(begun - start, 0), max(ended - start + 1, 0))
        np.maximum(when[inside], out, out=when[inside])


def _nearest(known: dict[int, int], month: int) -> int:
    """Return when a month the reader vouches for counts as public: as long after as the nearest spoken one."""
    near = min(known, key=lambda one: abs(one - month))
    return month + known[near] - near


def _number(month: Month) -> int:
    return month.year * 12 + month.month - 1


def _month(number: int) -> Month:
    return Month(number // 12, number % 12 + 1)


def _month_end(number: int) -> pd.Timestamp:
    return pd.Timestamp(_month(number).last_day)


def _of_day(day: pd.Timestamp) -> int:
    return int(day.year * 12 + day.month - 1)
