"""Asks the service's own API, so that a page shows the rows, faults and rights anybody else would get."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import Request

from toguna.web.security import TOKEN_HEADER, token_of
from toguna.web.words import language_of

API = "/api/v1"
_PASSED_ON = ("host", "cookie", "authorization")


@dataclass(frozen=True)
class Answer:
    """What the API answered.

    Attributes
    ----------
    status : of HTTP
    body : the JSON of the answer, a table or a problem
    """

    status: int
    body: Any

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status < 400

    @property
    def fault(self) -> str:
        """What is wrong, in the reader's language."""
        if self.is_good or not isinstance(self.body, Mapping):
            return ""
        more = [f"{one.get('problem', '')} {one.get('remedy', '')}".strip() for one in self.body.get("errors", ())]
        said = str(self.body.get("detail") or self.body.get("title") or self.status)
        return " ".join([said, *(one for one in more if one not in said)])


async def ask(request: Request, path: str, query: Mapping[str, object] | None = None) -> Answer:
    """Return what GET of a path under /api/v1 answers, in the reader's language."""
    given = {"language": language_of(request), **(query or {})}
    return await _send(request, "GET", path, params={key: str(value) for key, value in given.items() if value != ""})


async def ask_all(request: Request, asked: list[tuple[str, Mapping[str, object]]]) -> list[Answer]:
    """Return the answers to several questions, in their order."""
    return list(await asyncio.gather(*(ask(request, path, query) for path, query in asked)))


async def change(request: Request, path: str, body: Mapping[str, object]) -> Answer:
    """Return what POST of a path under /api/v1 answers."""
    token = {TOKEN_HEADER: token_of(request.app.state.settings)}
    return await _send(request, "POST", path, json=dict(body), headers=token)


async def _send(request: Request, method: str, path: str, **how: Any) -> Answer:
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    headers |= {"accept-language": language_of(request), **how.pop("headers", {})}
    address = (request.client.host, request.client.port) if request.client else ("127.0.0.1", 0)
    transport = httpx.ASGITransport(app=request.app, client=address)
    async with httpx.AsyncClient(transport=transport, base_url=str(request.base_url)) as client:
        found = await client.request(method, f"{API}/{path}", headers=headers, **how)
    return Answer(found.status_code, found.json() if found.content else None)
