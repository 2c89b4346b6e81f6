"""The random lives of the ledgers, lived again in a book: what a ledger refuses, no way into the book allows."""

import random
import tempfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.accounts import test_arms_machine as arms
from tests.accounts import test_custody_life as custody
from tests.accounts import test_ddr_machine as ddr
from tests.accounts import test_rights_machine as rights
from tests.accounts.book.stories import BEA, CONFIRMS, WORKS, book, fields_by, person
from toguna.accounts.book import StepRefusedError
from toguna.accounts.book.book import Ask
from toguna.accounts.book.roles import BOTH
from toguna.accounts.log import Keys
from toguna.core.errors import AccountError

LATER = datetime(2030, 1, 1, tzinfo=UTC).date()  # no day in a life is ahead of it
MACHINES = {"rights": rights.Life, "arms": arms.Life, "custody": custody.Life, "ddr": ddr.Life}


def lived_again(record, choice):
    """Enter a record's steps anew, one by one; before each, steps out of turn and by the wrong hands are tried."""
    ledger = record.ledger
    with (
        tempfile.TemporaryDirectory() as folder,
        Keys.create(f"{folder}/keys") as keys,
        book(f"{folder}/log.db", keys) as kept,
    ):
        steps = kept.ledgers[ledger].steps
        for one in record.history:
            stands = kept._record(kept.ledgers[ledger], "one")
            size = kept.log.head().size
            out_of_turn = [step for step in steps.values() if stands.state not in step.after]
            for step in choice.sample(out_of_turn, min(2, len(out_of_turn))):
                with pytest.raises(StepRefusedError, match="cannot follow"):
                    kept.enter([Ask(ledger, "one", step.name, one.fields)], worker(one), "work", LATER)
            with pytest.raises(AccountError, match="Your role"):
                kept.enter([Ask(ledger, "one", one.step, one.fields)], person("y", "analyst"), "work", LATER)
            assert kept.log.head().size == size
            lived(kept, ledger, one)
        again = kept._record(kept.ledgers[ledger], "one")
        assert again.state == record.state
        assert not again.conflicts
        assert [(one.step, said(one)) for one in again.history] == [(one.step, said(one)) for one in record.history]
        # what one person proposed and another confirmed is told of both
        assert all((BOTH in one.actor) == steps[one.step].two_person for one in again.history)


def worker(happened):
    """Whoever enters a step: the one who decides, where it says who does."""
    name = (happened.fields or {}).get("decided_by") or "ann"
    return person(name, *WORKS.values())


def said(happened):
    return {name: value for name, value in happened.fields.items() if value is not None}


def lived(kept, ledger, happened):
    """Enter a step; where it takes two people, it has no effect until the second confirms."""
    who = worker(happened)
    before = kept._record(kept.ledgers[ledger], "one")
    fields = fields_by(happened.fields, who.name)
    [entry] = kept.enter([Ask(ledger, "one", happened.step, fields)], who, "work", LATER)
    if kept.ledgers[ledger].steps[happened.step].two_person:
        assert kept._record(kept.ledgers[ledger], "one") == before
        with pytest.raises(AccountError, match="another one"):
            kept.confirm(entry.number, ledger, "one", person(who.name, CONFIRMS[ledger]), "seen", LATER)
        kept.confirm(entry.number, ledger, "one", BEA, "seen", LATER)


@pytest.mark.parametrize("ledger", MACHINES)
def test_a_life_in_the_book_is_the_life_of_the_ledger(ledger):
    choice = random.Random(ledger)

    class Kept(MACHINES[ledger]):
        """A life that is lived again in a book once it is over."""

        def teardown(self):
            super().teardown()
            if getattr(self, "record", None) is not None and self.record.history:
                lived_again(self.record, choice)

    run_state_machine_as_test(
        Kept,
        settings=settings(
            max_examples=8,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
