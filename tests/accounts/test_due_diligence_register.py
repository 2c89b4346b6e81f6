"""What planning reads of due diligence by month, to the plan that posts nobody beside a flagged force; `reassess`."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toguna as tg
from tests.accounts import test_due_diligence as due
from tests.accounts import test_rights as told
from toguna.accounts.book import Happened, Record
from toguna.accounts.due_diligence import LEDGER, reassess, register, write_register
from toguna.accounts.due_diligence.register import COLUMNS
from toguna.planning.gate import read_flags

END = date(2013, 12, 31)
ELSE = due.FORCE | {"unit": "XOU-ARMY-3", "force": "Third Battalion"}


def life(*steps, record_id="d1", force=due.FORCE):
    """A record whose steps are entered at noon of their own day."""
    record = Record(LEDGER.name, record_id)
    for name, fields in (("identified", force), *steps):
        days = (date.fromisoformat(fields["on"]) - due.START.date()).days + 0.5
        record = due.enter(record, name, days=days, **fields)
    return record


def spans(records, as_of=END):
    """Status and months of each row, with the base."""
    found = register(records, as_of)
    assert list(found) == COLUMNS
    return [tuple(row) for row in found[["base", "status", "from", "to"]].itertuples(index=False)]


ASKED = (("interceded", due.INTERCEDE), ("monitored", due.WATCH))


@pytest.mark.parametrize(
    ("steps", "rows"),
    [
        ((), [("unchecked", "2013-01", "")]),
        ((due.BEGUN,), [("unchecked", "2013-01", "")]),
        # cleared on 1 February, review due on 1 August: from September on nobody has looked
        (due.CLEARED, [("unchecked", "2013-01", "2013-01"), ("cleared", "2013-02", "2013-07"),
                       ("unchecked", "2013-08", "")]),
        (due.MITIGATED, [("unchecked", "2013-01", "2013-01"), ("cleared", "2013-02", "2013-07"),
                         ("unchecked", "2013-08", "")]),
        # flagged on 10 March: all of March, and beyond its review until lifted
        (due.FLAGGED, [("unchecked", "2013-01", "2013-01"), ("cleared", "2013-02", "2013-02"),
                       ("flagged", "2013-03", "")]),
        ((*due.FLAGGED, ("suspended", due.SUSPEND)), [("unchecked", "2013-01", "2013-01"),
                                                      ("cleared", "2013-02", "2013-02"), ("flagged", "2013-03", "")]),
        # lifted on 10 June: June is still flagged, then unchecked, not cleared
        ((*due.FLAGGED, *ASKED, ("lifted", due.LIFT)),
         [("unchecked", "2013-01", "2013-01"), ("cleared", "2013-02", "2013-02"), ("flagged", "2013-03", "2013-06"),
          ("unchecked", "2013-07", "")]),
        # a review in time keeps it cleared; one that comes late leaves the months between unchecked
        ((*due.CLEARED, ("reviewed", {"on": "2013-07-31", "found": "f", "review_by": "2013-10-31"})),
         [("unchecked", "2013-01", "2013-01"), ("cleared", "2013-02", "2013-10"), ("unchecked", "2013-11", "")]),
        ((*due.CLEARED, ("reviewed", {"on": "2013-10-01", "found": "f", "review_by": "2013-12-31"})),
         [("unchecked", "2013-01", "2013-01"), ("cleared", "2013-02", "2013-07"), ("unchecked", "2013-08", "2013-09"),
          ("cleared", "2013-10", "2013-12"), ("unchecked", "2014-01", "")]),
    ],
)  # fmt: skip
def test_months_and_findings_by_hand(steps, rows):
    """In each month the worst that held on a day of it."""
    assert spans([life(*steps)]) == [("Kelani", *one) for one in rows]


def test_only_what_was_entered_by_the_day_is_known():
    """The flag of 10 March is not known on the 9th."""
    record = life(*due.FLAGGED)
    assert [one[1] for one in spans([record], date(2013, 3, 9))] == ["unchecked", "cleared", "unchecked"]
    assert [one[1] for one in spans([record], date(2013, 3, 10))] == ["unchecked", "cleared", "flagged"]
    assert spans([record], date(2012, 12, 31)) == []


def test_a_force_that_moves_takes_its_flag_along():
    """Both bases in the month of the move; the old one stays barred where a part stays behind; a correction mends."""
    moved = life(*due.FLAGGED, ("moved", due.MOVE))
    assert spans([moved]) == [
        ("Doumba", "flagged", "2013-07", ""), ("Kelani", "unchecked", "2013-01", "2013-01"),
        ("Kelani", "cleared", "2013-02", "2013-02"), ("Kelani", "flagged", "2013-03", "2013-07"),
    ]  # fmt: skip
    behind = life(*due.FLAGGED, ("moved", due.MOVE | {"stays_behind": True}))
    assert spans([behind])[-1] == ("Kelani", "flagged", "2013-03", "")
    mended = due.enter(moved, "corrected", days=360, base="")
    assert spans([mended])[0] == ("", "flagged", "2013-07", "")
    first = due.enter(life(), "corrected", days=360, on="2013-03-02", month="2013-03")
    assert spans([first]) == [("Kelani", "unchecked", "2013-03", "")]


def test_of_two_findings_on_one_name_and_place_the_worst_holds(tmp_path):
    """Spelling apart too; planning would refuse a register that says two things."""
    other = life(*due.CLEARED, record_id="d2", force=due.FORCE | {"unit": "XOU-ARMY-9", "force": "SECOND BATTALION"})
    both = [other, life(*due.FLAGGED)]
    assert spans(both) == [("Kelani", "unchecked", "2013-01", "2013-01"), ("Kelani", "cleared", "2013-02", "2013-02"),
                           ("Kelani", "flagged", "2013-03", "")]  # fmt: skip
    assert len(read_flags(write_register(both, END, tmp_path / "r.csv")).flags) == 3


def test_what_was_erased_keeps_its_state():
    """A flag whose reasons were erased bars on; a force whose name was erased cannot be named."""
    record = life(*due.CLEARED)
    at = datetime(2013, 3, 5, tzinfo=UTC)
    erased = Record(LEDGER.name, "d1", history=(*record.history, Happened("flagged", None, "ann", at)))
    assert spans([erased])[-1] == ("Kelani", "flagged", "2013-03", "")
    nameless = Record(LEDGER.name, "d1", history=(Happened("identified", None, "ann", at), *record.history[1:]))
    assert spans([nameless]) == []
    blank = Happened("cleared", None, "ann", datetime(2013, 2, 1, tzinfo=UTC))
    assert [one[1] for one in spans([Record(LEDGER.name, "d1", history=(*record.history[:-1], blank))])] == [
        "unchecked"
    ]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    cuts=st.lists(st.integers(1, 300), min_size=1, max_size=6, unique=True).map(sorted),
    states=st.lists(st.sampled_from(["flagged", "lifted", "cleared", "begun"]), min_size=6, max_size=6),
)
def test_each_month_says_the_worst_of_its_days(cuts, states):
    """Against a count day by day."""
    history = [Happened("identified", due.FORCE, "ann", due.START)]
    record = Record(LEDGER.name, "d1", "unchecked")
    by_day, now = {}, "unchecked"
    for cut, step in zip(cuts, states, strict=False):
        if record.state not in LEDGER.steps[step].after:
            continue
        record = Record(LEDGER.name, "d1", LEDGER.steps[step].to)
        day = date(2013, 1, 5) + timedelta(days=cut)
        fields = {"on": day.isoformat(), "review_by": (day + timedelta(days=60)).isoformat()}
        history.append(Happened(step, fields, "ann", datetime(day.year, day.month, day.day, tzinfo=UTC)))
        by_day[day] = (step, day + timedelta(days=60))
    given_record = Record(LEDGER.name, "d1", history=tuple(history))
    want, until, day = {}, None, date(2013, 1, 5)
    rank = ["cleared", "unchecked", "flagged"]
    while day < date(2014, 3, 1):
        if day in by_day:
            step, until = by_day[day]
            now = {"flagged": "flagged", "cleared": "cleared"}.get(step, "unchecked")
        if now == "cleared" and day > until:
            now = "unchecked"
        month = f"{day:%Y-%m}"
        want[month] = max(want.get(month, "cleared"), now, key=rank.index)
        day += timedelta(days=1)
    found = {}
    for _, status, first, last in spans([given_record], date(2014, 12, 31)):
        found |= {month: status for month in want if first <= month and (not last or month <= last)}
    assert found == want


def test_the_plan_posts_nobody_beside_a_flagged_force(tmp_path):
    """From the ledger through the file to the plan of the made-up country: a base posted without it is barred."""
    country = tg.read_country("ouadji", as_of="2013-06")
    risk = tg.forecast(country, months=2, grain="admin2", draws=50)
    free = tg.plan(country, risk, time_limit=5)
    beside = str(free.postings["base"].iloc[0])
    place = country.places[country.places["name"] == beside].iloc[0]
    there = due.FORCE | {"area": str(place["admin2_pcode"]), "base": str(place["place_id"])}
    path = write_register([life(*due.FLAGGED, force=there)], date(2013, 6, 30), tmp_path / "due, diligence.csv")
    barred = tg.plan(country, risk, due_diligence=path, time_limit=5)
    assert beside in set(free.postings["base"])
    assert beside not in set(barred.postings["base"])
    assert len(barred.postings)
    said = " ".join(barred.remarks)
    assert f"Nobody is posted at {beside}: Second Battalion is flagged there" in said
    assert "due diligence record of XOU-ARMY-2: flagged, 2013-03-10" in said
    cleared = write_register([life(*due.CLEARED, force=there)], date(2013, 6, 30), tmp_path / "cleared.csv")
    assert [str(one.status) for one in read_flags(cleared).flags] == ["unchecked", "cleared", "unchecked"]


def test_the_file_is_read_as_it_was_written(tmp_path):
    """Commas and quotes in a name, an area without a base; every column back."""
    force = due.FORCE | {"force": 'Guard "North", 1st', "base": ""}
    path = write_register([life(*due.FLAGGED, force=force)], END, tmp_path / "r.csv")
    flags = read_flags(path).flags
    assert {one.force for one in flags} == {'Guard "North", 1st'}
    assert [(one.first, one.last, str(one.status), one.base, one.area_pcode) for one in flags][-1] == (
        "2013-03", None, "flagged", "", "XO0201")  # fmt: skip
    assert {str(one.basis) for one in flags} == {"read"}
    assert read_flags(write_register([], END, tmp_path / "none.csv")).flags == ()


def violation(record_id="r1", *, unit="XOU-ARMY-2", perpetrator="army", verified=True):
    """A rights record of two acts by a unit, verified in February 2013 by the tests' clock."""
    steps = (*told.TOLD[:-1], ("act", {"ref": "A2", "kind": "arbitrary_detention"}),
             ("involvement", told.FORCE | {"unit": unit, "perpetrator": perpetrator}),
             ("involvement", told.FORCE | {"ref": "P2", "act": "A2", "unit": unit, "perpetrator": perpetrator}),
             ("involvement", told.FORCE | {"ref": "P3", "act": "A2", "unit": unit, "perpetrator": perpetrator,
                                           "degree": "ordered"}))  # fmt: skip
    judged = (("corroborated", told.CORROBORATED), ("verified", told.VERIFIED)) if verified else ()
    return told.story(*steps, *judged, record_id=record_id)


def test_verified_acts_propose_a_new_look_and_change_nothing():
    """By unit, with numbers; the record of due diligence is as it was; no person, no text."""
    looked = life(due.BEGUN)
    found = reassess([violation(), violation("r2"), violation("r3", verified=False)], [looked])
    assert found.to_dict("records") == [
        {"unit": "XOU-ARMY-2", "state": "under_assessment", "verified_acts": 4, "grave_acts": 2, "new_acts": 4,
         "last_month": "2013-01", "proposal": "Take these acts into the assessment under way."}
    ]  # fmt: skip
    assert looked.state == "under_assessment"
    for secret in ("Awa", "Binta", "Kelani", "Shots", "r1"):
        assert secret not in found.to_csv()
    nobody = reassess([violation(unit="XOU-POLICE-1", perpetrator="police")], [looked])
    assert nobody[["unit", "state", "proposal"]].to_numpy().tolist() == [
        ["XOU-POLICE-1", "", "Open a record: nobody has looked at this unit."]
    ]


def test_acts_looked_at_already_and_forces_outside_the_policy_propose_nothing():
    """A decision after the verification settles it; armed groups get no support to look at."""
    old = violation()
    after = life(*due.FLAGGED)
    assert after.when("flagged") > old.when("verified")
    assert reassess([old], [after]).empty
    assert list(reassess([old], [after])) == list(reassess([old], []))
    assert reassess([violation(perpetrator="group_signatory")], []).empty
    assert reassess([violation(perpetrator="united_nations")], []).empty
    assert not reassess([violation(perpetrator="regional")], []).empty
    assert reassess([told.enter(told.enter(old, "source", **told.S9), "reversed", **told.REFUTED)], []).empty
    assert isinstance(reassess([], []), pd.DataFrame)
