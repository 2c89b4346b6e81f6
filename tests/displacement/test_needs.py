"""Needs by minimum standards, and days on which sites overflow: by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core.errors import AskError, DataError
from toguna.displacement.needs import Overflow, overflow_dates, site_needs


def amounts(frame, site):
    """Amounts of a site by unit, of the first standard that states the unit."""
    rows = frame[frame["site"] == site].drop_duplicates("unit")
    return dict(zip(rows["unit"], rows["amount"], strict=True))


def test_made_up_country_by_hand(ouadji):
    """15 litres, 2,100 kcal and 3.5 m2 a person, 169.5 tonnes for 10,000 people and 30 days."""
    found = site_needs({"Nador": 1000.0, "Belko": 0.0}, ouadji.standards)
    expected = {"litres a day": 15_000.0, "kcal a day": 2_100_000.0, "kg a day": 565.0, "m2": 3_500.0}
    assert amounts(found, "Nador") == expected
    assert amounts(found, "Belko") == dict.fromkeys(expected, 0.0)
    assert set(found["standard_id"]) == set(ouadji.standards["standard_id"])


def test_things_are_counted_whole(mali):
    """1,001 people: 51 shared toilets at 20 a toilet, 5 taps at 250, 2 beds at 18 per 10,000; 50 toilets for 1,000."""
    found = amounts(site_needs({"A": 1001.0}, mali.standards), "A")
    assert (found["shared toilet"], found["tap"], found["inpatient beds"]) == (51, 5, 2)
    assert amounts(site_needs({"A": 1000.0}, mali.standards), "A")["shared toilet"] == 50


def test_what_is_no_need_gives_no_row(mali):
    """No distances, thresholds, ranges, observed deliveries or floors; a need stated twice alike gives one row."""
    found = site_needs({"A": 100.0}, mali.standards)
    assert not found["need"].str.contains("distance|threshold|floor|queuing|delivered|coverage|fire break").any()
    assert (found["unit"] == "kcal a day").sum() == 1
    assert found[found["unit"] == "litres a day"]["amount"].tolist() == [1500.0]
    assert found["amount"].notna().all()


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_people_need_no_less(ouadji, few, more):
    """Needs rise with people."""
    few, more = sorted((few, more))
    found = site_needs({"few": few, "more": more}, ouadji.standards)
    a, b = (found[found["site"] == site]["amount"].to_numpy() for site in ("few", "more"))
    assert (a <= b).all()


@pytest.mark.parametrize("people", [-1.0, np.nan, np.inf])
def test_wrong_numbers_of_people_are_refused(ouadji, people):
    """The site is named."""
    with pytest.raises(AskError, match="Nador has"):
        site_needs({"Nador": people}, ouadji.standards)


def test_a_table_without_standards_is_refused(ouadji):
    """The sentence says what to add; no site is no row."""
    with pytest.raises(DataError, match="litres per person per day"):
        site_needs({"Nador": 1.0}, ouadji.standards.head(0))
    assert len(site_needs({}, ouadji.standards)) == 0


def test_overflow_by_hand():
    """Ten draws of a site for 100: seven overflow, on days 0 to 6; a capacity that is not known gives no chance."""
    people = np.full((10, 10, 3), 100.0)
    for draw in range(7):
        people[draw, draw:, 0] = 101.0
        people[draw, draw + 1 :, 0] = 50.0  # it empties again, and has overflowed all the same
    found = overflow_dates(people, [100.0, np.nan, 0.0])
    assert found == (Overflow(0.7, 0, 4, None), Overflow(None), Overflow(None))


def test_overflow_never_and_always():
    """None of the draws, or all of them on the first day."""
    people = np.tile([10.0, 20.0], (5, 4, 1))
    assert overflow_dates(people, [10.0, 19.0]) == (Overflow(0.0), Overflow(1.0, 0, 0, 0))


@pytest.mark.parametrize("shape", [(4, 2), (0, 4, 2), (3, 0, 2), (3, 4, 1)])
def test_shapes_that_do_not_fit_are_refused(shape):
    """The sentence says the shapes wanted."""
    with pytest.raises(AskError, match="Give draws x days x sites"):
        overflow_dates(np.zeros(shape), [1.0, 1.0])
