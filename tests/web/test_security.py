"""What a hostile page, link or file could try on a workbench, and what it gets."""

import io
from urllib.parse import quote

import openpyxl
import pandas as pd
import pytest

from toguna.web.formats import harmless, to_csv, to_xlsx
from toguna.web.security import POLICY
from toguna.web.views.vocabulary import columns

JOB = {"verb": "forecast", "arguments": {"location_code": "XOU"}}
SCRIPTS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "';alert(1)//", "{{7*7}}", "${7*7}", "{name}")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8347", "localhost.evil.example", "", "a@localhost"])
def test_other_hosts_are_refused(client, host):
    """A name that was made to point here by somebody else is not answered to."""
    answer = client.get("/api/v1/countries", {"host": host})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:toguna:problem:wrong-host"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:8347", "LOCALHOST:8347"])
def test_own_hosts_are_answered(client, host):
    """This machine by any of its names."""
    assert client.get("/api/v1/countries", {"host": host}).status_code == 200


def test_writes_need_the_token_of_the_page(client):
    """Without it, with a wrong one, or from another site, nothing is changed."""
    refused = [
        {},
        {"x-toguna-token": "0" * 64},
        {"x-toguna-token": client.token, "origin": "https://evil.example"},
        {"x-toguna-token": client.token, "origin": "null"},
        {"x-toguna-token": client.token, "origin": "http://localhost:9999"},
    ]
    for headers in refused:
        for method, path in (
            ("POST", "/api/v1/jobs"),
            ("DELETE", "/api/v1/jobs/x"),
            ("POST", "/api/v1/public/answers"),
        ):
            answer = client.ask(method, path, json=JOB, headers=headers)
            assert answer.status_code == 403, (headers, path)
    taken = {"x-toguna-token": client.token, "origin": "http://localhost:8347"}
    assert client.ask("POST", "/api/v1/jobs", json={"verb": "dance"}, headers=taken).status_code == 422


def test_too_large_a_body_is_refused(client):
    """Before it is read."""
    headers = {"x-toguna-token": client.token, "content-length": str(10**9)}
    assert client.ask("POST", "/api/v1/jobs", content=b"{}", headers=headers).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/api/v1/places..%2f..%2fetc%2fpasswd",
        "/api/v1/messages/..%2ffr",
        "/ogc/collections/..%2f..%2fx/items",
        "/api/v1/jobs/..%2f..%2fx/files/..%2fjobs.sqlite",
        "/api/v1/risk?job=../../etc",
        "/api/v1/events?pack=../../../etc",
        "/api/v1/events?pack=/etc",
        "/api/v1/events?pack=.",
    ],
)
def test_no_path_leads_out(client, path):
    """Nothing outside what is served can be named."""
    answer = client.ask("GET", path)
    assert answer.status_code in (404, 422), path
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"root:" not in answer.content
    assert b"import" not in answer.content


@pytest.mark.parametrize("text", SCRIPTS)
def test_scripts_in_parameters_stay_words(client, text):
    """They come back as JSON at most, never as a page, and are never filled in as a template."""
    for path in (
        f"/api/v1/events?location_code={quote(text)}",
        f"/api/v1/events?pack={quote(text)}",
        f"/api/v1/events?sort={quote(text)}",
        f"/api/v1/events?{quote(text)}=1",
        f"/api/v1/services?kind={quote(text)}",
        f"/api/v1/presence?force={quote(text)}",
        f"/api/v1/corridors?from={quote(text)}&to=Azgar",
        f"/api/v1/{quote(text, safe='')}",
        f"/ogc/collections/{quote(text, safe='')}",
        f"/ogc/collections/ouadji_events/items?{quote(text)}=1",
        f"/{quote(text, safe='')}",
    ):
        answer = client.ask("GET", path)
        assert answer.status_code in (200, 400, 404, 422), path
        assert "json" in answer.headers["content-type"], path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "49" not in answer.json().get("detail", "")


def test_pages_escape_what_they_are_given(client):
    """The pages made here hold no parameter as markup."""
    for path in ("/api/v1/docs", "/", "/situation", "/risk"):
        answer = client.ask("GET", path, params={"location_code": SCRIPTS[0], "language": SCRIPTS[1]})
        assert SCRIPTS[0] not in answer.text
        assert SCRIPTS[1] not in answer.text


def test_policy_allows_no_inline_script(client):
    """Every answer binds the browser: no inline script, no eval, nothing from elsewhere, workers from blobs only."""
    for path in ("/", "/api/v1/docs", "/api/v1/countries", "/nope"):
        headers = client.ask("GET", path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "worker-src 'self' blob:" in POLICY


def test_limits_are_limits(client):
    """Ten thousand rows and not one more; numbers no machine holds are faults."""
    for limit in ("10001", "0", "-1", "99999999999999999999999", "1e3", "NaN", "٣"):
        assert client.get("/api/v1/places", limit=limit).status_code == 422, limit
    for offset in ("-1", "10000001", "x"):
        assert client.get("/api/v1/places", offset=offset).status_code == 422, offset
    assert client.get("/api/v1/places", population="inf").status_code == 422
    assert client.get("/api/v1/places", location_code="MLI", limit=10000).status_code == 200


HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("x")', "#REF!", "-2.5", "+3", "Gao"]


def test_no_cell_of_a_csv_is_a_formula():
    """Texts that a spreadsheet would run are made harmless; numbers stay numbers, negative ones too."""
    rows = pd.DataFrame({"name": HOSTILE, "longitude": [-1.5] * len(HOSTILE), "is_partial": True})
    found = pd.read_csv(io.BytesIO(to_csv(rows)), dtype={"name": str})
    assert (found["longitude"] == -1.5).all()
    for text, cell in zip(HOSTILE, found["name"], strict=True):
        assert cell == harmless(text)
    assert [one for one in found["name"] if one.startswith(("=", "@", "\t", "\r"))] == []
    assert harmless("-2.5") == "-2.5"
    assert harmless("-2.5 km").startswith("'")


def test_no_cell_of_a_workbook_is_a_formula():
    """Texts are text cells, whatever they begin with; letters no workbook holds are left out."""
    rows = pd.DataFrame({"name": [*HOSTILE, "bell\x07"], "longitude": [-1.5] * (len(HOSTILE) + 1)})
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(rows, columns("name longitude"), [("=x", "=y")])))
    cells = list(book["rows"].iter_rows(min_row=2))
    assert {row[0].data_type for row in cells} == {"s"}
    assert {row[1].data_type for row in cells} == {"n"}
    assert cells[-1][0].value == "bell"
    assert all(cell.data_type in ("s", "n") for row in book["about"].iter_rows() for cell in row)


def test_the_page_holds_the_token_once(client, app):
    """The page carries the token of this process, and no browser keeps the page."""
    answer = client.ask("GET", "/")
    assert answer.headers["cache-control"] == "no-store"
    if answer.status_code == 200:
        assert answer.text.count('name="token"') == 1
        assert client.token in answer.text
