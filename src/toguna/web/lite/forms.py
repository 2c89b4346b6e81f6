"""Forms without script: the hidden field of a form stands for the header a script would send."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toguna.web.security import TOKEN_HEADER, token_of
from toguna.web.settings import Settings

COOKIE = "toguna-form"
FIELD = "token"
UNDER = "/lite/"
_MOST = 64 * 1024  # bytes of a form


class FormToken:
    """Gives a form of our own pages the token header that the guard behind it asks every write for.

    A form is ours where its hidden field fits the cookie its page came with: another site can neither read nor set it.
    The cookie is a random number of one visit; it is kept nowhere.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the header where it is a form of ours."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(UNDER):
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        headers = Headers(scope=scope)
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        given = fields(body).get(FIELD, "")
        if cookie is not None and hmac.compare_digest(given.encode(), _field(self._settings, cookie.value).encode()):
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)[TOKEN_HEADER] = token_of(self._settings)
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, again, send)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more and len(body) <= _MOST:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    # A body that is too long is no form of ours; cut short, its token is missing and it is refused.
    return body if len(body) <= _MOST else b""


def fields(body: bytes) -> dict[str, str]:
    """Return the fields of a form as sent, the last of a name.

    Examples
    --------
    >>> fields(b"mandate=as-is&months=3")
    {'mandate': 'as-is', 'months': '3'}
    """
    try:
        found = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True, max_num_fields=200)
    except ValueError:  # more fields than any form of ours has
        return {}
    return {name: values[-1] for name, values in found.items()}


def _field(settings: Settings, cookie: str) -> str:
    return hmac.new(settings.secret.get_secret_value().encode(), f"form {cookie}".encode(), hashlib.sha256).hexdigest()


def new_cookie(request: Request) -> str:
    """Return the random number of this visit, the one its browser holds or a fresh one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(24)


def hidden_field(request: Request, cookie: str) -> str:
    """Return what the hidden field of a form on this page must hold."""
    return _field(request.app.state.settings, cookie)


def set_cookie(request: Request, response: Response, cookie: str) -> None:
    """Let the browser hold the number until it is closed."""
    is_safe = request.app.state.settings.public_url.startswith("https:")
    response.set_cookie(COOKIE, cookie, path=UNDER, httponly=True, samesite="strict", secure=is_safe)
