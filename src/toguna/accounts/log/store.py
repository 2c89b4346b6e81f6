"""Where a log is kept: two tables, in a SQLite file or in PostgreSQL, that take new rows and nothing else.

`entries` holds one row an entry: its number, the pseudonym of its record (to find it), its leaf and its link of the
chain. `head` holds one row: the signed head and the full subtrees under it. Writers take turns: on SQLite by BEGIN
IMMEDIATE, on PostgreSQL by a lock on the row of the head. Readers see the state at their beginning and wait for nobody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from toguna.accounts.log.merkle import Peaks
from toguna.accounts.log.pages import PAGE
from toguna.accounts.log.signing import Head, read_head
from toguna.core.errors import AccountError

WAIT = 60_000  # milliseconds a writer waits for its turn
CHUNK = 1024  # rows read at once
SQLITE = sum(part * by for part, by in zip(sqlite3.sqlite_version_info, (1_000_000, 1000, 1), strict=True))
SEVERAL = 1  # in place of the version of SQLite that wrote a file: more than one did
METADATA = MetaData()
ENTRIES = Table(
    "entries",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("record", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("link", LargeBinary, nullable=False),
    Index("entries_of_record", "record"),
    sqlite_strict=True,
)
HEAD = Table(
    "head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("raw", LargeBinary, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
    sqlite_strict=True,
)
_NO_CHANGE = "a log takes new entries and changes none"
_SQLITE_TRIGGERS = {
    f"entries_no_{what}": f"CREATE TRIGGER entries_no_{what} BEFORE {what.upper()} ON entries "
    f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
    for what in ("update", "delete")
} | {
    "head_no_delete": "CREATE TRIGGER head_no_delete BEFORE DELETE ON head "
    f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
}
_POSTGRES_TRIGGERS = {
    "entries_no_change": "CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE ON entries "
    "FOR EACH ROW EXECUTE FUNCTION toguna_no_change()",
    "entries_no_truncate": "CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION toguna_no_change()",
    "head_no_delete": "CREATE TRIGGER head_no_delete BEFORE DELETE ON head "
    "FOR EACH ROW EXECUTE FUNCTION toguna_no_change()",
    "head_no_truncate": "CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON head "
    "FOR EACH STATEMENT EXECUTE FUNCTION toguna_no_change()",
}
_POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION toguna_no_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_NO_CHANGE}'; END $$"
)
_CREATION_LOCK = 0x746F67756E61  # "toguna"


class Row(NamedTuple):
    """One entry as it is kept."""

    number: int
    record: bytes
    leaf: bytes
    link: bytes


def connect(url: str) -> Engine:
    """Return the way to the database a URL names.

    Parameters
    ----------
    url : "sqlite:///folder/file.db", "postgresql://user@host/database", or the path of a SQLite file

    Raises
    ------
    AccountError
        It names a database Toguna does not keep logs in.
    """
    try:
        made = make_url(url if "://" in url else f"sqlite:///{url}")
    except ArgumentError:
        raise AccountError(
            "The database's URL cannot be read. Write sqlite:///FILE or postgresql://USER@HOST/DATABASE."
        ) from None
    backend = made.get_backend_name()
    if backend == "postgresql":
        engine = create_engine(made.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True)
    elif backend == "sqlite" and made.database and made.database != ":memory:":
        engine = create_engine(made, hide_parameters=True, poolclass=NullPool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        raise AccountError(f"A log is kept in a SQLite file or in PostgreSQL, not in {backend}. Give such a URL.")
    return engine


def _prepare_sqlite(file: sqlite3.Connection, _: object) -> None:
    file.isolation_level = None  # transactions begin where we say
    file.execute(f"PRAGMA busy_timeout = {WAIT}")
    file.execute(f"PRAGMA page_size = {PAGE}")
    file.execute("PRAGMA auto_vacuum = NONE")
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = FULL")  # an acknowledged entry survives a power cut
    file.execute("PRAGMA secure_delete = ON")  # free room holds nothing, so that a change there is seen


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("toguna_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    if writes and (begun_by := connection.exec_driver_sql("PRAGMA user_version").scalar()) not in {SQLITE, SEVERAL}:
        connection.exec_driver_sql(f"PRAGMA user_version = {SEVERAL if begun_by else SQLITE}")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn errors of the database into a sentence that shows no data."""
    try:
        yield
    except DBAPIError as wrong:
        raise AccountError(
            f"The log's database did not do what was asked ({type(wrong.orig).__name__}). Check that it runs, that its "
            "disk has room and that this user may write; then verify the log."
        ) from None
    except UnicodeDecodeError:  # SQLite's own words quote a damaged file
        raise AccountError("The log's database file is damaged. Verify it, and restore it from a backup.") from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose transaction is the only one that writes; committed at the end, durable then."""
    with plainly(), engine.connect().execution_options(toguna_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the log."""
    with plainly(), engine.connect() as raw:
        connection = raw
        if engine.dialect.name == "postgresql":
            connection = raw.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def is_there(engine: Engine) -> bool:
    """Tell whether the database holds a log."""
    with plainly():
        return inspect(engine).has_table("head")


def create(connection: Connection) -> None:
    """Make the tables and what guards them, unless another process just did."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATION_LOCK})
    if inspect(connection).has_table("head"):
        return
    METADATA.create_all(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    for statement in guards(connection).values():
        connection.execute(text(statement))


def guards(connection: Connection) -> dict[str, str]:
    """Return the triggers that keep a log append-only, by name."""
    return _POSTGRES_TRIGGERS if connection.dialect.name == "postgresql" else _SQLITE_TRIGGERS


def sqlite_schema(connection: Connection) -> dict[str, str]:
    """Return what a SQLite file must say of its tables, index and triggers, by name, blanks apart."""
    made: list[tuple[str, Any]] = [(table.name, CreateTable(table)) for table in METADATA.sorted_tables]
    made += [(str(index.name), CreateIndex(index)) for index in ENTRIES.indexes]
    spelt = {name: str(one.compile(dialect=connection.dialect)) for name, one in made}
    return {name: " ".join(sql.split()) for name, sql in (spelt | _SQLITE_TRIGGERS).items()}


def as_bytes(value: object) -> bytes:
    """Return the bytes a column holds; none where a damaged file holds something else there."""
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def lock_head(connection: Connection) -> tuple[Head, Peaks] | None:
    """Return the head to write on; other writers wait until this transaction ends."""
    row = connection.execute(select(HEAD.c.raw, HEAD.c.peaks).where(HEAD.c.id == 1).with_for_update()).first()
    if row is None:
        return None
    head, hashes = read_head(as_bytes(row[0])), as_bytes(row[1])
    try:
        peaks = Peaks(head.size, [hashes[at : at + 32] for at in range(0, len(hashes), 32)])
    except ValueError:
        raise AccountError(CHANGED) from None
    last = connection.execute(
        select(ENTRIES.c.number, ENTRIES.c.link).order_by(ENTRIES.c.number.desc()).limit(1)
    ).first()
    before = (0, None) if last is None else (last[0], as_bytes(last[1]))
    if peaks.root() != head.root or (head.size and before != (head.size, head.link)) or (not head.size and last):
        raise AccountError(CHANGED)
    return head, peaks


CHANGED = "The log does not fit its signed head, so nothing was written. Verify it to see which entries were changed."


def rows_of(connection: Connection, record: bytes) -> list[Row]:
    """Return the entries of one record, by number."""
    found = connection.execute(select(ENTRIES).where(ENTRIES.c.record == record).order_by(ENTRIES.c.number))
    return [Row(one[0], *map(as_bytes, one[1:])) for one in found]


def chunks(connection: Connection, after: int = 0) -> Iterator[Sequence[Any]]:
    """Yield all entries after a number, many at a time, as the driver gives them: the quick way for verification."""
    query = f"SELECT number, record, leaf, link FROM entries WHERE number > {int(after)} ORDER BY number"
    driver: Any = connection.connection.driver_connection
    is_sqlite = connection.dialect.name == "sqlite"
    cursor = driver.cursor() if is_sqlite else driver.cursor(name="toguna_entries", binary=True)
    wrong: Any = sqlite3.Error if is_sqlite else connection.dialect.loaded_dbapi.Error
    try:
        cursor.execute(query)
        while rows := cursor.fetchmany(CHUNK):
            yield rows
    except (wrong, OverflowError, UnicodeDecodeError):
        raise AccountError("The log cannot be read through: its database is damaged. Verify it.") from None
    finally:
        cursor.close()
