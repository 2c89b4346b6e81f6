"""`Book`: the ledgers of an account, kept in its log; every rule is asked and every reading of a record is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

import pandas as pd
from pydantic import ValidationError
from sqlalchemy import Connection

from toguna.accounts.book import following
from toguna.accounts.book import two_people as two
from toguna.accounts.book.confirming import Confirming, about
from toguna.accounts.book.index import Index, Place
from toguna.accounts.book.kept import CHANGED, ERASED, NO_RECORD, NOT_ALLOWED, now_utc
from toguna.accounts.book.ledger import BEGIN, Ledger, Level, Said, Step
from toguna.accounts.book.masking import Shown, check_no_names, closeness, mask
from toguna.accounts.book.record import Happened, Record, StepRefusedError, decide, take
from toguna.accounts.book.roles import Person, Roles, read_roles
from toguna.accounts.book.two_people import pending
from toguna.accounts.log import Entry, Keys, Log, Reading
from toguna.accounts.log.journal import Draft
from toguna.core.errors import AccountError
from toguna.core.words import N_


class Ask(NamedTuple):
    """A step somebody wants to enter: which ledger and record, which step, and what is said."""

    ledger: str
    record_id: str
    step: str
    fields: Mapping[str, Any]


class _Asked(NamedTuple):
    """A step to enter, what is said validated once; unvalidated where it is wrong, and `decide` says why."""

    ledger: Ledger
    record_id: str
    step: Step
    model: Said | Mapping[str, Any]
    said: dict[str, Any]
    after: str | None  # of a proposal: last change of the record as its proposer saw it


class Book(Confirming):
    """The ledgers of an account.

    Attributes
    ----------
    log : where everything is kept
    ledgers : by name
    roles : who may do what
    """

    @classmethod
    def open(
        cls, url: str, keys: Keys, ledgers: Sequence[Ledger], roles: Roles | None = None, index: Path | None = None
    ) -> Self:
        """Return the book in a database; begun if there is none.

        Parameters
        ----------
        url, keys : as in `Log.open`
        ledgers : it keeps
        roles : who may do what; default: the table Toguna comes with
        index : file of this machine's index; default: beside the keys
        """
        named = {one.name: one for one in ledgers}
        table = roles or read_roles(ledgers={one.name: one.steps for one in ledgers})
        log = Log.open(url, keys)
        path = index or keys.path.with_name(keys.path.name + ".index")
        return cls(log, named, table, Index(path, keys, log.id))

    def enter(self, asks: Sequence[Ask], person: Person, reason: str = "", today: date | None = None) -> list[Entry]:
        """Return the entries of steps, all or none. A step that takes two people is proposed.

        Parameters
        ----------
        asks : in order; later ones may be about a record earlier ones began
        person, reason : who enters them and why
        today : date the rules are read on; default: this day, UTC

        Raises
        ------
        AccountError
            The role does not allow a step, or the record's life or a rule does not; nothing is entered.
        """
        self._follow()
        day = today or now_utc().date()
        asked = [self._asked(one, person) for one in asks]
        seen: dict[following.Key, list[Reading]] = {}
        before = 0

        def check(connection: Connection) -> None:
            nonlocal before
            before = following.size(connection)
            seen.update(following.histories(self.log, connection, ((one.ledger.name, one.record_id) for one in asked)))
            held: dict[following.Key, Record] = {}
            for number, one in enumerate(asked, start=1):
                key = (one.ledger.name, one.record_id)
                is_first = key not in held
                record = two.folded(seen[key], one.ledger, one.record_id) if is_first else held[key]
                try:
                    self._allow(one, record, seen[key], person, day, is_first=is_first)
                except AccountError as why:
                    if len(asked) == 1:
                        raise
                    raise AccountError(f"Entry {number}: {why}") from None
                happened = Happened(one.step.name, one.said, person.name, now_utc(), reason)
                held[key] = record if one.step.two_person else take(one.ledger, record, happened)

        # Drafts are sealed before the lock, from what is said; rules are asked once nobody else can write.
        drafts = [_draft(one, person, reason) for one in asked]
        entries = self.log.append_many(drafts, check)
        for one, entry, draft in zip(asked, entries, drafts, strict=True):
            said = Reading(
                entry.number,
                entry.log,
                entry.number,
                entry.time,
                draft.kind,
                draft.actor,
                draft.reason,
                {**draft.fields},
            )
            seen[one.ledger.name, one.record_id].append(said)
        if entries:
            self._follow(lambda: following.take_own(
                self.log, self.ledgers, self._index, seen, before, entries[-1].number
            ))  # fmt: skip
        return entries

    def _asked(self, ask: Ask, person: Person) -> _Asked:
        ledger = self._ledger(ask.ledger)
        step = ledger.steps.get(ask.step)
        if step is None:
            decide(ledger, Record(ledger.name, ask.record_id), ask.step, {}, now_utc().date())  # says why
            raise AssertionError
        if not any(one.enters(step.name) for one in self.roles.rights(person, ledger.name)):
            raise AccountError(f"{step.name!r} is not entered. {NOT_ALLOWED}")
        if not ask.record_id or ask.record_id == following.COUNTED:
            raise AccountError(f"A record cannot be called {following.COUNTED!r} or nothing. Give it another id.")
        model: Said | Mapping[str, Any] = ask.fields
        said: dict[str, Any] = {}
        with suppress(ValidationError):
            model = step.says.model_validate(ask.fields)
            said = model.model_dump(mode="json", exclude_none=True)  # what is not said is not kept
        after = None
        if step.two_person:
            readings = following.history(self.log, ledger.name, ask.record_id)
            after = two.last_change(two.folded(readings, ledger, ask.record_id), readings, ledger)
        return _Asked(ledger, ask.record_id, step, model, said, after)

    def _allow(
        self, one: _Asked, record: Record, readings: Sequence[Reading], person: Person, today: date, *, is_first: bool
    ) -> None:
        """Refuse a step that a person, a record or a rule does not allow."""
        if not all(self.roles.may_enter(person, one.ledger.name, one.step, area) for area in _areas(one, record)):
            raise AccountError(f"{one.step.name!r} is not entered. {NOT_ALLOWED}")
        self._check_order(readings)
        if record.is_erased:
            raise StepRefusedError(one.step.name, [ERASED])
        decide(one.ledger, record, one.step.name, one.model, today)
        if one.said.get("decided_by") not in (None, person.name):
            raise StepRefusedError(one.step.name, ["Whoever decides enters it: decided_by is another person."])
        if one.step.two_person and not is_first:
            raise StepRefusedError(one.step.name, ["It takes two people. Enter what comes before it first, by itself."])
        if one.step.two_person and one.after != two.last_change(record, readings, one.ledger):
            raise StepRefusedError(one.step.name, [CHANGED])

    def show(self, ledger: str, record_id: str, person: Person, reason: str) -> Shown:
        """Return a record as far as somebody's role shows it; that it was read is logged first.

        Identities are left out unless a second person has unmasked the record for this reader within a day.
        """
        kept = self._ledger(ledger)
        level = self._sees(person, kept, self._record(kept, record_id))
        if level is None or level is Level.OPEN:
            raise AccountError(f"The record is not shown. {NOT_ALLOWED}")
        readings = self.log.read(ledger, record_id, person.name, reason)
        record = two.folded(readings, kept, record_id)
        if not record.history and not record.conflicts:
            raise AccountError(NO_RECORD.format(ledger))
        if level is Level.IDENTITY and not two.is_unmasked(readings, person.name, now_utc()):
            level = Level.CLOSED
        return mask(kept, record, level, map(two.proposed, pending(readings)))

    def find(self, ledger: str, name: str, said: str, person: Person) -> list[Place]:
        """Return where the records stand that have a mark: within one ledger, and by no person's name.

        A look-up by what names a person is logged, so that nobody tries numbers unseen.

        Raises
        ------
        AccountError
            The ledger is not looked up by this field, or the role does not show its records.
        """
        kept = self._ledger(ledger)
        if name not in kept.found_by:
            known = ", ".join(kept.found_by) or "nothing"
            raise AccountError(f"The {ledger} ledger is looked up by: {known}. Give one of these.")
        if closeness(kept).get(name) is Level.IDENTITY:
            self.log.append(ledger, following.COUNTED, "looked up", {"by": name}, person.name)
        found = self._look(lambda index: index.found(kept, name, said))
        return [one for one in found if self._is_shown(person, ledger, one)]

    def cases(self, ledger: str, record_id: str, person: Person) -> list[Place]:
        """Return other records of what may be the same thing, for somebody to decide."""
        kept = self._ledger(ledger)
        record = self._record(kept, record_id)
        if not self._sees(person, kept, record):
            return []
        return [
            one for one in self._look(lambda index: index.alike(kept, record)) if self._is_shown(person, ledger, one)
        ]

    def all_cases(self, ledger: str, person: Person) -> list[list[Place]]:
        """Return groups of records of what may be the same thing, as far as the role shows two of them or more."""
        kept = self._ledger(ledger)
        groups = self._look(lambda index: index.twice(kept))
        shown = [[one for one in group if self._is_shown(person, ledger, one)] for group in groups]
        return [group for group in shown if len(group) > 1]

    def places(self, ledger: str, person: Person) -> list[Place]:
        """Return where the records of a ledger stand, soonest due first, as far as the role shows them."""
        kept = self._ledger(ledger)
        return [one for one in self._look(lambda index: index.places(kept)) if self._is_shown(person, ledger, one)]

    def overdue(self, ledger: str, person: Person, now: datetime | None = None) -> list[Place]:
        """Return the records in which something is overdue, longest first."""
        kept = self._ledger(ledger)
        found = self._look(lambda index: index.overdue(kept, now or now_utc()))
        return [one for one in found if self._is_shown(person, ledger, one)]

    def count(
        self, ledger: str, how: Callable[[Iterable[Record]], pd.DataFrame], person: Person, reason: str
    ) -> pd.DataFrame:
        """Return what a function counts over a ledger's records; logged. Small cells are for `disclosure` to withhold.

        Parameters
        ----------
        how : makes a table of open fields and counts from records, as each ledger's `monthly` does

        Raises
        ------
        AccountError
            The role does not count, or the table has a column of what names people.
        """
        counted = how(self.to_count(ledger, person, reason))
        check_no_names(self._ledger(ledger), counted)
        return counted

    def to_count(self, ledger: str, person: Person, reason: str) -> Iterator[Record]:
        """Return every record of a ledger for what counts them; that somebody counts, and why, is logged first.

        Raises
        ------
        AccountError
            The role does not count.
        """
        kept = self._ledger(ledger)
        if not self.roles.may_count(person, ledger):
            raise AccountError(N_("The {ledger} ledger is not counted. {why}"), ledger=ledger, why=NOT_ALLOWED)
        self.log.append(ledger, following.COUNTED, "counted", {}, person.name, reason)
        return self.records(kept)

    def records(self, ledger: Ledger) -> Iterator[Record]:
        """Yield every record of a ledger, whole: for counting within this room, never for showing."""
        ids = self._look(lambda index: index.ids(ledger))
        return following.records(self.log, ledger, ids)

    def catch_up(self) -> None:
        """Bring the index up to the log: what this and other machines entered and erased since."""
        self._look(lambda _index: None)


def _areas(one: _Asked, record: Record) -> set[str]:
    """Return the areas a step touches: the record's and the one it is moved to."""
    found = {str(values.get(one.ledger.area) or "") for values in (record.values, one.said)} - {""}
    return found or {""}


def _draft(one: _Asked, person: Person, reason: str) -> Draft:
    subject = about(one.ledger, one.record_id, one.said)
    if one.after is None:
        return Draft(one.ledger.name, one.record_id, one.step.name, one.said, person.name, reason, subject)
    kept = {two.SAID: one.said, two.AFTER: one.after}
    return Draft(one.ledger.name, one.record_id, two.PROPOSED + one.step.name, kept, person.name, reason, subject)


__all__ = ["BEGIN", "Ask", "Book", "Shown", "closeness", "mask", "pending"]
