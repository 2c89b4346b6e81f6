"""Merkle trees as RFC 6962, section 2.1, defines them: roots, and proofs of inclusion and of consistency.

A leaf is hashed with 0x00 before it and a node with 0x01, so that no node can pass for a leaf. A tree of n leaves
splits at the largest power of two smaller than n. Hashes are 32 bytes of SHA-256. The checks follow RFC 9162,
sections 2.1.3.2 and 2.1.4.2, which give the same proofs an algorithm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
Range = Callable[[int, int], bytes]  # root of the leaves from one number up to, not including, another


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from those of its two children."""
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`, of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


class Peaks:
    r"""The full subtrees of a growing tree, largest first: enough to add leaves and to tell the root.

    Parameters
    ----------
    size : leaves so far
    hashes : roots of the full subtrees, one for each bit set in `size`

    Examples
    --------
    >>> peaks = Peaks()
    >>> for leaf in (b"", b"\x00", b"\x10"):
    ...     peaks.add(leaf_hash(leaf))
    >>> peaks.root().hex()[:8]
    'aeb6bcfe'
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees, not {len(hashes)}")
        self.size = size
        self.hashes = list(hashes)

    def add(self, hashed: bytes) -> None:
        """Add the hash of the next leaf."""
        size = self.size
        while size & 1:
            hashed = sha256(b"\x01" + self.hashes.pop() + hashed).digest()
            size >>= 1
        self.hashes.append(hashed)
        self.size += 1

    def add_full(self, leaves: list[bytes]) -> None:
        """Add the hashes of many leaves, level by level; quickest for a full power of two on an even start.

        Where the leaves do not make a full subtree that fits here they are added one by one.
        """
        count = len(leaves)
        if count & (count - 1) or not count or self.size % count:
            for one in leaves:
                self.add(one)
            return
        level = leaves
        while len(level) > 1:
            level = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)
            ]
        hashed, size = level[0], self.size // count
        while size & 1:
            hashed = node_hash(self.hashes.pop(), hashed)
            size >>= 1
        self.hashes.append(hashed)
        self.size += count

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self.hashes:
            return EMPTY
        found = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            found = node_hash(left, found)
        return found

    def copy(self) -> Peaks:
        """Return a copy that grows by itself."""
        return Peaks(self.size, self.hashes)


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over hashed leaves."""
    peaks = Peaks()
    for one in leaves:
        peaks.add(one)
    return peaks.root()


def _range(leaves: Sequence[bytes]) -> Range:
    return lambda start, stop: root(leaves[start:stop])


def inclusion(leaves: Sequence[bytes], number: int) -> list[bytes]:
    """Return the proof that a leaf stands in the tree: the siblings on its way up (`PATH` in RFC 6962).

    Parameters
    ----------
    leaves : hashes of all leaves of the tree
    number : which leaf, from 0

    Raises
    ------
    ValueError
        The tree has no such leaf.
    """
    if not 0 <= number < len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves has no leaf {number}")
    of, start, stop, path = _range(leaves), 0, len(leaves), []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if number < middle:
            path.append(of(middle, stop))
            stop = middle
        else:
            path.append(of(start, middle))
            start = middle
    return path[::-1]


def is_included(hashed: bytes, number: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Tell whether the proof shows that a hashed leaf is number `number` (from 0) of the tree with root `top`."""
    if not 0 <= number < size:
        return False
    place, last, found = number, size - 1, hashed
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == top


def consistency(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Return the proof that the tree over the first `size` leaves grew into the tree over all (`PROOF` in RFC 6962).

    Raises
    ------
    ValueError
        The earlier tree is empty or larger than the later one.
    """
    if not 0 < size <= len(leaves):
        raise ValueError(f"no proof leads from a tree of {size} leaves to one of {len(leaves)}")
    of, path = _range(leaves), []
    start, stop, whole = 0, len(leaves), True
    while stop - start != size - start:
        middle = start + _split(stop - start)
        if size <= middle:
            path.append(of(middle, stop))
            stop = middle
        else:
            path.append(of(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(of(start, stop))
    return path[::-1]


def is_consistent(before: int, old: bytes, after: int, new: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the proof shows that a tree of `before` leaves and root `old` is the beginning of a later tree."""
    if not 0 < before <= after:
        return False
    if before == after:
        return old == new and not path
    way = list(path) if before & (before - 1) else [old, *path]
    if not way:
        return False
    place, last = before - 1, after - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = way[0]
    for sibling in way[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old and second == new
