"""Backups, restoring, exports and merging: nothing is lost, nothing is doubled, and the erased stay erased."""
# ruff: noqa: SIM117 - one machine within the other reads best

import random

import pytest
from sqlalchemy import select

from toguna.accounts.log import Keys, Log, verify
from toguna.accounts.log.carry import back_up, bring_in, export, restore, restore_keys, verify_file
from toguna.accounts.log.journal import Draft
from toguna.accounts.log.signing import read_head
from toguna.accounts.log.store import ENTRIES
from toguna.core.errors import AccountError


def rows(log):
    with log.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(ENTRIES).order_by(ENTRIES.c.number))]


def said(log, record, ledger="rights"):
    """What a record's entries say, by time and content, wherever they were written."""
    return [one.fields for one in log.read(ledger, record, "reader", "test")]


def fill(log, record, numbers, subject=None):
    log.append_many([Draft("rights", record, "reported", {"n": n}, "officer", subject=subject) for n in numbers])


def test_backup_and_restore_between_databases(log, keys, other_url, tmp_path):
    """A log restored in the other kind of database, with keys from the backup, is the same byte for byte."""
    fill(log, "case-1", range(30), "person")
    log.read("rights", "case-1", "reader", "test")
    head = back_up(log, tmp_path / "backup", "three acacias")
    assert verify_file(tmp_path / "backup", keys).is_whole
    before = rows(log)
    with restore_keys(tmp_path / "backup", tmp_path / "other keys", "three acacias", "own") as others:
        with restore(tmp_path / "backup", other_url, others) as again:
            assert rows(again)[: len(before)] == before
            again.consistent(head)
            assert said(again, "case-1") == [{"n": n} for n in range(30)]
            fill(again, "case-1", [30])
            assert verify(other_url, others, against=[head]).is_whole
            with pytest.raises(AccountError, match="holds a log already"):
                restore(tmp_path / "backup", other_url, others)
    with pytest.raises(AccountError, match="passphrase"):
        restore_keys(tmp_path / "backup", tmp_path / "no keys", "four acacias")
    with pytest.raises(AccountError, match="there already"):
        back_up(log, tmp_path / "backup", "x")
    with pytest.raises(AccountError, match="needs a passphrase"):
        back_up(log, tmp_path / "another", "")


def test_two_offline_copies_merge(log, keys, url, other_url, tmp_path):
    """Two machines write apart and merge both ways: each has all, merging twice adds nothing, both heads hold."""
    fill(log, "case", range(10))
    back_up(log, tmp_path / "backup", "p")
    with keys.enrol(tmp_path / "second") as second:
        with restore(tmp_path / "backup", other_url, second, as_copy=True) as other:
            assert other.id != log.id
            fill(log, "case", range(100, 120))
            fill(other, "case", range(200, 230))
            fill(other, "only there", [1], "person met there")
            theirs, ours = export(other, tmp_path / "theirs"), log.head()
            done = bring_in(log, tmp_path / "theirs")
            assert (done.taken, done.known) == (theirs.size - 11, 11)
            assert said(log, "case") == [{"n": n} for n in (*range(10), *range(100, 120), *range(200, 230))]
            assert said(log, "only there") == [{"n": 1}]
            log.consistent(ours)
            size = log.head().size
            assert bring_in(log, tmp_path / "theirs").taken == 0
            assert log.head().size == size
            export(log, tmp_path / "ours")
            bring_in(other, tmp_path / "ours")
            assert sorted(one["n"] for one in said(other, "case")) == sorted(one["n"] for one in said(log, "case"))
            other.consistent(theirs)
            for at, machine in ((url, keys), (other_url, second)):
                report = verify(at, machine, against=[ours, theirs])
                assert report.is_whole, report.summary()


def test_merging_to_and_fro_comes_to_rest(tmp_path):
    """Without news, merging back and forth writes nothing after each has heard of the other's merge."""
    with Keys.create(tmp_path / "a keys") as a_keys, a_keys.enrol(tmp_path / "b keys") as b_keys:
        with Log.open(str(tmp_path / "a"), a_keys) as a, Log.open(str(tmp_path / "b"), b_keys) as b:
            fill(a, "case", range(5))
            fill(b, "case", range(5, 9))
            sizes = []
            for turn in range(4):
                export(a, tmp_path / f"a{turn}")
                bring_in(b, tmp_path / f"a{turn}")
                export(b, tmp_path / f"b{turn}")
                bring_in(a, tmp_path / f"b{turn}")
                sizes.append((a.head().size, b.head().size))
            assert sizes[1] == sizes[2] == sizes[3]
            assert verify(str(tmp_path / "a"), a_keys).is_whole
            assert verify(str(tmp_path / "b"), b_keys).is_whole


@pytest.mark.parametrize("seed", range(4))
def test_any_number_of_copies_in_any_order(tmp_path, seed):
    """Three machines append, erase nothing, and merge at random: in the end all say the same and all logs are whole."""
    rng = random.Random(seed)
    names = "abc"
    first = Keys.create(tmp_path / "a keys")
    keys = {"a": first, **{name: first.enrol(tmp_path / f"{name} keys") for name in "bc"}}
    logs = {name: Log.open(str(tmp_path / name), keys[name]) for name in names}
    count, written = 0, []
    for step in range(14):
        name = rng.choice(names)
        if rng.random() < 0.5:
            fill(logs[name], f"case-{rng.randrange(3)}", [count])
            written.append(count)
            count += 1
        else:
            giver = rng.choice([one for one in names if one != name])
            export(logs[giver], tmp_path / f"step{step}")
            bring_in(logs[name], tmp_path / f"step{step}")
    for turn in range(2):
        for giver in names:
            export(logs[giver], tmp_path / f"end{turn}{giver}")
            for taker in names:
                if taker != giver:
                    bring_in(logs[taker], tmp_path / f"end{turn}{giver}")
    for name in names:
        found = [one["n"] for case in range(3) for one in said(logs[name], f"case-{case}")]
        assert sorted(found) == written
        report = verify(str(tmp_path / name), keys[name])
        assert report.is_whole, report.summary()
        logs[name].close()
    for name in names:
        keys[name].close()


def test_copies_made_by_hand_merge_too(tmp_path):
    """Even two plain copies of file and keys, which number their entries alike, lose nothing when merged."""
    import shutil

    with Keys.create(tmp_path / "keys") as keys, Log.open(str(tmp_path / "log"), keys) as log:
        fill(log, "case", range(3))
        log.engine.dispose()
        shutil.copy(tmp_path / "log", tmp_path / "copy")
        shutil.copy(tmp_path / "keys", tmp_path / "copied keys")
        with Keys.open(tmp_path / "copied keys") as copied, Log.open(str(tmp_path / "copy"), copied) as other:
            fill(log, "case", [10])
            fill(other, "case", [20])
            export(other, tmp_path / "export")
            assert bring_in(log, tmp_path / "export").taken == 1
            assert said(log, "case") == [{"n": n} for n in (0, 1, 2, 10, 20)]
            assert verify(str(tmp_path / "log"), keys).is_whole


def test_the_erased_stay_erased(log, keys, other_url, tmp_path):
    """An erasure reaches the other machine by merging, and a backup from before it gives nothing back."""
    fill(log, "case", [1], "person")
    back_up(log, tmp_path / "old backup", "p")
    with keys.enrol(tmp_path / "second") as second:
        with restore(tmp_path / "old backup", other_url, second, as_copy=True) as other:
            fill(other, "case there", [2], "person")  # under the same person's key, unknown here
            assert said(other, "case") == [{"n": 1}]
            log.erase("person", "officer", "asked")
            export(log, tmp_path / "news")
            bring_in(other, tmp_path / "news")
            assert said(other, "case") == [None]
            assert said(other, "case there") == [None]
            export(other, tmp_path / "back")
            bring_in(log, tmp_path / "back")
            assert said(log, "case there") == [None]
    with restore_keys(tmp_path / "old backup", tmp_path / "old keys", "p") as old:
        with Log.open(log.engine.url.render_as_string(hide_password=False), old) as again:
            assert said(again, "case") == [None]


def test_the_head_of_the_other_log_is_proved(log, keys, url, tmp_path):
    """A merged log from which one carried entry was swapped for another genuine one no longer fits the other's head."""
    with keys.enrol(tmp_path / "second") as second, Log.open(str(tmp_path / "other"), second) as other:
        fill(other, "case", range(4))
        head = export(other, tmp_path / "export", with_keys=False)
        bring_in(log, tmp_path / "export")
        assert verify(url, keys).is_whole
        export(log, tmp_path / "merged")
        from toguna.accounts.log import merged
        from toguna.accounts.log.leaf import read_leaf
        from toguna.accounts.log.merkle import leaf_hash, root

        leaves = [row[2] for row in rows(log)]
        inner = {n: leaf_hash(read_leaf(one).inner()) for n, one in enumerate(leaves, 1) if one[0] == 3}
        note = read_leaf(leaves[-1])
        hashes = merged.order_of(note.parts["order"], [leaf_hash(one) for one in leaves], inner)
        assert root(hashes) == head.root == read_head(note.parts["head"]).root
        inner[2], inner[3] = inner[3], inner[2]
        assert root(merged.order_of(note.parts["order"], [leaf_hash(one) for one in leaves], inner)) != head.root


def test_what_is_not_taken(log, keys, tmp_path):
    """A changed file, a file of another account, and what is no such file are refused, and nothing is taken."""
    fill(log, "case", range(3))
    with Keys.create(tmp_path / "foreign") as foreign, Log.open(str(tmp_path / "f"), foreign) as stranger:
        fill(stranger, "case", range(3))
        export(stranger, tmp_path / "strange")
    export(log, tmp_path / "good")
    raw = bytearray((tmp_path / "good").read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / "changed").write_bytes(raw)
    (tmp_path / "text").write_text("no log")
    size = log.head().size
    for wrong in ("strange", "changed", "text", "none"):
        with pytest.raises(AccountError):
            bring_in(log, tmp_path / wrong)
    with pytest.raises(AccountError, match="passphrase"):
        restore_keys(tmp_path / "good", tmp_path / "x", "p")
    assert log.head().size == size
    assert not verify_file(tmp_path / "changed", keys).is_whole
