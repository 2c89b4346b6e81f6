"""`Book`: the ledgers of an account, kept in its log; every rule is asked and every reading is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

import pandas as pd
from sqlalchemy import Connection

from toguna.accounts.book.index import Index, Place
from toguna.accounts.book.ledger import BEGIN, Ledger, Level, Step, levels
from toguna.accounts.book.record import Happened, Record, StepRefusedError, decide, fold, take
from toguna.accounts.book.roles import Person, Roles, read_roles
from toguna.accounts.log import Entry, Keys, Log, Reading
from toguna.accounts.log.journal import Draft
from toguna.core.errors import AccountError

PROPOSED, CONFIRMED, DECLINED = "proposed:", "confirmed:", "declined:"
UNMASK, UNMASKED = "unmask asked", "unmasked"
UNMASKED_FOR = timedelta(hours=24)
_COUNTED = "aggregates"  # record under which it is logged that a ledger was counted
_BATCH = 20_000  # entries of the log brought into the index at once
_NOT_ALLOWED = "Your role does not allow it. Ask somebody whose role does."


class Ask(NamedTuple):
    """A step somebody wants to enter: which ledger and record, which step, and what is said."""

    ledger: str
    record_id: str
    step: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """A record as a reader's role shows it.

    Attributes
    ----------
    record : with fields that are held too closely left out
    masked : names of those fields
    """

    record: Record
    masked: tuple[str, ...]


@dataclass
class Book:
    """The ledgers of an account.

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
        day = today or _now().date()

        def check(connection: Connection) -> None:
            held: dict[tuple[str, str], Record] = {}
            for number, one in enumerate(asks, start=1):
                ledger = self._ledger(one.ledger)
                key = (one.ledger, one.record_id)
                record = held.get(key) or self._fold(self.log.history(connection, *key), ledger, one.record_id)
                try:
                    step, fields = self._allowed(ledger, record, one, person, day)
                except AccountError as why:
                    raise AccountError(f"{f'Entry {number}: ' if len(asks) > 1 else ''}{why}") from None
                happened = Happened(step.name, fields, person.name, _now(), reason)
                held[key] = record if step.two_person else take(ledger, record, happened)

        # Drafts are made before the lock, from what is said; rules are asked once nobody else can write.
        drafts = [self._draft(self._ledger(one.ledger), one, person, reason) for one in asks]
        entries = self.log.append_many(drafts, check)
        self.catch_up()
        return entries

    def _draft(self, ledger: Ledger, ask: Ask, person: Person, reason: str) -> Draft:
        step = ledger.steps.get(ask.step)
        if step is None:
            decide(ledger, Record(ledger.name, ask.record_id), ask.step, {}, _now().date())
            raise AssertionError  # a step that is not there is refused above
        said = _plain(step, ask.fields)
        kind = PROPOSED + step.name if step.two_person else step.name
        about = ledger.subject(said, ask.record_id) if ledger.subject is not None else None
        return Draft(ledger.name, ask.record_id, kind, said, person.name, reason, about)

    def _allowed(
        self, ledger: Ledger, record: Record, ask: Ask, person: Person, today: date
    ) -> tuple[Step, Mapping[str, Any]]:
        step = ledger.steps[ask.step]
        said = _plain(step, ask.fields)
        areas = {str(one) for one in (record.values.get(ledger.area), said.get(ledger.area)) if one}
        if not all(self.roles.may_enter(person, ledger.name, step, area) for area in areas or {""}):
            raise AccountError(f"{step.name!r} is not entered. {_NOT_ALLOWED}")
        decide(ledger, record, step.name, ask.fields, today)
        if said.get("decided_by") not in (None, person.name):
            raise StepRefusedError(step.name, ["Whoever decides enters it: decided_by is another person."])
        return step, said

    def confirm(self, number: int, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry of a step that was proposed, now that a second person agrees.

        Parameters
        ----------
        number : the proposal's entry

        Raises
        ------
        AccountError
            There is no such proposal any more, the person proposed it, or may not be the second person.
        """
        kept = self._ledger(ledger)
        proposal = self._proposal(number, kept, record_id)
        name, said = proposal.kind.removeprefix(PROPOSED), proposal.fields or {}

        def check(connection: Connection) -> None:
            readings = self.log.history(connection, ledger, record_id)
            record = self._fold(readings, kept, record_id)
            if number not in {one.number for one in pending(readings)}:
                raise AccountError(_NO_PROPOSAL)
            self._second(proposal.actor, person, kept, record)
            decide(kept, record, name, said, _now().date())

        about = kept.subject(said, record_id) if kept.subject is not None else None
        actor = f"{proposal.actor} + {person.name}"
        step = Draft(ledger, record_id, name, said, actor, reason, about)
        done = Draft(ledger, record_id, CONFIRMED + _mark(proposal), {}, person.name, reason)
        entry = self.log.append_many([step, done], check)[0]
        self.catch_up()
        return entry

    def decline(self, number: int, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry that a proposal is declined, or withdrawn by whoever made it."""
        kept = self._ledger(ledger)
        proposal = self._proposal(number, kept, record_id)
        if proposal.actor != person.name:
            self._second(proposal.actor, person, kept, self._record(kept, record_id))
        draft = Draft(ledger, record_id, DECLINED + _mark(proposal), {}, person.name, reason)
        return self.log.append_many([draft])[0]

    def _proposal(self, number: int, ledger: Ledger, record_id: str) -> Reading:
        from toguna.accounts.log import store

        with store.reading(self.log.engine) as connection:
            readings = self.log.history(connection, ledger.name, record_id)
        found = [one for one in pending(readings) if one.number == number]
        if not found:
            raise AccountError(_NO_PROPOSAL)
        return found[0]

    def _second(self, first: str, person: Person, ledger: Ledger, record: Record) -> None:
        if person.name == first:
            raise AccountError("The second person must be another one. Ask a colleague whose role confirms.")
        if not self.roles.may_confirm(person, ledger.name, str(record.values.get(ledger.area) or "")):
            raise AccountError(f"It is not confirmed. {_NOT_ALLOWED}")

    def show(self, ledger: str, record_id: str, person: Person, reason: str) -> Shown:
        """Return a record as far as somebody's role shows it; that it was read is logged first.

        Identities are left out unless a second person has unmasked the record for this reader within a day.
        """
        kept = self._ledger(ledger)
        place = self._record(kept, record_id)
        level = self.roles.sees(person, ledger, str(place.values.get(kept.area) or ""))
        if level is None or level is Level.OPEN:
            raise AccountError(f"The record is not shown. {_NOT_ALLOWED}")
        readings = self.log.read(ledger, record_id, person.name, reason)
        if not readings:
            raise AccountError(f"The {ledger} ledger has no such record. Look it up by its marks or its id.")
        if level is Level.IDENTITY and not _is_unmasked(readings, person, _now()):
            level = Level.CLOSED
        return mask(kept, self._fold(readings, kept, record_id), level)

    def ask_unmask(self, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry in which somebody asks to see the identities in a record."""
        kept = self._ledger(ledger)
        area = str(self._record(kept, record_id).values.get(kept.area) or "")
        if self.roles.sees(person, ledger, area) is not Level.IDENTITY or not reason:
            raise AccountError(f"Identities are not shown. {_NOT_ALLOWED} A reason must be given.")
        return self.log.append(ledger, record_id, UNMASK, {}, person.name, reason)

    def unmask(self, number: int, ledger: str, record_id: str, person: Person, reason: str) -> Entry:
        """Return the entry in which a second person lets the one who asked see the identities, for a day."""
        from toguna.accounts.log import store

        kept = self._ledger(ledger)
        with store.reading(self.log.engine) as connection:
            readings = self.log.history(connection, ledger, record_id)
        asked = next((one for one in readings if one.number == number and one.kind == UNMASK), None)
        if asked is None:
            raise AccountError("Nobody asked for this. Give the entry in which somebody asked to unmask the record.")
        self._second(asked.actor, person, kept, self._fold(readings, kept, record_id))
        return self.log.append(ledger, record_id, UNMASKED, {"reader": asked.actor}, person.name, reason)

    def find(self, ledger: str, name: str, said: str, person: Person) -> list[Place]:
        """Return where the records stand that have a mark: within one ledger, and by no person's name.

        Raises
        ------
        AccountError
            The ledger is not looked up by this field, or the role does not show its records.
        """
        kept = self._ledger(ledger)
        if name not in kept.found_by:
            known = ", ".join(kept.found_by) or "nothing"
            raise AccountError(f"The {ledger} ledger is looked up by {known}, not by {name}.")
        self.catch_up()
        return [one for one in self._index.found(kept, name, said) if self._is_shown(person, ledger, one)]

    def cases(self, ledger: str, record_id: str, person: Person) -> list[Place]:
        """Return other records of what may be the same thing, for somebody to decide."""
        kept = self._ledger(ledger)
        self.catch_up()
        record = self._record(kept, record_id)
        return [one for one in self._index.alike(kept, record) if self._is_shown(person, ledger, one)]

    def places(self, ledger: str, person: Person) -> list[Place]:
        """Return where the records of a ledger stand, soonest due first, as far as the role shows them."""
        kept = self._ledger(ledger)
        self.catch_up()
        return [one for one in self._index.places(kept) if self._is_shown(person, ledger, one)]

    def overdue(self, ledger: str, person: Person, now: datetime | None = None) -> list[Place]:
        """Return the records in which something is overdue, longest first."""
        kept = self._ledger(ledger)
        self.catch_up()
        return [one for one in self._index.overdue(kept, now or _now()) if self._is_shown(person, ledger, one)]

    def count(
        self, ledger: str, how: Callable[[Iterable[Record]], pd.DataFrame], person: Person, reason: str
    ) -> pd.DataFrame:
        """Return what a function counts over a ledger's records; logged. Small cells are for `disclosure` to withhold.

        Parameters
        ----------
        how : makes a table of open fields and counts from records, as each ledger's `monthly` does
        """
        kept = self._ledger(ledger)
        if not self.roles.may_count(person, ledger):
            raise AccountError(f"The {ledger} ledger is not counted. {_NOT_ALLOWED}")
        self.log.append(ledger, _COUNTED, "counted", {}, person.name, reason)
        return how(self.records(kept))

    def records(self, ledger: Ledger) -> Iterator[Record]:
        """Yield every record of a ledger, whole: for counting within this room, never for showing."""
        histories: dict[str, list[Reading]] = {}
        for name, record_id, reading in self.log.news():
            if name == ledger.name and record_id != _COUNTED:
                histories.setdefault(record_id, []).append(reading)
        for record_id, readings in histories.items():
            yield self._fold(readings, ledger, record_id)

    def catch_up(self) -> None:
        """Bring the index up to the log: what this and other machines entered since."""
        changed: dict[tuple[str, str], None] = {}
        last = self._index.entry
        for ledger, record_id, reading in self.log.news(last):
            if ledger in self.ledgers and record_id != _COUNTED:
                changed[ledger, record_id] = None
            last = reading.number
            if len(changed) >= _BATCH:
                self._reindex(changed, last)
                changed = {}
        self._reindex(changed, last)

    def _reindex(self, changed: Iterable[tuple[str, str]], entry: int) -> None:
        from toguna.accounts.log import store

        with store.reading(self.log.engine) as connection:
            found = [
                (self.ledgers[name], self._fold(self.log.history(connection, name, one), self.ledgers[name], one))
                for name, one in changed
            ]
        self._index.take(found, entry)

    def _record(self, ledger: Ledger, record_id: str) -> Record:
        from toguna.accounts.log import store

        with store.reading(self.log.engine) as connection:
            return self._fold(self.log.history(connection, ledger.name, record_id), ledger, record_id)

    @staticmethod
    def _fold(readings: Iterable[Reading], ledger: Ledger, record_id: str) -> Record:
        """Return the record that entries make; those of two logs that met are in the order of their times."""
        steps = [one for one in readings if one.kind in ledger.steps]
        steps.sort(key=lambda one: (one.time, one.log, one.own_number))
        return fold(ledger, record_id, (_happened(one) for one in steps))

    def _is_shown(self, person: Person, ledger: str, place: Place) -> bool:
        level = self.roles.sees(person, ledger, place.area)
        return level is not None and level > Level.OPEN

    def _ledger(self, name: str) -> Ledger:
        if name not in self.ledgers:
            raise AccountError(f"There is no ledger {name!r}. There are: {', '.join(self.ledgers)}.")
        return self.ledgers[name]

    def close(self) -> None:
        """Let go of the log and the index."""
        self._index.close()
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_NO_PROPOSAL = "There is no such proposal waiting. It was confirmed, declined or never made; look at the record."


def pending(readings: Iterable[Reading]) -> list[Reading]:
    """Return the proposals among a record's entries that wait for a second person."""
    made: dict[str, Reading] = {}
    for one in readings:
        if one.kind.startswith(PROPOSED):
            made[_mark(one)] = one
        elif one.kind.startswith((CONFIRMED, DECLINED)):
            made.pop(one.kind.split(":", 1)[1], None)
    return list(made.values())


def _mark(one: Reading) -> str:
    """Return what names an entry in every log it is carried to."""
    return f"{one.log.hex()[:8]}-{one.own_number}"


def mask(ledger: Ledger, record: Record, level: Level) -> Shown:
    """Return a record without the fields held more closely than a level; in lists and history too."""
    held = closeness(ledger)
    masked: set[str] = set()

    def kept(fields: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, value in fields.items():
            if isinstance(value, list) and value and isinstance(value[0], Mapping):
                found[name] = [kept(one) for one in value]
            elif held.get(name, Level.CLOSED) <= level:
                found[name] = value
            else:
                masked.add(name)
        return found

    values = kept(record.values)
    history = tuple(
        Happened(one.step, None if one.fields is None else kept(one.fields), one.actor, one.at, one.reason, one.number)
        for one in record.history
    )
    shown = Record(record.ledger, record.id, record.state, values, history, (), record.is_erased)
    return Shown(shown, tuple(sorted(masked)))


def closeness(ledger: Ledger) -> dict[str, Level]:
    """Return how closely each field of a ledger is held: as the step says that holds it most closely."""
    found: dict[str, Level] = {"at": Level.CLOSED}
    for step in ledger:
        for name, level in levels(step.says).items():
            found[name] = max(level, found.get(name, level))
    return found


def _is_unmasked(readings: Iterable[Reading], person: Person, now: datetime) -> bool:
    return any(
        one.kind == UNMASKED
        and (one.fields or {}).get("reader") == person.name
        and now - datetime.fromtimestamp(one.time / 1e6, UTC) < UNMASKED_FOR
        for one in readings
    )


def _happened(one: Reading) -> Happened:
    return Happened(
        one.kind, one.fields, one.actor, datetime.fromtimestamp(one.time / 1e6, UTC), one.reason, one.number
    )


def _plain(step: Step, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said as JSON holds it, computed fields and defaults in; unchecked where it is wrong."""
    from pydantic import ValidationError

    try:
        return step.says.model_validate(fields).model_dump(mode="json")
    except ValidationError:
        return {}  # `decide` refuses it, with every reason


def _now() -> datetime:
    return datetime.now(UTC)


__all__ = ["BEGIN", "Ask", "Book", "Shown", "closeness", "mask", "pending"]
