"""What people decided about pairs, and whether their decisions agree with each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from toguna.accounts.linkage.clusters import Pair, chain, components
from toguna.core.errors import AccountError

MATCH, NO_MATCH, UNDECIDED = "match", "no match", "undecided"
_ANSWERS = (MATCH, NO_MATCH, UNDECIDED)


@dataclass(frozen=True)
class Decision:
    """What a reviewer decided about two records.

    Attributes
    ----------
    left, right : (list, id) of each record; the id alone where there is one list
    says : "match", "no match" or "undecided"
    reviewer : role or code, not a name
    reason : in words, without names
    """

    left: Hashable
    right: Hashable
    says: Literal["match", "no match", "undecided"]
    reviewer: str
    reason: str

    def __repr__(self) -> str:
        """Return what was decided without the reason, which is free text."""
        return f"Decision({self.left!r}, {self.right!r}, {self.says!r})"


def by_pair(decisions: Iterable[Decision], record: Callable[[Hashable], int]) -> dict[Pair, str]:
    """Return what was decided of each pair of records, the lower first.

    "undecided" gives way to an answer; two different answers on one pair contradict each other.

    Parameters
    ----------
    record : number of the record that a decision names

    Raises
    ------
    AccountError
        An answer, reviewer or reason that is none; a record paired with itself; two answers on one pair.
    """
    found: dict[Pair, str] = {}
    for number, one in enumerate(decisions, start=1):
        where = f"Decision {number}, on {one.left!r} and {one.right!r}"
        if one.says not in _ANSWERS:
            raise AccountError(f"{where}: the answer is none of {', '.join(_ANSWERS)}. Write one of them.")
        if not (str(one.reviewer or "").strip() and str(one.reason or "").strip()):
            raise AccountError(f"{where}: reviewer or reason is missing. Write who decided (a code) and why.")
        left, right = record(one.left), record(one.right)
        if left == right:
            raise AccountError(f"{where}: a record is paired with itself. Name two records.")
        pair = (min(left, right), max(left, right))
        before = found.get(pair, UNDECIDED)
        if UNDECIDED not in {before, one.says} and before != one.says:
            raise AccountError(f"{where}: it was decided both {before} and {one.says}. Settle it and keep one.")
        found[pair] = before if one.says == UNDECIDED else one.says
    return found


def answers(decided: dict[Pair, str], answer: str) -> list[Pair]:
    """Return the pairs with an answer, in order."""
    return sorted(pair for pair, says in decided.items() if says == answer)


def check(decided: dict[Pair, str], number: int, named: Callable[[int], str]) -> None:
    """Raise if decisions contradict each other along a chain: A is B, B is C, and A is not C.

    Parameters
    ----------
    number : of records
    named : a record, in words

    Raises
    ------
    AccountError
        Naming every pair decided to be apart that decided matches join, with the chain that does.
    """
    same = answers(decided, MATCH)
    sets = components(number, (), same)
    faults = []
    for left, right in answers(decided, NO_MATCH):
        if sets.root(left) == sets.root(right):
            links = ", ".join(f"{named(one)} = {named(other)}" for one, other in chain(same, left, right))
            faults.append(f"{named(left)} and {named(right)} were decided to be no match, but {links}")
    if faults:
        raise AccountError(
            "Decisions contradict each other: " + "; ".join(faults) + ". Look at these pairs again and change one."
        )


def follows(decided: dict[Pair, str], number: int, pairs: Sequence[Pair]) -> list[bool]:
    """Return for each pair whether its answer follows from decisions on others or was decided itself."""
    sets = components(number, (), answers(decided, MATCH), answers(decided, NO_MATCH))
    return [sets.root(left) == sets.root(right) or sets.are_apart(left, right) for left, right in pairs]
