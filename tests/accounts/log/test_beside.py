"""A large log's file is looked over by a process of its own: it finds what is found in place."""

import random
import sqlite3
from contextlib import closing

import pytest
from tests.accounts.log.test_unused import changed, grown, written

from toguna.accounts.log import Keys, Log, beside, pages, verify
from toguna.accounts.log.pages import PAGE
from toguna.accounts.log.unused import Copy
from toguna.core.errors import AccountError


@pytest.fixture
def large(tmp_path, monkeypatch):
    """A log whose file counts as large, and its keys."""
    monkeypatch.setattr(beside, "LARGE", 0)
    with Keys.create(tmp_path / "keys") as keys:
        with Log.open(str(tmp_path / "log.db"), keys) as log:
            grown(random.Random(7), log, 12, 30)
        yield tmp_path / "log.db", keys


def test_same_faults(large, monkeypatch):
    path, keys = large
    whole, rng = path.read_bytes(), random.Random(5)
    for _ in range(8):
        written(path, changed(rng, whole, rng.randrange(len(whole))))
        monkeypatch.setattr(beside, "LARGE", 0)
        here = verify(path.as_posix(), keys)
        monkeypatch.setattr(beside, "LARGE", 1 << 40)
        assert not here.is_whole
        in_place = verify(path.as_posix(), keys)
        assert (here.faults, here.remarks) == (in_place.faults, in_place.remarks)


@pytest.mark.parametrize("more", [b"\x00", b"more" * 1024])
def test_longer_file(large, more):
    path, keys = large
    path.write_bytes(path.read_bytes() + more)
    assert "after its last page" in verify(path.as_posix(), keys).summary()


def test_compared_on_disk(large):
    """A whole file is found whole without being held in memory; one with a byte changed where no entry lies is not."""
    path, _ = large
    with closing(Copy.take(path)) as copy:
        assert beside.is_as_made(copy)
        assert not copy.image
    whole = path.read_bytes()
    page = next(one for one in range(5, len(whole) // PAGE) if whole[(one - 1) * PAGE] == pages.TABLE_LEAF)
    written(path, changed(random.Random(1), whole, (page - 1) * PAGE + 7))  # lost bytes, says the page's header
    with closing(Copy.take(path)) as copy:
        assert not beside.is_as_made(copy)


def test_while_others_write(large):
    """What is still in the write-ahead log is judged with the rest."""
    path, keys = large
    with closing(sqlite3.connect(path)) as other, Log.open(str(path), keys) as log:
        other.execute("SELECT count(*) FROM entries").fetchone()  # holds the write-ahead log open
        log.append("rights", "case-1", "reported", {"n": 1}, "officer")
        assert path.with_name("log.db-wal").stat().st_size
        assert verify(path.as_posix(), keys).is_whole


def test_stopped(large):
    """A process that was stopped is told, not taken for a whole file."""
    path, _ = large
    copy = beside.CopyBeside.take(path)
    copy._process.kill()
    with pytest.raises(AccountError, match="could not be looked over"):
        copy.look_over()
    copy.close()
