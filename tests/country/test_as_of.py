"""As of a month, nothing published later is visible; in hindsight, nothing about a later time is."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.core.errors import AskError
from toguna.core.months import Month
from toguna.country import read_country
from toguna.country.seen import last_day
from toguna.country.tables import TABLES

months = st.builds(Month, st.integers(2010, 2016), st.integers(1, 12))
OUADJI = read_country("ouadji")


@settings(deadline=None, max_examples=30)
@given(months)
def test_no_row_published_later_is_seen(month):
    """Every visible row of every table was public by the month's last day."""
    for table in OUADJI.seen_from(month).tables.values():
        if "published" in table:
            assert (table["published"] <= pd.Timestamp(month.last_day)).all()


@settings(deadline=None, max_examples=30)
@given(months)
def test_hindsight_shows_all_about_the_time_and_nothing_later(month):
    """In hindsight exactly the rows about the time up to the month are visible."""
    seen = OUADJI.seen_from(month, hindsight=True)
    for name, table in OUADJI.tables.items():
        when = TABLES[name].when
        expected = len(table) if not when else sum(last_day(str(one)) <= month.last_day for one in table[when])
        assert len(seen.table(name)) == expected


def test_publication_lag_hides_what_had_happened_but_was_not_published(ouadji):
    """In February 2013 the deaths of 2012 had happened and were not yet published."""
    then, hindsight = ouadji.seen_from("2013-02"), ouadji.seen_from("2013-02", hindsight=True)
    assert then.events.empty
    assert len(hindsight.events) == 5
    assert then.violence_yearly["year"].max() == 2011
    assert hindsight.violence_yearly["year"].max() == 2012


def test_row_numbers_survive(ouadji):
    """A row keeps its number in the file, so that a number explained then is the same row now."""
    then = ouadji.seen_from("2013-02")
    for index, row in then.displacement.iterrows():
        assert ouadji.displacement.loc[index].equals(row)


def test_a_wrong_month_is_refused():
    """`--as-of last year` is answered with the form to use."""
    with pytest.raises(AskError, match="YYYY-MM"):
        read_country("ouadji", as_of="last year")


def test_an_unknown_table_is_an_attribute_error(ouadji):
    """A misspelt table names the real ones."""
    with pytest.raises(AttributeError, match="places"):
        _ = ouadji.settlements
