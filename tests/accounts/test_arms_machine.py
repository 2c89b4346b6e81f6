"""Random lives of weapons and lots against an independently written model of what may follow what."""

import random
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.accounts import test_arms_life as told
from toguna.accounts.arms import LEDGER, LOTS, annual, balance, chain, monthly
from toguna.accounts.arms.lots import out_with
from toguna.accounts.book import BEGIN, Happened, Level, Record, StepRefusedError, decide, levels
from toguna.accounts.book.record import take

KEPT = "imported manufactured seized found collected recovered marked stored returned"
STAYS = None
# step -> (states it may follow, state after); written from the life cycle, not from the ledger
TABLE = {
    "imported": (BEGIN, "imported"),
    "manufactured": (BEGIN, "manufactured"),
    "seized": (BEGIN, "seized"),
    "found": (BEGIN, "found"),
    "collected": (BEGIN, "collected"),
    "visitor_entered": (BEGIN, "visiting"),
    "marked": ("imported manufactured seized found collected recovered", "marked"),
    "stored": ("marked stored returned transferred", "stored"),
    "issued": ("stored", "issued"),
    "returned": ("issued", "returned"),
    "transferred": ("marked stored returned issued transferred", "transferred"),
    "confiscated": ("issued transferred visiting", "seized"),
    "exported": ("marked stored returned transferred", "exported"),
    "reimported": ("exported", "imported"),
    "lost": (f"{KEPT} issued transferred visiting", "lost"),
    "stolen": (f"{KEPT} issued transferred visiting", "stolen"),
    "recovered": ("lost stolen", "recovered"),
    "visitor_left": ("visiting", "left"),
    "destroyed": (KEPT, "destroyed"),
}
HOLDERS = ["Depot", "Unit", "Police", "A. Person"]
KINDS = ["armed_forces", "police", "foreign_state", "licensed_civilian", "visitor", "non_state_armed_group"]
WRONG = [*KINDS[1:], "licence", "past", "future", "Nobody", "marks", "two marks"]
STATE = {"armed_forces", "police"}
STATE_ONLY = {"seized", "found", "collected", "recovered", "stored", "returned", "confiscated"}
FIRST = date(2020, 1, 1)
TODAY = date(2026, 6, 1)


class Life(RuleBasedStateMachine):
    """A weapon, and what the test holds of it: state, holder, last day, whether it is marked and traced."""

    def __init__(self):
        super().__init__()
        self.record = Record("arms", "one")
        self.state, self.holder, self.last, self.kind = BEGIN, None, FIRST, None
        self.is_read = True
        self.is_imported = self.has_import_mark = self.has_mark = False
        self.requests = {}

    def reasons(self, step, fields):
        """How many reasons the test's own rules find against a step whose state is right."""
        against = []
        day = date.fromisoformat(fields["on"])
        against += ["ahead"] * (day > TODAY)
        if step in {"tracing_asked", "tracing_answered"}:
            return against
        against += ["order"] * (self.state != BEGIN and day < self.last)
        kind = fields.get("holder_kind")
        against += ["ban"] * (kind == "non_state_armed_group")
        against += ["gap"] * ("from_holder" in fields and fields["from_holder"] != self.holder)
        against += ["state only"] * (step in STATE_ONLY and kind not in {*STATE, "non_state_armed_group"})
        against += ["visitor"] * (step == "visitor_entered" and kind != "visitor")
        if kind == "visitor" and step not in {"visitor_entered", *STATE_ONLY}:
            against.append("visitor")
        if step == "exported" and kind not in {"foreign_state", "licensed_civilian"}:
            against.append("abroad")
        if step in {"issued", "transferred"} and kind == "licensed_civilian" and "licence" not in fields:
            against.append("licence")
        if step == "marked":
            against += ["no mark"] * (not self.is_read and not self.has_mark and "unique_mark" not in fields)
            against += ["two marks"] * (self.is_read and "unique_mark" in fields)
            missing = self.is_imported and not self.has_import_mark and "import_mark" not in fields
            against += ["import mark"] * missing
        if step == "destroyed":
            against += ["traced"] * any(not answered for answered in self.requests.values())
        return against

    def fields(self, step, draw_day, holder, kind, came_from, with_licence, marks, is_read):
        """What is said at a step, valid in form."""
        place = {"on": (FIRST + timedelta(days=draw_day)).isoformat(), "area": "XO01"}
        held = place | {"holder": holder, "holder_kind": kind}
        moved = held | {"from_holder": came_from}
        weapon = told.WEAPON if is_read else told.UNREAD
        exempt = told.EXEMPT | {"decided_on": "2019-01-01"}
        licence = {key: told.LICENSED[key] for key in told.LICENSED} | {"licence_until": "2030-01-01"}
        licence = licence if with_licence else {}
        found = weapon | held | {"circumstance": "search"}
        return {
            "imported": weapon | held | exempt | {"country_of_consignor": "SRB"},
            "manufactured": weapon | held | {"manufacturing_licence": "M"},
            "seized": found,
            "found": found,
            "collected": found,
            "visitor_entered": weapon | held | {"certificate": "V", "certificate_until": "2030-01-01"},
            "marked": place | marks,
            "stored": moved | {"store": "1"},
            "issued": moved | licence,
            "returned": moved,
            "transferred": moved | licence | {"authorisation": "A"},
            "confiscated": moved,
            "exported": moved | exempt | {"country_of_consignee": "XAA"},
            "reimported": moved | exempt | {"country_of_consignor": "XAA"},
            "lost": place | {"report": "R"},
            "stolen": place | {"report": "R"},
            "recovered": held | {"circumstance": "search"},
            "visitor_left": place,
            "destroyed": told.DESTROYED | place | {"from_holder": came_from},
        }[step]

    @initialize(is_read=st.booleans(), step=st.sampled_from([one for one in TABLE if TABLE[one][0] == BEGIN]))
    def enters(self, is_read, step):
        """Most lives begin well."""
        kind = "visitor" if step == "visitor_entered" else "police"
        self.take(step, self.fields(step, 1, "Depot", kind, "", False, {}, is_read))

    @rule(
        step=st.sampled_from(sorted(TABLE)),
        later=st.integers(-20, 60) | st.just(9000),
        holder=st.sampled_from(HOLDERS),
        kind=st.sampled_from(KINDS) | st.sampled_from(sorted(STATE)),
        is_from_holder=st.integers(0, 9),
        with_licence=st.booleans(),
        marks=st.sampled_from(
            [{}, told.IMPORT_MARK, {"unique_mark": "N 1"}, told.IMPORT_MARK | {"unique_mark": "N 1"}]
        ),
        is_read=st.booleans(),
    )
    def anything(self, step, later, holder, kind, is_from_holder, with_licence, marks, is_read):
        """Any step with any fields."""
        came_from = self.holder if is_from_holder and self.holder else "Nobody"
        day = max((self.last - FIRST).days + later, 0)
        self.take(step, self.fields(step, day, holder, kind, came_from, with_licence, marks, is_read))

    @rule(seed=st.integers(0, 2**32))
    def next_steps(self, seed):
        """Steps the life cycle allows, with good fields or one wrong, so that long lives and every rule are reached."""
        choice = random.Random(seed)
        for _ in range(6):
            self.next_step(choice, choice.choice(["", "", "", *WRONG]))

    def next_step(self, choice, wrong):
        """One of them."""
        ends = {"destroyed", "visitor_left"} if choice.random() < 0.8 else set()  # few, for lives to be long
        allowed = [one for one, (after, _) in TABLE.items() if self.state in after.split() and one not in ends]
        step = choice.choice(allowed or ["lost"])
        kind = "foreign_state" if step == "exported" else "police"
        marks = told.IMPORT_MARK if self.is_imported else {}
        marks = marks if self.is_read else marks | {"unique_mark": "N 1"}
        marks = {"marks": {}, "two marks": marks | {"unique_mark": "N 1"}}.get(wrong, marks)
        kind = wrong if wrong in KINDS else "licensed_civilian" if wrong == "licence" else kind
        day = {"past": -1, "future": 9000}.get(wrong, 1) + (self.last - FIRST).days
        came_from = "Nobody" if wrong == "Nobody" else self.holder or ""
        holder = choice.choice(HOLDERS)
        self.take(
            step, self.fields(step, max(day, 0), holder, kind, came_from, wrong != "licence", marks, self.is_read)
        )

    @rule(reference=st.sampled_from(["T1", "T2"]), is_answer=st.booleans())
    def traces(self, reference, is_answer):
        """A tracing request is made or answered."""
        if self.state == BEGIN:
            return
        said = {"on": "2026-05-01", "reference": reference}
        try:
            if is_answer:
                self.enter("tracing_answered", said | {"result": "identified"})
                assert self.requests[reference] is False
                self.requests[reference] = True
            else:
                asked = {"direction": "sent", "country": "SRB", "answer_by": "2026-06-01"}
                self.enter("tracing_asked", said | asked)
                assert reference not in self.requests
                self.requests[reference] = False
        except StepRefusedError:
            assert self.requests.get(reference) is not False if is_answer else reference in self.requests

    def enter(self, step, fields):
        said = decide(LEDGER, self.record, step, fields, TODAY).model_dump(mode="json")
        self.record = take(LEDGER, self.record, Happened(step, said, "clerk", told.AT))

    def take(self, step, fields):
        after, to = TABLE[step]
        may_follow = self.state in (after.split() or [BEGIN])
        against = self.reasons(step, fields) if may_follow else ["state"]
        try:
            self.enter(step, fields)
        except StepRefusedError as why:
            assert against, (self.state, step, why.reasons)  # noqa: PT017 - both outcomes are looked at
            return
        assert not against, (self.state, step, against)
        self.state, self.last = to, date.fromisoformat(fields["on"])
        self.holder = fields.get("holder", self.holder)
        if "serial_state" in fields:
            self.is_read = fields["serial_state"] == "read"
        self.is_imported |= step == "imported"
        self.has_import_mark |= "import_mark" in fields
        self.has_mark |= "unique_mark" in fields

    @invariant()
    def agrees(self):
        """State and holder are the model's; no armed group ever holds; who gives is who held."""
        assert self.record.state == self.state
        links = chain(self.record)
        if links:
            assert links[-1].holder == self.holder
        assert not any(link.holder_kind == "non_state_armed_group" for link in links)
        for before, link in zip(self.record.history, self.record.history[1:], strict=False):
            assert before.step != "destroyed" or link.step.startswith("tracing")

    def teardown(self):
        """At the end aggregates say codes, area and month; the year's flow adds up; one weapon is one at most."""
        table = monthly([self.record])
        shown = {str(value) for row in table.itertuples(index=False) for value in row}
        closed = {
            str(value)
            for one in self.record.history
            for name, value in (one.fields or {}).items()
            if value and levels(LEDGER.steps[one.step].says)[name] is not Level.OPEN
        }
        assert not shown & (closed - {"1"})
        assert int(table["count"].sum()) == sum("area" in (one.fields or {}) for one in self.record.history)
        for year in range(2020, 2022):
            for _, row in annual([self.record], year).iterrows():
                came = row[[*annual([], year).columns[2:10]]].sum()
                went = row[["exported", "visitor_left", "destroyed", "lost", "stolen"]].sum()
                assert row["opening"] + came - went == row["closing"]
                assert 0 <= row["closing"] <= 1


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
TestLife = Life.TestCase


@pytest.mark.parametrize("seed", range(4))
def test_long_lives(seed):
    """Three hundred lives of thirty steps, mostly good or wrong in one thing, so that each rule meets each step."""
    choice = random.Random(seed)
    for _ in range(75):
        life = Life()
        start = choice.choice([one for one in TABLE if TABLE[one][0] == BEGIN])
        life.enters(choice.random() < 0.7, start)
        for _ in range(30):
            life.next_step(choice, choice.choice(["", *WRONG]))
            life.agrees()
        life.teardown()


LOT = {
    "kind": "cartridges",
    "make": "Maker",
    "model": "7.62x39 ball",
    "lot_number": "12-A",
    "country_of_manufacture": "SRB",
    "quantity": 1000,
    "holder": "Depot",
    "holder_kind": "armed_forces",
    "on": "2024-01-01",
    "area": "XO01",
    "store": "Depot 1",
    "origin": "collected",
}


class Lot(RuleBasedStateMachine):
    """A lot and the test's own purse: how much is where."""

    def __init__(self):
        super().__init__()
        self.record = told.walk(("entered", LOT), ledger=LOTS)
        self.where = {"Depot": 1000}
        self.missing = self.gone = self.used = 0

    @rule(
        step=st.sampled_from(["issued", "returned", "used", "lost", "stolen", "recovered", "transferred", "destroyed"]),
        quantity=st.integers(1, 600),
        who=st.sampled_from(["Unit", "Other Unit", "Depot"]),
    )
    def moves(self, step, quantity, who):
        """A quantity moves; exactly what cannot is refused."""
        place = {"on": "2024-02-01", "area": "XO02", "quantity": quantity}
        out = place | {"holder": who, "holder_kind": "police", "from_holder": "Depot", "authorisation": "A"}
        if step == "issued":
            del out["authorisation"]
            self.enter(step, out, who != "Depot" and self.where["Depot"] >= quantity, "Depot", who)
        elif step == "transferred":
            self.enter(step, out, self.where["Depot"] >= quantity, "Depot", "gone")
        elif step == "destroyed":
            said = told.DESTROYED | place | {"from_holder": "Depot", "on": "2024-02-01"}
            self.enter(step, said, self.where["Depot"] >= quantity, "Depot", "gone")
        elif step == "recovered":
            said = place | {"circumstance": "search"}
            self.enter(step, said, self.where.get("missing", 0) >= quantity, "missing", "Depot")
        else:
            said = place | {"from_holder": who} | ({"report": "R"} if step in {"lost", "stolen"} else {})
            is_there = self.where.get(who, 0) >= quantity and (step in {"lost", "stolen"} or who != "Depot")
            self.enter(step, said, is_there, who, {"returned": "Depot", "used": "used"}.get(step, "missing"))

    def enter(self, step, fields, is_allowed, came_from, to):
        try:
            self.record = told.walk((step, fields), ledger=LOTS, record=self.record)
        except StepRefusedError:
            assert not is_allowed, (step, fields)
            return
        assert is_allowed, (step, fields)
        self.where[came_from] -= fields["quantity"]
        self.where[to] = self.where.get(to, 0) + fields["quantity"]

    @invariant()
    def adds_up(self):
        """Nothing appears or vanishes, and each part is where the purse has it."""
        now = balance(self.record)
        gone = now.transferred + now.exported + now.destroyed
        assert now.in_store + now.issued + now.used + now.missing + gone == now.entered == 1000
        purse = self.where
        assert now.in_store == purse["Depot"]
        assert (now.used, now.missing, gone) == tuple(purse.get(one, 0) for one in ("used", "missing", "gone"))
        assert out_with(self.record).get("UNIT", 0) == purse.get("Unit", 0)


Lot.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLot = Lot.TestCase


def test_the_table_is_the_ledger():
    """No step of the ledger is missing in the test's table but those that leave the state."""
    assert {one.name for one in LEDGER if one.to is not None} == set(TABLE)
    for step, (after, to) in TABLE.items():
        assert LEDGER.steps[step].after == frozenset(after.split() or [BEGIN])
        assert LEDGER.steps[step].to == to


@pytest.mark.parametrize("step", [one for one in TABLE if TABLE[one][0] == BEGIN])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", [1, 9000])
def test_every_way_in(step, kind, day):
    """However a weapon comes in, the rules on who may hold it and on the day are the same."""
    life = Life()
    life.take(step, life.fields(step, day, "Depot", kind, "", True, {}, is_read=True))


@pytest.mark.parametrize("step", sorted(TABLE))
def test_no_step_goes_without_its_rules(step):
    """A step is held to its day, a hand-over to chain and ban, a crossing to exemption and broker."""
    held_to = {guard.__name__ for guard in LEDGER.steps[step].guards}
    said = LEDGER.steps[step].says.model_fields
    assert held_to >= {"not_ahead_of_time", "in_order"}
    assert "from_holder" not in said or "chain_unbroken" in held_to
    assert "holder" not in said or "not_to_non_state" in held_to
    assert "decision" not in said or held_to >= {"exemption_holds", "broker_licensed"}
    assert step not in STATE_ONLY or "state_only" in held_to
    assert step not in {"issued", "transferred"} or len(LEDGER.steps[step].guards) > len(_moved())


def _moved():
    """Guards of a hand-over within the State."""
    return LEDGER.steps["returned"].guards[:-1]
