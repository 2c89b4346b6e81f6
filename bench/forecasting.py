"""Speed and memory of scoring a window of forecasts, beside two libraries that score.

python -m bench.forecasting
"""

import subprocess
import sys
import time
import warnings

import numpy as np

from toguna.forecasting.scores import score_draws

ROWS, DRAWS = 157_320, 1000  # a window of the ViEWS challenge: 13,110 cells, 12 months
ZERO = 0.84  # share of rows whose draws are all zero
PART = 10  # the others score one row in so many, and their time is taken as many times
RUNS = 5
PROMISED = 1.5  # CPU seconds for a window
PROMISED_MB = 1024  # most memory of the whole process, the draws included


def window(rows=ROWS, zero=ZERO, *, whole=True):
    """Return draws (32-bit floats) and outcomes: a share of rows all zero, the others mostly zero, with heavy tails."""
    rng = np.random.default_rng(1)
    draws, outcome = np.zeros((rows, DRAWS), np.float32), np.zeros(rows)
    active = np.flatnonzero(np.arange(rows) % 100 >= 100 * zero)
    for at in np.array_split(active, max(len(active) // 4000, 1)):
        deaths = np.exp(rng.normal(1, 1.6, (len(at), DRAWS + 1)).astype(np.float32))
        deaths = np.ceil(deaths) if whole else deaths
        deaths *= rng.random(deaths.shape, np.float32) < rng.beta(0.5, 2, (len(at), 1))
        draws[at], outcome[at] = deaths[:, 1:], deaths[:, 0]
    return draws, outcome


def cpu(call):
    """Return the least CPU seconds of some calls, after one that compiles and warms up; all run on one core."""
    call()
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        call()
        took.append(time.process_time() - began)
    return min(took)


def others(draws, outcome):
    """Return by library and score what is timed."""
    import properscoring
    import scoringrules

    some = draws.astype(np.float64)

    def interval():
        lower, upper = np.quantile(some, [0.05, 0.95], axis=1)
        return scoringrules.interval_score(outcome, lower, upper, 0.1)

    return {
        "properscoring, CRPS": lambda: properscoring.crps_ensemble(outcome, some),
        "scoringrules, CRPS": lambda: scoringrules.crps_ensemble(outcome, some, estimator="qd"),
        "numpy quantiles and scoringrules, interval score": interval,
    }


def scoring():
    """Print CPU seconds of a window for all 14 numbers of a row, of the others for one of them, and memory."""
    most = memory()  # first: a process that starts another hands its own largest memory on
    draws, outcome = window()
    ours = cpu(lambda: score_draws(draws, outcome))
    print(
        f"{ROWS:,} rows x {DRAWS:,} draws, {(~draws.any(axis=1)).mean():.0%} of rows all zero, one core: "
        f"all scores {ours:.2f} CPU s, promised {PROMISED:g} s"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        part = np.arange(ROWS) // 100 % PART == 0  # every 100 rows hold the same share of active ones
        for name, call in others(draws[part], outcome[part]).items():
            took = cpu(call) * ROWS / part.sum()
            print(f"  {name}: {took:.1f} CPU s (1/{PART} of rows timed, times {PART}), {took / ours:.0f} times ours")
    del draws
    for label, zero, whole in (("broken numbers", ZERO, False), ("no row all zero, broken numbers", 0.0, False)):
        draws, outcome = window(ROWS // PART, zero, whole=whole)
        took = cpu(lambda now=draws, seen=outcome: score_draws(now, seen)) * PART
        print(f"  ours, {label}: {took:.2f} CPU s (1/{PART} of rows timed, times {PART})")
    print(f"  most memory of a process that makes and scores a window: {most} MB, promised {PROMISED_MB} MB")


def memory():
    """Return the most memory of a process that makes and scores a window, MB."""
    lines = (
        "import resource, bench.forecasting as b; b.score_draws(*b.window());"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main():
    """Print all parts."""
    scoring()


if __name__ == "__main__":
    main()
