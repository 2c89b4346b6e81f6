"""A large SQLite file looked over by a process of its own, so that hashing its entries need not wait for that.

The file its entries make is laid down on disk and compared piece by piece: memory does not grow with the log. Only
where they differ, or somebody is writing, are both held in memory to tell what it is.

The process prints a line once it holds on to one state of the file, then what it found as JSON.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Self

from toguna.accounts.log import pages, store
from toguna.accounts.log.locate import Fault
from toguna.accounts.log.unused import BEGUN_BY, UNREADABLE, Copy, as_written, lay_down_again, set_up
from toguna.core.errors import AccountError

LARGE = 64_000_000  # bytes from which it is worth the start of a process
_PIECE = 1 << 20
_CACHE = "cache_size = -65536"  # KiB: holds the index of two million entries


class CopyBeside(Copy):
    """One state of a SQLite file that another process looks over."""

    _process: subprocess.Popen[str] | None = None

    @classmethod
    def take(cls, path: Path) -> Self:
        """Return a copy once the process holds on to a state of the file."""
        copy = cls(path, b"", [], [])
        command = [sys.executable, "-c", f"from {__name__} import main; main()", str(path)]
        copy._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert copy._process.stdout is not None
        copy._process.stdout.readline()
        return copy

    def look_over(self) -> None:
        """Add what the process found to the faults and remarks."""
        if self._process is None:
            return
        process, self._process = self._process, None
        said, _ = process.communicate()
        if process.returncode:
            raise AccountError(f"{self.path.name} could not be looked over: the process that does so was stopped. "
                               "Verify again, with more memory or room on the disk.")  # fmt: skip
        found = json.loads(said)
        self.faults += [Fault(kind, tuple(entries), words) for kind, entries, words in found["faults"]]
        self.remarks += found["remarks"]

    def where(self, numbers: Iterable[int]) -> list[str]:
        """Return where entries lie in the file, for people to look: the first of them."""
        wanted = list(numbers)
        if wanted:
            self.image = self.path.read_bytes()
        return super().where(wanted)

    def close(self) -> None:
        """Stop the process if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def is_as_made(copy: Copy) -> bool:
    """Tell whether a file is just what its entries make, page by page; False also where that cannot be told like this.

    The copy holds on to the file's state, which no checkpoint changes as long as all of it is in the file.
    """
    frames = copy.path.with_name(copy.path.name + "-wal")
    if not copy.holds or copy.image or (frames.exists() and frames.stat().st_size):
        return False
    try:
        with tempfile.TemporaryDirectory() as folder, copy.path.open("rb", buffering=0) as have:
            made = Path(folder, "made.db")
            _make_again(copy.path, made)
            with made.open("rb", buffering=0) as want:
                size = pages.page_size(want.read(pages.HEADER))
                want.seek(0)
                first, should = have.read(pages.HEAD_PAGE * size), want.read(pages.HEAD_PAGE * size)
                is_ours = int.from_bytes(first[BEGUN_BY], "big") == store.SQLITE
                if not is_ours or first != as_written(first, should):
                    return False
                while (piece := have.read(_PIECE)) == want.read(_PIECE):
                    if not piece:
                        return True
    except (*UNREADABLE, IndexError):
        return False
    return False


def _make_again(path: Path, made: Path) -> None:
    """Lay down the file that the entries of another make."""
    with closing(sqlite3.connect(made, isolation_level=None)) as file:
        file.execute("ATTACH ? AS log", (str(path),))
        set_up(file, file.execute("PRAGMA log.page_size").fetchone()[0])
        for what in ("synchronous = OFF", "locking_mode = EXCLUSIVE", _CACHE):
            file.execute(f"PRAGMA main.{what}")
        file.execute("BEGIN")
        lay_down_again(file)
        file.execute("COMMIT")


def main() -> None:
    """Look over the file named on the command line; what the other process runs."""
    copy = Copy.take(Path(sys.argv[1]))
    sys.stdout.write("\n")
    sys.stdout.flush()
    if not is_as_made(copy):
        copy.look_over()
    faults = [(one.kind, one.entries, one.problem) for one in copy.faults]
    sys.stdout.write(json.dumps({"faults": faults, "remarks": copy.remarks}))
    copy.close()
