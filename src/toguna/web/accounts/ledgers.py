"""`Ledgers`: what the routes ask of whatever keeps the ledgers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from starlette.requests import Request

from toguna.accounts.book.record import Record
from toguna.accounts.book.roles import Person
from toguna.core.errors import AccountError
from toguna.core.words import N_
from toguna.web.problems import Problem

LOCAL = "local"  # who reads where nobody signs in: the one user of this machine


@runtime_checkable
class Ledgers(Protocol):
    """Keeps ledgers, and knows who may read what. Put one at `app.state.ledgers`."""

    def records(self, ledger: str, actor: Person, reason: str) -> Iterable[Record]:
        """Return the records of a ledger an actor may count, and note that they were read and why.

        Raises
        ------
        AccountError
            The actor has no role that counts these records.
        """

    def sees_cases(self, ledger: str, actor: Person) -> bool:
        """Tell whether an actor works on single records of a ledger, and so may be shown their numbers."""


def ledgers_of(request: Request) -> Ledgers:
    """Return the ledgers of the application a request came to.

    Raises
    ------
    Problem
        None are kept.
    """
    found = getattr(request.app.state, "ledgers", None)
    if found is None:
        detail = N_("No ledgers are kept here, so there is nothing to count.")
        remedy = N_("Start `toguna serve` with the database of a book.")
        raise Problem(404, "no-ledgers", detail, [("ledger", detail, remedy)])
    ledgers: Ledgers = found
    return ledgers


def actor_of(request: Request) -> Person:
    """Return who asks: whoever signed in, or the user of this machine."""
    name = str(getattr(request.state, "actor", "") or LOCAL)
    return Person(name, frozenset(str(one) for one in getattr(request.state, "roles", ())))


def records_of(request: Request, ledger: str, reason: str) -> list[Record]:
    """Return the records of a ledger whoever asks may count.

    Raises
    ------
    Problem
        No ledgers are kept, or the role does not allow it.
    """
    ledgers = ledgers_of(request)
    try:
        return list(ledgers.records(ledger, actor_of(request), reason))
    except AccountError as refused:
        raise Problem(403, "not-your-ledger", refused.told) from None
