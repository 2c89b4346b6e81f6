"""Builds copies of a pack, each killed one step on the disk later, then at random moments; run by `test_killed.py`.

python killed_build.py PACK FILES FOLDER    prints, as JSON, where each build was killed and what is found then
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import geopandas  # noqa: F401  (imported once, before the processes part)
import pandera.pandas  # noqa: F401
import pyogrio  # noqa: F401

from toguna.cli import main
from toguna.country.packs import find_pack
from toguna.country.read import pack_hash
from toguna.sources.gather import registered

STEPS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.copyfile", "shutil.rmtree"}


def build(pack: Path, files: Path, kill_at: int = 0, kill_after: float = 0.0) -> list[str]:
    """Run `toguna pack build` in a process of its own, killed before a step or after seconds; return its steps."""
    log = pack.parent / "steps"
    child = os.fork()
    if child == 0:
        steps = log.open("w")

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            if event in STEPS and str(arguments[0]).startswith(str(pack.parent)):
                steps.write(f"{event} {Path(str(arguments[0])).name}\n")
                steps.flush()
                if log.read_text().count("\n") == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        sys.argv = ["toguna", "pack", "build", str(pack), "--from", str(files)]
        with Path(os.devnull).open("w") as nowhere:
            sys.stdout = sys.stderr = nowhere
            try:
                main()
            finally:
                os._exit(0)
    if kill_after:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return log.read_text().splitlines() if log.exists() else []


def outcomes(pack: Path, files: Path, folder: Path) -> list[dict[str, object]]:
    """Build once to the end, then killed before each step in turn, then killed three times at random."""

    def outcome(name: str, *kill: float) -> dict[str, object]:
        copy = folder / name / "mine"
        shutil.copytree(pack, copy)
        steps = build(copy, files, *kill)
        return {
            "at": steps[-1] if steps else name,
            "steps": len(steps),
            "hash": pack_hash(find_pack(copy)),
            "pack": str(copy),
        }

    begun = time.monotonic()
    whole = outcome("whole")
    took = time.monotonic() - begun
    moments = random.Random(7)
    return [
        whole,
        *(outcome(f"step {step}", step) for step in range(1, whole["steps"] + 1)),
        *(outcome(f"moment {number}", 0, moments.uniform(0.3, 1.0) * took) for number in range(3)),
    ]


if __name__ == "__main__":
    registered()
    sys.stdout.write(json.dumps(outcomes(*map(Path, sys.argv[1:]))))
