"""Plan, compare, account, sources, brief and public in a real browser: they work, and are for all."""

import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.web.live import served
from toguna.web.pages import STATIC

pytestmark = pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the page is not built (npm run build)")
SCREENS = ("plan", "compare", "account", "sources", "brief", "public")
LISTS = "A,B,C,count\n1,0,0,122\n0,1,0,49\n0,0,1,60\n1,1,0,142\n1,0,1,112\n0,1,1,4\n1,1,1,12\n"
CHROMIUM = "/usr/bin/chromium"
SECONDS = 90_000  # for a job, on a busy machine


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server with the made-up country."""
    with served(tmp_path_factory.mktemp("screens"), "ouadji") as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser):
    """A page whose errors fail the test."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    wrong = []
    found.on("pageerror", lambda error: wrong.append(str(error)))
    yield found
    found.close()
    assert wrong == []


def opened(page, address, screen, **query):
    """A screen that has settled."""
    asked = "&".join(f"{name}={value}" for name, value in {"as_of": "2013-06", **query}.items())
    page.goto(f"{address}/{screen}?{asked}")
    expect(page.locator("main h1")).to_be_visible(timeout=20_000)
    expect(page.locator("main .loading")).to_have_count(0, timeout=20_000)
    return page


def faults(page):
    """What axe finds against WCAG 2.2 A and AA, short."""
    page.evaluate("scrollTo(0, 0)")  # what the bar at the top hides while scrolling is not too small
    levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": levels}})
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found.response["violations"]]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
def test_screens_are_for_all(page, address, screen, language):
    """No fault in any language, in the light or in the dark, and nothing sticks out of a telephone's screen."""
    for theme in ("light", "dark"):
        opened(page, address, screen, language=language, theme=theme)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        for one in page.locator("main details").all():
            one.evaluate("one => one.open = true")
        assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_plan_is_changed_solved_and_explained(page, address):
    """One unit more stands in the address; the plan has bounds, reasons and what is unprotected; a reload keeps it."""
    opened(page, address, "plan", months=1)
    page.get_by_text("Units (").click()
    box = page.get_by_label("Convoy escort", exact=True)
    before = int(box.input_value())
    box.fill(str(before + 1))
    box.press("Tab")
    assert f"unit.convoy_escort%3D{before + 1}" in page.url
    expect(page.get_by_text("1 changes")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    assert "changes" not in page.url
    page.get_by_role("button", name="Solve").click()
    expect(page.get_by_role("heading", name="Left unprotected")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_text("of at most").first).to_be_visible()
    page.get_by_text("Show as table").first.click()
    page.get_by_role("button", name="Azgar").first.click()
    expect(page.get_by_role("heading", name="Why Azgar")).to_be_visible()
    assert faults(page) == []
    page.reload()
    expect(page.get_by_role("heading", name="Why Azgar")).to_be_visible(timeout=SECONDS)


def test_two_plans_stand_side_by_side(page, address):
    """After one unit more the second plan says what it reaches beyond the first."""
    opened(page, address, "plan", months=1, changes="unit.convoy_escort=3")
    page.get_by_role("button", name="Solve").click()
    expect(page.get_by_role("heading", name="Left unprotected")).to_be_visible(timeout=SECONDS)
    page.locator("#plan-unit-convoy_escort").fill("4")
    page.locator("#plan-unit-convoy_escort").press("Tab")
    page.get_by_role("button", name="Solve").click()
    expect(page.get_by_role("heading", name="Against the plan solved before")).to_be_visible(timeout=SECONDS)


def test_a_mandate_that_breaks_its_own_rules_is_refused_with_a_remedy(page, address):
    """The service says which rule forbids what, and what to do; nothing is solved."""
    opened(page, address, "plan", months=1, changes="task.search_and_destroy=1")
    page.get_by_role("button", name="Solve").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("capture_and_due_process", timeout=20_000)
    expect(alert).to_contain_text("binds: false")
    assert "job=" not in page.url


def test_a_plan_is_cancelled(page, address):
    """A long one stops when told to, and says that nothing was kept."""
    opened(page, address, "plan", months=12, offers="un-minusma-2013,canada-2013")
    page.get_by_role("button", name="Solve").click()
    page.get_by_role("button", name="Cancel").click(timeout=20_000)
    expect(page.get_by_text(re.compile("Nothing was kept"))).to_be_visible(timeout=20_000)


def test_mandates_stand_side_by_side(page, address):
    """Five panels in order, the sentence that decides, where the order turns, and what a contribution adds."""
    opened(page, address, "compare", draws=20, years=1, mandates="protect-first,search-and-destroy",
           contributions="canada-2013")  # fmt: skip
    page.locator("main button.primary").click()
    expect(page.locator(".compare-panel")).to_have_count(5, timeout=SECONDS)
    heads = page.locator(".compare-panel h3").all_inner_texts()
    assert [head[0] for head in heads] == ["1", "2", "3", "4", "5"]
    expect(page.get_by_text(re.compile("stands before|no principle tells them apart")).first).to_be_visible()
    expect(page.get_by_role("heading", name="What each contribution adds")).to_be_visible()
    expect(page.locator(".compare-turn")).to_have_count(3)
    assert faults(page) == []


def test_an_estimate_is_never_one_number(page, address):
    """Every method has its interval; the range is over methods; where no ledgers are kept the screen says so."""
    opened(page, address, "account")
    expect(page.get_by_text(re.compile("No ledgers are kept here"))).to_be_visible()
    page.locator("textarea").fill(LISTS)
    page.get_by_label("Steps of each chain").select_option("5000")
    page.get_by_label("Other settings too").select_option("false")
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_text(re.compile("Main methods together"))).to_be_visible(timeout=SECONDS)
    assert page.locator("table.ranges tbody tr").count() >= 4
    expect(page.get_by_text("What must be true")).to_be_visible()
    assert faults(page) == []


def test_what_is_wrong_with_lists_is_said(page, address):
    """Two lists tell nothing; the service's sentence is shown."""
    opened(page, address, "account")
    page.locator("textarea").fill("A,B,count\n1,0,3\n0,1,4\n1,1,2\n")
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_role("alert")).to_contain_text("fewer than 3", timeout=20_000)


def test_sources_have_licence_age_and_gaps(page, address):
    """Each source has its licence; gaps are told by principle."""
    opened(page, address, "sources")
    expect(page.get_by_text("All sources")).to_be_visible()
    expect(page.get_by_text(re.compile("figures missing")).first).to_be_visible(timeout=20_000)
    assert page.locator("main table tbody tr").count() > 3


def test_a_brief_is_made_and_fetched(page, address):
    """A web page in French comes out of a job, and is a brief in French."""
    opened(page, address, "brief", brief_language="fr", files="html")
    page.get_by_role("button", name="Make the brief").click()
    link = page.get_by_role("link", name="HTML")
    expect(link).to_be_visible(timeout=SECONDS)
    with page.expect_download() as given:
        link.click()
    assert 'lang="fr"' in given.value.path().read_text(encoding="utf-8")[:2000]


def test_an_answer_is_given_without_saying_who(page, address):
    """Ranked by keyboard, rated, sent; what goes over the wire has no name, and no cookie is set."""
    opened(page, address, "public")
    down = page.get_by_role("button", name="Move Humanitarian assistance down")
    down.focus()
    down.press("Enter")
    assert page.locator(".public-ranks strong").all_inner_texts()[1] == "Humanitarian assistance"
    page.get_by_label("5", exact=True).first.check()
    with page.expect_request("**/public/answers*") as asked:
        page.get_by_role("button", name="Send my answer").click()
    said = asked.value.post_data_json
    assert set(said) == {"ranking", "weights", "ratings", "reason", "ticket"}
    assert said["ranking"] == [2, 1, 3, 4, 5]
    assert list(said["ratings"].values()) == [5]
    expect(page.get_by_text("Thank you")).to_be_visible()
    assert page.context.cookies() == []


def test_points_must_add_up(page, address):
    """Points that are not a hundred are held back with a word."""
    opened(page, address, "public")
    page.get_by_label("Restoring democracy", exact=True).fill("40")
    expect(page.get_by_text("60 points are left.")).to_be_visible()
    page.get_by_role("button", name="Send my answer").click()
    time.sleep(0.5)
    assert page.get_by_text("Thank you").count() == 0
