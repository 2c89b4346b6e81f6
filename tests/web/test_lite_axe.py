"""Pages without script in a real browser: no barrier that axe can find, in three languages, light and dark."""

import pytest

from toguna.web.lite.screens import SCREENS

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def pages(client, tmp_path_factory):
    """Every screen in every language as a file; a page without script is the same from disk."""
    folder = tmp_path_factory.mktemp("lite")
    for name in SCREENS:
        for language in ("en", "fr", "ar"):
            answer = client.ask("GET", f"/lite/{name}?location_code=MLI&language={language}")
            (folder / f"{name}-{language}.html").write_bytes(answer.content)
    return sorted(folder.iterdir())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(pages, scheme):
    """WCAG A and AA and good practice, on all ten screens; of the dark colours one language tells all."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(color_scheme=scheme).new_page()
        page.set_default_timeout(90_000)
        for file in pages if scheme == "light" else [one for one in pages if one.stem.endswith("-en")]:
            page.goto(file.as_uri())
            faults = [one["id"] for one in Axe().run(page).response["violations"]]
            if faults:
                found[file.name] = faults
        browser.close()
    assert len(pages) == 30
    assert found == {}
