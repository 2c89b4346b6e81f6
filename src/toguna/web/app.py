"""`create_app`: the workbench as one application."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from toguna.core.version import __version__
from toguna.web import catalogue, ogc, plans, tiles
from toguna.web.accounts import routes as accounts
from toguna.web.answers import Answers
from toguna.web.auth import add_access
from toguna.web.countries import Countries
from toguna.web.description import PROBLEMS, describe
from toguna.web.export import routes as export
from toguna.web.jobs import routes as jobs
from toguna.web.jobs.run import Jobs
from toguna.web.kept import Kept
from toguna.web.lite import routes as lite
from toguna.web.lite.forms import FormToken
from toguna.web.pages import add_pages
from toguna.web.problems import add_problems
from toguna.web.public import routes as public
from toguna.web.routes import parameter_names, view_router
from toguna.web.security import Guard
from toguna.web.settings import Settings
from toguna.web.tables import Tables
from toguna.web.views import VIEWS

_TOLD = """Decision support for peace operations that put civilians first.

Every view is one table. It comes as JSON, CSV, workbook, GeoJSON, GeoPackage or Parquet, always with exactly the rows
the filters leave in. A missing number is null and never zero. Nothing here locates, ranks or profiles a person.
"""
_BESIDE = ("countries", "messages", "docs", "tiles", "jobs", "accounts", "public", "mandates", "offers")


def create_app(settings: Settings) -> FastAPI:
    """Return the workbench of some packs; what it keeps stands in the folder of the settings.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     app = create_app(Settings(packs=("ouadji",), folder=folder))
    >>> "/api/v1/events" in app.openapi()["paths"]
    True
    """
    app = FastAPI(
        title="Toguna",
        version=__version__,
        description=_TOLD,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=PROBLEMS,
        lifespan=_lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    settings.folder.mkdir(parents=True, exist_ok=True)
    countries = Countries(settings.packs)
    app.state.settings = settings
    app.state.answers = Answers(Tables(countries, settings.folder))
    app.state.jobs = Jobs(settings.folder, settings.packs)
    app.state.grids = Kept(8)
    app.state.view_names = [*VIEWS, *_BESIDE]
    app.state.parameter_names = parameter_names()
    add_problems(app)
    own = (catalogue.router, view_router(), tiles.router, ogc.router)
    for router in (*own, jobs.router, plans.router, accounts.router, public.router, lite.router, export.router):
        app.include_router(router)
    # What is added last sees a request first: host, origin and token before anything else is looked at.
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    add_access(app, settings)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(FormToken, settings=settings)
    add_pages(app)
    describe(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(app.state.answers.tables.countries.check)
    await run_in_threadpool(app.state.jobs.start)
    # The first page needs the indicators, which take seconds: begin before anybody asks.
    threading.Thread(target=app.state.answers.tables.make_first, name="first", daemon=True).start()
    yield
    await run_in_threadpool(app.state.jobs.stop)
