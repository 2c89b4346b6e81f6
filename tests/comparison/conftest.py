"""The made-up country and its forecast, made once for all tests of a process."""

import pytest

import toguna as tg


@pytest.fixture(scope="session")
def country():
    """The made-up country in the middle of its crisis, in a month contributions cover."""
    return tg.read_country("ouadji", as_of="2013-06")


@pytest.fixture(scope="session")
def risk(country):
    """Its forecast by area."""
    return tg.forecast(country, months=2, grain="admin2", draws=100)
