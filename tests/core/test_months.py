"""Months add, subtract, compare and refuse what is no month."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core.errors import AskError
from toguna.core.months import Month

months = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


@given(months, st.integers(-600, 600))
def test_adding_then_going_back_returns_the_same_month(month, count):
    """`+` and `back` undo each other, and `since` counts the steps."""
    assert (month + count).back(count) == month
    assert (month + count).since(month) == count


@given(months)
def test_text_and_back(month):
    """A month survives being written down."""
    assert Month.parse(str(month)) == month
    assert month.first_day <= month.last_day
    assert Month.of(month.last_day) == month


@pytest.mark.parametrize("text", ["2013", "2013-13", "2013-2", "13-02", "", "2013-02-01", "février 2013"])
def test_what_is_no_month_is_refused_with_an_example(text):
    """A wrong month names the right form."""
    with pytest.raises(AskError, match="2013-02"):
        Month.parse(text)
