"""Small cells cannot be worked out of what is shown: by hand, and by an attacker who shares no code with us."""

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from toguna.accounts.disclosure import audit, suppress
from toguna.accounts.disclosure.cells import read_cells
from toguna.accounts.disclosure.cover import Proofs, cover
from toguna.accounts.disclosure.over_time import Kept
from toguna.accounts.disclosure.pattern import Pattern
from toguna.accounts.disclosure.reader import Reader
from toguna.accounts.disclosure.suppress import check, system_of
from toguna.core.errors import AccountError, AskError, DataError

BY = ["area", "month", "kind", "sex"]


def long(counts):
    """An array as a long table, one row a cell."""
    by = BY[: counts.ndim]
    rows = [(*(f"{name}{at}" for name, at in zip(by, place, strict=True)), n) for place, n in np.ndenumerate(counts)]
    return pd.DataFrame(rows, columns=[*by, "people"]), by


def attack(shown, by, value, parents=None, asked=None):
    """Lowest and highest whole count of every withheld cell; sums are found by matching labels, row by row."""
    parents = parents or {}
    keys = [tuple(row) for row in shown[by].to_numpy()]
    at = {key: place for place, key in enumerate(keys)}
    rows = []
    for key in keys:
        for column, name in enumerate(by):
            inside = parents.get(name, {})
            parts = [
                other
                for other in keys
                if other[:column] == key[:column]
                and other[column + 1 :] == key[column + 1 :]
                and other[column] != "total"
                and inside.get(other[column], "total") == key[column]
            ]
            if parts:
                row = np.zeros(len(keys))
                row[at[key]] = -1
                row[[at[part] for part in parts]] = 1
                rows.append(row)
    counts = shown[value].to_numpy(dtype=float, na_value=np.nan)
    hidden = np.isnan(counts)
    low, high = np.where(hidden, 0, counts), np.where(hidden, 1e6, counts)
    found = {}
    for place in np.flatnonzero(hidden if asked is None else hidden & asked):
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(keys))
            cost[place] = sign
            answer = milp(cost, integrality=np.ones(len(keys)), bounds=Bounds(low, high),
                          constraints=LinearConstraint(np.array(rows), 0, 0))  # fmt: skip
            ends.append(round(answer.x[place]))
        found[keys[place]] = tuple(ends)
    return found


def assert_safe(done, counts, threshold=5, parents=None, least=1):
    """No small cell can be narrowed within 0 to the threshold, and what is shown is true."""
    truth = read_cells(counts, list(done.by), "people", [], parents or {}, "total").counts
    is_small = (truth >= least) & (truth < threshold)
    shown = done.table["people"].to_numpy(dtype=float, na_value=np.nan)
    assert np.isnan(shown[is_small]).all()
    assert ((shown == truth) | np.isnan(shown)).all()
    ends = attack(done.table, list(done.by), "people", parents, is_small)
    assert len(ends) == is_small.sum()
    assert all(low == 0 and high >= threshold for low, high in ends.values())


def test_the_cheapest_rectangle_by_hand():
    """One small cell, 3: of the rectangles through it that of 6, 7 and 8 people loses least."""
    table, by = long(np.array([[3, 6, 50], [7, 8, 60], [70, 80, 90]]))
    done = suppress(table, by, "people")
    hidden = done.table[done.table["people"].isna()]
    assert sorted(zip(hidden["area"], hidden["month"], strict=True)) == [
        ("area0", "month0"), ("area0", "month1"), ("area1", "month0"), ("area1", "month1"),
    ]  # fmt: skip
    assert done.is_least
    assert done.withheld == 4
    assert attack(done.table, by, "people")["area0", "month0"] == (0, 9)
    assert set(done.table["status"]) == {"shown", "withheld"}


def test_nothing_small_nothing_withheld():
    """A table without small cells is shown whole, totals and all."""
    table, by = long(np.array([[5, 0], [9, 12]]))
    done = suppress(table, by, "people")
    assert done.withheld == 0
    assert done.is_least
    assert done.table["people"].tolist() == [5, 0, 5, 9, 12, 21, 14, 12, 26]


def test_small_totals_are_withheld_with_their_parts():
    """Three in all: nothing of the table can be shown but empty cells."""
    table, by = long(np.array([[1, 0], [0, 2]]))
    done = suppress(table, by, "people")
    assert done.table.loc[done.table["status"] == "shown", "people"].eq(0).all()
    assert_safe(done, table)


def test_a_small_row_among_large_ones():
    """A row total of 4 is withheld too, and not to be had from the grand total."""
    table, by = long(np.array([[4, 0, 0], [20, 30, 40], [25, 35, 45]]))
    done = suppress(table, by, "people")
    total = done.table.query("area == 'area0' and month == 'total'")
    assert total["people"].isna().all()
    assert_safe(done, table)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(2, 4), st.sampled_from([2, 6, 25]), st.booleans())
def test_two_columns_stand_an_attack(seed, rows, columns, mean, zeros):
    """Random tables by two columns; with empty cells protected too, or not."""
    counts = np.random.default_rng(seed).negative_binomial(0.7, 0.7 / (0.7 + mean), (rows, columns))
    table, by = long(counts)
    done = suppress(table, by, "people", zeros=zeros)
    assert_safe(done, table, least=0 if zeros else 1)


@settings(deadline=None, max_examples=5, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from([(2, 2, 2), (2, 3, 2), (3, 3, 2)]), st.sampled_from([3, 12]))
def test_three_columns_stand_an_attack(seed, shape, mean):
    """Random tables by three columns, where fractions of people would mislead."""
    counts = np.random.default_rng(seed).negative_binomial(0.7, 0.7 / (0.7 + mean), shape)
    table, by = long(counts)
    assert_safe(suppress(table, by, "people"), table)


@pytest.mark.parametrize("seed", range(4))
def test_areas_within_areas_stand_an_attack(seed):
    """Admin 2 within admin 1 within all, by month: sums of both levels are known to the attacker."""
    counts = np.random.default_rng(seed).negative_binomial(0.7, 0.07, (5, 3))
    table, by = long(counts)
    parents = {"area": {f"area{at}": "north" if at < 2 else "south" for at in range(5)}}
    done = suppress(table, by, "people", within=parents)
    assert {"north", "south", "total"} <= set(done.table["area"])
    assert_safe(done, table, parents=parents)


def test_four_columns_stand_an_attack():
    """By four columns."""
    table, by = long(np.random.default_rng(3).poisson(6, (2, 2, 2, 2)))
    assert_safe(suppress(table, by, "people"), table)


@pytest.mark.parametrize("seed", range(3))
def test_least_loss_is_that_of_trying_all(seed):
    """On a table small enough to try every pattern, none loses less."""
    table, by = long(np.random.default_rng(seed).negative_binomial(0.8, 0.1, (3, 2)))
    done = suppress(table, by, "people")
    cells = read_cells(table, by, "people", [], {}, "total")
    small = (cells.counts > 0) & (cells.counts < 5)
    system = system_of((Kept(cells, small, small),), 5)
    reader, choices = Reader(system), np.flatnonzero(system.choice)
    losses = [np.inf]
    for bits in itertools.product([False, True], repeat=len(choices)):
        pattern = small.copy()
        pattern[choices[list(bits)]] = True
        loss = system.loss[pattern].sum()
        if loss < min(losses):
            reader.withhold(pattern)
            losses += [loss] * (not cover(reader, Proofs(system), stop=True))
    hidden = done.table["people"].isna().to_numpy()
    assert done.is_least
    assert system.loss[hidden].sum() == min(losses)


def test_combinations_without_a_row_cover_nothing():
    """The reader knows that nobody can be in them: they are shown as 0 and never withheld."""
    table, by = long(np.array([[3, 9, 20], [9, 12, 30], [30, 40, 50]]))
    table = table[~((table["area"] == "area1") & (table["month"] == "month1"))]
    done = suppress(table, by, "people")
    absent = done.table.query("area == 'area1' and month == 'month1'")
    assert absent["people"].tolist() == [0]
    assert_safe(done, table)


def test_totals_given_are_checked_and_change_nothing():
    """A table with its totals gives what the same without gives; a wrong total is refused."""
    table, by = long(np.array([[3, 6], [7, 80]]))
    rows = pd.DataFrame([("area0", "total", 9), ("total", "total", 96)], columns=table.columns)
    with_totals = pd.concat([table, rows], ignore_index=True)
    pd.testing.assert_frame_equal(suppress(with_totals, by, "people").table, suppress(table, by, "people").table)
    with_totals.loc[4, "people"] = 10
    with pytest.raises(DataError, match="Row 5 of the table is a total"):
        suppress(with_totals, by, "people")


def test_measures_go_with_the_count():
    """Weapons in proportion are withheld where people are, and nowhere else."""
    table, by = long(np.array([[3, 6, 50], [7, 8, 60], [70, 80, 90]]))
    table["weapons"] = table["people"] * 2
    done = suppress(table, by, "people", measures=["weapons"])
    assert done.table["weapons"].isna().tolist() == done.table["people"].isna().tolist()


def test_a_measure_that_sums_would_tell_is_not_summed():
    """All weapons of what is withheld are of the small cell: its totals are not shown, others are."""
    table, by = long(np.array([[3, 6, 50], [7, 8, 60], [70, 80, 90]]))
    table["weapons"] = [11, 0, 5, 0, 0, 6, 7, 8, 9]
    done = suppress(table, by, "people", measures=["weapons"]).table.set_index(by)
    assert done["people"].isna().sum() == 4
    assert np.isnan(done.loc[("area0", "total"), "weapons"])
    assert np.isnan(done.loc[("total", "total"), "weapons"])
    assert done.loc[("area2", "total"), "weapons"] == 24


def test_what_is_shown_does_not_tell_small_from_covering():
    """The text and the table have one mark; the object prints no count of a withheld cell."""
    table, by = long(np.array([[3, 6, 50], [7, 8, 60], [70, 80, 90]]))
    done = suppress(table, by, "people")
    assert set(done.table.loc[done.table["people"].isna(), "status"]) == {"withheld"}
    assert set(done.table) == {*by, "people", "status"}
    assert "4 of 16 cells are withheld" in str(done)
    assert "audit" not in repr(done)
    assert done.audit[["count", "low"]].to_numpy().tolist() == [[3, 0]]
    assert done.audit["high"].tolist() >= [5]


def test_the_audit_refuses_what_is_not_covered():
    """Small cells alone withheld are no protection, and proofs of no worth are seen through."""
    table, by = long(np.array([[3, 6], [7, 80]]))
    cells = read_cells(table, by, "people", [], {}, "total")
    small = (cells.counts > 0) & (cells.counts < 5)
    system = system_of((Kept(cells, small, small),), 5)
    lie = cells.counts.copy()
    lie[0] = 0
    with pytest.raises(AccountError, match="audit of a table failed"):
        check(system, Pattern(small, Proofs(system, [lie, lie + 9])))


@pytest.mark.parametrize("mean", [3, 40])
def test_a_large_table_takes_seconds(mean):
    """10 x 12 x 5, 858 cells with totals: processor time, as the machine may be shared."""
    counts = np.random.default_rng(1).negative_binomial(0.7, 0.7 / (0.7 + mean), (10, 12, 5))
    table, by = long(counts)
    start = time.process_time()
    done = suppress(table, by, "people")
    assert time.process_time() - start < 5
    hidden = done.table["people"].isna()
    assert hidden.sum() < (200 if mean == 40 else 400) * 1.15


@settings(deadline=None, max_examples=6, derandomize=True)
@given(st.integers(0, 10_000))
def test_audit_agrees_with_the_attacker(seed):
    """Two ways to reckon the intervals of a published table give the same."""
    table, by = long(np.random.default_rng(seed).negative_binomial(0.7, 0.1, (3, 3)))
    shown = suppress(table, by, "people").table
    ends = attack(shown, by, "people")
    for row in audit(shown, by, "people").itertuples():
        low, high = ends[row.area, row.month]
        assert row.low == low
        assert row.high == high or high >= 1e5


def test_audit_of_a_table_badly_made():
    """One cell withheld alone is known; a table that cannot be is refused; totals may be absent."""
    rows = [("a", "x", None), ("a", "y", 9), ("a", "total", 12), ("b", "x", 7), ("b", "y", None)]
    shown = pd.DataFrame(rows, columns=["area", "kind", "people"])
    found = audit(shown, ["area", "kind"], "people")
    assert found["is_known"].tolist() == [True, False]
    assert found["low"].tolist() == [3, 0]
    assert found["high"].tolist() == [3, np.inf]
    shown.loc[2, "people"] = 8
    with pytest.raises(DataError, match="contradicts itself"):
        audit(shown, ["area", "kind"], "people")


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"by": ["nowhere"]}, AskError, "no column 'nowhere'"),
        ({"threshold": 1}, AskError, "from 2 up"),
        ({"within": {"sex": {}}}, AskError, "`within` names 'sex'"),
        ({"within": {"area": {"area0": "area1", "area1": "area0"}}}, AskError, "inside itself"),
        ({"by": ["area"]}, AskError, "Column 'month' is neither"),
        ({"value": "status"}, AskError, "no column 'status'"),
        ({"total": "area0", "by": ["area", "month"]}, DataError, "is a total"),
    ],
)
def test_what_does_not_fit_is_refused(change, kind, says):
    """The sentence names the column and what to do."""
    table, by = long(np.array([[3, 6], [7, 80]]))
    with pytest.raises(kind, match=says):
        suppress(table, **{"by": by, "value": "people"} | change)


@pytest.mark.parametrize("bad", [1.5, -1, None])
def test_counts_are_whole(bad):
    """Half a person, less than nobody, and nothing known are no counts; the value is not repeated."""
    table, by = long(np.array([[3, 6], [7, 80]]).astype(float))
    table.loc[2, "people"] = bad
    with pytest.raises(DataError, match="Row 3 of the table: 'people' must be a whole number of people from 0 up"):
        suppress(table, by, "people")
