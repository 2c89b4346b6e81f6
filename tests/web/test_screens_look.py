"""The screens on situation, risk, displacement and corridors, as a real browser shows them."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.web.live import served

pytest.importorskip("playwright", reason="the browser tests need playwright")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
SCREENS = ("situation", "risk", "displacement", "corridors")
PATIENCE = 120_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server of its own with the real Mali pack first."""
    with served(tmp_path_factory.mktemp("looked-at"), "mali", "ouadji") as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    """A real Chromium; a must in CI, a reason to skip elsewhere."""
    if not Path(CHROMIUM).is_file():
        message = "there is no Chromium here"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture
def page(browser, address):
    """An empty page that notes what goes wrong on it, and every address it asks beyond the server."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address, locale="en-GB")
    one = context.new_page()
    one.set_default_timeout(PATIENCE)
    faults = []
    one.on("pageerror", lambda error: faults.append(str(error)))
    one.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    one.on("request", lambda asked: None if asked.url.startswith((address, "blob:")) else faults.append(asked.url))
    yield one
    context.close()
    assert faults == []


def opened(page, where):
    """Go to an address and wait until the screen says that it is shown."""
    page.goto(where)
    page.wait_for_selector("#live:not(:empty)", state="attached")
    return page


def test_the_ladder_keeps_the_order_of_the_principles(page):
    """Humanitarian assistance first, arms last, and what is missing is said and not zero."""
    opened(page, "/situation?language=en&as_of=2013-06")
    names = page.locator(".rungs > .rung > h3").all_inner_texts()
    assert len(names) == 5
    assert names[0].startswith("Humanitarian assistance")
    assert names[3].startswith("Protection of civilians")
    assert "Small-arms" in names[4]
    assert page.locator(".rungs .pill.gap").count() > 0


def test_areas_nobody_counted_are_hatched(page):
    """By June 2013 no count of hunger by area was public: every area is hatched, none is in the lowest class."""
    opened(page, "/situation?language=en&as_of=2013-06&map=svg")
    assert page.locator(".map-svg .area").count() == page.locator(".map-svg .area-missing").count() > 40
    assert page.locator(".map-legend").get_by_text("no data").count() == 1
    opened(page, "/situation?language=en&map=svg")
    assert page.locator(".map-svg .area-5").count() > 0


def test_the_large_map_replaces_the_small_one_where_there_is_webgl(page):
    """Drawn by the graphics card, from the pack's own shapes."""
    opened(page, "/situation?language=en")
    page.wait_for_selector(".map-large .maplibregl-canvas")
    assert page.locator(".map-svg").first.evaluate("one => getComputedStyle(one).visibility") == "hidden"


def test_picking_an_area_changes_the_address_and_back_undoes_it(page):
    """Every state is in the address; the table is the way to the map for a keyboard."""
    opened(page, "/situation?language=en&map=svg")
    page.locator(".field", has_text="Area").locator("select").first.select_option("2:ML0701")
    expect(page).to_have_url(re.compile("admin2_code=ML0701"))
    expect(page.locator(".area-card h2")).to_have_text("Gao")
    assert page.locator(".area-picked").count() == 1
    page.go_back()
    expect(page.locator(".area-card h2")).to_have_text("Mali")
    page.go_forward()
    expect(page.locator(".area-card h2")).to_have_text("Gao")


def test_a_copied_address_shows_the_same_view(page):
    """Month, way of drawing and time span come back as they were."""
    opened(page, "/situation?language=fr&draw=points&from=2012-01&to=2012-12&map=svg&theme=dark")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator(".toggle [aria-pressed=true]").inner_text() == "Points"
    first = page.locator(".timeline-inputs input").first
    assert first.get_attribute("aria-valuetext").endswith("2012")


def test_the_months_are_moved_by_keyboard(page):
    """The two ends of the time span answer to the arrow keys, and the address follows."""
    opened(page, "/situation?language=en&draw=points&map=svg")
    start = page.locator(".timeline-inputs input").first
    start.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("from=1989-04"))


def test_arabic_reads_from_right_to_left(page):
    """The page mirrors; nothing is cut off at the side, on a wide and on a narrow screen."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        opened(page, "/situation?language=ar&map=svg")
        assert page.locator("html").get_attribute("dir") == "rtl"
        ladder, side = (page.locator(one).bounding_box() for one in (".situation-ladder", ".situation-side"))
        assert width == 390 or ladder["x"] > side["x"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_nothing_stands_in_anyones_way(page, screen, language):
    """No fault by the rules of axe in either theme, with every table opened."""
    for theme in ("light", "dark"):
        opened(page, f"/{screen}?language={language}&theme={theme}&map=svg")
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


def test_the_keyboard_reaches_the_content_first(page):
    """The first stop is the link past the bar, and it is seen."""
    opened(page, "/corridors?language=en&map=svg")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0


def test_a_download_holds_exactly_the_view(page):
    """The link below the table asks for the same rows as the screen."""
    opened(page, "/corridors?language=en&as_of=2013-06&from=Bamako&to=Gao&map=svg")
    ways = page.locator(".table", has_text="Ways, the fastest first")
    page.locator("details", has=ways).locator("summary").first.click()
    shown = ways.locator("tbody tr").count()
    link = ways.get_by_role("link", name="csv").get_attribute("href")
    text = page.request.get(link).text()
    assert shown == len(text.strip().splitlines()) - 1 > 0


def test_closing_a_road_tells_who_is_cut_off(page):
    """At once, by hours of reach, with a number of people; the choice is in the address."""
    opened(page, "/corridors?language=en&as_of=2013-06&map=svg")
    road = page.locator(".field", has_text="Road").locator("select")
    road.select_option(label=next(one for one in road.locator("option").all_inner_texts() if one.startswith("Gao")))
    cut = page.locator(".card", has_text="Close a road").locator(".plain li")
    expect(cut).to_have_count(3)
    assert re.match(r"[\d,]+ people no longer within", cut.first.inner_text())
    expect(page).to_have_url(re.compile("link="))


def test_roads_are_closed_as_of_the_month(page):
    """The crossing at Tinzaouaten was closed in June 2013: the map draws it as closed."""
    opened(page, "/corridors?language=en&as_of=2013-06&map=svg")
    assert page.locator(".map-svg .road-closed").count() > 0
    assert page.locator(".map-svg .road-contested").count() > 0
    assert page.locator(".map-svg .road-open").count() > 100


def test_paper_shows_the_view_and_nothing_to_press(page):
    """Title, month, legend, scale and disclaimer print; buttons do not; dark turns light."""
    opened(page, "/situation?language=en&theme=dark")
    page.wait_for_selector(".map-large")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("html").get_attribute("data-theme") == "light"
    for shown in ("h1", ".map-svg", ".map-legend", ".disclaimer", ".scale-bar", ".top .print-only"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in (".actions", "nav", ".map-canvas", ".downloads", ".settings"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert len(page.pdf()) > 20_000
