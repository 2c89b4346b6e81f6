"""Routes of signing in and out, of who asks, and of the log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from toguna.core.words import N_
from toguna.web.auth.access import LOCAL
from toguna.web.problems import Problem

if TYPE_CHECKING:
    from toguna.web.auth.door import Door

router = APIRouter(prefix="/auth", tags=["sign-in"])
_LINES = 500


def _door(request: Request) -> Door:
    door: Door | None = getattr(request.app.state, "door", None)
    if door is None:
        raise Problem(404, "no-sign-in", N_("Nobody signs in here: this workbench serves the user of its machine."))
    return door


@router.get("/sign-in")
async def sign_in(request: Request, back: str = "/") -> Response:
    """Send somebody to the issuer, and remember the page they came for."""
    door = _door(request)
    request.session.clear()
    request.session["back"] = back if _is_here(back) else "/"
    return await door.send_away(request)


@router.get("/callback")
async def callback(request: Request) -> Response:
    """Take in somebody who comes back from the issuer."""
    door = _door(request)
    back = request.session.get("back", "/")
    try:
        person = await door.let_in(request)
    finally:
        request.session.clear()
    request.session["person"] = person
    return RedirectResponse(back if _is_here(back) else "/", 303)


@router.get("/me")
def me(request: Request) -> Response:
    """Return who asks: name and roles, and whether people sign in here at all."""
    is_team = request.app.state.settings.mode == "team"
    session = request.session.get("person") if is_team else LOCAL
    person = session if session and session.get("until", time.time() + 1) > time.time() else None
    said = {"name": person["name"], "roles": list(person["roles"])} if person else None
    return JSONResponse({"mode": "team" if is_team else "local", "person": said}, headers={"cache-control": "no-store"})


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Forget who signed in with this browser."""
    request.session.clear()
    return JSONResponse({"person": None}, headers={"cache-control": "no-store"})


@router.get("/log")
def log(request: Request) -> Response:
    """Return the last lines of what was changed and read, for an administrator."""
    return JSONResponse({"data": request.app.state.audit.last(_LINES)}, headers={"cache-control": "no-store"})


def _is_here(back: str) -> bool:
    """Tell whether an address is a path of this service, and not a way to another one."""
    return back.startswith("/") and not back.startswith(("//", "/\\")) and not any(one in back for one in "\r\n\t\\")
