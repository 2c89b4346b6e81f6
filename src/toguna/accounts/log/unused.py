"""The bytes of a SQLite file that no entry is in: page headers, pointers, index, free room.

A log only grows, by the same inserts in the same order, so its entries lay down one file and no other. The file is made
again from its entries, in memory, and compared byte by byte. What is left to chance, and so compared by rule, is this:

- page 1, bytes 18 and 19: a file in WAL mode says 2, one in memory 1;
- page 1, bytes 24 to 27 and 92 to 95: two counts of changes, any number, but the same;
- page 1, bytes 60 to 63 and 96 to 99: the SQLite that began the log, and the one that wrote last. As long as they are
  one, each bears the other out. If several wrote the log, or another one verifies it, what SQLite leaves in free room
  may differ: differences are then remarked, not called faults, if SQLite finds its own pages sound;
- the page of the head: a larger head that stood there before left its size, four bytes, where it began.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from sqlalchemy import StaticPool, create_engine

from toguna.accounts.log import pages, store
from toguna.accounts.log.frames import REMEDY, look_at
from toguna.accounts.log.locate import Fault
from toguna.accounts.log.signing import read_head
from toguna.core.errors import AccountError

SHOWN = 20  # faults told one by one
MODE, COUNT, COUNT_AGAIN, BEGUN_BY, WRITTEN_BY = (
    slice(18, 20),
    slice(24, 28),
    slice(92, 96),
    slice(60, 64),
    slice(96, 100),
)
PEAK = 32  # bytes of a subtree, by which heads differ
UNREADABLE = (sqlite3.Error, OverflowError, UnicodeDecodeError, OSError)


@dataclass
class Copy:
    """One state of a SQLite file, to be looked over while others read on.

    Attributes
    ----------
    path : the file
    image : its bytes, with what the write-ahead log changes in them
    faults, remarks : what was found so far
    """

    path: Path
    image: bytes
    faults: list[Fault]
    remarks: list[str]
    _file: sqlite3.Connection | None = None
    _length: int = 0

    @classmethod
    def take(cls, path: Path) -> Self:
        """Return a copy of a file as it is now; take it before others open the file, which may mend its header."""
        copy = cls(path, b"", *look_at(path))
        file = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            copy._length = path.stat().st_size
            file.execute("ATTACH ? AS log", (str(path),))
            file.execute(f"PRAGMA busy_timeout = {store.WAIT}")
            set_up(file, file.execute("PRAGMA log.page_size").fetchone()[0])
            file.execute("BEGIN")
            file.execute("SELECT count(*) FROM log.sqlite_master").fetchone()
            if file.execute("PRAGMA log.journal_mode").fetchone()[0] != "wal":  # then others wait until we are done
                copy.image = file.serialize(name="log")
                file.execute("COMMIT")
        except UNREADABLE:
            file.close()
            return copy
        copy._file = file
        return copy

    @property
    def holds(self) -> bool:
        """Tell whether it holds on to a state of the file."""
        return self._file is not None

    def look_over(self) -> None:
        """Add what is wrong with the bytes that no entry is in to the faults and remarks."""
        should = None
        try:
            if self._file is not None:
                self.image = self.image or self._file.serialize(name="log")
                if (over := self._length - len(self.image)) > 0:
                    self._say([f"goes on for {over} bytes after its last page, at byte {len(self.image)}"])
                lay_down_again(self._file)
                should = self._file.serialize(name="main")
                self._compare(should)
        except UNREADABLE:
            should = None
        finally:
            self.close()
        if should is None:
            self._look_over_damaged()

    def _compare(self, made: bytes) -> None:
        """Compare with the file its rows make."""
        is_foreign = int.from_bytes(self.image[BEGUN_BY], "big") != store.SQLITE
        if not is_foreign:
            self.close()  # lets go of the file in memory as well
        should = as_written(self.image, made)
        found = differences(self.image, should)
        if found and is_foreign and self._file is not None and min(found.get(1, [pages.HEADER])) >= pages.HEADER:
            states = [row[0] for row in self._file.execute("PRAGMA log.integrity_check(20)")]
            self._say(f"is damaged ({state})" for state in states if state != "ok")
            self.remarks.append(
                f"{self.path.name} was written by another SQLite than {sqlite3.sqlite_version}, which lays out "
                f"{len(found)} of its pages otherwise: their free room was not judged. Back the log up and restore it "
                "into a new file to have all of it judged."
            )
        else:
            self._say(told(self.image, should, found))

    def _look_over_damaged(self) -> None:
        """Find the rows without SQLite, and where the file is not what they make, or where rows cannot be read.

        A file is read past SQLite only where SQLite refuses it: closing it again drops this process's locks on it.
        """
        if not self.image and self.path.is_file():
            self.image = self.path.read_bytes()
        sizes = dict.fromkeys((pages.page_size(self.image), pages.PAGE))
        rows: dict[int, tuple[bytes, ...]] = {}
        size = pages.PAGE
        for tried in sizes:
            found = {cell.number: cell.values for cell in pages.entries_of(self.image, tried)}
            if len(found) > len(rows):
                rows, size = found, tried
        head = pages.head_row(self.image, size)
        before = len(self.faults)
        if sorted(rows) == list(range(1, len(rows) + 1)) and head is not None and _size(head[0]) in {None, len(rows)}:
            made = made_from([(1, *head)], [(number, *rows[number]) for number in sorted(rows)], size)
            should = as_written(self.image, made)
            self._say(told(self.image, should, differences(self.image, should, size)))
        else:
            self._say(pages.unread(self.image, size))
        if len(self.faults) == before:
            self._say(["is damaged, and its rows cannot all be read"])

    def _say(self, problems: Iterable[str]) -> None:
        self.faults += [Fault("file", (), f"{self.path.name} {one}. {REMEDY}") for one in problems]

    def where(self, numbers: Iterable[int]) -> list[str]:
        """Return where entries lie in the file, for people to look: the first of them."""
        wanted, size = set(sorted(numbers)[:SHOWN]), pages.page_size(self.image)
        if not wanted:
            return []
        places = []
        for cell in pages.entries_of(self.image, size):
            if cell.number in wanted:
                more = f", and goes on on pages {cell.rest[0]} to {cell.rest[-1]}" if cell.rest else ""
                bytes_there = f"page {cell.page}, bytes {cell.start} to {cell.start + cell.size - 1}"
                places.append(f"Entry {cell.number} lies in {self.path.name} on {bytes_there}{more}. {REMEDY}.")
        return places

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def made_from(head: Sequence[Sequence[Any]], entries: Sequence[Sequence[Any]], size: int = pages.PAGE) -> bytes:
    """Return the file that a head and entries make, from their rows and the size of a page in bytes."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as file:
        set_up(file, size)
        file.execute("BEGIN")
        _lay_down(file)
        file.executemany("INSERT INTO head VALUES (?, ?, ?)", head)
        file.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", entries)
        return file.serialize()


def set_up(file: sqlite3.Connection, size: int) -> None:
    """Make an empty database lay out pages as a log's does."""
    for what in (f"page_size = {size}", "auto_vacuum = NONE", "secure_delete = ON", "journal_mode = OFF"):
        file.execute(f"PRAGMA main.{what}")


@cache
def _statements() -> tuple[str, ...]:
    """Return what makes an empty log in SQLite, in the order in which it is made."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        store.create(connection)
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        statements = tuple(row[0] for row in made)
    engine.dispose()
    return statements


def _lay_down(file: sqlite3.Connection) -> None:
    for statement in _statements():
        file.execute(statement)


def lay_down_again(file: sqlite3.Connection) -> None:
    """Lay the rows of a log that is attached down in an empty database, as they were first laid down."""
    _lay_down(file)
    file.execute("INSERT INTO main.head SELECT * FROM log.head")
    file.execute("INSERT INTO main.entries SELECT * FROM log.entries ORDER BY number")


def as_written(image: bytes, made: bytes) -> bytes:
    """Return a file made again, with what is left to chance as in the file it is compared with, if that is sound."""
    header = bytearray(made[: pages.HEADER])
    header[MODE] = b"\x02\x02"
    header[COUNT] = header[COUNT_AGAIN] = image[COUNT]
    begun, written = (int.from_bytes(image[one], "big") for one in (BEGUN_BY, WRITTEN_BY))
    header[BEGUN_BY] = image[BEGUN_BY]
    is_sound = 3_000_000 < written < 4_000_000 if begun == store.SEVERAL else written == begun
    header[WRITTEN_BY] = image[WRITTEN_BY] if is_sound else image[BEGUN_BY]
    size = pages.page_size(made)
    base = (pages.HEAD_PAGE - 1) * size
    page = bytearray(made[base : base + size])
    raw, now = pages.head_row(made, size) or (b"", bytes(64 * PEAK))
    for peaks in range(len(now) + PEAK, 64 * PEAK, PEAK):
        before = pages.held((len(raw), peaks))
        at, left = size - before, before.to_bytes(4, "big")
        if image[base + at : base + at + 4] == left:
            page[at : at + 4] = left
    return b"".join([header, memoryview(made)[pages.HEADER : base], page, memoryview(made)[base + size :]])


def differences(image: bytes, should: bytes, size: int = 0) -> dict[int, list[int]]:
    """Return the pages that are not as they should be, and which of their bytes are not, from 0."""
    size = size or pages.page_size(should)
    if image == should:
        return {}
    found: dict[int, list[int]] = {}
    for start in range(0, max(len(image), len(should)), size):
        have, want = image[start : start + size], should[start : start + size]
        if have != want:
            is_detailed = len(found) < SHOWN and len(have) == len(want)
            found[start // size + 1] = [at for at in range(size) if have[at] != want[at]] if is_detailed else [0]
    return found


def told(image: bytes, should: bytes, found: dict[int, list[int]]) -> list[str]:
    """Return differences in words: page, byte, what stands there, and what else lies on the page."""
    size, problems = pages.page_size(should), []
    for page, places in list(found.items())[:SHOWN]:
        at = (page - 1) * size + places[0]
        if at >= min(len(image), len(should)):
            problems.append(f"has {len(image)} bytes where its entries make {len(should)}, from page {page}")
            break
        more = f", and {len(places) - 1} bytes more on that page" if len(places) > 1 else ""
        problems.append(
            f"holds {image[at]} instead of {should[at]} on page {page}, byte {places[0]} (byte {at} of the file)"
            f"{more}; {pages.lying_on(should, size, page)}"
        )
    if len(found) > SHOWN:
        problems.append(f"is not as its entries make it on {len(found) - SHOWN} pages more")
    return problems


def _size(raw: bytes) -> int | None:
    """Return how many entries a head is of, if it is one."""
    try:
        return read_head(raw).size
    except AccountError:
        return None
