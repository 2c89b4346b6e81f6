"""Merging: entries of another copy of the account's log are taken in, and its signed head stays provable.

Entries first written elsewhere are carried: their bytes go unchanged into an entry of this log. A note then keeps the
other log's head and the order of its entries, as runs of entries here, so that its tree can be built again and its root
compared with what it signed. An entry is known by the hash of its bytes as first written; merging again adds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from toguna.accounts.log import store
from toguna.accounts.log.journal import ERASED, HEAD_KEPT, MERGED, OWN, Log, is_due
from toguna.accounts.log.leaf import CARRIED, SEALED, canonical, innermost, read_leaf
from toguna.accounts.log.merkle import leaf_hash
from toguna.accounts.log.signing import Head, read_head
from toguna.core.errors import AccountError

_HERE, _INSIDE, _HASH = "here", "inside", "hash"  # an entry of this log, what an entry here carries, only its hash


@dataclass(frozen=True)
class Merge:
    """What a merge did.

    Attributes
    ----------
    taken : entries carried over
    known : entries that were here already
    head : signed head of this log afterwards
    """

    taken: int
    known: int
    head: Head


def merge(log: Log, leaves: Sequence[bytes], head: Head) -> Merge:
    """Return what merging another log of the account did; its entries and head are verified before.

    Parameters
    ----------
    log : the log that takes them in
    leaves : all entries of the other log, in its order
    head : its signed head over them
    """
    with store.writing(log.engine) as connection:
        row = connection.execute(store.HEAD.select().with_for_update()).first()
        here, inside, known = _places(connection)
        firsts = [leaf_hash(innermost(raw)) for raw in leaves]
        fresh = [at for at, first in enumerate(firsts) if first not in known]
        if row is None:
            raise AccountError(store.CHANGED)
        now = _head_of(row[1])
        if all(_is_bookkeeping(leaves[at]) for at in fresh):
            return Merge(0, len(leaves), now)
        start = now.size + is_due(now.size, len(fresh) + 1)
        coming = {at: start + 1 + count for count, at in enumerate(fresh)}
        order = _order(leaves, coming, here, inside)
        after = log.carry_in(connection, [leaves[at] for at in fresh], {"head": head.raw(), "order": canonical(order)})
    log.keys.witness.remember(after)
    notes = [read_leaf(innermost(leaves[at])) for at in fresh]
    log.apply(note for note in notes if note.ledger == OWN and note.kind == ERASED)
    return Merge(len(fresh), len(leaves) - len(fresh), after)


def _head_of(raw: bytes) -> Head:
    return read_head(bytes(raw))


def _places(connection: Connection) -> tuple[dict[bytes, int], dict[bytes, int], set[bytes]]:
    """Return where entries are by hash, where carried entries are by hash, and the hashes of all as first written."""
    here: dict[bytes, int] = {}
    inside: dict[bytes, int] = {}
    known: set[bytes] = set()
    for rows in store.chunks(connection):
        for number, _, leaf, _ in rows:
            hashed = leaf_hash(leaf)
            here[hashed] = number
            if leaf[0] == CARRIED:
                carried = read_leaf(leaf).inner()
                inside[leaf_hash(carried)] = number
                hashed = leaf_hash(innermost(carried))
            known.add(hashed)
    return here, inside, known


def _is_bookkeeping(leaf: bytes) -> bool:
    """Tell whether an entry only says that logs were merged or heads kept: not worth a merge by itself."""
    if leaf[0] == SEALED:
        return False
    first = read_leaf(innermost(leaf))
    return first.ledger == OWN and first.kind in {MERGED, HEAD_KEPT}


def _order(
    leaves: Sequence[bytes], coming: Mapping[int, int], here: Mapping[bytes, int], inside: Mapping[bytes, int]
) -> list[list[str | int]]:
    """Return the other log's order as runs: where its entries are here, or their hashes where only those are needed."""
    runs: list[list[Any]] = []
    for at, raw in enumerate(leaves):
        hashed = leaf_hash(raw)
        if at in coming:
            kind, number = _INSIDE, coming[at]
        elif hashed in here:
            kind, number = _HERE, here[hashed]
        elif hashed in inside:
            kind, number = _INSIDE, inside[hashed]
        else:
            runs.append([_HASH, hashed.hex()])
            continue
        if runs and runs[-1][0] == kind and runs[-1][1] + runs[-1][2] == number:
            runs[-1][2] += 1
        else:
            runs.append([kind, number, 1])
    return runs


def order_of(part: bytes, hashes: Sequence[bytes], inner: Mapping[int, bytes]) -> list[bytes]:
    """Return the hashes of another log's entries in its order.

    Parameters
    ----------
    part : the order as kept in the note of a merge
    hashes : hashes of this log's entries, from number 1
    inner : hashes of what entries here carry, by number
    """
    found: list[bytes] = []
    for kind, *run in json.loads(part):
        if kind == _HASH:
            found.append(bytes.fromhex(run[0]))
        elif kind == _HERE:
            found += hashes[run[0] - 1 : run[0] - 1 + run[1]]
        else:
            found += [inner.get(number, b"") for number in range(run[0], run[0] + run[1])]
    return found
