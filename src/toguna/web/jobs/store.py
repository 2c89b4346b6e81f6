"""`Store`: jobs in a file that outlives the server, so that none is lost when it is killed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from toguna.core.errors import TogunaError
from toguna.core.version import __version__
from toguna.core.words import N_, Sentence

FILE = "jobs.sqlite"
_MOST_BEGUN = 3  # times a job is begun again after the server was killed under it
_KEPT = 1000  # jobs without results that are remembered
_TABLE = """
create table if not exists jobs (
  id text primary key, verb text not null, arguments text not null, state text not null,
  done integer not null default 0, total integer not null default 0, what text not null default '',
  bound text, error text, views text not null default '[]', made_from text,
  asked real not null, begun real, ended real, used real not null,
  times_begun integer not null default 0, pinned integer not null default 0
)"""


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class QueueFullError(TogunaError):
    """So many jobs wait that no further one is taken."""


@dataclass(frozen=True)
class Job:
    """A verb with its arguments, and how far it is.

    Attributes
    ----------
    id : hash of verb, arguments, pack and version: the same question has the same id
    done, total, what : progress; a total of 0 says that nothing is known yet
    bound : by principle what a plan achieves and what none can exceed, where known
    error : status and why, as a plain sentence, where it failed
    views : names of its results
    asked, begun, ended, used : seconds since 1970
    times_begun : more than once where the server was killed under it
    pinned : whether its results are kept whatever room they take
    """

    id: str
    verb: str
    arguments: Mapping[str, Any]
    state: State
    done: int
    total: int
    what: str
    bound: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    views: tuple[str, ...]
    made_from: Mapping[str, Any] | None
    asked: float
    begun: float | None
    ended: float | None
    used: float = field(compare=False)
    times_begun: int
    pinned: bool


def job_id(verb: str, arguments: Mapping[str, Any], pack_hash: str) -> str:
    """Return the id of a question: twenty hexadecimal digits.

    Examples
    --------
    >>> job_id("plan", {"seed": 1}, "ab") == job_id("plan", {"seed": 1}, "ab") != job_id("plan", {"seed": 2}, "ab")
    True
    """
    text = json.dumps([verb, arguments, pack_hash, __version__], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class Store:
    """The jobs of a workspace, in `jobs.sqlite` of its folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / FILE
        with self._open() as base:
            base.execute("pragma journal_mode = wal")
            base.execute(_TABLE)
            base.execute("create index if not exists jobs_by_state on jobs (state, asked)")

    def ask(self, job: str, verb: str, arguments: Mapping[str, Any], most_queued: int) -> Job:
        """Put a job in the queue, or return it where it is known; one that failed or was cancelled waits again.

        Raises
        ------
        QueueFullError
            As many wait as may.
        """
        now = time.time()
        with self._open() as base:
            base.execute("begin immediate")
            known = base.execute("select state from jobs where id = ?", [job]).fetchone()
            if known is None or State(known["state"]) in (State.FAILED, State.CANCELLED):
                (waiting,) = base.execute("select count(*) from jobs where state = 'queued'").fetchone()
                if waiting >= most_queued:
                    raise QueueFullError(
                        N_("{waiting} jobs wait, and no more are taken. Ask again when some are done."), waiting=waiting
                    )
                base.execute(
                    "insert or replace into jobs (id, verb, arguments, state, asked, used) "
                    "values (?, ?, ?, 'queued', ?, ?)",
                    [job, verb, json.dumps(arguments), now, now],
                )
            else:
                base.execute("update jobs set used = ? where id = ?", [now, job])
            return _job(base.execute("select * from jobs where id = ?", [job]).fetchone())

    def get(self, job: str) -> Job | None:
        """Return a job, None where there is none."""
        with self._open() as base:
            row = base.execute("select * from jobs where id = ?", [job]).fetchone()
        return None if row is None else _job(row)

    def listed(self, limit: int = 100) -> list[Job]:
        """Return jobs, the last asked for first."""
        with self._open() as base:
            rows = base.execute("select * from jobs order by asked desc, id limit ?", [limit]).fetchall()
        return [_job(row) for row in rows]

    def begin(self, busy: Sequence[str] = ()) -> Job | None:
        """Take the job that has waited longest; it is running from now on. Not one that is still being cleared away."""
        marks = ", ".join("?" for _ in busy)
        with self._open() as base:
            row = base.execute(
                "update jobs set state = 'running', begun = ?, times_begun = times_begun + 1, done = 0, total = 0, "
                "what = '', bound = null where id = (select id from jobs where state = 'queued' "
                f"and id not in ({marks}) order by asked, id limit 1) returning *",
                [time.time(), *busy],
            ).fetchone()
        return None if row is None else _job(row)

    def say(self, job: str, done: int, total: int, what: str) -> None:
        """Note how far a running job is."""
        self._change("done = ?, total = ?, what = ? where id = ? and state = 'running'", done, total, what, job)

    def say_bound(self, job: str, bound: Mapping[str, Any]) -> None:
        """Note what a running plan achieves, and what none can exceed."""
        self._change("bound = ? where id = ? and state = 'running'", json.dumps(bound), job)

    def finish(self, job: str, views: list[str], made_from: Mapping[str, Any]) -> None:
        """Note that a running job is done."""
        self._change(
            "state = 'done', ended = ?, used = ?, views = ?, made_from = ?, done = max(total, 1), "
            "total = max(total, 1), what = '' where id = ? and state = 'running'",
            time.time(), time.time(), json.dumps(views), json.dumps(made_from), job,
        )  # fmt: skip

    def fail(self, job: str, why: Sentence) -> None:
        """Note that a running job failed, and why."""
        error = json.dumps({"status": 422, "told": why.plain})
        self._change("state = 'failed', ended = ?, error = ? where id = ? and state = 'running'",
                     time.time(), error, job)  # fmt: skip

    def cancel(self, job: str) -> None:
        """Note that a job that is not over was cancelled."""
        self._change("state = 'cancelled', ended = ? where id = ? and state in ('queued', 'running')",
                     time.time(), job)  # fmt: skip

    def wait_again(self, job: str) -> None:
        """Put a running job back in its place in the queue, as the server stops; that does not count against it."""
        self._change("state = 'queued', begun = null, times_begun = times_begun - 1 where id = ? and "
                     "state = 'running'", job)  # fmt: skip

    def resume(self) -> None:
        """Put jobs back in the queue whose server was killed; give up those under which it was killed too often."""
        text = N_("The server was stopped {times} times while this job ran. Ask for less, or ask again.")
        error = {"status": 500, "told": Sentence(text, times=_MOST_BEGUN).plain}
        self._change("state = 'failed', ended = ?, error = ? where state = 'running' and times_begun >= ?",
                     time.time(), json.dumps(error), _MOST_BEGUN)  # fmt: skip
        self._change("state = 'queued', begun = null where state = 'running'")

    def use(self, job: str) -> None:
        """Note that results were read."""
        self._change("used = ? where id = ?", time.time(), job)

    def pin(self, job: str, *, pinned: bool) -> None:
        """Keep the results of a job whatever room they take, or no longer."""
        self._change("pinned = ? where id = ?", int(pinned), job)

    def forget(self, job: str) -> None:
        """Remove a job."""
        with self._open() as base:
            base.execute("delete from jobs where id = ?", [job])

    def forget_old(self) -> None:
        """Remove jobs without results beyond the last thousand."""
        with self._open() as base:
            base.execute(
                "delete from jobs where id in (select id from jobs where state in ('failed', 'cancelled') "
                "order by asked desc limit -1 offset ?)",
                [_KEPT],
            )

    def unneeded(self) -> list[str]:
        """Return finished jobs whose results may go, the one not read for longest first."""
        with self._open() as base:
            rows = base.execute("select id from jobs where state = 'done' and not pinned order by used, id").fetchall()
        return [row["id"] for row in rows]

    def _change(self, what: str, *values: object) -> None:
        with self._open() as base:
            base.execute(f"update jobs set {what}", values)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection of its own, for threads share none; all is kept, or nothing."""
        base = sqlite3.connect(self._file, timeout=30)
        base.row_factory = sqlite3.Row
        try:
            with base:
                yield base
        finally:
            base.close()


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    for key in ("arguments", "bound", "error", "made_from", "views"):
        values[key] = None if values[key] is None else json.loads(values[key])
    values |= {"state": State(values["state"]), "views": tuple(values["views"]), "pinned": bool(values["pinned"])}
    return Job(**values)
