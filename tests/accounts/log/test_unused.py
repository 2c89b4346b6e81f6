"""Every byte of a log's SQLite file counts: one changed is found and located, and a whole file is never blamed."""

import random
import sqlite3
from contextlib import closing

import pytest

from toguna.accounts.log import Keys, Log, frames, pages, store, verify
from toguna.accounts.log.journal import Draft
from toguna.accounts.log.pages import PAGE
from toguna.accounts.log.unused import BEGUN_BY, COUNT_AGAIN, WRITTEN_BY, Copy, as_written, differences, made_from, told

CHANGES, VERIFIED, HISTORIES = 10_000, 120, 200
LENGTHS = (3, 40, 700, 5000, 20_000)


def grown(rng, log, batches, most, cases=900):
    """A log grown at random: alone and in batches, of words short and long, read and erased in between."""
    for _ in range(batches):
        count = rng.choice((1, 1, rng.randint(2, most)))
        log.append_many(
            [
                Draft(
                    "rights",
                    f"case-{rng.randrange(cases)}",
                    "reported",
                    {"n": n, "act": "x" * rng.choice(LENGTHS[: 2 + (n == 0) * 3])},
                    "a",
                )
                for n in range(count)
            ]
        )
        if rng.random() < 0.1:
            log.erase(f"case-{rng.randrange(cases)}", "officer", "asked")
        if rng.random() < 0.1:
            log.read("rights", f"case-{rng.randrange(cases)}", "officer", "review")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A log of some thousands of entries, its keys, and the file as its entries make it."""
    folder = tmp_path_factory.mktemp("unused")
    with Keys.create(folder / "keys") as keys:
        with Log.open(str(folder / "log.db"), keys) as log:
            grown(random.Random(1), log, 110, 200)
        yield folder / "log.db", keys


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A log of some hundreds of entries and its keys."""
    folder = tmp_path_factory.mktemp("small")
    with Keys.create(folder / "keys") as keys:
        with Log.open(str(folder / "log.db"), keys) as log:
            grown(random.Random(7), log, 20, 40)
        yield folder / "log.db", keys


def looked_over(path):
    """What is wrong with the bytes of a file that no entry is in."""
    copy = Copy.take(path)
    copy.look_over()
    return copy


def changed(rng, whole, at):
    return whole[:at] + bytes([whole[at] ^ rng.randrange(1, 256)]) + whole[at + 1 :]


def written(path, raw):
    """The file with other bytes, and nothing beside it."""
    path.write_bytes(raw)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def test_ten_thousand_bytes(kept):
    """Each of 10,000 bytes changed anywhere in the file is found, with its page and its place there.

    The file is what its entries make, byte for byte, so that what SQLite reads from a changed file either is what was
    signed, and then the byte differs from what that makes, or is not, and then the chain does not fit. Here the first
    is tried on every change; the whole verification is, on some of them, in the next test.
    """
    path, _ = kept
    whole, rng = path.read_bytes(), random.Random(2)
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT number, record, leaf, link FROM entries ORDER BY number").fetchall()
    assert len(rows) > 3000
    assert {number: tuple(rest) for number, *rest in rows} == {
        cell.number: cell.values for cell in pages.entries_of(whole, PAGE)
    }
    made = made_of(path)
    should = as_written(whole, made)
    assert whole == should
    for _ in range(CHANGES):
        at = rng.randrange(len(whole))
        page, place, base = at // PAGE + 1, at % PAGE, at // PAGE * PAGE
        if page in {1, pages.HEAD_PAGE}:  # where rules leave something to chance
            spoilt = changed(rng, whole, at)
            found = differences(spoilt, as_written(spoilt, made))
        else:
            spoilt = changed(rng, whole[base : base + PAGE], place)
            found = {page: differences(spoilt, should[base : base + PAGE], PAGE)[1]}
        assert page in found, at
        paired = {*range(60, 64), *range(96, 100)} if page == 1 and place in {*range(60, 64)} else {place}
        paired |= {place + 68} if page == 1 and 24 <= place < 28 else set()
        assert paired & set(found[page]), at


def made_of(path):
    """The file that the entries of a log make."""
    with closing(sqlite3.connect(path)) as file:
        head = file.execute("SELECT * FROM head").fetchall()
        rows = file.execute("SELECT * FROM entries ORDER BY number").fetchall()
    return made_from(head, rows)


def test_verified_as_a_whole(small, tmp_path):
    """Bytes changed anywhere, headers of pages and unused room above all: verification finds each and says where."""
    source, keys = small
    whole, rng, path = source.read_bytes(), random.Random(3), tmp_path / "log.db"
    for count in range(VERIFIED):
        page = rng.randrange(len(whole) // PAGE)
        at = (rng.randrange(len(whole)), page * PAGE + rng.randrange(16), rng.randrange(100))[count % 3]
        written(path, changed(rng, whole, at))
        report = verify(path.as_posix(), keys)
        assert not report.is_whole, at
        place = f"page {at // PAGE + 1}, byte "
        assert place in report.summary() or place.replace("byte", "bytes") in report.summary() or report.damaged(), at
        assert "backup" in report.summary()
    written(path, whole)
    assert verify(path.as_posix(), keys).is_whole


def test_said_in_words(small, tmp_path):
    """The fault names file, page, byte, what lies there and the remedy."""
    source, keys = small
    whole, path = source.read_bytes(), tmp_path / "log.db"
    page = next(one for one in range(5, len(whole) // PAGE) if whole[(one - 1) * PAGE] == pages.TABLE_LEAF)
    start = pages.pointers(whole, PAGE, page)[1]
    cells = pages.entries_on(whole, PAGE, page)
    at = (page - 1) * PAGE + 8 + 2 * len(start)
    assert whole[at] == 0
    written(path, whole[:at] + b"\x07" + whole[at + 1 :])
    [fault] = verify(path.as_posix(), keys).faults
    first, last = cells[0].number, cells[-1].number
    said = f"entry {first} lies" if first == last else f"entries {first} to {last} lie"
    assert str(fault) == (
        f"file: log.db holds 7 instead of 0 on page {page}, byte {at % PAGE} (byte {at} of the file); "
        f"{said} on that page. Restore the file from a backup."
    )


def test_healthy_histories(tmp_path):
    """Whole logs of random histories, looked over 200 times while they grow, are never blamed."""
    rng = random.Random(4)
    with Keys.create(tmp_path / "keys") as keys:
        for turn in range(HISTORIES // 10):
            path = tmp_path / f"{turn}.db"
            with Log.open(str(path), keys) as log:
                for _ in range(10):
                    grown(rng, log, 1, rng.choice((2, 30, 90)), 12)
                    found = looked_over(path)
                    assert not found.faults
                    assert not found.remarks


def test_left_by_a_writer_that_died(keys, tmp_path):
    """A write-ahead log that was never taken into the file is read with it; cut anywhere, it is no fault."""
    path, beside = tmp_path / "log.db", tmp_path / "log.db-wal"
    with Log.open(str(path), keys) as log, closing(sqlite3.connect(path)) as reader:
        grown(random.Random(5), log, 9, 20)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM head").fetchone()  # keeps the log from being taken in
        grown(random.Random(5), log, 3, 20)
        raw, old = beside.read_bytes(), path.read_bytes()
    assert frames.look_at_frames(raw) == (None, False)
    rng = random.Random(6)
    for count in range(12):
        written(path, old)
        beside.write_bytes(raw[: rng.randrange(len(raw))] if count else raw)
        copy = looked_over(path)
        assert not copy.faults, copy.faults
    last = raw.rindex(raw[16:24]) - 8
    for _ in range(60):
        spoilt = changed(rng, raw, rng.randrange(last))
        assert frames.look_at_frames(spoilt)[0] is not None
    assert frames.look_at_frames(changed(rng, raw, last + 30)) == (None, True)  # as a crash leaves it
    written(path, old)
    beside.write_bytes(changed(rng, raw, 32 + 24 + 100))
    report = verify(path.as_posix(), keys)
    assert "log.db-wal was changed at or just before byte 32" in report.summary()


def test_another_sqlite(small, tmp_path):
    """Where another SQLite wrote as well, unused room that differs is remarked, and everything else still a fault."""
    source, keys = small
    path, whole = tmp_path / "log.db", bytearray(source.read_bytes())
    whole[BEGUN_BY] = store.SEVERAL.to_bytes(4, "big")
    written(path, whole)
    assert verify(path.as_posix(), keys).is_whole
    page = next(one for one in range(5, len(whole) // PAGE) if whole[(one - 1) * PAGE] == pages.TABLE_LEAF)
    at = (page - 1) * PAGE + 8 + 2 * len(pages.pointers(bytes(whole), PAGE, page)[1])
    whole[at] = 7
    written(path, whole)
    report = verify(path.as_posix(), keys)
    assert report.is_whole
    assert "written by another SQLite" in report.summary()
    for place in (WRITTEN_BY.start, COUNT_AGAIN.start):
        spoilt = bytearray(whole)
        spoilt[place] ^= 64
        written(path, spoilt)
        assert not verify(path.as_posix(), keys).is_whole


def test_bytes_after_the_end(small, tmp_path):
    """Bytes after the last page are told, and a file cut short is."""
    source, keys = small
    path, whole = tmp_path / "log.db", source.read_bytes()
    written(path, whole + b"more")
    assert "goes on for 4 bytes after its last page" in verify(path.as_posix(), keys).summary()
    written(path, whole[:-PAGE])
    assert not verify(path.as_posix(), keys).is_whole
    assert told(whole[:-PAGE], whole, differences(whole[:-PAGE], whole, PAGE))
