"""What guards every request: host, origin and token of writes, and the headers that bind the browser."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toguna.core.words import N_
from toguna.web.problems import Problem, respond
from toguna.web.settings import Settings

TOKEN_HEADER = "x-toguna-token"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_BODY = 16 * 1024 * 1024  # bytes of a request
# Scripts and data come from here only; MapLibre runs its workers from blobs of its own script.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self' blob:",
        "child-src blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def token_of(settings: Settings) -> str:
    """Return the token that a page of this workbench sends with every write.

    Examples
    --------
    >>> settings = Settings(packs=("ouadji",), secret="kept")
    >>> token_of(settings) == token_of(settings), len(token_of(settings))
    (True, 64)
    """
    return hmac.new(settings.secret.get_secret_value().encode(), b"page token", hashlib.sha256).hexdigest()


class Guard:
    """Lets a request through that was meant for this host and, where it writes, came from its own page."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = settings.host_names
        self._token = token_of(settings)
        self._is_safe = settings.public_url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a problem, or pass the request on and bind the browser."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._is_safe:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        problem = self._wrong(scope)
        if problem is not None:
            await respond(Request(scope), problem)(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)

    def _wrong(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in self._hosts:
            return Problem(
                400,
                "wrong-host",
                N_("This service does not answer to the host name asked for."),
                [
                    (
                        "Host",
                        N_("The host name is not one of this service."),
                        N_("Start it with --host or a public URL."),
                    )
                ],
            )
        if scope["method"] in READS:
            return None
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BODY:
            return Problem(413, "too-large", N_("The body is larger than this service takes."))
        return self._foreign(headers)

    def _foreign(self, headers: Headers) -> Problem | None:
        """Return what is wrong with a write that another site could have made a browser send."""
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
            return Problem(
                403,
                "wrong-origin",
                N_("Changes are taken from this service's own pages only."),
                [("Origin", N_("The request came from another site."), N_("Send it from a page of this service."))],
            )
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return Problem(
                403,
                "no-token",
                N_("Changes need the token of the page."),
                [("X-Toguna-Token", N_("The token is missing or old."), N_("Load the page again and send its token."))],
            )
        return None


def _host(header: str) -> str:
    """Return the host name of a Host header without its port; "" where it is not one.

    Examples
    --------
    >>> _host("localhost:8347"), _host("[::1]:8347"), _host("a@b/c")
    ('localhost', '::1', '')
    """
    if not header or any(letter in header for letter in "@/\\?# \t,"):
        return ""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""
