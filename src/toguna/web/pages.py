"""The page of the workbench, as it was built, and what it loads."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Scope

from toguna.core.words import N_
from toguna.web.security import token_of
from toguna.web.words import Words, language_of

SCREENS = (
    "situation", "risk", "displacement", "corridors", "plan", "compare", "account", "sources", "brief", "public",
)  # fmt: skip
STATIC = Path(str(files("toguna.web").joinpath("static")))
_TOKEN = '<meta name="token" content="{}">'
_FOREVER = "public, max-age=31536000, immutable"  # files under assets/ carry a hash of themselves in their names
router = APIRouter(include_in_schema=False)


class Built(StaticFiles):
    """Files of the built page; those named after their content never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file with the time it may be kept."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = _FOREVER if path.startswith("assets") else "no-cache"
        return answer


def add_pages(app: FastAPI) -> None:
    """Add the page at / and at each screen, and the files it loads."""
    app.include_router(router)
    app.mount("/static", Built(directory=STATIC, check_dir=False), name="static")


@router.get("/")
def start(request: Request) -> Response:
    """Return the page; without script where `lite` is asked for."""
    return _page(request, SCREENS[0])


@router.get("/{name}")
def screen(request: Request, name: str) -> Response:
    """Return the page of a screen."""
    if name not in SCREENS:
        raise HTTPException(404)
    return _page(request, name)


def _page(request: Request, name: str) -> Response:
    query = dict(request.query_params)
    if query.pop("lite", "0") not in ("0", "", "false"):
        return RedirectResponse(f"/lite/{name}?{urlencode(query)}".rstrip("?"), 307)
    code = language_of(request)
    token = _TOKEN.format(token_of(request.app.state.settings))
    page = _index(str(STATIC / "index.html"))
    if page is None:
        return HTMLResponse(_unbuilt(Words(code), name, code), 503, {"cache-control": "no-store"})
    return HTMLResponse(page.replace("</head>", f"{token}</head>", 1), headers={"cache-control": "no-store"})


@lru_cache(maxsize=1)
def _built(path: str, changed: float) -> str:  # noqa: ARG001  (a page built anew is read anew)
    text = Path(path).read_text(encoding="utf-8")
    # The page may hold an empty place for the token, which would be found before the real one.
    return text.replace('<meta name="token" content="">', "").replace('<meta name="token" content="" />', "")


def _index(path: str) -> str | None:
    file = Path(path)
    return _built(path, file.stat().st_mtime) if file.is_file() else None


def _unbuilt(say: Words, name: str, code: str) -> str:
    told = say(N_("The page with maps has not been built here. The same tables can be read without it."))
    lite, api = say(N_("Pages without script")), say(N_("Interface for programs"))
    return (
        f'<!doctype html><html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}"><meta charset="utf-8">'
        f"<title>Toguna</title><h1>Toguna</h1><p>{escape(told)}</p>"
        f'<ul><li><a href="/lite/{name}">{escape(lite)}</a><li><a href="/api/v1/docs">{escape(api)}</a></ul></html>'
    )
