"""The index follows the log: what this machine and others entered or erased since is brought into it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import Connection, select

from toguna.accounts.book.index import Index, Stands
from toguna.accounts.book.ledger import Ledger
from toguna.accounts.book.record import Record
from toguna.accounts.book.two_people import folded, pending, subjects
from toguna.accounts.log import Log, Reading, store
from toguna.accounts.log.signing import read_head

COUNTED = "aggregates"  # record under which it is logged that a ledger was counted or looked up; no real one
_AT_ONCE = 5_000  # entries brought in with one turn
_ASKED = 500  # records asked for with one query
Key = tuple[str, str]  # ledger and record id


def catch_up(log: Log, ledgers: Mapping[str, Ledger], index: Index) -> None:
    """Bring an index up to its log. Whoever comes second waits for the first and takes up where it left off."""
    while True:
        size, erased = size_of(log), index.unseen(log.keys.erasures())
        if index.entry >= size and not erased:
            return
        with index.turn() as entry:
            batch = list(islice(log.news(entry), _AT_ONCE))
            upto = batch[-1][2].number if batch else entry
            _take(log, ledgers, index, batch, upto if len(batch) == _AT_ONCE else max(size, upto))
            if len(batch) < _AT_ONCE:
                again = [key for subject, _ in erased for key in index.of_subject(subject)]
                _take_again(log, ledgers, index, dict.fromkeys(again), max(size, upto))
                index.note_erased(erased)


def _take(
    log: Log, ledgers: Mapping[str, Ledger], index: Index, batch: Sequence[tuple[str, str, Reading]], entry: int
) -> None:
    news: dict[Key, list[Reading]] = {}
    for ledger, record_id, reading in batch:
        if ledger in ledgers and record_id != COUNTED:
            news.setdefault((ledger, record_id), []).append(reading)
    # Of a record the index does not have, these are all the entries there are.
    known = {key for key in news if index.has(*key)}
    fresh = [stands(log, ledgers[key[0]], key[1], readings) for key, readings in news.items() if key not in known]
    index.write([one for one in fresh if one.record.history or one.record.conflicts], entry)
    _take_again(log, ledgers, index, known, entry)


def _take_again(log: Log, ledgers: Mapping[str, Ledger], index: Index, keys: Iterable[Key], entry: int) -> None:
    with store.reading(log.engine) as connection:
        index.write(
            (stands(log, ledgers[one[0]], one[1], log.history(connection, *one)) for one in keys if one[0] in ledgers),
            entry,
        )


def take_own(
    log: Log,
    ledgers: Mapping[str, Ledger],
    index: Index,
    entered: Mapping[Key, Sequence[Reading]],
    before: int,
    entry: int,
) -> bool:
    """Bring records this process just entered into the index; tell whether it could: it must have seen all before.

    Parameters
    ----------
    entered : all entries of each record, as read before with those entered after
    before, entry : last entry of the log before, and the last one entered
    """
    if index.entry < before:
        return False
    with index.turn() as seen:
        if seen != before:
            return False
        changed = (stands(log, ledgers[key[0]], key[1], readings) for key, readings in entered.items())
        index.write(changed, entry)
    return True


def stands(log: Log, ledger: Ledger, record_id: str, readings: Sequence[Reading]) -> Stands:
    """Return how a record stands after entries."""
    whose = {log.keys.subject(ledger.name, one) for one in subjects(ledger, record_id, readings)}
    return Stands(ledger, folded(readings, ledger, record_id), len(pending(readings)), frozenset(whose))


def size_of(log: Log) -> int:
    """Return how many entries a log has."""
    with store.reading(log.engine) as connection:
        return size(connection)


def size(connection: Connection) -> int:
    """Return how many entries a log has, seen within a transaction."""
    row = connection.execute(select(store.HEAD.c.raw)).first()
    return 0 if row is None else read_head(bytes(row[0])).size


def history(log: Log, ledger: str, record_id: str) -> list[Reading]:
    """Return what the entries of a record say; for what keeps ledgers, not for people."""
    with store.reading(log.engine) as connection:
        return log.history(connection, ledger, record_id)


def histories(log: Log, connection: Connection, keys: Iterable[Key]) -> dict[Key, list[Reading]]:
    """Return what the entries of many records say; those that are new cost one query together."""
    names = {log.keys.record(*key): key for key in dict.fromkeys(keys)}
    there: set[bytes] = set()
    record = store.ENTRIES.c.record
    pseudonyms = list(names)
    for at in range(0, len(pseudonyms), _ASKED):
        asked = select(record).where(record.in_(pseudonyms[at : at + _ASKED])).distinct()
        there |= {bytes(row[0]) for row in connection.execute(asked)}
    return {key: log.history(connection, *key) if name in there else [] for name, key in names.items()}


def records(log: Log, ledger: Ledger, ids: Sequence[str]) -> Iterator[Record]:
    """Yield records, whole, a few at a time in memory."""
    for start in range(0, len(ids), _ASKED):
        with store.reading(log.engine) as connection:
            some = [
                folded(log.history(connection, ledger.name, one), ledger, one) for one in ids[start : start + _ASKED]
            ]
        yield from some
