"""The description of the interface (OpenAPI), with every problem under the media type it is sent as."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from toguna.web.problems import MEDIA, ProblemBody

_EXAMPLE = {
    "type": "urn:toguna:problem:unknown-country",
    "title": "There is no such thing here",
    "status": 404,
    "detail": "There is no country 'MLO'.",
    "instance": "/api/v1/events",
    "errors": [
        {"field": "location_code", "problem": "There is no country 'MLO'.", "remedy": "Did you mean: MLI?"},
    ],
}
# What any route may answer: host, sign-in, role, absence, size, parameters, too many, not kept here.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemBody, "description": "Problem (RFC 9457)"}
    for status in (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
}


def describe(app: FastAPI) -> None:
    """Make an app describe its problems as problems."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                license_info=app.license_info,
            )
            for path, methods in found["paths"].items():
                for operation in methods.values():
                    _as_problems(operation["responses"])
                    if path.endswith(".csv"):
                        operation["responses"]["200"]["content"] = {"text/csv": {"schema": {"type": "string"}}}
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _as_problems(responses: dict[str, Any]) -> None:
    for status, told in responses.items():
        if status.isdecimal() and int(status) >= 400 and "content" in told:
            schema = told["content"].pop("application/json", {}).get("schema", {})
            told["content"] = {MEDIA: {"schema": schema, "example": _EXAMPLE}}
