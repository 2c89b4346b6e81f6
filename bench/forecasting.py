"""Speed and memory of scoring a window of forecasts beside two libraries, and of the hurdle model on Africa's cells.

python -m bench.forecasting
"""

import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd

from toguna.core.months import Month
from toguna.forecasting.cells import neighbours_of
from toguna.forecasting.features import Features
from toguna.forecasting.models.hurdle import HURDLE
from toguna.forecasting.panel import Panel, by_row
from toguna.forecasting.parameters import ForecastParams
from toguna.forecasting.scores import score_draws

ROWS, DRAWS = 157_320, 1000  # a window of the ViEWS challenge: 13,110 cells, 12 months
ZERO = 0.84  # share of rows whose draws are all zero
PART = 10  # the others score one row in so many, and their time is taken as many times
RUNS = 5
PROMISED = 1.5  # CPU seconds for a window
PROMISED_MB = 1024  # most memory of the whole process, the draws included
CELLS, MONTHS = 13_110, 396  # the cells of the challenge, and 33 years
PROMISED_FIT = PROMISED_DRAWS = 60  # seconds, wall


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


def cells_panel():
    """Return a made-up panel of a block of cells: few are ever hit, violence clusters, sizes have heavy tails."""
    rng = np.random.default_rng(3)
    width = 115
    number = np.arange(CELLS)
    gid = (100 + number // width) * 720 + 200 + number % width + 1
    prone = rng.random(CELLS) < 0.06
    level = np.where(prone, rng.gamma(0.6, 0.15, CELLS), 0.0002)
    counts, recent = np.zeros((CELLS, MONTHS)), np.zeros(CELLS)
    for month in range(MONTHS):
        hit = rng.random(CELLS) < 1 - np.exp(-(level + 0.6 * recent) * 0.6)
        counts[hit, month] = np.ceil(np.exp(rng.normal(1, 1.3, hit.sum())))
        recent = 0.7 * recent + 0.3 * hit
    units = pd.DataFrame(
        {"name": gid.astype(str), "km_to_road": rng.gamma(2, 50, CELLS), "population": rng.lognormal(9, 1.5, CELLS)},
        index=gid,
    )
    near = {"touching": by_row(neighbours_of(gid))}
    return Panel("cell", "state_based", units, Month(1990, 1), counts, np.arange(MONTHS), near=near)


def hurdle():
    """Print seconds to fit the hurdle model on all cells, and to draw twelve months of all of them."""
    panel = cells_panel()
    print(f"{panel}; {len(Features(panel).names)} features")
    began = time.perf_counter()
    fitted = HURDLE.fit(panel)
    took = time.perf_counter() - began
    began = time.perf_counter()
    draws = fitted(panel, ForecastParams(steps=tuple(range(1, 13)), draws=DRAWS))
    drew = time.perf_counter() - began
    print(
        f"  fit {took:.0f} s, promised {PROMISED_FIT} s; {draws.size / 1e6:,.0f} million draws {drew:.0f} s, "
        f"promised {PROMISED_DRAWS} s; most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )


def main():
    """Print all parts."""
    scoring()
    hurdle()


if __name__ == "__main__":
    main()
