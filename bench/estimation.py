"""Times multiple-systems estimation: a step of the latent-class chain, and averaging over graphs of five lists.

    python -m bench.estimation

Seconds of the clock, on a machine that others may use too; after a first run to compile. One core where it says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

from toguna.accounts.estimation import decomposable, latent_classes, loglinear, read_lists

KOSOVO = [306, 936, 123, 845, 31, 217, 32, 1131, 106, 228, 42, 177, 18, 181, 27]  # cells 0001 to 1111
OTHERS = 122 / 250_000  # seconds a step that people had before, on this kind of machine
ITERATIONS, CHAINS = 50_000, 4


def five_lists():
    """Return 5,000 made-up people's lists, those on none left out."""
    rng = np.random.default_rng(1)
    table = rng.random((5_000, 5)) < [0.2, 0.3, 0.1, 0.25, 0.15]
    return read_lists(table[table.any(axis=1)].astype(int))


def seconds(work):
    """Return what a piece of work gives and the seconds it takes by the clock."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def chain_on_one_core():
    """Return seconds a step, by the clock and of the processor, of one chain at a time on one core."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    try:
        start = time.process_time()
        _, taken = seconds(lambda: latent_classes(KOSOVO, iterations=ITERATIONS, chains=2, threads=1))
        processor = time.process_time() - start
    finally:
        os.sched_setaffinity(0, every)
    return taken / (2 * ITERATIONS), processor / (2 * ITERATIONS)


def cold_call():
    """Return seconds of one default call for five lists in a new process on one core, without imports."""
    code = (
        "import os, time; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from bench.estimation import five_lists; from toguna.accounts.estimation import decomposable\n"
        "lists = five_lists(); start = time.perf_counter(); decomposable(lists); print(time.perf_counter() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Print one line a measurement."""
    latent_classes(KOSOVO, iterations=200, burn=10)
    step, processor = chain_on_one_core()
    print(
        f"Kosovo, one chain on one core: {step * 1e6:.1f} microseconds a step by the clock; before {OTHERS * 1e6:.0f}: "
        f"{OTHERS / step:.1f} times as fast; processor {processor * 1e6:.1f}: {OTHERS / processor:.1f} times"
    )
    found, taken = seconds(lambda: latent_classes(KOSOVO, iterations=ITERATIONS, chains=CHAINS))
    step = taken / (ITERATIONS * CHAINS)
    print(f"Kosovo, {CHAINS} chains of {ITERATIONS:,} on two threads: {found}")
    print(f"  {taken:.1f} s; {step * 1e6:.1f} microseconds a step of any chain: {OTHERS / step:.1f} times as fast")
    print(
        f"  {CHAINS * 250_000:,} steps in four chains would take {CHAINS * 250_000 * step:.0f} s; before, 122 s for one"
    )
    print(f"five lists, averaging over 822 graphs, three deltas, new process, one core: {cold_call():.2f} s")
    lists = five_lists()
    for what, work in (
        ("averaging over 822 graphs, one delta", lambda: decomposable(lists, 1 / 32)),
        ("averaging over 822 graphs, three deltas", lambda: decomposable(lists)),
        ("6,893 hierarchical models", lambda: loglinear(lists)),
    ):
        work()
        print(f"five lists, {what}: {seconds(work)[1]:.2f} s")


if __name__ == "__main__":
    main()
