"""What is wrong with a request, as application/problem+json (RFC 9457): what, where, and what to do."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from toguna.core.errors import TogunaError
from toguna.core.words import N_, Sentence
from toguna.network.names import closest
from toguna.web.field_faults import field_fault
from toguna.web.words import Words, language_of

MEDIA = "application/problem+json"
_log = logging.getLogger(__name__)
_MORE = 20  # faults told at most


class FieldFault(BaseModel):
    """One thing wrong with one part of a request."""

    field: str = Field(description="Parameter, header or part of the body")
    problem: str = Field(description="What is wrong with it")
    remedy: str = Field(description="What to do about it")


class ProblemBody(BaseModel):
    """A problem as RFC 9457 writes it."""

    type: str = Field(description="Kind of problem, as a URN")
    title: str = Field(description="Kind of problem in words")
    status: int = Field(ge=400, le=599, description="HTTP status")
    detail: str = Field(description="What is wrong this time, in the reader's language")
    instance: str = Field(description="Path asked for")
    errors: list[FieldFault] = Field(default=[], description="Each fault with its remedy")


class Problem(Exception):  # noqa: N818  (the name the standard gives it)
    """A request that cannot be answered.

    Parameters
    ----------
    kind : short name of the kind of problem, for its URN
    detail : English sentence of the catalogue, with {names} for `values`
    errors : faults as (field, problem, remedy), sentences of the catalogue with the same {names}
    """

    def __init__(
        self, status: int, kind: str, detail: str, errors: Sequence[tuple[str, str, str]] = (), /, **values: object
    ) -> None:
        self.status, self.kind, self.detail = status, kind, Sentence(detail, **values)
        self.errors = [(field, Sentence(wrong, **values), Sentence(mend, **values)) for field, wrong, mend in errors]
        super().__init__(self.detail)


def unknown(kind: str, name: str, known: Sequence[str], field: str = "") -> Problem:
    """Return the problem that there is nothing of a name, with the nearest names there are."""
    near = closest(name, known) or list(known)
    values = {"what": kind, "name": name[:80], "near": ", ".join(near[:6])}
    detail, remedy = N_("There is no {what} {name!r}."), N_("Did you mean: {near}?")
    return Problem(404, f"unknown-{kind}", detail, [(field or kind, detail, remedy)], **values)


def invalid(field: str, problem: str, remedy: str, **values: object) -> Problem:
    """Return the problem that a parameter cannot be used."""
    return Problem(422, "invalid-request", problem, [(field, problem, remedy)], **values)


_TITLES = {
    400: N_("The request is not one this service answers"),
    401: N_("Sign in first"),
    403: N_("Not allowed"),
    404: N_("There is no such thing here"),
    405: N_("This cannot be done here"),
    406: N_("Not in this form"),
    409: N_("It clashes with what is there"),
    413: N_("Too large"),
    415: N_("Not in this form"),
    422: N_("The request has faults"),
    429: N_("Too many requests"),
    500: N_("The service failed"),
    503: N_("Not available here"),
}


def respond(request: Request, problem: Problem) -> Response:
    """Return a problem as an answer in the reader's language."""
    say = Words(language_of(request))
    body = ProblemBody(
        type=f"urn:toguna:problem:{problem.kind}",
        title=say(_TITLES.get(problem.status, _TITLES[400])),
        status=problem.status,
        detail=say(problem.detail),
        instance=request.url.path[:500],
        errors=[FieldFault(field=field, problem=say(wrong), remedy=say(mend)) for field, wrong, mend in problem.errors],
    )
    headers = {"cache-control": "no-store", "content-language": say.code}
    return Response(to_json(body), problem.status, headers, media_type=MEDIA)


def add_problems(app: FastAPI) -> None:
    """Make every error of an app a problem."""

    async def of_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return respond(request, error)

    async def of_faults(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _faults(request, error)

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = respond(request, _http(request, error))
        answer.headers.update(error.headers or {})
        return answer

    async def of_toguna(request: Request, error: Exception) -> Response:
        assert isinstance(error, TogunaError)
        return respond(request, Problem(422, "cannot-be-asked", error.told))

    async def of_failure(request: Request, error: Exception) -> Response:
        _log.error("failed on %s", request.url.path, exc_info=error)
        detail = N_("Something went wrong here, not in the request. The log of the service says what.")
        return respond(request, Problem(500, "failed", detail))

    app.add_exception_handler(Problem, of_problem)
    app.add_exception_handler(RequestValidationError, of_faults)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(TogunaError, of_toguna)
    app.add_exception_handler(Exception, of_failure)


def _http(request: Request, error: HTTPException) -> Problem:
    if error.status_code != 404 or error.detail != "Not Found":
        return Problem(error.status_code, f"http-{error.status_code}", str(error.detail))
    path = request.url.path
    names: list[str] = getattr(request.app.state, "view_names", [])
    if path.startswith("/api/v1/"):
        name = path.removeprefix("/api/v1/").split("/")[0]
        return unknown("view", name.partition(".")[0], names)
    return Problem(404, "unknown-page", N_("There is no page at {path}."), path=path[:200])


def _faults(request: Request, error: RequestValidationError) -> Response:
    known = ", ".join(_parameters(request))
    faults = [field_fault(one, known) for one in error.errors()[:_MORE]]
    first = faults[0][1] if faults else N_("The request has faults")
    # OGC API Features asks for 400 where a parameter is not as described.
    status = 400 if request.url.path.startswith("/ogc/") else 422
    return respond(request, Problem(status, "invalid-request", first, faults))


def _parameters(request: Request) -> tuple[str, ...]:
    """Return the parameters of the route a request came to."""
    by_path: dict[str, tuple[str, ...]] = getattr(request.app.state, "parameter_names", {})
    return by_path.get(getattr(request.scope.get("route"), "path", ""), ())
