"""Times the workbench in a browser: the situation screen until it can be used and until it rests, and a changed filter.

    python -m bench.page           needs Chromium (Debian package chromium)

Headless Chromium without a graphics card, a server in a process of its own, the Mali pack; then a pack of a million
made-up events on the ground of Mali.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests.web.live import served

from bench.million import made_up

TRIES = 5
PAINT, IDLE, REPAINT, BYTES = 1.5, 3.0, 0.5, 600  # asked for: seconds, seconds, seconds, kB compressed
_READY = """() => document.querySelector('.situation-ladder .rung, .situation-ladder li') !== null
  && document.querySelector('.map-svg') !== null"""
_IDLE = "() => document.querySelector('.map-large') !== null && !document.querySelector('[aria-busy]')"

_PAINTED = """new Promise((done) => requestAnimationFrame(() => setTimeout(
  () => done(performance.now() - window.asked), 0)))"""


def opened(browser: Browser, address: str, ask: str = "") -> tuple[Page, float, float, float]:
    """Return the screen opened anew, the seconds until it can be used and until it rests, and kB of code and style."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(240_000)  # a million events are read before the first answer
    sizes: list[int] = []
    page.on("requestfinished", lambda one: "/static/" in one.url and sizes.append(one.sizes()["responseBodySize"]))
    began = time.perf_counter()
    page.goto(f"{address}/{ask}", wait_until="commit")
    page.wait_for_function(_READY, polling=20)
    usable = time.perf_counter() - began
    page.wait_for_function(_IDLE, polling=20)
    page.wait_for_load_state("networkidle")
    return page, usable, time.perf_counter() - began - 0.5, sum(sizes) / 1000  # it waits half a second for silence


def situation(browser: Browser, address: str) -> None:
    """Print how soon the screen is there: first opened by a server just begun, then by one that knows the answers."""
    times = []
    for number in range(TRIES + 1):
        page, usable, rests, size = opened(browser, address)
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN") / 1000
        page.context.close()
        if number == 0:
            print(f"first opened: usable {usable:.1f} s, rests {rests:.1f} s")
            print(f"  {size:.0f} kB of code and style, compressed (asked {BYTES} kB)")
        else:
            times.append((painted, usable, rests))
    painted, usable, rests = (statistics.median(one) for one in zip(*times, strict=True))
    print(f"opened again, median of {TRIES}: first paint {painted:.2f} s, ladder and map {usable:.2f} s "
          f"(asked {PAINT} s), rests {rests:.2f} s (asked {IDLE:.0f} s)")  # fmt: skip


def filtered(browser: Browser, address: str) -> None:
    """Print the seconds from a moved slider to the repainted map."""
    page, usable, rests, _ = opened(browser, address, "?draw=points&from=2003-01&to=2011-12")
    print(f"a million events: first opened usable {usable:.1f} s, rests {rests:.1f} s")
    page.set_default_timeout(20_000)
    slider = page.locator("input[type=range]").first
    page.evaluate("document.addEventListener('input', () => (window.asked = performance.now()), true)")
    slider.focus()
    spent = []
    for number in range(8):
        before = page.locator(".map-title").inner_text()
        slider.press("ArrowRight" if number % 2 == 0 else "ArrowLeft")
        page.wait_for_function(
            "text => document.querySelector('.map-title').textContent !== text", arg=before, polling="raf"
        )
        spent.append(page.evaluate(_PAINTED) / 1000)
        page.wait_for_load_state("networkidle")
    print(f"  filter to repaint: {', '.join(f'{one * 1e3:.0f}' for one in spent)} ms (asked {REPAINT * 1e3:.0f} ms)")
    page.context.close()


def main() -> int:
    """Run all; exit code 1 where there is no browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("install Chromium first, for instance: apt-get install chromium")
        return 1
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine {load} on {os.cpu_count()} cores")
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        Path(folder, "w").mkdir()
        for pack, place, timed in (("mali", folder, situation), (str(made_up(Path(folder))), f"{folder}/w", filtered)):
            with served(Path(place), pack) as address:
                browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                timed(browser, address)
                browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
