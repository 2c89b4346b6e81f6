"""Where an event may have been: exact points stay points, others spread over all the ground they may mean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from toguna.forecasting.panel import Floats, Ints

# Kilometres around the point an event of each UCDP `where_prec` may lie, where no boundary says better: 1 exact,
# 2 within 25 km (codebook), 3 somewhere in the admin 2 area, 4 in the admin 1 area, 5 along a line or a fuzzy area.
# The last three are typical radii of such areas: judgement. 6 is the whole country, 7 no place at all.
REACH_KM = {1: 0.0, 2: 25.0, 3: 50.0, 4: 150.0, 5: 50.0}
WHOLE_COUNTRY = 6
_SPOTS = 256
_KM_PER_DEGREE = 111.2
UnitOf = Callable[[Floats, Floats], Ints]  # longitudes, latitudes -> position of the unit, -1 for none


def shares_by_point(events: pd.DataFrame, unit_of: UnitOf, units: int) -> sparse.csr_array:
    """Return the share of each event in each unit, events x units; rows sum to 1, or to 0 where it lies in none.

    An event known to a radius counts by the part of the disc in each unit (256 points, sunflower pattern). Events
    known to the country alone are spread over all units alike, those of no known place are left out.
    """
    precision = events["where_precision"].fillna(1).to_numpy(int)
    lon, lat = events["longitude"].to_numpy(float), events["latitude"].to_numpy(float)
    rows, columns, weights = [], [], []
    known: dict[tuple[float, float, int], tuple[Ints, Floats]] = {}
    for row, key in enumerate(zip(lon, lat, precision, strict=True)):
        if key[2] == WHOLE_COUNTRY:
            found, share = np.arange(units), np.full(units, 1 / units)
        elif key[2] not in REACH_KM or np.isnan(key[0]):
            continue
        else:
            if key not in known:
                known[key] = _disc_shares(key[0], key[1], REACH_KM[key[2]], unit_of)
            found, share = known[key]
        rows.append(np.full(len(found), row))
        columns.append(found)
        weights.append(share)
    if not rows:
        return sparse.csr_array((len(events), units))
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array((np.concatenate(weights), where), shape=(len(events), units))


def _disc_shares(lon: float, lat: float, km: float, unit_of: UnitOf) -> tuple[Ints, Floats]:
    if km == 0:
        found = unit_of(np.array([lon]), np.array([lat]))
        return found[found >= 0], np.ones(int((found >= 0).sum()))
    number = np.arange(_SPOTS)
    radius = km * np.sqrt((number + 0.5) / _SPOTS)
    angle = number * np.pi * (3 - np.sqrt(5))
    east = lon + radius * np.cos(angle) / (_KM_PER_DEGREE * np.cos(np.radians(lat)))
    north = lat + radius * np.sin(angle) / _KM_PER_DEGREE
    found, many = np.unique(unit_of(east, north), return_counts=True)
    inside = found >= 0
    total = many[inside].sum()
    return found[inside], many[inside] / max(total, 1)


def shares_by_name(events: pd.DataFrame, names: pd.DataFrame) -> sparse.csr_array:
    """Return the share of each event in each named area: its own, all those of its admin 1 area alike, or all alike.

    Parameters
    ----------
    events : columns admin1_name, admin2_name, where_precision
    names : one row an area, columns admin1 and admin2
    """
    by_area = {(a, b): at for at, (a, b) in enumerate(zip(names["admin1"], names["admin2"], strict=True))}
    by_first: dict[str, Ints] = {
        str(first): np.flatnonzero(names["admin1"].to_numpy() == first) for first in names["admin1"].unique()
    }
    found = sparse.lil_array((len(events), len(names)))
    for row, (first, second, precision) in enumerate(
        zip(events["admin1_name"], events["admin2_name"], events["where_precision"].fillna(1), strict=True)
    ):
        at = by_area.get((first, second))
        if at is not None and second:
            found[row, at] = 1.0
        elif first in by_first:
            found[row, by_first[first]] = 1 / len(by_first[first])
        elif precision <= WHOLE_COUNTRY:
            found[row, :] = 1 / len(names)
    return found.tocsr()


def month_shares(start: Sequence[str], end: Sequence[str], first: int, months: int) -> sparse.csr_array:
    """Return the share of each event in each month, by days; events x months.

    Parameters
    ----------
    start, end : days, YYYY-MM-DD
    first : number of the first month, year * 12 + month - 1
    """
    starts = pd.to_datetime(pd.Series(list(start)))
    ends = pd.to_datetime(pd.Series(list(end)))
    rows, columns, weights = [], [], []
    for row, (one, two) in enumerate(zip(starts, ends, strict=True)):
        days = (two - one).days + 1
        day = one
        while day <= two:
            last = min(day + pd.offsets.MonthEnd(0), two)
            number = day.year * 12 + day.month - 1 - first
            if 0 <= number < months:
                rows.append(row)
                columns.append(number)
                weights.append(((last - day).days + 1) / days)
            day = last + pd.Timedelta(days=1)
    return sparse.csr_array((weights, (rows, columns)), shape=(len(starts), months))


def place_whole(
    values: Floats, in_units: sparse.csr_array, in_months: sparse.csr_array, names: Sequence[str], placing: int
) -> Floats:
    """Return whole counts, units x months: each event put into one unit it may lie in, by its share, once for all.

    The draw is the event's own: it hangs on its identifier and `placing`, on no other event. Counts of an event of
    several months are split by days and rounded so that none is lost.
    """
    found = np.zeros((in_units.shape[1], in_months.shape[1]))
    for row, (value, name) in enumerate(zip(values, names, strict=True)):
        begin, stop = in_units.indptr[row], in_units.indptr[row + 1]
        if stop == begin or not value > 0:
            continue
        where, when = _own_chances(name, placing)
        at = np.searchsorted(np.cumsum(in_units.data[begin:stop]), where).clip(0, stop - begin - 1)
        unit = in_units.indices[begin + at]
        begin, stop = in_months.indptr[row], in_months.indptr[row + 1]
        edges = np.floor(np.append(0.0, np.cumsum(in_months.data[begin:stop])) * value + when)
        edges[-1:] = np.floor(in_months.data[begin:stop].sum() * value + when)
        found[unit, in_months.indices[begin:stop]] += np.diff(edges)
    return found


def _own_chances(name: str, placing: int) -> tuple[float, float]:
    digest = hashlib.sha256(f"{placing} {name}".encode()).digest()
    where, when = (int.from_bytes(digest[at : at + 8], "big") / 2**64 for at in (0, 8))
    return where, when
