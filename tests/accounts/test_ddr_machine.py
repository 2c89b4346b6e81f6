"""Random steps with random fields, checked against a life cycle written down a second time, by hand."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from toguna.accounts.book.record import Happened, Record, StepRefusedError, decide, fold, take
from toguna.accounts.ddr import LEDGER, subject

TODAY = date(2026, 6, 30)
ON = {"on": "2026-02-01"}
WEAPON = "w-" + "ab" * 16
COMBATANT, WOMAN, CVR = "combatant", "woman_associated", "cvr"

TRACK = {
    "presented",
    "screened",
    "eligible",
    "ineligible",
    "appealed",
    "disarmed",
    "demobilised",
    "reinserted",
    CVR + "_enrolled",
}
OVER = {"reintegrated", "cvr_completed", "withdrawn", "referred", "set_aside", "age_doubted", "moved"}
CHILD = {"child_present", "released", "child_left", "found_adult"}
TABLE = {  # step: (states it may follow, state it leads to; None: stays)
    "presented": ({""}, "presented"),
    "referred_at_once": ({""}, "referred"),
    "child_presented": ({""}, "child_present"),
    "screened": ({"presented", "screened"}, "screened"),
    "rights_screened": (TRACK, None),
    "found_eligible": ({"screened"}, "eligible"),
    "found_ineligible": ({"screened"}, "ineligible"),
    "appealed": ({"ineligible"}, "appealed"),
    "appeal_upheld": ({"appealed"}, "eligible"),
    "appeal_refused": ({"appealed"}, "ineligible"),
    "eligibility_reversed": ({"eligible", "disarmed", "demobilised", "reinserted", "cvr_enrolled"}, "ineligible"),
    "disarmed": ({"eligible"}, "disarmed"),
    "demobilised": ({"eligible", "disarmed"}, "demobilised"),
    "reinserted": ({"demobilised"}, "reinserted"),
    "reintegrated": ({"reinserted"}, "reintegrated"),
    "paid": ({"demobilised", "reinserted", "cvr_enrolled"}, None),
    "cvr_enrolled": ({"eligible"}, "cvr_enrolled"),
    "cvr_completed": ({"cvr_enrolled"}, "cvr_completed"),
    "withdrawn": (TRACK, "withdrawn"),
    "presented_again": ({"withdrawn"}, "presented"),
    "referred": (TRACK, "referred"),
    "set_aside": (TRACK | {"withdrawn"}, "set_aside"),
    "age_doubted": (TRACK | {"reintegrated", "cvr_completed", "withdrawn", "referred"}, "age_doubted"),
    "child_record_opened": ({"age_doubted"}, "moved"),
    "corrected": (TRACK, None),
    "disputed": (TRACK | OVER, None),
    "age_found_child": ({"child_present"}, None),
    "found_adult": ({"child_present"}, "found_adult"),
    "released": ({"child_present"}, "released"),
    "child_left": ({"child_present"}, "child_left"),
    "child_corrected": (CHILD, None),
    "child_disputed": (CHILD, None),
}
PLAIN = {
    "appealed", "demobilised", "cvr_enrolled", "cvr_completed", "withdrawn", "presented_again", "age_doubted",
    "child_record_opened", "child_left",
}  # fmt: skip
PLACE = {"area": "XX01", "month": "2026-01", "on": "2026-01-05"}


def test_the_table_has_every_step():
    """Nothing may happen that is not written here."""
    assert set(TABLE) == set(LEDGER.steps)
    for name, (after, to) in TABLE.items():
        assert LEDGER.steps[name].after == after, name
        assert LEDGER.steps[name].to == to, name


class Life(RuleBasedStateMachine):
    """A record, and what must be true of it by another account."""

    def __init__(self):
        super().__init__()
        self.record = Record("ddr", "7f")
        self.state, self.category, self.doubt = "", None, False
        self.facts, self.cleared, self.appealed, self.time = {}, None, False, 0

    @initialize(
        kind=st.sampled_from([COMBATANT, COMBATANT, WOMAN, CVR, "child", "in_doubt", "victim"]),
        depth=st.integers(0, 7),
        passes=st.sampled_from([True, True, False]),
    )
    def begin(self, kind, depth, passes):
        """Present somebody and go some way down the track, so that every state is met often."""
        if kind in {COMBATANT, WOMAN, CVR}:
            self.attempt("presented", PLACE | {"category": kind, "age": "adult", "site": "s"}, fits=True)
            self.category = kind
            for step in self.way(passes)[:depth]:
                step()
        elif kind == "victim":
            self.attempt("referred_at_once", PLACE | {"category": kind, "service": "health"}, fits=True)
        else:
            self.attempt("child_presented", PLACE | {"age": kind, "site": "s"}, fits=True)
            self.doubt = kind == "in_doubt"

    def way(self, passes):
        """The steps of those who are eligible, or of those who are not and appeal."""
        weapons = 1 if self.category == COMBATANT else None
        first = [
            lambda: self.screened(passes, passes or None, passes, weapons, None, None),
            lambda: self.rights("nothing_known" if passes else "not_agreed"),
            lambda: self.judged(None, "2026-02-01"),
        ]
        if not passes:
            return [*first, lambda: self.plain("appealed", 0)]
        if self.category == CVR:
            return [*first, lambda: self.plain("cvr_enrolled", 0)]
        arms = [lambda: self.disarmed(1, False)] if self.category == COMBATANT else []
        return [*first, *arms, lambda: self.plain("demobilised", 0), lambda: self.reinserted(12)]

    def attempt(self, step, fields, *, fits):
        """Take a step; it must pass exactly where state and fields allow it."""
        after, to = TABLE[step]
        wanted = fits and self.state in after
        said, reasons = None, ()
        try:
            said = decide(LEDGER, self.record, step, fields, TODAY)
        except StepRefusedError as why:
            reasons = why.reasons
        assert (said is not None) == wanted, f"{step} from {self.state!r} with {fields}: {reasons}"
        if said is None:
            assert reasons
            assert all(reason.endswith(".") for reason in reasons)
            return False
        self.time += 1
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=self.time)
        self.record = take(LEDGER, self.record, Happened(step, said.model_dump(mode="json"), "clerk", at))
        self.state = self.state if to is None else to
        return True

    @precondition(lambda self: self.state in {"presented", "screened"})
    @rule(
        group=st.sampled_from([None, True, True, True, False]),
        interview=st.sampled_from([None, True, True, False]),
        chosen=st.sampled_from([None, True, False]),
        weapons=st.sampled_from([None, 0, 1, 1]),
        shares=st.sampled_from([None, 0.4, 1.2]),
        knows=st.sampled_from([None, True, False]),
        asks=st.booleans(),
    )
    def screen(self, group, interview, chosen, weapons, shares, knows, asks):
        arms = (weapons, shares, knows) if asks else (None, None, None)
        self.screened(group, interview, chosen, *arms)

    def screened(self, group, interview, chosen, weapons, shares, knows):
        arms = {"weapons_brought": weapons, "group_weapons_per_person": shares, "knows_weapon": knows}
        facts = {"in_listed_group": group, "confirmed_by_interview": interview, "chosen_by_community": chosen} | arms
        known = {name: answer for name, answer in facts.items() if answer is not None}
        fits = self.category == COMBATANT or not set(known) & set(arms)
        if self.attempt("screened", ON | {"screened_by": "a", "criteria_version": "template-1"} | facts, fits=fits):
            self.facts |= known

    @precondition(lambda self: self.state in TRACK)
    @rule(outcome=st.sampled_from(["nothing_known", "nothing_known", "agreed", "waits", "not_agreed"]))
    def look_into_rights(self, outcome):
        self.rights(outcome)

    def rights(self, outcome):
        self.attempt("rights_screened", ON | {"outcome": outcome}, fits=True)
        self.cleared = {"nothing_known": True, "agreed": True, "waits": None, "not_agreed": False}[outcome]

    def answers(self):
        """Each criterion of the template for the category: True, False, or None while not known."""
        f = self.facts.get
        if self.category == CVR:
            found = {"community": f("chosen_by_community")}
        else:
            known = f("confirmed_by_interview")
            # the group's list is never asked here, so a "no" of the interview alone leaves it open
            found = {"group": f("in_listed_group"), "membership": True if known else None}
        if self.category == COMBATANT:
            each = [f("weapons_brought"), f("group_weapons_per_person"), f("knows_weapon")]
            met = [None if one is None else one >= 1 for one in each]
            found["weapon"] = True if True in met else None if None in met else False
        return found | {"rights": self.cleared}

    @precondition(lambda self: self.state in TRACK)
    @rule(
        reasons=st.sampled_from([None, ["weapon"], ["group"], []]), told=st.sampled_from(["2026-02-01", "2026-01-31"])
    )
    def judge(self, reasons, told):
        self.judged(reasons, told)

    def judged(self, reasons, told):
        found = self.answers()
        self.attempt("found_eligible", ON | {"decided_by": "a"}, fits=all(one is True for one in found.values()))
        failed = sorted(name for name, met in found.items() if met is False)
        given = failed if reasons is None else reasons
        fits = bool(failed) and sorted(given) == failed and told == "2026-02-01"
        fields = ON | {"decided_by": "a", "reasons": given, "explained_on": told}
        if self.attempt("found_ineligible", fields, fits=fits):
            self.appealed = False

    @precondition(lambda self: self.state in {"ineligible", "appealed"} | TRACK)
    @rule(
        step=st.sampled_from(["appeal_upheld", "appeal_refused"]),
        by=st.sampled_from(["a", "clerk", "b"]),
        why=st.booleans(),
    )
    def decide_appeal(self, step, by, why):
        self.decide(step, by, why)

    def decide(self, step, by, why):
        reasons = ["rights"] if why else ["looks"]
        self.attempt(step, ON | {"decided_by": by, "reasons": reasons}, fits=by == "b" and why)

    @rule(why=st.booleans())
    def reverse(self, why):
        self.reversed(why)

    def reversed(self, why):
        fields = ON | {"decided_by": "a", "reasons": ["rights"] if why else ["looks"], "explained_on": "2026-02-01"}
        if self.attempt("eligibility_reversed", fields, fits=why):
            self.appealed = False

    @rule(number=st.integers(0, 2), same=st.booleans())
    def disarm(self, number, same):
        self.disarmed(number, same)

    def disarmed(self, number, same):
        weapons = [WEAPON[:-1] + ("0" if same else str(n)) for n in range(number)]
        wanted = self.facts.get("weapons_brought") or 0
        fits = self.category == COMBATANT and number == wanted and len(set(weapons)) == number
        self.attempt("disarmed", ON | {"weapons": weapons}, fits=fits)

    @rule(months=st.integers(0, 14))
    def reinsert(self, months):
        self.reinserted(months)

    def reinserted(self, months):
        self.attempt("reinserted", ON | {"months": months}, fits=1 <= months <= 12)

    @rule(pick=st.integers(0, 999))
    def go_on(self, pick):
        """Any step the state allows, with fields that fit it."""
        steps = sorted(step for step, (after, _) in TABLE.items() if self.state in after)
        step = steps[pick % len(steps)]
        weapons = 1 if self.category == COMBATANT else None
        proper = {
            "screened": lambda: self.screened(*(pick > 99, True, True), *(weapons, None, None)),
            "rights_screened": lambda: self.rights("agreed" if pick > 99 else "not_agreed"),
            "found_eligible": lambda: self.judged(None, "2026-02-01"),
            "found_ineligible": lambda: self.judged(None, "2026-02-01"),
            "appeal_upheld": lambda: self.decide(step, "b", True),
            "appeal_refused": lambda: self.decide(step, "b", True),
            "eligibility_reversed": lambda: self.reversed(True),
            "disarmed": lambda: self.disarmed(self.facts.get("weapons_brought") or 0, False),
            "reinserted": lambda: self.reinserted(6),
            "age_found_child": lambda: self.aged(step, True),
            "found_adult": lambda: self.aged(step, True),
            "released": lambda: self.let_go(True),
            "corrected": lambda: self.put_right(None),
        }
        if step in PLAIN:
            self.plain(step, 0)
        elif step in proper:
            proper[step]()
        else:
            self.said_beside(step)

    @rule(step=st.sampled_from(sorted(PLAIN)), rare=st.integers(0, 3))
    def other(self, step, rare):
        self.plain(step, rare)

    def plain(self, step, early):
        fits = early != 3
        fits &= (
            step != "demobilised" or self.category == WOMAN or (self.category == COMBATANT and self.state == "disarmed")
        )
        fits &= step != "cvr_enrolled" or self.category == CVR
        fits &= step != "appealed" or not self.appealed
        taken = self.attempt(step, {"on": "2026-01-04"} if early == 3 else ON, fits=fits)
        self.appealed |= taken and step == "appealed"

    @rule(step=st.sampled_from(["age_found_child", "found_adult"]), guarded=st.booleans())
    def decide_age(self, step, guarded):
        self.aged(step, guarded)

    def aged(self, step, guarded):
        fields = ON | {"decided_by": "b"} | ({"by_child_protection": guarded} if step == "found_adult" else {})
        if self.attempt(step, fields, fits=self.doubt and (guarded or step != "found_adult")):
            self.doubt = False

    @rule(free=st.booleans())
    def release(self, free):
        self.let_go(free)

    def let_go(self, free):
        self.attempt("released", ON | {"to": "x", "unconditional": free}, fits=free)

    @rule(category=st.sampled_from([None, COMBATANT, WOMAN, CVR]))
    def correct(self, category):
        self.put_right(category)

    def put_right(self, category):
        fits = category is None or self.state == "presented"
        if self.attempt("corrected", {"area": "XX02", "category": category}, fits=fits) and category:
            self.category = category

    @rule(
        data=st.sampled_from(
            ["disputed", "child_disputed", "set_aside", "referred", "paid", "reintegrated", "child_corrected"]
        )
    )
    def beside(self, data):
        self.said_beside(data)

    def said_beside(self, data):
        fields = {
            "disputed": ON | {"about": "x"}, "child_disputed": ON | {"about": "x"},
            "set_aside": ON | {"decided_by": "b"},
            "referred": ON | {"service": "health"}, "reintegrated": ON | {"option": "education"},
            "child_corrected": {"area": "XX03"},
            "paid": ON | {"benefit": "cash", "due_on": "2026-02-01", "amount": 10},
        }  # fmt: skip
        self.attempt(data, fields[data], fits=True)

    @rule(
        step=st.sampled_from(sorted(TABLE)),
        junk=st.dictionaries(st.sampled_from(["serial", "name", "on"]), st.text(), min_size=1),
    )
    def junk(self, step, junk):
        self.attempt(step, junk, fits=False)

    @invariant()
    def stands(self):
        assert self.record.state == self.state
        assert fold(LEDGER, "7f", self.record.history) == self.record
        is_child = subject(self.record.values, "7f").startswith("child:")
        assert is_child == (self.state in CHILD) or not self.state
        if is_child:
            assert not {"weapons", "weapons_brought", "card", "token"} & set(self.record.values)
        if (
            self.record.last("screened") is not None
            and self.category != COMBATANT
            and "corrected" not in self.history()
        ):
            assert not {"weapons", "weapons_brought", "knows_weapon"} & set(self.record.values)

    def history(self):
        return {one.step for one in self.record.history}


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)


def test_long_walks_meet_every_step():
    """1,500 seeded lives by the same account: every step is taken ten times or more, none out of turn."""
    rng, taken = random.Random(5), Counter()
    for n in range(1500):
        life = Life()
        kind = [COMBATANT, COMBATANT, COMBATANT, WOMAN, WOMAN, CVR, CVR, "child", "in_doubt", "victim"][n % 10]
        life.begin(kind, rng.randrange(8), rng.random() < 0.6)
        for _ in range(6):
            life.go_on(rng.randrange(1000))
            life.stands()
        taken.update(one.step for one in life.record.history)
    assert min(taken[step] for step in TABLE) >= 10, taken


def test_an_unknown_step_is_refused():
    """With the steps there are."""
    with pytest.raises(StepRefusedError, match="has no such step"):
        decide(LEDGER, Record("ddr", "7f"), "arrested", {}, TODAY)
