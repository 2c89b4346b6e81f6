"""`reconcile`: what a count of a store and the register say of each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from toguna.accounts.arms.identity import exact_key, loose_key, loose_keys
from toguna.accounts.arms.near import near_pairs
from toguna.accounts.book.record import Record
from toguna.core.errors import AskError

PRESENT = "stored"  # the one state in which a weapon lies in a store


class Piece(NamedTuple):
    """A weapon as the register has it.

    `key` is its identity, or a keyed token of it; `reading` its serial in clear, for misreadings, "" where it may not
    be shown; `model` anything that is equal for weapons of one make and model.
    """

    key: Hashable
    store: str
    state: str
    reading: str = ""
    model: Hashable = None


class Counted(NamedTuple):
    """A weapon as it was counted; fields as of `Piece`."""

    key: Hashable
    reading: str = ""
    model: Hashable = None


class Misread(NamedTuple):
    """A weapon counted that the register does not know, and one it knows that was not counted and reads much alike.

    `edits` is 0 where only commonly confused signs differ; `is_same_model` whether make and model agree; `is_only`
    whether neither has another such counterpart.
    """

    counted: Counted
    piece: Piece
    edits: int
    is_same_model: bool
    is_only: bool


@dataclass(frozen=True)
class Reconciliation:
    """What a count and the register say of each other. Each weapon counted is in one of the first four, once.

    Attributes
    ----------
    store : that was counted
    matched : counted, and registered there
    elsewhere : counted, but registered in another store
    conflicts : counted, but by the register in no store: destroyed, lost, stolen, exported, issued ...
    surplus : counted, but not registered
    missing : registered there, but not counted
    duplicates : times counted, of what was counted more than once
    registered_twice : keys counted that the register holds more than once
    misread : likely misreadings, to be looked at on the weapon; nothing is changed by them
    """

    store: str
    matched: tuple[Piece, ...] = field(repr=False)
    elsewhere: tuple[Piece, ...] = field(repr=False)
    conflicts: tuple[Piece, ...] = field(repr=False)
    surplus: tuple[Counted, ...] = field(repr=False)
    missing: tuple[Piece, ...] = field(repr=False)
    duplicates: Mapping[Hashable, int] = field(repr=False)
    registered_twice: tuple[Hashable, ...] = field(repr=False)
    misread: tuple[Misread, ...] = field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether count and register agree."""
        wrong = (self.elsewhere, self.conflicts, self.surplus, self.missing, self.duplicates, self.registered_twice)
        return not any(wrong)

    def __str__(self) -> str:
        """Return the numbers; no key and no serial."""
        parts = [
            f"{len(self.matched):,} matched",
            f"{len(self.missing):,} missing",
            f"{len(self.surplus):,} not registered",
            f"{len(self.elsewhere):,} of another store",
            f"{len(self.conflicts):,} that should be in no store",
            f"{len(self.duplicates):,} counted more than once",
            f"{len(self.registered_twice):,} registered more than once",
            f"{len({one.counted.key for one in self.misread}):,} perhaps misread",
        ]
        return ", ".join(parts)


def reconcile(expected: Iterable[Piece], counted: Iterable[Counted], store: str, edits: int = 1) -> Reconciliation:
    """Return what a count of a store and the register say of each other.

    Parameters
    ----------
    expected : weapons of the whole register, or as much of it as the count is held against; read once
    counted : weapons counted in the store
    store : as the register names it
    edits : signs that may differ in a misread serial, 0 to 2, beyond what is commonly confused (O 0, I 1, B 8, S 5)

    Raises
    ------
    AskError
        `edits` out of bounds.

    Examples
    --------
    >>> register = [Piece("M|70|A100|SRB", "Gao 1", "stored", "A100"), Piece("M|70|A200|SRB", "Gao 1", "stored")]
    >>> print(reconcile(register, [Counted("M|70|A1O0|SRB", "A1O0"), Counted("M|70|A200|SRB")], "Gao 1"))
    1 matched, 1 missing, 1 not registered, 0 of another store, 0 that should be in no store, 0 counted more than once,
    0 registered more than once, 1 perhaps misread
    """
    if edits not in (0, 1, 2):
        raise AskError("`edits` is 0, 1 or 2: with more, any serial is like any other.")
    counted = list(counted)
    times = Counter(one.key for one in counted)
    first: dict[Hashable, Counted] = {}
    for one in counted:
        first.setdefault(one.key, one)
    readings = {loose_key(one.reading) for one in first.values() if one.reading}
    known: defaultdict[Hashable, list[Piece]] = defaultdict(list)
    missing: list[Piece] = []
    others: list[Piece] = []  # not counted and not of this store
    for piece in expected:
        key, where, state, reading, _ = piece  # once for each of a million
        if key in times:
            known[key].append(piece)
        elif where == store and state == PRESENT:
            missing.append(piece)
        elif readings and reading:
            others.append(piece)
    keys = loose_keys([piece.reading for piece in others])
    alike = [piece for piece, key in zip(others, keys, strict=True) if key in readings]
    best = {key: min(pieces, key=lambda piece: _rank(piece, store)) for key, pieces in known.items()}
    ranks = [(best[key], _rank(best[key], store)) for key in first if key in best]
    surplus = [one for key, one in first.items() if key not in best]
    return Reconciliation(
        store,
        matched=tuple(piece for piece, rank in ranks if rank == 0),
        elsewhere=tuple(piece for piece, rank in ranks if rank == 1),
        conflicts=tuple(piece for piece, rank in ranks if rank == 2),
        surplus=tuple(surplus),
        missing=tuple(missing),
        duplicates={key: number for key, number in times.items() if number > 1},
        registered_twice=tuple(key for key, pieces in known.items() if len(pieces) > 1),
        misread=tuple(_misread(surplus, missing, alike, edits)),
    )


def _rank(piece: Piece, store: str) -> int:
    """Return 0 for a weapon that lies in the store, 1 for another store, 2 for none."""
    if piece.state != PRESENT:
        return 2
    return 0 if piece.store == store else 1


def _misread(surplus: list[Counted], missing: list[Piece], alike: list[Piece], edits: int) -> Iterator[Misread]:
    """Yield likely misreadings: first of what is missing here, then of what lies elsewhere, by confused signs alone."""
    here: defaultdict[str, list[Piece]] = defaultdict(list)
    there: defaultdict[str, list[Piece]] = defaultdict(list)
    for pieces, by_key in ((missing, here), (alike, there)):
        for piece in pieces:
            if piece.reading:
                by_key[loose_key(piece.reading)].append(piece)
    wanted = [(one, loose_key(one.reading)) for one in surplus if one.reading]
    near = near_pairs((key for _, key in wanted), here, edits)
    pairs: list[tuple[Counted, Piece, int]] = []
    for one, key in wanted:
        found = [(one, piece, apart) for apart, other in near.get(key, ()) for piece in here[other]]
        pairs += found or [(one, piece, 0) for piece in there.get(key, ())]
    of_counted = Counter(one.key for one, _, _ in pairs)
    of_piece = Counter(piece.key for _, piece, _ in pairs)
    for one, piece, apart in pairs:
        is_same = one.model is not None and one.model == piece.model
        yield Misread(one, piece, apart, is_same, of_counted[one.key] == 1 and of_piece[piece.key] == 1)


class LotDifference(NamedTuple):
    """A lot of which another quantity was counted than registered."""

    key: Hashable
    registered: int
    counted: int


def reconcile_lots(expected: Mapping[Hashable, int], counted: Iterable[tuple[Hashable, int]]) -> list[LotDifference]:
    """Return the lots whose quantity counted is not the one registered, largest difference first.

    Parameters
    ----------
    expected : quantity in the store by lot, as `balance` gives it
    counted : (lot, quantity), one for each pile; piles of one lot are added up
    """
    found: Counter[Hashable] = Counter()
    for key, quantity in counted:
        found[key] += quantity
    keys = dict.fromkeys([*expected, *found])
    rows = [LotDifference(key, expected.get(key, 0), found[key]) for key in keys]
    return sorted((one for one in rows if one.registered != one.counted), key=lambda one: -abs(one.registered - one[2]))


def pieces(records: Iterable[Record]) -> Iterator[Piece]:
    """Yield the weapons of records of the arms ledger as a count is held against them; those without identity not."""
    for record in records:
        said = record.values
        if said.get("identity"):
            model = (exact_key(said.get("make", "")), exact_key(said.get("model", "")))
            reading = said.get("serial") or said.get("unique_mark") or ""
            yield Piece(said["identity"], said.get("store", ""), record.state, reading, model)
