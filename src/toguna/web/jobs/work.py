"""One job, in a process of its own: `python -m toguna.web.jobs.work`, told what to do and heard by its pipes.

The first line of the standard input says what to do; afterwards the input stays open for as long as the server lives.
When it ends the server is gone, and this process ends with all it has started, so that nothing runs on unseen.
Each line of the standard output is a message: progress, a bound, and at last that the job is done or why it failed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from toguna.core.errors import TogunaError
from toguna.core.progress import Progress
from toguna.core.words import N_, Sentence

_EVERY = 0.2  # seconds between messages of progress
Say = Callable[[Mapping[str, Any]], None]


def main() -> int:
    """Do the job and say how it went."""
    task = json.loads(sys.stdin.readline())
    say = _speaker()
    threading.Thread(target=_end_with_the_server, args=(sys.stdin,), daemon=True).start()
    try:
        say(_done(task, say))
    except TogunaError as error:
        say({"failed": error.told.plain})
        return 1
    except MemoryError:
        say({"failed": Sentence(N_("The job needs more memory than there is. Ask for less.")).plain})
        return 1
    return 0


def _done(task: Mapping[str, Any], say: Say) -> dict[str, Any]:
    from toguna.web.jobs.arguments import checked
    from toguna.web.jobs.results import being_made, put_in_place, write
    from toguna.web.jobs.verbs import Work, run

    folder, job = Path(task["folder"]), task["id"]
    fresh = being_made(folder, job)
    asked = checked(task["verb"], task["arguments"], {task["arguments"]["pack"]: ""})
    work = Work(Path(task["pack"]), fresh, task["workers"], _progress(say), lambda bound: say({"bound": bound}))
    made = run(task["verb"], asked, work)
    origin = made.made_from
    made_from = {
        "pack": origin.pack, "pack_hash": origin.pack_hash, "parameters": dict(origin.parameters), "seed": origin.seed,
        "version": origin.version, "run_id": origin.run_id, "job": job, "verb": task["verb"],
        "arguments": task["arguments"], "views": [*made.tables, *made.files],
        "remarks": [Sentence(one).plain for one in made.remarks],
    }  # fmt: skip
    write(fresh, made.tables, made_from)
    put_in_place(folder, job)
    return {"done": True}


def _speaker() -> Say:
    """Return a way to say something to the server; what libraries print goes to the standard error instead."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def say(message: Mapping[str, Any]) -> None:
        with lock:
            own.write(json.dumps(message) + "\n")
            own.flush()

    return say


def _progress(say: Say) -> Progress:
    """Return a listener that passes on what is new, and not more often than anybody can read."""
    told, last = 0.0, ""

    def progress(done: int, total: int, what: str) -> None:
        nonlocal told, last
        now = time.monotonic()
        if what != last or done >= total or now - told >= _EVERY:
            told, last = now, what
            say({"progress": [int(done), int(total), what]})

    return progress


def _end_with_the_server(stdin: TextIO) -> None:
    stdin.read()
    if os.name == "posix":
        os.killpg(os.getpgid(0), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
