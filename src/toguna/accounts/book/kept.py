"""What a book is kept in: the log, this machine's index of it, and the table of rights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self, TypeVar

from toguna.accounts.book import following
from toguna.accounts.book import two_people as two
from toguna.accounts.book.index import DamagedIndexError, Index, Place
from toguna.accounts.book.ledger import Ledger, Level
from toguna.accounts.book.record import Record
from toguna.accounts.book.roles import Person, Roles
from toguna.accounts.log import Log, Reading
from toguna.core.errors import AccountError
from toguna.core.words import N_, Sentence

Found = TypeVar("Found")
NOT_ALLOWED = Sentence(N_("Your role does not allow it. Ask somebody whose role does."))
NO_PROPOSAL = "There is no such proposal waiting. It was confirmed, declined or never made; look at the record."
CHANGED = (
    "The record changed since. Look at it as it is now, decline what was proposed, and propose it anew if need be."
)
ERASED = "What the record said was erased, so nothing can follow. Begin a new record."
NO_RECORD = "The {} ledger has no such record. Look it up by its marks or its id."
AHEAD = (
    "The record has an entry of another machine from later than this machine's clock. Set both clocks right; enter the "
    "step when this clock is past that entry."
)


@dataclass
class Kept:
    """Ledgers kept in a log.

    Attributes
    ----------
    log : where everything is kept
    ledgers : by name
    roles : who may do what
    """

    log: Log
    ledgers: Mapping[str, Ledger]
    roles: Roles
    _index: Index = field(repr=False)

    def _look(self, look: Callable[[Index], Found]) -> Found:
        """Return what the index says, up to date; a damaged one is made anew from the log."""
        try:
            following.catch_up(self.log, self.ledgers, self._index)
            return look(self._index)
        except DamagedIndexError:
            self._index.renew()
        try:
            following.catch_up(self.log, self.ledgers, self._index)
            return look(self._index)
        except DamagedIndexError:
            raise AccountError(
                "The index of this machine was damaged again while it was made anew. Check the disk it is on."
            ) from None

    def _follow(self, quickly: Callable[[], bool] = lambda: False) -> None:
        """Bring the index up to the log after an entry; one that cannot follow is mended when it is next asked."""
        with suppress(AccountError, DamagedIndexError):
            if not quickly():
                following.catch_up(self.log, self.ledgers, self._index)

    def _record(self, ledger: Ledger, record_id: str) -> Record:
        return two.folded(following.history(self.log, ledger.name, record_id), ledger, record_id)

    def _sees(self, person: Person, ledger: Ledger, record: Record) -> Level | None:
        return self.roles.sees(person, ledger.name, str(record.values.get(ledger.area) or ""))

    def _is_shown(self, person: Person, ledger: str, place: Place) -> bool:
        level = self.roles.sees(person, ledger, place.area)
        return level is not None and level > Level.OPEN

    def _ledger(self, name: str) -> Ledger:
        if name not in self.ledgers:
            raise AccountError(N_("There is no such ledger. There are: {known}."), known=", ".join(self.ledgers))
        return self.ledgers[name]

    def _check_order(self, readings: Iterable[Reading]) -> None:
        """Refuse to enter what would stand before an entry that came from elsewhere: entries count by their times."""
        now = now_utc().timestamp() * 1e6
        if any(one.log != self.log.id and one.time >= now for one in readings):
            raise AccountError(AHEAD)

    def close(self) -> None:
        """Let go of the log and the index."""
        self._index.close()
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def now_utc() -> datetime:
    """Return this moment, UTC."""
    return datetime.now(UTC)
