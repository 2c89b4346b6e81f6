"""Merkle trees: published roots, RFC 6962's own definition as oracle for all sizes to 70, and forgeries refused."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.accounts.log.merkle import (
    EMPTY,
    Peaks,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    root,
)

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
HASHED = [leaf_hash(bytes.fromhex(one)) for one in LEAVES]


def defined(leaves):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def path(m, leaves):
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) <= 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), defined(leaves[k:])]
    return [*path(m - k, leaves[k:]), defined(leaves[:k])]


def subproof(m, leaves, whole):
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [defined(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), defined(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), defined(leaves[:k])]


@pytest.mark.parametrize(("size", "begins"), [(1, "6e340b9c"), (2, "fac54203"), (3, "aeb6bcfe")])
def test_published_roots(size, begins):
    assert root(HASHED[:size]).hex().startswith(begins)


def test_empty_tree():
    assert root([]) == EMPTY == defined([])


@pytest.mark.parametrize("size", range(1, 71))
def test_all_sizes_by_definition(size):
    """Root, every inclusion proof and every consistency proof are those the RFC defines, and hold."""
    leaves = [bytes([number]) * (number % 5) for number in range(size)]
    hashed = [leaf_hash(one) for one in leaves]
    top = root(hashed)
    assert top == defined(leaves)
    for number in range(size):
        proof = inclusion(hashed, number)
        assert proof == path(number, leaves)
        assert is_included(hashed[number], number, size, proof, top)
    for before in range(1, size + 1):
        proof = consistency(hashed, before)
        assert proof == subproof(before, leaves, True)
        assert is_consistent(before, root(hashed[:before]), size, top, proof)


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=70), st.data())
def test_forged_inclusion_is_refused(leaves, data):
    """A proof of one leaf holds for no other leaf, place, or root, nor with a hash changed, added or left out."""
    hashed = [leaf_hash(one) for one in leaves]
    number = data.draw(st.integers(0, len(leaves) - 1))
    proof, top, size = inclusion(hashed, number), root(hashed), len(leaves)
    assert is_included(hashed[number], number, size, proof, top)
    assert not is_included(leaf_hash(b"forged leaf"), number, size, proof, top)
    assert not is_included(hashed[number], number, size, proof, leaf_hash(b"x"))
    assert not is_included(hashed[number], number, size, [*proof, top], top)
    assert not is_included(hashed[number], size, size, proof, top)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
        assert not is_included(hashed[number], number, size, changed, top)
        assert not is_included(hashed[number], number, size, proof[:-1], top)


@given(st.integers(1, 70), st.data())
def test_forged_growth_is_refused(size, data):
    """A log whose beginning was rewritten proves no growth from its earlier head."""
    before = data.draw(st.integers(1, size))
    hashed = [leaf_hash(bytes([one])) for one in range(size)]
    proof, old, top = consistency(hashed, before), root(hashed[:before]), root(hashed)
    assert is_consistent(before, old, size, top, proof)
    other = list(hashed)
    other[data.draw(st.integers(0, before - 1))] = leaf_hash(b"rewritten")
    assert not is_consistent(before, old, size, root(other), consistency(other, before))
    if proof:
        assert not is_consistent(before, old, size, top, proof[:-1])
        assert not is_consistent(before, old, size, top, [bytes(32), *proof[1:]])


@given(st.lists(st.integers(0, 40), max_size=8))
def test_peaks_grow_by_any_steps(steps):
    """However entries come, one by one or many at once, the tree is the same."""
    peaks, hashed = Peaks(), []
    for step in steps:
        more = [leaf_hash(bytes([len(hashed) % 256, one])) for one in range(step)]
        hashed += more
        peaks.add_full(more)
    assert peaks.root() == root(hashed)
    assert Peaks(peaks.size, peaks.hashes).root() == root(hashed)


def test_peaks_that_cannot_be():
    with pytest.raises(ValueError, match="2 full subtrees"):
        Peaks(3, [bytes(32)])
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion(HASHED[:3], 3)
    with pytest.raises(ValueError, match="no proof"):
        consistency(HASHED[:3], 4)
