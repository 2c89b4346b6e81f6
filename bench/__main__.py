"""Times the commands of the first hour: help, brief, assessment, reading a pack.

    python -m bench

Each command runs as a whole process; the median of five runs is printed with the smallest and the largest, and the
largest resident memory.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
TARGETS = {"help": 0.4, "brief": 10.0}  # seconds promised to users


def commands(folder: Path) -> dict[str, list[str]]:
    """Return what is timed, by name."""
    toguna = str(Path(sys.executable).parent / "toguna")
    return {
        "help": [toguna, "--help"],
        "brief": [toguna, "brief", "mali", "--to", str(folder / "a.pdf"), "--to", str(folder / "a.html")],
        "brief_as_of": [toguna, "brief", "mali", "--as-of", "2013-02", "--to", str(folder / "b.pdf")],
        "assess": [toguna, "assess", "mali", "--csv"],
        "check": [toguna, "pack", "check", "mali"],
    }


def seconds(command: list[str]) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print one line a command."""
    with tempfile.TemporaryDirectory() as name:
        for label, command in commands(Path(name)).items():
            seconds(command)  # warms the file cache
            runs = [seconds(command) for _ in range(RUNS)]
            promised = f", promised {TARGETS[label]:g} s" if label in TARGETS else ""
            print(f"{label:12} median {statistics.median(runs):.2f} s ({min(runs):.2f}-{max(runs):.2f}){promised}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest resident memory of any of them: {peak:.0f} MB")


if __name__ == "__main__":
    main()
