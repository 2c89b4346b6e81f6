"""Lives of participants and of children, told by hand, and every rule that refuses a step."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from toguna.accounts.book.ledger import BEGIN, Level, levels
from toguna.accounts.book.record import Happened, Record, StepRefusedError, decide, take
from toguna.accounts.ddr import LEDGER, subject, weapon_reference
from toguna.accounts.ddr.vocabularies import rules, vocabularies

TODAY = date(2026, 6, 30)
GUN = weapon_reference("arms-17", bytes(32))
ADULT = {"category": "combatant", "area": "XX01", "month": "2026-01", "on": "2026-01-05", "age": "adult", "site": "s1"}
CHILD = {"area": "XX01", "month": "2026-01", "on": "2026-01-05", "age": "child", "site": "s1"}
SCREENED = {"on": "2026-01-06", "screened_by": "a", "criteria_version": "template-1", "in_listed_group": True}
PASSES = SCREENED | {"confirmed_by_group_list": True, "weapons_brought": 1}
FAILS = SCREENED | {"confirmed_by_group_list": True, "weapons_brought": 0, "knows_weapon": False}
FAILS |= {"group_weapons_per_person": 0.4}
CLEAR = {"on": "2026-01-07", "outcome": "nothing_known"}
YES = {"on": "2026-01-08", "decided_by": "a"}
NO = YES | {"reasons": ["weapon"], "explained_on": "2026-01-08"}
JUDGED = {"on": "2026-01-20", "decided_by": "b", "reasons": ["weapon"]}


def live(*steps, record=None, actor="a"):
    """The record after steps, each decided first; (step, fields) or (step, fields, actor)."""
    record = record or Record("ddr", "7f")
    for n, (step, fields, *by) in enumerate(steps):
        said = decide(LEDGER, record, step, fields, TODAY)
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=n)
        record = take(LEDGER, record, Happened(step, said.model_dump(mode="json"), by[0] if by else actor, at))
    return record


def refused(record, step, fields):
    """The reasons a step is refused for."""
    with pytest.raises(StepRefusedError) as why:
        decide(LEDGER, record, step, fields, TODAY)
    return " ".join(why.value.reasons)


def on(day):
    return {"on": day}


def eligible(category="combatant"):
    answers = {
        "combatant": PASSES,
        "woman_associated": SCREENED | {"confirmed_by_interview": True},
        "cvr": SCREENED | {"chosen_by_community": True},
    }[category]
    return live(
        ("presented", ADULT | {"category": category}),
        ("screened", answers),
        ("rights_screened", CLEAR),
        ("found_eligible", YES),
    )


def test_a_combatant_comes_home():
    """Disarmed, demobilised, reinserted, reintegrated."""
    record = live(
        ("disarmed", on("2026-01-09") | {"weapons": [GUN]}),
        ("demobilised", on("2026-02-01")),
        ("reinserted", on("2026-02-02") | {"months": 12}),
        ("paid", {"on": "2026-02-03", "benefit": "cash", "due_on": "2026-02-02", "amount": 75}),
        ("reintegrated", on("2026-06-01") | {"option": "training"}),
        record=eligible(),
    )
    assert record.state == "reintegrated"
    assert record.values["weapons"] == [GUN]
    assert len(record.values["payments"]) == 1


def test_a_woman_associated_needs_no_weapon():
    """She goes on without one, and cannot be asked for one."""
    assert live(("demobilised", on("2026-02-01")), record=eligible("woman_associated")).state == "demobilised"
    assert "No weapon is part" in refused(eligible("woman_associated"), "disarmed", on("2026-02-01"))
    shown = live(("presented", ADULT | {"category": "woman_associated"}))
    for fact, answer in {"weapons_brought": 0, "knows_weapon": False, "group_weapons_per_person": 1.0}.items():
        assert "Only combatants are asked" in refused(shown, "screened", SCREENED | {fact: answer})


def test_cvr_has_a_way_of_its_own():
    """Enrolled and completed; no demobilisation, no weapon; others do not enrol."""
    record = live(("cvr_enrolled", on("2026-02-01")), ("cvr_completed", on("2026-05-01")), record=eligible("cvr"))
    assert record.state == "cvr_completed"
    assert "has no demobilisation" in refused(eligible("cvr"), "demobilised", on("2026-02-01"))
    assert "No weapon is part" in refused(eligible("cvr"), "disarmed", on("2026-02-01"))
    assert "Only participants presented for it" in refused(eligible(), "cvr_enrolled", on("2026-02-01"))


def test_dependants_and_victims_are_referred_and_do_not_take_part():
    """One step, then nothing more of the track."""
    place = {"area": "XX01", "month": "2026-01", "on": "2026-01-05"}
    record = live(("referred_at_once", place | {"category": "dependant", "service": "shelter"}))
    assert record.state == "referred"
    assert not {"screened", "disarmed", "demobilised"} & {one.name for one in LEDGER.open_to("referred")}
    for category in ("dependant", "victim", "child"):
        assert "category" in refused(Record("ddr", "8"), "presented", ADULT | {"category": category})


def test_a_child_leaves_at_once_under_its_own_key():
    """No weapon, no test, no adult step; due the moment it is here."""
    record = live(("child_presented", CHILD))
    (due,) = LEDGER.due(record)
    assert due.by == record.history[0].at
    assert "text not verified" in due.source
    out = live(("released", {"on": "2026-01-05", "to": "unicef", "unconditional": True}), record=record)
    assert out.state == "released"
    assert LEDGER.due(out) == ()
    assert subject(out.values, "7f") == "child:7f" != subject(eligible().values, "7f")
    assert all(subject(one.fields, "7f") == "child:7f" for one in out.history)
    assert "unconditional" in refused(record, "released", {"on": "2026-01-05", "to": "unicef", "unconditional": False})


def test_no_step_leads_from_child_to_adult():
    """Followed to the end, a child's record meets no state of adults, and no field of arms, cards or tokens."""
    reached, steps = {"child_present"}, []
    while True:
        more = [one for state in reached for one in LEDGER.open_to(state)]
        wider = reached | {one.to for one in more if one.to}
        if wider == reached:
            break
        reached, steps = wider, more
    assert reached == {"child_present", "released", "child_left", "found_adult"}
    said = {name for one in steps for name in one.says.model_fields}
    said |= set(LEDGER.steps["child_presented"].says.model_fields)
    assert not {name for name in said if "weapon" in name or "token" in name or "card" in name or "group" in name}
    assert all("track" in one.says.model_fields for one in steps)


def test_age_in_doubt_is_a_child_until_decided():
    """Released like any; only a doubt is decided, and an adult is presented anew."""
    doubt = live(("child_presented", CHILD | {"age": "in_doubt"}))
    found = {"on": "2026-01-06", "decided_by": "b", "by_child_protection": True}
    assert live(("found_adult", found), record=doubt).state == "found_adult"
    assert live(("age_found_child", {"on": "2026-01-06", "decided_by": "b"}), record=doubt).values["age"] == "child"
    assert "not in doubt" in refused(live(("child_presented", CHILD)), "found_adult", found)
    assert "not in doubt" in refused(live(("child_presented", CHILD)), "age_found_child", YES)
    assert "age" in refused(Record("ddr", "8"), "presented", ADULT | {"age": "in_doubt"})
    assert live(("released", {"on": "2026-01-05", "to": "x", "unconditional": True}), record=doubt).state == "released"


def test_a_child_found_on_the_adult_track_leaves_it():
    """From any state; what is due is a record of its own, and nothing else may follow."""
    record = live(("age_doubted", on("2026-02-01")), record=eligible())
    assert "take the person in as a child" in LEDGER.due(record)[0].what
    assert {one.name for one in LEDGER.open_to("age_doubted")} == {"child_record_opened", "disputed"}
    moved = live(("child_record_opened", on("2026-02-01")), record=record)
    assert moved.state == "moved"
    assert {one.name for one in LEDGER.open_to("moved")} == {"disputed"}
    assert "erase the adult record" in LEDGER.due(moved)[0].what
    assert LEDGER.due(replace(moved, is_erased=True)) == ()


def test_leaving_is_free_at_any_time():
    """From every state of the track, with a day and no reason; and one may come back."""
    states = {"presented", "screened", "eligible", "ineligible", "appealed", "disarmed", "demobilised", "reinserted"}
    assert LEDGER.steps["withdrawn"].after == states | {"cvr_enrolled"}
    assert set(LEDGER.steps["withdrawn"].says.model_fields) == {"on"}
    record = live(("withdrawn", on("2026-02-01")), ("presented_again", on("2026-03-01")), record=eligible())
    assert record.state == "presented"


def test_an_appeal_is_decided_by_another():
    """Neither who screened, nor who decided, nor who entered it; a reversal takes two; one appeal a decision."""
    no = live(
        ("presented", ADULT, "entry"),
        ("screened", FAILS, "entry"),
        ("rights_screened", CLEAR),
        ("found_ineligible", NO),
    )
    asked = live(("appealed", on("2026-01-10")), record=no)
    (due,) = LEDGER.due(asked)
    assert due.by == datetime(2026, 2, 9, tzinfo=UTC)  # 30 days of the template
    for same in ("a", "entry"):
        for step in ("appeal_upheld", "appeal_refused"):
            assert "another person decide" in refused(asked, step, JUDGED | {"decided_by": same})
    assert live(("appeal_upheld", JUDGED), record=asked).state == "eligible"
    stands = live(("appeal_refused", JUDGED), record=asked)
    assert stands.state == "ineligible"
    assert "appealed already" in refused(stands, "appealed", on("2026-02-10"))
    two = {one.name for one in LEDGER if one.two_person}
    assert two == {"appeal_upheld", "eligibility_reversed", "set_aside", "found_adult"}


def test_eligibility_taken_back_may_be_appealed():
    """A reversal is a decision of its own."""
    back = NO | {"on": "2026-02-01", "explained_on": "2026-02-01", "reasons": ["membership"]}
    record = live(("eligibility_reversed", back), record=eligible())
    assert record.state == "ineligible"
    assert live(("appealed", on("2026-02-03")), record=record).state == "appealed"
    assert "reasons" in refused(eligible(), "eligibility_reversed", back | {"reasons": ["looks"]})
    assert "explained_on" in refused(eligible(), "eligibility_reversed", back | {"explained_on": "2026-01-31"})


def test_decisions_follow_the_published_criteria():
    """Nobody is found eligible or not against them; reasons are exactly those not met."""
    shown = live(("presented", ADULT))
    assert "not the one in force" in refused(shown, "screened", PASSES | {"criteria_version": "draft"})
    assert "No criteria were published" in refused(
        live(("presented", ADULT | {"on": "2019-01-05", "month": "2019-01"})), "screened", PASSES | {"on": "2019-02-01"}
    )
    passes, fails = live(("screened", PASSES), record=shown), live(("screened", FAILS), record=shown)
    assert "wait for an answer: rights" in refused(passes, "found_eligible", YES)
    assert "No published criterion decides against" in refused(passes, "found_ineligible", NO)
    assert "are not met: weapon" in refused(fails, "found_eligible", YES)
    assert "exactly the criteria not met: weapon" in refused(fails, "found_ineligible", NO | {"reasons": ["group"]})
    assert "explained_on" in refused(fails, "found_ineligible", NO | {"explained_on": "2026-07-08"})


def test_rights_screening_waits_and_exposes_nothing():
    """While the body looks, nobody is eligible; its answer is closed and holds no word of what about."""
    record = live(("presented", ADULT), ("screened", PASSES), ("rights_screened", CLEAR | {"outcome": "waits"}))
    assert "wait for an answer: rights" in refused(record, "found_eligible", YES)
    agreed = live(("rights_screened", CLEAR | {"outcome": "agreed", "reference": "r-" + "0" * 32}), record=record)
    assert live(("found_eligible", YES), record=agreed).state == "eligible"
    says = LEDGER.steps["rights_screened"].says
    assert set(says.model_fields) == {"on", "outcome", "reference"}
    assert "reference" in refused(record, "rights_screened", CLEAR | {"reference": "killed at the bridge"})


def test_weapons_are_counted_and_referred_to_only_by_key():
    """As many references as weapons; a serial number cannot be one; the same weapon does not count twice."""
    assert "as many different references" in refused(eligible(), "disarmed", on("2026-02-01"))
    assert "weapons.0" in refused(eligible(), "disarmed", on("2026-02-01") | {"weapons": ["AK-47 1234567"]})
    two = live(
        ("presented", ADULT),
        ("screened", PASSES | {"weapons_brought": 2}),
        ("rights_screened", CLEAR),
        ("found_eligible", YES),
    )
    assert "different references" in refused(two, "disarmed", on("2026-02-01") | {"weapons": [GUN, GUN]})
    assert "is disarmed before" in refused(eligible(), "demobilised", on("2026-02-01"))
    assert GUN != weapon_reference("arms-17", bytes([1] * 32)) != weapon_reference("arms-18", bytes([1] * 32))


def test_dates_and_months_agree():
    """Not ahead, not before presenting, and the month that of the day."""
    assert "lies ahead" in refused(Record("ddr", "8"), "presented", ADULT | {"on": "2026-07-01", "month": "2026-07"})
    assert "is not that of" in refused(Record("ddr", "8"), "presented", ADULT | {"month": "2026-02"})
    assert "is not that of" in refused(Record("ddr", "8"), "child_presented", CHILD | {"month": "2026-02"})
    assert "before the person presented" in refused(eligible(), "withdrawn", on("2026-01-01"))


def test_reinsertion_lasts_a_year_at_most():
    """13 months are refused."""
    home = live(("demobilised", on("2026-02-01")), record=eligible("woman_associated"))
    assert "months" in refused(home, "reinserted", on("2026-02-02") | {"months": 13})
    assert "months" in refused(home, "reinserted", on("2026-02-02") | {"months": 0})


def test_a_correction_is_a_step_and_a_dispute_stays_beside():
    """The first words stay in the history; a category is only changed before screening."""
    shown = live(
        ("presented", ADULT), ("corrected", {"area": "XX02"}), ("disputed", {"on": "2026-01-06", "about": "x"})
    )
    assert (shown.values["area"], shown.history[0].fields["area"]) == ("XX02", "XX01")
    assert len(shown.values["disputes"]) == 1
    assert live(("corrected", {"category": "cvr"}), record=shown).values["category"] == "cvr"
    assert "cannot change after screening" in refused(eligible(), "corrected", {"category": "cvr"})
    taken = live(("child_presented", CHILD), ("child_corrected", {"area": "XX02"}))
    assert taken.values["area"] == "XX02"
    assert live(("child_disputed", {"on": "2026-01-06", "about": "age"}), record=taken).state == "child_present"


def test_a_second_registration_is_set_aside_by_people():
    """Never by a match alone."""
    assert live(("set_aside", {"on": "2026-02-01", "decided_by": "b"}), record=eligible()).state == "set_aside"
    assert LEDGER.same == ("token",)
    assert set(LEDGER.found_by) == {"card"}
    assert LEDGER.found_by["card"](" ab 12") == "AB12"


OPEN = {"track", "category", "area", "month", "criteria_version"}
IDENTITY = {"card", "token", "near_tokens"}


@pytest.mark.parametrize("step", list(LEDGER), ids=lambda one: one.name)
def test_how_closely_each_field_is_held(step):
    """Open: what may be counted. Identity: cards and tokens. The rest is closed, and every field says what it is."""
    for name, level in levels(step.says).items():
        wanted = Level.OPEN if name in OPEN else Level.IDENTITY if name in IDENTITY else Level.CLOSED
        if name == "age" and step.name == "presented":
            wanted = Level.OPEN
        assert level == wanted, name
        assert step.says.model_fields[name].description
    assert step.means.endswith(".")


def test_every_code_is_in_the_vocabularies_and_every_rule_says_if_it_was_read():
    """States, categories, services and options have labels in two languages."""
    words = vocabularies()
    assert LEDGER.states() - {BEGIN} == set(words["phase"].codes)
    offered = LEDGER.steps["referred"].says.model_json_schema()["properties"]["service"]["enum"]
    assert set(offered) == set(words["service"].codes)
    options = LEDGER.steps["reintegrated"].says.model_json_schema()["properties"]["option"]["enum"]
    assert set(options) == set(words["track"].codes)
    assert {name for name, rule in rules().items() if rule.text_status == "verified"} == {
        "voluntary", "not_participants", "criteria",
    }  # fmt: skip
