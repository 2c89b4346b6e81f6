"""The light pages from the form to the result, in a browser that runs no script."""

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.web.live import served

SECONDS = 120_000  # for a job, on a busy machine


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("lite"), "ouadji") as found:
        yield found


@pytest.fixture
def page():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser.new_context(java_script_enabled=False).new_page()
        browser.close()


@pytest.mark.parametrize(
    ("screen", "language", "result"),
    [
        ("risk", "en", "Deaths expected"),
        ("plan", "fr", "Qui est posté où"),
        ("risk", "ar", "العنف المتوقع"),
    ],
)
def test_a_form_leads_to_its_result(address, page, screen, language, result):
    """The page that waits turns by itself into the one with the result, small and without script."""
    page.goto(f"{address}/lite/{screen}?location_code=XOU&as_of=2013-06&language={language}")
    before = page.locator("table").count()
    page.locator("main form[method=post] button").first.click()
    expect(page).to_have_url(re.compile("job="))
    expect(page.locator("main .news li")).not_to_have_count(0, timeout=SECONDS)
    assert page.locator("table").count() > before
    assert page.locator("table tbody tr").count() > 3
    assert page.locator("[role=alert]").count() == 0
    expect(page.locator("main")).to_contain_text(result)
    assert len(page.content().encode()) < 100_000


def test_a_job_that_came_to_nothing_says_why(address, page):
    """The made-up country has no counts to go on from in that month: the page says so, and what would help."""
    page.goto(f"{address}/lite/displacement?location_code=XOU&as_of=2013-06")
    page.locator("main form[method=post] button").first.click()
    expect(page.locator("main .fault")).to_contain_text("or ask for a later month", timeout=SECONDS)
