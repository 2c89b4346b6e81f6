"""More events than are drawn one by one: they are counted by square on the service, and the months asked for count."""

import shutil

import pandas as pd
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.web.live import served
from toguna.country.packs import find_pack

TIMES = 400  # the made-up country's events, each so often


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    pack = folder / "ouadji"
    shutil.copytree(find_pack("ouadji"), pack)
    events = pack / "tables" / "events.csv"
    known = pd.read_csv(events, dtype=str, keep_default_na=False)
    more = pd.concat([known.assign(event_id=known["event_id"] + f"-{number}") for number in range(TIMES)])
    more.to_csv(events, index=False)
    with served(folder, str(pack)) as found:
        yield found


def test_a_moved_slider_counts_the_events_of_its_months(address):
    """The number above the legend is that of the events from the months chosen; the table follows."""
    known = pd.read_csv(find_pack("ouadji") / "tables" / "events.csv")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/?draw=points&from=2012-01")
        title = page.locator(".map-title")
        expect(title).to_have_text(f"Violence on record, {TIMES * len(known):,} events", timeout=60_000)
        expect(page.locator(".map-legend")).to_contain_text("counted by square")
        slider = page.locator("input[type=range]").first
        counts = set()
        for _ in range(8):
            before = page.evaluate("location.search")
            slider.press("ArrowRight")
            page.wait_for_function("before => location.search !== before", arg=before)
            first = page.evaluate("new URLSearchParams(location.search).get('from')")
            wanted = TIMES * int((known["date_start"].str[:7] >= first).sum())
            expect(title).to_have_text(f"Violence on record, {wanted:,} events", timeout=10_000)
            counts.add(wanted)
        assert len(counts) > 2
        table = page.locator(".situation-middle details").first
        table.locator("summary").first.click()
        expect(table).to_contain_text(f"{wanted:,}")
        browser.close()
