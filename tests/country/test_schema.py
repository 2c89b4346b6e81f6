"""Every column of every table has a unit and a meaning, and every record can be traced."""

import pytest

from toguna.country.tables import TABLES


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_says_unit_and_meaning(table):
    """No column is left without unit and description, and the table says what a row is."""
    assert table.title.endswith(".")
    for name, (unit, meaning) in table.columns.items():
        assert unit, name
        assert len(meaning) > 3, name


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_key_and_time_are_columns(table):
    """Key and time of a table are columns of it, and every table but `sources` carries provenance."""
    assert set(table.key) <= set(table.columns)
    assert not table.when or table.when in table.columns
    if table.name != "sources":
        assert {"source", "published", "basis"} <= set(table.columns)


def test_no_column_speaks_of_a_person_ethnicity_or_religion():
    """Protective and aggregate only: the words do not occur among the columns."""
    for table in TABLES.values():
        for name in table.columns:
            assert not any(word in name for word in ("ethnic", "relig", "tribe", "clan", "person_", "suspect"))
