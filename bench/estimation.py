"""Times multiple-systems estimation: a step of the latent-class chain, and averaging over 822 graphs of five lists.

    python -m bench.estimation

Seconds of the processor, which others on the machine change little, and of the clock; after a first run to compile.
"""

from __future__ import annotations

import time

import numpy as np

from toguna.accounts.estimation import decomposable, latent_classes, loglinear, read_lists

KOSOVO = [306, 936, 123, 845, 31, 217, 32, 1131, 106, 228, 42, 177, 18, 181, 27]  # cells 0001 to 1111
OTHERS = 122 / 250_000  # seconds a step that people had before, on this kind of machine
ITERATIONS, CHAINS = 50_000, 4


def main() -> None:
    """Print one line a measurement."""
    latent_classes(KOSOVO, iterations=200, burn=10)
    clock, processor = time.perf_counter(), time.process_time()
    found = latent_classes(KOSOVO, iterations=ITERATIONS, chains=CHAINS)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    step = processor / (ITERATIONS * CHAINS)
    print(f"Kosovo, {CHAINS} chains of {ITERATIONS:,}: {found}")
    print(f"  {clock:.1f} s of the clock, {processor:.1f} s of the processor")
    print(f"  {step * 1e6:.1f} microseconds a step; before {OTHERS * 1e6:.0f}: {OTHERS / step:.1f} times as fast")
    wall = clock / (ITERATIONS * CHAINS)
    print(
        f"  by the clock, chains side by side, {wall * 1e6:.1f} microseconds a step: {OTHERS / wall:.1f} times as fast"
    )
    rng = np.random.default_rng(1)
    table = rng.random((5_000, 5)) < [0.2, 0.3, 0.1, 0.25, 0.15]
    lists = read_lists(table[table.any(axis=1)].astype(int))
    for what, work in (
        ("averaging over 822 graphs, one delta", lambda: decomposable(lists, 1 / 32)),
        ("averaging over 822 graphs, three deltas", lambda: decomposable(lists)),
        ("6,893 hierarchical models", lambda: loglinear(lists)),
    ):
        work()
        start = time.perf_counter()
        work()
        print(f"five lists, {what}: {time.perf_counter() - start:.2f} s of the clock")


if __name__ == "__main__":
    main()
