"""Routes of jobs: ask, look, listen, cancel, keep, and fetch what came out."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from pydantic import Field

from toguna.core.frozen import Frozen
from toguna.core.words import N_, Sentence
from toguna.web.jobs.faults import ArgumentsError
from toguna.web.jobs.results import NoResultError, result_file
from toguna.web.jobs.run import Jobs, Limits
from toguna.web.jobs.stages import step_of
from toguna.web.jobs.store import Job, QueueFullError, State
from toguna.web.problems import Problem, respond
from toguna.web.settings import Settings
from toguna.web.views.jobs import JOB_VIEWS
from toguna.web.words import Words, language_of

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
# Results that are views of their own, with filters and forms; any other is fetched as a file.
VIEWS = tuple(one.name for one in JOB_VIEWS)
_EVERY = 0.25  # seconds between looks at a job somebody listens to
_STILL_HERE = 15.0  # seconds of silence after which a listener is told that the line is open
_RETRY = "30"
_TO_NOTHING = N_("It came to nothing.")
_FORMS = {
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".json": "application/json",
}


class Asked(Frozen):
    """A job to do."""

    verb: Literal["forecast", "displace", "plan", "compare", "brief"] = Field(description="What to do")
    arguments: dict[str, Any] = Field(default={}, description="As the verb takes them; see the guide of the workbench")


def add_jobs(app: FastAPI, settings: Settings, limits: Limits | None = None) -> Jobs:
    """Add jobs to an app. They are worked on within `with app.state.jobs:`, for as long as the app lives."""
    jobs = Jobs(settings.folder, settings.packs, limits)
    app.state.jobs = jobs
    app.include_router(router)
    return jobs


def said(request: Request) -> Words:
    """Return the words of the reader's language."""
    return Words(language_of(request))


def _jobs(request: Request) -> Jobs:
    found: Jobs = request.app.state.jobs
    return found


Here = Annotated[Jobs, Depends(_jobs)]


def shown(job: Job, say: Words) -> dict[str, Any]:
    """Return a job as it is shown, in the words of a language."""
    results = {}
    for view in job.views:
        is_file = "." in view
        at = f"/api/v1/jobs/{job.id}/files/{view if is_file else f'{view}.parquet'}"
        results[view] = f"/api/v1/{view}?job={job.id}" if view in VIEWS else at
    progress = {"done": job.done, "total": job.total, "what": job.what, "step": say(step_of(job.what))}
    error, made_from = job.error, job.made_from
    if error is not None:
        # A job that failed under an earlier version has its detail in English alone.
        told = say(Sentence.of_plain(error.get("told") or error["detail"]))
        error = {"type": "about:blank", "title": say(_TO_NOTHING), "status": error["status"], "detail": told}
    if made_from is not None:
        made_from = {**made_from, "remarks": [say(Sentence.of_plain(one)) for one in made_from["remarks"]]}
    return {
        "id": job.id, "verb": job.verb, "arguments": job.arguments, "state": job.state.value,
        "progress": progress, "bound": job.bound, "error": error,
        "results": results, "made_from": made_from, "asked": job.asked, "begun": job.begun, "ended": job.ended,
        "pinned": job.pinned,
    }  # fmt: skip


@router.post("", status_code=202)
def ask(request: Request, asked: Asked, jobs: Here) -> Response:
    """Ask for a job. The same question has the same id, and is answered at once where it was answered before."""
    try:
        job = jobs.ask(asked.verb, asked.arguments)
    except ArgumentsError as error:
        raise _problem(error) from None
    except QueueFullError:
        full = N_("As many jobs wait as this service takes. Ask again in a while.")
        answer = respond(request, Problem(429, "queue-full", full))
        answer.headers["retry-after"] = _RETRY
        return answer
    headers = {"location": f"/api/v1/jobs/{job.id}", "cache-control": "no-store"}
    return JSONResponse(shown(job, said(request)), 200 if job.state is State.DONE else 202, headers)


@router.get("")
def listed(request: Request, jobs: Here, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
    """Return jobs, the last asked for first."""
    return _plain({"data": [shown(one, said(request)) for one in jobs.store.listed(limit)]})


@router.get("/{job}")
def one(request: Request, job: str, jobs: Here) -> Response:
    """Return a job."""
    return _plain(shown(_known(jobs, job), said(request)))


@router.delete("/{job}")
def cancel(request: Request, job: str, jobs: Here) -> Response:
    """Cancel a job; what runs for it is killed, and nothing half-written stays. One that is over stays as it is."""
    _known(jobs, job)
    jobs.cancel(job)
    return _plain(shown(_known(jobs, job), said(request)))


@router.put("/{job}/pin")
def pin(request: Request, job: str, jobs: Here) -> Response:
    """Keep the results of a job, whatever room they take."""
    _known(jobs, job)
    jobs.store.pin(job, pinned=True)
    return _plain(shown(_known(jobs, job), said(request)))


@router.delete("/{job}/pin")
def unpin(request: Request, job: str, jobs: Here) -> Response:
    """Let the results of a job go when their room is needed."""
    _known(jobs, job)
    jobs.store.pin(job, pinned=False)
    return _plain(shown(_known(jobs, job), said(request)))


@router.get("/{job}/files/{name}")
def fetch(job: str, name: str, jobs: Here) -> Response:
    """Return a file that came out of a job: a table as Parquet, a brief, or what all was made from."""
    _known(jobs, job)
    try:
        file = result_file(jobs.folder, job, name)
    except NoResultError as error:
        raise Problem(404, "unknown-result", error.told) from None
    jobs.store.use(job)
    return FileResponse(file, media_type=_FORMS.get(file.suffix, "application/octet-stream"), filename=file.name)


@router.get("/{job}/events")
async def listen(request: Request, job: str, jobs: Here) -> StreamingResponse:
    """Return what becomes of a job as it happens, as server-sent events; the stream ends when the job is over."""
    await run_in_threadpool(_known, jobs, job)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_events(request, job, jobs), headers=headers, media_type="text/event-stream")


async def _events(request: Request, job: str, jobs: Jobs) -> AsyncIterator[str]:
    before, spoken = None, time.monotonic()
    while not jobs.is_stopping and not await request.is_disconnected():
        now = await run_in_threadpool(jobs.store.get, job)
        if now is None:
            return
        if now != before:
            before, spoken = now, time.monotonic()
            kind = "end" if now.state.is_over else "progress"
            yield f"event: {kind}\ndata: {json.dumps(shown(now, said(request)))}\n\n"
            if now.state.is_over:
                return
        elif time.monotonic() - spoken > _STILL_HERE:
            spoken = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(_EVERY)


def _known(jobs: Jobs, job: str) -> Job:
    found = jobs.store.get(job)
    if found is None:
        gone = N_("There is no job {name!r}. Results that nobody read may have made room; ask for the job again.")
        raise Problem(404, "unknown-job", gone, name=job[:40])
    return found


def _problem(error: ArgumentsError) -> Problem:
    """Return all that is wrong with arguments as one problem."""
    faults = [(one.field, one.problem, one.remedy) for one in error.wrongs]
    return Problem(422, "invalid-request", faults[0][1], faults)


def _plain(value: object) -> Response:
    return JSONResponse(value, headers={"cache-control": "no-store"})
