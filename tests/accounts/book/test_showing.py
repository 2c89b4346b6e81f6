"""Nobody sees an identity but whom two people let, for a day; every reading is logged."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.accounts import test_rights as rights
from tests.accounts.book.stories import ANN, BEA, KEPT, TODAY, book, enter, fields_by, person, tell
from tests.accounts.test_custody import SAID
from toguna.accounts.book import Happened, Level, Record, levels
from toguna.accounts.book.book import Ask, closeness, mask
from toguna.accounts.book.masking import check_no_names
from toguna.accounts.ledgers import LEDGERS
from toguna.core.errors import AccountError

AWA = "Awa of the well"
PERSON = SAID["registered"] | {"name": AWA, "family_contact": "her aunt Kadi"}
CUSTODIAN, OTHER_CUSTODIAN, MONITOR = (
    person("keeper", "custodian"), person("keeper two", "custodian"), person("mo", "monitor"),
)  # fmt: skip


@pytest.fixture
def kept(url, keys):
    with book(url, keys) as made:
        tell(made, "custody", "c", [KEPT[0], ("registered", PERSON), KEPT[2]])
        yield made


def unmask(kept, who=CUSTODIAN, second=MONITOR):
    asked = kept.ask_unmask("custody", "c", who, "the court asks")
    kept.unmask(asked.number, "custody", "c", second, "agreed")
    return asked.number


def test_identities_are_shown_to_the_one_reader_unmasked_and_only_for_a_day(kept, monkeypatch):
    """Before, to another reader, and a day later: masked."""
    assert {"name", "custody_number", "decided_by"} <= set(kept.show("custody", "c", CUSTODIAN, "r").masked)
    unmask(kept)
    shown = kept.show("custody", "c", CUSTODIAN, "r")
    assert (shown.record.values["name"], shown.masked) == (AWA, ())
    assert "name" in kept.show("custody", "c", OTHER_CUSTODIAN, "r").masked
    assert "name" in kept.show("custody", "c", MONITOR, "r").masked
    for hours, is_seen in ((23.9, True), (24.1, False), (-0.1, False)):
        then = datetime.now(UTC) + timedelta(hours=hours)
        monkeypatch.setattr("toguna.accounts.book.book.now_utc", lambda then=then: then)
        assert ("name" in kept.show("custody", "c", CUSTODIAN, "r").record.values) == is_seen


def test_unmasking_takes_another_person_with_the_right(kept):
    """Not oneself, nobody without the right to confirm, nobody who may never see them; each asking is granted once."""
    asked = kept.ask_unmask("custody", "c", CUSTODIAN, "the court asks").number
    for who in (CUSTODIAN, person("keeper", "monitor"), OTHER_CUSTODIAN, person("far", "monitor", areas=["ZZ"])):
        with pytest.raises(AccountError, match=r"another one|Your role"):
            kept.unmask(asked, "custody", "c", who, "agreed")
    with pytest.raises(AccountError, match="not shown"):
        kept.ask_unmask("custody", "c", MONITOR, "curious")
    with pytest.raises(AccountError, match="reason"):
        kept.ask_unmask("custody", "c", CUSTODIAN, "")
    with pytest.raises(AccountError, match="no such record"):
        kept.ask_unmask("custody", "none", CUSTODIAN, "r")
    with pytest.raises(AccountError, match="Nobody asked"):
        kept.unmask(asked + 1000, "custody", "c", MONITOR, "agreed")
    assert "name" in kept.show("custody", "c", CUSTODIAN, "r").masked
    kept.unmask(asked, "custody", "c", MONITOR, "agreed")
    with pytest.raises(AccountError, match="Nobody asked"):
        kept.unmask(asked, "custody", "c", MONITOR, "again")


def test_every_reading_is_logged_before_it_is_shown(kept):
    """Who read and why stands in the log, whether masked or not; a reading without reason shows nothing."""
    kept.show("custody", "c", CUSTODIAN, "roll call")
    unmask(kept)
    kept.show("custody", "c", CUSTODIAN, "court")
    found = kept.log.read("custody", "c", "auditor", "audit", with_reads=True)
    assert [(one.actor, one.reason) for one in found if one.kind == "read"] == [
        ("keeper", "roll call"), ("keeper", "court"), ("auditor", "audit"),
    ]  # fmt: skip
    with pytest.raises(AccountError, match="reason"):
        kept.show("custody", "c", CUSTODIAN, "")


def test_a_look_up_by_what_names_a_person_is_logged(kept):
    """Trying numbers leaves a trace; a look-up by a mark of a weapon does not."""
    size = kept.log.head().size
    assert [one.id for one in kept.find("custody", "custody_number", " gao-12", CUSTODIAN)] == ["c"]
    assert kept.log.head().size == size + 1
    assert kept.find("arms", "serial", "B 1", ANN) == []
    assert kept.log.head().size == size + 1
    with pytest.raises(AccountError, match="looked up by"):
        kept.find("custody", "name", AWA, CUSTODIAN)


def test_mask_hides_in_values_lists_history_conflicts_and_proposals():
    """At each level, nothing held more closely is anywhere in what is shown."""
    ledger = next(one for one in LEDGERS if one.name == "rights")
    record = rights.story(*rights.TOLD)
    more = Happened("victim", record.history[4].fields, "x", rights.START)
    record = record.with_conflicts([more])
    held = closeness(ledger)
    for level in Level:
        shown = mask(ledger, record, level, [more])
        text = repr(shown.record.values) + repr([one.fields for one in shown.record.history])
        text += repr([one.fields for one in (*shown.record.conflicts, *shown.proposals)])
        assert ("Binta" in text) == ("Awa" in text) == (level is Level.IDENTITY)
        assert ("Shots at the market" in text) == (level >= Level.CLOSED)
        for fields in every_mapping(shown):
            assert all(held.get(name, level) <= level for name in fields if name not in {"acts", "victims", "sources"})
        assert [one.step for one in shown.record.history] == [one.step for one in record.history]
    assert mask(ledger, record, Level.CLOSED).masked == ("name",)


def every_mapping(shown):
    steps = (*shown.record.history, *shown.record.conflicts, *shown.proposals)
    yield from (one.fields for one in steps)
    for value in shown.record.values.values():
        if isinstance(value, list):
            yield from (one for one in value if isinstance(one, dict))


def test_a_field_that_is_a_list_of_tables_is_masked_as_a_whole():
    """Only lists that steps collect are looked into; any other field is shown or not by its own level."""
    ledger = next(one for one in LEDGERS if one.name == "custody")
    said = {"site": "Camp 1", "guardian": [{"site": "a name in the wrong place"}]}
    record = Record("custody", "c", "held", said, (Happened("held", said, "x", rights.START),))
    shown = mask(ledger, record, Level.CLOSED)
    assert "wrong place" not in repr(shown.record.values) + repr([one.fields for one in shown.record.history])
    assert shown.masked == ("guardian",)


def test_every_field_has_a_level_and_an_unknown_one_is_shown_to_nobody_masked():
    """Closeness is known for every field of every step, at its closest; what is not known counts as an identity."""
    for ledger in LEDGERS:
        held = closeness(ledger)
        for step in ledger:
            assert all(held[name] >= level for name, level in levels(step.says).items())
    record = Record("custody", "c", "held", {"from an older version": AWA})
    assert mask(LEDGERS[2], record, Level.CLOSED).masked == ("from an older version",)


def test_no_other_path_shows_an_identity(kept):
    """Places, finds, cases, counts, overdue lists and refusals have no name in them."""
    tell(kept, "custody", "d", [KEPT[0], ("registered", PERSON), KEPT[2]])
    paths = [
        kept.places("custody", CUSTODIAN), kept.find("custody", "custody_number", "GAO-12", CUSTODIAN),
        kept.cases("custody", "c", CUSTODIAN), kept.all_cases("custody", CUSTODIAN), kept.overdue("custody", CUSTODIAN),
    ]  # fmt: skip
    assert all(paths)
    wrong = [
        ("registered", PERSON), ("held", {"decided_by": AWA}), ("released", {AWA: AWA}), ("moved", {"area": AWA}),
        ("held", SAID["held"] | {"decided_by": AWA, "held_at": AWA}), ("held", SAID["held"] | {"decided_by": AWA}),
        ("notified", {"notified": AWA, "notified_at": AWA}), ("visited", SAID["visited"] | {"visitor": [AWA]}),
    ]  # fmt: skip
    for step, fields in wrong:
        with pytest.raises(AccountError) as why:
            kept.enter([Ask("custody", "c", step, fields)], CUSTODIAN, "", TODAY)
        paths.append(str(why.value))
    with pytest.raises(AccountError) as why:
        kept.enter([Ask("operation-arms", "o", "declared_in", {"weapons": {AWA: 1}})], ANN, "", TODAY)
    paths.append(str(why.value))
    for part in (AWA, "Awa", "Kadi", "GAO-12", "GAO12"):
        assert part not in repr(paths)


def test_a_count_has_no_names(kept):
    """A function that counts by what names people is refused, before anybody sees it."""
    import pandas as pd

    analyst = person("an", "analyst")
    with pytest.raises(AccountError, match="name"):
        kept.count("custody", lambda all_: pd.DataFrame({"name": [one.values["name"] for one in all_]}), analyst, "r")
    from toguna.accounts import arms as arms_ledger
    from toguna.accounts import custody, ddr, due_diligence
    from toguna.accounts import rights as rights_ledger

    for ledger, how in zip(LEDGERS, (rights_ledger.monthly, due_diligence.monthly, custody.monthly, arms_ledger.monthly,
                                     arms_ledger.lots_monthly), strict=False):  # fmt: skip
        check_no_names(ledger, kept.count(ledger.name, how, analyst, "report"))
    check_no_names(next(one for one in LEDGERS if one.name == "ddr"), ddr.monthly([]))
    assert len(kept.count("custody", custody.monthly, analyst, "report"))


def test_whoever_decides_enters_it_and_nobody_in_their_name(kept):
    """`decided_by` is the person who enters."""
    enter(kept, "custody", "c", "held", SAID["held"] | {"held_at": SAID["moved"]["moved_at"]}, ANN)
    fields = fields_by(SAID["held"], "somebody else")
    with pytest.raises(AccountError, match="Whoever decides"):
        kept.enter([Ask("custody", "c", "held", fields | {"held_at": SAID["moved"]["moved_at"]})], BEA, "", TODAY)


def test_a_record_that_is_not_there_is_not_told_from_one_elsewhere(kept):
    """Somebody of another area learns nothing from asking; not even whether the id exists."""
    far = person("far", "custodian", areas=["ZZ"])
    said = set()
    for record_id in ("c", "nothing"):
        with pytest.raises(AccountError) as why:
            kept.show("custody", record_id, far, "r")
        said.add(str(why.value))
        assert kept.cases("custody", record_id, far) == []
    assert len(said) == 1
