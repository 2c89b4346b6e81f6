"""Between the network and the workbench: who asks, whether they may, how often, and what is noted of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toguna.core.words import N_
from toguna.web.auth.audit import Audit
from toguna.web.auth.limits import Buckets, Rates, network
from toguna.web.auth.roles import Role, Rule, read_given, read_rules, rule_for
from toguna.web.problems import Problem, respond
from toguna.web.settings import Settings

COOKIE = "toguna"
ROLES_FILE = "roles.yaml"
LOCAL: Mapping[str, Any] = {"id": "local", "name": "local", "roles": tuple(Role)}
_READS = ("GET", "HEAD", "OPTIONS")
_SIGN_IN = "/auth/sign-in"


def add_access(app: FastAPI, settings: Settings, rates: Rates | None = None) -> None:
    """Guard an app: sign-in and roles where a team uses it, and in any case a log of what was changed, and limits.

    Add it before what checks hosts and tokens, so that these are checked first.
    """
    from toguna.web.auth.sign_in import router

    audit = Audit(settings.folder)
    app.state.audit = audit
    if settings.mode == "team":
        from toguna.web.auth.door import Door  # what it needs is not needed on one's own machine

        app.state.door = Door(settings, read_given(settings.folder / ROLES_FILE))
    app.include_router(router)
    app.add_middleware(Access, audit=audit, is_team=settings.mode == "team", rates=rates or Rates())
    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.secret.get_secret_value(),
        session_cookie=COOKIE,
        max_age=None,  # gone with the browser, and from the inside after some hours
        same_site="lax",
        https_only=settings.public_url.startswith("https:"),
    )


@dataclass(frozen=True)
class _Asked:
    """A request with who makes it, and the line of the table that decides about it."""

    method: str
    path: str
    query: str
    address: str
    person: Mapping[str, Any] | None
    rule: Rule | None

    @property
    def is_write(self) -> bool:
        return self.method not in _READS


class Access:
    """Lets a request through that whoever makes it may make, notes it where it must be noted."""

    def __init__(self, app: ASGIApp, audit: Audit, rates: Rates, *, is_team: bool) -> None:
        self._app, self._audit, self._is_team = app, audit, is_team
        self._rules = read_rules()
        self._reads, self._writes = Buckets(rates.reads), Buckets(rates.writes)
        self._sign_ins = Buckets(rates.sign_ins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a problem, or pass the request on with its actor."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        asked = self._asked(scope)
        if asked.person is not None:
            scope.setdefault("state", {}).update(actor=asked.person["id"], roles=tuple(asked.person["roles"]))
        refused = self._too_often(scope, asked) or self._refused(scope, asked)
        status = 500

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # Noted before the answer leaves, so that nobody has read what the log does not know of.
                self._note(scope, asked, status)
            await send(message)

        await (refused or self._app)(scope, receive, heard)

    def _asked(self, scope: Scope) -> _Asked:
        method, path = scope["method"], scope["path"]
        client = scope.get("client")
        address = network(client[0]) if client else ""
        person = _signed_in(scope) if self._is_team else LOCAL
        query = scope.get("query_string", b"").decode("latin-1")
        return _Asked(method, path, query, address, person, rule_for(self._rules, method, path))

    def _too_often(self, scope: Scope, asked: _Asked) -> Response | None:
        if asked.path in (_SIGN_IN, "/auth/callback"):
            buckets, who = self._sign_ins, asked.address
        else:
            buckets = self._writes if asked.is_write else self._reads
            who = f"address {asked.address}" if asked.person in (None, LOCAL) else f"person {asked.person['id']}"
        if not self._is_team and not asked.is_write:
            return None  # one person's own machine
        wait = buckets.wait(who)
        if not wait:
            return None
        often = N_("Too many requests in a short time. Ask again in {wait} seconds.")
        answer = respond(Request(scope), Problem(429, "too-often", often, wait=wait))
        answer.headers["retry-after"] = str(wait)
        return answer

    def _refused(self, scope: Scope, asked: _Asked) -> Response | None:
        """Return the refusal of a request that whoever makes it may not make."""
        if not self._is_team:
            return None
        request = Request(scope)
        if asked.rule is None:
            return respond(
                request, Problem(404, "unknown-page", N_("There is no page at {path}."), path=asked.path[:200])
            )
        if asked.rule.admits(asked.person["roles"] if asked.person else ()):
            return None
        if asked.person is None:
            if asked.method == "GET" and not asked.path.startswith("/api/"):
                back = quote(asked.path + (f"?{asked.query}" if asked.query else ""), safe="")
                return RedirectResponse(f"{_SIGN_IN}?back={back}", 303)
            return respond(request, Problem(401, "not-signed-in", N_("Sign in first, at /auth/sign-in.")))
        wanted = N_("Your role does not allow this. Ask whoever gives roles here.")
        return respond(request, Problem(403, "not-allowed", wanted))

    def _note(self, scope: Scope, asked: _Asked, status: int) -> None:
        rule = asked.rule
        if rule is not None and rule.is_anonymous:
            return
        is_refused = status in (401, 403) and asked.path.startswith("/api/")
        if not (asked.is_write or is_refused or (rule is not None and rule.is_noted)):
            return
        # Whoever signs in has no name before the answer is made.
        person = (_signed_in(scope) if self._is_team else LOCAL) or asked.person or {"id": "", "roles": ()}
        ledger = {"query": asked.query[:500]} if asked.path.startswith("/api/v1/accounts/") and asked.query else {}
        self._audit.note(
            who=person["id"], roles=[str(one) for one in person["roles"]] if self._is_team else ["local"],
            address=asked.address, method=asked.method, path=asked.path[:300], **ledger, status=status,
        )  # fmt: skip


def _signed_in(scope: Scope) -> Mapping[str, Any] | None:
    """Return whoever the session says signed in, within its hours."""
    person: Mapping[str, Any] | None = scope.get("session", {}).get("person")
    return person if person and person["until"] > time.time() else None
