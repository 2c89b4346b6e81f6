"""Due diligence: a life by hand, random lives against a table, every rule with a story it stops, levels of fields."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pydantic import ValidationError

from toguna.accounts.book import Happened, Level, Record, StepRefusedError, decide, fold, levels
from toguna.accounts.book.record import take
from toguna.accounts.due_diligence import LEDGER, monthly
from toguna.accounts.due_diligence.guards import day_is_past
from toguna.accounts.due_diligence.rules import rules, vocabularies

TODAY = date(2013, 12, 31)
START = datetime(2013, 1, 1, tzinfo=UTC)
FORCE = {"unit": "XOU-ARMY-2", "force": "Second Battalion", "kind": "army", "area": "XO0201", "base": "Kelani",
         "month": "2013-01", "on": "2013-01-05", "support": ["logistics"]}  # fmt: skip
BEGUN = ("begun", {"on": "2013-01-10", "why": "fuel was asked for"})
ELEMENTS = ["conduct", "accountability", "command", "corrective_measures", "misuse", "monitoring"]


def assessed(element, finding="low"):
    return ("assessed", {"on": "2013-01-20", "element": element, "finding": finding, "sources": ["un_reports"],
                         "grounds": "g"})  # fmt: skip


LOW = tuple(assessed(one) for one in ELEMENTS)
RISKY = (*LOW[1:], assessed("conduct", "medium"))
MEASURE = ("mitigated", {"on": "2013-01-25", "element": "conduct", "measure": "training", "by": "mission",
                         "until": "2013-04-01"})  # fmt: skip
CLEAR = {"on": "2013-02-01", "review_by": "2013-08-01", "grounds": "g"}
FLAG = {"on": "2013-03-10", "acts": ["extrajudicial_killing"], "standard": "substantial grounds for believing",
        "sources": ["verified_records"], "grounds": "g", "review_by": "2013-05-01"}  # fmt: skip
SUSPEND = {"on": "2013-04-01", "grounds": "g", "told": "ministry", "review_by": "2013-06-01"}
INTERCEDE = {"on": "2013-05-01", "authority": "ministry", "asked": "a", "answer": "measures_taken"}
WATCH = {"on": "2013-05-10", "measures_kept": True, "found": "f"}
LIFT = {"on": "2013-06-10", "measures_taken": "Those concerned stand trial."}
MOVE = {"on": "2013-07-01", "area": "XO0101", "base": "Doumba"}


def enter(record, step, days=None, **fields):
    """The record after a step that is allowed; entered on its own day."""
    said = decide(LEDGER, record, step, fields, TODAY)
    at = START + timedelta(days=len(record.history)) if days is None else START + timedelta(days=days)
    return take(LEDGER, record, Happened(step, said.model_dump(mode="json", exclude_none=True), "ann", at))


def story(*steps, record_id="d1"):
    """A record after steps given as (name, fields)."""
    record = Record(LEDGER.name, record_id)
    for name, fields in (("identified", FORCE), *steps):
        record = enter(record, name, **fields)
    return record


def refusal(record, step, **fields):
    """Why a step is not entered."""
    with pytest.raises(StepRefusedError) as why:
        decide(LEDGER, record, step, fields, TODAY)
    return " ".join(why.value.reasons)


CLEARED = (BEGUN, *LOW, ("cleared", CLEAR))
MITIGATED = (BEGUN, *RISKY, MEASURE, ("cleared_with_mitigation", CLEAR))
FLAGGED = (*CLEARED, ("flagged", FLAG))


def test_a_force_is_cleared_flagged_suspended_lifted_and_looked_at_again():
    """The whole way; lifting takes two and clears nothing."""
    record = story(*FLAGGED, ("suspended", SUSPEND))
    assert record.state == "suspended"
    assert [one.by.date() for one in LEDGER.due(record)] == [date(2013, 6, 1)]
    record = enter(record, "reviewed", on="2013-06-01", found="f", review_by="2013-08-01")
    assert [one.by.date() for one in LEDGER.due(record)] == [date(2013, 8, 1)]
    for step, fields in (("interceded", INTERCEDE), ("monitored", WATCH)):
        record = enter(record, step, **fields)
    record = enter(record, "lifted", **LIFT)
    assert record.state == "lifted"
    assert LEDGER.due(record) == ()
    assert "cannot follow" in refusal(record, "cleared", **CLEAR)
    record = enter(record, "begun", on="2013-06-20", why="w")
    assert "Not assessed yet: accountability, command, conduct" in refusal(record, "cleared",
                                                                        **CLEAR | {"on": "2013-06-21"})  # fmt: skip
    assert {one.name for one in LEDGER if one.two_person} == {"lifted", "moved", "corrected"}
    assert monthly([record]).to_dict("records") == [
        {"area": "XO0201", "month": "2013-01", "kind": "army", "state": "under_assessment", "count": 1}
    ]


def test_measures_agreed_fall_due_until_monitoring_finds_them_kept():
    """Soonest first."""
    record = story(*MITIGATED)
    assert [one.by.date() for one in LEDGER.due(record)] == [date(2013, 4, 1), date(2013, 8, 1)]
    early = enter(record, "monitored", **WATCH | {"on": "2013-03-01"})
    assert len(LEDGER.due(early)) == 2
    assert [one.by.date() for one in LEDGER.due(enter(record, "monitored", **WATCH))] == [date(2013, 8, 1)]


ACTED = (*FLAGGED, ("interceded", INTERCEDE), ("monitored", WATCH))
FAULTS = [
    ((), "begun", BEGUN[1] | {"on": "2014-01-01"}, "after today"),
    ((), "begun", BEGUN[1] | {"on": "2013-01-01"}, None),
    ((BEGUN,), "cleared", CLEAR, "Not assessed yet"),
    ((BEGUN, *LOW[1:]), "cleared", CLEAR, "Not assessed yet: conduct"),
    ((BEGUN, *RISKY), "cleared", CLEAR, "A risk was found in conduct"),
    ((BEGUN, *LOW), "cleared_with_mitigation", CLEAR, "nothing to mitigate"),
    ((BEGUN, *RISKY), "cleared_with_mitigation", CLEAR, "No measure answers the risk in conduct"),
    ((BEGUN, *RISKY, (MEASURE[0], MEASURE[1] | {"element": "misuse"})), "cleared_with_mitigation", CLEAR, "No measure"),
    ((BEGUN, *LOW), "cleared", CLEAR | {"review_by": "2014-02-02"}, "at most 365 days"),
    ((BEGUN, *LOW), "cleared", CLEAR | {"review_by": "2013-02-01"}, "must lie after on"),
    ((BEGUN, *LOW), "cleared", CLEAR | {"on": "2013-01-09"}, "before the last decision"),
    (CLEARED, "flagged", FLAG | {"review_by": "2013-06-09"}, "at most 90 days"),
    (CLEARED, "flagged", FLAG | {"acts": ["ill_treatment"]}, "is no grave violation"),
    (CLEARED, "flagged", FLAG | {"standard": "rumour"}, "substantial grounds for believing"),
    (FLAGGED, "lifted", LIFT, "No intervention since"),
    ((*CLEARED, ("interceded", INTERCEDE), ("flagged", FLAG)), "lifted", LIFT, "No intervention since"),
    ((*FLAGGED, ("interceded", INTERCEDE | {"answer": "promised"})), "lifted", LIFT, "No intervention since"),
    ((*FLAGGED, ("interceded", INTERCEDE)), "lifted", LIFT, "must show no grave"),
    ((*ACTED, ("monitored", WATCH | {"acts": ["rape"]})), "lifted", LIFT, "must show no grave"),
    (CLEARED, "corrected", {}, "says nothing"),
    (CLEARED, "corrected", {"month": "2013-02"}, "month is not that of on"),
    (CLEARED, "corrected", {"force": "Muslim volunteers"}, "names belief or descent"),
    (CLEARED, "corrected", {"tribe": "x"}, "is not a field"),
    (CLEARED, "corrected", {"kind": "united_nations"}, "is no kind of force the policy covers"),
    (CLEARED, "corrected", {"force": "=cmd()"}, "one line"),
    (CLEARED, "moved", MOVE | {"on": "2013-01-31"}, "before the last decision"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "step", "fields", "words"), [one for one in FAULTS if one[3]],
                         ids=[f"{one[1]}-{one[3][:30]}" for one in FAULTS if one[3]])  # fmt: skip
def test_every_rule_stops_its_story(steps, step, fields, words):
    """The reason says what to do."""
    assert words in refusal(story(*steps), step, **fields)


def test_no_rule_is_without_a_story_it_stops():
    """Each guard speaks alone in one of the stories above."""
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
    assert all(day_is_past in one.guards for one in LEDGER)


OPEN = {"kind", "area", "month", "element", "measure", "acts", "standard"}


@pytest.mark.parametrize("step", list(LEDGER), ids=lambda one: one.name)
def test_fields_are_held_as_closely_as_said_here(step):
    """No field names a person, so none is identity; open is what is counted."""
    held = levels(step.says)
    assert {key for key, level in held.items() if level is Level.OPEN} == OPEN & set(held)
    assert Level.IDENTITY not in held.values()


ALL = ["unchecked", "under_assessment", "cleared", "cleared_with_mitigation", "flagged", "suspended", "lifted"]
NEXT = {("", "identified"): "unchecked", ("flagged", "suspended"): "suspended"}
NEXT |= {(one, step): one for one in ALL for step in ("corrected", "moved", "interceded", "disputed")}
NEXT |= {(one, "monitored"): one for one in ALL[1:]}
NEXT |= {(one, "begun"): "under_assessment" for one in ("unchecked", "lifted", "cleared", "cleared_with_mitigation")}
NEXT |= {("under_assessment", step): step for step in ("cleared", "cleared_with_mitigation")}
NEXT |= {("under_assessment", step): "under_assessment" for step in ("assessed", "mitigated")}
NEXT |= {("cleared_with_mitigation", "mitigated"): "cleared_with_mitigation"}
NEXT |= {(one, "flagged"): "flagged" for one in ALL if one not in ("flagged", "suspended")}
for _one in ("cleared", "cleared_with_mitigation"):
    NEXT |= {(_one, "suspended"): "suspended", (_one, "reviewed"): _one}
for _one in ("flagged", "suspended"):
    NEXT |= {(_one, "lifted"): "lifted", (_one, "reviewed"): _one}


def test_the_table_speaks_of_every_step_and_state():
    """The transitions above are those the ledger declares."""
    assert {(state, one.name): one.to or state for one in LEDGER for state in one.after} == NEXT


class Life(RuleBasedStateMachine):
    """One force; days go by as steps are taken."""

    def __init__(self):
        super().__init__()
        self.record = Record(LEDGER.name, "d1")
        self.state, self.number = "", 0
        self.found, self.measured = {}, set()
        self.acted = self.clean = False

    @rule(seed=st.integers(0, 2**32))
    def any_step(self, seed):
        """Any step, more often one that can follow."""
        draw = Random(f"{seed} {self.number}")
        can = [step for state, step in NEXT if state == self.state]
        step = draw.choice(can if draw.random() < 0.9 else sorted(LEDGER.steps))
        self.number += 1
        day = date(2013, 1, 5) + timedelta(days=self.number)
        review = (day + timedelta(days=draw.choice([0, 60, 80, 200, 400]))).isoformat()
        element = draw.choice(ELEMENTS)
        fields = {
            "identified": FORCE, "corrected": {"base": draw.choice(["Kelani", None])}, "moved": MOVE,
            "begun": BEGUN[1], "assessed": assessed(element, draw.choice(["low", "low", "medium", "high"]))[1],
            "mitigated": MEASURE[1] | {"element": element}, "cleared": CLEAR | {"review_by": review},
            "cleared_with_mitigation": CLEAR | {"review_by": review}, "flagged": FLAG | {"review_by": review},
            "suspended": SUSPEND | {"review_by": review}, "lifted": LIFT,
            "reviewed": {"found": "f", "review_by": review},
            "monitored": WATCH | {"acts": draw.choice([[], ["torture"], ["arbitrary_detention"]])},
            "interceded": INTERCEDE | {"answer": draw.choice(["measures_taken", "refused"])},
            "disputed": {"by": "b", "what": "w"},
        }[step]  # fmt: skip
        if step not in ("identified", "corrected"):
            fields = fields | {"on": day.isoformat()}
        self.take(step, fields, element)

    def take(self, step, fields, element):
        """Ask the ledger, compare with the table and the rules told anew."""
        reasons = ()
        try:
            record = enter(self.record, step, days=self.number, **fields)
        except StepRefusedError as why:
            reasons = why.reasons or ("none given",)
        if reasons:
            assert reasons != ("none given",)
            assert any("cannot follow" in one for one in reasons) == ((self.state, step) not in NEXT)
            return
        assert (self.state, step) in NEXT
        risky = {key for key, one in self.found.items() if one != "low"}
        if step in ("cleared", "cleared_with_mitigation"):
            assert set(self.found) == set(ELEMENTS)
            assert (step == "cleared") == (not risky)
            assert step == "cleared" or risky <= self.measured
        if step == "lifted":
            assert self.acted
            assert self.clean
        if "review_by" in fields:
            gap = (date.fromisoformat(fields["review_by"]) - date.fromisoformat(fields["on"])).days
            assert 0 < gap <= (90 if NEXT[self.state, step] in ("flagged", "suspended") else 365)
        if step == "begun":
            self.found, self.measured = {}, set()
        if step in ("flagged", "suspended") and self.state != "flagged":
            self.acted = self.clean = False
        self.found |= {element: fields["finding"]} if step == "assessed" else {}
        self.measured |= {element} if step == "mitigated" else set()
        self.acted |= step == "interceded" and fields["answer"] == "measures_taken"
        self.clean = "torture" not in fields["acts"] if step == "monitored" else self.clean
        self.record, self.state = record, NEXT[self.state, step]

    @invariant()
    def as_the_model(self):
        """State by the table, and the same when folded from the start."""
        assert self.record.state == self.state
        assert fold(LEDGER, "d1", self.record.history) == self.record


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, derandomize=True, phases=[Phase.generate]
)


def test_rules_and_codes_state_their_sources():
    """Both languages, a source and its status; our own rules say Toguna."""
    assert rules().standard.text_status == "unverified"
    assert rules().review_within_days.cited == "(Toguna; text verified)"
    assert set(vocabularies()["elements"]) == set(ELEMENTS)
    for name, codes in vocabularies().items():
        assert len({one.fr for one in codes.values()}) == len(codes), name
