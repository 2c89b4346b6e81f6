"""Route of a view as one file: a page that loads nothing, with a map to move about in."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from toguna.assessment.principles import PRINCIPLES
from toguna.web.export.chart import Chart, chart_of
from toguna.web.lite.ask import ask, ask_all
from toguna.web.lite.page import Page, page_of, query_text
from toguna.web.lite.picture import amount
from toguna.web.lite.routes import LANGUAGES, style
from toguna.web.lite.screens import SCREENS
from toguna.web.problems import unknown
from toguna.web.words import messages

router = APIRouter(prefix="/export", include_in_schema=False)
_FOLDER = files("toguna.web.export")
_WIDTH = 3000  # units of the map, so that borders stay smooth when it is looked into
_MOST = 300  # rows of a table


@cache
def _text(name: str) -> str:
    return _FOLDER.joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_FOLDER.joinpath("templates", "view.html").read_text(encoding="utf-8"))


def policy() -> str:
    """Return what the file may load: nothing at all; its own script and style are known by their hashes."""
    return f"default-src 'none'; script-src {_hash(_text('view.js'))}; style-src {_hash(style() + _text('view.css'))}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@router.get("/{name}.html")
async def export(request: Request, name: str) -> Response:
    """Return a screen, as its address filters it, as one file to keep and to mail."""
    if name not in SCREENS:
        raise unknown("page", name, list(SCREENS))
    page = await page_of(request, name, most=_MOST, width=_WIDTH)
    country = page.country
    text = _template().render(
        page=page, country=country, _=page.say, direction="rtl" if page.say.code == "ar" else "ltr",
        style=Markup(style() + _text("view.css")), script=Markup(_text("view.js")), policy=policy(),
        charts=await _charts(request, page), cards=_json(await _cards(request, page)),
        said=_json({key: messages(page.say.code).get(key, key) for key in ("Save as CSV", "no data")}),
        names=dict(LANGUAGES), principles=PRINCIPLES, address=f"/{name}{query_text(page.given)}",
    )  # fmt: skip
    file = f"toguna-{country['pack']}-{name}-{page.given.get('as_of') or country['edition']}.html"
    head = {
        "content-security-policy": policy(),
        "content-disposition": f'attachment; filename="{file}"',
        "cache-control": "no-store",
    }
    return Response(text, media_type="text/html; charset=utf-8", headers=head)


def _json(value: Any) -> Markup:
    """Return a value as JSON that no text in it can break out of."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


async def _charts(request: Request, page: Page) -> list[Chart]:
    """Return a chart of each panel that has one."""
    drawn = [one for one in page.panels if one.chart]
    answers = await ask_all(request, [(one.view, {**page.queries[one.view], "limit": 60}) for one in drawn])
    made = [
        chart_of(page.say(one.title), answer.body["data"], one.chart[0], one.chart[1], page.say)
        for one, answer in zip(drawn, answers, strict=True)
        if answer.is_good
    ]
    return [one for one in made if one is not None]


async def _cards(request: Request, page: Page) -> dict[str, list[tuple[str, str]]]:
    """Return what is known of each area, figure by figure in the order of the principles."""
    where = {key: page.given[key] for key in ("location_code", "as_of") if page.given.get(key)}
    answer = await ask(request, "indicators", {**where, "area_kind": "area", "milestone": 0, "limit": 10_000})
    cards: dict[str, list[tuple[str, str]]] = {}
    for row in answer.body["data"] if answer.is_good and page.picture else ():
        known = row["value"] is not None
        number = f"{amount(row['value'], page.say)} {row['unit']}" if known else page.say("no data")
        cards.setdefault(row["admin2_code"] or row["area"], []).append((row["label"], number))
    return cards
