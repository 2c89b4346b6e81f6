"""What a second person does: confirm or decline what was proposed, let a reader see identities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from toguna.accounts.book import following
from toguna.accounts.book import two_people as two
from toguna.accounts.book.kept import CHANGED, ERASED, NO_PROPOSAL, NO_RECORD, NOT_ALLOWED, Kept, now_utc
from toguna.accounts.book.ledger import Keeps, Ledger, Level
from toguna.accounts.book.record import Record, StepRefusedError, decide
from toguna.accounts.book.roles import BOTH, Person
from toguna.accounts.log import Entry, Reading
from toguna.accounts.log.journal import Draft
from toguna.core.errors import AccountError


class Confirming(Kept):
    """Ledgers in which some things take two people."""

    def confirm(
        self,
        number: int,
        ledger: str,
        record_id: str,
        person: Person,
        reason: str,
        today: date | None = None,
        keeps: Keeps | None = None,
    ) -> Entry:
        """Return the entry of a step that was proposed, now that a second person agrees.

        Parameters
        ----------
        number : the proposal's entry
        today : date the rules are read on; default: this day, UTC
        keeps : as in `ask_erasure`

        Raises
        ------
        AccountError
            There is no such proposal any more, the record changed since, a rule is against it by now, or the person
            proposed it or may not be the second one.
        """
        kept, day = self._ledger(ledger), today or now_utc().date()
        proposal = self._proposal(following.history(self.log, ledger, record_id), number)
        step = two.proposed(proposal)
        said = step.fields or {}

        def check(connection: Connection) -> None:
            readings = self.log.history(connection, ledger, record_id)
            record = two.folded(readings, kept, record_id)
            self._proposal(readings, number)
            self._second(proposal.actor, person, kept, _areas_of(kept, record.values, said))
            if step.step.startswith(two.SET_ASIDE):
                _conflict(record, readings, step.step.removeprefix(two.SET_ASIDE))
            if step.step == two.ERASURE:
                _erasable(kept, record, day, keeps)
            if step.step in kept.steps:
                self._check_order(readings)
                if step.fields is None or record.is_erased:
                    raise StepRefusedError(step.step, [ERASED])
                if two.is_overtaken(proposal, record, readings, kept):
                    raise StepRefusedError(step.step, [CHANGED])
                decide(kept, record, step.step, said, day)

        actor = f"{proposal.actor}{BOTH}{person.name}"
        subject = about(kept, record_id, said) if step.step in kept.steps else None
        done = Draft(ledger, record_id, step.step, said, actor, reason, subject)
        confirmed = Draft(ledger, record_id, two.CONFIRMED + two.mark(proposal), {}, person.name, reason)
        if step.step != two.ERASURE:
            entry = self.log.append_many([done, confirmed], check)[0]
        else:  # confirmed last, so that what is cut short can be confirmed again
            entry = self.log.append_many([done], check)[0]
            for one in two.subjects(kept, record_id, following.history(self.log, ledger, record_id)):
                self.log.erase(one, actor, reason, [ledger])
            self.log.append_many([confirmed])
        self._follow()
        return entry

    def decline(self, number: int, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry that a proposal is declined, or withdrawn by whoever made it."""
        kept = self._ledger(ledger)
        proposal = self._proposal(following.history(self.log, ledger, record_id), number)

        def check(connection: Connection) -> None:
            readings = self.log.history(connection, ledger, record_id)
            self._proposal(readings, number)
            if proposal.actor != person.name:
                values = two.folded(readings, kept, record_id).values
                self._second(proposal.actor, person, kept, _areas_of(kept, values))

        draft = Draft(ledger, record_id, two.DECLINED + two.mark(proposal), {}, person.name, reason)
        entry = self.log.append_many([draft], check)[0]
        self._follow()
        return entry

    def ask_set_aside(self, conflict: int, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the proposal to set aside a step that conflicts: it stays in the log.

        Whoever holds that the step should count enters it anew first. A second person confirms as with any step.

        Parameters
        ----------
        conflict : the step's entry, as the record's conflicts say it
        """

        def act(record: Record, readings: Sequence[Reading]) -> str:
            found = next((two.mark(one) for one in readings if one.number == conflict), "")
            _conflict(record, readings, found)
            return two.SET_ASIDE + found

        return self._propose(act, ledger, record_id, person, reason)

    def ask_erasure(
        self, ledger: str, record_id: str, person: Person, reason: str, keeps: Keeps | None = None
    ) -> Entry:
        """Return the proposal to erase what a record says, for good and on every machine; a second person confirms.

        Parameters
        ----------
        keeps : a State's own rule on how long records are kept; default: the ledger's

        Raises
        ------
        AccountError
            The record must still be kept, or something is still due.
        """
        kept = self._ledger(ledger)

        def act(record: Record, _: Sequence[Reading]) -> str:
            _erasable(kept, record, now_utc().date(), keeps)
            return two.ERASURE

        return self._propose(act, ledger, record_id, person, reason)

    def _propose(
        self,
        act: Callable[[Record, Sequence[Reading]], str],
        ledger: str,
        record_id: str,
        person: Person,
        reason: str,
    ) -> Entry:
        kept = self._ledger(ledger)
        readings = following.history(self.log, ledger, record_id)
        record = two.folded(readings, kept, record_id)
        if not all(self.roles.may_work(person, ledger, area) for area in _areas_of(kept, record.values)) or not reason:
            raise AccountError(f"It is not proposed. {NOT_ALLOWED} A reason must be given.")
        if not record.history and not record.conflicts:
            raise AccountError(NO_RECORD.format(ledger))
        kind = two.PROPOSED + act(record, readings)
        draft = Draft(ledger, record_id, kind, {two.SAID: {}, two.AFTER: ""}, person.name, reason)
        entry = self.log.append_many([draft])[0]
        self._follow()
        return entry

    @staticmethod
    def _proposal(readings: Iterable[Reading], number: int) -> Reading:
        found = next((one for one in two.pending(readings) if one.number == number), None)
        if found is None:
            raise AccountError(NO_PROPOSAL)
        return found

    def _second(self, first: str, person: Person, ledger: Ledger, areas: Iterable[str]) -> None:
        if person.name == first:
            raise AccountError("The second person must be another one. Ask a colleague whose role confirms.")
        if not all(self.roles.may_confirm(person, ledger.name, area) for area in areas):
            raise AccountError(f"It is not confirmed. {NOT_ALLOWED}")

    def ask_unmask(self, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry in which somebody asks to see the identities in a record."""
        kept = self._ledger(ledger)
        record = self._record(kept, record_id)
        if self._sees(person, kept, record) is not Level.IDENTITY or not reason:
            raise AccountError(f"Identities are not shown. {NOT_ALLOWED} A reason must be given.")
        if not record.history:
            raise AccountError(NO_RECORD.format(ledger))
        return self.log.append(ledger, record_id, two.UNMASK, {}, person.name, reason)

    def unmask(self, number: int, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry in which a second person lets the one who asked see the identities, for a day.

        Parameters
        ----------
        number : entry in which somebody asked; each may be granted once
        """
        kept = self._ledger(ledger)
        asked = two.asked_to_unmask(following.history(self.log, ledger, record_id), number)
        if asked is None:
            raise AccountError("Nobody asked for this. Give the entry in which somebody asked to unmask the record.")
        fields = {"reader": asked.actor, "asked": two.mark(asked)}

        def check(connection: Connection) -> None:
            readings = self.log.history(connection, ledger, record_id)
            if two.asked_to_unmask(readings, number) is None:
                raise AccountError("This was granted already. Whoever still needs to see the identities asks anew.")
            values = two.folded(readings, kept, record_id).values
            self._second(asked.actor, person, kept, _areas_of(kept, values))

        draft = Draft(ledger, record_id, two.UNMASKED, fields, person.name, reason)
        return self.log.append_many([draft], check)[0]


def about(ledger: Ledger, record_id: str, said: Mapping[str, Any]) -> str | None:
    """Return whose erasure takes the content of an entry away; None: the record itself."""
    return None if ledger.subject is None else ledger.subject(said, record_id)


def _erasable(ledger: Ledger, record: Record, today: date, keeps: Keeps | None) -> None:
    """Refuse to erase a record that must be kept, or of which something is still due; nothing is of one erased."""
    rule = keeps or ledger.keeps
    if rule is not None and (why := rule(record, today)) is not None:
        raise AccountError(why)
    if ledger.due is not None and not record.is_erased and ledger.due(record):
        raise AccountError("Something is still due for this record. See to it first; what is due says what.")


def _areas_of(ledger: Ledger, *said: Mapping[str, Any]) -> set[str]:
    """Return the areas a record or step touches; "" alone where none is said."""
    return {str(one.get(ledger.area) or "") for one in said} - {""} or {""}


def _conflict(record: Record, readings: Iterable[Reading], found: str) -> None:
    numbers = {one.number for one in record.conflicts}
    if found not in {two.mark(one) for one in readings if one.number in numbers}:
        raise AccountError("The record has no such conflict. Give the entry of one the record shows.")
