"""Evidence files: kept as given, verified by their hash, copies apart, nothing overwritten, no file name kept."""

import hashlib
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toguna.accounts.rights.evidence import Registered, copy_to_work, file_sha256, note_change, register, verify
from toguna.core.errors import AccountError

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # SHA-256 of "abc", FIPS 180-4


@pytest.fixture
def given_file(tmp_path):
    """A photograph whose name is a person's."""
    path = tmp_path / "awa-traore.jpg"
    path.write_bytes(b"abc")
    return path


def test_a_file_is_kept_read_only_under_its_hash(tmp_path, given_file):
    """The published hash of "abc"; the file given stays; its name is nowhere in the store."""
    store = tmp_path / "store"
    found = register(given_file, store)
    assert found == Registered(ABC, 3, "image/jpeg")
    kept = store / "ba" / ABC
    assert kept.read_bytes() == b"abc"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    assert given_file.read_bytes() == b"abc"
    assert sorted(one.name for one in store.rglob("*")) == ["ba", ABC]
    assert register(given_file, store) == found
    assert verify(store, [found]) == ()


def test_verify_names_what_is_altered_missing_writable_or_unknown(tmp_path, given_file):
    """One flaw each, with a sentence; the same length does not hide a change."""
    store = tmp_path / "store"
    found = register(given_file, store)
    kept = store / "ba" / ABC
    kept.chmod(0o600)
    assert [(one.what, one.copy) for one in verify(store, [found])] == [("writable", "evidentiary")]
    kept.write_bytes(b"abd")
    kept.chmod(0o400)
    assert [one.what for one in verify(store, [found])] == ["altered"]
    with pytest.raises(AccountError, match="is altered"):
        register(given_file, store)
    with pytest.raises(AccountError, match="is altered"):
        copy_to_work(store, ABC, tmp_path / "work", "one.jpg")
    assert not (tmp_path / "work" / "one.jpg").exists()
    kept.unlink()
    flaws = verify(store, [found])
    assert [one.what for one in flaws] == ["missing"]
    assert (
        str(flaws[0]) == "The evidentiary copy of ba7816bf8f01 is missing. Restore it from a backup and verify again."
    )
    kept.write_bytes(b"abc")
    kept.chmod(0o400)
    assert [one.what for one in verify(store, [])] == ["unregistered"]
    assert [one.what for one in verify(tmp_path / "other", [found])] == ["missing"]


def test_working_copies_lie_apart_and_say_what_was_changed(tmp_path, given_file):
    """Changed without a note it is altered; with one it is as noted; the evidence is untouched."""
    store, work = tmp_path / "store", tmp_path / "work"
    found = register(given_file, store)
    copy = copy_to_work(store, ABC, work, "market.jpg")
    assert (copy.now, copy.changed, copy.path.read_bytes()) == (ABC, "", b"abc")
    copy.path.write_bytes(b"ab")
    assert [(one.copy, one.what) for one in verify(store, [found], [copy])] == [("working", "altered")]
    noted = note_change(copy, "cropped")
    assert verify(store, [found], [noted]) == ()
    assert note_change(noted, "faces blurred").changed == "cropped; faces blurred"
    assert noted.now == hashlib.sha256(b"ab").hexdigest()
    copy.path.unlink()
    assert [(one.copy, one.what) for one in verify(store, [found], [noted])] == [("working", "missing")]
    with pytest.raises(AccountError, match="few words"):
        note_change(noted, "  ")


def test_nothing_is_overwritten_or_mixed(tmp_path, given_file):
    """No working copy in the store, none over another file, and errors that keep the name to themselves."""
    store = tmp_path / "store"
    register(given_file, store)
    with pytest.raises(AccountError, match="outside the store"):
        copy_to_work(store, ABC, store / "work", "a.jpg")
    with pytest.raises(AccountError, match="outside the store"):
        copy_to_work(store, ABC, tmp_path / "work", "../store/a.jpg")
    copy_to_work(store, ABC, tmp_path / "work", "a.jpg")
    with pytest.raises(AccountError, match="another name"):
        copy_to_work(store, ABC, tmp_path / "work", "a.jpg")
    with pytest.raises(AccountError, match="Run verify"):
        copy_to_work(store, "0" * 64, tmp_path / "work", "b.jpg")
    with pytest.raises(AccountError) as why:
        register(tmp_path / "moussa.jpg", store)
    assert "moussa" not in str(why.value)
    assert sorted(one.name for one in store.rglob("*")) == ["ba", ABC]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, given_file, monkeypatch):
    """Its hash would be of something that never was; nothing is left in the store."""
    from toguna.accounts.rights import evidence

    copy = evidence._copy

    def slow(given, out):
        found = copy(given, out)
        given_file.write_bytes(b"abcd")
        return found

    monkeypatch.setattr(evidence, "_copy", slow)
    with pytest.raises(AccountError, match="changed while it was read"):
        register(given_file, tmp_path / "store")
    assert list((tmp_path / "store").iterdir()) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=4096), at=st.integers(0, 4095), blocks=st.integers(0, 2))
def test_any_bytes_come_back_and_any_changed_byte_is_seen(tmp_path_factory, data, at, blocks):
    """Also beyond a block of a mebibyte."""
    folder = tmp_path_factory.mktemp("evidence")
    path = folder / "given"
    path.write_bytes(data + bytes(blocks << 19))
    found = register(path, folder / "store", "video/mp4")
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == file_sha256(path)
    assert (found.size, found.media_type) == (len(data) + (blocks << 19), "video/mp4")
    kept = folder / "store" / found.sha256[:2] / found.sha256
    whole = bytearray(kept.read_bytes())
    assert whole == path.read_bytes()
    if whole:
        whole[at % len(whole)] ^= 1
        kept.chmod(0o600)
        kept.write_bytes(whole)
        kept.chmod(0o400)
        assert [one.what for one in verify(folder / "store", [found])] == ["altered"]
