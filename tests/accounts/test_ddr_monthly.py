"""What leaves the ledger: counts, by hand, with nothing closed in them."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pandera.errors
import pytest

from tests.accounts.test_ddr_life import ADULT, CHILD, eligible, live, on
from toguna.accounts.book.ledger import Level, levels
from toguna.accounts.ddr import LEDGER, ddr_monthly, monthly
from toguna.accounts.ddr.monthly import COLUMNS
from toguna.country.tables.ddr_monthly import TABLE


def cells(*records):
    """Counts by (area, month, phase, category)."""
    return {tuple(row[:4]): row[4] for row in monthly(records).itertuples(index=False)}


def test_by_hand():
    """Two women, one demobilised; a child only in total; a dependant referred."""
    place = {"area": "XX02", "month": "2026-01", "on": "2026-01-05"}
    woman = eligible("woman_associated")
    found = cells(
        woman,
        live(("demobilised", on("2026-02-01")), record=woman),
        live(("child_presented", CHILD), ("released", {"on": "2026-02-05", "to": "x", "unconditional": True})),
        live(("child_presented", CHILD | {"age": "in_doubt"})),
        live(("referred_at_once", place | {"category": "dependant", "service": "shelter"})),
    )
    assert found == {
        ("XX01", "2026-01", "presented", "woman_associated"): 2,
        ("XX01", "2026-01", "screened", "woman_associated"): 2,
        ("XX01", "2026-01", "eligible", "woman_associated"): 2,
        ("XX01", "2026-02", "demobilised", "woman_associated"): 1,
        ("XX01", "2026-01", "total", "child"): 2,
        ("XX02", "2026-01", "referred", "dependant"): 1,
    }


def test_nobody_is_counted_twice():
    """A second registration counts as set aside only; whoever changes track counts in the record that goes on."""
    set_aside = live(("set_aside", {"on": "2026-02-01", "decided_by": "b"}), record=eligible())
    assert cells(set_aside) == {("XX01", "2026-02", "set_aside", "combatant"): 1}
    doubted = live(("age_doubted", on("2026-02-01")), record=eligible())
    found = {"on": "2026-01-06", "decided_by": "b", "by_child_protection": True}
    adult = live(("child_presented", CHILD | {"age": "in_doubt"}), ("found_adult", found))
    assert cells(doubted, live(("child_record_opened", on("2026-02-01")), record=doubted), adult) == {}
    again = live(("withdrawn", on("2026-01-20")), ("presented_again", on("2026-01-25")), record=eligible())
    assert cells(again)["XX01", "2026-01", "presented", "combatant"] == 1


def test_cvr_is_a_category():
    """Enrolled and completed."""
    record = live(("cvr_enrolled", on("2026-02-01")), ("cvr_completed", on("2026-05-01")), record=eligible("cvr"))
    found = cells(record)
    assert found["XX01", "2026-02", "cvr_enrolled", "cvr"] == found["XX01", "2026-05", "cvr_completed", "cvr"] == 1


def test_what_was_erased_is_unknown():
    """Never guessed; a child stays in the total."""
    gone = live(("presented", ADULT))
    history = tuple(replace(one, fields=None) for one in gone.history)
    assert cells(replace(gone, values={}, history=history)) == {("unknown", "2026-01", "presented", "unknown"): 1}
    child = live(("child_presented", CHILD))
    history = tuple(replace(one, fields=None) for one in child.history)
    assert cells(replace(child, values={}, history=history)) == {("unknown", "2026-01", "total", "child"): 1}


def test_nothing_closed_leaves():
    """The columns are open fields, or made here; no site, group, reason or decision is in them."""
    held = {name: level for step in LEDGER for name, level in levels(step.says).items()}
    assert COLUMNS == ["area", "month", "phase", "category", "count"]
    assert all(held.get(name, Level.OPEN) == Level.OPEN for name in COLUMNS)
    assert monthly([]).columns.tolist() == COLUMNS


def test_the_table_of_the_pack():
    """As declared; a withheld cell stays empty; a word that is not in it is refused."""
    frame = monthly([eligible(), live(("child_presented", CHILD))]).astype({"count": "float64"})
    frame.loc[0, "count"] = float("nan")
    table = ddr_monthly(frame, "own-ddr", date(2026, 3, 1))
    assert list(table.columns) == [*["month", "area", "phase", "category", "people"], "source", "published", "basis"]
    assert set(table.columns) == set(TABLE.columns)
    assert table["people"].isna().sum() == 1
    assert table["published"].eq(pd.Timestamp("2026-03-01")).all()
    assert not table.duplicated(list(TABLE.key)).any()
    with pytest.raises(pandera.errors.SchemaErrors):
        ddr_monthly(frame.assign(phase="killed"), "own-ddr", date(2026, 3, 1))
    assert TABLE.title.startswith("People who came into a phase")
