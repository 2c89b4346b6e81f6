"""The rights ledger: a life by hand, every rule with a story it stops, and how closely each field is held."""

from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import pytest
from pydantic import ValidationError

from toguna.accounts.book import Happened, Level, Record, StepRefusedError, decide, levels
from toguna.accounts.book.record import take
from toguna.accounts.rights import LEDGER, casualties, monthly
from toguna.accounts.rights import guards_parts as entering
from toguna.accounts.rights.monthly import counted_nowhere
from toguna.accounts.rights.parts import child_violation, live
from toguna.accounts.rights.rules import rules
from toguna.accounts.rights.vocabularies import names_people, vocabularies

TODAY = date(2013, 6, 30)
START = datetime(2013, 2, 1, tzinfo=UTC)

EVENT = {"area": "XO0101", "month": "2013-01", "began": "2013-01-10", "ended": "2013-01-10", "date_precision": "day",
         "place": "Kelani", "place_precision": "place", "summary": "Shots at the market.",
         "received_on": "2013-01-12"}  # fmt: skip
ACT = {"ref": "A1", "kind": "killing_in_attack", "method": "firearm"}
S1 = {"ref": "S1", "kind": "eyewitness", "says": "supports", "reliability": "credible", "heard_on": "2013-01-12",
      "name": "Awa", "by_trained_monitor": True}  # fmt: skip
S2 = {"ref": "S2", "kind": "medical", "says": "supports", "reliability": "credible", "heard_on": "2013-01-14"}
S9 = {"ref": "S9", "kind": "authority", "says": "contradicts", "reliability": "credible", "heard_on": "2013-01-20"}
VICTIM = {"ref": "V1", "kind": "individual", "acts": ["A1"], "age": "18-59", "sex": "female", "status": "civilian",
          "name": "Binta"}  # fmt: skip
FORCE = {"ref": "P1", "act": "A1", "perpetrator": "army", "degree": "carried_out", "unit": "XOU-ARMY-2",
         "sources": ["S1"]}  # fmt: skip
STANDARD = "reasonable grounds to believe"
CORROBORATED = {"on": "2013-02-10", "grounds": "They do not know each other."}
VERIFIED = {"on": "2013-02-20", "standard": STANDARD, "grounds": "Both heard in private."}
REFUTED = {"on": "2013-03-01", "grounds": "The place was empty.", "sources": ["S9"]}
CONSENT = {"source": "S1", "to": ["court"], "on": "2013-02-01", "how": "oral", "was_explained": True}
PASSED = {"recipient": "court", "body": "Court of Sikora", "on": "2013-03-05", "sources": ["S1"],
          "answer_by": "2013-06-01"}  # fmt: skip
FILE = {"ref": "E1", "sha256": "a" * 64, "size": 3, "media_type": "image/jpeg", "kept_at": "safe 1",
        "shows": "The market", "received_on": "2013-01-15", "holder": "Issa"}  # fmt: skip


def enter(record, step, ledger=LEDGER, today=TODAY, **fields):
    """The record after a step that is allowed; every step a day after the last."""
    said = decide(ledger, record, step, fields, today)
    at = START + timedelta(days=len(record.history))
    return take(ledger, record, Happened(step, said.model_dump(mode="json", exclude_none=True), "ann", at))


def story(*steps, record_id="r1", ledger=LEDGER):
    """A record after steps given as (name, fields)."""
    record = Record(ledger.name, record_id)
    for name, fields in steps:
        record = enter(record, name, ledger, **fields)
    return record


TOLD = (("reported", EVENT), ("act", ACT), ("source", S1), ("source", S2), ("victim", VICTIM), ("involvement", FORCE))
BORNE_OUT = (*TOLD, ("corroborated", CORROBORATED))
SURE = (*BORNE_OUT, ("verified", VERIFIED))


def refusal(record, step, ledger=LEDGER, today=TODAY, **fields):
    """Why a step is not entered."""
    with pytest.raises(StepRefusedError) as why:
        decide(ledger, record, step, fields, today)
    return " ".join(why.value.reasons)


def test_a_record_lives_from_reported_to_followed_up():
    """States in order, deadline set and moved, dispute kept beside."""
    record = story(*SURE, ("consented", CONSENT), ("disputed", {"by": "force", "what": "We were elsewhere.",
                                                                "on": "2013-02-25"}))  # fmt: skip
    assert record.state == "verified"
    assert LEDGER.due(record) == ()
    record = enter(record, "passed_on", **PASSED)
    assert [one.by.isoformat() for one in LEDGER.due(record)] == ["2013-06-01T23:59:59.999999+00:00"]
    record = enter(record, "followed_up", recipient="court", outcome="under_inquiry", on="2013-05-01",
                   ask_again_by="2013-09-01")  # fmt: skip
    assert record.state == "followed_up"
    assert [one.by.date() for one in LEDGER.due(record)] == [date(2013, 9, 1)]
    assert record.values["disputes"][0]["what"] == "We were elsewhere."
    assert monthly([record]).to_dict("records") == [
        {"area": "XO0101", "month": "2013-01", "date_precision": "day", "standing": "verified",
         "act": "killing_in_attack", "perpetrator": "army", "child_violation": "", "count": 1}
    ]  # fmt: skip


def test_a_refuted_record_is_reopened_by_new_evidence_alone_and_by_two():
    """What was known when it was refuted does not reopen it; what contradicts stays."""
    record = story(*TOLD, ("source", S9), ("refuted", REFUTED))
    assert record.state == "refuted"
    assert "known when" in refusal(record, "reopened", on="2013-04-01", new=["S1"], why="w")
    record = enter(record, "source", **S2 | {"ref": "S3"})
    record = enter(record, "reopened", on="2013-04-01", new=["S3"], why="A grave was found.")
    assert record.state == "reported"
    assert len(live(record, "sources")) == 4
    record = enter(record, "corroborated", **CORROBORATED)
    assert "disputes_weighed" in refusal(record, "verified", **VERIFIED)
    assert enter(record, "verified", **VERIFIED, disputes_weighed="It rests on a list since changed.").state == (
        "verified"
    )
    assert {one.name for one in LEDGER if one.two_person} == {"reversed", "reopened", "joined", "parted"}


def test_a_verified_record_is_reversed_not_refuted_and_new_parts_need_it_open():
    """The reversal is a step of its own; acts and victims are not slipped in after verification."""
    record = story(*SURE, ("source", S9))
    assert "cannot follow" in refusal(record, "refuted", **REFUTED)
    for step, fields in (("act", ACT | {"ref": "A2"}), ("victim", VICTIM | {"ref": "V2"}), ("corrected", EVENT)):
        assert "cannot follow" in refusal(record, step, **fields)
    assert enter(record, "reversed", **REFUTED).state == "refuted"
    assert "cannot follow" in refusal(story(*TOLD), "reversed", **REFUTED)


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("act", ACT | {"ref": "A2"}),
        ("victim", VICTIM | {"ref": "V2"}),
        ("involvement", FORCE | {"ref": "P2"}),
        ("withdrawn", {"ref": "V1", "why": "w"}),
        ("corrected", {"summary": "Shots at dawn."}),
        ("judged", {"source": "S2", "reliability": "doubtful", "why": "w"}),
    ],
)
def test_what_changes_the_account_undoes_its_corroboration(step, fields):
    """Nothing new counts as corroborated before it is."""
    assert enter(story(*BORNE_OUT), step, **fields).state == "reported"


FAULTS = [
    # record, step, fields, words of the reason
    ((), "reported", EVENT | {"ended": "2013-01-09"}, "ended lies before began"),
    ((), "reported", EVENT | {"month": "2013-02"}, "month is not that of began"),
    ((), "reported", EVENT | {"ended": "2013-01-11"}, "date_precision is day"),
    ((), "reported", EVENT | {"ended": "2013-02-11", "date_precision": "month", "received_on": "2013-02-12"},
     "date_precision is month"),
    ((), "reported", EVENT | {"ended": "2014-01-01", "date_precision": "year"}, "date_precision is year"),
    ((), "reported", EVENT | {"received_on": "2013-01-09"}, "received_on lies before"),
    ((), "reported", EVENT | {"received_on": "2013-07-01"}, "received_on: lies after today"),
    ((), "reported", {k: v for k, v in EVENT.items() if k != "place"}, "place is empty"),
    ((), "reported", EVENT | {"ethnicity": "x"}, "leave it out"),
    ((), "reported", EVENT | {"religion_of_victims": "x"}, "leave it out"),
    ((), "reported", EVENT | {"weather": "x"}, "is not a field"),
    (TOLD, "corrected", {}, "says nothing"),
    (TOLD, "corrected", {"month": "2013-02"}, "month is not that of began"),
    (TOLD, "act", ACT, "stands in the record already"),
    (TOLD, "act", {"ref": "V1", "kind": "pillage"}, "stands in the record already"),
    (TOLD, "act", {"ref": "A2", "kind": "massacre"}, "is no code of acts"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "acts": ["A7"]}, "acts the record does not have"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "born": "2005-01-01"}, "age does not agree"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "born": "2013-02-01"}, "born lies after the event"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "part_of": "V1"}, "a person, not a group"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "counted_in": "r1"}, "names this record"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "best": 3}, "a person has no number"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "kind": "group"}, "needs least, best and most"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "kind": "group", "least": 3, "best": 2, "most": 9}, "least <= best"),
    (TOLD, "victim", VICTIM | {"ref": "V2", "kind": "group", "least": 1, "best": 2, "most": 9}, "has no name"),
    ((*TOLD, ("act", {"ref": "A2", "kind": "death_in_custody"})), "victim",
     VICTIM | {"ref": "V2", "acts": ["A1", "A2"]}, "dies of one act"),
    (TOLD, "involvement", FORCE | {"ref": "P2", "sources": ["S7"]}, "sources the record does not have"),
    ((*TOLD, ("source", S9)), "involvement", FORCE | {"ref": "P2", "sources": ["S9"]}, "contradicts the account"),
    ((*TOLD, ("act", ACT | {"ref": "A2"})), "involvement", FORCE | {"ref": "P2", "act": "A9"}, "acts the record"),
    (TOLD, "involvement", FORCE | {"ref": "P2", "unit": "XOU-MUSLIM-1"}, "names belief or descent"),
    (TOLD, "involvement", FORCE | {"ref": "P2", "unit": "XOU-CLAN-1"}, "names belief or descent"),
    (TOLD, "involvement", FORCE | {"ref": "P2", "perpetrator": "tribe"}, "is no code of perpetrators"),
    (TOLD, "withdrawn", {"ref": "A7", "why": "w"}, "no act, victim, involvement or source"),
    (TOLD, "withdrawn", {"ref": "S1", "why": "w"}, "rest on this source"),
    (TOLD, "source", S2 | {"ref": "S3", "repeats": "S8"}, "sources the record does not have"),
    (TOLD, "source", S2 | {"ref": "S3", "heard_on": "2013-07-01"}, "heard_on: lies after today"),
    (TOLD, "judged", {"source": "S5", "reliability": "doubtful", "why": "w"}, "sources the record does not have"),
    (TOLD, "consented", CONSENT | {"was_explained": False}, "was_explained"),
    ((*TOLD, ("source", S2 | {"ref": "S3", "is_child": True})), "consented", CONSENT | {"source": "S3"}, "guardian"),
    (TOLD, "disputed", {"by": "source", "what": "w", "on": "2013-02-01"}, "entered as one"),
    (TOLD, "disputed", {"by": "source", "source": "S8", "what": "w", "on": "2013-02-01"}, "sources the record"),
    (TOLD, "intervention", {"kind": "tracing", "on": "2013-02-01", "by": "b", "victims": ["V8"]}, "victims the record"),
    ((*TOLD, ("evidence", FILE)), "handed_on",
     {"evidence": "E1", "giver": "Moussa", "holder": "Ann", "on": "2013-02-01", "purpose": "p"}, "missing link"),
    ((*TOLD, ("evidence", FILE)), "handed_on",
     {"evidence": "E1", "giver": "Issa", "holder": "Ann", "on": "2013-01-14", "purpose": "p"}, "before the holder"),
    (TOLD, "copied", {"evidence": "E1", "sha256": "b" * 64, "made_by": "Ann", "on": "2013-02-01"}, "evidence the"),
    (TOLD[:1], "corroborated", CORROBORATED, "has no act"),
    (TOLD[:3], "corroborated", CORROBORATED, "2 credible sources that do not repeat one another (it has 1)"),
    ((*TOLD[:3], ("source", S2 | {"repeats": "S1"})), "corroborated", CORROBORATED, "(it has 1)"),
    ((*TOLD[:3], ("source", S2 | {"reliability": "doubtful"})), "corroborated", CORROBORATED, "(it has 1)"),
    ((*TOLD, ("act", ACT | {"ref": "A2"}), ("source", S2 | {"ref": "S3", "acts": ["A2"]}),
      ("withdrawn", {"ref": "S2", "why": "w"})), "corroborated", CORROBORATED, "Act A1 needs 2 credible"),
    (BORNE_OUT, "verified", VERIFIED | {"standard": "beyond reasonable doubt"}, STANDARD),
    ((*BORNE_OUT, ("disputed", {"by": "force", "what": "w", "on": "2013-02-11"})), "verified", VERIFIED, "weighed"),
    ((*BORNE_OUT, ("source", S9)), "verified", VERIFIED, "weighed"),
    ((*TOLD[:2], ("source", S1 | {"kind": "media"}), ("source", S2 | {"kind": "organisation"}),
      ("corroborated", CORROBORATED)), "verified", VERIFIED, "1 first-hand source (it has 0)"),
    (TOLD, "refuted", REFUTED | {"sources": ["S1"]}, "does not contradict"),
    ((*TOLD, ("source", S9), ("refuted", REFUTED)), "reopened", {"on": "2013-04-01", "new": ["S1"], "why": "w"},
     "known when"),
    ((*TOLD, ("victim", {"ref": "V2", "kind": "group", "acts": ["A1"], "age": "mixed", "sex": "mixed",
                         "status": "civilian", "least": 1, "best": 1, "most": 1}),
      ("victim", VICTIM | {"ref": "V3", "part_of": "V2"})), "victim", VICTIM | {"ref": "V4", "part_of": "V2"},
     "than the group had"),
    (TOLD, "joined", {"into": "r1", "why": "w"}, "names this record"),
    (SURE, "passed_on", PASSED, "1 of 1 sources have not consented"),
    (SURE, "passed_on", PASSED | {"sources": []}, "sources is empty"),
    ((*SURE, ("consented", CONSENT)), "passed_on", PASSED | {"sources": ["S8"]}, "names one the record does not"),
    ((*SURE, ("consented", CONSENT)), "passed_on", PASSED | {"recipient": "un_mechanism"}, "not consented"),
    ((*SURE, ("consented", CONSENT)), "passed_on", PASSED | {"on": "2013-01-31"}, "not consented"),
    ((*SURE, ("consented", CONSENT)), "passed_on", PASSED | {"sources": ["S1", "S2"]}, "1 of 2 sources"),
    ((*SURE, ("consented", CONSENT)), "passed_on", PASSED | {"answer_by": "2013-03-01"}, "before on"),
    ((*SURE, ("consented", CONSENT), ("consent_withdrawn", {"source": "S1", "on": "2013-02-05"})), "passed_on", PASSED,
     "not consented"),
    ((*SURE, ("consented", CONSENT), ("passed_on", PASSED)), "followed_up",
     {"recipient": "commission", "outcome": "no_answer", "on": "2013-05-01"}, "had not been passed on"),
    ((*SURE, ("consented", CONSENT), ("passed_on", PASSED)), "followed_up",
     {"recipient": "court", "outcome": "no_answer", "on": "2013-03-01"}, "had not been passed on"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "step", "fields", "words"), FAULTS, ids=[f"{one[1]}-{one[3][:30]}" for one in FAULTS]
)
def test_every_rule_stops_its_story(steps, step, fields, words):
    """The reason says what to do and holds no name."""
    said = refusal(story(*steps), step, **fields)
    assert words in said
    for secret in ("Awa", "Binta", "Issa", "Moussa", "MUSLIM", "Shots"):
        assert secret not in said


def test_no_rule_is_without_a_story_it_stops():
    """Each guard of the ledger speaks in one of the stories above, and would be missed."""
    spoke = set()
    for steps, name, fields, _ in FAULTS:
        record, step = story(*steps), LEDGER.steps[name]
        try:
            said = step.says.model_validate(fields)
        except ValidationError:
            continue
        reasons = [guard for guard in step.guards if guard(record, said, TODAY) is not None]
        spoke |= {reasons[0].__name__} if len(reasons) == 1 else set()
    assert spoke == {guard.__name__ for step in LEDGER for guard in step.guards}


@pytest.mark.parametrize(
    "step", [one for one in LEDGER if entering.days_are_past in one.guards], ids=lambda one: one.name
)
def test_no_day_may_lie_ahead(step):
    """Any day of a step but those to ask by."""
    for name in set(step.says.model_fields) & {"on", "began", "heard_on", "received_on"}:
        said = step.says.model_construct(**{name: TODAY + timedelta(days=1)})
        assert f"{name}: lies after today" in (entering.days_are_past(Record("rights", "r1"), said, TODAY) or "")


def test_consent_counts_again_when_given_anew():
    """After the withdrawal, not before it."""
    base = (*SURE, ("consented", CONSENT), ("consent_withdrawn", {"source": "S1", "on": "2013-02-05"}))
    assert (
        enter(story(*base, ("consented", CONSENT | {"on": "2013-02-07"})), "passed_on", **PASSED).state == "passed_on"
    )
    assert "not consented" in refusal(
        story(*base, ("consented", CONSENT | {"on": "2013-02-04"})), "passed_on", **PASSED
    )
    record = story(*base, ("consented", CONSENT | {"on": "2013-02-07"}))
    last = record.history[-2]
    erased = [*record.history, Happened("consent_withdrawn", None, "ann", START + timedelta(days=99))]
    assert last.step == "consent_withdrawn"
    assert "not consented" in refusal(Record("rights", "r1", "verified", record.values, tuple(erased)), "passed_on",
                                      **PASSED)  # fmt: skip


CHILD = VICTIM | {"age": "12-17"}


def test_a_violation_against_a_child_asks_for_more():
    """Trained monitor and task force; the number of a group of unknown age is not taken for children."""
    told = (*TOLD[:4], ("victim", CHILD), ("corroborated", CORROBORATED))
    record = story(*told)
    assert child_violation(record, live(record, "acts")[0]) == "killing_maiming"
    said = refusal(record, "verified", **VERIFIED)
    assert "task_force_on" in said
    assert "text unverified" in said
    assert enter(record, "verified", **VERIFIED, task_force_on="2013-02-19").state == "verified"
    untrained = story(TOLD[0], TOLD[1], ("source", S1 | {"by_trained_monitor": False}), TOLD[3], ("victim", CHILD),
                      ("corroborated", CORROBORATED))  # fmt: skip
    assert "monitor trained" in refusal(untrained, "verified", **VERIFIED, task_force_on="2013-02-19")
    adult = story(*TOLD)
    assert child_violation(adult, live(adult, "acts")[0]) == ""
    unknown = story(*TOLD[:4], ("victim", VICTIM | {"age": "unknown"}))
    assert child_violation(unknown, live(unknown, "acts")[0]) == ""
    school = story(TOLD[0], ("act", {"ref": "A1", "kind": "attack_on_school"}))
    assert child_violation(school, live(school, "acts")[0]) == "attack_school_hospital"
    assert {one.child for one in vocabularies()["acts"].values()} - {""} == set(vocabularies()["child_violations"])
    assert len(vocabularies()["child_violations"]) == 6


def test_own_observation_is_enough():
    """One source, the monitor's own eyes."""
    seen = ("source", S1 | {"kind": "own_observation"})
    assert story(*TOLD[:2], seen, ("corroborated", CORROBORATED), ("verified", VERIFIED)).state == "verified"


GROUP = {"ref": "V2", "kind": "group", "acts": ["A1"], "age": "mixed", "sex": "mixed", "status": "civilian",
         "least": 4, "best": 6, "most": 9}  # fmt: skip


def test_every_death_counts_once():
    """One woman alone, six of whom two are named, one counted elsewhere, one wounded only."""
    record = story(
        *TOLD, ("act", {"ref": "A2", "kind": "maiming"}), ("victim", GROUP),
        ("victim", VICTIM | {"ref": "V3", "part_of": "V2", "age": "child", "name": "Sory"}),
        ("victim", VICTIM | {"ref": "V4", "part_of": "V2", "sex": "male"}),
        ("victim", VICTIM | {"ref": "V5", "counted_in": "r2"}),
        ("victim", VICTIM | {"ref": "V6", "acts": ["A2"]}),
        ("victim", VICTIM | {"ref": "V7"}), ("withdrawn", {"ref": "V7", "why": "entered twice"}),
    )  # fmt: skip
    found = casualties([record])
    assert found[["least", "best", "most"]].sum().tolist() == [1 + 4, 1 + 6, 1 + 9]
    by = found.set_index(["age", "sex"])[["least", "best", "most"]].T.to_dict("list")
    assert by == {("18-59", "female"): [1, 1, 1], ("18-59", "male"): [1, 1, 1], ("child", "female"): [1, 1, 1],
                  ("mixed", "mixed"): [2, 4, 7]}  # fmt: skip
    assert counted_nowhere([record]) == ("r1",)
    other = story(*TOLD, record_id="r2")
    assert counted_nowhere([record, other]) == ()
    joined = enter(other, "joined", into="r3", why="same day and place")
    assert counted_nowhere([record, joined]) == ("r1", "r2")
    assert casualties([joined]).empty
    assert monthly([joined]).empty
    assert casualties([enter(joined, "parted", why="another market")])["best"].tolist() == [1]
    full = story(*TOLD, ("victim", GROUP | {"least": 1, "best": 1, "most": 1}),
                 ("victim", VICTIM | {"ref": "V3", "part_of": "V2"}))  # fmt: skip
    assert "than the group had at most" in refusal(full, "victim", **VICTIM | {"ref": "V4", "part_of": "V2"})
    assert "suffered other acts" in refusal(enter(full, "act", ref="A2", kind="maiming"), "victim",
                                            **VICTIM | {"ref": "V4", "part_of": "V2", "acts": ["A2"]})  # fmt: skip


def test_forces_stand_on_one_scale_and_an_act_by_two_counts_once():
    """State, intervening and armed groups in one list; "several" where two kinds took part."""
    record = story(*TOLD, ("involvement", FORCE | {"ref": "P2", "perpetrator": "group_signatory", "unit": "XOU-MOV-1"}))
    assert monthly([record])["perpetrator"].tolist() == ["several"]
    assert monthly([record])["count"].sum() == 1
    assert {one.side for one in vocabularies()["perpetrators"].values()} == {
        "state", "intervening", "armed_group", "company", "unknown"}  # fmt: skip


def test_custody_is_a_chain():
    """From holder to holder."""
    first = {"evidence": "E1", "giver": "issa", "holder": "Ann", "on": "2013-02-01", "purpose": "p"}
    record = story(*TOLD, ("evidence", FILE), ("handed_on", first))
    assert "missing link" in refusal(record, "handed_on", **first)
    again = first | {"giver": "Ann", "holder": "Ben", "on": "2013-02-02"}
    assert enter(record, "handed_on", **again).values["custody"][-1]["holder"] == "Ben"


def test_a_correction_may_leave_each_field_unsaid_or_empty():
    """As a form sends it: null for what does not change."""
    unsaid = dict.fromkeys(EVENT)
    for name, value in EVENT.items():
        if name in {"began", "ended", "month"}:
            continue
        record = enter(story(*TOLD), "corrected", **unsaid | {name: value})
        assert {key: record.values[key] for key in EVENT} == EVENT


IDENTITY = {"name", "born", "contact", "guardian", "taken_by", "holder", "giver", "made_by", "account", "shows"}
OPEN = {
    "reported": {"area", "month", "date_precision", "place_precision"},
    "corrected": {"area", "month", "date_precision", "place_precision"},
    "act": {"kind", "method"},
    "victim": {"kind", "age", "sex", "status", "least", "best", "most"},
    "involvement": {"perpetrator"},
    "source": {"kind", "says"},
    "intervention": {"kind"},
    "verified": {"standard"},
    "passed_on": {"recipient"},
    "followed_up": {"recipient", "outcome"},
}


@pytest.mark.parametrize("step", list(LEDGER), ids=lambda one: one.name)
def test_fields_are_held_as_closely_as_this_table_says(step):
    """Names and what leads to a person are identity; open is only what aggregates count; the rest is closed."""
    held = levels(step.says)
    assert {key for key, level in held.items() if level is Level.IDENTITY} == IDENTITY & set(held)
    assert {key for key, level in held.items() if level is Level.OPEN} == OPEN.get(step.name, set())
    assert all(one.description for one in step.says.model_fields.values()) or step.name == "corrected"
    assert step.means


def test_aggregates_carry_open_fields_alone():
    """Columns are open fields or made from them."""
    record = story(*SURE)
    open_fields = set().union(*OPEN.values()) | {"act", "standing", "child_violation", "count"}
    assert set(monthly([record])) | set(casualties([record])) <= open_fields
    text = monthly([record]).to_csv() + casualties([record]).to_csv()
    for secret in ("Binta", "Awa", "Kelani", "XOU-ARMY-2", "r1", "market"):
        assert secret not in text


def test_what_was_erased_does_not_stop_the_count():
    """A record without its first step, or without values, is left out."""
    record = Record("rights", "r1", "verified", MappingProxyType({"acts": [ACT]}))
    assert monthly([record]).empty
    assert casualties([record]).empty
    assert counted_nowhere([record]) == ()


def test_rules_and_codes_state_their_sources():
    """Whatever is from memory says so; labels in both languages; no two codes alike."""
    every = [*rules().tests, rules().standard_of_proof]
    assert {one.text_status for one in every} == {"unverified"}
    assert rules().standard_of_proof.text == STANDARD
    for name, codes in vocabularies().items():
        assert len({one.en for one in codes.values()}) == len(codes), name
        assert len({one.fr for one in codes.values()}) == len(codes), name
        assert not any(names_people(one) for one in codes), name
    assert rules().test("verified", child=True).id == "verified-child"
    assert rules().test("corroborated", child=True).id == "corroborated"
