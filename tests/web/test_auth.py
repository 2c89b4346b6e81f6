"""Signing in with a real provider over HTTP, roles, the log and limits."""

import json
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
import yaml
from fastapi import FastAPI

from tests.web.test_auth_provider import CLIENT, SECRET, free_port, running
from toguna.core.errors import AskError
from toguna.web.auth import add_access
from toguna.web.auth.audit import Audit, gaps
from toguna.web.auth.limits import Buckets, Rate, Rates
from toguna.web.auth.roles import Role, read_given, read_rules, rule_for
from toguna.web.auth.sign_in import _is_here
from toguna.web.problems import add_problems
from toguna.web.security import Guard, token_of
from toguna.web.settings import Settings

PORT = free_port()
HERE = f"http://127.0.0.1:{PORT}"
GIVEN = {
    "team": ["viewer"],
    "team-analysts": ["viewer", "analyst"],
    "team-keepers": ["keeper"],
    "team-admins": ["admin"],
}


@pytest.fixture(scope="module")
def issuer():
    """A provider that runs for all tests of this file."""
    with running() as address:
        yield address


def app_of(settings, rates=None):
    """A small app with routes of each kind, guarded as the workbench is."""
    app = FastAPI()
    app.state.settings = settings
    add_problems(app)

    @app.get("/api/v1/indicators")
    @app.get("/api/v1/accounts/rights/aggregates")
    @app.get("/situation")
    @app.get("/api/v1/public/results")
    def read():
        return {"fine": True}

    @app.post("/api/v1/jobs", status_code=202)
    @app.post("/api/v1/public/answers", status_code=201)
    def write():
        return {"fine": True}

    add_access(app, settings, rates)
    app.add_middleware(Guard, settings=settings)
    return app


def settings_of(folder, issuer="", **more):
    """Settings of a team where an issuer is given, else of one person."""
    if issuer:
        (folder / "roles.yaml").write_text(yaml.safe_dump(GIVEN), encoding="utf-8")
        more = {"mode": "team", "oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET,
                "public_url": HERE, **more}  # fmt: skip
    return Settings(packs=("ouadji",), folder=folder, **more)


@contextmanager
def browser(app, base=HERE):
    """A browser in front of the app, which is served over real HTTP."""
    server = uvicorn.Server(uvicorn.Config(app, port=PORT, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        with httpx.Client(base_url=HERE, headers={"host": base.partition("://")[2]}, timeout=10) as client:
            client.headers["x-toguna-token"] = token_of(app.state.settings)
            yield client
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def team(tmp_path, issuer):
    """The workbench of a team, in front of a browser without a session."""
    with browser(app_of(settings_of(tmp_path, issuer))) as client:
        yield client


def steer(issuer, person, fault=""):
    httpx.post(f"{issuer}/steer", params={"person": person, "fault": fault}, timeout=5).raise_for_status()


def come_in(team, issuer, person, fault="", back="/situation"):
    """Go the whole way a browser goes, and return the last answer."""
    steer(issuer, person, fault)
    away = team.get("/auth/sign-in", params={"back": back})
    assert away.status_code == 302, away.text
    at_issuer = httpx.get(away.headers["location"], timeout=5)
    return team.get(at_issuer.headers["location"])


def test_somebody_signs_in_and_comes_back_to_the_page_they_asked_for(team, issuer):
    """A page sends to the issuer and back; PKCE, state and nonce are used; the cookie is closed to scripts."""
    sent = team.get("/situation", params={"area": "ML05"})
    assert sent.status_code == 303
    assert sent.headers["location"] == "/auth/sign-in?back=%2Fsituation%3Farea%3DML05"
    steer(issuer, "ada")
    away = team.get(sent.headers["location"])
    asked = httpx.URL(away.headers["location"]).params
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    back = team.get(httpx.get(away.headers["location"], timeout=5).headers["location"])
    assert (back.status_code, back.headers["location"]) == (303, "/situation?area=ML05")
    cookie = back.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert team.get("/situation").json() == {"fine": True}
    assert team.get("/auth/me").json() == {"mode": "team", "person": {"name": "Ada", "roles": ["viewer", "analyst"]}}


def test_the_cookie_is_for_https_only_where_the_public_address_is(tmp_path, issuer):
    """With https in front the browser never sends the session in the open."""
    settings = settings_of(tmp_path, issuer, public_url="https://toguna.example.org")
    with browser(app_of(settings), "https://toguna.example.org") as client:
        away = client.get("/auth/sign-in")
    assert "; secure" in away.headers["set-cookie"].lower()
    assert "redirect_uri=https%3A%2F%2Ftoguna.example.org%2Fauth%2Fcallback" in away.headers["location"]


@pytest.mark.parametrize("fault", ["nonce", "audience", "key", "old", "unsigned", "secret"])
def test_a_token_that_is_not_what_was_asked_for_lets_nobody_in(team, issuer, fault):
    """Each thing wrong with an ID token is a refusal in words, and leaves no session."""
    found = come_in(team, issuer, "ada", fault)
    assert found.status_code == 401
    assert found.json()["type"] == "urn:toguna:problem:sign-in-failed"
    assert team.get("/auth/me").json()["person"] is None


def test_an_issuer_that_calls_itself_otherwise_is_not_trusted(tmp_path, issuer):
    """A provider must be the one that was meant."""
    with browser(app_of(settings_of(tmp_path, issuer))) as client:
        steer(issuer, "ada", "issuer")
        assert client.get("/auth/sign-in").status_code == 503
        steer(issuer, "ada")


def test_a_foreign_state_is_refused(team, issuer):
    """Somebody else's answer of the issuer is worth nothing in this browser."""
    steer(issuer, "ada")
    away = team.get("/auth/sign-in")
    back = httpx.URL(httpx.get(away.headers["location"], timeout=5).headers["location"])
    assert team.get(str(back.copy_set_param("state", "x" * 30))).status_code == 401
    team.cookies.clear()
    assert team.get(str(back)).status_code == 401


def test_who_has_no_role_here_is_told_so(team, issuer):
    """An account of the organisation alone opens nothing."""
    found = come_in(team, issuer, "noor")
    assert found.status_code == 403
    assert "no role here" in found.json()["detail"]
    assert team.get("/api/v1/indicators").status_code == 401


def test_roles_told_only_when_asked_for_are_asked_for(team, issuer):
    """Where the ID token says no role, the issuer's userinfo is read."""
    assert come_in(team, issuer, "late").status_code == 303
    assert team.get("/auth/me").json()["person"]["roles"] == ["viewer"]


def test_each_role_may_what_it_may(team, issuer):
    """A viewer starts no jobs and reads no ledger; a keeper counts; an administrator sees no ledger for that."""
    expected = {
        "vera": (200, 403, 403, 403),
        "ada": (200, 202, 200, 403),
        "kim": (200, 403, 200, 403),
        "root": (200, 202, 403, 200),
    }
    for person, wanted in expected.items():
        come_in(team, issuer, person)
        found = (
            team.get("/api/v1/indicators").status_code,
            team.post("/api/v1/jobs", json={}).status_code,
            team.get("/api/v1/accounts/rights/aggregates").status_code,
            team.get("/auth/log").status_code,
        )
        assert found == wanted, person


def test_nobody_signed_in_reads_what_is_public_and_nothing_else(team):
    """The public's pages need no account; all else asks for one, as a problem or by the way to sign in."""
    assert team.get("/api/v1/public/results").status_code == 200
    assert team.post("/api/v1/public/answers", json={}).status_code == 201
    refused = team.get("/api/v1/indicators")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert team.get("/api/v1/no/such/thing").status_code == 404


def test_a_session_ends_with_signing_out_and_with_its_hours(team, issuer, monkeypatch):
    """After eight hours, or at once when asked to, a browser is nobody again."""
    come_in(team, issuer, "vera")
    assert team.post("/auth/sign-out").status_code == 200
    assert team.get("/api/v1/indicators").status_code == 401
    come_in(team, issuer, "vera")
    late = time.time() + 8 * 3600 + 1
    monkeypatch.setattr("time.time", lambda: late)
    assert team.get("/api/v1/indicators").status_code == 401


def test_a_session_somebody_wrote_themselves_is_none(team, issuer):
    """The cookie is sealed: changed by one sign it says nothing."""
    come_in(team, issuer, "vera")
    value = team.cookies["toguna"]
    team.cookies.clear()
    team.cookies.set("toguna", ("A" if value[0] != "A" else "B") + value[1:])
    assert team.get("/api/v1/indicators").status_code == 401


def test_the_log_says_who_did_what_and_no_secret(team, issuer, tmp_path):
    """Writes, reads of ledgers, sign-ins and refusals are noted; tokens, codes and the public's addresses are not."""
    come_in(team, issuer, "ada")
    team.post("/api/v1/jobs", json={"secret": "kept to myself"})
    team.get("/api/v1/accounts/rights/aggregates", params={"admin1_code": "ML05"})
    team.get("/api/v1/indicators")
    team.post("/api/v1/public/answers", json={})
    team.get("/auth/log")
    text = (tmp_path / "audit.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["path"], line["who"], line["status"]) for line in lines] == [
        ("/auth/callback", "u-ada", 303),
        ("/api/v1/jobs", "u-ada", 202),
        ("/api/v1/accounts/rights/aggregates", "u-ada", 200),
        ("/auth/log", "u-ada", 403),
    ]
    assert lines[2]["query"] == "admin1_code=ML05"
    assert not any(word in text for word in ("code=M" + "x", "state=", "kept to myself", "public", "cookie"))
    assert gaps(tmp_path) == []


def test_a_line_taken_out_or_changed_shows(tmp_path):
    """Each line holds the hash of the one before, over a restart too."""
    for number in range(3):
        Audit(tmp_path).note(who="a", path=f"/{number}")
    file = tmp_path / "audit.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert gaps(tmp_path) == []
    file.write_text(lines[0] + lines[2], encoding="utf-8")
    assert gaps(tmp_path) == [2]
    file.write_text(lines[0] + lines[1].replace("/1", "/9") + lines[2], encoding="utf-8")
    assert gaps(tmp_path) == [2]
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_asks_too_often_waits(tmp_path, issuer):
    """Reads, writes and sign-ins have rates of their own, for a person or an address, with the seconds to wait."""
    rates = Rates(Rate(3, 0.5), Rate(1, 0.1), Rate(2, 0.1))
    settings = settings_of(tmp_path, issuer)
    with browser(app_of(settings, rates)) as client:
        come_in(client, issuer, "ada")
        reads = [client.get("/api/v1/indicators") for _ in range(4)]
        assert [one.status_code for one in reads] == [200, 200, 200, 429]
        assert 1 <= int(reads[-1].headers["retry-after"]) <= 2
        assert reads[-1].json()["type"] == "urn:toguna:problem:too-often"
        assert [client.post("/api/v1/jobs", json={}).status_code for _ in range(2)] == [202, 429]
        assert client.get("/auth/sign-in").status_code == 429


def test_a_bucket_fills_again():
    """Tokens come back at the rate, and never more than fit."""
    now = [0.0]
    buckets = Buckets(Rate(2, 1), clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 1]
    now[0] = 100.0
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 1]


def test_on_ones_own_machine_nobody_signs_in(tmp_path):
    """Locally every route is open to the one user, and what is changed is noted all the same."""
    settings = settings_of(tmp_path)
    with browser(app_of(settings)) as client:
        assert client.get("/api/v1/accounts/rights/aggregates").status_code == 200
        assert client.get("/auth/me").json()["mode"] == "local"
        assert client.get("/auth/sign-in").status_code == 404
        assert client.post("/api/v1/jobs", json={}).status_code == 202
    lines = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["who"], line["path"]) for line in lines] == [
        ("local", "/api/v1/accounts/rights/aggregates"),
        ("local", "/api/v1/jobs"),
    ]


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "x", ""])
def test_nobody_is_sent_elsewhere_after_signing_in(back):
    """Only a path of this service is a way back."""
    assert not _is_here(back)


def test_a_file_of_roles_that_is_wrong_is_refused_in_words(tmp_path):
    """A missing file, or a role that does not exist, is told with an example."""
    with pytest.raises(AskError, match=r"roles\.yaml that gives roles is missing"):
        read_given(tmp_path / "roles.yaml")
    (tmp_path / "roles.yaml").write_text("team: [viewer, emperor]\n", encoding="utf-8")
    with pytest.raises(AskError, match=r"team\.1: .*Roles: viewer, analyst"):
        read_given(tmp_path / "roles.yaml")


def test_what_the_table_does_not_name_is_refused():
    """No line fits a write to a view, nor a path of a shape nobody declared."""
    rules = read_rules()
    assert rule_for(rules, "POST", "/api/v1/indicators") is None
    assert rule_for(rules, "DELETE", "/api/v1/accounts/rights/aggregates") is None
    assert rule_for(rules, "GET", "/api/v1/a/b/c") is None
    ledger = rule_for(rules, "GET", "/api/v1/accounts/public")
    assert not ledger.admits([])
    assert not ledger.admits([Role.VIEWER, Role.ADMIN, Role.MODERATOR])
    overdue = rule_for(rules, "GET", "/api/v1/accounts/custody/overdue.csv")
    assert overdue.admits(["monitor"])
    assert not overdue.admits(["analyst"])
