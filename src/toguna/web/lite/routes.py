"""Routes of the pages without script. Forms ask by GET; what changes something is a POST with a hidden token."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

import jinja2
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from toguna.web.lite.ask import ask_all, change
from toguna.web.lite.forms import fields, hidden_field, new_cookie, set_cookie
from toguna.web.lite.page import options_of, page_of, query_text
from toguna.web.lite.screens import SCREENS
from toguna.web.problems import unknown

router = APIRouter(prefix="/lite", include_in_schema=False)
SECONDS = 4  # between two looks at a job
LANGUAGES = (("en", "English"), ("fr", "Français"), ("ar", "العربية"))
_FOLDER = files("toguna.web.lite")


@cache
def style() -> str:
    """Return the style of every page."""
    return _FOLDER.joinpath("lite.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Return what a page may load: nothing; its style is told apart by its hash."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def templates() -> jinja2.Environment:
    """Return the templates; every word put into them is escaped."""
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: _FOLDER.joinpath("templates", name).read_text(encoding="utf-8")),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip


@router.get("")
@router.get("/")
def start(request: Request) -> Response:
    """Lead to the first screen."""
    return RedirectResponse(f"/lite/situation{query_text(dict(request.query_params))}", 303)


@router.get("/{name}")
async def show(request: Request, name: str) -> Response:
    """Return a screen as a page."""
    return await _shown(request, name)


@router.post("/public")
async def answer(request: Request) -> Response:
    """Take an answer of the public."""
    given = fields(await request.body())
    found = await change(request, "public/answers", said(given))
    if not found.is_good:
        return await _shown(request, "public", found.status, found.fault)
    return RedirectResponse(f"/lite/public{query_text({**request.query_params, 'sent': '1'})}", 303)


@router.post("/{name}/start")
async def begin(request: Request, name: str) -> Response:
    """Ask the service for a forecast, plan, comparison or brief, and lead to the page that waits for it."""
    screen = SCREENS.get(name)
    if screen is None or not screen.verb:
        raise unknown("page", name, [key for key, one in SCREENS.items() if one.verb])
    form = parse_qs((await request.body()).decode("utf-8", errors="replace"))
    arguments: dict[str, Any] = {
        key: value for key, value in request.query_params.items() if key in {"location_code", "as_of"}
    }
    for choice in screen.choices:
        values = [one for one in form.get(choice.name, ()) if one]
        if values:
            arguments[choice.name] = values if choice.is_many else _typed(values[-1], is_number=choice.most is not None)
    found = await change(request, "jobs", {"verb": screen.verb, "arguments": arguments})
    if not found.is_good:
        return await _shown(request, name, found.status, found.fault)
    asked = {key: ",".join(value) if isinstance(value, list) else value for key, value in arguments.items()}
    asked.pop("language", None)  # of the brief, not of the page
    query = query_text({**request.query_params, **asked, "job": found.body["id"]})
    return RedirectResponse(f"/lite/{name}{query}", 303)


def _typed(text: str, *, is_number: bool) -> object:
    if not is_number:
        return text
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text  # the API says what is wrong with it


def said(form: dict[str, str]) -> dict[str, Any]:
    """Return the answer a form holds; what was left open is left out.

    Examples
    --------
    >>> said({"rank1": "2", "rank2": "1", "rank3": "3", "rank4": "4", "rank5": "5", "rate-canada-2013": "4"})
    {'ranking': [2, 1, 3, 4, 5], 'ratings': {'canada-2013': 4}}
    >>> said({"points1": "100", "points2": "", "reason": "Water first"})
    {'weights': [100, 0, 0, 0, 0], 'reason': 'Water first'}
    """
    ranks = {n: _whole(form[f"rank{n}"]) for n in range(1, 6) if form.get(f"rank{n}")}
    points = [_whole(form.get(f"points{n}") or "0") for n in range(1, 6)]
    found: dict[str, Any] = {
        "ranking": sorted(ranks, key=lambda n: ranks[n])
        if len(set(ranks.values())) == len(ranks)
        else [1] * len(ranks),
        "weights": points if any(points) else [],
        "ratings": {
            name.removeprefix("rate-"): _whole(value)
            for name, value in form.items()
            if name.startswith("rate-") and value
        },
        "reason": form.get("reason", ""),
        "ticket": form.get("ticket", ""),
    }
    return {name: value for name, value in found.items() if value}


def _whole(text: str) -> int:
    return int(text) if text.strip().lstrip("-").isdecimal() else -1


async def _shown(request: Request, name: str, status: int = 200, fault: str = "") -> Response:
    if name not in SCREENS:
        raise unknown("page", name, list(SCREENS))
    page = await page_of(request, name)
    cookie = new_cookie(request)
    reloads = page.is_waiting and page.given.get("wait") != "0"
    text = templates().get_template("page.html").render(
        page=page, fault=fault, _=page.say, screens=SCREENS, languages=LANGUAGES, style=Markup(style()),
        direction="rtl" if page.say.code == "ar" else "ltr", query=query_text(page.given), options_of=options_of,
        token=hidden_field(request, cookie), ticket=secrets.token_urlsafe(16), reloads=reloads, seconds=SECONDS,
        country=page.country, **(await _public(request) if name == "public" else {}),
    )  # fmt: skip
    # The reload stands in the head of the answer, and the page says how to stop it.
    head = {"content-security-policy": policy(), "cache-control": "no-store"}
    head |= {"refresh": str(SECONDS)} if reloads else {}
    response = HTMLResponse(text, status, head)
    set_cookie(request, response, cookie)
    return response


async def _public(request: Request) -> dict[str, Any]:
    """Return what the page of the public asks, and the reasons that were passed."""
    questions, reasons = await ask_all(request, [("public/questions", {}), ("public/reasons", {})])
    return {"questions": questions.body, "reasons": reasons.body["data"] if reasons.is_good else []}
