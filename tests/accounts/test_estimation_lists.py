"""Reading who is on which list, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toguna.accounts.estimation import estimate, read_lists, stratified
from toguna.core.errors import AskError

THREE = [0, 60, 49, 4, 247, 112, 142, 12]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 30), min_size=7, max_size=7))
def test_every_way_of_giving_counts_is_the_same(counts):
    """Cells, cells without the first, patterns, a table and a frame read the same."""
    patterns = [f"{cell:03b}" for cell in range(1, 8)]
    table = [[int(one) for one in pattern] for pattern, n in zip(patterns, counts, strict=True) for _ in range(n)]
    ways = [counts, [0, *counts], dict(zip(patterns, counts, strict=True)), table, pd.DataFrame(table)]
    assert all((read_lists(way).cells == [0, *counts]).all() for way in ways)


def test_list_1_is_the_most_significant_bit():
    """Cell 4 of three lists holds those on list 1 alone."""
    lists = read_lists(THREE, ["a", "b", "c"])
    assert (lists.people @ lists.patterns).tolist() == [513, 207, 188]
    assert lists.seen == 626


def test_leaving_a_list_out_keeps_people_of_the_others():
    """Those on the list alone are no longer seen."""
    assert read_lists(THREE).only([0, 1]).cells.tolist() == [0, 53, 359, 154]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([0, 5, 6, 7], "with fewer than 3"),
        ([5, 5, 6, 0, 7, 1, 1, 1], "Cell 0 says"),
        ([0, 5, 6, 0, 7, 0, 0, 0], "Nobody is on two lists"),
        ([0, 5, 6, 4, 7, 0, 0, 0], "List 1 has nobody in common"),
        ([0] * 8, "Nobody is on any list"),
        ([0, 1.5, 6, 4, 7, 1, 1, 1], "1.5 is not a count"),
        ([0, -1, 6, 4, 7, 1, 1, 1], "-1 is not a count"),
        ([0, 1, 2, 3, 4], "5 counts are not those of all cells"),
        ({"001": 1, "11": 2}, "'11' is not a pattern of 3 lists"),
        ({"000": 1, "110": 2}, "on no list"),
        ([[1, 0, 1], [0, 0, 0]], "Row 2 is on no list"),
        ([[1, 0, 2]], "holds 2"),
        (["a", "b"], "must be numbers"),
        ([[[1]]], "3 dimensions"),
    ],
)
def test_what_tells_nothing_is_refused(data, says):
    """The sentence says what is wrong and what to do, through the door most use."""
    with pytest.raises(AskError, match=says):
        estimate(data)


def test_names_are_one_a_list():
    """Two lists of one name would be told apart by nobody."""
    with pytest.raises(AskError, match="Give each its own name"):
        read_lists(THREE, ["a", "a", "b"])


def test_too_wide_for_cells_is_said():
    """Seventeen lists have too many cells, but patterns are read."""
    table = np.eye(17, dtype=int)
    table[:, 0] = 1
    lists = read_lists(table)
    with pytest.raises(AskError, match="too long"):
        _ = lists.cells


def test_refused_parts_count_only_those_seen():
    """A part without overlap adds those seen, and the sum says it is too low."""
    found = stratified({"north": THREE, "south": [0, 5, 6, 0, 7, 0, 0, 0]}, iterations=2_000)
    assert list(found.refused) == ["south"]
    rows = found.table
    north = rows[(rows["part"] == "north") & (rows["method"] == "log-linear")].iloc[0]
    whole = rows[(rows["part"] == "all") & (rows["method"] == "log-linear")].iloc[0]
    assert whole["N"] == pytest.approx(north["N"] + 18)
    assert "Too low" in whole["remark"]
    assert "south: not estimated" in str(found)


def test_no_part_to_estimate_is_refused():
    """When nothing can be estimated, the reasons are given."""
    with pytest.raises(AskError, match="No part"):
        stratified({"south": [0, 5, 6, 0, 7, 0, 0, 0]})
