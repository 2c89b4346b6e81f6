"""Where events may have been: nothing lost, nothing dumped on a point that only stands for a country."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from toguna.forecasting.cells import gid_of
from toguna.forecasting.events_panel import cell_ground, events_panel
from toguna.forecasting.placing import month_shares, place_whole, shares_by_name, shares_by_point

ROW = {
    "date_start": "2013-10-14", "date_end": "2013-10-14", "type": "one_sided", "admin1_name": "", "admin2_name": "",
    "longitude": 1.25, "latitude": 10.25, "where_precision": 1.0, "fatalities": 4.0, "fatalities_civilians": 4.0,
    "perpetrator": "non_state", "is_partial": False, "source": "ucdp-ged@25.1", "published": pd.Timestamp("2014-06-01"),
}  # fmt: skip
FIRST = 2013 * 12


def events_of(*rows):
    """Events that differ from the usual one in what is given."""
    return pd.DataFrame([{**ROW, "event_id": f"ged-{number}", **row} for number, row in enumerate(rows)])


def strips(longitude, latitude):
    """Four units: strips of half a degree from 0 to 2 degrees east, south of 20 degrees north."""
    at = np.floor(np.asarray(longitude) / 0.5).astype(int)
    return np.where((at >= 0) & (at < 4) & (np.asarray(latitude) < 20), at, -1)


def shares_of(*rows):
    """Shares of events in the four strips."""
    return shares_by_point(events_of(*rows), strips, 4).toarray()


def test_exact_points_stay_points():
    """An exact event lies in one unit; on a point in no unit it lies in none."""
    assert shares_of({}, {"longitude": 0.1}, {"longitude": 3.0}).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def test_no_precision_is_exact():
    """An owner who states no precision, as ACLED, is taken at the word."""
    assert shares_of({"where_precision": np.nan}).tolist() == [[0, 0, 1, 0]]


@pytest.mark.parametrize(("precision", "km"), [(2, 25), (3, 50), (4, 150), (5, 50)])
def test_a_radius_is_spread_over_its_disc(precision, km):
    """On the line between two strips, half falls in each; further ones get what the disc covers of them."""
    found = shares_of({"longitude": 1.0, "where_precision": precision})[0]
    assert found.sum() == pytest.approx(1)
    assert found[:2].sum() == pytest.approx(0.5, abs=0.02)
    side = 0.5 * 111.2 * np.cos(np.radians(10.25))  # km
    part = min(side / km, 1)
    middle = (np.arcsin(part) + part * np.sqrt(1 - part**2)) / np.pi
    if km < 2 * side:
        assert found[1] == pytest.approx(middle, abs=0.02)


def test_a_disc_that_reaches_out_loses_nothing():
    """What of a disc lies in no unit goes to the units it does touch; a disc wholly outside goes nowhere."""
    found = shares_of({"longitude": 2.1, "where_precision": 2}, {"longitude": 5.0, "where_precision": 2})
    assert found.tolist() == [[0, 0, 0, 1], [0, 0, 0, 0]]


def test_a_country_is_not_its_centroid():
    """Known to the country alone: spread over all alike, with or without a point."""
    found = shares_of({"where_precision": 6}, {"where_precision": 6, "longitude": np.nan, "latitude": np.nan})
    assert found.tolist() == [[0.25] * 4] * 2


def test_events_of_no_place_are_left_out():
    """An event abroad or of unknown place, and a point that is missing, are in no unit."""
    assert shares_of({"where_precision": 7}, {"longitude": np.nan, "latitude": np.nan}).sum() == 0


def test_shares_by_name():
    """The area named; else all of the admin 1 area alike; else all alike; of no place, none."""
    names = pd.DataFrame({"admin1": ["A", "A", "B"], "admin2": ["a", "b", "a"]})
    events = events_of(
        {"admin1_name": "B", "admin2_name": "a"},
        {"admin1_name": "A", "where_precision": 4},
        {"where_precision": 6},
        {"where_precision": 7},
        {"admin1_name": "A", "admin2_name": "elsewhere"},
        {"admin1_name": "A", "admin2_name": "b", "where_precision": np.nan},
    )
    third = 1 / 3
    assert shares_by_name(events, names).toarray().tolist() == [
        [0, 0, 1], [0.5, 0.5, 0], [third] * 3, [0, 0, 0], [0.5, 0.5, 0], [0, 1, 0],
    ]  # fmt: skip


def test_several_days_are_split_by_days():
    """Two days of October and four of November; a leap February; a year's turn; and only what the months cover."""
    starts = ["2013-10-30", "2012-02-29", "2013-12-31", "2013-10-14", "2012-12-31"]
    ends = ["2013-11-04", "2012-03-02", "2014-01-03", "2013-10-14", "2013-01-01"]
    found = month_shares(starts, ends, FIRST, 12).toarray()
    assert found.shape == (5, 12)
    assert found[0, [9, 10]].tolist() == pytest.approx([2 / 6, 4 / 6])
    assert found[1].sum() == 0
    assert (found[2, 11], found[2].sum()) == (0.25, 0.25)
    assert (found[3, 9], found[3].sum()) == (1, 1)
    assert (found[4, 0], found[4].sum()) == (0.5, 0.5)
    leap = month_shares(starts[1:2], ends[1:2], 2012 * 12, 12).toarray()
    assert leap[0, [1, 2]].tolist() == pytest.approx([1 / 3, 2 / 3])


DAYS = st.dates(pd.Timestamp("2013-01-01").date(), pd.Timestamp("2013-10-01").date())
EVENT = st.fixed_dictionaries(
    {
        "start": DAYS,
        "days": st.integers(0, 80),
        "longitude": st.floats(0.0, 1.99),
        "latitude": st.floats(9.0, 11.0),
        "where_precision": st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, np.nan]),
        "fatalities": st.integers(0, 500).map(float),
    }
)


def placed(rows, placing=1, names=None):
    """Whole counts of events in strips and months of 2013."""
    events = events_of(*rows)
    starts = pd.to_datetime(events["start"])
    ends = starts + pd.to_timedelta(events["days"], unit="D")
    in_months = month_shares(starts.astype(str).tolist(), ends.astype(str).tolist(), FIRST, 12)
    shares = shares_by_point(events, strips, 4)
    names = events["event_id"].tolist() if names is None else names
    return place_whole(events["fatalities"].to_numpy(), shares, in_months, names, placing)


@settings(max_examples=40, deadline=None)
@given(st.lists(EVENT, min_size=1, max_size=8), st.integers(0, 5))
def test_whole_counts_sum_to_the_deaths(rows, placing):
    """Whatever is known of where and when: each death is counted once, in whole numbers, in one unit an event."""
    found = placed(rows, placing)
    assert found.sum() == sum(row["fatalities"] for row in rows)
    assert np.array_equal(found, np.rint(found))
    assert found.min() >= 0
    alone = [placed([row], placing) for row in rows]
    assert all(np.count_nonzero(one.any(axis=1)) <= 1 for one in alone)


@settings(max_examples=20, deadline=None)
@given(st.lists(EVENT, min_size=2, max_size=8, unique_by=str), st.randoms(use_true_random=False))
def test_an_event_is_placed_by_itself(rows, random):
    """Events added, taken away or put in another order move none of the others."""
    names = [f"ged-{number}" for number in range(len(rows))]
    together = placed(rows, names=names)
    alone = [placed([row], names=[name]) for row, name in zip(rows, names, strict=True)]
    assert np.array_equal(together, np.sum(alone, axis=0))
    order = random.sample(range(len(rows)), len(rows))
    assert np.array_equal(together, placed([rows[at] for at in order], names=[names[at] for at in order]))


def test_placing_follows_the_shares():
    """Over many events each unit gets about its share, and another placing puts them elsewhere."""
    shares = sparse.csr_array(np.tile([0.1, 0.0, 0.6, 0.3], (4000, 1)))
    months = sparse.csr_array(np.ones((4000, 1)))
    names = [f"ged-{number}" for number in range(4000)]
    found = place_whole(np.ones(4000), shares, months, names, 1).ravel()
    assert found / 4000 == pytest.approx([0.1, 0, 0.6, 0.3], abs=0.03)
    again = place_whole(np.ones(4000), shares, months, names, 1).ravel()
    other = place_whole(np.ones(4000), shares, months, names, 2).ravel()
    assert np.array_equal(found, again)
    assert not np.array_equal(found, other)


def test_days_are_rounded_without_a_side():
    """One death of two months falls in the first as often as its days say."""
    share = sparse.csr_array(np.ones((4000, 1)))
    months = sparse.csr_array(np.tile([0.25, 0.75], (4000, 1)))
    found = place_whole(np.ones(4000), share, months, [f"ged-{number}" for number in range(4000)], 1)
    assert found.sum() == 4000
    assert found[0] / 4000 == pytest.approx([0.25, 0.75], abs=0.03)


def test_only_precise_events():
    """Known to no better than the admin 2 area: in or out as asked, without a trace in any series."""
    events = events_of({}, {"where_precision": 3}, {"where_precision": 4}, {"where_precision": 6})
    ground = cell_ground(events)
    whole = events_panel(events, ground, grain="cell", target="one_sided")
    precise = events_panel(events, ground, grain="cell", target="one_sided", precise_only=True)
    assert (whole.counts.sum(), precise.counts.sum()) == (16, 8)
    assert precise.beside["events"].sum() == pytest.approx(2)
    assert precise.beside["expected"].sum() == pytest.approx(8)
    assert np.array_equal(precise.units.index, whole.units.index)


def test_country_events_are_spread_over_all_cells():
    """Three hundred events on one centroid: no cell has more than a few of them."""
    box = [{"longitude": lon, "latitude": lat} for lon in (0.25, 2.75) for lat in (9.25, 11.75)]
    events = events_of(*box, *[{"where_precision": 6, "fatalities": 1.0, "latitude": 10.25}] * 300)
    ground = cell_ground(events)
    panel = events_panel(events, ground, grain="cell", target="one_sided")
    centroid = ground.units.index.get_loc(int(gid_of(1.25, 10.25)))
    assert panel.counts.sum() == 4 * 4 + 300
    assert panel.counts[centroid].sum() < 25
    assert Counter(panel.counts.sum(axis=1) > 0)[True] > 30
