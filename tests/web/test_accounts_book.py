"""The routes of the ledgers over a real book: what a role counts, what it does not, and that counting is logged."""

from contextlib import closing

import pytest
from fastapi import FastAPI

from tests.accounts import test_arms_life as arms_told
from tests.web.test_accounts import Client
from toguna.accounts.book.book import Ask, Book
from toguna.accounts.book.roles import Person
from toguna.accounts.ledgers import LEDGERS
from toguna.accounts.log import Keys, verify
from toguna.web.accounts import router
from toguna.web.accounts.book import BookLedgers
from toguna.web.problems import add_problems

PEOPLE = {
    "arm": Person("arm", frozenset({"armourer"})),
    "ana": Person("ana", frozenset({"analyst"})),
    "cus": Person("cus", frozenset({"custodian"})),
}

# Twelve rifles, each laid into a store.
RIFLES = [
    Ask("arms", f"w-{n}", step, fields | ({"serial": f"S-{n}"} if step == "imported" else {}))
    for n in range(12)
    for step, fields in arms_told.TO_STORE
]


@pytest.fixture
def book(tmp_path):
    """A book with twelve rifles laid into a store."""
    keys = Keys.create(tmp_path / "keys")
    with closing(keys), Book.open(f"sqlite:///{tmp_path / 'log.db'}", keys, LEDGERS) as opened:
        opened.enter(RIFLES, PEOPLE["arm"])
        yield opened


def served(book, local):
    """A client of the routes, whose user is somebody of the account."""
    app = FastAPI()
    add_problems(app)
    app.include_router(router)
    app.state.ledgers = BookLedgers(book, PEOPLE, local)
    return Client(app)


def test_whose_role_counts_gets_the_aggregates_and_it_is_logged(book, tmp_path):
    """An analyst sees how many, no holder and no serial; the log says that the ledger was counted."""
    size = book.log.head().size
    answer = served(book, "ana").get("/api/v1/accounts/arms/aggregates")
    assert answer.status_code == 200
    assert 12 in {row.get("count") for row in answer.json()["data"]}
    assert "S-1" not in answer.text
    assert "National Depot" not in answer.text
    assert book.log.head().size == size + 1
    assert verify(f"sqlite:///{tmp_path / 'log.db'}", book.log.keys).is_whole


@pytest.mark.parametrize("local", ["cus", "", "nobody"])
def test_whose_role_does_not_count_gets_a_sentence(book, local):
    """Another ledger's keeper, and somebody without a role, are told so and see nothing."""
    answer = served(book, local).get("/api/v1/accounts/arms/aggregates")
    assert answer.status_code == 403
    assert "does not allow" in answer.json()["detail"]


def test_who_works_on_records_is_told_apart_from_who_counts(book):
    """Single records are for those whose role shows them everywhere."""
    ledgers = BookLedgers(book, PEOPLE, "")
    assert ledgers.sees_cases("arms", PEOPLE["arm"])
    assert not ledgers.sees_cases("arms", PEOPLE["ana"])
    assert not ledgers.sees_cases("arms", PEOPLE["cus"])
