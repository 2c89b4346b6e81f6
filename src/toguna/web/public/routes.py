"""Routes of the public's answers: giving one, what all say, and the queue a moderator reads free texts from."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from toguna.assessment.principles import PRINCIPLES
from toguna.core.frozen import Frozen
from toguna.core.version import __version__
from toguna.core.words import N_
from toguna.planning.resources import read_contribution
from toguna.web.auth.roles import Role
from toguna.web.problems import Problem
from toguna.web.problems import unknown as nothing_called
from toguna.web.public.answer import Answer
from toguna.web.public.limit import MOST_A_DAY, Limit
from toguna.web.public.results import LEAST, QUESTIONS, results, waiting
from toguna.web.public.store import Reason, Store
from toguna.web.words import Words, language_of

router = APIRouter(prefix="/api/v1/public", tags=["public"])
_LABELS = {
    "question": N_("Question"), "subject": N_("Code"), "label": N_("About"), "value": N_("Value"),
    "answers": N_("Answers"), "of": N_("Of"), "share": N_("Share"), "low": N_("Low"), "high": N_("High"),
}  # fmt: skip
_KINDS = {"question": "text", "subject": "code", "label": "text"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Decision(Frozen):
    """What a moderator makes of a free text."""

    state: Literal["shown", "withheld"] = Field(description="Shown to everybody, or withheld and its text erased")


class _Public:
    """What the routes share while the workbench runs."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.limit = Limit()


def _public(request: Request) -> _Public:
    state = request.app.state
    if not hasattr(state, "public"):
        state.public = _Public(Store(state.settings.folder / "public.sqlite"))
    found: _Public = state.public
    return found


Public = Annotated[_Public, Depends(_public)]


@cache
def contributions() -> dict[str, str]:
    """Return the contributions that can be rated: name to who offers it.

    Examples
    --------
    >>> contributions()["canada-2013"]
    'Canada'
    """
    shelf = files("toguna.planning").joinpath("contributions")
    names = sorted(one.name.removesuffix(".yaml") for one in shelf.iterdir() if one.name.endswith(".yaml"))
    return {name: read_contribution(name).contributor for name in names}


@router.post("/answers", status_code=201)
def take_answer(request: Request, answer: Answer, public: Public) -> dict[str, Any]:
    """Keep an answer: its day and what it says, nothing of who gave it."""
    take(public, answer, request.client.host if request.client else "")
    return {"taken": True, "shown": "when its day is over and ten more have come"}


def take(public: _Public, answer: Answer, address: str) -> None:
    """Keep an answer, or say why it cannot be kept. The same form sent twice is kept once."""
    if answer.is_empty:
        detail = N_("The answer says nothing. Rank the principles, rate a contribution or write a reason.")
        raise Problem(422, "empty-answer", detail)
    if unknown := sorted(set(answer.ratings) - set(contributions())):
        raise nothing_called("contribution", unknown[0], list(contributions()), "ratings")
    if not public.limit.is_new(answer.ticket):
        return
    if not public.limit.admits(address):
        detail = N_("No more than {most} answers a day are taken from one connection. Come back tomorrow.")
        raise Problem(429, "enough-for-today", detail, most=MOST_A_DAY)
    public.store.add(answer, _today())


def _today() -> Any:
    return datetime.now(UTC).date()


@router.get("/questions")
def show_questions(request: Request) -> dict[str, Any]:
    """Return what is asked: the principles in order, and the contributions that can be rated."""
    say = Words(language_of(request))
    return {
        "principles": [{"principle": one.rank, "name": say(one.name), "says": say(one.sentence)} for one in PRINCIPLES],
        "contributions": [{"contribution": name, "by": say(by)} for name, by in contributions().items()],
    }


@router.get("/results")
def show_results(request: Request, public: Public) -> dict[str, Any]:
    """Return what the public says, as distributions; a question with fewer than ten answers has no rows."""
    say = Words(language_of(request))
    table = results(public.store, _today().isoformat())
    remarks = [
        say(N_("Visitors choose to answer; this is no sample of a population.")),
        say(N_("A question is shown once {least} answers are in, after their day is over.")).format(least=LEAST),
    ]
    columns = [
        {"name": one, "label": say(label), "unit": None, "kind": _KINDS.get(one, "number")}
        for one, label in _LABELS.items()
    ]
    meta = {
        "view": "public/results", "total": len(table), "limit": None, "offset": 0, "columns": columns, "sources": [],
        "made_from": {"version": __version__}, "remarks": remarks, "geometry": None, "least": LEAST,
        "waiting": waiting(public.store, _today().isoformat()),
    }  # fmt: skip
    rows: list[dict[str, Any]] = table.to_dict("records")
    return {"data": [row | {"label": _label(row, say)} for row in rows], "meta": meta}


def _label(row: dict[str, Any], say: Words) -> str:
    """Return question and subject in words."""
    names = {str(one.rank): one.name for one in PRINCIPLES} | contributions()
    return f"{say(QUESTIONS[row['question']])}: {say(names.get(row['subject'], row['subject']))}"


@router.get("/results.csv")
def results_csv(public: Public) -> Response:
    """Return the distributions as a table."""
    return as_csv(results(public.store, _today().isoformat()), "toguna-public-results")


@router.get("/reasons")
def show_reasons(public: Public) -> dict[str, Any]:
    """Return the reasons a moderator has passed."""
    return {"data": [{"day": one.day, "text": one.text} for one in public.store.reasons("shown")]}


@router.get("/reasons.csv")
def reasons_csv(public: Public) -> Response:
    """Return the reasons a moderator has passed, as a table."""
    rows = [(one.day, one.text) for one in public.store.reasons("shown")]
    return as_csv(pd.DataFrame(rows, columns=["day", "text"]), "toguna-public-reasons")


def _moderator(request: Request) -> None:
    """Let through whoever passes free texts; on one's own machine that is the user."""
    if Role.MODERATOR not in getattr(request.state, "roles", ()):
        raise Problem(403, "not-a-moderator", N_("Free texts wait for a moderator. Ask whoever gives roles here."))


@router.get("/queue", dependencies=[Depends(_moderator)])
def show_queue(public: Public) -> dict[str, list[Reason]]:
    """Return the free texts nobody has read yet, for a moderator."""
    return {"data": public.store.reasons("waiting")}


@router.post("/queue/{reason}", status_code=204, dependencies=[Depends(_moderator)])
def decide(reason: str, decision: Decision, public: Public) -> None:
    """Show a free text to everybody, or withhold it."""
    public.store.decide(reason, decision.state)


def as_csv(table: pd.DataFrame, name: str) -> Response:
    """Return a table as CSV in which no text can be taken for a formula by a spreadsheet."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(table.columns)
    for row in table.itertuples(index=False):
        write.writerow([_plain(one) for one in row])
    head = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=head)


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA) else cell
