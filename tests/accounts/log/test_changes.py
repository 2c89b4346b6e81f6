"""Ten thousand random changes to tables and files: each is found, and the entries it touched are named.

Bytes of the SQLite file that no entry is in are changed by the thousand in `test_unused.py`.
"""

import random
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from tests.accounts.conftest import fresh

from toguna.accounts.log import Keys, Log, verify
from toguna.accounts.log.carry import back_up, verify_file
from toguna.accounts.log.journal import Draft
from toguna.accounts.log.store import connect
from toguna.accounts.log.verify import check

IN_TABLES, IN_DATABASE, IN_FILE, IN_BACKUP, IN_SERVER_FILES = 7300, 1000, 200, 1495, 5
ENTRIES = 60
KINDS = ("byte", "byte", "byte", "delete", "swap", "delete and renumber", "insert", "copy", "move", "truncate")


def filled(url, keys):
    """A log with entries of many lengths, written one by one and in batches."""
    with Log.open(url, keys) as log:
        for number in range(0, ENTRIES - 1, 3):
            log.append("rights", f"case-{number % 7}", "reported", {"n": number, "act": "x" * number}, "officer")
            log.append_many([Draft("arms", f"weapon-{n}", "marked", {"n": n}, "officer") for n in range(2)])
        return log.head()


def flip(rng, raw):
    """The bytes with one of them changed."""
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ rng.randrange(1, 256)]) + raw[at + 1 :]


def spoil(rng, rows, kind):
    """Rows after a change of a kind, and the entries that must be named, or None where any names will do."""
    rows = [list(row) for row in rows]
    last = len(rows)
    at = rng.randrange(last)
    number = rows[at][0]
    if kind == "byte":
        column = rng.choice((1, 2, 2, 3))
        rows[at][column] = flip(rng, rows[at][column])
        return rows, {number}
    if kind == "delete":
        del rows[at]
        return rows, {number}
    if kind == "delete and renumber":
        del rows[at]
        for row in rows[at:]:
            row[0] -= 1
        return rows, {number}
    if kind == "swap":
        other = rng.choice([one for one in range(last) if one != at])
        rows[at][1:], rows[other][1:] = rows[other][1:], rows[at][1:]
        return rows, {number, rows[other][0]}
    if kind == "insert":
        forged = [number, rows[at][1], flip(rng, rows[at][2]), rng.randbytes(32)]
        rows = [*rows[:at], forged, *([row[0] + 1, *row[1:]] for row in rows[at:])]
        return rows, {number}
    if kind == "copy":
        other = rng.randrange(at, last)
        copied = [rows[other][0] + 1, *rows[at][1:]]
        rows = [*rows[: other + 1], copied, *([row[0] + 1, *row[1:]] for row in rows[other + 1 :])]
        return rows, {number, copied[0]}
    if kind == "move":
        row = rows.pop(at)
        other = rng.choice([one for one in range(last) if one != at])
        rows.insert(other, row)
        for count, one in enumerate(rows, start=1):
            one[0] = count
        return rows, {number, other + 1}
    cut = rng.randrange(last)
    return rows[:cut], set(range(cut + 1, last + 1))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A whole log in a SQLite file, its keys, its rows and its head."""
    folder = tmp_path_factory.mktemp("whole")
    keys = Keys.create(folder / "keys")
    head = filled(f"sqlite:///{folder / 'log.db'}", keys)
    with closing(sqlite3.connect(folder / "log.db")) as file:
        rows = file.execute("SELECT number, record, leaf, link FROM entries ORDER BY number").fetchall()
        raw, peaks = file.execute("SELECT raw, peaks FROM head").fetchone()
    assert len(rows) == head.size == 61
    yield folder, keys, rows, raw, peaks
    keys.close()


@pytest.mark.parametrize("keyed", [True, False], ids=["with keys", "without keys"])
def test_changed_rows(kept, keyed):
    """Every change of rows is found; with the keys the entries named are just those changed."""
    _, keys, rows, raw, peaks = kept
    rng = random.Random(1)
    for count in range(IN_TABLES // 2):
        kind = KINDS[count % len(KINDS)]
        spoilt, meant = spoil(rng, rows, kind)
        report = check(lambda spoilt=spoilt: iter([spoilt] if spoilt else []), raw, peaks, keys if keyed else None)
        named = set(report.damaged())
        assert not report.is_whole, (kind, meant)
        if keyed:
            assert named & meant if kind in {"move", "copy"} else named == meant, (kind, meant, report.summary())
            assert named <= meant, (kind, meant, report.summary())
        else:
            near = {one + step for one in meant for step in (-1, 0, 1)}
            assert named & near, (kind, meant, report.summary())


def test_changed_head(kept):
    """Each byte of the signed head and of the subtrees beside it counts."""
    _, keys, rows, raw, peaks = kept
    for at in range(len(raw) + len(peaks)):
        both = bytearray(raw + peaks)
        both[at] ^= 1 << at % 8
        report = check(lambda: iter([rows]), bytes(both[: len(raw)]), bytes(both[len(raw) :]), keys)
        assert [one.kind for one in report.faults] == ["head"], at
    assert check(lambda: iter([rows]), raw, peaks, keys).is_whole


def test_changed_in_the_database(url, keys):
    """The same through the database itself, past its guards: what was done is found, and when undone nothing is."""
    filled(url, keys)
    rng, engine = random.Random(2), connect(url)
    is_postgres = engine.dialect.name == "postgresql"
    connection = engine.connect().execution_options(toguna_writes=True)
    for _ in range(IN_DATABASE // 2):
        number, column = rng.randint(1, 61), rng.choice(("record", "leaf", "link"))
        with connection.begin():
            guards = unguard(connection, is_postgres)
            old = (
                connection.execute(text(f"SELECT record, leaf, link FROM entries WHERE number = {number}"))
                .one()
                ._mapping
            )
            new = {"new": flip(rng, bytes(old[column]))}
            if rng.random() < 0.6:
                connection.execute(text(f"UPDATE entries SET {column} = :new WHERE number = {number}"), new)
            else:
                connection.execute(text(f"DELETE FROM entries WHERE number = {number}"))
            guard(connection, is_postgres, guards)
        assert set(verify(url, keys).damaged()) == {number}
        with connection.begin():
            guards = unguard(connection, is_postgres)
            connection.execute(text(f"DELETE FROM entries WHERE number = {number}"))
            connection.execute(
                text("INSERT INTO entries VALUES (:number, :record, :leaf, :link)"), {"number": number, **old}
            )
            guard(connection, is_postgres, guards)
    assert not verify(url, keys).damaged()
    assert verify(url, keys).is_whole == is_postgres  # a SQLite file shows in its pages that rows were put back
    with connection.begin():
        unguard(connection, is_postgres, lasting=True)
    kinds = {one.kind for one in verify(url, keys).faults}
    assert kinds == ({"guards"} if is_postgres else {"guards", "file"})
    connection.close()
    engine.dispose()


def unguard(connection, is_postgres, *, lasting=False):
    """Take the triggers away, as somebody with the run of the machine can."""
    if is_postgres:
        connection.execute(
            text(
                "ALTER TABLE entries DISABLE TRIGGER ALL" if lasting else "SET LOCAL session_replication_role = replica"
            )
        )
        return []
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in rows:
        connection.execute(text(f"DROP TRIGGER {name}"))
    return [sql for _, sql in rows]


def guard(connection, is_postgres, guards):
    for sql in guards:
        connection.execute(text(sql))


def content(path):
    """All that a SQLite file says about entries and head, or None if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            file.text_factory = bytes
            return [
                file.execute("SELECT number, record, leaf, link FROM entries NOT INDEXED ORDER BY number").fetchall(),
                file.execute("SELECT * FROM head").fetchall(),
            ]
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        return None


def test_changed_bytes_of_the_sqlite_file(kept, tmp_path):
    """A byte changed anywhere in the file is found, with the entries it touched."""
    folder, keys, *_ = kept
    whole = (folder / "log.db").read_bytes()
    rng, path = random.Random(3), tmp_path / "log.db"
    before = content(folder / "log.db")
    for _ in range(IN_FILE):
        path.write_bytes(flip(rng, whole))
        report, after = verified(path, keys), content(path)
        assert not report.is_whole
        if after is not None:
            changed = {one[0] for one in set(before[0]) ^ set(after[0])}
            assert changed & set(report.damaged()) or not changed, report.summary()


def verified(path, keys):
    """The report on a file without what earlier ones left beside it."""
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    return verify(f"sqlite:///{path}", keys)


def test_changed_bytes_of_postgresql_files(cluster, keys):
    """PostgreSQL's checksums refuse a changed page, and verification names the entries on it."""
    url, rng = fresh(cluster), random.Random(6)
    filled(url, keys)
    engine = connect(url)
    with engine.connect() as connection:
        path = cluster.data / connection.execute(text("SELECT pg_relation_filepath('entries')")).scalar()
    engine.dispose()
    whole = None
    for _ in range(IN_SERVER_FILES):
        cluster.stop("fast")
        whole = path.read_bytes() if whole is None else whole
        path.write_bytes(flip(rng, whole))
        cluster.start()
        report = verify(url, keys)
        assert not report.is_whole
        assert report.damaged()
    cluster.stop("fast")
    path.write_bytes(whole)
    cluster.start()
    assert verify(url, keys).is_whole


def test_changed_bytes_of_a_backup(kept, tmp_path):
    """Every byte of a backup counts: one changed is found, and where it lies in an entry that entry is named."""
    folder, keys, rows, _, _ = kept
    with Log.open(f"sqlite:///{folder / 'log.db'}", keys) as log:
        back_up(log, tmp_path / "backup", "three acacias")
    whole, path = (tmp_path / "backup").read_bytes(), tmp_path / "spoilt"
    assert verify_file(tmp_path / "backup", keys).is_whole
    start = whole.index(rows[0][2]) - 4
    owner = {}
    for number, _, leaf, link in rows:
        end = start + 4 + len(leaf) + len(link)
        owner |= dict.fromkeys(range(start, end), number)
        start = end
    rng = random.Random(4)
    for _ in range(IN_BACKUP):
        at = rng.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ rng.randrange(1, 256)]) + whole[at + 1 :])
        report = verify_file(path, keys)
        assert not report.is_whole
        if at in owner:
            assert set(report.damaged()) == {owner[at]}


def test_rewritten_from_the_middle(kept, tmp_path):
    """Whoever changes an entry and makes all links after it anew is betrayed by the seal and by the signed head."""
    from hashlib import sha256

    _, keys, rows, raw, _ = kept
    rng = random.Random(5)
    for number in range(1, 62, 6):
        spoilt = [list(row) for row in rows]
        spoilt[number - 1][2] = flip(rng, spoilt[number - 1][2])
        link = rows[number - 2][3] if number > 1 else sha256(b"toguna log").digest()
        for row in spoilt[number - 1 :]:
            link = row[3] = sha256(link + sha256(b"\x00" + row[2]).digest()).digest()
        assert number in check(lambda spoilt=spoilt: iter([spoilt]), raw, None, keys).damaged()
        assert not check(lambda spoilt=spoilt: iter([spoilt]), raw, None).is_whole


def test_taken_back_to_an_old_copy(url, keys):
    """An old copy of the whole log is consistent and signed; the head seen last, or a printed one, shows it."""
    with Log.open(url, keys) as log:
        log.append("rights", "case", "reported", {"n": 1}, "officer")
        engine = log.engine
        with engine.connect() as connection:
            old = connection.execute(text("SELECT raw, peaks FROM head")).one()
        log.append("rights", "case", "reported", {"n": 2}, "officer")
        printed = log.head()
        with engine.connect().execution_options(toguna_writes=True) as connection, connection.begin():
            guards = unguard(connection, engine.dialect.name == "postgresql")
            connection.execute(text("DELETE FROM entries WHERE number = 3"))
            connection.execute(text("UPDATE head SET raw = :raw, peaks = :peaks"), dict(old._mapping))
            guard(connection, engine.dialect.name == "postgresql", guards)
        assert verify(url, keys).damaged() == (3,)
        keys.witness.path.unlink()
        report = verify(url, keys)  # nothing left that remembers, but for the pages of a SQLite file
        assert not report.damaged()
        assert {one.kind for one in report.faults} == ({"file"} if engine.dialect.name == "sqlite" else set())
        assert verify(url, keys, against=[printed]).damaged() == (3,)
        log.append("rights", "case", "reported", {"n": 3}, "officer")
        assert "rewritten" in verify(url, keys, against=[printed]).summary()
