"""`Jobs`: the queue at work. Each job runs in a process of its own that can be killed with all it has started."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Self

from toguna.core.errors import AskError
from toguna.core.words import N_, Sentence
from toguna.country.packs import find_pack
from toguna.country.profile import read_profile
from toguna.country.read import pack_hash
from toguna.web.jobs import results
from toguna.web.jobs.arguments import checked
from toguna.web.jobs.store import Job, State, Store, job_id

_LOOK = 1.0  # seconds after which the queue is looked at unasked
_END = 5.0  # seconds a killed process has to be gone
_PAUSE = 0.02
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What jobs may take.

    Attributes
    ----------
    workers : jobs at one time
    processes : of each job
    queued : jobs that may wait
    result_bytes : room of all results; the longest unread go first, pinned ones never
    """

    workers: int = 1
    processes: int = field(default_factory=lambda: max(1, min(4, os.cpu_count() or 1)))
    queued: int = 20
    result_bytes: int = 2_000_000_000


class Jobs:
    """Jobs of a workspace folder, done one after another in the order they were asked for.

    Parameters
    ----------
    folder : workspace; it belongs to one server at a time
    packs : packs that are served, by name or folder
    """

    def __init__(self, folder: Path, packs: tuple[str, ...], limits: Limits | None = None) -> None:
        self.folder, self.limits = folder.resolve(), limits or Limits()
        self.store = Store(self.folder)
        self._packs = {one.name: one for one in (find_pack(pack).resolve() for pack in packs)}
        self._codes = {name: read_profile(one / "country.yaml").iso3 for name, one in self._packs.items()}
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._lock = threading.Lock()
        self._wake, self._stop = threading.Condition(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._held: IO[str] | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    @property
    def is_stopping(self) -> bool:
        """Whether the server is going down."""
        return self._stop.is_set()

    def start(self) -> None:
        """Take the folder, go on with what was queued and begin again what was running when the server was killed."""
        self._held = _hold(self.folder)
        self._stop.clear()
        results.clear_unfinished(self.folder)
        self.store.resume()
        self._threads = [
            threading.Thread(target=self._work, name=f"jobs-{number}", daemon=True)
            for number in range(self.limits.workers)
        ]
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Stop at once; what runs waits in the queue for the next start."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        with self._lock:
            for process in self._running.values():
                _kill(process)
        for one in self._threads:
            one.join(_END)
        if self._held is not None:
            self._held.close()
            self._held = None

    def ask(self, verb: str, arguments: object) -> Job:
        """Return the job for a question: the one there is, done or not, or a new one in the queue.

        Raises
        ------
        ArgumentsError
            The arguments are no good; all faults are named.
        QueueFullError
            As many jobs wait as may.
        """
        asked = checked(verb, arguments, self._codes)
        plain: dict[str, Any] = json.loads(asked.model_dump_json())
        job = job_id(verb, plain, _hash(self._packs[asked.pack]))
        found = self.store.ask(job, verb, plain, self.limits.queued)
        if found.state is State.DONE and results.made_from_of(self.folder, job) is None:
            # Somebody removed the files by hand: make them again.
            self.store.forget(job)
            found = self.store.ask(job, verb, plain, self.limits.queued)
        with self._wake:
            self._wake.notify()
        return found

    def cancel(self, job: str) -> Job | None:
        """Cancel a job that is not over, and kill what runs for it; None where there is no such job."""
        self.store.cancel(job)
        with self._lock:
            process = self._running.get(job)
            if process is not None:
                _kill(process)
        until = time.monotonic() + _END
        while process is not None and job in self._running and time.monotonic() < until:
            time.sleep(_PAUSE)
        return self.store.get(job)

    def _work(self) -> None:
        while not self._stop.is_set():
            job = self.store.begin(tuple(self._running))
            if job is None:
                with self._wake:
                    self._wake.wait(_LOOK)
                continue
            try:
                self._do(job)
            except OSError as error:
                _LOG.exception("job %s", job.id)
                why = Sentence(N_("A file or process cannot be used: {why}."), why=error.strerror)
                self.store.fail(job.id, why)

    def _do(self, job: Job) -> None:
        made_from = results.made_from_of(self.folder, job.id)
        if made_from is not None:  # killed between the last step and the note of it
            self.store.finish(job.id, made_from["views"], made_from)
            return
        if job.arguments["pack"] not in self._packs:
            gone = Sentence(N_("The pack {pack} is no longer served here."), pack=job.arguments["pack"])
            self.store.fail(job.id, gone)
            return
        process = self._begin(job)
        ended = self._hear(job.id, process)
        _end(process)
        made_from = results.made_from_of(self.folder, job.id)
        if self._stop.is_set() and made_from is None:
            self.store.wait_again(job.id)
        elif made_from is not None:
            self.store.finish(job.id, made_from["views"], made_from)
        elif "failed" in ended:
            self.store.fail(job.id, Sentence.of_plain(ended["failed"]))
        else:
            # A cancelled job is no longer running, so that this changes nothing of it.
            self.store.fail(job.id, Sentence(N_("The work ended without a result; the server's log says more.")))
        self._tidy(job.id)
        with self._lock:
            del self._running[job.id]

    def _begin(self, job: Job) -> subprocess.Popen[str]:
        """Start the process of a job, unless it was cancelled this moment."""
        place = results.begin(self.folder, job.id)
        task = {"folder": str(self.folder), "id": job.id, "verb": job.verb, "arguments": job.arguments,
                "pack": str(self._packs[job.arguments["pack"]]), "workers": self.limits.processes}  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "toguna.web.jobs.work"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
            env={**os.environ, "TMPDIR": str(results.scratch(place))},
        )  # fmt: skip
        with self._lock:
            self._running[job.id] = process
            now = self.store.get(job.id)
            if self._stop.is_set() or now is None or now.state is not State.RUNNING:
                _kill(process)
        assert process.stdin is not None  # for type checkers
        try:
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it was killed before it could be told
        return process

    def _hear(self, job: str, process: subprocess.Popen[str]) -> Mapping[str, Any]:
        """Note what a process says until it ends, and return the last of it."""
        said: Mapping[str, Any] = {}
        assert process.stdout is not None  # for type checkers
        for line in process.stdout:
            said = json.loads(line)
            if "progress" in said:
                self.store.say(job, *said["progress"])
            elif "bound" in said:
                self.store.say_bound(job, said["bound"])
        return said

    def _tidy(self, job: str) -> None:
        """Remove what a killed job left, and results there is no room for; never those just made."""
        results.clear_one(self.folder, job)
        now = self.store.get(job)
        if now is None or now.state is State.CANCELLED:
            results.remove(self.folder, job)
        unneeded = [one for one in self.store.unneeded() if one != job]
        for one in results.too_many(self.folder, unneeded, self.limits.result_bytes):
            self.store.forget(one)
            results.remove(self.folder, one)
        self.store.forget_old()


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and all it has started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass


def _end(process: subprocess.Popen[str]) -> None:
    """Wait for a process that is ending, and kill whatever it started and left behind."""
    if os.name == "posix":
        # Not reaped yet, so that its number is still its own when the group is killed.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        _kill(process)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def check_free(folder: Path) -> None:
    """Refuse a folder in which another server works.

    Raises
    ------
    AskError
        One does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _hold(folder).close()


def _hold(folder: Path) -> IO[str]:
    """Take a folder for this server until the file returned is closed, or the server is gone."""
    file = (folder / "server.lock").open("w", encoding="utf-8")
    if os.name == "posix":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise AskError(
                N_("Another server works in this folder. Stop it, or give this one a folder of its own (--folder).")
            ) from None
    return file


def _hash(pack: Path) -> str:
    """Return a pack's hash, reckoned anew only when one of its files changed."""
    files = [pack / "country.yaml", *sorted((pack / "tables").glob("*"))]
    return _hash_of(pack, tuple((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in files))


@lru_cache(maxsize=64)
def _hash_of(pack: Path, stamps: tuple[tuple[str, int, int], ...]) -> str:  # noqa: ARG001  (stamps are the key)
    return pack_hash(pack)
