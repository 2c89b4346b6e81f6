"""Routes on what there is: countries, words, and the description of this interface."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from jinja2 import Environment, select_autoescape
from pydantic import BaseModel
from pydantic_core import to_json

from toguna.core.months import Month
from toguna.web.answers import Answers, body
from toguna.web.routes import send
from toguna.web.views import VIEWS
from toguna.web.words import Words, language_of, messages

router = APIRouter(prefix="/api/v1", tags=["service"])


class CountryItem(BaseModel):
    """A country that is served."""

    location_code: str
    pack: str
    name: str
    edition: str
    made_up: bool
    bbox: tuple[float, float, float, float]
    pack_hash: str
    events_age_months: int | None


class CountryList(BaseModel):
    """The countries served, the first being the one shown where none is asked for."""

    data: list[CountryItem]
    views: list[str]
    languages: list[str]


@router.get("/countries", responses={200: {"model": CountryList}}, response_model=None)
def countries(request: Request) -> Response:
    """Return the countries served, the views there are of each, and the languages."""
    answers: Answers = request.app.state.answers
    here = answers.tables.countries
    language = language_of(request)
    rows: list[dict[str, Any]] = []
    for pack, profile in here.profiles.items():
        country = here.country(pack)
        rows.append(
            {
                "location_code": profile.iso3,
                "pack": pack,
                "name": profile.label(language),
                "edition": profile.edition,
                "made_up": profile.made_up,
                "bbox": profile.bbox,
                "pack_hash": country.pack_hash,
                "events_age_months": _age_of_events(request, pack),
            }
        )
    found = {"data": rows, "views": list(VIEWS), "languages": ["en", "fr", "ar"]}
    return send(request, body(to_json(found), "application/json"))


def _age_of_events(request: Request, pack: str) -> int | None:
    """Return the age in months of the newest events, which most readers take for the age of the data."""
    answers: Answers = request.app.state.answers
    country = answers.tables.countries.country(pack)
    last = country.events["date_start"].max() if len(country.events) else ""
    if not isinstance(last, str) or not last:
        return None
    return max(country.month.since(Month.parse(last[:7])), 0)


@router.get("/messages/{language}", responses={200: {"model": dict[str, str]}}, response_model=None)
def words(
    request: Request,
    language: Annotated[Literal["en", "fr", "ar"], Path(description="ISO 639-1 code", examples=["fr"])],
) -> Response:
    """Return every word of the one catalogue in a language, by its English text."""
    return send(request, body(to_json(messages(language)), "application/json"))


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    """Return the description of this interface as a page: nothing in it comes from elsewhere."""
    env = Environment(autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)
    template = env.from_string(files("toguna.web").joinpath("docs", "docs.html").read_text(encoding="utf-8"))
    code = language_of(request)
    page = template.render(api=request.app.openapi(), _=Words(code), language=code)
    return send(request, body(page.encode(), "text/html; charset=utf-8"))


@router.get("/docs.css", include_in_schema=False)
def docs_style(request: Request) -> Response:
    """Return the style of the page on this interface."""
    return send(request, body(files("toguna.web").joinpath("docs", "docs.css").read_bytes(), "text/css; charset=utf-8"))
