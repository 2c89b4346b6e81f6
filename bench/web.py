"""Times the workbench as a visitor meets it: a real server in a process of its own, asked by a public load generator.

    python -m bench.web            needs `hey` (Apache-2.0; Debian package hey)

First views of the Mali pack at 50 requests a second, then 200 clients at once; then tiles over a million made-up
events, from the change of a filter to the answer.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pandas as pd
from tests.web.live import served

from bench.million import MILLION, made_up
from toguna.country import read_country
from toguna.web.filters import narrowing
from toguna.web.tiles import Grid, as_geojson, as_mvt, filters_of
from toguna.web.views import VIEWS
from toguna.web.views.view import tidy

SECONDS, RATE, CLIENTS, ASKED = 4, 50, 200, 1000
VIEWED = (
    "indicators?location_code=MLI&milestone=0",
    "areas.geojson?location_code=MLI&level=2",
    "events?location_code=MLI",
    "roads.geojson?location_code=MLI",
    "violence?location_code=MLI&area_kind=country",
    "places?location_code=MLI&limit=1000",
    "places.csv?location_code=MLI",
    "tiles/events/5/15/14?location_code=MLI&form=mvt",
)


def hey(url: str, *given: str) -> tuple[dict[str, float], dict[str, int]]:
    """Return percentiles in milliseconds, requests a second, and how many answers had which status."""
    found = subprocess.run(
        ["hey", *given, "-H", "Accept-Encoding: gzip", url], capture_output=True, text=True, check=True
    ).stdout
    times = {part: 1000 * float(value) for part, value in re.findall(r"(\d+)%+ in ([\d.]+) secs", found)}
    times["rps"] = float(re.search(r"Requests/sec:\s+([\d.]+)", found)[1])
    statuses = {status: int(number) for status, number in re.findall(r"\[(\d{3})\]\s+(\d+) responses", found)}
    if "Error distribution" in found:
        statuses["errors"] = sum(int(one) for one in re.findall(r"\[(\d+)\]\s+\w+ \"?http", found))
    return times, statuses


def load(address: str) -> None:
    """Print how views answer at a steady rate and under a crowd."""
    print(f"{'view':52} {'first ms':>9} {'p50':>7} {'p99':>7} {'':3} {'crowd p50':>9} {'p99':>7} {'rps':>6} answers")
    for view in VIEWED:
        url = f"{address}/api/v1/{view}"
        start = time.perf_counter()
        httpx.get(url, timeout=120).raise_for_status()
        first = 1000 * (time.perf_counter() - start)
        steady, _ = hey(url, "-z", f"{SECONDS}s", "-c", "10", "-q", str(RATE // 10))
        crowd, statuses = hey(url, "-n", str(ASKED), "-c", str(CLIENTS), "-t", "60")
        print(
            f"{view[:52]:52} {first:9.0f} {steady['50']:7.1f} {steady['99']:7.1f}     {crowd['50']:9.0f} "
            f"{crowd['99']:7.0f} {crowd['rps']:6.0f} {statuses}"
        )


def million() -> pd.DataFrame:
    """Return the events of a pack that holds a million of them, as their view does."""
    with tempfile.TemporaryDirectory() as folder:
        country = read_country(made_up(Path(folder)))
    view = VIEWS["events"]
    return tidy(view.rows(country, {}), view.columns).drop(columns="geometry")


def tiles() -> None:
    """Print the time from a changed filter to the tile, over a million events."""
    start = time.perf_counter()
    grid = Grid.of(million())
    print(f"\nmade and loaded {MILLION:,} events in {time.perf_counter() - start:.1f} s")
    model = narrowing(VIEWS["events"])
    spent = []
    for number in range(60):
        asked = model.model_validate(
            {
                "from": f"{2000 + number % 20}-01",
                "to": f"{2010 + number % 15}-12-31",
                "kind": ["one_sided", "state_based,non_state", "non_state"][number % 3],
                "deaths": number % 3,
            }
        )
        z, x, y = [(0, 0, 0), (4, 7, 7), (5, 15, 14), (8, 126, 116)][number % 4]
        start = time.perf_counter()
        found = grid.tile(z, x, y, filters_of(asked))
        as_geojson(z, x, y, found)
        as_mvt(found)
        spent.append(1000 * (time.perf_counter() - start))
    spent.sort()
    worst, middle = spent[-1], statistics.median(spent)
    print(f"filter to tile over {MILLION:,} events: median {middle:.0f} ms, worst of 60 {worst:.0f} ms (promised 200)")


def main() -> int:
    """Run all; exit code 1 where the load generator is missing."""
    tiles()
    if shutil.which("hey") is None:
        print("install hey first, for instance: apt-get install hey")
        return 1
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), "mali", "ouadji") as address:
        load(address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
