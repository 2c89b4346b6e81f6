"""The custody register: lives told by hand, and every rule with a case that only it refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest

from toguna.accounts.book import Happened, Level, Record, StepRefusedError, decide, levels
from toguna.accounts.book.record import take
from toguna.accounts.custody import LEDGER, custody, due, escalation, monthly, overdue, own_limits, read_limits, watch
from toguna.core.errors import AccountError

TODAY = date(2013, 12, 31)
T0 = datetime(2013, 2, 3, 10, 0, tzinfo=UTC)


def at(hours):
    return (T0 + timedelta(hours=hours)).isoformat()


SAID = {
    "apprehended": {
        "force": "un_mission", "area": "ML07", "month": "2013-02", "age_group": "adult", "sex": "male",
        "grounds": "caught_in_act", "apprehended_at": at(0), "time_zone": "Africa/Bamako", "site": "Camp 1",
        "condition": "no injury", "property_taken": ["telephone"],
    },
    "registered": {
        "registered_at": at(2), "custody_number": "GAO-12", "told_reasons": True, "language": "Songhay",
        "language_understood": True, "medical_check": "done", "notified": "icrc",
    },
    "held": {
        "held_at": at(3), "decided_by": "Maj A", "necessity": "danger to others", "separation": "separate",
        "female_staff": False,
    },
    "moved": {"moved_at": at(4), "area": "ML08", "site": "Camp 2", "transport": "road", "condition": "well",
              "move_reason": "court there"},
    "notified": {"notified_at": at(5), "notified": "family_and_icrc"},
    "examined": {"examined_at": at(6), "findings": "well", "consented": True},
    "visited": {"visited_at": at(8), "visitor": "icrc", "access": "full", "in_private": True},
    "extended": {"extended_at": at(20), "hours": 24, "authority": "force_commander", "authority_name": "Gen B",
                 "extension_reason": "road cut"},
    "risk_assessed": {"assessed_at": at(24), "assessed_receiver": "police", "assessed_authority": "Police Gao",
                      "risk": "no_real_risk", "basis": "visits", "person_heard": True, "assessed_by": "Adviser C"},
    "handed_over": {"handed_over_at": at(30), "receiver": "police", "receiving_authority": "Police Gao",
                    "received_by": "Lt D", "assurances": "humane treatment, access", "access_agreed": True,
                    "property_went": "handed_over", "condition_on_leaving": "well"},
    "transferred": {"transferred_at": at(30), "receiver": "other_force", "receiving_authority": "Force E",
                    "received_by": "Lt F", "assurances": "humane treatment, access", "access_agreed": True,
                    "property_went": "handed_over", "condition_on_leaving": "well"},
    "released": {"released_at": at(30), "released_to": "family", "safe_return": "escorted by day",
                 "property_went": "returned", "condition_on_leaving": "well"},
    "escaped": {"escaped_at": at(30), "circumstances": "by night"},
    "died": {"died_at": at(30), "circumstances": "found in the morning", "scene_kept": True, "family_told": False},
    "inquiry_opened": {"inquiry_opened_at": at(40), "inquiry_by": "Board of inquiry", "independent": True},
    "inquiry_concluded": {"inquiry_concluded_at": at(900), "conclusion": "illness", "family_told_conclusion": True},
    "followed_up": {"followed_up_at": at(30 + 48), "follow_up": "well", "in_private": True},
    "breached": {"breached_at": at(9), "breach": "property", "account": "telephone gone", "remedy": "paid for"},
    "disputed": {"disputed_by": "The person", "disputed": "the hour of apprehension"},
    "corrected": {"condition": "bruised arm"},
    "closed": {"closing_reason": "nothing due"},
}  # fmt: skip
SAID["handed_over_in_breach"] = SAID["handed_over"] | {
    "account": "taken from the cell by force", "human_rights_told_at": at(31)
}  # fmt: skip
GIRL = {"age_group": "child", "sex": "female"}
STRAIGHT = ("apprehended", "registered", "held")


def live(*steps, ledger=LEDGER, today=TODAY, record=None, **changes):
    """The record after steps; `changes` per step replace what is said at it."""
    record = record or Record("custody", "c-1")
    for name in steps:
        said = decide(ledger, record, name, SAID[name] | changes.get(name, {}), today)
        fields = said.model_dump(mode="json", exclude_none=True)
        before = record
        record = take(ledger, record, Happened(name, fields, "officer", T0))
        assert not record.conflicts
        assert record.history[:-1] == before.history
    return record


def refused(record, step, ledger=LEDGER, today=TODAY, **changes):
    with pytest.raises(StepRefusedError) as why:
        decide(ledger, record, step, SAID[step] | changes, today)
    return " ".join(why.value.reasons)


def test_a_life_to_hand_over_and_the_last_visit():
    record = live(*STRAIGHT, "moved", "visited", "risk_assessed", "handed_over")
    assert (record.state, record.values["area"], len(record.values["visits"])) == ("handed_over", "ML08", 1)
    left = T0 + timedelta(hours=30)
    for days in (7, 30, 90, 180, 365):
        [one] = due(record)
        assert (one.what, one.by) == ("visit the person", left + timedelta(days=days))
        assert "still due" in refused(record, "closed") if record.state == "followed_up" else True
        record = live(
            "followed_up",
            record=record,
            today=date(2015, 1, 1),
            followed_up={"followed_up_at": (left + timedelta(days=days)).isoformat()},
        )
    assert due(record) == ()
    assert live("closed", record=record).state == "closed"


def test_two_visits_in_the_first_week_are_one_follow_up():
    record = live(*STRAIGHT, "risk_assessed", "handed_over", "followed_up")
    record = live("followed_up", record=record, followed_up={"followed_up_at": at(30 + 72)})
    assert due(record)[0].by == T0 + timedelta(hours=30, days=30)


def test_visits_refused_do_not_meet_a_follow_up_and_liberty_ends_it():
    record = live(*STRAIGHT, "risk_assessed", "handed_over")
    assert "action_taken" in refused(record, "followed_up", follow_up="access_refused")
    record = live("followed_up", record=record, followed_up={"follow_up": "access_refused", "action_taken": "protest"})
    assert due(record)[0].by == T0 + timedelta(hours=30, days=7)
    assert due(live("followed_up", record=record, followed_up={"follow_up": "at_liberty"})) == ()


def test_the_clock_starts_at_apprehension_and_moves_do_not_stop_it():
    record = live(*STRAIGHT, "moved")
    [limit] = [one for one in due(record) if "hand over" in one.what]
    assert limit.by == T0 + timedelta(hours=72)
    assert "ISOP 2010.6" in limit.source
    assert "unverified" in limit.source


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({}, 72),
        ({"apprehended_at": "2021-02-03T10:00:00Z"}, 96),
        ({"force": "intervening_state"}, 96),
        ({"force": "national_police"}, 48),
        ({"force": "other"}, 72),
        ({"age_group": "child"}, 48),
        ({"age_group": "disputed", "force": "intervening_state"}, 48),
    ],
)
def test_limits_by_force_age_and_day(changes, hours):
    values = SAID["apprehended"] | changes
    began = datetime.fromisoformat(values["apprehended_at"])
    assert own_limits().until(values) - began == timedelta(hours=hours)


def test_extension_is_added_once_decided_and_capped():
    record = live(*STRAIGHT, "extended", apprehended={"force": "intervening_state"})
    assert due(record)[0].by == T0 + timedelta(hours=96 + 24)
    assert "48 hours at most" in refused(record, "extended", hours=25)
    record = live("extended", record=record)
    assert due(record)[0].by == T0 + timedelta(hours=96 + 48)
    smuggled = Happened("extended", record.values["extensions"][0] | {"hours": 700}, "x", T0)
    assert due(take(LEDGER, record, smuggled))[0].by == T0 + timedelta(hours=96 + 48)


def test_who_may_extend_and_when():
    taken = {"force": "intervening_state"}
    record = live(*STRAIGHT, apprehended=taken)
    assert "force_commander" in refused(record, "extended", authority="prosecutor")
    assert "had passed" in refused(record, "extended", extended_at=at(97))
    assert "extension_reason" in refused(record, "extended", extension_reason="")
    assert "no extension" in refused(live(*STRAIGHT), "extended")
    assert LEDGER.steps["extended"].two_person


def test_escalation_goes_up_as_time_runs_out():
    record = live(*STRAIGHT)
    levels_met = [escalation(record, T0 + timedelta(hours=one)) for one in (35, 36, 54, 64.8, 72)]
    assert [one and one.name for one in levels_met] == [None, "notice", "warning", "urgent", "over"]
    assert escalation(live("risk_assessed", "handed_over", record=record), T0 + timedelta(hours=99)) is None


def test_overdue_lists_the_latest_first_and_only_the_late():
    late = live(*STRAIGHT, apprehended={"force": "national_police"})
    soon = live(*STRAIGHT)
    now = T0 + timedelta(hours=60)
    found = overdue([soon, late], now)
    assert [(one.deadline.what.split()[0], one.late) for one in found] == [("hand", timedelta(hours=12))]
    assert found[0].escalation.name == "over"
    assert [one.late for one in watch([soon, late], now)] == [timedelta(hours=12), timedelta(hours=-12)]
    assert overdue([soon], T0 + timedelta(hours=72)) == []


def test_what_is_due_on_the_first_day():
    record = live("apprehended")
    assert {one.what: one.by - T0 for one in due(record)} == {
        "register, and tell the reasons": timedelta(hours=12),
        "see a doctor": timedelta(hours=24),
        "tell family and ICRC": timedelta(hours=24),
        "hand over to police or judicial authority, or release": timedelta(hours=72),
    }
    record = live(
        "registered",
        record=record,
        registered={
            "medical_check": "not_done", "no_medical_reason": "no doctor", "notified": "not_yet",
            "no_notice_reason": "no network",
        },
    )  # fmt: skip
    assert [one.what for one in due(record)][:2] == ["see a doctor", "tell family and ICRC"]
    record = live("examined", "notified", record=record)
    assert len(due(record)) == 1


def test_a_death_opens_an_inquiry_that_must_be_independent_and_concluded():
    record = live(*STRAIGHT, "died")
    assert [(one.what, one.by) for one in due(record)] == [
        ("open an independent inquiry", T0 + timedelta(hours=30 + 24))
    ]
    assert "after its inquiry" in refused(record, "closed")
    assert "No inquiry was opened" in refused(record, "inquiry_concluded")
    assert "independent of the unit" in refused(record, "inquiry_opened", independent=False)
    record = live("inquiry_opened", record=record)
    assert due(record)[0].what == "conclude the inquiry"
    record = live("inquiry_concluded", record=record)
    assert due(record) == ()
    assert live("closed", record=record).state == "closed"


def test_nobody_is_handed_to_torture_and_nothing_overrides_it():
    record = live(*STRAIGHT)
    assert "not of this receiver" in refused(record, "handed_over")
    for risk in ("real_risk", "not_known"):
        found = live("risk_assessed", record=record, risk_assessed={"risk": risk})
        assert "real risk" in refused(found, "handed_over")
    fine = live("risk_assessed", record=record)
    assert live("handed_over", record=fine).state == "handed_over"
    assert "not of this receiver" in refused(fine, "handed_over", receiving_authority="Police Kidal")
    assert "not of this receiver" in refused(fine, "handed_over", receiver="judicial_authority")
    worse = live("risk_assessed", record=fine, risk_assessed={"risk": "real_risk"})
    assert "real risk" in refused(worse, "handed_over")
    assert "asked what they fear" in refused(
        live("risk_assessed", record=record, risk_assessed={"person_heard": False}), "handed_over"
    )
    assert "older than 30 days" in refused(fine, "handed_over", handed_over_at=at(24 + 30 * 24 + 1))
    assert "assurances" in refused(fine, "handed_over", assurances="")
    assert "assurances" in refused(fine, "handed_over", access_agreed=False)
    assert LEDGER.steps["handed_over"].two_person
    assert "not a field" in refused(worse, "corrected", risk="no_real_risk")
    assert "not a field" in refused(live("handed_over", record=fine), "corrected", receiver="other_state")


def test_transfer_keeps_the_same_rules():
    assessed = {"risk_assessed": {"assessed_receiver": "other_force", "assessed_authority": "force e"}}
    record = live(*STRAIGHT, "risk_assessed", **assessed)
    assert live("transferred", record=record).state == "transferred"
    assert "not of this receiver" in refused(live(*STRAIGHT), "transferred")
    record = live(*STRAIGHT, "risk_assessed", risk_assessed={"assessed_authority": "Force E"})
    assert "another force or state" in refused(record, "transferred", receiver="police")
    record = live(*STRAIGHT, "risk_assessed", **assessed)
    assert "assurances" in refused(record, "transferred", assurances="")


def test_a_hand_over_that_should_not_have_been_is_still_recorded_and_followed_up():
    worse = live(*STRAIGHT, "risk_assessed", risk_assessed={"risk": "real_risk"})
    record = live("handed_over_in_breach", record=worse)
    assert due(record)[0].what == "visit the person"
    assert "No rule stands" in refused(live(*STRAIGHT, "risk_assessed"), "handed_over_in_breach")
    assert live("apprehended", "handed_over_in_breach").state == "handed_over"


def test_children_go_to_child_protection_and_are_held_apart():
    taken = {"apprehended": GIRL}
    record = live("apprehended", "registered", **taken)
    assert "apart" in refused(record, "held", separation="not_separate", female_staff=True)
    record = live("held", record=record, held={"separation": "with_own_family", "female_staff": True})
    assert due(record)[0].what == "hand to child protection or release to family"
    to = {"receiver": "child_protection", "receiving_authority": "Centre G"}
    assessed = {"assessed_receiver": "child_protection", "assessed_authority": "Centre G"}
    record = live("risk_assessed", record=record, risk_assessed=assessed)
    assert live("handed_over", record=record, handed_over=to | {"assurances": ""}).state == "handed_over"
    police = live("risk_assessed", record=record)
    assert "child-protection actor" in refused(police, "handed_over")
    other = live("risk_assessed", record=record, risk_assessed={
        "assessed_receiver": "other_force", "assessed_authority": "Force E"})  # fmt: skip
    assert "not transferred" in refused(other, "transferred")
    assert "not alone" in refused(record, "released", released_to="at_liberty")
    adult = live(*STRAIGHT, "risk_assessed", risk_assessed=assessed)
    assert "An adult is handed to" in refused(adult, "handed_over", **to)


def test_women_are_held_apart_with_female_staff():
    record = live("apprehended", "registered", apprehended={"sex": "female"})
    assert "female staff" in refused(record, "held")
    assert "apart" in refused(record, "held", separation="not_separate", female_staff=True)
    assert live("held", record=record, held={"female_staff": True}).state == "held"
    assert live(*STRAIGHT, held={"separation": "not_separate"}).state == "held"


def test_age_found_to_be_under_18_makes_separation_and_the_short_limit_due():
    record = live(*STRAIGHT, "corrected", held={"separation": "not_separate"}, corrected={"age_group": "child"})
    assert [(one.what, one.by - T0) for one in due(record)] == [
        ("hold apart", timedelta(hours=3)),
        ("hand to child protection or release to family", timedelta(hours=48)),
    ]
    assert record.history[0].fields["age_group"] == "adult"


def test_registration_needs_reasons_told_and_reasons_given():
    record = live("apprehended")
    assert "interpreter" in refused(record, "registered", told_reasons=False)
    assert "interpreter" in refused(record, "registered", language_understood=False)
    assert "no_medical_reason" in refused(record, "registered", medical_check="not_done")
    assert "no_notice_reason" in refused(record, "registered", notified="not_yet")
    assert "once somebody was" in refused(live("registered", record=record), "notified", notified="not_yet")


def test_visits_and_refusals_of_access_are_recorded():
    record = live(*STRAIGHT)
    assert "access_reason" in refused(record, "visited", access="refused")
    assert "access_decided_by" in refused(record, "visited", access="refused", access_reason="fighting")
    record = live(
        "visited",
        record=record,
        visited={"access": "refused", "access_reason": "fighting", "access_decided_by": "Maj A"},
    )
    assert record.values["visits"][0]["access"] == "refused"


def test_property_is_accounted_for():
    record = live(*STRAIGHT)
    assert "where it went" in refused(record, "released", property_went="none_taken")
    assert "breach property" in refused(record, "released", property_went="lost")
    record = live("breached", "released", record=record, released={"property_went": "lost"})
    assert record.state == "released"
    police = live(*STRAIGHT, "risk_assessed")
    assert "where it went" in refused(police, "handed_over", property_went="none_taken")
    to_force = {"assessed_receiver": "other_force", "assessed_authority": "Force E"}
    force = live(*STRAIGHT, "risk_assessed", risk_assessed=to_force)
    assert "where it went" in refused(force, "transferred", property_went="none_taken")
    empty = live(*STRAIGHT, apprehended={"property_taken": []})
    assert live("released", record=empty, released={"property_went": "none_taken"}).state == "released"


@pytest.mark.parametrize(
    ("steps", "step", "changes", "pair"),
    [
        (("apprehended",), "registered", {"registered_at": at(-1)}, "registered_at is before apprehended_at"),
        (("apprehended", "registered"), "held", {"held_at": at(1)}, "held_at is before registered_at"),
        (STRAIGHT, "released", {"released_at": at(2.5)}, "released_at is before held_at"),
        ((*STRAIGHT, "visited"), "released", {"released_at": at(7)}, "released_at is before visited_at"),
        (STRAIGHT, "visited", {"visited_at": at(-1)}, "visited_at is before apprehended_at"),
        (STRAIGHT, "examined", {"examined_at": at(-1)}, "examined_at is before apprehended_at"),
        (STRAIGHT, "risk_assessed", {"assessed_at": at(-1)}, "assessed_at is before apprehended_at"),
        ((*STRAIGHT, "died"), "inquiry_opened", {"inquiry_opened_at": at(29)}, "inquiry_opened_at is before died_at"),
        (
            (*STRAIGHT, "risk_assessed", "handed_over"),
            "followed_up",
            {"followed_up_at": at(29)},
            "followed_up_at is before handed_over_at",
        ),
        (STRAIGHT, "corrected", {"apprehended_at": at(2.5)}, "registered_at is before apprehended_at"),
    ],
)
def test_impossible_orders_of_times_are_refused(steps, step, changes, pair):
    assert pair in refused(live(*steps), step, **changes)


def test_offsets_are_compared_not_clocks():
    record = live("apprehended")
    assert "before" in refused(record, "registered", registered_at="2013-02-03T10:30:00+01:00")
    record = live("registered", record=record, registered={"registered_at": "2013-02-03T11:30:00+01:00"})
    assert record.values["registered_at"] == "2013-02-03T10:30:00Z"


def test_times_without_offset_zones_unknown_the_future_and_the_wrong_month_are_refused():
    new = Record("custody", "c-2")
    assert "apprehended_at" in refused(new, "apprehended", apprehended_at="2013-02-03T10:00:00")
    assert "IANA" in refused(new, "apprehended", time_zone="Bamako")
    assert "after today" in refused(new, "apprehended", today=date(2013, 2, 2))
    assert "month is not" in refused(new, "apprehended", month="2013-01")
    eve = {"apprehended_at": "2013-01-31T23:30:00Z", "time_zone": "Africa/Niamey"}
    assert decide(LEDGER, new, "apprehended", SAID["apprehended"] | eve, TODAY).month == "2013-02"


def test_corrections_say_something_that_was_said():
    record = live("apprehended")
    assert "at least one" in refused(record, "corrected", condition=None)
    assert "nothing to correct" in refused(record, "corrected", held_at=at(3))
    assert "month is not" in refused(record, "corrected", apprehended_at="2013-03-03T10:00:00Z")
    assert LEDGER.steps["corrected"].two_person
    record = live("disputed", record=live("corrected", record=record))
    assert record.values["condition"] == "bruised arm"
    assert len(record.values["disputes"]) == 1


def test_renewed_decisions_to_hold_come_in_order():
    record = live(*STRAIGHT)
    assert "before the last decision" in refused(record, "held", held_at=at(2.5))
    assert live("held", record=record, held={"held_at": at(20)}).values["held_at"] == at(20).replace("+00:00", "Z")


def test_no_refusal_says_a_name():
    for step in ("registered", "visited", "risk_assessed"):
        said = {key: "Xyzzy Plugh" for key, level in levels(LEDGER.steps[step].says).items() if level > Level.OPEN}
        assert "Xyzzy" not in refused(live("apprehended"), step, **said, unknown="Xyzzy")


IDENTITY = {
    "taken_by", "earlier_record", "custody_number", "name", "birth_year", "family_contact", "icrc_number", "decided_by",
    "guardian", "access_decided_by", "authority_name", "assessed_by", "disputed_by", "received_by",
}  # fmt: skip
OPEN = {
    "force", "area", "month", "age_group", "sex", "grounds", "told_reasons", "language_understood", "medical_check",
    "notified", "separation", "female_staff", "visitor", "access", "in_private", "authority", "breach", "receiver",
    "released_to", "independent", "follow_up",
}  # fmt: skip


def test_levels_of_every_field():
    for step in LEDGER:
        for name, level in levels(step.says).items():
            expected = Level.IDENTITY if name in IDENTITY else Level.OPEN if name in OPEN else Level.CLOSED
            assert level is expected, (step.name, name)
            assert step.name == "corrected" or step.says.model_fields[name].description, (step.name, name)


def test_every_step_says_what_it_means():
    assert all(one.means.endswith(".") for one in LEDGER)
    assert LEDGER.found_by["custody_number"](" gao - 12") == "GAO-12"


def test_monthly_by_hand():
    over = live(*STRAIGHT, "released", released={"released_at": at(73)})
    fast = [live(*STRAIGHT, "risk_assessed", "handed_over", handed_over={"handed_over_at": at(30 + one)})
            for one in range(5)]  # fmt: skip
    still = live(*STRAIGHT, "visited")
    girl = live("apprehended", apprehended=GIRL)
    table = monthly([over, *fast, still, girl, Record("custody", "erased")])
    assert len(table) == 2
    men = table[table["sex"] == "male"].iloc[0]
    assert (men["count"], men["ended"], men["held"], men["over_limit"], men["handed_over"]) == (7, 6, 1, 1, 5)
    assert (men["visits"], men["visits_refused"], men["median_hours_to_hand_over"]) == (1, 0, 32)
    assert men["share_over_limit"] == pytest.approx(1 / 6)
    few = monthly([over, *fast[:4]])
    assert few["median_hours_to_hand_over"].isna().all()
    assert monthly([]).columns.tolist() == table.columns.tolist()
    closed = {name for step in LEDGER for name, level in levels(step.says).items() if level > Level.OPEN}
    assert not closed & set(table.columns)


def test_limits_of_ones_own(tmp_path):
    text = own_limits().model_dump_json()
    file = tmp_path / "limits.yaml"
    file.write_text(text.replace('"hours":72', '"hours":24'), encoding="utf-8")
    mine = custody(read_limits(file))
    assert mine.due(live(*STRAIGHT))[0].by == T0 + timedelta(hours=24)
    for wrong, why in [("rules: [", "not YAML"), ("rules: []", "rules"), (text.replace("any-72", "un-2010"), "one id")]:
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(AccountError, match=why):
            read_limits(file)
    with pytest.raises(AccountError, match="cannot be read"):
        read_limits(tmp_path / "none.yaml")
