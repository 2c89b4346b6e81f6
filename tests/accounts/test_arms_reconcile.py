"""Keys, near serials and store counts, by hand and against slower ways of finding the same."""

import random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tests.accounts import test_arms_life as told
from toguna.accounts.arms import Counted, Piece, exact_key, identity, loose_key, pieces, reconcile, reconcile_lots
from toguna.accounts.arms.identity import loose_keys
from toguna.accounts.arms.near import edits_between, near_pairs, remainders
from toguna.core.errors import AskError


@pytest.mark.parametrize(
    ("one", "other", "is_same", "is_alike"),
    [
        ("AB 123-4", "ab1234", True, True),
        ("AB‐1234", "AB 1234", True, True),
        ("ＡＢ１２３４", "AB1234", True, True),
        ("١٢٣", "123", True, True),
        ("AB\u200b12", "AB12", True, True),
        ("0123", "123", False, False),
        ("O123", "0123", False, True),
        ("I8S", "1B5", False, True),
        ("12/34", "1234", False, True),
        ("АВ1234", "AB1234", False, True),
        ("Česká", "CESKA", False, True),
        ("1234", "1235", False, False),
    ],
)
def test_what_is_the_same_and_what_alike(one, other, is_same, is_alike):
    """Identity forgives how a serial is written, search also what is misread."""
    assert (exact_key(one) == exact_key(other)) == is_same
    assert (loose_key(one) == loose_key(other)) == is_alike


@given(st.text(max_size=12), st.text(max_size=12))
def test_keys_settle(one, other):
    """A key is its own key, and what is the same is always alike."""
    assert exact_key(exact_key(one)) == exact_key(one)
    assert loose_key(loose_key(one)) == loose_key(one)
    assert loose_key(exact_key(one)) == loose_key(one)
    if exact_key(one) == exact_key(other):
        assert loose_key(one) == loose_key(other)


@given(st.lists(st.text("AOé1-\n ", max_size=4)))
def test_many_loose_keys_are_each_ones(texts):
    """At once or one by one, keys are the same."""
    assert loose_keys(texts) == [loose_key(text) for text in texts]


@given(st.lists(st.text("AB-| 1", max_size=4), min_size=8, max_size=8))
def test_identities_are_apart(parts):
    """Different makes, models, serials or countries never run into each other."""
    one, other = parts[:4], parts[4:]
    if [exact_key(a).replace("|", "/") for a in one] != [exact_key(a).replace("|", "/") for a in other]:
        assert identity(*one) != identity(*other)


def slow_edits(one, other):
    """Optimal string alignment distance straight from its recurrence."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        slow_edits(one[:-1], other) + 1,
        slow_edits(one, other[:-1]) + 1,
        slow_edits(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[-2:][::-1]:
        best = min(best, slow_edits(one[:-2], other[:-2]) + 1)
    return best


@settings(max_examples=60, deadline=None)
@given(st.text("123", max_size=6), st.text("123", max_size=6), st.integers(0, 2))
def test_edits(one, other, most):
    """The bounded distance is the recurrence's where it is within the bound."""
    slow = slow_edits(one, other)
    assert edits_between(one, other, most) == (slow if slow <= most else None)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("12A", max_size=7), max_size=8),
    st.lists(st.text("12A", max_size=7), max_size=8),
    st.integers(0, 2),
)
def test_near_pairs_are_all_pairs(sought, among, edits):
    """The index finds exactly the pairs that comparing all with all finds."""
    slow = {}
    for key in set(sought):
        found = [
            (apart, other)
            for other in set(among)
            if (apart := edits_between(key, other, edits)) is not None
            and (apart == 0 or min(len(key), len(other)) >= 4)
        ]
        if found:
            slow[key] = sorted(found)
    assert near_pairs(sought, among, edits) == slow


def test_remainders_are_few():
    """An eight-sign serial has 1 + 8 + 28 remainders of up to two edits."""
    assert len(remainders("12345678", 2)) == 37


HERE = "Gao 1"
REGISTER = [
    Piece("k1", HERE, "stored", "A1001"),
    Piece("k2", HERE, "stored", "A1002"),
    Piece("k3", HERE, "stored", "AB1058", "m"),
    Piece("k4", HERE, "stored", "77123"),
    Piece("k5", "Gao 2", "stored", "55555"),
    Piece("k6", HERE, "destroyed", "66666"),
    Piece("k7", HERE, "issued", "70007"),
    Piece("k8", "Gao 2", "stored", "S8O18"),
    Piece("k9", HERE, "stored", "99999"),
    Piece("k9", "Gao 2", "stored", "99999"),
]
COUNT = [
    Counted("k1", "A1001"),
    Counted("k1", "A1001"),
    Counted("k5", "55555"),
    Counted("k6", "66666"),
    Counted("k7", "70007"),
    Counted("k9", "99999"),
    Counted("x3", "A8IO5B", "m"),
    Counted("x4", "77132"),
    Counted("x8", "58018"),
    Counted("x9", "ZZZZZZ"),
]


def test_a_count_by_hand():
    """Every answer a count can have, once."""
    found = reconcile(REGISTER, COUNT, HERE)
    assert [one.key for one in found.matched] == ["k1", "k9"]
    assert [one.key for one in found.missing] == ["k2", "k3", "k4"]
    assert [one.key for one in found.elsewhere] == ["k5"]
    assert [one.key for one in found.conflicts] == ["k6", "k7"]
    assert [one.key for one in found.surplus] == ["x3", "x4", "x8", "x9"]
    assert found.duplicates == {"k1": 2}
    assert found.registered_twice == ("k9",)
    assert [(one.counted.key, one.piece.key, one.edits, one.is_same_model) for one in found.misread] == [
        ("x3", "k3", 0, True),
        ("x4", "k4", 1, False),
        ("x8", "k8", 0, False),
    ]
    assert all(one.is_only for one in found.misread)
    assert not found.is_clean
    assert "A1001" not in repr(found)
    assert "3 perhaps misread" in str(found)


def test_serials_in_a_row_are_not_told_apart():
    """A serial one sign from several missing ones is shown with all, none as the only one."""
    register = [Piece(f"k{n}", HERE, "stored", f"1000{n}") for n in range(3)]
    found = reconcile(register, [Counted("x", "10009")], HERE)
    assert len(found.misread) == 3
    assert not any(one.is_only for one in found.misread)


def test_a_right_count_is_clean():
    """Counting what is registered finds nothing; on keyed tokens without a serial as well."""
    register = [Piece(hash(n), HERE, "stored") for n in range(50)]
    assert reconcile(register, [Counted(one.key) for one in register], HERE).is_clean
    assert not reconcile(register, [], HERE).misread
    with pytest.raises(AskError, match="0, 1 or 2"):
        reconcile(register, [], HERE, edits=3)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6))
def test_every_weapon_counted_is_in_one_place(seed):
    """The four answers share the keys counted among them; missing is the rest of the store."""
    rng = random.Random(seed)
    keys = range(12)
    register = [
        Piece(rng.choice(keys), rng.choice([HERE, "B"]), rng.choice(["stored", "issued", "lost"])) for _ in range(14)
    ]
    counted = [Counted(rng.choice(range(16))) for _ in range(10)]
    found = reconcile(register, counted, HERE)
    parts = [[one.key for one in part] for part in (found.matched, found.elsewhere, found.conflicts, found.surplus)]
    assert sorted(key for part in parts for key in part) == sorted({one.key for one in counted})
    assert set(parts[3]).isdisjoint(one.key for one in register)
    here = {one.key for one in register if one.store == HERE and one.state == "stored"}
    assert set(parts[0]) == here & {one.key for one in counted}
    assert {one.key for one in found.missing} == here - {one.key for one in counted}


def test_lots_are_added_up():
    """Two piles of one lot are one; the largest difference comes first."""
    found = reconcile_lots({"a": 100, "b": 50, "c": 7}, [("a", 60), ("a", 40), ("b", 49), ("d", 9)])
    assert found == [("d", 0, 9), ("c", 7, 0), ("b", 50, 49)]


def test_pieces_of_records():
    """A record becomes what a count is held against; one without identity does not."""
    record = told.walk(*told.TO_STORE)
    assert list(pieces([record])) == [
        Piece("ZASTAVA|M70|B123456|SRB", "Depot 1", "stored", "B 123-456", ("ZASTAVA", "M70"))
    ]
    assert not list(pieces([told.walk(("seized", told.SEIZED | told.UNREAD | {"serial": None}))]))
