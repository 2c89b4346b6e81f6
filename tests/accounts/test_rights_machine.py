"""Random lives of a rights record beside a model written anew: no forbidden step, no refusal without a reason."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from toguna.accounts.book import Happened, Record, StepRefusedError, decide, fold
from toguna.accounts.book.record import take
from toguna.accounts.rights import LEDGER, casualties, monthly

TODAY = date(2013, 6, 30)
ACCOUNT = ["corrected", "act", "victim", "involvement", "withdrawn", "judged"]
BESIDE = ["source", "consented", "consent_withdrawn", "evidence", "handed_on", "copied", "intervention", "disputed"]
NEXT = {("", "reported"): "reported"}
for _at in ("reported", "corroborated"):
    NEXT |= {(_at, step): "reported" for step in ACCOUNT}
    NEXT |= {(_at, "refuted"): "refuted", (_at, "joined"): "joined"}
for _at in ("reported", "corroborated", "verified", "refuted", "passed_on", "followed_up"):
    NEXT |= {(_at, step): _at for step in BESIDE}
for _at in ("verified", "passed_on", "followed_up"):
    NEXT |= {(_at, "reversed"): "refuted", (_at, "reopened"): "reported", (_at, "passed_on"): "passed_on"}
NEXT |= {
    ("reported", "corroborated"): "corroborated",
    ("corroborated", "verified"): "verified",
    ("refuted", "reopened"): "reported",
    ("joined", "parted"): "reported",
    ("passed_on", "followed_up"): "followed_up",
    ("followed_up", "followed_up"): "followed_up",
}

DAYS = ["2013-01-10", "2013-02-01", "2013-03-01", "2013-03-01", "2013-06-30", "2013-07-01"]
PAST = DAYS[1:4]
A, S, V, P = ([f"{letter}{number}" for number in range(1, 5)] for letter in "ASVP")
E, R = ["E1", "E2"], ["court", "court", "commission"]
ONE = {name: [[one] for one in these] for name, these in (("A", A), ("S", S), ("V", V), ("R", R))}
TOLD = {"area": "XO0101", "month": "2013-01", "began": "2013-01-10", "ended": "2013-01-10", "date_precision": "day",
        "place_precision": "admin2", "summary": "s", "received_on": "2013-01-11"}  # fmt: skip
FIELDS = {  # what each field may be; drawn one by one
    "reported": {key: [value] for key, value in TOLD.items()} | {"ended": ["2013-01-10", "2013-01-09"]},
    "corrected": {"summary": ["s", None]},
    "act": {"ref": A, "kind": ["extrajudicial_killing", "maiming", "attack_on_school", "feud"]},
    "victim": {"ref": V, "kind": ["individual"], "acts": [*ONE["A"], ["A1"], ["A1", "A2"]], "age": ["child", "adult"],
               "sex": ["unknown"], "status": ["civilian"]},
    "involvement": {"ref": P, "act": A, "perpetrator": ["army", "police"], "degree": ["ordered"], "sources": ONE["S"]},
    "withdrawn": {"ref": [*A, *S, *V, *P], "why": ["w"]},
    "source": {"ref": S, "kind": ["victim", "media", "own_observation"],
               "says": ["supports", "supports", "contradicts"],
               "acts": [[], [], *ONE["A"]], "reliability": ["credible", "credible", "doubtful"], "heard_on": DAYS,
               "repeats": [None, None, *S], "by_trained_monitor": [True, False], "is_child": [True, False]},
    "judged": {"source": S, "reliability": ["credible", "doubtful"], "why": ["w"]},
    "consented": {"source": S, "to": ONE["R"], "on": DAYS, "how": ["oral"], "was_explained": [True],
                  "guardian": [None, "g"]},
    "consent_withdrawn": {"source": S, "on": DAYS},
    "evidence": {"ref": E, "sha256": ["a" * 64], "size": [1], "media_type": ["text/plain"], "kept_at": ["k"],
                 "shows": ["s"], "received_on": DAYS, "holder": ["h"]},
    "handed_on": {"evidence": E, "giver": ["h", "i"], "holder": ["h", "i"], "on": DAYS, "purpose": ["p"]},
    "copied": {"evidence": E, "sha256": ["b" * 64], "made_by": ["m"], "on": DAYS},
    "intervention": {"kind": ["tracing"], "on": DAYS, "by": ["b"], "victims": [[], *ONE["V"]]},
    "disputed": {"by": ["force"], "what": ["w"], "on": DAYS},
    "corroborated": {"on": PAST, "grounds": ["g"]},
    "verified": {"on": PAST, "standard": ["reasonable grounds to believe"], "grounds": ["g"],
                 "disputes_weighed": ["w", "w", None], "task_force_on": ["2013-03-01", "2013-03-01", None]},
    "refuted": {"on": PAST, "grounds": ["g"], "sources": ONE["S"]},
    "reopened": {"on": PAST, "new": [*ONE["S"], ["E1"]], "why": ["w"]},
    "joined": {"into": ["r1", "r2"], "why": ["w"]},
    "parted": {"why": ["w"]},
    "passed_on": {"recipient": R, "body": ["b"], "on": PAST, "sources": [[], ["S1", "S2"], *ONE["S"]]},
    "followed_up": {"recipient": R, "outcome": ["judged"], "on": PAST},
}  # fmt: skip
FIELDS["reversed"] = FIELDS["refuted"]


class Life(RuleBasedStateMachine):
    """One record."""

    def __init__(self):
        super().__init__()
        self.record = Record("rights", "r1")
        self.said = []  # steps taken, as this model remembers them
        self.state = ""

    @initialize(until=st.sampled_from(["", "reported", "corroborated", "verified", "passed_on", "refuted"]))
    def begin(self, until):
        """Lives begin at any state, so that the later ones are reached often."""
        if not until:
            return
        self.take("reported", TOLD)
        kind = "attack_on_school" if until == "corroborated" else "extrajudicial_killing"
        self.take("act", {"ref": "A1", "kind": kind})
        for ref, says in (("S1", "supports"), ("S2", "supports"), ("S3", "contradicts")):
            repeats = "S1" if until == "reported" and ref == "S2" else None
            self.take(
                "source",
                {
                    "ref": ref,
                    "kind": "victim",
                    "says": says,
                    "acts": [],
                    "heard_on": "2013-02-01",
                    "reliability": "credible",
                    "by_trained_monitor": True,
                    "is_child": False,
                    "repeats": repeats,
                },
            )
        if until == "reported":
            return
        if until == "refuted":
            self.take("refuted", {"on": "2013-02-01", "grounds": "g", "sources": ["S3"]})
        else:
            self.take("corroborated", {"on": "2013-02-01", "grounds": "g"})
        if until in ("verified", "passed_on"):
            self.take("verified", {"on": "2013-02-01", "standard": "reasonable grounds to believe", "grounds": "g",
                                   "disputes_weighed": "w"})  # fmt: skip
            self.take("consented", {"source": "S1", "to": ["court"], "on": "2013-02-01", "how": "oral",
                                    "was_explained": True})  # fmt: skip
        if until == "passed_on":
            self.take("passed_on", {"recipient": "court", "body": "b", "on": "2013-03-01", "sources": ["S1"]})
        assert self.state == until

    @rule(seed=st.integers(0, 2**32))
    def any_step(self, seed):
        """Any step, more often one that can follow, with fields good or bad."""
        draw = Random(f"{seed} {len(self.said)}")
        can = [step for state, step in NEXT if state == self.state]
        can += 4 * [step for step in can if step not in ACCOUNT + BESIDE]  # decisions come up often enough to matter
        step = draw.choice(can if draw.random() < 0.9 else sorted(FIELDS))
        fields = {key: draw.choice(these) for key, these in FIELDS[step].items()}
        if draw.random() < 0.05:
            fields.pop(draw.choice(sorted(fields)))
        if draw.random() < 0.05:
            fields["ethnic_group"] = "x"
        self.take(step, fields)

    def take(self, step, fields):
        """Ask the ledger, compare with the table and the model's own rules."""
        reasons = ()
        try:
            said = decide(LEDGER, self.record, step, fields, TODAY)
        except StepRefusedError as why:
            reasons = why.reasons or ("none given",)
        if reasons:
            assert all(one.endswith((".", ")")) for one in reasons)
            assert any("cannot follow" in one for one in reasons) == ((self.state, step) not in NEXT)
            return
        assert (self.state, step) in NEXT
        assert "ethnic_group" not in fields
        assert self.allows(step, fields)
        kept = said.model_dump(mode="json", exclude_none=True)
        at = datetime(2013, 1, 1, tzinfo=UTC) + timedelta(hours=len(self.said))
        self.record = take(LEDGER, self.record, Happened(step, kept, "ann", at))
        self.state = NEXT[self.state, step]
        self.said.append((step, fields))

    def allows(self, step, fields):
        """The rules told anew, from what was said alone."""
        if step in ("corroborated", "verified"):
            return all(self.supported(act, step, fields) for act in self.standing("act")) and self.standing("act")
        if step in ("refuted", "reversed"):
            against = {one["ref"] for one in self.standing("source") if one["says"] == "contradicts"}
            return set(fields["sources"]) <= against
        if step == "passed_on":
            return fields["sources"] and all(self.consents(one, fields["recipient"]) for one in fields["sources"])
        if step == "reopened":
            judged = max(n for n, (one, _) in enumerate(self.said) if one in ("verified", "refuted", "reversed"))
            later = {one["ref"] for name, one in self.said[judged:] if name in ("source", "evidence")}
            return set(fields["new"]) <= later
        if "ref" in fields and step != "withdrawn":
            return fields["ref"] not in {one.get("ref") for name, one in self.said if name != "withdrawn"}
        return True

    def standing(self, kind):
        gone = {one["ref"] for name, one in self.said if name == "withdrawn"}
        return [one for name, one in self.said if name == kind and one["ref"] not in gone]

    def supported(self, act, level, fields):
        """Two origins, one first-hand when verified, or own observation; more where a child is concerned."""
        judged = {one["source"]: one["reliability"] for name, one in self.said if name == "judged"}
        good = [
            one for one in self.standing("source")
            if one["says"] == "supports" and judged.get(one["ref"], one.get("reliability", "not_judged")) == "credible"
            and (not one.get("acts") or act["ref"] in one["acts"])
        ]  # fmt: skip
        repeats = {one["ref"]: one.get("repeats") for name, one in self.said if name == "source"}

        def root(ref):
            return ref if repeats[ref] is None else root(repeats[ref])

        first = [one for one in good if one["kind"] != "media" and one.get("repeats") is None]
        own = any(one["kind"] == "own_observation" for one in good)
        enough = own or len({root(one["ref"]) for one in good}) >= 2
        if level == "corroborated":
            return enough
        child = act["kind"] == "attack_on_school" or any(
            one["age"] == "child" and act["ref"] in one["acts"] for one in self.standing("victim")
        )
        if child and not (fields.get("task_force_on") and any(one.get("by_trained_monitor") for one in first)):
            return False
        disputed = any(one["says"] == "contradicts" for one in self.standing("source")) or any(
            name == "disputed" for name, _ in self.said
        )
        return enough and (own or first) and (not disputed or fields.get("disputes_weighed"))

    def consents(self, source, recipient):
        """Whether the last word of a source is yes."""
        yes = False
        for name, one in self.said:
            if name == "consented" and one["source"] == source:
                yes = yes or recipient in one["to"]
            if name == "consent_withdrawn" and one["source"] == source:
                yes = False
        return yes

    @invariant()
    def as_the_model(self):
        """State by the table; nothing said is lost."""
        assert self.record.state == self.state
        assert len(self.record.history) == len(self.said)

    def teardown(self):
        """At the end: the same when folded from the start; every death once."""
        assert fold(LEDGER, "r1", self.record.history) == self.record
        assert not self.record.conflicts
        deadly = {one["ref"] for one in self.standing("act") if one["kind"] == "extrajudicial_killing"}
        dead = sum(bool(deadly & set(one["acts"])) for one in self.standing("victim"))
        told = self.state not in ("", "joined")
        assert casualties([self.record])["best"].sum() == dead * told
        assert monthly([self.record])["count"].sum() == len(self.standing("act")) * told


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, derandomize=True, phases=[Phase.generate]
)


def test_the_table_speaks_of_every_step_and_state():
    """The transitions above are those the ledger declares."""
    assert {(state, one.name): one.to or state for one in LEDGER for state in one.after} == NEXT
    assert set(FIELDS) == set(LEDGER.steps)
