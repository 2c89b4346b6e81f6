"""Who may do what, for every route the workbench has: none is left to chance."""

import re

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from toguna.web.auth.roles import Role, read_rules, rule_for
from toguna.web.pages import SCREENS

RULES = read_rules()
READS = {"GET", "HEAD", "OPTIONS"}
# Routes that change something or read ledgers, with the roles that may: a second opinion to the table, written apart.
CLOSED = {
    ("POST", "/api/v1/jobs"): {"analyst", "admin"},
    ("DELETE", "/api/v1/jobs/x"): {"analyst", "admin"},
    ("PUT", "/api/v1/jobs/x/pin"): {"analyst", "admin"},
    ("DELETE", "/api/v1/jobs/x/pin"): {"analyst", "admin"},
    ("GET", "/api/v1/accounts/rights/aggregates"): {"analyst", "keeper", "monitor"},
    ("GET", "/api/v1/accounts/custody/overdue"): {"keeper", "monitor"},
    ("GET", "/api/v1/accounts/custody/overdue.csv"): {"keeper", "monitor"},
    ("POST", "/api/v1/accounts/arms/reconcile"): {"keeper", "monitor"},
    ("POST", "/api/v1/accounts/estimate"): {"analyst", "keeper", "monitor"},
    ("GET", "/api/v1/public/queue"): {"moderator"},
    ("POST", "/api/v1/public/queue/x"): {"moderator"},
    ("GET", "/auth/log"): {"admin"},
}


def routes_of(app):
    """Every method and path of an app, those of routers and of folders too; parameters filled with a word."""
    for context in iter_route_contexts(app.routes):
        path = re.sub(r"{\w+:path}", "x/y", context.path)
        for method in getattr(context, "methods", None) or {"GET"}:
            yield method, re.sub(r"{\w+}", "x", path)
    for route in app.routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/x"


def test_every_route_stands_in_the_table(app):
    """A new route has to say who may use it before it can be used."""
    every = set(routes_of(app))
    assert len(every) > 60
    assert ("GET", "/api/v1/accounts/x/aggregates") in every
    missing = sorted(one for one in every if rule_for(RULES, *one) is None)
    assert not missing, "add a line for each to toguna/web/auth/routes.yaml"


def test_no_route_that_writes_is_open_to_all(app):
    """Without sign-in only the public's answers are taken, and signing out."""
    writes = {one for one in routes_of(app) if one[0] not in READS}
    anybody = {path for method, path in writes if rule_for(RULES, method, path).admits([])}
    assert anybody <= {"/api/v1/public/answers", "/auth/sign-out", "/lite/public", "/public"}
    viewer = {path for method, path in writes if rule_for(RULES, method, path).admits([Role.VIEWER])}
    assert viewer == anybody


def test_no_ledger_is_open_to_viewers_or_administrators(app):
    """To look after the service is no reason to read what it keeps; and each reading is noted."""
    ledgers = [one for one in routes_of(app) if one[1].startswith("/api/v1/accounts")]
    assert len(ledgers) > 5
    for one in ledgers:
        rule = rule_for(RULES, *one)
        assert not rule.admits([Role.VIEWER, Role.ADMIN, Role.MODERATOR]), one
        assert rule.is_noted, one


@pytest.mark.parametrize(
    ("asked", "roles"),
    CLOSED.items(),
    ids=lambda one: " ".join(one if isinstance(one, tuple) else sorted(one)) if len(one) == 2 else "",
)
def test_what_is_closed_is_closed_to_all_others(asked, roles):
    """Each of the six roles, one by one."""
    assert {role.value for role in Role if rule_for(RULES, *asked).admits([role])} == roles
    assert not rule_for(RULES, *asked).admits([])


def test_every_screen_and_view_is_read_by_every_role(app):
    """Whoever has a role reads all that is aggregate; without one only the public's page."""
    views = [path for method, path in routes_of(app) if re.fullmatch(r"/api/v1/[a-z_.]+", path) and method == "GET"]
    for path in [*views, *(f"/{one}" for one in SCREENS), "/"]:
        rule = rule_for(RULES, "GET", path)
        assert all(rule.admits([role]) for role in Role), path
        assert rule.admits([]) == (path == "/public"), path
