"""A user's mistakes on the page, told in the page's language: what is wrong, where, and what to do."""

import re

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.web.live import served
from tests.web.test_jobs import served as served_jobs
from tests.web.test_jobs import until
from toguna.web.pages import STATIC

CHROMIUM = "/usr/bin/chromium"
SECONDS = 60.0  # for a job, on a busy machine
HUNTS = {"name": "own", "extends": "protect-first", "tasks": {"search_and_destroy": 1}}
CODES = re.compile(r"[\w-]+_[\w-]+|[\w]+-[\w-]+|'[^']*'|`[^`]*`|\b(plan|compare|brief|ouadji|en|fr|ar|XOU|YYYY-MM)\b")
# What is wrong the moment it is asked: verb, arguments, and what the answer names.
ASKED = {
    "mandate nobody ships": ("plan", {"mandate": "protect-frist"}, "protect-frist"),
    "task that a rule forbids": ("plan", {"mandate": HUNTS}, "search and destroy"),
    "name of a shipped one": ("plan", {"mandate": {"name": "as-is", "extends": "protect-first"}}, "as-is"),
    "contribution nobody ships": ("plan", {"contributions": ["canada-2031"]}, "canada-2031"),
    "offer named twice": ("plan", {"contributions": ["canada-2013", "canada-2013"]}, "canada-2013"),
    "too many months": ("plan", {"months": 99}, "12"),
    "no month": ("forecast", {"as_of": "2013-13"}, "2013-13"),
    "field there is not": ("forecast", {"mnths": 3}, "months"),
    "grain there is not": ("forecast", {"grain": "village"}, "admin2"),
    "country not served": ("forecast", {"location_code": "MLI"}, "ouadji"),
    "brief in a language there is not": ("brief", {"language": "ar"}, "'ar'"),
    "looking back from nowhere": ("brief", {"hindsight": True}, "as_of"),
}
# What only the work finds out.
FOUND = {
    "nothing on offer": ("plan", {}, "2015-01"),
    "no counts yet": ("displace", {"as_of": "2013-06", "months": 1, "runs": 2}, "2013-06"),
    "no events": ("forecast", {"grain": "cell"}, "UCDP GED"),
}
LISTS = {
    "too few lists": "A,B,count\n1,0,12\n0,1,9\n1,1,4\n",
    "nobody on two": "A,B,C,count\n1,0,0,12\n0,1,0,9\n0,0,1,4\n",
    "neither 0 nor 1": "A,B,C,count\n1,0,x,12\n0,1,0,9\n1,1,1,4\n",
    "no form known": "place,when\nGao,2013\nKidal,2013\n",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The routes of jobs without their limits on how often somebody asks; nothing is worked on."""
    with served_jobs(tmp_path_factory.mktemp("asked"), works=False) as (client, _):
        yield client


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server with the made-up country."""
    with served(tmp_path_factory.mktemp("mistakes"), "ouadji") as found:
        yield found


@pytest.fixture(scope="module")
def headers(address):
    """What a page sends along."""
    token = re.search(r'name="token" content="([0-9a-f]{64})"', httpx.get(f"{address}/").text)
    return {"x-toguna-token": token[1]}


def post(address, path, headers, language, body):
    """The answer in a language."""
    return httpx.post(f"{address}{path}", params={"language": language}, headers=headers, json=body, timeout=60)


def assert_in(language, told, english):
    """A text is in a language: it is not the English one, and holds no English word."""
    assert told != english
    if language == "ar":
        assert re.search("[\u0600-\u06ff]", told), told
    rest = set(re.findall(r"[A-Za-z]{3,}", CODES.sub(" ", told).lower()))
    assert not rest & {"the", "there", "choose", "give", "and", "from", "with", "not", "this", "which", "one"}, told


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_wrongly(asked, language, name):
    """Refused with a fault that names the value and a remedy, in the reader's language."""
    verb, arguments, names = ASKED[name]
    body = {"verb": verb, "arguments": {"location_code": "XOU", **arguments}}
    english, other = (asked.post("/api/v1/jobs", params={"language": one}, json=body) for one in ("en", language))
    assert english.status_code == other.status_code == 422
    one, told = english.json(), other.json()
    assert names in str(one["errors"])
    assert_in(language, told["title"], one["title"])
    for fault, same in zip(told["errors"], one["errors"], strict=True):
        assert fault["field"] == same["field"]
        assert_in(language, fault["problem"], same["problem"])
        assert_in(language, fault["remedy"], same["remedy"])


@pytest.mark.parametrize("name", FOUND)
def test_what_the_work_finds_out(address, headers, name):
    """A job that comes to nothing says why in each reader's language."""
    verb, arguments, names = FOUND[name]
    body = {"verb": verb, "arguments": {"location_code": "XOU", **arguments}}
    job = post(address, "/api/v1/jobs", headers, "en", body).json()
    with httpx.Client(base_url=address, timeout=30) as client:
        job = until(client, job["id"], "failed", seconds=SECONDS)
    assert names in job["error"]["detail"]
    for language in ("fr", "ar"):
        said = httpx.get(f"{address}/api/v1/jobs/{job['id']}", params={"language": language}).json()["error"]
        assert_in(language, said["detail"], job["error"]["detail"])
        assert names in said["detail"]
        assert_in(language, said["title"], job["error"]["title"])


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("name", LISTS)
def test_lists_that_cannot_be_used(address, headers, language, name):
    """A file pasted into the page is refused in its language."""
    body = {"text": LISTS[name]}
    english, other = (post(address, "/api/v1/accounts/estimate", headers, one, body) for one in ("en", language))
    assert english.status_code == other.status_code == 422
    assert_in(language, other.json()["detail"], english.json()["detail"])


@pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the page is not built (npm run build)")
@pytest.mark.parametrize(("language", "says"), [("fr", "Rien n’est offert"), ("ar", "2015-01")])
def test_the_page_says_it(address, language, says):
    """Solving where nothing is on offer: the reason stands on the screen in its language."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}/plan?as_of=2014-12&language={language}")
        page.locator("main button.primary").first.click()
        alert = page.locator("main div[role=alert]")
        expect(alert).to_contain_text(says, timeout=SECONDS * 1000)
        assert_in(language, alert.inner_text(), "")
        browser.close()
