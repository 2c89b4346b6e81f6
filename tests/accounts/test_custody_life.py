"""Random lives in custody against a life cycle written down a second time, as a table and a few plain conditions."""

from datetime import date, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.accounts.test_custody import SAID, T0
from toguna.accounts.book import Happened, Record, StepRefusedError, decide
from toguna.accounts.book.record import take
from toguna.accounts.custody import LEDGER, due, monthly

KEPT = ["apprehended", "registered", "held"]
AWAY = ["handed_over", "transferred", "followed_up"]
OUT = ["released", "escaped", "died"]
TABLE = {  # step -> states it may follow -> state it leads to; "=" stays
    "apprehended": {"": "apprehended"},
    "registered": {"apprehended": "registered"},
    "held": dict.fromkeys(["registered", "held"], "held"),
    "moved": dict.fromkeys(KEPT, "="),
    "notified": dict.fromkeys(["registered", "held"], "="),
    "examined": dict.fromkeys(KEPT, "="),
    "visited": dict.fromkeys(KEPT, "="),
    "extended": dict.fromkeys(["registered", "held"], "="),
    "risk_assessed": dict.fromkeys(KEPT, "="),
    "handed_over": dict.fromkeys(["registered", "held"], "handed_over"),
    "handed_over_in_breach": dict.fromkeys(KEPT, "handed_over"),
    "transferred": dict.fromkeys(["registered", "held"], "transferred"),
    "released": dict.fromkeys(KEPT, "released"),
    "escaped": dict.fromkeys(KEPT, "escaped"),
    "died": dict.fromkeys(KEPT, "died"),
    "inquiry_opened": {"died": "="},
    "inquiry_concluded": {"died": "="},
    "followed_up": dict.fromkeys(AWAY, "followed_up"),
    "breached": dict.fromkeys([*KEPT, *AWAY, *OUT], "="),
    "disputed": dict.fromkeys([*KEPT, *AWAY, *OUT, "closed"], "="),
    "corrected": dict.fromkeys([*KEPT, *AWAY, *OUT, "closed"], "="),
    "closed": dict.fromkeys(["released", "escaped", "died", "followed_up"], "closed"),
}
STATES = ["", *KEPT, *AWAY, *OUT, "closed"]
TIME = {
    name: next(
        key for key in (*(f"{name}_at",), "assessed_at", "handed_over_at", "none") if key in SAID[name] or key == "none"
    )
    for name in SAID
}
WRONG = [
    ("registered", {"told_reasons": False}),
    ("registered", {"medical_check": "not_done"}),
    ("registered", {"custody_number": ""}),
    ("held", {"separation": "not_there"}),
    ("visited", {"access": "refused"}),
    ("extended", {"authority_name": ""}),
    ("handed_over", {"assurances": ""}),
    ("released", {"property_went": "none_taken"}),
    ("inquiry_opened", {"independent": False}),
    ("followed_up", {"follow_up": "ill_treated"}),
    ("corrected", {"condition": None}),
    ("closed", {"surprise": 1}),
]


def test_the_ledger_has_the_steps_of_the_table_and_no_others():
    assert set(TABLE) == set(LEDGER.steps)
    for name, ways in TABLE.items():
        step = LEDGER.steps[name]
        assert set(step.after) == set(ways), name
        assert {step.to or "="} == set(ways.values()), name
    assert LEDGER.states() == set(STATES)


class Life(RuleBasedStateMachine):
    """One person; time passes, steps are tried, sometimes with something wrong."""

    @initialize(child=st.booleans(), woman=st.booleans(), force=st.sampled_from(["un_mission", "intervening_state"]))
    def begin(self, child, woman, force):
        self.record, self.state, self.hour = Record("custody", "c"), "", 0
        self.changes = {
            "age_group": "child" if child else "adult",
            "sex": "female" if woman else "male",
            "force": force,
        }
        self.child, self.woman = child, woman
        self.risk = self.left = None
        self.extended, self.inquiry, self.seen = 0, 0, False

    def enter(self, step, fields):
        """Try a step; the ledger must do as the table says, and say why where it refuses."""
        ways = TABLE[step]
        reasons = ()
        try:
            said = decide(LEDGER, self.record, step, fields, date(2020, 1, 1))
        except StepRefusedError as why:
            reasons = why.reasons or ("",)
        if reasons:
            assert all(len(one) > 10 and one.rstrip().endswith(".") for one in reasons)
            assert ("cannot follow" in reasons[0]) == (self.state not in ways)
            return False
        assert self.state in ways, f"{step} followed {self.state}"
        said = said.model_dump(mode="json", exclude_none=True)
        self.record = take(LEDGER, self.record, Happened(step, said, "x", T0))
        self.state = self.state if ways[self.state] == "=" else ways[self.state]
        return True

    @rule(
        step=st.sampled_from(sorted(TABLE)),
        hours=st.integers(0, 30),
        receiver=st.sampled_from(["police", "child_protection", "other_force"]),
        risk=st.sampled_from(["no_real_risk", "no_real_risk", "real_risk", "not_known"]),
    )
    def go_on(self, step, hours, receiver, risk):
        fields = dict(SAID[step])
        self.hour += hours
        now = (T0 + timedelta(hours=self.hour)).isoformat()
        if step == "apprehended":
            self.hour = self.hour if self.state else 0
            fields |= self.changes
        elif TIME[step] != "none":
            fields[TIME[step]] = now
        if step == "held":
            fields["female_staff"] = self.woman
        if step == "risk_assessed":
            fields |= {"assessed_receiver": receiver, "assessed_authority": "R", "risk": risk}
        if step in {"handed_over", "transferred", "handed_over_in_breach"}:
            fields |= {"receiver": receiver, "receiving_authority": "R"}
            if "account" in fields:
                fields["human_rights_told_at"] = now
        allowed = self.state in TABLE[step] and self.may(step, receiver)
        was = self.state
        done = self.enter(step, fields)
        assert done == allowed, (step, was, receiver, self.risk, self.hour)
        if done:
            self.note(step, receiver, risk)

    def right(self, receiver, step):
        if step == "transferred":
            return not self.child and receiver == "other_force"
        return receiver == ("child_protection" if self.child else "police")

    def safe(self, receiver):
        return self.risk is not None and self.risk[:2] == (receiver, "no_real_risk") and self.hour - self.risk[2] <= 720

    def may(self, step, receiver):
        """The conditions beyond the table, a second time."""
        if step in {"handed_over", "transferred"}:
            return self.safe(receiver) and self.right(receiver, step)
        if step == "handed_over_in_breach":
            return self.state == "apprehended" or not (self.safe(receiver) and self.right(receiver, step))
        if step == "extended":
            can = self.changes["force"] == "intervening_state" and not self.child
            return can and self.extended < 2 and self.hour <= 96 + 24 * self.extended
        if step == "inquiry_concluded":
            return self.inquiry >= 1
        if step == "closed" and self.state == "died":
            return self.inquiry == 2
        return step != "closed" or self.state != "followed_up"  # the year of visits is told elsewhere

    def note(self, step, receiver, risk):
        if step == "risk_assessed":
            self.risk = (receiver, risk, self.hour)
        if step == "extended":
            self.extended += 1
        if step == "inquiry_opened":
            self.inquiry = 1
        if step == "inquiry_concluded":
            self.inquiry = 2

    @rule(wrong=st.sampled_from(WRONG))
    def go_wrong(self, wrong):
        step, changes = wrong
        assert not self.enter(step, SAID[step] | self.changes_for(step) | changes)

    def changes_for(self, step):
        return {} if TIME[step] == "none" else {TIME[step]: (T0 + timedelta(hours=self.hour)).isoformat()}

    @invariant()
    def stands(self):
        if not hasattr(self, "record"):
            return
        assert self.record.state == self.state
        assert not self.record.conflicts
        found = due(self.record)
        assert list(found) == sorted(found, key=lambda one: one.by)
        assert bool(found) or self.state not in {*KEPT, "handed_over", "transferred"}
        assert self.state not in {"", "released", "escaped", "closed"} or not found

    def teardown(self):
        if hasattr(self, "record"):
            assert monthly([self.record])["count"].sum() == (self.state != "")


Life.TestCase.settings = settings(
    max_examples=120, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate]
)
TestLife = Life.TestCase


@pytest.mark.parametrize("step", sorted(TABLE))
def test_every_step_from_every_other_state_is_out_of_turn(step):
    for state in STATES:
        if state not in TABLE[step]:
            record = Record("custody", "c", state=state, values=SAID["apprehended"])
            with pytest.raises(StepRefusedError, match="cannot follow"):
                decide(LEDGER, record, step, SAID[step], date(2020, 1, 1))
