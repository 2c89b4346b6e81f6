"""Indicators give the answers worked out by hand in `by_hand.yaml`."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from toguna.assessment import assess
from toguna.assessment.assess import indicators
from toguna.country import read_country

CASES = yaml.safe_load((Path(__file__).parent / "by_hand.yaml").read_text(encoding="utf-8"))


@cache
def picture(as_of):
    """The assessment of the made-up country as of a month."""
    return assess(read_country("ouadji", as_of=as_of))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['number']} {case['name'][:40]}" for case in CASES])
def test_answer_by_hand(case):
    """The indicator's value is the one worked out by hand, or missing where it should be."""
    row = picture(case["as_of"]).table.set_index("number_id").loc[case["number"]]
    assert bool(row["is_missing"]) == case.get("missing", False)
    if not case.get("missing"):
        assert row["value"] == pytest.approx(case["value"], rel=1e-3)


def test_every_indicator_has_a_case_by_hand():
    """No indicator goes without an answer by hand, save the monthly series, V-Dem's sister indices and 3.2, 3.3."""
    tested = {case["number"].partition("-")[0] for case in CASES}
    same_formula = {"2.2", "2.3", "2.4", "2.5", "3.2", "3.3", "4.6"}
    elsewhere = {"3.6", "4.2", "4.5", "4.7", "5.2", "5.3"}
    assert {one.code for one in indicators()} - tested - same_formula == elsewhere
