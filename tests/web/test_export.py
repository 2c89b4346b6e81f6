"""A view as one file: opened from disk with the network cut, its map moves, its areas tell, its tables sort."""

import re

import pytest

from toguna.web.lite.screens import SCREENS

MOST = 400_000
CHROMIUM = "/usr/bin/chromium"


@pytest.mark.parametrize("name", list(SCREENS))
def test_every_screen_is_one_small_file(client, name):
    """Under 400 kB, bound to load nothing, with disclaimer, sources and what it was made from."""
    answer = client.ask("GET", f"/export/{name}.html?location_code=MLI&language=fr")
    assert answer.status_code == 200
    assert len(answer.content) < MOST
    assert "attachment" in answer.headers["content-disposition"]
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', answer.text)[1]
    assert policy.startswith("default-src &#39;none&#39;")
    assert not re.findall(r'(?:src|href)="', answer.text)
    if name == "situation":
        assert "pack_hash" in answer.text or "pack" in answer.text


@pytest.fixture(scope="module")
def file(client, tmp_path_factory):
    """The situation in Mali as one file on disk."""
    path = tmp_path_factory.mktemp("mailed") / "view.html"
    path.write_bytes(client.ask("GET", "/export/situation.html?location_code=MLI").content)
    return path


@pytest.fixture(scope="module")
def browser(file):
    """Debian's Chromium; it starts once the file is there, for the application is not asked any more."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(file, browser):
    """The file as a reader opens it, with no network; whatever it asks for is noted."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 1200})
    page = context.new_page()
    asked, faults = [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: faults.append(str(one)))
    page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
    page.goto(file.as_uri())
    yield page
    assert asked == [file.as_uri()]
    assert faults == []
    context.close()


def box_of(page):
    return [float(one) for one in page.get_attribute("#map", "viewBox").split()]


def test_the_map_zooms_and_moves(opened):
    """By buttons, wheel, mouse and keyboard; the middle button shows all again."""
    whole = box_of(opened)
    opened.click("#in")
    near = box_of(opened)
    assert near[2] < whole[2]
    place = opened.locator("#map").bounding_box()
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    opened.mouse.move(*middle)
    opened.mouse.down()
    opened.mouse.move(middle[0] - 90, middle[1] - 60, steps=4)
    opened.mouse.up()
    moved = box_of(opened)
    assert moved[0] > near[0]
    assert moved[1] > near[1]
    opened.mouse.wheel(0, -400)
    assert box_of(opened)[2] < moved[2]
    opened.focus("#map")
    before = box_of(opened)
    opened.keyboard.press("ArrowLeft")
    assert box_of(opened)[0] < before[0]
    opened.keyboard.press("0")
    assert box_of(opened) == pytest.approx(whole, abs=0.2)


def test_an_area_tells_what_is_known_of_it(opened):
    """Picked in the list or clicked on the map, the card names it and its figures."""
    opened.select_option("#pick", "ML0507")
    card = opened.inner_text("#card")
    assert "Koro" in card
    assert "People in food crisis" in card
    opened.click("path[data-code=ML0601]", force=True)
    assert "ML0601" in opened.inner_text("#card")


def test_layers_can_be_hidden_and_tables_sorted(opened):
    """A layer goes and comes back; a table sorts by a column, what is missing last."""
    opened.uncheck("[data-layer=circles]")
    assert opened.eval_on_selector("#circles", "one => getComputedStyle(one).display") == "none"
    opened.check("[data-layer=circles]")
    assert opened.eval_on_selector("#circles", "one => getComputedStyle(one).display") != "none"
    head = opened.locator("table").first.locator("thead button").first
    head.click()
    cells = opened.locator("table").first.locator("tbody tr td:first-child").all_inner_texts()
    assert cells == sorted(cells, key=str.casefold)


def test_the_table_can_be_kept_as_csv(opened, tmp_path):
    """Made in the page itself, without any server."""
    with opened.expect_download() as kept:
        opened.locator("section button.plain").first.click()
    kept.value.save_as(tmp_path / "kept.csv")
    text = (tmp_path / "kept.csv").read_text(encoding="utf-8-sig")
    assert text.startswith('"')
    assert len(text.splitlines()) > 3
