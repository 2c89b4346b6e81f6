"""What takes two people cannot be done by one, on either database and after the log was carried elsewhere."""

import pytest

from tests.accounts import test_arms_life as arms
from tests.accounts.book.stories import (
    ANN,
    ARMS,
    BEA,
    BEGINS,
    CONFIRMS,
    FIRST,
    KEPT,
    OWN,
    SECOND_STEPS,
    TODAY,
    WORKS,
    book,
    enter,
    fields_by,
    index_of,
    person,
    state,
    tell,
)  # fmt: skip
from tests.accounts.test_custody import SAID
from toguna.accounts.book import StepRefusedError
from toguna.accounts.book.book import Ask
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys
from toguna.accounts.log.carry import bring_in, export, restore
from toguna.core.errors import AccountError

CY = person("cy", *WORKS.values())


@pytest.fixture
def kept(url, keys):
    with book(url, keys) as made:
        yield made


def propose(kept, ledger, record_id, step, fields, by=ANN):
    [entry] = kept.enter([Ask(ledger, record_id, step, fields_by(fields, by.name))], by, "r", TODAY)
    return entry.number


def in_store(kept, record_id="w"):
    tell(kept, "arms", record_id, arms.TO_STORE)
    return record_id


def test_every_such_step_takes_two(tmp_path):
    """One proposes and nothing changes; the same person, another role or another area cannot confirm; a second can."""
    assert set(SECOND_STEPS) == {(ledger.name, step.name) for ledger in LEDGERS for step in ledger if step.two_person}
    with Keys.create(tmp_path / "keys") as keys, book(f"sqlite:///{tmp_path / 'log.db'}", keys) as kept:
        for (ledger, step), (before, fields) in SECOND_STEPS.items():
            record_id = f"{ledger} {step}"
            tell(kept, ledger, record_id, before)
            stands = kept._record(kept.ledgers[ledger], record_id)
            number = propose(kept, ledger, record_id, step, fields, CY)
            assert kept._record(kept.ledgers[ledger], record_id) == stands
            [place] = [one for one in kept.places(ledger, CY) if one.id == record_id]
            assert place.waiting == 1
            assert [one.step for one in kept.show(ledger, record_id, CY, "r").proposals] == [step]
            role = CONFIRMS[ledger]
            wrong = (CY, person("x", "analyst"), person("y", role, areas=["ZZ"]), person("cy", role))
            for who in wrong:
                with pytest.raises(AccountError, match=r"must be another one|Your role"):
                    kept.confirm(number, ledger, record_id, who, "r", TODAY)
            kept.confirm(number, ledger, record_id, person("z", role, areas=["X", "ML"]), "r", TODAY)
            after = kept._record(kept.ledgers[ledger], record_id)
            assert [one.step for one in after.history] == [*(one.step for one in stands.history), step]
            assert after.history[-1].actor == "cy + z"
            for act in (kept.confirm, kept.decline):
                with pytest.raises(AccountError, match="no such proposal"):
                    act(number, ledger, record_id, BEA, "again")


def test_a_proposal_overtaken_is_refused(kept):
    """A step between that changes the record, or makes the proposal impossible, stops it; a remark does not."""
    number = propose(kept, "arms", in_store(kept), "destroyed", arms.DESTROYED)
    enter(kept, "arms", "w", "disputed", DISPUTE)
    enter(kept, "arms", "w", "issued", arms.TO_UNIT)
    enter(kept, "arms", "w", "returned", arms.BACK)
    with pytest.raises(StepRefusedError, match="changed since"):
        kept.confirm(number, "arms", "w", BEA, "r", TODAY)
    kept.decline(number, "arms", "w", ANN, "propose anew")
    number = propose(kept, "arms", "w", "destroyed", arms.DESTROYED)
    enter(kept, "arms", "w", "disputed", DISPUTE)
    kept.confirm(number, "arms", "w", BEA, "r", TODAY)
    assert state(kept, "arms", "w") == "destroyed"


DISPUTE = {"on": "2024-05-02", "disputed_by": "A neighbour", "point": "the serial"}


def test_of_two_proposals_the_second_is_overtaken(kept):
    """Two corrections wait; once one is confirmed the other rests on what is no longer so."""
    in_store(kept)
    one, other = (propose(kept, "arms", "w", "corrected", {"calibre": size}) for size in ("5.56", "9x19"))
    kept.confirm(other, "arms", "w", BEA, "r", TODAY)
    with pytest.raises(StepRefusedError, match="changed since"):
        kept.confirm(one, "arms", "w", BEA, "r", TODAY)
    assert kept._record(kept.ledgers["arms"], "w").values["calibre"] == "9x19"


def test_rules_are_read_again_when_confirming(kept):
    """What was right on the day it was proposed may no longer be on the day it is confirmed."""
    tell(kept, "custody", "c", KEPT)
    number = propose(kept, "custody", "c", "risk_assessed", SAID["risk_assessed"])
    with pytest.raises(StepRefusedError, match="after today"):
        kept.confirm(number, "custody", "c", person("z", "monitor"), "r", TODAY.replace(year=2012))
    kept.confirm(number, "custody", "c", person("z", "monitor"), "r", TODAY)


def test_declined_and_withdrawn(kept):
    """A second person declines, whoever proposed withdraws, others do neither; nothing waits any more."""
    in_store(kept)
    for who in (BEA, ANN):
        number = propose(kept, "arms", "w", "destroyed", arms.DESTROYED)
        with pytest.raises(AccountError, match="Your role"):
            kept.decline(number, "arms", "w", person("q", "armourer"), "r")
        kept.decline(number, "arms", "w", who, "not now")
        with pytest.raises(AccountError, match="no such proposal"):
            kept.confirm(number, "arms", "w", BEA, "r", TODAY)
        assert kept.places("arms", ANN)[0].waiting == 0
    assert state(kept, "arms", "w") == "stored"


def test_a_proposal_stands_alone(kept):
    """It cannot ride on steps of the same call that nobody has seen."""
    asks = [Ask("arms", "w", step, fields) for step, fields in [*arms.TO_STORE, ("destroyed", arms.DESTROYED)]]
    with pytest.raises(AccountError, match=r"Entry 4: .*by itself"):
        kept.enter(asks, ANN, "", TODAY)
    assert state(kept, "arms", "w") == ""


def test_proposals_match_after_they_are_carried(kept, keys, other_url, tmp_path):
    """Proposed here, confirmed on another machine and database, known here as confirmed; numbers differ."""
    in_store(kept)
    tell(kept, "arms", "v", [("imported", arms.IMPORTED | {"serial": "B 9"})])
    number = propose(kept, "arms", "w", "destroyed", arms.DESTROYED)
    export(kept.log, tmp_path / "out")
    with keys.enrol(tmp_path / "second") as second, book(other_url, second) as other:
        for n in range(3):
            tell(other, "rights", f"r{n}", [("reported", FIRST["rights", "reported"])])
        bring_in(other.log, tmp_path / "out")
        [there] = other.show("arms", "w", BEA, "r").proposals
        assert there.number != number
        with pytest.raises(AccountError, match="another one"):
            other.confirm(there.number, "arms", "w", ANN, "r", TODAY)
        other.confirm(there.number, "arms", "w", BEA, "r", TODAY)
        assert state(other, "arms", "w") == "destroyed"
        export(other.log, tmp_path / "back")
        bring_in(kept.log, tmp_path / "back")
        assert state(kept, "arms", "w") == "destroyed"
        assert kept.show("arms", "w", BEA, "r").proposals == ()
        assert index_of(kept)[:3] == index_of(other)[:3]


def test_a_step_elsewhere_overtakes_a_proposal_even_if_it_is_older(kept, keys, tmp_path):
    """A copy of the log changed the record before the proposal was made, and is merged after."""
    in_store(kept)
    export(kept.log, tmp_path / "out")
    with keys.enrol(tmp_path / "second") as second:
        restore(tmp_path / "out", f"sqlite:///{tmp_path / 'copy.db'}", second, as_copy=True).close()
        with book(f"sqlite:///{tmp_path / 'copy.db'}", second) as copy:
            enter(copy, "arms", "w", "stored", arms.STORED | {"store": "Depot 2", "from_holder": "National Depot"})
            number = propose(kept, "arms", "w", "destroyed", arms.DESTROYED)
            export(copy.log, tmp_path / "back")
    bring_in(kept.log, tmp_path / "back")
    with pytest.raises(StepRefusedError, match="changed since"):
        kept.confirm(number, "arms", "w", BEA, "r", TODAY)


def test_what_is_kept_of_a_proposal_reads_back_as_it_was_said(kept):
    """Fields not said stay unsaid: a correction of one field is confirmed as just that."""
    in_store(kept)
    enter(kept, "arms", "w", "corrected", {"calibre": "9x19"})
    record = kept._record(kept.ledgers["arms"], "w")
    assert set(record.history[-1].fields) == {"calibre"}
    assert record.values["area"] == OWN


@pytest.mark.parametrize("ledger", ARMS)
def test_what_the_law_keeps_is_not_erased(kept, ledger):
    """Neither asked for nor confirmed; a State's own rule may let it go, and is asked at both."""
    tell(kept, ledger, "one", [(BEGINS[ledger], FIRST[ledger, BEGINS[ledger]])])
    with pytest.raises(AccountError, match="article 9"):
        kept.ask_erasure(ledger, "one", ANN, "asked to")

    def let_go(_record, _today):
        return None

    due = kept.ledgers[ledger].due
    if due is not None and due(kept._record(kept.ledgers[ledger], "one")):
        with pytest.raises(AccountError, match="still due"):
            kept.ask_erasure(ledger, "one", ANN, "asked to", let_go)
        return
    number = kept.ask_erasure(ledger, "one", ANN, "asked to", let_go).number
    with pytest.raises(AccountError, match="article 9"):
        kept.confirm(number, ledger, "one", BEA, "right")
    kept.confirm(number, ledger, "one", BEA, "right", keeps=let_go)
    assert kept._record(kept.ledgers[ledger], "one").is_erased
