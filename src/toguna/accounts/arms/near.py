"""Which serials are likely misreadings of which: equal but for commonly confused signs, or few edits apart.

Both sides are indexed by what is left after leaving out up to `edits` signs; two keys at most that many edits apart
share such a remainder, so that only pairs that do are compared. Work grows with the number of keys, not of pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

LEAST = 4  # a shorter key is near too many others to say anything


def remainders(key: str, edits: int) -> set[str]:
    """Return a key with up to so many signs left out.

    Examples
    --------
    >>> sorted(remainders("abc", 1))
    ['ab', 'abc', 'ac', 'bc']
    """
    size = len(key)
    return {
        "".join(sign for at, sign in enumerate(key) if at not in left_out)
        for number in range(min(edits, size) + 1)
        for left_out in combinations(range(size), number)
    }


def edits_between(one: str, other: str, most: int) -> int | None:
    """Return how many signs are put in, left out, changed or swapped with the next to make one key the other.

    Optimal string alignment distance; None where it is more than `most`.

    Examples
    --------
    >>> edits_between("1234", "1243", 2), edits_between("1234", "124", 2), edits_between("1234", "9999", 2)
    (1, 1, None)
    """
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        row = [i]
        for j, beside in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (sign != beside))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == beside:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= most else None


def near_pairs(sought: Iterable[str], among: Iterable[str], edits: int) -> dict[str, list[tuple[int, str]]]:
    """Return, for each key sought, the keys among others at most `edits` apart, nearest first.

    Parameters
    ----------
    sought, among : loose keys
    edits : 0, 1 or 2; keys shorter than `LEAST` are only found when equal

    Returns
    -------
    dict
        (edits, key) of each near key; keys without any are left out.
    """
    index: defaultdict[str, list[str]] = defaultdict(list)
    others = set(among)
    for other in others:
        for rest in remainders(other, edits if len(other) >= LEAST else 0):
            index[rest].append(other)
    found: dict[str, list[tuple[int, str]]] = {}
    for key in set(sought):
        far = edits if len(key) >= LEAST else 0
        candidates = {other for rest in remainders(key, far) for other in index.get(rest, ())}
        pairs = []
        for other in candidates:
            apart = edits_between(key, other, far if len(other) >= LEAST else 0)
            if apart is not None:
                pairs.append((apart, other))
        if pairs:
            found[key] = sorted(pairs)
    return found
