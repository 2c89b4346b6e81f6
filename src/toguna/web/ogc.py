"""OGC API Features 1.0 (core, GeoJSON): every view with shapes of its own, for QGIS, GDAL and others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
import shapely
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.responses import Response

from toguna.core.words import N_
from toguna.web.answers import Answers, body
from toguna.web.filters import MOST, filtered, parameters
from toguna.web.formats import to_geojson
from toguna.web.problems import Problem, unknown
from toguna.web.routes import send
from toguna.web.tables import Table
from toguna.web.views import VIEWS, View
from toguna.web.words import Words, language_of

CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
SERVED = {name: view for name, view in VIEWS.items() if view.has_shapes and not view.arguments}
_TIMES = ("date_start", "date", "month")
_PAGE = 100
_OWN = ("bbox", "datetime", "limit", "offset", "f", "language")
_BOX = r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}((,-?\d+(\.\d+)?){2})?$"
_INTERVAL = r"^(\.\.|[0-9TZ:.+-]{4,40})?(/(\.\.|[0-9TZ:.+-]{4,40})?)?$"
router = APIRouter(prefix="/ogc", tags=["OGC API Features"])
_JSON: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}
_FEATURES: dict[int | str, dict[str, Any]] = {200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}}


@router.get("", include_in_schema=False)
@router.get("/", responses=_JSON, response_model=None)
def landing(request: Request) -> Response:
    """Return where everything is."""
    at = _at(request)
    links = [
        _link(f"{at}/", "self", "application/json"),
        _link(f"{at}/conformance", "conformance", "application/json"),
        _link(f"{at}/collections", "data", "application/json"),
        _link(at.removesuffix("/ogc") + "/api/v1/openapi.json", "service-desc", OPENAPI),
        _link(at.removesuffix("/ogc") + "/api/v1/docs", "service-doc", "text/html"),
    ]
    return _sent(request, {"title": "Toguna", "description": "Countries in conflict, by view", "links": links})


@router.get("/conformance", responses=_JSON, response_model=None)
def conformance(request: Request) -> Response:
    """Return which parts of the standard are met."""
    return _sent(request, {"conformsTo": list(CONFORMS)})


@router.get("/collections", responses=_JSON, response_model=None)
def collections(request: Request) -> Response:
    """Return every collection: a view of a country."""
    answers: Answers = request.app.state.answers
    names = [f"{pack}_{view}" for pack in answers.tables.countries.profiles for view in SERVED]
    found = [_described(request, name, _table(request, name, {})) for name in names]
    links = [_link(f"{_at(request)}/collections", "self", "application/json")]
    return _sent(request, {"collections": found, "links": links})


@router.get("/collections/{collection}", responses=_JSON, response_model=None)
def collection_of(request: Request, collection: str) -> Response:
    """Return what a collection holds."""
    return _sent(request, _described(request, collection, _table(request, collection, {})))


@router.get("/collections/{collection}/items", responses=_FEATURES, response_model=None)
async def items(
    request: Request,
    collection: str,
    bbox: Annotated[
        str | None, Query(pattern=_BOX, description="West, south, east, north in degrees", examples=["-5,11,3,18"])
    ] = None,
    datetime: Annotated[
        str | None, Query(pattern=_INTERVAL, description="Time or interval", examples=["2012-01-01/.."])
    ] = None,
    limit: Annotated[int, Query(ge=1, description=f"Features of one page, {MOST:,} at most")] = _PAGE,
    offset: Annotated[int, Query(ge=0, le=10_000_000, description="Features left out before the first")] = 0,
) -> Response:
    """Return features of a collection, page by page; the filters of its view may be given as well."""
    page = (min(limit, MOST), offset)
    return await run_in_threadpool(_items, request, collection, bbox, datetime, page)


@router.get("/collections/{collection}/items/{feature}", responses=_FEATURES, response_model=None)
def item(request: Request, collection: str, feature: str) -> Response:
    """Return one feature."""
    table = _table(request, collection, {})
    names = _names(table)
    rows = table.rows[names == feature]
    if rows.empty:
        raise unknown("feature", feature, names.tolist())
    whole = to_geojson(*_named(rows.head(1), table.view))
    one = whole[whole.index(b'"features":[') + len(b'"features":[') : -2]
    at = f"{_at(request)}/collections/{collection}"
    links = [_link(f"{at}/items/{feature}", "self", GEOJSON), _link(at, "collection", "application/json")]
    return send(request, body(one[:-1] + b',"links":' + to_json(links) + b"}", GEOJSON))


def _items(
    request: Request, collection: str, bbox: str | None, when: str | None, page: tuple[int, int]
) -> Response:  # fmt: skip
    given = {name: value for name, value in request.query_params.items() if name not in _OWN}
    table = _table(request, collection, given)
    rows = _inside(_during(_asked(table, given), when), bbox)
    limit, offset = page
    part = rows.iloc[offset : offset + limit]
    at = f"{_at(request)}/collections/{collection}"
    query = dict(request.query_params)

    def paged(first: int, rel: str) -> dict[str, str]:
        return _link(f"{at}/items?{urlencode({**query, 'limit': limit, 'offset': first})}", rel, GEOJSON)

    links = [paged(offset, "self"), _link(at, "collection", "application/json")]
    if offset + limit < len(rows):
        links.append(paged(offset + limit, "next"))
    if offset:
        links.append(paged(max(offset - limit, 0), "prev"))
    head = {
        "numberMatched": len(rows),
        "numberReturned": len(part),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": links,
    }
    return send(request, body(to_geojson(*_named(part, table.view), head), GEOJSON))


def _view_of(request: Request, collection: str) -> tuple[str, View]:
    answers: Answers = request.app.state.answers
    known = {
        f"{pack}_{name}": (pack, view) for pack in answers.tables.countries.profiles for name, view in SERVED.items()
    }
    if collection not in known:
        raise unknown("collection", collection, list(known))
    return known[collection]


def _table(request: Request, collection: str, given: dict[str, str]) -> Table:
    pack, view = _view_of(request, collection)
    asked = parameters(view)(pack=pack)
    _check_names(view, given)
    answers: Answers = request.app.state.answers
    return answers.tables.table(view, asked)


def _check_names(view: View, given: dict[str, str]) -> None:
    known = [one.name for one in view.filters]
    for name in given:
        if name not in known:
            problem, remedy = N_("{field} is not a parameter of this view."), N_("Leave it out. Parameters: {known}.")
            told = ", ".join([*_OWN, *known])
            raise Problem(400, "invalid-request", problem, [(name[:80], problem, remedy)], field=name[:80], known=told)


def _asked(table: Table, given: dict[str, str]) -> pd.DataFrame:
    try:
        asked = parameters(table.view).model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        problem, remedy = N_("{field} cannot be used: {msg}"), N_("See the description of this view at /api/v1/docs.")
        values = {"field": field, "msg": str(first["msg"])}
        raise Problem(400, "invalid-request", problem, [(field, problem, remedy)], **values) from None
    return filtered(table.rows, table.view, asked, table.country)


def _inside(rows: pd.DataFrame, bbox: str | None) -> pd.DataFrame:
    if bbox is None:
        return rows
    numbers = [float(one) for one in bbox.split(",")]
    west, south, east, north = numbers if len(numbers) == 4 else (numbers[0], numbers[1], numbers[3], numbers[4])
    if south > north:
        problem = N_("The south of bbox lies north of its north.")
        raise Problem(400, "invalid-request", problem, [("bbox", problem, N_("Write west,south,east,north."))])
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = shapely.union_all([shapely.box(left, south, right, north) for left, right in parts])
    return rows[rows["geometry"].intersects(boxes).to_numpy()]


def _during(rows: pd.DataFrame, when: str | None) -> pd.DataFrame:
    column = next((name for name in _TIMES if name in rows), None)
    if when is None or column is None:
        return rows
    first, _, last = when.partition("/")
    if "/" not in when:
        last = first
    days = rows[column]
    keep = pd.Series(True, index=rows.index)
    if first not in ("", ".."):
        keep &= days.str.slice(0, 10) >= first[: len("2012-01-01")]
    if last not in ("", ".."):
        keep &= days.str.slice(0, len(last[:10])) <= last[:10]
    return rows[keep]


def _named(rows: pd.DataFrame, view: View) -> tuple[pd.DataFrame, str]:
    """Return rows with a column that names them, and which it is: the view's own, or the number of the row."""
    if view.key:
        return rows, view.key
    return rows.assign(row=[str(number) for number in rows.index]), "row"


def _names(table: Table) -> pd.Series:
    rows = table.rows
    return rows[table.view.key].astype(str) if table.view.key else pd.Series(rows.index.astype(str), index=rows.index)


def _described(request: Request, name: str, table: Table) -> dict[str, Any]:
    at = f"{_at(request)}/collections/{name}"
    say = Words(language_of(request))
    bounds = [float(one) for one in table.rows.total_bounds] if table.rows["geometry"].notna().any() else None
    extent: dict[str, Any] = {"spatial": {"bbox": [bounds or list(table.country.profile.bbox)], "crs": CRS84}}
    column = next((one for one in _TIMES if one in table.rows), None)
    days = sorted(one for one in table.rows[column] if len(one) == len("2012-01-01")) if column else []
    if days:
        interval = [[f"{days[0]}T00:00:00Z", f"{days[-1]}T23:59:59Z"]]
        extent["temporal"] = {"interval": interval}
    return {
        "id": name,
        "title": f"{table.country.profile.label(say.code)}: {say(table.view.title)}",
        "description": " ".join(say(one) for one in table.view.remarks),
        "itemType": "feature",
        "extent": extent,
        "crs": [CRS84],
        "links": [_link(at, "self", "application/json"), _link(f"{at}/items", "items", GEOJSON)],
    }


def _at(request: Request) -> str:
    public = request.app.state.settings.public_url or str(request.base_url)
    return public.rstrip("/") + "/ogc"


def _link(href: str, rel: str, media: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media}


def _sent(request: Request, value: object) -> Response:
    return send(request, body(to_json(value), "application/json"))
