"""`BookLedgers`: an account's book behind the routes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from toguna.accounts.book.book import Book
from toguna.accounts.book.ledger import Level
from toguna.accounts.book.record import Record
from toguna.accounts.book.roles import Person
from toguna.web.accounts.ledgers import LOCAL


@dataclass
class BookLedgers:
    """The ledgers of a book, read by one request at a time.

    Attributes
    ----------
    book : the account's
    people : who works with it, by name; they have the roles and areas stated there
    local : whom the user of this machine is, where nobody signs in
    """

    book: Book
    people: Mapping[str, Person]
    local: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def records(self, ledger: str, actor: Person, reason: str) -> list[Record]:
        """Return the records of a ledger an actor may count, once it is logged that they are, and why."""
        with self._lock:
            return list(self.book.to_count(ledger, self._person(actor), reason))

    def sees_cases(self, ledger: str, actor: Person) -> bool:
        """Tell whether an actor works on single records of a ledger, everywhere."""
        level = self.book.roles.sees(self._person(actor), ledger, "")
        return level is not None and level > Level.OPEN

    def _person(self, actor: Person) -> Person:
        return self.people.get(self.local if actor.name == LOCAL else actor.name, actor)
