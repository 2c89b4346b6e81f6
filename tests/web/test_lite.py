"""Pages without script: small, whole in three languages, one order of principles, nothing missing shown as zero."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from toguna.briefing.language import Language
from toguna.web.lite.forms import COOKIE, UNDER, FormToken
from toguna.web.lite.page import values_of
from toguna.web.lite.picture import draw, ground
from toguna.web.lite.screens import SCREENS, Paint
from toguna.web.pages import SCREENS as ALL

MOST = 100_000  # bytes of a page before compression
MALI = "location_code=MLI"


def token_in(page):
    return re.search(r'name="token" value="(\w+)"', page.text)[1]


def test_there_are_the_ten_screens():
    """Those of the full page, in the same order."""
    assert tuple(SCREENS) == ALL


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("name", list(SCREENS))
def test_every_page_is_small_and_loads_nothing(client, name, language):
    """Under 100 kB in each language, without script, and bound by its policy to load nothing."""
    page = client.ask("GET", f"/lite/{name}?{MALI}&language={language}")
    assert page.status_code == 200
    assert len(page.content) < MOST
    assert "<script" not in page.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page.text
    assert 'class="fault"' not in page.text


def test_the_five_principles_stand_in_their_order(client):
    """Humanitarian assistance first, small arms last, human rights after all of them."""
    page = client.ask("GET", f"/lite/situation?{MALI}").text
    ranks = [int(one) for one in re.findall(r"<caption[^>]*>(\d)\. ", page)]
    assert ranks == [1, 2, 3, 4, 5]
    assert page.index("5. Small-arms control") < page.index("Human rights across all principles</caption>")


def test_rows_are_those_of_the_file(client):
    """A table's link gives the same rows, all of them."""
    page = client.ask("GET", f"/lite/displacement?{MALI}&as_of=2013-06").text
    link = re.search(r'href="(/api/v1/camps\.csv[^"]*)"', page)[1].replace("&amp;", "&")
    file = client.ask("GET", link)
    assert file.status_code == 200
    names = [line.split(",")[1] for line in file.text.splitlines()[1:]]
    assert names
    assert all(name.strip('"') in page for name in names[:5])


def test_an_area_without_a_figure_is_hatched_and_never_zero():
    """No row, or a row without a number, leaves an area unpainted; a true zero is painted."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    areas = {
        "features": [{"geometry": square, "properties": {"pcode": code, "name": code}} for code in ("A", "B", "C")]
    }
    rows = [{"area": "A", "value": 0.0}, {"area": "B", "value": None}, {"area": "", "value": 9.0}]
    values = values_of(Paint("x", "value", "area"), rows)
    picture = draw(*ground(areas), values, Language("en"))
    tones = {one.code: one.tone for one in picture.areas}
    assert tones == {"A": 0, "B": None, "C": None}
    assert picture.has_gaps
    assert "no data" in picture.areas[1].says


def test_a_wrong_month_and_an_unknown_place_are_told(client):
    """A fault is shown on the page in the reader's language, beside what can be shown."""
    page = client.ask("GET", f"/lite/situation?{MALI}&as_of=2099-01&language=fr")
    assert page.status_code == 200
    assert 'class="fault"' in page.text
    page = client.ask("GET", f"/lite/corridors?{MALI}&from=Nowhere&to=Bamako")
    assert "Nowhere" in page.text
    assert 'class="fault"' in page.text


def test_what_a_visitor_types_stays_text(client):
    """Nothing from an address becomes markup."""
    page = client.get("/lite/corridors", from_="<script>alert(1)</script>", to='"><img src=x>', job="<b>").text
    assert "<script" not in page
    assert "<img" not in page


def test_corridors_between_two_places(client):
    """The ways the network finds, the fastest first."""
    page = client.ask("GET", f"/lite/corridors?{MALI}&as_of=2013-01&from=Bamako&to=Gao").text
    assert "Ways between two places, the fastest first</caption>" in page
    assert "Ségou" in page or "Segou" in page


def test_a_form_needs_its_own_token(client):
    """Without cookie, with a wrong field, or from another site, a form starts nothing."""
    page = client.ask("GET", "/lite/risk")
    good, cookie = token_in(page), page.cookies[COOKIE]
    send = {"content-type": "application/x-www-form-urlencoded"}
    for body, headers in (
        (f"token={good}", send),
        ("token=wrong", send | {"cookie": f"{COOKIE}={cookie}"}),
        ("months=3", send | {"cookie": f"{COOKIE}={cookie}"}),
        (f"token={good}", send | {"cookie": f"{COOKIE}={cookie}", "origin": "https://elsewhere.example"}),
        (f"token={good}&x={'y' * 70_000}", send | {"cookie": f"{COOKIE}={cookie}"}),
    ):
        assert client.ask("POST", "/lite/risk/start", content=body, headers=headers).status_code == 403


def test_the_token_header_is_given_to_pages_of_ours_only(app):
    """The layer in front of the guard is part of the application, and looks at forms of these pages alone."""
    assert FormToken in [one.cls for one in app.user_middleware]
    assert UNDER == "/lite/"


def test_a_form_starts_a_job_and_leads_to_the_page_that_waits(client):
    """What the form asks is what the service is asked; a wrong number is told with its remedy."""
    page = client.ask("GET", "/lite/risk")
    headers = {"content-type": "application/x-www-form-urlencoded", "cookie": f"{COOKIE}={page.cookies[COOKIE]}"}
    body = f"token={token_in(page)}&months=99"
    refused = client.ask("POST", "/lite/risk/start?location_code=XOU", content=body, headers=headers)
    assert refused.status_code in (400, 422)
    assert 'role="alert"' in refused.text
    body = f"token={token_in(page)}&months=2"
    started = client.ask("POST", "/lite/risk/start?location_code=XOU&language=fr", content=body, headers=headers)
    assert started.status_code == 303
    query = parse_qs(urlsplit(started.headers["location"]).query)
    job = client.ask("GET", f"/api/v1/jobs/{query['job'][0]}").json()
    assert job["verb"] == "forecast"
    assert query["language"] == ["fr"]
    waiting = client.ask("GET", started.headers["location"])
    if job["state"] in ("queued", "running"):
        assert waiting.headers["refresh"] == "4"
        assert "refresh" not in client.ask("GET", started.headers["location"] + "&wait=0").headers


def test_the_public_answers_by_form(client):
    """Ranks, points and a reason are taken; a half ranking is refused with words; markup in a reason stays text."""
    page = client.ask("GET", "/lite/public")
    head = {"content-type": "application/x-www-form-urlencoded", "cookie": f"{COOKIE}={page.cookies[COOKIE]}"}
    token = token_in(page)
    body = f"token={token}&rank1=1&rank2=2"
    refused = client.ask("POST", "/lite/public", content=body, headers=head)
    assert refused.status_code == 422
    body = f"token={token}&rank1=2&rank2=1&rank3=3&rank4=4&rank5=5&reason=%3Cscript%3Ealert(1)%3C/script%3E&ticket=t1"
    for _ in range(2):  # the second time the same form comes again
        sent = client.ask("POST", "/lite/public", content=body, headers=head)
        assert sent.status_code == 303
    queue = client.ask("GET", "/api/v1/public/queue").json()["data"]
    assert [one["text"] for one in queue] == ["<script>alert(1)</script>"]
    assert "alert(1)" not in client.ask("GET", "/lite/public").text
    shown = client.ask(
        "POST",
        f"/api/v1/public/queue/{queue[0]['id']}",
        json={"state": "shown"},
        headers={"x-toguna-token": client.token},
    )
    assert shown.status_code == 204
    assert "&lt;script&gt;alert(1)" in client.ask("GET", "/lite/public").text
