"""The text of a cell becomes a value or a refusal, never something in between."""

from __future__ import annotations

import pandas as pd
import pytest

from toguna.core.errors import Fault
from toguna.sources.fields import MOST_PEOPLE, Field, convert


def converted(field: Field, *cells: str) -> tuple[list[object], list[Fault]]:
    raw = pd.DataFrame({field.name: list(cells)}, index=pd.RangeIndex(2, len(cells) + 2), dtype=str)
    rows, faults = convert(raw, [field], "x.csv")
    return rows[field.name].to_list(), faults


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("number", {"1": 1.0, " 2.5 ": 2.5, "1e3": 1000.0}, ["", "x", "inf", "nan", "1e400", "1,5", "1_000", "0x10"]),
        ("integer", {"1": 1.0, "2.0": 2.0}, ["1.5", "one"]),
        ("year", {"2013": 2013.0}, ["13", "2013.5", "20l3", "9999"]),
        ("month", {"2013-02": "2013-02"}, ["2013-13", "2013-2", "0000-01", "9999-12", "٢٠١٣-٠٢"]),
        ("flag", {"1": True, "no": False, "True": True}, ["2", "maybe"]),
        ("text", {" Gao ": "Gao"}, ["", "G\ufffdo"]),
        (
            "date",
            {
                "2013-02-28": "2013-02-28",
                "2013-02-28 00:00:00.000": "2013-02-28",
                "2013-02-28T10:00": "2013-02-28",
                "02 January 2013": "2013-01-02",
            },
            ["2013-02-30", "0001-01-01", "9999-12-31", "2013-02", "yesterday", "28.02.2013"],
        ),
    ],
)
def test_kinds(kind: str, good: dict[str, object], bad: list[str]) -> None:
    """Each kind takes what it must and refuses, with line and remedy, what is nearly it."""
    values, faults = converted(Field("x", kind), *good, *bad)  # type: ignore[arg-type]
    assert values == list(good.values())
    assert [(fault.row, fault.value) for fault in faults] == [
        (line, cell) for line, cell in enumerate(bad, len(good) + 2)
    ]
    assert all(fault.remedy.endswith(".") for fault in faults)


def test_days_with_slashes() -> None:
    """Such days are read where a cell of the column shows which part is the month, and refused where none does."""
    assert converted(Field("x", "date"), "2/13/2013", "3/4/2013")[0] == ["2013-02-13", "2013-03-04"]
    assert converted(Field("x", "date"), "13/2/2013", "3/4/2013")[0] == ["2013-02-13", "2013-04-03"]
    values, faults = converted(Field("x", "date"), "3/4/2013", "5/5/2013")
    assert (values, [fault.row for fault in faults]) == (["2013-05-05"], [2])
    values, faults = converted(Field("x", "date"), "3/4/2013", "2/13/2013", "13/2/2013")
    assert (values, [fault.row for fault in faults]) == ([], [2, 3, 4])


def test_bounds_and_words() -> None:
    """Numbers beyond their bounds and words that are not on the list are named as such."""
    people = Field("people", "number", low=0, high=MOST_PEOPLE)
    assert [fault.problem for fault in converted(people, "-1", "3e9")[1]] == [
        "the number is negative",
        "the value is no number between 0 and 2e+09",
    ]
    word = Field("kind", one_of=("current", "projected"))
    values, faults = converted(word, "Current", "past", "")
    assert values == ["Current"]
    assert [fault.problem for fault in faults] == ["the word is none of current, projected", "the cell is empty"]


def test_empty_cells() -> None:
    """An empty cell, or the owner's word for one, is a missing number where that is allowed."""
    values, faults = converted(Field("x", "number", empty=True, missing=("-", "NA")), "1", "", "-", "NA", " ")
    assert pd.isna(values).tolist() == [False, True, True, True, True]
    assert faults == []


def test_the_first_fault_of_a_row_is_said() -> None:
    """A row that breaks several rules is one refused row."""
    raw = pd.DataFrame({"a": ["x"], "b": ["y"]}, index=[7], dtype=str)
    rows, faults = convert(raw, [Field("a", "number"), Field("b", "year")], "x.csv")
    assert (len(rows), [(fault.row, fault.column) for fault in faults]) == (0, [(7, "a")])
