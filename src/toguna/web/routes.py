"""Routes of the views: each as JSON and, with a suffix, in every form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, create_model

from toguna.web.answers import Answers, Body
from toguna.web.filters import Asked, parameters
from toguna.web.formats import MEDIA
from toguna.web.views import VIEWS, View
from toguna.web.views.view import Column
from toguna.web.words import language_of

Form = Literal["json", "csv", "xlsx", "geojson", "gpkg", "parquet"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_OBJECT = {"schema": {"type": "object"}}


class ColumnMeta(BaseModel):
    """A column of a table, in the reader's language."""

    name: str
    label: str
    unit: str | None
    kind: Literal["text", "number", "month", "code"]


class SourceMeta(BaseModel):
    """A source of the rows shown."""

    id: str
    title: str
    licence: str
    as_of: str | None


class Meta(BaseModel):
    """What a reader must know beside the rows."""

    view: str
    title: str
    total: int = Field(description="Rows that pass the filters, on all pages")
    limit: int | None
    offset: int
    columns: list[ColumnMeta]
    sources: list[SourceMeta]
    made_from: dict[str, Any] = Field(description="Pack, its hash, parameters, seed, version, run")
    remarks: list[str]
    geometry: str | None = Field(description="Address of the shapes to draw the rows with")


def send(request: Request, found: Body) -> Response:
    """Return an answer as the browser takes it: nothing where it has it already, compressed where it can."""
    headers = {"etag": found.tag, "cache-control": "private, no-cache", "vary": "Accept-Encoding, Accept-Language"}
    if found.name:
        headers["content-disposition"] = f'attachment; filename="{found.name}"'
    had = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if found.tag in had:
        return Response(status_code=304, headers=headers)
    if found.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.zipped, headers=headers, media_type=found.media)
    return Response(found.plain, headers=headers, media_type=found.media)


def view_router() -> APIRouter:
    """Return the routes of all views."""
    router = APIRouter(prefix="/api/v1")
    for view in VIEWS.values():
        model = parameters(view)
        told = f"{view.title}. " + " ".join(view.remarks)
        group = "results of jobs" if view.of_job else "views"
        router.add_api_route(
            f"/{view.name}",
            _as_json(view, model),
            summary=view.title,
            description=told,
            tags=[group],
            operation_id=view.name,
            response_model=None,
            responses={200: {"model": _answer_model(view)}, 304: {"description": "As before"}},
        )
        router.add_api_route(
            f"/{view.name}.{{form}}",
            _as_form(view, model),
            summary=f"{view.title}, as a file",
            description=f"{told} Exactly the rows the filters leave in; all of them where no limit is given.",
            tags=[group],
            operation_id=f"{view.name}_as",
            response_model=None,
            responses={200: {"content": _forms()}, 304: {"description": "As before"}},
        )
    return router


def parameter_names() -> dict[str, tuple[str, ...]]:
    """Return the parameters of each route of a view, by its path."""
    found: dict[str, tuple[str, ...]] = {}
    for view in VIEWS.values():
        names = tuple(field.alias or name for name, field in parameters(view).model_fields.items())
        found |= {f"/api/v1/{view.name}": names, f"/api/v1/{view.name}.{{form}}": names}
    return found


def _forms() -> dict[str, Any]:
    return {
        media.partition(";")[0]: _OBJECT if name in ("json", "geojson") else _BINARY for name, media in MEDIA.items()
    }


def _as_json(view: View, model: type[Asked]) -> Callable[..., Awaitable[Response]]:
    async def ask(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        return await _answered(request, view, asked, None)

    ask.__annotations__["asked"] = Annotated[model, Query()]
    return ask


def _as_form(view: View, model: type[Asked]) -> Callable[..., Awaitable[Response]]:
    async def ask(request: Request, form: Form, asked: Annotated[Asked, Query()]) -> Response:
        return await _answered(request, view, asked, form)

    ask.__annotations__["asked"] = Annotated[model, Query()]
    return ask


async def _answered(request: Request, view: View, asked: Asked, form: str | None) -> Response:
    answers: Answers = request.app.state.answers
    language = language_of(request)
    found = answers.known(view, asked, form, language)
    if found is None:
        found = await run_in_threadpool(answers.answer, view, asked, form, language)
    return send(request, found)


def _answer_model(view: View) -> type[BaseModel]:
    """Return the schema of a view's JSON."""
    name = view.name.title().replace("_", "")
    if view.columns:
        fields: dict[str, Any] = {one.name: (_cell(one), Field(description=_told(one))) for one in view.columns}
        rows: Any = list[create_model(f"{name}Row", __config__=ConfigDict(extra="forbid"), **fields)]  # type: ignore[misc]
    else:
        rows = list[dict[str, str | float | bool | None]]
    return create_model(f"{name}Answer", __doc__=view.title, data=(rows, ...), meta=(Meta, ...))


def _told(column: Column) -> str:
    return f"{column.label} ({column.unit})" if column.unit else column.label


def _cell(column: Column) -> Any:
    if column.is_flag:
        return bool
    return float | None if column.kind == "number" else str
