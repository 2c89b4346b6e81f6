"""The key store: who opens it, what it hides, what erasing leaves; and sealed parts that cannot be moved about."""

import pytest

from toguna.accounts.log import Keys
from toguna.accounts.log.leaf import SEALED, Leaf, canonical, is_sealed, read_leaf, write_leaf
from toguna.accounts.log.sealing import data_key, open_fields, seal
from toguna.core.errors import AccountError

KEY = bytes(range(32))


def test_passphrase(tmp_path):
    """The right passphrase opens, any other and none do not; nor does an empty one make a store."""
    with Keys.create(tmp_path / "keys", "baobab at noon") as made:
        [(key_id, key)] = made.keys_for([("ddr", "person")])
        signer = made.signer
    with Keys.open(tmp_path / "keys", "baobab at noon") as again:
        assert again.key(key_id) == key
        assert again.signer == signer
    for wrong in ("baobab at moon", None):
        with pytest.raises(AccountError, match="does not open"):
            Keys.open(tmp_path / "keys", wrong)
    with pytest.raises(AccountError, match="empty"):
        Keys.create(tmp_path / "other", "")


def test_the_file(tmp_path):
    """Only its owner may read it; it is never written over; what is no store is said to be none."""
    Keys.create(tmp_path / "keys").close()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    with pytest.raises(AccountError, match="there already"):
        Keys.create(tmp_path / "keys")
    (tmp_path / "keys").chmod(0o644)
    with pytest.raises(AccountError, match="chmod 600"):
        Keys.open(tmp_path / "keys")
    with pytest.raises(AccountError, match="there is no key store"):
        Keys.open(tmp_path / "none")
    (tmp_path / "text").write_text("not a store " * 1000)
    (tmp_path / "text").chmod(0o600)
    with pytest.raises(AccountError, match="not a key store"):
        Keys.open(tmp_path / "text")
    with pytest.raises(AccountError, match="cannot be written"):
        Keys.create(tmp_path / "no folder" / "keys")


def test_erasing_leaves_no_bytes(tmp_path):
    """The wrapped key is in the file before, and nowhere in the folder after."""
    with Keys.create(tmp_path / "keys") as keys:
        [(key_id, _)] = keys.keys_for([("ddr", "person")])
        keys.keys_for([("ddr", f"other {n}") for n in range(50)])
        wrapped = keys._file.execute("SELECT wrapped FROM subject_keys WHERE key_id = ?", (key_id,)).fetchone()[0]
        assert wrapped in (tmp_path / "keys").read_bytes()
        keys.destroy([(keys.subject("ddr", "person"), 1)])
        assert keys.key(key_id) is None
        assert not any(wrapped in one.read_bytes() for one in tmp_path.iterdir())
        assert key_id not in (tmp_path / "keys").read_bytes()


def test_erased_keys_do_not_come_back(tmp_path):
    """A key made before an erasure is not taken from another store; one made after is."""
    with Keys.create(tmp_path / "one") as one:
        old = one.keys_for([("ddr", "person")])
        with one.enrol(tmp_path / "two") as two:
            one.destroy([(one.subject("ddr", "person"), 1)])
            new = one.keys_for([("ddr", "person")])
            assert old != new
            one.take(two.give(), two.erasures())
            assert one.key(old[0][0]) is None
            two.take(one.give(), one.erasures())
            assert two.key(old[0][0]) is None
            assert two.keys_for([("ddr", "person")]) == new


def test_fields_cannot_be_moved():
    """A sealed field opens in its own record, ledger and name only, and any changed byte is refused."""
    subject = (bytes(16), KEY)
    parts = seal("rights", "case-1", {"act": "x", "place": "y"}, subject)
    key = data_key(parts, KEY)
    assert open_fields(parts, "rights", "case-1", key) == {"act": "x", "place": "y"}
    swapped = parts | {":act": parts[":place"], ":place": parts[":act"]}
    for moved, ledger, record in (
        (parts, "rights", "case-2"),
        (parts, "arms", "case-1"),
        (swapped, "rights", "case-1"),
    ):
        with pytest.raises(AccountError, match="does not open"):
            open_fields(moved, ledger, record, key)
    for name, why in ((":act", "does not open"), (":place", "committed")):
        left_out = {one: part for one, part in parts.items() if one != name}
        with pytest.raises(AccountError, match=why):
            open_fields(left_out, "rights", "case-1", key)
    with pytest.raises(AccountError, match="wrapped key"):
        data_key(parts, bytes(32))


def test_same_words_look_different():
    """Two entries with the same content share neither commitment nor ciphertext: guesses cannot be tested."""
    one, two = (seal("rights", "case-1", {"act": "x"}, (bytes(16), KEY)) for _ in range(2))
    assert all(one[name] != two[name] for name in one if name != "key id")


def test_leaf_bytes():
    """A leaf is taken apart as it was put together; every changed byte breaks its seal."""
    leaf = Leaf(SEALED, bytes(16), 7, 1234567, bytes(range(16)), "rights", "signalé", {"a": b"", "b": b"12"})
    raw = write_leaf(leaf, KEY)
    assert read_leaf(raw) == leaf
    assert is_sealed(raw, KEY)
    for at in range(len(raw)):
        assert not is_sealed(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], KEY)
    for cut in (b"", raw[:20], raw[:-1], raw + b"x"):
        with pytest.raises(AccountError, match="not an entry"):
            read_leaf(cut)


def test_one_spelling():
    assert canonical({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'.encode()
