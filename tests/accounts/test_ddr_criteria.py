"""Published criteria decide, say which decided, and can ask no woman or child for a weapon."""

from datetime import date
from itertools import product

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from toguna.accounts.ddr.criteria import Criteria, Finding, in_force, read_criteria, screen, shipped
from toguna.core.errors import DataError

CRITERIA = shipped()[0]
SAID = {"category": "combatant", "in_listed_group": True, "confirmed_by_group_list": True}
SAID |= {"cleared_by_rights_screening": True}
LABEL = {"en": "x", "fr": "x"}


def version(name="v1", day="2020-01-01", **changes):
    one = {"code": "group", "categories": ["cvr"], "any_of": [{"fact": "in_listed_group", "is": True}], "reason": LABEL}
    head = {"version": name, "published_on": day, "published_in": "p", "source": "s", "text_status": "unverified"}
    return head | {"appeal_days": 30, "criteria": [one | changes]}


def test_any_condition_is_enough_and_is_named():
    """A weapon brought, or enough in the group, or the handling of one."""
    for fact, enough, too_little in (
        ("weapons_brought", 1, 0),
        ("group_weapons_per_person", 1.0, 0.99),
        ("knows_weapon", True, False),
    ):
        found = screen(SAID | {fact: enough}, CRITERIA)
        assert found.result == "eligible"
        assert found.findings[2] == Finding("weapon", True, (fact,))
        assert screen(SAID | {fact: too_little}, CRITERIA).result == "undecided"
    none = {"weapons_brought": 0, "group_weapons_per_person": 0.437, "knows_weapon": False}
    found = screen(SAID | none, CRITERIA)
    assert found.result == "ineligible"
    assert [one.criterion for one in found.decided] == ["weapon"]
    assert str(found) == (
        "ineligible by criteria template-1: "
        "weapon is not met by weapons_brought, group_weapons_per_person, knows_weapon"
    )


def test_women_are_asked_for_no_weapon():
    """With or without one, the same answer."""
    said = SAID | {"category": "woman_associated"}
    assert screen(said, CRITERIA).result == "eligible"
    assert all(one.criterion != "weapon" for one in screen(said, CRITERIA).findings)


@given(st.lists(st.sampled_from([True, False, None]), min_size=8, max_size=8), st.integers(0, 7))
def test_learning_more_never_turns_a_decision(answers, which):
    """Once decided, an answer that was missing changes nothing (monotone in what is known)."""
    names = [
        "in_listed_group", "confirmed_by_group_list", "confirmed_by_interview", "chosen_by_community",
        "weapons_brought", "group_weapons_per_person", "knows_weapon", "cleared_by_rights_screening",
    ]  # fmt: skip
    said = {"category": "combatant"} | dict(zip(names, answers, strict=True))
    before = screen(said, CRITERIA)
    if said[names[which]] is None and before.result != "undecided":
        for more in (True, False):
            assert screen(said | {names[which]: more}, CRITERIA).result == before.result


def test_all_of_any_by_brute_force():
    """Undecided exactly where some way to fill the gaps is eligible and another is not (each fact is asked once)."""
    facts = ["in_listed_group", "confirmed_by_group_list", "confirmed_by_interview", "cleared_by_rights_screening"]
    for answers in product([True, False, None], repeat=4):
        said = {"category": "woman_associated"} | dict(zip(facts, answers, strict=True))
        ways = product(*[[a] if a is not None else [True, False] for a in answers])
        ends = {way[0] and (way[1] or way[2]) and way[3] for way in ways}
        wanted = "undecided" if len(ends) == 2 else "eligible" if ends == {True} else "ineligible"
        assert screen(said, CRITERIA).result == wanted


@pytest.mark.parametrize("category", ["child", "dependant", "victim", None])
def test_nobody_else_is_judged(category):
    """A child has no criteria."""
    with pytest.raises(DataError, match="none is published for this category"):
        screen(SAID | {"category": category}, CRITERIA)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"categories": ["woman_associated"], "any_of": [{"fact": "knows_weapon", "is": True}]}, "asks for a weapon"),
        (
            {"categories": ["combatant", "cvr"], "any_of": [{"fact": "weapons_brought", "at_least": 1}]},
            "asks for a weapon",
        ),
        ({"categories": ["child"]}, "categories"),
        ({"any_of": [{"fact": "ethnicity", "is": True}]}, "fact"),
        ({"any_of": [{"fact": "in_listed_group", "at_least": 1}]}, "at_least"),
        ({"any_of": [{"fact": "weapons_brought", "is": True}], "categories": ["combatant"]}, "at_least"),
        ({"any_of": [{"fact": "in_listed_group", "is": True, "at_least": 1}]}, "at_least"),
        ({"any_of": [{"fact": "in_listed_group"}]}, "at_least"),
        ({"any_of": []}, "any_of"),
        ({"wish": 1}, "wish"),
    ],
)
def test_criteria_that_may_not_be(tmp_path, changes, says):
    """Refused on reading, with file and key."""
    path = tmp_path / "criteria.yaml"
    path.write_text(yaml.safe_dump({"versions": [version(**changes)]}), encoding="utf-8")
    with pytest.raises(DataError, match=says) as why:
        read_criteria(path)
    assert str(path) in str(why.value)


def test_a_file_that_is_none(tmp_path):
    """Said in a sentence."""
    path = tmp_path / "criteria.yaml"
    with pytest.raises(DataError, match="cannot be read"):
        read_criteria(path)
    for text, says in (("[", "is not YAML"), ("x: 1", "no list `versions`"), ("versions: []", "must exist")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=says):
            read_criteria(path)
    path.write_text(yaml.safe_dump({"versions": [version(), version()]}), encoding="utf-8")
    with pytest.raises(DataError, match="differ"):
        read_criteria(path)


def test_two_criteria_of_one_code():
    """A reason must name one."""
    one = version()
    one["criteria"] *= 2
    with pytest.raises(ValueError, match="same code"):
        Criteria.model_validate(one)


def test_the_version_in_force(tmp_path):
    """The last one published by the day; none before the first."""
    path = tmp_path / "criteria.yaml"
    both = [version("v2", "2026-03-01"), version("v1", "2026-01-01")]
    path.write_text(yaml.safe_dump({"versions": both}), encoding="utf-8")
    versions = read_criteria(path)
    assert in_force(versions, date(2026, 2, 28)).version == "v1"
    assert in_force(versions, date(2026, 3, 1)).version == "v2"
    with pytest.raises(DataError, match="none was published"):
        in_force(versions, date(2025, 12, 31))
